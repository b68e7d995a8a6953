/* Every packet that reaches a socket: where the law is enforced. Never trusts `current`.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "datagram.h"
#include "stream.h"

SEC("cgroup_skb/ingress")
int sp_ingress(struct __sk_buff* skb) {
    struct bpf_sock* sk = skb->sk;
    struct sp_socket* s;
    int verdict;

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
        verdict = sp_stream(skb, sk, s, 0);
    else
        verdict = sp_datagram(skb, sk, s, 0);
    /* The verifier must see that only these two come out: ingress has no quiet drop. */
    return verdict == SP_SKB_PASS ? SP_SKB_PASS : SP_SKB_DROP;
}

char LICENSE[] SEC("license") = "GPL";
