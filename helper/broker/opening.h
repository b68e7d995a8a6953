// What the helper needs and only root may open, and how it is opened.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "broker/fd.h"

namespace sallyport::broker {

enum class What : std::uint32_t {
    RawV4 = 1,  // raw(7) socket of IPv4 that sends what was held
    RawV6 = 2,  // the same of IPv6
    SockDiag,   // sock_diag(7) socket, which ends others
    Walk,       // a run of a BPF iterator, whose link comes along
    Resolved,   // connection to systemd-resolved's monitor, whose own user alone may have one
    Routes,  // rtnetlink(7) socket of the broker's own namespace, which hears of changes of routes
             // and links, and does not block
};

// One message from the helper to the broker, in this machine's byte order. With Walk one descriptor
// goes along (unix(7), SCM_RIGHTS).
struct Request {
    std::uint64_t netns = 0;  // cookie of the network namespace it belongs to; 0: the broker's
    What what{};
    std::uint32_t unused = 0;
};

// The answer; with a descriptor when error is 0.
struct Reply {
    std::int32_t error = 0;  // errno
};

// Opens it here. No descriptor: errno says why; ENOENT where the namespace has no process any more,
// EINVAL for what is none of the above, or not to be had in another namespace. `link` is the
// caller's and may be -1.
Fd open(const Request& request, int link);

// Answers what comes on `socket`, a connected one of SOCK_SEQPACKET, until the other end closes it.
// Returns the exit code: 0, or 1 when the socket is none.
int serve(int socket);

}  // namespace sallyport::broker
