// Many connections at once.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <poll.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

#include "peer.h"

namespace peer {

namespace {

class Crowds {
  public:
    std::string flood(Words& words) { return many(words, true); }

    std::string brief(Words& words) { return many(words, false); }

    std::string closeFlood(Words&) {
        for (const int fd : flooded_)
            close(fd);
        flooded_.clear();
        return "ok";
    }

    // faults: waits up to 20 seconds until each flooded connection has ended. Says how many have,
    // and with what, 0: not all with the same.
    std::string faults(Words&) {
        int ended = 0, common = -1;
        for (const int fd : flooded_) {
            pollfd waits{fd, POLLERR | POLLHUP, 0};
            if (poll(&waits, 1, 20'000) <= 0)
                break;
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
            common = common == -1 || common == error ? error : 0;
            ++ended;
        }
        return "ok " + std::to_string(ended) + " " + std::to_string(common);
    }

    // abandon ADDRESS PORT COUNT: connects, takes the first of what comes and closes with the rest
    // unread, so often, in two threads. Says how many calls failed.
    std::string abandon(Words& words) {
        std::string address;
        int port = 0, count = 0;
        std::atomic<int> failed{0};
        words >> address >> port >> count;
        const auto one = [&] {
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
            char byte = 0;
            if (connect(fd, to.address(), to.size) != 0 || recv(fd, &byte, 1, 0) != 1)
                ++failed;
            close(fd);
        };
        std::array<std::thread, 2> threads;
        for (std::thread& thread : threads)
            thread = std::thread([&] {
                for (int i = 0; i < count; ++i)
                    one();
            });
        for (std::thread& thread : threads)
            thread.join();
        return "ok " + std::to_string(failed.load());
    }

    // shout ADDRESS PORT COUNT: connects, sends, and is gone when the answer comes, so often. Says
    // how many calls failed.
    std::string shout(Words& words) {
        std::string address;
        int port = 0, count = 0, failed = 0;
        words >> address >> port >> count;
        for (int i = 0; i < count; ++i) {
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (connect(fd, to.address(), to.size) != 0 || send(fd, "shout", 5, 0) != 5)
                ++failed;
            close(fd);
        }
        return "ok " + std::to_string(failed);
    }

    // hammer ADDRESS PORT: without end, until hush, a datagram from a socket that stays, and a
    // datagram and a SYN from new ones. Says how many rounds there were.
    std::string hammer(Words& words) {
        std::string address;
        int port = 0;
        words >> address >> port;
        const int stays = socket(endpoint(address, port).family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
        hammering_ = true;
        hammer_ = std::thread([=, this] {
            Endpoint to = endpoint(address, port);
            for (; hammering_; ++rounds_) {
                sendto(stays, "x", 1, 0, to.address(), to.size);
                const int datagram = socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
                sendto(datagram, "x", 1, 0, to.address(), to.size);
                const int stream =
                    socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
                connect(stream, to.address(), to.size);
                close(datagram);
                close(stream);
            }
            close(stays);
        });
        return "ok";
    }

    std::string hush(Words&) {
        hammering_ = false;
        hammer_.join();
        return "ok " + std::to_string(rounds_.exchange(0));
    }

  private:
    // flood|brief tcp|udp ADDRESS PORT COUNT: so many new sockets, none waits. They stay open, or
    // are closed at once. Says how many calls failed.
    std::string many(Words& words, bool stays) {
        std::string kind, address;
        int port = 0, count = 0, failed = 0;
        words >> kind >> address >> port >> count;
        for (int i = 0; i < count; ++i) {
            Endpoint to = endpoint(address, port);
            const int fd = socket(
                to.family(),
                (kind == "tcp" ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            const int done = kind == "tcp" ? connect(fd, to.address(), to.size)
                                           : int(sendto(fd, "x", 1, 0, to.address(), to.size));
            if (done < 0 && errno != EINPROGRESS)
                ++failed;
            if (stays)
                flooded_.push_back(fd);
            else
                close(fd);
        }
        return "ok " + std::to_string(failed);
    }

    std::vector<int> flooded_;
    std::thread hammer_;
    std::atomic<bool> hammering_ = false;
    std::atomic<int> rounds_ = 0;
};

}  // namespace

void addCrowds(Commands& commands) {
    add<Crowds>(commands, std::make_shared<Crowds>(),
                {{"flood", &Crowds::flood},
                 {"brief", &Crowds::brief},
                 {"closeflood", &Crowds::closeFlood},
                 {"faults", &Crowds::faults},
                 {"abandon", &Crowds::abandon},
                 {"shout", &Crowds::shout},
                 {"hammer", &Crowds::hammer},
                 {"hush", &Crowds::hush}});
}

}  // namespace peer
