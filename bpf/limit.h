/* What a rule lets through over all its flows: a second, each way (speed.h), and in all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_LIMIT_H
#define SALLYPORT_BPF_LIMIT_H

#include "speed.h"

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

enum sp_claim {
    SP_CLAIM_GRANTED = 0,
    SP_CLAIM_LATER = 1, /* too much now */
    SP_CLAIM_SPENT = 2, /* the quota is used up: decide anew */
};

#define SP_OF_TCP 1
#define SP_OF_EGRESS 2
#define SP_OF_NO_DATA 4

/* 0: not now. The socket has a share only where speed is limited. What carries no data always goes,
 * and is counted: without acknowledgements the other side only repeats what it sent. Where TCP
 * sends, a mark would come to its other end only to come back: it is told at once by being refused.
 */
static __always_inline int sp_speed_takes(struct __sk_buff* skb, struct sp_bucket* bucket,
                                          struct sp_part* part, __u64 pace, __u32 bytes, int what) {
    __u64 now = bpf_ktime_get_ns(), rate = sp_part_of(bucket, now);
    __u64 burst = sp_burst_ns(bucket->bytes_a_second);
    int sends = (what & (SP_OF_TCP | SP_OF_EGRESS)) == (SP_OF_TCP | SP_OF_EGRESS);
    int pass = sp_speed_allows(bucket, part, pace, now);

    if (pass == SP_PASS_MARKED)
        pass = !sends && bpf_skb_ecn_set_ce(skb) ? SP_PASS : SP_PASS_NOT;
    if (pass == SP_PASS_NOT && !(what & SP_OF_NO_DATA))
        return 0;
    sp_count_busy(bucket, part, rate, bytes, now);
    sp_clock_moves(&part->next_ns, rate, burst, bytes, now);
    sp_clock_moves(&bucket->next_ns, bucket->bytes_a_second, burst, bytes, now);
    return 1;
}

/* enum sp_claim. A rule whose limit is not there lets nothing through: it is being changed. Nor
 * does a socket without memory for its share. */
static __noinline int sp_claim_of(struct __sk_buff* skb, __u32 rule, __u32 bytes, int what) {
    struct sp_limit* limit = bpf_map_lookup_elem(&limits, &rule);
    struct bpf_sock* sk = skb->sk;
    struct sp_bucket* bucket;
    struct sp_share* share;

    if (!limit)
        return SP_CLAIM_LATER;
    bucket = what & SP_OF_EGRESS ? &limit->up : &limit->down;
    if (bucket->bytes_a_second) {
        sk = sk ? bpf_sk_fullsock(sk) : 0;
        share = sk ? bpf_sk_storage_get(&shares, sk, 0, BPF_SK_STORAGE_GET_F_CREATE) : 0;
        if (!share)
            return SP_CLAIM_LATER;
        if (!(what & SP_OF_EGRESS
                  ? sp_speed_takes(skb, bucket, &share->up, share->pace, bytes, what)
                  : sp_speed_takes(skb, bucket, &share->down, 0, bytes, what)))
            return SP_CLAIM_LATER;
    }
    return sp_quota_takes(&limit->quota, rule, bytes) ? SP_CLAIM_GRANTED : SP_CLAIM_SPENT;
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
