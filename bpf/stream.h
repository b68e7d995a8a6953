/* Packets of TCP sockets (MPTCP subflows are TCP sockets too).
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_STREAM_H
#define SALLYPORT_BPF_STREAM_H

#include "packet.h"
#include "streams.h"

static __always_inline void sp_arrival_of(struct sp_arrival_key* arrival, struct bpf_sock* sk,
                                          const struct sp_packet* p) {
    __builtin_memset(arrival, 0, sizeof(*arrival));
    arrival->remote = p->remote;
    arrival->local = p->local;
    arrival->rport = p->rport;
    arrival->lport = p->lport;
    arrival->netns = BPF_CORE_READ(sp_sock_behind(sk), __sk_common.skc_net.net, net_cookie);
}

/* ---- the last guest -------------------------------------------------------------------------
 *
 * A listener remembers the last peer whose SYN was allowed, and by which decision, so that the
 * socket which the handshake makes need not be judged a second time: it has the same owner, peer
 * and ports. Peer, port and policy are one word, which is written and read whole; it has room for
 * IPv4 alone, others are judged twice. The decisions that stand beside it all allow, and by the
 * policy that the word names: if two peers write at once, at worst the rule that is told is the
 * other's. They stand where other sockets have their peer. */

/* 0: it has no room. */
static __always_inline __u64 sp_guest_of(const struct sp_packet* p, __u32 generation) {
    if (!sp_is_v4(&p->remote))
        return 0;
    return (__u64)p->remote.words[3] << 32 | (__u32)p->rport << 16 | (generation & 0xffff);
}

static __always_inline void sp_remember_guest(struct sp_socket* listener, const struct sp_packet* p,
                                              __u64 decision) {
    __u64 guest = sp_guest_of(p, SP_DECISION_GENERATION(decision));

    if (!guest || listener->has_peer || SP_DECISION_REASON(decision) == SP_REASON_ANSWER)
        return;
    SP_READ_ONCE(listener->remote.halves[1]) = decision;
    SP_READ_ONCE(listener->remote.halves[0]) = guest;
}

/* What was decided about the peer's SYN; 0: not known any more. */
static __always_inline __u64 sp_guest_decision(const struct sp_socket* listener,
                                               const struct sp_packet* p) {
    __u64 guest = SP_READ_ONCE(listener->remote.halves[0]);
    __u64 decision = SP_READ_ONCE(listener->remote.halves[1]);

    return guest && guest == sp_guest_of(p, SP_DECISION_GENERATION(decision)) ? decision : 0;
}

/* Whose the socket will be that a peer's packet to a listener makes. Returns nothing of use; a
 * function of its own because of the stack. */
static __noinline int sp_knock(struct bpf_sock* sk, struct sp_socket* s,
                               const struct sp_packet* p) {
    struct sp_arrival_key arrival;
    __u32 port = p->lport;
    struct sp_listening* l = bpf_map_lookup_elem(&listening, &port);
    struct sp_host host;

    if (!l)
        return 0;
    if (!(s->flow.flags & SP_FLOW_LISTENS))
        sp_listens(s, l, port);
    if (l->sockets == 1 && bpf_jiffies64() >= l->since)
        return 0;
    sp_arrival_of(&arrival, sk, p);
    sp_host_of(&host, s);
    return bpf_map_update_elem(&arrivals, &arrival, &host, BPF_ANY);
}

/* A peer's packet to a listener with nothing unusual in its headers, read where it lies. Returns 0
 * when it has, or is no TCP: then sp_parse() must look. */
static __always_inline int sp_plain_guest(const struct __sk_buff* skb, struct sp_packet* p,
                                          __u8* flags) {
    const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
    const struct sp_ipv4* ip = data;
    const struct sp_tcp* tcp = (const void*)(ip + 1);

    if (skb->protocol != bpf_htons(ETH_P_IP) || (const void*)(tcp + 1) > end ||
        ip->version_ihl != 0x45 || ip->protocol != IPPROTO_TCP ||
        (ip->fragment & bpf_htons(0x3fff)))
        return 0;
    sp_map_v4(&p->remote, ip->source);
    sp_map_v4(&p->local, ip->destination);
    p->protocol = IPPROTO_TCP;
    p->rport = bpf_ntohs(tcp->source);
    p->lport = bpf_ntohs(tcp->destination);
    p->has_ports = 1;
    *flags = tcp->flags;
    return 1;
}

static __noinline int sp_read_guest(struct __sk_buff* skb, struct sp_packet* p, __u8* flags) {
    int offset = sp_parse(skb, p, 0, 1);

    return offset > 0 && !bpf_skb_load_bytes(skb, offset + 13, flags, 1);
}

/* A peer's SYN at a listener is judged as an inbound flow. The listener's own SYN-ACK follows from
 * an accepted SYN, and the ACK that completes the handshake makes a socket that is judged itself.
 */
static __noinline int sp_listener(struct __sk_buff* skb, struct bpf_sock* sk, struct sp_socket* s,
                                  int egress) {
    struct sp_packet p = {};
    struct sp_flow_key key;
    struct sp_flow* flow;
    __u64 decision;
    __u8 flags;

    if (egress)
        return SP_SKB_PASS;
    if (!s) {
        s = sp_stream_take(bpf_get_socket_cookie(skb));
        if (!s)
            return SP_SKB_DROP;
        sp_adopt(s, sk);
    }
    if (!sp_plain_guest(skb, &p, &flags) && !sp_read_guest(skb, &p, &flags)) {
        SP_BUMP(packets_unparsed);
        return SP_SKB_DROP;
    }
    p.ifindex = skb->ifindex;
    sp_knock(sk, s, &p);
    if (!(flags & SP_TCP_SYN) || (flags & SP_TCP_ACK))
        return SP_SKB_PASS;
    p.direction = SP_DIRECTION_IN;
    p.tcp_state = SP_TCP_LISTEN;
    sp_key(&key, s->cookie, &p);
    /* Who is let in at once needs no entry of his own: the accepted socket will be the flow. */
    if (!(s->flow.flags & SP_FLOW_KNOCKED && bpf_map_lookup_elem(&peers, &key))) {
        decision = sp_welcome(&s->owner, &p, &key);
        if (sp_lets_go(SP_DECISION_VERDICT(decision))) {
            sp_remember_guest(s, &p, decision);
            return SP_SKB_PASS;
        }
    }
    __sync_fetch_and_or(&s->flow.flags, SP_FLOW_KNOCKED);
    flow = sp_peer_flow(&key, s->owner.serial);
    if (!flow)
        return SP_SKB_DROP;
    if (!(flow->flags & SP_FLOW_KNOCK))
        __sync_fetch_and_or(&flow->flags, SP_FLOW_KNOCK);
    return sp_enforce(skb, &s->owner, flow, key.cookie, &p);
}

static __always_inline void sp_came_in(struct sp_socket* s) {
    s->inbound = 1;
    __sync_fetch_and_or(&s->flow.flags, SP_FLOW_INBOUND);
}

/* `began`: when the handshake ended, in jiffies; 0: not known. */
static __always_inline void sp_accepted_by(struct sp_socket* s, const struct sp_owner* owner,
                                           int kernel, __u64 began) {
    s->owner = *owner;
    s->kernel = kernel;
    if (began)
        s->flow.started_ns = sp_now() - (bpf_jiffies64() - began) * config.tick_ns;
    sp_came_in(s);
}

/* When an accepted socket began: jiffies. tcp_create_openreq_child() (net/ipv4/tcp_minisocks.c)
 * writes it, and the data in its first packet does so again, after this program. */
static __always_inline __u64 sp_began(struct bpf_sock* sk) {
    struct tcp_sock* tcp = bpf_skc_to_tcp_sock(sk);
    __u64 now = bpf_jiffies64();

    return tcp ? now - (__u32)((__u32)now - tcp->inet_conn.icsk_ack.lrcvtime) : 0;
}

static __always_inline struct sp_host* sp_past_host(__u32 port, __u64 began) {
    struct sp_closed* past = bpf_map_lookup_elem(&closed, &port);
    int i;

    for (i = 0; past && i < SP_PAST_HOSTS; i++)
        if (began >= past->hosts[i].first && began <= past->hosts[i].last)
            return &past->hosts[i];
    return 0;
}

/* Finds who accepted the socket. 0: nobody knows, or it was not accepted. */
static __noinline int sp_find_host(struct bpf_sock* sk, struct sp_socket* s,
                                   const struct sp_packet* p) {
    __u64 began = sp_began(sk);
    __u32 port = p->lport;
    struct sp_listening* l = bpf_map_lookup_elem(&listening, &port);
    struct sp_arrival_key arrival;
    struct sp_socket* listener;
    struct sp_host* host;

    if (l && l->sockets == 1 && began >= l->since) {
        listener = sp_stream_find(l->cookies);
        if (listener) {
            sp_accepted_by(s, &listener->owner, listener->kernel, began);
            s->flow.decision = sp_guest_decision(listener, p);
            return 1;
        }
    }
    sp_arrival_of(&arrival, sk, p);
    host = bpf_map_lookup_elem(&arrivals, &arrival);
    if (!host)
        host = sp_past_host(port, began);
    if (!host)
        return 0;
    sp_accepted_by(s, &host->owner, host->kernel, began);
    return 1;
}

/* A socket without an entry: just accepted, the kernel's own, or older than the firewall and in no
 * process's hands. */
static __noinline struct sp_socket* sp_stream_adopt(struct __sk_buff* skb, struct bpf_sock* sk,
                                                    const struct sp_packet* p) {
    struct sp_socket* s = sp_stream_take(bpf_get_socket_cookie(skb));

    if (!s)
        return 0;
    /* Who met the slot's last socket at its end may have counted after that. */
    __builtin_memset(&s->flow, 0, sizeof(s->flow));
    if (p->tcp_state == SP_TCP_SYN_SENT) {
        sp_adopt(s, sk);
    } else if (!sp_find_host(sk, s, p)) {
        sp_adopt(s, sk);
        if (sp_is_accepted(sp_sock_behind(sk)))
            sp_came_in(s);
    }
    sp_set_peer(s, p);
    if (p->rport == SP_DNS_PORT && !s->inbound)
        __sync_fetch_and_or(&s->flow.flags, SP_FLOW_DNS);
    return s;
}

/* Off the common path, and out of the way of its stack. */
static __noinline int sp_stream_anew(struct __sk_buff* skb, struct bpf_sock* sk,
                                     struct sp_socket* s, int egress) {
    __u64 cookie = bpf_get_socket_cookie(skb);
    struct sp_packet p = {};
    int verdict;

    sp_stream_peer(sk, &p);
    p.tcp_state = sk->state;
    p.egress = egress;
    p.ifindex = skb->ifindex;
    if (!s || !s->has_peer) {
        /* It found the socket on its way in, and meets it when it is over and its entry gone: one
         * made now would stay. The kernel would drop it, too (net/ipv4/tcp_input.c,
         * tcp_rcv_state_process()), and answer with a RST, which has its socket since 6.13
         * (net/ipv4/ip_output.c, ip_send_unicast_reply()) and had none before: it passes. Nothing
         * else leaves such a socket. */
        if (p.tcp_state == SP_TCP_CLOSE)
            return egress ? SP_SKB_PASS : SP_SKB_DROP;
        s = sp_stream_adopt(skb, sk, &p);
        if (!s)
            return SP_SKB_DROP;
    }
    p.direction = s->inbound ? SP_DIRECTION_IN : SP_DIRECTION_OUT;
    /* Only a SYN is worth a copy: everything later the kernel sends again by itself. */
    p.copy = egress && p.tcp_state == SP_TCP_SYN_SENT;
    verdict = sp_enforce(skb, &s->owner, &s->flow, cookie, &p);
    if (SP_READ_ONCE(s->cookie) != cookie) { /* the connection ended, another has the slot */
        s->flow.decision = 0;
        return SP_SKB_DROP;
    }
    return verdict;
}

static __always_inline int sp_stream(struct __sk_buff* skb, struct bpf_sock* sk, int egress) {
    struct sp_socket* s = sp_stream_find(bpf_get_socket_cookie(skb));

    if (s && sp_goes_on(&s->flow, skb, egress)) {
        sp_count(&s->flow, skb, egress);
        return SP_SKB_PASS;
    }
    return sk->state == SP_TCP_LISTEN ? sp_listener(skb, sk, s, egress)
                                      : sp_stream_anew(skb, sk, s, egress);
}

#endif
