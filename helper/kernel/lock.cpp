// A file lock with the holder's process number in it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <QDir>
#include <QFile>

namespace sallyport::kernel {

namespace {

const QString kFolder = QStringLiteral("/run/sallyport");

// The holder removes the file when it goes, so the one that was opened may be nobody's any more.
bool isStillThere(const Fd& fd, const QByteArray& path) {
    struct stat opened {
    }, named{};
    return fstat(fd.get(), &opened) == 0 && stat(path.constData(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

QString holder(const Fd& fd) {
    char text[32] = {};
    const ssize_t got = pread(fd.get(), text, sizeof(text) - 1, 0);
    return got > 0 ? QString::fromLatin1(text, got).trimmed() : QStringLiteral("unknown");
}

}  // namespace

api::Result<HelperLock> HelperLock::take(const QString& name, const QString& what) {
    if (!QDir().mkpath(kFolder))
        return systemError(QStringLiteral("making ") + kFolder);
    const QByteArray path = QFile::encodeName(kFolder + u'/' + name + QStringLiteral(".lock"));
    for (int attempt = 0; attempt < 16; ++attempt) {
        HelperLock lock;
        lock.fd_ = Fd(::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (!lock.fd_)
            return systemError(QFile::decodeName(path));
        if (flock(lock.fd_.get(), LOCK_EX | LOCK_NB) != 0)
            return api::failure(
                api::ErrorCode::Conflict,
                QStringLiteral("another helper already enforces on %1 (pid %2); stop it first")
                    .arg(what, holder(lock.fd_)));
        if (!isStillThere(lock.fd_, path))
            continue;
        const QByteArray pid = QByteArray::number(getpid()) + '\n';
        if (ftruncate(lock.fd_.get(), 0) != 0 ||
            pwrite(lock.fd_.get(), pid.constData(), size_t(pid.size()), 0) != pid.size())
            return systemError(QFile::decodeName(path));
        lock.path_ = path;
        return lock;
    }
    return api::failure(api::ErrorCode::Conflict,
                        QStringLiteral("helpers keep coming and going on ") + what);
}

api::Result<HelperLock> HelperLock::ofPins(const QString& pins) {
    QString name = pins;
    name.replace(u'/', u'-');
    return take(QStringLiteral("pins") + name, pins);
}

HelperLock::~HelperLock() {
    if (fd_)
        unlink(path_.constData());
}

api::Result<HelperLocks> HelperLock::takeAll(const Cgroup& cgroup, const QString& pins) {
    struct stat status {};
    fstat(cgroup.directory.get(), &status);
    HelperLocks locks;
    auto lock = take(QStringLiteral("cgroup-%1").arg(status.st_ino), cgroup.path);
    if (!lock)
        return lock.error();
    locks.push_back(std::move(*lock));
    if (pins.isEmpty())
        return locks;
    auto second = ofPins(pins);
    if (!second)
        return second.error();
    locks.push_back(std::move(*second));
    return locks;
}

}  // namespace sallyport::kernel
