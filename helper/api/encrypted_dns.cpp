// The list of resolvers is that of the ready rules in resources/examples/own-encrypted-dns.json.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/encrypted_dns.h"

#include <netinet/in.h>

#include <algorithm>

namespace sallyport::api {

const QList<HostPattern>& encryptedResolvers() {
    static const QList<HostPattern> kResolvers = [] {
        QList<HostPattern> patterns;
        for (const char* text : {".dns.google", ".cloudflare-dns.com", "one.one.one.one",
                                 ".quad9.net", "doh.opendns.com", ".adguard-dns.com", ".nextdns.io",
                                 ".cleanbrowsing.org", ".dns.mullvad.net", ".dns.sb", ".alidns.com",
                                 "doh.pub", ".dns0.eu", ".controld.com", "doh.libredns.gr"})
            patterns.append(HostPattern::parse(QString::fromLatin1(text)).value());
        return patterns;
    }();
    return kResolvers;
}

namespace {

constexpr quint16 kPort = 853;

}  // namespace

bool isEncryptedDns(const QStringList& names, quint8 protocol, quint16 remotePort) {
    if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
        return false;
    return remotePort == kPort || std::any_of(names.begin(), names.end(), [](const QString& name) {
               const auto& all = encryptedResolvers();
               return std::any_of(all.begin(), all.end(), [&](const HostPattern& pattern) {
                   return pattern.matches(name);
               });
           });
}

QList<Rule> rulesAgainstEncryptedDns(Rule rule) {
    QList<Rule> rules;
    rule.pinned = true;
    rule.direction = Direction::Outbound;
    Rule port = rule;
    port.remotePorts = PortRange::single(kPort);
    if (rule.app.kind == AppIdentity::Kind::Any) {
        Rule own = port;
        own.action = Action::Allow;
        own.app = {
            AppIdentity::Kind::Path, QStringLiteral("/usr/lib/systemd/systemd-resolved"), {}};
        rules.append(own);
    }
    for (Rule* one : {&port, &rule}) {
        one->action = Action::Block;
        one->blockStyle = BlockStyle::Refuse;
    }
    for (const auto protocol : {quint8{IPPROTO_TCP}, quint8{IPPROTO_UDP}}) {
        port.protocol = protocol;
        rules.append(port);
    }
    for (const HostPattern& resolver : encryptedResolvers()) {
        rule.remote = Remote::named(resolver);
        rules.append(rule);
    }
    return rules;
}

}  // namespace sallyport::api
