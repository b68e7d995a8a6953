/* A TCP socket is over.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define SP_EXACT_CLOCK
#include "end.h"
#include "streams.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

/* The port is still there when the socket is no longer bound to it; the time is that of the last
 * packet, sent or received, or of a timer's end: no clock need be read. */
static __always_inline void sp_last_of(struct sp_last* last, struct sock* sk) {
    struct tcp_sock* tcp = bpf_skc_to_tcp_sock(sk);

    __builtin_memset(last, 0, sizeof(*last));
    if (!tcp)
        return;
    last->time_ns = tcp->tcp_mstamp * 1000 + config.slept_ns;
    last->lport = bpf_ntohs(tcp->inet_conn.icsk_inet.inet_sport);
    if (sk->__sk_common.skc_family == AF_INET) {
        last->local.words[2] = bpf_htonl(0xffff);
        last->local.words[3] = sk->__sk_common.skc_rcv_saddr;
    } else {
        bpf_core_read(&last->local, sizeof(last->local), &sk->__sk_common.skc_v6_rcv_saddr);
    }
}

static __always_inline int sp_gone(struct sock* sk) {
    struct sp_socket* s = sp_stream_find(bpf_get_socket_cookie(sk));
    struct sp_last last;

    if (!s)
        return 0;
    if (s->flow.flags & SP_FLOW_LISTENS)
        sp_listens_no_more(s);
    sp_end_knocks(s);
    if (s->has_peer) {
        sp_last_of(&last, sk);
        sp_end(s, &last);
    }
    sp_stream_drop(s->cookie);
    return 0;
}

/* Once for each, the kernel's own and never connected ones included; it sends nothing afterwards.
 */
SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(sp_tcp_gone, struct sock* sk) {
    return sp_gone(sk);
}

/* The same again: the kernel passes a program by that runs already on this processor
 * (kernel/trace/bpf_trace.c, __bpf_trace_run()). Sockets that a process ends while it works off
 * what came meanwhile (net/core/sock.c, __release_sock()) may be interrupted by packets that end
 * others. Of two programs at least one is not running then: the tracepoint keeps other processes
 * away, and packets do not interrupt packets. */
SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(sp_tcp_gone_meanwhile, struct sock* sk) {
    return sp_gone(sk);
}

char LICENSE[] SEC("license") = "GPL";
