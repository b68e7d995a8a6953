// What is held: judged anew, asked about, answered, given up.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLoggingCategory>
#include <algorithm>

#include "engine/engine.h"

Q_LOGGING_CATEGORY(lcQuestions, "sallyport.questions")

namespace sallyport::engine {
namespace {

using api::ErrorCode;
using api::failure;

QuestionKey keyOf(const Flow& flow) {
    const api::Connection& c = flow.connection;
    const bool inbound = c.direction == api::Direction::Inbound;
    // The addresses of one name are one question: programs try several of them at once.
    return {flow.process->identity,
            flow.process->sha256,
            flow.process->startedBy,
            c.uid,
            c.direction,
            c.protocol,
            c.name,
            c.name.isEmpty() ? c.remote : api::Address(),
            inbound ? c.localPort : c.remotePort};
}

constexpr qsizetype kMostAncestors = 8;

api::Error gone() {
    return failure(ErrorCode::NotFound, QStringLiteral("no such question: it was answered, or "
                                                       "nothing waits on it any more"));
}

}  // namespace

// Of several requests, all must be let go, and where one is blocked nobody need be asked of others.
Engine::Judged Engine::judgeRequests(const Flow& flow) const {
    Judged judged;
    if (flow.said && flow.said->http != api::HttpAsked::State::Read)
        judged.asked.state = flow.said->http;
    judged.asked = flow.requests.value(0, judged.asked);
    judged.decision = judge(flow, judged.asked);
    for (qsizetype i = 1; i < flow.requests.size(); ++i) {
        const policy::Decision next = judge(flow, flow.requests[i]);
        if (policy::letsGo(judged.decision.verdict) ||
            (policy::isUndecided(judged.decision) && !policy::letsGo(next.verdict)))
            judged = {next, flow.requests[i]};
    }
    return judged;
}

policy::Decision Engine::judge(const Flow& flow) const {
    return judgeRequests(flow).decision;
}

policy::Decision Engine::judge(const Flow& flow, const api::HttpAsked& asked) const {
    const api::Connection& c = flow.connection;
    sp_attempt attempt{};
    attempt.remote = policy::toKernel(c.remote);
    attempt.process = c.serial;
    attempt.app = flow.app;
    attempt.started_by = flow.starter;
    attempt.uid = c.uid;
    attempt.rport = c.remotePort;
    attempt.lport = c.localPort;
    attempt.protocol = c.protocol;
    attempt.direction = c.direction == api::Direction::Inbound ? SP_DIRECTION_IN : SP_DIRECTION_OUT;
    attempt.has_ports = api::protocolHasPorts(c.protocol);
    attempt.local = policy::toKernel(c.local);
    attempt.ifindex = flow.ifindex;
    const policy::Decision decision =
        policy::decide(table_, attempt, kernel_.bootNs(), knownOf(flow), asked);
    if (decision.verdict == SP_VERDICT_HOLD && flow.answer != SP_VERDICT_NONE)
        return {flow.answer, SP_REASON_ANSWER, 0};
    return decision;
}

// What the connections of a question ask for, the oldest first.
QList<api::HttpAsked> Engine::requestsOf(const Pending& pending) {
    QList<const Flow*> asking;
    for (const kernel::FlowKey& key : pending.flows) {
        const Flow* flow = flows_.find(key);
        if (flow && !flow->requests.isEmpty())
            asking.append(flow);
    }
    std::sort(asking.begin(), asking.end(), [](const Flow* one, const Flow* other) {
        return one->connection.id < other->connection.id;
    });
    QList<api::HttpAsked> requests;
    for (const Flow* flow : std::as_const(asking)) {
        for (const api::HttpAsked& request : flow->requests) {
            if (requests.size() < api::Question::kMostRequests && !requests.contains(request))
                requests.append(request);
        }
    }
    return requests;
}

void Engine::hold(Flow& flow) {
    const Pending* waited = book_.waitingOf(flow.key);
    if (waited && waited->key.app == flow.process->identity) {
        if (!flow.requests.isEmpty())  // perhaps more than before
            questionChanged(*waited);
        return;
    }
    if (waited)  // it is known only now whose it is, or another program has it by now
        stopWaiting(flow.key, QStringLiteral("gone"));
    const QuestionKey key = keyOf(flow);
    Pending* pending = book_.find(key);
    if (pending) {
        book_.join(*pending, flow.key);
        return questionChanged(*pending);
    }
    const qint64 now = clock_.nowMs();
    api::Question question;
    question.process = *flow.process;
    question.process.deleted |= lostItsFile(question.process);
    if (question.process.ancestors.size() > kMostAncestors)  // all are listed with each question
        question.process.ancestors.resize(kMostAncestors);
    question.direction = flow.connection.direction;
    question.protocol = flow.connection.protocol;
    question.remote = flow.connection.remote;
    question.remotePort = flow.connection.remotePort;
    question.localPort = flow.connection.localPort;
    if (question.direction == api::Direction::Outbound) {
        const auto known = names_.lookup(question.remote, flow.connection.serial, clock_.bootMs());
        for (const names::KnownName& name : known)
            question.names.append(name.name);
        if (!known.isEmpty())
            question.nameSource = known.constFirst().source;
        if (const SaidName* spoken = flow.spoken();
            spoken && spoken->source < question.nameSource) {
            question.names.removeAll(spoken->name);
            question.names.prepend(spoken->name);
            question.nameSource = spoken->source;
        }
    }
    question.changedSinceMs = changedSince(*flow.process);
    question.askedMs = now;
    question.deadlineMs = now + qint64{settings().answerSeconds} * 1000;
    if (book_.isFull())
        if (const api::QuestionId other = book_.yieldsTo(key))
            giveUp(other, SP_VERDICT_BLOCK_ERROR, api::Reason::TimedOut);
    pending = book_.open(key, std::move(question));
    if (!pending) {  // a flood: what cannot even be queued is not kept waiting
        answerFlow(flow, SP_VERDICT_BLOCK_ERROR, api::Reason::TimedOut);
        return;
    }
    metrics_.asked();
    book_.join(*pending, flow.key);
    pending->question.requests = requestsOf(*pending);
    due(pending->question.deadlineMs);
    questionsDirty_ = true;
    notice();
    if (pending->asked)
        route(*pending);
}

void Engine::route(Pending& pending) {
    pending.agents = agents_.agentsFor(pending.question.process.uid);
    if (!pending.agents.isEmpty()) {
        for (const QString& agent : std::as_const(pending.agents))
            emit ask(agent, pending.question);
        return;
    }
    switch (settings().nobodyToAsk) {
        case api::Fallback::Wait:
            return;
        case api::Fallback::Block:
            return giveUp(pending.question.id, SP_VERDICT_BLOCK_ERROR, api::Reason::Mode);
        case api::Fallback::Allow:
            return giveUp(pending.question.id, SP_VERDICT_ALLOW, api::Reason::Mode);
    }
}

void Engine::settle(Flow& flow, const policy::Decision& decision) {
    stopWaiting(flow.key, QStringLiteral("rule"));
    record(flow, decision);
    const QList<kernel::HeldPacket> packets = packets_.take(flow.key);
    tidySoon();
    if (isFrames(flow.key))
        notice();  // endFrames()
    if (flow.said && decision.reason != SP_REASON_ANSWER) {
        standIn(flow, decision);
    } else if (flow.said) {
        (void)tellAnswer(flow, decision.verdict).has_value();  // it waits and is judged again
        sendFirstDataSoon(flow);
    }
    if (policy::letsGo(decision.verdict) || decision.verdict == SP_VERDICT_FIRST_DATA) {
        // Where a packet cannot be sent from here its sender repeats it within half a second.
        for (const kernel::HeldPacket& packet : packets) {
            names_.takeHeld(packet, flow.connection.serial, clock_.bootMs());
            if (const auto sent = kernel_.inject(packet); !sent) {
                qCDebug(lcQuestions).noquote() << "not injected:" << sent.error().text;
                continue;
            }
            const api::Connection& c = flow.connection;
            const auto bytes = static_cast<quint64>(packet.bytes.size());
            flow.injected += bytes;
            count(flow, c.sent + bytes, c.received, c.rule);
        }
    } else if (decision.verdict != SP_VERDICT_BLOCK_SILENT) {
        if (const auto ended = end(flow); !ended)
            qCDebug(lcQuestions).noquote() << "not aborted:" << ended.error().text;
    }
}

// As far as nothing that rules decide otherwise may follow.
api::Result<void> Engine::tellAnswer(Flow& flow, sp_verdict verdict) {
    kernel::FlowAnswer answer{verdict};
    answer.process = flow.connection.serial;
    goAsFarAsRead(flow, answer);
    return kernel_.setAnswer(flow.key, answer);
}

void Engine::answerFlow(Flow& flow, sp_verdict verdict, api::Reason reason) {
    flow.answerReason = reason;
    flow.answerKept = false;
    const api::Result<void> told = tellAnswer(flow, verdict);
    if (!told) {  // never allow what the kernel was not told; the program gets its error
        sayFull(
            QStringLiteral("answers"),
            QStringLiteral("an answer could not be put in force, the connection was blocked: ") +
                told.error().text);
        verdict = SP_VERDICT_BLOCK_ERROR;
    }
    flow.answer = verdict;
    flow.standIn = {};
    standIns_.remove(flow.key);
    settle(flow, {verdict, SP_REASON_ANSWER, 0});
}

// Whom "until it exits" would be for has to be among those that wait.
void Engine::askForThoseLeft(Pending& pending) {
    const Flow* first = nullptr;
    for (const kernel::FlowKey& key : std::as_const(pending.flows)) {
        const Flow* flow = flows_.find(key);
        if (!flow)
            continue;
        if (flow->process->serial == pending.question.process.serial)
            return;
        if (!first || flow->connection.id < first->connection.id)
            first = flow;
    }
    if (!first)
        return;
    pending.question.process = *first->process;
    pending.question.process.deleted |= lostItsFile(pending.question.process);
}

void Engine::stopWaiting(const kernel::FlowKey& flow, const QString& reason) {
    Pending* pending = book_.waitingOf(flow);
    if (!pending)
        return;
    const api::QuestionId id = pending->question.id;
    if (book_.leave(flow)) {
        sayWithdrawn(closeQuestion(id), reason);
    } else {
        askForThoseLeft(*pending);
        questionChanged(*pending);
    }
    notice();
}

// Who was asked is told once the loop is reached.
void Engine::questionChanged(const Pending& pending) {
    changedQuestions_.insert(pending.question.id);
    notice();
}

Pending Engine::closeQuestion(api::QuestionId id) {
    questionsDirty_ = true;
    notice();
    return book_.close(id);
}

void Engine::sayWithdrawn(const Pending& closed, const QString& reason) {
    for (const QString& agent : closed.agents)
        emit withdraw(agent, closed.question.id, reason);
}

// Ends a question that nobody answered. What was not allowed is listed as missed.
void Engine::giveUp(api::QuestionId id, sp_verdict verdict, api::Reason reason) {
    const bool late = reason == api::Reason::TimedOut;
    metrics_.answered(late ? Metrics::Answer::TimedOut : Metrics::Answer::Nobody);
    Pending closed = closeQuestion(id);
    for (const kernel::FlowKey& key : std::as_const(closed.flows)) {
        if (Flow* flow = flows_.find(key))
            answerFlow(*flow, verdict, reason);
    }
    sayWithdrawn(closed, late ? QStringLiteral("timed-out") : QStringLiteral("gone"));
    if (verdict != SP_VERDICT_ALLOW)
        book_.addMissed(std::move(closed));
}

// A rule or the mode may have changed: everything held is judged again.
void Engine::rejudge() {
    const QList<kernel::FlowKey> held = book_.heldFlows();
    for (const kernel::FlowKey& key : held) {
        Flow* flow = flows_.find(key);
        if (!flow)
            continue;
        const policy::Decision decision = judge(*flow);
        if (!policy::isUndecided(decision))
            settle(*flow, decision);
    }
    notice();
}

api::Result<Engine::Asked> Engine::asked(api::QuestionId id) {
    const Pending* pending = book_.find(id);
    if (!pending)
        return gone();
    Asked asked{pending->agents, pending->question.process.uid, pending->question.missed};
    if (asked.missed)  // who came later may make up for it
        asked.agents |= agents_.agentsFor(asked.uid);
    return asked;
}

api::Result<void> Engine::answer(api::QuestionId id, const api::Answer& answer) {
    const Pending* pending = book_.find(id);
    if (!pending)
        return gone();
    auto rule = api::ruleFor(pending->question, answer, clock_.nowMs());
    if (!rule)
        return rule.error();
    const bool missed = pending->question.missed;
    const bool changed = pending->question.changedSinceMs != 0;
    if (missed && !*rule)
        return failure(ErrorCode::Invalid,
                       QStringLiteral("the connection is over: choose a longer lifetime"));
    if (pending->question.protocol == api::kFrames && !*rule &&
        answer.action == api::Action::Allow &&
        !processes_.isAlive(pending->question.process.serial))
        return failure(ErrorCode::Invalid, QStringLiteral("the program was refused its socket and "
                                                          "has ended: choose a longer lifetime"));
    if (*rule) {
        (*rule)->origin = api::Origin::Prompt;
        setContent(**rule, pending->question.process);
        if (answer.action == api::Action::Allow && answer.lifetime != api::Lifetime::Process &&
            lostItsFile(pending->question.process))
            return failure(
                ErrorCode::Invalid,
                QStringLiteral("the program's file was deleted or replaced: allow it until it "
                               "exits, or start it again and answer then"));
        if (const auto fine = checkNew(**rule); !fine)
            return fine;
    }
    if (missed) {
        if (const auto stored = storeAnswered(**rule, changed); !stored)
            return stored;
        book_.removeMissed(id);
        questionsDirty_ = true;
        rejudge();
        return {};
    }
    metrics_.answered(answer.action == api::Action::Allow ? Metrics::Answer::Allow
                                                          : Metrics::Answer::Block);
    // What waits goes first: the disk may be slow, and whoever is told runs at once, on a processor
    // that the helper needs.
    const Pending closed = closeQuestion(id);
    settleAnswered(closed.flows, policy::verdictOf(answer.action, answer.blockStyle));
    const auto kept = *rule ? keepAnswer(closed.flows, **rule, changed) : api::Result<void>();
    sayWithdrawn(closed, QStringLiteral("answered"));
    rejudge();
    return kept;
}

// From now on the rule decides about what was answered. Where it cannot be kept the answer does not
// count either: with its next packet a connection is judged, and asked about, again.
api::Result<void> Engine::keepAnswer(const QSet<kernel::FlowKey>& flows, const api::Rule& rule,
                                     bool changed) {
    const auto stored = storeAnswered(rule, changed);
    for (const kernel::FlowKey& key : flows) {
        Flow* flow = flows_.find(key);
        if (!flow)
            continue;
        const sp_verdict answered = std::exchange(flow->answer, SP_VERDICT_NONE);
        const policy::Decision decision = judge(*flow);
        if (stored && policy::isUndecided(decision)) {
            flow->answer = answered;
            continue;
        }
        if (flow->said && !policy::isUndecided(decision))
            standIn(*flow, decision);
        else
            kernel_.forgetAnswer(key);
        flow->answerKept = stored.has_value();
        if (stored)
            record(*flow, decision);
    }
    if (stored)
        return {};
    if (const auto again = enforce(); !again)  // the kernel judges again in a new generation
        qCWarning(lcQuestions).noquote() << "an answer stays in force:" << again.error().text;
    return stored.error();
}

void Engine::settleAnswered(const QSet<kernel::FlowKey>& flows, sp_verdict verdict) {
    for (const kernel::FlowKey& key : flows) {
        Flow* flow = flows_.find(key);
        if (!flow)
            continue;
        const policy::Decision decision = judge(*flow);
        if (policy::isUndecided(decision))
            answerFlow(*flow, verdict, api::Reason::Answer);
        else
            settle(*flow, decision);
    }
}

api::Result<void> Engine::dismissMissed(api::QuestionId id) {
    if (!book_.removeMissed(id))
        return failure(ErrorCode::NotFound, QStringLiteral("no such missed question"));
    questionsDirty_ = true;
    notice();
    return {};
}

void Engine::addAgent(const Agent& agent) {
    agents_.add(agent);
    for (const api::QuestionId id : book_.openIds()) {
        Pending* pending = book_.find(id);
        if (!pending->asked ||
            !agents_.agentsFor(pending->question.process.uid).contains(agent.name))
            continue;
        pending->agents.insert(agent.name);
        emit ask(agent.name, pending->question);
    }
    notice();
}

void Engine::removeAgent(const QString& name) {
    if (!agents_.remove(name))
        return;
    for (const api::QuestionId id : book_.openIds()) {
        Pending* pending = book_.find(id);
        if (pending && pending->agents.remove(name) && pending->agents.isEmpty())
            route(*pending);
    }
    notice();
}

// Sends once, when the loop is reached, what may have changed several times until then.
void Engine::notice() {
    if (noticeQueued_)
        return;
    noticeQueued_ = true;
    QMetaObject::invokeMethod(this, &Engine::sendNotices, Qt::QueuedConnection);
}

void Engine::sendNotices() {
    noticeQueued_ = false;
    endFrames();
    for (const api::QuestionId id : std::exchange(changedQuestions_, {})) {
        Pending* pending = book_.find(id);
        if (!pending || pending->question.missed)
            continue;
        pending->question.requests = requestsOf(*pending);
        if (!pending->asked)
            continue;
        questionsDirty_ = true;
        for (const QString& agent : pending->agents)
            emit ask(agent, pending->question);
    }
    for (const api::QuestionId id : book_.promote()) {
        questionsDirty_ = true;
        if (Pending* pending = book_.find(id))
            route(*pending);
    }
    if (std::exchange(questionsDirty_, false))
        emit questionsChanged();
    api::Status now = status();
    api::Status same = now;  // open connections alone are no news
    same.connections = sentStatus_.connections;
    if (same != sentStatus_) {
        sentStatus_ = now;
        emit statusChanged(now);
    }
}

}  // namespace sallyport::engine
