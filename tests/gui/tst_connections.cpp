// The connections page, clicked and typed like a person would: each row's buttons make exactly that
// row's rule.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDateTime>
#include <QDialog>
#include <QFile>
#include <QFileDialog>
#include <QIODevice>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QModelIndex>
#include <QPoint>
#include <QPushButton>
#include <QScopeGuard>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>

#include "gui_screenshot.h"
#include "models/connections_model.h"
#include "models/words.h"
#include "support/country_file.h"
#include "views/main_window.h"
#include "views/window_settings.h"
#include "widgets/message_bar.h"
#include "widgets/traffic_graph.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using models::ConnectionsModel;

class TestConnections : public QObject {
    Q_OBJECT

    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<views::MainWindow> window_;
    QTreeView* tree_ = nullptr;
    QTemporaryDir settings_;

    void open() {
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->resize(1280, 800);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        tree_ = window_->findChild<QTreeView*>(u"connectionsTree"_s);
        QTRY_COMPARE(tree_->model()->rowCount(), 4);
        tree_->expandAll();
    }
    QModelIndex row(std::initializer_list<int> path) const {
        QModelIndex index;
        for (const int at : path)
            index = tree_->model()->index(at, 0, index);
        return index;
    }
    void hover(const QModelIndex& index) {
        tree_->scrollTo(index);
        QTest::mouseMove(tree_->viewport(), tree_->visualRect(index).center());
    }
    QToolButton* button(const char* name) {
        return tree_->findChild<QToolButton*>(QLatin1String(name));
    }
    QString shown(const QModelIndex& index, int column) const {
        return index.siblingAtColumn(column).data().toString();
    }

    // Some label of the page.
    bool says(const QString& text) const {
        const auto labels = window_->findChild<QWidget*>(u"connections"_s)->findChildren<QLabel*>();
        return std::any_of(labels.cbegin(), labels.cend(), [&](const QLabel* label) {
            return QString(label->text()).remove(QChar(0x200b)).contains(text);
        });
    }

    // In a list of what is allowed, of a program that sorts before all others.
    api::Connection showOneAllowed() {
        const api::Connection one = samples::connection(80, 8, u"192.0.2.8"_s, 80);
        firewall_->publish({samples::program(8, u"/usr/bin/aaa"_s)}, {one});
        [this] { QTRY_COMPARE(tree_->model()->rowCount(), 5); }();
        auto* state = window_->findChild<QComboBox*>(u"connectionsState"_s);
        state->setCurrentIndex(state->findText(u"Allowed"_s));
        return one;
    }
    void leave(api::Connection one) {
        one.state = api::ConnectionState::Blocked;
        firewall_->publish({}, {one});
        QTRY_VERIFY(shown(row({0}), 0) != u"aaa"_s);
    }

    widgets::TrafficGraph* graph() {
        return window_->findChild<widgets::TrafficGraph*>(u"trafficGraph"_s);
    }
    // Nobody else's connection is so old.
    void publishOldOne(const QString& file) {
        api::Connection old = samples::connection(50, 9, u"192.0.2.9"_s, 22);
        old.startedMs -= 200'000;
        firewall_->publish({samples::program(9, file)}, {old});
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
    }
    void drag(qint64 fromMs, qint64 toMs) {
        const int y = graph()->height() / 2;
        const QPoint from(graph()->xOf(fromMs), y), to(graph()->xOf(toMs), y);
        QTest::mousePress(graph(), Qt::LeftButton, {}, from);
        QTest::mouseMove(graph(), (from + to) / 2);
        QTest::mouseMove(graph(), to);
        QTest::mouseRelease(graph(), Qt::LeftButton, {}, to);
    }

  private slots:
    void initTestCase() {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings_.path());
    }
    void init() {
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        samples::fill(*firewall_);
    }
    void cleanup() {
        window_.reset();
        firewall_.reset();
    }

    void treeShowsProgramRemoteConnection() {
        open();
        QCOMPARE(shown(row({0}), ConnectionsModel::Name), u"curl"_s);
        QCOMPARE(shown(row({0}), ConnectionsModel::State), u"Blocked 1 of 2"_s);
        QCOMPARE(shown(row({0, 0}), ConnectionsModel::Name), u"140.82.121.6"_s);
        QVERIFY(shown(row({0, 0, 0}), ConnectionsModel::Name).contains(u"443"_s));
        QCOMPARE(shown(row({0, 0, 0}), ConnectionsModel::RuleColumn), u"Rule 1"_s);
        QCOMPARE(shown(row({0}), ConnectionsModel::RuleColumn), u"several"_s);
    }

    void draggingOverTheTrafficShowsWhatWasAliveThen_data() {
        QTest::addColumn<Qt::LayoutDirection>("direction");
        QTest::newRow("left to right") << Qt::LeftToRight;
        QTest::newRow("right to left") << Qt::RightToLeft;
    }
    void draggingOverTheTrafficShowsWhatWasAliveThen() {
        QFETCH(Qt::LayoutDirection, direction);
        open();
        window_->setLayoutDirection(direction);
        publishOldOne(u"/usr/bin/ssh"_s);
        QVERIFY(graph()->isVisible());
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        QCOMPARE(graph()->xOf(now - 10'000) > graph()->xOf(now - 250'000),
                 direction == Qt::LeftToRight);
        drag(now - 200'000, now - 100'000);
        QTRY_COMPARE(tree_->model()->rowCount(), 1);
        QCOMPARE(tree_->model()->index(0, 0).data().toString(), u"ssh"_s);
        QVERIFY(std::abs(graph()->span()->fromMs - (now - 200'000)) < 3000);
        QVERIFY(std::abs(graph()->span()->toMs - (now - 100'000)) < 3000);
        QVERIFY(graph()->accessibleDescription().contains(u"alive between"_s));
        drag(now - 100'000, now);
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
        QTest::mouseClick(graph(), Qt::LeftButton);
        QVERIFY(!graph()->span());
        QCOMPARE(tree_->model()->rowCount(), 5);
        drag(now - 100'000, now - 200'000);  // the other way
        QTRY_COMPARE(tree_->model()->rowCount(), 1);
        QTest::keyClick(graph(), Qt::Key_Escape);
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
    }

    void theKeyboardChoosesASpanToo() {
        open();
        publishOldOne(u"/usr/bin/ssh"_s);
        graph()->setFocus();
        QTest::keyClick(graph(), Qt::Key_Left);
        QVERIFY(graph()->span());
        const models::Span first = *graph()->span();
        QCOMPARE(first.toMs - first.fromMs, 9'999);
        QCOMPARE(tree_->model()->rowCount(), 5);
        QTest::keyClick(graph(), Qt::Key_Left);
        QCOMPARE(*graph()->span(), (models::Span{first.fromMs - 1000, first.toMs - 1000}));
        QTest::keyClick(graph(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(*graph()->span(), (models::Span{first.fromMs - 1000, first.toMs}));
        for (int i = 0; i < 15; ++i)
            QTest::keyClick(graph(), Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(*graph()->span(), (models::Span{first.fromMs - 151'000, first.toMs - 150'000}));
        QTRY_COMPARE(tree_->model()->rowCount(), 1);
        for (int i = 0; i < 100; ++i)  // not out of the picture
            QTest::keyClick(graph(), Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(graph()->span()->toMs - graph()->span()->fromMs, 10'999);
        QVERIFY(graph()->span()->fromMs > first.fromMs - 300'000);
        QTest::keyClick(graph(), Qt::Key_Escape);
        QVERIFY(!graph()->span());
        QVERIFY(!graph()->accessibleName().isEmpty());
    }

    void theTrafficGivesWayToTheTree() {
        open();
        drag(QDateTime::currentMSecsSinceEpoch() - 250'000,
             QDateTime::currentMSecsSinceEpoch() - 200'000);
        QTRY_COMPARE(tree_->model()->rowCount(), 0);
        window_->resize(1280, window_->minimumSizeHint().height());
        QTRY_VERIFY(!graph()->isVisible());
        QTRY_COMPARE(tree_->model()->rowCount(), 4);  // nothing is filtered by what is not seen
        window_->resize(1280, 800);
        QTRY_VERIFY(graph()->isVisible());
        const auto choose = [this] {
            window_->showPage(u"settings"_s);
            auto* box = window_->findChild<QCheckBox*>(u"settingsTraffic"_s);
            QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
            window_->showPage(u"connections"_s);
        };
        choose();
        QVERIFY(!graph()->isVisible());
        window_.reset();
        open();
        QVERIFY(!graph()->isVisible());  // remembered
        choose();
        QVERIFY(graph()->isVisible());
    }

    void trafficIsDrawn() {
        open();
        api::Connection busy = samples::connection(60, 1, u"192.0.2.60"_s, 443);
        QVERIFY(tests::screenshot(*graph(), u"traffic-still"_s) > 0);
        const QImage before = graph()->grab().toImage();
        // Text is grey here, and so is what is behind it.
        const auto coloured = [this](int column) {
            const QModelIndex cell = row({0, 1}).siblingAtColumn(column);
            const QImage image = tree_->viewport()
                                     ->grab(tree_->visualRect(cell))
                                     .toImage()
                                     .convertToFormat(QImage::Format_RGB32);
            int count = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    count += image.pixelColor(x, y).saturation() > 20 ? 1 : 0;
            return count;
        };
        firewall_->publish({}, {busy});
        for (int i = 0; i < 12; ++i) {
            QTest::qWait(260);
            busy.received += quint64(2'000'000) * quint64(1 + i % 5);
            busy.sent += 400'000;
            firewall_->publish({}, {busy});
        }
        QTest::qWait(1300);
        QVERIFY(graph()->grab().toImage() != before);
        QVERIFY(coloured(ConnectionsModel::Down) > 10);
        QVERIFY(coloured(ConnectionsModel::Up) > 10);
        QCOMPARE(coloured(ConnectionsModel::Total), 0);
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        drag(now - 60'000, now - 20'000);
        QVERIFY(tests::screenshot(*window_, u"connections-traffic"_s) > 50);
    }

    void aProgramsButtonBlocksTheProgramAndNothingElse() {
        open();
        hover(row({1}));
        QTRY_VERIFY(button("rowBlock")->isVisible());
        QTest::mouseClick(button("rowBlock"), Qt::LeftButton);
        // Firefox has a rule for everything it sends out; this one is for both directions.
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        api::Rule expected;
        expected.id = firewall_->ruleList().last().id;
        expected.action = api::Action::Block;
        expected.app = samples::path(u"/usr/lib/firefox/firefox"_s);
        expected.origin = api::Origin::User;
        QCOMPARE(firewall_->ruleList().last(), expected);
    }

    void aRemotesButtonNamesItsAddressOnly() {
        open();
        hover(row({1, 0}));
        QTRY_VERIFY(button("rowAllow")->isVisible());
        QTest::mouseClick(button("rowAllow"), Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        api::Rule expected;
        expected.id = firewall_->ruleList().last().id;
        expected.action = api::Action::Allow;
        expected.app = samples::path(u"/usr/lib/firefox/firefox"_s);
        expected.remote = api::Remote::host(samples::address(u"198.51.100.23"_s));
        expected.origin = api::Origin::User;
        QCOMPARE(firewall_->ruleList().last(), expected);
    }

    void aNamedRemotesButtonNamesItsName() {
        api::Connection one = samples::connection(20, 1, u"198.51.100.1"_s, 443);
        api::Connection two = samples::connection(21, 1, u"198.51.100.2"_s, 443);
        one.name = two.name = u"api.example.org"_s;
        open();
        firewall_->publish({}, {one, two}, false);
        QTRY_COMPARE(shown(row({0, 0}), ConnectionsModel::Name), u"api.example.org"_s);
        tree_->setCurrentIndex(row({0, 0}));
        QTRY_VERIFY(says(u"198.51.100.1\n198.51.100.2"_s));
        QVERIFY(says(u"Allow or block this program and api.example.org,"_s));
        QVERIFY(tests::screenshot(*window_, u"connections-named"_s) > 50);
        hover(row({0, 0}));
        QTRY_VERIFY(button("rowBlock")->isVisible());
        QTest::mouseClick(button("rowBlock"), Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        const api::Rule made = firewall_->ruleList().last();
        QCOMPARE(made.remote.toString(), u"api.example.org"_s);
        QVERIFY(made.remotePorts.isAny());
        QCOMPARE(made.action, api::Action::Block);
    }

    void aConnectionsButtonNamesAddressPortProtocolDirection() {
        open();
        hover(row({1, 1, 0}));
        QTRY_VERIFY(button("rowBlock")->isVisible());
        QTest::mouseClick(button("rowBlock"), Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        api::Rule expected;
        expected.id = firewall_->ruleList().last().id;
        expected.action = api::Action::Block;
        expected.app = samples::path(u"/usr/lib/firefox/firefox"_s);
        expected.direction = api::Direction::Outbound;
        expected.protocol = 6;
        expected.remote = api::Remote::host(samples::address(u"2606:4700::6810:84e5"_s));
        expected.remotePorts = api::PortRange::single(443);
        expected.origin = api::Origin::User;
        QCOMPARE(firewall_->ruleList().last(), expected);
    }

    void aConnectionThatCameInIsKnownByThePortHere() {
        api::Connection in = samples::connection(50, 1, u"203.0.113.77"_s, 55555);
        in.direction = api::Direction::Inbound;
        in.localPort = 8080;
        firewall_->publish({samples::program(1, u"/usr/bin/curl"_s)}, {in}, true);
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->show();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        tree_ = window_->findChild<QTreeView*>(u"connectionsTree"_s);
        QTRY_COMPARE(tree_->model()->rowCount(), 1);
        tree_->expandAll();
        tree_->setFocus();
        tree_->setCurrentIndex(row({0, 0, 0}));
        QTest::keyClick(tree_, Qt::Key_B);
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        const api::Rule& rule = firewall_->ruleList().last();
        QCOMPARE(rule.direction, api::Direction::Inbound);
        QCOMPARE(rule.localPorts, api::PortRange::single(8080));
        QVERIFY(rule.remotePorts.isAny());
    }

    void aRuleOfTheSameReachIsTurnedOver() {
        open();
        tree_->setFocus();
        tree_->setCurrentIndex(row({0, 0, 0}));  // rule 1 allows exactly this
        QTest::keyClick(tree_, Qt::Key_B);
        QTRY_COMPARE(firewall_->ruleList().first().action, api::Action::Block);
        QCOMPARE(firewall_->ruleList().size(), 5);
        QTRY_VERIFY(window_->findChild<QPushButton*>(u"undo"_s)->isVisible());
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(firewall_->ruleList().first().action, api::Action::Allow);
    }

    void buttonsLeaveTheStateInSight_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("mirrored");
        for (const int width : {800, 900, 1024, 1280, 1600}) {
            QTest::addRow("%d", width) << width << false;
            QTest::addRow("%d, right to left", width) << width << true;
        }
    }
    void buttonsLeaveTheStateInSight() {
        QFETCH(int, width);
        QFETCH(bool, mirrored);
        QGuiApplication::setLayoutDirection(mirrored ? Qt::RightToLeft : Qt::LeftToRight);
        const auto back = qScopeGuard([] { QGuiApplication::setLayoutDirection(Qt::LeftToRight); });
        open();
        window_->resize(width, 600);
        QCoreApplication::processEvents();
        const QModelIndex longest = row({2});
        tree_->setCurrentIndex(longest);
        QTRY_VERIFY(button("rowAllow")->isVisible());
        tests::screenshot(*window_,
                          u"connections-%1"_s.arg(QLatin1String(QTest::currentDataTag())));
        const QRect buttons = button("rowAllow")->parentWidget()->geometry();
        QVERIFY(tree_->viewport()->rect().contains(buttons));
        QVERIFY(!buttons.intersects(
            tree_->visualRect(longest.siblingAtColumn(ConnectionsModel::State))));
        // Nothing is written below them.
        QImage bare(tree_->viewport()->size(), QImage::Format_RGB32);
        tree_->viewport()->render(&bare, {}, {}, QWidget::DrawWindowBackground);
        for (int y = buttons.top() + 2; y < buttons.bottom() - 1; ++y)
            for (int x = buttons.left() + 1; x < buttons.right(); ++x)
                QCOMPARE(bare.pixel(x, y), bare.pixel(buttons.left() + 1, y));
    }

    void buttonsStayWithTheirRowWhenRowsMove() {
        open();
        hover(row({1}));
        QTRY_VERIFY(button("rowAllow")->isVisible());
        // A program that sorts before everything slides in.
        firewall_->publish({samples::program(8, u"/usr/bin/aaa"_s)},
                           {samples::connection(80, 8, u"192.0.2.8"_s, 80)});
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
        QTRY_COMPARE(shown(row({0}), 0), u"aaa"_s);
        QCoreApplication::processEvents();
        QTest::mouseClick(button("rowBlock"), Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        QCOMPARE(firewall_->ruleList().last().app, samples::path(u"/usr/lib/firefox/firefox"_s));
    }

    void whatLeavesHandsItsDecisionToNobody() {
        open();
        const api::Connection one = showOneAllowed();
        QCOMPARE(shown(row({0}), 0), u"aaa"_s);
        tree_->setFocus();
        tree_->setCurrentIndex(row({0, 0, 0}));
        leave(one);
        const QString next = shown(row({0}), 0);
        QVERIFY(!tree_->currentIndex().isValid());
        QTest::keyClick(tree_, Qt::Key_B);
        QTest::qWait(50);
        QCOMPARE(firewall_->ruleList().size(), 5);
        // The keyboard goes on from there.
        QTest::keyClick(tree_, Qt::Key_Down);
        QCOMPARE(shown(tree_->currentIndex(), 0), next);
    }

    void whatLeavesHandsItsDecisionToNoneBesideIt() {
        open();
        api::Connection one = showOneAllowed();
        firewall_->publish({}, {samples::connection(81, 8, u"192.0.2.8"_s, 81)});
        QTRY_COMPARE(tree_->model()->rowCount(row({0, 0})), 2);
        tree_->setFocus();
        tree_->setCurrentIndex(row({0, 0, 0}));
        one.state = api::ConnectionState::Blocked;
        firewall_->publish({}, {one});
        QTRY_COMPARE(tree_->model()->rowCount(row({0, 0})), 1);
        QVERIFY(!tree_->currentIndex().isValid());
        QTest::mouseClick(window_->findChild<QPushButton*>(u"inspectorBlock"_s), Qt::LeftButton);
        QTest::keyClick(tree_, Qt::Key_B);
        QTest::qWait(50);
        QCOMPARE(firewall_->ruleList().size(), 5);
        QTest::keyClick(tree_, Qt::Key_Up);
        QCOMPARE(tree_->currentIndex(), row({0, 0, 0}));
    }

    void aButtonThatIsDownIsForItsRowOnly() {
        open();
        const api::Connection one = showOneAllowed();
        hover(row({0}));
        QTRY_VERIFY(button("rowBlock")->isVisible());
        tree_->setCurrentIndex(row({0}));
        QTest::mousePress(button("rowBlock"), Qt::LeftButton);
        leave(one);
        tree_->setCurrentIndex(row({0}));
        QTest::mouseRelease(button("rowBlock"), Qt::LeftButton);
        QTest::qWait(50);
        QCOMPARE(firewall_->ruleList().size(), 5);
    }

    void aNameThatIsKnownLaterNamesTheRow() {
        open();
        api::Connection one = samples::connection(80, 8, u"192.0.2.8"_s, 443);
        firewall_->publish({samples::program(8, u"/usr/bin/aaa"_s)}, {one});
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
        QCOMPARE(shown(row({0, 0}), 0), u"192.0.2.8"_s);
        tree_->setCurrentIndex(row({0, 0, 0}));
        one.name = u"www.example.org"_s;
        firewall_->publish({}, {one});
        QTRY_COMPARE(shown(row({0, 0}), 0), u"www.example.org"_s);
        QCOMPARE(tree_->model()->rowCount(row({0})), 1);
        QCOMPARE(tree_->model()->rowCount(row({0, 0})), 1);
        QTRY_COMPARE(tree_->currentIndex(), row({0, 0, 0}));
        // A program that is found out later, too.
        one.program = 9;
        firewall_->publish({samples::program(9, u"/usr/bin/aab"_s)}, {one});
        QTRY_COMPARE(shown(row({0}), 0), u"aab"_s);
        QCOMPARE(tree_->model()->rowCount(), 5);
        QTest::keyClicks(window_->findChild<QLineEdit*>(u"search"_s), u"to:example.org"_s);
        QCOMPARE(tree_->model()->rowCount(), 1);
    }

    void whatWasClosedStaysClosed() {
        open();
        const QPersistentModelIndex closed = row({0});
        tree_->collapse(closed);
        firewall_->publish({samples::program(8, u"/usr/bin/zzz"_s)},
                           {samples::connection(80, 8, u"192.0.2.8"_s, 80)});
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
        QVERIFY(!tree_->isExpanded(closed));
        QCOMPARE(shown(row({4}), 0), u"zzz"_s);
        QVERIFY(tree_->isExpanded(row({4})) && tree_->isExpanded(row({4, 0})));
        for (QPushButton* each : window_->findChildren<QPushButton*>()) {
            if (each->text() == u"Collapse all"_s)
                each->click();
        }
        firewall_->publish({samples::program(9, u"/usr/bin/zzzz"_s)},
                           {samples::connection(90, 9, u"192.0.2.9"_s, 80)});
        QTRY_COMPARE(tree_->model()->rowCount(), 6);
        for (int at = 0; at < 6; ++at)
            QVERIFY(!tree_->isExpanded(row({at})));
    }

    void programsOfOneNameAreToldApart() {
        open();
        QCOMPARE(shown(row({0}), 0), u"curl"_s);
        firewall_->publish({samples::program(8, u"/opt/own/curl"_s)},
                           {samples::connection(80, 8, u"192.0.2.8"_s, 80)});
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
        QTRY_COMPARE(shown(row({0}), 0), u"curl (/opt/own/)"_s);
        QCOMPARE(shown(row({1}), 0), u"curl (/usr/bin/)"_s);
    }

    void aLongWordDoesNotWidenTheInspector() {
        open();
        auto* inspector = window_->findChild<QWidget*>(u"inspector"_s);
        tree_->setCurrentIndex(row({0, 0, 0}));
        QTRY_VERIFY(firewall_->calls().contains(u"process 1"_s));
        const int before = inspector->minimumSizeHint().width();
        api::Process process;
        process.path = u"/usr/bin/"_s + QString(200, u'x');
        firewall_->setProcess(process);
        tree_->setCurrentIndex(row({0, 1, 0}));
        QTRY_VERIFY(firewall_->calls().contains(u"process 2"_s));
        QTest::qWait(1);
        QVERIFY(inspector->minimumSizeHint().width() <= before);
    }

    void theRuleThatDecidedIsOneClickAway() {
        open();
        const QModelIndex cell = row({0, 0, 0}).siblingAtColumn(ConnectionsModel::RuleColumn);
        QTest::mouseClick(tree_->viewport(), Qt::LeftButton, {}, tree_->visualRect(cell).center());
        QCOMPARE(window_->currentPage(), u"rules"_s);
        auto* rules = window_->findChild<QTreeView*>(u"rulesTree"_s);
        QTRY_COMPARE(rules->currentIndex().siblingAtColumn(0).data().toString(), u"Rule 1"_s);
    }

    void theInspectorTellsWhoAndWhy() {
        open();
        tree_->setCurrentIndex(row({0, 0, 0}));
        QTRY_VERIFY(firewall_->calls().contains(u"process 1"_s));
        QTRY_VERIFY(firewall_->calls().contains(u"explain 1"_s));
        QTRY_VERIFY(says(u"'https://api.example.org/v1/things?q=a b'"_s));
        QTRY_VERIFY(says(u"/usr/bin/bash (900)"_s));
        QTRY_VERIFY(says(u"This one decides."_s));
        QTRY_VERIFY(says(u"remote 140.82.121.6 is not in 203.0.113.9"_s));
        auto* block = window_->findChild<QPushButton*>(u"inspectorBlock"_s);
        QTest::mouseClick(block, Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().first().action, api::Action::Block);
    }

    void theInspectorFollowsWhatIsDecidedAndCounted() {
        open();
        tree_->setCurrentIndex(row({0, 0, 0}));
        QTRY_VERIFY(says(u"This one decides."_s));
        const auto asked = [this] { return firewall_->calls().count(u"explain 1"_s); };
        const auto before = asked();
        api::Connection changed =
            samples::connection(1, 1, u"140.82.121.6"_s, 443, api::ConnectionState::Allowed, 1);
        changed.received += 1024 * 1024;
        firewall_->publish({}, {changed});
        const QString counted = models::Words::bytes(changed.received);
        QTRY_VERIFY(says(counted));
        QTest::qWait(300);          // longer than it waits before it asks
        QCOMPARE(asked(), before);  // that says nothing new of why
        changed.state = api::ConnectionState::Blocked;
        changed.reason = api::Reason::TimedOut;
        changed.rule = 0;
        firewall_->publish({}, {changed});
        QTRY_COMPARE(asked(), before + 1);
        QTRY_VERIFY(says(counted));
    }

    void theInspectorKeepsWhatItKnewWhileTheHelperIsAway() {
        open();
        tree_->setCurrentIndex(row({0, 0, 0}));
        QTRY_VERIFY(says(u"/usr/bin/bash (900)"_s));
        QTRY_VERIFY(says(u"This one decides."_s));
        auto* block = window_->findChild<QPushButton*>(u"inspectorBlock"_s);
        QVERIFY(block->isEnabled());
        firewall_->setConnected(false);
        QTest::qWait(300);  // longer than it waits before it asks
        QVERIFY(!block->isEnabled());
        QVERIFY(says(u"/usr/bin/bash (900)"_s));
        QVERIFY(says(u"This one decides."_s));
        firewall_->setConnected(true);
        QTRY_VERIFY(block->isEnabled());
    }

    void encryptedDnsIsBlockedByReadyRules() {
        api::Connection doh = samples::connection(60, 2, u"9.9.9.9"_s, 443);
        doh.name = u"dns.quad9.net"_s;
        firewall_->publish({}, {doh});
        open();
        const auto offer = [this] {
            return window_->findChild<QPushButton*>(u"inspectorEncryptedDns"_s);
        };
        tree_->setCurrentIndex(row({0}));
        QVERIFY(!offer()->isVisible());
        const auto openDialog = [&] {
            const auto found = tree_->model()->match(row({0}), Qt::DisplayRole, u"firefox"_s, 1,
                                                     Qt::MatchContains | Qt::MatchRecursive);
            tree_->setCurrentIndex(found.value(0));
            QTRY_VERIFY(offer()->isVisible());
            QTRY_VERIFY(says(u"encrypted DNS"_s));
            offer()->setFocus();
            QTest::keyClick(offer(), Qt::Key_Space);
        };
        const auto dialog = [this] {
            return window_->findChild<QDialog*>(u"encryptedDnsDialog"_s);
        };
        openDialog();
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        auto* rules = dialog()->findChild<QListWidget*>(u"encryptedDnsRules"_s);
        const int own = rules->count();
        QVERIFY(own > 10);
        QVERIFY2(rules->item(0)->text().contains(u"Firefox"_s, Qt::CaseInsensitive),
                 qPrintable(rules->item(0)->text()));
        QVERIFY(tests::screenshot(*dialog(), u"encrypted-dns"_s) > 50);
        QCOMPARE(firewall_->ruleList().size(), 5);
        QTest::keyClick(dialog(), Qt::Key_Escape);
        QTRY_VERIFY(!dialog());
        QCOMPARE(firewall_->ruleList().size(), 5);

        openDialog();
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        QTest::mouseClick(dialog()->findChild<QPushButton*>(u"encryptedDnsBlock"_s),
                          Qt::LeftButton);
        QTRY_COMPARE(firewall_->ruleList().size(), 5 + own);
        QCOMPARE(firewall_->ruleList().last().app, samples::path(u"/usr/lib/firefox/firefox"_s));
        const auto told = [this] {
            return window_->findChild<widgets::MessageBar*>(u"undoBar"_s)->text();
        };
        QTRY_VERIFY2(told().contains(u"rules made: %1"_s.arg(own)), qPrintable(told()));
        QVERIFY(tests::screenshot(*window_, u"encrypted-dns-done"_s) > 50);
        QTRY_VERIFY(!dialog());

        openDialog();  // once more changes nothing, and all programs are another matter
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        dialog()->findChild<QPushButton*>(u"encryptedDnsBlock"_s)->click();
        QTRY_VERIFY2(told().contains(u"stand already"_s), qPrintable(told()));
        QCOMPARE(firewall_->ruleList().size(), 5 + own);
        QTRY_VERIFY(!dialog());
        openDialog();
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        QTest::keyClick(dialog()->findChild<QWidget*>(u"encryptedDnsAll"_s), Qt::Key_Space);
        QCOMPARE(dialog()->findChild<QListWidget*>(u"encryptedDnsRules"_s)->count(), own + 1);
        dialog()->findChild<QPushButton*>(u"encryptedDnsBlock"_s)->click();
        QTRY_COMPARE(firewall_->ruleList().size(), 5 + own + own + 1);
        QCOMPARE(firewall_->ruleList().last().app.kind, api::AppIdentity::Kind::Any);
        QTRY_VERIFY(!dialog());
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QTRY_VERIFY2(told().contains(u"all programs"_s), qPrintable(told()));
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);  // one step each
        QTRY_COMPARE(firewall_->ruleList().size(), 5 + own);
    }

    void theInspectorTellsTheCountry() {
        const QString file = settings_.filePath(u"Country.mmdb"_s);
        const QString other = settings_.filePath(u"Other.mmdb"_s);
        const QString damaged = settings_.filePath(u"damaged.mmdb"_s);
        const auto entry = [](const QString& name) {
            return tests::CountryEntry{u"140.82.121.0/24"_s, u"US"_s, {{"en", name}}};
        };
        QVERIFY(tests::CountryFile::write(file, {entry(u"United States"_s)}));
        QVERIFY(tests::CountryFile::write(other, {entry(u"America"_s)}));
        QFile empty(damaged);
        QVERIFY(empty.open(QIODevice::WriteOnly));
        views::setCountryFile(file);
        open();
        tree_->setCurrentIndex(row({0, 0}));
        QTRY_VERIFY(says(u"United States"_s));
        tree_->setCurrentIndex(row({0, 1, 0}));
        QTRY_VERIFY(!says(u"United States"_s));

        auto* chosen = window_->findChild<QLabel*>(u"settingsCountries"_s);
        const auto choose = [&](const QString& path) {
            window_->showPage(u"settings"_s);
            QTimer::singleShot(0, this, [path] {
                auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
                QVERIFY(dialog);
                dialog->selectFile(path);
                dialog->findChild<QLineEdit*>()->setText(path);
                QTest::keyClick(dialog, Qt::Key_Return);
            });
            QTest::mouseClick(window_->findChild<QPushButton*>(u"settingsChooseCountries"_s),
                              Qt::LeftButton);
            window_->showPage(u"connections"_s);
        };
        choose(other);
        QVERIFY(chosen->text().contains(other));
        tree_->setCurrentIndex(row({0, 0, 0}));
        QTRY_VERIFY(says(u"America"_s));
        // What is no such file changes nothing.
        choose(damaged);
        QVERIFY(chosen->text().contains(other));
        tree_->setCurrentIndex(row({0, 0}));
        QTRY_VERIFY(says(u"America"_s));
        window_.reset();
        open();
        tree_->setCurrentIndex(row({0, 0, 0}));
        QTRY_VERIFY(says(u"America"_s));  // remembered
        views::setCountryFile({});
    }

    void searchAndStateFilter() {
        open();
        auto* search = window_->findChild<QLineEdit*>(u"search"_s);
        QTest::keyClicks(search, u"program:python to:192.0.2.201"_s);
        QCOMPARE(tree_->model()->rowCount(), 1);
        QCOMPARE(tree_->model()->rowCount(row({0})), 1);
        search->clear();
        QTest::keyClicks(search, u"port:80"_s);
        QCOMPARE(tree_->model()->rowCount(), 1);
        QCOMPARE(shown(row({0, 0}), 0), u"203.0.113.9"_s);
        search->clear();
        auto* state = window_->findChild<QComboBox*>(u"connectionsState"_s);
        state->setCurrentIndex(state->findText(u"Waiting"_s));
        QCOMPARE(tree_->model()->rowCount(), 1);
        QCOMPARE(shown(row({0}), 0), u"updater-daemon"_s);
    }

    void aHiddenPageCostsNothing() {
        open();
        QVERIFY(firewall_->watched());
        window_->showPage(u"rules"_s);
        QTRY_VERIFY(!firewall_->watched());
        window_->showPage(u"connections"_s);
        QTRY_VERIFY(firewall_->watched());
        window_->hide();
        QTRY_VERIFY(!firewall_->watched());
    }

    void theKeyboardAloneIsEnough() {
        open();
        QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), u"updater"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY(tree_->hasFocus());
        QTest::keyClick(tree_, Qt::Key_Home);
        QTest::keyClick(tree_, Qt::Key_Down);
        QTest::keyClick(tree_, Qt::Key_A);
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        QCOMPARE(firewall_->ruleList().last().remote,
                 api::Remote::host(samples::address(u"198.51.100.99"_s)));
        QTRY_VERIFY(window_->findChild<QPushButton*>(u"undo"_s)->isVisible());
        QTest::keyClick(tree_, Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(firewall_->ruleList().size(), 5);
    }

    void aFailedChangeIsSaid() {
        open();
        tree_->setFocus();
        tree_->setCurrentIndex(row({1}));
        firewall_->failNext(api::ErrorCode::Denied);
        QTest::keyClick(tree_, Qt::Key_B);
        auto* bar = window_->findChild<QWidget*>(u"undoBar"_s);
        QTRY_VERIFY(bar->isVisible());
        QVERIFY(bar->accessibleName().contains(u"not allowed"_s));
        QCOMPARE(firewall_->ruleList().size(), 5);
    }

    void tenThousandRows() {
        open();
        api::ConnectionList many;
        for (int at = 0; at < 10'000; ++at)
            many += samples::connection(api::ConnectionId(1000 + at), api::ProgramId(1 + at % 3),
                                        u"10.%1.%2.%3"_s.arg(at % 7).arg(at / 256).arg(at % 256),
                                        quint16(1 + at % 60'000));
        emit firewall_->connectionsChanged({}, many, false);
        auto* model = window_->findChild<ConnectionsModel*>();
        const auto count = [&] {
            const auto labels =
                window_->findChild<QWidget*>(u"connections"_s)->findChildren<QLabel*>();
            return std::any_of(labels.cbegin(), labels.cend(), [](const QLabel* label) {
                return label->text().endsWith(u"10008"_s);
            });
        };
        Q_UNUSED(model)
        QTRY_VERIFY(count());
        tree_->expandAll();
        tree_->sortByColumn(ConnectionsModel::Total, Qt::DescendingOrder);
        QCoreApplication::processEvents();
        QVERIFY(tests::screenshot(*window_, u"connections-10000"_s) > 50);
        QTest::keyClicks(window_->findChild<QLineEdit*>(u"search"_s), u"10.3.7."_s);
        QTRY_VERIFY(tree_->model()->rowCount() > 0);
        tree_->expandAll();
        QVERIFY(tests::screenshot(*window_, u"connections-10000-search"_s) > 50);
    }
};

QTEST_MAIN(TestConnections)
#include "tst_connections.moc"
