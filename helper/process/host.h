// Files as the host's mount namespace has them, which is that of process 1: the helper itself may
// run in a narrower one. SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

#include "kernel/handle.h"
#include "kernel/kernel.h"

namespace sallyport::process {

struct FileState {
    kernel::FileKey
        key;  // device as stat() says, which on btrfs and overlay is not the super block's
    quint64 mount = 0;  // id, in `mountinfo`
    QString mountinfo;
    quint32 mode = 0;
    quint32 owner = 0;
    quint32 group = 0;
    quint64 links = 0;
};

// The file at an absolute path on the host; a symbolic link at its end is not followed.
std::optional<FileState> hostFile(const QString& path);
// What a symbolic link on the host says; empty when it is none.
QString hostLink(const QString& path);
// For reading; not when it is anything but a file, and without waiting for anybody.
kernel::Fd openHostFile(const QString& path);
// Is what was opened the file that was looked at?
bool isOpened(int descriptor, const FileState& state);
// The same as a process sees it, while it lives.
std::optional<FileState> fileSeenBy(qint32 pid, const QString& path);

// Other paths on the host under which the file may be that a process sees at `path`, by where what
// is mounted there comes from. Whoever made the mounts of that process chose what this says:
// whether it is the same file is to be looked at. Empty when the process is gone.
QStringList hostPaths(qint32 pid, const QString& path);

// The environment of a process that was given it when it executed the host's file at `path`, and
// has not changed it there. Nothing when it executes another one, or is gone.
std::optional<QByteArrayList> environmentOf(qint32 pid, const QString& path);

// The super block's device of what is mounted there on the host, if that is FUSE (and not on a
// disk).
std::optional<quint32> fuseDeviceAt(const QString& path);

// Is `state` what the kernel saw, on the same super block?
bool isSameInode(const FileState& state, const kernel::FileKey& seen);
// The same, and not changed since.
bool isSameFile(const FileState& state, const kernel::FileKey& seen);

// What the kernel side says the file is: on the device of its super block.
kernel::FileKey keySeen(const FileState& state);

// The block device that the file system was mounted from, which on btrfs is not that of its super
// block; 0: none.
quint32 blockDeviceOf(const FileState& state);

// Inode numbers of the host's mount namespace and user namespace; 0: cannot be read.
quint32 hostMountNamespace();
// Does the process live in the host's user namespace? False when it is gone.
bool isInHostUserNamespace(qint32 pid);

// Where the process's working directory is on the host, while it lives and is still the directory
// `seen`; else empty.
QString workingDirectory(qint32 pid, const kernel::FileKey& seen);

}  // namespace sallyport::process
