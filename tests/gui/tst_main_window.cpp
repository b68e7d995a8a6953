// The window as a whole: what it says, its switches, its keys, and what it looks like.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <QAbstractItemModel>
#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QGroupBox>
#include <QHeaderView>
#include <QIODevice>
#include <QImage>
#include <QInputDialog>
#include <QItemSelectionModel>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QModelIndex>
#include <QPushButton>
#include <QScopeGuard>
#include <QSettings>
#include <QSignalSpy>
#include <QSize>
#include <QSpinBox>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <QTreeWidget>
#include <QWheelEvent>
#include <csignal>

#include "client/autostart.h"
#include "gui_screenshot.h"
#include "models/history_model.h"
#include "support/country_file.h"
#include "views/history_page.h"
#include "views/main_window.h"
#include "views/protection_bar.h"
#include "views/window_settings.h"
#include "widgets/message_bar.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

class TestMainWindow : public QObject {
    Q_OBJECT

    const QFont font_ = QApplication::font();
    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<views::MainWindow> window_;

    // What it lies in, near or far, is of that class: Qt names the parts of its own.
    static bool isPartOf(const QWidget* widget, const char* name) {
        for (const QObject* in = widget->parent(); in; in = in->parent()) {
            if (in->inherits(name))
                return true;
        }
        return false;
    }
    template <class T>
    T* find(const char* name) {
        T* found = window_->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    void open(QSize size = QSize(1280, 800)) {
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->resize(size);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }
    // The first key opens the list.
    static void chooseLearn(QComboBox* mode) {
        QTest::keyClick(mode, Qt::Key_Down);
        QTest::keyClick(mode->view(), Qt::Key_Down);
        QTest::keyClick(mode->view(), Qt::Key_Return);
    }
    void choose(const char* action) { find<QAction>(action)->trigger(); }
    // Everything on its page, settled.
    void shoot(const QString& name) {
        QTest::qWait(1);
        QCoreApplication::processEvents();
        QVERIFY(tests::screenshot(*window_, name) > 50);
    }
    void shootPages(const QString& name) {
        auto* tree = find<QTreeView>("connectionsTree");
        QTRY_VERIFY(tree->model()->rowCount() == 4);
        tree->expandAll();
        const QModelIndex curl = tree->model()->index(0, 0);
        tree->setCurrentIndex(tree->model()->index(0, 0, tree->model()->index(0, 0, curl)));
        QTRY_VERIFY(window_->findChild<QWidget*>(u"connections"_s)->findChildren<QLabel*>().size() >
                    12);
        QTRY_COMPARE(firewall_->calls().filter(u"explain"_s).isEmpty(), false);
        shoot(name + u"-connections"_s);
        for (const QString& page : {u"waiting"_s, u"rules"_s, u"history"_s, u"settings"_s}) {
            window_->showPage(page);
            QCoreApplication::processEvents();
            if (page == u"rules"_s) {
                window_->showRule(1);
                QTest::mouseClick(find<QPushButton>("ruleEdit"), Qt::LeftButton);
            }
            shoot(name + u'-' + page);
        }
        window_->showPage(u"connections"_s);
    }
    void ask() {
        firewall_->ask(samples::question(1, u"/usr/bin/ssh"_s, u"192.0.2.55"_s, 22));
        firewall_->ask(samples::question(2, u"/usr/bin/wget"_s, u"2001:db8::55"_s, 80));
        firewall_->withdraw(2, u"timed-out"_s);
    }
    void remember() {
        api::ConnectionList history;
        for (api::ConnectionId id = 1; id < 40; ++id) {
            api::Connection past = samples::connection(
                id, 1, u"203.0.113.%1"_s.arg(id), 443,
                id % 3 == 0 ? api::ConnectionState::Blocked : api::ConnectionState::Allowed,
                id % 4);
            past.endedMs = past.startedMs + 1000;
            history.prepend(past);
        }
        firewall_->setHistory({{1, {api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}}}},
                              history);
    }

  private slots:
    void itOpensNoLargerThanTheScreen_data() {
        QTest::addColumn<QSize>("room");
        QTest::addColumn<int>("points");
        QTest::addColumn<QSize>("least");
        QTest::addColumn<QSize>("most");
        const QSize small(1024, 700);
        QTest::newRow("1024x700") << small << 0 << small << small;
        QTest::newRow("1366x728") << QSize(1366, 728) << 0 << QSize(1280, 700) << QSize(1366, 728);
        QTest::newRow("1366x728, large") << QSize(1366, 728) << 20 << small << QSize(1366, 728);
        QTest::newRow("1920x1080")
            << QSize(1920, 1080) << 0 << QSize(1280, 700) << QSize(1920, 1080);
        QTest::newRow("1920x1080, large")
            << QSize(1920, 1080) << 20 << QSize(1600, 800) << QSize(1920, 1080);
    }
    void itOpensNoLargerThanTheScreen() {
        QFETCH(QSize, room);
        QFETCH(int, points);
        QFETCH(QSize, least);
        QFETCH(QSize, most);
        QFont font;
        if (points)
            font.setPointSize(points);
        const QSize size = views::MainWindow::firstSize(room, QFontMetrics(font));
        QCOMPARE(size.expandedTo(least), size);
        QCOMPARE(size.boundedTo(most), size);
    }

    void init() {
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        samples::fill(*firewall_);
    }
    void cleanup() {
        window_.reset();
        firewall_.reset();
        QApplication::setFont(font_);
        QApplication::setPalette(QApplication::style()->standardPalette());
        QApplication::setLayoutDirection(Qt::LeftToRight);
    }

    void theBarSaysWhatProtects() {
        open();
        auto* text = find<QLabel>("protectionText");
        QVERIFY(text->text().startsWith(u"Protected"_s));
        api::Status status = firewall_->status();
        status.mode = api::Mode::Learn;
        firewall_->setStatus(status);
        QVERIFY(text->text().startsWith(u"Learning"_s));
        status.waiting = 2;
        firewall_->setStatus(status);
        QVERIFY(text->text().contains(u"your answer: 2"_s));
        status.enforcing = false;
        status.problem = u"no BTF"_s;
        firewall_->setStatus(status);
        QVERIFY(text->text().contains(u"Nothing is filtered: no BTF"_s));
    }

    void anotherVersionIsToldAndBegunFromTheKeyboard() {
        open();
        auto* bar = find<widgets::MessageBar>("updatedBar");
        QVERIFY(!bar->isVisible());
        const QSignalSpy restart(window_.get(), &views::MainWindow::restartRequested);
        window_->tellUpdated();
        QVERIFY(bar->isVisible());
        for (int part = 0; part < 8 && !bar->actionButton()->hasFocus(); ++part)
            QTest::keyClick(window_.get(), Qt::Key_F6);
        QVERIFY(bar->actionButton()->hasFocus());
        QTest::keyClick(bar->actionButton(), Qt::Key_Space);
        QCOMPARE(restart.count(), 1);
    }

    void whoGoesPastTheFirewallIsNamedUntilClosed() {
        open();
        auto* banner = find<widgets::MessageBar>("packetsBanner");
        QVERIFY(!banner->isVisible());
        api::Status status = firewall_->status();
        const auto holds = [&](const QString& file, qint32 pid) {
            status.packetHolders += {samples::path(file), pid, 0};
            firewall_->setStatus(status);
        };
        holds(u"/usr/sbin/none-dhclient"_s, 812);
        QVERIFY(banner->isVisible());
        QCOMPARE(banner->accessibleName(),
                 u"\u2068none-dhclient\u2069 (pid 812) can send and read network frames past the "
                 "firewall (AF_PACKET)."_s);
        QVERIFY(banner->toolTip().contains(u"/usr/sbin/none-dhclient"_s));
        banner->findChild<QToolButton*>()->click();
        QVERIFY(!banner->isVisible());
        status.connections = 3;
        firewall_->setStatus(status);
        QVERIFY(!banner->isVisible());
        holds(u"/opt/none/sniffer"_s, 900);
        QVERIFY(banner->isVisible());
        status.packetHoldersLeftOut = 4;
        holds(u"/opt/none/a"_s, 901);
        holds(u"/opt/none/b"_s, 902);
        QCOMPARE(banner->text().count(u'\n'), 3);
        QVERIFY(banner->text().endsWith(u"Others that can: 5."_s));
        firewall_->setConnected(false);
        QVERIFY(!banner->isVisible());
    }

    void theModeIsChosenInTheBar() {
        open();
        auto* mode = find<QComboBox>("mode");
        mode->setFocus();
        chooseLearn(mode);
        QTRY_COMPARE(firewall_->status().mode, api::Mode::Learn);
        QCOMPARE(firewall_->calls().filter(u"setMode"_s), QStringList{u"setMode learn"_s});
    }

    void noModeIsChosenWithItsListClosed_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("bar") << QByteArray("mode");
        QTest::newRow("settings") << QByteArray("settingsMode");
    }
    void noModeIsChosenWithItsListClosed() {
        QFETCH(QByteArray, name);
        open();
        window_->showPage(u"settings"_s);
        auto* mode = find<QComboBox>(name.constData());
        mode->setFocus();
        for (const int angle : {-120, 120}) {
            const QPoint at = mode->rect().center();
            QWheelEvent wheel(at, mode->mapToGlobal(at), {}, {0, angle}, {}, {}, Qt::NoScrollPhase,
                              false);
            QCoreApplication::sendEvent(mode, &wheel);
            QVERIFY(!wheel.isAccepted());
        }
        for (const Qt::Key key :
             {Qt::Key_Down, Qt::Key_Up, Qt::Key_PageDown, Qt::Key_End, Qt::Key_Home, Qt::Key_L}) {
            QTest::keyClick(mode, key);
            QVERIFY(mode->view()->isVisible());
            QCOMPARE(mode->view()->currentIndex().row(), key == Qt::Key_L ? 1 : 0);
            QTest::keyClick(mode->view(), Qt::Key_Escape);
            QTRY_VERIFY(!mode->view()->isVisible());
        }
        QCOMPARE(mode->currentIndex(), 0);
        QVERIFY(firewall_->calls().filter(u"setMode"_s).isEmpty());
    }

    void aRefusedModeTurnsBack() {
        open();
        firewall_->failNext(api::ErrorCode::Denied);
        auto* mode = find<QComboBox>("mode");
        chooseLearn(mode);
        QTRY_VERIFY(firewall_->calls().contains(u"setMode learn"_s));
        QTRY_COMPARE(mode->currentIndex(), 0);
        QVERIFY(find<QWidget>("undoBar")->isVisible());
        QVERIFY(find<QWidget>("undoBar")->accessibleName().contains(u"not allowed"_s));
    }

    void aPauseCountsDownAndResumes() {
        open();
        choose("pause300");
        auto* text = find<QLabel>("protectionText");
        QTRY_VERIFY(text->text().contains(u"Paused"_s));
        QVERIFY(firewall_->calls().contains(u"pause 300"_s));
        const QString before = text->text();
        QTRY_VERIFY(text->text() != before);
        auto* resume = find<QPushButton>("resume");
        QVERIFY(resume->isVisible());
        QTest::mouseClick(resume, Qt::LeftButton);
        QTRY_VERIFY(text->text().startsWith(u"Protected"_s));
        QVERIFY(!resume->isVisible());
    }

    void aPauseIsAsLongAsOneLikes() {
        open();
        choose("pauseOther");
        auto* minutes = find<QInputDialog>("pauseMinutes")->findChild<QSpinBox*>();
        QCOMPARE(minutes->minimum(), 1);
        QCOMPARE(minutes->maximum(), 1440);
        minutes->setValue(12);
        QTest::keyClick(minutes, Qt::Key_Return);
        QTRY_VERIFY(firewall_->calls().contains(u"pause 720"_s));
        QTRY_VERIFY(find<QLabel>("protectionText")->text().contains(u"Paused"_s));
    }

    void itIsQuitWithoutATray() {
        open();
        QSignalSpy quit(window_.get(), &views::MainWindow::quitRequested);
        QTest::keyClick(window_.get(), Qt::Key_Q, Qt::ControlModifier);
        QCOMPARE(quit.count(), 1);
        window_->showPage(u"settings"_s);
        QTest::mouseClick(find<QPushButton>("settingsQuit"), Qt::LeftButton);
        QCOMPARE(quit.count(), 2);
    }

    void everythingIsBlockedAndLetGo() {
        open();
        auto* block = find<QPushButton>("blockAll");
        QTest::mouseClick(block, Qt::LeftButton);
        QTRY_VERIFY(firewall_->status().blockAll);
        QVERIFY(block->isChecked());
        QTest::mouseClick(block, Qt::LeftButton);
        QTRY_VERIFY(!firewall_->status().blockAll);
    }

    void inAPauseEverythingCanBeBlocked() {
        open();
        auto* block = find<QPushButton>("blockAll");
        QTest::mouseClick(block, Qt::LeftButton);
        QTRY_VERIFY(block->isChecked());
        choose("pause300");
        QTRY_VERIFY(find<QPushButton>("resume")->isVisible());
        QVERIFY(!block->isChecked());
        QTest::mouseClick(block, Qt::LeftButton);
        QTRY_VERIFY(block->isChecked());
        QVERIFY(firewall_->status().blockAll);
        QCOMPARE(firewall_->status().pausedUntilMs, 0);
    }

    void pagesAreReachedByKeys() {
        open();
        const QStringList pages{u"connections"_s, u"waiting"_s, u"rules"_s,
                                u"lists"_s,       u"history"_s, u"settings"_s};
        for (int page = 5; page >= 0; --page) {
            QTest::keyClick(window_.get(), Qt::Key(Qt::Key_1 + page), Qt::ControlModifier);
            QCOMPARE(window_->currentPage(), pages[page]);
        }
        QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(find<QLineEdit>("search")->hasFocus());
    }

    void theListCountsWhatIsOnAPage() {
        open();
        ask();
        auto* list = find<QListWidget>("pages");
        QCOMPARE(list->item(0)->text(), u"Connections (8)"_s);
        QTRY_COMPARE(list->item(1)->text(), u"Waiting and missed (2)"_s);
        QCOMPARE(list->item(2)->text(), u"Rules (5)"_s);
    }

    void aCountThatChangesMovesNothing() {
        open(QSize(800, 700));
        window_->showPage(u"waiting"_s);
        auto* list = find<QListWidget>("pages");
        auto* allow = find<QWidget>("questionsAllow");
        QRect page, button;
        const auto settled = [&](quint32 waiting) {
            api::Status status = firewall_->status();
            status.waiting = waiting;
            status.missed = status.connections = status.rules = waiting;
            firewall_->setStatus(status);
            QTest::qWait(1);
            const auto onWindow = [&](const QWidget* widget) {
                return QRect(widget->mapTo(window_.get(), QPoint()), widget->size());
            };
            page = onWindow(find<QWidget>("waiting"));
            button = onWindow(allow);
        };
        settled(0);
        const QRect pageBefore = page, buttonBefore = button;
        for (const quint32 waiting : {1, 12, 444}) {
            settled(waiting);
            QVERIFY(waiting == 1 || list->item(1)->text().contains(QString::number(2 * waiting)));
            QCOMPARE(page, pageBefore);
            QCOMPARE(button, buttonBefore);
        }
        QVERIFY(list->sizeHintForColumn(0) <= list->visualItemRect(list->item(1)).width());
        const int width = list->width();
        QFont font = window_->font();
        font.setPointSize(font.pointSize() * 2);
        QApplication::setFont(font);
        QTRY_VERIFY(list->width() > width * 3 / 2);
    }

    void aQuestionIsFoundByWhatItsRowShows() {
        open();
        api::Question named = samples::question(1, u"/usr/bin/ssh"_s, u"192.0.2.55"_s, 22);
        named.names = {u"api.GitHub.com"_s, u"cdn.example"_s};
        firewall_->ask(named);
        api::Question inbound = samples::question(2, u"/usr/sbin/sshd"_s, u"192.0.2.66"_s, 50000);
        inbound.direction = api::Direction::Inbound;
        inbound.localPort = 22;
        firewall_->ask(inbound);
        window_->showPage(u"waiting"_s);
        auto* list = find<QTreeWidget>("questionsList");
        QTRY_COMPARE(list->topLevelItemCount(), 2);
        QCOMPARE(list->headerItem()->text(1), u"Remote"_s);
        QCOMPARE(list->topLevelItem(0)->text(1), u"api.GitHub.com"_s);
        QCOMPARE(list->topLevelItem(1)->text(1), u"in: 192.0.2.66"_s);
        auto* search = find<QLineEdit>("search");
        for (const QString& words :
             {u"github"_s, u"to:api.github.com"_s, u"cdn.example"_s, u"to:192.0.2.55"_s}) {
            search->setText(words);
            QVERIFY2(!list->topLevelItem(0)->isHidden(), qPrintable(words));
            QVERIFY2(list->topLevelItem(1)->isHidden(), qPrintable(words));
        }
    }

    void aHelperThatGoesIsSaidAndComesBackByItself() {
        open();
        auto* tree = find<QTreeView>("connectionsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 4);
        auto* banner = find<QWidget>("awayBanner");
        QVERIFY(!banner->isVisible());
        firewall_->setConnected(false);
        QVERIFY(banner->isVisible());
        QCOMPARE(tree->model()->rowCount(), 4);  // the last content stays to be read
        QVERIFY(tree->hasFocus());
        tree->setCurrentIndex(tree->model()->index(0, 0));
        QTest::keyClick(tree, Qt::Key_B);
        QCoreApplication::processEvents();
        QVERIFY(firewall_->calls().filter(u"addRule"_s).isEmpty());
        shoot(u"window-away"_s);
        firewall_->publish({samples::program(9, u"/usr/bin/ssh"_s)},
                           {samples::connection(90, 9, u"192.0.2.1"_s, 22)}, true);
        firewall_->setConnected(true);
        QVERIFY(!banner->isVisible());
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        QTest::keyClick(tree, Qt::Key_Down);
        tree->setCurrentIndex(tree->model()->index(0, 0));
        QTest::keyClick(tree, Qt::Key_B);
        QTRY_COMPARE(firewall_->ruleList().last().app, samples::path(u"/usr/bin/ssh"_s));
    }

    void aSilentPolkitIsSaidAndNotTakenForAFirewallThatIsOff() {
        open();
        auto* banner = find<widgets::MessageBar>("awayBanner");
        auto* text = find<QLabel>("protectionText");
        const QString before = text->text();
        firewall_->setWithheld(api::failure(api::ErrorCode::NoAuthority, u"it takes too long"_s));
        QVERIFY(banner->isVisible());
        QVERIFY(banner->text().contains(u"systemctl restart polkit"_s));
        QCOMPARE(text->text(), u"The authorization service does not answer."_s);
        QVERIFY(!find<QComboBox>("mode")->isEnabled());
        auto* tree = find<QTreeView>("connectionsTree");
        tree->setCurrentIndex(tree->model()->index(0, 0));
        QTest::keyClick(tree, Qt::Key_B);
        QCoreApplication::processEvents();
        QVERIFY(firewall_->calls().filter(u"addRule"_s).isEmpty());
        shoot(u"window-without-polkit"_s);
        firewall_->setWithheld({});
        QVERIFY(!banner->isVisible());
        QCOMPARE(text->text(), before);
        firewall_->setWithheld(api::failure(api::ErrorCode::Denied, u"org.sallyport.monitor"_s));
        QCOMPARE(text->text(), u"What protects you now is not shown to you."_s);
    }

    void theKeyboardStaysOnTheRowThatARuleWasMadeFor() {
        open();
        auto* tree = find<QTreeView>("connectionsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 4);
        QVERIFY(tree->hasFocus());
        tree->setCurrentIndex(tree->model()->index(0, 0));
        const qsizetype before = firewall_->ruleList().size();
        QTest::keyClick(tree, Qt::Key_B);
        QTRY_COMPARE(firewall_->ruleList().size(), before + 1);
        QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        QCOMPARE(window_->focusWidget(), tree);
    }

    void aMissedConnectionIsAllowedWithOneClick() {
        open();
        ask();
        window_->showPage(u"waiting"_s);
        auto* list = find<QTreeWidget>("questionsList");
        QTRY_COMPARE(list->topLevelItemCount(), 2);
        list->setCurrentItem(list->topLevelItem(1));
        QTest::mouseClick(find<QPushButton>("questionsAllow"), Qt::LeftButton);
        QTRY_COMPARE(firewall_->answers().size(), 1);
        QCOMPARE(firewall_->answers().first().id, api::QuestionId(2));
        QCOMPARE(firewall_->answers().first().answer.action, api::Action::Allow);
        QVERIFY(firewall_->answers().first().answer.lifetime != api::Lifetime::Connection);
        QTRY_COMPARE(list->topLevelItemCount(), 1);
    }

    void aMissedConnectionThatNoRuleCanNameIsOnlyDismissed() {
        open();
        firewall_->ask(samples::question(1, u"/opt/a\nb"_s, u"192.0.2.55"_s, 22));
        window_->showPage(u"waiting"_s);
        auto* list = find<QTreeWidget>("questionsList");
        QTRY_COMPARE(list->topLevelItemCount(), 1);
        list->setCurrentItem(list->topLevelItem(0));
        QVERIFY(find<QPushButton>("questionsAllow")->isEnabled());  // it waits
        firewall_->withdraw(1, u"timed-out"_s);
        QTRY_VERIFY(!find<QPushButton>("questionsAllow")->isEnabled());
        QVERIFY(!find<QPushButton>("questionsBlock")->isEnabled());
        QVERIFY(find<QPushButton>("questionsDismiss")->isEnabled());
        QVERIFY(tests::screenshot(*window_, u"waiting-no-rule"_s) > 50);
    }

    void aMissedConnectionIsDismissedWithoutARule() {
        open();
        ask();
        window_->showPage(u"waiting"_s);
        auto* list = find<QTreeWidget>("questionsList");
        QTRY_COMPARE(list->topLevelItemCount(), 2);
        list->setFocus();
        list->setCurrentItem(list->topLevelItem(1));
        QTest::keyClick(list, Qt::Key_Delete);
        QTRY_COMPARE(list->topLevelItemCount(), 1);
        QVERIFY(firewall_->answers().isEmpty());
        QVERIFY(firewall_->calls().contains(u"dismissMissed 2"_s));
    }

    void aWaitingConnectionOpensItsQuestion() {
        open();
        ask();
        QSignalSpy wanted(window_.get(), &views::MainWindow::questionRequested);
        window_->showPage(u"waiting"_s);
        auto* list = find<QTreeWidget>("questionsList");
        QTRY_COMPARE(list->topLevelItemCount(), 2);
        list->setCurrentItem(list->topLevelItem(0));
        QTest::mouseClick(find<QPushButton>("questionOpen"), Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first().first().value<api::QuestionId>(), api::QuestionId(1));
    }

    void severalUndecidedBecomeRulesAndOneUndo() {
        open();
        window_->showPage(u"waiting"_s);
        auto* tree = find<QTreeView>("undecidedTree");
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        tree->expandAll();
        const QModelIndex python = tree->model()->index(0, 0);
        QCOMPARE(tree->model()->rowCount(python), 2);
        auto* selection = tree->selectionModel();
        for (const int row : {0, 1})
            selection->select(tree->model()->index(row, 0, python),
                              QItemSelectionModel::Select | QItemSelectionModel::Rows);
        const qsizetype before = firewall_->ruleList().size();
        QTest::mouseClick(find<QPushButton>("undecidedAllow"), Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), before + 2);
        for (qsizetype at = before; at < before + 2; ++at) {
            const api::Rule& rule = firewall_->ruleList()[at];
            QCOMPARE(rule.app, samples::path(u"/usr/bin/python3.11"_s));
            QVERIFY(rule.remote.prefix.isHost());
            QVERIFY(rule.remotePorts.isAny());
        }
        QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(firewall_->ruleList().size(), before);
    }

    void whatAModeDoesIsOneLineWhereThereIsRoom() {
        open();
        window_->showPage(u"settings"_s);
        const auto* help = find<QLabel>("settingsModeHelp");
        QVERIFY(!help->text().isEmpty());
        QTRY_VERIFY(help->width() >= help->fontMetrics().horizontalAdvance(help->text()));
    }

    void settingsAreReadAndSaved() {
        firewall_->setSettings({.answerSeconds = 30, .historyDays = 7});
        open();
        window_->showPage(u"settings"_s);
        auto* seconds = find<QSpinBox>("settingsSeconds");
        QTRY_COMPARE(seconds->value(), 30);
        auto* save = find<QPushButton>("settingsSave");
        QVERIFY(!save->isEnabled());
        seconds->setValue(20);
        QVERIFY(save->isEnabled());
        QTest::mouseClick(save, Qt::LeftButton);
        QTRY_COMPARE(firewall_->currentSettings().answerSeconds, 20u);
        QCOMPARE(firewall_->currentSettings().historyDays, 7u);
        // What is typed waits for the one who comes back; what somebody else saved is shown.
        seconds->setValue(25);
        window_->showPage(u"rules"_s);
        firewall_->setSettings({.answerSeconds = 20, .historyDays = 9});
        window_->showPage(u"settings"_s);
        QTRY_COMPARE(find<QSpinBox>("settingsDays")->value(), 9);
        QCOMPARE(seconds->value(), 25);
        QVERIFY(save->isEnabled());
        seconds->setValue(20);
        QTRY_VERIFY(!save->isEnabled());
        auto* password = find<QCheckBox>("settingsPassword");
        QVERIFY(!password->isChecked());
        QTest::keyClick(password, Qt::Key_Space);
        QVERIFY(save->isEnabled());
        QTest::mouseClick(save, Qt::LeftButton);
        QTRY_VERIFY(firewall_->currentSettings().passwordForLasting);
        QCOMPARE(firewall_->currentSettings().answerSeconds, 20u);
    }

    void theSessionsStartIsSwitched() {
        const QTemporaryDir home, system;
        QVERIFY(QDir().mkpath(system.filePath(u"autostart"_s)));
        QFile entry(system.filePath(u"autostart/org.sallyport.Sallyport.desktop"_s));
        const QByteArray dirs = qgetenv("XDG_CONFIG_DIRS");
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(home.path()));
        qputenv("XDG_CONFIG_DIRS", QFile::encodeName(system.path()));
        const auto back = qScopeGuard([&] {
            qunsetenv("XDG_CONFIG_HOME");
            qputenv("XDG_CONFIG_DIRS", dirs);
        });
        open();
        window_->showPage(u"settings"_s);
        auto* box = find<QCheckBox>("settingsAutostart");
        QVERIFY2(!box->isVisible(), "where nothing is installed there is nothing to switch");
        QVERIFY(entry.open(QIODevice::WriteOnly));
        entry.write("[Desktop Entry]\nExec=sallyport --hidden\n");
        entry.close();
        window_->showPage(u"rules"_s);
        window_->showPage(u"settings"_s);
        QVERIFY(box->isVisible());
        QVERIFY(box->isChecked());
        box->click();
        QVERIFY(!box->isChecked());
        QVERIFY(!client::Autostart::isOn());
        box->click();
        QVERIFY(box->isChecked());
        QVERIFY(client::Autostart::isOn());
    }

    void anotherLanguageBeginsTheWindowAnew() {
        const QTemporaryDir settings;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
        open();
        window_->showPage(u"settings"_s);
        const QSignalSpy restart(window_.get(), &views::MainWindow::restartRequested);
        auto* box = find<QComboBox>("settingsLanguage");
        QCOMPARE(box->currentData().toString(), QString());
        const int english = box->findText(u"English"_s);
        QVERIFY(english > 0);
        emit box->activated(box->currentIndex());
        QCOMPARE(restart.count(), 0);
        box->setCurrentIndex(english);
        emit box->activated(english);
        QCOMPARE(restart.count(), 1);
        QCOMPARE(views::language(), u"en"_s);
        open();
        window_->showPage(u"settings"_s);
        QCOMPARE(find<QComboBox>("settingsLanguage")->currentText(), u"English"_s);
        views::setLanguage({});
    }

    void whatCouldNotBeDealtWithIsSaid() {
        open();
        window_->showPage(u"settings"_s);
        auto* troubles = find<QLabel>("settingsTroubles");
        QVERIFY(!troubles->isVisible());
        api::Status status = firewall_->status();
        status.dnsUnasked = 3;
        status.dnsDamaged = 12'000;
        firewall_->setStatus(status);
        QTRY_VERIFY(troubles->isVisible());
        QVERIFY(troubles->text().contains(u"nobody asked for: 3."_s));
        QVERIFY(troubles->text().contains(QLocale().toString(12'000)));
        QVERIFY(!troubles->text().contains(u"kernel"_s));
    }

    void allMyRulesGoAndComeBack() {
        open();
        window_->showPage(u"settings"_s);
        auto* button = find<QPushButton>("settingsRemoveAll");
        QTRY_VERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), 2);  // the starter's and the administrator's
        QTRY_VERIFY(find<QWidget>("undo")->isVisible());
        QTest::mouseClick(find<QPushButton>("undo"), Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), 5);
    }

    void historyIsShownAndSearched() {
        remember();
        open();
        window_->showPage(u"history"_s);
        auto* tree = find<QTreeView>("historyTree");
        QTRY_COMPARE(tree->model()->rowCount(), 39);
        QTest::keyClicks(find<QLineEdit>("search"), u"to:203.0.113.7"_s);
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        QTRY_VERIFY(firewall_->calls().contains(u"history 203.0.113.7"_s));
        tree->setCurrentIndex(tree->model()->index(0, 0));
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_B);
        QTRY_COMPARE(firewall_->ruleList().last().remote,
                     api::Remote::host(samples::address(u"203.0.113.7"_s)));
    }

    void theHistoryKeepsItsPlaceWhileAnotherPageIsLookedAt() {
        constexpr int many = 1000;
        api::ConnectionList history;
        for (api::ConnectionId id = many; id > 0; --id) {
            history += samples::connection(id, 1, u"198.51.100.7"_s, 443);
            history.last().endedMs = history.last().startedMs + 1000;
        }
        firewall_->setHistory({{1, samples::path(u"/usr/bin/curl"_s)}}, history);
        open();
        window_->showPage(u"history"_s);
        auto* tree = find<QTreeView>("historyTree");
        QTRY_VERIFY(tree->model()->rowCount() > 0);
        QVERIFY(tree->model()->rowCount() < many);
        QTRY_COMPARE((tree->scrollToBottom(), tree->model()->rowCount()), many);
        const QPersistentModelIndex place = tree->model()->index(many / 2, 0);
        tree->setCurrentIndex(place);
        const auto asked = [this] { return firewall_->calls().filter(u"history"_s).size(); };
        const qsizetype before = asked();
        window_->showPage(u"rules"_s);
        window_->showPage(u"history"_s);
        QTest::qWait(1);
        QVERIFY(place.isValid());
        QCOMPARE(tree->currentIndex(), QModelIndex(place));
        QCOMPARE(asked(), before);
        window_->showPage(u"rules"_s);
        firewall_->setConnected(false);
        firewall_->setConnected(true);
        QCOMPARE(asked(), before);
        window_->showPage(u"history"_s);
        QTRY_COMPARE(asked(), before + 1);
        window_->hide();
        window_->show();
        QTRY_COMPARE(asked(), before + 2);
    }

    // From the newest to the oldest of 10,000 and back, and a rule for one of them.
    void theHistoryIsReadByKeyboardAlone() {
        constexpr int many = 10'000;
        api::ConnectionList history;
        for (api::ConnectionId id = 1; id <= many; ++id) {
            api::Connection past =
                samples::connection(id, 1, u"198.51.%1.%2"_s.arg(id / 250).arg(id % 250), 443);
            past.endedMs = past.startedMs + 1000;
            history.prepend(past);
        }
        firewall_->setHistory({{1, samples::path(u"/usr/bin/curl"_s)}}, history);
        open();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QTest::keyClick(window_.get(), Qt::Key_5, Qt::ControlModifier);
        auto* tree = find<QTreeView>("historyTree");
        QTRY_VERIFY(tree->isVisible() && tree->model()->rowCount() > 0);
        QTRY_VERIFY(tree->hasFocus());
        QTest::keyClick(tree, Qt::Key_Home);
        const auto current = [&] { return tree->currentIndex().row(); };
        QCOMPARE(current(), 0);
        QTest::keyClick(tree, Qt::Key_PageDown);
        QVERIFY(current() > 5);
        int keys = 0;
        for (; tree->model()->rowCount() < many && keys < many; ++keys) {
            const int before = tree->model()->rowCount();
            QTest::keyClick(tree, Qt::Key_End);
            QTRY_VERIFY(tree->model()->rowCount() > before);
        }
        QTest::keyClick(tree, Qt::Key_End);
        QTRY_COMPARE(current(), many - 1);
        QVERIFY2(keys <= many / 250, qPrintable(QString::number(keys)));
        QVERIFY(tree->viewport()->rect().contains(tree->visualRect(tree->currentIndex()).center()));
        QTest::keyClick(tree, Qt::Key_B);
        QTRY_COMPARE(firewall_->ruleList().last().remote,
                     api::Remote::host(samples::address(u"198.51.0.1"_s)));
        QTest::keyClick(tree, Qt::Key_Home);
        QCOMPARE(current(), 0);
    }

    void theHistoryHasAColumnForTheCountry() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"Country.mmdb"_s);
        QVERIFY(tests::CountryFile::write(
            file, {{u"203.0.113.0/24"_s, u"US"_s, {{"en", u"United States"_s}}}}));
        const QTemporaryDir settings;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
        remember();
        const auto look = [&] {
            open();
            window_->showPage(u"history"_s);
            QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 39);
        };
        look();
        const int country = models::HistoryModel::Country;
        QVERIFY(find<QTreeView>("historyTree")->isColumnHidden(country));
        views::setCountryFile(file);
        look();
        auto* tree = find<QTreeView>("historyTree");
        QVERIFY(!tree->isColumnHidden(country));
        QCOMPARE(tree->model()->index(0, country).data().toString(), u"United States"_s);
        QCOMPARE(tree->model()->headerData(country, Qt::Horizontal).toString(), u"Country"_s);
        shoot(u"history-country"_s);
        views::setCountryFile({});
    }

    void addressesInTheHistoryAreToldApartWhereThereIsNoRoom() {
        api::ConnectionList past;
        for (api::ConnectionId id : {1, 2}) {
            past +=
                samples::connection(id, 1, u"2001:db8:1234:5678:9abc:def0:1234:%1"_s.arg(id), 443);
            past.last().endedMs = past.last().startedMs + 1000;
        }
        firewall_->setHistory({{1, samples::path(u"/usr/bin/curl"_s)}}, past);
        open();
        window_->showPage(u"history"_s);
        auto* tree = find<QTreeView>("historyTree");
        QTRY_COMPARE(tree->model()->rowCount(), 2);
        tree->setAlternatingRowColors(false);
        tree->setCurrentIndex({});
        tree->header()->resizeSection(models::HistoryModel::RemoteColumn,
                                      tree->fontMetrics().averageCharWidth() * 20);
        const auto shown = [&](int row) {
            const QModelIndex remote =
                tree->model()->index(row, models::HistoryModel::RemoteColumn);
            return tree->viewport()->grab(tree->visualRect(remote)).toImage();
        };
        QTRY_VERIFY(shown(0) != shown(1));
    }

    void aNameInTheHistoryBecomesARuleForTheName() {
        api::Connection past = samples::connection(1, 1, u"203.0.113.7"_s, 443);
        past.name = u"api.example.org"_s;
        past.endedMs = past.startedMs + 1000;
        firewall_->setHistory({{1, samples::path(u"/usr/bin/curl"_s)}}, {past});
        open();
        window_->showPage(u"history"_s);
        auto* tree = find<QTreeView>("historyTree");
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        tree->setCurrentIndex(tree->model()->index(0, 0));
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_B);
        QTRY_COMPARE(firewall_->ruleList().last().remote.toString(), u"api.example.org"_s);
        QCOMPARE(firewall_->ruleList().last().remotePorts, api::PortRange::single(443));
        QCOMPARE(firewall_->ruleList().last().protocol, 6);
    }

    void historyGoesIntoAFile() {
        remember();
        open();
        window_->showPage(u"history"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 39);
        const QTemporaryDir folder;
        auto* page = window_->findChild<views::HistoryPage*>();
        const auto exported = [&](const QString& name) {
            page->setPicker([&] { return folder.filePath(name); });
            QTest::mouseClick(find<QPushButton>("historyExport"), Qt::LeftButton);
            QFile file(folder.filePath(name));
            for (int i = 0; i < 200 && !file.exists(); ++i)
                QTest::qWait(10);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QCOMPARE(exported(u"all.csv"_s).count("\r\n"), 40);
        QCOMPARE(QJsonDocument::fromJson(exported(u"all.json"_s)).array().size(), 39);
        QTest::keyClicks(find<QLineEdit>("search"), u"state:blocked"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 13);
        QCOMPARE(exported(u"some.csv"_s).count("\r\n"), 14);
        const auto told = [&] { return find<QWidget>("undoBar")->accessibleName(); };
        QTRY_VERIFY(told().startsWith(u"13 connections are in "_s));
        find<QLineEdit>("search")->setText(u"to:203.0.113.7"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 1);
        QCOMPARE(exported(u"one.csv"_s).count("\r\n"), 2);
        QTRY_VERIFY(told().startsWith(u"One connection is in "_s));
        find<QLineEdit>("search")->setText(u"state:nonsense"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 0);
        QCOMPARE(exported(u"nothing.csv"_s).count("\r\n"), 1);
        QTRY_VERIFY2(told().startsWith(u"0 connections are in "_s), qPrintable(told()));
        find<QLineEdit>("search")->setText(u"to:203.0.113.7"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 1);
        // Cancelled before the first page has come: nothing is left behind.
        page->setPicker([&] { return folder.filePath(u"none.csv"_s); });
        auto* button = find<QPushButton>("historyExport");
        const QString caption = button->text();
        button->click();
        QVERIFY(button->text() != caption);
        button->click();
        QCOMPARE(button->text(), caption);
        QTest::qWait(50);
        QVERIFY(!QFile::exists(folder.filePath(u"none.csv"_s)));
    }

    void historyTakesNoPlaceOfADeviceOrAPipe() {
        const QTemporaryDir folder;
        const QString pipe = folder.filePath(u"pipe"_s);
        QCOMPARE(mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        // Another device than the system's /dev/null, for when the test can fail.
        const QString device = folder.filePath(u"device"_s);
        const bool made =
            mknod(QFile::encodeName(device).constData(), S_IFCHR | 0600, makedev(1, 3)) == 0;
        remember();
        open();
        window_->showPage(u"history"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 39);
        auto* page = window_->findChild<views::HistoryPage*>();
        auto* button = find<QPushButton>("historyExport");
        const QString caption = button->text();
        QSignalSpy failed(page, &views::Page::failed);
        QSignalSpy told(page, &views::HistoryPage::told);
        const auto kind = [](const QString& path) {
            struct stat there {};
            return lstat(QFile::encodeName(path).constData(), &there) == 0 ? there.st_mode & S_IFMT
                                                                           : 0U;
        };
        for (const QString& name : {pipe, device, folder.path()}) {
            if (name == device && !made)
                continue;  // only root makes devices
            const auto before = kind(name);
            page->setPicker([&] { return name; });
            QTest::mouseClick(button, Qt::LeftButton);
            QTRY_COMPARE(failed.count() + told.count(), 1);
            QVERIFY2(told.isEmpty(), qPrintable(name));
            QCOMPARE(failed.takeFirst().first().toString(),
                     u"The file cannot be written: not a regular file"_s);
            QCOMPARE(kind(name), before);
            QCOMPARE(button->text(), caption);
        }
    }

    void aHistoryThatADiskCannotHoldIsSaidAndTheOldFileStays() {
        remember();
        open();
        window_->showPage(u"history"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 39);
        const QTemporaryDir folder;
        auto* page = window_->findChild<views::HistoryPage*>();
        QSignalSpy failed(page, &views::Page::failed);
        QSignalSpy told(page, &views::HistoryPage::told);
        for (const QString& name : {u"old.csv"_s, u"old.json"_s}) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write("old") == 3);
            file.close();
            page->setPicker([&] { return file.fileName(); });
            rlimit before{};
            QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
            const rlimit few{1000, before.rlim_max};
            const auto handler = signal(SIGXFSZ, SIG_IGN);
            QCOMPARE(setrlimit(RLIMIT_FSIZE, &few), 0);
            QTest::mouseClick(find<QPushButton>("historyExport"), Qt::LeftButton);
            const bool ended = QTest::qWaitFor([&] { return failed.count() + told.count() > 0; });
            QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
            signal(SIGXFSZ, handler);
            QVERIFY(ended && told.isEmpty());
            const QString said = failed.takeFirst().first().toString();
            QVERIFY2(said.startsWith(u"The file cannot be written: "_s) && said.size() > 30,
                     qPrintable(said));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(file.readAll(), QByteArray("old"));
            QCOMPARE(QDir(folder.path()).entryList({name + u"?*"_s}, QDir::Files), QStringList());
        }
    }

    void whatEndedWhileTheWindowWasClosedIsShown() {
        const QTemporaryDir settings;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
        remember();
        open();
        window_->showPage(u"history"_s);
        auto* tree = find<QTreeView>("historyTree");
        auto* sinceLeft = find<QPushButton>("historySinceLeft");
        QTRY_COMPARE(tree->model()->rowCount(), 39);
        QVERIFY(!sinceLeft->isVisible());  // it was never closed
        window_->close();
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        api::Connection early = samples::connection(1, 1, u"203.0.113.1"_s, 443);
        early.endedMs = now - 60'000;
        api::Connection late = samples::connection(2, 1, u"203.0.113.2"_s, 443);
        late.endedMs = now + 1'000;
        firewall_->setHistory({{1, samples::path(u"/usr/bin/curl"_s)}}, {late, early});
        window_->show();
        QTRY_COMPARE(tree->model()->rowCount(), 2);
        QVERIFY(sinceLeft->isVisible());
        QTest::mouseClick(sinceLeft, Qt::LeftButton);
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        shoot(u"history-while-away"_s);
        QTest::mouseClick(sinceLeft, Qt::LeftButton);
        QTRY_COMPARE(tree->model()->rowCount(), 2);
    }

    void titlesStandAboveTheirNumbers() {
        remember();
        samples::fill(*firewall_);
        firewall_->setTotals(
            {{{api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}}, {}, {}, {}}});
        firewall_->setLists({{u"ads"_s, u"Ads"_s, u"/tmp/ads"_s, false}});
        open();
        window_->showPage(u"history"_s);
        QTest::mouseClick(find<QPushButton>("historyTotals"), Qt::LeftButton);
        for (const char* name :
             {"connectionsTree", "rulesTree", "listsTree", "historyTree", "totalsTree"}) {
            const QAbstractItemModel* model = find<QTreeView>(name)->model();
            QTRY_VERIFY2(model->rowCount() > 0, name);
            QModelIndex row = model->index(0, 0);
            while (model->hasChildren(row))
                row = model->index(0, 0, row);
            const auto align = [](const QVariant& value) {
                return value.toInt() & int(Qt::AlignRight);
            };
            for (int column = 0; column < model->columnCount(); ++column)
                QCOMPARE(align(model->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole)),
                         align(row.siblingAtColumn(column).data(Qt::TextAlignmentRole)));
        }
    }

    void whatIsSinceOneLeftIsNotSaidAboveTheTotals() {
        remember();
        firewall_->setTotals(
            {{{api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}}, {}, {}, {}}});
        open();
        window_->showPage(u"history"_s);
        auto* page = window_->findChild<views::HistoryPage*>();
        page->setLeft(QDateTime::currentMSecsSinceEpoch() - 60'000);
        find<QPushButton>("historySinceLeft")->click();
        const auto* since = find<QLabel>("historySince");
        QVERIFY(!since->text().isEmpty());
        find<QPushButton>("historyTotals")->click();
        QVERIFY(since->text().isEmpty());
        find<QPushButton>("historyTotals")->click();
        QVERIFY(!since->text().isEmpty());
    }

    void totalsAreBesideTheHistory() {
        remember();
        firewall_->setTotals({{{api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}},
                               {1, 0, 10, 20},
                               {2, 0, 30, 40},
                               {3, 1, 50, 60}}});
        open();
        window_->showPage(u"history"_s);
        QTest::mouseClick(find<QPushButton>("historyTotals"), Qt::LeftButton);
        QTRY_COMPARE(find<QTreeView>("totalsTree")->model()->rowCount(), 1);
        QVERIFY(find<QTreeView>("totalsTree")->isVisible());
        QTest::mouseClick(find<QPushButton>("historyTotals"), Qt::LeftButton);
        QVERIFY(find<QTreeView>("historyTree")->isVisible());
    }

    void everyControlHasANameForAScreenReader() {
        open();
        for (const QWidget* widget : window_->findChildren<QWidget*>()) {
            const bool control = widget->focusPolicy() != Qt::NoFocus && !widget->isHidden();
            if (!control || widget->objectName().startsWith(u"qt_"_s))
                continue;
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            if (button ? !button->text().isEmpty() : widget->inherits("QScrollArea"))
                continue;
            if (isPartOf(widget, "QSpinBox") || isPartOf(widget, "QComboBox"))
                continue;
            if (widget->inherits("QLabel") || widget->inherits("QMenu") ||
                widget->inherits("QTabBar"))
                continue;
            QVERIFY2(!widget->accessibleName().isEmpty(),
                     qPrintable(QLatin1String(widget->metaObject()->className()) + u' ' +
                                widget->objectName()));
        }
    }

    void looks_data() {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("points");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("rightToLeft");
        QTest::newRow("light") << false << 0 << QSize(1280, 800) << false;
        QTest::newRow("dark") << true << 0 << QSize(1280, 800) << false;
        QTest::newRow("large-font") << false << 16 << QSize(1440, 900) << false;
        QTest::newRow("small") << false << 0 << QSize(1024, 700) << false;
        QTest::newRow("small-large-font") << true << 16 << QSize(1024, 700) << false;
        QTest::newRow("rtl") << false << 0 << QSize(1280, 800) << true;
    }
    void looks() {
        QFETCH(bool, dark);
        QFETCH(int, points);
        QFETCH(QSize, size);
        QFETCH(bool, rightToLeft);
        if (dark)
            QApplication::setPalette(tests::darkPalette());
        if (rightToLeft)
            QApplication::setLayoutDirection(Qt::RightToLeft);
        if (points != 0) {
            QFont large = font_;
            large.setPointSize(points);
            QApplication::setFont(large);
        }
        remember();
        open(size);
        ask();
        shootPages(u"window-"_s + QLatin1String(QTest::currentDataTag()));
        QVERIFY2(window_->width() <= size.width() && window_->height() <= size.height(),
                 "the window does not fit where it has to");
    }

    void emptyPagesSayWhatWillAppear() {
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        open();
        for (const QString& page : {u"connections"_s, u"waiting"_s, u"rules"_s, u"history"_s}) {
            window_->showPage(page);
            QTRY_VERIFY(!window_->findChildren<QTreeView*>().isEmpty());
            for (const QTreeView* tree : window_->findChildren<QTreeView*>()) {
                if (tree->isVisible())
                    QTRY_VERIFY(!tree->accessibleDescription().isEmpty());
            }
            shoot(u"window-empty-"_s + page);
        }
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
