/* Reading IP headers, as far as a flow needs them. Whatever cannot be read is not let through.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_PACKET_H
#define SALLYPORT_BPF_PACKET_H

#include "flow.h"

#define SP_TCP_FIN 0x01
#define SP_TCP_SYN 0x02
#define SP_TCP_RST 0x04
#define SP_TCP_ACK 0x10
#define SP_IPV6_HEADERS 6 /* extension headers followed; more than anybody sends */
#define SP_IPV4_OPTIONS 8 /* likewise */

struct sp_ipv4 {
    __u8 version_ihl, tos;
    __u16 total, id, fragment;
    __u8 ttl, protocol;
    __u16 checksum;
    __u32 source, destination;
};

struct sp_ipv6 {
    __u32 version_class_flow;
    __u16 payload;
    __u8 next, hops;
    union sp_addr source, destination;
};

/* The second half of ::ffff:a.b.c.d; `address` in network order. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define SP_V4_LOW(address) (((__u64)(address) << 32) | 0xffff0000u)
#else
#define SP_V4_LOW(address) (0xffff00000000u | (__u64)(address))
#endif

static __always_inline void sp_map_v4(union sp_addr* to, __u32 address) {
    to->words[0] = 0;
    to->words[1] = 0;
    to->words[2] = bpf_htonl(0xffff);
    to->words[3] = address;
}

#define SP_LOOPBACK_IFINDEX 1 /* in every network namespace (drivers/net/loopback.c) */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define SP_V6_LOOPBACK_LOW (1ull << 56)
#else
#define SP_V6_LOOPBACK_LOW 1ull
#endif

/* Does a packet for this machine, by its destination's halves, leave by another interface than
 * loopback? By that the address is somebody else's. */
static __always_inline int sp_leaves_loopback(const struct __sk_buff* skb, __u64 high, __u64 low) {
    const __u64 v4 = SP_V4_LOW(bpf_htonl(0xff000000u));

    return skb->ifindex != SP_LOOPBACK_IFINDEX && !high &&
           (low == SP_V6_LOOPBACK_LOW || (low & v4) == SP_V4_LOW(bpf_htonl(0x7f000000u)));
}

struct sp_tcp {
    __u16 source, destination;
    __u32 sequence, acknowledged;
    __u8 words, flags;
};

/* What sp_ipv6_upper() found. */
#define SP_UPPER(protocol, offset) ((int)((offset) << 8 | (protocol)))
#define SP_UPPER_PROTOCOL(upper) ((__u8)(upper))
#define SP_UPPER_OFFSET(upper) ((upper) >> 8)

/* Follows IPv6 extension headers (RFC 8200 4) that begin with `protocol`. Returns the upper
 * protocol and its offset, 0 when there is no upper header in this packet (a later fragment).
 * Negative: cannot be read, or leaves with a routing header.
 *
 * Global, so that the verifier follows all headers there may be once and not at every call. */
__weak __noinline int sp_ipv6_upper(struct __sk_buff* skb, __u8 protocol, int egress) {
    __u32 offset = sizeof(struct sp_ipv6);
    int i;

    for (i = 0; i < SP_IPV6_HEADERS; i++) {
        __u8 header[4];

        switch (protocol) {
            case 43: /* routing */
                if (egress)
                    return -1;
                /* fall through */
            case 0:  /* hop by hop */
            case 60: /* destination */
                if (bpf_skb_load_bytes(skb, offset, header, 4))
                    return -1;
                offset += (header[1] + 1) * 8;
                break;
            case 51: /* authentication */
                if (bpf_skb_load_bytes(skb, offset, header, 4))
                    return -1;
                offset += (header[1] + 2) * 4;
                break;
            case 44: /* fragment */
                if (bpf_skb_load_bytes(skb, offset, header, 4))
                    return -1;
                protocol = header[0];
                if ((header[2] << 8 | header[3]) & 0xfff8)
                    return SP_UPPER(protocol, 0);
                offset += 8;
                continue;
            default:
                return SP_UPPER(protocol, offset);
        }
        protocol = header[0];
    }
    return -1;
}

/* Fills in addresses, protocol and, where they can be trusted, ports. Returns the offset of the
 * transport header, 0 for none, negative when the packet cannot be read. A function of its own
 * because of the stack. */
static __noinline int sp_parse(struct __sk_buff* skb, struct sp_packet* p, int egress,
                               int trust_ports) {
    int offset;

    p->egress = egress;
    p->ifindex = skb->ifindex;
    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        struct sp_ipv4 ip;

        if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
            return -1;
        sp_map_v4(egress ? &p->remote : &p->local, ip.destination);
        sp_map_v4(egress ? &p->local : &p->remote, ip.source);
        p->protocol = ip.protocol;
        offset = bpf_ntohs(ip.fragment) & 0x1fff ? 0 : (ip.version_ihl & 15) * 4;
    } else {
        struct sp_ipv6 ip;
        int upper;

        if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
            return -1;
        if (egress) {
            p->remote = ip.destination;
            p->local = ip.source;
        } else {
            p->remote = ip.source;
            p->local = ip.destination;
        }
        upper = sp_ipv6_upper(skb, ip.next, egress);
        if (upper < 0)
            return -1;
        p->protocol = SP_UPPER_PROTOCOL(upper);
        offset = SP_UPPER_OFFSET(upper);
    }
    if (p->protocol == SP_PROTOCOL_FRAMES)
        return -1;
    p->has_ports = 0;
    p->rport = p->lport = 0;
    if (trust_ports && offset &&
        (p->protocol == IPPROTO_TCP || p->protocol == IPPROTO_UDP ||
         p->protocol == IPPROTO_UDPLITE || p->protocol == IPPROTO_SCTP)) {
        __u16 ports[2];

        if (bpf_skb_load_bytes(skb, offset, ports, sizeof(ports)))
            return -1;
        p->rport = bpf_ntohs(egress ? ports[1] : ports[0]);
        p->lport = bpf_ntohs(egress ? ports[0] : ports[1]);
        p->has_ports = 1;
    }
    return offset;
}

/* Does an IPv4 packet whose header ends at `end` have a source route (RFC 791 3.1), or options that
 * cannot be read to their end? */
static __always_inline int sp_is_source_routed(struct __sk_buff* skb, __u32 end) {
    __u32 offset = sizeof(struct sp_ipv4);
    int i;

    for (i = 0; i < SP_IPV4_OPTIONS && offset < end; i++) {
        __u8 option[2]; /* kind, length */

        if (bpf_skb_load_bytes(skb, offset, option, sizeof(option)))
            return 1;
        switch (option[0]) {
            case 0: /* end of the list */
                return 0;
            case 1: /* nothing */
                offset++;
                continue;
            case 131: /* loose */
            case 137: /* strict */
                return 1;
        }
        if (option[1] < sizeof(option))
            return 1;
        offset += option[1];
    }
    return offset < end;
}

/* Does a packet that leaves go elsewhere than it was judged to? A source route makes its
 * destination a stop on the way, which need not be the socket's peer. Off the common path, and of
 * all that leaves there. NAT may have changed the destination: as it is now it counts. */
static __noinline int sp_goes_astray(struct __sk_buff* skb) {
    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        struct sp_ipv4 ip;

        return bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) ||
               sp_leaves_loopback(skb, 0, SP_V4_LOW(ip.destination)) ||
               sp_is_source_routed(skb, (ip.version_ihl & 15) * 4);
    } else {
        struct sp_ipv6 ip;

        return bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) ||
               sp_leaves_loopback(skb, ip.destination.halves[0], ip.destination.halves[1]) ||
               sp_ipv6_upper(skb, ip.next, 1) < 0;
    }
}

/* A TCP packet with nothing unusual in its headers, read where it lies, does not. */
static __always_inline int sp_is_straight(const struct __sk_buff* skb) {
    const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
    const struct sp_ipv4* ip4 = data;
    const struct sp_ipv6* ip6 = data;

    if (skb->protocol == bpf_htons(ETH_P_IP))
        return (const void*)(ip4 + 1) <= end && ip4->version_ihl == 0x45 &&
               !sp_leaves_loopback(skb, 0, SP_V4_LOW(ip4->destination));
    return (const void*)(ip6 + 1) <= end && ip6->next == IPPROTO_TCP &&
           !sp_leaves_loopback(skb, ip6->destination.halves[0], ip6->destination.halves[1]);
}

/* The peer of a connected stream socket, from the socket: NAT may have rewritten the packet.
 * Fields of a socket are read one by one and before any branch: the verifier refuses the pointer
 * arithmetic that the compiler would make of two branches reading different ones. */
#define SP_FIELD(sk, field) (*(volatile __u32*)&(sk)->field)

static __always_inline void sp_stream_peer(const struct bpf_sock* sk, struct sp_packet* p) {
    __u32 remote_v4 = SP_FIELD(sk, dst_ip4), local_v4 = SP_FIELD(sk, src_ip4);
    union sp_addr remote, local;

    remote.words[0] = SP_FIELD(sk, dst_ip6[0]);
    remote.words[1] = SP_FIELD(sk, dst_ip6[1]);
    remote.words[2] = SP_FIELD(sk, dst_ip6[2]);
    remote.words[3] = SP_FIELD(sk, dst_ip6[3]);
    local.words[0] = SP_FIELD(sk, src_ip6[0]);
    local.words[1] = SP_FIELD(sk, src_ip6[1]);
    local.words[2] = SP_FIELD(sk, src_ip6[2]);
    local.words[3] = SP_FIELD(sk, src_ip6[3]);
    if (sk->family == AF_INET) {
        sp_map_v4(&remote, remote_v4);
        sp_map_v4(&local, local_v4);
    }
    p->remote = remote;
    p->local = local;
    p->rport = bpf_ntohs(sk->dst_port);
    p->lport = sk->src_port;
    p->protocol = IPPROTO_TCP;
    p->has_ports = 1;
}

static __always_inline int sp_same_peer(const struct sp_socket* s, const struct sp_packet* p) {
    return s->has_peer && s->rport == p->rport && s->protocol == p->protocol &&
           s->remote.halves[0] == p->remote.halves[0] && s->remote.halves[1] == p->remote.halves[1];
}

static __always_inline void sp_set_peer(struct sp_socket* s, const struct sp_packet* p) {
    s->remote = p->remote;
    s->rport = p->rport;
    s->lport = p->lport;
    s->protocol = p->protocol;
    s->has_peer = 1;
}

#endif
