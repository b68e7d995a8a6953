// Child processes of tests.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <QFile>
#include <QProcess>

namespace sallyport::test {

/// The process will begin in this control group (its folder); it ends with 126 when it cannot.
/// Empty: where its parent is.
inline void beginsIn(QProcess& process, const QString& cgroup) {
    if (cgroup.isEmpty())
        return;
    const QByteArray procs = QFile::encodeName(cgroup + QStringLiteral("/cgroup.procs"));
    process.setChildProcessModifier([procs] {
        const int fd = ::open(procs.constData(), O_WRONLY);
        if (fd < 0 || ::write(fd, "0", 1) != 1)
            _exit(126);
        ::close(fd);
    });
}

}  // namespace sallyport::test
