// One socket call a command.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "peer.h"

#include <linux/rxrpc.h>  // after netinet/in.h

namespace peer {

namespace {

// socket() by way of io_uring (io_uring(7)), with one request.
int uringSocket(int family, int type) {
    io_uring_params parameters{};
    const int ring = int(syscall(SYS_io_uring_setup, 1, &parameters));
    if (ring < 0)
        return -1;
    const auto map = [&](size_t bytes, off_t offset) {
        return static_cast<char*>(
            mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, offset));
    };
    const io_sqring_offsets& sq = parameters.sq_off;
    const io_cqring_offsets& cq = parameters.cq_off;
    char* requests = map(sq.array + parameters.sq_entries * 4, IORING_OFF_SQ_RING);
    char* replies = map(cq.cqes + parameters.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
    char* entries = map(parameters.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES);
    auto* request = reinterpret_cast<io_uring_sqe*>(entries);
    request->opcode = IORING_OP_SOCKET;
    request->fd = family;
    request->off = __u64(type);
    *reinterpret_cast<unsigned*>(requests + sq.array) = 0;
    __atomic_store_n(reinterpret_cast<unsigned*>(requests + sq.tail), 1, __ATOMIC_RELEASE);
    int made = -1;
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) == 1) {
        made = reinterpret_cast<const io_uring_cqe*>(replies + cq.cqes)->res;
        if (made < 0) {
            errno = -made;
            made = -1;
        }
    }
    const int why = errno;
    close(ring);
    errno = why;
    return made;
}

class Calls {
  public:
    explicit Calls(Socket& own) : own_(own) {}

    std::string open(Words& words) {  // open tcp|udp|udplite ADDRESS-OF-FAMILY [MS]
        std::string kind, address;
        int milliseconds = 30000;
        words >> kind >> address >> milliseconds;
        own_.replace(socket(endpoint(address, 0).family(), kind == "tcp" ? SOCK_STREAM : SOCK_DGRAM,
                            kind == "udplite" ? IPPROTO_UDPLITE : 0));
        if (own_.fd < 0)
            return outcome(-1);
        limit(own_.fd, milliseconds);
        return "ok";
    }

    // The internet socket that was open before it became this program; whoever began the test may
    // have left other files open.
    std::string take(Words&) {
        constexpr int kMost = 1024;
        for (int fd = 3; fd < kMost; fd++) {
            int domain = 0;
            socklen_t size = sizeof(domain);
            if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
                (domain != AF_INET && domain != AF_INET6))
                continue;
            own_.replace(fd);
            return "ok";
        }
        return "error " + std::to_string(EBADF);
    }

    // openframes packet|xdp|pppoe|old|uring: a socket past IP; the old way to ask for one, or
    // io_uring.
    std::string openFrames(Words& words) {
        std::string kind;
        words >> kind;
        int fd = -1;
        if (kind == "uring")
            fd = uringSocket(AF_PACKET, SOCK_RAW);
        else if (kind == "old")
            fd = socket(AF_INET, SOCK_PACKET, 0);
        else if (kind == "pppoe")
            fd = socket(AF_PPPOX, SOCK_STREAM, 0 /* PX_PROTO_OE */);
        else
            fd = socket(kind == "xdp" ? AF_XDP : AF_PACKET, SOCK_RAW, 0);
        if (fd < 0)
            return outcome(-1);
        own_.replace(fd);
        return "ok";
    }

    // rxrpc ADDRESS PORT: the first packet of a call (Documentation/networking/rxrpc.rst).
    std::string rxrpc(Words& words) {
        std::string address;
        int port = 0;
        words >> address >> port;
        own_.replace(socket(AF_RXRPC, SOCK_DGRAM, PF_INET));
        if (own_.fd < 0)
            return outcome(-1);
        const Endpoint end = endpoint(address, port);
        sockaddr_rxrpc to{};
        to.srx_family = AF_RXRPC;
        to.srx_service = 1;
        to.transport_type = SOCK_DGRAM;
        to.transport_len = sizeof(to.transport.sin);
        memcpy(&to.transport.sin, &end.storage, sizeof(to.transport.sin));
        char byte = 'x', room[CMSG_SPACE(sizeof(unsigned long))] = {};
        iovec part{&byte, 1};
        msghdr message{};
        message.msg_name = &to;
        message.msg_namelen = sizeof(to);
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = room;
        message.msg_controllen = sizeof(room);
        cmsghdr* control = CMSG_FIRSTHDR(&message);
        control->cmsg_level = SOL_RXRPC;
        control->cmsg_type = RXRPC_USER_CALL_ID;
        control->cmsg_len = CMSG_LEN(sizeof(unsigned long));
        return outcome(sendmsg(own_.fd, &message, 0));
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

    // listenanywhere [mptcp]: without bind(); says the port. The socket outlives "become".
    std::string listenAnywhere(Words& words) {
        std::string kind;
        words >> kind;
        own_.replace(socket(AF_INET, SOCK_STREAM, kind == "mptcp" ? IPPROTO_MPTCP : 0));
        if (own_.fd < 0)
            return outcome(-1);
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
                {"take", &Calls::take},
                {"openframes", &Calls::openFrames},
                {"rxrpc", &Calls::rxrpc},
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
