/* The rule matcher: pure functions, compiled into the kernel side and into user space (policy and
 * its tests). What differs, looking things up and looping, comes in through functions that the
 * includer defines before it includes this file:
 *
 *   const struct sp_rule *sp_rule_at(const void *env, __u32 table, __u32 index);
 *       0: no such line
 *   const struct sp_slice *sp_slice_of(const void *env, const struct sp_slice_key *key);
 *       0: none. That of every application without a pattern is sp_policy.any
 *   const struct sp_named *sp_named_of(const void *env, const union sp_addr *remote,
 *                                      __u64 process);
 *       what the process was told, or says; 0: nothing
 *   const struct sp_named *sp_hearsay_of(const void *env, const union sp_addr *remote);
 *       what whoever asked the system's resolver was told; 0: nothing
 *   const struct sp_listed *sp_listed_of(const void *env, const union sp_addr *remote);
 *       by the longest prefix that contains it; 0: none does
 *   sp_loop(count, step, context)
 *       calls long step(__u32 i, void *context) until it returns 1
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_MATCH_H
#define SALLYPORT_BPF_MATCH_H

#include "abi.h"

/* In a loop: the compiler knows nothing of its counter any more, so that the body is there once,
 * however few its rounds. The pragma against unrolling does not always last. */
#define SP_KEEP_ROLLED(counter) __asm__ volatile("" : "+r"(counter))

#define SP_PROTOCOL_TCP 6
#define SP_PROTOCOL_UDP 17

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
    SP_FIT_UNKNOWN = 2,  /* would fit, but the starter, or the local end, is not known yet */
    SP_FIT_NOT_HERE = 3, /* would fit, were the local end or the interface another */
};

static inline __attribute__((always_inline)) int sp_is_zero(const union sp_addr* addr) {
    return !(addr->halves[0] | addr->halves[1]);
}

static inline __attribute__((always_inline)) int sp_is_in(const union sp_addr* addr,
                                                          const union sp_addr* prefix,
                                                          const union sp_addr* mask) {
    return (addr->halves[1] & mask->halves[1]) == prefix->halves[1] &&
           (addr->halves[0] & mask->halves[0]) == prefix->halves[0];
}

/* The local end and the interface. */
static inline __attribute__((always_inline)) int sp_fits_here(const struct sp_rule* rule,
                                                              const struct sp_attempt* a) {
    int fit = SP_FIT_YES;

    if (rule->flags & SP_RULE_HAS_LPORT) {
        if (a->lport_open)
            fit = SP_FIT_UNKNOWN;
        else if (a->lport < rule->lport_first || a->lport > rule->lport_last)
            return SP_FIT_NOT_HERE;
    }
    if (a->protocol == SP_PROTOCOL_FRAMES &&
        (rule->flags & (SP_RULE_HAS_LOCAL | SP_RULE_HAS_INTERFACE)))
        return SP_FIT_NO; /* nor will it ever have any */
    if (rule->flags & SP_RULE_HAS_LOCAL) {
        if (sp_is_zero(&a->local))
            fit = SP_FIT_UNKNOWN;
        else if (!sp_is_in(&a->local, &rule->local, &rule->local_mask))
            return SP_FIT_NOT_HERE;
    }
    if (rule->flags & SP_RULE_HAS_INTERFACE) {
        if (!a->ifindex)
            fit = SP_FIT_UNKNOWN;
        else if (rule->ifindex != a->ifindex)
            return SP_FIT_NOT_HERE;
    }
    return fit;
}

static inline __attribute__((always_inline)) int sp_fits(const struct sp_rule* rule,
                                                         const struct sp_attempt* a) {
    int fit = SP_FIT_YES;

    if (!(rule->direction & a->direction))
        return SP_FIT_NO;
    if (rule->protocol && rule->protocol != a->protocol)
        return SP_FIT_NO;
    if (!sp_is_in(&a->remote, &rule->remote, &rule->remote_mask))
        return SP_FIT_NO;
    if (rule->flags & (SP_RULE_HAS_RPORT | SP_RULE_HAS_LPORT)) {
        if (!a->has_ports)
            return SP_FIT_NO;
        if ((rule->flags & SP_RULE_HAS_RPORT) &&
            (a->rport < rule->rport_first || a->rport > rule->rport_last))
            return SP_FIT_NO;
    }
    if ((rule->flags & SP_RULE_HAS_UID) && rule->uid != a->uid)
        return SP_FIT_NO;
    if ((rule->flags & SP_RULE_HAS_PROCESS) && rule->process != a->process)
        return SP_FIT_NO;
    if (rule->started_by && rule->started_by != a->started_by) {
        if (a->started_by)
            return SP_FIT_NO;
        fit = SP_FIT_UNKNOWN;
    }
    if (rule->flags & SP_RULE_HAS_HERE) {
        int here = sp_fits_here(rule, a);

        if (here != SP_FIT_YES)
            return here;
    }
    return fit;
}

/* Whether what such a line says of a flow may change from packet to packet. TCP keeps its local
 * end. */
static inline __attribute__((always_inline)) int sp_is_passing(const struct sp_rule* rule,
                                                               const struct sp_attempt* a) {
    return rule->flags &
           (a->protocol == SP_PROTOCOL_TCP ? SP_RULE_HAS_INTERFACE : SP_RULE_HAS_HERE);
}

#define SP_RANK_NONE 0xffffffffu /* of no line */

/* What a search found: the line's rank in the upper half, its rule in bits 8-31, its verdict in
 * bits 0-3; and SP_ROUTED, where from another local end or by another interface it might have been
 * another. Of two the lower rank goes first. */
#define SP_ROUTED 16u
#define SP_FOUND(rank, rule, verdict) \
    (((__u64)(rank) << 32) | ((__u64)((rule)&0xffffffu) << 8) | ((__u64)((verdict)&0xfu)))
#define SP_FOUND_RANK(f) ((__u32)((f) >> 32))
#define SP_FOUND_RULE(f) ((__u32)(((f) >> 8) & 0xffffff))
#define SP_FOUND_VERDICT(f) ((__u32)((f)&0xf))
#define SP_FOUND_NOTHING SP_FOUND(SP_RANK_NONE, 0, SP_VERDICT_NONE)
/* A line that would fit, were all known of the attempt. */
#define SP_FOUND_UNKNOWN(rank) SP_FOUND(rank, 0, SP_VERDICT_UNRESOLVED)
/* A damaged table: it is overruled by nothing, and never allow. */
#define SP_FOUND_DAMAGED SP_FOUND_UNKNOWN(0)

/* Some lines of a table that are looked at one after the other, as long as they go before what is
 * found already. */
struct sp_search {
    const struct sp_attempt* attempt;
#ifndef __bpf__ /* there is none, and its stack is short */
    const void* env;
#endif
    __u64 found;
    __u32 table;
    __u32 first, end;
};
#ifdef __bpf__
#define SP_SEARCH_ENV(search) 0
#else
#define SP_SEARCH_ENV(search) (search)->env
#endif

/* Calls cost more than lines: some at a time. */
#define SP_LINES_A_STEP 4u

/* What came of looking at some lines: which of them fits, in the lowest bits, and: */
#define SP_LINES_END 32u      /* none fits, nor can a later one matter */
#define SP_LINES_FIT 64u      /* that one */
#define SP_LINES_UNKNOWN 128u /* that one would, were all known of the attempt */
#define SP_LINES_DAMAGED 256u
/* And with any of these SP_ROUTED: one of them does not fit, but may fit the flow's next packet. */

/* Some lines from `first` on. What is passed on of SP_ROUTED is the same bit all along, and no
 * branch asks for it: for each that does, the verifier would go through all that follows twice. */
static inline __attribute__((always_inline)) __u32 sp_look_at_lines(const struct sp_search* s,
                                                                    __u32 first) {
    __u32 k, routed = s->found & SP_ROUTED;

    for (k = 0; k < SP_LINES_A_STEP; k++) {
        const struct sp_rule* rule;
        int fit;

        SP_KEEP_ROLLED(k);
        if (first + k >= s->end)
            return routed | SP_LINES_END;
        rule = sp_rule_at(SP_SEARCH_ENV(s), s->table, first + k);
        if (!rule)
            return routed | SP_LINES_DAMAGED;
        if (rule->rank >= SP_FOUND_RANK(s->found)) /* and so have all that follow */
            return routed | SP_LINES_END;
        fit = sp_fits(rule, s->attempt);
        if (fit == SP_FIT_UNKNOWN)
            return k | routed | SP_LINES_UNKNOWN;
        if (fit != SP_FIT_NO && sp_is_passing(rule, s->attempt))
            routed = SP_ROUTED;
        if (fit == SP_FIT_YES)
            return k | routed | SP_LINES_FIT;
    }
    return routed;
}

/* Returns 1 when no later line can matter. */
static long sp_search_step(__u32 i, void* context) {
    struct sp_search* s = (struct sp_search*)context;
    __u32 from = s->first + i * SP_LINES_A_STEP;
    __u32 looked = sp_look_at_lines(s, from);
    const struct sp_rule* rule = 0;

    s->found |= looked & SP_ROUTED;
    if (looked & SP_LINES_END)
        return 1;
    if (!(looked & ~SP_ROUTED)) /* none fits; the next may */
        return 0;
    if (!(looked & SP_LINES_DAMAGED))
        rule = sp_rule_at(SP_SEARCH_ENV(s), s->table, from + looked % SP_LINES_A_STEP);
    if (!rule)
        s->found = SP_FOUND_DAMAGED;
    else if (looked & SP_LINES_FIT)
        s->found = SP_FOUND(rule->rank, rule->id, rule->verdict) | (s->found & SP_ROUTED);
    else
        s->found = SP_FOUND_UNKNOWN(rule->rank);
    return 1;
}

/* The first line of a slice that fits, if it goes before `found`; else that. */
static inline __attribute__((always_inline)) __u64 sp_look_through(const void* env,
                                                                   const struct sp_attempt* a,
                                                                   __u32 table,
                                                                   const struct sp_slice* slice,
                                                                   __u64 found) {
    struct sp_search search = {.attempt = a,
#ifndef __bpf__
                               .env = env,
#endif
                               .found = found,
                               .table = table,
                               .first = slice->first,
                               .end = slice->first + slice->count};

    sp_loop((slice->count + SP_LINES_A_STEP - 1) / SP_LINES_A_STEP, sp_search_step, &search);
    return search.found;
}

/* The caller fills in attempt, env, table (sp_policy.generation & 1) and names_pending, and clears
 * the rest. */
struct sp_scan {
    const struct sp_attempt* attempt;
    const void* env;
    __u32 table;
    __u32 names_pending; /* 1: a name for this flow may be on its way to the helper */
    __u64 found;         /* the line that goes first of those that fit */
    union {              /* what the remote matches, one after the other */
        const struct sp_named* named;
        const struct sp_listed* listed;
    };
    /* The judgement: */
    __u32 verdict; /* enum sp_verdict */
    __u32 reason;  /* enum sp_reason */
    __u32 rule;    /* id; 0: no rule decided */
};

/* In a function of its own, so that the key is off the stack again before the search. */
static inline __attribute__((always_inline)) const struct sp_slice* sp_slice_with(const void* env,
                                                                                  __u32 table,
                                                                                  __u32 app,
                                                                                  __u32 pattern) {
    struct sp_slice_key key = {.app = app, .table = table, .pattern = pattern};

    return sp_slice_of(env, &key);
}

/* The lines of an application that ask for a pattern; 0: for none. */
static inline __attribute__((always_inline)) __u64 sp_look_up_lines(const void* env,
                                                                    const struct sp_attempt* a,
                                                                    __u32 table, __u32 app,
                                                                    __u32 pattern, __u64 found) {
    const struct sp_slice* slice = sp_slice_with(env, table, app, pattern);

    return slice ? sp_look_through(env, a, table, slice, found) : found;
}

#ifdef __bpf__
/* Global, so that the verifier looks at it once and not in each place that leads here, with all
 * that can be known there. Linux 7 goes through what gets a pointer to its caller's stack once for
 * each call, and for each call of what calls it (compute_subprog_args() in kernel/bpf/liveness.c):
 * there are few. */
__weak __attribute__((noinline)) __u64 sp_lines_of(const struct sp_attempt* a, __u32 table,
                                                   __u32 app, __u32 pattern, __u64 found) {
    return a ? sp_look_up_lines(0, a, table, app, pattern, found) : SP_FOUND_DAMAGED;
}
#define sp_found_for(scan, app, pattern) \
    sp_lines_of((scan)->attempt, (scan)->table, app, pattern, (scan)->found)
#else
#define sp_found_for(scan, app, pattern) \
    sp_look_up_lines((scan)->env, (scan)->attempt, (scan)->table, app, pattern, (scan)->found)
#endif

#define SP_QUIC_PORT 443

/* Programs say in their first data whom they mean: in TLS and HTTP over TCP, and in QUIC. */
static inline __attribute__((always_inline)) int sp_may_say(const struct sp_attempt* a) {
    if (a->direction != SP_DIRECTION_OUT || !a->has_ports)
        return 0;
    return a->protocol == SP_PROTOCOL_TCP ||
           (a->protocol == SP_PROTOCOL_UDP && a->rport == SP_QUIC_PORT);
}

/* The rules that ask for a pattern of the remote's, or for a list it is in: for the application,
 * and for every application. */
static inline __attribute__((always_inline)) void sp_search_pattern(struct sp_scan* scan,
                                                                    __u32 pattern) {
    __u32 k;

    for (k = 0; k < 2; k++) {
        SP_KEEP_ROLLED(k);
        scan->found = sp_found_for(scan, k ? SP_APP_ANY : scan->attempt->app, pattern);
    }
}

static inline __attribute__((always_inline)) void sp_search_named(struct sp_scan* scan) {
    __u32 i;

    if (scan->named->count > SP_MAX_PATTERNS) {
        scan->found = SP_FOUND_UNKNOWN(SP_FOUND_RANK(scan->found));
        return;
    }
    for (i = 0; i < SP_MAX_PATTERNS && i < scan->named->count; i++) {
        SP_KEEP_ROLLED(i);
        sp_search_pattern(scan, scan->named->patterns[i]);
    }
}

static inline __attribute__((always_inline)) int sp_found_stops(__u64 found) {
    __u32 verdict = SP_FOUND_VERDICT(found);

    return verdict != SP_VERDICT_ALLOW && verdict != SP_VERDICT_AUDIT &&
           verdict != SP_VERDICT_LIMIT;
}

/* What the mode says of a flow no rule decides. */
static inline __attribute__((always_inline)) __u32 sp_mode_verdict(__u32 mode) {
    if (mode == SP_MODE_ASK)
        return SP_VERDICT_HOLD;
    return mode == SP_MODE_LEARN || mode == SP_MODE_AUDIT ? SP_VERDICT_ALLOW
                                                          : SP_VERDICT_BLOCK_ERROR;
}

/* Whether a name matters that its program may yet say. Where it is blocked without one, and none
 * could let it go, the connection need not begin. */
static inline __attribute__((always_inline)) void sp_search_unsaid(struct sp_scan* scan,
                                                                   const struct sp_policy* policy) {
    __u32 verdict = SP_FOUND_VERDICT(scan->found);

    if (verdict == SP_VERDICT_NONE)
        verdict = sp_mode_verdict(policy->mode);
    sp_search_pattern(scan, verdict >= SP_VERDICT_BLOCK_ERROR && verdict <= SP_VERDICT_BLOCK_SILENT
                                ? SP_PATTERN_UNSAID_GOES
                                : SP_PATTERN_UNSAID);
}

/* The rules that ask for a name or a list. This machine has no names and is in no list, nor has
 * what goes to no address. Lists that have the address go first: what a line of theirs decides
 * waits for no name. */
static inline __attribute__((always_inline)) void sp_match_names(struct sp_scan* scan,
                                                                 const struct sp_policy* policy) {
    const struct sp_attempt* a = scan->attempt;
    __u64 before;
    __u32 i;
    int hearsay;

    if (sp_is_loopback(&a->remote) || a->protocol == SP_PROTOCOL_FRAMES)
        return;
    if (scan->names_pending)
        goto unresolved;
    if (policy->listed) {
        scan->listed = sp_listed_of(scan->env, &a->remote);
        if (scan->listed) {
            if (scan->listed->count > SP_MAX_LISTS_OF)
                goto unresolved;
            for (i = 0; i < SP_MAX_LISTS_OF && i < scan->listed->count; i++) {
                SP_KEEP_ROLLED(i);
                sp_search_pattern(scan, scan->listed->lists[i]);
            }
        }
    }
    scan->named = sp_named_of(scan->env, &a->remote, a->process);
    hearsay = !scan->named;
    if (hearsay)
        scan->named = sp_hearsay_of(scan->env, &a->remote);
    before = scan->found;
    if (scan->named)
        sp_search_named(scan);
    if (!hearsay || !sp_may_say(a))
        return;
    /* Who learned of the address in another way than from the system's resolver may mean another
     * host there, and says so itself. What somebody was told stops it, but does not let it go
     * before that. */
    if (!sp_found_stops(scan->found))
        scan->found = before | (scan->found & SP_ROUTED);
    sp_search_unsaid(scan, policy);
    return;
unresolved:
    scan->found = SP_FOUND_UNKNOWN(SP_FOUND_RANK(scan->found));
}

/* Judges by rules alone: of all lines that fit, the one with the lowest rank. Names and lists are
 * looked for only where a line that asks for one could go first. Leaves verdict (SP_VERDICT_NONE:
 * no rule fits; SP_VERDICT_UNRESOLVED: cannot be said yet) and rule in `scan`. */
static inline __attribute__((always_inline)) void sp_match(struct sp_scan* scan,
                                                           const struct sp_policy* policy) {
    __u32 k;

    scan->found = SP_FOUND_NOTHING;
    for (k = 0; k < 2; k++) {
        SP_KEEP_ROLLED(k);
        scan->found = sp_found_for(scan, k ? SP_APP_ANY : scan->attempt->app, 0);
        if (!policy->any.count || SP_FOUND_RANK(scan->found) <= policy->any_first)
            break;
    }
    if (policy->named && SP_FOUND_RANK(scan->found) > policy->named_first)
        sp_match_names(scan, policy);
    scan->verdict = SP_FOUND_VERDICT(scan->found);
    scan->rule = SP_FOUND_RULE(scan->found);
}

/* The whole judgement: pause, block-all, unresolved application, rules, mode - in this order.
 * `now_ns` is CLOCK_BOOTTIME and not 0. Leaves verdict (never SP_VERDICT_NONE), reason and rule in
 * `scan`; the reason of SP_VERDICT_UNRESOLVED and SP_VERDICT_FIRST_DATA is
 * SP_REASON_NONE. */
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
        scan->reason = policy->mode == SP_MODE_AUDIT ? SP_REASON_AUDIT_MODE : SP_REASON_MODE;
    } else if (scan->verdict == SP_VERDICT_AUDIT) {
        scan->verdict = SP_VERDICT_ALLOW;
        scan->reason = SP_REASON_AUDIT_RULE;
    } else if (scan->verdict == SP_VERDICT_FIRST_DATA) {
        scan->rule = 0; /* nor does the line decide yet that hangs on a request */
    } else if (scan->verdict != SP_VERDICT_UNRESOLVED) {
        scan->reason = SP_REASON_RULE;
    }
}

#endif
