// Every window in every look: nothing is cut off, everything fits the screen, and a person can see
// for himself in the pictures, SCENE-LOOK.png. One look alone: tst_looks window:german-large
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QComboBox>
#include <QDateTime>
#include <QDialog>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QModelIndex>
#include <QPushButton>
#include <QScrollArea>
#include <QSize>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include "desktop/tray.h"
#include "desktop/tray_face.h"
#include "gui_cut_off.h"
#include "gui_look.h"
#include "gui_mnemonics.h"
#include "models/connections_model.h"
#include "models/history_model.h"
#include "models/rules_model.h"
#include "policy/starter.h"
#include "views/history_page.h"
#include "views/main_window.h"
#include "views/question_window.h"
#include "views/welcome_window.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using models::ConnectionsModel;
using models::RulesModel;

class TestLooks : public QObject {
    Q_OBJECT

    std::unique_ptr<tests::Dressed> dressed_;
    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<models::QuestionsModel> questions_;
    std::unique_ptr<views::MainWindow> window_;
    std::unique_ptr<views::QuestionWindow> question_;
    QString look_;
    QSize size_;

    template <class T>
    T* find(const char* name) {
        T* found = window_->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }

    void dress() {
        QFETCH(int, look);
        const tests::Look chosen = tests::looks()[look];
        look_ = QLatin1String(chosen.name);
        size_ = chosen.size;
        dressed_ = std::make_unique<tests::Dressed>(chosen, QStringLiteral(SALLYPORT_TRANSLATIONS));
        QVERIFY(dressed_->isSpoken());
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        questions_ = std::make_unique<models::QuestionsModel>(*firewall_);
        firewall_->startAgent();
    }
    void open(const QString& page) {
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->resize(size_);
        window_->showPage(page);
        window_->show();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    // What is delayed by a moment, so that it follows a selection, is there.
    void settle() {
        constexpr int kMomentMs = 150;
        QTest::qWait(kMomentMs);
    }
    void judge(QWidget& window, const QString& scene) {
        static const QHash<QString, QList<int>> kBoundless{
            {u"connectionsTree"_s, {ConnectionsModel::Name}},
            {u"welcomeTree"_s, {ConnectionsModel::Name}},
            {u"undecidedTree"_s, {ConnectionsModel::Name}},
            {u"rulesTree"_s, {RulesModel::Name, RulesModel::Where, RulesModel::Note}},
            {u"questionsList"_s, {0, 1, 2}},
            {u"historyTree"_s, {1, 2, 3}},
            {u"listsTree"_s, {0, 5}},
            {u"badLinesTree"_s, {1}}};
        // Answers, the layouts they change, and the sizes that follow.
        for (int round = 0; round < 4; ++round)
            QTest::qWait(1);
        // ... for which a busy machine may take a while; what is cut off for good stays so.
        constexpr int kSettledMs = 2'000;
        (void)QTest::qWaitFor([&] { return tests::cutOff(window, kBoundless).isEmpty(); },
                              kSettledMs);
        QVERIFY(tests::screenshot(window, scene + u'-' + look_) > 20);
        QVERIFY2(
            window.width() <= size_.width() && window.height() <= size_.height(),
            qPrintable(
                u"%1: too large, %2 x %3"_s.arg(scene).arg(window.width()).arg(window.height())));
        const QStringList shared = tests::sharedKeys(window);
        QVERIFY2(shared.isEmpty(), qPrintable(scene + u": "_s + shared.join(u"\n    "_s)));
        const QStringList cut = tests::cutOff(window, kBoundless);
        QVERIFY2(cut.isEmpty(), qPrintable(scene + u": "_s + cut.join(u"\n    "_s)));
    }
    void judgeWindow(const QString& scene) { judge(*window_, scene); }

    // Everything a connection can be, decided by everything that decides.
    void connect() {
        using State = api::ConnectionState;
        samples::fill(*firewall_);
        api::ConnectionList list;
        api::ConnectionId id = 20;
        for (const auto reason : {api::Reason::Answer, api::Reason::Mode, api::Reason::TimedOut,
                                  api::Reason::Paused, api::Reason::BlockAll}) {
            ++id;
            api::Connection one =
                samples::connection(id, 5, u"198.51.100.7"_s, quint16(id * 90), State::Blocked);
            one.reason = reason;
            list += one;
        }
        list.first().received = 1023ull * 1024 * 1024;
        list.last().startedMs -= 90'000'000;  // yesterday
        for (const QString& local : {u"::"_s, u"2001:db8:1234:5678:9abc:def0:1234:5678"_s}) {
            api::Connection door = samples::connection(++id, 5, u"::"_s, 0, State::Listening);
            door.direction = api::Direction::Inbound;
            door.local = api::Address::parse(local).value();
            door.localPort = 8443;
            door.sent = door.received = 0;
            list += door;
        }
        firewall_->publish({samples::program(5, u"/opt/vendor/bin/python3.11"_s)}, list);
        list.first().endedMs = QDateTime::currentMSecsSinceEpoch();
        firewall_->publish({}, {list.first()});
    }
    void remember() {
        api::ConnectionList history;
        for (api::ConnectionId id = 1; id < 40; ++id) {
            api::Connection past = samples::connection(
                id, 1, u"2001:db8:1234:5678:9abc:def0:1234:%1"_s.arg(id), 443,
                id % 3 == 0 ? api::ConnectionState::Blocked : api::ConnectionState::Allowed,
                id % 4);
            past.startedMs -= qint64(id) * 3'600'000;
            past.endedMs = past.startedMs + 1000;
            history += past;
        }
        QList<api::Totals> totals;
        for (quint64 i = 1; i <= 3; ++i)
            totals += {{api::AppIdentity::Kind::Path, u"/usr/lib/suite/program-%1"_s.arg(i), {}},
                       {9 * i, i, 98'765'432 / i, 1},
                       {99 * i, i, 987'654'321 / i, 2},
                       {999 * i, 9 * i, 9'876'543'210 / i, 3}};
        firewall_->setTotals(totals);
        firewall_->setHistory({{1, {api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}}}},
                              history);
    }
    // What a new machine has, what a person made, and an administrator's.
    void rule() {
        samples::fill(*firewall_);
        QList<api::Rule> rules = firewall_->ruleList();
        api::RuleId id = 100;
        for (api::Rule starter : policy::starterRules(QDateTime::currentMSecsSinceEpoch())) {
            starter.id = ++id;
            rules += starter;
        }
        rules.first().enabled = false;
        rules.first().lifetime = api::Lifetime::Process;
        rules.first().process = 101;
        rules[1].lifetime = api::Lifetime::Timed;
        rules[1].expiresMs = QDateTime::currentMSecsSinceEpoch() + 90'000'000;
        rules[1].lastUsedMs -= 90'000'000;
        firewall_->setRules(rules);
    }
    // One rule of each kind that is not well.
    void mark() {
        const qint64 longAgo = QDateTime::currentMSecsSinceEpoch() - qint64{40} * 86'400'000;
        const auto of = [longAgo](api::RuleId id, const QString& path, api::Action action) {
            api::Rule rule;
            rule.id = id;
            rule.app = samples::path(path);
            rule.action = action;
            rule.createdMs = longAgo;
            return rule;
        };
        api::Rule listed = of(5, u"/usr/bin/env"_s, api::Action::Block);
        listed.remote = api::Remote::parse(u"list:ads"_s).value();
        listed.hits = 1;
        api::Rule first = of(1, u"/usr/bin/env"_s, api::Action::Block);
        first.hits = 12'345;
        firewall_->setRules({first, of(2, u"/usr/bin/env"_s, api::Action::Block),
                             of(3, u"/usr/bin/env"_s, api::Action::Allow),
                             of(4, u"/opt/vendor/no longer here/agent"_s, api::Action::Allow),
                             listed});
        QTRY_COMPARE(find<QTreeView>("rulesTree")->model()->rowCount(), 2);
    }
    void select(api::RuleId id) {
        window_->showRule(id);
        QTRY_VERIFY(find<QTreeView>("rulesTree")->currentIndex().isValid());
    }

    static api::Question mail(api::QuestionId id) {
        api::Question made = samples::question(id, u"/usr/bin/mail"_s, u"192.0.2.55"_s, 443);
        made.process.startedBy = samples::path(u"/usr/bin/bash"_s);
        made.process.commandLine = {u"/usr/bin/mail"_s, u"--check"_s, u"in box"_s};
        made.process.ancestors = {{4200, u"/usr/bin/bash"_s}, {1, u"/usr/lib/systemd/systemd"_s}};
        made.process.startedMs = made.askedMs - 1000;
        return made;
    }
    void ask(const QList<api::Question>& questions, const QString& scene, bool details = false) {
        question_.reset();
        questions_.reset();
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        questions_ = std::make_unique<models::QuestionsModel>(*firewall_);
        question_ = std::make_unique<views::QuestionWindow>(*firewall_, *questions_);
        firewall_->startAgent();
        for (const api::Question& question : questions)
            firewall_->ask(question);
        QVERIFY(QTest::qWaitForWindowExposed(question_.get()));
        if (details)
            question_->findChild<QToolButton*>(u"details"_s)->click();
        // Awake in one picture, asleep in the others.
        if (scene == u"question-one"_s)
            QTRY_VERIFY(question_->findChild<QPushButton*>(u"allow"_s)->isEnabled());
        // The screen of the test has another size than the one that is meant.
        question_->resize(question_->sizeHint().expandedTo(question_->size()).boundedTo(size_));
        judge(*question_, scene);
    }

    static void everyLook() {
        QTest::addColumn<int>("look");
        for (int at = 0; at < tests::looks().size(); ++at)
            QTest::newRow(tests::looks()[at].name) << at;
    }

  private slots:
    void initTestCase() {
        desktop::loadResources();
        QApplication::setWindowIcon(QIcon(u":/sallyport/icons/org.sallyport.Sallyport.svg"_s));
    }
    void cleanup() {
        question_.reset();
        window_.reset();
        questions_.reset();
        firewall_.reset();
        dressed_.reset();
    }

    void connections_data() { everyLook(); }
    void connections() {
        dress();
        open(u"connections"_s);
        judgeWindow(u"connections-empty"_s);
        connect();
        auto* tree = find<QTreeView>("connectionsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 5);
        tree->expandAll();
        judgeWindow(u"connections"_s);
        const QModelIndex curl = tree->model()->index(0, 0);
        tree->setCurrentIndex(tree->model()->index(0, 0, tree->model()->index(0, 0, curl)));
        QTRY_VERIFY(!firewall_->calls().filter(u"explain "_s).isEmpty());
        settle();
        QVERIFY(tree->findChild<QToolButton*>(u"rowAllow"_s)->isVisible());
        judgeWindow(u"connections-selected"_s);
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_B);
        QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        judgeWindow(u"connections-undo"_s);
    }

    // As it opens where there is room.
    void whoDecidedIsInSight_data() { everyLook(); }
    void whoDecidedIsInSight() {
        dress();
        QFETCH(int, look);
        if (tests::looks()[look].points != 0)
            return;  // one scrolls to it
        open(u"connections"_s);
        connect();
        auto* tree = find<QTreeView>("connectionsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 5);
        tree->expandAll();
        window_->resize(views::MainWindow::firstSize(QSize(2560, 1440), window_->fontMetrics()));
        settle();
        tests::screenshot(*window_, u"connections-first-"_s + look_);
        const int begin = tree->columnViewportPosition(ConnectionsModel::RuleColumn);
        const int end = begin + tree->columnWidth(ConnectionsModel::RuleColumn);
        QVERIFY2(
            begin >= 0 && end <= tree->viewport()->width(),
            qPrintable(u"%1 to %2 of %3"_s.arg(begin).arg(end).arg(tree->viewport()->width())));
    }

    // Also in a window of 800 pixels; with large letters one scrolls to it. Right to left is the
    // same mirrored.
    void theStateIsInSight_data() { everyLook(); }
    void theStateIsInSight() {
        dress();
        QFETCH(int, look);
        if (tests::looks()[look].points != 0)
            return;
        open(u"connections"_s);
        connect();
        remember();
        firewall_->ask(samples::question(1, u"/usr/bin/ssh"_s, u"192.0.2.55"_s, 22));
        const auto judge = [this](const char* name, int column) {
            auto* tree = find<QTreeView>(name);
            QTRY_VERIFY(tree->model()->rowCount() > 0);
            settle();
            const QModelIndex state = tree->model()->index(0, column);
            QRect text = tree->visualRect(state);
            text.setWidth(tree->sizeHintForIndex(state).width());
            QVERIFY2(tree->layoutDirection() == Qt::RightToLeft ||
                         tree->viewport()->rect().contains(text),
                     qPrintable(u"%1: %2 to %3 of %4"_s.arg(QLatin1String(name))
                                    .arg(text.left())
                                    .arg(text.right())
                                    .arg(tree->viewport()->width())));
        };
        judge("connectionsTree", ConnectionsModel::State);
        window_->showPage(u"waiting"_s);
        judge("questionsList", 3);
        window_->showPage(u"history"_s);
        judge("historyTree", models::HistoryModel::State);
    }

    void encryptedDns_data() { everyLook(); }
    void encryptedDns() {
        dress();
        connect();
        api::Connection doh = samples::connection(60, 2, u"9.9.9.9"_s, 443);
        doh.name = u"dns.quad9.net"_s;
        firewall_->publish({}, {doh});
        open(u"connections"_s);
        auto* tree = find<QTreeView>("connectionsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 5);
        const auto found = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole,
                                                u"dns.quad9.net"_s, 1, Qt::MatchRecursive);
        QVERIFY(!found.isEmpty());
        tree->setCurrentIndex(found.first());
        QTRY_VERIFY(!firewall_->calls().filter(u"explain "_s).isEmpty());
        settle();
        auto* offer = find<QPushButton>("inspectorEncryptedDns");
        QVERIFY(offer->isVisible());
        judgeWindow(u"encrypted-dns-inspector"_s);
        offer->click();
        auto* dialog = find<QDialog>("encryptedDnsDialog");
        QVERIFY(QTest::qWaitForWindowExposed(dialog));
        judge(*dialog, u"encrypted-dns-rules"_s);
        dialog->findChild<QPushButton*>(u"encryptedDnsBlock"_s)->click();
        QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        judgeWindow(u"encrypted-dns-done"_s);
    }

    void manyConnections_data() { everyLook(); }
    void manyConnections() {
        dress();
        connect();
        open(u"connections"_s);
        api::ConnectionList many;
        for (int at = 0; at < 10'000; ++at)
            many += samples::connection(api::ConnectionId(1000 + at), api::ProgramId(1 + at % 3),
                                        u"10.%1.%2.%3"_s.arg(at % 7).arg(at / 256).arg(at % 256),
                                        quint16(1 + at % 60'000));
        emit firewall_->connectionsChanged({}, many, false);
        auto* tree = find<QTreeView>("connectionsTree");
        QTRY_VERIFY(tree->model()->rowCount(tree->model()->index(0, 0)) > 1000);
        tree->expandAll();
        judgeWindow(u"connections-10000"_s);
    }

    void waiting_data() { everyLook(); }
    void waiting() {
        dress();
        open(u"waiting"_s);
        judgeWindow(u"waiting-empty"_s);
        connect();
        firewall_->ask(samples::question(1, u"/usr/bin/ssh"_s, u"192.0.2.55"_s, 22));
        firewall_->ask(samples::question(2, u"/usr/bin/wget"_s, u"2001:db8::55"_s, 80));
        api::Question old = samples::question(3, u"/usr/bin/wget"_s, u"2001:db8::56"_s, 80);
        old.askedMs -= 90'000'000;
        firewall_->ask(old);
        firewall_->withdraw(2, u"timed-out"_s);
        firewall_->withdraw(3, u"timed-out"_s);
        auto* list = find<QTreeView>("questionsList");
        QTRY_COMPARE(list->model()->rowCount(), 3);
        list->setCurrentIndex(list->model()->index(0, 0));
        judgeWindow(u"waiting"_s);
    }

    void rules_data() { everyLook(); }
    void rules() {
        dress();
        open(u"rules"_s);
        judgeWindow(u"rules-empty"_s);
        rule();
        QTRY_VERIFY(find<QTreeView>("rulesTree")->model()->rowCount() > 10);
        judgeWindow(u"rules"_s);
        select(1);
        find<QPushButton>("ruleEdit")->click();
        judgeWindow(u"rules-editor"_s);
        find<QComboBox>("ruleRemoteKind")
            ->setCurrentIndex(find<QComboBox>("ruleRemoteKind")->count() - 1);
        find<QLineEdit>("ruleRemote")->setText(u"*.api.github.com"_s);
        find<QLineEdit>("ruleInterface")->setText(u"wg0"_s);
        judgeWindow(u"rules-editor-name"_s);
        auto* remoteKind = find<QComboBox>("ruleRemoteKind");
        remoteKind->setCurrentIndex(remoteKind->findData(int(api::Remote::Kind::Resolvers)));
        judgeWindow(u"rules-editor-resolvers"_s);
        find<QLineEdit>("rulePorts")->setText(u"70000"_s);
        QVERIFY(find<QLabel>("ruleComplaint")->isVisible());
        judgeWindow(u"rules-error"_s);
        find<QPushButton>("ruleCancel")->click();
        find<QPushButton>("ruleExplain")->click();
        judgeWindow(u"rules-explain"_s);
        select(3);
        find<QPushButton>("ruleDelete")->click();
        QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        judgeWindow(u"rules-undo"_s);
        mark();
        judgeWindow(u"rules-marks"_s);
        auto* tree = find<QTreeView>("rulesTree");
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_F10, Qt::ShiftModifier);
        auto* menu = tree->findChild<QMenu*>(u"sortMenu"_s);
        QVERIFY(QTest::qWaitForWindowExposed(menu));
        judge(*menu, u"sort-menu"_s);
        menu->close();
    }

    void lists_data() { everyLook(); }
    void lists() {
        dress();
        open(u"lists"_s);
        judgeWindow(u"lists-empty"_s);
        api::List names{u"hagezi-pro"_s, u"HaGeZi Pro"_s, u"https://lists.example/pro.txt"_s, true};
        names.names = 1'234'567;
        names.badLines = 12'345;
        names.updatedMs = QDateTime::currentMSecsSinceEpoch() - 90'000'000;
        api::List prefixes{u"office"_s, {}, u"/home/ada/lists/office-networks.txt"_s};
        prefixes.prefixes = 200'000;
        prefixes.problem = u"its content is gone"_s;
        firewall_->setLists({names, prefixes});
        auto* tree = find<QTreeView>("listsTree");
        QTRY_COMPARE(tree->model()->rowCount(), 2);
        tree->selectAll();
        firewall_->setFindings({{u"hagezi-pro"_s, 12, u"||ads.example^"_s, false},
                                {u"hagezi-pro"_s, 40'000, u"||good.ads.example^"_s, true}});
        find<QLineEdit>("listSought")->setText(u"good.ads.example"_s);
        find<QPushButton>("listFind")->click();
        QTRY_VERIFY(find<QLabel>("listFound")->isVisible());
        judgeWindow(u"lists"_s);
        api::ListReport report;
        for (quint32 line = 1; line <= 100; ++line)
            report.firstBad.append(
                {line * 123, line % 3 == 0
                                 ? u"\"/home/ada/%1\" is no rule for a whole domain, ||name^"_s.arg(
                                       QString(150, u'x'))
                                 : u"\"zip\" is one word; a whole top-level domain is written "
                                   "*.word"_s});
        firewall_->setReport(report);
        find<QPushButton>("listRemove")->click();
        auto* question = find<QMessageBox>("listRemoveQuestion");
        QVERIFY(QTest::qWaitForWindowExposed(question));
        judge(*question, u"lists-remove"_s);
        question->close();
        tree->setCurrentIndex(tree->model()->index(0, 0));
        find<QPushButton>("listBadLines")->click();
        QTRY_VERIFY(find<QWidget>("badLinesTree")->isVisible());
        judgeWindow(u"lists-bad-lines"_s);
        find<QPushButton>("listNew")->click();
        judgeWindow(u"lists-new"_s);
        find<QComboBox>("listOffer")->setCurrentIndex(1);
        judgeWindow(u"lists-offered"_s);
    }

    void others_data() { everyLook(); }
    void others() {
        dress();
        remember();
        open(u"history"_s);
        QTRY_COMPARE(find<QTreeView>("historyTree")->model()->rowCount(), 39);
        judgeWindow(u"history"_s);
        find<views::HistoryPage>("history")->setLeft(QDateTime::currentMSecsSinceEpoch() -
                                                     200'000'000);
        find<QPushButton>("historySinceLeft")->click();
        judgeWindow(u"history-while-away"_s);
        find<QPushButton>("historyTotals")->click();
        QTRY_COMPARE(find<QTreeView>("totalsTree")->model()->rowCount(), 3);
        judgeWindow(u"totals"_s);
        window_->showPage(u"settings"_s);
        api::Status status = firewall_->status();
        status.dnsUnasked = 1234;
        status.dnsDamaged = 7;
        status.packetsUnparsed = 1;
        status.eventsLost = 45'678;
        firewall_->setStatus(status);
        auto* troubles = find<QLabel>("settingsTroubles");
        QTRY_VERIFY(troubles->isVisible());
        judgeWindow(u"settings"_s);
        find<QScrollArea>("settingsScroll")->ensureWidgetVisible(troubles);
        judgeWindow(u"settings-troubles"_s);
    }

    void bar_data() { everyLook(); }
    void bar() {
        dress();
        connect();
        open(u"connections"_s);
        find<QAction>("pauseOther")->trigger();
        auto* minutes = find<QDialog>("pauseMinutes");
        QVERIFY(QTest::qWaitForWindowExposed(minutes));
        judge(*minutes, u"pause-minutes"_s);
        minutes->close();
        auto* pauses = find<QToolButton>("pause")->menu();
        pauses->popup({0, 0});
        QVERIFY(QTest::qWaitForWindowExposed(pauses));
        judge(*pauses, u"pause-menu"_s);
        pauses->close();
        api::Status status = firewall_->status();
        status.pausedUntilMs = QDateTime::currentMSecsSinceEpoch() + 86'000'000;
        status.wholeSystem = false;
        firewall_->setStatus(status);
        judgeWindow(u"window-paused"_s);
        status.pausedUntilMs = 0;
        status.blockAll = true;
        firewall_->setStatus(status);
        judgeWindow(u"window-block-all"_s);
        status.blockAll = false;
        status.mode = api::Mode::Learn;
        status.problem = u"the kernel has no BTF"_s;
        status.modeUntilMs = QDateTime::currentMSecsSinceEpoch() + 7 * 86'400'000LL;
        firewall_->setStatus(status);
        judgeWindow(u"window-problem"_s);
        status.problem.clear();
        status.packetHolders = {
            {samples::path(u"/usr/sbin/dhclient"_s), 812, 0},
            {samples::path(u"/usr/libexec/a-program-with-a-rather-long-name-d"_s), 1'204'117, 1000,
             api::PacketFamily::Xdp, 12, true}};
        status.packetHoldersLeftOut = 2;
        firewall_->setStatus(status);
        judgeWindow(u"window-packets"_s);
        window_->tellUpdated();
        judgeWindow(u"window-updated"_s);
        firewall_->setConnected(false);
        judgeWindow(u"window-away"_s);
    }

    void welcome_data() { everyLook(); }
    void welcome() {
        dress();
        connect();
        firewall_->ask(mail(1));
        api::Status status = firewall_->status();
        status.missed = 3;
        status.mode = api::Mode::LockDown;
        firewall_->setStatus(status);
        views::WelcomeWindow window(*firewall_, *questions_);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* next = window.findChild<QPushButton*>(u"welcomeNext"_s);
        judge(window, u"welcome-about"_s);
        next->click();
        judge(window, u"welcome-choice"_s);
        window.findChild<QAbstractButton*>(u"welcomeLearn"_s)->click();
        firewall_->failNext(api::ErrorCode::Denied);
        next->click();
        QTRY_VERIFY(next->isEnabled());
        judge(window, u"welcome-refused"_s);
        next->click();
        QTRY_COMPARE(window.findChild<QTreeView*>(u"welcomeTree"_s)->model()->rowCount(), 5);
        judge(window, u"welcome-now"_s);
    }

    void question_data() { everyLook(); }
    void question() {
        dress();
        ask({mail(1)}, u"question-one"_s);
        ask({mail(1)}, u"question-details"_s, true);
        api::Question other = mail(2);
        other.remotePort = 80;
        api::Question third = samples::question(3, u"/usr/bin/other"_s, u"192.0.2.9"_s, 80);
        ask({mail(1), other, third}, u"question-several"_s);

        api::Question named = mail(1);
        named.names = QStringList{u"api.github.com"_s};
        named.nameSource = api::NameSource::Resolver;
        ask({named}, u"question-named"_s, true);
        named.names = QStringList{u"a-rather-long-label."_s.repeated(11) + u"example.co.uk"_s,
                                  u"<b>other</b>\\032name"_s};
        ask({named}, u"question-long-name"_s);

        api::Question inbound = mail(1);
        inbound.direction = api::Direction::Inbound;
        inbound.localPort = 22;
        inbound.remote = samples::address(u"2001:db8:1234:5678:9abc:def0:1234:5678"_s);
        ask({inbound}, u"question-inbound"_s);

        api::Question risky = mail(1);
        risky.process.path = u"/tmp/build/mail"_s;
        risky.process.identity = {api::AppIdentity::Kind::Script, risky.process.path,
                                  u"/home/ada/check mail.py"_s};
        risky.process.inWritableFolder = risky.process.deleted = true;
        ask({risky}, u"question-risky"_s);

        api::Question changed = mail(1);
        changed.process.path = u"/home/ada/bin/mail"_s;
        changed.process.identity = samples::path(changed.process.path);
        changed.process.inWritableFolder = true;
        changed.changedSinceMs = 1'700'000'000'000;
        ask({changed}, u"question-changed"_s);

        api::Question asking = named;
        asking.remotePort = 80;
        asking.requests = {{api::HttpAsked::State::Read, u"POST"_s,
                            u"/"_s + u"a-rather-long-step/"_s.repeated(20) + u"upload"_s},
                           {api::HttpAsked::State::Read, u"PUT"_s, std::nullopt},
                           {api::HttpAsked::State::Read, u"GET"_s, u"/status"_s}};
        ask({asking}, u"question-requests"_s, true);
        api::Question encrypted = mail(1);
        encrypted.remotePort = 853;
        ask({encrypted}, u"question-encrypted-dns"_s);

        QString path = u"/opt/"_s + u"very-long-folder-name/"_s.repeated(181) + u"program"_s;
        ask({samples::question(1, path, u"192.0.2.55"_s, 443)}, u"question-long-path"_s);

        path = u"/tmp/<b>System</b>\nUpdate \u202Egpj.exe\u2066 & more"_s;
        api::Question marks = samples::question(1, path, u"192.0.2.55"_s, 443);
        marks.process.startedBy = samples::path(u"/tmp/\u05d0\u05d1\u05d2 \u202Ehsab"_s);
        ask({marks}, u"question-marks"_s, true);

        firewall_->setConnected(false);
        judge(*question_, u"question-away"_s);
    }

    void tray_data() { everyLook(); }
    void tray() {
        dress();
        rule();
        firewall_->ask(mail(1));
        desktop::Tray tray(*firewall_, *questions_);
        tray.menu().popup({0, 0});
        QVERIFY(QTest::qWaitForWindowExposed(&tray.menu()));
        judge(tray.menu(), u"tray"_s);
        tray.menu().close();
    }
};

QTEST_MAIN(TestLooks)
#include "tst_looks.moc"
