/* Sockets that were open before the programs were attached, and a walk over all that are open now.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define SP_EXACT_CLOCK
#include "process.h"
#include "streams.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#define SP_TCP_CLOSE 7 /* include/net/tcp_states.h */
#define SP_TCP_LISTEN 10
#define SP_BINDPORT_LOCK 8 /* include/net/sock.h, SOCK_BINDPORT_LOCK: bind() said which port */

static __always_inline void sp_mapped(union sp_addr* addr, __u32 v4) {
    addr->words[0] = 0;
    addr->words[1] = 0;
    addr->words[2] = bpf_htonl(0xffff);
    addr->words[3] = v4;
}

static __always_inline void sp_remote_of(struct sock* sk, union sp_addr* remote) {
    if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET)
        sp_mapped(remote, BPF_CORE_READ(sk, __sk_common.skc_daddr));
    else
        bpf_core_read(remote, sizeof(*remote), &sk->__sk_common.skc_v6_daddr);
}

static __always_inline void sp_local_of(struct sock* sk, union sp_addr* local) {
    if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET)
        sp_mapped(local, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
    else
        bpf_core_read(local, sizeof(*local), &sk->__sk_common.skc_v6_rcv_saddr);
}

static __always_inline void sp_belongs_to(struct sp_owner* owner, struct task_struct* task,
                                          struct sock* sk) {
    struct sp_task* known = sp_process_of(task);

    owner->tgid = BPF_CORE_READ(task, tgid);
    owner->uid = BPF_CORE_READ(task, real_cred, uid.val);
    owner->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, net_cookie);
    if (known) {
        owner->serial = known->serial;
        owner->app = known->app;
        owner->parent_app = known->parent_app;
    }
}

static __always_inline void sp_found_stream(struct task_struct* task, struct sock* sk) {
    __u64 cookie = bpf_get_socket_cookie(sk);
    __u32 port = BPF_CORE_READ(sk, __sk_common.skc_num);
    __u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);
    struct sp_listening* l = bpf_map_lookup_elem(&listening, &port);
    struct sp_socket* s;

    if (state == SP_TCP_CLOSE || !l)
        return;
    s = sp_stream_take(cookie);
    if (!s)
        return;
    if (!s->owner.serial)
        sp_belongs_to(&s->owner, task, sk);
    if (state == SP_TCP_LISTEN) {
        sp_listens(s, l, port);
        return;
    }
    if (s->has_peer)
        return;
    sp_remote_of(sk, &s->remote);
    s->rport = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
    s->lport = port;
    s->protocol = IPPROTO_TCP;
    s->inbound = l->sockets != 0 || sp_is_accepted(sk);
    if (s->rport == SP_DNS_PORT && !s->inbound)
        __sync_fetch_and_or(&s->flow.flags, SP_FLOW_DNS);
    s->has_peer = 1;
}

/* Finds owners for the sockets that have none. At the start the helper runs it twice: the first
 * pass learns which ports are listened on, so that the second can tell accepted connections from
 * made ones; and later when a socket turns up that nobody stamped. Run it when the programs are
 * attached that stamp new sockets: what they stamped stays.
 */
SEC("iter/task_file")
int sp_iter_inventory(struct bpf_iter__task_file* ctx) {
    struct file* file = ctx->file;
    struct task_struct* task = ctx->task;
    struct sp_socket* s;
    struct socket* socket;
    struct sock* sk;
    __u16 family, protocol;

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
    if (protocol == IPPROTO_TCP && BPF_CORE_READ(sk, sk_type) == SOCK_STREAM) {
        sp_found_stream(task, sk);
        return 0;
    }
    s = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!s || s->cookie)
        return 0;
    s->cookie = bpf_get_socket_cookie(sk);
    sp_belongs_to(&s->owner, task, sk);
    return 0;
}

/* A walk whose buffer is full comes to the same socket again (kernel/bpf/bpf_iter.c,
 * bpf_seq_read()). */
static __always_inline void sp_write(struct seq_file* file, struct sp_socket* s) {
    __u32 carried = s->flow.sent + s->flow.received;
    __u32 walk = SP_READ_ONCE(config.walk);

    if (walk != SP_WALK_SOCKETS && !(s->flow.flags & (SP_FLOW_OPEN | SP_FLOW_PASSED)))
        return;
    if (walk == SP_WALK_BUSY && carried == s->flow.told)
        return;
    if (!bpf_seq_write(file, s, sizeof(*s)) && walk != SP_WALK_SOCKETS)
        s->flow.told = carried;
}

/* What is counted on every socket, for the live view: sp_socket_record each. */
SEC("iter/bpf_sk_storage_map")
int sp_iter_sockets(struct bpf_iter__bpf_sk_storage_map* ctx) {
    struct sp_socket* s = ctx->value;

    if (ctx->sk && s)
        sp_write(ctx->meta->seq, s);
    return 0;
}

/* The same of TCP sockets; run once on each of the two maps. */
SEC("iter/bpf_map_elem")
int sp_iter_streams(struct bpf_iter__bpf_map_elem* ctx) {
    struct sp_socket* s = ctx->value;

    if (s && s->cookie)
        sp_write(ctx->meta->seq, s);
    return 0;
}

static __always_inline int sp_write_file(struct bpf_iter__task_file* ctx, int with_streams) {
    struct file* file = ctx->file;
    struct socket* socket = file ? bpf_sock_from_file(file) : 0;
    struct sock* sk = socket ? socket->sk : 0;
    struct sp_socket* s;
    __u16 family;

    if (!sk)
        return 0;
    family = BPF_CORE_READ(sk, __sk_common.skc_family);
    if (family != AF_INET && family != AF_INET6)
        return 0;
    if (BPF_CORE_READ(sk, sk_type) != SOCK_STREAM || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
        s = bpf_sk_storage_get(&sockets, sk, 0, 0);
    else
        s = with_streams ? sp_stream_find(bpf_get_socket_cookie(sk)) : 0;
    if (s)
        sp_write(ctx->meta->seq, s);
    return 0;
}

/* Both of the above by way of the files that processes have open, where the kernel lets nobody walk
 * over maps. Sockets without a file are missed, and one with several is met as often. */
SEC("iter/task_file")
int sp_iter_files(struct bpf_iter__task_file* ctx) {
    return sp_write_file(ctx, 1);
}

/* Likewise the first of the above alone, where a walk over socket storage ends the kernel: see
 * mayWalkOverStorage() in helper/kernel/programs.cpp. */
SEC("iter/task_file")
int sp_iter_datagrams(struct bpf_iter__task_file* ctx) {
    return sp_write_file(ctx, 0);
}

/* Who has sockets whose frames pass every hook there is on a control group: sp_packet_socket each.
 * That such a socket is made is not told by the hook for new sockets either, which inet_create()
 * and inet6_create() alone run (net/ipv4/af_inet.c); frames.bpf.c only where the BPF LSM runs; a
 * tracepoint on system calls would make every call of every program slower. So they are looked for
 * among open files, in all network namespaces. Missed is one that is in no table of files: in
 * flight in a message, registered with io_uring, or only mapped.
 */
SEC("iter/task_file")
int sp_iter_packet_sockets(struct bpf_iter__task_file* ctx) {
    struct file* file = ctx->file;
    struct task_struct* task = ctx->task;
    struct socket* socket = file && task ? bpf_sock_from_file(file) : 0;
    struct sock* sk = socket ? socket->sk : 0;
    struct sp_packet_socket found = {};

    if (!sk)
        return 0;
    found.family = BPF_CORE_READ(sk, __sk_common.skc_family);
    if (found.family != AF_PACKET && found.family != AF_XDP)
        return 0;
    sp_belongs_to(&found.owner, task, sk);
    bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
    return 0;
}

/* Who waits for others to call: sp_listener each. A datagram socket does when its program chose the
 * port and has not connected it; one that got a port because it sent something does not. */
static __always_inline int sp_waits_for_calls(struct sock* sk) {
    __u16 protocol = BPF_CORE_READ(sk, sk_protocol);

    if (BPF_CORE_READ(sk, sk_type) == SOCK_STREAM)
        return protocol == IPPROTO_TCP && BPF_CORE_READ(sk, __sk_common.skc_state) == SP_TCP_LISTEN;
    return (protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE) &&
           !BPF_CORE_READ(sk, __sk_common.skc_dport) &&
           BPF_CORE_READ_BITFIELD_PROBED(sk, sk_userlocks) & SP_BINDPORT_LOCK;
}

SEC("iter/task_file")
int sp_iter_listeners(struct bpf_iter__task_file* ctx) {
    struct file* file = ctx->file;
    struct task_struct* task = ctx->task;
    struct socket* socket = file && task ? bpf_sock_from_file(file) : 0;
    struct sock* sk = socket ? socket->sk : 0;
    struct sp_listener found = {};
    __u16 family;

    if (!sk)
        return 0;
    family = BPF_CORE_READ(sk, __sk_common.skc_family);
    if ((family != AF_INET && family != AF_INET6) || !sp_waits_for_calls(sk))
        return 0;
    found.lport = BPF_CORE_READ(sk, __sk_common.skc_num);
    if (!found.lport)
        return 0;
    sp_belongs_to(&found.owner, task, sk);
    sp_local_of(sk, &found.local);
    found.cookie = bpf_get_socket_cookie(sk);
    found.cgroup = BPF_CORE_READ(sk, sk_cgrp_data.cgroup, kn, id);
    found.protocol = BPF_CORE_READ(sk, sk_protocol);
    bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
