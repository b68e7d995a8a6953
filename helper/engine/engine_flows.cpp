// What the kernel reports: processes and flows.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QLoggingCategory>

#include "engine/engine.h"

Q_LOGGING_CATEGORY(lcFlows, "sallyport.flows")

namespace sallyport::engine {
namespace {

constexpr qint64 kWriteAfterMs = 3'000;
constexpr qsizetype kUnwrittenMax = 4'096;

api::ConnectionState stateOf(const policy::Decision& decision) {
    switch (decision.verdict) {
        case SP_VERDICT_ALLOW:
        case SP_VERDICT_LIMIT:
            if (decision.reason == SP_REASON_AUDIT_RULE || decision.reason == SP_REASON_AUDIT_MODE)
                return api::ConnectionState::Audited;
            return decision.reason == SP_REASON_MODE ? api::ConnectionState::Undecided
                                                     : api::ConnectionState::Allowed;
        case SP_VERDICT_BLOCK_ERROR:
        case SP_VERDICT_BLOCK_REFUSE:
        case SP_VERDICT_BLOCK_SILENT:
            return api::ConnectionState::Blocked;
        case SP_VERDICT_NONE:
        case SP_VERDICT_AUDIT:  // never of a decision
        case SP_VERDICT_HOLD:
        case SP_VERDICT_UNRESOLVED:
        case SP_VERDICT_FIRST_DATA:
            break;
    }
    return api::ConnectionState::Held;
}

bool passes(api::ConnectionState state) {
    return state != api::ConnectionState::Blocked && state != api::ConnectionState::Held;
}

api::Reason reasonOf(const policy::Decision& decision, const Flow& flow) {
    if (stateOf(decision) == api::ConnectionState::Held)
        return api::Reason::Waiting;
    switch (decision.reason) {
        case SP_REASON_RULE:
        case SP_REASON_AUDIT_RULE:
            return api::Reason::Rule;
        case SP_REASON_ANSWER:
            return flow.answerReason;
        case SP_REASON_PAUSED:
            return api::Reason::Paused;
        case SP_REASON_BLOCK_ALL:
            return api::Reason::BlockAll;
        case SP_REASON_MODE:
        case SP_REASON_AUDIT_MODE:
        case SP_REASON_NONE:
            break;
    }
    return api::Reason::Mode;
}

// By which its bytes went: a report of a new flow is the first to say.
api::RuleId ruleOf(const Flow& flow, const policy::Decision& reported) {
    if (passes(flow.connection.state))
        return flow.connection.rule;
    return reasonOf(reported, flow) == api::Reason::Rule ? reported.rule : 0;
}

}  // namespace

QSet<QString> Options::systemResolvers() {
    QSet<QString> paths{QStringLiteral("/usr/lib/systemd/systemd-resolved")};
    for (const char* name : {"dnsmasq", "unbound", "named", "nscd", "dnscrypt-proxy", "stubby"})
        for (const char* folder : {"/usr/sbin/", "/usr/bin/"})  // some have only the second
            paths.insert(QLatin1String(folder) + QLatin1String(name));
    return paths;
}

void Engine::onExec(const kernel::ExecReport& report) {
    const process::Resolved resolved = processes_.onExec(report);
    if (report.running) {
        onRunning(report, resolved);
    } else {
        kept_.remove(report.serial);
        nameExec(report, resolved);
    }
    if (hasProcessRules_)
        removeRulesOfGoneProcesses();
}

void Engine::nameExec(const kernel::ExecReport& report, const process::Resolved& resolved) {
    if (resolved.changeable)
        return resolveByContent(report, resolved.identity);
    const policy::AppNumber app = numbering_.of(resolved.identity);
    if (!resolved.cacheable || report.app != app)
        tellApp(report.file, app, resolved.cacheable);
    const policy::AppNumber before = kept_.value(report.serial).starter;
    tellTask(report.pid, report.serial, app, before ? before : numbering_.of(resolved.startedBy));
}

void Engine::tellApp(const kernel::FileKey& file, policy::AppNumber app, bool cacheable) {
    if (const auto told = kernel_.setApp(file, app, !cacheable); !told)
        sayFull(
            QStringLiteral("apps"),
            QStringLiteral("a program's file is not known to the kernel, and each process of it "
                           "waits for the helper: ") +
                told.error().text);
}

void Engine::tellTask(qint32 pid, quint64 serial, policy::AppNumber app,
                      policy::AppNumber starter) {
    // NotFound: it is gone or runs something else by now.
    if (const auto told = kernel_.setTask(pid, serial, app, starter);
        !told && told.error().code != api::ErrorCode::NotFound)
        qCWarning(lcFlows).noquote() << "process not named:" << told.error().text;
}

void Engine::onFork(const kernel::ForkReport& report) {
    processes_.onFork(report);
}

void Engine::onExit(quint64 serial, qint32 pid) {
    if (!processes_.onExit(serial, pid))
        return;
    kept_.remove(serial);
    if (hasProcessRules_)
        removeRulesOfGoneProcesses();
    endFrames();
}

void Engine::onFlow(const kernel::FlowReport& report) {
    if (report.knock)
        noteKnock(report.key);
    if (report.knock && report.over && !flows_.find(report.key) &&
        policy::letsGo(report.decision.verdict))
        return;  // blocked before, which is listed; what it is now the accepted socket tells
    Flow& flow = learn(report);
    const bool passed = report.passed || passes(flow.connection.state);
    policy::Decision decision = report.decision;
    if (decision.reason == SP_REASON_ANSWER && decision.verdict == flow.standIn.verdict)
        decision = flow.standIn;
    if (decision.reason == SP_REASON_ANSWER && flow.answerKept)
        if (const auto kept = judge(flow); kept.verdict == decision.verdict)
            decision = kept;
    if (!flow.said && report.owner.app != SP_APP_UNRESOLVED &&
        report.owner.parentApp != SP_APP_UNRESOLVED)
        endStandIn(flow);  // the kernel has a decision for as long as the rules stay as they are
    const bool stopped = stateOf(decision) == api::ConnectionState::Blocked;
    const bool waited = book_.waitingOf(flow.key) != nullptr;
    if (waited && stateOf(decision) != api::ConnectionState::Held)
        settle(flow, decision);
    else
        record(flow, decision);
    if (report.over) {
        if (report.inbound && policy::letsGo(flow.answer))
            guests_.add(flow, report.timeNs);
        if (isFrames(flow.key) && flow.answer != SP_VERDICT_NONE)
            return;  // which counts for its next attempt, too
        return finish(flow, report.timeNs);
    }
    // Listed once, and gone: a flood must not be open for long. An answer that blocks is needed
    // for as long as the peer tries again.
    if (report.knock && stopped && flow.answer == SP_VERDICT_NONE &&
        flow.standIn.verdict == SP_VERDICT_NONE)
        return finish(flow, report.timeNs);
    // A call that is blocked only now was under way when the verdict could not be said yet.
    const bool called = !waited && !report.inbound && report.key.protocol == IPPROTO_TCP;
    if ((passed || called) && stopped && decision.verdict != SP_VERDICT_BLOCK_SILENT)
        (void)end(flow).has_value();
}

void Engine::onHeld(const kernel::FlowReport& report, const kernel::HeldPacket& packet) {
    // What the kernel still sends of a socket that its program has closed (SCTP does): nobody is
    // asked about that. Who knocks at a TCP listener a second time is.
    if (report.over && report.key.protocol != IPPROTO_TCP)
        return;
    Flow& flow = learn(report);
    if (report.knock)
        noteKnock(report.key);
    if (isFrames(report.key))
        frames_.insert(report.key);
    if (waitForContent(flow, report.owner)) {
        packets_.add(packet);
        return record(flow, report.decision);
    }
    const bool first = report.decision.verdict == SP_VERDICT_FIRST_DATA;
    if (report.decision.verdict == SP_VERDICT_UNRESOLVED)
        tellKernel(flow, report.owner);
    if (!first || packet.key.protocol != IPPROTO_TCP)  // TCP keeps its data itself
        packets_.add(packet);
    if (first && !readFirstData(flow, packet))
        return record(flow, report.decision);
    policy::Decision decision = judge(flow);
    if (decision.verdict == SP_VERDICT_FIRST_DATA && packet.key.protocol == IPPROTO_UDP) {
        if (!readFirstData(flow, packet))  // held for something else, and yet the first
            return record(flow, decision);
        decision = judge(flow);
    }
    if (!flow.said && report.decision.verdict == SP_VERDICT_UNRESOLVED &&
        !policy::isUndecided(decision))
        standIn(flow, decision);
    if (report.inbound && !report.knock && decision.verdict == SP_VERDICT_HOLD)
        if (const auto guest = guests_.take(flow, report.startedNs)) {
            kernel_.forgetPeer(guest->knock);
            return answerFlow(flow, SP_VERDICT_ALLOW, guest->reason);
        }
    decideHeld(flow, decision);
}

void Engine::decideHeld(Flow& flow, const policy::Decision& decision) {
    if (!policy::isUndecided(decision))
        return settle(flow, decision);
    record(flow, decision);
    hold(flow);
}

// The kernel reports the end of a socket with its first peer; its other peers end with it.
void Engine::onEnd(const kernel::FlowReport& report) {
    Flow& first = learn(report);
    if (report.decision.verdict == SP_VERDICT_FIRST_DATA && !first.said)
        hasSaid(first, SaidName());  // it never said anything
    if (first.connection.state == api::ConnectionState::Held)
        record(first,
               report.decision.verdict == SP_VERDICT_FIRST_DATA ? judge(first) : report.decision);
    // Answered perhaps to a helper before this one, or before there was no room for it here.
    if (report.wasHeld || report.decision.reason == SP_REASON_ANSWER)
        kernel_.forgetAnswer(report.key);
    for (Flow* flow : flows_.ofSocket(report.key.cookie))
        finish(*flow, report.timeNs);
}

api::Result<void> Engine::end(const Flow& flow) {
    const api::Connection& c = flow.connection;
    if (isFrames(flow.key))
        return {};  // it has no socket
    return kernel_.abort(flow.key, flow.netns, c.local, c.localPort);
}

// Nothing more will come of it: it is listed for a while and goes into the history.
void Engine::finish(Flow& flow, quint64 timeNs) {
    packets_.take(flow.key);
    unread_.remove(flow.key);
    flow.reader.reset();
    flow.hearing.reset();
    stopWaiting(flow.key, QStringLiteral("gone"));
    endWait(flow);
    endAnswer(flow);
    const qint64 now = clock_.bootMs();
    flows_.end(flow, clockTime(timeNs), now);
    noteHistory(flow);
    dueByBoot(now + kEndedShownMs);
}

// There is no room for it, and it goes on in the kernel: what is said of it next makes another one.
// Until then it goes by its decision, or where that was an answer that ended here, and rules change
// or it was blocked, waits to be asked about again. The end of TCP and of a socket's first peer
// will be told, and ends their answers; nothing else would end those of others.
void Engine::displace(Flow& oldest) {
    packets_.take(oldest.key);
    unread_.remove(oldest.key);
    stopWaiting(oldest.key, QStringLiteral("gone"));
    endWait(oldest);
    if (oldest.further || isFrames(oldest.key))
        endAnswer(oldest);
    else
        endStandIn(oldest);
    oldest.connection.endedMs = clock_.nowMs();
    flows_.noteGone(oldest.connection);
    noteHistory(oldest);
}

// Unix milliseconds of a report's time; a report may have waited for long in the ring. 0: now.
qint64 Engine::clockTime(quint64 bootNs) const {
    const auto age = static_cast<qint64>(kernel_.bootNs() - bootNs) / 1'000'000;
    return clock_.nowMs() - (bootNs && age > 0 ? age : qint64{0});
}

// The flow of a report, made when it is new, with the report's counts and addresses.
Flow& Engine::learn(const kernel::FlowReport& report) {
    Flow* flow = flows_.find(report.key);
    if (!flow) {
        if (flows_.hasManyGone())
            tellWatchers();
        std::optional<Flow> displaced;
        flow = &flows_.add(report.key, displaced);
        if (displaced)
            displace(*displaced);
        flow->activeMs = clock_.bootMs();
        flow->connection.startedMs = clockTime(report.startedNs);
        flow->connection.remote = report.key.remote;
        flow->connection.remotePort = report.key.remotePort;
        flow->connection.protocol = report.key.protocol;
        flow->connection.direction =
            report.inbound ? api::Direction::Inbound : api::Direction::Outbound;
        identify(*flow, report.owner);
        if (saidBefore_.contains(report.key))
            flow->heard = std::make_shared<const SaidName>(saidBefore_.take(report.key));
        if (!report.inbound)
            flow->connection.name = namesOf(*flow).value(0);
    } else if (flow->connection.serial != report.owner.serial) {
        if (flow->connection.serial) {  // another's: what was answered was not about him
            endAnswer(*flow);
            flow->answer = SP_VERDICT_NONE;
        }
        identify(*flow, report.owner);
    }
    flow->netns = report.owner.netns;
    flow->further = report.further;
    if (report.ifindex)
        flow->ifindex = report.ifindex;
    if (!report.local.isUnspecified())  // only a packet knows it
        flow->connection.local = report.local;
    if (report.localPort)  // a socket that ended has none
        flow->connection.localPort = report.localPort;
    // Of a refused call whose flow the kernel does not know any more there are no counts.
    if (!report.over || report.sent || report.received)
        count(*flow, report.sent + flow->injected, report.received, ruleOf(*flow, report.decision));
    endWhenIdle(*flow);
    return *flow;
}

// What it has carried in all, and by which rule the last of it went.
void Engine::count(Flow& flow, quint64 sent, quint64 received, api::RuleId rule) {
    api::Connection& c = flow.connection;
    if (c.sent == sent && c.received == received)
        return;
    const auto more = [](quint64 now, quint64 before) { return now > before ? now - before : 0; };
    metrics_.carried(c.program, rule, more(sent, c.sent), more(received, c.received));
    c.sent = sent;
    c.received = received;
    flow.activeMs = clock_.bootMs();
    flows_.markChanged(flow);
}

void Engine::identify(Flow& flow, const kernel::Owner& owner) {
    flow.process = processOf(owner);
    flow.starter = starterOf(*flow.process);
    belongsTo(flow.connection, owner, flow.process->identity);
    flow.app = appOf(flow, owner);
}

void Engine::belongsTo(api::Connection& c, const kernel::Owner& owner,
                       const api::AppIdentity& program) {
    c.program = numbering_.of(program);
    c.serial = owner.serial;
    c.pid = owner.pid;
    c.uid = owner.uid;
}

// Shared by all flows of a process, for as long as one of them is listed.
std::shared_ptr<const api::Process> Engine::processOf(const kernel::Owner& owner) {
    std::weak_ptr<const api::Process>& known = described_[{owner.serial, owner.pid}];
    if (auto process = known.lock())
        return process;
    auto process = std::make_shared<const api::Process>(processes_.describe(owner));
    known = process;
    return process;
}

// The kernel holds the flow because it does not know the program.
void Engine::tellKernel(Flow& flow, const kernel::Owner& owner) {
    // NotFound: the process is gone, its socket is not (it was handed on).
    (void)kernel_.setTask(owner.pid, owner.serial, flow.app, flow.starter).has_value();
}

void Engine::record(Flow& flow, const policy::Decision& decision) {
    api::Connection& c = flow.connection;
    const api::Connection before = c;
    c.state = stateOf(decision);
    c.reason = reasonOf(decision, flow);
    c.rule = c.reason == api::Reason::Rule ? decision.rule : 0;
    if (c.state != api::ConnectionState::Held && c.state != before.state)
        metrics_.decided(c);
    if (c.state != api::ConnectionState::Held)
        endWait(flow);
    else if (!flow.heldSinceMs)
        flow.heldSinceMs = clock_.bootMs();
    if (c != before)
        flows_.markChanged(flow);
    if (c.rule && c.rule != flow.ruleCounted) {
        flow.ruleCounted = c.rule;
        countUse(c.rule);
        if (options_.log && logging_.contains(c.rule))
            options_.log->decided(c, *flow.process);
    }
}

// What waits more than once (its rule was taken away) has waited as long as all of it.
void Engine::endWait(Flow& flow) {
    const qint64 since = std::exchange(flow.heldSinceMs, 0);
    if (!since)
        return;
    const qint64 waited = clock_.bootMs() - since;
    flow.connection.heldMs += waited;
    metrics_.waited(flow.connection.program, flow.connection.rule, waited);
}

void Engine::noteHistory(const Flow& flow) {
    unwritten_.append({flow.connection, flow.process->identity});
    if (unwritten_.size() >= kUnwrittenMax)
        flush();
    else
        writeSoon();
}

void Engine::writeSoon() {
    if (writeDueMs_)
        return;
    writeDueMs_ = clock_.bootMs() + kWriteAfterMs;
    dueByBoot(writeDueMs_);
}

}  // namespace sallyport::engine
