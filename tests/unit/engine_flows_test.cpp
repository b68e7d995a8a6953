// What a person, a program and a kernel notice of the engine: connections, modes, rules.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QIODevice>
#include <QSignalSpy>
#include <QTest>

#include "api/rule_file.h"
#include "engine_bench.h"

using namespace sallyport;
using namespace sallyport::tests;

class EngineFlowsTest : public QObject {
    Q_OBJECT
  private slots:
    void aQuestionIsAboutWhoseTheConnectionIsNow();
    void whatTheHelperSendsIsCounted();
    void severalRulesAreSwitchedInOneChange();
    void modesSurviveARestart();
    void anAuditIsRecordedAsWhatWouldHaveBeenBlocked();
    void aRuleThatLogsIsWrittenDownOnceForAConnection();
    void itIsCountedForMonitoring();
    void theKernelItselfIsNamed();
    void anUnknownProgramIsNamedToTheKernel();
    void whoRanBeforeIsWhoItWasAtItsExec();
    void aRuleThatCutsARunningConnectionEndsIt();
    void aRuleThatCutsWhatNobodyWasToldOfEndsIt();
    void whoLooksFindsWhatNobodyWasToldOf();
    void anEndThatWaitedInTheRingHasItsOwnTime();
    void nothingIsCountedWhileNobodyWatches();
    void whoGoesPastTheFirewallIsNamed();
    void whoGoesPastTheFirewallIsLookedForNowAndThen();
    void aFailedLookForPacketSocketsForgetsNobody();
    void aClockSetBackHidesNoPacketSockets();
    void manyPacketSocketsElsewhereHideNobody();
    void liveReportsCarryOnlyChanges();
    void countsThatComeBeforeTheBeginningAreNotLost();
    void endedConnectionsGoToHistory();
    void whatIsRefusedLaterIsTheSameConnection();
    void aRefusedCallTakesNoBytesAway();
    void theLocalAddressStays();
    void allPeersOfASocketEndWithIt();
    void whatThereIsNoRoomForIsOver();
    void eachEndIsToldOnceHoweverManyThereAre();
    void aFurtherPeerThatIsSilentIsOver();
    void whatEndsInSilenceIsDecidedByNobody();
    void connectionsOfAnEarlierHelperAreListed();
    void usesOfRulesAreCounted();
    void aChangeTheKernelRefusesIsTakenBack();
    void importIsAllOrNothing();
    void administratorsFilesAreReadOnlyAndABadOneIsNamed();
    void whatIsOverIsLeftOutOfAnImport();
    void anAdministratorsRuleEndsInTime();
    void numbersStayTheSameInANewRun();
    void anAnswerIsExplained();
};

// A socket whose owner was looked for, or that another program has by now.
void EngineFlowsTest::aQuestionIsAboutWhoseTheConnectionIsNow() {
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

void EngineFlowsTest::whatTheHelperSendsIsCounted() {
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

void EngineFlowsTest::severalRulesAreSwitchedInOneChange() {
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

void EngineFlowsTest::modesSurviveARestart() {
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

void EngineFlowsTest::anAuditIsRecordedAsWhatWouldHaveBeenBlocked() {
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

void EngineFlowsTest::aRuleThatLogsIsWrittenDownOnceForAConnection() {
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

void EngineFlowsTest::itIsCountedForMonitoring() {
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

// Its number is none that was given.
void EngineFlowsTest::theKernelItselfIsNamed() {
    Bench bench;
    bench.start();
    kernel::FlowReport mount = report(key(1, 1, 2049), SP_VERDICT_ALLOW, SP_REASON_MODE);
    mount.owner = {0, 1, 0, 0, SP_APP_KERNEL, SP_APP_KERNEL};
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(mount); });
    const QList<api::Program> programs = bench.engine->programs();
    QCOMPARE(programs.size(), 1);
    QCOMPARE(programs.first().id, bench.connection(0).program);
    QCOMPARE(programs.first().identity.kind, api::AppIdentity::Kind::Kernel);
    QVERIFY(bench.engine->metrics().contains("{program=\"kernel\","));
}

void EngineFlowsTest::anUnknownProgramIsNamedToTheKernel() {
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
void EngineFlowsTest::whoRanBeforeIsWhoItWasAtItsExec() {
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

void EngineFlowsTest::aRuleThatCutsARunningConnectionEndsIt() {
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

void EngineFlowsTest::aRuleThatCutsWhatNobodyWasToldOfEndsIt() {
    Bench bench;
    bench.start();
    kernel::FlowReport cut = report(key(1), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 7);
    cut.passed = true;
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(cut); });
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
}

void EngineFlowsTest::whoLooksFindsWhatNobodyWasToldOf() {
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

void EngineFlowsTest::anEndThatWaitedInTheRingHasItsOwnTime() {
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

void EngineFlowsTest::nothingIsCountedWhileNobodyWatches() {
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

void EngineFlowsTest::whoGoesPastTheFirewallIsNamed() {
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

void EngineFlowsTest::whoGoesPastTheFirewallIsLookedForNowAndThen() {
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

void EngineFlowsTest::aFailedLookForPacketSocketsForgetsNobody() {
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

void EngineFlowsTest::aClockSetBackHidesNoPacketSockets() {
    Bench bench;
    bench.start();
    bench.kernel.packetSocketsOpen = {{{kSerial, 1, kPid, 0, 0, 0}}};
    bench.clock.now -= 3'600'000;
    bench.engine->takeStock();
    QCOMPARE(bench.engine->status().packetHolders.size(), 1);
}

void EngineFlowsTest::manyPacketSocketsElsewhereHideNobody() {
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

void EngineFlowsTest::liveReportsCarryOnlyChanges() {
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

// The kernel says it once, and may say it before the beginning is read.
void EngineFlowsTest::countsThatComeBeforeTheBeginningAreNotLost() {
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

void EngineFlowsTest::endedConnectionsGoToHistory() {
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

void EngineFlowsTest::whatIsRefusedLaterIsTheSameConnection() {
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
void EngineFlowsTest::aRefusedCallTakesNoBytesAway() {
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
void EngineFlowsTest::theLocalAddressStays() {
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

void EngineFlowsTest::allPeersOfASocketEndWithIt() {
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

namespace {

constexpr quint64 kFull = engine::FlowTable::kMaxFlows;

// Open connections, as many as there is room for, with cookies up to kFull.
void fill(Bench& bench, quint64 from) {
    bench.happens([=](kernel::Sink& sink) {
        for (quint64 cookie = from; cookie <= kFull; ++cookie)
            sink.onFlow(report(key(cookie), SP_VERDICT_ALLOW, SP_REASON_MODE));
    });
}

QList<api::Connection> endsIn(const QSignalSpy& live) {
    QList<api::Connection> ends;
    for (const QList<QVariant>& one : live)
        for (const api::Connection& c : one.at(1).value<QList<api::Connection>>())
            if (c.endedMs != 0)
                ends.append(c);
    return ends;
}

}  // namespace

// Who watches hears of it, the history has it, and nothing is left of its answer.
void EngineFlowsTest::whatThereIsNoRoomForIsOver() {
    Bench bench;
    bench.start();
    QSignalSpy live(bench.engine.get(), &engine::Engine::connectionsChanged);
    bench.engine->setWatched(true);
    kernel::FlowReport peer = report(key(1, 2, 4433, 17));
    peer.further = true;
    bench.happens([=](kernel::Sink& sink) { sink.onHeld(peer, packet(peer.key, "one")); });
    const api::ConnectionId id = bench.connection(0).id;
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    QCOMPARE(bench.kernel.answers.size(), 1);
    fill(bench, 1);
    QCOMPARE(bench.engine->status().connections, quint32(kFull));
    QVERIFY(!bench.engine->process(id));
    QVERIFY(bench.kernel.answers.isEmpty());
    QTRY_COMPARE(endsIn(live).size(), 1);
    QCOMPARE(endsIn(live).first().id, id);
    QCOMPARE(endsIn(live).first().endedMs, bench.clock.nowMs());
    api::HistoryPage page;
    bench.engine->history(
        {}, this, [&](const api::Result<api::HistoryPage>& found) { page = found.value_or({}); });
    QTRY_COMPARE(page.connections.size(), 1);
    QCOMPARE(page.connections.first().endedMs, bench.clock.nowMs());
    QCOMPARE(page.connections.first().sent, 3u);

    // The next packet that the kernel holds is asked about.
    bench.happens([=](kernel::Sink& sink) { sink.onHeld(peer, packet(peer.key, "two")); });
    QCOMPARE(bench.waiting().size(), 1);
}

// More than there is room for, before anybody was told of one.
void EngineFlowsTest::eachEndIsToldOnceHoweverManyThereAre() {
    Bench bench;
    bench.start();
    QSignalSpy live(bench.engine.get(), &engine::Engine::connectionsChanged);
    bench.engine->setWatched(true);
    fill(bench, 1);
    constexpr quint64 kMany = 2 * engine::FlowTable::kManyGone;
    bench.happens([](kernel::Sink& sink) {
        for (quint64 cookie = 1; cookie <= kMany; ++cookie) {
            sink.onEnd(report(key(cookie), SP_VERDICT_ALLOW, SP_REASON_MODE));
            sink.onFlow(report(key(kFull + cookie), SP_VERDICT_ALLOW, SP_REASON_MODE));
        }
    });
    QVERIFY(!live.isEmpty());  // they were not all kept until then
    QTRY_COMPARE(endsIn(live).size(), qsizetype(kMany));
    QSet<api::ConnectionId> ids;
    for (const api::Connection& c : endsIn(live))
        ids.insert(c.id);
    QCOMPARE(ids.size(), qsizetype(kMany));
    QCOMPARE(bench.engine->status().connections, quint32(kFull));
}

// Each lookup comes from another port of the resolver's one socket.
void EngineFlowsTest::aFurtherPeerThatIsSilentIsOver() {
    Bench bench;
    bench.start();
    kernel::FlowReport first = report(key(1, 1, 40000, 17), SP_VERDICT_ALLOW, SP_REASON_RULE, 7);
    kernel::FlowReport further = report(key(1, 1, 40001, 17), SP_VERDICT_ALLOW, SP_REASON_RULE, 7);
    first.inbound = further.inbound = further.further = true;
    further.sent = 100;
    bench.happens([&](kernel::Sink& sink) {
        sink.onFlow(first);
        sink.onFlow(further);
    });
    further.sent = 200;
    bench.kernel.open = {first, further};
    bench.pass(180'000);  // seen to be busy
    QCOMPARE(bench.connection(1).sent, 200u);
    bench.pass(179'000);
    QCOMPARE(bench.engine->status().connections, 2u);
    bench.pass(1'000);
    QCOMPARE(bench.kernel.peersForgotten, QList{further.key});
    QCOMPARE(bench.engine->status().connections, 1u);
    QCOMPARE(bench.connection(0).endedMs, 0);
    QVERIFY(bench.connection(1).endedMs != 0);
    bench.pass(3'000);
    QCOMPARE(*bench.history->count(), 1);

    // The kernel begins anew.
    further.sent = 40;
    bench.kernel.open = {first, further};
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(further); });
    QCOMPARE(bench.engine->status().connections, 2u);
    QVERIFY(bench.engine->metrics().contains("direction=\"out\"} 240\n"));
    const int walks = bench.kernel.walks;
    bench.pass(180'000);
    QCOMPARE(bench.engine->status().connections, 1u);
    QCOMPARE(bench.kernel.walks, walks + 1);
    bench.pass(600'000);
    QCOMPARE(bench.kernel.walks, walks + 1);  // nothing to look for
    QCOMPARE(bench.kernel.peersForgotten.size(), 2);

    // One that had more to say may be the first to speak after a while.
    further.sent = 4097;
    bench.kernel.open = {first, further};
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(further); });
    bench.pass(1'799'000);
    QCOMPARE(bench.engine->status().connections, 2u);
    bench.pass(60'000);
    QCOMPARE(bench.engine->status().connections, 1u);
}

// Or somebody would be asked again, or told each second of what is refused.
void EngineFlowsTest::whatEndsInSilenceIsDecidedByNobody() {
    Bench bench;
    bench.start();
    const auto further = [](quint8 host, sp_verdict verdict, sp_reason reason, quint8 protocol) {
        kernel::FlowReport peer = report(key(1, host, 4433, protocol), verdict, reason, 7);
        peer.further = true;
        return peer;
    };
    const auto held = further(1, SP_VERDICT_HOLD, SP_REASON_NONE, 17);
    bench.happens([&](kernel::Sink& sink) {
        sink.onHeld(held, packet(held.key, "one"));
        sink.onFlow(further(2, SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 17));
        sink.onFlow(further(3, SP_VERDICT_ALLOW, SP_REASON_ANSWER, 17));
        sink.onFlow(further(4, SP_VERDICT_ALLOW, SP_REASON_RULE, 132));  // SCTP has its own ends
        kernel::FlowReport caller = further(5, SP_VERDICT_BLOCK_SILENT, SP_REASON_RULE, 17);
        caller.inbound = true;
        sink.onFlow(caller);
    });
    QVERIFY(bench.engine
                ->answer(bench.waiting().first().id,
                         answer(api::Action::Allow, api::Lifetime::Connection))
                .has_value());
    bench.pass(180'000);
    bench.pass(600'000);
    QVERIFY(bench.kernel.peersForgotten.isEmpty());
    QCOMPARE(bench.engine->status().connections, 5u);
    QCOMPARE(bench.kernel.answers.size(), 1);
}

void EngineFlowsTest::connectionsOfAnEarlierHelperAreListed() {
    Bench bench;
    kernel::FlowReport ended = report(key(2), SP_VERDICT_ALLOW, SP_REASON_RULE, 3);
    ended.over = true;
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 3), ended};
    bench.start();
    QCOMPARE(bench.engine->connections().size(), 1);
    QCOMPARE(bench.connection(0).rule, 3u);
}

void EngineFlowsTest::usesOfRulesAreCounted() {
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

void EngineFlowsTest::aChangeTheKernelRefusesIsTakenBack() {
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

void EngineFlowsTest::importIsAllOrNothing() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(browserRule(api::Action::Allow)).has_value());
    const QByteArray exported = api::exportToJson(bench.engine->rules());
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

void EngineFlowsTest::administratorsFilesAreReadOnlyAndABadOneIsNamed() {
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
    QVERIFY(!api::exportToJson(bench.engine->rules()).contains("/usr/bin/browser"));
}

void EngineFlowsTest::anAdministratorsRuleEndsInTime() {
    Bench bench;
    QDir(bench.folder.path()).mkdir(QStringLiteral("rules.d"));
    api::Rule rule = browserRule(api::Action::Block);
    rule.app = {};
    rule.lifetime = api::Lifetime::Timed;
    rule.expiresMs = bench.clock.now + 60'000;
    QFile file(bench.folder.filePath(QStringLiteral("rules.d/10-hour.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(api::rulesToJson({rule}));
    file.close();
    bench.start();
    const qsizetype rules = bench.engine->rules().size();
    bench.hold(key(1));
    QVERIFY(bench.waiting().isEmpty());
    bench.pass(60'001);
    QCOMPARE(bench.engine->rules().size(), rules - 1);
    bench.hold(key(2));
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineFlowsTest::whatIsOverIsLeftOutOfAnImport() {
    Bench bench;
    bench.start();
    api::Rule timed = browserRule(api::Action::Allow);
    timed.lifetime = api::Lifetime::Timed;
    timed.expiresMs = bench.clock.now + 60'000;
    QVERIFY(bench.engine->addRule(timed).has_value());
    QVERIFY(bench.engine->addRule(browserRule(api::Action::Block)).has_value());
    const QByteArray json = api::exportToJson(bench.engine->rules());
    bench.pass(60'001);
    const qsizetype left = bench.engine->rules().size();
    const auto report = bench.engine->importRules(json, true);
    QVERIFY2(report.has_value(), report ? "" : qPrintable(report.error().text));
    QCOMPARE(report->value(QStringLiteral("over")).toInt(), 1);
    QCOMPARE(bench.engine->rules().size(), left);
}

void EngineFlowsTest::numbersStayTheSameInANewRun() {
    const api::AppIdentity app{api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/curl"), {}};
    engine::Numbering first(7), second(7);
    second.of({api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/wget"), {}});
    QCOMPARE(first.of(app), second.of(app));
    QVERIFY(first.of(app) >= SP_APP_FIRST);
    QCOMPARE(*first.identity(first.of(app)), app);
    QCOMPARE(first.of({api::AppIdentity::Kind::Kernel, {}, {}}), SP_APP_KERNEL);
    QCOMPARE(first.identity(SP_APP_KERNEL)->kind, api::AppIdentity::Kind::Kernel);
    // Who does not know the key cannot tell which two get the same.
    QVERIFY(!engine::Numbering(8).isOf(first.of(app), app));
}

void EngineFlowsTest::anAnswerIsExplained() {
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

QTEST_GUILESS_MAIN(EngineFlowsTest)
#include "engine_flows_test.moc"
