// NETLINK_ROUTE messages: see route_messages.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/route_messages.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "policy/compile.h"

namespace sallyport::kernel {

namespace {

constexpr quint32 kLoopback = 1;  // LOOPBACK_IFINDEX of include/net/flow.h

template <class Value>
std::optional<Value> valueAt(QByteArrayView bytes, qsizetype offset = 0) {
    if (bytes.size() < offset + qsizetype(sizeof(Value)))
        return std::nullopt;
    Value value;
    std::memcpy(&value, bytes.data() + offset, sizeof(value));
    return value;
}

// Takes the first `size` bytes, and what fills them up to four.
QByteArrayView take(QByteArrayView& bytes, qsizetype size) {
    const QByteArrayView first = bytes.first(size);
    bytes = bytes.sliced(std::min<qsizetype>(NLMSG_ALIGN(quint32(size)), bytes.size()));
    return first;
}

struct Attributes {
    QByteArrayView to{};  // network order
    quint32 interface = 0;
    quint32 table = 0;
    qint32 expires = 0;    // in clock ticks (sysconf(3)); 0: never; negative: it has
    bool leadsOn = false;  // by a router, or by more than one way
};

// None: they are not whole.
std::optional<Attributes> attributesOf(QByteArrayView bytes) {
    Attributes all;
    while (!bytes.isEmpty()) {
        const auto head = valueAt<rtattr>(bytes);
        if (!head || head->rta_len < sizeof(rtattr) || head->rta_len > bytes.size())
            return std::nullopt;
        const QByteArrayView value = take(bytes, head->rta_len).sliced(sizeof(rtattr));
        switch (head->rta_type & NLA_TYPE_MASK) {
            case RTA_DST:
                all.to = value;
                break;
            case RTA_OIF:
                all.interface = valueAt<quint32>(value).value_or(0);
                break;
            case RTA_TABLE:
                all.table = valueAt<quint32>(value).value_or(0);
                break;
            case RTA_CACHEINFO:
                all.expires = valueAt<rta_cacheinfo>(value).value_or(rta_cacheinfo{}).rta_expires;
                break;
            case RTA_GATEWAY:
            case RTA_VIA:
            case RTA_MULTIPATH:
            case RTA_NH_ID:
            case RTA_ENCAP:
                all.leadsOn = true;
                break;
            default:
                break;
        }
    }
    return all;
}

// Of the right length; none: the other bits are not zero.
std::optional<api::Cidr> prefixOf(QByteArrayView to, int bits) {
    api::Cidr prefix{api::Address::v4(0), bits};
    std::copy(to.begin(), to.end(), prefix.address.bytes.end() - to.size());
    for (int bit = int(128 - 8 * to.size()) + bits; bit < 128; ++bit) {
        if (prefix.address.bytes[size_t(bit) / 8] & (0x80u >> (bit % 8)))
            return std::nullopt;
    }
    return prefix;
}

bool isAnnounced(const rtmsg& route) {
    return route.rtm_type == RTN_UNICAST &&
           (route.rtm_protocol == RTPROT_KERNEL || route.rtm_protocol == RTPROT_RA);
}

bool isPrivate(const api::Cidr& network) {
    const QList<api::Cidr>& ranges = policy::localNetworks();
    return std::any_of(ranges.begin(), ranges.end(), [&](const api::Cidr& range) {
        return range.mappedBits() <= network.mappedBits() && range.contains(network.address);
    });
}

Life lifeOf(qint32 ticks) {
    if (ticks == 0)
        return std::nullopt;
    return std::chrono::milliseconds(qint64{ticks} * 1000 / sysconf(_SC_CLK_TCK));
}

struct OnLink {
    api::Cidr network;
    Life until{};
};

// `message`: what follows the header.
std::optional<OnLink> onLink(QByteArrayView message) {
    const auto route = valueAt<rtmsg>(message);
    if (!route || !isAnnounced(*route) || route->rtm_src_len != 0 || route->rtm_tos != 0 ||
        (route->rtm_flags & (RTM_F_CLONED | RTNH_F_DEAD)) != 0)
        return std::nullopt;
    const bool v6 = route->rtm_family == AF_INET6;
    if (!v6 && route->rtm_family != AF_INET)
        return std::nullopt;
    const int widest = v6 ? 48 : 16, host = v6 ? 128 : 32, bits = route->rtm_dst_len;
    if (bits < widest || bits >= host)
        return std::nullopt;
    const auto with = attributesOf(message.sliced(NLMSG_ALIGN(sizeof(rtmsg))));
    if (!with || with->leadsOn || with->expires < 0 || with->interface == 0 ||
        with->interface == kLoopback ||
        (with->table ? with->table : route->rtm_table) != RT_TABLE_MAIN ||
        with->to.size() != host / 8)
        return std::nullopt;
    const quint8 first = quint8(with->to.front());
    const bool forInternet = v6 ? (first & 0xe0u) == 0x20 : first != 0 && first < 224;
    const auto network = forInternet ? prefixOf(with->to, bits) : std::nullopt;
    if (!network || isPrivate(*network))
        return std::nullopt;
    return OnLink{*network, lifeOf(with->expires)};
}

// A route that takes the place of another is of that one's prefix, and may be of anybody.
bool changesRoutes(const nlmsghdr& head, QByteArrayView message) {
    if (head.nlmsg_type == RTM_DELLINK)
        return true;
    if (head.nlmsg_type == RTM_NEWLINK) {
        const auto link = valueAt<ifinfomsg>(message);
        return link && (link->ifi_flags & IFF_UP) == 0;
    }
    if (head.nlmsg_type != RTM_NEWROUTE && head.nlmsg_type != RTM_DELROUTE)
        return false;
    const auto route = valueAt<rtmsg>(message);
    return route && (isAnnounced(*route) || (head.nlmsg_flags & NLM_F_REPLACE) != 0);
}

// Whatever it says: its name may be new.
bool isOfLink(const nlmsghdr& head) {
    return head.nlmsg_type == RTM_NEWLINK || head.nlmsg_type == RTM_DELLINK;
}

// NLMSG_ERROR has an errno first, and NLMSG_DONE may; both negative.
int errorIn(QByteArrayView message) {
    constexpr qint32 kMost = 4095;  // MAX_ERRNO of include/linux/err.h
    return -std::clamp(valueAt<qint32>(message).value_or(0), -kMost, 0);
}

void readAnswer(const nlmsghdr& head, QByteArrayView message, RouteMessages& said) {
    said.interrupted = said.interrupted || (head.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
    switch (head.nlmsg_type) {
        case NLMSG_DONE:
            said.ended = true;
            [[fallthrough]];
        case NLMSG_ERROR:
            said.error = errorIn(message);
            break;
        case RTM_NEWROUTE:
            if (const auto found = onLink(message)) {
                said.networks.append(found->network);
                said.until = earlier(said.until, found->until);
            }
            break;
        default:
            break;
    }
}

}  // namespace

Life earlier(const Life& a, const Life& b) {
    return a && b ? std::min(a, b) : a ? a : b;
}

QByteArray routesRequest(quint32 sequence) {
    struct {
        nlmsghdr head;
        rtmsg body;
    } request{};
    request.head.nlmsg_len = sizeof(request);
    request.head.nlmsg_type = RTM_GETROUTE;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.head.nlmsg_seq = sequence;
    request.body.rtm_family = AF_UNSPEC;
    return {reinterpret_cast<const char*>(&request), sizeof(request)};
}

RouteMessages readRoutes(QByteArrayView bytes, quint32 dump) {
    RouteMessages said;
    while (!bytes.isEmpty()) {
        const auto head = valueAt<nlmsghdr>(bytes);
        if (!head || head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > size_t(bytes.size())) {
            said.error = EBADMSG;
            return said;
        }
        const QByteArrayView message = take(bytes, head->nlmsg_len).sliced(sizeof(nlmsghdr));
        // A notice has the number of the request that it comes of, which may be the same.
        const bool answers = (head->nlmsg_flags & NLM_F_MULTI) != 0 ||
                             head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE;
        if (!answers) {
            said.changed = said.changed || changesRoutes(*head, message);
            said.links = said.links || isOfLink(*head);
        } else if (dump != 0 && head->nlmsg_seq == dump) {
            readAnswer(*head, message, said);
        }
    }
    return said;
}

}  // namespace sallyport::kernel
