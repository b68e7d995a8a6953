/* Birth and death of sockets: who opened it, and the last report of what it carried.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "end.h"
#include "judge.h"
#include "streams.h"

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
    sp_own(&s->owner, bpf_get_netns_cookie(sk));
    return SP_CREATE_PASS;
}

/* For listeners. One that never called bind() has no owner until the helper looks for it. */
SEC("cgroup/post_bind4")
int sp_post_bind4(struct bpf_sock* sk) {
    return sp_bound(sk);
}

SEC("cgroup/post_bind6")
int sp_post_bind6(struct bpf_sock* sk) {
    return sp_bound(sk);
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
