// What the helper's engine costs with many rules and many connections, on the real kernel side:
//   scale_bench [RULES] [FLOWS] [PROGRAMS]     10,000 rules, 50,000 flows, 200 programs unless said
// Start to enforcement; a change with as many rules as there can be; the first connection of
// programs never seen before, against the same with nothing attached; memory and processor time
// with many live flows, watched and not. Wants root; its programs are attached to a control group
// of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <malloc.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

#include "engine/assembly.h"
#include "kernel/bpf_kernel.h"
#include "policy/starter.h"
#include "workload.h"

namespace sallyport::bench {

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point from) {
    return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

double at(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values.empty()
               ? 0
               : values[std::min(values.size() - 1, size_t(share * double(values.size())))];
}

// KiB, of this process, once what bursts left of the heap is given back, as the helper does.
double resident() {
    malloc_trim(0);
    QFile status(QStringLiteral("/proc/self/status"));
    if (status.open(QIODevice::ReadOnly))
        for (const QByteArray& line : status.readAll().split('\n'))
            if (line.startsWith("VmRSS:"))
                return line.mid(6).trimmed().split(' ').front().toDouble();
    return 0;
}

double processorMs() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto ms = [](const timeval& time) {
        return double(time.tv_sec) * 1e3 + double(time.tv_usec) / 1e3;
    };
    return ms(used.ru_utime) + ms(used.ru_stime);
}

// The loop goes on for so long.
void live(int ms) {
    QTimer::singleShot(ms, qApp, &QCoreApplication::quit);
    QCoreApplication::exec();
}

// As on a desktop: most are some program's, a tenth is for all.
QList<api::Rule> ruleSet(int count) {
    QList<api::Rule> rules;
    for (int i = 0; i < count; ++i) {
        api::Rule rule;
        rule.action = i % 3 ? api::Action::Allow : api::Action::Block;
        rule.protocol = i % 2 ? 6 : 17;
        rule.remote = api::Remote::host(api::Address::v4(0x0a000000u + quint32(i)));
        rule.remotePorts = api::PortRange::single(quint16(1000 + i % 5000));
        if (i % 10)
            rule.app = {api::AppIdentity::Kind::Path,
                        QStringLiteral("/usr/bin/program-%1").arg(i / 10 % 500),
                        {}};
        rules.append(rule);
    }
    return rules;
}

api::Rule allow(const QString& path) {
    api::Rule rule;
    rule.action = api::Action::Allow;
    rule.app = {api::AppIdentity::Kind::Path, path, {}};
    return rule;
}

class NoLog : public engine::DecisionLog {
    void decided(const api::Connection&, const api::Process&) override {}
};

struct Helper {
    QTemporaryDir folder;
    NoLog log;
    engine::Assembly assembly;
    double startedMs = 0;

    explicit Helper(const QList<api::Rule>& stored) {
        auto rules = *store::RuleStore::open(folder.filePath(QStringLiteral("rules.db")),
                                             store::RuleStore::currentBoot());
        (void)rules.seed({}, policy::kStarterEdition);
        (void)rules.import(stored, {});
    }
    // False: said why.
    bool start(const QString& cgroup) {
        const auto from = Clock::now();
        const auto failed = assembly.start({cgroup, folder.path(), {}, folder.path()}, {}, log);
        startedMs = millisecondsSince(from);
        return !failed || say(failed->error.text);
    }
    engine::Engine& engine() { return assembly.engine(); }
    static bool say(const QString& text) {
        std::fprintf(stderr, "%s\n", qPrintable(text));
        return false;
    }
};

// Listens on loopback; the port, 0 on failure. Nobody accepts: the kernel answers.
quint16 listening() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    return ntohs(address.sin_port);
}

// What such a program does: microseconds of its first connect(), on its standard output.
int first(quint16 port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto from = Clock::now();
    const int done = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    const double us = millisecondsSince(from) * 1e3;
    return done == 0 && write(STDOUT_FILENO, &us, sizeof us) == sizeof us ? 0 : 1;
}

// Each program of the folder, run once in the control group; the engine goes on meanwhile.
std::vector<double> firstConnections(const QStringList& programs, const QString& cgroup,
                                     quint16 port) {
    std::vector<double> us;
    const QByteArray number = QByteArray::number(port);
    for (const QString& program : programs) {
        int ends[2];
        if (pipe(ends) != 0)
            break;
        const pid_t child = fork();
        if (child == 0) {
            const QByteArray file = QFile::encodeName(cgroup + QStringLiteral("/cgroup.procs"));
            if (FILE* procs = cgroup.isEmpty() ? nullptr : std::fopen(file.constData(), "w")) {
                std::fputs("0", procs);
                std::fclose(procs);
            }
            dup2(ends[1], STDOUT_FILENO);
            const QByteArray path = QFile::encodeName(program);
            execl(path.constData(), path.constData(), "first", number.constData(), nullptr);
            _exit(127);
        }
        close(ends[1]);
        int status = 0;
        while (waitpid(child, &status, WNOHANG) == 0)
            QCoreApplication::processEvents(QEventLoop::AllEvents);
        double each = 0;
        if (read(ends[0], &each, sizeof each) == sizeof each)
            us.push_back(each);
        close(ends[0]);
    }
    return us;
}

int firstOfPrograms(const QString& cgroup, int many) {
    const QTemporaryDir folder(QStringLiteral("/var/tmp/sallyport-scale-XXXXXX"));
    const quint16 port = listening();
    const auto copies = [&](const QString& prefix) {
        QStringList made;
        for (int i = 0; i < many; ++i) {
            made.append(folder.filePath(prefix + QString::number(i)));
            QFile::copy(QCoreApplication::applicationFilePath(), made.last());
        }
        return made;
    };
    const QStringList bare = copies(QStringLiteral("bare")),
                      filtered = copies(QStringLiteral("filtered"));
    const std::vector<double> without = firstConnections(bare, {}, port);
    QList<api::Rule> rules = ruleSet(1'000);
    for (const QString& program : filtered)
        rules.append(allow(program));
    Helper helper(rules);
    if (!helper.start(cgroup))
        return 1;
    live(500);
    const std::vector<double> with = firstConnections(filtered, cgroup, port);
    std::printf(
        "first connection, %zu and %zu programs   bare p50 %.0f p99 %.0f us, filtered p50 %.0f p99 "
        "%.0f us, "
        "added p50 %.0f p99 %.0f us\n",
        without.size(), with.size(), at(without, .5), at(without, .99), at(with, .5), at(with, .99),
        at(with, .5) - at(without, .5), at(with, .99) - at(without, .99));
    return with.size() == size_t(many) ? 0 : 1;
}

int changes(const QString& cgroup) {
    const int most = int(SP_MAX_RULES) - 16;
    Helper helper(ruleSet(most));
    if (!helper.start(cgroup))
        return 1;
    std::vector<double> ms;
    for (int i = 0; i < 9; ++i) {
        const auto from = Clock::now();
        const auto added = helper.engine().addRule(allow(QStringLiteral("/usr/bin/new-%1").arg(i)));
        if (!added)
            return Helper::say(added.error().text) ? 0 : 1;
        ms.push_back(millisecondsSince(from));
    }
    std::printf("a change, %d rules                    p50 %.1f ms, longest %.1f ms\n", most,
                at(ms, .5), at(ms, 1));
    return 0;
}

constexpr int kOfProcess = 10'000;

// So many sockets that sent a datagram each, until `go` ends. Tells `told` how many; returns it.
double holdOpen(int flows, int told, int go) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(9);
    int count = 0;
    for (int i = 0; i < flows; ++i) {
        const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        // An address has ports for some 28,000.
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + quint32(i) % 8);
        (void)bind(fd, reinterpret_cast<sockaddr*>(&own), sizeof own);
        count += connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                 send(fd, "x", 1, 0) == 1;
        if (i % 500 == 0)
            usleep(20'000);
    }
    (void)!write(told, &count, sizeof count);
    char end = 0;
    (void)!read(go, &end, 1);
    return double(count);
}

int manyFlows(const QString& cgroup, int rules, int flows) {
    Helper helper(ruleSet(rules) << allow(QCoreApplication::applicationFilePath()));
    if (!helper.start(cgroup))
        return 1;
    std::printf("start to enforcement, %d rules        %.0f ms\n", rules, helper.startedMs);
    live(2'000);
    std::printf("nothing connects                         %.1f MB\n", resident() / 1024);
    int ends[2], go[2];
    if (pipe(ends) != 0 || pipe(go) != 0)
        return 1;
    // A process may not have so many files.
    std::vector<pid_t> children;
    for (int done = 0; done < flows; done += kOfProcess) {
        const pid_t child = fork();
        if (child == 0) {
            close(go[1]);
            _exit(inCgroup(cgroup,
                           [&] {
                               return holdOpen(std::min(kOfProcess, flows - done), ends[1], go[0]);
                           }) > 0
                      ? 0
                      : 1);
        }
        children.push_back(child);
    }
    close(go[0]);
    constexpr int kMostSeconds = 40;
    for (int i = 0; i < kMostSeconds && int(helper.engine().status().connections) < flows; ++i)
        live(1'000);
    int made = 0, some = 0;
    for (pollfd told{ends[0], POLLIN, 0}; poll(&told, 1, 0) > 0;)
        made += read(ends[0], &some, sizeof some) == sizeof some ? some : 0;
    std::printf("%d of %d sockets made\n", made, flows);
    const auto used = [&](const char* name) {
        const double before = processorMs();
        live(10'000);
        std::printf("%d connections listed, %-16s  %.1f MB, %.2f %% of a core\n",
                    int(helper.engine().status().connections), name, resident() / 1024,
                    (processorMs() - before) / 100);
    };
    used("not watched");
    helper.engine().setWatched(true);
    live(3'000);
    used("watched");
    helper.engine().setWatched(false);
    close(go[1]);
    for (const pid_t child : children)
        waitpid(child, nullptr, 0);
    return 0;
}

int run(int rules, int flows, int programs) {
    const auto root = kernel::cgroupRoot();
    if (!root)
        return Helper::say(root.error().text) ? 0 : 1;
    const QString cgroup = *root + QStringLiteral("/sallyport-scale-%1").arg(getpid());
    if (mkdir(QFile::encodeName(cgroup).constData(), 0755) != 0) {
        std::perror("making a cgroup");
        return 1;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    utsname system{};
    uname(&system);
    std::printf("kernel %s\n", system.release);
    int failed = manyFlows(cgroup, rules, flows);
    failed |= changes(cgroup);
    failed |= firstOfPrograms(cgroup, programs);
    rmdir(QFile::encodeName(cgroup).constData());
    return failed;
}

}  // namespace

}  // namespace sallyport::bench

int main(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "first") == 0)
        return sallyport::bench::first(quint16(std::atoi(argv[2])));
    mallopt(M_ARENA_MAX, 1);  // as the helper does
    const QCoreApplication application(argc, argv);
    return sallyport::bench::run(argc > 1 ? std::atoi(argv[1]) : 10'000,
                                 argc > 2 ? std::atoi(argv[2]) : 50'000,
                                 argc > 3 ? std::atoi(argv[3]) : 200);
}
