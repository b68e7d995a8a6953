// Packets that a program makes itself: raw and ping sockets, and frames.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "program.h"

namespace leak {

namespace {

uint16_t sum(const void* data, size_t bytes) {
    uint32_t total = 0;
    const auto* words = static_cast<const uint16_t*>(data);
    for (size_t i = 0; i < bytes / 2; ++i)
        total += words[i];
    total = (total >> 16) + (total & 0xffff);
    return uint16_t(~(total + (total >> 16)));
}

struct __attribute__((packed)) Datagram {
    iphdr ip{};
    udphdr udp{};
    char data[4] = {'l', 'e', 'a', 'k'};
};

// A whole IPv4 packet to the receiver; `fragment` in 8-byte units: a later piece of something.
Datagram datagram(uint16_t from, uint16_t to, uint16_t fragment = 0) {
    Datagram d;
    const Endpoint remote = endpoint("4");
    d.ip.version = 4;
    d.ip.ihl = 5;
    d.ip.ttl = 64;
    d.ip.protocol = IPPROTO_UDP;
    d.ip.tot_len = htons(sizeof(d));
    d.ip.id = htons(66);
    d.ip.frag_off = htons(fragment);
    d.ip.saddr = htonl(0x0a420001);  // 10.66.0.1
    d.ip.daddr = reinterpret_cast<const sockaddr_in&>(remote.storage).sin_addr.s_addr;
    d.ip.check = sum(&d.ip, sizeof(d.ip));
    d.udp.source = htons(from);
    d.udp.dest = htons(to);
    d.udp.len = htons(sizeof(d.udp) + sizeof(d.data));
    return d;
}

struct __attribute__((packed)) Frame {
    ethhdr ethernet{};
    Datagram packet = datagram(9999, 53);
};

Frame frame() {
    Frame f;
    std::memset(f.ethernet.h_dest, 0xff, sizeof(f.ethernet.h_dest));
    f.ethernet.h_source[0] = 2;
    f.ethernet.h_proto = htons(ETH_P_IP);
    return f;
}

// raw WHERE PROTOCOL [connected]
int raw(const Words& words) {
    const Endpoint to = endpoint(words.at(0), 0);
    const int fd = open(to.family(), SOCK_RAW, std::stoi(words.at(1)));
    // Long enough to be a header of whatever it is.
    const char data[24] = {0x1b, 0x58, 0x1b, 0x58, 'l', 'e', 'a', 'k'};
    if (words.size() > 2 && connect(fd, to.address(), to.size) == 0)
        send(fd, data, sizeof(data), 0);
    else if (words.size() == 2)
        sendto(fd, data, sizeof(data), 0, to.address(), to.size);
    return 0;
}

// forged datagram|fragment|six: the program writes the header, with ports that are another rule's.
int forged(const Words& words) {
    if (words.at(0) == "six") {
        struct __attribute__((packed)) {
            uint32_t version = htonl(6u << 28);
            uint16_t payload = htons(12);
            uint8_t next = IPPROTO_UDP, hops = 64;
            in6_addr source{}, destination{};
            uint16_t ports[4] = {htons(9999), htons(53), htons(12), 0};
            char data[4] = {'l', 'e', 'a', 'k'};
        } packet;
        const Endpoint to = endpoint("6", 0);
        packet.destination = reinterpret_cast<const sockaddr_in6&>(to.storage).sin6_addr;
        packet.source = packet.destination;
        packet.source.s6_addr[15] = 1;
        sendto(open(AF_INET6, SOCK_RAW, IPPROTO_RAW), &packet, sizeof(packet), 0, to.address(),
               to.size);
        return 0;
    }
    const Endpoint to = endpoint("4", 0);
    const Datagram packet = datagram(9999, 53, words[0] == "fragment" ? 185 : 0);
    sendto(open(AF_INET, SOCK_RAW, IPPROTO_RAW), &packet, sizeof(packet), 0, to.address(), to.size);
    return 0;
}

// ping WHERE raw|ping: an echo request.
int ping(const Words& words) {
    const Endpoint to = endpoint(words.at(0), 0);
    const bool six = to.family() == AF_INET6;
    const int fd = open(to.family(), words.at(1) == "raw" ? SOCK_RAW : SOCK_DGRAM,
                        six ? int(IPPROTO_ICMPV6) : int(IPPROTO_ICMP));
    icmphdr request{};  // of both: type, code, checksum, number, sequence
    request.type = six ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    request.un.echo.id = htons(66);
    if (!six)
        request.checksum = sum(&request, sizeof(request));
    sendto(fd, &request, sizeof(request), 0, to.address(), to.size);
    return 0;
}

// frame raw|cooked: past IP altogether.
int packetFrame(const Words& words) {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(ETH_P_IP);
    to.sll_ifindex = int(if_nametoindex(kCable));
    to.sll_halen = ETH_ALEN;
    std::memset(to.sll_addr, 0xff, ETH_ALEN);
    const Frame f = frame();
    const auto* address = reinterpret_cast<const sockaddr*>(&to);
    if (words.at(0) == "raw")
        sendto(open(AF_PACKET, SOCK_RAW), &f, sizeof(f), 0, address, sizeof(to));
    else
        sendto(open(AF_PACKET, SOCK_DGRAM), &f.packet, sizeof(f.packet), 0, address, sizeof(to));
    ready();
    return 0;
}

// The frame lies in memory that is shared with the kernel (Documentation/networking/af_xdp.rst).
int xdp(const Words&) {
    constexpr size_t kFrame = 2048, kFrames = 8;
    const int fd = open(AF_XDP, SOCK_RAW);
    char* memory = static_cast<char*>(mmap(nullptr, kFrame * kFrames, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    xdp_umem_reg area{};
    area.addr = reinterpret_cast<uint64_t>(memory);
    area.len = kFrame * kFrames;
    area.chunk_size = kFrame;
    must(setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &area, sizeof(area)) == 0, "XDP_UMEM_REG");
    const int size = kFrames;
    for (const int ring : {XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_TX_RING})
        must(setsockopt(fd, SOL_XDP, ring, &size, sizeof(size)) == 0, "ring");
    xdp_mmap_offsets offsets{};
    socklen_t length = sizeof(offsets);
    must(getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length) == 0, "offsets");
    char* ring = static_cast<char*>(mmap(nullptr, offsets.tx.desc + kFrames * sizeof(xdp_desc),
                                         PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
                                         XDP_PGOFF_TX_RING));
    must(ring != MAP_FAILED, "mmap");
    sockaddr_xdp at{};
    at.sxdp_family = AF_XDP;
    at.sxdp_flags = XDP_COPY;
    at.sxdp_ifindex = if_nametoindex(kCable);
    if (bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof(at)) != 0)
        cannot(std::string("the interface takes no AF_XDP socket: ") + std::strerror(errno));
    const Frame f = frame();
    std::memcpy(memory, &f, sizeof(f));
    auto* line = reinterpret_cast<xdp_desc*>(ring + offsets.tx.desc);
    *line = {0, sizeof(f), 0};
    __atomic_store_n(reinterpret_cast<uint32_t*>(ring + offsets.tx.producer), 1, __ATOMIC_RELEASE);
    sendto(fd, nullptr, 0, MSG_DONTWAIT, nullptr, 0);
    ready();
    return 0;
}

}  // namespace

const std::map<std::string, Case>& packetCases() {
    static const std::map<std::string, Case> all = {
        {"raw", raw}, {"forged", forged}, {"ping", ping}, {"xdp", xdp}, {"frame", packetFrame},
    };
    return all;
}

}  // namespace leak
