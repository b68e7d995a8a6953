/* How fast the flows of one rule go, all together and each.
 *
 * The rule has a virtual clock, as in the Generic Cell Rate Algorithm (ITU-T I.371): each packet
 * moves it on by the time that the limit gives its bytes. Where it stands against now says how much
 * too much or too little went: it lags behind by SP_SPEED_BURST_NS at most, which is what an idle
 * rule saves. A flow's own part of the limit is what the limit gives each of the flows that use
 * theirs, doubled where the clock lags behind by its most, halved for each such time that it is
 * ahead: so the sum is the limit whatever the flows make of their parts, and all have the same.
 *
 * Each flow has a clock, too, that runs at its part. TCP that sends is told the part
 * (sockops.bpf.c) and keeps to it by itself. Of the others what goes faster is refused, unless the
 * rule has more to give than all of them use, or it can be marked as having met congestion
 * (RFC 3168).
 *
 * What TCP may not send yet is refused with an error (EPERM), and not as by congestion: then it
 * would try every half second without backing off, but give the connection up after tcp_retries2 =
 * 15 tries in vain (net/ipv4/tcp_timer.c, tcp_probe_timer()). Where it has a pace that is the last
 * resort, for a program that set another: what the timer of the pace sends
 * (net/ipv4/tcp_output.c, tcp_tsq_write()) may wait long for its next try.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_SPEED_H
#define SALLYPORT_BPF_SPEED_H

#include "ring.h"

#define SP_SECOND_NS 1000000000ull

/* Longer than TCP needs to try again what did not go (net/ipv4/tcp_timer.c, tcp_probe_timer(): its
 * retransmission timeout, at least 200 ms): the pause is made good. */
#define SP_SPEED_BURST_NS 250000000ull
/* And at least what the largest packet takes: TCP waits for that long, and then not exactly. */
#define SP_SPEED_BURST_BYTES 65536ull
/* The rule's clock ahead by so many bursts, nothing goes whoever's it is. */
#define SP_SPEED_MOST_BURSTS 2
/* The clock of one that has a pace may be ahead by so many. */
#define SP_SPEED_PACED_BURSTS 4
/* A span in which flows are counted is so many bursts of the rule's. */
#define SP_SPEED_SPAN_BURSTS 4

static __always_inline __u64 sp_burst_ns(__u64 rate) {
    __u64 burst = SP_SPEED_BURST_BYTES * SP_SECOND_NS / rate;

    return burst < SP_SPEED_BURST_NS ? SP_SPEED_BURST_NS : burst;
}

/* Moves a clock on by `bytes` at `rate`. */
static __always_inline void sp_clock_moves(__u64* clock, __u64 rate, __u64 burst, __u32 bytes,
                                           __u64 now) {
    __u64 next = *(volatile __u64*)clock;

    if (next + burst < now) /* another processor may have done it */
        __sync_val_compare_and_swap(clock, next, now - burst);
    __sync_fetch_and_add(clock, bytes * SP_SECOND_NS / rate);
}

/* What the limit gives each flow that uses its part, were the clock in time. */
static __always_inline __u64 sp_even_part(const struct sp_bucket* bucket) {
    __u32 flows = SP_READ_ONCE(bucket->busy), before = SP_READ_ONCE(bucket->busy_before);

    if (flows < before)
        flows = before;
    return flows ? bucket->bytes_a_second / flows : bucket->bytes_a_second;
}

/* What it gives each now, in bytes a second, at least 1. */
static __always_inline __u64 sp_part_of(const struct sp_bucket* bucket, __u64 now) {
    __u64 rate = bucket->bytes_a_second, burst = sp_burst_ns(rate), part = sp_even_part(bucket);
    __u64 next = SP_READ_ONCE(bucket->next_ns), x;

    if (next <= now) {
        x = (now - next) * 256 / burst;
        part += part * (x > 256 ? 256 : x) / 256;
    } else {
        x = (next - now) * 256 / burst;
        if (x > SP_SPEED_MOST_BURSTS * 256)
            x = SP_SPEED_MOST_BURSTS * 256;
        part >>= x / 256;
        part -= part * (x & 255) / 512;
    }
    if (part > rate)
        part = rate;
    return part ? part : 1;
}

/* Counts the flows that use their part, of which each has `rate` now: those that are new, and those
 * that have had half of it, in this span or the one before. Of an even part that is: who has less
 * than he might because the clock lags behind is no less busy. */
static __always_inline void sp_count_busy(struct sp_bucket* bucket, struct sp_part* part,
                                          __u64 rate, __u32 bytes, __u64 now) {
    __u64 length = sp_burst_ns(bucket->bytes_a_second) * SP_SPEED_SPAN_BURSTS;
    __u64 span = now / length, was = SP_READ_ONCE(bucket->span), half = sp_even_part(bucket);
    int busy;

    if (was != span && __sync_val_compare_and_swap(&bucket->span, was, span) == was) {
        bucket->busy_before = was + 1 == span ? bucket->busy : 0;
        bucket->busy = 0;
    }
    half = (half < rate ? half : rate) * (length / 1000000) / 2000;
    busy = part->bytes + bytes >= half;
    if (part->span != span) {
        busy = !part->span || (part->span + 1 == span && part->bytes >= half);
        part->span = span;
        part->bytes = 0;
        part->busy = 0;
    }
    part->bytes += bytes;
    if (busy && !part->busy) {
        part->busy = 1;
        __sync_fetch_and_add(&bucket->busy, 1);
    }
}

enum sp_pass {
    SP_PASS_NOT = 0,
    SP_PASS_MARKED = 1, /* if it can be marked */
    SP_PASS = 2,
};

/* enum sp_pass. Who has a pace goes evenly by itself; what the others do not take, whoever is there
 * may have. Whatever passes is to be counted with sp_speed_counts(). */
static __always_inline int sp_speed_allows(const struct sp_bucket* bucket,
                                           const struct sp_part* part, __u64 pace, __u64 now) {
    __u64 all = SP_READ_ONCE(bucket->next_ns), next = SP_READ_ONCE(part->next_ns);
    __u64 burst = sp_burst_ns(bucket->bytes_a_second);

    if (all > now + SP_SPEED_MOST_BURSTS * burst)
        return SP_PASS_NOT;
    if (pace || all <= now)
        return next <= now + SP_SPEED_PACED_BURSTS * burst ? SP_PASS : SP_PASS_NOT;
    if (next <= now)
        return SP_PASS;
    return next <= now + burst ? SP_PASS_MARKED : SP_PASS_NOT;
}

#endif
