/* Sockets whose frames pass every hook on a control group (AF_PACKET, AF_XDP, AF_PPPOX): whether
 * one is made at all. An optional extra: only where the BPF LSM runs, loaded on no other kernel.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define SP_EXACT_CLOCK
#include "judge.h"
#include <bpf/bpf_tracing.h>

/* What lsm_cgroup programs return (kernel/bpf/cgroup.c, bpf_prog_run_array_cg()). */
enum sp_lsm_verdict {
    SP_LSM_REFUSE = 0, /* EPERM */
    SP_LSM_PASS = 1,
};

static __always_inline __u64 sp_frames_cookie(const struct sp_owner* owner) {
    if (owner->serial)
        return SP_FRAMES_COOKIE | owner->serial;
    return SP_FRAMES_COOKIE | SP_FRAMES_NAMELESS | owner->tgid;
}

/* What was told last, and in which second. */
static volatile __u64 sp_told;

/* Who tries the same in a loop is told once a second. */
static __always_inline int sp_is_news(__u64 cookie, __u64 decision, __u64 now) {
    __u64 mark = cookie * 0x9e3779b97f4a7c15ull ^ decision ^ (now >> 30) * 0xc2b2ae3d27d4eb4full;

    if (sp_told == mark)
        return 0;
    sp_told = mark;
    return 1;
}

/* Refused or allowed it is over with that; what waits is asked about. What finds no room is told at
 * the next attempt. */
static __always_inline void sp_tell_frames(const struct sp_owner* owner,
                                           const struct sp_flow_key* key, __u64 decision) {
    __u32 verdict = SP_DECISION_VERDICT(decision);
    int waits = verdict == SP_VERDICT_HOLD || verdict == SP_VERDICT_UNRESOLVED;
    struct sp_event_flow* e;

    if (!sp_is_half_free() || !sp_is_news(key->cookie, decision, sp_now()))
        return;
    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return;
    }
    __builtin_memset(e, 0, sizeof(*e));
    sp_head(&e->head, waits ? SP_EVENT_HELD : SP_EVENT_FLOW, sizeof(*e));
    e->key = *key;
    e->owner = *owner;
    e->flow.decision = decision;
    e->flow.started_ns = e->head.time_ns;
    e->flow.flags = SP_FLOW_OPEN | (waits ? SP_FLOW_WAS_HELD : SP_FLOW_ENDED);
    e->direction = SP_DIRECTION_OUT;
    bpf_ringbuf_submit(e, sp_wake(!sp_lets_go(verdict), sizeof(*e)));
}

/* The kernel refuses it without a word, right after this hook (ns_capable() in packet_create() and
 * xsk_create()): nobody need be asked, and no rule can change it. PPP over Ethernet, or over L2TP,
 * anybody may send (drivers/net/ppp/pppoe.c, pppoe_connect() and pppoe_sendmsg()). */
static __always_inline int sp_may_not_anyway(struct task_struct* task) {
    const struct cred* cred = task->cred;
    struct user_namespace* own = BPF_CORE_READ(cred, user_ns);
    __u32 capabilities = 0;

    bpf_core_read(&capabilities, sizeof(capabilities), &cred->cap_effective);
    return own == BPF_CORE_READ(task, nsproxy, net_ns, user_ns) &&
           !(capabilities & (1u << CAP_NET_RAW));
}

/* In the caller's own context: nothing can be held here, so what has no rule is refused, and may be
 * tried again when somebody has answered. */
static __noinline int sp_judge_frames(int family) {
    struct task_struct* task = bpf_get_current_task_btf();
    struct sp_attempt attempt = {};
    struct sp_flow_key key = {};
    struct sp_owner owner = {};
    __u64 decision;

    if (family != AF_PPPOX && sp_may_not_anyway(task))
        return SP_LSM_PASS;
    sp_own(&owner, BPF_CORE_READ(task, nsproxy, net_ns, net_cookie));
    sp_attempt_by(&attempt, &owner);
    attempt.protocol = SP_PROTOCOL_FRAMES;
    attempt.direction = SP_DIRECTION_OUT;
    key.cookie = sp_frames_cookie(&owner);
    key.protocol = SP_PROTOCOL_FRAMES;
    decision = sp_decide(&attempt, &key);
    sp_tell_frames(&owner, &key, decision);
    return sp_lets_go(SP_DECISION_VERDICT(decision)) ? SP_LSM_PASS : SP_LSM_REFUSE;
}

SEC("lsm_cgroup/socket_create")
int BPF_PROG(sp_socket_create, int family, int type, int protocol, int kernel) {
    if ((family != AF_PACKET && family != AF_XDP && family != AF_PPPOX) || kernel)
        return SP_LSM_PASS;
    return sp_judge_frames(family);
}

char LICENSE[] SEC("license") = "GPL";
