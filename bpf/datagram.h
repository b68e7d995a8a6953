/* Packets of all sockets but TCP: UDP, UDP-Lite, ping, raw, SCTP. Each peer is a flow.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_DATAGRAM_H
#define SALLYPORT_BPF_DATAGRAM_H

#include "packet.h"

/* The helper sends held packets from two raw sockets of its own. */
static __always_inline int sp_is_injector(const struct sp_socket* s) {
    struct sp_config* c = sp_config();

    return c && s->cookie && (s->cookie == c->inject_cookie[0] || s->cookie == c->inject_cookie[1]);
}

/* Off the common path: a further peer, or a flow that is not known to be allowed. */
static __noinline int sp_datagram_anew(struct __sk_buff* skb, struct sp_socket* s,
                                       struct sp_packet* p) {
    struct sp_config* c = sp_config();
    struct sp_flow_key key;
    struct sp_flow* flow;

    /* The first peer a socket sends to stays in its storage and never changes there, so that its
     * decision can be read while another packet is judged on another processor. */
    if (p->egress && !s->has_peer)
        sp_set_peer(s, p);
    sp_key(&key, s->cookie, p);
    flow = sp_same_peer(s, p) ? &s->flow : sp_peer_flow(&key, s->owner.serial);
    if (!flow)
        return SP_SKB_DROP;
    if (c && sp_allows(flow->decision, SP_READ_ONCE(c->generation)) &&
        (flow->flags & SP_FLOW_OPEN)) {
        sp_count(flow, skb, p->egress);
        return SP_SKB_PASS;
    }
    if (!p->egress && !flow->started_ns)
        flow->flags |= SP_FLOW_INBOUND;
    p->direction = flow->flags & SP_FLOW_INBOUND ? SP_DIRECTION_IN : SP_DIRECTION_OUT;
    p->copy = p->egress;
    return sp_enforce(skb, &s->owner, flow, &key, p);
}

/* A raw socket is handed a copy of every packet of its protocol, whoever it is meant for. Nobody is
 * asked about those: they pass when a rule or the mode lets them. */
static __noinline int sp_overhears(struct sp_socket* s, struct sp_packet* p) {
    struct sp_flow_key key;

    p->direction = SP_DIRECTION_IN;
    sp_key(&key, s->cookie, p);
    return sp_is_welcome(&s->owner, p, &key) ? SP_SKB_PASS : SP_SKB_DROP;
}

static __always_inline int sp_datagram(struct __sk_buff* skb, struct bpf_sock* sk,
                                       struct sp_socket* s, int egress) {
    struct sp_config* c = sp_config();
    int raw = sk->type == SOCK_RAW;
    int allowed = c && sp_allows(s->flow.decision, SP_READ_ONCE(c->generation)) &&
                  (s->flow.flags & SP_FLOW_OPEN);
    struct sp_packet p = {};

    if (raw && sp_is_injector(s))
        return SP_SKB_PASS;
    /* A raw socket can write any ports it likes: it has none. */
    if (sp_parse(skb, &p, egress, !raw) < 0) {
        SP_BUMP(packets_unparsed);
        return SP_SKB_DROP;
    }
    /* The kernel's own resets and acknowledgements for connections that have no socket any more. */
    if (raw && s->kernel && p.protocol == IPPROTO_TCP)
        return SP_SKB_PASS;
    /* What comes in on a raw socket answers what it was allowed to send (ping, traceroute). */
    if (allowed && (sp_same_peer(s, &p) || (raw && !egress))) {
        sp_count(&s->flow, skb, egress);
        return SP_SKB_PASS;
    }
    if (raw && !egress)
        return sp_overhears(s, &p);
    return sp_datagram_anew(skb, s, &p);
}

#endif
