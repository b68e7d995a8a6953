/* connect(), TCP Fast Open and MPTCP subflows: whoever connects owns the socket, and hears at once
 * when a rule says no.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "early.h"
#include "end.h"
#include "flow.h"
#include "streams.h"

#define SP_HELD_SYN_RETRIES 127 /* TCP_SYNCNT's maximum: about 64 s of half-second retries */

/* Starts the flow of a TCP socket anew (a connection before it is over); the socket lock keeps
 * packets away meanwhile. */
static __always_inline void sp_begin_stream(struct sp_socket* s, const struct sp_attempt* a,
                                            __u64 decision) {
    sp_end(s, 0);
    __builtin_memset(&s->flow, 0, sizeof(s->flow));
    s->flow.decision = decision;
    s->flow.started_ns = sp_now();
    s->remote = a->remote;
    s->rport = a->rport;
    s->protocol = IPPROTO_TCP;
    s->inbound = 0;
    s->has_peer = 1;
    if (sp_tells_later(&s->flow))
        s->flow.flags = SP_FLOW_PASSED;
    if (a->rport == SP_DNS_PORT)
        s->flow.flags |= SP_FLOW_DNS;
    else if (!sp_is_loopback(&a->remote))
        s->flow.flags |= SP_FLOW_SAYS;
}

/* The entry of the first subflow of an MPTCP connection, for a further one: the kernel connects it
 * by itself, or for whoever manages paths. 0: it is none, or the first has ended. */
static __always_inline struct sp_socket* sp_first_subflow(struct bpf_sock* sk, __u64 cookie) {
    struct mptcp_sock* connection;
    __u64 first;

    if (!bpf_core_type_exists(struct mptcp_sock))
        return 0;
    connection = bpf_skc_to_mptcp_sock(sk);
    if (!connection)
        return 0;
    first = BPF_CORE_READ(connection, first, __sk_common.skc_cookie.counter);
    return first && first != cookie ? sp_stream_find(first) : 0;
}

static __always_inline int sp_connect(struct bpf_sock_addr* ctx, const struct sp_peer_addr* to) {
    struct sp_attempt attempt = {}, *a = &attempt;
    int stream = ctx->type == SOCK_STREAM && ctx->protocol == IPPROTO_TCP;
    struct sp_socket* s = stream ? sp_stream_take(bpf_get_socket_cookie(ctx)) : sp_stamped(ctx);
    struct bpf_sock* sk = ctx->sk;
    struct sp_socket* first;
    int retries = SP_HELD_SYN_RETRIES;
    struct sp_flow_key key;
    __u64 decision;
    __u32 verdict;

    if (!s || !sk)
        return SP_ADDR_REFUSE;
    s->lport = sk->src_port;
    first = stream ? sp_first_subflow(sk, s->cookie) : 0;
    if (first)
        s->owner = first->owner;
    else
        sp_own_socket(s, sp_sock_behind(sk), bpf_get_netns_cookie(ctx));
    sp_attempt_of(a, s, to, ctx->protocol);
    sp_early_key(&key, s, a);
    decision = sp_decide(a, &key);
    verdict = SP_DECISION_VERDICT(decision);
    if (!stream)
        ((struct sp_datagram*)s)->sender.tgid = 0; /* who sent before may not be who connects */
    if (stream) {
        sp_begin_stream(s, a, to->none ? 0 : decision);
        if (verdict == SP_VERDICT_HOLD || verdict == SP_VERDICT_UNRESOLVED)
            bpf_setsockopt(ctx, IPPROTO_TCP, TCP_SYNCNT, &retries, sizeof(retries));
    }
    return to->guessed ? SP_ADDR_PASS : sp_early(s, &key, decision);
}

SEC("cgroup/connect4")
int sp_connect4(struct bpf_sock_addr* ctx) {
    struct sp_peer_addr to;

    sp_peer_v4(ctx, &to);
    return sp_connect(ctx, &to);
}

SEC("cgroup/connect6")
int sp_connect6(struct bpf_sock_addr* ctx) {
    struct sp_peer_addr to;

    sp_peer_v6(ctx, &to);
    return sp_connect(ctx, &to);
}

char LICENSE[] SEC("license") = "GPL";
