/* Datagrams with an address: whoever sends owns the socket, and hears at once when a rule says no.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "early.h"

/* Another process than before sends on it, or the same one after an exec: the socket is judged
 * anew, in its name. */
static __noinline int sp_take_over(struct bpf_sock_addr* ctx, struct sp_socket* s) {
    __u32 tgid;
    struct sp_task* task = sp_current(&tgid);

    if (task && task->serial == s->owner.serial)
        return 1;
    sp_own_socket(s, sp_sock_behind(ctx->sk), bpf_get_netns_cookie(ctx));
    return s->owner.serial != 0;
}

/* The one who sends owns the socket from here on. */
static __always_inline void sp_sends(struct bpf_sock_addr* ctx, struct sp_socket* s) {
    struct sp_sender* last = &((struct sp_datagram*)s)->sender;
    struct task_struct* task = bpf_get_current_task_btf();
    __u64 start = task->group_leader->start_boottime, execs = task->self_exec_id;
    __u32 tgid = task->tgid;

    if (last->tgid == tgid && last->start_ns == start && last->execs == execs)
        return;
    last->tgid = 0; /* nobody's, should another processor look meanwhile */
    if (!sp_take_over(ctx, s))
        return;
    last->start_ns = start;
    last->execs = execs;
    last->tgid = tgid;
}

/* Not to where the socket's first peer is, or not allowed to. */
static __noinline int sp_judge_send(struct bpf_sock_addr* ctx, struct sp_socket* s,
                                    const struct sp_peer_addr* to) {
    struct sp_attempt attempt = {};
    struct sp_flow_key key;

    sp_attempt_of(&attempt, s, to, ctx->protocol);
    sp_early_key(&key, s, &attempt);
    return sp_early(s, &key, sp_decide(&attempt, &key));
}

static __always_inline int sp_sendmsg(struct bpf_sock_addr* ctx, const struct sp_peer_addr* to) {
    struct sp_socket* s = sp_stamped(ctx);

    if (!s)
        return SP_ADDR_REFUSE;
    sp_sends(ctx, s);
    /* A connected socket's send with a control message comes without its address. */
    if (!to->rport || to->guessed)
        return SP_ADDR_PASS;
    if (s->has_peer && s->rport == to->rport && s->remote.halves[0] == to->remote.halves[0] &&
        s->remote.halves[1] == to->remote.halves[1] &&
        sp_allows(s->flow.decision, SP_READ_ONCE(config.generation)))
        return SP_ADDR_PASS; /* the packet program will find the same */
    return sp_judge_send(ctx, s, to);
}

SEC("cgroup/sendmsg4")
int sp_sendmsg4(struct bpf_sock_addr* ctx) {
    struct sp_peer_addr to;

    sp_peer_v4(ctx, &to);
    return sp_sendmsg(ctx, &to);
}

SEC("cgroup/sendmsg6")
int sp_sendmsg6(struct bpf_sock_addr* ctx) {
    struct sp_peer_addr to;

    sp_peer_v6(ctx, &to);
    return sp_sendmsg(ctx, &to);
}

char LICENSE[] SEC("license") = "GPL";
