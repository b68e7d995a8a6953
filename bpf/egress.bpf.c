/* Every packet that leaves a socket: where the law is enforced. Never trusts `current`.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "socket_packet.h"

__noinline int sp_stream_egress(struct __sk_buff* skb) {
    return sp_stream_packet(skb, 1);
}

__noinline int sp_datagram_egress(struct __sk_buff* skb) {
    return sp_datagram_packet(skb, 1);
}

SEC("cgroup_skb/egress")
int sp_egress(struct __sk_buff* skb) {
    int verdict = sp_packet_verdict(skb, sp_stream_egress, sp_datagram_egress, 1);

    /* The verifier must see that only these three come out. */
    if (verdict == SP_SKB_PASS)
        return SP_SKB_PASS;
    return verdict == SP_SKB_DROP_QUIET ? SP_SKB_DROP_QUIET : SP_SKB_DROP;
}

char LICENSE[] SEC("license") = "GPL";
