/* Sockets that were open before the programs were attached, and a walk over all that are open now.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "maps.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#define SP_TCP_ESTABLISHED 1 /* include/net/tcp_states.h */
#define SP_TCP_LISTEN 10
#define SP_TCP_CLOSE 7

static __always_inline __u64 sp_port_key(struct sock* sk) {
    return BPF_CORE_READ(sk, __sk_common.skc_net.net, net_cookie) << 16 |
           BPF_CORE_READ(sk, __sk_common.skc_num);
}

static __always_inline void sp_remote_of(struct sock* sk, union sp_addr* remote) {
    if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET) {
        remote->words[0] = 0;
        remote->words[1] = 0;
        remote->words[2] = bpf_htonl(0xffff);
        remote->words[3] = BPF_CORE_READ(sk, __sk_common.skc_daddr);
    } else {
        bpf_core_read(remote, sizeof(*remote), &sk->__sk_common.skc_v6_daddr);
    }
}

/* The helper runs it twice before it attaches: the first pass learns which ports are listened on,
 * so that the second can tell accepted connections from made ones. */
SEC("iter/task_file")
int sp_iter_inventory(struct bpf_iter__task_file* ctx) {
    struct file* file = ctx->file;
    struct task_struct* task = ctx->task;
    struct sp_socket* s;
    struct sp_task* known;
    struct socket* socket;
    struct sock* sk;
    __u32 tgid, one = 1;
    __u16 family, protocol;
    __u8 state;
    __u64 port;

    if (!file || !task)
        return 0;
    socket = bpf_sock_from_file(file);
    if (!socket)
        return 0;
    sk = socket->sk;
    if (!sk)
        return 0;
    family = BPF_CORE_READ(sk, __sk_common.skc_family);
    if (family != AF_INET && family != AF_INET6)
        return 0;
    protocol = BPF_CORE_READ(sk, sk_protocol);
    state = BPF_CORE_READ(sk, __sk_common.skc_state);
    port = sp_port_key(sk);
    if (protocol == IPPROTO_TCP && state == SP_TCP_LISTEN)
        bpf_map_update_elem(&listening, &port, &one, BPF_ANY);

    s = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!s)
        return 0;
    if (!s->cookie) {
        tgid = BPF_CORE_READ(task, tgid);
        s->cookie = bpf_get_socket_cookie(sk);
        s->owner.tgid = tgid;
        s->owner.uid = BPF_CORE_READ(task, real_cred, uid.val);
        s->owner.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, net_cookie);
        known = bpf_map_lookup_elem(&tasks, &tgid);
        if (known) {
            s->owner.serial = known->serial;
            s->owner.app = known->app;
            s->owner.parent_app = known->parent_app;
        }
    }
    if (protocol != IPPROTO_TCP || state == SP_TCP_LISTEN || state == SP_TCP_CLOSE ||
        (s->flow.flags & SP_FLOW_OPEN))
        return 0;
    sp_remote_of(sk, &s->remote);
    s->rport = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
    s->lport = BPF_CORE_READ(sk, __sk_common.skc_num);
    s->protocol = IPPROTO_TCP;
    s->inbound = bpf_map_lookup_elem(&listening, &port) != 0;
    s->has_peer = 1;
    return 0;
}

/* What is counted on every socket, for the live view: sp_socket_record each. */
SEC("iter/bpf_sk_storage_map")
int sp_iter_sockets(struct bpf_iter__bpf_sk_storage_map* ctx) {
    struct sp_socket* s = ctx->value;

    if (!ctx->sk || !s || !(s->flow.flags & SP_FLOW_OPEN))
        return 0;
    bpf_seq_write(ctx->meta->seq, s, sizeof(*s));
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
