// statx() and mountinfo (proc(5)).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/host.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <QFile>

namespace sallyport::process {

namespace {

constexpr quint32 device(quint32 major, quint32 minor) {
    return major << 20 | minor;  // MKDEV() of the kernel's own dev_t
}

// The super block's device of a mount, which stat() does not say on btrfs and overlay.
std::optional<quint32> deviceOfMount(const QString& mountinfo, quint64 mountId) {
    QFile file(mountinfo);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> fields = line.split(' ');
        if (fields.size() < 3 || fields.at(0).toULongLong() != mountId)
            continue;
        const QList<QByteArray> numbers = fields.at(2).split(':');
        if (numbers.size() == 2)
            return device(numbers.at(0).toUInt(), numbers.at(1).toUInt());
    }
    return std::nullopt;
}

std::optional<FileState> stateOf(const QString& path, const QString& mountinfo, int flags) {
    struct statx raw {};
    if (statx(AT_FDCWD, QFile::encodeName(path).constData(), flags | AT_NO_AUTOMOUNT,
              STATX_BASIC_STATS | STATX_MNT_ID, &raw) != 0)
        return std::nullopt;
    FileState state;
    state.key.inode = raw.stx_ino;
    state.key.ctimeNs = quint64(raw.stx_ctime.tv_sec) * 1'000'000'000u + raw.stx_ctime.tv_nsec;
    state.key.device = device(raw.stx_dev_major, raw.stx_dev_minor);
    state.mount = raw.stx_mnt_id;
    state.mountinfo = mountinfo;
    state.mode = raw.stx_mode;
    state.owner = raw.stx_uid;
    state.group = raw.stx_gid;
    state.links = raw.stx_nlink;
    return state;
}

QString procPath(qint32 pid, const char* rest) {
    return QStringLiteral("/proc/%1/%2").arg(pid).arg(QLatin1String(rest));
}

// Process 1's view when it may be looked at, else the helper's own.
bool seesFirstProcess() {
    static const bool sees = access("/proc/1/root/.", X_OK) == 0;
    return sees;
}

quint64 inodeOf(const QString& path) {
    struct stat status {};
    return stat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

std::optional<FileState> hostFile(const QString& path) {
    if (!path.startsWith(u'/'))
        return std::nullopt;
    return seesFirstProcess()
               ? stateOf(QStringLiteral("/proc/1/root") + path, QStringLiteral("/proc/1/mountinfo"),
                         AT_SYMLINK_NOFOLLOW)
               : stateOf(path, QStringLiteral("/proc/self/mountinfo"), AT_SYMLINK_NOFOLLOW);
}

kernel::Fd openHostFile(const QString& path) {
    const auto state = hostFile(path);
    if (!state || !S_ISREG(state->mode))
        return {};
    const QString from = seesFirstProcess() ? QStringLiteral("/proc/1/root") + path : path;
    return kernel::Fd(open(QFile::encodeName(from).constData(),
                           O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
}

bool isOpened(int descriptor, const FileState& state) {
    struct stat opened {};
    return fstat(descriptor, &opened) == 0 && opened.st_ino == state.key.inode &&
           device(major(opened.st_dev), minor(opened.st_dev)) == state.key.device;
}

std::optional<FileState> fileSeenBy(qint32 pid, const QString& path) {
    return stateOf(procPath(pid, "root") + path, procPath(pid, "mountinfo"), AT_SYMLINK_NOFOLLOW);
}

bool isSameInode(const FileState& state, const kernel::FileKey& seen) {
    return state.key.inode == seen.inode &&
           (state.key.device == seen.device ||
            deviceOfMount(state.mountinfo, state.mount) == seen.device);
}

bool isSameFile(const FileState& state, const kernel::FileKey& seen) {
    return state.key.ctimeNs == seen.ctimeNs && isSameInode(state, seen);
}

quint32 hostMountNamespace() {
    static const auto number = quint32(
        inodeOf(seesFirstProcess() ? procPath(1, "ns/mnt") : QStringLiteral("/proc/self/ns/mnt")));
    return number;
}

bool isInHostUserNamespace(qint32 pid) {
    static const quint64 host =
        inodeOf(seesFirstProcess() ? procPath(1, "ns/user") : QStringLiteral("/proc/self/ns/user"));
    const quint64 its = inodeOf(procPath(pid, "ns/user"));
    return its != 0 && its == host;
}

QString workingDirectory(qint32 pid, const kernel::FileKey& seen) {
    const QString target = QFile::symLinkTarget(procPath(pid, "cwd"));
    const auto state = hostFile(target);
    return state && isSameInode(*state, seen) ? target : QString();
}

}  // namespace sallyport::process
