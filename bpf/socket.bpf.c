/* Birth and death of sockets: who opened it, and the last report of what it carried.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "end.h"
#include "judge.h"
#include "streams.h"
#include <bpf/bpf_tracing.h>

#define SP_TCP_LISTEN 10 /* include/net/tcp_states.h */

enum sp_create_verdict {
    SP_CREATE_REFUSE = 0, /* socket() fails with EPERM */
    SP_CREATE_PASS = 1,
};

/* TCP's packets come from a socket of this kind; MPTCP's come from TCP sockets of its own. */
static __always_inline int sp_is_stream(const struct bpf_sock* sk) {
    return sk->type == SOCK_STREAM &&
           (sk->protocol == IPPROTO_TCP || sk->protocol == IPPROTO_MPTCP);
}

/* A TCP socket belongs to who connects it, or binds it and listens. */
SEC("cgroup/sock_create")
int sp_sock_create(struct bpf_sock* sk) {
    struct sp_socket* s;

    if (sp_is_stream(sk))
        return SP_CREATE_PASS;
    s = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!s) { /* a socket without an owner would be taken for somebody else's later */
        SP_BUMP(sockets_full);
        return SP_CREATE_REFUSE;
    }
    s->cookie = bpf_get_socket_cookie(sk);
    sp_own(&s->owner, bpf_get_netns_cookie(sk));
    return SP_CREATE_PASS;
}

static __always_inline int sp_bound(struct bpf_sock* sk) {
    struct sp_socket* s;

    if (!sp_is_stream(sk))
        return SP_CREATE_PASS;
    s = sp_stream_take(bpf_get_socket_cookie(sk));
    if (!s)
        return SP_CREATE_REFUSE;
    sp_own_socket(s, sp_sock_behind(sk), bpf_get_netns_cookie(sk));
    return SP_CREATE_PASS;
}

/* For who chooses the port from which it connects. */
SEC("cgroup/post_bind4")
int sp_post_bind4(struct bpf_sock* sk) {
    return sp_bound(sk);
}

SEC("cgroup/post_bind6")
int sp_post_bind6(struct bpf_sock* sk) {
    return sp_bound(sk);
}

/* Whoever listens owns the socket: it may have a port without bind(), or from another. In the
 * caller's own context (net/ipv4/inet_connection_sock.c, inet_csk_listen_start()). */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(sp_begins_to_listen, struct sock* sk, int before, int now) {
    struct sp_socket* s;

    if (now != SP_TCP_LISTEN || sk->sk_protocol != IPPROTO_TCP)
        return 0;
    s = sp_stream_take(bpf_get_socket_cookie(sk));
    if (s)
        sp_own_socket(s, sk, sk->__sk_common.skc_net.net->net_cookie);
    return 0;
}

/* Datagram sockets end here. TCP sockets may go on sending and end in state.bpf.c. The verdict of
 * this hook is ignored by the kernel. */
SEC("cgroup/sock_release")
int sp_sock_release(struct bpf_sock* sk) {
    struct sp_socket* s;

    if (sp_is_stream(sk))
        return SP_CREATE_PASS;
    s = bpf_sk_storage_get(&sockets, sk, 0, 0);
    if (s)
        sp_end(s, 0);
    return SP_CREATE_PASS;
}

char LICENSE[] SEC("license") = "GPL";
