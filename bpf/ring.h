/* The event ring: reserving, waking the helper only for what cannot wait, counting losses.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_RING_H
#define SALLYPORT_BPF_RING_H

#include "maps.h"

#define SP_READ_ONCE(x) (*(volatile typeof(x)*)&(x))

static const __u32 sp_only_entry; /* not on the stack, which is short */

#define SP_BUMP(field)                                                           \
    do {                                                                         \
        struct sp_counters* c_ = bpf_map_lookup_elem(&counters, &sp_only_entry); \
        if (c_)                                                                  \
            c_->field++;                                                         \
    } while (0)

/* CLOCK_BOOTTIME in ns, as exact as the kernel's tick (a few ms) where a program may ask for that
 * clock: reading the exact one costs 60 ns in a virtual machine. Tracing programs may not; they
 * define SP_EXACT_CLOCK. */
static __always_inline __u64 sp_now(void) {
#ifdef SP_EXACT_CLOCK
    return bpf_ktime_get_boot_ns();
#else
    return bpf_ktime_get_coarse_ns() + config.slept_ns;
#endif
}

static __always_inline void sp_head_at(struct sp_event* head, __u32 type, __u32 size,
                                       __u64 time_ns) {
    head->type = type;
    head->size = size;
    head->time_ns = time_ns;
}

static __always_inline void sp_head(struct sp_event* head, __u32 type, __u32 size) {
    sp_head_at(head, type, size, sp_now());
}

/* Is half of the ring free? What a program can cause as often as it likes, and nothing or nobody
 * else hangs on, leaves the rest for what others wait for. */
static __always_inline int sp_is_half_free(void) {
    return bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) <=
           bpf_ringbuf_query(&events, BPF_RB_RING_SIZE) / 2;
}

/* Urgent records wake the helper; the others wait until it looks. Were that long, it is woken each
 * time another sixteenth of the ring has filled, and not by every record: a wake-up is an
 * interrupt. */
static __always_inline __u64 sp_wake_from(int urgent, __u64 used, __u32 bytes) {
    __u64 part;

    if (urgent)
        return BPF_RB_FORCE_WAKEUP;
    part = bpf_ringbuf_query(&events, BPF_RB_RING_SIZE) / 16;
    return part && (used + bytes) / part != used / part ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* For a record whose place is taken. */
static __always_inline __u64 sp_wake(int urgent, __u32 bytes) {
    return sp_wake_from(urgent, bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) - bytes, bytes);
}

/* For one that has none yet (bpf_ringbuf_output()). */
static __always_inline __u64 sp_wake_for(int urgent, __u32 bytes) {
    return sp_wake_from(urgent, bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA), bytes);
}

#endif
