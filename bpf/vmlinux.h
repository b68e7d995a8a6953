/* The kernel's own structures, as far as these programs read them. Only names and nesting matter:
 * the loader puts in the offsets of the running kernel (CO-RE), from its BTF.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_VMLINUX_H
#define SALLYPORT_BPF_VMLINUX_H

#include <linux/bpf.h>
#include <linux/types.h>

typedef int pid_t;
typedef __u32 dev_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct qstr {
    const unsigned char* name;
};

struct inode;

struct dentry {
    struct dentry* d_parent;
    struct qstr d_name;
    struct inode* d_inode;
};

struct vfsmount {
    struct dentry* mnt_root;
    int mnt_flags;
};

struct mount {
    struct mount* mnt_parent;
    struct dentry* mnt_mountpoint;
    struct vfsmount mnt;
};

struct path {
    struct vfsmount* mnt;
    struct dentry* dentry;
};

struct gendisk {
    __u64 diskseq;
};
struct block_device {
    dev_t bd_dev;
    struct gendisk* bd_disk;
};
struct super_block {
    dev_t s_dev;
    struct block_device* s_bdev;
};

struct timespec64 {
    __s64 tv_sec;
    long tv_nsec;
};

struct inode {
    struct super_block* i_sb;
    unsigned long i_ino;
    unsigned int i_nlink;
};
struct inode___before_6_6 {
    struct timespec64 i_ctime;
};
struct inode___before_6_11 {
    struct timespec64 __i_ctime;
};
struct inode___now {
    __s64 i_ctime_sec;
    __u32 i_ctime_nsec;
};

struct file {
    struct path f_path;
    struct inode* f_inode;
};

struct linux_binprm {
    const char* filename;
    const char* interp;
};

struct mm_struct {
    struct file* exe_file;
    unsigned long arg_start;
    unsigned long arg_end;
};

typedef struct {
    int counter;
} atomic_t;

struct signal_struct {
    atomic_t live;
};

typedef struct {
    __u32 val;
} kuid_t;

/* An array of two words, and a number from 6.3 on: the first word has the lowest 32 capabilities. */
typedef struct {
    __u32 words[2];
} kernel_cap_t;

struct user_namespace {
    int level;
};

struct cred {
    kuid_t uid;
    kuid_t euid;
    kernel_cap_t cap_effective;
    struct user_namespace* user_ns;
};

struct ns_common {
    unsigned int inum;
};
struct mnt_namespace {
    struct ns_common ns;
};
struct net {
    __u64 net_cookie;
    struct user_namespace* user_ns;
};
struct nsproxy {
    struct mnt_namespace* mnt_ns;
    struct net* net_ns;
};

struct fs_struct {
    struct path pwd;
};

struct kernfs_node {
    __u64 id;
};
struct cgroup {
    struct kernfs_node* kn;
};
struct css_set {
    struct cgroup* dfl_cgrp; /* in the tree of version 2 */
};

struct task_struct {
    struct fs_struct* fs;
    pid_t pid;
    pid_t tgid;
    int exit_code;
    __u64 start_boottime;
    __u64 self_exec_id;
    struct task_struct* group_leader;
    struct task_struct* real_parent;
    struct mm_struct* mm;
    struct signal_struct* signal;
    struct nsproxy* nsproxy;
    const struct cred* real_cred;
    const struct cred* cred;
    struct css_set* cgroups;
};

struct in6_addr {
    union {
        __u8 u6_addr8[16];
    } in6_u;
};

typedef struct {
    struct net* net;
} possible_net_t;

typedef struct {
    __s64 counter;
} atomic64_t;

struct sock_common {
    __u32 skc_daddr;     /* network order */
    __u32 skc_rcv_saddr; /* network order */
    __u16 skc_dport;     /* network order */
    __u16 skc_num;       /* host order */
    unsigned short skc_family;
    volatile unsigned char skc_state;
    possible_net_t skc_net;
    struct in6_addr skc_v6_daddr;
    struct in6_addr skc_v6_rcv_saddr;
    atomic64_t skc_cookie; /* 0: nobody asked for it yet */
};

struct sock_cgroup_data {
    struct cgroup* cgroup;
};

struct sock {
    struct sock_common __sk_common;
    __u16 sk_protocol;
    __u16 sk_type;
    __u8 sk_kern_sock : 1;
    __u8 sk_userlocks : 4;
    __u32 sk_max_ack_backlog;
    struct sock_cgroup_data sk_cgrp_data;
};

struct socket {
    struct sock* sk;
};

struct inet_sock {
    struct sock sk;
    __u16 inet_sport; /* network order */
};

struct inet_connection_sock {
    struct inet_sock icsk_inet;
    __u8 icsk_retransmits;
    struct {
        __u32 lrcvtime;
    } icsk_ack;
};

struct tcp_sock {
    struct inet_connection_sock inet_conn;
    __u32 rcv_nxt; /* the sequence number of what it has not got yet */
    __u32 write_seq; /* the one that follows what the program has written */
    __u8 nonagle : 4;
    __u8 is_mptcp : 1;
    __u64 tcp_mstamp; /* CLOCK_MONOTONIC us: the last packet, or the timer that ran since */
};

struct mptcp_sock {
    struct sock* first; /* subflow */
};

struct seq_file;

struct bpf_iter_meta {
    struct seq_file* seq;
    __u64 session_id;
    __u64 seq_num;
};

struct bpf_iter__task {
    struct bpf_iter_meta* meta;
    struct task_struct* task;
};

struct bpf_iter__tcp {
    struct bpf_iter_meta* meta;
    struct sock_common* sk_common;
    __u32 uid;
};

struct bpf_iter__task_file {
    struct bpf_iter_meta* meta;
    struct task_struct* task;
    __u32 fd;
    struct file* file;
};

struct bpf_iter__bpf_map_elem {
    struct bpf_iter_meta* meta;
    struct bpf_map* map;
    void* key;
    void* value;
};

struct bpf_iter__bpf_sk_storage_map {
    struct bpf_iter_meta* meta;
    struct bpf_map* map;
    struct sock* sk;
    void* value;
};

#pragma clang attribute pop

#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define AF_PPPOX 24
#define AF_XDP 44
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136
#define IPPROTO_MPTCP 262
#define ETH_P_IP 0x0800
#define MNT_INTERNAL 0x4000
#define CAP_NET_RAW 13
#define EPERM 1
#define ECONNREFUSED 111
#define SOL_SOCKET 1
#define SO_MAX_PACING_RATE 47
#define TCP_NODELAY 1
#define TCP_SYNCNT 7

#endif
