/* The end of a flow: its final counts.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_END_H
#define SALLYPORT_BPF_END_H

#include "ring.h"

/* What a socket knows of its end that its entry does not. */
struct sp_last {
    union sp_addr local;
    __u64 time_ns; /* CLOCK_BOOTTIME */
    __u16 lport;
};

/* Once, and only for a flow that the helper knows or that let something through. */
static __always_inline void sp_end(struct sp_socket* s, const struct sp_last* last) {
    struct sp_event_flow* e;

    if (!(s->flow.flags & (SP_FLOW_OPEN | SP_FLOW_PASSED)) || (s->flow.flags & SP_FLOW_ENDED))
        return;
    /* connect() was allowed and then found no way there */
    if (!(s->flow.flags & SP_FLOW_OPEN) && !s->flow.sent && !s->flow.received)
        return;
    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return;
    }
    s->flow.flags |= SP_FLOW_ENDED;
    __builtin_memset(e, 0, sizeof(*e));
    sp_head_at(&e->head, SP_EVENT_END, sizeof(*e), last ? last->time_ns : sp_now());
    e->key.cookie = s->cookie;
    e->key.remote = s->remote;
    e->key.rport = s->rport;
    e->key.protocol = s->protocol;
    e->owner = s->owner;
    e->flow = s->flow;
    e->lport = last && last->lport ? last->lport : s->lport;
    if (last)
        e->local = last->local;
    e->direction = s->inbound ? SP_DIRECTION_IN : SP_DIRECTION_OUT;
    /* Somebody may be asked about it in vain: then the question goes at once. */
    bpf_ringbuf_submit(
        e, sp_wake(SP_DECISION_VERDICT(s->flow.decision) >= SP_VERDICT_HOLD, sizeof(*e)));
}

/* A listener is closed. Of those who knocked there somebody may be asked in vain, as above. */
static __always_inline void sp_end_knocks(const struct sp_socket* s) {
    struct sp_event_deaf* e;

    if (!(s->flow.flags & SP_FLOW_KNOCKED))
        return;
    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return;
    }
    sp_head(&e->head, SP_EVENT_DEAF, sizeof(*e));
    e->cookie = s->cookie;
    bpf_ringbuf_submit(e, sp_wake(1, sizeof(*e)));
}

#endif
