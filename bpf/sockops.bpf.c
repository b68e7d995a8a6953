/* Puts right what holding did to a TCP connection: its first window, and how long a dead peer is
 * tried after the answer.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "judge.h"

#define SP_INITIAL_WINDOW 10 /* segments, RFC 6928 */
#define SP_RETRIES_AFTER 6   /* the kernel's default tcp_syn_retries */
#define SP_MAX_RETRIES 127
#ifndef TCP_BPF_IW
#define TCP_BPF_IW 1001
#endif

/* The return value of a sockops program is not a verdict. */
enum { SP_SOCKOPS_DONE = 1 };

static __always_inline int sp_waits(const struct sp_socket* s) {
    __u32 verdict = SP_DECISION_VERDICT(s->flow.decision);

    return verdict == SP_VERDICT_HOLD || verdict == SP_VERDICT_UNRESOLVED;
}

SEC("sockops")
int sp_sockops(struct bpf_sock_ops* ctx) {
    struct sp_socket* s;
    int window = SP_INITIAL_WINDOW, retries;

    if (ctx->op != BPF_SOCK_OPS_TCP_CONNECT_CB && ctx->op != BPF_SOCK_OPS_RTO_CB &&
        ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
        return SP_SOCKOPS_DONE;
    if (!ctx->sk)
        return SP_SOCKOPS_DONE;
    s = bpf_sk_storage_get(&sockets, ctx->sk, 0, 0);
    if (!s)
        return SP_SOCKOPS_DONE;

    switch (ctx->op) {
        case BPF_SOCK_OPS_TCP_CONNECT_CB:
            if (sp_waits(s))
                bpf_sock_ops_cb_flags_set(ctx,
                                          ctx->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_RTO_CB_FLAG);
            break;
        case BPF_SOCK_OPS_RTO_CB:
            if (sp_waits(s))
                break;
            retries = ctx->args[0] + SP_RETRIES_AFTER;
            if (retries > SP_MAX_RETRIES)
                retries = SP_MAX_RETRIES;
            bpf_setsockopt(ctx, IPPROTO_TCP, TCP_SYNCNT, &retries, sizeof(retries));
            bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_RTO_CB_FLAG);
            break;
        case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
            if (s->flow.flags & SP_FLOW_WAS_HELD)
                bpf_setsockopt(ctx, IPPROTO_TCP, TCP_BPF_IW, &window, sizeof(window));
            break;
    }
    return SP_SOCKOPS_DONE;
}

char LICENSE[] SEC("license") = "GPL";
