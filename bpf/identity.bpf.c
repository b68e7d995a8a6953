/* Who a process is, as the kernel saw it at exec: recorded here, copied at fork, dropped at exit.
 * Nothing of it is read from the process later, because the process can forge that (PR_SET_MM_MAP).
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define SP_EXACT_CLOCK
#include "process.h"
#include "ring.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#define SP_PATH_STEPS 128         /* components and mounts */
#define SP_CTIME_NSEC 0x3fffffffu /* from 6.13 on the topmost bit is the kernel's own mark */

static __always_inline __u64 sp_ctime(struct inode* inode) {
    struct inode___now* now = (void*)inode;
    struct inode___before_6_11* before_6_11 = (void*)inode;
    struct inode___before_6_6* before_6_6 = (void*)inode;

    if (bpf_core_field_exists(now->i_ctime_sec))
        return BPF_CORE_READ(now, i_ctime_sec) * 1000000000ull +
               (BPF_CORE_READ(now, i_ctime_nsec) & SP_CTIME_NSEC);
    if (bpf_core_field_exists(before_6_11->__i_ctime))
        return BPF_CORE_READ(before_6_11, __i_ctime.tv_sec) * 1000000000ull +
               BPF_CORE_READ(before_6_11, __i_ctime.tv_nsec);
    return BPF_CORE_READ(before_6_6, i_ctime.tv_sec) * 1000000000ull +
           BPF_CORE_READ(before_6_6, i_ctime.tv_nsec);
}

/* The walk from a file up to the root of its mount namespace. */
struct sp_walk {
    struct sp_event_exec* e;
    struct dentry* dentry;
    struct mount* mount;
    __u32 used; /* bytes of e->path */
    __u32 whole;
};

/* One step up, to the parent or across a mount. A loop callback, because 6.1's verifier takes a
 * plain loop of this kind for a million instructions. */
static long sp_step_up(__u32 i, void* context) {
    struct sp_walk* walk = context;
    struct dentry *dentry = walk->dentry, *parent = BPF_CORE_READ(dentry, d_parent);
    struct mount* mount = walk->mount;
    __u32 used = walk->used;
    long bytes;

    if (dentry == BPF_CORE_READ(mount, mnt.mnt_root) || dentry == parent) {
        struct mount* above = BPF_CORE_READ(mount, mnt_parent);

        if (dentry != BPF_CORE_READ(mount, mnt.mnt_root) || above == mount) {
            walk->whole = 1; /* the root, or a detached tree */
            return 1;
        }
        walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
        walk->mount = above;
        return 0;
    }
    if (used >= SP_PATH_BYTES)
        return 1;
    asm volatile("%0 &= %1" : "+r"(used) : "i"(SP_PATH_BYTES - 1)); /* 6.1 forgets the bound */
    bytes = bpf_probe_read_kernel_str(&walk->e->path[used], SP_NAME_BYTES,
                                      BPF_CORE_READ(dentry, d_name.name));
    if (bytes <= 0)
        return 1;
    walk->used = used + bytes;
    walk->dentry = parent;
    return 0;
}

/* Writes the components of the path, leaf first, across mounts (the kernel's prepend_path() walks
 * the same way, fs/d_path.c). */
static __always_inline void sp_write_path(struct sp_event_exec* e, struct file* file) {
    struct vfsmount* vfsmount = BPF_CORE_READ(file, f_path.mnt);
    struct dentry* dentry = BPF_CORE_READ(file, f_path.dentry);
    struct sp_walk walk = {.e = e, .dentry = dentry};

    if (BPF_CORE_READ(vfsmount, mnt_flags) & MNT_INTERNAL) { /* "memfd:name" in no tree */
        long name =
            bpf_probe_read_kernel_str(e->path, SP_NAME_BYTES, BPF_CORE_READ(dentry, d_name.name));

        e->flags |= SP_EXEC_MEMORY;
        e->path_bytes = name > 0 ? name : 0;
        return;
    }
    walk.mount = (void*)vfsmount - bpf_core_field_offset(struct mount, mnt);
    bpf_loop(SP_PATH_STEPS, sp_step_up, &walk, 0);
    e->path_bytes = walk.used;
    if (!walk.whole)
        e->flags |= SP_EXEC_TRUNCATED;
}

static __always_inline void sp_file_of(struct sp_event_exec* e, struct file* file) {
    struct inode* inode = BPF_CORE_READ(file, f_inode);

    e->file.inode = BPF_CORE_READ(inode, i_ino);
    e->file.device = BPF_CORE_READ(inode, i_sb, s_dev);
    e->file.ctime_ns = sp_ctime(inode);
    e->file.zero = 0;
    if (BPF_CORE_READ(inode, i_nlink) == 0)
        e->flags |= SP_EXEC_DELETED;
}

/* The file alone, for when the ring has no room for the whole record. */
static __always_inline void sp_file_key_of(struct sp_file_key* key, struct task_struct* task) {
    struct inode* inode = BPF_CORE_READ(task, mm, exe_file, f_inode);

    __builtin_memset(key, 0, sizeof(*key));
    key->inode = BPF_CORE_READ(inode, i_ino);
    key->device = BPF_CORE_READ(inode, i_sb, s_dev);
    key->ctime_ns = sp_ctime(inode);
}

/* Fills in who `task` is from now on. Its application is known when the helper has numbered the
 * file, the file alone is what is run, and it is not one whose every process the helper wants to
 * see. */
static __always_inline void sp_new_identity(struct sp_task* identity, struct task_struct* task,
                                            const struct sp_file_key* key, int alone,
                                            __u64* parent_serial) {
    struct sp_app* app = bpf_map_lookup_elem(&apps, key);
    struct sp_task* parent = sp_process_of(BPF_CORE_READ(task, real_parent));

    __builtin_memset(identity, 0, sizeof(*identity));
    identity->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
    identity->execs = BPF_CORE_READ(task, self_exec_id);
    identity->serial = __sync_fetch_and_add(&config.next_serial, 1) + 1;
    if (app && alone && !(app->flags & SP_APP_EACH_PROCESS))
        identity->app = app->app;
    *parent_serial = 0;
    if (parent) {
        identity->parent_app = parent->app;
        *parent_serial = parent->serial;
    }
}

static __always_inline void sp_describe(struct sp_event_exec* e, struct task_struct* task) {
    struct inode* directory;

    e->tgid = BPF_CORE_READ(task, tgid);
    e->parent_tgid = BPF_CORE_READ(task, real_parent, tgid);
    e->uid = BPF_CORE_READ(task, real_cred, uid.val);
    e->euid = BPF_CORE_READ(task, real_cred, euid.val);
    e->mntns = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
    directory = BPF_CORE_READ(task, fs, pwd.dentry, d_inode);
    __builtin_memset(&e->directory, 0, sizeof(e->directory));
    e->directory.inode = BPF_CORE_READ(directory, i_ino);
    e->directory.device = BPF_CORE_READ(directory, i_sb, s_dev);
    e->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
    e->flags = BPF_CORE_READ(task, real_cred, user_ns, level) ? SP_EXEC_USERNS : 0;
    e->path_bytes = 0;
    e->argv_bytes = 0;
    e->script[0] = 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sp_exec, struct task_struct* task, pid_t old_pid, struct linux_binprm* bprm) {
    struct sp_event_exec* e;
    struct sp_file_key key;
    struct sp_task identity;
    __u64 parent_serial;
    __u32 tgid = BPF_CORE_READ(task, tgid);
    unsigned long start, length;
    const char* filename = BPF_CORE_READ(bprm, filename);
    int alone = filename == BPF_CORE_READ(bprm, interp); /* else "#!", or binfmt_misc, led to it */

    sp_file_key_of(&key, task);
    sp_new_identity(&identity, task, &key, alone, &parent_serial);
    if (bpf_map_update_elem(&tasks, &tgid, &identity, BPF_ANY)) {
        bpf_map_delete_elem(&tasks, &tgid); /* better nobody than the program before */
        SP_BUMP(tasks_full);
    }

    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return 0;
    }
    sp_head(&e->head, SP_EVENT_EXEC, sizeof(*e));
    sp_describe(e, task);
    e->task = identity;
    e->parent_serial = parent_serial;
    sp_file_of(e, BPF_CORE_READ(task, mm, exe_file));
    sp_write_path(e, BPF_CORE_READ(task, mm, exe_file));

    start = BPF_CORE_READ(task, mm, arg_start);
    length = BPF_CORE_READ(task, mm, arg_end) - start;
    if (length > SP_ARGV_BYTES - 1)
        length = SP_ARGV_BYTES - 1;
    if (bpf_probe_read_user(e->argv, length & (SP_ARGV_BYTES - 1), (void*)start) == 0)
        e->argv_bytes = length;

    if (!alone)
        bpf_probe_read_kernel_str(e->script, sizeof(e->script), filename);

    bpf_ringbuf_submit(e, sp_wake(identity.app == SP_APP_UNRESOLVED, sizeof(*e)));
    return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sp_fork, struct task_struct* parent, struct task_struct* child) {
    __u32 tgid = BPF_CORE_READ(child, tgid), parent_tgid = BPF_CORE_READ(parent, tgid);
    struct sp_task *known, identity;
    struct sp_event_fork* e;

    if (BPF_CORE_READ(child, pid) != tgid)
        return 0; /* a thread */
    known = sp_process_of(parent);
    if (!known)
        return 0; /* a kernel thread, or one the inventory has yet to see */
    identity = *known;
    identity.start_ns = BPF_CORE_READ(child, start_boottime);
    if (bpf_map_update_elem(&tasks, &tgid, &identity, BPF_ANY)) {
        bpf_map_delete_elem(&tasks, &tgid);
        SP_BUMP(tasks_full);
    }

    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return 0;
    }
    sp_head(&e->head, SP_EVENT_FORK, sizeof(*e));
    e->task = identity;
    e->tgid = tgid;
    e->parent_tgid = parent_tgid;
    bpf_ringbuf_submit(e, sp_wake(0, sizeof(*e)));
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(sp_exit, struct task_struct* task) {
    __u32 tgid = BPF_CORE_READ(task, tgid);
    struct sp_event_exit* e;
    struct sp_task* known;
    __u64 serial;

    if (BPF_CORE_READ(task, signal, live.counter) > 0)
        return 0; /* other threads go on */
    known = bpf_map_lookup_elem(&tasks, &tgid);
    if (!known)
        return 0;
    serial = known->serial;
    bpf_map_delete_elem(&tasks, &tgid);

    e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e) {
        SP_BUMP(events_lost);
        return 0;
    }
    sp_head(&e->head, SP_EVENT_EXIT, sizeof(*e));
    e->serial = serial;
    e->tgid = tgid;
    e->code = BPF_CORE_READ(task, exit_code);
    bpf_ringbuf_submit(e, sp_wake(0, sizeof(*e)));
    return 0;
}

/* Processes that run: the helper reads the records from the iterator's file. Run it after the three
 * programs above are attached; who is known already (to them, to an earlier helper, or because the
 * file was full and the process comes a second time) keeps the identity that was given. */
SEC("iter/task")
int sp_iter_tasks(struct bpf_iter__task* ctx) {
    struct task_struct* task = ctx->task;
    struct sp_event_exec* e;
    struct sp_task *known, *parent;
    struct file* file;
    __u32 zero = 0, tgid;

    if (!task)
        return 0;
    tgid = BPF_CORE_READ(task, tgid);
    file = BPF_CORE_READ(task, mm, exe_file);
    if (BPF_CORE_READ(task, pid) != tgid || !file)
        return 0; /* a thread, or one of the kernel's */
    e = bpf_map_lookup_elem(&scratch, &zero);
    if (!e)
        return 0;
    sp_head(&e->head, SP_EVENT_EXEC, sizeof(*e));
    sp_describe(e, task);
    e->flags |= SP_EXEC_INVENTORY;
    sp_file_of(e, file);
    sp_write_path(e, file);
    known = bpf_map_lookup_elem(&tasks, &tgid);
    if (!known) {
        /* What it runs by now need not be what it was executed as. */
        sp_new_identity(&e->task, task, &e->file, 0, &e->parent_serial);
        bpf_map_update_elem(&tasks, &tgid, &e->task, BPF_NOEXIST);
        known = bpf_map_lookup_elem(&tasks, &tgid); /* an exec meanwhile knows better */
    }
    if (!known || known->execs != BPF_CORE_READ(task, self_exec_id))
        return 0;
    e->task = *known;
    parent = sp_process_of(BPF_CORE_READ(task, real_parent));
    e->parent_serial = parent ? parent->serial : 0;
    bpf_seq_write(ctx->meta->seq, e, sizeof(*e));
    return 0;
}

/* The helper says who a process is. By a program and not by writing the map, because between the
 * look at the serial and the write the process could become another. */
SEC("syscall")
int sp_set_task(struct sp_set_task* request) {
    __u32 tgid = request->tgid;
    struct sp_task* task = bpf_map_lookup_elem(&tasks, &tgid);

    if (!task || task->serial != request->serial)
        return SP_SET_TASK_GONE;
    task->app = request->app;
    task->parent_app = request->parent_app;
    return SP_SET_TASK_DONE;
}

char LICENSE[] SEC("license") = "GPL";
