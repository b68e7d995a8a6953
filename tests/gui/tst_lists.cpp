// The page of lists, clicked and typed like a person would.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QIODevice>
#include <QIcon>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "gui_screenshot.h"
#include "models/list_keeper.h"
#include "models/offered_lists.h"
#include "views/lists_page.h"
#include "views/main_window.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

class TestLists : public QObject {
    Q_OBJECT

    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<views::MainWindow> window_;
    QTemporaryDir folder_;

    template <class T>
    T* find(const char* name) {
        T* found = window_->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    void click(const char* name) {
        QCoreApplication::processEvents();  // what was just shown gets its place
        QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton);
    }
    void type(const char* name, const QString& text) {
        find<QLineEdit>(name)->clear();
        QTest::keyClicks(find<QLineEdit>(name), text);
    }
    void open() {
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->showPage(u"lists"_s);
        window_->show();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    QString fileWith(const QByteArray& content) {
        QFile file(folder_.filePath(u"list.txt"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("no file");
        return file.fileName();
    }
    qsizetype calls(const QString& begin) { return firewall_->calls().filter(begin).size(); }

  private slots:
    void init() { firewall_ = std::make_unique<fakes::FakeFirewall>(); }
    void cleanup() {
        window_.reset();
        firewall_.reset();
    }

    void aFileBecomesAListAndARule() {
        open();
        click("listNew");
        QVERIFY(!find<QPushButton>("listAdd")->isEnabled());
        auto* daily = find<QCheckBox>("listDaily");
        QVERIFY(daily->isEnabled());
        daily->setChecked(true);
        type("listSource", fileWith("ads.example\n"));
        QVERIFY(!daily->isEnabled());  // who does that can read no file of a person's
        type("listName", u"ads"_s);
        QVERIFY(find<QCheckBox>("listBlock")->isChecked());
        click("listAdd");
        QTRY_COMPARE(calls(u"setList ads 12"_s), 1);
        QTRY_COMPARE(firewall_->ruleList().size(), 1);
        const api::Rule rule = firewall_->ruleList().first();
        QCOMPARE(rule.remote, api::Remote::listed(u"ads"_s));
        QCOMPARE(rule.action, api::Action::Block);
        QVERIFY(rule.pinned);
        QTRY_COMPARE(find<QTreeView>("listsTree")->model()->rowCount(), 1);
    }

    void aWrongNameIsSaid() {
        open();
        click("listNew");
        type("listSource", u"https://lists.example/ads.txt"_s);
        type("listName", u"Ads!"_s);
        QVERIFY(find<QLabel>("listComplaint")->isVisible());
        QVERIFY(!find<QPushButton>("listAdd")->isEnabled());
        type("listName", u"ads"_s);
        QVERIFY(find<QPushButton>("listAdd")->isEnabled());
        type("listSource", u"ftp://lists.example/ads.txt"_s);
        QVERIFY(!find<QPushButton>("listAdd")->isEnabled());
    }

    void whatIsOfferedIsSound() {
        open();
        click("listNew");
        auto* offer = find<QComboBox>("listOffer");
        QVERIFY(offer->count() > 5);
        for (int at = 1; at < offer->count(); ++at) {
            offer->setCurrentIndex(at);
            QVERIFY(find<QPushButton>("listAdd")->isEnabled());
            QVERIFY(find<QLineEdit>("listSource")->text().startsWith(u"https://"_s));
            QCOMPARE(find<QLineEdit>("listSource")->cursorPosition(), 0);  // its host is in sight
        }
    }

    // A server that takes the connection and says nothing.
    void whatComesSlowlyCanBeCancelled() {
        QTcpServer silence;
        QVERIFY(silence.listen(QHostAddress::LocalHost));
        open();
        click("listNew");
        type("listSource", u"http://127.0.0.1:%1/ads"_s.arg(silence.serverPort()));
        type("listName", u"ads"_s);
        click("listAdd");
        QTRY_VERIFY(find<QProgressBar>("listProgress")->isVisible());
        click("listStop");
        QTRY_VERIFY(!find<QProgressBar>("listProgress")->isVisible());
        QCOMPARE(calls(u"setList"_s), 0);
        QVERIFY(firewall_->ruleList().isEmpty());
        QVERIFY(find<QWidget>("undoBar")->isVisible());
    }

    // The helper has it, and reads.
    void whatIsReadSaysHowFarAndCanBeCancelled() {
        firewall_->setReadsForEver();
        api::List list{u"ads"_s, {}, fileWith("ads.example\n")};
        list.names = 7;
        firewall_->setLists({list});
        open();
        auto* tree = find<QTreeView>("listsTree");
        auto* progress = find<QProgressBar>("listProgress");
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        QVERIFY(!progress->isVisible());
        tree->selectAll();
        click("listRefresh");
        QTRY_COMPARE(calls(u"setList ads"_s), 1);
        QVERIFY(progress->isVisible());
        emit firewall_->listProgress(u"ads"_s, 250, 1000);
        QTRY_COMPARE(progress->value() * 4, progress->maximum());
        emit firewall_->listProgress(u"ads"_s, 1000, 1000);
        QTRY_COMPARE(progress->value(), progress->maximum());
        emit firewall_->listProgress(u"another"_s, 1, 1000);  // somebody else's
        QCoreApplication::processEvents();
        QCOMPARE(progress->value(), progress->maximum());
        click("listStop");
        QTRY_COMPARE(calls(u"cancelList ads"_s), 1);
        QTRY_VERIFY(!progress->isVisible());
        const QString said = find<QWidget>("undoBar")->accessibleName();
        QVERIFY2(said.contains(u"ads stays as it was"_s), qPrintable(said));
        QCOMPARE(tree->model()->index(0, views::ListsPage::Names).data().toString(), u"7"_s);
    }

    void everyBadLineIsShown() {
        api::ListReport report;
        report.list.badLines = 250;
        for (quint32 line = 1; line <= 100; ++line)
            report.firstBad.append({line * 3, u"\"what is this %1\" is one word"_s.arg(line)});
        firewall_->setReport(report);
        api::List list{u"ads"_s, {}, fileWith("ads.example\n")};
        list.badLines = 250;
        firewall_->setLists({list, {u"clean"_s}});
        open();
        auto* tree = find<QTreeView>("listsTree");
        auto* lines = find<QTreeView>("badLinesTree");
        QTRY_COMPARE(tree->model()->rowCount(), 2);
        QVERIFY(!find<QPushButton>("listBadLines")->isEnabled());
        tree->setCurrentIndex(tree->model()->index(1, 0));
        QVERIFY(!find<QPushButton>("listBadLines")->isEnabled());
        tree->setCurrentIndex(tree->model()->index(0, 0));
        click("listBadLines");
        QTRY_VERIFY(lines->isVisible());
        QTRY_VERIFY(lines->hasFocus());
        QCOMPARE(lines->model()->rowCount(), 100);
        QCOMPARE(lines->model()->index(99, 0).data().toInt(), 300);
        QVERIFY(lines->model()->index(99, 1).data().toString().contains(u"what is this 100"_s));
        QVERIFY(find<QLabel>("badLinesTitle")->text().contains(u"250"_s));
        QVERIFY(find<QLabel>("badLinesTitle")->text().contains(u"100"_s));
        // Refreshed, it has others.
        report.firstBad.resize(2);
        report.list.badLines = 2;
        firewall_->setReport(report);
        click("listRefresh");
        QTRY_COMPARE(lines->model()->rowCount(), 2);
        lines->setFocus();
        QTRY_VERIFY(lines->hasFocus());  // a key is for who has it
        QTest::keyClick(lines, Qt::Key_Escape);
        QTRY_VERIFY(!lines->isVisible());
        QTRY_VERIFY(tree->hasFocus());
    }

    void aListIsRefreshedAndRemoved() {
        api::List list{u"ads"_s, u"Advertisements"_s, fileWith("ads.example\nb.example\n")};
        firewall_->setLists({list});
        open();
        auto* tree = find<QTreeView>("listsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        QVERIFY(!find<QPushButton>("listRefresh")->isEnabled());
        tree->selectAll();
        click("listRefresh");
        QTRY_COMPARE(calls(u"setList ads 22"_s), 1);
        // The refreshed row takes the old one's place, selection and all.
        QTRY_VERIFY(!find<QProgressBar>("listProgress")->isVisible());
        QTRY_VERIFY((tree->selectAll(), find<QPushButton>("listRemove")->isEnabled()));
        // There is no Undo: one is asked, and Return is no yes.
        for (const bool yes : {false, true}) {
            window_->activateWindow();
            tree->setFocus();
            QTRY_VERIFY(tree->hasFocus());  // a key is for who has it
            QTest::keyClick(tree, Qt::Key_Delete);
            QTRY_VERIFY(window_->findChild<QMessageBox*>());
            auto* question = find<QMessageBox>("listRemoveQuestion");
            QTRY_VERIFY(question->isVisible());
            QVERIFY2(question->text().contains(u"list ads"_s), qPrintable(question->text()));
            QVERIFY2(question->text().contains(u"No rule is for it"_s),
                     qPrintable(question->text()));
            QVERIFY(find<QPushButton>("listRemoveNo")->isDefault());
            QCoreApplication::processEvents();
            QTest::mouseClick(find<QPushButton>(yes ? "listRemoveYes" : "listRemoveNo"),
                              Qt::LeftButton);
            QTRY_VERIFY(!window_->findChild<QMessageBox*>());
            QCOMPARE(calls(u"removeList"_s), yes ? 1 : 0);
        }
        QCOMPARE(calls(u"removeList ads 0"_s), 1);
        QTRY_COMPARE(tree->model()->rowCount(), 0);
    }

    void aListThatRulesAreForStays() {
        api::Rule rule = samples::rule(1, {}, api::Action::Block);
        rule.remote = api::Remote::listed(u"ads"_s);
        firewall_->setRules({rule});
        firewall_->setLists({{u"ads"_s}});
        open();
        auto* tree = find<QTreeView>("listsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        tree->selectAll();
        click("listRemove");
        QVERIFY(find<QWidget>("undoBar")->isVisible());
        QCOMPARE(calls(u"removeList"_s), 0);
    }

    void columnsAreSortedByWhatTheySay() {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        constexpr qint64 hour = 3'600'000;
        QList<api::List> lists;
        for (const int nth : {9, 100, 25}) {
            api::List list{u"list%1"_s.arg(nth)};
            list.names = list.prefixes = list.badLines = quint64(nth) * 100;
            list.updatedMs = now - nth * hour;
            lists += list;
        }
        firewall_->setLists(lists);
        open();
        auto* tree = find<QTreeView>("listsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 3);
        const auto order = [tree](int column) {
            tree->sortByColumn(column, Qt::AscendingOrder);
            QStringList names;
            for (int row = 0; row < tree->model()->rowCount(); ++row)
                names += tree->model()->index(row, 0).data().toString();
            return names;
        };
        using Column = views::ListsPage::Column;
        const QStringList byNumber{u"list9"_s, u"list25"_s, u"list100"_s};
        QCOMPARE(order(Column::Names), byNumber);
        QCOMPARE(order(Column::Prefixes), byNumber);
        QCOMPARE(order(Column::BadLines), byNumber);
        QCOMPARE(order(Column::Updated), (QStringList{byNumber[2], byNumber[1], byNumber[0]}));
    }

    void aListThatIsNotInForceSaysSo() {
        api::List broken{u"broken"_s, {}, u"/srv/list"_s};
        broken.problem = u"the file is UTF-16"_s;
        api::Rule rule = samples::rule(1, {}, api::Action::Block);
        rule.remote = api::Remote::listed(u"broken"_s);
        firewall_->setRules({rule});
        firewall_->setLists({broken, {u"sound"_s}});
        open();
        auto* tree = find<QTreeView>("listsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 2);
        const auto cell = [tree](int row) {
            return tree->model()->index(row, views::ListsPage::Source);
        };
        QCOMPARE(cell(0).data().toString(), u"Not in force: the file is UTF-16, /srv/list"_s);
        QVERIFY(!cell(0).data(Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(cell(1).data(Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(tests::screenshot(*window_, u"lists-not-in-force"_s) > 50);
        // Its rules fit nothing.
        const QAbstractItemModel* rules = find<QTreeView>("rulesTree")->model();
        const auto marked = [rules] {
            return rules
                ->match(rules->index(0, 2), Qt::DisplayRole, u"list not in force"_s, -1,
                        Qt::MatchContains | Qt::MatchRecursive)
                .size();
        };
        QTRY_COMPARE(marked(), 1);
        firewall_->setLists({{u"broken"_s}});
        QTRY_COMPARE(marked(), 0);
    }

    void oneSeesWhichListsContainAName() {
        firewall_->setFindings({{u"ads"_s, 12, u"||ads.example^"_s, false}});
        open();
        QVERIFY(!find<QPushButton>("listFind")->isEnabled());
        type("listSought", u"www.ads.example"_s);
        QTest::keyClick(find<QLineEdit>("listSought"), Qt::Key_Return);
        QTRY_VERIFY(find<QLabel>("listFound")->text().contains(u"ads contains it by line 12"_s));
        firewall_->setFindings({});
        click("listFind");
        QTRY_VERIFY(find<QLabel>("listFound")->text().contains(u"No list contains"_s));
    }

    void daily() {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        api::List old{u"old"_s, {}, fileWith("ads.example\n"), true};
        old.updatedMs = now - qint64{25} * 3'600'000;
        api::List fresh{u"fresh"_s, {}, old.source, true, now};
        api::List manual{u"manual"_s, {}, old.source};
        firewall_->setLists({old, fresh, manual});
        models::ListKeeper keeper(*firewall_);
        QTRY_COMPARE(keeper.lists().size(), 3);
        QSignalSpy taken(&keeper, &models::ListKeeper::taken);
        keeper.refreshDaily(now);
        QTRY_COMPARE(taken.size(), 1);
        QCOMPARE(calls(u"setList old"_s), 1);
        QCOMPARE(calls(u"setList"_s), 1);
    }

    // Nothing goes over the network for what would be refused.
    void dailyOnlyForWhomPolkitLets() {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        api::List old{u"old"_s, {}, fileWith("ads.example\n"), true};
        old.updatedMs = now - qint64{25} * 3'600'000;
        firewall_->setLists({old});
        models::ListKeeper keeper(*firewall_);
        QTRY_COMPARE(keeper.lists().size(), 1);
        QSignalSpy progress(&keeper, &models::ListKeeper::progress);
        QSignalSpy failed(&keeper, &models::ListKeeper::failed);
        firewall_->failNext(api::ErrorCode::Denied);
        keeper.refreshDaily(now);
        QTRY_COMPARE(calls(u"refreshList"_s), 1);
        QTest::qWait(50);
        QVERIFY(progress.isEmpty() && failed.isEmpty());
        QCOMPARE(calls(u"setList"_s), 0);
    }
};

QTEST_MAIN(TestLists)
#include "tst_lists.moc"
