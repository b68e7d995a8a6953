// What the kernel says of routes, byte for byte (rtnetlink(7)), and a stand-in for it that does.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <QSocketNotifier>
#include <QTest>
#include <algorithm>
#include <memory>

#include "kernel/on_link_networks.h"

namespace sallyport::tests {

template <class Value>
QByteArray raw(const Value& value) {
    return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

inline QByteArray filled(QByteArray bytes) {
    bytes.append((4 - bytes.size() % 4) % 4, '\0');
    return bytes;
}

inline QByteArray attribute(quint16 type, const QByteArray& value) {
    return filled(raw(rtattr{quint16(sizeof(rtattr) + size_t(value.size())), type}) + value);
}

inline QByteArray message(quint16 type, quint16 flags, quint32 sequence, const QByteArray& body) {
    return filled(
        raw(nlmsghdr{quint32(sizeof(nlmsghdr) + size_t(body.size())), type, flags, sequence, 0}) +
        body);
}

// One of a network on the link; anything can be changed.
struct Route {
    QByteArray to;  // network order
    rtmsg head{};
    quint32 interface = 2;
    QByteArray more{};  // attributes

    explicit Route(const char* prefix) {
        const QList<QByteArray> parts = QByteArray(prefix).split('/');
        const auto address = api::Address::parse(QString::fromLatin1(parts.first())).value();
        to = QByteArray(reinterpret_cast<const char*>(address.bytes.data()), 16);
        head.rtm_family = address.isV4() ? AF_INET : AF_INET6;
        if (address.isV4())
            to = to.last(4);
        head.rtm_dst_len = quint8(parts.last().toInt());
        head.rtm_type = RTN_UNICAST;
        head.rtm_protocol = RTPROT_KERNEL;
        head.rtm_table = RT_TABLE_MAIN;
    }
    template <class Change>
    Route with(Change change) const {
        Route other = *this;
        change(other);
        return other;
    }
    Route by(quint8 protocol) const {
        return with([=](Route& route) { route.head.rtm_protocol = protocol; });
    }
    QByteArray body() const {
        return raw(head) + (head.rtm_dst_len ? attribute(RTA_DST, to) : QByteArray()) + more +
               attribute(RTA_OIF, raw(interface));
    }
};

inline QByteArray listed(const Route& route, quint32 sequence, quint16 flags = 0) {
    return message(RTM_NEWROUTE, quint16(NLM_F_MULTI | flags), sequence, route.body());
}

inline QByteArray listEnd(quint32 sequence, quint16 flags = 0, int error = 0) {
    return message(NLMSG_DONE, quint16(NLM_F_MULTI | flags), sequence, raw(error));
}

// Answers whoever opens it; each time on a socket of its own.
class FakeRoutes {
  public:
    QList<Route> routes;
    quint16 flags = 0;  // of the next list
    bool away = false;  // nobody can open it
    int lists = 0;      // that were asked for

    kernel::OnLinkNetworks::Open opener() {
        return [this] {
            int ends[2] = {-1, -1};
            errno = ECONNREFUSED;
            if (away || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
                return broker::Fd();
            kernel_ = broker::Fd(ends[0]);
            asks_ = std::make_unique<QSocketNotifier>(ends[0], QSocketNotifier::Read);
            QObject::connect(asks_.get(), &QSocketNotifier::activated, [this] { answer(); });
            return broker::Fd(ends[1]);
        };
    }
    void say(const QByteArray& datagram) const {
        QCOMPARE(::send(kernel_.get(), datagram.constData(), size_t(datagram.size()), MSG_NOSIGNAL),
                 ssize_t(datagram.size()));
    }
    void come(const Route& route) {
        routes.append(route);
        say(message(RTM_NEWROUTE, NLM_F_CREATE, 77, route.body()));
    }
    void goAway(qsizetype which) {
        const Route route = routes.takeAt(which);
        say(message(RTM_DELROUTE, 0, 77, route.body()));
    }
    void end() {
        asks_.reset();
        kernel_ = broker::Fd();
    }

  private:
    void answer() {
        nlmsghdr request{};
        if (::recv(kernel_.get(), &request, sizeof(request), MSG_DONTWAIT) !=
            ssize_t(sizeof(request))) {
            asks_->setEnabled(false);  // who asked has gone
            return;
        }
        ++lists;
        QCOMPARE(request.nlmsg_type, quint16(RTM_GETROUTE));
        QCOMPARE(request.nlmsg_flags, quint16(NLM_F_REQUEST | NLM_F_DUMP));
        QByteArray all;
        for (const Route& route : std::as_const(routes))
            all += listed(route, request.nlmsg_seq);
        say(all + listEnd(request.nlmsg_seq, std::exchange(flags, quint16(0))));
    }

    broker::Fd kernel_;
    std::unique_ptr<QSocketNotifier> asks_;
};

}  // namespace sallyport::tests
