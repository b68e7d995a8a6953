// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/metrics.h"

#include <algorithm>

namespace sallyport::engine {
namespace {

using Programs = QHash<api::ProgramId, api::AppIdentity>;

// Seconds. Up to half a second the helper itself was asked who a program is; then a person.
const QList<double> kBounds{0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60};

// Two programs never have the same labels: a text of which one line stands twice is refused whole.
// What is not the file at its path begins with a word, and no path does.
Exposition::Labels labelsOf(api::ProgramId program, const Programs& programs) {
    const auto app = programs.constFind(program);
    if (app == programs.constEnd())
        return {{"program", QStringLiteral("other")}};
    const QString word = api::toWord(app->kind);
    switch (app->kind) {
        case api::AppIdentity::Kind::Path:
            return {{"program", app->path}};
        case api::AppIdentity::Kind::Script:
            return {{"program", app->path}, {"script", app->script}};
        default:
            return {{"program", app->path.isEmpty() ? word : QString(word + u' ' + app->path)}};
    }
}

}  // namespace

// The number under which a program is counted.
api::ProgramId Metrics::known(api::ProgramId program) {
    return programs_.contains(program) || programs_.size() < kMostPrograms ? program : kOther;
}

void Metrics::decided(const api::Connection& connection) {
    Decided what{known(connection.program), connection.rule, false, connection.state};
    programs_[what.program];  // it has its place from now on
    if (decided_.size() >= kMostSeries && !decided_.contains(what)) {
        what.rule = 0;
        what.otherRule = true;
        if (!decided_.contains(what))
            what.program = kOther;
    }
    ++decided_[what];
}

void Metrics::carried(api::ProgramId program, quint64 sent, quint64 received) {
    Sums& sums = programs_[known(program)];
    sums.sent += sent;
    sums.received += received;
}

void Metrics::waited(api::ProgramId program, qint64 heldMs) {
    Sums& sums = programs_[known(program)];
    if (sums.waits.isEmpty())
        sums.waits.fill(0, kBounds.size() + 1);
    const double seconds = static_cast<double>(heldMs) / 1000;
    ++sums.waits[std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin()];
    sums.waitedSeconds += seconds;
}

void Metrics::addConnections(Exposition& out, const Programs& programs) const {
    out.family("sallyport_connections_total", "counter",
               "Connections by what decided; again when it turned out otherwise later.");
    for (const auto& [what, count] : decided_) {
        const QString rule = what.otherRule ? QStringLiteral("other")
                             : what.rule    ? QString::number(what.rule)
                                            : QStringLiteral("none");
        out.sample(labelsOf(what.program, programs) +
                       Exposition::Labels{{"rule", rule}, {"verdict", api::toWord(what.state)}},
                   count);
    }
}

void Metrics::addPrograms(Exposition& out, const Programs& programs) const {
    out.family("sallyport_bytes_total", "counter", "Bytes of IP packets.");
    for (auto one = programs_.cbegin(); one != programs_.cend(); ++one) {
        const Exposition::Labels program = labelsOf(one.key(), programs);
        out.sample(program + Exposition::Labels{{"direction", QStringLiteral("out")}}, one->sent);
        out.sample(program + Exposition::Labels{{"direction", QStringLiteral("in")}},
                   one->received);
    }
    out.family("sallyport_held_seconds", "histogram",
               "How long connections waited until they were decided.");
    for (auto one = programs_.cbegin(); one != programs_.cend(); ++one) {
        if (!one->waits.isEmpty())
            out.histogram(labelsOf(one.key(), programs), kBounds, one->waits, one->waitedSeconds);
    }
}

void Metrics::addQuestions(Exposition& out, const api::Status& status) const {
    out.family("sallyport_questions_total", "counter", "Questions that came up.");
    out.sample({}, questions_);
    out.family("sallyport_answers_total", "counter", "How questions were answered, or were not.");
    constexpr const char* kHow[] = {"allow", "block", "timed-out", "nobody"};
    for (size_t i = 0; i < answers_.size(); ++i)
        out.sample({{"answer", QString::fromLatin1(kHow[i])}}, answers_.at(i));
    out.family("sallyport_questions_waiting", "gauge", "Questions that are open.");
    out.sample({}, status.waiting);
    out.family("sallyport_questions_missed", "gauge", "Questions that nobody answered, listed.");
    out.sample({}, status.missed);
}

QByteArray Metrics::text(const api::Status& status, const kernel::Counters& counters,
                         quint64 unasked, const Programs& programs, qint64 nowMs) const {
    Exposition out;
    const auto one = [&out](const char* name, const char* type, const char* help, quint64 value) {
        out.family(name, type, help);
        out.sample({}, value);
    };
    addConnections(out, programs);
    addPrograms(out, programs);
    addQuestions(out, status);
    one("sallyport_events_lost_total", "counter", "Reports of the kernel that found no room.",
        counters.eventsLost);
    one("sallyport_packets_unparsed_total", "counter",
        "Packets dropped because nobody could read "
        "them.",
        counters.packetsUnparsed);
    one("sallyport_tasks_full_total", "counter", "Processes that got no identity.",
        counters.tasksFull);
    one("sallyport_sockets_full_total", "counter", "Sockets that got no storage and were refused.",
        counters.socketsFull);
    one("sallyport_table_races_total", "counter",
        "Packets that waited because the policy changed twice while it was read.",
        counters.tableRaces);
    one("sallyport_dns_answers_unasked_total", "counter",
        "DNS answers that were not believed: nobody asked, or they were damaged.", unasked);
    one("sallyport_rules", "gauge", "Rules, whether enabled or not.", status.rules);
    one("sallyport_connections_open", "gauge", "Connections that are open.", status.connections);
    one("sallyport_agents", "gauge", "Sessions that can be asked.", status.agents);
    one("sallyport_enforcing", "gauge", "1: rules are in force.", status.enforcing);
    one("sallyport_problem", "gauge", "1: the status names a problem.", !status.problem.isEmpty());
    out.family("sallyport_problems_total", "counter",
               "Problems that came up, by where: history and rules are the databases.");
    for (auto problem = problems_.cbegin(); problem != problems_.cend(); ++problem)
        out.sample({{"source", problem.key()}}, problem.value());
    out.family("sallyport_start_time_seconds", "gauge", "When the helper started, Unix time.");
    out.seconds({}, static_cast<double>(status.startedMs) / 1000);
    out.family("sallyport_uptime_seconds", "gauge", "For how long the helper runs.");
    out.seconds({}, static_cast<double>(std::max<qint64>(nowMs - status.startedMs, 0)) / 1000);
    out.family("sallyport_build_info", "gauge", "1, with the version.");
    out.sample({{"version", status.version}}, 1);
    return out.text();
}

}  // namespace sallyport::engine
