/* From a socket and a peer to a decision: the policy in force through match.h, answers for single
 * flows, and who owns the socket.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_JUDGE_H
#define SALLYPORT_BPF_JUDGE_H

#include "limit.h"
#include "process.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

static __always_inline const struct sp_rule* sp_rule_at(const void* env, __u32 table, __u32 index) {
    __u32 line = (table & 1) * SP_MAX_LINES + index;

    return index < SP_MAX_LINES ? bpf_map_lookup_elem(&rules, &line) : 0;
}

static __always_inline const struct sp_slice* sp_slice_of(const void* env,
                                                          const struct sp_slice_key* key) {
    struct sp_policy* policy;

    if (key->app != SP_APP_ANY || key->pattern)
        return bpf_map_lookup_elem(&slices, key);
    policy = bpf_map_lookup_elem(&policies, &key->table);
    if (!policy)
        return 0;
    asm volatile("" : "+r"(policy)); /* or the verifier sees the addition before the question */
    return &policy->any;
}

static __always_inline const struct sp_named* sp_named_of(const void* env,
                                                          const union sp_addr* remote,
                                                          __u64 process) {
    struct sp_named_key key = {.remote = *remote, .process = process};

    return process ? bpf_map_lookup_elem(&named, &key) : 0;
}

static __always_inline const struct sp_named* sp_hearsay_of(const void* env,
                                                            const union sp_addr* remote) {
    struct sp_named_key key = {.remote = *remote};

    return bpf_map_lookup_elem(&named, &key);
}

/* A function of its own, so that the key is on the stack only while nothing deeper is called. */
static __noinline const struct sp_listed* sp_listed_of(const void* env,
                                                       const union sp_addr* remote) {
    struct sp_listed_key key = {.bits = 128};

    __builtin_memcpy(key.remote, remote->bytes, sizeof(key.remote));
    return bpf_map_lookup_elem(&listed, &key);
}

#define sp_loop(count, step, context) bpf_loop(count, step, context, 0)
#include "match.h"

/* ---- the owner ------------------------------------------------------------------------------ */

/* The identity of the current process; 0: it has none. */
static __always_inline struct sp_task* sp_current(__u32* tgid) {
    struct task_struct* task = bpf_get_current_task_btf();
    struct sp_task* known;

    *tgid = task->tgid;
    known = bpf_map_lookup_elem(&tasks, tgid);
    if (known && sp_is_process(known, task->group_leader->start_boottime, task->self_exec_id))
        return known;
    return 0;
}

/* Only from hooks that run in the caller's own context (socket, connect, sendmsg). */
static __always_inline void sp_own(struct sp_owner* owner, __u64 netns) {
    struct sp_task* task = sp_current(&owner->tgid);

    owner->serial = task ? task->serial : 0;
    owner->app = task ? task->app : SP_APP_UNRESOLVED;
    owner->parent_app = task ? task->parent_app : SP_APP_UNRESOLVED;
    owner->uid = (__u32)bpf_get_current_uid_gid();
    owner->netns = netns;
}

/* The kernel's own socket behind the verifier's, to read what struct bpf_sock does not show. */
static __always_inline struct sock* sp_sock_behind(struct bpf_sock* sk) {
    struct bpf_sock* pointer = sk;
    __u64 address = 0;

    bpf_probe_read_kernel(&address, sizeof(address), &pointer);
    return (struct sock*)address;
}

/* Opened by the kernel itself, and for itself: MPTCP's subflows are a program's. */
static __always_inline int sp_is_kernels(struct sock* sk) {
    struct tcp_sock* tcp = (struct tcp_sock*)sk;

    if (!BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock))
        return 0;
    return !bpf_core_field_exists(tcp->is_mptcp) || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP ||
           !BPF_CORE_READ_BITFIELD_PROBED(tcp, is_mptcp);
}

/* Whoever uses the socket now: it is judged anew, and told of another owner anew. What a thread of
 * the kernel does with the kernel's socket is the kernel's own (NFS connects so); what it does when
 * a program calls is the program's (a mount). */
static __always_inline void sp_own_socket(struct sp_socket* s, struct sock* sk, __u64 netns) {
    struct task_struct* task = bpf_get_current_task_btf();
    __u64 before = s->owner.serial;

    sp_own(&s->owner, netns);
    s->kernel = !task->mm && sp_is_kernels(sk);
    if (s->kernel)
        s->owner.app = s->owner.parent_app = SP_APP_KERNEL;
    if (s->owner.serial != before)
        s->flow.reported = 0;
    s->flow.decision = 0;
}

/* In a function of its own, so that its key is off the stack again before the judgement. */
static __noinline int sp_look_up_owner(struct sp_owner* owner) {
    __u32 tgid = owner->tgid;
    struct sp_task* task = bpf_map_lookup_elem(&tasks, &tgid);

    if (!task || !owner->serial || task->serial != owner->serial)
        return 0;
    owner->app = task->app;
    owner->parent_app = task->parent_app;
    return 1;
}

/* The helper may have numbered the application since the socket was opened. */
static __always_inline void sp_refresh_owner(struct sp_owner* owner) {
    if (!owner->app || !owner->parent_app)
        sp_look_up_owner(owner);
}

/* ---- the decision --------------------------------------------------------------------------- */

static __always_inline int sp_allows(__u64 decision, __u32 generation) {
    return SP_DECISION_VERDICT(decision) == SP_VERDICT_ALLOW && generation &&
           SP_DECISION_GENERATION(decision) == generation;
}

static __always_inline int sp_lets_go(__u32 verdict) {
    return verdict == SP_VERDICT_ALLOW || verdict == SP_VERDICT_LIMIT;
}

/* Does the flow go on as fast as a rule's limit says? */
static __always_inline int sp_is_limited(__u64 decision) {
    __u32 verdict = SP_DECISION_VERDICT(decision);

    return verdict == SP_VERDICT_LIMIT ||
           (verdict == SP_VERDICT_FIRST_DATA && SP_DECISION_RULE(decision) &&
            SP_DECISION_REASON(decision) == SP_REASON_ANSWER);
}

/* Does the decision let the flow go on, be it at a limited speed, by the policy in force? */
static __always_inline int sp_stands(__u64 decision, __u32 generation) {
    return sp_lets_go(SP_DECISION_VERDICT(decision)) && generation &&
           SP_DECISION_GENERATION(decision) == generation;
}

/* Reads the policy in force whole: the helper changes the table's generation before it touches a
 * line, so a table that has the same generation before and after was not touched meanwhile. 0: it
 * was.
 *
 * Global, so that the verifier looks at it once in a program and not at every call; the argument is
 * never 0. */
__weak __noinline __u64 sp_judge_once(const struct sp_attempt* attempt) {
    struct sp_scan scan = {.attempt = attempt};
    __u32 generation = SP_READ_ONCE(config.generation);
    __u32 table = generation & 1;
    struct sp_policy* policy = bpf_map_lookup_elem(&policies, &table);

    if (!attempt || !generation || !policy || SP_READ_ONCE(policy->generation) != generation)
        return 0;
    scan.names_pending = SP_READ_ONCE(config.names_told) != SP_READ_ONCE(config.names_read);
    scan.table = table;
    /* The clock is asked only when a pause may be on. */
    sp_judge(&scan, policy, policy->paused_until ? bpf_ktime_get_boot_ns() : 1);
    if (SP_READ_ONCE(policy->generation) != generation)
        return 0;
    /* A pause ends by itself, and at any packet a connection may be routed another way (a tunnel
     * that goes down) and a datagram come from another local end: what hangs on that is never
     * remembered. */
    if (scan.reason == SP_REASON_PAUSED || (scan.found & SP_ROUTED))
        generation = 0;
    return SP_DECISION(generation, scan.rule, scan.reason, scan.verdict);
}

/* Two changes within one packet: the packet waits (SP_VERDICT_HOLD), its sender repeats it. */
static __always_inline __u64 sp_judge_by_policy(const struct sp_attempt* attempt) {
    __u32 i;

    for (i = 0; i < 2; i++) {
        __u64 decision;

        SP_KEEP_ROLLED(i);
        decision = sp_judge_once(attempt);
        if (decision)
            return decision;
    }
    SP_BUMP(table_races);
    return SP_DECISION(0, 0, SP_REASON_NONE, SP_VERDICT_HOLD);
}

/* As above, and where no rule decides, what was answered for this flow alone. */
static __always_inline __u64 sp_decide(const struct sp_attempt* attempt,
                                       const struct sp_flow_key* key) {
    __u64 decision = sp_within_quota(sp_judge_by_policy(attempt));
    __u32 verdict = SP_DECISION_VERDICT(decision);
    struct sp_answer* answer;

    if (verdict != SP_VERDICT_HOLD && verdict != SP_VERDICT_UNRESOLVED &&
        verdict != SP_VERDICT_FIRST_DATA)
        return decision;
    answer = bpf_map_lookup_elem(&answers, key);
    if (!answer || (answer->process && answer->process != attempt->process))
        return decision;
    return sp_within_quota(SP_DECISION(SP_DECISION_GENERATION(decision), answer->rule,
                                       SP_REASON_ANSWER, answer->verdict));
}

static __always_inline void sp_attempt_by(struct sp_attempt* a, const struct sp_owner* owner) {
    a->process = owner->serial;
    a->app = owner->app;
    a->started_by = owner->parent_app;
    a->uid = owner->uid;
}

#endif
