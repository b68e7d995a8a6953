// A pair of interfaces d0 and d1 in a network namespace of the test's own, and the routes' socket
// there. SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QProcess>
#include <QStandardPaths>

#include "broker/opening.h"

namespace sallyport::tests {

// Without a shell: words are between single spaces.
inline bool run(const QString& command) {
    const QStringList words = command.split(u' ');
    return QProcess::execute(words.first(), words.sliced(1)) == 0;
}

// The calling thread is in the namespace from then on. Null, or what is missing here.
inline const char* makeOwnLink() {
    if (geteuid() != 0)
        return "not root";
    if (QStandardPaths::findExecutable(QStringLiteral("ip")).isEmpty())
        return "no ip (Debian: iproute2)";
    if (unshare(CLONE_NEWNET) != 0)
        return "no network namespace of one's own";
    if (!run(QStringLiteral("ip link add d0 type veth peer name d1")))
        return "no pairs of interfaces here";
    return nullptr;
}

// Holds as little as can be: a few messages that nobody reads, and the next is lost (ENOBUFS).
inline broker::Fd openNarrowRoutes() {
    broker::Fd fd = broker::open({0, broker::What::Routes}, -1);
    const int bytes = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    return fd;
}

}  // namespace sallyport::tests
