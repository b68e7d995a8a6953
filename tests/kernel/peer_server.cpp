// A server that tells who reached it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "peer.h"

namespace peer {

namespace {

std::string nameOf(const sockaddr_in6& address) {
    char text[INET6_ADDRSTRLEN] = {};
    if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr))
        inet_ntop(AF_INET, address.sin6_addr.s6_addr + 12, text, sizeof(text));
    else
        inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof(text));
    return text;
}

void swallow(int fd) {
    char buffer[65536];
    while (read(fd, buffer, sizeof(buffer)) > 0) {
    }
}

void echo(int fd) {
    char buffer[65536];
    for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;)
        if (write(fd, buffer, size_t(got)) != got)
            return;
}

void pour(int fd) {
    const std::string bytes(65536, 'x');
    while (write(fd, bytes.data(), bytes.size()) > 0) {
    }
}

void serveStream(int port, const std::function<void(int)>& serve) {
    const int fd = listener(SOCK_STREAM, port);
    std::thread([=] {
        for (;;) {
            sockaddr_in6 from{};
            socklen_t size = sizeof(from);
            const int peer = accept4(fd, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC);
            if (peer < 0)
                continue;
            say("tcp " + nameOf(from) + " " + std::to_string(port));
            std::thread([=] {
                serve(peer);
                close(peer);
            }).detach();
        }
    }).detach();
}

void serveDatagrams(int port) {
    const int fd = listener(SOCK_DGRAM, port);
    std::thread([=] {
        char buffer[65536];
        for (;;) {
            sockaddr_in6 from{};
            socklen_t size = sizeof(from);
            auto* address = reinterpret_cast<sockaddr*>(&from);
            const ssize_t got = recvfrom(fd, buffer, sizeof(buffer), 0, address, &size);
            if (got < 0)
                continue;
            say("udp " + nameOf(from) + " " + std::to_string(port) + " " + std::to_string(got) +
                (isPattern(buffer, size_t(got))
                     ? " number " + std::to_string(int(static_cast<unsigned char>(buffer[0])))
                     : " damaged"));
            sendto(fd, buffer, size_t(got), 0, address, size);
        }
    }).detach();
}

constexpr double kPouredASecond = 12.5e6;  // bytes

// To whoever sends a datagram goes a stream of them, for six seconds. By the clock: a thread that
// sleeps on a busy machine wakes up late, and then sends what it has missed.
void pourDatagrams(int port) {
    const int fd = listener(SOCK_DGRAM, port);
    const int markable = kMarkable;
    setsockopt(fd, IPPROTO_IP, IP_TOS, &markable, sizeof(markable));
    std::thread([=] {
        for (;;) {
            char byte;
            sockaddr_in6 to{};
            socklen_t size = sizeof(to);
            if (recvfrom(fd, &byte, 1, 0, reinterpret_cast<sockaddr*>(&to), &size) < 0)
                continue;
            std::thread([=] {
                const std::string bytes(kDatagram, 'x');
                const auto start = std::chrono::steady_clock::now();
                double poured = 0;
                for (std::chrono::duration<double> at{0}; at.count() < 6;
                     at = std::chrono::steady_clock::now() - start) {
                    for (; poured < at.count() * kPouredASecond; poured += double(kDatagram))
                        sendto(fd, bytes.data(), bytes.size(), 0,
                               reinterpret_cast<const sockaddr*>(&to), size);
                    std::this_thread::sleep_for(std::chrono::microseconds(200));
                }
            }).detach();
        }
    }).detach();
}

// From this address of its own, if one is said; gives up after three seconds.
void callOut(const std::string& address, int port, const std::string& from) {
    std::thread([=] {
        Endpoint to = endpoint(address, port), own = endpoint(from, 0);
        const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval time{3, 0};
        if (own.size != 0) {
            setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
            bind(fd, own.address(), own.size);
        }
        say("called " + outcome(connect(fd, to.address(), to.size)));
        close(fd);
    }).detach();
}

// Begins so many connections and forgets them at once: of each there is one SYN. From the local
// port on that is given, or, with 0, from those that the kernel chooses. Says how many began.
void knock(const std::string& address, int port, int count, int from) {
    Endpoint to = endpoint(address, port);
    int begun = 0;
    for (int i = 0; i < count; ++i) {
        const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        const int on = 1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};
        const sock_fprog filter{1, &nothing};
        setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
        Endpoint here = endpoint(to.family() == AF_INET ? "0.0.0.0" : "::", from ? from + i : 0);
        if (bind(fd, here.address(), here.size) == 0 &&
            (connect(fd, to.address(), to.size) == 0 || errno == EINPROGRESS))
            ++begun;
        close(fd);
    }
    say("knocked " + std::to_string(begun));
}

}  // namespace

// In a network namespace of its own. Reads commands; everything that happens is a line.
int server() {
    if (unshare(CLONE_NEWNET) != 0)
        return 1;
    signal(SIGPIPE, SIG_IGN);  // who is killed in the middle does not take the server along
    say("ready");
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string verb, address;
        int port = 0;
        words >> verb;
        if (verb == "run") {  // configures its namespace
            say("ran " + std::to_string(system(line.substr(4).c_str())));
        } else if (verb == "serve") {
            serveStream(7000, echo);
            serveStream(7001, echo);
            serveStream(7002, swallow);
            serveStream(7003, pour);
            serveDatagrams(7000);
            serveDatagrams(7001);
            serveDatagrams(443);
            listener(SOCK_DGRAM, 7002);  // full before long: what comes then ends there
            pourDatagrams(7003);
            say("serving");
        } else if (verb == "echo") {
            words >> port;
            serveStream(port, echo);
            say("serving");
        } else if (verb == "names") {
            serveNames();
            say("serving");
        } else if (verb == "think") {  // until it is asked for n999995
            awaitThinking();
            say("thinking");
        } else if (verb == "answer") {
            endThinking();
            say("answered");
        } else if (verb == "call") {
            std::string from;
            words >> address >> port >> from;
            callOut(address, port, from);
        } else if (verb == "knock") {
            int count = 0, from = 0;
            words >> address >> port >> count >> from;
            knock(address, port, count, from);
        } else if (verb == "throw") {
            int size = 0;
            words >> address >> port >> size;
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
            const std::string bytes = pattern(size_t(size), 0);
            say("thrown " +
                outcome(sendto(fd, bytes.data(), bytes.size(), 0, to.address(), to.size)));
            close(fd);
        }
    }
    return 0;
}

}  // namespace peer
