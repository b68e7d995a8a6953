// Connections to sockets of the file system (unix(7)).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "broker/fd.h"

namespace sallyport::broker {

// `type` as of socket(2), close-on-exec besides. No descriptor: errno says why; ENAMETOOLONG where
// no socket can have such a path.
inline Fd connectTo(std::string_view path, int type) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return Fd();
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    Fd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (fd && connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
        return Fd();
    return fd;
}

}  // namespace sallyport::broker
