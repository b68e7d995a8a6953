// What a person, a program and a kernel notice of the engine.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sqlite3.h>

#include <QDir>
#include <QFile>
#include <QIODevice>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>
#include <memory>

#include "api/rule_file.h"
#include "dns_wire.h"
#include "engine/engine.h"
#include "engine_parts.h"
#include "fake_kernel/fake_kernel.h"
#include "fake_resolved/fake_resolved.h"
#include "process/host.h"

using namespace sallyport;
using api::Question;

namespace {

constexpr quint64 kSerial = 100;
constexpr qint32 kPid = 4000;
constexpr quint32 kUid = 1000;
const QString kAgent = QStringLiteral(":1.7");

api::Address remote(quint8 last = 1) {
    return api::Address::v4(0xcb007100u + last);  // 203.0.113.0/24
}

kernel::FlowKey key(quint64 cookie, quint8 host = 1, quint16 port = 443, quint8 protocol = 6) {
    return {cookie, remote(host), port, protocol};
}

kernel::FlowReport report(const kernel::FlowKey& flow, sp_verdict verdict = SP_VERDICT_HOLD,
                          sp_reason reason = SP_REASON_NONE, quint32 rule = 0) {
    kernel::FlowReport report;
    report.key = flow;
    report.owner = {kSerial, 1, kPid, kUid, 0, 0};
    report.decision = {verdict, reason, rule};
    report.localPort = 50000;
    return report;
}

kernel::HeldPacket packet(const kernel::FlowKey& flow, const QByteArray& bytes) {
    return {flow, 1, 0, 0, bytes};
}

kernel::ExecReport exec(quint64 serial, qint32 pid, const QString& path) {
    kernel::ExecReport report;
    report.serial = serial;
    report.parentSerial = serial - 1;
    report.pid = pid;
    report.uid = kUid;
    report.file = {serial, 1, 1};
    report.path = path;
    report.arguments = {path};
    return report;
}

api::Answer answer(api::Action action, api::Lifetime lifetime,
                   api::Scope scope = api::Scope::AddressAndPort) {
    api::Answer answer;
    answer.action = action;
    answer.lifetime = lifetime;
    answer.scope = scope;
    return answer;
}

class FakeLog final : public engine::DecisionLog {
  public:
    QStringList entries;  // "rule state program"
    void decided(const api::Connection& connection, const api::Process& process) override {
        entries.append(QStringLiteral("%1 %2 %3")
                           .arg(connection.rule)
                           .arg(api::toWord(connection.state), process.path));
    }
};

// An engine over a fake kernel, real stores in a folder of its own, and one program that runs.
struct Bench {
    QTemporaryDir folder;
    tests::SetClock clock;
    FakeLog log;
    fakes::FakeKernel kernel;
    process::ProcessTable processes;
    std::unique_ptr<store::RuleStore> rules;
    std::unique_ptr<store::History> history;
    std::unique_ptr<engine::Engine> engine;
    QList<std::pair<QString, Question>> asked;
    QStringList withdrawn;   // "id reason"
    QString resolvedSocket;  // of systemd-resolved's monitor; empty: there is none

    Bench() { open(); }
    // With a systemd-resolved, to which it has subscribed.
    void start(fakes::FakeResolved& resolved) {
        open();
        start();
        QTRY_COMPARE(resolved.requests.size(), 1);
    }
    ~Bench() { engine.reset(); }

    void open() {
        engine.reset();
        rules = std::make_unique<store::RuleStore>(*store::RuleStore::open(
            folder.filePath(QStringLiteral("rules.db")), QStringLiteral("boot")));
        history.reset();
        history = std::move(*store::History::open(folder.filePath(QStringLiteral("history.db"))));
        engine::Options options{folder.filePath(QStringLiteral("rules.d")),
                                [](quint32) { return std::optional<bool>(true); }};
        options.log = &log;
        options.resolved = resolvedSocket;
        options.names = folder.filePath(QStringLiteral("names"));
        options.resolvers = {folder.filePath(QStringLiteral("resolver"))};
        engine = std::make_unique<engine::Engine>(kernel, processes, *rules, *history, clock,
                                                  std::move(options));
        QObject::connect(engine.get(), &engine::Engine::ask,
                         [this](const QString& agent, const Question& question) {
                             asked.append({agent, question});
                         });
        QObject::connect(engine.get(), &engine::Engine::withdraw,
                         [this](const QString&, api::QuestionId id, const QString& reason) {
                             withdrawn.append(QStringLiteral("%1 %2").arg(id).arg(reason));
                         });
        kernel.events.append([](kernel::Sink& sink) {
            sink.onExec(exec(kSerial - 1, kPid - 1, QStringLiteral("/opt/test/shell")));
            sink.onExec(exec(kSerial, kPid, QStringLiteral("/opt/test/browser")));
        });
    }

    void start(bool withAgent = true) {
        const auto started = engine->start();
        QVERIFY2(started.has_value(), started ? "" : qPrintable(started.error().text));
        if (withAgent)
            engine->addAgent({kAgent, kUid, false});
    }

    // In the rules' own file, beside the store.
    void execute(const char* sql) const {
        sqlite3* raw = nullptr;
        const QByteArray path = QFile::encodeName(folder.filePath(QStringLiteral("rules.db")));
        QCOMPARE(sqlite3_open(path.constData(), &raw), SQLITE_OK);
        QCOMPARE(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(raw);
    }

    void happens(std::function<void(kernel::Sink&)> event) {
        kernel.events.append(std::move(event));
        engine->drain();
    }
    void hold(const kernel::FlowKey& flow, const QByteArray& bytes = "SYN") {
        happens([=](kernel::Sink& sink) { sink.onHeld(report(flow), packet(flow, bytes)); });
    }
    // The program asks its server on socket 90, and is answered; both are only noted down.
    void isTold(const QString& name, const QList<quint8>& hosts, quint64 serial = kSerial,
                qint32 pid = kPid) {
        kernel::DnsReport dns;
        dns.cookie = 90;
        dns.owner = {serial, 1, pid, kUid, 0, 0};
        dns.server = remote(53);
        dns.port = SP_DNS_PORT;
        dns.message = dns::query(7, name);
        kernel.events.append([=](kernel::Sink& sink) { sink.onDns(dns); });
        answersName(dns, name, hosts);
    }
    void answersName(kernel::DnsReport dns, const QString& name, const QList<quint8>& hosts) {
        QList<api::Address> addresses;
        for (const quint8 host : hosts)
            addresses.append(remote(host));
        dns.answer = true;
        dns.message = dns::answer(7, name, addresses);
        ++kernel.told;
        kernel.events.append([=](kernel::Sink& sink) { sink.onDns(dns); });
    }
    void holdsUntilNamed(const kernel::FlowKey& flow) {
        happens([=](kernel::Sink& sink) {
            sink.onHeld(report(flow, SP_VERDICT_UNRESOLVED), packet(flow, "SYN"));
        });
    }
    // The first data of a connection that had leave to begin.
    void sends(const kernel::FlowKey& flow, const QByteArray& data, quint32 sequence = 0,
               quint64 netns = 0) {
        QByteArray ip(20, '\0'), tcp(20, '\0');
        ip[0] = 0x45;
        ip[9] = 6;
        qToBigEndian(sequence, tcp.data() + 4);
        tcp[12] = 0x50;
        happens([=](kernel::Sink& sink) {
            kernel::FlowReport held = report(flow, SP_VERDICT_FIRST_DATA);
            held.owner.netns = netns;
            sink.onHeld(held, packet(flow, ip + tcp + data));
        });
    }
    void pass(qint64 ms) {
        clock.now += ms;
        kernel.boot += static_cast<quint64>(ms) * 1'000'000;
        engine->expire();
    }
    QList<Question> waiting() const {
        QList<Question> list;
        for (const Question& question : engine->questions()) {
            if (!question.missed)
                list.append(question);
        }
        return list;
    }
    api::Connection connection(quint64 cookieIndex) const {
        return engine->connections().value(static_cast<qsizetype>(cookieIndex));
    }
    QList<api::Rule> promptRules() const {
        QList<api::Rule> list;
        for (const api::Rule& rule : engine->rules()) {
            if (rule.origin == api::Origin::Prompt)
                list.append(rule);
        }
        return list;
    }
};

api::Rule browserRule(api::Action action) {
    api::Rule rule;
    rule.action = action;
    rule.app = {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/browser"), {}};
    rule.protocol = 6;
    return rule;
}

api::Rule nameRule(api::Action action, const QString& pattern) {
    api::Rule rule;
    rule.action = action;
    rule.remote = api::Remote::parse(pattern).value();
    return rule;
}

}  // namespace

class EngineTest : public QObject {
    Q_OBJECT
  private slots:
    void aThousandAttemptsAreOneQuestion();
    void aQuestionIsAboutWhoseTheConnectionIsNow();
    void anAnswerReleasesEverythingInOrder();
    void whatTheHelperSendsIsCounted();
    void whatWaitsGoesBeforeAnybodyIsToldOrARuleIsKept();
    void whatTheRuleOfAnAnswerDecidedIsTheRules();
    void anAnswerWhoseRuleCannotBeKeptDoesNotCount();
    void anAnswerDecidesNoLongerThanItsRule();
    void anAnswerJudgesTheOtherQuestionsToo();
    void thisConnectionOnlyMakesNoRule();
    void anAnswerEndsWithItsConnection();
    void anEarlierHelpersAnswerEndsWithItsConnection();
    void anEarlierHelpersVerdictEndsWithTheRules();
    void blockingEndsTheConnection();
    void silentBlockingDoesNotEndIt();
    void aGuestIsAskedAboutOnce();
    void noAnswerInTimeBlocksOnceAndMakesNoRule();
    void aMissedQuestionCanStillBecomeARule();
    void aConnectionThatEndsTakesItsQuestionAlong();
    void aRuleForAProcessEndsWithIt();
    void aRuleForMinutesEnds();
    void undoBringsTheRuleBack();
    void severalRulesAreSwitchedInOneChange();
    void questionsAreBoundedAndTheNextIsAsked();
    void nobodyToAskFollowsTheSetting_data();
    void nobodyToAskFollowsTheSetting();
    void aLateAgentIsAskedWhatWaits();
    void anotherUsersAgentIsNotAsked();
    void agentsOfTheSystem();
    void pauseReleasesAndEndsByItself();
    void modesSurviveARestart();
    void anAuditIsRecordedAsWhatWouldHaveBeenBlocked();
    void whatWaitedPassesWhenTheModeAudits();
    void aRuleThatLogsIsWrittenDownOnceForAConnection();
    void itIsCountedForMonitoring();
    void anUnknownProgramIsNamedToTheKernel();
    void whoRanBeforeIsWhoItWasAtItsExec();
    void anAnswerReachesAFlowWhoseProcessIsGone();
    void aRuleThatCutsARunningConnectionEndsIt();
    void aRuleThatCutsWhatNobodyWasToldOfEndsIt();
    void whoLooksFindsWhatNobodyWasToldOf();
    void whoIsFoundWhileItsNameIsOnTheWayHasIt();
    void theNextHelperKnowsTheNames();
    void anEndThatWaitedInTheRingHasItsOwnTime();
    void nothingIsCountedWhileNobodyWatches();
    void whoGoesPastTheFirewallIsNamed();
    void whoGoesPastTheFirewallIsLookedForNowAndThen();
    void aFailedLookForPacketSocketsForgetsNobody();
    void aClockSetBackHidesNoPacketSockets();
    void manyPacketSocketsElsewhereHideNobody();
    void liveReportsCarryOnlyChanges();
    void nobodyIsAskedAboutAClosedSocket();
    void countsThatComeBeforeTheBeginningAreNotLost();
    void howLongItWaitedIsTold();
    void endedConnectionsGoToHistory();
    void whatIsRefusedLaterIsTheSameConnection();
    void aRefusedCallTakesNoBytesAway();
    void theLocalAddressStays();
    void allPeersOfASocketEndWithIt();
    void connectionsOfAnEarlierHelperAreListed();
    void usesOfRulesAreCounted();
    void aChangeTheKernelRefusesIsTakenBack();
    void importIsAllOrNothing();
    void administratorsFilesAreReadOnlyAndABadOneIsNamed();
    void copiesOfPacketsAreBounded();
    void numbersStayTheSameInANewRun();
    void aConnectionIsDecidedByTheNameItsProgramWasTold();
    void whatHungOnANameKeepsItsVerdictUntilTheKernelSaysTheSame();
    void aVerdictByNameEndsWithItsRule();
    void aCallThatIsBlockedAfterItsNameCameEnds();
    void aQuestionCarriesTheNamesAndWhoSaidThem();
    void anExplanationSaysWhereNamesComeFrom();
    void aNameSaidInTheConnectionIsExplained();
    void aNameWithTwoOriginsIsExplainedByBoth();
    void anAnswerIsExplained();
    void whoSaysNoNameIsExplainedWithoutOne();
    void addressesOfOneNameAreOneQuestion();
    void theSystemsResolverSpeaksForWhoSaysNothing();
    void firstDataGoesOnWhereItIsSent();
    void requestsGoAsFarAsTheyAreRead();
    void aQuestionSaysWhatIsAskedFor();
    void anAnswerDoesNotSpeakForRequestsThatARuleBlocks();
    void anAnswerDoesNotSpeakForRequestsThatARuleBlocksLater();
    void nobodyIsAskedOfRequestsBesideABlockedOne();
    void theAnswerToAHeldQuestionIsBelieved();
    void whatResolvedHasSaidIsKnownBeforeAConnectionIsJudged();
    void whatResolvedSaysLaterReleasesWhatWaits();
    void namesThatGotLostAreNotWaitedFor();
    void namesThatAreStillInTheRingAreWaitedFor();
    void anOpenConnectionKeepsTheNameItWasJudgedBy();
};

void EngineTest::aThousandAttemptsAreOneQuestion() {
    Bench bench;
    bench.start();
    for (quint64 cookie = 1; cookie <= 1000; ++cookie)
        bench.hold(key(cookie));
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().first().waiting, 1000u);
    QCOMPARE(bench.waiting().first().process.path, QStringLiteral("/opt/test/browser"));
    QCOMPARE(bench.asked.size(), 1);
    QTRY_COMPARE(bench.asked.size(), 2);  // the number, once
    QCOMPARE(bench.asked.last().second.waiting, 1000u);
}

void EngineTest::whatTheHelperSendsIsCounted() {
    Bench bench;
    bench.start();
    const kernel::FlowKey udp = key(1, 1, 4433, 17);
    bench.hold(udp, "one");
    bench.hold(udp, "three");
    QCOMPARE(bench.connection(0).sent, quint64{0});
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    QCOMPARE(bench.connection(0).sent, quint64{8});
    QCOMPARE(bench.connection(0).received, quint64{0});
    kernel::FlowReport later = report(udp, SP_VERDICT_ALLOW, SP_REASON_ANSWER);
    later.sent = 100;  // by the program itself, as the kernel counts
    later.received = 40;
    bench.happens([=](kernel::Sink& sink) { sink.onFlow(later); });
    QCOMPARE(bench.connection(0).sent, quint64{108});
    QCOMPARE(bench.connection(0).received, quint64{40});
    bench.happens([=](kernel::Sink& sink) { sink.onEnd(later); });
    QVERIFY(bench.engine->metrics().contains("direction=\"out\"} 108\n"));
}

void EngineTest::anAnswerReleasesEverythingInOrder() {
    Bench bench;
    bench.start();
    const kernel::FlowKey udp = key(1, 1, 4433, 17);
    for (const char* bytes : {"one", "two", "three"})
        bench.hold(udp, bytes);
    const Question question = bench.waiting().first();
    QVERIFY(bench.engine->answer(question.id, answer(api::Action::Allow, api::Lifetime::Forever))
                .has_value());
    QCOMPARE(bench.promptRules().size(), 1);
    QCOMPARE(bench.kernel.injected.size(), 3);
    QCOMPARE(bench.kernel.injected.first().bytes, QByteArray("one"));
    QCOMPARE(bench.kernel.injected.last().bytes, QByteArray("three"));
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.connection(0).rule, bench.promptRules().first().id);
    QCOMPARE(bench.withdrawn, QStringList{QStringLiteral("1 answered")});
    QVERIFY(bench.engine->questions().isEmpty());
}

void EngineTest::whatWaitsGoesBeforeAnybodyIsToldOrARuleIsKept() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    QList<qsizetype> sentWhenTold;
    const auto told = [&] { sentWhenTold.append(bench.kernel.injected.size()); };
    connect(bench.engine.get(), &engine::Engine::rulesChanged, this, told);
    connect(bench.engine.get(), &engine::Engine::withdraw, this, told);
    QVERIFY(
        bench.engine
            ->answer(bench.waiting().first().id, answer(api::Action::Allow, api::Lifetime::Forever))
            .has_value());
    QCOMPARE(sentWhenTold, (QList<qsizetype>{1, 1}));
}

// What is sent passes by the answer, before there is a rule, and that is read after it.
void EngineTest::whatTheRuleOfAnAnswerDecidedIsTheRules() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    QVERIFY(
        bench.engine
            ->answer(bench.waiting().first().id, answer(api::Action::Allow, api::Lifetime::Forever))
            .has_value());
    bench.happens([](kernel::Sink& sink) {
        sink.onFlow(report(key(1), SP_VERDICT_ALLOW, SP_REASON_ANSWER));
    });
    QCOMPARE(bench.connection(0).reason, api::Reason::Rule);
    QCOMPARE(bench.connection(0).rule, bench.promptRules().first().id);

    bench.hold(key(2, 1, 80));  // another, for which no rule is made
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    bench.happens([](kernel::Sink& sink) {
        sink.onFlow(report(key(2, 1, 80), SP_VERDICT_ALLOW, SP_REASON_ANSWER));
    });
    QCOMPARE(bench.connection(1).reason, api::Reason::Answer);
}

void EngineTest::anAnswerWhoseRuleCannotBeKeptDoesNotCount() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    bench.execute(
        "CREATE TRIGGER full BEFORE INSERT ON rules BEGIN SELECT RAISE(ABORT, 'full'); END");
    const quint32 generation = bench.kernel.generation;
    const auto answered = bench.engine->answer(bench.waiting().first().id,
                                               answer(api::Action::Allow, api::Lifetime::Forever));
    QCOMPARE(answered.error().code, api::ErrorCode::Failed);
    QVERIFY(bench.promptRules().isEmpty());
    QVERIFY(bench.kernel.answers.isEmpty());
    QVERIFY(bench.kernel.generation > generation);  // the kernel judges again

    bench.hold(key(1), "data");
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Held);
    QCOMPARE(bench.waiting().size(), 1);
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    QCOMPARE(bench.kernel.injected.last().bytes, QByteArray("data"));
}

void EngineTest::anAnswerDecidesNoLongerThanItsRule() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    QVERIFY(
        bench.engine
            ->answer(bench.waiting().first().id, answer(api::Action::Allow, api::Lifetime::Forever))
            .has_value());
    QVERIFY(bench.kernel.answers.isEmpty());
    QVERIFY(bench.engine->removeRules({bench.promptRules().first().id}).has_value());
    bench.hold(key(1), "data");
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineTest::anAnswerJudgesTheOtherQuestionsToo() {
    Bench bench;
    bench.start();
    bench.hold(key(1, 1));
    bench.hold(key(2, 2));
    QCOMPARE(bench.waiting().size(), 2);
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Forever, api::Scope::Everything))
                .has_value());
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.injected.size(), 2);
    QVERIFY(bench.withdrawn.contains(QStringLiteral("2 rule")));
}

void EngineTest::thisConnectionOnlyMakesNoRule() {
    Bench bench;
    bench.start();
    const qsizetype before = bench.engine->rules().size();
    bench.hold(key(1));
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    QCOMPARE(bench.engine->rules().size(), before);
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
    QCOMPARE(bench.kernel.injected.size(), 1);
    bench.hold(key(1), "again");  // was on its way when the answer came
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.injected.size(), 2);
    bench.hold(key(2));  // another connection is another question
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineTest::anEarlierHelpersAnswerEndsWithItsConnection() {
    Bench bench;
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_ANSWER)};
    for (quint64 n = 1; n <= 2; ++n)
        QVERIFY(bench.kernel.setAnswer(key(n), {SP_VERDICT_ALLOW}).has_value());
    bench.start();
    QVERIFY(bench.kernel.answers.contains(key(1)));
    QVERIFY(!bench.kernel.answers.contains(key(2)));  // ended while there was none
    bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(1))); });
    QVERIFY(bench.kernel.answers.isEmpty());
}

// What it said because of rules does not outlive them.
void EngineTest::anEarlierHelpersVerdictEndsWithTheRules() {
    Bench bench;
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_ANSWER)};
    kernel::FlowAnswer byName{SP_VERDICT_ALLOW};
    byName.byRules = true;
    QVERIFY(bench.kernel.setAnswer(key(1), byName).has_value());
    bench.start();
    QVERIFY(bench.engine->setMode(api::Mode::LockDown));
    QVERIFY(bench.kernel.answers.value(key(1)) != SP_VERDICT_ALLOW);
}

void EngineTest::blockingEndsTheConnection() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    QVERIFY(
        bench.engine
            ->answer(bench.waiting().first().id, answer(api::Action::Block, api::Lifetime::Forever))
            .has_value());
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
    QVERIFY(bench.kernel.injected.isEmpty());
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
}

void EngineTest::silentBlockingDoesNotEndIt() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    api::Answer silent = answer(api::Action::Block, api::Lifetime::Connection);
    silent.blockStyle = api::BlockStyle::Silent;
    QVERIFY(bench.engine->answer(bench.waiting().first().id, silent).has_value());
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_BLOCK_SILENT);
    QVERIFY(bench.kernel.aborted.isEmpty());
}

// The kernel has room for so many answers.
void EngineTest::anAnswerEndsWithItsConnection() {
    Bench bench;
    bench.start();
    for (const auto action : {api::Action::Allow, api::Action::Block}) {
        bench.hold(key(1));
        QVERIFY(bench.engine
                    ->answer(bench.waiting().first().id, answer(action, api::Lifetime::Connection))
                    .has_value());
        QCOMPARE(bench.kernel.answers.size(), 1);
        bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(1))); });
        QVERIFY(bench.kernel.answers.isEmpty());
    }
    bench.hold(key(2));
    bench.pass(60'000);
    QCOMPARE(bench.kernel.answers.size(), 1);
    bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(2))); });
    QVERIFY(bench.kernel.answers.isEmpty());

    // Of an earlier helper, which kept no record.
    bench.kernel.answers.insert(key(3), SP_VERDICT_ALLOW);
    bench.happens(
        [](kernel::Sink& sink) { sink.onEnd(report(key(3), SP_VERDICT_ALLOW, SP_REASON_ANSWER)); });
    QVERIFY(bench.kernel.answers.isEmpty());
}

// A peer waits at the listener; what the kernel makes of its knock is another socket.
void EngineTest::aGuestIsAskedAboutOnce() {
    Bench bench;
    bench.start();
    const auto inbound = [](quint64 cookie, sp_verdict verdict) {
        kernel::FlowReport knock = report(key(cookie), verdict);
        knock.inbound = true;
        return knock;
    };
    const auto held = [&](quint64 cookie) {
        const kernel::FlowReport knock = inbound(cookie, SP_VERDICT_HOLD);
        bench.happens([=](kernel::Sink& sink) { sink.onHeld(knock, packet(knock.key, {})); });
    };
    held(1);
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    kernel::FlowReport letIn = inbound(1, SP_VERDICT_ALLOW);
    letIn.decision.reason = SP_REASON_ANSWER;
    letIn.over = true;
    bench.happens([=](kernel::Sink& sink) { sink.onFlow(letIn); });
    QVERIFY(bench.kernel.answers.isEmpty());
    held(2);
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.answers.value(key(2)), SP_VERDICT_ALLOW);
    QCOMPARE(bench.connection(1).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.connection(1).reason, api::Reason::Answer);
    held(3);  // the same address and port once more
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineTest::noAnswerInTimeBlocksOnceAndMakesNoRule() {
    Bench bench;
    bench.start();
    const qsizetype before = bench.engine->rules().size();
    bench.hold(key(1));
    bench.pass(59'000);
    QCOMPARE(bench.waiting().size(), 1);
    bench.pass(1'000);
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_BLOCK_ERROR);
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
    QCOMPARE(bench.engine->rules().size(), before);
    QCOMPARE(bench.connection(0).reason, api::Reason::TimedOut);
    QCOMPARE(bench.withdrawn, QStringList{QStringLiteral("1 timed-out")});
    QCOMPARE(bench.engine->questions().size(), 1);
    QVERIFY(bench.engine->questions().first().missed);
    bench.hold(key(2));
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineTest::aMissedQuestionCanStillBecomeARule() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    bench.pass(60'000);
    const api::QuestionId id = bench.engine->questions().first().id;
    const auto late =
        bench.engine->answer(id, answer(api::Action::Allow, api::Lifetime::Connection));
    QVERIFY(!late);
    QCOMPARE(late.error().code, api::ErrorCode::Invalid);
    QVERIFY(
        bench.engine->answer(id, answer(api::Action::Allow, api::Lifetime::Forever)).has_value());
    QCOMPARE(bench.promptRules().size(), 1);
    QVERIFY(bench.engine->questions().isEmpty());
    bench.hold(key(2));
    QVERIFY(bench.waiting().isEmpty());
    const auto again = bench.engine->answer(id, answer(api::Action::Allow, api::Lifetime::Forever));
    QVERIFY(!again);
    QCOMPARE(again.error().code, api::ErrorCode::NotFound);
}

void EngineTest::aConnectionThatEndsTakesItsQuestionAlong() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    bench.hold(key(2));
    bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(1))); });
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().first().waiting, 1u);
    bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(2))); });
    QVERIFY(bench.engine->questions().isEmpty());
    QCOMPARE(bench.withdrawn, QStringList{QStringLiteral("1 gone")});
    QVERIFY(bench.kernel.injected.isEmpty());
}

// A socket whose owner was looked for, or that another program has by now.
void EngineTest::aQuestionIsAboutWhoseTheConnectionIsNow() {
    Bench bench;
    bench.start();
    for (const quint64 cookie : {1, 2})
        bench.happens([=](kernel::Sink& sink) {
            kernel::FlowReport held = report(key(cookie), SP_VERDICT_UNRESOLVED);
            held.owner = {};
            sink.onHeld(held, packet(key(cookie), "SYN"));
        });
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().first().process.identity.kind, api::AppIdentity::Kind::Unknown);
    bench.hold(key(1), "SYN again");
    QCOMPARE(bench.waiting().size(), 2);
    QVERIFY(bench.withdrawn.isEmpty());
    bench.hold(key(2), "SYN again");
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().first().process.serial, kSerial);
    QCOMPARE(bench.waiting().first().waiting, 2u);
}

void EngineTest::aRuleForAProcessEndsWithIt() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    QVERIFY(
        bench.engine
            ->answer(bench.waiting().first().id, answer(api::Action::Allow, api::Lifetime::Process))
            .has_value());
    QCOMPARE(bench.promptRules().size(), 1);
    QCOMPARE(bench.promptRules().first().process, kSerial);
    bench.happens([](kernel::Sink& sink) {
        sink.onFork({kSerial, 0, kPid + 1, kPid});
        sink.onExit(kSerial, kPid);
    });
    QCOMPARE(bench.promptRules().size(), 1);  // its child is the same exec
    bench.happens([](kernel::Sink& sink) { sink.onExit(kSerial, kPid + 1); });
    QVERIFY(bench.promptRules().isEmpty());
}

void EngineTest::aRuleForMinutesEnds() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    api::Answer minutes = answer(api::Action::Allow, api::Lifetime::Timed);
    minutes.minutes = 5;
    QVERIFY(bench.engine->answer(bench.waiting().first().id, minutes).has_value());
    bench.hold(key(2));
    QVERIFY(bench.waiting().isEmpty());
    bench.pass(5 * 60'000);
    QVERIFY(bench.promptRules().isEmpty());
    bench.hold(key(3));
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineTest::undoBringsTheRuleBack() {
    Bench bench;
    bench.start();
    const auto id = bench.engine->addRule(browserRule(api::Action::Block));
    QVERIFY(id.has_value());
    QVERIFY(bench.engine->removeRules({*id}).has_value());
    const auto change = bench.engine->undoRules();
    QVERIFY(change.has_value());
    QCOMPARE(change->value(QStringLiteral("kind")).toString(), QStringLiteral("remove"));
    QVERIFY(bench.engine->setRulesEnabled({*id}, false).has_value());
    const auto missing = bench.engine->removeRules({*id, 99999});
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, api::ErrorCode::NotFound);
    QVERIFY(bench.engine->setRulesEnabled({*id}, true).has_value());
}

void EngineTest::severalRulesAreSwitchedInOneChange() {
    Bench bench;
    bench.start();
    QList<api::RuleId> ids;
    for (int i = 0; i < 3; ++i)
        ids += *bench.engine->addRule(browserRule(api::Action::Block));
    const auto enabled = [&bench, &ids] {
        const QList<api::Rule> rules = bench.engine->rules();
        return std::count_if(rules.begin(), rules.end(), [&ids](const api::Rule& rule) {
            return ids.contains(rule.id) && rule.enabled;
        });
    };
    QCOMPARE(bench.engine->setRulesEnabled({ids.first(), 99999}, false).error().code,
             api::ErrorCode::NotFound);
    QCOMPARE(bench.engine->setRulesEnabled({}, false).error().code, api::ErrorCode::Invalid);
    QCOMPARE(enabled(), 3);
    QVERIFY(bench.engine->setRulesEnabled(ids, false).has_value());
    QCOMPARE(enabled(), 0);
    const auto change = bench.engine->undoRules();
    QVERIFY(change.has_value());
    QCOMPARE(change->value(QStringLiteral("count")).toInt(), 3);
    QCOMPARE(enabled(), 3);
}

void EngineTest::questionsAreBoundedAndTheNextIsAsked() {
    Bench bench;
    bench.start();
    const int most = engine::QuestionBook::kMaxPerProgram;
    for (int i = 0; i <= most; ++i)
        bench.hold(key(static_cast<quint64>(i + 1), static_cast<quint8>(i + 1)));
    QCOMPARE(bench.waiting().size(), most);
    QCOMPARE(bench.engine->status().waiting, static_cast<quint32>(most));
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Block, api::Lifetime::Connection))
                .has_value());
    QTRY_COMPARE(bench.waiting().size(), most);
    QCOMPARE(bench.waiting().last().remote, remote(static_cast<quint8>(most + 1)));
    bench.pass(60'000);
    QTRY_VERIFY(bench.waiting().isEmpty());
}

void EngineTest::nobodyToAskFollowsTheSetting_data() {
    QTest::addColumn<api::Fallback>("fallback");
    QTest::addColumn<api::ConnectionState>("state");
    QTest::newRow("wait") << api::Fallback::Wait << api::ConnectionState::Held;
    QTest::newRow("block") << api::Fallback::Block << api::ConnectionState::Blocked;
    QTest::newRow("allow") << api::Fallback::Allow << api::ConnectionState::Allowed;
}

void EngineTest::nobodyToAskFollowsTheSetting() {
    QFETCH(api::Fallback, fallback);
    QFETCH(api::ConnectionState, state);
    Bench bench;
    bench.start(false);
    api::Settings settings = bench.engine->settings();
    settings.nobodyToAsk = fallback;
    QVERIFY(bench.engine->setSettings(settings).has_value());
    bench.hold(key(1));
    QCOMPARE(bench.connection(0).state, state);
    QCOMPARE(bench.kernel.injected.size(), state == api::ConnectionState::Allowed ? 1 : 0);
    QCOMPARE(bench.engine->status().missed, state == api::ConnectionState::Blocked ? 1u : 0u);
    QVERIFY(bench.promptRules().isEmpty());
}

void EngineTest::aLateAgentIsAskedWhatWaits() {
    Bench bench;
    bench.start(false);
    bench.hold(key(1));
    QVERIFY(bench.asked.isEmpty());
    bench.engine->addAgent({kAgent, kUid, false});
    QCOMPARE(bench.asked.size(), 1);
    bench.engine->removeAgent(kAgent);
    QCOMPARE(bench.waiting().size(), 1);
    bench.engine->addAgent({QStringLiteral(":1.8"), kUid, false});
    QCOMPARE(bench.asked.last().first, QStringLiteral(":1.8"));
    QCOMPARE(bench.engine->asked(1)->agents, QSet<QString>{QStringLiteral(":1.8")});
}

void EngineTest::anotherUsersAgentIsNotAsked() {
    Bench bench;
    bench.start(false);
    bench.engine->addAgent({kAgent, kUid + 1, false});
    bench.hold(key(1));
    QVERIFY(bench.asked.isEmpty());
    QVERIFY(bench.engine->asked(1)->agents.isEmpty());
}

void EngineTest::agentsOfTheSystem() {
    std::optional<bool> knows;
    engine::AgentRegistry agents(
        [&knows](quint32 uid) { return knows ? std::optional(uid == 1001) : std::nullopt; });
    agents.add({QStringLiteral(":1.1"), 1000, true});
    agents.add({QStringLiteral(":1.2"), 1001, true});
    agents.add({QStringLiteral(":1.3"), 1002, false});
    QCOMPARE(agents.agentsFor(1000), QSet<QString>{QStringLiteral(":1.1")});
    QCOMPARE(agents.agentsFor(0), (QSet<QString>{QStringLiteral(":1.1"), QStringLiteral(":1.2")}));
    knows = true;
    QCOMPARE(agents.agentsFor(0), QSet<QString>{QStringLiteral(":1.2")});
}

void EngineTest::pauseReleasesAndEndsByItself() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    QVERIFY(!bench.engine->pause(86'401));
    QVERIFY(bench.engine->pause(300).has_value());
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.connection(0).reason, api::Reason::Paused);
    QCOMPARE(bench.engine->status().pausedUntilMs, bench.clock.now + 300'000);
    const quint32 generation = bench.kernel.generation;
    bench.pass(300'000);
    QCOMPARE(bench.engine->status().pausedUntilMs, 0);
    QVERIFY(bench.kernel.generation > generation);  // what passed is judged again
    QVERIFY(bench.engine->setBlockAll(true).has_value());
    bench.hold(key(2));
    QCOMPARE(bench.connection(1).reason, api::Reason::BlockAll);
}

void EngineTest::modesSurviveARestart() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->setMode(api::Mode::LockDown).has_value());
    QVERIFY(bench.engine->setBlockAll(true).has_value());
    const qsizetype rules = bench.engine->rules().size();
    bench.open();
    bench.start();
    QCOMPARE(bench.engine->status().mode, api::Mode::LockDown);
    QVERIFY(bench.engine->status().blockAll);
    QCOMPARE(bench.engine->rules().size(), rules);  // starter rules are given once
}

void EngineTest::anAuditIsRecordedAsWhatWouldHaveBeenBlocked() {
    Bench bench;
    bench.start();
    api::Rule rule = browserRule(api::Action::Audit);
    const auto id = bench.engine->addRule(rule);
    QVERIFY(id.has_value());
    bench.happens([&](kernel::Sink& sink) {
        sink.onFlow(report(key(1), SP_VERDICT_ALLOW, SP_REASON_AUDIT_RULE, *id));
        sink.onFlow(report(key(2), SP_VERDICT_ALLOW, SP_REASON_AUDIT_MODE));
    });
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Audited);
    QCOMPARE(bench.connection(0).reason, api::Reason::Rule);
    QCOMPARE(bench.connection(0).rule, *id);
    QCOMPARE(bench.connection(1).state, api::ConnectionState::Audited);
    QCOMPARE(bench.connection(1).reason, api::Reason::Mode);
    QCOMPARE(bench.connection(1).rule, 0u);
    for (const api::Rule& one : bench.engine->rules())
        QCOMPARE(one.hits, one.id == *id ? 1u : 0u);
    // It ran until now, so a rule that blocks it ends it.
    bench.happens([&](kernel::Sink& sink) {
        sink.onFlow(report(key(1), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, *id));
    });
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineTest::whatWaitedPassesWhenTheModeAudits() {
    Bench bench;
    bench.start();
    bench.happens([](kernel::Sink& sink) {
        sink.onHeld(report(key(1), SP_VERDICT_HOLD), packet(key(1), "SYN"));
    });
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Held);
    const auto refused = bench.engine->answer(
        bench.waiting().first().id, answer(api::Action::Audit, api::Lifetime::Connection));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, api::ErrorCode::Invalid);
    QVERIFY(bench.engine->setMode(api::Mode::Audit).has_value());
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Audited);
    QVERIFY(bench.waiting().isEmpty());
}

void EngineTest::aRuleThatLogsIsWrittenDownOnceForAConnection() {
    Bench bench;
    bench.start();
    const auto quiet = bench.engine->addRule(browserRule(api::Action::Allow));
    api::Rule loud = browserRule(api::Action::Block);
    loud.remotePorts = api::PortRange::single(80);
    loud.protocol = 6;
    loud.log = true;
    const auto id = bench.engine->addRule(loud);
    QVERIFY(quiet.has_value() && id.has_value());
    bench.happens([&](kernel::Sink& sink) {
        sink.onFlow(report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, *quiet));
        sink.onFlow(report(key(2, 1, 80), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, *id));
        sink.onFlow(report(key(2, 1, 80), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, *id));
        kernel::FlowReport passed = report(key(3, 1, 80), SP_VERDICT_ALLOW, SP_REASON_RULE, *id);
        passed.passed = true;  // nobody was told of it before
        sink.onEnd(passed);
    });
    QCOMPARE(bench.log.entries,
             (QStringList{QStringLiteral("%1 blocked /opt/test/browser").arg(*id),
                          QStringLiteral("%1 allowed /opt/test/browser").arg(*id)}));
    // It is kept with the rule, and ends with it.
    for (const api::Rule& rule : bench.engine->rules()) {
        if (rule.id == *id)
            loud = rule;
    }
    QCOMPARE(loud.hits, 2u);
    QVERIFY(loud.log);
    loud.log = false;
    QVERIFY(bench.engine->editRule(loud).has_value());
    bench.happens([&](kernel::Sink& sink) {
        sink.onFlow(report(key(4, 1, 80), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, *id));
    });
    QCOMPARE(bench.log.entries.size(), 2);
}

void EngineTest::itIsCountedForMonitoring() {
    Bench bench;
    bench.start();
    bench.happens([](kernel::Sink& sink) {
        sink.onHeld(report(key(1)), packet(key(1), "SYN"));
        kernel::FlowReport flow = report(key(2, 2), SP_VERDICT_ALLOW, SP_REASON_RULE, 7);
        flow.sent = 100;
        flow.received = 40;
        sink.onFlow(flow);
        flow.sent = 1000;
        sink.onEnd(flow);
    });
    bench.clock.now += 1500;
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Block, api::Lifetime::Connection))
                .has_value());
    const QByteArray text = '\n' + bench.engine->metrics();
    const auto has = [&](const char* line) {
        return text.contains('\n' + QByteArray(line) + '\n');
    };
    QVERIFY2(has("sallyport_connections_total{program=\"foreign /opt/test/browser "
                 "(0:1:100)\",rule=\"7\","
                 "verdict=\"allowed\"} 1"),
             text.constData());
    QVERIFY2(has("sallyport_connections_total{program=\"foreign /opt/test/browser "
                 "(0:1:100)\",rule=\"none\","
                 "verdict=\"blocked\"} 1"),
             text.constData());
    QVERIFY(
        has("sallyport_bytes_total{program=\"foreign /opt/test/browser "
            "(0:1:100)\",rule=\"7\",direction=\"out\"} 1000"));
    QVERIFY(
        has("sallyport_bytes_total{program=\"foreign /opt/test/browser "
            "(0:1:100)\",rule=\"7\",direction=\"in\"} 40"));
    QVERIFY(
        has("sallyport_held_seconds_sum{program=\"foreign /opt/test/browser "
            "(0:1:100)\",rule=\"none\"} 1.5"));
    QVERIFY(has("sallyport_questions_total 1"));
    QVERIFY(has("sallyport_answers_total{answer=\"block\"} 1"));
    QVERIFY(has("sallyport_uptime_seconds 1.5"));
}

void EngineTest::anUnknownProgramIsNamedToTheKernel() {
    Bench bench;
    bench.start();
    const auto task = bench.kernel.tasks.value(kPid);
    QCOMPARE(task.serial, kSerial);
    QVERIFY(task.app >= SP_APP_FIRST);
    QVERIFY(task.parentApp >= SP_APP_FIRST);
    QVERIFY(bench.engine->setMode(api::Mode::Learn).has_value());
    bench.happens([](kernel::Sink& sink) {
        sink.onHeld(report(key(1), SP_VERDICT_UNRESOLVED), packet(key(1), "SYN"));
    });
    QCOMPARE(bench.kernel.injected.size(), 1);  // nobody is asked
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Undecided);
}

// What a process shows the next helper is its own word.
void EngineTest::whoRanBeforeIsWhoItWasAtItsExec() {
    Bench bench;
    bench.start();
    const auto before = bench.kernel.tasks.value(kPid);
    api::Rule rule;
    rule.action = api::Action::Block;
    rule.app = bench.processes.describe({kSerial}).identity;
    QVERIFY(bench.engine->addRule(rule));
    const auto shows = [&](const QString& path, quint64 inode) {
        kernel::ExecReport running = exec(kSerial, kPid, path);
        running.file.inode = inode;
        running.app = before.app;
        running.parentApp = before.parentApp;
        running.parentSerial = 1;  // who took it in
        running.running = true;
        bench.processes = {};
        bench.open();
        bench.kernel.events.clear();
        bench.kernel.events.append([=](kernel::Sink& sink) { sink.onExec(running); });
        bench.start();
    };
    const auto isAsBefore = [&] {
        const auto task = bench.kernel.tasks.value(kPid);
        return task.app == before.app && task.parentApp == before.parentApp;
    };
    shows(QStringLiteral("/opt/test/allowed"), 7);
    QVERIFY(isAsBefore());
    bench.hold(key(1));
    QVERIFY(bench.waiting().isEmpty());  // the rule is for what it was
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);

    QVERIFY(bench.engine->removeRules({bench.connection(0).rule}));
    shows(QStringLiteral("/opt/test/allowed"), 7);
    QVERIFY(isAsBefore());
    bench.hold(key(2));
    QCOMPARE(bench.waiting().value(0).process.identity.kind, api::AppIdentity::Kind::Unknown);

    shows(QStringLiteral("/opt/test/browser"), kSerial);  // the truth
    QVERIFY(isAsBefore());
    bench.hold(key(3));
    QCOMPARE(bench.waiting().value(0).process.identity, rule.app);
}

void EngineTest::anAnswerReachesAFlowWhoseProcessIsGone() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->setMode(api::Mode::Learn).has_value());
    bench.kernel.processesGone = true;
    bench.happens([](kernel::Sink& sink) {
        sink.onHeld(report(key(1), SP_VERDICT_UNRESOLVED), packet(key(1), "SYN"));
    });
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
}

void EngineTest::aRuleThatCutsWhatNobodyWasToldOfEndsIt() {
    Bench bench;
    bench.start();
    kernel::FlowReport cut = report(key(1), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 7);
    cut.passed = true;
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(cut); });
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
}

void EngineTest::whoLooksFindsWhatNobodyWasToldOf() {
    Bench bench;
    bench.start();
    QVERIFY(!bench.kernel.watched);
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7)};
    QCOMPARE(bench.engine->status().connections, 0u);
    bench.engine->takeStock();
    QCOMPARE(bench.engine->status().connections, 1u);
    bench.kernel.open.append(report(key(2), SP_VERDICT_ALLOW, SP_REASON_RULE, 7));
    bench.engine->setWatched(true);
    QVERIFY(bench.kernel.watched);
    QCOMPARE(bench.engine->connections().size(), 2);
    QCOMPARE(bench.connection(1).state, api::ConnectionState::Allowed);
    bench.engine->setWatched(false);
    QVERIFY(!bench.kernel.watched);
}

void EngineTest::whoIsFoundWhileItsNameIsOnTheWayHasIt() {
    Bench bench;
    bench.start();
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7)};
    bench.kernel.duringWalk = [&] { bench.isTold(QStringLiteral("www.example"), {1}); };
    bench.engine->setWatched(true);
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.example"));
}

void EngineTest::theNextHelperKnowsTheNames() {
    Bench bench;
    bench.start();
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7)};
    bench.isTold(QStringLiteral("www.example"), {1});
    bench.engine->drain();
    bench.open();
    bench.start();
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.example"));

    QFile kept(bench.folder.filePath(QStringLiteral("names")));
    QVERIFY(kept.exists());
    QCOMPARE(kept.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    bench.engine.reset();
    QVERIFY(kept.open(QIODevice::ReadWrite) && kept.putChar('x'));  // of another boot
    kept.close();
    bench.open();
    bench.start();
    QCOMPARE(bench.connection(0).name, QString());
}

void EngineTest::anEndThatWaitedInTheRingHasItsOwnTime() {
    Bench bench;
    bench.start();
    kernel::FlowReport end = report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7);
    end.startedNs = bench.kernel.boot - 9'000'000'000;
    end.timeNs = bench.kernel.boot - 7'000'000'000;
    bench.happens([&](kernel::Sink& sink) { sink.onEnd(end); });
    const api::Connection connection = bench.connection(0);
    QCOMPARE(connection.startedMs, bench.clock.nowMs() - 9'000);
    QCOMPARE(connection.endedMs, bench.clock.nowMs() - 7'000);
}

void EngineTest::aRuleThatCutsARunningConnectionEndsIt() {
    Bench bench;
    bench.start();
    bench.happens(
        [](kernel::Sink& sink) { sink.onFlow(report(key(1), SP_VERDICT_ALLOW, SP_REASON_MODE)); });
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Undecided);
    bench.happens([](kernel::Sink& sink) {
        sink.onFlow(report(key(1), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 7));
    });
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
    QCOMPARE(bench.connection(0).rule, 7u);
    const auto why = bench.engine->explain(bench.connection(0).id);
    QVERIFY(why.has_value());
    QVERIFY(!bench.engine->explain(api::ConnectionId{99}));
}

void EngineTest::nothingIsCountedWhileNobodyWatches() {
    Bench bench;
    bench.start();
    const int walks = bench.kernel.walks;
    const int drains = bench.kernel.drains;
    QTest::qWait(600);  // more than two ticks, were there any
    QCOMPARE(bench.kernel.walks, walks);
    QCOMPARE(bench.kernel.drains, drains);
    bench.engine->setWatched(true);
    QTRY_VERIFY(bench.kernel.walks >= walks + 2);
    bench.engine->setWatched(false);
}

void EngineTest::whoGoesPastTheFirewallIsNamed() {
    Bench bench;
    const kernel::PacketSocket socket{{kSerial, 1, kPid, 0, 0, 0}};
    kernel::PacketSocket child = socket, other = socket, unknown = socket;
    child.owner.pid = kPid + 5;
    other.family = api::PacketFamily::Xdp;
    unknown.owner = {0, 2, 17, kUid, 0, 0};
    unknown.elsewhere = true;
    kernel::PacketSocket away = socket;  // the same program in another network namespace
    away.owner.pid = kPid + 6;
    away.elsewhere = true;
    bench.kernel.packetSocketsOpen = {away, unknown, child, other, socket, socket};
    bench.start();
    const api::AppIdentity browser = bench.processes.describe(socket.owner).identity;
    using Kind = api::AppIdentity::Kind;
    const QList<api::PacketHolder> expected = {
        {browser, kPid, 0, api::PacketFamily::Packet, 2, false},
        {browser, kPid, 0, api::PacketFamily::Xdp, 1, false},
        {browser, kPid + 6, 0, api::PacketFamily::Packet, 1, true},
        {{Kind::Unknown, {}, {}}, 17, kUid, api::PacketFamily::Packet, 1, true}};
    QCOMPARE(bench.engine->status().packetHolders, expected);
    QCOMPARE(bench.engine->status().packetHoldersLeftOut, 0u);
}

void EngineTest::whoGoesPastTheFirewallIsLookedForNowAndThen() {
    Bench bench;
    bench.start();
    QCOMPARE(bench.kernel.packetWalks, 1);
    QTest::qWait(0);
    const QSignalSpy told(bench.engine.get(), &engine::Engine::statusChanged);
    bench.kernel.packetSocketsOpen = {{{kSerial, 1, kPid, 0, 0, 0}}};
    for (int asked = 0; asked < 100; ++asked)
        bench.engine->takeStock();
    QCOMPARE(bench.kernel.packetWalks, 1);
    bench.pass(1'000);
    bench.engine->takeStock();
    QCOMPARE(bench.kernel.packetWalks, 2);
    QCOMPARE(bench.engine->status().packetHolders.size(), 1);
    QTRY_COMPARE(told.count(), 1);
    bench.kernel.packetSocketsOpen.clear();
    bench.pass(5'000);
    QCOMPARE(bench.kernel.packetWalks, 2);  // nobody looks
    bench.engine->setWatched(true);
    QCOMPARE(bench.kernel.packetWalks, 3);
    QTRY_COMPARE(told.count(), 2);
    QVERIFY(bench.engine->status().packetHolders.isEmpty());
    bench.clock.now += 4'900;
    QTRY_VERIFY(bench.kernel.walks > 4);  // the live view has gone on
    QCOMPARE(bench.kernel.packetWalks, 3);
    bench.clock.now += 200;
    QTRY_COMPARE(bench.kernel.packetWalks, 4);
}

void EngineTest::aFailedLookForPacketSocketsForgetsNobody() {
    Bench bench;
    bench.kernel.packetSocketsOpen = {{{kSerial, 1, kPid, 0, 0, 0}}};
    bench.start();
    bench.kernel.refusePackets = true;
    bench.pass(1'000);
    bench.engine->takeStock();
    QCOMPARE(bench.kernel.packetWalks, 2);
    QCOMPARE(bench.engine->status().packetHolders.size(), 1);
    QVERIFY(bench.engine->status().problem.contains(QStringLiteral("no walk")));
    bench.kernel.refusePackets = false;
    bench.pass(1'000);
    bench.engine->takeStock();
    QVERIFY(bench.engine->status().problem.isEmpty());
}

void EngineTest::aClockSetBackHidesNoPacketSockets() {
    Bench bench;
    bench.start();
    bench.kernel.packetSocketsOpen = {{{kSerial, 1, kPid, 0, 0, 0}}};
    bench.clock.now -= 3'600'000;
    bench.engine->takeStock();
    QCOMPARE(bench.engine->status().packetHolders.size(), 1);
}

void EngineTest::manyPacketSocketsElsewhereHideNobody() {
    Bench bench;
    for (qint32 i = 0; i < 40; ++i)
        bench.kernel.packetSocketsOpen.append(
            {{0, 2, i + 1, 2000u + quint32(i), 0, 0}, api::PacketFamily::Packet, true});
    bench.kernel.packetSocketsOpen += kernel::PacketSocket{{kSerial, 1, kPid, 3000, 0, 0}};
    bench.start();
    const api::Status status = bench.engine->status();
    QCOMPARE(status.packetHolders.size(), engine::PacketHolders::kMost);
    QCOMPARE(status.packetHoldersLeftOut, 41u - quint32(engine::PacketHolders::kMost));
    QCOMPARE(status.packetHolders.first().pid, kPid);
}

void EngineTest::liveReportsCarryOnlyChanges() {
    Bench bench;
    bench.start();
    for (quint64 cookie = 1; cookie <= 3; ++cookie) {
        bench.happens([cookie](kernel::Sink& sink) {
            sink.onFlow(report(key(cookie), SP_VERDICT_ALLOW, SP_REASON_MODE));
        });
    }
    QSignalSpy live(bench.engine.get(), &engine::Engine::connectionsChanged);
    bench.engine->setWatched(true);
    QCOMPARE(bench.engine->programs().size(), 1);
    QCOMPARE(bench.engine->connections().size(), 3);
    kernel::FlowReport counted = report(key(2), SP_VERDICT_ALLOW, SP_REASON_MODE);
    counted.sent = 1500;
    bench.kernel.busy = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_MODE), counted};
    QTRY_COMPARE(live.size(), 1);
    QVERIFY(live.last().at(0).value<QList<api::Program>>().isEmpty());
    const auto changed = live.last().at(1).value<QList<api::Connection>>();
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first().sent, 1500u);
    const int walks = bench.kernel.walks;
    QTRY_VERIFY(bench.kernel.walks >= walks + 2);
    QCOMPARE(live.size(), 1);  // nothing new, nothing said
}

void EngineTest::nobodyIsAskedAboutAClosedSocket() {
    Bench bench;
    bench.start();
    kernel::FlowReport closed = report(key(1, 1, 7100, 132), SP_VERDICT_HOLD, SP_REASON_MODE);
    kernel::FlowReport knocks = report(key(2), SP_VERDICT_HOLD, SP_REASON_MODE);
    closed.over = knocks.over = true;
    for (const kernel::FlowReport& held : {closed, knocks}) {
        kernel::HeldPacket packet;
        packet.key = held.key;
        bench.happens([&](kernel::Sink& sink) { sink.onHeld(held, packet); });
    }
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.engine->connections().size(), 1);
    QCOMPARE(bench.connection(0).protocol, quint8{6});
}

// The kernel says it once, and may say it before the beginning is read.
void EngineTest::countsThatComeBeforeTheBeginningAreNotLost() {
    Bench bench;
    bench.start();
    bench.engine->setWatched(true);
    kernel::FlowReport counted = report(key(1), SP_VERDICT_ALLOW, SP_REASON_MODE);
    counted.sent = 1500;
    bench.kernel.busy = {counted};
    QTRY_VERIFY(bench.kernel.busy.isEmpty());
    counted.sent = 60;
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(counted); });
    QCOMPARE(bench.connection(0).sent, 60u);
    QTRY_COMPARE(bench.connection(0).sent, 1500u);
}

void EngineTest::howLongItWaitedIsTold() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    bench.hold(key(2));
    bench.pass(1'500);
    QCOMPARE(bench.connection(0).heldMs, 0);  // it still waits
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    QCOMPARE(bench.connection(0).heldMs, 1'500);
    bench.pass(1'000);
    QCOMPARE(bench.connection(0).heldMs, 1'500);
    bench.hold(key(3, 3));
    bench.pass(700);
    bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(3, 3))); });
    QCOMPARE(bench.connection(2).heldMs, 700);  // it left before anybody answered
}

void EngineTest::endedConnectionsGoToHistory() {
    Bench bench;
    bench.start();
    bench.happens([](kernel::Sink& sink) {
        sink.onFlow(report(key(1), SP_VERDICT_ALLOW, SP_REASON_MODE));
        sink.onEnd(report(key(1), SP_VERDICT_ALLOW, SP_REASON_MODE));
    });
    QCOMPARE(*bench.history->count(), 0);  // in batches
    QCOMPARE(bench.engine->status().connections, 0u);
    QCOMPARE(bench.engine->connections().size(), 1);  // fades
    bench.pass(3'000);
    QCOMPARE(*bench.history->count(), 1);
    bench.pass(7'000);
    QVERIFY(bench.engine->connections().isEmpty());
    api::HistoryPage page;
    QList<api::Totals> totals;
    const api::HistoryTerm browser{{QStringLiteral("browser")}, {}, {}, {}};
    bench.engine->history({{browser}}, this, [&](const api::Result<api::HistoryPage>& found) {
        page = found.value_or({});
    });
    bench.engine->totals(
        this, [&](const api::Result<QList<api::Totals>>& found) { totals = found.value_or({}); });
    QVERIFY(page.connections.isEmpty());  // nothing waits for the disk
    QTRY_COMPARE(totals.size(), 1);
    QCOMPARE(page.connections.size(), 1);
    QCOMPARE(totals.first().today.connections, 1u);

    // What is open counts, too.
    totals.clear();
    bench.happens([](kernel::Sink& sink) {
        kernel::FlowReport download = report(key(2), SP_VERDICT_ALLOW, SP_REASON_MODE);
        download.received = 3'000'000;
        sink.onFlow(download);
    });
    bench.engine->totals(
        this, [&](const api::Result<QList<api::Totals>>& found) { totals = found.value_or({}); });
    QTRY_COMPARE(totals.size(), 1);
    QCOMPARE(totals.first().week.connections, 2u);
    QCOMPARE(totals.first().today.received, 3'000'000u);
    bench.happens(
        [](kernel::Sink& sink) { sink.onEnd(report(key(2), SP_VERDICT_ALLOW, SP_REASON_MODE)); });
    api::Settings settings = bench.engine->settings();
    settings.historyDays = 0;
    QVERIFY(bench.engine->setSettings(settings).has_value());
    bench.clock.now += 1;
    bench.engine->expire();
    QTRY_COMPARE(*bench.history->count(), 0);
}

void EngineTest::whatIsRefusedLaterIsTheSameConnection() {
    Bench bench;
    bench.start();
    kernel::FlowReport went = report(key(1, 1, 53, 17), SP_VERDICT_ALLOW, SP_REASON_RULE, 7);
    went.sent = went.received = 1028;
    kernel::FlowReport refused = went;
    refused.decision = {SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 8};
    bench.happens([&](kernel::Sink& sink) {
        sink.onFlow(went);
        sink.onFlow(refused);
    });
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
    QCOMPARE(bench.connection(0).endedMs, 0);
    bench.happens([&](kernel::Sink& sink) { sink.onEnd(refused); });
    QCOMPARE(bench.engine->connections().size(), 1);
    QCOMPARE(bench.connection(0).rule, 8u);
    QCOMPARE(bench.connection(0).sent, 1028u);
    QVERIFY(bench.connection(0).endedMs != 0);
    bench.pass(3'000);
    QCOMPARE(*bench.history->count(), 1);
}

// The kernel keeps only so many peers of sockets; what it forgot it tells as refused and over.
void EngineTest::aRefusedCallTakesNoBytesAway() {
    Bench bench;
    bench.start();
    kernel::FlowReport went = report(key(1, 1, 53, 17), SP_VERDICT_ALLOW, SP_REASON_MODE);
    went.sent = went.received = 1028;
    kernel::FlowReport refused = report(key(1, 1, 53, 17), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE);
    refused.over = true;
    bench.happens([&](kernel::Sink& sink) {
        sink.onFlow(went);
        sink.onFlow(refused);
    });
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
    QCOMPARE(bench.connection(0).sent, 1028u);
    QCOMPARE(bench.connection(0).received, 1028u);
    QVERIFY(bench.connection(0).endedMs != 0);
}

// Counts and the end come without it.
void EngineTest::theLocalAddressStays() {
    Bench bench;
    bench.start();
    kernel::FlowReport flow = report(key(1, 1, 53, 17), SP_VERDICT_ALLOW, SP_REASON_MODE);
    flow.local = remote(200);
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(flow); });
    flow.local = {};
    flow.sent = 100;
    bench.happens([&](kernel::Sink& sink) { sink.onEnd(flow); });
    QCOMPARE(bench.connection(0).local, remote(200));
    QCOMPARE(bench.connection(0).localPort, quint16{50000});
    QCOMPARE(bench.connection(0).sent, 100u);
}

void EngineTest::allPeersOfASocketEndWithIt() {
    Bench bench;
    bench.start();
    bench.happens([](kernel::Sink& sink) {
        sink.onFlow(report(key(1, 1, 53, 17), SP_VERDICT_ALLOW, SP_REASON_MODE));
        sink.onFlow(report(key(1, 2, 53, 17), SP_VERDICT_ALLOW, SP_REASON_MODE));
        sink.onFlow(report(key(2, 2, 53, 17), SP_VERDICT_ALLOW, SP_REASON_MODE));
    });
    bench.hold(key(1, 3, 53, 17));
    bench.happens([](kernel::Sink& sink) {
        sink.onEnd(report(key(1, 1, 53, 17), SP_VERDICT_ALLOW, SP_REASON_MODE));
    });
    QCOMPARE(bench.engine->status().connections, 1u);
    QVERIFY(bench.waiting().isEmpty());
}

void EngineTest::connectionsOfAnEarlierHelperAreListed() {
    Bench bench;
    kernel::FlowReport ended = report(key(2), SP_VERDICT_ALLOW, SP_REASON_RULE, 3);
    ended.over = true;
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 3), ended};
    bench.start();
    QCOMPARE(bench.engine->connections().size(), 1);
    QCOMPARE(bench.connection(0).rule, 3u);
}

void EngineTest::usesOfRulesAreCounted() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    QVERIFY(
        bench.engine
            ->answer(bench.waiting().first().id, answer(api::Action::Allow, api::Lifetime::Forever))
            .has_value());
    bench.hold(key(2));
    bench.hold(key(2), "repeated");
    QCOMPARE(bench.promptRules().first().hits, 2u);
    QCOMPARE(bench.promptRules().first().lastUsedMs, bench.clock.now);
    bench.open();
    bench.start();
    QCOMPARE(bench.promptRules().first().hits, 2u);
}

void EngineTest::aChangeTheKernelRefusesIsTakenBack() {
    Bench bench;
    bench.start();
    const QList<api::Rule> before = bench.engine->rules();
    bench.kernel.refusePolicy = true;
    QVERIFY(!bench.engine->addRule(browserRule(api::Action::Allow)));
    QVERIFY(!bench.engine->setMode(api::Mode::Learn));
    QCOMPARE(bench.engine->rules(), before);
    QCOMPARE(bench.engine->status().mode, api::Mode::Ask);
    QVERIFY(!bench.engine->status().problem.isEmpty());
    bench.kernel.refusePolicy = false;
    QVERIFY(bench.engine->addRule(browserRule(api::Action::Allow)).has_value());
    QVERIFY(bench.engine->status().problem.isEmpty());
}

void EngineTest::importIsAllOrNothing() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(browserRule(api::Action::Allow)).has_value());
    const QByteArray exported = bench.engine->exportRules();
    const QList<api::Rule> before = bench.engine->rules();
    QVERIFY(!bench.engine->importRules(exported.left(exported.size() / 2), true));
    QCOMPARE(bench.engine->rules(), before);
    const auto same = bench.engine->importRules(exported, false);
    QVERIFY(same.has_value());
    QCOMPARE(same->value(QStringLiteral("added")).toInt(), 0);
    const QByteArray other = api::rulesToJson({browserRule(api::Action::Block)});
    const auto replaced = bench.engine->importRules(other, true);
    QVERIFY(replaced.has_value());
    QCOMPARE(replaced->value(QStringLiteral("added")).toInt(), 1);
    QCOMPARE(replaced->value(QStringLiteral("removed")).toInt(), 1);
    QCOMPARE(bench.engine->rules().size(), before.size());
    QVERIFY(bench.engine->undoRules().has_value());
    QCOMPARE(bench.engine->rules().size(), before.size());
}

void EngineTest::administratorsFilesAreReadOnlyAndABadOneIsNamed() {
    Bench bench;
    QDir(bench.folder.path()).mkdir(QStringLiteral("rules.d"));
    const auto write = [&bench](const char* name, const QByteArray& bytes) {
        QFile file(bench.folder.filePath(QStringLiteral("rules.d/") + QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    };
    write("10-good.json", api::rulesToJson({browserRule(api::Action::Block)}));
    write("20-bad.json",
          "{\"format\":\"sallyport-rules\",\"version\":1,\"rules\":[{\"port\":70000}]}");
    bench.start();
    QVERIFY(bench.engine->status().problem.contains(QStringLiteral("20-bad.json")));
    api::Rule fromFile;
    for (const api::Rule& rule : bench.engine->rules()) {
        if (rule.origin == api::Origin::Administrator)
            fromFile = rule;
    }
    QCOMPARE(fromFile.id, api::kMaxRuleId);
    QVERIFY(!bench.engine->removeRules({fromFile.id}));
    QVERIFY(!bench.engine->setRulesEnabled({fromFile.id}, false));
    QVERIFY(!bench.engine->exportRules().contains("/usr/bin/browser"));
}

void EngineTest::copiesOfPacketsAreBounded() {
    engine::HeldPackets packets;
    const QByteArray large(60'000, 'x');
    for (quint64 cookie = 1; cookie <= 1000; ++cookie)
        packets.add(packet(key(cookie, 1, 4433, 17), large));
    QVERIFY(packets.bytes() <= engine::HeldPackets::kMaxBytes);
    QVERIFY(packets.bytes() > engine::HeldPackets::kMaxBytes - large.size());
    for (quint64 cookie = 1; cookie <= 1000; ++cookie)
        packets.take(key(cookie, 1, 4433, 17));
    QCOMPARE(packets.bytes(), 0);
    for (int i = 0; i < 1000; ++i)
        packets.add(packet(key(1, 1, 4433, 17), "x"));
    QCOMPARE(packets.take(key(1, 1, 4433, 17)).size(), static_cast<qsizetype>(SP_HELD_PACKETS));
    packets.add(packet(key(1), "SYN"));
    packets.add(packet(key(1), "SYN again"));
    QCOMPARE(packets.take(key(1)).size(), 1);
}

void EngineTest::numbersStayTheSameInANewRun() {
    const api::AppIdentity app{api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/curl"), {}};
    engine::Numbering first, second;
    second.of({api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/wget"), {}});
    QCOMPARE(first.of(app), second.of(app));
    QVERIFY(first.of(app) >= SP_APP_FIRST);
    QCOMPARE(*first.identity(first.of(app)), app);
    QCOMPARE(first.of({api::AppIdentity::Kind::Kernel, {}, {}}), SP_APP_KERNEL);
}

void EngineTest::aConnectionIsDecidedByTheNameItsProgramWasTold() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    const auto evil =
        bench.engine->addRule(nameRule(api::Action::Block, QStringLiteral(".evil.test")));
    QVERIFY(good && evil);
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.holdsUntilNamed(key(1, 1));  // in one go with the answer, and behind it
    QCOMPARE(bench.kernel.injected.size(), 1);
    bench.isTold(QStringLiteral("evil.test"), {2});
    bench.holdsUntilNamed(key(2, 2));
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.kernel.aborted, QList{key(2, 2)});
    QVERIFY(bench.asked.isEmpty());
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.good.test"));
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.connection(0).rule, *good);
    QCOMPARE(bench.connection(1).name, QStringLiteral("evil.test"));
    QCOMPARE(bench.connection(1).state, api::ConnectionState::Blocked);
    const auto why = bench.engine->explain(bench.connection(1).id);
    QVERIFY(why);
    QCOMPARE(why->rule, *evil);
    QCOMPARE(why->state, api::ConnectionState::Blocked);
    QCOMPARE(bench.kernel.read, bench.kernel.told);
}

// Another answer may be on its way when the packet that waited goes: the kernel would not know the
// name's verdict then.
void EngineTest::whatHungOnANameKeepsItsVerdictUntilTheKernelSaysTheSame() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.holdsUntilNamed(key(1));
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
    kernel::FlowReport went = report(key(1), SP_VERDICT_ALLOW, SP_REASON_ANSWER);
    went.owner.app = went.owner.parentApp = SP_APP_FIRST;
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(went); });
    QVERIFY(bench.kernel.answers.isEmpty());
    QCOMPARE(bench.connection(0).reason, api::Reason::Rule);
    QCOMPARE(bench.connection(0).rule, *good);
}

void EngineTest::aVerdictByNameEndsWithItsRule() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.holdsUntilNamed(key(1));
    QCOMPARE(bench.kernel.answers.size(), 1);
    QVERIFY(bench.engine->removeRules({*good}).has_value());
    QVERIFY(bench.kernel.answers.isEmpty());
}

// connect() could not say; when the first packet came the name was known.
void EngineTest::aCallThatIsBlockedAfterItsNameCameEnds() {
    Bench bench;
    bench.start();
    const auto blocked = report(key(1), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 7);
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(blocked); });
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineTest::aQuestionCarriesTheNamesAndWhoSaidThem() {
    Bench bench;
    bench.start();
    bench.isTold(QStringLiteral("www.example.test"), {1});
    bench.hold(key(1));
    const Question question = bench.waiting().value(0);
    QCOMPARE(question.names, QStringList{QStringLiteral("www.example.test")});
    QCOMPARE(question.nameSource, api::NameSource::OwnAnswer);
    const api::Answer site = answer(api::Action::Allow, api::Lifetime::Forever, api::Scope::Domain);
    QVERIFY(bench.engine->answer(question.id, site).has_value());
    QCOMPARE(bench.promptRules().value(0).remote.toString(), QStringLiteral(".example.test"));
    bench.isTold(QStringLiteral("static.example.test"), {2});
    bench.holdsUntilNamed(key(2, 2));
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.injected.size(), 2);
}

void EngineTest::anExplanationSaysWhereNamesComeFrom() {
    Bench bench;
    bench.start();
    const auto rule =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.example.test")));
    QVERIFY(rule);
    bench.happens([](kernel::Sink& sink) {
        sink.onExec(exec(300, 6000, QStringLiteral("/opt/test/other")));
    });
    bench.isTold(QStringLiteral("other.test"), {1}, 300, 6000);
    bench.isTold(QStringLiteral("www.example.test"), {1});
    const qint64 told = bench.clock.now;
    bench.holdsUntilNamed(key(1));
    bench.pass(5'000);
    const auto check = [&] {
        const auto why = bench.engine->explain(bench.connection(0).id);
        QVERIFY(why);
        QCOMPARE(why->rule, *rule);
        const auto decides = std::find_if(why->steps.cbegin(), why->steps.cend(),
                                          [](const auto& step) { return step.decides; });
        QVERIFY(decides != why->steps.cend());
        QCOMPARE(decides->name, QStringLiteral("www.example.test"));
        QVERIFY(decides->why.contains(QStringLiteral("the name www.example.test")));
        const api::ExplanationName own = why->names.value(0);
        QCOMPARE(own.name, QStringLiteral("www.example.test"));
        QCOMPARE(own.source, api::NameSource::OwnAnswer);
        QVERIFY(own.counts);
        QCOMPARE(own.saidMs, told);
        QCOMPARE(own.untilMs, told + names::kLeastNameMs);
    };
    check();
    const api::ExplanationName other =
        bench.engine->explain(bench.connection(0).id)->names.value(1);
    QCOMPARE(other.name, QStringLiteral("other.test"));
    QCOMPARE(other.source, api::NameSource::OtherAnswer);
    QVERIFY(!other.counts);
    bench.pass(names::kLeastNameMs);  // out of date, but an open connection was judged by it
    check();
    api::Attempt attempt;
    attempt.app = {api::AppIdentity::Kind::Path, QStringLiteral("/opt/test/x"), {}};
    attempt.remote = remote(3);
    attempt.names = QStringList{QStringLiteral("given.example.test")};
    const api::Explanation given = bench.engine->explain(attempt);
    QCOMPARE(given.rule, *rule);
    QCOMPARE(given.names.size(), 1);
    QCOMPARE(given.names.value(0).source, api::NameSource::None);
    QVERIFY(given.names.value(0).counts);
    attempt.remote = api::Address::v4(0x7f000001);  // no name counts for this machine
    QVERIFY(bench.engine->explain(attempt).rule != *rule);
    QVERIFY(!bench.engine->explain(attempt).names.value(0).counts);
}

void EngineTest::aNameSaidInTheConnectionIsExplained() {
    Bench bench;
    bench.start();
    const auto rule =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("www.good.test")));
    QVERIFY(rule);
    bench.holdsUntilNamed(key(1));
    bench.sends(key(1), "GET / HTTP/1.1\r\nHost: www.good.test\r\n\r\n");
    const auto why = bench.engine->explain(bench.connection(0).id);
    QVERIFY(why);
    QCOMPARE(why->rule, *rule);
    QCOMPARE(why->names.size(), 1);
    QCOMPARE(why->names.value(0).name, QStringLiteral("www.good.test"));
    QCOMPARE(why->names.value(0).source, api::NameSource::HttpHost);
    QVERIFY(why->names.value(0).counts);
}

void EngineTest::aNameWithTwoOriginsIsExplainedByBoth() {
    Bench bench;
    bench.start();
    bench.happens([](kernel::Sink& sink) {
        sink.onExec(exec(300, 6000, QStringLiteral("/opt/test/other")));
    });
    bench.isTold(QStringLiteral("www.good.test"), {1}, 300, 6000);
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("www.good.test"))));
    bench.holdsUntilNamed(key(1));
    bench.sends(key(1), "GET / HTTP/1.1\r\nHost: www.good.test\r\n\r\n");
    const auto why = bench.engine->explain(bench.connection(0).id);
    QVERIFY(why);
    QCOMPARE(why->names.size(), 2);
    QCOMPARE(why->names[0].source, api::NameSource::HttpHost);
    QCOMPARE(why->names[1].source, api::NameSource::OtherAnswer);
    QCOMPARE(why->names[0].name, why->names[1].name);
}

void EngineTest::anAnswerIsExplained() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    const api::Answer once = answer(api::Action::Allow, api::Lifetime::Connection);
    QVERIFY(bench.engine->answer(bench.waiting().value(0).id, once).has_value());
    const auto why = bench.engine->explain(bench.connection(0).id);
    QVERIFY(why);
    QCOMPARE(why->state, api::ConnectionState::Allowed);
    QCOMPARE(why->reason, api::Reason::Answer);
    QCOMPARE(why->rule, 0u);
}

void EngineTest::whoSaysNoNameIsExplainedWithoutOne() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->setMode(api::Mode::LockDown));
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test"))));
    bench.holdsUntilNamed(key(1));
    const auto state = [&bench] { return bench.engine->explain(bench.connection(0).id)->state; };
    QCOMPARE(state(), api::ConnectionState::Held);  // it may say one
    bench.sends(key(1), "SSH-2.0-x\r\n");
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
    QCOMPARE(state(), api::ConnectionState::Blocked);
}

void EngineTest::addressesOfOneNameAreOneQuestion() {
    Bench bench;
    bench.start();
    bench.isTold(QStringLiteral("www.example.test"), {1, 2});
    bench.hold(key(1, 1));
    bench.hold(key(2, 2));
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().value(0).waiting, 2u);
    bench.hold(key(3, 3));  // nobody knows its name
    QCOMPARE(bench.waiting().size(), 2);
    QCOMPARE(bench.waiting().value(1).names, QStringList());
    QCOMPARE(bench.waiting().value(1).nameSource, api::NameSource::None);
}

void EngineTest::theSystemsResolverSpeaksForWhoSaysNothing() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    const auto evil =
        bench.engine->addRule(nameRule(api::Action::Block, QStringLiteral("*.evil.test")));
    QVERIFY(good && evil);
    const QString resolver = bench.folder.filePath(QStringLiteral("resolver"));
    QVERIFY(QFile(resolver).open(QIODevice::WriteOnly));
    bench.happens([&](kernel::Sink& sink) {
        kernel::ExecReport started = exec(200, 5000, resolver);
        started.file = process::hostFile(resolver)->key;
        sink.onExec(started);
        sink.onExec(exec(300, 6000, QStringLiteral("/opt/test/other")));
    });
    bench.isTold(QStringLiteral("www.good.test"), {1}, 200, 5000);
    bench.isTold(QStringLiteral("other.good.test"), {2}, 300, 6000);
    bench.isTold(QStringLiteral("www.evil.test"), {3}, 200, 5000);
    bench.holdsUntilNamed(key(1, 1));
    QCOMPARE(bench.kernel.injected.size(), 1);  // it may begin, and say another name
    QCOMPARE(bench.kernel.answers.value(key(1, 1)), SP_VERDICT_FIRST_DATA);
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.good.test"));
    bench.sends(key(1, 1), "SSH-2.0-x\r\n");
    QCOMPARE(bench.connection(0).rule, *good);
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.good.test"));
    bench.holdsUntilNamed(key(3, 1));
    bench.sends(key(3, 1), "GET / HTTP/1.1\r\nHost: ads.evil.test\r\n\r\n");
    QCOMPARE(bench.connection(1).rule, *evil);
    QCOMPARE(bench.connection(1).name, QStringLiteral("ads.evil.test"));
    const auto why = bench.engine->explain(bench.connection(1).id);
    QVERIFY(why);
    QCOMPARE(why->rule, *evil);
    QCOMPARE(why->names.value(0).source, api::NameSource::HttpHost);
    QCOMPARE(why->names.value(1).source, api::NameSource::Resolver);
    QVERIFY(!why->names.value(1).counts);
    // Whom it would be stopped for it need not say.
    bench.holdsUntilNamed(key(4, 3));
    QCOMPARE(bench.connection(2).rule, *evil);
    QCOMPARE(bench.connection(2).state, api::ConnectionState::Blocked);
    // Nobody asks whom a datagram is for.
    bench.holdsUntilNamed(key(5, 1, 4433, 17));
    QCOMPARE(bench.connection(3).rule, *good);
    bench.kernel.injected.clear();
    QVERIFY(bench.engine->removeRules({*evil}));  // it stops what cannot be read
    // What another program was told is shown, and decides nothing.
    bench.holdsUntilNamed(key(2, 2));
    QCOMPARE(bench.kernel.injected.size(), 1);  // it may begin, and say a name itself
    QCOMPARE(bench.kernel.answers.value(key(2, 2)), SP_VERDICT_FIRST_DATA);
    QVERIFY(!bench.kernel.until.value(key(2, 2)));
    QCOMPARE(bench.waiting().size(), 0);
    bench.sends(key(2, 2), "some");  // a method of HTTP, if more comes
    bench.pass(900);
    QCOMPARE(bench.waiting().size(), 0);
    bench.pass(100);
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.waiting().value(0).names, QStringList{QStringLiteral("other.good.test")});
    QCOMPARE(bench.waiting().value(0).nameSource, api::NameSource::OtherAnswer);
}

namespace {

QByteArray request(const QByteArray& line) {
    return line + " HTTP/1.1\r\nHost: www.good.test\r\n\r\n";
}

// Of plain HTTP, for one method.
api::Rule httpRule(api::Action action, const QString& method) {
    api::Rule rule;
    rule.action = action;
    rule.protocol = 6;
    rule.direction = api::Direction::Outbound;
    rule.http.methods = {method};
    return rule;
}

}  // namespace

// One connection is sought for itself, which is cheaper than to let all of them try.
void EngineTest::firstDataGoesOnWhereItIsSent() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(httpRule(api::Action::Allow, QStringLiteral("GET"))));
    using Pushes = QList<std::pair<quint64, quint64>>;
    const QByteArray get = request("GET /");
    bench.sends(key(1), get, 0, 7);
    QTRY_COMPARE(bench.kernel.pushes, Pushes({{7, key(1).cookie}}));
    bench.kernel.pushes.clear();
    for (const quint64 flow : {2, 3})
        bench.sends(key(flow), get, 0, 7);
    bench.sends(key(4), get, 0, 8);
    QTRY_COMPARE(bench.kernel.pushes.size(), 2);
    QVERIFY(bench.kernel.pushes.contains({7, 0}));
    QVERIFY(bench.kernel.pushes.contains({8, key(4).cookie}));
}

void EngineTest::requestsGoAsFarAsTheyAreRead() {
    Bench bench;
    bench.start();
    const api::Rule get = httpRule(api::Action::Allow, QStringLiteral("GET"));
    QVERIFY(bench.engine->addRule(get));
    const QByteArray asked = request("GET /");
    bench.sends(key(1), asked);
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_FIRST_DATA);
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(asked.size()));
    // Where nothing hangs on requests any more, all of it goes.
    api::Rule all = get;
    all.http = {};
    all.pinned = true;
    QVERIFY(bench.engine->addRule(all));
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
    QVERIFY(!bench.kernel.until.value(key(1)));
}

void EngineTest::aQuestionSaysWhatIsAskedFor() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(httpRule(api::Action::Allow, QStringLiteral("GET"))));
    bench.sends(key(1), request("POST /upload?now"));
    using Asked = api::HttpAsked;
    const Asked upload{Asked::State::Read, QStringLiteral("POST"), QStringLiteral("/upload")};
    QCOMPARE(bench.asked.value(0).second.requests, QList{upload});
    bench.sends(key(2), request("PUT /a/../b"));
    const Asked unclear{Asked::State::Read, QStringLiteral("PUT"), std::nullopt};
    QTRY_COMPARE(bench.waiting().value(0).requests, (QList{upload, unclear}));
    QCOMPARE(bench.asked.last().second.requests, (QList{upload, unclear}));
    bench.sends(key(3), request("POST /upload"));  // the same once more
    bench.sends(key(2), request("PUT /a/../b") + request("DELETE /"));
    const Asked root{Asked::State::Read, QStringLiteral("DELETE"), QStringLiteral("/")};
    QTRY_COMPARE(bench.waiting().value(0).requests, (QList{upload, unclear, root}));
    bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(2), SP_VERDICT_FIRST_DATA)); });
    QTRY_COMPARE(bench.waiting().value(0).requests, QList{upload});
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineTest::anAnswerDoesNotSpeakForRequestsThatARuleBlocks() {
    Bench bench;
    bench.start();
    const auto post = bench.engine->addRule(httpRule(api::Action::Block, QStringLiteral("POST")));
    QVERIFY(post);
    const QByteArray get = request("GET /");
    bench.sends(key(1), get);
    const api::Answer once = answer(api::Action::Allow, api::Lifetime::Connection);
    QVERIFY(bench.engine->answer(bench.waiting().value(0).id, once).has_value());
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_FIRST_DATA);
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(get.size()));
    bench.sends(key(1), get, quint32(get.size()));  // nobody is asked again
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.connection(0).reason, api::Reason::Answer);
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(2 * get.size()));
    bench.sends(key(1), request("POST /"), quint32(2 * get.size()));
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
    QCOMPARE(bench.connection(0).rule, *post);
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineTest::anAnswerDoesNotSpeakForRequestsThatARuleBlocksLater() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    const api::Answer once = answer(api::Action::Allow, api::Lifetime::Connection);
    QVERIFY(bench.engine->answer(bench.waiting().value(0).id, once).has_value());
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
    const auto post = bench.engine->addRule(httpRule(api::Action::Block, QStringLiteral("POST")));
    QVERIFY(post);
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_FIRST_DATA);
    QVERIFY(!bench.kernel.until.value(key(1)));
    const QByteArray get = request("GET /");
    bench.sends(key(1), get);
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(get.size()));
    bench.sends(key(1), request("POST /"), quint32(get.size()));
    QCOMPARE(bench.connection(0).rule, *post);
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineTest::nobodyIsAskedOfRequestsBesideABlockedOne() {
    Bench bench;
    bench.start();
    const auto post = bench.engine->addRule(httpRule(api::Action::Block, QStringLiteral("POST")));
    QVERIFY(post);
    bench.sends(key(1), request("GET /") + request("POST /") + request("HEAD /"));
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.connection(0).rule, *post);
    QCOMPARE(bench.engine->explain(bench.connection(0).id)->rule, *post);
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineTest::theAnswerToAHeldQuestionIsBelieved() {
    Bench bench;
    bench.start();
    const kernel::FlowKey server = key(90, 53, SP_DNS_PORT, 17);
    QByteArray header = QByteArray(1, '\x45') + QByteArray(27, '\0');  // IPv4 and UDP
    header[9] = char(17);
    bench.hold(server, header + dns::query(7, QStringLiteral("www.example.test")));
    const api::Answer once = answer(api::Action::Allow, api::Lifetime::Connection);
    QVERIFY(bench.engine->answer(bench.waiting().value(0).id, once).has_value());
    QCOMPARE(bench.kernel.injected.size(), 1);
    kernel::DnsReport dns;
    dns.cookie = 90;
    dns.owner = {kSerial, 1, kPid, kUid, 0, 0};
    dns.server = remote(53);
    bench.answersName(dns, QStringLiteral("www.example.test"), {1});
    bench.hold(key(1));
    QCOMPARE(bench.waiting().value(0).names, QStringList{QStringLiteral("www.example.test")});
}

void EngineTest::whatResolvedHasSaidIsKnownBeforeAConnectionIsJudged() {
    Bench bench;
    bench.resolvedSocket = bench.folder.filePath(QStringLiteral("monitor"));
    fakes::FakeResolved resolved(bench.resolvedSocket);
    QVERIFY(resolved.listen());
    bench.start(resolved);
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("hosts.example"))));
    resolved.say(fakes::recorded::kHosts);
    resolved.say(fakes::recorded::kNear);
    bench.hold(key(1, 9, 5000, 17));
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.connection(0).name, QStringLiteral("hosts.example"));
    bench.hold(key(2, 7, 5000, 17));
    QCOMPARE(bench.waiting().value(0).names,
             (QStringList{QStringLiteral("www.near.test"), QStringLiteral("edge.near.test")}));
    QCOMPARE(bench.waiting().value(0).nameSource, api::NameSource::SystemdResolved);
}

void EngineTest::whatResolvedSaysLaterReleasesWhatWaits() {
    Bench bench;
    bench.resolvedSocket = bench.folder.filePath(QStringLiteral("monitor"));
    fakes::FakeResolved resolved(bench.resolvedSocket);
    QVERIFY(resolved.listen());
    bench.start(resolved);
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("hosts.example"))));
    bench.hold(key(1, 9, 5000, 17));
    QCOMPARE(bench.waiting().size(), 1);
    resolved.say(fakes::recorded::kHosts);
    QTRY_COMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.waiting().size(), 0);
}

void EngineTest::namesThatGotLostAreNotWaitedFor() {
    Bench bench;
    bench.start();
    bench.kernel.told = 5;  // an earlier helper took them, or a record was damaged
    bench.engine->drain();
    QCOMPARE(bench.kernel.read, 5u);
}

void EngineTest::namesThatAreStillInTheRingAreWaitedFor() {
    Bench bench;
    bench.start();
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.kernel.writing = true;  // of records before them
    bench.engine->drain();
    QCOMPARE(bench.kernel.read, 0u);
    bench.kernel.writing = false;
    bench.engine->drain();
    QCOMPARE(bench.kernel.read, 1u);
}

void EngineTest::anOpenConnectionKeepsTheNameItWasJudgedBy() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test"))));
    bench.isTold(QStringLiteral("www.good.test"), {1, 2});
    bench.holdsUntilNamed(key(1, 1));
    QCOMPARE(bench.kernel.named.size(), 2);
    bench.pass(61'000);
    bench.pass(61'000);
    QCOMPARE(bench.kernel.named.size(), 1);
    bench.happens([](kernel::Sink& sink) {
        sink.onEnd(report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7));
    });
    bench.pass(61'000);
    QVERIFY(bench.kernel.named.isEmpty());
}

QTEST_GUILESS_MAIN(EngineTest)
#include "tst_engine.moc"
