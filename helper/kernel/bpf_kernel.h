// The real kernel side: libbpf, pinned links and maps, the ring buffer, raw sockets.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "kernel/kernel.h"

namespace sallyport::kernel {

struct Options {
    QString cgroup;  // directory in the cgroup v2 tree; empty: its root
    // Directory in bpffs for links and maps, made if missing (bpffs is mounted at /sys/fs/bpf when
    // nothing is). Empty: nothing is pinned, everything ends with the process.
    QString pins;
    quint32 ringBytes = SP_RING_BYTES;
    // Path of the socket of who opens what only root may; empty: this process may.
    std::string broker{};
};

// Whether this process has what open() and removePins() need at least: CAP_BPF, CAP_PERFMON and
// CAP_NET_ADMIN.
bool mayEnforce();

// Whether open() would fail for what the machine lacks or for a second helper, with the same
// errors. Changes nothing.
api::Result<void> check(const Options& options);

// Loads and attaches. What runs already is stamped with its owner before the programs are
// attached; exec reports for processes that already run are delivered by the first drain().
// Adopts what an earlier helper pinned there: rules go on without a gap. Errors say what is
// missing and what to do: no privilege, no BTF, no cgroup v2, a second helper, a refused program.
api::Result<std::unique_ptr<Kernel>> open(const Options& options);

// Detaches and unpins everything below `pins`. When this returns nothing is filtered any more;
// where the kernel takes longer than two seconds for that, it will be soon. Conflict while a helper
// runs on it.
api::Result<void> removePins(const QString& pins);

// The mount point of the cgroup v2 tree, from /proc/self/mounts.
api::Result<QString> cgroupRoot();

}  // namespace sallyport::kernel
