/* Every packet that leaves a socket: where the law is enforced. Never trusts `current`.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "datagram.h"
#include "stream.h"

SEC("cgroup_skb/egress")
int sp_egress(struct __sk_buff* skb) {
    struct bpf_sock* sk = skb->sk;
    struct sp_socket* s;

    if (!sk)
        return SP_SKB_PASS; /* made by the kernel: no socket, no program */
    sk = bpf_sk_fullsock(sk);
    if (!sk)
        return SP_SKB_PASS; /* time-wait or request: the kernel's own control packets */
    s = bpf_sk_storage_get(&sockets, sk, 0, 0);
    if (!s)
        s = sp_adopt(skb, sk);
    if (!s)
        return SP_SKB_DROP; /* no memory */
    if (sk->type == SOCK_STREAM && sk->protocol == IPPROTO_TCP)
        return sp_stream(skb, sk, s, 1);
    return sp_datagram(skb, sk, s, 1);
}

char LICENSE[] SEC("license") = "GPL";
