/* How many bytes a rule lets through over all its flows: a second, each way, and in all.
 *
 * Speed is a virtual clock, as in the Generic Cell Rate Algorithm (ITU-T I.371): each packet moves
 * it on by the time that the limit gives its bytes. While it is ahead of now, nothing goes; it may
 * lag behind by SP_LIMIT_BURST_NS or more, which is what an idle rule saves. A packet goes whole
 * while the clock is not ahead, so the largest is never stuck.
 *
 * What TCP may not send yet is refused with an error (EPERM), and not as by congestion: then it
 * would try every half second without backing off, but give the connection up after tcp_retries2 =
 * 15 tries in vain (net/ipv4/tcp_timer.c, tcp_probe_timer()), which is soon where several
 * connections share a limit. Nor is it paced (SO_MAX_PACING_RATE): what the timer of its pace sends
 * (net/ipv4/tcp_output.c, tcp_tsq_write()) is not tried again at all if it is refused while nothing
 * else is under way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_LIMIT_H
#define SALLYPORT_BPF_LIMIT_H

#include "ring.h"

/* Longer than TCP needs to try again what did not go (net/ipv4/tcp_timer.c, tcp_probe_timer(): its
 * retransmission timeout, at least 200 ms): the pause is made good. */
#define SP_LIMIT_BURST_NS 250000000ull
/* And at least what the largest packet takes: TCP waits for that long, and then not exactly. */
#define SP_LIMIT_BURST_BYTES 65536ull

static __always_inline int sp_bucket_takes(struct sp_bucket* bucket, __u32 bytes, int always) {
    __u64 rate = bucket->bytes_a_second, burst, now, next;

    if (!rate)
        return 1;
    burst = SP_LIMIT_BURST_BYTES * 1000000000ull / rate;
    if (burst < SP_LIMIT_BURST_NS)
        burst = SP_LIMIT_BURST_NS;
    now = bpf_ktime_get_ns();
    next = *(volatile __u64*)&bucket->next_ns;
    if (next > now && !always)
        return 0;
    if (next + burst < now) /* another processor may have done it */
        __sync_val_compare_and_swap(&bucket->next_ns, next, now - burst);
    __sync_fetch_and_add(&bucket->next_ns, bytes * 1000000000ull / rate);
    return 1;
}

/* Used up: the quota's verdict from then on; else LIMIT. */
static __always_inline __u32 sp_quota_verdict(const struct sp_quota* quota) {
    return quota->bytes && SP_READ_ONCE(quota->used) >= quota->bytes ? quota->spent
                                                                     : SP_VERDICT_LIMIT;
}

/* The helper finds it by itself later if there is no room. */
static __always_inline void sp_tell_quota(__u32 rule) {
    struct sp_event_quota* e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

    if (!e) {
        SP_BUMP(events_lost);
        return;
    }
    sp_head(&e->head, SP_EVENT_QUOTA, sizeof(*e));
    e->rule = rule;
    e->zero = 0;
    bpf_ringbuf_submit(e, BPF_RB_FORCE_WAKEUP);
}

/* 0: it is used up, by this packet at the latest. What two processors count at once is refused to
 * the second where it is too much: more than the quota never goes. */
static __always_inline int sp_quota_takes(struct sp_quota* quota, __u32 rule, __u32 bytes) {
    __u64 before;

    if (!quota->bytes)
        return 1;
    if (sp_quota_verdict(quota) != SP_VERDICT_LIMIT)
        return 0;
    before = __sync_fetch_and_add(&quota->used, bytes);
    if (before < quota->bytes && before + bytes >= quota->bytes)
        sp_tell_quota(rule);
    return before + bytes <= quota->bytes || quota->spent == SP_VERDICT_LIMIT;
}

enum sp_share {
    SP_SHARE_GRANTED = 0,
    SP_SHARE_LATER = 1, /* too much now */
    SP_SHARE_SPENT = 2, /* the quota is used up: decide anew */
};

/* A rule whose limit is not there lets nothing through: it is being changed. What carries no data
 * always goes as far as speed is concerned, and is counted: without acknowledgements the other side
 * only repeats what it sent. */
static __noinline int sp_share_of(__u32 rule, __u32 bytes, int egress, int always) {
    struct sp_limit* limit = bpf_map_lookup_elem(&limits, &rule);

    if (!limit || !sp_bucket_takes(egress ? &limit->up : &limit->down, bytes, always))
        return SP_SHARE_LATER;
    return sp_quota_takes(&limit->quota, rule, bytes) ? SP_SHARE_GRANTED : SP_SHARE_SPENT;
}

/* A decision for LIMIT where the rule's quota is used up: as the quota says. */
static __noinline __u64 sp_within_quota(__u64 decision) {
    __u32 rule = SP_DECISION_RULE(decision);
    struct sp_limit* limit;

    if (SP_DECISION_VERDICT(decision) != SP_VERDICT_LIMIT)
        return decision;
    limit = bpf_map_lookup_elem(&limits, &rule);
    if (!limit)
        return decision;
    return (decision & ~0xfull) | (sp_quota_verdict(&limit->quota) & 0xf);
}

#endif
