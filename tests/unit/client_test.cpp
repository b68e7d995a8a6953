// The app's side of the bus: finding the helper, losing it, and who may ask. The helper here is an
// object that answers as told; the real one is the subject of tests/dbus.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QSignalSpy>
#include <QTest>
#include <QVariantList>
#include <QVariantMap>
#include <memory>

#include "api/dbus.h"
#include "client/dbus_firewall.h"
#include "support/private_bus.h"
#include "support/skip.h"

using namespace sallyport;
using client::DbusFirewall;

// What is asked of the helper, written down.
class Helper : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.sallyport.Firewall1")
  public:
    explicit Helper(QDBusConnection bus) : bus_(std::move(bus)) {}
    QStringList calls;
    QString agent;      // who registered
    QString agentPath;  // where
    bool refuse = false;
    bool noAuthority = false;

    void enter() {
        QVERIFY(bus_.registerObject(api::dbus::kPath, this, QDBusConnection::ExportAllContents));
        QVERIFY(bus_.registerService(api::dbus::kService));
    }
    // Nothing to leave is fine.
    void leave() {
        bus_.unregisterService(api::dbus::kService);
        bus_.unregisterObject(api::dbus::kPath);
        agent.clear();
    }
    QDBusPendingCall tellAgent(const QString& method, const QVariantList& arguments) {
        return tell(bus_, agent, agentPath, method, arguments);
    }
    static QDBusPendingCall tell(const QDBusConnection& from, const QString& whom,
                                 const QString& path, const QString& method,
                                 const QVariantList& arguments) {
        QDBusMessage message =
            QDBusMessage::createMethodCall(whom, path, api::dbus::kAgentInterface, method);
        message.setArguments(arguments);
        return from.asyncCall(message);
    }

  public slots:
    QVariantMap GetStatus() {
        if (noAuthority)
            sendErrorReply(api::errorName(api::ErrorCode::NoAuthority), QStringLiteral("no"));
        api::Status status;
        status.enforcing = true;
        status.rules = 12;
        return api::toMap(status);
    }
    void SetMode(const QString& mode) {
        calls.append(QStringLiteral("SetMode ") + mode);
        if (refuse)
            sendErrorReply(api::errorName(api::ErrorCode::Denied), QStringLiteral("no"));
    }
    void SetModeUntil(const QString& mode, qlonglong untilMs) {
        calls.append(QStringLiteral("SetModeUntil %1 %2").arg(mode).arg(untilMs));
    }
    void RegisterAgent(const QDBusObjectPath& path) {
        if (noAuthority)
            return sendErrorReply(api::errorName(api::ErrorCode::NoAuthority), {});
        agent = message().service();
        agentPath = path.path();
    }
    void Answer(qulonglong question, const QVariantMap& answer) {
        calls.append(QStringLiteral("Answer %1 %2")
                         .arg(question)
                         .arg(answer.value(QStringLiteral("action")).toString()));
    }
    uint AddRule(const QVariantMap&) {
        bus_.send(QDBusMessage::createSignal(api::dbus::kPath, api::dbus::kInterface,
                                             QStringLiteral("RulesChanged")));
        return 9;
    }
    VariantMapList ListRules(uint from, uint& all) {  // one at a time
        api::Rule rule;
        rule.id = 3 + from;
        rule.app = {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/mail"), {}};
        all = 3;
        return {api::toMap(rule)};
    }
    VariantMapList Watch(sallyport::api::ConnectionList& connections) {
        if (noAuthority) {
            sendErrorReply(api::errorName(api::ErrorCode::NoAuthority), {});
            return {};
        }
        calls.append(QStringLiteral("Watch"));
        api::Connection connection;
        connection.id = 5;
        connection.remote = api::Address::v4(0x7F000001);
        connections = {connection};
        return {};
    }

  private:
    QDBusConnection bus_;
};

class ClientTest : public QObject {
    Q_OBJECT
  private:
    QTemporaryDir folder_;
    const QString started_ = folder_.filePath(QStringLiteral("started"));
    tests::PrivateBus daemon_;
    QString address_;
    std::unique_ptr<Helper> helper_;

    QDBusConnection connection(const char* name) {
        return QDBusConnection::connectToBus(address_, QLatin1String(name));
    }
    static api::Question question() {
        api::Question question;
        question.id = 77;
        question.process.path = QStringLiteral("/usr/bin/mail");
        question.process.identity = {api::AppIdentity::Kind::Path, question.process.path, {}};
        question.process.ancestors = {{1, QStringLiteral("/sbin/init")}};
        question.process.commandLine = {QStringLiteral("mail")};
        question.protocol = 6;
        question.remote = api::Address::v4(0xC0000201);
        question.remotePort = 443;
        return question;
    }

  private slots:
    void initTestCase() {
        daemon_.offer(api::dbus::kService, QStringLiteral("/usr/bin/touch %1").arg(started_));
        address_ = daemon_.start();
        if (address_.isEmpty())
            SKIP_ALL("dbus-daemon cannot be started");
        api::registerTypes();
        helper_ = std::make_unique<Helper>(connection("helper"));
    }
    void init() { helper_->calls.clear(); }
    void cleanup() {
        helper_->refuse = false;
        helper_->leave();
    }
    void cleanupTestCase() {
        for (const char* name : {"helper", "stranger"})
            QDBusConnection::disconnectFromBus(QLatin1String(name));
    }

    // What "Undo" rests on: whose change it was is known by when it is told.
    void aChangeIsToldBeforeItsCallIsAnswered() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QTRY_VERIFY(firewall.connected());
        QTest::qWait(50);  // what is told at the beginning
        QStringList order;
        connect(&firewall, &client::Firewall::rulesChanged, this,
                [&] { order += QLatin1String("told"); });
        for (int i = 0; i < 50; ++i)
            firewall.addRule({}, this, [&](const auto& result) {
                order += result ? QLatin1String("answered") : QLatin1String("refused");
            });
        QTRY_COMPARE(order.size(), 100);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(order[i], i % 2 ? QLatin1String("answered") : QLatin1String("told"));
    }

    void findsTheHelperThatIsThere() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QSignalSpy status(&firewall, &client::Firewall::statusChanged);
        QTRY_VERIFY(firewall.connected());
        QTRY_COMPARE(status.count(), 1);
        QCOMPARE(firewall.status().rules, 12u);
    }

    void findsTheHelperThatComesLaterGoesAndComesBack() {
        DbusFirewall firewall(address_);
        QSignalSpy changed(&firewall, &client::Firewall::connectedChanged);
        QSignalSpy connections(&firewall, &client::Firewall::connectionsChanged);
        firewall.startAgent();
        firewall.watch();
        QVERIFY(!firewall.connected());
        helper_->enter();
        QTRY_VERIFY(firewall.connected());
        QTRY_VERIFY(!helper_->agent.isEmpty());
        QTRY_COMPARE(connections.count(), 1);
        QVERIFY(connections.first().at(2).toBool());
        helper_->leave();
        QTRY_VERIFY(!firewall.connected());
        QCOMPARE(firewall.status().rules, 12u);  // what was known stays
        helper_->enter();
        QTRY_VERIFY(!helper_->agent.isEmpty());
        QTRY_COMPARE(connections.count(), 2);
        QVERIFY(connections.last().at(2).toBool());
        QCOMPARE(changed.count(), 3);
    }

    void aHelperThatIsNotThereIsKnownToBeAbsent() {
        DbusFirewall firewall(address_);
        const QSignalSpy absent(&firewall, &client::Firewall::absent);
        QTRY_COMPARE(absent.count(), 1);
        QVERIFY(absent.first().first().toString().isEmpty());
        QVERIFY(!firewall.connected());
    }

    void withoutABusTheHelperIsAbsent() {
        DbusFirewall firewall(QStringLiteral("unix:path=/nonexistent/bus"));
        const QSignalSpy absent(&firewall, &client::Firewall::absent);
        QTRY_COMPARE(absent.count(), 1);
        QVERIFY(absent.first().first().toString().contains(QLatin1String("/nonexistent/bus")));
        QVERIFY(!firewall.connected());
    }

    void theEndOfAModeIsSent() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QTRY_VERIFY(firewall.connected());
        bool done = false;
        firewall.setModeUntil(api::Mode::Learn, 1'800'000'000'000, this,
                              [&](const api::Result<void>& result) { done = result.has_value(); });
        QTRY_VERIFY(done);
        QVERIFY(helper_->calls.contains(QStringLiteral("SetModeUntil learn 1800000000000")));
    }

    void withoutAHelperEveryCallSaysSoLater() {
        DbusFirewall firewall(address_);
        helper_->enter();
        helper_->leave();
        QTRY_VERIFY(!firewall.connected());
        std::optional<api::ErrorCode> code;
        firewall.rules(this, [&](const auto& rules) { code = rules.error().code; });
        QVERIFY(!code);
        QTRY_VERIFY(code);
        QCOMPARE(*code, api::ErrorCode::Unavailable);
        helper_->enter();
    }

    // As at the start of a machine whose polkit comes late, or hangs.
    void aPolkitThatDoesNotAnswerIsWaitedFor() {
        helper_->enter();
        helper_->noAuthority = true;
        DbusFirewall firewall(address_);
        firewall.startAgent();
        firewall.watch();
        QSignalSpy changed(&firewall, &client::Firewall::withheldChanged);
        QTRY_VERIFY(firewall.withheld());
        QCOMPARE(firewall.withheld()->code, api::ErrorCode::NoAuthority);
        QVERIFY(firewall.connected());
        QVERIFY(helper_->agent.isEmpty());
        helper_->calls.clear();
        helper_->noAuthority = false;
        QTRY_VERIFY(!firewall.withheld());
        QCOMPARE(changed.count(), 2);
        QCOMPARE(firewall.status().rules, 12u);
        QTRY_VERIFY(!helper_->agent.isEmpty());
        QTRY_VERIFY(helper_->calls.contains(QStringLiteral("Watch")));
    }

    void callsAndTheirErrorsComeBack() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QTRY_VERIFY(firewall.connected());
        std::optional<api::Result<void>> result;
        const auto keep = [&](const api::Result<void>& it) { result = it; };
        firewall.setMode(api::Mode::Learn, this, keep);
        QTRY_VERIFY(result);
        QVERIFY(result->has_value());
        QCOMPARE(helper_->calls, QStringList{QStringLiteral("SetMode learn")});
        result.reset();
        helper_->refuse = true;
        firewall.setMode(api::Mode::Ask, this, keep);
        QTRY_VERIFY(result);
        QCOMPARE(result->error().code, api::ErrorCode::Denied);

        std::optional<QList<api::Rule>> rules;
        firewall.rules(this, [&](const auto& it) { rules = it.value_or({}); });
        QTRY_VERIFY(rules);
        QCOMPARE(rules->size(), 3);  // a message for each
        QCOMPARE(rules->first().id, 3u);
        QCOMPARE(rules->last().id, 5u);
    }

    void nobodyIsCalledWhoIsGone() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QTRY_VERIFY(firewall.connected());
        bool called = false;
        auto context = std::make_unique<QObject>();
        firewall.rules(context.get(), [&](const auto&) { called = true; });
        context.reset();
        std::optional<api::Result<void>> result;
        firewall.setMode(api::Mode::Learn, this, [&](const auto& it) { result = it; });
        QTRY_VERIFY(result);
        QVERIFY(!called);
    }

    void whoHasJustBeenStoppedIsNotStartedByACall() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QTRY_VERIFY(firewall.connected());
        helper_->leave();
        QVERIFY(firewall.connected());  // it has not heard of it yet
        std::optional<api::Result<void>> result;
        firewall.setMode(api::Mode::Learn, this, [&](const auto& it) { result = it; });
        QTRY_VERIFY(result);
        QVERIFY(!*result);
        QTRY_VERIFY(!firewall.connected());
        QVERIFY(!QFile::exists(started_));
    }

    void isAskedByTheHelperOnly() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QSignalSpy asked(&firewall, &client::Firewall::questionAsked);
        QSignalSpy cancelled(&firewall, &client::Firewall::questionCancelled);
        firewall.startAgent();
        QTRY_VERIFY(!helper_->agent.isEmpty());

        const auto finished = [](const QDBusPendingCall& call) {
            auto watcher = std::make_unique<QDBusPendingCallWatcher>(call);
            [&] { QTRY_VERIFY(watcher->isFinished()); }();
            return watcher->error();
        };
        const QVariantList arguments{api::toMap(question())};
        const QDBusError strange =
            finished(Helper::tell(connection("stranger"), helper_->agent, helper_->agentPath,
                                  QStringLiteral("Ask"), arguments));
        QCOMPARE(strange.type(), QDBusError::AccessDenied);
        QVERIFY(finished(Helper::tell(connection("stranger"), helper_->agent, helper_->agentPath,
                                      QStringLiteral("Cancel"),
                                      {qulonglong(77), QStringLiteral("gone")}))
                    .isValid());
        QCOMPARE(asked.count(), 0);
        QCOMPARE(cancelled.count(), 0);

        QVERIFY(!finished(helper_->tellAgent(QStringLiteral("Ask"), arguments)).isValid());
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.first().first().value<api::Question>(), question());
        const QDBusError malformed = finished(helper_->tellAgent(
            QStringLiteral("Ask"), {QVariantMap{{QStringLiteral("id"), QStringLiteral("x")}}}));
        QCOMPARE(malformed.name(), api::errorName(api::ErrorCode::Invalid));
        QVERIFY(!finished(helper_->tellAgent(QStringLiteral("Cancel"),
                                             {qulonglong(77), QStringLiteral("answered")}))
                     .isValid());
        QCOMPARE(cancelled.count(), 1);
    }

    void answersReachTheHelper() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QTRY_VERIFY(firewall.connected());
        api::Answer answer;
        answer.action = api::Action::Allow;
        firewall.answer(77, answer, this, {});
        QTRY_COMPARE(helper_->calls, QStringList{QStringLiteral("Answer 77 allow")});
    }

    // Last: takes the bus away.
    void theBusItselfGoes() {
        helper_->enter();
        DbusFirewall firewall(address_);
        QTRY_VERIFY(firewall.connected());
        daemon_.stop();
        QTRY_VERIFY(!firewall.connected());
        std::optional<api::ErrorCode> code;
        firewall.rules(this, [&](const auto& rules) { code = rules.error().code; });
        QTRY_VERIFY(code);
        QCOMPARE(*code, api::ErrorCode::Unavailable);
    }
};

QTEST_GUILESS_MAIN(ClientTest)
#include "client_test.moc"
