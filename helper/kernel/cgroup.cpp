// Finds the cgroup v2 tree (it is not always at /sys/fs/cgroup) and prepares bpffs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/cgroup.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <mntent.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <cstdio>
#include <memory>

#include "kernel/bpf_kernel.h"

namespace sallyport::kernel {

namespace {

using api::ErrorCode;
using api::failure;

const QString kBpffs = QStringLiteral("/sys/fs/bpf");

bool isOn(const QString& path, quint32 magic) {
    struct statfs status {};
    return statfs(QFile::encodeName(path).constData(), &status) == 0 &&
           quint32(status.f_type) == magic;
}

}  // namespace

api::Result<QString> cgroupRoot() {
    struct Closer {
        void operator()(FILE* file) const { endmntent(file); }
    };
    const std::unique_ptr<FILE, Closer> mounts(setmntent("/proc/self/mounts", "re"));
    if (!mounts)
        return systemError(QStringLiteral("/proc/self/mounts"));
    mntent entry{};
    char text[4096];
    while (getmntent_r(mounts.get(), &entry, text, sizeof(text)))
        if (qstrcmp(entry.mnt_type, "cgroup2") == 0)
            return QString::fromLocal8Bit(entry.mnt_dir);
    return failure(ErrorCode::Unsupported,
                   QStringLiteral("no cgroup v2 tree is mounted; mount one with "
                                  "\"mount -t cgroup2 none /sys/fs/cgroup/unified\""));
}

api::Result<Cgroup> openCgroup(const QString& path) {
    const auto root = cgroupRoot();
    if (!root)
        return root.error();
    Cgroup cgroup;
    cgroup.path = path.isEmpty() ? *root : QDir::cleanPath(path);
    const QByteArray name = QFile::encodeName(cgroup.path);
    cgroup.directory = Fd(::open(name.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!cgroup.directory && errno == ENOENT)
        return failure(ErrorCode::NotFound,
                       QStringLiteral("there is no cgroup %1; make it with mkdir below %2, or "
                                      "leave it out to filter the whole system")
                           .arg(cgroup.path, *root));
    if (!cgroup.directory)
        return systemError(QStringLiteral("the cgroup ") + cgroup.path, errno, ErrorCode::Invalid);
    if (!isOn(cgroup.path, CGROUP2_SUPER_MAGIC))
        return failure(
            ErrorCode::Invalid,
            cgroup.path + QStringLiteral(" is not in the cgroup v2 tree; that is at ") + *root);
    struct stat top {
    }, chosen{};
    cgroup.root = stat(QFile::encodeName(*root).constData(), &top) == 0 &&
                  fstat(cgroup.directory.get(), &chosen) == 0 && top.st_ino == chosen.st_ino &&
                  top.st_dev == chosen.st_dev;
    return cgroup;
}

QSet<quint64> cgroupsIn(const Cgroup& cgroup) {
    QSet<quint64> numbers;
    const auto add = [&](const QString& path) {
        struct stat status {};
        if (stat(QFile::encodeName(path).constData(), &status) == 0)
            numbers.insert(status.st_ino);
    };
    add(cgroup.path);
    QDirIterator folders(cgroup.path, QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot,
                         QDirIterator::Subdirectories);
    while (folders.hasNext())
        add(folders.next());
    return numbers;
}

api::Result<void> makePinDirectory(const QString& pins) {
    const bool standard = pins == kBpffs || pins.startsWith(kBpffs + u'/');
    if (standard && !isOn(kBpffs, BPF_FS_MAGIC) &&
        mount("bpf", "/sys/fs/bpf", "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700") != 0)
        return systemError(QStringLiteral("mounting bpffs at ") + kBpffs);
    QString existing = pins;  // the nearest folder that is there says where it will be
    while (!QDir(existing).exists() && existing.contains(u'/'))
        existing = existing.section(u'/', 0, -2);
    if (!isOn(existing, BPF_FS_MAGIC))
        return failure(ErrorCode::Invalid,
                       pins + QStringLiteral(" is not in a BPF file system (bpffs); choose one "
                                             "below %1")
                                  .arg(kBpffs));
    if (!QDir().mkpath(pins))
        return systemError(QStringLiteral("making ") + pins);
    return {};
}

}  // namespace sallyport::kernel
