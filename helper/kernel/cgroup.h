// Where the control groups are, and the file system in which links and maps are kept.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QString>

#include "kernel/handle.h"

namespace sallyport::kernel {

struct Cgroup {
    QString path;
    bool root = false;  // of its tree
    Fd directory;
};

// `path` must be a directory in the cgroup v2 tree; empty: the root of the tree.
api::Result<Cgroup> openCgroup(const QString& path);

// Inode numbers of its folder and those below, which is what the kernel knows control groups by.
QSet<quint64> cgroupsIn(const Cgroup& cgroup);

// Makes the directory `pins`, below a bpffs; mounts one at /sys/fs/bpf when `pins` is below it and
// nothing is mounted there.
api::Result<void> makePinDirectory(const QString& pins);

}  // namespace sallyport::kernel
