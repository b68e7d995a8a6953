// One socket call a command.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "peer.h"

namespace peer {

namespace {

class Calls {
  public:
    explicit Calls(Socket& own) : own_(own) {}

    std::string open(Words& words) {  // open tcp|udp|udplite ADDRESS-OF-FAMILY [MS]
        std::string kind, address;
        int milliseconds = 30000;
        words >> kind >> address >> milliseconds;
        own_.replace(socket(endpoint(address, 0).family(), kind == "tcp" ? SOCK_STREAM : SOCK_DGRAM,
                            kind == "udplite" ? IPPROTO_UDPLITE : 0));
        limit(own_.fd, milliseconds);
        return own_.fd >= 0 ? "ok" : outcome(-1);
    }

    // openframes packet|xdp: a socket past IP.
    std::string openFrames(Words& words) {
        std::string kind;
        words >> kind;
        const int fd = socket(kind == "xdp" ? AF_XDP : AF_PACKET, SOCK_RAW, 0);
        if (fd < 0)
            return outcome(-1);
        own_.replace(fd);
        return "ok";
    }

    std::string bindTo(Words& words) {  // bind ADDRESS [PORT]
        std::string address;
        int port = 0;
        words >> address >> port;
        Endpoint from = endpoint(address, port);
        return outcome(bind(own_.fd, from.address(), from.size));
    }

    std::string connectTo(Words& words) {
        std::string address;
        int port = 0;
        words >> address >> port;
        Endpoint to = endpoint(address, port);
        return outcome(connect(own_.fd, to.address(), to.size));
    }

    std::string sendTo(Words& words) {  // sendto ADDRESS PORT SIZE NUMBER
        std::string address;
        int port = 0, size = 0, number = 0;
        words >> address >> port >> size >> number;
        Endpoint to = endpoint(address, port);
        const std::string bytes = pattern(size_t(size), number);
        return outcome(sendto(own_.fd, bytes.data(), bytes.size(), 0, to.address(), to.size));
    }

    std::string sendBytes(Words& words) {
        size_t size = 0;
        words >> size;
        const std::string chunk = pattern(65536, 0);
        size_t done = 0;
        while (done < size) {
            const size_t part = std::min(size - done, chunk.size());
            const ssize_t sent = ::send(own_.fd, chunk.data(), part, MSG_NOSIGNAL);
            if (sent < 0)
                return outcome(sent);
            done += size_t(sent);
        }
        return "ok " + std::to_string(done);
    }

    // Sends these bytes, in hexadecimal: write BYTES
    std::string writeBytes(Words& words) {
        std::string hex, bytes;
        words >> hex;
        for (size_t i = 0; i + 1 < hex.size(); i += 2)
            bytes += char(std::stoi(hex.substr(i, 2), nullptr, 16));
        return outcome(::send(own_.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }

    std::string receive(Words& words) {
        size_t size = 0;
        words >> size;
        std::vector<char> buffer(65536);
        size_t done = 0;
        while (done < size) {
            const ssize_t got =
                recv(own_.fd, buffer.data(), std::min(size - done, buffer.size()), 0);
            if (got < 0)
                return outcome(got);
            if (got == 0)
                break;
            done += size_t(got);
        }
        return "ok " + std::to_string(done);
    }

    // Takes a datagram, and sends it back to where it came from.
    std::string answer(Words&) {
        char buffer[65536];
        sockaddr_in6 from{};
        socklen_t size = sizeof(from);
        auto* address = reinterpret_cast<sockaddr*>(&from);
        const ssize_t got = recvfrom(own_.fd, buffer, sizeof(buffer), 0, address, &size);
        return outcome(got < 0 ? got : sendto(own_.fd, buffer, size_t(got), 0, address, size));
    }

    std::string listenOn(Words& words) {  // listen tcp|udp PORT
        std::string kind;
        int port = 0;
        words >> kind >> port;
        own_.replace(listener(kind == "tcp" ? SOCK_STREAM : SOCK_DGRAM, port));
        limit(own_.fd, 30000);
        return "ok";
    }

    std::string listenAt(Words& words) {  // listenat ADDRESS PORT: there only
        std::string address;
        int port = 0;
        words >> address >> port;
        Endpoint at = endpoint(address, port);
        own_.replace(socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
        limit(own_.fd, 30000);
        const int on = 1;
        setsockopt(own_.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        const int bound = bind(own_.fd, at.address(), at.size);
        return outcome(bound == 0 ? listen(own_.fd, 16) : bound);
    }

    std::string listenAnywhere(Words&) {  // without bind(); says the port
        own_.replace(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        limit(own_.fd, 30000);
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        if (listen(own_.fd, 16) != 0 ||
            getsockname(own_.fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            return outcome(-1);
        return "ok " + std::to_string(ntohs(address.sin_port));
    }

    std::string acceptOne(Words&) {
        const int peer = accept(own_.fd, nullptr, nullptr);
        if (peer < 0)
            return outcome(-1);
        own_.replace(peer);
        return "ok";
    }

    std::string close_(Words&) {
        own_.replace(-1);
        return "ok";
    }

  private:
    Socket& own_;
};

}  // namespace

void addCalls(Commands& commands, Socket& own) {
    add<Calls>(commands, std::make_shared<Calls>(own),
               {{"open", &Calls::open},
                {"openframes", &Calls::openFrames},
                {"bind", &Calls::bindTo},
                {"connect", &Calls::connectTo},
                {"sendto", &Calls::sendTo},
                {"send", &Calls::sendBytes},
                {"write", &Calls::writeBytes},
                {"receive", &Calls::receive},
                {"answer", &Calls::answer},
                {"listen", &Calls::listenOn},
                {"listenat", &Calls::listenAt},
                {"listenanywhere", &Calls::listenAnywhere},
                {"accept", &Calls::acceptOne},
                {"close", &Calls::close_}});
}

}  // namespace peer
