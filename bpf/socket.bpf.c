/* Birth and death of sockets: who opened it, and the last report of what it carried.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "end.h"
#include "judge.h"

enum sp_create_verdict {
    SP_CREATE_REFUSE = 0, /* socket() fails with EPERM */
    SP_CREATE_PASS = 1,
};

SEC("cgroup/sock_create")
int sp_sock_create(struct bpf_sock* sk) {
    struct sp_socket* s = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);

    if (!s) { /* a socket without an owner would be taken for somebody else's later */
        SP_BUMP(sockets_full);
        return SP_CREATE_REFUSE;
    }
    s->cookie = bpf_get_socket_cookie(sk);
    sp_own(&s->owner, bpf_get_netns_cookie(sk));
    return SP_CREATE_PASS;
}

/* Datagram sockets end here; TCP sockets may go on sending, they end in state.bpf.c. The verdict
 * of this hook is ignored by the kernel. */
SEC("cgroup/sock_release")
int sp_sock_release(struct bpf_sock* sk) {
    struct sp_socket* s = bpf_sk_storage_get(&sockets, sk, 0, 0);

    if (s && !(sk->type == SOCK_STREAM && sk->protocol == IPPROTO_TCP))
        sp_end(s);
    return SP_CREATE_PASS;
}

char LICENSE[] SEC("license") = "GPL";
