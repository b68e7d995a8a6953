/* A flow under the packet programs: deciding it anew when the policy changed, counting it, and
 * telling the helper.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_FLOW_H
#define SALLYPORT_BPF_FLOW_H

#include "judge.h"

#define SP_TCP_SYN_SENT 2 /* include/net/tcp_states.h */
#define SP_TCP_CLOSE 7
#define SP_TCP_LISTEN 10

/* What cgroup_skb programs return (kernel/bpf/cgroup.c, __cgroup_bpf_run_filter_skb). */
enum sp_skb_verdict {
    SP_SKB_DROP = 0, /* the sender gets EPERM (TCP does not notice) */
    SP_SKB_PASS = 1,
    SP_SKB_DROP_QUIET = 2, /* egress only: dropped as by congestion; TCP tries again in 0.5 s */
};

/* One packet as it concerns a flow. Addresses as seen from this machine. */
struct sp_packet {
    union sp_addr remote;
    union sp_addr local;
    __u16 rport;
    __u16 lport;
    __u8 protocol;
    __u8 direction; /* of the flow: SP_DIRECTION_ */
    __u8 has_ports;
    __u8 egress;
    __u8 copy; /* 1: a held copy may be sent later in its stead */
    __u8 tcp_state;
    __u32 ifindex; /* which it leaves or came by */
};

static __always_inline void sp_key(struct sp_flow_key* key, __u64 cookie,
                                   const struct sp_packet* p) {
    __builtin_memset(key, 0, sizeof(*key));
    key->cookie = cookie;
    key->remote = p->remote;
    key->rport = p->rport;
    key->protocol = p->protocol;
}

/* A packet that is yet to be cut into segments (or was put together from some) has the headers of
 * one; on the wire each segment has its own. */
static __always_inline __u32 sp_more_headers(struct __sk_buff* skb) {
    __u32 ip = skb->protocol == bpf_htons(ETH_P_IP) ? 20 : 40;
    __u32 transport = 8; /* UDP */
    __u8 protocol = 0, words = 0;

    bpf_skb_load_bytes(skb, ip == 20 ? 9 : 6, &protocol, 1);
    if (protocol == IPPROTO_TCP && !bpf_skb_load_bytes(skb, ip + 12, &words, 1))
        transport = (words >> 4) * 4;
    return (skb->gso_segs - 1) * (ip + transport);
}

static __always_inline __u32 sp_bytes(struct __sk_buff* skb) {
    return skb->gso_segs > 1 ? skb->len + sp_more_headers(skb) : skb->len;
}

static __always_inline void sp_count(struct sp_flow* flow, struct __sk_buff* skb, int egress) {
    __sync_fetch_and_add(egress ? &flow->sent : &flow->received, sp_bytes(skb));
}

/* Too short to say a name; longer than most that carry on a connection. */
#define SP_SAYS_NOTHING 72u
/* So much of a UDP flow is looked at: a greeting in several packets, sent twice. */
#define SP_SAYS_BYTES 6000u
#define SP_HTTPS_PORT 443u

/* Is it a packet in which a program may say a name? */
static __always_inline int sp_may_greet(const struct sp_flow* flow, const struct __sk_buff* skb,
                                        int egress) {
    return egress && (flow->flags & SP_FLOW_SAYS) && skb->len > SP_SAYS_NOTHING;
}

/* The common path: allowed under the policy in force, known to the helper or to be told later, and
 * nothing that somebody reads. */
static __always_inline int sp_goes_on(const struct sp_flow* flow, const struct __sk_buff* skb,
                                      int egress) {
    return (flow->flags & (SP_FLOW_OPEN | SP_FLOW_PASSED)) && !(flow->flags & SP_FLOW_DNS) &&
           sp_allows(flow->decision, SP_READ_ONCE(config.generation)) &&
           !sp_may_greet(flow, skb, egress);
}

/* Interfaces are numbered anew in each network namespace; rules mean those of the helper's. */
static __always_inline int sp_is_elsewhere(const struct sp_owner* owner) {
    return owner->netns && owner->netns != config.helper_netns;
}

/* ---- telling the helper --------------------------------------------------------------------- */

static __always_inline void sp_fill(struct sp_event_flow* e, __u32 type, __u32 size,
                                    struct __sk_buff* skb, const struct sp_owner* owner,
                                    const struct sp_flow* flow, const struct sp_flow_key* key,
                                    const struct sp_packet* p) {
    sp_head(&e->head, type, size);
    e->key = *key;
    e->owner = *owner;
    e->flow = *flow;
    e->local = p->local;
    e->lport = p->lport;
    e->direction = p->direction;
    e->tcp_state = p->tcp_state;
    e->ifindex = sp_is_elsewhere(owner) ? SP_IFINDEX_ELSEWHERE : skb->ifindex;
    e->mark = skb->mark;
    e->packet_bytes = 0;
    e->packet_whole = 0;
    e->packet_more = 0;
}

/* A TCP flow that begins with leave to go on needs no report while nobody watches: the one of its
 * end says all, and a walk over the sockets finds it meanwhile. Not what waited: somebody was told.
 */
static __always_inline int sp_tells_later(const struct sp_flow* flow) {
    return !SP_READ_ONCE(config.watched) &&
           !(flow->flags & (SP_FLOW_OPEN | SP_FLOW_WAS_HELD | SP_FLOW_ENDED)) &&
           sp_allows(flow->decision, SP_READ_ONCE(config.generation));
}

/* A flow was decided, or decided otherwise than before. Blocks are urgent: a socket may have to be
 * ended. */
static __always_inline void sp_tell(struct __sk_buff* skb, const struct sp_owner* owner,
                                    struct sp_flow* flow, const struct sp_flow_key* key,
                                    const struct sp_packet* p) {
    struct sp_event_flow* e;

    if ((flow->flags & SP_FLOW_OPEN) && (__u32)flow->reported == (__u32)flow->decision)
        return;
    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return; /* tried again at the next packet */
    }
    flow->flags |= SP_FLOW_OPEN;
    flow->reported = flow->decision;
    sp_fill(e, SP_EVENT_FLOW, sizeof(*e), skb, owner, flow, key, p);
    bpf_ringbuf_submit(e, sp_wake(!sp_lets_go(SP_DECISION_VERDICT(flow->decision)), sizeof(*e)));
}

/* The length is masked where it is used: 6.1's verifier forgets what was compared before. */
#define SP_TELL_COPY(type, kind, room, urgent)                           \
    do {                                                                 \
        struct kind* e_ = bpf_ringbuf_reserve(&events, sizeof(*e_), 0);  \
        __u32 n_ = length - 1;                                           \
        if (!e_) {                                                       \
            SP_BUMP(events_lost);                                        \
            return 0;                                                    \
        }                                                                \
        sp_fill(&e_->flow, type, sizeof(*e_), skb, owner, flow, key, p); \
        asm volatile("%0 &= %1" : "+r"(n_) : "i"((room)-1));             \
        if (length && !bpf_skb_load_bytes(skb, 0, e_->packet, n_ + 1)) { \
            e_->flow.packet_bytes = length;                              \
            e_->flow.packet_whole = length == skb->len;                  \
            e_->flow.packet_more = more;                                 \
        }                                                                \
        bpf_ringbuf_submit(e_, sp_wake(urgent, sizeof(*e_)));            \
    } while (0)
#define SP_TELL_HELD(kind, room) SP_TELL_COPY(SP_EVENT_HELD, kind, room, 1)

/* With a copy of the packet, or of its beginning. Returns 0 when there was no room; nothing is lost
 * then but time. */
static __always_inline int sp_tell_held(struct __sk_buff* skb, const struct sp_owner* owner,
                                        struct sp_flow* flow, const struct sp_flow_key* key,
                                        const struct sp_packet* p, int copy, int more) {
    __u32 length = skb->len;

    if (!copy) {
        struct sp_event_flow* e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

        if (!e) {
            SP_BUMP(events_lost);
            return 0;
        }
        sp_fill(e, SP_EVENT_HELD, sizeof(*e), skb, owner, flow, key, p);
        bpf_ringbuf_submit(e, BPF_RB_FORCE_WAKEUP);
    } else if (length <= SP_PACKET_SMALL) {
        SP_TELL_HELD(sp_event_held_small, SP_PACKET_SMALL);
    } else if (length <= SP_PACKET_MEDIUM) {
        SP_TELL_HELD(sp_event_held_medium, SP_PACKET_MEDIUM);
    } else {
        if (length > SP_PACKET_LARGE)
            length = SP_PACKET_LARGE;
        SP_TELL_HELD(sp_event_held_large, SP_PACKET_LARGE);
    }
    return 1;
}

#define SP_DATA (1ull << 32)
#define SP_DATA_ODD (1ull << 33)
#define SP_DATA_MORE (1ull << 34) /* the program has written more than this */

/* 0: it only carries on a TCP connection. Else SP_DATA and, in the lower half, the sequence number
 * that follows its data; or, with anything unusual in the headers, SP_DATA_ODD. */
static __noinline __u64 sp_data(struct __sk_buff* skb) {
    __u32 ip = skb->protocol == bpf_htons(ETH_P_IP) ? 20 : 40, sequence = 0, bytes, written = 0;
    __u8 first = 0, protocol = 0, bits[2] = {};
    struct bpf_sock* sk = skb->sk;

    if (bpf_skb_load_bytes(skb, 0, &first, 1) ||
        bpf_skb_load_bytes(skb, ip == 20 ? 9 : 6, &protocol, 1) || protocol != IPPROTO_TCP ||
        (ip == 20 && first != 0x45) || bpf_skb_load_bytes(skb, ip + 4, &sequence, 4) ||
        bpf_skb_load_bytes(skb, ip + 12, bits, 2))
        return SP_DATA_ODD;
    bytes = skb->len - ip - (bits[0] >> 4) * 4;
    if (!bytes)
        return 0;
    sequence = bpf_ntohl(sequence) + bytes + (bits[1] >> 1 & 1); /* SYN: one more */
    if (sk)
        BPF_CORE_READ_INTO(&written, (struct tcp_sock*)sp_sock_behind(sk), write_seq);
    return SP_DATA | sequence | ((__s32)(written - sequence) > 0 ? SP_DATA_MORE : 0);
}

/* Reports a held flow once per helper, copies of its datagrams within bounds, and the first data of
 * a TCP connection (what sp_data() says of it) each time there is more. */
static __always_inline void sp_hold(struct __sk_buff* skb, const struct sp_owner* owner,
                                    struct sp_flow* flow, const struct sp_flow_key* key,
                                    const struct sp_packet* p, __u64 data) {
    __u16 epoch = SP_READ_ONCE(config.epoch);
    int known = (flow->flags & SP_FLOW_WAS_HELD) && flow->held_epoch == epoch &&
                (__u32)flow->reported == (__u32)flow->decision;
    int tcp = p->protocol == IPPROTO_TCP;
    int first = SP_DECISION_VERDICT(flow->decision) == SP_VERDICT_FIRST_DATA;
    int copy = first || (p->copy && !skb->gso_size && skb->len <= SP_PACKET_LARGE);
    int more = !!(data & SP_DATA_MORE);

    if (data) {
        if (known && flow->held_bytes == (__u32)data && !!(flow->flags & SP_FLOW_MORE) == more)
            return;
        known = 0;
    }
    if (!known) {
        flow->held_packets = 0;
        flow->held_bytes = 0;
    }
    if (copy && (flow->held_packets >= SP_HELD_PACKETS || flow->held_bytes >= SP_HELD_BYTES))
        copy = 0;
    if (known && (tcp || !copy)) /* the kernel's retransmissions need no second report */
        return;
    if (!sp_tell_held(skb, owner, flow, key, p, copy, more))
        return;
    flow->flags &= ~SP_FLOW_MORE;
    flow->flags |= SP_FLOW_OPEN | SP_FLOW_WAS_HELD | (more ? SP_FLOW_MORE : 0);
    flow->held_epoch = epoch;
    flow->reported = flow->decision;
    if (data) {
        flow->held_bytes = (__u32)data;
    } else if (copy) {
        flow->held_packets++;
        flow->held_bytes += skb->len;
    }
}

/* Whether a packet may be the first of QUIC's (RFC 9000 17.2): a long header. */
static __always_inline int sp_is_greeting(struct __sk_buff* skb) {
    __u32 ip = skb->protocol == bpf_htons(ETH_P_IP) ? 20 : 40;
    __u8 first = 0;

    return !bpf_skb_load_bytes(skb, ip + 8, &first, 1) && first & 0x80;
}

/* What a program sends first goes on and is told, for the name in it. Nothing depends on it: where
 * the ring has no room to spare for it, the flow stays nameless. */
static __noinline int sp_hear(struct __sk_buff* skb, const struct sp_owner* owner,
                              struct sp_flow* flow, const struct sp_flow_key* key,
                              const struct sp_packet* p) {
    int tcp = p->protocol == IPPROTO_TCP, more = 0;
    __u32 length = skb->len;
    __u64 data;

    if (tcp) {
        data = sp_data(skb);
        if (!data)
            return 0;
        more = !!(data & SP_DATA_MORE);
    }
    if (tcp || flow->sent > SP_SAYS_BYTES || !sp_is_greeting(skb))
        __sync_fetch_and_and(&flow->flags, ~SP_FLOW_SAYS);
    if (!sp_is_half_free())
        return 0;
    if (length <= SP_PACKET_SMALL) {
        SP_TELL_COPY(SP_EVENT_SAID, sp_event_held_small, SP_PACKET_SMALL, 0);
    } else {
        if (length > SP_PACKET_MEDIUM)
            length = SP_PACKET_MEDIUM;
        SP_TELL_COPY(SP_EVENT_SAID, sp_event_held_medium, SP_PACKET_MEDIUM, 0);
    }
    return 0;
}

/* ---- the law -------------------------------------------------------------------------------- */

/* TCP keeps a segment that was refused, and tries again without taking it for lost
 * (net/ipv4/tcp_output.c, tcp_write_xmit()); all others are lost, as in a full queue. */
static __always_inline int sp_refuse(const struct sp_packet* p) {
    return p->egress && p->protocol != IPPROTO_TCP ? SP_SKB_DROP_QUIET : SP_SKB_DROP;
}

/* Is all of the data read, and may go? */
static __always_inline int sp_is_read(const struct sp_flow* flow, const struct sp_flow_key* key,
                                      __u64 data) {
    struct sp_answer* answer;

    if (SP_DECISION_REASON(flow->decision) != SP_REASON_ANSWER || !(data & SP_DATA))
        return 0;
    answer = bpf_map_lookup_elem(&answers, key);
    return answer && answer->verdict == SP_VERDICT_FIRST_DATA && (answer->flags & SP_ANSWER_READ) &&
           (__s32)((__u32)data - answer->until) <= 0;
}

/* What becomes of a packet whose flow was decided so. */
static __noinline int sp_carry_out(struct __sk_buff* skb, const struct sp_owner* owner,
                                   struct sp_flow* flow, const struct sp_flow_key* key,
                                   const struct sp_packet* p) {
    int tcp = p->protocol == IPPROTO_TCP;
    __u64 data = 0;

    switch (SP_DECISION_VERDICT(flow->decision)) {
        case SP_VERDICT_ALLOW:
        case SP_VERDICT_LIMIT:
            sp_count(flow, skb, p->egress);
            if (sp_may_greet(flow, skb, p->egress))
                sp_hear(skb, owner, flow, key, p);
            if (p->tcp_state && p->tcp_state != SP_TCP_LISTEN && sp_tells_later(flow))
                flow->flags |= SP_FLOW_PASSED;
            else if (p->tcp_state != SP_TCP_LISTEN)
                sp_tell(skb, owner, flow, key, p);
            else if (flow->flags & SP_FLOW_OPEN) { /* it waited; now the accepted socket tells */
                flow->flags |= SP_FLOW_ENDED;
                sp_tell(skb, owner, flow, key, p);
            }
            return SP_SKB_PASS;
        case SP_VERDICT_BLOCK_ERROR:
        case SP_VERDICT_BLOCK_REFUSE:
            sp_tell(skb, owner, flow, key, p);
            return SP_SKB_DROP;
        case SP_VERDICT_BLOCK_SILENT:
            sp_tell(skb, owner, flow, key, p);
            /* TCP backs off as if the peer were dead; a datagram seems to be sent. */
            return p->egress && p->protocol != IPPROTO_TCP ? SP_SKB_DROP_QUIET : SP_SKB_DROP;
        case SP_VERDICT_FIRST_DATA:
            if (p->egress && tcp)
                data = sp_data(skb);
            if (data) /* later it would not be the first */
                __sync_fetch_and_and(&flow->flags, ~SP_FLOW_SAYS);
            if (!p->egress || (tcp && (!data || sp_is_read(flow, key, data)))) {
                sp_count(flow, skb, p->egress);
                flow->flags |= SP_FLOW_PASSED;
                return SP_SKB_PASS;
            }
            sp_hold(skb, owner, flow, key, p, data);
            return sp_refuse(p);
        default: /* HOLD, UNRESOLVED, and anything that should not be */
            sp_hold(skb, owner, flow, key, p, 0);
            return p->egress ? SP_SKB_DROP_QUIET : SP_SKB_DROP;
    }
}

/* What is known of a packet's flow, for the judgement. */
static __always_inline void sp_attempt_for(struct sp_attempt* a, struct sp_owner* owner,
                                           const struct sp_packet* p) {
    sp_refresh_owner(owner);
    __builtin_memset(a, 0, sizeof(*a));
    sp_attempt_by(a, owner);
    a->remote = p->remote;
    a->rport = p->rport;
    a->lport = p->lport;
    a->protocol = p->protocol;
    a->direction = p->direction;
    a->has_ports = p->has_ports;
    a->local = p->local;
    a->ifindex = sp_is_elsewhere(owner) ? SP_IFINDEX_ELSEWHERE : p->ifindex;
}

/* The decision about a packet, whatever was decided of its flow before. In a function of its own,
 * so that its stack is free again for what follows. */
static __noinline __u64 sp_welcome(struct sp_owner* owner, const struct sp_packet* p,
                                   const struct sp_flow_key* key) {
    struct sp_attempt attempt;

    sp_attempt_for(&attempt, owner, p);
    return sp_decide(&attempt, key);
}

/* enum sp_claim of a packet whose flow is limited. In a function of its own, as above. */
static __noinline int sp_claim(struct __sk_buff* skb, const struct sp_flow* flow,
                               const struct sp_packet* p) {
    int what = p->egress ? SP_OF_EGRESS : 0;

    if (p->protocol == IPPROTO_TCP)
        what |= sp_data(skb) ? SP_OF_TCP : SP_OF_TCP | SP_OF_NO_DATA;
    return sp_claim_of(skb, SP_DECISION_RULE(flow->decision), sp_bytes(skb), what);
}

/* Decides a packet of a flow that is not known to be allowed under the policy in force. Off the
 * common path, hence one copy of it in a program; global, so that the verifier looks at it once,
 * and no pointer is ever 0. The key is made here: 6.1 takes none for its maps that comes from
 * outside. */
__weak __noinline int sp_enforce(struct __sk_buff* skb, struct sp_owner* owner,
                                 struct sp_flow* flow, __u64 cookie, const struct sp_packet* p) {
    struct sp_flow_key key;
    int claim;

    if (!owner || !flow || !p)
        return SP_SKB_DROP;
    sp_key(&key, cookie, p);
    if (!flow->started_ns) {
        flow->started_ns = sp_now();
        if (p->egress && p->protocol == IPPROTO_UDP && p->rport == SP_HTTPS_PORT &&
            !sp_is_loopback(&p->remote))
            __sync_fetch_and_or(&flow->flags, SP_FLOW_SAYS);
    }
    /* If not, connect() decided already, or the listener when the peer knocked. */
    if (!sp_stands(flow->decision, SP_READ_ONCE(config.generation)))
        flow->decision = sp_welcome(owner, p, &key);
    if (sp_is_limited(flow->decision)) {
        claim = sp_claim(skb, flow, p);
        if (claim == SP_CLAIM_SPENT)
            flow->decision = sp_welcome(owner, p, &key);
        /* Still LIMIT: the helper began to count anew this moment. */
        if (claim != SP_CLAIM_GRANTED && sp_is_limited(flow->decision))
            return sp_refuse(p);
    }
    return sp_carry_out(skb, owner, flow, &key, p);
}

/* ---- storage -------------------------------------------------------------------------------- */

/* A socket nobody stamped: the kernel's own, or one whose owner was never seen. */
static __always_inline void sp_adopt(struct sp_socket* s, struct bpf_sock* sk) {
    s->kernel = sp_is_kernels(sp_sock_behind(sk));
    s->owner.app = s->kernel ? SP_APP_KERNEL : SP_APP_UNRESOLVED;
    s->owner.parent_app = s->owner.app;
}

/* Peers of datagram sockets beyond the first, and those of listeners. The entry may go at any
 * time (LRU); then the flow is decided anew. */
static __noinline struct sp_flow* sp_peer_flow(const struct sp_flow_key* key, __u64 serial) {
    struct sp_peer* peer = bpf_map_lookup_elem(&peers, key);

    if (!peer) {
        struct sp_peer fresh;

        __builtin_memset(&fresh, 0, sizeof(fresh));
        fresh.serial = serial;
        bpf_map_update_elem(&peers, key, &fresh, BPF_NOEXIST);
        peer = bpf_map_lookup_elem(&peers, key);
        if (!peer)
            return 0;
    }
    if (peer->serial != serial) { /* the socket has another owner now */
        peer->flow.decision = 0;
        peer->flow.reported = 0;
        peer->serial = serial;
    }
    return &peer->flow;
}

#endif
