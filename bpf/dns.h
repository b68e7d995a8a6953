/* DNS messages that pass, copied into the ring: an answer before the program can read it, so that
 * the helper knows the name before it hears of the connection. Without room the name would stay
 * unknown, and a rule that blocks it would not fit: where a rule asks for names, the message goes
 * no further. Who asked asks again, or TCP sends again. Who asks without end fills half of the
 * ring.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_DNS_H
#define SALLYPORT_BPF_DNS_H

#include "packet.h"
#include "streams.h"

/* Where in its stream a piece lies; all 0: a datagram. */
struct sp_dns_place {
    __u32 stream; /* 1: of a stream */
    __u32 sequence;
    __u32 expected;
};

/* What becomes of a message. */
enum sp_dns_told {
    SP_DNS_PASS = 0, /* told, none of DNS, or nobody goes by names */
    SP_DNS_STOP = 1, /* could not be told: it must not go on */
};

/* enum sp_dns_told of what there was no room for: does a rule in force ask for a name? */
static __always_inline int sp_dns_untold(void) {
    __u32 table = SP_READ_ONCE(config.generation) & 1;
    struct sp_policy* policy = bpf_map_lookup_elem(&policies, &table);

    SP_BUMP(events_lost);
    return policy && SP_READ_ONCE(policy->named) ? SP_DNS_STOP : SP_DNS_PASS;
}

/* As SP_TELL_HELD: the length is masked where it is used. */
#define SP_TELL_DNS(kind, room)                                                  \
    do {                                                                         \
        struct kind* e_ = 0;                                                     \
        __u32 n_ = length - 1;                                                   \
        if (sp_is_half_free())                                                   \
            e_ = bpf_ringbuf_reserve(&events, sizeof(*e_), 0);                   \
        if (!e_)                                                                 \
            return sp_dns_untold();                                              \
        sp_head(&e_->dns.head, SP_EVENT_DNS, sizeof(*e_));                       \
        e_->dns.owner = s->owner;                                                \
        e_->dns.server = p.remote;                                               \
        e_->dns.cookie = s->cookie;                                              \
        e_->dns.port = p.rport;                                                  \
        e_->dns.lport = p.lport;                                                 \
        e_->dns.answer = !egress;                                                \
        e_->dns.bytes = 0;                                                       \
        e_->dns.stream = place.stream;                                           \
        e_->dns.sequence = place.sequence;                                       \
        e_->dns.expected = place.expected;                                       \
        asm volatile("%0 &= %1" : "+r"(n_) : "i"((room)-1));                     \
        if (!bpf_skb_load_bytes(skb, offset, e_->message, n_ + 1))               \
            e_->dns.bytes = n_ + 1;                                              \
        if (!egress) /* it has its place, and nobody has read it */              \
            __sync_fetch_and_add(&config.names_told, 1);                         \
        bpf_ringbuf_submit(e_, egress ? BPF_RB_NO_WAKEUP : BPF_RB_FORCE_WAKEUP); \
    } while (0)

/* enum sp_dns_told */
static __noinline int sp_tell_dns(struct __sk_buff* skb, int egress) {
    struct sp_dns_place place = {};
    struct sp_packet p = {};
    struct bpf_sock* sk = skb->sk;
    struct sp_socket* s;
    __u32 length;
    int offset;

    if (!sk)
        return SP_DNS_PASS;
    offset = sp_parse(skb, &p, egress, 1);
    if (offset <= 0 || p.protocol != IPPROTO_UDP || p.rport != SP_DNS_PORT)
        return SP_DNS_PASS;
    s = bpf_sk_storage_get(&sockets, sk, 0, 0);
    offset += 8;
    length = skb->len;
    if (!s || length < offset + SP_DNS_HEADER)
        return SP_DNS_PASS;
    length -= offset;
    if (length <= SP_DNS_SMALL) {
        SP_TELL_DNS(sp_event_dns_small, SP_DNS_SMALL);
    } else {
        if (length > SP_DNS_LARGE)
            length = SP_DNS_LARGE;
        SP_TELL_DNS(sp_event_dns_large, SP_DNS_LARGE);
    }
    return SP_DNS_PASS;
}

/* ---- over TCP -------------------------------------------------------------------------------- */

struct sp_dns_start {
    __u16 length, id, flags, questions;
};

/* Whether a program's first data may be a question (RFC 7766 8): somebody may use the port for
 * something else, and as fast as can be. A shorter piece is taken for the length alone. */
static __always_inline int sp_begins_question(struct __sk_buff* skb, __u32 offset, __u32 length) {
    struct sp_dns_start start;

    if (length < sizeof(start))
        return 1;
    return !bpf_skb_load_bytes(skb, offset, &start, sizeof(start)) &&
           bpf_ntohs(start.length) > SP_DNS_HEADER && !(start.flags & bpf_htons(0xf800)) &&
           start.questions == bpf_htons(1);
}

/* A segment of a connection to the port of DNS: what lies behind its headers, wherever it begins
 * and ends. The helper puts the pieces together. enum sp_dns_told. */
static __noinline int sp_tell_dns_stream(struct __sk_buff* skb, int egress) {
    struct sp_dns_place place = {.stream = 1};
    struct sp_packet p = {};
    struct bpf_sock* sk = skb->sk;
    struct sp_tcp header = {};
    struct tcp_sock* tcp;
    struct sp_socket* s;
    __u32 length;
    int offset;

    if (!sk)
        return SP_DNS_PASS;
    s = sp_stream_find(bpf_get_socket_cookie(skb));
    if (!s || !(s->flow.flags & SP_FLOW_DNS) || !(egress || s->flow.flags & SP_FLOW_ASKED))
        return SP_DNS_PASS;
    offset = sp_parse(skb, &p, egress, 1);
    if (offset <= 0 || p.protocol != IPPROTO_TCP || bpf_skb_load_bytes(skb, offset, &header, 14))
        return SP_DNS_PASS;
    offset += (header.words >> 4) * 4;
    length = skb->len;
    if (length <= offset)
        return SP_DNS_PASS;
    length -= offset;
    if (!(s->flow.flags & SP_FLOW_ASKED)) {
        if (!sp_begins_question(skb, offset, length)) {
            __sync_fetch_and_and(&s->flow.flags, ~SP_FLOW_DNS);
            return SP_DNS_PASS;
        }
        __sync_fetch_and_or(&s->flow.flags, SP_FLOW_ASKED);
    }
    place.sequence = bpf_ntohl(header.sequence) + (header.flags & SP_TCP_SYN ? 1 : 0);
    place.expected = place.sequence; /* what goes out is in order but for repetitions */
    tcp = bpf_skc_to_tcp_sock(sk);
    if (tcp && !egress && !(header.flags & SP_TCP_SYN))
        place.expected = tcp->rcv_nxt;
    p.remote = s->remote; /* NAT may have rewritten the packet */
    p.rport = s->rport;
    p.lport = s->lport;
    if (length <= SP_DNS_SMALL) {
        SP_TELL_DNS(sp_event_dns_small, SP_DNS_SMALL);
    } else if (length <= SP_DNS_LARGE) {
        SP_TELL_DNS(sp_event_dns_large, SP_DNS_LARGE);
    } else {
        if (length > SP_DNS_SEGMENT)
            length = SP_DNS_SEGMENT;
        SP_TELL_DNS(sp_event_dns_segment, SP_DNS_SEGMENT);
    }
    return SP_DNS_PASS;
}

#endif
