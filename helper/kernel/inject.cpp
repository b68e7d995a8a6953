// Raw sockets that send a finished IP packet (ip(7), IP_HDRINCL; ipv6(7), IPV6_HDRINCL).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/inject.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "kernel/checksum.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36
#endif

namespace sallyport::kernel {

namespace {

using api::ErrorCode;
using api::failure;

quint64 numberOption(const Fd& fd, int option) {
    quint64 value = 0;
    socklen_t size = sizeof(value);
    return getsockopt(fd.get(), SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

// A message with its control data: mark, then packet info.
class Outgoing {
  public:
    Outgoing(const QByteArray& bytes, void* address, socklen_t addressSize)
        : part_{const_cast<char*>(bytes.constData()), size_t(bytes.size())} {
        message_.msg_name = address;
        message_.msg_namelen = addressSize;
        message_.msg_iov = &part_;
        message_.msg_iovlen = 1;
        message_.msg_control = control_;
    }

    template <class T>
    void attach(int level, int type, const T& value) {
        auto* head = reinterpret_cast<cmsghdr*>(control_ + message_.msg_controllen);
        head->cmsg_level = level;
        head->cmsg_type = type;
        head->cmsg_len = CMSG_LEN(sizeof(T));
        memcpy(CMSG_DATA(head), &value, sizeof(T));
        message_.msg_controllen += CMSG_SPACE(sizeof(T));
    }

    api::Result<void> sendOn(const Fd& fd) {
        if (sendmsg(fd.get(), &message_, MSG_DONTWAIT) < 0)
            return systemError(QStringLiteral("sending a held packet"));
        return {};
    }

  private:
    iovec part_;
    msghdr message_{};
    alignas(cmsghdr) char control_[CMSG_SPACE(sizeof(quint32)) + CMSG_SPACE(sizeof(in6_pktinfo))]{};
};

// 0: as it is routed.
quint32 interfaceOf(const HeldPacket& packet) {
    return packet.ifindex == SP_IFINDEX_ELSEWHERE ? 0 : packet.ifindex;
}

api::Result<void> sendV4(const Fd& fd, const QByteArray& bytes, const HeldPacket& packet) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    memcpy(&to.sin_addr, bytes.constData() + 16, 4);
    in_pktinfo info{};
    info.ipi_ifindex = int(interfaceOf(packet));
    memcpy(&info.ipi_spec_dst, bytes.constData() + 12, 4);
    Outgoing message(bytes, &to, sizeof(to));
    message.attach(SOL_SOCKET, SO_MARK, packet.mark);
    message.attach(IPPROTO_IP, IP_PKTINFO, info);
    return message.sendOn(fd);
}

api::Result<void> sendV6(const Fd& fd, const QByteArray& bytes, const HeldPacket& packet) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    memcpy(&to.sin6_addr, bytes.constData() + 24, 16);
    if (IN6_IS_ADDR_LINKLOCAL(&to.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&to.sin6_addr))
        to.sin6_scope_id = interfaceOf(packet);
    in6_pktinfo info{};
    info.ipi6_ifindex = interfaceOf(packet);
    memcpy(&info.ipi6_addr, bytes.constData() + 8, 16);
    Outgoing message(bytes, &to, sizeof(to));
    message.attach(SOL_SOCKET, SO_MARK, packet.mark);
    message.attach(IPPROTO_IPV6, IPV6_PKTINFO, info);
    return message.sendOn(fd);
}

}  // namespace

api::Result<Injector> Injector::open(broker::Opener& opener, quint64 netns) {
    Injector injector;
    const int on = 1;
    injector.v4_ = opener.open(broker::What::RawV4, netns);
    if (!injector.v4_ && opener.hasBroker())  // until it is back: an upgrade makes its socket anew
        return systemError(QStringLiteral("sallyport-broker opens no raw IPv4 socket"), errno,
                           ErrorCode::Unavailable);
    if (!injector.v4_)
        return systemError(QStringLiteral("a raw IPv4 socket"), errno,
                           errno == EPERM ? ErrorCode::Denied : ErrorCode::Failed);
    setsockopt(injector.v4_.get(), IPPROTO_IP, IP_HDRINCL, &on, sizeof(on));
    injector.cookieV4_ = numberOption(injector.v4_, SO_COOKIE);
    injector.netns_ = numberOption(injector.v4_, SO_NETNS_COOKIE);

    injector.v6_ = opener.open(broker::What::RawV6, netns);
    if (injector.v6_) {  // a machine may be without IPv6
        setsockopt(injector.v6_.get(), IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof(on));
        injector.cookieV6_ = numberOption(injector.v6_, SO_COOKIE);
    }
    return injector;
}

api::Result<void> Injector::send(const HeldPacket& packet) const {
    if (packet.bytes.isEmpty())
        return failure(ErrorCode::Unavailable, QStringLiteral("there is no copy of the packet"));
    if (packet.netns != netns_)
        return failure(ErrorCode::Unavailable, QStringLiteral("in another network namespace"));
    const auto bytes = prepareForInjection(packet.bytes);
    if (!bytes)
        return bytes.error();
    const bool v4 = (quint8(bytes->at(0)) >> 4) == 4;
    if (!v4 && !v6_)
        return failure(ErrorCode::Unavailable, QStringLiteral("no IPv6 on this machine"));
    return v4 ? sendV4(v4_, *bytes, packet) : sendV6(v6_, *bytes, packet);
}

}  // namespace sallyport::kernel
