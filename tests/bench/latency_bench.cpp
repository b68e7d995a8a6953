// How long a person's question and answer take, with the real helper, bus, polkit and kernel:
// a program connects, the question comes over the bus and is drawn, an answer lets the held SYN go.
// Then what the helper itself costs with 1,000 rules and 1,000 open connections.
//   latency_bench [ROUNDS]     run by latency.sh, which makes the surroundings
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QApplication>
#include <QDBusConnectionInterface>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QTimer>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "api/dbus.h"
#include "client/dbus_firewall.h"
#include "models/questions_model.h"
#include "service/authority.h"
#include "views/question_window.h"

namespace sallyport::bench {

namespace {

constexpr int kConnections = 1000;
// Until a question is answered. A person's click counts only 0.7 s after it was drawn: what the
// question itself set going is over long before, as it is after this.
constexpr int kReadingMs = 50;
const char* const kAddress = "10.99.0.1";  // of latency.sh's own network

qint64 nowNs() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000ll + now.tv_nsec;
}

sockaddr_in addressOf(quint16 port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, kAddress, &address.sin_addr);
    return address;
}

int listenOn(quint16 port, int backlog) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = addressOf(port);
    const int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(fd, backlog) != 0)
        return -1;
    return fd;
}

// A process in the filtered cgroup that opens `count` connections, tells when it began each, and
// closes them when its standing order ends. Returns its pid; `times` is read for the moments.
pid_t connectFiltered(quint16 port, int count, int& times, int& order) {
    int tell[2], hear[2];
    if (pipe2(tell, O_CLOEXEC) != 0 || pipe2(hear, O_CLOEXEC) != 0)
        return -1;
    const pid_t child = fork();
    if (child == 0) {
        ::close(hear[1]);
        const QByteArray procs = qgetenv("SALLYPORT_TRY_CGROUP") + "/cgroup.procs";
        const int group = ::open(procs.constData(), O_WRONLY);
        if (group < 0 || write(group, "0", 1) != 1)
            _exit(1);
        const sockaddr_in address = addressOf(port);
        for (int i = 0; i < count; ++i) {
            const int fd = socket(AF_INET, SOCK_STREAM, 0);
            const qint64 began = nowNs();
            if (write(tell[1], &began, sizeof(began)) != sizeof(began) ||
                connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
                _exit(2);
        }
        char end;
        _exit(read(hear[0], &end, 1) == 0 ? 0 : 3);
    }
    ::close(tell[1]);
    ::close(hear[0]);
    times = tell[0];
    order = hear[1];
    return child;
}

// When a packet came is asked, not when a busy machine had time to look.
void takeProcessorFirst() {
    const sched_param first{1};
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
}

// Tells when a widget was painted for the first time since it was asked.
class FirstPaint : public QObject {
  public:
    qint64 atNs = 0;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint && !atNs && watched->isWidgetType())
            atNs = nowNs();
        return false;
    }
};

void printTimes(const char* what, std::vector<double> ms) {
    if (ms.empty())
        return;
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double part) { return ms[size_t(double(ms.size() - 1) * part)]; };
    std::printf("%-34s p50 %7.2f ms   p99 %7.2f ms   of %zu\n", what, at(0.5), at(0.99), ms.size());
}

void spin(int ms) {
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

// Sleeps in between, as an app does: one that spins takes a processor from whoever it waits for.
// (processEvents() with a time limit does not wait, whatever its flags say.)
bool spinUntil(const std::function<bool()>& done, int ms = 10'000) {
    QTimer tick;
    tick.start(5);
    for (const qint64 end = nowNs() + ms * 1'000'000ll; !done() && nowNs() < end;)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
    return done();
}

class Latency {
  public:
    explicit Latency(client::Firewall& firewall)
        : firewall_(firewall), questions_(firewall), window_(firewall, questions_) {
        QObject::connect(&firewall, &client::Firewall::questionAsked, &window_,
                         [this](const api::Question& question) {
                             if (!asked_)
                                 askedNs_ = nowNs();
                             asked_ = question.id;
                         });
        qApp->installEventFilter(&paint_);
    }

    bool round(quint16 port, api::Lifetime lifetime) {
        const int listener = listenOn(port, 1);
        asked_ = 0;
        paint_.atNs = 0;
        int times = -1, order = -1;
        const pid_t child = connectFiltered(port, 1, times, order);
        qint64 began = 0;
        const bool drawn = read(times, &began, sizeof(began)) == sizeof(began) &&
                           spinUntil([&] { return asked_ && paint_.atNs; });
        bool through = false;
        if (drawn) {
            api::Answer allow;
            allow.action = api::Action::Allow;
            allow.lifetime = lifetime;
            // In a thread of its own: the event loop looks only when something happens to it.
            std::atomic<bool> looking = false;
            std::atomic<qint64> arrivedNs = 0;
            std::jthread peer([&] {
                takeProcessorFirst();
                looking = true;
                looking.notify_one();
                pollfd arrival{listener, POLLIN, 0};
                if (poll(&arrival, 1, 10'000) > 0)
                    arrivedNs = nowNs();
            });
            looking.wait(false);
            spin(kReadingMs);
            const qint64 clicked = nowNs();
            firewall_.answer(asked_, allow, &window_, [](const api::Result<void>&) {});
            through = spinUntil([&] { return arrivedNs != 0; });
            question_.push_back(double(askedNs_ - began) / 1e6);
            drawn_.push_back(double(paint_.atNs - began) / 1e6);
            if (through)
                (lifetime == api::Lifetime::Connection ? once_ : always_)
                    .push_back(double(arrivedNs - clicked) / 1e6);
        }
        ::close(order);
        ::close(times);
        ::close(listener);
        waitpid(child, nullptr, 0);
        spinUntil([&] { return !window_.isVisible(); }, 1000);
        return drawn && through;
    }

    void print() const {
        printTimes("SYN to question on the bus", question_);
        printTimes("SYN to question drawn", drawn_);
        printTimes("click \"once\" to SYN at the peer", once_);
        printTimes("click \"always\" to SYN at the peer", always_);
    }

  private:
    client::Firewall& firewall_;
    models::QuestionsModel questions_;
    views::QuestionWindow window_;
    FirstPaint paint_;
    api::QuestionId asked_ = 0;
    qint64 askedNs_ = 0;
    std::vector<double> question_, drawn_, once_, always_;
};

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Clock ticks of processor time the process has used (proc(5), stat 14 and 15).
qint64 ticksOf(uint pid) {
    const QByteArray stat = contentOf(QStringLiteral("/proc/%1/stat").arg(pid));
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return fields.size() > 12 ? fields[11].toLongLong() + fields[12].toLongLong() : -1;
}

// The number behind the name in a file of lines "name number", e.g. /proc/PID/status.
qint64 numberIn(const QString& path, const char* name) {
    for (const QByteArray& line : contentOf(path).split('\n'))
        if (line.startsWith(name))
            return line.simplified().split(' ').value(1).toLongLong();
    return 0;
}

// How often the threads of the process had nothing to do and were woken again.
qint64 wakeUpsOf(uint pid) {
    const QDir tasks(QStringLiteral("/proc/%1/task").arg(pid));
    qint64 sum = 0;
    for (const QString& task : tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        sum +=
            numberIn(tasks.filePath(task + QStringLiteral("/status")), "voluntary_ctxt_switches");
    return sum;
}

// The helper is told of every process on the machine: `begun` says of how many there was news.
struct Work {
    qint64 ticks = 0, wakeUps = 0, begun = 0;
};

Work workOf(uint pid) {
    return {ticksOf(pid), wakeUpsOf(pid), numberIn(QStringLiteral("/proc/stat"), "processes")};
}

void printWork(uint helper, const char* when, const std::function<void()>& tenSeconds) {
    const Work before = workOf(helper);
    tenSeconds();
    const Work now = workOf(helper);
    std::printf("helper in 10 s, %-15s %lld ticks of 10 ms, %lld wake-ups; %lld processes began\n",
                when, now.ticks - before.ticks, now.wakeUps - before.wakeUps,
                now.begun - before.begun);
}

// Until it slept on, for longer than ended connections are listed, but for news of processes.
void settle(uint helper) {
    constexpr int kQuietS = 11;
    const qint64 began = nowNs();
    int quiet = 0;
    while (quiet < kQuietS && nowNs() - began < 120'000'000'000) {
        const Work before = workOf(helper);
        sleep(1);
        const Work now = workOf(helper);
        const bool slept = now.wakeUps == before.wakeUps;
        const bool news = now.begun != before.begun && now.ticks == before.ticks;
        quiet = slept || news ? quiet + 1 : 0;
    }
    std::printf("helper settled after              %.0f s\n",
                double(nowNs() - began) / 1e9 - quiet);
}

void printMemory(uint pid, const char* when) {
    for (const QByteArray& line : contentOf(QStringLiteral("/proc/%1/status").arg(pid)).split('\n'))
        if (line.startsWith("VmRSS") || line.startsWith("RssAnon"))
            std::printf("helper, %-26s %s\n", when, line.simplified().constData());
}

// 1,000 rules of other programs and one that lets this one through.
QString ruleFile() {
    QString rules;
    for (int i = 0; i <= kConnections; ++i)
        rules += QStringLiteral(
                     "%1{\"action\":\"allow\",\"app\":{\"kind\":\"path\",\"path\":"
                     "\"%2\"},\"remote\":\"10.%3.%4.0/24\",\"protocol\":\"tcp\"}")
                     .arg(i ? QStringLiteral(",") : QString(),
                          i ? QStringLiteral("/usr/bin/program-%1").arg(i % 200)
                            : QCoreApplication::applicationFilePath())
                     .arg(i ? i / 256 : 99)
                     .arg(i % 256);
    return QStringLiteral("{\"format\":\"sallyport-rules\",\"version\":1,\"rules\":[%1]}")
        .arg(rules);
}

// What of a click's time is not the helper's: the bus alone, and polkit with the bus in between.
void printSurroundings(const QDBusConnection& bus, int rounds) {
    service::Authority authority;
    std::vector<double> busMs, polkitMs;
    for (int i = 0; i < rounds; ++i) {
        qint64 began = nowNs();
        if (bus.interface()->serviceUid(api::dbus::kService).isValid())
            busMs.push_back(double(nowNs() - began) / 1e6);
        bool answered = false;
        began = nowNs();
        authority.check(bus.baseService(), api::polkit::kAnswer, service::Interaction::Never,
                        [&](const api::Result<void>& granted) {
                            answered = true;
                            if (granted)
                                polkitMs.push_back(double(nowNs() - began) / 1e6);
                        });
        spinUntil([&] { return answered; });
    }
    printTimes("of these: the bus asked and back", busMs);
    printTimes("of these: polkit asked and back", polkitMs);
}

void helperCost(client::Firewall& firewall, uint helper, QObject* context) {
    printMemory(helper, "no rules of its user:");
    bool imported = false;
    firewall.importRules(ruleFile(), false, context, [&](const api::Result<QVariantMap>& done) {
        imported = true;
        if (!done)
            std::printf("importing: %s\n", qPrintable(done.error().text));
    });
    spinUntil([&] { return imported; });
    const int listener = listenOn(30000, kConnections);
    int times = -1, order = -1;
    const pid_t child = connectFiltered(30000, kConnections, times, order);
    std::vector<int> accepted;
    pollfd arrival{listener, POLLIN, 0};
    spinUntil(
        [&] {
            while (poll(&arrival, 1, 0) > 0)
                accepted.push_back(accept(listener, nullptr, nullptr));
            return accepted.size() == size_t(kConnections);
        },
        20'000);
    std::printf("1,000 rules, %zu connections open\n", accepted.size());
    firewall.watch();
    spin(2000);
    printMemory(helper, "watched:");
    firewall.unwatch();
    settle(helper);
    printMemory(helper, "settled:");
    printWork(helper, "nobody watches:", [] { sleep(10); });
    firewall.watch();
    spin(1500);
    printWork(helper, "watched:", [] { spin(10'000); });
    ::close(order);
    ::close(times);
    waitpid(child, nullptr, 0);
}

int run(int rounds) {
    const QString bus = client::DbusFirewall::busAddressFromEnvironment();
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", bus.toUtf8());  // where libpolkit looks
    client::DbusFirewall firewall(bus);
    firewall.startAgent();
    if (!spinUntil([&] { return firewall.connected(); })) {
        std::fprintf(stderr, "no helper on %s; run tests/bench/latency.sh\n", qPrintable(bus));
        return 1;
    }
    const auto connection = QDBusConnection::connectToBus(bus, QStringLiteral("bench"));
    const uint helper = connection.interface()->servicePid(api::dbus::kService);
    QObject context;
    {
        Latency latency(firewall);
        for (int i = 0; i < 2 * rounds; ++i) {
            const auto lifetime = i < rounds ? api::Lifetime::Connection : api::Lifetime::Forever;
            if (!latency.round(quint16(20000 + i), lifetime))
                std::printf("round %d: no question or no connection\n", i);
        }
        latency.print();
    }
    printSurroundings(connection, rounds);
    helperCost(firewall, helper, &context);
    return 0;
}

}  // namespace

}  // namespace sallyport::bench

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    // What the platform without a screen cannot do is no news here.
    qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
    const rlimit files{8192, 8192};
    setrlimit(RLIMIT_NOFILE, &files);
    QApplication app(argc, argv);
    return sallyport::bench::run(argc > 1 ? std::atoi(argv[1]) : 200);
}
