// One message between helper and broker (unix(7)).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstring>

#include "broker/fd.h"

namespace sallyport::broker {

// A message and the descriptor that goes along with it.
struct Message {
    explicit Message(void* bytes, size_t size) : part{bytes, size} {
        head.msg_iov = &part;
        head.msg_iovlen = 1;
        head.msg_control = control.data();
        head.msg_controllen = control.size();
    }

    // What came along; the kernel closes others than the first, for which there is no room.
    Fd descriptor() {
        const cmsghdr* with = CMSG_FIRSTHDR(&head);
        if (!with || with->cmsg_level != SOL_SOCKET || with->cmsg_type != SCM_RIGHTS ||
            with->cmsg_len != CMSG_LEN(sizeof(int)))
            return Fd();
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(with), sizeof(fd));
        return Fd(fd);
    }

    // Of the caller, who keeps it; -1: none goes along.
    void attach(int fd) {
        if (fd < 0) {
            head.msg_control = nullptr;
            head.msg_controllen = 0;
            return;
        }
        cmsghdr* with = CMSG_FIRSTHDR(&head);
        with->cmsg_level = SOL_SOCKET;
        with->cmsg_type = SCM_RIGHTS;
        with->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(with), &fd, sizeof(fd));
    }

    iovec part;
    msghdr head{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
};

}  // namespace sallyport::broker
