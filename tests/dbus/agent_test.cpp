// Who is asked, and whose answer counts (LEAKS C4, C5).
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonObject>
#include <QScopeGuard>
#include <QTest>

#include "methods.h"
#include "rig.h"
#include "support/skip.h"

using namespace sallyport;
using test::Caller;
using test::Rig;
using test::with;

namespace {

QJsonObject allow(const char* lifetime = "connection") {
    return {{QStringLiteral("action"), QStringLiteral("allow")},
            {QStringLiteral("lifetime"), QLatin1String(lifetime)}};
}

QJsonObject allowFor(int minutes) {
    return with(allow("timed"), QStringLiteral("minutes"), minutes);
}

QString registerAgent(Caller& caller, const char* path = "/agent") {
    return caller.errorOf(QStringLiteral("RegisterAgent"), {QStringLiteral("o")},
                          {QLatin1String(path)});
}

QString answer(Caller& caller, const QJsonObject& said, qint64 question) {
    return caller.errorOf(QStringLiteral("Answer"), {QStringLiteral("t"), QStringLiteral("a{sv}")},
                          {question, said});
}

QString answer(Caller& caller, qint64 question) {
    return answer(caller, allow(), question);
}

qint64 idOf(const QJsonObject& ask) {
    return ask.value(QStringLiteral("ask")).toObject().value(QStringLiteral("id")).toInteger();
}

}  // namespace

class AgentTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanup();
    void cleanupTestCase();

    void anAgentIsAskedAndAnswers();
    void whatWaitsIsAskedAtOnce();
    void aSecondRegistrationReplacesThePath();
    void anAgentThatLeavesIsForgotten();
    void unregistering();
    void anotherProgramOfTheSameUserMayNotAnswer();
    void anotherUserMayNotAnswer();
    void rootMayAnswerWithoutBeingAsked();
    void anAgentMayNotAnswerForOthersPrograms();
    void systemProgramsGoToWhoMayAnswerForThem();
    void anAnswerWithdrawsTheQuestionElsewhere();
    void aQuestionNobodyWaitsOnIsWithdrawn();
    void anAnswerDoesNotWaitForPolkit();
    void anAnswerAfterPolkitsRulesChangedIsRefused();
    void oneQuestionsGrantIsNotAnothers();
    void anAnswerForEverCanNeedAPassword();
    void anAnswerThatEndsNeedsNoPassword();
    void missedQuestionsAreDismissedByTheirUserOnly();

  private:
    quint64 cookie_ = 0;
    std::unique_ptr<Rig> rig_;
};

void AgentTest::initTestCase() {
    if (const char* reason = test::missing())
        SKIP_ALL(reason);
    rig_ = std::make_unique<Rig>();
    QVERIFY2(rig_->problem().isEmpty(), qPrintable(rig_->problem()));
}

// Nothing waits and nobody is registered when the next test begins.
void AgentTest::cleanup() {
    if (!rig_)
        return;
    for (const api::Question& question : rig_->engine().questions()) {
        api::Answer block;
        block.lifetime = api::Lifetime::Connection;
        if (question.missed)
            (void)rig_->engine().dismissMissed(question.id).has_value();
        else
            (void)rig_->engine().answer(question.id, block).has_value();
    }
    QTRY_COMPARE(rig_->engine().status().agents, 0u);
}

void AgentTest::cleanupTestCase() {
    rig_.reset();
}

void AgentTest::anAgentIsAskedAndAnswers() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    QCOMPARE(rig_->engine().status().agents, 1u);
    rig_->hold(++cookie_, test::kNobody);
    const QJsonObject ask = agent.wait(QStringLiteral("ask"));
    const QJsonObject process =
        ask.value(QStringLiteral("ask")).toObject().value(QStringLiteral("process")).toObject();
    QCOMPARE(process.value(QStringLiteral("path")).toString(), QStringLiteral("/opt/test/program"));
    const qsizetype injected = rig_->kernel.injected.size();
    QCOMPARE(answer(agent, idOf(ask)), QString());
    QCOMPARE(rig_->kernel.injected.size(), injected + 1);
    QCOMPARE(agent.wait(QStringLiteral("cancel")).value(QStringLiteral("reason")).toString(),
             QStringLiteral("answered"));
    QCOMPARE(answer(agent, idOf(ask)), QStringLiteral("NotFound"));
}

void AgentTest::whatWaitsIsAskedAtOnce() {
    rig_->hold(++cookie_, test::kNobody);
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    QVERIFY(idOf(agent.wait(QStringLiteral("ask"))) > 0);
}

void AgentTest::aSecondRegistrationReplacesThePath() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    QCOMPARE(registerAgent(agent, "/other"), QString());
    QCOMPARE(rig_->engine().status().agents, 1u);
    rig_->hold(++cookie_, test::kNobody);
    QCOMPARE(agent.wait(QStringLiteral("ask")).value(QStringLiteral("path")).toString(),
             QStringLiteral("/other"));
}

void AgentTest::anAgentThatLeavesIsForgotten() {
    Caller first(test::kNobody);
    QCOMPARE(registerAgent(first), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = idOf(first.wait(QStringLiteral("ask")));
    first.leave();
    QTRY_COMPARE(rig_->engine().status().agents, 0u);
    Caller second(test::kNobody);
    QCOMPARE(answer(second, id), QStringLiteral("Denied"));
    QCOMPARE(registerAgent(second), QString());
    QCOMPARE(idOf(second.wait(QStringLiteral("ask"))), id);
    QCOMPARE(answer(second, id), QString());
}

void AgentTest::unregistering() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    QCOMPARE(agent.errorOf(QStringLiteral("UnregisterAgent")), QString());
    QCOMPARE(rig_->engine().status().agents, 0u);
    QCOMPARE(agent.errorOf(QStringLiteral("UnregisterAgent")), QStringLiteral("NotFound"));
}

void AgentTest::anotherProgramOfTheSameUserMayNotAnswer() {
    Caller agent(test::kNobody), other(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = idOf(agent.wait(QStringLiteral("ask")));
    QCOMPARE(answer(other, id), QStringLiteral("Denied"));
    QCOMPARE(rig_->engine().status().waiting, 1u);
    QCOMPARE(answer(agent, id), QString());
}

void AgentTest::anotherUserMayNotAnswer() {
    Caller agent(test::kNobody), daemon(test::kDaemon);
    QCOMPARE(registerAgent(agent), QString());
    QCOMPARE(registerAgent(daemon), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = idOf(agent.wait(QStringLiteral("ask")));
    QCOMPARE(answer(daemon, id), QStringLiteral("Denied"));
    QCOMPARE(daemon.count(QStringLiteral("ask")), 0);
    QCOMPARE(rig_->engine().status().waiting, 1u);
}

void AgentTest::rootMayAnswerWithoutBeingAsked() {
    Caller root(test::kRoot);
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = static_cast<qint64>(rig_->engine().questions().first().id);
    QCOMPARE(answer(root, id), QString());
    QCOMPARE(rig_->engine().status().waiting, 0u);
}

void AgentTest::anAgentMayNotAnswerForOthersPrograms() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->hold(++cookie_, test::kBin);
    const qint64 id = static_cast<qint64>(rig_->engine().questions().first().id);
    QCOMPARE(answer(agent, id), QStringLiteral("Denied"));
    QCOMPARE(agent.count(QStringLiteral("ask")), 0);
}

void AgentTest::systemProgramsGoToWhoMayAnswerForThem() {
    Caller nobody(test::kNobody), root(test::kRoot);
    QCOMPARE(registerAgent(nobody), QString());
    QCOMPARE(registerAgent(root), QString());
    rig_->hold(++cookie_, test::kBin);
    const qint64 id = idOf(root.wait(QStringLiteral("ask")));
    QVERIFY(id > 0);
    QCOMPARE(nobody.count(QStringLiteral("ask")), 0);
    QCOMPARE(answer(root, id), QString());
}

void AgentTest::anAnswerWithdrawsTheQuestionElsewhere() {
    Caller here(test::kNobody), there(test::kNobody);
    QCOMPARE(registerAgent(here), QString());
    QCOMPARE(registerAgent(there), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = idOf(here.wait(QStringLiteral("ask")));
    QCOMPARE(idOf(there.wait(QStringLiteral("ask"))), id);
    QCOMPARE(answer(there, id), QString());
    QCOMPARE(here.wait(QStringLiteral("cancel")).value(QStringLiteral("cancel")).toInteger(), id);
    QCOMPARE(answer(here, id), QStringLiteral("NotFound"));
}

void AgentTest::aQuestionNobodyWaitsOnIsWithdrawn() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->hold(++cookie_, test::kNobody);
    QVERIFY(idOf(agent.wait(QStringLiteral("ask"))) > 0);
    rig_->kernel.events.append([cookie = cookie_](kernel::Sink& sink) {
        kernel::FlowReport report;
        report.key = {cookie, api::Address::v4(0xcb007101u), 443, 6};
        report.owner = {1000 + test::kNobody, 1, 5000 + test::kNobody, test::kNobody, 0, 0};
        report.decision = {SP_VERDICT_HOLD, SP_REASON_NONE, 0};
        sink.onEnd(report);
    });
    rig_->engine().drain();
    QCOMPARE(agent.wait(QStringLiteral("cancel")).value(QStringLiteral("reason")).toString(),
             QStringLiteral("gone"));
}

// The grant was asked for before the question was read, and this after it.
void AgentTest::anAnswerDoesNotWaitForPolkit() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = idOf(agent.wait(QStringLiteral("ask")));
    QCOMPARE(agent.errorOf(QStringLiteral("GetStatus")), QString());
    rig_->stopPolkit();
    const QString error = answer(agent, id);
    rig_->continuePolkit();
    QCOMPARE(error, QString());
}

void AgentTest::anAnswerAfterPolkitsRulesChangedIsRefused() {
    Caller agent(test::kNobody), other(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = idOf(agent.wait(QStringLiteral("ask")));
    QCOMPARE(agent.errorOf(QStringLiteral("GetStatus")), QString());
    rig_->changeRules(QStringLiteral("nobody"), api::polkit::kAnswer, QStringLiteral("NO"));
    const auto polkitSays = [&] { return other.errorOf(QStringLiteral("UnregisterAgent")); };
    QTRY_COMPARE(polkitSays(), QStringLiteral("Denied"));
    const QString error = answer(agent, id);
    rig_->restoreRules();
    QTRY_COMPARE(polkitSays(), QStringLiteral("NotFound"));
    QCOMPARE(error, QStringLiteral("Denied"));
    QCOMPARE(rig_->engine().status().waiting, 1u);
    QCOMPARE(answer(agent, id), QString());
}

void AgentTest::oneQuestionsGrantIsNotAnothers() {
    Caller agent(test::kNobody), other(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 own = idOf(agent.wait(QStringLiteral("ask")));
    rig_->hold(++cookie_, test::kBin);
    const qint64 foreign = static_cast<qint64>(rig_->engine().questions().last().id);
    QVERIFY(foreign != own);
    QCOMPARE(agent.errorOf(QStringLiteral("GetStatus")), QString());
    QCOMPARE(answer(agent, foreign), QStringLiteral("Denied"));
    QCOMPARE(answer(other, own), QStringLiteral("Denied"));
    QCOMPARE(answer(agent, own), QString());
}

// There is nobody here whom polkit could ask for it. Its yes to the other action, which was there
// before, does not count.
void AgentTest::anAnswerForEverCanNeedAPassword() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->hold(++cookie_, test::kNobody);
    const qint64 id = idOf(agent.wait(QStringLiteral("ask")));
    // It has no name: who may answer for ever is told that, and nothing comes of it.
    const auto polkitSays = [&] {
        return answer(agent,
                      with(allow("forever"), QStringLiteral("scope"), QStringLiteral("host")), id);
    };
    rig_->changeRules(QStringLiteral("nobody"), api::polkit::kAnswerLasting,
                      QStringLiteral("AUTH_SELF_KEEP"));
    api::Settings settings = rig_->engine().settings();
    QVERIFY(!settings.passwordForLasting);
    QCOMPARE(polkitSays(), QStringLiteral("Invalid"));
    settings.passwordForLasting = true;
    QVERIFY(rig_->engine().setSettings(settings).has_value());
    const auto restored = qScopeGuard([&] {
        rig_->restoreRules();
        settings.passwordForLasting = false;
        QVERIFY(rig_->engine().setSettings(settings).has_value());
    });
    QTRY_COMPARE(polkitSays(), QStringLiteral("NoAgent"));
    const quint32 rules = rig_->engine().status().rules;
    QCOMPARE(answer(agent, allow("forever"), id), QStringLiteral("NoAgent"));
    QCOMPARE(answer(agent, allowFor(24 * 60 + 1), id), QStringLiteral("NoAgent"));
    QCOMPARE(rig_->engine().status().rules, rules);
    QCOMPARE(rig_->engine().status().waiting, 1u);
    // Whom polkit believes without one need give none.
    rig_->restoreRules();
    QTRY_COMPARE(polkitSays(), QStringLiteral("Invalid"));
    QCOMPARE(answer(agent, allow("forever"), id), QString());
    QCOMPARE(rig_->engine().status().rules, rules + 1);
    QVERIFY(rig_->engine().undoRules().has_value());
}

// Nobody could give a password, and none is due.
void AgentTest::anAnswerThatEndsNeedsNoPassword() {
    Caller agent(test::kNobody);
    QCOMPARE(registerAgent(agent), QString());
    rig_->changeRules(QStringLiteral("nobody"), api::polkit::kAnswerLasting, QStringLiteral("NO"));
    const auto restored = qScopeGuard([&] { rig_->restoreRules(); });
    api::Settings settings = rig_->engine().settings();
    settings.passwordForLasting = true;
    QVERIFY(rig_->engine().setSettings(settings).has_value());
    for (const QJsonObject& said :
         {allow(), allow("process"), allow("until-restart"), allowFor(24 * 60)}) {
        rig_->hold(++cookie_, test::kNobody);
        const qint64 id = idOf(agent.wait(QStringLiteral("ask")));
        const quint32 rules = rig_->engine().status().rules;
        QCOMPARE(answer(agent, said, id), QString());
        QVERIFY(!agent.wait(QStringLiteral("cancel")).isEmpty());
        if (rig_->engine().status().rules != rules)
            QVERIFY(rig_->engine().undoRules().has_value());
    }
    settings.passwordForLasting = false;
    QVERIFY(rig_->engine().setSettings(settings).has_value());
}

void AgentTest::missedQuestionsAreDismissedByTheirUserOnly() {
    api::Settings settings = rig_->engine().settings();
    settings.nobodyToAsk = api::Fallback::Block;
    QVERIFY(rig_->engine().setSettings(settings).has_value());
    rig_->hold(++cookie_, test::kNobody);
    settings.nobodyToAsk = api::Fallback::Wait;
    QVERIFY(rig_->engine().setSettings(settings).has_value());
    QCOMPARE(rig_->engine().status().missed, 1u);
    const qint64 id = static_cast<qint64>(rig_->engine().questions().first().id);
    Caller daemon(test::kDaemon), nobody(test::kNobody);
    QCOMPARE(registerAgent(daemon), QString());
    QCOMPARE(registerAgent(nobody), QString());
    const auto dismiss = [id](Caller& caller) {
        return caller.errorOf(QStringLiteral("DismissMissed"), {QStringLiteral("t")}, {id});
    };
    QCOMPARE(dismiss(daemon), QStringLiteral("Denied"));
    QCOMPARE(rig_->engine().status().missed, 1u);
    QCOMPARE(dismiss(nobody), QString());
    QCOMPARE(rig_->engine().status().missed, 0u);
}

QTEST_GUILESS_MAIN(AgentTest)
#include "agent_test.moc"
