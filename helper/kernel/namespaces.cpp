// Enters network namespaces through /proc.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <QDir>
#include <QSet>
#include <thread>

#include "kernel/handle.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace sallyport::kernel {

namespace {

// Whether the thread is now in the network namespace with this cookie.
bool isInNamespace(quint64 netns) {
    const Fd probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    quint64 cookie = 0;
    socklen_t size = sizeof(cookie);
    return probe && getsockopt(probe.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0 &&
           cookie == netns;
}

// Moves the calling thread there, by way of some process that lives there.
bool enterNamespace(quint64 netns) {
    QSet<quint64> seen;
    const QStringList processes = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
    for (const QString& pid : processes) {
        if (!pid.at(0).isDigit())
            continue;
        const QByteArray path = QByteArray("/proc/") + pid.toLatin1() + "/ns/net";
        const Fd space(::open(path.constData(), O_RDONLY | O_CLOEXEC));
        struct stat status {};
        if (!space || fstat(space.get(), &status) != 0 || seen.contains(status.st_ino))
            continue;
        seen.insert(status.st_ino);
        if (setns(space.get(), CLONE_NEWNET) == 0 && isInNamespace(netns))
            return true;
    }
    return false;
}

}  // namespace

bool inNamespace(quint64 netns, const std::function<void()>& work) {
    bool entered = false;
    // setns() counts for a thread, and this one shall stay where it is.
    std::thread([&] {
        entered = enterNamespace(netns);
        if (entered)
            work();
    }).join();
    return entered;
}

}  // namespace sallyport::kernel
