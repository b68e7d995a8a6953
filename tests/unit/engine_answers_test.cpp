// What is asked, of whom, and what an answer does.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSet>
#include <QTest>

#include "engine_bench.h"

using namespace sallyport;
using namespace sallyport::tests;

class EngineAnswersTest : public QObject {
    Q_OBJECT
  private slots:
    void aThousandAttemptsAreOneQuestion();
    void whoAsksMostMakesRoomForOthers();
    void untilItExitsIsForWhoStillWaits();
    void anAnswerReleasesEverythingInOrder();
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
    void questionsAreBoundedAndTheNextIsAsked();
    void nobodyToAskFollowsTheSetting_data();
    void nobodyToAskFollowsTheSetting();
    void aLateAgentIsAskedWhatWaits();
    void anotherUsersAgentIsNotAsked();
    void agentsOfTheSystem();
    void pauseReleasesAndEndsByItself();
    void whatWaitedPassesWhenTheModeAudits();
    void anAnswerReachesAFlowWhoseProcessIsGone();
    void nobodyIsAskedAboutAClosedSocket();
    void howLongItWaitedIsTold();
    void copiesOfPacketsAreBounded();
};

void EngineAnswersTest::aThousandAttemptsAreOneQuestion() {
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

void EngineAnswersTest::anAnswerReleasesEverythingInOrder() {
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

void EngineAnswersTest::whatWaitsGoesBeforeAnybodyIsToldOrARuleIsKept() {
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
void EngineAnswersTest::whatTheRuleOfAnAnswerDecidedIsTheRules() {
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

void EngineAnswersTest::anAnswerWhoseRuleCannotBeKeptDoesNotCount() {
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

void EngineAnswersTest::anAnswerDecidesNoLongerThanItsRule() {
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

void EngineAnswersTest::anAnswerJudgesTheOtherQuestionsToo() {
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

void EngineAnswersTest::thisConnectionOnlyMakesNoRule() {
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

// The kernel has room for so many answers.
void EngineAnswersTest::anAnswerEndsWithItsConnection() {
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

void EngineAnswersTest::anEarlierHelpersAnswerEndsWithItsConnection() {
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
void EngineAnswersTest::anEarlierHelpersVerdictEndsWithTheRules() {
    Bench bench;
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_ANSWER)};
    kernel::FlowAnswer byName{SP_VERDICT_ALLOW};
    byName.byRules = true;
    QVERIFY(bench.kernel.setAnswer(key(1), byName).has_value());
    bench.start();
    QVERIFY(bench.engine->setMode(api::Mode::LockDown));
    QVERIFY(bench.kernel.answers.value(key(1)) != SP_VERDICT_ALLOW);
}

void EngineAnswersTest::blockingEndsTheConnection() {
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

void EngineAnswersTest::silentBlockingDoesNotEndIt() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    api::Answer silent = answer(api::Action::Block, api::Lifetime::Connection);
    silent.blockStyle = api::BlockStyle::Silent;
    QVERIFY(bench.engine->answer(bench.waiting().first().id, silent).has_value());
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_BLOCK_SILENT);
    QVERIFY(bench.kernel.aborted.isEmpty());
}

// A peer waits at the listener; what the kernel makes of its knock is another socket.
void EngineAnswersTest::aGuestIsAskedAboutOnce() {
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

void EngineAnswersTest::noAnswerInTimeBlocksOnceAndMakesNoRule() {
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

void EngineAnswersTest::aMissedQuestionCanStillBecomeARule() {
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

void EngineAnswersTest::aConnectionThatEndsTakesItsQuestionAlong() {
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

void EngineAnswersTest::aRuleForAProcessEndsWithIt() {
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

void EngineAnswersTest::aRuleForMinutesEnds() {
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

void EngineAnswersTest::undoBringsTheRuleBack() {
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

void EngineAnswersTest::questionsAreBoundedAndTheNextIsAsked() {
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

void EngineAnswersTest::untilItExitsIsForWhoStillWaits() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    bench.happens([](kernel::Sink& sink) {
        kernel::ExecReport second =
            exec(kSerial + 7, kPid + 7, QStringLiteral("/opt/test/browser"));
        second.parentSerial = kSerial - 1;
        second.file = {kSerial, 1, 1};  // the same
        sink.onExec(second);
        kernel::FlowReport again = report(key(2));
        again.owner.serial = kSerial + 7;
        again.owner.pid = kPid + 7;
        sink.onHeld(again, packet(key(2), "SYN"));
    });
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().first().process.serial, kSerial);
    bench.happens([](kernel::Sink& sink) {
        sink.onEnd(report(key(1)));
        sink.onExit(kSerial, kPid);
    });
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().first().process.serial, kSerial + 7);
    const auto answered = bench.engine->answer(bench.waiting().first().id,
                                               answer(api::Action::Allow, api::Lifetime::Process));
    QVERIFY2(answered.has_value(), answered ? "" : qPrintable(answered.error().text));
    QCOMPARE(bench.promptRules().value(0).process, kSerial + 7);
}

void EngineAnswersTest::whoAsksMostMakesRoomForOthers() {
    engine::QuestionBook book;
    const auto keyOf = [](const QString& program, quint32 uid, quint16 port) {
        engine::QuestionKey key;
        key.app = {api::AppIdentity::Kind::Path, program, {}};
        key.uid = uid;
        key.port = port;
        return key;
    };
    const QString greedy = QStringLiteral("/greedy"), other = QStringLiteral("/other");
    int asked = 0;
    for (int i = 0; i < engine::QuestionBook::kMaxWaiting; ++i) {
        const QString program = i % 100 ? greedy : QStringLiteral("/modest%1").arg(i);
        asked += book.open(keyOf(program, 7, static_cast<quint16>(i)), {})->asked ? 1 : 0;
    }
    QVERIFY(book.isFull());
    QVERIFY(asked < engine::QuestionBook::kMaxAsked);
    QCOMPARE(book.yieldsTo(keyOf(greedy, 7, 60'000)), api::QuestionId{0});
    QVERIFY(!book.open(keyOf(greedy, 7, 60'000), {}));
    const api::QuestionId newest = engine::QuestionBook::kMaxWaiting;
    QCOMPARE(book.yieldsTo(keyOf(other, 7, 60'000)), newest);  // another of the same user
    QCOMPARE(book.yieldsTo(keyOf(greedy, 8, 60'000)), newest);
    QCOMPARE(book.close(newest).key.app.path, greedy);
    const auto* pending = book.open(keyOf(other, 8, 60'000), {});
    QVERIFY(pending);
    QVERIFY(pending->asked);
}

void EngineAnswersTest::nobodyToAskFollowsTheSetting_data() {
    QTest::addColumn<api::Fallback>("fallback");
    QTest::addColumn<api::ConnectionState>("state");
    QTest::newRow("wait") << api::Fallback::Wait << api::ConnectionState::Held;
    QTest::newRow("block") << api::Fallback::Block << api::ConnectionState::Blocked;
    QTest::newRow("allow") << api::Fallback::Allow << api::ConnectionState::Allowed;
}

void EngineAnswersTest::nobodyToAskFollowsTheSetting() {
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

void EngineAnswersTest::aLateAgentIsAskedWhatWaits() {
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

void EngineAnswersTest::anotherUsersAgentIsNotAsked() {
    Bench bench;
    bench.start(false);
    bench.engine->addAgent({kAgent, kUid + 1, false});
    bench.hold(key(1));
    QVERIFY(bench.asked.isEmpty());
    QVERIFY(bench.engine->asked(1)->agents.isEmpty());
}

void EngineAnswersTest::agentsOfTheSystem() {
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

void EngineAnswersTest::pauseReleasesAndEndsByItself() {
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

void EngineAnswersTest::whatWaitedPassesWhenTheModeAudits() {
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

void EngineAnswersTest::anAnswerReachesAFlowWhoseProcessIsGone() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->setMode(api::Mode::Learn).has_value());
    bench.kernel.processesGone = true;
    bench.happens([](kernel::Sink& sink) {
        sink.onHeld(report(key(1), SP_VERDICT_UNRESOLVED), packet(key(1), "SYN"));
    });
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
}

void EngineAnswersTest::nobodyIsAskedAboutAClosedSocket() {
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

void EngineAnswersTest::howLongItWaitedIsTold() {
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

void EngineAnswersTest::copiesOfPacketsAreBounded() {
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

QTEST_GUILESS_MAIN(EngineAnswersTest)
#include "engine_answers_test.moc"
