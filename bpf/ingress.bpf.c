/* Every packet that reaches a socket: where the law is enforced. Never trusts `current`.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "socket_packet.h"

__noinline int sp_stream_ingress(struct __sk_buff* skb) {
    return sp_stream_packet(skb, 0);
}

__noinline int sp_datagram_ingress(struct __sk_buff* skb) {
    return sp_datagram_packet(skb, 0);
}

/* The verifier must see that only these two come out: ingress has no quiet drop. */
SEC("cgroup_skb/ingress")
int sp_ingress(struct __sk_buff* skb) {
    int verdict = sp_packet_verdict(skb, sp_stream_ingress, sp_datagram_ingress, 0);

    return verdict == SP_SKB_PASS ? SP_SKB_PASS : SP_SKB_DROP;
}

char LICENSE[] SEC("license") = "GPL";
