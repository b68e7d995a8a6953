// Tray, notifications, one instance: what is there when no window is open.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QApplication>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QIODevice>
#include <QIcon>
#include <QImage>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QVariantMap>
#include <memory>

#include "desktop/notifier.h"
#include "desktop/quota_watch.h"
#include "desktop/shell.h"
#include "desktop/single_instance.h"
#include "desktop/tray.h"
#include "desktop/tray_face.h"
#include "fakes/fake_firewall.h"
#include "gui_screenshot.h"
#include "support/private_bus.h"
#include "views/window_settings.h"
#include "widgets/contrast.h"

using namespace sallyport;
using desktop::TrayFace;
using desktop::TrayState;

namespace {

api::Question question(api::QuestionId id, bool missed = false) {
    api::Question made;
    made.id = id;
    made.process.path = QStringLiteral("/usr/bin/mail");
    made.process.identity = {api::AppIdentity::Kind::Path, made.process.path, {}};
    made.protocol = 6;
    made.remote = api::Address::v4(0xC0000200 + static_cast<quint32>(id));
    made.remotePort = 443;
    made.askedMs = QDateTime::currentMSecsSinceEpoch();
    made.deadlineMs = made.askedMs + 60'000;
    made.missed = missed;
    return made;
}

}  // namespace

// A notification service that writes down what it is told.
class Notifications : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
  public:
    struct Note {
        uint number;
        QString title;
        QString body;
        QStringList actions;
    };
    QList<Note> notes;
    QList<uint> closed;
    QStringList capabilities{QStringLiteral("body"), QStringLiteral("actions"),
                             QStringLiteral("body-markup")};

  public slots:
    QStringList GetCapabilities() { return capabilities; }
    uint Notify(const QString&, uint, const QString&, const QString& title, const QString& body,
                const QStringList& actions, const QVariantMap&, int) {
        notes.append({++last_, title, body, actions});
        return last_;
    }
    void CloseNotification(uint number) { closed.append(number); }

  signals:
    void ActionInvoked(uint number, const QString& action);
    void NotificationClosed(uint number, uint reason);

  private:
    uint last_ = 0;
};

class TestTray : public QObject {
    Q_OBJECT
  private:
    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<models::QuestionsModel> questions_;
    std::unique_ptr<desktop::Tray> tray_;
    tests::PrivateBus bus_;
    QString address_;
    Notifications service_;

    QAction* action(const char* name) {
        QAction* const found = tray_->menu().findChild<QAction*>(QLatin1String(name));
        if (!found)
            qFatal("no action %s", name);
        return found;
    }
    bool haveBus() const { return !address_.isEmpty(); }
    QDBusConnection appBus() {
        return QDBusConnection::connectToBus(address_, QStringLiteral("app"));
    }

  private slots:
    void aUsedUpQuotaIsToldOnce() {
        fakes::FakeFirewall firewall;
        api::Rule rule;
        rule.id = 3;
        rule.action = api::Action::Allow;
        rule.app = {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/wget"), {}};
        rule.quota = {5'000'000'000, api::Period::Day, api::WhenUsedUp::Block, 4'000'000'000};
        firewall.setRules({rule});
        desktop::QuotaWatch watch(firewall);
        QStringList told;
        connect(&watch, &desktop::QuotaWatch::usedUp, this,
                [&told](const QString& text) { told.append(text); });
        QCoreApplication::processEvents();
        rule.quota.used = 5'000'000'000;
        for (int i = 0; i < 2; ++i) {
            firewall.setRules({rule});
            emit firewall.rulesChanged();
            QTRY_COMPARE(
                told,
                QStringList(QStringLiteral("wget (rule 3): quota used up: 5.0 GB of 5 GB today")));
        }
        desktop::QuotaWatch late(firewall);  // that is no news for it
        connect(&late, &desktop::QuotaWatch::usedUp, this,
                [](const QString&) { QFAIL("told again"); });
        QCoreApplication::processEvents();
    }
    void initTestCase() {
        desktop::loadResources();
        address_ = bus_.start();
        if (!haveBus())
            return;
        QDBusConnection connection =
            QDBusConnection::connectToBus(address_, QStringLiteral("service"));
        QVERIFY(connection.registerObject(
            QStringLiteral("/org/freedesktop/Notifications"), &service_,
            QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
        QVERIFY(connection.registerService(QStringLiteral("org.freedesktop.Notifications")));
    }
    void cleanupTestCase() {
        QDBusConnection::disconnectFromBus(QStringLiteral("app"));
        QDBusConnection::disconnectFromBus(QStringLiteral("service"));
    }
    void init() {
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        questions_ = std::make_unique<models::QuestionsModel>(*firewall_);
        tray_ = std::make_unique<desktop::Tray>(*firewall_, *questions_);
        firewall_->startAgent();
        service_.notes.clear();
        service_.closed.clear();
    }
    void cleanup() {
        tray_.reset();
        questions_.reset();
        firewall_.reset();
    }

    void saysTheMostPressingState_data();
    void saysTheMostPressingState();
    void everyStateHasAShapeOfItsOwn();
    void everyStateIsToldOnLightAndDarkPanels();
    void theThemesIconIsNamed();
    void countsWhatWaits();
    void setsTheMode();
    void pausesAndEndsThePause();
    void blocksEverything();
    void blocksEverythingInAPauseToo();
    void opensAndQuits();
    void aClickGoesToTheQuestionElseTheWindow();
    void saysThatTheHelperIsAway();
    void saysHowToTurnItOffWhereNothingWorks();
    void aRefusedChangeIsTakenBack();
    void allowsWhatWasBlockedLately();
    void aBlockedNameIsAllowedByItsName();
    void menuPicture();

    void notifiesWhenPutOff();
    void nothingThatNobodyHearsIsLeft();
    void whereThereIsNoTrayANotificationSaysIt();
    void whoWantsNoNotificationsGetsNone();
    void aNotificationAnswers();
    void aNotificationGoesWithItsQuestion();
    void aClickOnAFreshNotificationDoesNothing();
    void whatWasClickedTooSoonIsShownAgain();
    void aSecondStartTellsTheFirst();
    void aSocketLeftBehindIsNoInstance();
};

void TestTray::saysTheMostPressingState_data() {
    QTest::addColumn<bool>("connected");
    QTest::addColumn<int>("waiting");
    QTest::addColumn<QString>("what");
    QTest::addColumn<TrayState>("state");
    QTest::addColumn<QString>("word");
    QTest::newRow("protected") << true << 0 << "" << TrayState::Protected << "protected";
    QTest::newRow("waiting") << true << 3 << "" << TrayState::Waiting << "3";
    QTest::newRow("learning") << true << 0 << "learn" << TrayState::Learning << "learning";
    QTest::newRow("lock down") << true << 0 << "lock" << TrayState::Protected << "locked down";
    QTest::newRow("audit") << true << 0 << "audit" << TrayState::Learning << "auditing";
    QTest::newRow("paused") << true << 0 << "pause" << TrayState::Paused << "paused";
    QTest::newRow("all blocked") << true << 0 << "block" << TrayState::Protected << "blocked";
    QTest::newRow("paused later") << true << 0 << "pause block" << TrayState::Paused << "paused";
    QTest::newRow("not enforcing") << true << 2 << "off" << TrayState::Off << "off";
    QTest::newRow("away") << false << 0 << "" << TrayState::Off << "not reachable";
}

void TestTray::saysTheMostPressingState() {
    QFETCH(bool, connected);
    QFETCH(int, waiting);
    QFETCH(QString, what);
    QFETCH(TrayState, state);
    QFETCH(QString, word);
    constexpr qint64 kNow = 1'700'000'000'000;
    api::Status status;
    status.enforcing = !what.contains(QLatin1String("off"));
    status.blockAll = what.contains(QLatin1String("block"));
    status.pausedUntilMs = what.contains(QLatin1String("pause")) ? kNow + 1 : kNow - 1;
    if (what == QLatin1String("learn"))
        status.mode = api::Mode::Learn;
    if (what == QLatin1String("lock"))
        status.mode = api::Mode::LockDown;
    if (what == QLatin1String("audit"))
        status.mode = api::Mode::Audit;
    QCOMPARE(TrayFace::state(connected, status, waiting, kNow), state);
    const QString tip = TrayFace::toolTip(connected, status, waiting, kNow);
    QVERIFY2(tip.contains(word), qPrintable(tip));
}

void TestTray::everyStateHasAShapeOfItsOwn() {
    QList<QImage> seen;
    for (const TrayState state : {TrayState::Protected, TrayState::Waiting, TrayState::Learning,
                                  TrayState::Paused, TrayState::Off}) {
        const QImage image = TrayFace::icon(state, 1, QPalette())
                                 .pixmap(32, 32)
                                 .toImage()
                                 .convertToFormat(QImage::Format_Alpha8);
        QVERIFY(!seen.contains(image));
        QImage blank = image;
        blank.fill(Qt::transparent);
        QVERIFY(image != blank);
        seen.append(image);
    }
    QVERIFY(TrayFace::icon(TrayState::Waiting, 2, QPalette()).pixmap(32, 32).toImage() !=
            TrayFace::icon(TrayState::Waiting, 3, QPalette()).pixmap(32, 32).toImage());
    QVERIFY(TrayFace::icon(TrayState::Off, 0, QPalette()).pixmap(32, 32).toImage() !=
            TrayFace::icon(TrayState::Off, 0, tests::darkPalette()).pixmap(32, 32).toImage());
}

// Whoever draws the pixels knows the panel's colour, and the app does not.
void TestTray::everyStateIsToldOnLightAndDarkPanels() {
    constexpr int side = 22;
    const auto on = [](const QColor& panel, const QIcon& icon) {
        QImage image(side, side, QImage::Format_RGB32);
        image.fill(panel);
        QPainter painter(&image);
        painter.drawPixmap(0, 0, icon.pixmap(side, side));
        return image;
    };
    // Pixels that differ as WCAG 2 wants it of graphics (1.4.11).
    const auto apart = [](const QImage& one, const QImage& other) {
        int count = 0;
        for (int at = 0; at < side * side; ++at)
            count += widgets::contrast(one.pixelColor(at % side, at / side),
                                       other.pixelColor(at % side, at / side)) >= 3;
        return count;
    };
    QImage sheet(6 * 4 * side, 4 * side * 4, QImage::Format_RGB32);
    QPainter whole(&sheet);
    int row = 0;
    for (const QPalette& palette : {QPalette(), tests::darkPalette()}) {
        for (const QColor& panel : {QColor(Qt::white), QColor(0x15, 0x15, 0x15)}) {
            QList<QImage> seen;
            for (const TrayState state : {TrayState::Protected, TrayState::Waiting,
                                          TrayState::Learning, TrayState::Paused, TrayState::Off})
                seen += on(panel, TrayFace::icon(state, 1, palette));
            seen += on(panel, TrayFace::icon(TrayState::Waiting, 3, palette));
            for (qsizetype at = 0; at < seen.size(); ++at)
                whole.drawImage(QRect(int(at) * 4 * side, row * 4 * side, 4 * side, 4 * side),
                                seen[at]);
            ++row;
            seen += on(panel, {});
            for (qsizetype one = 0; one < seen.size(); ++one) {
                for (qsizetype other = 0; other < one; ++other)
                    QVERIFY2(apart(seen[one], seen[other]) >= side,
                             qPrintable(QStringLiteral("%1 and %2 on %3: %4")
                                            .arg(one)
                                            .arg(other)
                                            .arg(panel.name())
                                            .arg(apart(seen[one], seen[other]))));
            }
        }
    }
    whole.end();
    const QDir folder(qEnvironmentVariable("SALLYPORT_SCREENSHOTS", QStringLiteral("screenshots")));
    QVERIFY(folder.mkpath(QStringLiteral(".")));
    QVERIFY(sheet.save(folder.filePath(QStringLiteral("tray-icons.png"))));
}

// So the desktop gives it the panel's colour; but the theme's has no number.
void TestTray::theThemesIconIsNamed() {
    QCOMPARE(TrayFace::icon(TrayState::Off, 0, {}).name(), QString());
    const QStringList before = QIcon::themeSearchPaths();
    QTemporaryDir folder;
    const QString icons = folder.filePath(QStringLiteral("hicolor/symbolic/status"));
    QVERIFY(QDir().mkpath(icons));
    for (const char* state : {"off", "waiting"}) {
        const QString file = QStringLiteral("/sallyport-%1-symbolic.svg").arg(QLatin1String(state));
        QVERIFY(QFile::copy(QStringLiteral(":/sallyport/icons") + file, icons + file));
    }
    QFile index(folder.filePath(QStringLiteral("hicolor/index.theme")));
    QVERIFY(index.open(QIODevice::WriteOnly));
    index.write(
        "[Icon Theme]\nName=Hicolor\nDirectories=symbolic/status\n"
        "[symbolic/status]\nSize=16\nMinSize=8\nMaxSize=512\nType=Scalable\n");
    index.close();
    QIcon::setThemeSearchPaths({folder.path()});
    QIcon::setThemeName(QStringLiteral("hicolor"));
    const QIcon off = TrayFace::icon(TrayState::Off, 0, {});
    QCOMPARE(off.name(), QStringLiteral("sallyport-off-symbolic"));
    QVERIFY(off.availableSizes().contains(QSize(22, 22)));
    QCOMPARE(TrayFace::icon(TrayState::Waiting, 1, {}).name(),
             QStringLiteral("sallyport-waiting-symbolic"));
    QCOMPARE(TrayFace::icon(TrayState::Waiting, 2, {}).name(), QString());
    const QImage named = off.pixmap(22, 22).toImage();
    QIcon::setThemeSearchPaths(before);
    QIcon::setThemeName({});
    QCOMPARE(named, TrayFace::icon(TrayState::Off, 0, {}).pixmap(22, 22).toImage());
}

void TestTray::countsWhatWaits() {
    QVERIFY(!action("waiting")->isEnabled());
    firewall_->ask(question(1));
    QCOMPARE(action("waiting")->text(), QStringLiteral("One question is &waiting"));
    firewall_->ask(question(2));
    QVERIFY(action("waiting")->isEnabled());
    QCOMPARE(action("waiting")->text(), QStringLiteral("2 questions are &waiting"));
    QVERIFY(tray_->icon().toolTip().contains(QStringLiteral("2")));
    QSignalSpy wanted(tray_.get(), &desktop::Tray::questionsWanted);
    action("waiting")->trigger();
    QCOMPARE(wanted.count(), 1);
    firewall_->withdraw(1, QStringLiteral("gone"));
    firewall_->withdraw(2, QStringLiteral("gone"));
    QVERIFY(!action("waiting")->isEnabled());
}

void TestTray::setsTheMode() {
    QVERIFY(action("modeAsk")->isChecked());
    action("modeLearn")->trigger();
    QVERIFY(firewall_->calls().contains(QStringLiteral("setMode learn")));
    QVERIFY(action("modeLearn")->isChecked());
    QVERIFY(!action("modeAsk")->isChecked());
    action("modeLockDown")->trigger();
    QVERIFY(firewall_->calls().contains(QStringLiteral("setMode lock-down")));
    action("modeAudit")->trigger();
    QVERIFY(firewall_->calls().contains(QStringLiteral("setMode audit")));
}

void TestTray::pausesAndEndsThePause() {
    QVERIFY(!action("pauseEnd")->isVisible());
    action("pause300")->trigger();
    QVERIFY(firewall_->calls().contains(QStringLiteral("pause 300")));
    QVERIFY(action("pauseEnd")->isVisible());
    action("pause3600")->trigger();
    QVERIFY(firewall_->calls().contains(QStringLiteral("pause 3600")));
    action("pause86400")->trigger();
    QVERIFY(firewall_->calls().contains(QStringLiteral("pause 86400")));
    action("pauseEnd")->trigger();
    QVERIFY(firewall_->calls().contains(QStringLiteral("pause 0")));
    QVERIFY(!action("pauseEnd")->isVisible());
}

void TestTray::blocksEverything() {
    action("blockAll")->trigger();
    QVERIFY(firewall_->status().blockAll);
    QVERIFY(action("blockAll")->isChecked());
    action("blockAll")->trigger();
    QVERIFY(!firewall_->status().blockAll);
}

void TestTray::blocksEverythingInAPauseToo() {
    const auto paused = [&] { return firewall_->status().pausedUntilMs != 0; };
    action("blockAll")->trigger();
    action("pause300")->trigger();
    QVERIFY(paused());
    QVERIFY(!action("blockAll")->isChecked());
    action("blockAll")->trigger();
    QVERIFY(firewall_->status().blockAll);
    QVERIFY(!paused());
    QVERIFY(action("blockAll")->isChecked());
}

void TestTray::opensAndQuits() {
    QSignalSpy window(tray_.get(), &desktop::Tray::windowWanted);
    QSignalSpy quit(tray_.get(), &desktop::Tray::quitWanted);
    action("open")->trigger();
    action("quit")->trigger();
    QCOMPARE(window.count(), 1);
    QCOMPARE(quit.count(), 1);
    QVERIFY(action("quit")->text().contains(QStringLiteral("protection goes on")));
}

void TestTray::aClickGoesToTheQuestionElseTheWindow() {
    QSignalSpy window(tray_.get(), &desktop::Tray::windowWanted);
    QSignalSpy questions(tray_.get(), &desktop::Tray::questionsWanted);
    emit tray_->icon().activated(QSystemTrayIcon::Trigger);
    QCOMPARE(window.count(), 1);
    firewall_->ask(question(1));
    emit tray_->icon().activated(QSystemTrayIcon::Trigger);
    QCOMPARE(window.count(), 1);
    QCOMPARE(questions.count(), 1);
}

void TestTray::saysThatTheHelperIsAway() {
    firewall_->ask(question(1));
    firewall_->setConnected(false);
    QVERIFY(tray_->icon().toolTip().contains(QStringLiteral("not reachable")));
    QVERIFY(!action("waiting")->isEnabled());
    QVERIFY(!action("modeLearn")->isEnabled());
    QVERIFY(!action("blockAll")->isEnabled());
    QVERIFY(action("recover")->isEnabled());
    firewall_->setConnected(true);
    QVERIFY(action("modeLearn")->isEnabled());
    QVERIFY(action("waiting")->isEnabled());
}

void TestTray::saysHowToTurnItOffWhereNothingWorks() {
    const auto boxes = [] {
        QList<QMessageBox*> found;
        for (QWidget* window : QApplication::topLevelWidgets()) {
            if (auto* box = qobject_cast<QMessageBox*>(window); box && box->isVisible())
                found << box;
        }
        return found;
    };
    firewall_->setConnected(false);
    action("recover")->trigger();
    action("recover")->trigger();
    QCOMPARE(boxes().size(), 1);
    QMessageBox* box = boxes().first();
    QVERIFY(box->text().contains(QStringLiteral("sudo sallyportd --off")));
    QVERIFY(box->informativeText().contains(QStringLiteral("sudo systemctl start sallyportd")));
    QVERIFY(box->textInteractionFlags() & Qt::TextSelectableByKeyboard);
    QVERIFY(tests::screenshot(*box, QStringLiteral("recovery")) > 10);
    QTest::keyClick(box, Qt::Key_Escape);
    QVERIFY(boxes().isEmpty());
}

void TestTray::aRefusedChangeIsTakenBack() {
    firewall_->failNext(api::ErrorCode::Denied);
    action("modeLearn")->trigger();
    QTRY_VERIFY(action("modeAsk")->isChecked());
    firewall_->failNext(api::ErrorCode::Denied);
    action("blockAll")->trigger();
    QTRY_VERIFY(!action("blockAll")->isChecked());
}

void TestTray::allowsWhatWasBlockedLately() {
    api::Connection blocked;
    blocked.id = 9;
    blocked.protocol = 6;
    blocked.remote = api::Address::v4(0xC6336401);
    blocked.remotePort = 80;
    blocked.state = api::ConnectionState::Blocked;
    blocked.reason = api::Reason::Mode;
    blocked.program = 3;
    firewall_->setHistory(
        {{3, {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/other"), {}}}}, {blocked});
    firewall_->ask(question(1));
    firewall_->withdraw(1, QStringLiteral("timed-out"));
    api::Question unnameable = question(2);
    unnameable.process.identity.path = QStringLiteral("/opt/a\nb");  // no rule can be made for it
    firewall_->ask(unnameable);
    firewall_->withdraw(2, QStringLiteral("timed-out"));
    auto* const blocks = tray_->menu().findChild<QMenu*>(QStringLiteral("blocks"));
    QTRY_COMPARE(blocks->findChildren<QAction*>(QStringLiteral("allowBlock")).size(), 2);
    QVERIFY(blocks->actions().at(0)->text().contains(QStringLiteral("192.0.2.1")));
    QVERIFY(blocks->actions().at(1)->text().contains(QStringLiteral("198.51.100.1")));

    blocks->findChildren<QAction*>(QStringLiteral("allowBlock")).at(0)->trigger();
    QTRY_COMPARE(firewall_->answers().size(), 1);
    QCOMPARE(firewall_->answers().first().answer.action, api::Action::Allow);
    QVERIFY(firewall_->answers().first().answer.lifetime != api::Lifetime::Connection);
    QTRY_COMPARE(blocks->findChildren<QAction*>(QStringLiteral("allowBlock")).size(), 1);
    blocks->findChildren<QAction*>(QStringLiteral("allowBlock")).at(0)->trigger();
    QTRY_COMPARE(firewall_->ruleList().size(), 1);
    QCOMPARE(firewall_->ruleList().first().action, api::Action::Allow);
    QCOMPARE(firewall_->ruleList().first().app.path, QStringLiteral("/usr/bin/other"));
}

void TestTray::aBlockedNameIsAllowedByItsName() {
    api::Connection blocked;
    blocked.id = 9;
    blocked.protocol = 6;
    blocked.remote = api::Address::v4(0xC6336401);
    blocked.remotePort = 80;
    blocked.name = QStringLiteral("api.example.org");
    blocked.state = api::ConnectionState::Blocked;
    blocked.reason = api::Reason::Mode;
    blocked.program = 3;
    firewall_->setHistory(
        {{3, {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/other"), {}}}}, {blocked});
    api::Question named = question(1);
    named.names = QStringList{QStringLiteral("mail.example.org")};
    firewall_->ask(named);
    firewall_->withdraw(1, QStringLiteral("timed-out"));
    auto* const blocks = tray_->menu().findChild<QMenu*>(QStringLiteral("blocks"));
    QTRY_COMPARE(blocks->findChildren<QAction*>(QStringLiteral("allowBlock")).size(), 2);
    QVERIFY(blocks->actions().at(0)->text().contains(QStringLiteral("mail.example.org")));
    QVERIFY(blocks->actions().at(1)->text().contains(QStringLiteral("api.example.org")));
    blocks->findChildren<QAction*>(QStringLiteral("allowBlock")).at(1)->trigger();
    QTRY_COMPARE(firewall_->ruleList().size(), 1);
    QCOMPARE(firewall_->ruleList().first().remote.toString(), QStringLiteral("api.example.org"));
    QCOMPARE(firewall_->ruleList().first().remotePorts, api::PortRange::single(80));
}

void TestTray::menuPicture() {
    firewall_->ask(question(1));
    tray_->menu().popup({0, 0});
    QVERIFY(QTest::qWaitForWindowExposed(&tray_->menu()));
    QVERIFY(tests::screenshot(tray_->menu(), QStringLiteral("tray-menu")) > 10);
    tray_->menu().close();
}

void TestTray::notifiesWhenPutOff() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    desktop::Shell shell(*firewall_, appBus());
    QTest::qWait(0);
    api::Question asking = question(1);
    asking.requests = {
        {api::HttpAsked::State::Read, QStringLiteral("POST"), QStringLiteral("/upload")}};
    firewall_->ask(asking);
    QTRY_VERIFY(shell.questionWindow().isVisible());
    QVERIFY(service_.notes.isEmpty());
    QTest::keyClick(&shell.questionWindow(), Qt::Key_Escape);
    QTRY_COMPARE(service_.notes.size(), 1);
    QVERIFY(service_.notes.first().title.contains(QStringLiteral("wants to connect to")));
    QVERIFY(service_.notes.first().body.contains(QStringLiteral("192.0.2.1")));
    QVERIFY(service_.notes.first().body.contains(QStringLiteral("POST /upload")));
    QVERIFY(service_.notes.first().actions.contains(QStringLiteral("allow")));
    QVERIFY(service_.notes.first().actions.contains(QStringLiteral("block")));
    QVERIFY(service_.notes.first().actions.contains(QStringLiteral("details")));
    // A click on the notification itself is no button of its own.
    QCOMPARE(service_.notes.first().actions.count(QStringLiteral("Details")), 1);
    emit service_.ActionInvoked(service_.notes.first().number, QStringLiteral("details"));
    QTRY_VERIFY(shell.questionWindow().isVisible());
    QCOMPARE(shell.questionWindow().current(), std::optional<api::QuestionId>(1));
    QTRY_COMPARE(service_.closed.size(), 1);
}

void TestTray::nothingThatNobodyHearsIsLeft() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    {
        desktop::Shell shell(*firewall_, appBus());
        firewall_->ask(question(1));
        QTRY_VERIFY(shell.questionWindow().isVisible());
        QTest::keyClick(&shell.questionWindow(), Qt::Key_Escape);
        QTRY_COMPARE(service_.notes.size(), 1);
        QTest::qWait(50);  // its number is on the way
    }
    QTRY_COMPARE(service_.closed.size(), 1);
}

void TestTray::whereThereIsNoTrayANotificationSaysIt() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    QVERIFY2(!QSystemTrayIcon::isSystemTrayAvailable(), "the tests' own display has no tray");
    desktop::Shell shell(*firewall_, appBus());
    QTest::qWait(0);
    shell.tray().say(QStringLiteral("a <quota> is used up"));
    QTRY_COMPARE(service_.notes.size(), 1);
    QVERIFY(service_.notes.first().actions.isEmpty());
    QVERIFY(service_.notes.first().body.contains(QStringLiteral("quota")));
}

void TestTray::whoWantsNoNotificationsGetsNone() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    views::setNotified(false);
    const auto back = qScopeGuard([] { views::setNotified(true); });
    desktop::Shell shell(*firewall_, appBus());
    QTest::qWait(0);
    firewall_->ask(question(1));
    QTRY_VERIFY(shell.questionWindow().isVisible());
    QTest::keyClick(&shell.questionWindow(), Qt::Key_Escape);
    QTest::qWait(200);
    QVERIFY(service_.notes.isEmpty());
    QCOMPARE(shell.questions().count(), 1);
}

void TestTray::aNotificationAnswers() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    desktop::Shell shell(*firewall_, appBus());
    firewall_->ask(question(1));
    QTRY_VERIFY(shell.questionWindow().isVisible());
    shell.questionWindow().close();
    QTRY_COMPARE(service_.notes.size(), 1);
    // Again until it counts: the first ones come before a person could have read it.
    QTRY_VERIFY(
        (emit service_.ActionInvoked(service_.notes.first().number, QStringLiteral("allow")),
         firewall_->answers().size() == 1));
    QCOMPARE(firewall_->answers().first().answer.action, api::Action::Allow);
    QCOMPARE(firewall_->answers().first().answer.scope, api::Scope::AddressAndPort);
}

void TestTray::aNotificationGoesWithItsQuestion() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    desktop::Notifier notifier(appBus());
    api::Question hostile = question(1);
    hostile.process.path = QStringLiteral("/tmp/<b>a</b>&\n");
    hostile.process.identity.path = hostile.process.path;
    // Until the service has said what it understands.
    QTRY_VERIFY((notifier.show(hostile),
                 !service_.notes.isEmpty() &&
                     service_.notes.last().body.contains(QStringLiteral("&lt;b&gt;a"))));
    QVERIFY(!service_.notes.last().body.contains(QStringLiteral("<b>")));
    QVERIFY(service_.notes.last().body.contains(QStringLiteral("\\n")));
    notifier.withdraw(1);
    QTRY_VERIFY(!service_.closed.isEmpty());
}

void TestTray::aClickOnAFreshNotificationDoesNothing() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    desktop::Notifier notifier(appBus());
    QSignalSpy answered(&notifier, &desktop::Notifier::answered);
    QElapsedTimer since;
    since.start();
    notifier.show(question(1));
    QTRY_COMPARE(service_.notes.size(), 1);
    QTRY_VERIFY(
        (emit service_.ActionInvoked(service_.notes.first().number, QStringLiteral("block")),
         answered.count() == 1));
    QVERIFY(since.elapsed() >= 700);
}

// Services take away what was clicked. A machine that is too busy to be too soon gets the next
// question.
void TestTray::whatWasClickedTooSoonIsShownAgain() {
    if (!haveBus())
        QFAIL("no dbus-daemon: packaging/deps.sh test installs it");
    desktop::Notifier notifier(appBus());
    const auto shownAgain = [&](api::QuestionId id) {
        service_.notes.clear();
        notifier.show(question(id));
        if (!QTest::qWaitFor([this] { return !service_.notes.isEmpty(); }))
            return false;
        const uint number = service_.notes.first().number;
        emit service_.ActionInvoked(number, QStringLiteral("block"));
        emit service_.NotificationClosed(number, 2);
        return QTest::qWaitFor([this] { return service_.notes.size() == 2; }, 1000);
    };
    constexpr api::QuestionId kTries = 10;
    api::QuestionId id = 1;
    while (id <= kTries && !shownAgain(id))
        ++id;
    QVERIFY(id <= kTries);
}

void TestTray::aSecondStartTellsTheFirst() {
    const QString key = QStringLiteral("bus-a");
    desktop::SingleInstance first(key);
    QSignalSpy called(&first, &desktop::SingleInstance::called);
    QVERIFY(first.claim(QStringLiteral("hidden")));
    desktop::SingleInstance second(key);
    QVERIFY(!second.claim(QStringLiteral("rules")));
    QTRY_COMPARE(called.count(), 1);
    QCOMPARE(called.first().first().toString(), QStringLiteral("rules"));
    desktop::SingleInstance elsewhere(QStringLiteral("bus-b"));
    QVERIFY(elsewhere.claim(QStringLiteral("hidden")));
}

void TestTray::aSocketLeftBehindIsNoInstance() {
    const QString key = QStringLiteral("bus-c");
    const QByteArray digest =
        QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex().left(12);
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation));
    const QString path =
        folder.filePath(QStringLiteral("sallyport-%1.socket").arg(QLatin1String(digest)));
    QFile stale(path);
    QVERIFY(stale.open(QIODevice::WriteOnly));
    stale.close();
    desktop::SingleInstance second(key);
    QVERIFY(second.claim(QStringLiteral("hidden")));
    desktop::SingleInstance third(key);
    QVERIFY(!third.claim(QStringLiteral("hidden")));
}

QTEST_MAIN(TestTray)
#include "tst_tray.moc"
