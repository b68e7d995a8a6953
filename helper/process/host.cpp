// statx() and mountinfo (proc(5)).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/host.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <QByteArrayList>
#include <QFile>
#include <climits>

#include "process/disk.h"

namespace sallyport::process {

namespace {

constexpr quint32 device(quint32 major, quint32 minor) {
    return major << 20 | minor;  // MKDEV() of the kernel's own dev_t
}

// A line of mountinfo.
struct Mount {
    quint64 id = 0;
    quint32 device = 0;  // the super block's, which stat() does not say on btrfs and overlay
    QString root;        // what of its file system is mounted
    QString point;
    QByteArray type;
    QString source;
};

// The kernel writes space, tab, line feed and backslash as octal numbers.
QString unescaped(const QByteArray& field) {
    QByteArray text;
    for (qsizetype i = 0; i < field.size(); ++i) {
        if (field.at(i) == '\\' && i + 3 < field.size()) {
            text.append(char(field.mid(i + 1, 3).toUInt(nullptr, 8)));
            i += 3;
        } else {
            text.append(field.at(i));
        }
    }
    return QFile::decodeName(text);
}

QList<Mount> mountsIn(const QString& mountinfo) {
    QList<Mount> mounts;
    QFile file(mountinfo);
    if (!file.open(QIODevice::ReadOnly))
        return mounts;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> fields = line.split(' ');
        const QList<QByteArray> numbers = fields.value(2).split(':');
        if (fields.size() < 5 || numbers.size() != 2)
            continue;
        const qsizetype rest = fields.indexOf("-", 6);  // behind as many fields as there may be
        mounts.append({fields.at(0).toULongLong(),
                       device(numbers.at(0).toUInt(), numbers.at(1).toUInt()),
                       unescaped(fields.at(3)), unescaped(fields.at(4)), fields.value(rest + 1),
                       unescaped(fields.value(rest + 2))});
    }
    return mounts;
}

std::optional<Mount> mountWithId(const QString& mountinfo, quint64 mountId) {
    const QList<Mount> mounts = mountsIn(mountinfo);
    for (const Mount& mount : mounts)
        if (mount.id == mountId)
            return mount;
    return std::nullopt;
}

std::optional<quint32> deviceOfMount(const QString& mountinfo, quint64 mountId) {
    const auto mount = mountWithId(mountinfo, mountId);
    return mount ? std::optional(mount->device) : std::nullopt;
}

// What of `path` lies below `folder`, from its slash on; nothing when it does not.
std::optional<QString> below(const QString& folder, const QString& path) {
    const QString start = folder == QLatin1String("/") ? QString() : folder;
    if (!path.startsWith(start) || (path.size() > start.size() && path.at(start.size()) != u'/'))
        return std::nullopt;
    return path.mid(start.size());
}

std::optional<Mount> mountAt(const QList<Mount>& mounts, const QString& path) {
    std::optional<Mount> found;
    for (const Mount& mount : mounts)
        // Of two at one place the later one is on top.
        if (below(mount.point, path) && (!found || mount.point.size() >= found->point.size()))
            found = mount;
    return found;
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

QString hostMountinfo() {
    return seesFirstProcess() ? QStringLiteral("/proc/1/mountinfo")
                              : QStringLiteral("/proc/self/mountinfo");
}

// The path of what the host has at `path`.
QString seenFromHost(const QString& path) {
    return seesFirstProcess() ? QStringLiteral("/proc/1/root") + path : path;
}

quint64 inodeOf(const QString& path) {
    struct stat status {};
    return stat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

std::optional<FileState> hostFile(const QString& path) {
    if (!path.startsWith(u'/'))
        return std::nullopt;
    return stateOf(seenFromHost(path), hostMountinfo(), AT_SYMLINK_NOFOLLOW);
}

QStringList hostPaths(qint32 pid, const QString& path) {
    QStringList paths;
    const auto mounted = mountAt(mountsIn(procPath(pid, "mountinfo")), path);
    if (!mounted)
        return paths;
    const QString inside = (mounted->root == QLatin1String("/") ? QString() : mounted->root) +
                           *below(mounted->point, path);
    const QList<Mount> hosts = mountsIn(hostMountinfo());
    for (const Mount& mount : hosts) {
        const auto rest = below(mount.root, inside);
        if (mount.device == mounted->device && rest)
            paths.append((mount.point == QLatin1String("/") ? QString() : mount.point) + *rest);
    }
    return paths;
}

QString hostLink(const QString& path) {
    QByteArray target(PATH_MAX, '\0');
    const ssize_t size = readlink(QFile::encodeName(seenFromHost(path)).constData(), target.data(),
                                  size_t(target.size()));
    return size > 0 ? QFile::decodeName(target.left(size)) : QString();
}

kernel::Fd openHostFile(const QString& path) {
    const auto state = hostFile(path);
    if (!state || !S_ISREG(state->mode))
        return {};
    return kernel::Fd(open(QFile::encodeName(seenFromHost(path)).constData(),
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

std::optional<QByteArrayList> environmentOf(qint32 pid, const QString& path) {
    QFile file(procPath(pid, "environ"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArrayList variables = file.readAll().split('\0');
    // Only now: one that has ended by then has no environment.
    const auto runs = stateOf(procPath(pid, "exe"), {}, 0);
    const auto host = hostFile(path);
    return runs && host && runs->key == host->key ? std::optional(variables) : std::nullopt;
}

std::optional<quint32> fuseDeviceAt(const QString& path) {
    const auto mounted = mountAt(mountsIn(hostMountinfo()), path);
    const bool fuse = mounted && (mounted->type == "fuse" || mounted->type.startsWith("fuse."));
    return fuse ? std::optional(mounted->device) : std::nullopt;
}

bool isSameInode(const FileState& state, const kernel::FileKey& seen) {
    return state.key.inode == seen.inode &&
           (state.key.device == seen.device ||
            deviceOfMount(state.mountinfo, state.mount) == seen.device);
}

bool isSameFile(const FileState& state, const kernel::FileKey& seen) {
    return state.key.ctimeNs == seen.ctimeNs && isSameInode(state, seen);
}

kernel::FileKey keySeen(const FileState& state) {
    kernel::FileKey key = state.key;
    key.device = deviceOfMount(state.mountinfo, state.mount).value_or(key.device);
    key.disk = diskSequence(key.device);
    return key;
}

quint32 blockDeviceOf(const FileState& state) {
    if (state.key.device >> 20)
        return state.key.device;
    const auto mount = mountWithId(state.mountinfo, state.mount);
    struct stat source {};
    const bool isBlock =
        mount && mount->source.startsWith(QLatin1String("/dev/")) &&
        stat(QFile::encodeName(seenFromHost(mount->source)).constData(), &source) == 0 &&
        S_ISBLK(source.st_mode);
    return isBlock ? device(major(source.st_rdev), minor(source.st_rdev)) : 0;
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
