/* Packets of all sockets but TCP: UDP, UDP-Lite, ping, raw, SCTP. Each peer is a flow.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_DATAGRAM_H
#define SALLYPORT_BPF_DATAGRAM_H

#include "packet.h"

/* The helper sends held packets from raw sockets of its own. */
static __always_inline int sp_is_injector(const struct sp_socket* s) {
    __u64 cookie = s->cookie;

    return cookie && (cookie == config.inject_cookie[0] || cookie == config.inject_cookie[1] ||
                      cookie == SP_READ_ONCE(config.inject_cookie[2]) ||
                      cookie == SP_READ_ONCE(config.inject_cookie[3]));
}

/* Off the common path: a further peer, or a flow that is not known to be allowed. */
static __noinline int sp_datagram_anew(struct __sk_buff* skb, struct sp_socket* s,
                                       struct sp_packet* p) {
    struct sp_flow_key key;
    struct sp_flow* flow;

    /* The first peer stays in the socket's storage and never changes there, so that its decision
     * can be read while another packet is judged on another processor. */
    if (!s->has_peer && !(__sync_fetch_and_or(&s->flow.flags, SP_FLOW_PEER) & SP_FLOW_PEER))
        sp_set_peer(s, p);
    sp_key(&key, s->cookie, p);
    flow = sp_same_peer(s, p) ? &s->flow : sp_peer_flow(&key, s->owner.serial);
    if (!flow)
        return SP_SKB_DROP;
    if (sp_goes_on(flow, skb, p->egress)) {
        sp_count(flow, skb, p->egress);
        return SP_SKB_PASS;
    }
    if (!p->egress && !flow->started_ns)
        flow->flags |= SP_FLOW_INBOUND;
    p->direction = flow->flags & SP_FLOW_INBOUND ? SP_DIRECTION_IN : SP_DIRECTION_OUT;
    p->copy = p->egress;
    return sp_enforce(skb, &s->owner, flow, key.cookie, p);
}

/* A raw socket is handed a copy of every packet of its protocol, whoever it is meant for. Nobody is
 * asked about those: they pass when a rule or the mode lets them. */
static __noinline int sp_overhears(struct sp_socket* s, struct sp_packet* p) {
    struct sp_flow_key key;

    p->direction = SP_DIRECTION_IN;
    sp_key(&key, s->cookie, p);
    return sp_lets_go(SP_DECISION_VERDICT(sp_welcome(&s->owner, p, &key))) ? SP_SKB_PASS
                                                                           : SP_SKB_DROP;
}

/* The peer of a UDP packet that has nothing unusual in its headers, read where it lies. */
struct sp_udp_peer {
    __u64 high, low; /* the halves of its address */
    __u16 port;      /* network order */
};

static __always_inline int sp_plain_udp(const struct __sk_buff* skb, struct sp_udp_peer* peer,
                                        int egress) {
    const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
    const struct sp_ipv4* ip4 = data;
    const struct sp_ipv6* ip6 = data;
    const __u16* ports;

    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        ports = (const void*)(ip4 + 1);
        if ((const void*)(ports + 2) > end || ip4->version_ihl != 0x45 ||
            ip4->protocol != IPPROTO_UDP || (ip4->fragment & bpf_htons(0x3fff)))
            return 0;
        peer->high = 0;
        peer->low = SP_V4_LOW(egress ? ip4->destination : ip4->source);
    } else {
        ports = (const void*)(ip6 + 1);
        if ((const void*)(ports + 2) > end || ip6->next != IPPROTO_UDP)
            return 0;
        peer->high = (egress ? &ip6->destination : &ip6->source)->halves[0];
        peer->low = (egress ? &ip6->destination : &ip6->source)->halves[1];
    }
    peer->port = ports[egress ? 1 : 0];
    return peer->port != bpf_htons(SP_DNS_PORT); /* names are read from what comes from there */
}

static __always_inline int sp_is_first_peer(const struct sp_socket* s,
                                            const struct sp_udp_peer* peer) {
    return s->remote.halves[1] == peer->low && s->remote.halves[0] == peer->high &&
           s->rport == bpf_ntohs(peer->port) && s->has_peer && s->protocol == IPPROTO_UDP;
}

static __always_inline int sp_datagram(struct __sk_buff* skb, struct bpf_sock* sk, int egress) {
    struct sp_socket* s = bpf_sk_storage_get(&sockets, sk, 0, 0);
    int raw = sk->type == SOCK_RAW;
    struct sp_packet p = {};

    if (!s) {
        s = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
        if (!s) {
            SP_BUMP(sockets_full);
            return SP_SKB_DROP;
        }
        s->cookie = bpf_get_socket_cookie(skb);
        sp_adopt(s, sk);
    }
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
    if (sp_goes_on(&s->flow, skb, egress) && (sp_same_peer(s, &p) || (raw && !egress))) {
        sp_count(&s->flow, skb, egress);
        return SP_SKB_PASS;
    }
    if (raw && !egress)
        return sp_overhears(s, &p);
    return sp_datagram_anew(skb, s, &p);
}

#endif
