// The first start: the welcome, what is chosen in it, and the questions that come after it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDBusConnection>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

#include "desktop/shell.h"
#include "desktop/tray_face.h"
#include "models/words.h"
#include "views/main_window.h"
#include "views/protection_bar.h"
#include "views/window_settings.h"
#include "widgets/message_bar.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDayMs = qint64{24} * 3600 * 1000;
constexpr qint64 kWeekMs = 7 * kDayMs;

qint64 now() {
    return QDateTime::currentMSecsSinceEpoch();
}

}  // namespace

class TestWelcome : public QObject {
    Q_OBJECT

    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<desktop::Shell> shell_;
    std::unique_ptr<views::MainWindow> window_;

    static views::WelcomeWindow* welcome() {
        for (QWidget* top : QApplication::topLevelWidgets()) {
            auto* found = qobject_cast<views::WelcomeWindow*>(top);
            if (found && found->isVisible())
                return found;
        }
        return nullptr;
    }
    template <class T>
    T* find(const char* name) {
        T* found = welcome() ? welcome()->findChild<T*>(QLatin1String(name)) : nullptr;
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    QPushButton* button(const char* name) { return find<QPushButton>(name); }
    void click(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    void press(Qt::Key key) { QTest::keyClick(welcome()->focusWidget(), key); }
    QString step() { return find<QLabel>("welcomeStep")->text(); }
    QStringList modesSet() { return firewall_->calls().filter(u"setMode"_s); }
    void begin(bool mayWelcome = true) {
        shell_ = std::make_unique<desktop::Shell>(*firewall_, QDBusConnection(u"none"_s));
        shell_->start(mayWelcome);
    }
    void beginWelcomed() {
        begin();
        QVERIFY(welcome());
        QVERIFY(QTest::qWaitForWindowActive(welcome()));
    }
    void setMode(api::Mode mode, qint64 untilMs = 0) {
        api::Status status = firewall_->status();
        status.mode = mode;
        status.modeUntilMs = untilMs;
        firewall_->setStatus(status);
    }

  private slots:
    void initTestCase() { desktop::loadResources(); }
    void init() {
        QFile::remove(
            QSettings(QSettings::IniFormat, QSettings::UserScope, u"sallyport"_s, u"sallyport"_s)
                .fileName());
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        samples::fill(*firewall_);
    }
    void cleanup() {
        window_.reset();
        shell_.reset();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        firewall_.reset();
    }

    void threePanesByMouse() {
        beginWelcomed();
        QVERIFY(!button("welcomeBack")->isEnabled());
        QCOMPARE(step(), u"1 of 3"_s);
        click("welcomeNext");
        QCOMPARE(step(), u"2 of 3"_s);
        QVERIFY(find<QRadioButton>("welcomeAsk")->isChecked());
        QVERIFY(!find<QRadioButton>("welcomeKeep")->isVisible());
        click("welcomeNext");
        QCOMPARE(step(), u"3 of 3"_s);
        QVERIFY(firewall_->watched());
        auto* tree = find<QTreeView>("welcomeTree");
        QTRY_COMPARE(tree->model()->rowCount(), 4);
        QVERIFY(!button("welcomeSkip")->isVisible());
        click("welcomeBack");
        QCOMPARE(step(), u"2 of 3"_s);
        QVERIFY(!firewall_->watched());
        click("welcomeNext");
        const QSignalSpy welcomed(shell_.get(), &desktop::Shell::welcomed);
        click("welcomeNext");
        QVERIFY(!welcome());
        QVERIFY(!firewall_->watched());
        QCOMPARE(welcomed.count(), 1);
        QVERIFY(!welcomed.first().first().toBool());
        QVERIFY2(modesSet().isEmpty(), "what is so already was set again");
    }

    void threePanesByKeyboard() {
        beginWelcomed();
        press(Qt::Key_Return);
        QCOMPARE(welcome()->focusWidget()->objectName(), u"welcomeAsk"_s);
        press(Qt::Key_Down);
        QVERIFY(find<QRadioButton>("welcomeLearn")->isChecked());
        const qint64 before = now();
        press(Qt::Key_Return);
        QTRY_COMPARE(step(), u"3 of 3"_s);
        QCOMPARE(firewall_->status().mode, api::Mode::Learn);
        const qint64 until = firewall_->status().modeUntilMs;
        QVERIFY(until >= before + kWeekMs && until <= now() + kWeekMs);
        press(Qt::Key_Return);
        QVERIFY(!welcome());
    }

    void itCanLeadToTheConnections() {
        beginWelcomed();
        const QSignalSpy welcomed(shell_.get(), &desktop::Shell::welcomed);
        click("welcomeNext");
        click("welcomeNext");
        click("welcomeConnections");
        QCOMPARE(welcomed.count(), 1);
        QVERIFY(welcomed.first().first().toBool());
        QVERIFY(views::isWelcomed());
    }

    void skippingChangesNothing_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"button", "escape", "close"})
            QTest::newRow(how) << QString::fromLatin1(how);
    }
    void skippingChangesNothing() {
        QFETCH(QString, how);
        beginWelcomed();
        click("welcomeNext");
        QTest::mouseClick(find<QRadioButton>("welcomeLearn"), Qt::LeftButton, {}, QPoint(5, 5));
        QVERIFY(find<QRadioButton>("welcomeLearn")->isChecked());
        if (how == u"button"_s)
            click("welcomeSkip");
        else if (how == u"escape"_s)
            press(Qt::Key_Escape);
        else
            welcome()->close();
        QVERIFY(!welcome());
        QVERIFY(modesSet().isEmpty());
        QVERIFY(views::isWelcomed());
    }

    void itComesOnceByItself() {
        begin();
        QVERIFY(welcome());
        shell_.reset();  // logged out before it was closed
        begin();
        QVERIFY(welcome());
        click("welcomeSkip");
        shell_.reset();
        begin();
        QVERIFY(!welcome());
        shell_->welcome();  // when it is wanted
        QVERIFY(welcome());
    }

    void itDoesNotComeWhenItIsNotTo() {
        begin(false);
        QVERIFY(!welcome());
        QVERIFY(!views::isWelcomed());
    }

    void aRefusalIsSaid() {
        beginWelcomed();
        click("welcomeNext");
        press(Qt::Key_Down);
        firewall_->failNext(api::ErrorCode::Denied);
        press(Qt::Key_Return);
        QVERIFY(!button("welcomeNext")->isEnabled());  // until polkit has decided
        auto* message = find<widgets::MessageBar>("welcomeMessage");
        QTRY_VERIFY(message->isVisible());
        QCOMPARE(message->text(), models::Words::error(api::failure(api::ErrorCode::Denied, {})));
        QCOMPARE(step(), u"2 of 3"_s);
        QCOMPARE(firewall_->status().mode, api::Mode::Ask);
        find<QRadioButton>("welcomeAsk")->click();
        click("welcomeNext");
        QCOMPARE(step(), u"3 of 3"_s);
        QCOMPARE(modesSet().size(), 1);
    }

    // Somebody else's choice on a computer that several use.
    void anotherModeCanStay() {
        setMode(api::Mode::LockDown);
        beginWelcomed();
        click("welcomeNext");
        QVERIFY(find<QRadioButton>("welcomeKeep")->isChecked());
        click("welcomeNext");
        QCOMPARE(step(), u"3 of 3"_s);
        QVERIFY(modesSet().isEmpty());
        click("welcomeBack");
        find<QRadioButton>("welcomeAsk")->click();
        click("welcomeNext");
        QTRY_COMPARE(step(), u"3 of 3"_s);
        QCOMPARE(modesSet(), QStringList(u"setMode ask"_s));
    }

    void aWeekThatRunsIsNotBegunAgain() {
        setMode(api::Mode::Learn, now() + 3 * kDayMs);
        beginWelcomed();
        click("welcomeNext");
        QVERIFY(find<QRadioButton>("welcomeLearn")->isChecked());
        click("welcomeNext");
        QVERIFY(modesSet().isEmpty());
    }

    void withoutTheServiceNothingIsChosen() {
        firewall_->setConnected(false);
        beginWelcomed();
        click("welcomeNext");
        QVERIFY(!find<QRadioButton>("welcomeLearn")->isEnabled());
        QVERIFY(find<widgets::MessageBar>("welcomeMessage")->isVisible());
        click("welcomeNext");
        QCOMPARE(step(), u"3 of 3"_s);
        click("welcomeBack");
        firewall_->setConnected(true);
        QVERIFY(find<QRadioButton>("welcomeLearn")->isEnabled());
        QVERIFY(!find<widgets::MessageBar>("welcomeMessage")->isVisible());
    }

    // Held before the person logged in, and while the welcome is read.
    void questionsComeAfterIt() {
        firewall_->ask(samples::question(1, u"/usr/bin/ssh"_s, u"192.0.2.55"_s, 22));
        beginWelcomed();
        QTRY_COMPARE(shell_->questions().count(), 1);
        auto* waiting = find<QLabel>("welcomeWaiting");
        QVERIFY(waiting->isVisible() && waiting->text().contains(u'1'));
        firewall_->ask(samples::question(2, u"/usr/bin/wget"_s, u"192.0.2.56"_s, 80));
        QTRY_VERIFY(waiting->text().contains(u'2'));
        QTest::qWait(50);
        QVERIFY(!shell_->questionWindow().isVisible());
        press(Qt::Key_Escape);
        QTRY_VERIFY(shell_->questionWindow().isVisible());
        QCOMPARE(shell_->questionWindow().current(), api::QuestionId{1});
        // And from then on by themselves.
        firewall_->withdraw(1, u"answered"_s);
        firewall_->withdraw(2, u"answered"_s);
        QTRY_VERIFY(!shell_->questionWindow().isVisible());
        firewall_->ask(samples::question(3, u"/usr/bin/wget"_s, u"192.0.2.57"_s, 80));
        QTRY_VERIFY(shell_->questionWindow().isVisible());
    }

    void questionsComeAtOnceWithoutIt() {
        firewall_->ask(samples::question(1, u"/usr/bin/ssh"_s, u"192.0.2.55"_s, 22));
        begin(false);
        QTRY_VERIFY(shell_->questionWindow().isVisible());
    }

    void whatTimedOutBeforeLogInIsNamed() {
        firewall_->ask(samples::question(1, u"/usr/bin/ssh"_s, u"192.0.2.55"_s, 22));
        firewall_->withdraw(1, u"timed-out"_s);
        beginWelcomed();
        click("welcomeNext");
        click("welcomeNext");
        QVERIFY(find<QLabel>("welcomeMissed")->isVisible());
        QVERIFY(find<QLabel>("welcomeMissed")->text().contains(u": 1."_s));
        QCOMPARE(firewall_->questionList().size(), 1);  // what "Waiting and missed" lists
    }

    void settingsShowItAgain() {
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->show();
        QVERIFY(firewall_->watched());
        begin(false);
        connect(window_.get(), &views::MainWindow::welcomeRequested, shell_.get(),
                &desktop::Shell::welcome);
        window_->showPage(u"settings"_s);
        window_->findChild<QPushButton*>(u"settingsWelcome"_s)->click();
        QVERIFY(welcome());
        window_->showPage(u"connections"_s);
        click("welcomeNext");
        click("welcomeNext");
        click("welcomeNext");
        QVERIFY2(firewall_->watched(), "the window's own connections stand still");
    }

    void theEndOfAModeIsShown() {
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->show();
        const QDateTime thursday(QDate(2026, 12, 3), QTime(18, 0));
        QCOMPARE(models::Words::end(thursday.toMSecsSinceEpoch(), 0), u"Thursday, 3 December"_s);
        QCOMPARE(models::Words::end(thursday.toMSecsSinceEpoch(),
                                    thursday.addSecs(-3600).toMSecsSinceEpoch()),
                 QLocale().toString(QTime(18, 0), QLocale::ShortFormat));
        setMode(api::Mode::Learn, now() + kWeekMs);
        const QString end = models::Words::end(now() + kWeekMs, now());
        QVERIFY(window_->protectionBar().sentence().contains(u"Learning until "_s + end));
        const QString tip = desktop::TrayFace::toolTip(true, firewall_->status(), 0, now());
        QVERIFY2(tip.endsWith(u"(until %1)"_s.arg(end)), qPrintable(tip));
        begin(false);
        const auto text = [&](const char* name) {
            return shell_->tray().menu().findChild<QAction*>(QLatin1String(name))->text();
        };
        QVERIFY(text("modeLearn").endsWith(u"(until %1)"_s.arg(end)));
        QVERIFY(!text("modeAsk").contains(u"until"_s));
        setMode(api::Mode::Learn);
        QVERIFY(!text("modeLearn").contains(u"until"_s));
        QVERIFY(!window_->protectionBar().sentence().contains(u"until"_s));
    }

    void aModeThatEndedIsTold() {
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->show();
        const auto* told = window_->findChild<widgets::MessageBar*>(u"undoBar"_s);
        setMode(api::Mode::Learn, now() + kWeekMs);
        setMode(api::Mode::Ask);  // by hand
        QVERIFY(!told->isVisible());
        setMode(api::Mode::Learn, now() - 1);
        QVERIFY(!told->isVisible());
        setMode(api::Mode::Ask);
        QVERIFY(told->isVisible());
        QVERIFY(told->text().startsWith(u"Learning has ended"_s));
    }
};

QTEST_MAIN(TestWelcome)
#include "tst_welcome.moc"
