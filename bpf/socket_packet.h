/* A packet of a socket, whichever kind it is of.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_SOCKET_PACKET_H
#define SALLYPORT_BPF_SOCKET_PACKET_H

#include "datagram.h"
#include "dns.h"
#include "stream.h"

/* The common path, for what is allowed and told: as few steps as can be. */
static __always_inline struct sp_flow* sp_known_flow(struct __sk_buff* skb, struct bpf_sock* sk,
                                                     int egress) {
    struct sp_udp_peer peer;
    struct sp_socket* s;
    __u64 cookie;

    if (sp_plain_udp(skb, &peer, egress)) {
        if (egress && sp_leaves_loopback(skb, peer.high, peer.low))
            return 0;
        s = bpf_sk_storage_get(&sockets, sk, 0, 0);
        return s && sp_is_first_peer(s, &peer) && sp_goes_on(&s->flow, skb, egress) ? &s->flow : 0;
    }
    if (egress && !sp_is_straight(skb))
        return 0;
    cookie = bpf_get_socket_cookie(skb);
    s = sp_slot_of(cookie);
    if (!s || s->cookie != cookie || !sp_goes_on(&s->flow, skb, egress))
        return 0;
    if (!s->lport) /* the kernel chose it after connect() was asked about */
        s->lport = sk->src_port;
    return &s->flow;
}

/* All others. Each kind is judged in a global function of its program: the verifier looks at those
 * once, and not once for each way that leads there, and neither needs room on the stack for the
 * other, which is all there is in 6.1. */
static __always_inline struct bpf_sock* sp_full_socket(struct __sk_buff* skb) {
    struct bpf_sock* sk = skb->sk;

    return sk ? bpf_sk_fullsock(sk) : 0;
}

static __always_inline int sp_stream_packet(struct __sk_buff* skb, int egress) {
    struct bpf_sock* sk = sp_full_socket(skb);
    int verdict;

    if (!sk)
        return SP_SKB_DROP; /* cannot be */
    verdict = sp_stream(skb, sk, egress);
    if (verdict == SP_SKB_PASS && sk->dst_port == bpf_htons(SP_DNS_PORT) &&
        sp_tell_dns_stream(skb, egress) == SP_DNS_STOP)
        return SP_SKB_DROP; /* it is sent again */
    return verdict;
}

static __always_inline int sp_datagram_packet(struct __sk_buff* skb, int egress) {
    struct bpf_sock* sk = sp_full_socket(skb);
    int verdict;

    if (!sk)
        return SP_SKB_DROP; /* cannot be */
    verdict = sp_datagram(skb, sk, egress);
    if (verdict == SP_SKB_PASS && sk->type == SOCK_DGRAM && sk->protocol == IPPROTO_UDP &&
        sp_tell_dns(skb, egress) == SP_DNS_STOP)
        return egress ? SP_SKB_DROP_QUIET : SP_SKB_DROP; /* lost, as in a full queue */
    return verdict;
}

/* 1: passed and counted. 0: the functions above must look. */
static __always_inline int sp_passed(struct __sk_buff* skb, int egress) {
    struct bpf_sock* sk = skb->sk;
    struct sp_flow* flow = sk ? sp_known_flow(skb, sk, egress) : 0;

    if (flow)
        sp_count(flow, skb, egress);
    return flow != 0;
}

static __always_inline int sp_packet_verdict(struct __sk_buff* skb,
                                             int (*stream)(struct __sk_buff*),
                                             int (*datagram)(struct __sk_buff*), int egress) {
    struct bpf_sock* sk;

    if (sp_passed(skb, egress))
        return SP_SKB_PASS;
    /* None: made by the kernel, no program's. Not full: time-wait or request, the kernel's own
     * control packets. */
    sk = sp_full_socket(skb);
    if (!sk)
        return SP_SKB_PASS;
    if (egress && sp_goes_astray(skb)) {
        SP_BUMP(packets_unparsed);
        return SP_SKB_DROP;
    }
    return sk->type == SOCK_STREAM && sk->protocol == IPPROTO_TCP ? stream(skb) : datagram(skb);
}

#endif
