/* A packet of a socket, whichever kind it is of.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_SOCKET_PACKET_H
#define SALLYPORT_BPF_SOCKET_PACKET_H

#include "datagram.h"
#include "stream.h"

/* The common path, for what is allowed and told: as few steps as can be. */
static __always_inline struct sp_flow* sp_known_flow(struct __sk_buff* skb, struct bpf_sock* sk,
                                                     int egress) {
    struct sp_udp_peer peer;
    struct sp_socket* s;
    __u64 cookie;

    if (sp_plain_udp(skb, &peer, egress)) {
        s = bpf_sk_storage_get(&sockets, sk, 0, 0);
        return s && sp_is_first_peer(s, &peer) && sp_goes_on(&s->flow) ? &s->flow : 0;
    }
    cookie = bpf_get_socket_cookie(skb);
    s = sp_slot_of(cookie);
    if (!s || s->cookie != cookie || !sp_goes_on(&s->flow))
        return 0;
    if (!s->lport) /* the kernel chose it after connect() was asked about */
        s->lport = sk->src_port;
    return &s->flow;
}

/* All others. Called from a global function of its program: the verifier looks at those once, and
 * not once for each way that leads there. */
static __always_inline int sp_any_packet(struct __sk_buff* skb, int egress) {
    struct bpf_sock* sk = skb->sk;
    int verdict;

    if (!sk)
        return SP_SKB_PASS; /* made by the kernel: no socket, no program */
    sk = bpf_sk_fullsock(sk);
    if (!sk)
        return SP_SKB_PASS; /* time-wait or request: the kernel's own control packets */
    if (sk->type == SOCK_STREAM && sk->protocol == IPPROTO_TCP)
        return sp_stream(skb, sk, egress);
    verdict = sp_datagram(skb, sk, egress);
    if (verdict == SP_SKB_PASS && sk->type == SOCK_DGRAM && sk->protocol == IPPROTO_UDP)
        sp_tell_dns(skb, egress);
    return verdict;
}

/* 1: passed and counted. 0: sp_any_packet() must look. */
static __always_inline int sp_passed(struct __sk_buff* skb, int egress) {
    struct bpf_sock* sk = skb->sk;
    struct sp_flow* flow = sk ? sp_known_flow(skb, sk, egress) : 0;

    if (flow)
        sp_count(flow, skb, egress);
    return flow != 0;
}

#endif
