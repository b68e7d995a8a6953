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
        return now->i_ctime_sec * 1000000000ull + (now->i_ctime_nsec & SP_CTIME_NSEC);
    if (bpf_core_field_exists(before_6_11->__i_ctime))
        return before_6_11->__i_ctime.tv_sec * 1000000000ull + before_6_11->__i_ctime.tv_nsec;
    return before_6_6->i_ctime.tv_sec * 1000000000ull + before_6_6->i_ctime.tv_nsec;
}

/* The walk from a file up to the root of its mount namespace. */
struct sp_walk {
    char* text;
    struct dentry* dentry;
    struct dentry* top; /* of the mount */
    struct mount* mount;
    __u32 used; /* bytes of the text */
    __u32 whole;
};

/* One step up, to the parent or across a mount. A loop callback, because 6.1's verifier takes a
 * plain loop of this kind for a million instructions. */
static long sp_step_up(__u32 i, void* context) {
    struct sp_walk* walk = context;
    struct dentry *dentry = walk->dentry, *parent = BPF_CORE_READ(dentry, d_parent);
    __u32 used = walk->used;
    long bytes;

    if (dentry == walk->top || dentry == parent) {
        struct mount *mount = walk->mount, *above = BPF_CORE_READ(mount, mnt_parent);

        if (dentry != walk->top || above == mount) {
            walk->whole = 1; /* the root, or a detached tree */
            return 1;
        }
        walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
        walk->top = BPF_CORE_READ(above, mnt.mnt_root);
        walk->mount = above;
        return 0;
    }
    if (used >= SP_PATH_BYTES)
        return 1;
    asm volatile("%0 &= %1" : "+r"(used) : "i"(SP_PATH_BYTES - 1)); /* 6.1 forgets the bound */
    bytes = bpf_probe_read_kernel_str(&walk->text[used], SP_NAME_BYTES,
                                      BPF_CORE_READ(dentry, d_name.name));
    if (bytes <= 0)
        return 1;
    walk->used = used + bytes;
    walk->dentry = parent;
    return 0;
}

/* Writes the components of the path, leaf first, across mounts (the kernel's prepend_path() walks
 * the same way, fs/d_path.c). */
static __always_inline void sp_write_path(struct sp_event_exec_text* record, struct file* file) {
    struct vfsmount* vfsmount = file->f_path.mnt;
    struct sp_event_exec* e = &record->exec;
    struct sp_walk walk = {
        .text = record->text, .dentry = file->f_path.dentry, .top = vfsmount->mnt_root};

    if (vfsmount->mnt_flags & MNT_INTERNAL) { /* "memfd:name" in no tree */
        long name =
            bpf_probe_read_kernel_str(record->text, SP_NAME_BYTES, walk.dentry->d_name.name);

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

/* A file system may be on several disks; it has a number of its own then, and none is told. */
static __always_inline __u32 sp_disk_of(struct super_block* super) {
    struct block_device* block = super->s_bdev;

    return block && block->bd_dev == super->s_dev ? block->bd_disk->diskseq : 0;
}

static __always_inline void sp_file_of(struct sp_event_exec* e, struct file* file) {
    struct inode* inode = file->f_inode;

    e->file.inode = inode->i_ino;
    e->file.device = inode->i_sb->s_dev;
    e->file.ctime_ns = sp_ctime(inode);
    e->file.disk = sp_disk_of(inode->i_sb);
    if (inode->i_nlink == 0)
        e->flags |= SP_EXEC_DELETED;
}

/* Fills in who `task` is from now on. Its application is known when the helper has numbered the
 * file, the file alone is what is run, and it is not one whose every process the helper wants to
 * see. */
static __always_inline void sp_new_identity(struct sp_event_exec* e, struct task_struct* task,
                                            int alone) {
    struct sp_app* app = bpf_map_lookup_elem(&apps, &e->file);
    struct sp_task *identity = &e->task, *parent = sp_process_of(task->real_parent);

    __builtin_memset(identity, 0, sizeof(*identity));
    identity->start_ns = task->group_leader->start_boottime;
    identity->execs = task->self_exec_id;
    identity->serial = __sync_fetch_and_add(&config.next_serial, 1) + 1;
    if (app && alone && !(app->flags & SP_APP_EACH_PROCESS))
        identity->app = app->app;
    e->parent_serial = 0;
    if (parent) {
        identity->parent_app = parent->app;
        e->parent_serial = parent->serial;
    }
}

static __always_inline void sp_describe(struct sp_event_exec* e, struct task_struct* task) {
    const struct cred* cred = task->real_cred;
    struct inode* directory = task->fs->pwd.dentry->d_inode;

    e->tgid = task->tgid;
    e->parent_tgid = task->real_parent->tgid;
    e->uid = cred->uid.val;
    e->euid = cred->euid.val;
    e->mntns = task->nsproxy->mnt_ns->ns.inum;
    __builtin_memset(&e->directory, 0, sizeof(e->directory));
    e->directory.inode = directory->i_ino;
    e->directory.device = directory->i_sb->s_dev;
    e->cgroup = task->cgroups->dfl_cgrp->kn->id;
    e->flags = cred->user_ns->level ? SP_EXEC_USERNS : 0;
    e->path_bytes = 0;
    e->argv_bytes = 0;
    e->script_bytes = 0;
    e->zero = 0;
}

/* What it was called with, behind the path. Returns the bytes of the record. */
static __always_inline __u32 sp_write_arguments(struct sp_event_exec_text* record,
                                                struct task_struct* task, const char* script) {
    unsigned long start = task->mm->arg_start, length = task->mm->arg_end - start;
    __u32 end = record->exec.path_bytes;
    long bytes;

    if (length > SP_ARGV_BYTES - 1)
        length = SP_ARGV_BYTES - 1;
    length &= SP_ARGV_BYTES - 1;
    asm volatile("%0 &= %1" : "+r"(end) : "i"(2 * SP_PATH_BYTES - 1)); /* says its bound */
    if (bpf_probe_read_user(&record->text[end], length, (void*)start) == 0) {
        record->exec.argv_bytes = length;
        end += length;
    }
    if (script) {
        bytes = bpf_probe_read_kernel_str(&record->text[end], SP_SCRIPT_BYTES - 1, script);
        if (bytes > 0) {
            record->exec.script_bytes = bytes;
            end += bytes & (SP_SCRIPT_BYTES - 1);
        }
    }
    return offsetof(struct sp_event_exec_text, text) + end;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sp_exec, struct task_struct* task, pid_t old_pid, struct linux_binprm* bprm) {
    __u32 tgid = task->tgid, room = SP_SCRATCH_EXEC, size;
    struct sp_event_exec_text* record = bpf_map_lookup_elem(&scratch, &room);
    struct file* file = task->mm->exe_file;
    const char* filename = bprm->filename;
    int alone = filename == bprm->interp; /* else "#!", or binfmt_misc, led to it */
    struct sp_event_exec* e;

    if (!record || !file) { /* neither can be */
        bpf_map_delete_elem(&tasks, &tgid);
        return 0;
    }
    e = &record->exec;
    sp_describe(e, task);
    sp_file_of(e, file);
    sp_new_identity(e, task, alone);
    if (bpf_map_update_elem(&tasks, &tgid, &e->task, BPF_ANY)) {
        bpf_map_delete_elem(&tasks, &tgid); /* better nobody than the program before */
        SP_BUMP(tasks_full);
    }
    sp_write_path(record, file);
    size = sp_write_arguments(record, task, alone ? 0 : filename);
    sp_head(&e->head, SP_EVENT_EXEC, size);
    if (bpf_ringbuf_output(&events, record, size,
                           sp_wake_for(e->task.app == SP_APP_UNRESOLVED, size)))
        SP_BUMP(events_lost);
    return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sp_fork, struct task_struct* parent, struct task_struct* child) {
    __u32 tgid = child->tgid, parent_tgid = parent->tgid;
    struct sp_task *known, identity;
    struct sp_event_fork* e;

    if (child->pid != tgid)
        return 0; /* a thread */
    known = sp_process_of(parent);
    if (!known)
        return 0; /* a kernel thread, or one the inventory has yet to see */
    identity = *known;
    identity.start_ns = child->start_boottime;
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
    __u32 tgid = task->tgid;
    struct sp_event_exit* e;
    struct sp_task* known;
    __u64 serial;

    if (task->signal->live.counter > 0)
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
    e->code = task->exit_code;
    bpf_ringbuf_submit(e, sp_wake(0, sizeof(*e)));
    return 0;
}

/* Processes that run: the helper reads the records from the iterator's file. Run it after the three
 * programs above are attached; who is known already (to them, to an earlier helper, or because the
 * file was full and the process comes a second time) keeps the identity that was given. */
SEC("iter/task")
int sp_iter_tasks(struct bpf_iter__task* ctx) {
    struct task_struct* task = ctx->task;
    struct sp_event_exec_text* record;
    struct sp_event_exec* e;
    struct sp_task *known, *parent;
    struct file* file;
    __u32 room = SP_SCRATCH_INVENTORY, tgid;

    if (!task)
        return 0;
    tgid = task->tgid;
    file = task->mm->exe_file;
    if (task->pid != tgid || !file)
        return 0; /* a thread, or one of the kernel's */
    record = bpf_map_lookup_elem(&scratch, &room);
    if (!record)
        return 0;
    e = &record->exec;
    sp_head(&e->head, SP_EVENT_EXEC, sizeof(*record));
    sp_describe(e, task);
    e->flags |= SP_EXEC_INVENTORY;
    sp_file_of(e, file);
    sp_write_path(record, file);
    known = bpf_map_lookup_elem(&tasks, &tgid);
    if (!known) {
        /* What it runs by now need not be what it was executed as. */
        sp_new_identity(e, task, 0);
        bpf_map_update_elem(&tasks, &tgid, &e->task, BPF_NOEXIST);
        known = bpf_map_lookup_elem(&tasks, &tgid); /* an exec meanwhile knows better */
    }
    if (!known || known->execs != task->self_exec_id)
        return 0;
    e->task = *known;
    parent = sp_process_of(task->real_parent);
    e->parent_serial = parent ? parent->serial : 0;
    bpf_seq_write(ctx->meta->seq, record, sizeof(*record));
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
