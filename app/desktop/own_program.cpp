// The program's own file, watched.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/own_program.h"

#include <sys/stat.h>

#include <QFile>

namespace sallyport::desktop {

OwnProgram::OwnProgram(const QString& file, int settleMs, QObject* parent)
    : QObject(parent), file_(file) {
    struct stat status {};
    if (stat(QFile::encodeName(file_).constData(), &status) == 0) {
        device_ = status.st_dev;
        inode_ = status.st_ino;
    }
    watcher_.addPath(file_);
    settled_.setSingleShot(true);
    settled_.setInterval(settleMs);
    connect(&watcher_, &QFileSystemWatcher::fileChanged, &settled_, qOverload<>(&QTimer::start));
    connect(&settled_, &QTimer::timeout, this, &OwnProgram::judge);
}

void OwnProgram::judge() {
    struct stat status {};
    if (stat(QFile::encodeName(file_).constData(), &status) != 0) {
        emit removed();
        return;
    }
    // What was watched is the file, not its name.
    watcher_.removePath(file_);
    watcher_.addPath(file_);
    if (status.st_dev == device_ && status.st_ino == inode_)
        return;
    device_ = status.st_dev;
    inode_ = status.st_ino;
    emit replaced();
}

}  // namespace sallyport::desktop
