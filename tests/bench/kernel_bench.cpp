// What the kernel side costs: the same loopback work with nothing attached, with programs that do
// nothing, and in a filtered cgroup, in alternating rounds of one run. Prints medians, what was
// added, and ratios; behind them the ratio of programs that do nothing.
//   kernel_bench [RULES] [ROUNDS] [WORK] [limit]     1,000 rules, 9 rounds and all work unless said
// WORK is part of a line's name, e.g. "UDP". `limit`: another program's speed is limited, up and
// down. Wants root. On a machine that does other things too,
// "chrt -f 10 kernel_bench ..." keeps these out of the figures.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <net/if.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <QHash>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "empty_programs.h"
#include "kernel/bpf_kernel.h"
#include "policy/compile.h"
#include "policy/pattern_numbers.h"
#include "workload.h"

namespace sallyport::bench {

namespace {

using api::Rule;

constexpr kernel::AppNumber kOwnApp = SP_APP_FIRST;
constexpr quint32 kRingBytes = 2u << 20;  // as the helper asks for

constexpr kernel::AppNumber kOther = SP_APP_FIRST + 100'000;

// Learns this process's own serial from the first drain(), and numbers what starts later, as a
// helper does: what is not numbered wakes it at every start.
class Numbers : public kernel::Sink {
  public:
    explicit Numbers(kernel::Kernel& filter) : filter_(filter) {}
    quint64 serial = 0;
    void onExec(const kernel::ExecReport& report) override {
        if (report.pid == getpid())
            serial = report.serial;
        else if (!report.running && report.app == SP_APP_UNRESOLVED)
            (void)filter_.setApp(report.file, kOther, false).has_value();
    }
    void onFork(const kernel::ForkReport&) override {}
    void onExit(quint64, qint32) override {}
    void onFlow(const kernel::FlowReport&) override {}
    void onHeld(const kernel::FlowReport&, const kernel::HeldPacket&) override {}
    void onEnd(const kernel::FlowReport&) override {}
    void onDns(const kernel::DnsReport&) override {}
    void onSaid(const kernel::FlowReport&, const kernel::HeldPacket&) override {}
    void onQuota(quint32) override {}

  private:
    kernel::Kernel& filter_;
};

api::AppIdentity program(int number) {
    return {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/program-%1").arg(number), {}};
}

// As on a desktop: most rules belong to some program, ten of them to the one that is measured, a
// tenth to every program. The one that allows the measured work is the last of its program.
// `limited`: one of another program limits its speed.
QList<Rule> ruleSet(int count, bool limited = false) {
    QList<Rule> rules;
    for (int i = 0; i < count; ++i) {
        Rule rule;
        rule.id = api::RuleId(i + 1);
        rule.action = i % 3 ? api::Action::Allow : api::Action::Block;
        rule.protocol = i % 2 ? 6 : 17;
        rule.remote = api::Remote::host(api::Address::v4(0x0a000000u + quint32(i)));
        rule.remotePorts = api::PortRange::single(quint16(1000 + i % 5000));
        if (i < 10)
            rule.app = program(0);
        else if (i % 10)
            rule.app = program(1 + i / 10 % 200);
        rules.append(rule);
    }
    Rule own;
    own.id = api::RuleId(count + 1);
    own.action = api::Action::Allow;
    own.app = program(0);
    rules.append(own);
    if (limited) {
        Rule slow;
        slow.id = api::RuleId(count + 2);
        slow.action = api::Action::Allow;
        slow.app = program(1);
        slow.limit = {api::kLeastRate, api::kLeastRate};
        rules.append(slow);
    }
    return rules;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Work {
    const char* name;
    const char* unit;  // "ns" of one, else a rate
    std::function<double()> run;
    std::vector<double> bare{}, empty{}, filtered{}, limited{};
};

void print(const Work& work) {
    // Each round is compared with its own neighbour: machines get slower and faster meanwhile.
    std::vector<double> ratios, least, added;
    for (size_t i = 0; i < work.bare.size(); ++i) {
        ratios.push_back(work.filtered[i] / work.bare[i]);
        least.push_back(work.empty[i] / work.bare[i]);
        added.push_back(work.filtered[i] - work.bare[i]);
    }
    const double ratio = median(ratios), nothing = median(least);
    if (std::strcmp(work.unit, "ns") != 0)
        std::printf("%-28s %9.2f %-4s %9.2f %-4s %17s %6.1f %% of bare       (%5.1f %%)\n",
                    work.name, median(work.bare), work.unit, median(work.filtered), work.unit, "",
                    100 * ratio, 100 * nothing);
    else
        std::printf(
            "%-28s %9.0f ns   %9.0f ns   %+9.0f ns added %6.1f %% of bare speed (%5.1f %%)\n",
            work.name, median(work.bare), median(work.filtered), median(added), 100 / ratio,
            100 / nothing);
}

// The same rules with a limit for another program, against those without.
void printLimited(const Work& work) {
    const bool isTime = std::strcmp(work.unit, "ns") == 0;
    std::vector<double> ratios, added;
    for (size_t i = 0; i < work.limited.size(); ++i) {
        ratios.push_back(work.limited[i] / work.filtered[i]);
        added.push_back(work.limited[i] - work.filtered[i]);
    }
    const double ratio = median(ratios);
    std::printf("%-28s %+.2f %s, %.1f %% of the speed without it\n", "  another's limit",
                median(added), work.unit, 100 * (isTime ? 1 / ratio : ratio));
}

// Attaches, lets the rules stand, and does all the work in the filtered cgroup. Empty: it went
// well.
QString filteredRound(const QString& cgroup, const QList<Rule>& rules, std::vector<Work>& all,
                      std::vector<double> Work::*results) {
    auto opened = kernel::open({cgroup, {}, kRingBytes});
    if (!opened)
        return opened.error().text;
    kernel::Kernel& filter = **opened;
    Numbers own(filter);
    filter.drain(own);
    QHash<api::AppIdentity, kernel::AppNumber> numbers{{program(0), kOwnApp}};
    policy::PatternNumbers patterns;
    const policy::Numbering numbering{
        [&](const api::AppIdentity& app) {
            if (!numbers.contains(app))
                numbers.insert(app, kOwnApp + kernel::AppNumber(numbers.size()));
            return numbers.value(app);
        },
        [&](const api::HostPattern& pattern) { return patterns.of(pattern); },
        [](const QString& interface) { return if_nametoindex(interface.toUtf8().constData()); }};
    const auto table = policy::compile(rules, {}, numbering, 0);
    if (!table)
        return table.error().text;
    if (const auto set = filter.setPolicy(*table); !set)
        return set.error().text;
    if (const auto named = filter.setTask(getpid(), own.serial, kOwnApp, kOwnApp); !named)
        return named.error().text;
    // The reports are taken as a helper does: when the kernel side says it is time.
    std::jthread reader([&](const std::stop_token& stop) {
        pollfd event{filter.eventFd(), POLLIN, 0};
        while (!stop.stop_requested())
            if (poll(&event, 1, 100) > 0)
                filter.drain(own);
    });
    for (Work& work : all)
        (work.*results).push_back(inCgroup(cgroup, work.run));
    return {};
}

QString emptyRound(const QString& cgroup, std::vector<Work>& all) {
    EmptyPrograms nothing;
    if (const QString problem = nothing.attach(cgroup); !problem.isEmpty())
        return problem;
    for (Work& work : all)
        work.empty.push_back(inCgroup(cgroup, work.run));
    return {};
}

bool measured(const Work& work) {
    const auto wrong = [](double value) { return value <= 0; };
    return std::none_of(work.bare.begin(), work.bare.end(), wrong) &&
           std::none_of(work.empty.begin(), work.empty.end(), wrong) &&
           std::none_of(work.filtered.begin(), work.filtered.end(), wrong) &&
           std::none_of(work.limited.begin(), work.limited.end(), wrong);
}

int run(int ruleCount, int rounds, const char* only, bool limited) {
    const auto root = kernel::cgroupRoot();
    if (!root) {
        std::fprintf(stderr, "%s\n", qPrintable(root.error().text));
        return 1;
    }
    const QString cgroup = *root + QStringLiteral("/sallyport-bench-%1").arg(getpid());
    if (mkdir(cgroup.toLocal8Bit().constData(), 0755) != 0) {
        std::perror("making a cgroup");
        return 1;
    }
    const int outside = udpReceiver();
    std::vector<Work> all{
        {"connect + accept + close", "ns", [] { return connectAcceptClose(20000); }},
        {"connections, 8 threads", "1/s", [] { return connectionRate(8, 0.7); }},
        {"socket + close, UNIX", "ns", [] { return socketClose(200000); }},
        {"fork + exec", "ns", [] { return forkExec(600); }},
        {"UDP send, connected", "ns", [=] { return udpSend(200000, true, outside); }},
        {"UDP send, unconnected", "ns", [=] { return udpSend(200000, false, outside); }},
        {"UDP both ends, connected", "ns", [] { return udpSend(200000, true, udpReceiver()); }},
        {"UDP both ends, unconnected", "ns", [] { return udpSend(200000, false, udpReceiver()); }},
        {"TCP 64 kB, one thread", "ns", [] { return tcpTransfer(20000); }},
        {"TCP throughput, one flow", "GB/s", [] { return tcpThroughput(1, 0.7); }},
        {"TCP throughput, 16 flows", "GB/s", [] { return tcpThroughput(16, 0.7); }},
        {"TCP throughput, 64 flows", "GB/s", [] { return tcpThroughput(64, 0.7); }},
    };
    std::erase_if(all, [&](const Work& work) { return !std::strstr(work.name, only); });
    QString problem;
    for (int i = 0; i < rounds && problem.isEmpty(); ++i) {
        for (Work& work : all)  // nothing is attached now
            work.bare.push_back(inCgroup(cgroup, work.run));
        problem = emptyRound(cgroup, all);
        if (problem.isEmpty())
            problem = filteredRound(cgroup, ruleSet(ruleCount), all, &Work::filtered);
        if (problem.isEmpty() && limited)
            problem = filteredRound(cgroup, ruleSet(ruleCount, true), all, &Work::limited);
    }
    rmdir(cgroup.toLocal8Bit().constData());
    if (!problem.isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(problem));
        return 1;
    }
    utsname system{};
    uname(&system);
    std::printf(
        "kernel %s, %d rules, medians of %d rounds, nothing attached, programs that do nothing "
        "and filtered in turn\n",
        system.release, ruleCount, rounds);
    std::printf("%-28s %14s %14s\n", "", "bare", "filtered");
    for (const Work& work : all) {
        if (!measured(work)) {
            std::printf("%-28s could not be measured\n", work.name);
            continue;
        }
        print(work);
        if (limited)
            printLimited(work);
    }
    return 0;
}

}  // namespace

}  // namespace sallyport::bench

int main(int argc, char** argv) {
    return sallyport::bench::run(argc > 1 ? std::atoi(argv[1]) : 1000,
                                 argc > 2 ? std::atoi(argv[2]) : 9, argc > 3 ? argv[3] : "",
                                 argc > 4 && std::strcmp(argv[4], "limit") == 0);
}
