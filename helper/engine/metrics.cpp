// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <QFile>
#include <algorithm>

namespace sallyport::engine {
namespace {

// Seconds. Up to half a second the helper itself was asked who a program is; then a person.
const QList<double> kBounds{0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60};

double cpuSeconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return double(t.tv_sec) + double(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// proc(5): in pages. 0: it cannot be told.
quint64 residentBytes() {
    QFile statm(QStringLiteral("/proc/self/statm"));
    if (!statm.open(QIODevice::ReadOnly))
        return 0;
    return statm.readLine().split(' ').value(1).toULongLong() * quint64(sysconf(_SC_PAGESIZE));
}

// Two programs never have the same labels: a text of which one line stands twice is refused whole.
// What is not the file at its path begins with a word, and no path does.
Exposition::Labels programLabels(const api::AppIdentity* app) {
    if (!app)
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

Exposition::Labels Metrics::labelsOf(const Decider& decider, const Programs& programs) {
    const QString rule = decider.otherRule ? QStringLiteral("other")
                         : decider.rule    ? QString::number(decider.rule)
                                           : QStringLiteral("none");
    return programLabels(programs(decider.program)) + Exposition::Labels{{"rule", rule}};
}

// The number under which a program is counted; it has its place from now on.
api::ProgramId Metrics::known(api::ProgramId program) {
    if (known_.contains(program))
        return program;
    if (known_.size() >= kMostPrograms)
        return kOther;
    known_.insert(program);
    return program;
}

void Metrics::decided(const api::Connection& connection) {
    Decided what{{known(connection.program), connection.rule, false}, connection.state};
    if (decided_.size() >= kMostSeries && !decided_.contains(what)) {
        what.by.rule = 0;
        what.by.otherRule = true;
        if (!decided_.contains(what))
            what.by.program = kOther;
    }
    ++decided_[what];
}

Metrics::Sums& Metrics::sumsOf(api::ProgramId program, api::RuleId rule) {
    Decider by{known(program), rule, false};
    if (const auto there = sums_.find(by); there != sums_.end())
        return there->second;
    if (sums_.size() >= kMostSeries) {
        by.rule = 0;
        by.otherRule = true;
        if (!sums_.contains(by))
            by.program = kOther;
    }
    return sums_[by];
}

void Metrics::carried(api::ProgramId program, api::RuleId rule, quint64 sent, quint64 received) {
    Sums& sums = sumsOf(program, rule);
    sums.sent += sent;
    sums.received += received;
}

void Metrics::waited(api::ProgramId program, api::RuleId rule, qint64 heldMs) {
    Sums& sums = sumsOf(program, rule);
    if (sums.waits.isEmpty())
        sums.waits.fill(0, kBounds.size() + 1);
    const double seconds = static_cast<double>(heldMs) / 1000;
    ++sums.waits[std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin()];
    sums.waitedSeconds += seconds;
}

void Metrics::addConnections(Exposition& out, const Programs& programs) const {
    out.family("sallyport_connections_total", "counter",
               "Connections by what decided; again when it turned out otherwise later.");
    for (const auto& [what, count] : decided_)
        out.sample(
            labelsOf(what.by, programs) + Exposition::Labels{{"verdict", api::toWord(what.state)}},
            count);
}

void Metrics::addSums(Exposition& out, const Programs& programs) const {
    out.family("sallyport_bytes_total", "counter", "Bytes of IP packets, by what decided.");
    for (const auto& [by, sums] : sums_) {
        const Exposition::Labels labels = labelsOf(by, programs);
        out.sample(labels + Exposition::Labels{{"direction", QStringLiteral("out")}}, sums.sent);
        out.sample(labels + Exposition::Labels{{"direction", QStringLiteral("in")}}, sums.received);
    }
    out.family("sallyport_held_seconds", "histogram",
               "How long connections waited until they were decided, by what decided.");
    for (const auto& [by, sums] : sums_) {
        if (!sums.waits.isEmpty())
            out.histogram(labelsOf(by, programs), kBounds, sums.waits, sums.waitedSeconds);
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
                         const Programs& programs, qint64 nowMs) const {
    Exposition out;
    const auto one = [&out](const char* name, const char* type, const char* help, quint64 value) {
        out.family(name, type, help);
        out.sample({}, value);
    };
    addConnections(out, programs);
    addSums(out, programs);
    addQuestions(out, status);
    one("sallyport_events_lost_total", "counter", "Reports of the kernel that found no room.",
        counters.eventsLost);
    one("sallyport_packets_unparsed_total", "counter",
        "Packets dropped because nobody could read them, or because they go elsewhere than they "
        "were judged to.",
        counters.packetsUnparsed);
    one("sallyport_tasks_full_total", "counter", "Processes that got no identity.",
        counters.tasksFull);
    one("sallyport_sockets_full_total", "counter", "Sockets that got no storage and were refused.",
        counters.socketsFull);
    one("sallyport_table_races_total", "counter",
        "Packets that waited because the policy changed twice while it was read.",
        counters.tableRaces);
    one("sallyport_dns_answers_unasked_total", "counter",
        "DNS answers that nobody asked for, which are not believed.", status.dnsUnasked);
    one("sallyport_dns_answers_damaged_total", "counter",
        "DNS answers that cannot be read, or not to their end.", status.dnsDamaged);
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
    // As client libraries name them (Prometheus, "Standard and runtime collectors").
    out.family("process_cpu_seconds_total", "counter", "What the helper spent of processors.");
    out.seconds({}, cpuSeconds());
    one("process_resident_memory_bytes", "gauge", "What the helper has in memory.",
        residentBytes());
    out.family("sallyport_build_info", "gauge", "1, with the version.");
    out.sample({{"version", status.version}}, 1);
    return out.text();
}

}  // namespace sallyport::engine
