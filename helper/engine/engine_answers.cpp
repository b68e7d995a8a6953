// What the kernel is told of one flow alone, where it cannot decide by itself.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "engine/engine.h"

namespace sallyport::engine {

// The kernel could not decide, and what comes next of the flow might find it no wiser: its name was
// said to others than the kernel, another name is on its way, or the process is gone and nobody can
// be named as the socket's owner.
void Engine::standIn(Flow& flow, const policy::Decision& decision) {
    kernel::FlowAnswer answer{decision.verdict};
    answer.byRules = true;
    answer.process = flow.connection.serial;
    if (decision.verdict == SP_VERDICT_LIMIT)
        answer.rule = decision.rule;
    goAsFarAsRead(flow, answer);
    if (decision.reason == SP_REASON_PAUSED || !kernel_.setAnswer(flow.key, answer))
        return;  // it goes on with the sender's next try
    flow.standIn = decision;
    standIns_.insert(flow.key);
    if (flow.said && flow.key.protocol == IPPROTO_TCP)
        sendFirstDataSoon(flow);
}

// What an earlier helper said stands until rules change, as if this one had said it, and goes where
// its flow ended meanwhile.
void Engine::adoptAnswers() {
    const auto given = kernel_.answersGiven();
    if (given.isEmpty())
        return;
    QList<kernel::FlowKey> answered;
    for (const auto& [key, answer] : given)
        answered.append(key);
    const auto over = kernel_.ended(answered);
    QSet<kernel::FlowKey> open;
    const auto walked = kernel_.flows();
    if (walked) {
        for (const kernel::FlowReport& report : *walked)
            open.insert(report.key);
    }
    for (const auto& [key, answer] : given) {
        Flow* flow = flows_.find(key);
        if ((walked && !flow && !open.contains(key)) || (over && over->contains(key))) {
            kernel_.forgetAnswer(key);
            continue;
        }
        if (answer.byRules)
            standIns_.insert(key);
        else if (flow)
            flow->answer = answer.verdict;
        if (!answer.byRules || !flow)
            continue;
        if (flow->heard && !flow->said)
            hasSaid(*flow, {});
        const policy::Decision decision = judge(*flow);
        if (policy::isUndecided(decision))
            continue;
        flow->standIn = decision;
        record(*flow, decision);
    }
}

void Engine::endStandIn(Flow& flow) {
    flow.standIn = {};
    if (standIns_.remove(flow.key))
        kernel_.forgetAnswer(flow.key);
}

// What was answered for it alone ends with it: the kernel has room for so many.
void Engine::endAnswer(Flow& flow) {
    endStandIn(flow);
    if (flow.answer != SP_VERDICT_NONE)
        kernel_.forgetAnswer(flow.key);
}

// Nothing may pass on the word of rules that are no longer in force.
void Engine::suspendStandIns() {
    for (const kernel::FlowKey& key : std::as_const(standIns_))
        kernel_.forgetAnswer(key);
}

void Engine::renewStandIns() {
    for (const kernel::FlowKey& key : std::exchange(standIns_, {})) {
        Flow* flow = flows_.find(key);
        if (!flow)
            continue;
        flow->standIn = {};
        const policy::Decision decision = judge(*flow);
        if (!policy::isUndecided(decision))
            standIn(*flow, decision);
    }
    renewAnswers();
}

// Who allowed a connection did not speak for what a rule is about now.
void Engine::renewAnswers() {
    QList<kernel::FlowKey> allowed;
    flows_.forEachOpen([&](const Flow& flow) {
        if (flow.key.protocol == IPPROTO_TCP && policy::letsGo(flow.answer) &&
            judge(flow, {}).verdict == SP_VERDICT_FIRST_DATA)
            allowed.append(flow.key);
    });
    for (const kernel::FlowKey& key : std::as_const(allowed)) {
        Flow& flow = *flows_.find(key);
        const auto told = flow.said ? tellAnswer(flow, flow.answer)
                                    : kernel_.setAnswer(key, {SP_VERDICT_FIRST_DATA});
        if (!told)
            kernel_.forgetAnswer(key);
    }
}

}  // namespace sallyport::engine
