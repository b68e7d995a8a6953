// Sockets with ports: TCP, MPTCP, UDP, UDP-Lite, SCTP, and the ways to send on them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/udp.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "program.h"

#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

namespace leak {

namespace {

int protocolOf(const std::string& name) {
    return name == "mptcp" ? IPPROTO_MPTCP : 0;
}

// Waits until the other side has closed.
void readAll(int fd) {
    char byte = 0;
    shutdown(fd, SHUT_WR);
    while (recv(fd, &byte, 1, 0) > 0) {
    }
}

int plainTcp(const Words& words) {
    return tcp(words.at(0));
}

int patientTcp(const Words& words) {
    setenv("LEAK_PATIENCE", "1300", 1);
    return tcp(words.at(0));
}

int mptcp(const Words& words) {
    return tcp(words.at(0), open(endpoint(words.at(0)).family(), SOCK_STREAM, IPPROTO_MPTCP));
}

// fastopen WHERE [mptcp]: the data goes with the SYN, without a cookie.
int fastOpen(const Words& words) {
    const Endpoint to = endpoint(words.at(0));
    const int fd = open(to.family(), SOCK_STREAM, words.size() > 1 ? protocolOf(words[1]) : 0),
              on = 1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on)) != 0)
        cannot("the kernel has no Fast Open without a cookie here");
    if (sendto(fd, "leak", 4, MSG_FASTOPEN | MSG_NOSIGNAL, to.address(), to.size) == 4)
        readAll(fd);
    return 0;
}

// The same through connect(), which only notes the address.
int fastOpenConnect(const Words& words) {
    const Endpoint to = endpoint(words.at(0));
    const int fd = open(to.family(), SOCK_STREAM), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on));
    if (connect(fd, to.address(), to.size) == 0 && send(fd, "leak", 4, MSG_NOSIGNAL) == 4)
        readAll(fd);
    return 0;
}

// The receiver announces its other address; the kernel connects there by itself.
int subflow(const Words&) {
    const auto limits = [](const char* what) {
        if (std::system(what) != 0)
            cannot("ip has no mptcp");
    };
    limits("ip mptcp limits set subflow 2 add_addr_accepted 2");
    const int fd = open(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    const Endpoint to = endpoint("4");
    if (connect(fd, to.address(), to.size) == 0) {
        char byte = 0;
        send(fd, "leak", 4, MSG_NOSIGNAL);
        recv(fd, &byte, 1, 0);  // nothing comes: for as long as it has patience
    }
    limits("ip mptcp limits set subflow 0 add_addr_accepted 0");
    return 0;
}

// udp WHERE [connected]
int udp(const Words& words) {
    const Endpoint to = endpoint(words.at(0));
    const int fd = open(to.family(), SOCK_DGRAM);
    if (words.size() > 1) {
        if (connect(fd, to.address(), to.size) == 0)
            send(fd, "leak", 4, 0);
    } else {
        sendto(fd, "leak", 4, 0, to.address(), to.size);
    }
    return 0;
}

// Connected to one, sent to another.
int udpElsewhere(const Words&) {
    const Endpoint to = endpoint("4"), other = endpoint("other");
    const int fd = open(AF_INET, SOCK_DGRAM);
    must(connect(fd, to.address(), to.size) == 0, "connect");
    sendto(fd, "leak", 4, 0, other.address(), other.size);
    return 0;
}

// udp-control tos|pktinfo: a control message with the data.
int udpControl(const Words& words) {
    const Endpoint to = endpoint("4");
    const int fd = open(AF_INET, SOCK_DGRAM);
    if (connect(fd, to.address(), to.size) != 0)
        return 0;
    char data[] = "leak", room[CMSG_SPACE(sizeof(in_pktinfo))] = {};
    iovec part{data, 4};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof(room);
    cmsghdr* control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = IPPROTO_IP;
    if (words.at(0) == "tos") {
        const int tos = 0x10;
        control->cmsg_type = IP_TOS;
        control->cmsg_len = CMSG_LEN(sizeof(tos));
        message.msg_controllen = CMSG_SPACE(sizeof(tos));
        std::memcpy(CMSG_DATA(control), &tos, sizeof(tos));
    } else {
        in_pktinfo info{};
        info.ipi_ifindex = int(if_nametoindex(kCable));
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(info));
        std::memcpy(CMSG_DATA(control), &info, sizeof(info));
    }
    sendmsg(fd, &message, 0);
    return 0;
}

int udpUnspecified(const Words&) {
    Endpoint to = endpoint("4");
    to.address()->sa_family = AF_UNSPEC;
    sendto(open(AF_INET, SOCK_DGRAM), "leak", 4, 0, to.address(), to.size);
    return 0;
}

// udplite WHERE [connected]
int udpLite(const Words& words) {
    const Endpoint to = endpoint(words.at(0));
    const int fd = open(to.family(), SOCK_DGRAM, IPPROTO_UDPLITE);
    if (words.size() > 1 && connect(fd, to.address(), to.size) == 0)
        send(fd, "leak", 4, 0);
    else if (words.size() == 1)
        sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

int sctp(const Words&) {
    return tcp("4", open(AF_INET, SOCK_STREAM, IPPROTO_SCTP));
}

int broadcast(const Words&) {
    const Endpoint to = endpoint("broadcast");
    const int fd = open(AF_INET, SOCK_DGRAM), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
    sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

// multicast 4|6
int multicast(const Words& words) {
    const Endpoint to = endpoint("multicast" + words.at(0));
    const int fd = open(to.family(), SOCK_DGRAM);
    ip_mreqn by{};
    by.imr_ifindex = int(if_nametoindex(kCable));
    if (words[0] == "4")
        must(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &by, sizeof(by)) == 0, "interface");
    sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

// before [later|udplite]: connections by TCP and UDP, which send when they are told to. later: then
// it becomes another process of this program, which sends too. udplite: one by UDP-Lite.
int before(const Words& words) {
    const Endpoint to = endpoint("4");
    const std::string what = words.empty() ? std::string() : words[0];
    std::vector<int> sockets;
    if (what == "udplite")
        sockets = {open(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE)};
    else
        sockets = {open(AF_INET, SOCK_STREAM), open(AF_INET, SOCK_DGRAM)};
    for (const int fd : sockets)
        must(connect(fd, to.address(), to.size) == 0, "connect");
    ready();
    for (const int fd : sockets)
        send(fd, "leak", 4, MSG_NOSIGNAL);
    char byte = 0;
    recv(sockets[0], &byte, 1, 0);
    if (what != "later")
        return 0;
    become(self(), {"udp", "4"});
}

// An accepted connection answers when it is told to.
int reply(const Words&) {
    const int listener = open(AF_INET, SOCK_STREAM), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(kPort + 1);
    must(bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0 &&
             listen(listener, 1) == 0,
         "listen");
    const timeval patience{5, 0};
    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    std::cout << "listening " << kPort + 1 << std::endl;
    const int fd = accept(listener, nullptr, nullptr);
    must(fd >= 0, "accept");
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ready();
    send(fd, "leak", 4, MSG_NOSIGNAL);
    usleep(useconds_t(1000 * std::atol(variable("LEAK_PATIENCE").c_str())));
    return 0;
}

// In the network of another process.
int elsewhere(const Words& words) {
    const std::string space = "/proc/" + variable("LEAK_RECEIVER") + "/ns/net";
    const int fd = ::open(space.c_str(), O_RDONLY | O_CLOEXEC);
    must(fd >= 0 && setns(fd, CLONE_NEWNET) == 0, space);
    return words.at(0) == "tcp" ? tcp("4") : udp({"4"});
}

int fileOf(size_t bytes) {
    const int fd = memfd_create("data", MFD_CLOEXEC);
    must(fd >= 0 && ftruncate(fd, off_t(bytes)) == 0, "memfd");
    return fd;
}

// bulk sendfile|splice|zerocopy|gso: data that the kernel takes by itself.
int bulk(const Words& words) {
    constexpr size_t kBytes = 30000;
    const std::string& how = words.at(0);
    const Endpoint to = endpoint("4");
    const int fd = open(AF_INET, how == "gso" ? SOCK_DGRAM : SOCK_STREAM), on = 1;
    must(connect(fd, to.address(), to.size) == 0, "connect");
    ready();
    const std::string data(kBytes, 'x');
    if (how == "sendfile") {
        sendfile(fd, fileOf(kBytes), nullptr, kBytes);
    } else if (how == "splice") {
        int ends[2];
        must(pipe(ends) == 0, "pipe");
        const ssize_t taken = splice(fileOf(kBytes), nullptr, ends[1], nullptr, kBytes, 0);
        splice(ends[0], nullptr, fd, nullptr, size_t(taken), 0);
    } else if (how == "zerocopy") {
        must(setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) == 0, "SO_ZEROCOPY");
        send(fd, data.data(), data.size(), MSG_ZEROCOPY | MSG_NOSIGNAL);
    } else {
        const int segment = 1000;
        must(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment)) == 0,
             "UDP_SEGMENT");
        send(fd, data.data(), data.size(), 0);
        return 0;
    }
    char byte = 0;
    recv(fd, &byte, 1, 0);
    return 0;
}

// The kernel connects by itself: a file system of another machine is mounted (9P over TCP).
int byKernel(const Words&) {
    char folder[] = "/tmp/leak-XXXXXX";
    must(mkdtemp(folder), folder);
    const std::string options = "trans=tcp,port=" + std::to_string(kPort + 50);
    (void)mount("nowhere", folder, "9p", 0, options.c_str());  // it may have to be loaded first
    const pid_t child = fork();
    if (child == 0) {
        must(unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, "") == 0,
             "a mount namespace");
        const int failed = mount("10.66.0.2", folder, "9p", 0, options.c_str()) ? errno : 0;
        _exit(failed == ENODEV || failed == EINVAL ? kCannot : 0);
    }
    must(child > 0, "fork");
    int status = 0;
    for (long ms = std::atol(variable("LEAK_PATIENCE").c_str()); ms > 0; ms -= 10) {
        if (waitpid(child, &status, WNOHANG) == child)
            break;
        usleep(10'000);
        if (ms <= 10) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
        }
    }
    rmdir(folder);
    if (WIFEXITED(status) && WEXITSTATUS(status) == kCannot)
        cannot("the kernel has no 9P over TCP");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

// Thousands of sockets, each to a port of its own. Told when to begin and says when it is over.
int flood(const Words&) {
    ready();
    for (int i = 0; i < 6000; ++i) {
        const Endpoint to = endpoint(i % 3 ? "4" : "6", 10000 + i);
        const bool stream = i % 2;
        const int fd = open(to.family(), (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK);
        if (stream)
            connect(fd, to.address(), to.size);
        else
            sendto(fd, "leak", 4, 0, to.address(), to.size);
        close(fd);
    }
    return 0;
}

}  // namespace

const std::map<std::string, Case>& pathCases() {
    static const std::map<std::string, Case> all = {
        {"tcp", plainTcp},
        {"patient", patientTcp},
        {"mptcp", mptcp},
        {"fastopen", fastOpen},
        {"fastopen-connect", fastOpenConnect},
        {"subflow", subflow},
        {"udp", udp},
        {"udp-elsewhere", udpElsewhere},
        {"udp-control", udpControl},
        {"udp-unspecified", udpUnspecified},
        {"udplite", udpLite},
        {"sctp", sctp},
        {"broadcast", broadcast},
        {"multicast", multicast},
        {"before", before},
        {"reply", reply},
        {"elsewhere", elsewhere},
        {"bulk", bulk},
        {"by-kernel", byKernel},
        {"flood", flood},
    };
    return all;
}

}  // namespace leak
