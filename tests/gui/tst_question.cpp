// The window that asks, used as a person would: by mouse and keyboard.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QCoreApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QFile>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QRect>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QStyle>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QTranslator>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "fakes/fake_firewall.h"
#include "gui_screenshot.h"
#include "models/questions_model.h"
#include "support/country_file.h"
#include "views/question_window.h"
#include "views/window_settings.h"
#include "widgets/question_guard.h"

using namespace sallyport;
using views::QuestionWindow;
using Kind = api::AppIdentity::Kind;

namespace {

constexpr int kWakeMs = widgets::AnswerGuard::kAsleepMs;

// A program installed by the system wants to connect.
api::Question installed(api::QuestionId id, const QString& path = QStringLiteral("/usr/bin/mail"),
                        quint16 port = 443) {
    api::Question question;
    question.id = id;
    question.process.serial = 7000 + id;
    question.process.pid = 4242;
    question.process.uid = 0;
    question.process.path = path;
    question.process.identity = {Kind::Path, path, {}};
    question.process.startedBy = {Kind::Path, QStringLiteral("/usr/bin/bash"), {}};
    question.process.commandLine = {path, QStringLiteral("--check"), QStringLiteral("in box")};
    question.process.ancestors = {{4200, QStringLiteral("/usr/bin/bash")},
                                  {1, QStringLiteral("/usr/lib/systemd/systemd")}};
    question.process.startedMs = 1'700'000'000'000;
    question.protocol = 6;
    question.remote = api::Address::v4(0xC0000201 + static_cast<quint32>(id) - 1);
    question.remotePort = port;
    question.askedMs = QDateTime::currentMSecsSinceEpoch();
    question.deadlineMs = question.askedMs + 60'000;
    return question;
}

}  // namespace

class TestQuestion : public QObject {
    Q_OBJECT
  private:
    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<models::QuestionsModel> questions_;
    std::unique_ptr<QuestionWindow> window_;

    template <class W>
    W* find(const char* name) {
        W* const widget = window_->findChild<W*>(QLatin1String(name));
        if (!widget)
            qFatal("no widget %s", name);
        return widget;
    }
    QString text(const char* label) { return find<QLabel>(label)->text(); }
    void ask(const api::Question& question) {
        firewall_->ask(question);
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }
    void waitAwake() { QTRY_VERIFY(find<QPushButton>("allow")->isEnabled()); }
    void click(const char* name) {
        QAbstractButton* const button = find<QAbstractButton>(name);
        QTest::mouseClick(button, Qt::LeftButton, {},
                          {button->layoutDirection() == Qt::RightToLeft ? button->width() - 8 : 8,
                           button->height() / 2});
    }
    void choose(api::Lifetime lifetime, quint32 minutes = 0) {
        auto* const box = find<QComboBox>("lifetime");
        for (int i = 0; i < box->count(); ++i)
            if (box->itemData(i).toInt() == static_cast<int>(lifetime) &&
                box->itemData(i, Qt::UserRole + 1).toUInt() == minutes) {
                box->setFocus();
                while (box->currentIndex() > i)
                    QTest::keyClick(box, Qt::Key_Up);
                while (box->currentIndex() < i)
                    QTest::keyClick(box, Qt::Key_Down);
                return;
            }
        QFAIL("lifetime is not offered");
    }
    api::Answer answered(int index = 0) { return firewall_->answers().value(index).answer; }
    void picture(const QString& name) {
        QVERIFY(tests::screenshot(*window_, QStringLiteral("question-") + name) > 40);
    }

  private slots:
    void init() {
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        questions_ = std::make_unique<models::QuestionsModel>(*firewall_);
        window_ = std::make_unique<QuestionWindow>(*firewall_, *questions_);
        firewall_->startAgent();
    }
    void cleanup() {
        window_.reset();
        questions_.reset();
        firewall_.reset();
        QApplication::setPalette(QPalette());
    }

    void saysWhoWantsWhat();
    void whatItsFileIsIsSaidInTheDetails();
    void theContainerIsSaidWhereThereIsOne();
    void aNameGoesBeforeItsNumberAndItsDomainIsSuggested();
    void aNameWithoutADomainIsOfferedAlone();
    void withoutANameNoneIsOffered();
    void aNameNoHostCanHaveIsShownAndNotOffered();
    void theCountryIsSaidWhereItIsKnown();
    void inboundIsWordedSo();
    void framesAreAllowedOrBlockedAsAWhole();
    void whatIsAskedIsReadWholeAfterAShorterQuestion();
    void startsAsleepAndNothingAllowsByDefault();
    void aClickAtOnceDoesNothing();
    void sleepsAgainWhenThePageChanges();
    void doesNotSleepForMoreConnections();
    void escapeEnterAndClosingDecideNothing();
    void laterKeepsItWaiting();
    void foldedAwayItIsPutOff();
    void enterPressesTheFocusedButton();
    void doesNotTakeTheFocus();
    void suggestsByKindOfProgram_data();
    void suggestsByKindOfProgram();
    void offersOnlyWhatTheHelperTakes_data();
    void offersOnlyWhatTheHelperTakes();
    void detailsStandEvenly();
    void answersWhatIsChosen_data();
    void answersWhatIsChosen();
    void pagesWithoutMoving();
    void oneRiskMoreHidesNoChoice();
    void groupsByProgram();
    void blocksAllFromAProgram();
    void blocksAllFromAProgramInEveryDirection();
    void itLetsTheProgramQuit();
    void allowsAllOfThese();
    void timedOutGoesToTheNext();
    void saysTheTimeLeft();
    void helperAwayAndBack();
    void aFailedAnswerIsSaid();
    void showsStrangersTextAsItIs();
    void saysWhatIsRisky();
    void saysWhatIsAskedFor();
    void aLongRequestLosesItsMiddle();
    void encryptedDnsCanBeBlockedByReadyRules();
    void detailsStandBesideWhatTheyAre();
    void everyControlHasAName();
    void pictures_data();
    void pictures();
};

void TestQuestion::saysWhoWantsWhat() {
    ask(installed(1));
    QVERIFY(text("heading").contains(QStringLiteral("mail")));
    QVERIFY(text("heading").contains(QStringLiteral("wants to connect to")));
    QCOMPARE(text("remote"), QStringLiteral("192.0.2.1"));
    QVERIFY(text("endpoint").contains(QStringLiteral("443")));
    QVERIFY(text("endpoint").contains(QStringLiteral("TCP")));
    QCOMPARE(text("path"), QStringLiteral("/usr/bin/mail"));
    QVERIFY(text("startedBy").contains(QStringLiteral("bash")));
    click("details");
    QCOMPARE(find<QPlainTextEdit>("commandLine")->toPlainText(),
             QStringLiteral("/usr/bin/mail --check 'in box'"));
    QVERIFY(text("user").contains(QStringLiteral("root")));
    QVERIFY(find<QPlainTextEdit>("parents")->toPlainText().contains(QStringLiteral("systemd (1)")));
}

void TestQuestion::whatItsFileIsIsSaidInTheDetails() {
    const QTemporaryDir folder;
    QFile dpkg(folder.filePath(QStringLiteral("dpkg-query")));
    QVERIFY(dpkg.open(QIODevice::WriteOnly));
    dpkg.write(
        "#!/bin/sh\n"
        "[ \"$1\" = -W ] && echo 'mailer 1.2' && exit\n"
        "[ \"$3\" = /usr/bin/mail ] && echo 'mailer: /usr/bin/mail'\n");
    dpkg.close();
    QVERIFY(dpkg.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
    const QByteArray path = qgetenv("PATH");
    qputenv("PATH", QFile::encodeName(folder.path()));
    const auto back = qScopeGuard([&path] { qputenv("PATH", path); });
    ask(installed(1));
    QVERIFY2(text("package").isEmpty(), "nobody looks yet");
    click("details");
    QTRY_COMPARE(text("package"), QStringLiteral("mailer 1.2"));
    QVERIFY(!find<QPlainTextEdit>("fingerprint")->isVisible());

    api::Question own = installed(2);
    own.process.path = QStringLiteral("/home/u/mail");
    own.process.identity.path = own.process.path;
    own.process.sha256 = QString(64, QLatin1Char('a'));
    firewall_->withdraw(1, QStringLiteral("gone"));
    ask(own);
    QTRY_COMPARE(text("package"), QStringLiteral("none that is known"));
    QVERIFY(find<QPlainTextEdit>("fingerprint")->isVisible());
    QCOMPARE(find<QPlainTextEdit>("fingerprint")->toPlainText(), own.process.sha256);
}

void TestQuestion::theContainerIsSaidWhereThereIsOne() {
    api::Question question = installed(1);
    question.process.container = QStringLiteral("docker 0123456789ab\u202E");
    ask(question);
    click("details");
    QTRY_VERIFY(find<QLabel>("container")->isVisible());
    QVERIFY(text("container").startsWith(QStringLiteral("docker 0123456789ab")));
    QVERIFY(!text("container").contains(QChar(0x202E)));
}

void TestQuestion::aNameGoesBeforeItsNumberAndItsDomainIsSuggested() {
    api::Question question = installed(1);
    question.names = QStringList{QStringLiteral("api.example.org"), QStringLiteral("cdn.example")};
    question.nameSource = api::NameSource::OwnAnswer;
    ask(question);
    QCOMPARE(text("remote"), QStringLiteral("api.example.org"));
    QVERIFY(text("endpoint").contains(QStringLiteral("192.0.2.1")));
    QVERIFY(find<QRadioButton>("scopeDomain")->isChecked());
    QVERIFY(find<QRadioButton>("scopeDomain")->text().contains(QStringLiteral("example.org")));
    QVERIFY(find<QRadioButton>("scopeHost")->text().contains(QStringLiteral("api.example.org")));
    click("details");
    QTRY_VERIFY(find<QPlainTextEdit>("names")->isVisible());
    QCOMPARE(find<QPlainTextEdit>("names")->toPlainText(),
             QStringLiteral("api.example.org\ncdn.example"));
    QVERIFY(text("nameSource").contains(QStringLiteral("DNS")));
    picture(QStringLiteral("name"));
    waitAwake();
    click("allow");
    QCOMPARE(answered().scope, api::Scope::Domain);
}

void TestQuestion::detailsStandBesideWhatTheyAre() {
    api::Question question = installed(1);
    question.names = QStringList{QString(60, u'a') + u'.' + QString(60, u'b') + u'.' +
                                 QString(60, u'c') + QStringLiteral(".example.org")};
    ask(question);
    click("details");
    for (const char* name : {"commandLine", "programFile", "names", "parents"}) {
        auto* value = find<QPlainTextEdit>(name);
        QTRY_VERIFY(value->isVisible());
        auto* form = qobject_cast<QFormLayout*>(value->parentWidget()->layout());
        const auto* label = qobject_cast<QLabel*>(form->labelForField(value));
        // Where the first line of the text is, and not in the middle of all its lines.
        const QRect text =
            label->style()->itemTextRect(label->fontMetrics(), label->contentsRect(),
                                         int(label->alignment()), true, label->text());
        const int below = label->mapTo(window_.get(), text.topLeft()).y() -
                          value->mapTo(window_.get(), QPoint()).y();
        QVERIFY2(std::abs(below) <= 1,
                 qPrintable(QStringLiteral("%1: %2").arg(QLatin1String(name)).arg(below)));
        QVERIFY2(!value->horizontalScrollBar()->isVisible(), name);
    }
}

void TestQuestion::aNameWithoutADomainIsOfferedAlone() {
    api::Question question = installed(1);
    question.names = QStringList{QStringLiteral("printer")};
    ask(question);
    QVERIFY(find<QRadioButton>("scopeHost")->isChecked());
    QVERIFY(!find<QRadioButton>("scopeDomain")->isVisible());
}

void TestQuestion::withoutANameNoneIsOffered() {
    ask(installed(1));
    QVERIFY(!find<QRadioButton>("scopeHost")->isVisible());
    QVERIFY(!find<QRadioButton>("scopeDomain")->isVisible());
    click("details");
    QTRY_VERIFY(find<QPlainTextEdit>("commandLine")->isVisible());
    QVERIFY(!find<QPlainTextEdit>("names")->isVisible());
    QVERIFY(!find<QLabel>("container")->isVisible());
}

void TestQuestion::aNameNoHostCanHaveIsShownAndNotOffered() {
    api::Question question = installed(1);
    question.names = QStringList{QStringLiteral("<b>a\\032b</b>.example.org")};
    ask(question);
    QCOMPARE(text("remote"), question.names.first());
    QVERIFY(!find<QRadioButton>("scopeHost")->isVisible());
    QVERIFY(find<QRadioButton>("scopeAddressAndPort")->isChecked());
}

void TestQuestion::theCountryIsSaidWhereItIsKnown() {
    const QTemporaryDir folder;
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    const QString file = folder.filePath(QStringLiteral("Country.mmdb"));
    QVERIFY(tests::CountryFile::write(file, {{QStringLiteral("192.0.2.1"),
                                              QStringLiteral("AT"),
                                              {{"en", QStringLiteral("Austria")}}}}));
    views::setCountryFile(file);
    api::Question question = installed(1);
    question.names = QStringList{QStringLiteral("api.example.org")};
    ask(question);
    QVERIFY2(text("endpoint").endsWith(QStringLiteral("192.0.2.1 \u00b7 Austria")),
             qPrintable(text("endpoint")));
    picture(QStringLiteral("country"));
    firewall_->withdraw(1, QStringLiteral("gone"));
    views::setCountryFile({});
    ask(installed(2));
    QVERIFY(!text("endpoint").contains(QStringLiteral("Austria")));
}

void TestQuestion::inboundIsWordedSo() {
    api::Question question = installed(1);
    question.direction = api::Direction::Inbound;
    question.localPort = 22;
    question.remotePort = 51000;
    ask(question);
    QVERIFY(text("heading").contains(QStringLiteral("wants to accept a connection from")));
    QVERIFY(text("endpoint").contains(QStringLiteral("22")));
    QVERIFY(!text("endpoint").contains(QStringLiteral("51000")));
}

void TestQuestion::framesAreAllowedOrBlockedAsAWhole() {
    api::Question question = installed(1, QStringLiteral("/usr/bin/tcpdump"));
    question.protocol = api::kFrames;
    question.remote = {};
    question.remotePort = 0;
    ask(question);
    QVERIFY(text("heading").contains(QStringLiteral("tcpdump")));
    QVERIFY(text("heading").endsWith(QStringLiteral("wants to send and receive")));
    QCOMPARE(text("remote"), QStringLiteral("whole network frames"));
    QCOMPARE(text("endpoint"), QStringLiteral("which pass by the rules for connections"));
    QVERIFY(text("time").contains(QStringLiteral("next attempt")));
    for (const char* scope :
         {"scopeAddressAndPort", "scopeAddress", "scopeHost", "scopeDomain", "scopePort"})
        QVERIFY2(!find<QRadioButton>(scope)->isVisible(), scope);
    QVERIFY(find<QRadioButton>("scopeEverything")->isChecked());
    QVERIFY(find<QRadioButton>("scopeEverything")->text().contains(QStringLiteral("frames")));
    QVERIFY(find<QComboBox>("lifetime")->findData(int(api::Lifetime::Connection)) < 0);
    picture(QStringLiteral("frames"));
    waitAwake();
    click("allow");
    QCOMPARE(answered().action, api::Action::Allow);
    QCOMPARE(answered().lifetime, api::Lifetime::Forever);
    // One for which "once" would be suggested.
    question.id = 2;
    question.process.fetchTool = true;
    ask(question);
    waitAwake();
    click("block");
    QCOMPARE(answered(1).lifetime, api::Lifetime::Timed);
    QVERIFY(answered(1).minutes > 0);
}

void TestQuestion::whatIsAskedIsReadWholeAfterAShorterQuestion() {
    ask(installed(1, QStringLiteral("/usr/bin/nc")));
    api::Question second = installed(2, QStringLiteral("/opt/tool/python3.11"));
    second.direction = api::Direction::Inbound;
    firewall_->ask(second);
    window_->showQuestion(2);
    const auto* const heading = find<QLabel>("heading");
    QVERIFY(heading->text().contains(QStringLiteral("wants to accept a connection from")));
    QTRY_VERIFY2(heading->fontMetrics().horizontalAdvance(heading->text()) <=
                     heading->contentsRect().width(),
                 qPrintable(heading->text()));
}

void TestQuestion::startsAsleepAndNothingAllowsByDefault() {
    ask(installed(1));
    for (QPushButton* const button : window_->findChildren<QPushButton*>()) {
        QVERIFY2(!button->isDefault(), qPrintable(button->text()));
        QVERIFY2(!button->autoDefault(), qPrintable(button->text()));
    }
    QVERIFY(!find<QPushButton>("allow")->isEnabled());
    QVERIFY(!find<QPushButton>("block")->isEnabled());
    waitAwake();
    QVERIFY(find<QPushButton>("block")->isEnabled());
    QVERIFY(!find<QPushButton>("allow")->hasFocus());
}

void TestQuestion::aClickAtOnceDoesNothing() {
    QElapsedTimer since;
    since.start();
    ask(installed(1));
    click("allow");
    click("block");
    QTest::keyClick(find<QPushButton>("allow"), Qt::Key_Space);
    QVERIFY(firewall_->answers().isEmpty());
    waitAwake();
    QVERIFY(since.elapsed() >= kWakeMs);
    QVERIFY(firewall_->answers().isEmpty());
    click("allow");
    QTRY_COMPARE(firewall_->answers().size(), 1);
    QCOMPARE(answered().action, api::Action::Allow);
    QTRY_VERIFY(!window_->isVisible());
}

void TestQuestion::sleepsAgainWhenThePageChanges() {
    ask(installed(1));
    firewall_->ask(installed(2, QStringLiteral("/usr/bin/other")));
    waitAwake();
    click("next");
    QVERIFY(!find<QPushButton>("allow")->isEnabled());
    click("allow");
    QVERIFY(firewall_->answers().isEmpty());
    waitAwake();
    // The question on the page goes away under the pointer: the next one must not be hit.
    firewall_->withdraw(2, QStringLiteral("gone"));
    QVERIFY(!find<QPushButton>("allow")->isEnabled());
    // The same question with another address is another question to the eye.
    waitAwake();
    api::Question changed = installed(1);
    changed.remote = api::Address::v4(0x08080808);
    firewall_->ask(changed);
    QCOMPARE(text("remote"), QStringLiteral("8.8.8.8"));
    QVERIFY(!find<QPushButton>("allow")->isEnabled());
}

void TestQuestion::doesNotSleepForMoreConnections() {
    api::Question question = installed(1);
    ask(question);
    waitAwake();
    question.waiting = 7;
    firewall_->ask(question);
    QVERIFY(find<QPushButton>("allow")->isEnabled());
    QVERIFY(text("endpoint").contains(QStringLiteral("7")));
}

void TestQuestion::escapeEnterAndClosingDecideNothing() {
    ask(installed(1));
    waitAwake();
    window_->setFocus();
    QTest::keyClick(window_.get(), Qt::Key_Return);
    QTest::keyClick(window_.get(), Qt::Key_Enter);
    QTest::keyClick(find<QRadioButton>("scopeAddress"), Qt::Key_Return);
    QVERIFY(window_->isVisible());
    QVERIFY(firewall_->answers().isEmpty());

    QSignalSpy putOff(window_.get(), &QuestionWindow::putOff);
    QTest::keyClick(window_.get(), Qt::Key_Escape);
    QVERIFY(!window_->isVisible());
    QCOMPARE(putOff.count(), 1);

    window_->showWaiting();
    QVERIFY(window_->isVisible());
    QVERIFY(window_->close());
    QVERIFY(!window_->isVisible());
    QCOMPARE(putOff.count(), 2);
    QVERIFY(firewall_->answers().isEmpty());
    QCOMPARE(questions_->count(), 1);
}

void TestQuestion::laterKeepsItWaiting() {
    ask(installed(1));
    waitAwake();
    click("later");
    QVERIFY(!window_->isVisible());
    QVERIFY(firewall_->answers().isEmpty());
    QVERIFY(!window_->current());
    // Another one brings the window back with the new question; the first is a page beside it.
    firewall_->ask(installed(2, QStringLiteral("/usr/bin/other")));
    QTRY_VERIFY(window_->isVisible());
    QCOMPARE(window_->current(), std::optional<api::QuestionId>(2));
    QVERIFY(text("count").contains(QStringLiteral("2")));
}

void TestQuestion::foldedAwayItIsPutOff() {
    ask(installed(1));
    QSignalSpy putOff(window_.get(), &views::QuestionWindow::putOff);
    window_->setWindowState(Qt::WindowMinimized);
    QTRY_COMPARE(putOff.size(), 1);
    QVERIFY(!window_->isVisible());
    // From the tray, or with the next question: whole again.
    window_->showWaiting();
    QTRY_VERIFY(window_->isVisible());
    QVERIFY(!window_->isMinimized());
    window_->setWindowState(Qt::WindowMinimized);
    QTRY_VERIFY(!window_->isVisible());
    firewall_->ask(installed(2, QStringLiteral("/usr/bin/other")));
    QTRY_VERIFY(window_->isVisible());
    QVERIFY(!window_->isMinimized());
}

void TestQuestion::enterPressesTheFocusedButton() {
    ask(installed(1));
    waitAwake();
    find<QPushButton>("block")->setFocus();
    QTest::keyClick(find<QPushButton>("block"), Qt::Key_Return);
    QTRY_COMPARE(firewall_->answers().size(), 1);
    QCOMPARE(answered().action, api::Action::Block);
}

void TestQuestion::doesNotTakeTheFocus() {
    QVERIFY(window_->testAttribute(Qt::WA_ShowWithoutActivating));
    QVERIFY(window_->windowFlags().testFlag(Qt::WindowStaysOnTopHint));
    // The keyboard must work once the person clicks it.
    QVERIFY(!window_->windowFlags().testFlag(Qt::WindowDoesNotAcceptFocus));
}

void TestQuestion::suggestsByKindOfProgram_data() {
    QTest::addColumn<api::Question>("question");
    QTest::addColumn<api::Lifetime>("lifetime");
    api::Question question = installed(1);
    QTest::newRow("installed") << question << api::Lifetime::Forever;
    question.process.fetchTool = true;
    QTest::newRow("fetch tool") << question << api::Lifetime::Connection;
    question = installed(1);
    question.process.inWritableFolder = true;
    QTest::newRow("writable folder") << question << api::Lifetime::Connection;
    question = installed(1);
    question.process.identity = {Kind::Memory, QStringLiteral("memfd:x"), {}};
    QTest::newRow("memory") << question << api::Lifetime::Connection;
}

void TestQuestion::offersOnlyWhatTheHelperTakes_data() {
    QTest::addColumn<api::Question>("question");
    QTest::addColumn<int>("lifetimes");
    QTest::addColumn<bool>("startedBy");
    const QString odd = QStringLiteral("/opt/a\n\u001b[31mb/mail");
    api::Question question = installed(1);
    QTest::newRow("installed") << question << 6 << true;
    question.process.startedBy.path = odd;
    QTest::newRow("started by a path that no rule can hold") << question << 6 << false;
    question = installed(1);
    question.process.identity = {Kind::Memory, QStringLiteral("memfd:x"), {}};
    QTest::newRow("memory") << question << 5 << true;
    question = installed(1, odd);
    QTest::newRow("a path that no rule can hold") << question << 1 << false;
    question.process.identity = {Kind::Script, QStringLiteral("/usr/bin/python3"), odd};
    QTest::newRow("a script that no rule can hold") << question << 1 << false;
    question = installed(1, odd);
    question.protocol = api::kFrames;
    QTest::newRow("frames of such a program") << question << 1 << false;
}

void TestQuestion::offersOnlyWhatTheHelperTakes() {
    QFETCH(api::Question, question);
    QFETCH(int, lifetimes);
    QFETCH(bool, startedBy);
    ask(question);
    const auto* const box = find<QComboBox>("lifetime");
    QCOMPARE(box->count(), lifetimes);
    QCOMPARE(find<QRadioButton>("whoStartedBy")->isVisible(), startedBy);
    QStringList risks;
    for (const QLabel* risk : window_->findChildren<QLabel*>(QStringLiteral("risk")))
        risks += risk->text();
    QCOMPARE(!risks.filter(QStringLiteral("No answer can be remembered")).isEmpty(),
             lifetimes == 1);
    picture(QStringLiteral("offers-%1").arg(QLatin1String(QTest::currentDataTag())));
    for (int at = 0; at < lifetimes; ++at) {
        api::Question again = question;
        again.id = api::QuestionId(at) + 1;
        if (at > 0)
            ask(again);
        waitAwake();
        choose(api::Lifetime(box->itemData(at).toInt()),
               box->itemData(at, Qt::UserRole + 1).toUInt());
        click("allow");
        QTRY_COMPARE(firewall_->answers().size(), at + 1);  // the fake refuses as the helper does
    }
}

// However long each is, the rows follow each other at one distance.
void TestQuestion::detailsStandEvenly() {
    api::Question question = installed(1);
    question.names = QStringList{QStringLiteral("example.org")};
    ask(question);
    click("details");
    QCoreApplication::processEvents();
    const auto judge = [this](const QString& scene, int lines) {
        picture(QStringLiteral("details-") + scene);
        QList<QRect> rows;
        for (const char* name : {"commandLine", "programFile", "package", "names", "nameSource",
                                 "user", "process", "parents", "startedAt"})
            rows += find<QWidget>(name)->geometry();
        for (qsizetype at = 1; at < rows.size(); ++at)
            QCOMPARE(rows[at].top() - rows[at - 1].bottom(), rows[1].top() - rows[0].bottom());
        const int line = find<QWidget>("process")->fontMetrics().lineSpacing();
        const auto isHigh = [line](const QRect& row, int most) {
            return row.height() >= most * line && row.height() <= most * line + 1;
        };
        QVERIFY2(isHigh(rows[0], lines), qPrintable(scene + QString::number(rows[0].height())));
        QVERIFY(isHigh(rows[1], 1));
        QVERIFY(isHigh(rows[7], 2));
        const auto bar = [this](const char* name) {
            return find<QPlainTextEdit>(name)->verticalScrollBar()->isVisible();
        };
        QCOMPARE(bar("commandLine"), lines > 1);
        QVERIFY(!bar("programFile") && !bar("names") && !bar("parents"));
    };
    judge(QStringLiteral("short"), 1);
    question.process.commandLine = {QString(1000, QLatin1Char('x'))};
    emit firewall_->questionAsked(question);
    QTest::qWait(200);
    judge(QStringLiteral("long"), 2);
}

void TestQuestion::suggestsByKindOfProgram() {
    QFETCH(api::Question, question);
    QFETCH(api::Lifetime, lifetime);
    ask(question);
    waitAwake();
    click("block");
    QTRY_COMPARE(firewall_->answers().size(), 1);
    QCOMPARE(answered().lifetime, lifetime);
    QCOMPARE(answered().scope, api::Scope::AddressAndPort);
    QCOMPARE(answered().who, api::Who::Program);
}

void TestQuestion::answersWhatIsChosen_data() {
    QTest::addColumn<QByteArray>("scopeButton");
    QTest::addColumn<QByteArray>("whoButton");
    QTest::addColumn<QByteArray>("answerButton");
    QTest::addColumn<api::Answer>("expected");
    const auto row = [](const char* name, const char* scope, const char* who, const char* press,
                        api::Answer answer) {
        QTest::newRow(name) << QByteArray(scope) << QByteArray(who) << QByteArray(press) << answer;
    };
    const auto answer = [](api::Action action, api::Scope scope, api::Who who,
                           api::Lifetime lifetime, quint32 minutes = 0) {
        api::Answer made;
        made.action = action;
        made.scope = scope;
        made.who = who;
        made.lifetime = lifetime;
        made.minutes = minutes;
        return made;
    };
    using enum api::Scope;
    using enum api::Lifetime;
    row("address and port, once", "scopeAddressAndPort", "whoProgram", "allow",
        answer(api::Action::Allow, AddressAndPort, api::Who::Program, api::Lifetime::Connection));
    row("address, until exit", "scopeAddress", "whoProgram", "block",
        answer(api::Action::Block, Address, api::Who::Program, api::Lifetime::Process));
    row("port, five minutes", "scopePort", "whoStartedBy", "allow",
        answer(api::Action::Allow, Port, api::Who::ProgramStartedBy, Timed, 5));
    row("everything, one hour", "scopeEverything", "whoProgram", "block",
        answer(api::Action::Block, Everything, api::Who::Program, Timed, 60));
    row("everything, until restart", "scopeEverything", "whoStartedBy", "allow",
        answer(api::Action::Allow, Everything, api::Who::ProgramStartedBy, UntilRestart));
    row("address and port, for ever", "scopeAddressAndPort", "whoStartedBy", "block",
        answer(api::Action::Block, AddressAndPort, api::Who::ProgramStartedBy, Forever));
}

void TestQuestion::answersWhatIsChosen() {
    QFETCH(QByteArray, scopeButton);
    QFETCH(QByteArray, whoButton);
    QFETCH(QByteArray, answerButton);
    QFETCH(api::Answer, expected);
    ask(installed(1));
    waitAwake();
    click(scopeButton.constData());
    click(whoButton.constData());
    choose(expected.lifetime, expected.minutes);
    click(answerButton.constData());
    QTRY_COMPARE(firewall_->answers().size(), 1);
    QCOMPARE(firewall_->answers().first().id, api::QuestionId(1));
    QVERIFY(answered() == expected);
    QTRY_VERIFY(!window_->isVisible());
}

void TestQuestion::pagesWithoutMoving() {
    ask(installed(1));
    const QRect before = window_->geometry();
    api::Question wordy = installed(
        2, QStringLiteral("/usr/bin/") + QString(200, QLatin1Char('w')) + QStringLiteral("/end"));
    wordy.process.inWritableFolder = true;
    wordy.process.deleted = true;
    firewall_->ask(wordy);
    firewall_->ask(installed(3, QStringLiteral("/usr/bin/other"), 80));
    waitAwake();
    QVERIFY(text("count").contains(QStringLiteral("1")));
    QVERIFY(!find<QToolButton>("previous")->isEnabled());
    click("next");
    QCOMPARE(window_->current(), std::optional<api::QuestionId>(2));
    click("next");
    QCOMPARE(window_->current(), std::optional<api::QuestionId>(3));
    QVERIFY(!find<QToolButton>("next")->isEnabled());
    click("previous");
    click("previous");
    QCOMPARE(window_->current(), std::optional<api::QuestionId>(1));
    QCoreApplication::processEvents();
    QCOMPARE(window_->geometry(), before);
}

void TestQuestion::oneRiskMoreHidesNoChoice() {
    ask(installed(1));
    api::Question second = installed(2, QStringLiteral("/usr/bin/other"));
    second.process.fetchTool = true;
    firewall_->ask(second);
    window_->showQuestion(2);
    QCoreApplication::processEvents();
    const auto* const bar = window_->findChild<QScrollArea*>()->verticalScrollBar();
    QCOMPARE(bar->maximum(), 0);
}

void TestQuestion::groupsByProgram() {
    ask(installed(1));
    firewall_->ask(installed(2, QStringLiteral("/usr/bin/other")));
    firewall_->ask(installed(3));
    QCOMPARE(questions_->at(0).id, api::QuestionId(1));
    QCOMPARE(questions_->at(1).id, api::QuestionId(3));
    QCOMPARE(questions_->at(2).id, api::QuestionId(2));
    QVERIFY(find<QPushButton>("allowThese")->isVisible());
    QVERIFY(find<QPushButton>("allowThese")->text().contains(QStringLiteral("2")));
    waitAwake();
    click("next");
    click("next");
    QVERIFY(!find<QPushButton>("allowThese")->isVisible());
}

void TestQuestion::blocksAllFromAProgram() {
    ask(installed(1));
    firewall_->ask(installed(2));
    firewall_->ask(installed(3, QStringLiteral("/usr/bin/other")));
    waitAwake();
    click("blockProgram");
    QTRY_COMPARE(firewall_->answers().size(), 1);
    QCOMPARE(answered().action, api::Action::Block);
    QCOMPARE(answered().scope, api::Scope::Everything);
    QCOMPARE(answered().lifetime, api::Lifetime::Forever);
    // With no rule to cover them each is told.
    waitAwake();
    firewall_->ask(installed(4));
    waitAwake();
    choose(api::Lifetime::Connection);
    click("blockProgram");
    QTRY_COMPARE(firewall_->answers().size(), 3);
    QTRY_COMPARE(window_->current(), std::optional<api::QuestionId>(3));
}

void TestQuestion::blocksAllFromAProgramInEveryDirection() {
    const auto inbound = [](api::QuestionId id) {
        api::Question question = installed(id);
        question.direction = api::Direction::Inbound;
        question.localPort = 22;
        return question;
    };
    api::Question frames = installed(5);
    frames.protocol = api::kFrames;
    frames.remote = {};
    frames.remotePort = 0;
    ask(installed(1));
    for (const api::Question& question : {installed(2), inbound(3), inbound(4), frames})
        firewall_->ask(question);
    waitAwake();
    choose(api::Lifetime::Forever);
    click("blockProgram");
    QTRY_COMPARE(firewall_->answers().size(), 3);
    QList<api::QuestionId> ids;
    for (const auto& given : firewall_->answers()) {
        QCOMPARE(given.answer.action, api::Action::Block);
        QCOMPARE(given.answer.scope, api::Scope::Everything);
        ids.append(given.id);
    }
    QCOMPARE(ids, (QList<api::QuestionId>{1, 3, 5}));
}

void TestQuestion::itLetsTheProgramQuit() {
    std::array<QWidget, 8> others;  // closed in no particular order
    for (QWidget& other : others)
        other.show();
    ask(installed(1));
    QTimer::singleShot(0, qApp, &QCoreApplication::quit);
    QTimer::singleShot(3000, qApp, [] { QCoreApplication::exit(1); });
    QCOMPARE(QCoreApplication::exec(), 0);
    QVERIFY(firewall_->answers().isEmpty());
    QCOMPARE(questions_->count(), 1);
}

void TestQuestion::allowsAllOfThese() {
    ask(installed(1));
    firewall_->ask(installed(2));
    firewall_->ask(installed(3, QStringLiteral("/usr/bin/other")));
    waitAwake();
    QTRY_VERIFY(questions_->knownFor(1) > kWakeMs);
    click("scopeEverything");
    // This one was not there when the person made up his mind.
    firewall_->ask(installed(4));
    click("allowThese");
    QTRY_COMPARE(firewall_->answers().size(), 2);
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(answered(i).action, api::Action::Allow);
        QCOMPARE(answered(i).scope, api::Scope::AddressAndPort);
    }
    QVERIFY(questions_->rowOf(4) >= 0);
    QVERIFY(questions_->rowOf(3) >= 0);
}

void TestQuestion::timedOutGoesToTheNext() {
    ask(installed(1));
    firewall_->ask(installed(2, QStringLiteral("/usr/bin/other")));
    firewall_->withdraw(1, QStringLiteral("timed-out"));
    QCOMPARE(window_->current(), std::optional<api::QuestionId>(2));
    QVERIFY(text("message").contains(QStringLiteral("blocked once")));
    firewall_->withdraw(2, QStringLiteral("timed-out"));
    QTRY_VERIFY(!window_->isVisible());
    QVERIFY(firewall_->answers().isEmpty());
}

void TestQuestion::saysTheTimeLeft() {
    api::Question question = installed(1);
    question.askedMs -= 12'000;
    question.deadlineMs -= 12'000;
    ask(question);
    QVERIFY2(text("time").contains(QRegularExpression(QStringLiteral("1[2-9] s"))),
             qPrintable(text("time")));
    const QString before = text("time");
    QTRY_VERIFY(text("time") != before);
}

void TestQuestion::helperAwayAndBack() {
    ask(installed(1));
    firewall_->ask(installed(2));
    waitAwake();
    firewall_->setConnected(false);
    QVERIFY(window_->isVisible());
    QVERIFY(!window_->current());
    QVERIFY(find<QLabel>("away")->isVisible());
    QVERIFY(!find<QPushButton>("allow")->isVisible());
    QVERIFY(questions_->isEmpty());
    picture(QStringLiteral("away"));
    firewall_->setConnected(true);
    QTRY_VERIFY(window_->current().has_value());
    QCOMPARE(questions_->count(), 2);
    QVERIFY(!find<QPushButton>("allow")->isEnabled());
    waitAwake();
    click("block");
    QTRY_COMPARE(firewall_->answers().size(), 1);
}

void TestQuestion::aFailedAnswerIsSaid() {
    ask(installed(1));
    waitAwake();
    firewall_->failNext(api::ErrorCode::Denied);
    click("allow");
    QTRY_VERIFY(find<QLabel>("message")->isVisible());
    QVERIFY(window_->isVisible());
    waitAwake();
    click("allow");
    QTRY_COMPARE(firewall_->answers().size(), 1);
}

void TestQuestion::showsStrangersTextAsItIs() {
    api::Question question =
        installed(1, QStringLiteral("/tmp/<b>Firefox</b>\nwants nothing \u202Egpj.exe & more"));
    question.process.commandLine = {QStringLiteral("a\u202Eb"), QString(4000, QLatin1Char('x'))};
    ask(question);
    QVERIFY(text("path").contains(QStringLiteral("[U+202E]")));
    QVERIFY(text("path").contains(QStringLiteral("\\n")));
    QVERIFY(text("path").contains(QStringLiteral("<b>")));
    QCOMPARE(find<QLabel>("path")->textFormat(), Qt::PlainText);
    QCOMPARE(find<QLabel>("heading")->textFormat(), Qt::PlainText);
    QVERIFY(!find<QLabel>("heading")->text().contains(QChar(0x202E)));
    const QString command = find<QPlainTextEdit>("commandLine")->toPlainText();
    QVERIFY(command.size() < 1000);
    QVERIFY(command.contains(QChar(0x2026)));
    // A stranger's & is no shortcut of ours.
    QVERIFY(find<QRadioButton>("scopeEverything")->text().contains(QStringLiteral("&&")) ||
            !find<QRadioButton>("scopeEverything")->text().contains(QLatin1Char('&')));
}

void TestQuestion::saysWhatIsRisky() {
    api::Question question = installed(1);
    ask(question);
    QVERIFY(window_->findChildren<QLabel*>(QStringLiteral("risk")).isEmpty());
    question.process.inWritableFolder = true;
    question.process.deleted = true;
    firewall_->ask(question);
    QCOMPARE(window_->findChildren<QLabel*>(QStringLiteral("risk")).size(), 2);
    question.process.identity = {Kind::Script, QStringLiteral("/usr/bin/python3"),
                                 QStringLiteral("/home/u/run.py")};
    question.process.path = QStringLiteral("/usr/bin/python3");
    firewall_->ask(question);
    QCOMPARE(window_->findChildren<QLabel*>(QStringLiteral("risk")).size(), 3);
    QCOMPARE(text("path"), QStringLiteral("/home/u/run.py"));
    question.changedSinceMs = 1'700'000'000'000;
    firewall_->ask(question);
    const auto risks = window_->findChildren<QLabel*>(QStringLiteral("risk"));
    QCOMPARE(risks.size(), 4);
    QVERIFY(std::any_of(risks.begin(), risks.end(), [](const QLabel* risk) {
        return risk->text().contains(QStringLiteral("changed")) &&
               risk->text().contains(QStringLiteral("2023"));
    }));
}

void TestQuestion::saysWhatIsAskedFor() {
    using Asked = api::HttpAsked;
    api::Question question = installed(1);
    question.names = QStringList{QStringLiteral("api.example.org")};
    ask(question);
    QVERIFY(!find<QLabel>("purpose")->isVisible());
    question.requests = {{Asked::State::Read, QStringLiteral("POST"), QStringLiteral("/upload")}};
    firewall_->ask(question);
    QVERIFY(find<QLabel>("purpose")->isVisible());
    QVERIFY2(text("purpose").contains(QLatin1String("POST /upload")), qPrintable(text("purpose")));
    QVERIFY(!find<QPushButton>("allow")->isEnabled());  // it is another question now
    question.requests.append({Asked::State::Read, QStringLiteral("PUT"), std::nullopt});
    question.requests.append(
        {Asked::State::Read, QStringLiteral("GET"), QStringLiteral("/a\u202eb")});
    firewall_->ask(question);
    QVERIFY2(text("purpose").endsWith(QLatin1String("and 2 more")), qPrintable(text("purpose")));
    const QString all = find<QPlainTextEdit>("requests")->toPlainText();
    QVERIFY2(all.startsWith(QLatin1String("POST /upload\nPUT, with a path that")), qPrintable(all));
    QVERIFY(all.endsWith(QLatin1String("GET /a[U+202E]b")));
    waitAwake();
    click("details");
    QVERIFY(find<QPlainTextEdit>("requests")->isVisible());
    picture(QStringLiteral("requests"));
}

void TestQuestion::aLongRequestLosesItsMiddle() {
    api::Question question = installed(1);
    const QString path = QStringLiteral("/begin/") + QString(500, u'x') + QStringLiteral("/<b>end");
    question.requests = {{api::HttpAsked::State::Read, QStringLiteral("POST"), path}};
    ask(question);
    QVERIFY2(text("purpose").size() < 100, qPrintable(text("purpose")));
    QVERIFY(text("purpose").contains(QLatin1String("POST /begin/x")));
    QVERIFY(text("purpose").contains(QLatin1String("/<b>end")));
    QVERIFY(find<QLabel>("purpose")->toolTip().contains(path.toHtmlEscaped()));
    picture(QStringLiteral("long-request"));
}

void TestQuestion::encryptedDnsCanBeBlockedByReadyRules() {
    api::Question question = installed(1);
    ask(question);
    auto* const offer = find<QPushButton>("encryptedDns");
    QVERIFY(!offer->isVisible());
    question.remotePort = 853;
    firewall_->ask(question);
    QVERIFY(offer->isVisible());
    QSignalSpy wanted(window_.get(), &QuestionWindow::encryptedDnsWanted);
    QTest::mouseClick(offer, Qt::LeftButton);  // it appeared a moment ago
    QVERIFY(wanted.isEmpty());
    waitAwake();
    picture(QStringLiteral("encrypted-dns"));
    QVERIFY(offer->isEnabled());
    offer->setFocus();
    QTest::keyClick(offer, Qt::Key_Space);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().value<api::AppIdentity>(), question.process.identity);
    QVERIFY(!window_->isVisible());  // it would lie above the rules
    QVERIFY(firewall_->answers().isEmpty());
    QCOMPARE(questions_->count(), 1);
}

void TestQuestion::everyControlHasAName() {
    api::Question named = installed(1);  // every scope is offered
    named.names = QStringList{QStringLiteral("api.example.org")};
    ask(named);
    firewall_->ask(installed(2));
    for (QWidget* const widget : window_->findChildren<QWidget*>()) {
        if (!(widget->focusPolicy() & Qt::TabFocus) || widget->window() != window_.get())
            continue;
        QAccessibleInterface* const face = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(
            face && !face->text(QAccessible::Name).isEmpty(),
            qPrintable(widget->objectName() + QLatin1String(widget->metaObject()->className())));
    }
}

void TestQuestion::pictures_data() {
    QTest::addColumn<QString>("look");
    for (const char* look : {"light", "dark", "large-font", "long-path", "hostile", "inbound",
                             "german", "right-to-left", "several", "details", "narrow-screen"})
        QTest::newRow(look) << QString::fromLatin1(look);
}

void TestQuestion::pictures() {
    QFETCH(QString, look);
    QFont font = QApplication::font();
    const QFont normal = font;
    QTranslator german;
    if (look == QLatin1String("dark"))
        QApplication::setPalette(tests::darkPalette());
    if (look == QLatin1String("large-font")) {
        font.setPointSize(16);
        QApplication::setFont(font);
    }
    if (look == QLatin1String("right-to-left"))
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    if (look == QLatin1String("german") &&
        german.load(QStringLiteral(SALLYPORT_TRANSLATIONS "/sallyport_de.qm")))
        QCoreApplication::installTranslator(&german);
    window_ = std::make_unique<QuestionWindow>(*firewall_, *questions_);

    api::Question question = installed(1);
    question.process.fetchTool = look == QLatin1String("dark");
    if (look == QLatin1String("long-path"))
        question = installed(1, QStringLiteral("/opt/") +
                                    QStringLiteral("very-long-folder-name/").repeated(12) +
                                    QStringLiteral("program"));
    if (look == QLatin1String("hostile")) {
        question = installed(1, QStringLiteral("/tmp/<b>System</b>\nUpdate \u202Egpj.exe & more ") +
                                    QString(500, QLatin1Char('A')));
        question.process.inWritableFolder = true;
        question.process.deleted = true;
    }
    if (look == QLatin1String("inbound")) {
        question.direction = api::Direction::Inbound;
        question.localPort = 22;
        question.remote = *api::Address::parse(QStringLiteral("2001:db8::1:2:3"));
    }
    ask(question);
    if (look == QLatin1String("several") || look == QLatin1String("german")) {
        firewall_->ask(installed(2, QStringLiteral("/usr/bin/mail"), 80));
        firewall_->ask(installed(3, QStringLiteral("/usr/bin/other"), 80));
    }
    if (look == QLatin1String("details"))
        click("details");
    waitAwake();
    if (look == QLatin1String("narrow-screen"))
        window_->resize(window_->minimumWidth(), window_->minimumSizeHint().height());
    QCoreApplication::processEvents();
    picture(look);
    QVERIFY(window_->width() < 1024);
    QVERIFY(window_->height() < 700);

    window_.reset();
    QApplication::setFont(normal);
    QGuiApplication::setLayoutDirection(Qt::LeftToRight);
}

QTEST_MAIN(TestQuestion)
#include "tst_question.moc"
