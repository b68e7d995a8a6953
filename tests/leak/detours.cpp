// Ways to have packets go elsewhere than they were judged to: source routes, loopback addresses by
// another interface, another local end.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <net/if.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cstring>

#include "program.h"

#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

namespace leak {

namespace {

const in6_addr& address6(const Endpoint& end) {
    return reinterpret_cast<const sockaddr_in6&>(end.storage).sin6_addr;
}

const in_addr& address4(const Endpoint& end) {
    return reinterpret_cast<const sockaddr_in&>(end.storage).sin_addr;
}

// IPv6 routing header of segment routing (RFC 8754): by way of the receiver. The kernel sends to
// the segment that `left` names, and puts the socket's peer in the place of the last, number 0.
void routeBy(int fd, uint8_t left) {
    struct {
        uint8_t next = 0, words = sizeof(in6_addr[2]) / 8, type = 4, left = 0, last = 1;
        uint8_t zero[3] = {};
        in6_addr segments[2] = {};
    } route;
    route.left = left;
    route.segments[left] = address6(endpoint("6"));
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_RTHDR, &route, sizeof(route)) != 0)
        cannot(std::string("no IPv6 routing header: ") + std::strerror(errno));
}

// IPv4 option of loose source routing (RFC 791): by way of the receiver's first address.
void routeBy(int fd) {
    uint8_t route[8] = {1, 131, 7, 4};  // the first does nothing
    std::memcpy(route + 4, &address4(endpoint("4")), 4);
    if (setsockopt(fd, IPPROTO_IP, IP_OPTIONS, route, sizeof(route)) != 0)
        cannot(std::string("no IPv4 source route: ") + std::strerror(errno));
}

void bindToCable(int fd) {
    must(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, kCable, std::strlen(kCable)) == 0,
         "SO_BINDTODEVICE");
}

// A connection of the program to itself; the end that connected.
int connected(const std::string& here) {
    const Endpoint at = endpoint(here, kPort + 2);
    const int listener = open(at.family(), SOCK_STREAM), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    must(bind(listener, at.address(), at.size) == 0 && listen(listener, 1) == 0, "listen");
    const int fd = open(at.family(), SOCK_STREAM);
    must(connect(fd, at.address(), at.size) == 0, "connect");
    return fd;
}

void sendAndWait(int fd) {
    char byte = 0;
    send(fd, "leak", 4, MSG_NOSIGNAL);
    recv(fd, &byte, 1, 0);
}

// routed syn|end|later: TCP to this machine; syn, end: the first packet has data and the header;
// later: the header comes when it is connected.
int routed(const Words& words) {
    if (words.at(0) == "later") {
        const int fd = connected("here6");
        routeBy(fd, 1);
        sendAndWait(fd);
        return 0;
    }
    const Endpoint to = endpoint("here6");
    const int fd = open(AF_INET6, SOCK_STREAM), on = 1;
    routeBy(fd, words[0] == "end" ? 0 : 1);
    setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &on, sizeof(on));
    sendto(fd, "leak", 4, MSG_FASTOPEN | MSG_NOSIGNAL, to.address(), to.size);
    return 0;
}

// sourced tcp|udp: TCP to this machine; UDP to the receiver's other address.
int sourced(const Words& words) {
    const bool stream = words.at(0) == "tcp";
    const int fd = open(AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM);
    routeBy(fd);
    if (stream)
        return tcp("here4", fd);
    const Endpoint to = endpoint("other");
    sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

// by-cable tcp|udp here4|here6 [later]: to this machine's own address; later: something goes there
// before.
int byCable(const Words& words) {
    const std::string& here = words.at(1);
    const bool stream = words[0] == "tcp", later = words.size() > 2;
    const Endpoint to = endpoint(here);
    const int fd =
        stream && later ? connected(here) : open(to.family(), stream ? SOCK_STREAM : SOCK_DGRAM);
    if (!stream && later)
        sendto(fd, "leak", 4, 0, to.address(), to.size);
    bindToCable(fd);
    if (stream && !later)
        return tcp(here, fd);
    if (stream)
        sendAndWait(fd);
    else
        sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

void sendFrom(int fd, const char* source) {
    const Endpoint to = endpoint("4");
    char data[] = "leak", room[CMSG_SPACE(sizeof(in_pktinfo))] = {};
    iovec part{data, 4};
    msghdr message{};
    message.msg_name = const_cast<sockaddr*>(to.address());
    message.msg_namelen = to.size;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof(room);
    cmsghdr* control = CMSG_FIRSTHDR(&message);
    in_pktinfo info{};
    info.ipi_spec_dst = address4(endpoint(source));
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_PKTINFO;
    control->cmsg_len = CMSG_LEN(sizeof(info));
    std::memcpy(CMSG_DATA(control), &info, sizeof(info));
    sendmsg(fd, &message, 0);
}

void bindTo(int fd, int port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(uint16_t(port));
    must(bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0, "bind");
}

// moved address|port: UDP that has leave, then the same from another local address or port.
int moved(const Words& words) {
    const int fd = open(AF_INET, SOCK_DGRAM);
    if (words.at(0) == "address") {
        bindTo(fd, kPort + 1);
        sendFrom(fd, "sender");
        sendFrom(fd, "sender-other");
        return 0;
    }
    const Endpoint to = endpoint("4");
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    must(connect(fd, to.address(), to.size) == 0, "connect");
    send(fd, "leak", 4, 0);
    must(connect(fd, &nobody, sizeof(nobody)) == 0, "connect");
    bindTo(fd, kPort + 2);
    sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

}  // namespace

const std::map<std::string, Case>& detourCases() {
    static const std::map<std::string, Case> all = {
        {"routed", routed}, {"sourced", sourced}, {"by-cable", byCable}, {"moved", moved}};
    return all;
}

}  // namespace leak
