/* Puts right what holding did to a TCP connection: its first window, and how long a dead peer is
 * tried after the answer. Tells a connection how fast its rule lets it send. Only used while
 * something is or was held lately, or a rule limits what is sent: the kernel calls a sockops
 * program nine times a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "judge.h"
#include "streams.h"
#include <bpf/bpf_tracing.h>

#define SP_TCP_SYN_SENT 2    /* include/net/tcp_states.h */
#define SP_INITIAL_WINDOW 10 /* segments, RFC 6928 */
#define SP_RETRIES_AFTER 6   /* the kernel's default tcp_syn_retries */
#define SP_MAX_RETRIES 127
#ifndef TCP_BPF_IW
#define TCP_BPF_IW 1001
#endif

/* The return value of a sockops program is not a verdict. */
enum { SP_SOCKOPS_DONE = 1 };

/* After more than one retransmitted SYN the kernel starts with a window of one segment
 * (net/ipv4/tcp_input.c, tcp_init_transfer). */
static __always_inline void sp_mend_window(struct bpf_sock_ops* ctx, const struct sp_socket* s) {
    int window = SP_INITIAL_WINDOW;

    if (s->flow.flags & SP_FLOW_WAS_HELD)
        bpf_setsockopt(ctx, IPPROTO_TCP, TCP_BPF_IW, &window, sizeof(window));
}

#define SP_NO_PACE 0xffffffffu   /* of SO_MAX_PACING_RATE */
#define SP_NO_WINDOW 0x7fffffffu /* include/net/tcp.h, TCP_INFINITE_SSTHRESH */
#ifndef TCP_BPF_SNDCWND_CLAMP
#define TCP_BPF_SNDCWND_CLAMP 1002
#endif
#define SP_LEAST_WINDOW 4     /* segments; fewer wait for delayed acknowledgements */
#define SP_WINDOW_US 10000ull /* and what the pace lets go in so many us */

/* Where the way is short TCP sends 64 kB at once, whatever its pace (net/ipv4/tcp_output.c,
 * tcp_tso_autosize()): of a slow one that is the part of many seconds. It has no use for a window
 * of more than twice what is on the way. */
static __always_inline __u32 sp_window_of(const struct bpf_sock_ops* ctx, __u32 pace) {
    __u64 us = SP_WINDOW_US + (ctx->srtt_us >> 3) * 2, window = SP_NO_WINDOW;
    __u32 segment = ctx->mss_cache;

    if (segment)
        window = SP_LEAST_WINDOW + pace * us / 1000000 / segment;
    return window > SP_NO_WINDOW ? SP_NO_WINDOW : window;
}

/* What differs little is not worth a call, and a new window makes TCP forget what losses taught it.
 */
static __always_inline void sp_tell_pace(struct bpf_sock_ops* ctx, struct sp_share* share,
                                         __u32 pace, __u32 window) {
    __u64 was = share->pace;

    if (pace > was + was / 16 || pace < was - was / 16) {
        bpf_setsockopt(ctx, SOL_SOCKET, SO_MAX_PACING_RATE, &pace, sizeof(pace));
        share->pace = pace;
    }
    was = share->window;
    if (window > was + was / 2 || window < was / 2) {
        bpf_setsockopt(ctx, IPPROTO_TCP, TCP_BPF_SNDCWND_CLAMP, &window, sizeof(window));
        share->window = window;
    }
}

/* The bucket that the connection sends from; 0: as fast as it likes. */
static __always_inline struct sp_bucket* sp_sends_from(__u64 decision) {
    __u32 rule = SP_DECISION_RULE(decision);
    struct sp_limit* limit = sp_is_limited(decision) ? bpf_map_lookup_elem(&limits, &rule) : 0;

    return limit && limit->up.bytes_a_second ? &limit->up : 0;
}

/* 0: the connection need not be told again. TCP without a pace takes what the packet program lets
 * it have: where this fails the limit holds, too. */
static __noinline int sp_pace(struct bpf_sock_ops* ctx, __u64 decision) {
    struct sp_bucket* bucket = sp_sends_from(decision);
    struct bpf_sock* sk = ctx->sk;
    struct sp_share* share;
    __u64 part;

    share = sk ? bpf_sk_storage_get(&shares, sk, 0, bucket ? BPF_SK_STORAGE_GET_F_CREATE : 0) : 0;
    if (!bucket) {
        if (share && share->pace) {
            sp_tell_pace(ctx, share, share->own, SP_NO_WINDOW);
            share->pace = 0;
        }
        return !sp_lets_go(SP_DECISION_VERDICT(decision));
    }
    if (!share)
        return 1;
    part = sp_part_of(bucket, bpf_ktime_get_ns());
    if (!share->pace) {
        share->own = SP_NO_PACE;
        bpf_getsockopt(ctx, SOL_SOCKET, SO_MAX_PACING_RATE, &share->own, sizeof(share->own));
    }
    if (part > share->own)
        part = share->own;
    sp_tell_pace(ctx, share, part, sp_window_of(ctx, part));
    return 1;
}

static __always_inline void sp_pace_on(struct bpf_sock_ops* ctx, int on) {
    int flags = ctx->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_RTT_CB_FLAG;

    bpf_sock_ops_cb_flags_set(ctx, on ? flags | BPF_SOCK_OPS_RTT_CB_FLAG : flags);
}

/* A connection whose rule limits it is told how fast it may go when it begins, and once for each
 * time that a segment takes there and back. One that was accepted has no entry at its beginning. */
SEC("sockops")
int sp_sockops(struct bpf_sock_ops* ctx) {
    struct sp_socket* s;

    switch (ctx->op) {
        case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
            if (SP_READ_ONCE(config.paces))
                sp_pace_on(ctx, 1);
            return SP_SOCKOPS_DONE;
        case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
        case BPF_SOCK_OPS_RTT_CB:
            break;
        default:
            return SP_SOCKOPS_DONE;
    }
    s = sp_stream_find(bpf_get_socket_cookie(ctx));
    if (!s)
        return SP_SOCKOPS_DONE;
    if (ctx->op == BPF_SOCK_OPS_RTT_CB) {
        if (!sp_pace(ctx, s->flow.decision))
            sp_pace_on(ctx, 0);
        return SP_SOCKOPS_DONE;
    }
    sp_mend_window(ctx, s);
    if (SP_READ_ONCE(config.paces) && sp_pace(ctx, s->flow.decision))
        sp_pace_on(ctx, 1);
    return SP_SOCKOPS_DONE;
}

/* connect.bpf.c let held connections try 127 times. Those of them that were allowed since and whose
 * peer is still silent get as many as others have, from now on. */
SEC("iter/tcp")
int sp_iter_released(struct bpf_iter__tcp* ctx) {
    struct sock_common* common = ctx->sk_common;
    struct tcp_sock* tcp;
    struct sp_socket* s;
    int retries;

    if (!common || common->skc_state != SP_TCP_SYN_SENT)
        return 0;
    s = sp_stream_find(bpf_get_socket_cookie(common));
    if (!s || !(s->flow.flags & SP_FLOW_WAS_HELD) || (s->flow.flags & SP_FLOW_MENDED) ||
        !sp_lets_go(SP_DECISION_VERDICT(s->flow.decision)))
        return 0;
    tcp = bpf_skc_to_tcp_sock(common);
    if (!tcp)
        return 0;
    retries = tcp->inet_conn.icsk_retransmits + SP_RETRIES_AFTER;
    if (retries > SP_MAX_RETRIES)
        retries = SP_MAX_RETRIES;
    if (!bpf_setsockopt(tcp, IPPROTO_TCP, TCP_SYNCNT, &retries, sizeof(retries)))
        s->flow.flags |= SP_FLOW_MENDED;
    return 0;
}

#define SP_TCP_ESTABLISHED 1
#define SP_TCP_CLOSE_WAIT 8
#define SP_NAGLE_OFF 1 /* include/net/tcp.h, TCP_NAGLE_OFF */

/* Connections whose first data waited for a name (SP_VERDICT_FIRST_DATA) try to send it: setting
 * TCP_NODELAY pushes what is queued. What has no answer yet is refused once more. One that is
 * sought ends the walk, which goes through some hundred thousand buckets, mostly empty. */
SEC("iter/tcp")
int sp_iter_said(struct bpf_iter__tcp* ctx) {
    struct sock_common* common = ctx->sk_common;
    struct tcp_sock* tcp;
    struct sp_socket* s;
    int on = 1, off = 0;
    __u64 sought, cookie;

    if (!common ||
        (common->skc_state != SP_TCP_ESTABLISHED && common->skc_state != SP_TCP_CLOSE_WAIT))
        return 0;
    sought = SP_READ_ONCE(config.said);
    cookie = bpf_get_socket_cookie(common);
    if (sought && cookie != sought)
        return 0;
    s = sp_stream_find(cookie);
    if (!s || SP_DECISION_VERDICT(s->flow.decision) != SP_VERDICT_FIRST_DATA)
        return !!sought;
    tcp = bpf_skc_to_tcp_sock(common);
    if (!tcp)
        return 0;
    if (BPF_CORE_READ_BITFIELD_PROBED(tcp, nonagle) & SP_NAGLE_OFF)
        off = 1; /* as the program wants it */
    bpf_setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    bpf_setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &off, sizeof(off));
    return !!sought;
}

char LICENSE[] SEC("license") = "GPL";
