// SOCK_DESTROY over NETLINK_SOCK_DIAG (sock_diag(7); net/ipv4/inet_diag.c). The request wants the
// socket's addresses, which are looked up by its cookie first.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/abort.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "kernel/handle.h"
#include "policy/compile.h"

namespace sallyport::kernel {

namespace {

using api::ErrorCode;
using api::failure;

struct Request {
    nlmsghdr head{};
    inet_diag_req_v2 body{};
};

api::Result<void> send(const Fd& netlink, const Request& request) {
    if (::send(netlink.get(), &request, sizeof(request), 0) != ssize_t(sizeof(request)))
        return systemError(QStringLiteral("asking for sockets"));
    return {};
}

// Reads messages until the end of a dump or an acknowledgement. `each` gets the sockets.
// Returns the errno of an error message, 0 when all went well.
api::Result<int> receive(const Fd& netlink, const std::function<void(const inet_diag_msg&)>& each) {
    alignas(nlmsghdr) char buffer[32768];
    for (;;) {
        const ssize_t got = recv(netlink.get(), buffer, sizeof(buffer), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return systemError(QStringLiteral("reading the list of sockets"));
        auto left = unsigned(got);
        for (auto* message = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(message, left);
             message = NLMSG_NEXT(message, left)) {
            if (message->nlmsg_type == NLMSG_DONE)
                return 0;
            if (message->nlmsg_type == NLMSG_ERROR) {
                if (message->nlmsg_len < NLMSG_LENGTH(sizeof(nlmsgerr)))
                    return failure(ErrorCode::Failed, QStringLiteral("a short netlink error"));
                return -static_cast<nlmsgerr*>(NLMSG_DATA(message))->error;
            }
            if (message->nlmsg_len >= NLMSG_LENGTH(sizeof(inet_diag_msg)))
                each(*static_cast<inet_diag_msg*>(NLMSG_DATA(message)));
        }
    }
}

Request requestFor(quint16 type, quint16 flags, quint8 family, quint8 protocol) {
    Request request;
    request.head.nlmsg_len = sizeof(request);
    request.head.nlmsg_type = type;
    request.head.nlmsg_flags = quint16(NLM_F_REQUEST | flags);
    request.body.sdiag_family = family;
    request.body.sdiag_protocol = protocol;
    request.body.idiag_states = ~((1u << TCP_LISTEN) | (1u << TCP_TIME_WAIT));
    return request;
}

quint64 cookieOf(const inet_diag_sockid& id) {
    return quint64(id.idiag_cookie[1]) << 32 | id.idiag_cookie[0];
}

api::Result<std::optional<inet_diag_sockid>> find(const Fd& netlink, quint8 family,
                                                  const FlowKey& flow) {
    std::optional<inet_diag_sockid> found;
    const Request request = requestFor(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family, flow.protocol);
    if (const auto sent = send(netlink, request); !sent)
        return sent.error();
    const auto error = receive(netlink, [&](const inet_diag_msg& socket) {
        if (cookieOf(socket.id) == flow.cookie)
            found = socket.id;
    });
    if (!error)
        return error.error();
    if (*error)
        return systemError(QStringLiteral("listing sockets"), *error);
    return found;
}

api::Result<void> destroy(const Fd& netlink, quint8 family, const FlowKey& flow,
                          const inet_diag_sockid& id) {
    Request request = requestFor(SOCK_DESTROY, NLM_F_ACK, family, flow.protocol);
    request.body.id = id;
    if (const auto sent = send(netlink, request); !sent)
        return sent.error();
    const auto error = receive(netlink, [](const inet_diag_msg&) {});
    if (!error)
        return error.error();
    if (*error == ENOENT || *error == ESTALE)  // or another has its place
        return failure(ErrorCode::NotFound, QStringLiteral("the socket is gone"));
    if (*error == EOPNOTSUPP)
        return failure(ErrorCode::Unavailable, QStringLiteral("this kernel cannot end sockets"));
    if (*error)
        return systemError(QStringLiteral("ending a socket"), *error);
    return {};
}

// inet_lookup() finds sockets of either family by a pair of IPv4 addresses.
inet_diag_sockid idOf(const FlowKey& flow, const api::Address& local, quint16 localPort) {
    inet_diag_sockid id{};
    id.idiag_sport = htons(localPort);
    id.idiag_dport = htons(flow.remotePort);
    const auto copy = [&flow](const api::Address& from, __be32* to) {
        const sp_addr address = policy::toKernel(from);
        if (flow.remote.isV4())
            to[0] = address.words[3];
        else
            std::copy(std::begin(address.words), std::end(address.words), to);
    };
    copy(local, id.idiag_src);
    copy(flow.remote, id.idiag_dst);
    id.idiag_cookie[0] = quint32(flow.cookie);
    id.idiag_cookie[1] = quint32(flow.cookie >> 32);
    return id;
}

// A TCP socket by its ends. Not a listener, which the kernel also finds by them: it goes on.
std::optional<inet_diag_sockid> findAt(const Fd& netlink, const FlowKey& flow,
                                       const api::Address& local, quint16 localPort) {
    std::optional<inet_diag_sockid> found;
    if (flow.protocol != IPPROTO_TCP || localPort == 0 || local.isV4() != flow.remote.isV4())
        return found;
    Request request = requestFor(SOCK_DIAG_BY_FAMILY, NLM_F_ACK,
                                 flow.remote.isV4() ? AF_INET : AF_INET6, flow.protocol);
    request.body.id = idOf(flow, local, localPort);
    if (!send(netlink, request))
        return found;
    (void)receive(netlink, [&](const inet_diag_msg& socket) {
        if (socket.idiag_state != TCP_LISTEN && cookieOf(socket.id) == flow.cookie)
            found = socket.id;
    }).has_value();
    return found;
}

// One of IPv6 has IPv4 addresses mapped, as sp_addr has them.
bool isConnectedTo(const inet_diag_sockid& id, quint8 family, const FlowKey& flow) {
    const sp_addr remote = policy::toKernel(flow.remote);
    return ntohs(id.idiag_dport) == flow.remotePort &&
           (family == AF_INET
                ? id.idiag_dst[0] == remote.words[3]
                : std::equal(std::begin(remote.words), std::end(remote.words), id.idiag_dst));
}

// `netlink`: in the network namespace of the socket.
api::Result<void> abortAt(const Fd& netlink, const FlowKey& flow, const api::Address& local,
                          quint16 localPort) {
    if (const auto id = findAt(netlink, flow, local, localPort)) {
        const auto ended = destroy(netlink, flow.remote.isV4() ? AF_INET : AF_INET6, flow, *id);
        if (ended || ended.error().code != ErrorCode::NotFound)
            return ended;
    }
    for (const quint8 family : {quint8(AF_INET), quint8(AF_INET6)}) {
        if (family == AF_INET && !flow.remote.isV4())
            continue;  // an IPv4 peer may belong to a socket of either family
        const auto id = find(netlink, family, flow);
        if (!id)
            return id.error();
        if (!*id)
            continue;
        if (flow.protocol != IPPROTO_TCP && !isConnectedTo(**id, family, flow))
            return failure(ErrorCode::Unavailable,
                           QStringLiteral("the socket is not this flow's alone"));
        return destroy(netlink, family, flow, **id);
    }
    return failure(ErrorCode::NotFound, QStringLiteral("the socket is gone"));
}

}  // namespace

api::Result<void> abortSocket(broker::Opener& opener, const FlowKey& flow, quint64 netns,
                              const api::Address& local, quint16 localPort) {
    if (flow.protocol != IPPROTO_TCP && flow.protocol != IPPROTO_UDP &&
        flow.protocol != IPPROTO_UDPLITE)
        return failure(ErrorCode::Unavailable, QStringLiteral("sockets of this protocol go on"));
    const Fd netlink = opener.open(broker::What::SockDiag, netns);
    if (!netlink && netns && errno == ENOENT)
        return failure(ErrorCode::NotFound, QStringLiteral("its network namespace is gone"));
    if (!netlink)
        return systemError(QStringLiteral("a socket for socket diagnosis"));
    return abortAt(netlink, flow, local, localPort);
}

}  // namespace sallyport::kernel
