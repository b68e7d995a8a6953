/* A TCP socket is accepted, or is over.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define SP_EXACT_CLOCK
#include "end.h"
#include "streams.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#define SP_TCP_ESTABLISHED 1 /* include/net/tcp_states.h */
#define SP_TCP_SYN_RECV 3

static __always_inline struct sp_socket* sp_accepted_by(const struct sp_arrival_key* arrival) {
    __u32 port = arrival->lport;
    struct sp_listening* l = bpf_map_lookup_elem(&listening, &port);
    __u64* cookie;

    if (!l || !l->sockets)
        return 0;
    if (l->sockets == 1)
        return sp_stream_find(l->cookies);
    cookie = bpf_map_lookup_elem(&arrivals, arrival);
    return cookie ? sp_stream_find(*cookie) : 0;
}

/* The handshake is over, while the peer's packet is handled that a listener just saw. The listener
 * may be closed before the accepted socket has its first packet (nc -l). */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(sp_tcp_state, struct sock* sk, int oldstate, int newstate) {
    struct sp_arrival_key arrival = {};
    struct sp_socket *listener, *s;

    if (newstate != SP_TCP_ESTABLISHED || oldstate != SP_TCP_SYN_RECV ||
        sk->sk_protocol != IPPROTO_TCP)
        return 0;
    if (sk->__sk_common.skc_family == AF_INET) {
        arrival.remote.words[2] = arrival.local.words[2] = bpf_htonl(0xffff);
        arrival.remote.words[3] = sk->__sk_common.skc_daddr;
        arrival.local.words[3] = sk->__sk_common.skc_rcv_saddr;
    } else {
        BPF_CORE_READ_INTO(&arrival.remote, sk, __sk_common.skc_v6_daddr);
        BPF_CORE_READ_INTO(&arrival.local, sk, __sk_common.skc_v6_rcv_saddr);
    }
    arrival.rport = bpf_ntohs(sk->__sk_common.skc_dport);
    arrival.lport = sk->__sk_common.skc_num;
    arrival.netns = sk->__sk_common.skc_net.net->net_cookie;
    listener = sp_accepted_by(&arrival);
    if (!listener)
        return 0; /* its first packet looks again */
    s = sp_stream_take(bpf_get_socket_cookie(sk));
    if (!s || s->has_peer)
        return 0;
    s->owner = listener->owner;
    s->kernel = listener->kernel;
    s->inbound = 1;
    s->remote = arrival.remote;
    s->rport = arrival.rport;
    s->lport = arrival.lport;
    s->protocol = IPPROTO_TCP;
    s->has_peer = 1;
    __sync_fetch_and_or(&s->flow.flags, SP_FLOW_INBOUND);
    return 0;
}

/* Once for each, the kernel's own and never connected ones included; it sends nothing afterwards.
 */
SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(sp_tcp_gone, struct sock* sk) {
    struct sp_socket* s = sp_stream_find(bpf_get_socket_cookie(sk));

    if (!s)
        return 0;
    sp_listens_no_more(s);
    sp_end(s);
    sp_stream_drop(s->cookie);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
