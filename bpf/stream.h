/* Packets of TCP sockets (MPTCP subflows are TCP sockets too).
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_STREAM_H
#define SALLYPORT_BPF_STREAM_H

#include "packet.h"

/* A peer's SYN at a listener is judged as an inbound flow. The listener's own SYN-ACK follows from
 * an accepted SYN, and the ACK that completes the handshake makes a socket that is judged itself.
 */
static __noinline int sp_listener(struct __sk_buff* skb, struct sp_socket* s, int egress) {
    struct sp_packet p = {};
    struct sp_flow_key key;
    struct sp_flow* flow;
    __u8 flags;
    int offset;

    if (egress)
        return SP_SKB_PASS;
    offset = sp_parse(skb, &p, egress, 1);
    if (offset <= 0 || bpf_skb_load_bytes(skb, offset + 13, &flags, 1)) {
        SP_BUMP(packets_unparsed);
        return SP_SKB_DROP;
    }
    if (!(flags & SP_TCP_SYN) || (flags & SP_TCP_ACK))
        return SP_SKB_PASS;
    p.direction = SP_DIRECTION_IN;
    p.tcp_state = SP_TCP_LISTEN;
    sp_key(&key, s->cookie, &p);
    /* Who is let in at once needs no entry of his own: the accepted socket will be the flow. */
    if (!bpf_map_lookup_elem(&peers, &key) && sp_is_welcome(&s->owner, &p, &key))
        return SP_SKB_PASS;
    flow = sp_peer_flow(&key, s->owner.serial);
    if (!flow)
        return SP_SKB_DROP;
    return sp_enforce(skb, &s->owner, flow, &key, &p);
}

/* The first packet of an accepted socket, whose storage is a copy of its listener's. */
static __always_inline void sp_accepted(struct __sk_buff* skb, struct sp_socket* s,
                                        const struct sp_packet* p) {
    __builtin_memset(&s->flow, 0, sizeof(s->flow));
    s->cookie = bpf_get_socket_cookie(skb);
    s->inbound = 1;
    s->flow.flags = SP_FLOW_INBOUND;
    sp_set_peer(s, p);
}

/* Off the common path, and out of the way of its stack. */
static __noinline int sp_stream_anew(struct __sk_buff* skb, struct bpf_sock* sk,
                                     struct sp_socket* s, int egress) {
    struct sp_packet p = {};
    struct sp_flow_key key;

    sp_stream_peer(sk, &p);
    p.tcp_state = sk->state;
    p.egress = egress;
    if (!s->has_peer)
        sp_accepted(skb, s, &p);
    p.direction = s->inbound ? SP_DIRECTION_IN : SP_DIRECTION_OUT;
    /* Only a SYN is worth a copy: everything later the kernel sends again by itself. */
    p.copy = egress && p.tcp_state == SP_TCP_SYN_SENT;
    sp_key(&key, s->cookie, &p);
    return sp_enforce(skb, &s->owner, &s->flow, &key, &p);
}

static __always_inline int sp_stream(struct __sk_buff* skb, struct bpf_sock* sk,
                                     struct sp_socket* s, int egress) {
    struct sp_config* c = sp_config();

    if (s->has_peer && c && sp_allows(s->flow.decision, SP_READ_ONCE(c->generation)) &&
        (s->flow.flags & SP_FLOW_OPEN)) {
        sp_count(&s->flow, skb, egress);
        return SP_SKB_PASS;
    }
    return sk->state == SP_TCP_LISTEN ? sp_listener(skb, s, egress)
                                      : sp_stream_anew(skb, sk, s, egress);
}

#endif
