// A connection that a rule is about: see rule_attempt.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rule_attempt.h"

#include <netinet/in.h>

namespace sallyport::models {
namespace {

constexpr quint16 kHttps = 443;

// Of the family that the protocol and the address here go with.
api::Address addressFor(const api::Rule& rule) {
    using Kind = api::Remote::Kind;
    if (rule.remote.kind == Kind::Prefix)
        return rule.remote.prefix.address;
    const bool v6 = rule.protocol == IPPROTO_ICMPV6 || (rule.local && !rule.local->address.isV4());
    const auto address = [v6](const char* of4, const char* of6) {
        return api::Address::parse(QLatin1String(v6 ? of6 : of4)).value_or({});
    };
    if (rule.remote.kind == Kind::ThisMachine)
        return address("127.0.0.1", "::1");
    if (rule.remote.kind == Kind::LocalNetwork)
        return address("192.168.0.1", "fe80::1");
    return address("192.0.2.1", "2001:db8::1");  // RFC 5737, RFC 3849
}

quint16 portFor(const api::PortRange& ports, quint16 any) {
    return ports.isAny() ? any : ports.first;
}

}  // namespace

std::optional<api::Attempt> attemptFor(const api::Rule& rule, quint32 uid) {
    if (rule.remote.kind == api::Remote::Kind::List ||
        rule.remote.kind == api::Remote::Kind::Resolvers)
        return std::nullopt;
    api::Attempt attempt;
    attempt.app = rule.app;
    attempt.startedBy = rule.startedBy;
    attempt.process = rule.process;
    attempt.uid = rule.user.value_or(uid);
    attempt.interface = rule.interface;
    if (rule.local)
        attempt.local = rule.local->address;
    if (rule.remote.kind == api::Remote::Kind::Host) {
        const bool below = rule.remote.pattern.kind == api::HostPattern::Kind::Below;
        attempt.names = QStringList{below ? QStringLiteral("www.") + rule.remote.pattern.name
                                          : rule.remote.pattern.name};
    }
    if (rule.protocol != api::kFrames)
        attempt.remote = addressFor(rule);
    if (rule.protocol != 0)
        attempt.protocol = rule.protocol;
    if (rule.direction == api::Direction::Inbound)
        attempt.direction = api::Direction::Inbound;
    if (!api::protocolHasPorts(attempt.protocol))
        return attempt;
    const bool in = attempt.direction == api::Direction::Inbound;
    attempt.localPort = portFor(rule.localPorts, in ? kHttps : 0);
    attempt.remotePort = portFor(rule.remotePorts, in ? 0 : kHttps);
    return attempt;
}

}  // namespace sallyport::models
