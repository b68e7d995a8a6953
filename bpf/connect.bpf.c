/* connect(), TCP Fast Open and MPTCP subflows: whoever connects owns the socket, and hears at once
 * when a rule says no.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "early.h"

#define SP_HELD_SYN_RETRIES 127 /* TCP_SYNCNT's maximum: about 64 s of half-second retries */

/* Starts the flow of a TCP socket anew; the socket lock keeps packets away meanwhile. */
static __always_inline void sp_begin_stream(struct sp_socket* s, const struct sp_attempt* a,
                                            __u64 decision) {
    __builtin_memset(&s->flow, 0, sizeof(s->flow));
    s->flow.decision = decision;
    s->flow.started_ns = bpf_ktime_get_boot_ns();
    s->remote = a->remote;
    s->rport = a->rport;
    s->protocol = IPPROTO_TCP;
    s->inbound = 0;
    s->has_peer = 1;
}

static __always_inline int sp_connect(struct bpf_sock_addr* ctx, struct sp_scan* scan) {
    struct sp_attempt* a = &scan->attempt;
    struct sp_socket* s = sp_stamped(ctx);
    int retries = SP_HELD_SYN_RETRIES;
    struct sp_flow_key key;
    __u64 decision;
    __u32 verdict;

    if (!s)
        return SP_ADDR_REFUSE;
    s->lport = ctx->sk->src_port;
    sp_own(&s->owner, bpf_get_netns_cookie(ctx));
    sp_attempt_of(a, s, ctx->protocol);
    sp_early_key(&key, s, a);
    decision = sp_decide(scan, &key);
    verdict = SP_DECISION_VERDICT(decision);
    if (ctx->type == SOCK_STREAM && ctx->protocol == IPPROTO_TCP) {
        sp_begin_stream(s, a, decision);
        if (verdict == SP_VERDICT_HOLD || verdict == SP_VERDICT_UNRESOLVED)
            bpf_setsockopt(ctx, IPPROTO_TCP, TCP_SYNCNT, &retries, sizeof(retries));
    }
    return sp_early(s, a, decision);
}

SEC("cgroup/connect4")
int sp_connect4(struct bpf_sock_addr* ctx) {
    struct sp_scan scan = {};

    sp_peer_v4(ctx, &scan.attempt);
    return sp_connect(ctx, &scan);
}

SEC("cgroup/connect6")
int sp_connect6(struct bpf_sock_addr* ctx) {
    struct sp_scan scan = {};

    sp_peer_v6(ctx, &scan.attempt);
    return sp_connect(ctx, &scan);
}

char LICENSE[] SEC("license") = "GPL";
