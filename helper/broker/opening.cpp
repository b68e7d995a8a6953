// Opens sockets, enters network namespaces by way of /proc.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "broker/opening.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "broker/message.h"
#include "broker/unix_socket.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace sallyport::broker {

namespace {

constexpr char kResolved[] = "/run/systemd/resolve/io.systemd.Resolve.Monitor";

// Whether the thread is now in the network namespace with this cookie.
bool isInNamespace(std::uint64_t netns) {
    const Fd probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    std::uint64_t cookie = 0;
    socklen_t size = sizeof(cookie);
    return probe && getsockopt(probe.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0 &&
           cookie == netns;
}

struct Closer {
    void operator()(DIR* directory) const { closedir(directory); }
};

// Moves the calling thread there, by way of some process that lives there.
bool enterNamespace(std::uint64_t netns) {
    const std::unique_ptr<DIR, Closer> processes(opendir("/proc"));
    std::set<ino_t> seen;
    while (const dirent* entry = processes ? readdir(processes.get()) : nullptr) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        const std::string path = std::string("/proc/") + entry->d_name + "/ns/net";
        const Fd space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status {};
        if (!space || fstat(space.get(), &status) != 0 || !seen.insert(status.st_ino).second)
            continue;
        if (setns(space.get(), CLONE_NEWNET) == 0 && isInNamespace(netns))
            return true;
    }
    return false;
}

Fd startWalk(int link) {
    bpf_attr attributes{};
    attributes.iter_create.link_fd = std::uint32_t(link);
    return Fd(int(syscall(SYS_bpf, BPF_ITER_CREATE, &attributes, sizeof(attributes))));
}

// The kernel says nothing of IPv4 routes that go with their link (net/ipv4/fib_frontend.c,
// fib_flush()): that is heard from the link.
Fd openRoutes() {
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    Fd fd(socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (fd && bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
        return Fd();
    return fd;
}

// In the network namespace of the calling thread.
Fd openHere(What what, int link) {
    switch (what) {
        case What::RawV4:
            return Fd(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
        case What::RawV6:
            return Fd(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
        case What::SockDiag:
            return Fd(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
        case What::Walk:
            return startWalk(link);
        case What::Resolved:
            return connectTo(kResolved, SOCK_STREAM | SOCK_NONBLOCK);
        case What::Routes:
            return openRoutes();
    }
    errno = EINVAL;
    return Fd();
}

}  // namespace

Fd open(const Request& request, int link) {
    if (request.netns == 0)
        return openHere(request.what, link);
    if (request.what == What::Routes) {
        errno = EINVAL;
        return Fd();
    }
    Fd opened;
    int error = ENOENT;
    // setns() counts for a thread, and this one shall stay where it is.
    std::thread([&] {
        if (!enterNamespace(request.netns))
            return;
        opened = openHere(request.what, link);
        error = errno;
    }).join();
    errno = error;
    return opened;
}

int serve(int socket) {
    for (;;) {
        Request request;
        Message in(&request, sizeof(request));
        const ssize_t got = recvmsg(socket, &in.head, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0 ? 0 : 1;
        const Fd link = in.descriptor();
        Reply reply;
        Fd opened;
        if (got == sizeof(request) && !(in.head.msg_flags & MSG_TRUNC)) {
            opened = open(request, link.get());
            reply.error = opened ? 0 : errno;
        } else {
            reply.error = EINVAL;
        }
        Message out(&reply, sizeof(reply));
        out.attach(opened.get());
        if (sendmsg(socket, &out.head, MSG_NOSIGNAL) < 0)
            return 0;  // who asked has gone
    }
}

}  // namespace sallyport::broker
