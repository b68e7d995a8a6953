/* What the connect and sendmsg programs share: an early verdict, so that a blocked program gets its
 * error at once. The packet programs enforce by themselves; nothing here lets anything through.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_EARLY_H
#define SALLYPORT_BPF_EARLY_H

#include "judge.h"

enum sp_addr_verdict {
    SP_ADDR_REFUSE = 0, /* the call fails: EPERM, or what bpf_set_retval() said */
    SP_ADDR_PASS = 1,   /* go on; the packets are judged */
};

/* Where a call wants to go. IPv4 is mapped, whichever family the socket has. */
struct sp_peer_addr {
    union sp_addr remote;
    __u16 rport;
    __u8 none;    /* the call named no address: the packets say where it goes */
    __u8 guessed; /* that is not sure by now */
};

/* No address is this machine, which the kernel fills in after these programs: for IPv4 the socket's
 * own address or one of its device's, else 127.0.0.1 (ip_route_output_key_hash_rcu() in
 * net/ipv4/route.c); ::1 for IPv6 (tcp_v6_connect(), udpv6_sendmsg()). */
static __always_inline void sp_peer_meant(struct sp_peer_addr* to, const struct bpf_sock* sk) {
    __u32 v4 = to->remote.words[2] == bpf_htonl(0xffff);
    __u32 own = sk ? sk->src_ip4 : 0;

    to->none = !to->remote.halves[0] && !to->remote.words[3] && (v4 || !to->remote.words[2]);
    to->guessed = to->none && (own || !sk || sk->bound_dev_if);
    if (to->none)
        to->remote.words[3] = !v4 ? bpf_htonl(1) : own ? own : bpf_htonl(0x7f000001);
}

static __always_inline void sp_peer_v4(const struct bpf_sock_addr* ctx, struct sp_peer_addr* to) {
    to->remote.words[0] = 0;
    to->remote.words[1] = 0;
    to->remote.words[2] = bpf_htonl(0xffff);
    to->remote.words[3] = ctx->user_ip4;
    to->rport = bpf_ntohs((__u16)ctx->user_port);
    sp_peer_meant(to, ctx->sk);
}

static __always_inline void sp_peer_v6(const struct bpf_sock_addr* ctx, struct sp_peer_addr* to) {
    to->remote.words[0] = ctx->user_ip6[0];
    to->remote.words[1] = ctx->user_ip6[1];
    to->remote.words[2] = ctx->user_ip6[2];
    to->remote.words[3] = ctx->user_ip6[3];
    to->rport = bpf_ntohs((__u16)ctx->user_port);
    sp_peer_meant(to, ctx->sk);
}

static __always_inline void sp_attempt_of(struct sp_attempt* a, struct sp_socket* s,
                                          const struct sp_peer_addr* to, __u32 protocol) {
    a->remote = to->remote;
    a->rport = to->rport;
    sp_refresh_owner(&s->owner);
    sp_attempt_by(a, &s->owner);
    a->protocol = protocol;
    a->direction = SP_DIRECTION_OUT;
    a->has_ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
                   protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP;
    if (!a->has_ports)
        a->rport = 0;
    a->lport = s->lport;
    a->lport_open = !s->lport;
}

static __always_inline void sp_early_key(struct sp_flow_key* key, const struct sp_socket* s,
                                         const struct sp_attempt* a) {
    __builtin_memset(key, 0, sizeof(*key));
    key->cookie = s->cookie;
    key->remote = a->remote;
    key->rport = a->rport;
    key->protocol = a->protocol;
}

/* The flow that packets made of the call's peer; 0: none has gone there or come from there. */
static __always_inline struct sp_flow* sp_early_flow(struct sp_socket* s,
                                                     const struct sp_flow_key* key) {
    struct sp_peer* peer;

    if (s->has_peer && s->rport == key->rport && s->protocol == key->protocol &&
        s->remote.halves[0] == key->remote.halves[0] &&
        s->remote.halves[1] == key->remote.halves[1])
        return &s->flow;
    peer = bpf_map_lookup_elem(&peers, key);
    return peer ? &peer->flow : 0;
}

/* Is this the first that is told of it? A flow that the helper knows goes on, blocked, and is told
 * once; its end comes with the socket's. Of any other a program that tries the same in a loop on
 * one socket is reported once a second. */
static __always_inline int sp_is_news(struct sp_socket* s, const struct sp_flow* known,
                                      const struct sp_flow_key* key, __u64 decision) {
    const union sp_addr* to = &key->remote;
    __u32 second = sp_now() >> 30;
    __u32 peer = to->words[0] ^ to->words[1] ^ to->words[2] ^ to->words[3] ^
                 ((__u32)key->rport << 16) ^ (__u32)decision ^ second * 2654435761u;

    if (known)
        return (__u32)known->reported != (__u32)decision;
    if (s->refused == peer)
        return 0;
    s->refused = peer;
    return 1;
}

/* A blocked call sends no packet, so it is reported here. `known`: its flow, of which the helper
 * has been told; 0: there is none. */
static __always_inline void sp_tell_refused(struct sp_socket* s, struct sp_flow* known,
                                            const struct sp_flow_key* key, __u64 decision) {
    struct sp_event_flow* e;

    if (known)
        known->decision = decision; /* for the end; of packets it is asked again */
    if (!sp_is_news(s, known, key, decision))
        return;
    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return;
    }
    __builtin_memset(e, 0, sizeof(*e));
    sp_head(&e->head, SP_EVENT_FLOW, sizeof(*e));
    e->key = *key;
    e->owner = s->owner;
    if (known) {
        known->reported = decision;
        e->flow = *known;
    } else {
        e->flow.decision = decision;
        e->flow.started_ns = e->head.time_ns;
        e->flow.flags = SP_FLOW_OPEN | SP_FLOW_ENDED; /* no packet will follow */
    }
    e->lport = s->lport;
    e->direction = SP_DIRECTION_OUT;
    bpf_ringbuf_submit(e, sp_wake(1, sizeof(*e)));
}

/* The error that the call fails with is told, unless a peer is answered who began: that is inbound,
 * and the packets are judged as such. */
static __always_inline int sp_refuse_call(struct sp_socket* s, const struct sp_flow_key* key,
                                          __u64 decision) {
    struct sp_flow* flow = sp_early_flow(s, key);

    if (flow && flow->flags & SP_FLOW_INBOUND)
        return SP_ADDR_PASS;
    sp_tell_refused(s, flow && flow->flags & SP_FLOW_OPEN ? flow : 0, key, decision);
    if (SP_DECISION_VERDICT(decision) == SP_VERDICT_BLOCK_REFUSE)
        bpf_set_retval(-ECONNREFUSED);
    return SP_ADDR_REFUSE;
}

/* PASS leaves it to the packets: what is silent, what waits, and what is allowed. */
static __always_inline int sp_early(struct sp_socket* s, const struct sp_flow_key* key,
                                    __u64 decision) {
    switch (SP_DECISION_VERDICT(decision)) {
        case SP_VERDICT_BLOCK_REFUSE:
        case SP_VERDICT_BLOCK_ERROR:
            return sp_refuse_call(s, key, decision);
        default:
            return SP_ADDR_PASS;
    }
}

/* The entry of a socket that is not TCP, made if there is none; 0: no memory, the call must fail.
 */
static __always_inline struct sp_socket* sp_stamped(struct bpf_sock_addr* ctx) {
    struct sp_socket* s;

    if (!ctx->sk)
        return 0;
    s = bpf_sk_storage_get(&sockets, ctx->sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!s) {
        SP_BUMP(sockets_full);
        return 0;
    }
    if (!s->cookie)
        s->cookie = bpf_get_socket_cookie(ctx);
    return s;
}

#endif
