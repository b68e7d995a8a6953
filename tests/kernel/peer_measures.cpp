// How fast a connection is, and what the kernel says of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/tcp.h>
#include <poll.h>
#include <sys/uio.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "peer.h"

namespace peer {

namespace {

class Measures {
  public:
    explicit Measures(Socket& own) : own_(own) {}

    // Connects, sends these bytes, and takes as many back, COUNT times; the microseconds from
    // sending to having them: median, 99 of 100. talk ADDRESS PORT COUNT BYTES
    std::string talk(Words& words) {
        std::string address, hex, bytes;
        int port = 0, count = 0;
        words >> address >> port >> count >> hex;
        for (size_t i = 0; i + 1 < hex.size(); i += 2)
            bytes += char(std::stoi(hex.substr(i, 2), nullptr, 16));
        std::vector<long> times;
        for (int i = 0; i < count; ++i) {
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
            limit(fd, 20000);
            if (connect(fd, to.address(), to.size) != 0)
                return outcome(-1);
            const auto begin = std::chrono::steady_clock::now();
            if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0)
                return outcome(-1);
            std::vector<char> back(bytes.size());
            if (recv(fd, back.data(), back.size(), MSG_WAITALL) != ssize_t(back.size()))
                return outcome(-1);
            times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
                                std::chrono::steady_clock::now() - begin)
                                .count());
            close(fd);
        }
        std::sort(times.begin(), times.end());
        return "ok " + std::to_string(times[times.size() / 2]) + " " +
               std::to_string(times[times.size() * 99 / 100]);
    }

    // Sends what the connection takes for so many ms. Of TCP it says how many bytes were
    // acknowledged meanwhile, and the longest time in which none were, in ms.
    std::string push(Words& words) {
        using Clock = std::chrono::steady_clock;
        int ms = 0;
        words >> ms;
        const std::string bytes(kDatagram, 'x');
        const auto end = Clock::now() + std::chrono::milliseconds(ms);
        const uint64_t first = acknowledged();
        uint64_t last = first;
        auto lastAt = Clock::now(), lookedAt = lastAt;
        Clock::duration silence{0};
        for (auto now = lastAt; now < end; now = Clock::now()) {
            pollfd wait{own_.fd, POLLOUT, 0};
            poll(&wait, 1, 10);
            if (::send(own_.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (now - lookedAt < std::chrono::milliseconds(10))
                continue;
            lookedAt = now;
            silence = std::max(silence, now - lastAt);
            if (const uint64_t sent = acknowledged(); sent != last) {
                last = sent;
                lastAt = now;
            }
        }
        return "ok " + std::to_string(last - first) + " " +
               std::to_string(
                   std::chrono::duration_cast<std::chrono::milliseconds>(silence).count());
    }

    // How many bytes it receives in so many ms, counted from a second after the first, and in how
    // many datagrams that are marked.
    std::string pull(Words& words) {
        int ms = 0;
        words >> ms;
        std::vector<char> buffer(65536);
        if (recv(own_.fd, buffer.data(), buffer.size(), 0) <= 0)
            return outcome(-1);
        const int on = 1;
        setsockopt(own_.fd, IPPROTO_IP, IP_RECVTOS, &on, sizeof(on));
        const auto start = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        const auto end = start + std::chrono::milliseconds(ms);
        size_t done = 0;
        int marked = 0;
        while (std::chrono::steady_clock::now() < end) {
            pollfd wait{own_.fd, POLLIN, 0};
            if (poll(&wait, 1, 50) <= 0)
                continue;
            char control[64];
            iovec into{buffer.data(), buffer.size()};
            msghdr message{};
            message.msg_iov = &into;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = sizeof(control);
            const ssize_t got = recvmsg(own_.fd, &message, 0);
            if (got < 0)
                return outcome(got);
            if (std::chrono::steady_clock::now() < start)
                continue;
            done += size_t(got);
            marked += isMarked(message);
        }
        return "ok " + std::to_string(done) + " " + std::to_string(marked);
    }

    // pace [BYTES_A_SECOND]: sets it, and says what it is then; 4294967295: as fast as can be.
    std::string pace(Words& words) {
        uint32_t rate = 0;
        socklen_t size = sizeof(rate);
        if (words >> rate && setsockopt(own_.fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, size) != 0)
            return outcome(-1);
        if (getsockopt(own_.fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, &size) != 0)
            return outcome(-1);
        return "ok " + std::to_string(rate);
    }

    std::string window(Words&) {  // how many segments may be under way
        tcp_info info{};
        socklen_t size = sizeof(info);
        const int got = getsockopt(own_.fd, IPPROTO_TCP, TCP_INFO, &info, &size);
        return outcome(got == 0 ? ssize_t(info.tcpi_snd_cwnd) : got);
    }

    std::string retries(Words&) {  // how often a SYN is tried
        int count = 0;
        socklen_t size = sizeof(count);
        const int got = getsockopt(own_.fd, IPPROTO_TCP, TCP_SYNCNT, &count, &size);
        return outcome(got == 0 ? count : got);
    }

  private:
    // How many bytes the other side of a TCP connection has acknowledged.
    uint64_t acknowledged() const {
        tcp_info info{};
        socklen_t size = sizeof(info);
        return getsockopt(own_.fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_acked
                                                                             : 0;
    }

    // Of what was received, whether it is marked as having met congestion.
    static bool isMarked(msghdr& message) {
        for (cmsghdr* head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head))
            if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_TOS)
                return (*CMSG_DATA(head) & kMarked) == kMarked;
        return false;
    }

    Socket& own_;
};

}  // namespace

void addMeasures(Commands& commands, Socket& own) {
    add<Measures>(commands, std::make_shared<Measures>(own),
                  {{"talk", &Measures::talk},
                   {"push", &Measures::push},
                   {"pull", &Measures::pull},
                   {"pace", &Measures::pace},
                   {"window", &Measures::window},
                   {"retries", &Measures::retries}});
}

}  // namespace peer
