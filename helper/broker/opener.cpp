// Asks the broker.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "broker/opener.h"

#include <sys/time.h>

#include <cerrno>

#include "broker/message.h"
#include "broker/unix_socket.h"

namespace sallyport::broker {

namespace {

constexpr timeval kPatience{10, 0};

// With a time limit, the calls below do not go on by themselves after a signal (signal(7)).
template <class Call>
ssize_t uninterrupted(Call call) {
    for (;;) {
        const ssize_t done = call();
        if (done >= 0 || errno != EINTR)
            return done;
    }
}

}  // namespace

Fd Opener::open(What what, std::uint64_t netns, int link) {
    const Request request{netns, what};
    if (!hasBroker())
        return broker::open(request, link);
    Fd opened;
    // The first of them may have been answered by a broker that has ended since.
    const bool old = bool(connection_);
    if (!exchange(request, link, opened) && old && (errno == EPIPE || errno == ECONNRESET))
        exchange(request, link, opened);
    return opened;
}

bool Opener::connect() {
    connection_ = connectTo(broker_, SOCK_SEQPACKET);
    if (!connection_)
        return false;
    setsockopt(connection_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
    setsockopt(connection_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
    return true;
}

// Without an answer the connection is given up: what came later would be taken for the next one's.
bool Opener::exchange(const Request& request, int link, Fd& opened) {
    Request asked = request;
    Message out(&asked, sizeof(asked));
    out.attach(link);
    Reply reply;
    Message in(&reply, sizeof(reply));
    ssize_t got = -1;
    const auto send = [&] { return sendmsg(connection_.get(), &out.head, MSG_NOSIGNAL); };
    const auto receive = [&] { return recvmsg(connection_.get(), &in.head, MSG_CMSG_CLOEXEC); };
    if ((connection_ || connect()) && uninterrupted(send) == ssize_t(sizeof(asked)))
        got = uninterrupted(receive);
    int error = got == 0 ? ECONNRESET : errno;
    if (got == ssize_t(sizeof(reply))) {
        opened = in.descriptor();
        error = reply.error ? reply.error : EBADMSG;
    } else {
        connection_ = Fd();
        error = error == EAGAIN ? ETIMEDOUT : error;
    }
    errno = error;
    return got == ssize_t(sizeof(reply));
}

}  // namespace sallyport::broker
