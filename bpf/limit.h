/* How many bytes a second a rule lets through, over all its flows, each way.
 *
 * A virtual clock, as in the Generic Cell Rate Algorithm (ITU-T I.371): each packet moves it on by
 * the time that the limit gives its bytes. While it is ahead of now, nothing goes; it may lag
 * behind by SP_LIMIT_BURST_NS, which is what an idle rule saves. A packet goes whole while the
 * clock is not ahead, so the largest is never stuck.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_LIMIT_H
#define SALLYPORT_BPF_LIMIT_H

#include "ring.h"

/* Longer than TCP needs to try again what did not go (net/ipv4/tcp_timer.c, tcp_probe_timer(): its
 * retransmission timeout, at least 200 ms): the pause is made good. */
#define SP_LIMIT_BURST_NS 250000000ull

static __always_inline int sp_bucket_takes(struct sp_bucket* bucket, __u32 bytes, int always) {
    __u64 now, next;

    if (!bucket->bytes_a_second)
        return 1;
    now = bpf_ktime_get_ns();
    next = *(volatile __u64*)&bucket->next_ns;
    if (next > now && !always)
        return 0;
    if (next + SP_LIMIT_BURST_NS < now) /* another processor may have done it */
        __sync_val_compare_and_swap(&bucket->next_ns, next, now - SP_LIMIT_BURST_NS);
    __sync_fetch_and_add(&bucket->next_ns, bytes * 1000000000ull / bucket->bytes_a_second);
    return 1;
}

/* 0: the packet is too much now. A rule whose limit is not there lets nothing through: it is being
 * changed. What carries no data always goes, and is counted: without acknowledgements the other
 * side only repeats what it sent. */
static __noinline int sp_within_limit(__u32 rule, __u32 bytes, int egress, int always) {
    struct sp_limit* limit = bpf_map_lookup_elem(&limits, &rule);

    return limit && sp_bucket_takes(egress ? &limit->up : &limit->down, bytes, always);
}

#endif
