// The live view of the flows: who watches hears of all that is open, and of what changes.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QDateTime>
#include <QDeadlineTimer>
#include <algorithm>

#include "engine/engine.h"

namespace sallyport::engine {
namespace {

constexpr qint64 kLookWhenAskedMs = 1'000;
constexpr qint64 kLookWhileWatchedMs = 5'000;

quint64 bytesOf(const api::Totals& totals) {
    return totals.month.sent + totals.month.received;
}

QList<api::Totals> withRunning(QList<api::Totals> all, QHash<api::AppIdentity, api::Sums> running) {
    const auto add = [](api::Totals& totals, const api::Sums& sums) {
        for (api::Sums* sum : {&totals.today, &totals.week, &totals.month}) {
            sum->connections += sums.connections;
            sum->blocked += sums.blocked;
            sum->sent += sums.sent;
            sum->received += sums.received;
        }
    };
    for (api::Totals& totals : all)
        add(totals, running.take(totals.app));
    for (auto one = running.cbegin(); one != running.cend(); ++one) {
        api::Totals totals;
        totals.app = one.key();
        add(totals, one.value());
        all.append(totals);
    }
    std::stable_sort(all.begin(), all.end(), [](const api::Totals& a, const api::Totals& b) {
        return bytesOf(a) > bytesOf(b);
    });
    return all;
}

}  // namespace

void Engine::setWatched(bool watched) {
    kernel_.setWatched(watched);
    if (!watched) {
        liveTimer_.stop();
        flows_.setWatched(false);
        listeners_.setWatched(false);
    } else if (!liveTimer_.isActive()) {
        drain();
        adoptFlows();
        lookForPacketHolders(kLookWhenAskedMs);
        lookForListeners(kLookWhenAskedMs);
        flows_.setWatched(true);  // the watcher begins with everything there is
        listeners_.setWatched(true);
        liveTimer_.start();
    }
}

void Engine::refreshCounts() {
    for (const kernel::FlowReport& report : std::exchange(early_, {})) {
        const Flow* flow = flows_.find(report.key);
        // Its beginning may have been read after more had passed.
        if (flow && report.sent + flow->injected >= flow->connection.sent &&
            report.received >= flow->connection.received)
            learn(report);
    }
    const auto busy = kernel_.busyFlows();
    if (!busy) {
        setProblem(QStringLiteral("counts"), busy.error().text);
        return;
    }
    for (const kernel::FlowReport& report : *busy) {
        if (flows_.find(report.key))
            learn(report);
        else
            early_.append(report);  // the kernel will not say it again
    }
}

// What was let through by an earlier helper, or while nobody watched: the kernel does not report
// it (again) before its end. The counts of all others as well; false: they are not known.
bool Engine::adoptFlows() {
    const auto open = kernel_.flows();
    if (!open) {
        setProblem(QStringLiteral("counts"), open.error().text);
        return false;
    }
    QList<kernel::FlowKey> nameless;
    for (const kernel::FlowReport& report : *open) {
        if (report.knock && !knocks_.knows(report.key))  // an earlier helper was told of it
            noteKnock(report.key);
        const bool running = policy::letsGo(report.decision.verdict) && !report.over;
        if (flows_.find(report.key)) {
            learn(report);
        } else if (running && report.key.protocol == IPPROTO_TCP) {
            Flow& flow = learn(report);
            record(flow, report.decision);
            if (flow.connection.name.isEmpty() && !report.inbound)
                nameless.append(report.key);
        }
    }
    if (nameless.isEmpty())
        return true;
    drain();  // the walk may have met a connection whose program's answer was not read yet
    for (const kernel::FlowKey& key : std::as_const(nameless))
        if (Flow* flow = flows_.find(key); flow && flow->connection.name.isEmpty()) {
            flow->connection.name = namesOf(*flow).value(0);
            flows_.markChanged(*flow);
        }
    return true;
}

// For whoever asks, perhaps in a loop. Who watches knows all of them.
void Engine::adoptFlowsWhenAsked() {
    if (liveTimer_.isActive() || (adoptedMs_ && clock_.bootMs() - adoptedMs_ < kLookWhenAskedMs))
        return;
    adoptedMs_ = clock_.bootMs();
    adoptFlows();
}

void Engine::lookForPacketHolders(qint64 age) {
    const bool changed = packetHolders_.look(clock_.bootMs(), age);
    setProblem(QStringLiteral("packets"), packetHolders_.problem());
    if (changed)
        notice();
}

void Engine::lookForListeners(qint64 age) {
    listeners_.look(clock_.bootMs(), clock_.nowMs(), age);
    setProblem(QStringLiteral("listeners"), listeners_.problem());
}

Listeners::Listener Engine::listenerOf(const kernel::Owner& owner) {
    Listeners::Listener listener;
    listener.process = processOf(owner);
    listener.connection.id = flows_.newId();
    belongsTo(listener.connection, owner, listener.process->identity);
    return listener;
}

void Engine::takeStock() {
    drain();
    lookForPacketHolders(kLookWhenAskedMs);
    lookForListeners(kLookWhenAskedMs);
    adoptFlowsWhenAsked();
}

void Engine::sendLive() {
    drain();
    const qint64 now = QDeadlineTimer::current().deadline();
    counting_.take(now, [this] { refreshCounts(); });
    looking_.take(now, [this] {
        lookForPacketHolders(kLookWhileWatchedMs);
        lookForListeners(kLookWhileWatchedMs);
    });
    tellWatchers();
}

void Engine::tellWatchers() {
    const QList<api::Connection> changed = flows_.takeChanged() + listeners_.takeChanged();
    if (!changed.isEmpty())
        emit connectionsChanged(untold(changed), changed);
}

// Those of their programs that were not mentioned yet.
QList<api::Program> Engine::untold(const QList<api::Connection>& connections) {
    QList<api::Program> programs;
    for (const api::Connection& c : connections) {
        if (toldPrograms_.contains(c.program))
            continue;
        toldPrograms_.insert(c.program);
        if (const api::AppIdentity* app = numbering_.identity(c.program))
            programs.append({c.program, *app});
    }
    return programs;
}

// What is open counts, too, as of today: a download of three days is seen before it ends.
void Engine::totals(QObject* context, store::History::Done<QList<api::Totals>> done) {
    drain();
    adoptFlowsWhenAsked();
    history_.append(std::exchange(unwritten_, {}));
    QHash<api::AppIdentity, api::Sums> running;
    flows_.forEachOpen([&](const Flow& flow) {
        const api::Connection& c = flow.connection;
        if (c.state == api::ConnectionState::Held)
            return;
        api::Sums& sums = running[flow.process->identity];
        ++sums.connections;
        sums.blocked += c.state == api::ConnectionState::Blocked ? 1 : 0;
        sums.sent += c.sent;
        sums.received += c.received;
    });
    history_.totals(
        QDateTime::fromMSecsSinceEpoch(clock_.nowMs()).date().toJulianDay(), context,
        [running, done = std::move(done)](const api::Result<QList<api::Totals>>& ended) {
            done(ended ? api::Result(withRunning(*ended, running)) : ended);
        });
}

QList<api::Program> Engine::programs() {
    toldPrograms_.clear();
    return untold(flows_.all() + listeners_.all());
}

QList<api::Connection> Engine::connections() {
    drain();
    return flows_.all() + listeners_.all();
}

api::Result<api::Process> Engine::process(api::ConnectionId id) const {
    if (const Flow* flow = flows_.find(id))
        return *flow->process;
    if (const auto* listener = listeners_.find(id))
        return *listener->process;
    return api::failure(api::ErrorCode::NotFound, QStringLiteral("no such connection"));
}

}  // namespace sallyport::engine
