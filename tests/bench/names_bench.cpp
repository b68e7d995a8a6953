// What rules by name and by list cost a connection whose rule is known: the same connections under
// one rule alone, and under it with many names and lists in force beside it. In a network namespace
// of its own, because addresses of this machine have no names.
//   names_bench [RULES] [PREFIXES] [ROUNDS]   10,000 rules by name, 1,000,000 prefixes, 9 rounds
// Prints nanoseconds for connect + accept + close: with the program's rule alone; with rules by
// name and list for every program, which its own goes before; and with them for the program itself,
// where names and lists are looked up and none decides. Wants root.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "kernel/bpf_kernel.h"
#include "policy/compile.h"
#include "policy/pattern_numbers.h"
#include "workload.h"

namespace sallyport::bench {

namespace {

using api::Rule;

constexpr kernel::AppNumber kOwnApp = SP_APP_FIRST;
constexpr quint32 kRingBytes = 2u << 20;
constexpr quint32 kServer = 0xc6120001u;  // 198.18.0.1 (RFC 2544)
constexpr int kConnections = 20'000;

class OwnSerial : public kernel::Sink {
  public:
    quint64 serial = 0;
    void onExec(const kernel::ExecReport& report) override {
        if (report.pid == getpid())
            serial = report.serial;
    }
    void onFork(const kernel::ForkReport&) override {}
    void onExit(quint64, qint32) override {}
    void onFlow(const kernel::FlowReport&) override {}
    void onHeld(const kernel::FlowReport&, const kernel::HeldPacket&) override {}
    void onEnd(const kernel::FlowReport&) override {}
    void onDns(const kernel::DnsReport&) override {}
    void onSaid(const kernel::FlowReport&, const kernel::HeldPacket&) override {}
    void onQuota(quint32) override {}
};

// A namespace whose only address is the server's.
bool leaveTheNetwork() {
    if (unshare(CLONE_NEWNET) != 0)
        return false;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::copy_n("lo", 3, request.ifr_name);
    auto* address = reinterpret_cast<sockaddr_in*>(&request.ifr_addr);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(kServer);
    const bool addressed = ioctl(fd, SIOCSIFADDR, &request) == 0;
    request.ifr_flags = IFF_UP;
    const bool up = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    close(fd);
    return addressed && up;
}

const api::AppIdentity kProgram{
    api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/program"), {}};

Rule allowed() {
    Rule own;
    own.id = 1;
    own.action = api::Action::Allow;
    own.app = kProgram;
    return own;
}

// All are for a port that nobody calls: they are looked at, and none decides.
QList<Rule> ruleSet(int count, const api::AppIdentity& app) {
    QList<Rule> rules{allowed()};
    for (int i = 0; i < count; ++i) {
        Rule rule;
        rule.id = api::RuleId(i + 2);
        rule.app = app;
        rule.protocol = 6;
        rule.remotePorts = api::PortRange::single(1);
        rule.remote = i < 2 ? api::Remote::listed(QString::number(i + 1))
                            : *api::Remote::parse(QStringLiteral("*.n%1.example").arg(i));
        rules.append(rule);
    }
    return rules;
}

std::vector<kernel::ListedPrefix> prefixSet(int count) {
    std::vector<kernel::ListedPrefix> prefixes;
    prefixes.push_back(
        {api::Address::v4(kServer & ~0xffu), 96 + 24, policy::listsToKernel({1, 2})});
    for (int i = 1; i < count; ++i) {
        const bool one = i % 4;
        const quint32 address = 0x01000000u + quint32(i) * 0x0a07u;
        prefixes.push_back({api::Address::v4(one ? address : address & ~0xffu),
                            quint8(one ? 128 : 96 + 24), policy::listsToKernel({1})});
    }
    std::sort(prefixes.begin(), prefixes.end(), [](const auto& a, const auto& b) {
        return std::pair(a.address, a.bits) < std::pair(b.address, b.bits);
    });
    prefixes.erase(std::unique(prefixes.begin(), prefixes.end(),
                               [](const auto& a, const auto& b) {
                                   return a.address == b.address && a.bits == b.bits;
                               }),
                   prefixes.end());
    return prefixes;
}

class Bench {
  public:
    QString open(const QString& cgroup) {
        auto opened = kernel::open({cgroup, {}, kRingBytes});
        if (!opened)
            return opened.error().text;
        kernel_ = std::move(*opened);
        OwnSerial own;
        kernel_->drain(own);
        const auto named = kernel_->setTask(getpid(), own.serial, kOwnApp, kOwnApp);
        return named ? QString() : named.error().text;
    }
    // As many addresses as there is room for; the server has four names that rules ask for.
    QString name(const std::vector<kernel::ListedPrefix>& prefixes) {
        for (quint32 i = 1; i < SP_MAX_NAMED; ++i)
            (void)kernel_->setNamed(api::Address::v4(0x02000000u + i), 0, {}).has_value();
        QList<policy::PatternNumber> patterns;
        for (const char* text :
             {"*.n10.example", "*.n20.example", "*.n30.example", "*.n40.example"})
            patterns.append(patterns_.of(*api::HostPattern::parse(QLatin1String(text))));
        if (const auto set = kernel_->setNamed(api::Address::v4(kServer), 0, patterns); !set)
            return set.error().text;
        const auto start = std::chrono::steady_clock::now();
        if (const auto set = kernel_->setListed(prefixes); !set)
            return set.error().text;
        std::printf(
            "%zu prefixes given to the kernel in %.2f s\n", prefixes.size(),
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        return {};
    }
    QString enforce(const QList<Rule>& rules) {
        const policy::Numbering numbering{
            [](const api::AppIdentity&) { return kOwnApp; },
            [this](const api::HostPattern& pattern) { return patterns_.of(pattern); },
            [](const QString&) { return 0u; }, [](const QString& list) { return list.toUInt(); }};
        const auto table = policy::compile(rules, {}, numbering, 0);
        if (!table)
            return table.error().text;
        const auto set = kernel_->setPolicy(*table);
        return set ? QString() : set.error().text;
    }
    double measure(const QString& cgroup) {
        OwnSerial own;
        std::jthread reader([&](const std::stop_token& stop) {
            pollfd event{kernel_->eventFd(), POLLIN, 0};
            while (!stop.stop_requested())
                if (poll(&event, 1, 100) > 0)
                    kernel_->drain(own);
        });
        return inCgroup(cgroup, [] { return connectAcceptClose(kConnections); });
    }

  private:
    std::unique_ptr<kernel::Kernel> kernel_;
    policy::PatternNumbers patterns_;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Case {
    const char* name;
    QList<Rule> rules;
    std::vector<double> times{};
};

QString measureAll(const QString& cgroup, std::array<Case, 3>& cases, int prefixes, int rounds) {
    Bench bench;
    if (const QString problem = bench.open(cgroup); !problem.isEmpty())
        return problem;
    if (const QString problem = bench.name(prefixSet(prefixes)); !problem.isEmpty())
        return problem;
    for (int i = 0; i < rounds; ++i) {
        for (Case& one : cases) {
            if (const QString problem = bench.enforce(one.rules); !problem.isEmpty())
                return problem;
            one.times.push_back(bench.measure(cgroup));
            if (one.times.back() <= 0)
                return QStringLiteral("it could not be measured");
        }
    }
    return {};
}

int run(int ruleCount, int prefixes, int rounds) {
    const auto root = kernel::cgroupRoot();
    if (!root || !leaveTheNetwork()) {
        std::fprintf(stderr, "names_bench: wants root and a cgroup tree\n");
        return 1;
    }
    useServer(kServer);
    const QString cgroup = *root + QStringLiteral("/sallyport-bench-%1").arg(getpid());
    if (mkdir(cgroup.toLocal8Bit().constData(), 0755) != 0) {
        std::perror("making a cgroup");
        return 1;
    }
    std::array<Case, 3> cases{{{"its rule alone", {allowed()}},
                               {"names and lists for others", ruleSet(ruleCount, {})},
                               {"names and lists for it", ruleSet(ruleCount, kProgram)}}};
    const QString problem = measureAll(cgroup, cases, prefixes, rounds);
    rmdir(cgroup.toLocal8Bit().constData());
    if (!problem.isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(problem));
        return 1;
    }
    std::printf("%d rules by name and list, medians of %d rounds in turn\n", ruleCount, rounds);
    for (const Case& one : cases) {
        std::vector<double> ratios;
        for (size_t i = 0; i < one.times.size(); ++i)
            ratios.push_back(one.times[i] / cases[0].times[i]);
        std::printf("%-28s %9.0f ns  %+6.1f %%\n", one.name, median(one.times),
                    100 * (median(ratios) - 1));
    }
    return 0;
}

}  // namespace

}  // namespace sallyport::bench

int main(int argc, char** argv) {
    return sallyport::bench::run(argc > 1 ? std::atoi(argv[1]) : 10'000,
                                 argc > 2 ? std::atoi(argv[2]) : 1'000'000,
                                 argc > 3 ? std::atoi(argv[3]) : 9);
}
