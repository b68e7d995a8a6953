/* Puts right what holding did to a TCP connection: its first window, and how long a dead peer is
 * tried after the answer. Only used while something is or was held lately: the kernel calls a
 * sockops program nine times a connection.
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
SEC("sockops")
int sp_sockops(struct bpf_sock_ops* ctx) {
    struct sp_socket* s;
    int window = SP_INITIAL_WINDOW;

    if (ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
        return SP_SOCKOPS_DONE;
    s = sp_stream_find(bpf_get_socket_cookie(ctx));
    if (s && (s->flow.flags & SP_FLOW_WAS_HELD))
        bpf_setsockopt(ctx, IPPROTO_TCP, TCP_BPF_IW, &window, sizeof(window));
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
 * TCP_NODELAY pushes what is queued. What has no answer yet is refused once more. */
SEC("iter/tcp")
int sp_iter_said(struct bpf_iter__tcp* ctx) {
    struct sock_common* common = ctx->sk_common;
    struct tcp_sock* tcp;
    struct sp_socket* s;
    int on = 1, off = 0;

    if (!common ||
        (common->skc_state != SP_TCP_ESTABLISHED && common->skc_state != SP_TCP_CLOSE_WAIT))
        return 0;
    s = sp_stream_find(bpf_get_socket_cookie(common));
    if (!s || SP_DECISION_VERDICT(s->flow.decision) != SP_VERDICT_FIRST_DATA)
        return 0;
    tcp = bpf_skc_to_tcp_sock(common);
    if (!tcp)
        return 0;
    if (BPF_CORE_READ_BITFIELD_PROBED(tcp, nonagle) & SP_NAGLE_OFF)
        off = 1; /* as the program wants it */
    bpf_setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    bpf_setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &off, sizeof(off));
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
