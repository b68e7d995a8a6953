/* Which process a task belongs to.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SALLYPORT_BPF_PROCESS_H
#define SALLYPORT_BPF_PROCESS_H

#include "maps.h"
#include <bpf/bpf_core_read.h>

/* Is this the process that `known` was written for, and is it still what it was executed as? Where
 * an exec went by unseen it is not: the process is nobody then, and not the program before. */
static __always_inline int sp_is_process(const struct sp_task* known, __u64 start_ns, __u64 execs) {
    return known->start_ns == start_ns && known->execs == execs;
}

/* The identity of the task's process; 0: it has none. */
static __always_inline struct sp_task* sp_process_of(struct task_struct* task) {
    __u32 tgid = task->tgid;
    struct sp_task* known = bpf_map_lookup_elem(&tasks, &tgid);

    if (known && sp_is_process(known, task->group_leader->start_boottime, task->self_exec_id))
        return known;
    return 0;
}

#endif
