/* The rule matcher: pure functions, compiled into the kernel side and into user space (policy and
 * its tests). What differs, looking up a line and looping, comes in through sp_rule_at(),
 * sp_slice_of() and sp_loop(), which the includer defines before it includes this file:
 *
 *   const struct sp_rule *sp_rule_at(const void *env, __u32 table, __u32 index);   0: no such line
 *   const struct sp_slice *sp_slice_of(const void *env, __u32 table, __u32 app);   0: none
 *   sp_loop(count, step, context)   calls long step(__u32 i, void *context) until it returns 1
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_MATCH_H
#define SALLYPORT_BPF_MATCH_H

#include "abi.h"

/* ::ffff:a.b.c.d */
static inline __attribute__((always_inline)) int sp_is_v4(const union sp_addr* addr) {
    return !addr->halves[0] && !addr->bytes[8] && !addr->bytes[9] && addr->bytes[10] == 0xff &&
           addr->bytes[11] == 0xff;
}

/* 127.0.0.0/8 or ::1 */
static inline __attribute__((always_inline)) int sp_is_loopback(const union sp_addr* addr) {
    if (sp_is_v4(addr))
        return addr->bytes[12] == 127;
    return !addr->halves[0] && !addr->words[2] && !addr->bytes[12] && !addr->bytes[13] &&
           !addr->bytes[14] && addr->bytes[15] == 1;
}

enum sp_fit {
    SP_FIT_NO = 0,
    SP_FIT_YES = 1,
    SP_FIT_UNKNOWN = 2, /* would fit, but the starter or the local port is not known yet */
};

static inline __attribute__((always_inline)) int sp_fits(const struct sp_rule* rule,
                                                         const struct sp_attempt* a) {
    if (!(rule->direction & a->direction))
        return SP_FIT_NO;
    if (rule->protocol && rule->protocol != a->protocol)
        return SP_FIT_NO;
    if ((a->remote.halves[0] & rule->remote_mask.halves[0]) != rule->remote.halves[0] ||
        (a->remote.halves[1] & rule->remote_mask.halves[1]) != rule->remote.halves[1])
        return SP_FIT_NO;
    if (rule->flags & (SP_RULE_HAS_RPORT | SP_RULE_HAS_LPORT)) {
        if (!a->has_ports)
            return SP_FIT_NO;
        if ((rule->flags & SP_RULE_HAS_RPORT) &&
            (a->rport < rule->rport_first || a->rport > rule->rport_last))
            return SP_FIT_NO;
        if ((rule->flags & SP_RULE_HAS_LPORT) && !a->lport_open &&
            (a->lport < rule->lport_first || a->lport > rule->lport_last))
            return SP_FIT_NO;
    }
    if ((rule->flags & SP_RULE_HAS_UID) && rule->uid != a->uid)
        return SP_FIT_NO;
    if (rule->process && rule->process != a->process)
        return SP_FIT_NO;
    if (rule->started_by && rule->started_by != a->started_by)
        return a->started_by ? SP_FIT_NO : SP_FIT_UNKNOWN;
    if ((rule->flags & SP_RULE_HAS_LPORT) && a->lport_open)
        return SP_FIT_UNKNOWN;
    return SP_FIT_YES;
}

/* The caller fills in attempt, env and table (sp_policy.generation & 1) and clears the rest. */
struct sp_scan {
    const struct sp_attempt* attempt;
    const void* env;
    __u32 table;
    __u32 first; /* index of the slice that is being read */
    /* The judgement: */
    __u32 verdict; /* enum sp_verdict */
    __u32 reason;  /* enum sp_reason */
    __u32 rule;    /* id; 0: no rule decided */
    __u32 pinned;
};

static long sp_scan_step(__u32 i, void* context) {
    struct sp_scan* scan = (struct sp_scan*)context;
    const struct sp_rule* rule = sp_rule_at(scan->env, scan->table, scan->first + i);
    int fit;

    if (!rule) { /* cannot be: the table is damaged. Nothing may overrule it, never allow */
        scan->verdict = SP_VERDICT_UNRESOLVED;
        scan->pinned = 1;
        return 1;
    }
    fit = sp_fits(rule, scan->attempt);
    if (fit == SP_FIT_NO)
        return 0;
    scan->pinned = rule->flags & SP_RULE_PINNED;
    if (fit == SP_FIT_UNKNOWN) {
        scan->verdict = SP_VERDICT_UNRESOLVED;
        return 1;
    }
    scan->verdict = rule->verdict;
    scan->rule = rule->id;
    return 1;
}

/* Finds the first line of one slice that fits: verdict, rule and pinned in `scan`. */
static inline __attribute__((always_inline)) void sp_search(struct sp_scan* scan, __u32 first,
                                                            __u32 count) {
    scan->verdict = SP_VERDICT_NONE;
    scan->rule = 0;
    scan->pinned = 0;
    scan->first = first;
    if (count)
        sp_loop(count, sp_scan_step, scan);
}

/* Judges by rules alone. The application's own slice goes before the slice for every application;
 * only the pinned rules of the latter go before what is not pinned of the former. Leaves verdict
 * (SP_VERDICT_NONE: no rule fits; SP_VERDICT_UNRESOLVED: cannot be said yet) and rule in `scan`. */
static inline __attribute__((always_inline)) void sp_match(struct sp_scan* scan,
                                                           const struct sp_policy* policy) {
    const struct sp_slice* own = sp_slice_of(scan->env, scan->table, scan->attempt->app);
    __u32 verdict = SP_VERDICT_NONE, rule = 0, count = policy->any.count;

    if (own) {
        sp_search(scan, own->first, own->count);
        if (scan->pinned)
            return;
        verdict = scan->verdict;
        rule = scan->rule;
        if (verdict != SP_VERDICT_NONE)
            count = policy->any_pinned;
    }
    sp_search(scan, policy->any.first, count);
    if (scan->verdict == SP_VERDICT_NONE) {
        scan->verdict = verdict;
        scan->rule = rule;
    }
}

/* What the mode says of a flow no rule decides. */
static inline __attribute__((always_inline)) __u32 sp_mode_verdict(__u32 mode) {
    if (mode == SP_MODE_ASK)
        return SP_VERDICT_HOLD;
    return mode == SP_MODE_LEARN ? SP_VERDICT_ALLOW : SP_VERDICT_BLOCK_ERROR;
}

/* The whole judgement: pause, block-all, unresolved application, rules, mode - in this order.
 * `now_ns` is CLOCK_BOOTTIME and not 0. Leaves verdict (never SP_VERDICT_NONE), reason and rule in
 * `scan`; the reason of SP_VERDICT_UNRESOLVED is SP_REASON_NONE. */
static inline __attribute__((always_inline)) void sp_judge(struct sp_scan* scan,
                                                           const struct sp_policy* policy,
                                                           __u64 now_ns) {
    scan->rule = 0;
    scan->reason = SP_REASON_NONE;
    if (now_ns < policy->paused_until) {
        scan->verdict = SP_VERDICT_ALLOW;
        scan->reason = SP_REASON_PAUSED;
        return;
    }
    if (policy->block_all && !sp_is_loopback(&scan->attempt->remote)) {
        scan->verdict = SP_VERDICT_BLOCK_ERROR;
        scan->reason = SP_REASON_BLOCK_ALL;
        return;
    }
    if (scan->attempt->app == SP_APP_UNRESOLVED) {
        scan->verdict = SP_VERDICT_UNRESOLVED;
        return;
    }
    sp_match(scan, policy);
    if (scan->verdict == SP_VERDICT_NONE) {
        scan->verdict = sp_mode_verdict(policy->mode);
        scan->reason = SP_REASON_MODE;
    } else if (scan->verdict != SP_VERDICT_UNRESOLVED) {
        scan->reason = SP_REASON_RULE;
    }
}

#endif
