/* Where TCP sockets are kept, found by their cookie. Socket storage would cost each connection an
 * allocation, a copy at accept and a free after a grace period: 1.4 us a socket, half of what all
 * else here costs. A slot costs a comparison. Cookies are given in sequence, so that two sockets
 * that are open at once seldom want the same slot; the later one goes to a hash then.
 *
 * An entry begins with connect(), bind() or an accepted socket's first packet, and ends with the
 * socket (state.bpf.c).
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_STREAMS_H
#define SALLYPORT_BPF_STREAMS_H

#include "ring.h"
#include <bpf/bpf_core_read.h>

static __always_inline struct sp_socket* sp_slot_of(__u64 cookie) {
    __u32 slot = cookie & (SP_STREAM_SLOTS - 1);

    return bpf_map_lookup_elem(&stream_slots, &slot);
}

/* 0: there is none. */
static __always_inline struct sp_socket* sp_stream_find(__u64 cookie) {
    struct sp_socket* s = sp_slot_of(cookie);

    if (!s || s->cookie == cookie || !s->spilled)
        return s && s->cookie == cookie ? s : 0;
    return bpf_map_lookup_elem(&streams, &cookie);
}

static const struct sp_socket sp_empty_socket; /* not on the stack, which is short */

/* `slot` has one socket more or less in `streams`. */
static __always_inline void sp_spill(struct sp_socket* slot, int count) {
    __sync_fetch_and_add(&slot->spilled, count);
    __sync_fetch_and_add(&config.spilled, count);
}

/* A new entry, all zero but for the cookie, or the one that is there. 0: no room, which is counted;
 * the caller must refuse. */
static __noinline struct sp_socket* sp_stream_take(__u64 cookie) {
    struct sp_socket *slot = sp_slot_of(cookie), *s;
    __u64 holder;

    if (!slot)
        return 0;                                  /* cannot be */
    if (slot->cookie != cookie && slot->spilled) { /* it stays where it is, the slot free or not */
        s = bpf_map_lookup_elem(&streams, &cookie);
        if (s)
            return s;
    }
    holder = __sync_val_compare_and_swap(&slot->cookie, 0, cookie);
    if (!holder || holder == cookie)
        return slot;
    if (!bpf_map_update_elem(&streams, &cookie, &sp_empty_socket, BPF_NOEXIST))
        sp_spill(slot, 1);
    s = bpf_map_lookup_elem(&streams, &cookie);
    if (s)
        s->cookie = cookie;
    else
        SP_BUMP(sockets_full);
    return s;
}

/* Who still holds a pointer to the entry may write to it while another socket has it: who writes a
 * decision compares the cookie afterwards. */
static __always_inline void sp_stream_drop(__u64 cookie) {
    struct sp_socket* s = sp_slot_of(cookie);

    if (!s)
        return;
    if (s->cookie != cookie) {
        if (!bpf_map_delete_elem(&streams, &cookie))
            sp_spill(s, -1);
        return;
    }
    __builtin_memset(&s->flow, 0, sizeof(s->flow));
    __builtin_memset(&s->owner, 0,
                     __builtin_offsetof(struct sp_socket, spilled) -
                         __builtin_offsetof(struct sp_socket, owner));
    __sync_val_compare_and_swap(&s->cookie, cookie, 0); /* last, and in this order for all to see */
}

/* ---- listeners ------------------------------------------------------------------------------
 *
 * An accepted socket belongs to who listened when the handshake ended, and is known by its first
 * packet, which may come when that listener is closed and another program listens. The socket says
 * when it began; here stands who listened then. All times are jiffies. */

/* An accepted socket is a copy of its listener, the length of its queue included. */
static __always_inline int sp_is_accepted(struct sock* sk) {
    return BPF_CORE_READ(sk, sk_max_ack_backlog) != 0;
}

static __always_inline void sp_host_of(struct sp_host* host, const struct sp_socket* listener) {
    __builtin_memset(host, 0, sizeof(*host));
    host->owner = listener->owner;
    host->kernel = listener->kernel;
}

/* Puts a listener into the map, once: before its first peer's handshake ends. */
static __noinline int sp_listens(struct sp_socket* s, struct sp_listening* l, __u16 port) {
    __u64 now = bpf_jiffies64();
    struct sp_closed* past;
    __u32 key = port;

    if (__sync_fetch_and_or(&s->flow.flags, SP_FLOW_LISTENS) & SP_FLOW_LISTENS)
        return 0;
    s->lport = port;
    past = bpf_map_lookup_elem(&closed, &key);
    if (past && past->hosts[0].last == now) { /* who is accepted now may be either's */
        past->hosts[0].last--;
        now++;
    }
    if (l->sockets || l->since)
        l->since = now;
    __sync_fetch_and_add(&l->cookies, s->cookie);
    __sync_fetch_and_add(&l->sockets, 1);
    return 0;
}

static const struct sp_closed sp_none_closed; /* not on the stack, which is short */

static __always_inline void sp_remember(const struct sp_socket* listener, __u64 since, __u32 port) {
    struct sp_closed* past = bpf_map_lookup_elem(&closed, &port);
    int i;

    if (!past) {
        bpf_map_update_elem(&closed, &port, &sp_none_closed, BPF_NOEXIST);
        past = bpf_map_lookup_elem(&closed, &port);
        if (!past)
            return;
    }
    for (i = SP_PAST_HOSTS - 1; i > 0; i--)
        past->hosts[i] = past->hosts[i - 1];
    sp_host_of(&past->hosts[0], listener);
    past->hosts[0].first = since;
    past->hosts[0].last = bpf_jiffies64();
}

static __noinline int sp_listens_no_more(const struct sp_socket* s) {
    __u32 port = s->lport;
    struct sp_listening* l = bpf_map_lookup_elem(&listening, &port);

    if (!l)
        return 0;
    if (l->sockets == 1)
        sp_remember(s, l->since, port);
    __sync_fetch_and_add(&l->cookies, -s->cookie);
    __sync_fetch_and_add(&l->sockets, -1);
    l->since = bpf_jiffies64() + 1; /* who is accepted now may be any of theirs */
    return 0;
}

#endif
