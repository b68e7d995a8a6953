// Asks for names and calls those who have them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include "peer.h"

namespace peer {

namespace {

// Sends datagrams with a number to hosts that send them back; those to hosts with an odd number
// should not arrive.
class Datagrams {
  public:
    Datagrams(int family, bool connected)
        : family_(family == 6 ? AF_INET6 : AF_INET), connected_(connected) {
        if (!connected_)
            fd_ = open();
    }
    Datagrams(const Datagrams&) = delete;
    ~Datagrams() { close(fd_); }

    // 0: it came back; else why not. What should not come back is not waited for: whether it
    // was sent or waits, the caller is not told.
    int call(Endpoint& to, int number) {
        const int fd = connected_ ? open() : fd_;
        const bool good = number % 2 == 0;
        int why = EPERM;
        if ((connected_ ? connect(fd, to.address(), to.size) != 0 ||
                              send(fd, &number, sizeof(number), 0) < 0
                        : sendto(fd, &number, sizeof(number), 0, to.address(), to.size) < 0))
            why = errno;
        else if (good)
            why = await(fd, number);
        else if (connected_)
            sent_.push_back(fd);
        if (connected_ && (sent_.empty() || sent_.back() != fd))
            close(fd);
        return why;
    }
    // How many came back that should not have.
    int late() {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        int number = 0;
        for (const int fd : sent_) {
            evil_ += recv(fd, &number, sizeof(number), MSG_DONTWAIT) > 0;
            close(fd);
        }
        sent_.clear();
        while (fd_ >= 0 && recv(fd_, &number, sizeof(number), MSG_DONTWAIT) > 0)
            evil_ += number % 2;
        return std::exchange(evil_, 0);
    }

  private:
    int open() const {
        const int fd = socket(family_, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        limit(fd, 20000);
        return fd;
    }
    int await(int fd, int number) {
        for (int got = 0; recv(fd, &got, sizeof(got), 0) > 0;) {
            if (got == number)
                return 0;
            evil_ += got % 2;
        }
        return ETIMEDOUT;
    }

    int family_;
    bool connected_;
    int fd_ = -1;
    int evil_ = 0;
    std::vector<int> sent_;
};

// A names server, over UDP by a socket for each question, or over TCP by one for ten.
struct Asked {
    std::string server;
    bool stream = false;
    int fd = -1, left = 0;

    Asked(std::string at, bool tcp) : server(std::move(at)), stream(tcp) {}
    Asked(const Asked&) = delete;
    ~Asked() { close(fd); }

    std::string ask(const std::string& question) {
        Endpoint at = endpoint(server, 53);
        if (left-- == 0) {
            close(fd);
            fd = socket(at.family(), (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
            limit(fd, 10000);
            left = stream ? 9 : 0;
            if (connect(fd, at.address(), at.size) != 0)
                return {};
        }
        const std::string sent = stream ? withLength(question) : question;
        if (send(fd, sent.data(), sent.size(), MSG_NOSIGNAL) != ssize_t(sent.size()))
            return {};
        if (stream)
            return readMessage(fd);
        char answer[512];
        const ssize_t got = recv(fd, answer, sizeof(answer), 0);
        return {answer, size_t(got < 0 ? 0 : got)};
    }
};

std::string questionFor(const std::string& host, int family, int id) {
    return std::string{char(id >> 8), char(id), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0} + wireName(host) +
           '\0' + char(family == 6 ? 28 : 1) + std::string("\0\1", 2);
}

// Where the host is, port 7004; empty: nobody said within ten seconds.
Endpoint resolve(Asked& asked, const std::string& host, int family, int id) {
    const std::string question = questionFor(host, family, id);
    const std::string answer = asked.ask(question);
    const size_t bytes = family == 6 ? 16 : 4;
    if (answer.size() < question.size() + 12 + bytes)
        return {};
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(family == 6 ? AF_INET6 : AF_INET, answer.data() + answer.size() - bytes, text,
              sizeof(text));
    return endpoint(text, 7004);
}

class Names {
  public:
    explicit Names(Socket& own) : own_(own) {}

    // visit SERVER 4|6 FIRST COUNT THREADS [tcp|udp [connect|send|sendto]]: asks for
    // n<number>.good.test and n<number>.evil.test in turn, and calls each at once: by TCP, or with
    // a datagram from a socket of its own that is connected, or from one for all. Says how many of
    // the good were not reached, how many of the evil were (or did not end with an error at once),
    // how many questions stayed unanswered, the microseconds of the calls: median, 99 of 100, 999
    // of 1000, the longest, and how the last of those ended that ended wrong, 0: none did.
    std::string visit(Words& words) {
        std::string server, transport, way;
        int family = 0, first = 0, count = 0, threads = 0;
        words >> server >> family >> first >> count >> threads >> transport >> way;
        const rlimit files{65536, 65536};
        setrlimit(RLIMIT_NOFILE, &files);
        std::atomic<int> next{first}, noGood{0}, noEvil{0}, unanswered{0}, wrong{0};
        std::vector<long> times(size_t(count), 0);
        const auto work = [&] {
            Asked asked{server, transport == "tcp"};
            Datagrams datagrams(family, way == "send");
            for (int i; (i = next++) < first + count;) {
                const bool good = i % 2 == 0;
                const std::string host =
                    "n" + std::to_string(i) + (good ? ".good.test" : ".evil.test");
                Endpoint to = resolve(asked, host, family, i);
                if (to.size == 0) {
                    ++unanswered;
                    continue;
                }
                const auto begin = std::chrono::steady_clock::now();
                int why = 0;
                if (way.starts_with("send")) {
                    why = datagrams.call(to, i);
                } else {
                    const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
                    limit(fd, 20000);
                    why = connect(fd, to.address(), to.size) == 0 ? 0 : errno;
                    close(fd);
                }
                times[size_t(i - first)] = std::chrono::duration_cast<std::chrono::microseconds>(
                                               std::chrono::steady_clock::now() - begin)
                                               .count();
                if (good ? why == 0 : why == EPERM || why == ECONNABORTED)
                    continue;
                ++(good ? noGood : noEvil);
                wrong = why == 0 ? -1 : why;
            }
            noEvil += datagrams.late();
        };
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i)
            all.emplace_back(work);
        for (std::thread& thread : all)
            thread.join();
        std::sort(times.begin(), times.end());
        std::string said = "ok";
        for (const long value : {long(noGood), long(noEvil), long(unanswered),
                                 times[times.size() / 2], times[times.size() * 99 / 100],
                                 times[times.size() * 999 / 1000], times.back(), long(wrong)})
            said += ' ' + std::to_string(value);
        return said;
    }

    // wonder SERVER COUNT: asks it for so many names, and awaits no answer. Says how many calls
    // failed.
    std::string wonder(Words& words) {
        std::string server;
        int count = 0, failed = 0;
        words >> server >> count;
        Endpoint at = endpoint(server, 53);
        own_.replace(socket(at.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
        for (int i = 0; i < count; ++i) {
            const std::string question =
                questionFor("w" + std::to_string(i) + ".test", at.family() == AF_INET ? 4 : 6, i);
            failed +=
                sendto(own_.fd, question.data(), question.size(), 0, at.address(), at.size) < 0;
        }
        return "ok " + std::to_string(failed);
    }

    // resolve SERVER 4|6 NAME
    std::string resolveOne(Words& words) {
        std::string server, host;
        int family = 0;
        words >> server >> family >> host;
        Asked asked{server, false};
        const Endpoint at = resolve(asked, host, family, 1);
        char text[INET6_ADDRSTRLEN] = {};
        if (at.size == 0)
            return "error 0";
        if (family == 6)
            inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&at.storage)->sin6_addr,
                      text, sizeof(text));
        else
            inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&at.storage)->sin_addr, text,
                      sizeof(text));
        return std::string("ok ") + text;
    }

  private:
    Socket& own_;
};

}  // namespace

void addNames(Commands& commands, Socket& own) {
    add<Names>(
        commands, std::make_shared<Names>(own),
        {{"visit", &Names::visit}, {"wonder", &Names::wonder}, {"resolve", &Names::resolveOne}});
}

}  // namespace peer
