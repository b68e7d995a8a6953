// Random rules and attempts that often meet, the same ones for the same seed.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy_generator.h"

#include <QDebug>

namespace sallyport::tests {
namespace {

using api::AppIdentity;
using api::Attempt;
using api::Remote;
using api::Rule;
using Kind = AppIdentity::Kind;

const QList<AppIdentity> kApps = {
    {Kind::Path, QStringLiteral("/usr/bin/curl"), {}},
    {Kind::Path, QStringLiteral("/usr/bin/bash"), {}},
    {Kind::Path, QStringLiteral("/usr/bin/python3"), {}},
    {Kind::Script, QStringLiteral("/usr/bin/python3"), QStringLiteral("/usr/bin/meld")},
    {Kind::Foreign, QStringLiteral("/usr/bin/curl (8:77)"), {}},
    {Kind::Kernel, {}, {}},
};

// Both families, and the edges of the ranges that have a meaning.
const char* const kAddresses[] = {
    "10.1.2.3",
    "10.1.2.4",
    "192.168.7.7",
    "172.31.255.255",
    "172.32.0.0",
    "93.184.216.34",
    "93.184.216.35",
    "127.0.0.1",
    "127.5.5.5",
    "128.0.0.1",
    "224.0.0.251",
    "255.255.255.255",
    "255.255.255.254",
    "169.254.1.1",
    "0.0.0.0",
    "::1",
    "::2",
    "::7f00:1",
    "fe80::1",
    "fec0::1",
    "fd00::7",
    "fe00::1",
    "ff02::fb",
    "2001:db8::1",
    "2001:db8:0:1::2",
    "2606:4700::6810:1",
    "::fffe:10.1.2.3",
    "0:0:0:1::1",
};

// Some below others, some that only look so.
const QStringList kNames = {
    QStringLiteral("example.org"),       QStringLiteral("www.example.org"),
    QStringLiteral("a.www.example.org"), QStringLiteral("notexample.org"),
    QStringLiteral("example.com"),       QStringLiteral("org"),
    QStringLiteral("printer"),           QStringLiteral("cdn.example.net"),
};
const QStringList kPatternFronts = {QString(), QStringLiteral("*."), QStringLiteral(".")};
const QStringList kInterfaces = {QStringLiteral("lo"), QStringLiteral("eth0"),
                                 QStringLiteral("wg0")};
const QStringList kLists = {QStringLiteral("ads"), QStringLiteral("bad"), QStringLiteral("ours")};
const QList<QStringList> kMethods = {
    {}, {QStringLiteral("GET")}, {QStringLiteral("GET"), QStringLiteral("HEAD")}};
const QStringList kPaths = {QString(), QStringLiteral("/status"), QStringLiteral("/status/d")};
const QString kNoList = QStringLiteral("gone");
const QString kNoInterface = QStringLiteral("gone0");

constexpr quint16 kPorts[] = {0, 1, 22, 53, 80, 443, 1024, 5353, 65534, 65535};
constexpr quint8 kProtocols[] = {1, 2, 6, 6, 6, 17, 17, 17, 58, 132, 136, api::kFrames};
constexpr quint32 kUsers[] = {0, 1000, 1001};
constexpr quint64 kProcesses[] = {7, 8, 9};

}  // namespace

quint32 seed() {
    bool given = false;
    const quint32 wanted = qEnvironmentVariable("SALLYPORT_SEED").toUInt(&given);
    const quint32 used = given ? wanted : 20240229u;
    qInfo() << "SALLYPORT_SEED" << used;
    return used;
}

AppIdentity Generator::app() {
    return oneOf(kApps);
}

Generator::Generator(quint32 seed) : random_(seed) {
    for (int count = below(4); count > 0; --count)
        resolvers_.append(address());
    for (const char* network : {"93.184.216.34/31", "2001:db8::/64", "2606:4700::/48"})
        if (chance(60))
            onLink_.append(api::Cidr::parse(QString::fromLatin1(network)).value());
}

api::Address Generator::address() {
    return api::Address::parse(QString::fromLatin1(oneOf(kAddresses))).value();
}

Remote Generator::remote() {
    if (chance(20))
        return Remote::listed(chance(90) ? oneOf(kLists) : kNoList);
    switch (below(10)) {
        case 0:
            return {};
        case 9:
            return {Remote::Kind::Resolvers, {}};
        case 4:
        case 5:
        case 6:
            return Remote::parse(oneOf(kPatternFronts) + oneOf(kNames)).value();
        case 1:
            return {Remote::Kind::LocalNetwork, {}};
        case 2:
            return {Remote::Kind::ThisMachine, {}};
        case 3:
            return Remote::host(address());
        default:
            return {Remote::Kind::Prefix, network()};
    }
}

api::Cidr Generator::network() {
    for (;;) {
        const api::Address within = address();
        api::Cidr prefix{within, below(within.isV4() ? 33 : 129)};
        for (int bit = prefix.mappedBits(); bit < 128; ++bit) {
            quint8& byte = prefix.address.bytes[static_cast<size_t>(bit / 8)];
            byte = static_cast<quint8>(byte & ~(0x80 >> (bit % 8)));
        }
        if (api::Cidr::parse(prefix.toString()))  // not one that takes in the other family
            return prefix;
    }
}

api::PortRange Generator::ports() {
    if (chance(50))
        return {};
    const quint16 one = oneOf(kPorts);
    const quint16 other = chance(50) ? one : oneOf(kPorts);
    return {std::min(one, other), std::max(one, other)};
}

Rule Generator::rule() {
    Rule rule;
    rule.enabled = chance(92);
    rule.pinned = chance(12);
    rule.action = chance(50)   ? api::Action::Allow
                  : chance(25) ? api::Action::Audit
                               : api::Action::Block;
    if (rule.action == api::Action::Allow && chance(20))
        rule.limit.up = api::kLeastRate;
    if (rule.action == api::Action::Allow && chance(20))
        rule.quota = {api::kLeastQuota, api::Period::Day, static_cast<api::WhenUsedUp>(below(3)),
                      api::kLeastQuota - 1 + below(2)};
    rule.blockStyle = static_cast<api::BlockStyle>(below(3));
    if (chance(55))
        rule.app = app();
    if (chance(20))
        rule.startedBy = kApps[below(4)];
    if (chance(20))
        rule.user = oneOf(kUsers);
    rule.direction = static_cast<api::Direction>(below(3));
    rule.remote = remote();
    if (chance(60))
        rule.protocol = oneOf(kProtocols);
    if (rule.protocol == 0 || api::protocolHasPorts(rule.protocol)) {
        rule.remotePorts = ports();
        if (chance(25))
            rule.localPorts = ports();
    }
    if (rule.protocol == 6 && rule.direction == api::Direction::Outbound && rule.limit.isNone() &&
        rule.quota.isNone() && chance(50)) {
        rule.http.methods = oneOf(kMethods);
        rule.http.path = oneOf(kPaths);
    }
    if (chance(12))
        rule.local = network();
    if (chance(12))
        rule.interface = chance(90) ? oneOf(kInterfaces) : kNoInterface;
    if (chance(12)) {
        rule.lifetime = api::Lifetime::Process;
        rule.process = oneOf(kProcesses);
    } else if (chance(15)) {
        rule.lifetime = api::Lifetime::Timed;
        rule.expiresMs = kNowMs - 1 + below(3);
    }
    if (rule.protocol == api::kFrames) {
        rule.direction = chance(50) ? api::Direction::Outbound : api::Direction::Any;
        rule.remote = {};
        rule.local.reset();
        rule.interface.clear();
        rule.limit = {};
        rule.quota = {};
    }
    if (!api::validate(rule)) {  // what contradicts itself
        rule.startedBy = {};
        rule.local.reset();
        if (rule.remote.kind == Remote::Kind::Prefix && !api::protocolHasPorts(rule.protocol))
            rule.protocol = 0;
    }
    return rule;
}

QList<Rule> Generator::rules(int count) {
    QList<Rule> all;
    for (int id = 1; id <= count; ++id) {
        Rule next = rule();
        if (!all.isEmpty() && chance(15))  // the same once more: the last criteria must tell
            next = oneOf(all);
        if (chance(10)) {
            next.action = chance(50) ? api::Action::Block : api::Action::Audit;
            next.limit = {};
            next.quota = {};
        }
        next.id = static_cast<api::RuleId>(id);
        if (const auto valid = api::validate(next); !valid)
            qFatal("the generator made an invalid rule: %s", qPrintable(valid.error().text));
        all.insert(below(static_cast<int>(all.size()) + 1), next);
    }
    return all;
}

policy::Circumstances Generator::circumstances() {
    policy::Circumstances now;
    now.mode = static_cast<api::Mode>(below(4));
    now.blockAll = chance(10);
    if (chance(20))
        now.pausedUntilNs = kNowNs - 1 + static_cast<quint64>(below(3));
    now.resolvers = resolvers_;
    now.localNetworks = onLink_;
    return now;
}

// Changes the attempt so that the rule fits, more or less.
void Generator::imitate(Attempt& attempt, const Rule& rule) {
    if (rule.app.kind != Kind::Any)
        attempt.app = rule.app;
    if (rule.startedBy.kind != Kind::Any && chance(80))
        attempt.startedBy = rule.startedBy;
    if (rule.process != 0)
        attempt.process = rule.process;
    if (rule.user)
        attempt.uid = *rule.user;
    if (rule.direction != api::Direction::Any)
        attempt.direction = rule.direction;
    if (rule.protocol != 0)
        attempt.protocol = rule.protocol;
    if (rule.remote.kind == Remote::Kind::Prefix && chance(60))
        attempt.remote = rule.remote.prefix.address;
    if (rule.remote.kind == Remote::Kind::Resolvers && !resolvers_.isEmpty())
        attempt.remote = oneOf(resolvers_);
    if (rule.remote.kind == Remote::Kind::LocalNetwork && !onLink_.isEmpty() && chance(50))
        attempt.remote = oneOf(onLink_).address;
    if (rule.remote.kind == Remote::Kind::Host && chance(80))
        attempt.names.append(rule.remote.pattern.name);
    if (rule.local && rule.local->address != api::Address())
        attempt.local = rule.local->address;
    if (!rule.interface.isEmpty() && rule.interface != kNoInterface)
        attempt.interface = rule.interface;
    attempt.remotePort = chance(50) ? rule.remotePorts.first : rule.remotePorts.last;
    attempt.localPort = chance(50) ? rule.localPorts.first : rule.localPorts.last;
}

Attempt Generator::attempt(const QList<Rule>& rules) {
    Attempt attempt;
    if (chance(92))
        attempt.app = app();
    if (chance(75))
        attempt.startedBy = kApps[below(4)];
    if (chance(70))
        attempt.process = oneOf(kProcesses);
    attempt.uid = oneOf(kUsers);
    attempt.direction = chance(60) ? api::Direction::Outbound : api::Direction::Inbound;
    attempt.protocol = oneOf(kProtocols);
    attempt.remote = address();
    attempt.remotePort = oneOf(kPorts);
    attempt.localPort = oneOf(kPorts);
    for (int names = below(4); names > 0; --names)
        attempt.names.append(oneOf(kNames));
    if (chance(85))
        attempt.local = address();
    if (chance(85))
        attempt.interface = oneOf(kInterfaces);
    attempt.http.state = static_cast<api::HttpAsked::State>(below(4));
    if (attempt.http.state == api::HttpAsked::State::Read) {
        attempt.http.method = chance(50) ? QStringLiteral("GET") : QStringLiteral("POST");
        if (chance(80))
            attempt.http.path = chance(50) ? QStringLiteral("/status/disk") : QStringLiteral("/a");
    }
    if (!rules.isEmpty() && chance(50))
        imitate(attempt, oneOf(rules));
    if (attempt.protocol == api::kFrames) {
        attempt.direction = api::Direction::Outbound;
        attempt.remote = {};
        attempt.names.clear();
        attempt.local.reset();
        attempt.interface.clear();
    }
    attempt.resolver = resolvers_.contains(attempt.remote);
    for (const api::Cidr& network : std::as_const(onLink_))
        attempt.neighbour = attempt.neighbour || network.contains(attempt.remote);
    attempt.hearsay = !attempt.names.isEmpty() && chance(40);
    if (attempt.names.isEmpty() ||
        attempt.hearsay)  // who has read a request knows whether it says a name
        attempt.http = {};
    attempt.unclear = attempt.nameless =
        attempt.protocol != api::kFrames && attempt.names.isEmpty() && chance(30);
    if (attempt.unclear)
        attempt.http.state =
            chance(50) ? api::HttpAsked::State::Unclear : api::HttpAsked::State::Hidden;
    return attempt;
}

// "ads" has names only, "bad" prefixes only, "ours" both; there is no list "gone".
policy::Listing listing(const QString& list, const Attempt& attempt) {
    const auto named = [&](const char* name) {
        return attempt.names.contains(QString::fromLatin1(name));
    };
    const auto within = [&](const char* prefix) {
        return api::Cidr::parse(QString::fromLatin1(prefix))->contains(attempt.remote);
    };
    if (list == kLists[0])
        return {true, named("example.org") || named("cdn.example.net"), true, {}};
    if (list == kLists[1])
        return {true, within("93.184.0.0/16") || within("2001:db8::/32"), false, {}};
    if (list == kLists[2])
        return {true, named("printer") || within("10.1.0.0/16"), true, {}};
    return {};
}

policy::AppNumber Numbers::of(const AppIdentity& app) {
    if (app.kind == Kind::Kernel)
        return SP_APP_KERNEL;
    const auto next = static_cast<policy::AppNumber>(SP_APP_FIRST + numbers_.size());
    const auto known = numbers_.constFind(app);
    return known == numbers_.constEnd() ? *numbers_.insert(app, next) : *known;
}

quint32 Numbers::interface(const QString& name) {
    return static_cast<quint32>(kInterfaces.indexOf(name) + 1);
}

sp_attempt toKernel(const Attempt& attempt, Numbers& numbers) {
    const auto numbered = [&](const AppIdentity& app) {
        return app.kind == Kind::Any ? policy::AppNumber{0} : numbers.of(app);
    };
    sp_attempt out{};
    out.remote = policy::toKernel(attempt.remote);
    out.process = attempt.process;
    out.app = numbered(attempt.app);
    out.started_by = numbered(attempt.startedBy);
    out.uid = attempt.uid;
    out.rport = attempt.remotePort;
    out.lport = attempt.localPort;
    out.protocol = attempt.protocol;
    out.direction =
        attempt.direction == api::Direction::Inbound ? SP_DIRECTION_IN : SP_DIRECTION_OUT;
    out.has_ports = api::protocolHasPorts(attempt.protocol);
    if (attempt.local)
        out.local = policy::toKernel(*attempt.local);
    out.ifindex = Numbers::interface(attempt.interface);
    return out;
}

bool Numbers::hasNames(policy::PatternNumber list) {
    return list != Numbers::list(kLists[1]);
}

quint32 Numbers::list(const QString& name) {
    return static_cast<quint32>(kLists.indexOf(name) + 1);
}

policy::Names namesOf(const Attempt& attempt, const QList<Rule>& rules, Numbers& numbers) {
    policy::Names known;
    Attempt nameless = attempt;
    nameless.names.clear();
    Attempt placeless = attempt;
    placeless.remote = {};
    QSet<policy::PatternNumber> all;
    for (const QString& list : kLists) {
        if (listing(list, nameless).listed) {
            known.lists = known.lists.value_or(QList<policy::PatternNumber>());
            known.lists->append(Numbers::list(list));
        }
        if (listing(list, placeless).listed)
            all.insert(Numbers::list(list));
    }
    known.unclear = attempt.unclear;
    if (attempt.names.isEmpty())
        return known;
    for (const Rule& rule : rules) {
        if (rule.remote.kind != Remote::Kind::Host)
            continue;
        for (const QString& name : attempt.names) {
            if (rule.remote.pattern.matches(name))
                all.insert(numbers.of(rule.remote.pattern));
        }
    }
    (attempt.hearsay ? known.hearsay : known.patterns) = all.values();
    return known;
}

}  // namespace sallyport::tests
