// The other side, in a network namespace of its own: takes what comes, and counts it where it comes
// in. Commands are lines:
//   count FENCE [ADDRESS]   how many packets came since the last count, up to the datagram that
//   says
//                           FENCE; only those to ADDRESS, or from ADDRESS:PORT, if one is said.
//                           Then the first of them.
//   connect PORT            connects to the sender's side
// Not counted: what is no IP, neighbour discovery and group membership, and TCP packets that carry
// nothing and begin nothing.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <optional>
#include <sstream>
#include <thread>

#include "program.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

namespace leak {

namespace {

constexpr int kFencePort = 9;

struct Packet {
    int protocol = 0;
    std::string to;
    std::string from;                // ADDRESS:PORT
    const uint8_t* upper = nullptr;  // header of the protocol; with `left` bytes
    size_t left = 0;
};

std::optional<Packet> parse(const uint8_t* bytes, size_t length) {
    Packet packet;
    char text[INET6_ADDRSTRLEN] = {};
    if (length >= 20 && bytes[0] >> 4 == 4) {
        packet.protocol = bytes[9];
        packet.from = inet_ntop(AF_INET, bytes + 12, text, sizeof(text));
        packet.to = inet_ntop(AF_INET, bytes + 16, text, sizeof(text));
        packet.upper = bytes + (bytes[0] & 15) * 4;
    } else if (length >= 40 && bytes[0] >> 4 == 6) {
        packet.protocol = bytes[6];
        packet.from = inet_ntop(AF_INET6, bytes + 8, text, sizeof(text));
        packet.to = inet_ntop(AF_INET6, bytes + 24, text, sizeof(text));
        packet.upper = bytes + 40;
        if (packet.protocol == IPPROTO_HOPOPTS) {  // membership reports have it
            packet.protocol = packet.upper[0];
            packet.upper += (packet.upper[1] + 1) * 8;
        }
    } else {
        return std::nullopt;
    }
    packet.left = packet.upper < bytes + length ? size_t(bytes + length - packet.upper) : 0;
    if (packet.left >= 2)
        packet.from += ':' + std::to_string(packet.upper[0] << 8 | packet.upper[1]);
    return packet;
}

bool isOfTheNetwork(const Packet& packet) {
    if (packet.protocol == IPPROTO_IGMP)
        return true;
    if (packet.protocol == IPPROTO_ICMPV6)
        return packet.left > 0 && packet.upper[0] >= MLD_LISTENER_QUERY;
    // What the kernel says when nobody listens: no program's.
    if (packet.protocol == IPPROTO_ICMP)
        return packet.left > 0 && packet.upper[0] == 3;
    if (packet.protocol != IPPROTO_TCP || packet.left < 20)
        return false;
    const bool empty = packet.left <= size_t(packet.upper[12] >> 4) * 4;
    return empty && !(packet.upper[13] & TH_SYN);
}

bool isFence(const Packet& packet, const std::string& fence) {
    return packet.protocol == IPPROTO_UDP && packet.left >= 8 + fence.size() &&
           packet.upper[2] == 0 && packet.upper[3] == kFencePort &&
           std::memcmp(packet.upper + 8, fence.data(), fence.size()) == 0;
}

class Counter {
  public:
    Counter() : fd_(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL))) {
        const int room = 64 << 20;
        must(fd_ >= 0, "packet socket");
        setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
    }

    std::string count(const std::string& fence, const std::string& address) {
        int packets = 0;
        std::string first;
        for (;;) {
            uint8_t bytes[65536];
            sockaddr_ll from{};
            socklen_t size = sizeof(from);
            pollfd wait{fd_, POLLIN, 0};
            if (poll(&wait, 1, 5000) <= 0)
                return "no fence";
            const ssize_t got =
                recvfrom(fd_, bytes, sizeof(bytes), 0, reinterpret_cast<sockaddr*>(&from), &size);
            if (got <= 0 || from.sll_pkttype == PACKET_OUTGOING)
                continue;
            const auto packet = parse(bytes, size_t(got));
            if (!packet || isOfTheNetwork(*packet))
                continue;
            if (isFence(*packet, fence))
                return std::to_string(packets) + first;
            if (!address.empty() && packet->to != address && packet->from != address)
                continue;
            if (packets++ == 0)
                first = " protocol " + std::to_string(packet->protocol) + " to " + packet->to +
                        ", " + std::to_string(got) + " bytes";
        }
    }

  private:
    int fd_;
};

// Takes all connections, TCP and MPTCP, with data in the SYN too, and closes when the peer does.
void serve(int listener) {
    for (;;) {
        const int fd = accept(listener, nullptr, nullptr);
        if (fd < 0)
            continue;
        std::thread([fd] {
            char bytes[4096];
            while (recv(fd, bytes, sizeof(bytes), 0) > 0) {
            }
            close(fd);
        }).detach();
    }
}

void listenAt(int type, int protocol) {
    const int fd = socket(AF_INET6, type, protocol), on = 1, off = 0;
    must(fd >= 0, "socket");
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in6 at{};
    at.sin6_family = AF_INET6;
    at.sin6_port = htons(kPort);
    must(bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0, "bind");
    if (type == SOCK_DGRAM)
        return;
    const int queue = 16;
    setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue));
    must(listen(fd, 64) == 0, "listen");
    std::thread(serve, fd).detach();
}

std::string connectTo(int port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(uint16_t(port));
    inet_pton(AF_INET, "10.66.0.1", &to.sin_addr);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0)
        return std::strerror(errno);
    std::thread([fd] {
        char bytes[4096];
        while (recv(fd, bytes, sizeof(bytes), 0) > 0) {
        }
        close(fd);
    }).detach();
    return "ok";
}

}  // namespace

int receive(const Words&) {
    must(unshare(CLONE_NEWNET) == 0, "network namespace");
    Counter counter;
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string verb, fence, address;
        int port = 0;
        words >> verb;
        if (verb == "serve") {  // when the cable is there
            const int tcp = socket(AF_INET6, SOCK_STREAM, IPPROTO_MPTCP);
            listenAt(SOCK_STREAM, tcp >= 0 ? IPPROTO_MPTCP : 0);
            close(tcp);
            listenAt(SOCK_DGRAM, 0);
            std::cout << "ok" << std::endl;
        } else if (verb == "count") {
            words >> fence >> address;
            std::cout << counter.count(fence, address) << std::endl;
        } else if (verb == "connect") {
            words >> port;
            std::cout << connectTo(port) << std::endl;
        }
    }
    _exit(0);
}

}  // namespace leak
