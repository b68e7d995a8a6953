// Loopback work, with plain system calls so that little but the kernel is measured.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <thread>
#include <vector>

namespace sallyport::bench {

namespace {

using Clock = std::chrono::steady_clock;

double nanoseconds(Clock::time_point from) {
    return std::chrono::duration<double, std::nano>(Clock::now() - from).count();
}

quint32 server = INADDR_LOOPBACK;

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(server);
    return address;
}

// A bound socket; its address is left in `address`. -1 on failure.
int bound(int type, sockaddr_in& address) {
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    socklen_t length = sizeof(address);
    if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return -1;
    return fd;
}

int connected(int type, const sockaddr_in& address) {
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        return -1;
    return fd;
}

bool joinCgroup(const QString& cgroup) {
    const QByteArray file = cgroup.toLocal8Bit() + "/cgroup.procs";
    const int fd = ::open(file.constData(), O_WRONLY | O_CLOEXEC);
    const bool joined = fd >= 0 && write(fd, "0", 1) == 1;
    ::close(fd);
    return joined;
}

// Sends until `end`; the receiver counts.
void pump(int fd, Clock::time_point end) {
    const std::vector<char> block(1 << 16, 'x');
    while (Clock::now() < end)
        if (send(fd, block.data(), block.size(), MSG_NOSIGNAL) < 0)
            break;
    shutdown(fd, SHUT_WR);
}

// Nanoseconds one call of `work` takes in the fastest of many batches; -1 when it fails. What else
// a machine does can only make work slower, so the fastest says most about the work itself.
template <class Work>
double fastest(int rounds, int batch, const Work& work) {
    double best = -1;
    for (int done = 0; done < rounds; done += batch) {
        const auto start = Clock::now();
        for (int i = 0; i < batch; ++i)
            if (!work())
                return -1;
        const double each = nanoseconds(start) / batch;
        best = best < 0 ? each : std::min(best, each);
    }
    return best;
}

// A connection to `listener`, and its end: by a reset instead of time-wait, so that the ports do
// not run out.
bool connectAcceptEnd(int listener, const sockaddr_in& address) {
    const int client = connected(SOCK_STREAM, address);
    const int accepted = accept(listener, nullptr, nullptr);
    if (client < 0 || accepted < 0)
        return false;
    const linger now{1, 0};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(client);
    close(accepted);
    return true;
}

// What is counted in a nanosecond until `end`. What disturbs a machine seldom lasts: the upper
// quartile of short spans.
double rateUntil(Clock::time_point end, const std::atomic<quint64>& counted) {
    std::vector<double> rates;
    while (Clock::now() < end) {
        const auto start = Clock::now();
        const quint64 before = counted;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        rates.push_back(double(counted - before) / nanoseconds(start));
    }
    const auto quartile = rates.begin() + std::ptrdiff_t(rates.size() * 3 / 4);
    std::nth_element(rates.begin(), quartile, rates.end());
    return *quartile;
}

Clock::time_point after(double seconds) {
    return Clock::now() +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void useServer(quint32 address) {
    server = address;
}

double inCgroup(const QString& cgroup, const std::function<double()>& work) {
    // Shared memory and not a pipe, so that work may close every file it inherits.
    void* shared =
        mmap(nullptr, sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -1;
    auto* result = new (shared) double(-1);
    const pid_t child = fork();
    if (child == 0) {
        if (cgroup.isEmpty() || joinCgroup(cgroup))
            *result = work();
        _exit(0);
    }
    const double got = child > 0 && waitpid(child, nullptr, 0) == child ? *result : -1;
    munmap(shared, sizeof(double));
    return got;
}

double connectAcceptClose(int rounds) {
    sockaddr_in address = loopback();
    const int listener = bound(SOCK_STREAM, address);
    if (listener < 0 || listen(listener, 16) != 0)
        return -1;
    return fastest(rounds, 200, [&] { return connectAcceptEnd(listener, address); });
}

double connectionRate(int threads, double seconds) {
    constexpr double kNsPerSecond = 1e9;
    const auto end = after(seconds);
    std::atomic<quint64> made{0};
    std::atomic<bool> failed{false};
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i)
        workers.emplace_back([&] {
            sockaddr_in address = loopback();
            const int listener = bound(SOCK_STREAM, address);
            if (listener < 0 || listen(listener, 16) != 0)
                failed = true;
            while (!failed && Clock::now() < end) {
                if (!connectAcceptEnd(listener, address))
                    failed = true;
                made.fetch_add(1, std::memory_order_relaxed);
            }
        });
    const double rate = rateUntil(end, made);
    for (std::thread& worker : workers)
        worker.join();
    return failed ? -1 : rate * kNsPerSecond;
}

double forkExec(int rounds) {
    // The firewall that is measured has a hundred files open in this process, too: to inherit and
    // close them with each program is no cost of any other process.
    close_range(STDERR_FILENO + 1, ~0u, 0);
    char program[] = BENCH_NOTHING;
    char* const arguments[] = {program, nullptr};
    return fastest(rounds, 20, [&] {
        pid_t child = -1;
        int status = -1;
        return posix_spawn(&child, program, nullptr, nullptr, arguments, environ) == 0 &&
               waitpid(child, &status, 0) == child && status == 0;
    });
}

double tcpThroughput(int flows, double seconds) {
    sockaddr_in address = loopback();
    const int listener = bound(SOCK_STREAM, address);
    if (listener < 0 || listen(listener, flows) != 0)
        return -1;
    std::vector<std::thread> threads;
    std::atomic<quint64> received{0};
    const auto end = after(seconds);
    for (int i = 0; i < flows; ++i) {
        const int client = connected(SOCK_STREAM, address);
        const int server = accept(listener, nullptr, nullptr);
        if (client < 0 || server < 0)
            return -1;
        threads.emplace_back(pump, client, end);
        threads.emplace_back([server, &received] {
            std::vector<char> block(1 << 18);
            for (ssize_t n; (n = recv(server, block.data(), block.size(), 0)) > 0;)
                received.fetch_add(quint64(n), std::memory_order_relaxed);
        });
    }
    const double rate = rateUntil(end, received);
    for (std::thread& thread : threads)
        thread.join();
    return rate;
}

double tcpTransfer(int rounds) {
    sockaddr_in address = loopback();
    const int listener = bound(SOCK_STREAM, address);
    if (listener < 0 || listen(listener, 1) != 0)
        return -1;
    const int client = connected(SOCK_STREAM, address);
    const int server = accept(listener, nullptr, nullptr);
    if (client < 0 || server < 0)
        return -1;
    std::vector<char> block(1 << 16);
    return fastest(rounds, 50, [&] {
        if (send(client, block.data(), block.size(), MSG_NOSIGNAL) != ssize_t(block.size()))
            return false;
        return recv(server, block.data(), block.size(), MSG_WAITALL) == ssize_t(block.size());
    });
}

int udpReceiver() {
    sockaddr_in address = loopback();
    const int receiver = bound(SOCK_DGRAM, address);
    // Nobody reads: once its buffer is full the datagrams end there, which costs the same each.
    const int size = 4096;
    setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    return receiver;
}

double socketClose(int rounds) {
    return fastest(rounds, 500, [] {
        const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        return fd >= 0 && close(fd) == 0;
    });
}

double udpSend(int rounds, bool toPeer, int receiver) {
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    if (getsockname(receiver, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return -1;
    const int sender = toPeer ? connected(SOCK_DGRAM, address) : socket(AF_INET, SOCK_DGRAM, 0);
    if (sender < 0)
        return -1;
    const char payload[64] = {};
    const auto* to = toPeer ? nullptr : reinterpret_cast<const sockaddr*>(&address);
    return fastest(rounds, 500, [&] {
        return sendto(sender, payload, sizeof(payload), 0, to, to ? length : 0) >= 0;
    });
}

}  // namespace sallyport::bench
