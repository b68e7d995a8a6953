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

enum sp_fit {
    SP_FIT_NO = 0,
    SP_FIT_YES = 1,
    SP_FIT_UNKNOWN = 2, /* would fit, but who started the program is not known yet */
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
        if ((rule->flags & SP_RULE_HAS_LPORT) &&
            (a->lport < rule->lport_first || a->lport > rule->lport_last))
            return SP_FIT_NO;
    }
    if ((rule->flags & SP_RULE_HAS_UID) && rule->uid != a->uid)
        return SP_FIT_NO;
    if (rule->process && rule->process != a->process)
        return SP_FIT_NO;
    if (rule->started_by && rule->started_by != a->started_by)
        return a->started_by ? SP_FIT_NO : SP_FIT_UNKNOWN;
    return SP_FIT_YES;
}

struct sp_scan {
    struct sp_attempt attempt;
    const void* env;
    __u32 table;
    __u32 first;
    /* The first line that fits: */
    __u32 verdict; /* SP_VERDICT_NONE: none does; _UNRESOLVED: cannot be said */
    __u32 rule;
    __u32 pinned;
};

static long sp_scan_step(__u32 i, void* context) {
    struct sp_scan* scan = (struct sp_scan*)context;
    const struct sp_rule* rule = sp_rule_at(scan->env, scan->table, scan->first + i);
    int fit;

    if (!rule) { /* cannot be: the table is damaged; never allow */
        scan->verdict = SP_VERDICT_UNRESOLVED;
        return 1;
    }
    fit = sp_fits(rule, &scan->attempt);
    if (fit == SP_FIT_NO)
        return 0;
    scan->verdict = fit == SP_FIT_UNKNOWN ? (__u32)SP_VERDICT_UNRESOLVED : rule->verdict;
    scan->rule = rule->id;
    scan->pinned = rule->flags & SP_RULE_PINNED;
    return 1;
}

/* Judges by rules alone. The application's own slice goes before the slice for every application,
 * unless only the latter's match is pinned. Leaves verdict and rule in `scan`; the caller fills
 * in attempt, env and table. */
static inline __attribute__((always_inline)) void sp_match(struct sp_scan* scan,
                                                           const struct sp_slice* any) {
    const struct sp_slice* own = sp_slice_of(scan->env, scan->table, scan->attempt.app);
    __u32 verdict = SP_VERDICT_NONE, rule = 0, pinned = 0;

    if (own) {
        scan->verdict = SP_VERDICT_NONE;
        scan->first = own->first;
        sp_loop(own->count, sp_scan_step, scan);
        verdict = scan->verdict;
        rule = scan->rule;
        pinned = scan->pinned;
    }
    if (verdict == SP_VERDICT_NONE || !pinned) {
        scan->verdict = SP_VERDICT_NONE;
        scan->first = any->first;
        sp_loop(any->count, sp_scan_step, scan);
        if (scan->verdict != SP_VERDICT_NONE && (verdict == SP_VERDICT_NONE || scan->pinned))
            return;
    }
    scan->verdict = verdict;
    scan->rule = rule;
    scan->pinned = pinned;
}

#endif
