// Who wants to make a socket for whole frames: refused, asked about, and answered for the next
// time. SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_bench.h"
#include "policy/starter.h"
#include "process/identity.h"

using namespace sallyport;
using namespace sallyport::tests;
using api::Action;
using api::Lifetime;

namespace {

kernel::FlowKey frames(quint64 serial = kSerial) {
    return {SP_FRAMES_COOKIE | serial, api::Address(), 0, api::kFrames};
}

kernel::FlowReport attempt(sp_verdict verdict = SP_VERDICT_HOLD, sp_reason reason = SP_REASON_NONE,
                           quint32 rule = 0) {
    kernel::FlowReport made = report(frames(), verdict, reason, rule);
    made.localPort = 0;
    made.over = verdict != SP_VERDICT_HOLD && verdict != SP_VERDICT_UNRESOLVED;
    return made;
}

void isRefused(Bench& bench, sp_verdict verdict = SP_VERDICT_HOLD) {
    bench.happens([=](kernel::Sink& sink) { sink.onHeld(attempt(verdict), packet(frames(), {})); });
}

void isDecided(Bench& bench, sp_verdict verdict, sp_reason reason, quint32 rule = 0) {
    bench.happens([=](kernel::Sink& sink) { sink.onFlow(attempt(verdict, reason, rule)); });
}

void exits(Bench& bench) {
    bench.happens([](kernel::Sink& sink) { sink.onExit(kSerial, kPid); });
}

api::Rule allowed(const Bench& bench) {
    api::Rule rule;
    rule.action = Action::Allow;
    rule.app = bench.processes.describe(attempt().owner).identity;
    rule.protocol = api::kFrames;
    return rule;
}

}  // namespace

class EngineFramesTest : public QObject {
    Q_OBJECT
  private slots:
    void whoHasNoRuleIsAskedAboutOnce();
    void everyAnswerIsAboutAllFrames_data();
    void everyAnswerIsAboutAllFrames();
    void anAnswerWithARuleLeavesNothingOpen();
    void anAnswerForOnceEndsWithTheProcess_data();
    void anAnswerForOnceEndsWithTheProcess();
    void aQuestionOutlivesItsProgram();
    void noAnswerInTimeHoldsForTheProcess();
    void whatARuleDecidesIsListedAndOver();
    void aRuleForWhoWasNotKnownAsksNobody();
    void theSameOfAnotherProcessIsTheSameQuestion();
    void anotherHelpersAnswerIsForgotten();
    void theFileOfARuleIsKnownBeforeItIsRun();
    void statusSaysWhetherTheyAreJudged();
    void whyIsExplained();
    void aStoreOfAnEarlierVersionGetsTheNewStarterRulesOnce();
};

void EngineFramesTest::theFileOfARuleIsKnownBeforeItIsRun() {
    const QString path = QStringLiteral("/usr/bin/true");
    const auto file = process::fileForSure(path);
    if (!file)
        QSKIP("here somebody but root can change /usr/bin/true, or it has several names");
    Bench bench;
    bench.start();
    api::Rule rule;
    rule.action = Action::Allow;
    rule.app = {api::AppIdentity::Kind::Path, path, {}};
    QVERIFY(bench.engine->addRule(rule));
    QVERIFY(!bench.kernel.apps.contains(*file));
    rule.protocol = api::kFrames;
    QVERIFY(bench.engine->addRule(rule));
    QVERIFY(bench.kernel.apps.contains(*file));
    QVERIFY(!process::fileForSure(QStringLiteral("/usr/bin/python3")));
    QVERIFY(!process::fileForSure(QStringLiteral("/usr/bin/none")));
}

void EngineFramesTest::whoHasNoRuleIsAskedAboutOnce() {
    Bench bench;
    bench.start();
    isRefused(bench);
    isRefused(bench);
    QCOMPARE(bench.waiting().size(), 1);
    const Question question = bench.waiting().first();
    QCOMPARE(question.protocol, api::kFrames);
    QCOMPARE(question.waiting, 1u);
    QVERIFY(question.remote.isUnspecified());
    QVERIFY(question.names.isEmpty());
    QCOMPARE(bench.asked.size(), 1);
    QVERIFY(bench.kernel.answers.isEmpty());
}

void EngineFramesTest::everyAnswerIsAboutAllFrames_data() {
    QTest::addColumn<api::Scope>("scope");
    using api::Scope;
    for (const Scope scope : {Scope::AddressAndPort, Scope::Address, Scope::Port, Scope::Everything,
                              Scope::Host, Scope::Domain})
        QTest::newRow(qPrintable(api::toWord(scope))) << scope;
}

void EngineFramesTest::everyAnswerIsAboutAllFrames() {
    QFETCH(api::Scope, scope);
    Bench bench;
    bench.start();
    isRefused(bench);
    const auto rule =
        api::ruleFor(bench.waiting().first(), answer(Action::Allow, Lifetime::Forever, scope), 1);
    QVERIFY2(rule, rule ? "" : qPrintable(rule.error().text));
    QCOMPARE((*rule)->protocol, api::kFrames);
    QCOMPARE((*rule)->remote, api::Remote());
    QCOMPARE((*rule)->direction, api::Direction::Outbound);
}

void EngineFramesTest::anAnswerWithARuleLeavesNothingOpen() {
    Bench bench;
    bench.start();
    const qsizetype before = bench.engine->rules().size();
    for (const Action action : {Action::Block, Action::Allow}) {
        isRefused(bench);
        QCOMPARE(bench.waiting().size(), 1);
        QVERIFY(
            bench.engine->answer(bench.waiting().first().id, answer(action, Lifetime::UntilRestart))
                .has_value());
        QVERIFY(bench.waiting().isEmpty());
        QVERIFY(bench.kernel.answers.isEmpty());
        QVERIFY(bench.kernel.aborted.isEmpty());
        QTRY_COMPARE(bench.engine->status().connections, 0u);
        QCOMPARE(bench.engine->rules().size(), before + 1);
        QVERIFY(bench.engine->removeRules({bench.promptRules().first().id}).has_value());
    }
}

void EngineFramesTest::anAnswerForOnceEndsWithTheProcess_data() {
    QTest::addColumn<Action>("action");
    QTest::addColumn<sp_verdict>("verdict");
    QTest::newRow("allowed") << Action::Allow << SP_VERDICT_ALLOW;
    QTest::newRow("blocked") << Action::Block << SP_VERDICT_BLOCK_ERROR;
}

void EngineFramesTest::anAnswerForOnceEndsWithTheProcess() {
    QFETCH(Action, action);
    QFETCH(sp_verdict, verdict);
    Bench bench;
    bench.start();
    isRefused(bench);
    QVERIFY(bench.engine->answer(bench.waiting().first().id, answer(action, Lifetime::Connection))
                .has_value());
    QTest::qWait(0);
    QCOMPARE(bench.kernel.answers.value(frames()), verdict);
    isDecided(bench, verdict, SP_REASON_ANSWER);
    QCOMPARE(bench.kernel.answers.value(frames()), verdict);
    QCOMPARE(bench.engine->status().connections, 1u);
    QVERIFY(bench.kernel.aborted.isEmpty());
    exits(bench);
    QVERIFY(bench.kernel.answers.isEmpty());
    QCOMPARE(bench.engine->status().connections, 0u);
}

void EngineFramesTest::aQuestionOutlivesItsProgram() {
    Bench bench;
    bench.start();
    isRefused(bench);
    exits(bench);
    QTest::qWait(0);
    QCOMPARE(bench.waiting().size(), 1);
    const api::QuestionId id = bench.waiting().first().id;
    QVERIFY(!bench.engine->answer(id, answer(Action::Allow, Lifetime::Connection)).has_value());
    QVERIFY(bench.engine->answer(id, answer(Action::Allow, Lifetime::Forever)).has_value());
    QTRY_COMPARE(bench.engine->status().connections, 0u);
    QVERIFY(bench.kernel.answers.isEmpty());
}

void EngineFramesTest::noAnswerInTimeHoldsForTheProcess() {
    Bench bench;
    bench.start();
    isRefused(bench);
    bench.pass(60'000);
    QCOMPARE(bench.kernel.answers.value(frames()), SP_VERDICT_BLOCK_ERROR);
    QCOMPARE(bench.engine->status().missed, 1u);
    const api::QuestionId id = bench.engine->questions().first().id;
    QVERIFY(bench.engine->answer(id, answer(Action::Allow, Lifetime::Forever)).has_value());
    isDecided(bench, SP_VERDICT_ALLOW, SP_REASON_RULE, bench.promptRules().first().id);
    exits(bench);
    QVERIFY(bench.kernel.answers.isEmpty());
}

void EngineFramesTest::whatARuleDecidesIsListedAndOver() {
    Bench bench;
    bench.start();
    const auto rule = bench.engine->addRule(allowed(bench));
    QVERIFY(rule.has_value());
    for (int i = 0; i < 3; ++i)
        isDecided(bench, SP_VERDICT_ALLOW, SP_REASON_RULE, *rule);
    isDecided(bench, SP_VERDICT_BLOCK_ERROR, SP_REASON_BLOCK_ALL);
    const QList<api::Connection> all = bench.engine->connections();
    QCOMPARE(all.size(), 4);
    QCOMPARE(all.first().state, api::ConnectionState::Allowed);
    QCOMPARE(all.first().rule, *rule);
    QCOMPARE(all.first().protocol, api::kFrames);
    QCOMPARE(all.last().state, api::ConnectionState::Blocked);
    QCOMPARE(bench.engine->status().connections, 0u);
}

void EngineFramesTest::aRuleForWhoWasNotKnownAsksNobody() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(allowed(bench)).has_value());
    isRefused(bench, SP_VERDICT_UNRESOLVED);
    QVERIFY(bench.waiting().isEmpty());
    QVERIFY(bench.kernel.tasks.value(kPid).app >= SP_APP_FIRST);
    QTRY_COMPARE(bench.engine->status().connections, 0u);
    QVERIFY(bench.kernel.answers.isEmpty());
}

void EngineFramesTest::theSameOfAnotherProcessIsTheSameQuestion() {
    Bench bench;
    bench.start();
    isRefused(bench);
    bench.happens([](kernel::Sink& sink) {
        kernel::ExecReport again = exec(kSerial + 1, kPid + 1, QStringLiteral("/opt/test/browser"));
        again.parentSerial = kSerial - 1;
        again.file = exec(kSerial, kPid, {}).file;
        sink.onExec(again);
        kernel::FlowReport other = attempt();
        other.key = frames(kSerial + 1);
        other.owner.serial = kSerial + 1;
        other.owner.pid = kPid + 1;
        sink.onHeld(other, packet(other.key, {}));
    });
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineFramesTest::anotherHelpersAnswerIsForgotten() {
    Bench bench;
    QVERIFY(bench.kernel.setAnswer(frames(), {SP_VERDICT_ALLOW}).has_value());
    bench.start();
    QVERIFY(bench.kernel.answers.isEmpty());
}

void EngineFramesTest::statusSaysWhetherTheyAreJudged() {
    for (const bool judged : {false, true}) {
        Bench bench;
        bench.kernel.framesJudged = judged;
        bench.start();
        QCOMPARE(bench.engine->status().framesJudged, judged);
    }
}

void EngineFramesTest::whyIsExplained() {
    Bench bench;
    bench.start();
    const auto rule = bench.engine->addRule(allowed(bench));
    QVERIFY(rule.has_value());
    api::Rule narrow = allowed(bench);
    narrow.protocol = 0;
    narrow.interface = QStringLiteral("eth0");
    QVERIFY(bench.engine->addRule(narrow).has_value());
    api::Attempt asked;
    asked.app = allowed(bench).app;
    asked.protocol = api::kFrames;
    const api::Explanation why = bench.engine->explain(asked);
    QCOMPARE(why.state, api::ConnectionState::Allowed);
    QCOMPARE(why.rule, *rule);
}

void EngineFramesTest::aStoreOfAnEarlierVersionGetsTheNewStarterRulesOnce() {
    const auto ofFrames = [](const Bench& bench) {
        const QList<api::Rule> rules = bench.engine->rules();
        return std::count_if(rules.begin(), rules.end(), [](const api::Rule& rule) {
            return rule.protocol == api::kFrames && rule.origin == api::Origin::Starter;
        });
    };
    Bench bench;
    bench.start();
    const auto all = bench.engine->rules().size();
    const auto frames = ofFrames(bench);
    QVERIFY(frames > 0);
    QList<api::RuleId> ids;
    for (const api::Rule& rule : bench.engine->rules())
        ids.append(rule.id);
    QVERIFY(bench.engine->removeRules(ids).has_value());
    bench.engine.reset();
    bench.execute("UPDATE settings SET value='1' WHERE key='seeded'");
    bench.open();
    bench.start();
    const auto late = policy::starterRules(0, {}, 1).size();
    QCOMPARE(bench.engine->rules().size(), late);  // what was removed stays so
    QCOMPARE(ofFrames(bench), frames);
    QVERIFY(late < all);
    ids.clear();
    for (const api::Rule& rule : bench.engine->rules())
        ids.append(rule.id);
    QVERIFY(bench.engine->removeRules(ids).has_value());
    bench.open();
    bench.start();
    QVERIFY(bench.engine->rules().isEmpty());
}

QTEST_GUILESS_MAIN(EngineFramesTest)
#include "engine_frames_test.moc"
