// The order of rules as a table of criteria.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/precedence.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

using api::AppIdentity;
using api::Remote;
using api::Rule;

// Names stand between the one address and all prefixes that are shorter than it.
qint64 nameRank(const api::HostPattern& pattern) {
    using Kind = api::HostPattern::Kind;
    constexpr qint64 kSeveral = 200, kOneName = 500;  // a name has 127 labels at most
    if (pattern.kind == Kind::Exact)
        return kOneName;
    return kSeveral + 2 * pattern.name.count(u'.') + (pattern.kind == Kind::Below ? 1 : 0);
}

qint64 remoteRank(const Rule& rule) {
    constexpr qint64 kAny = 0, kEveryIpv4 = 1, kList = 2, kLocalNetwork = 3, kResolvers = 4,
                     kPrefix = 5, kLoopbackBits = 104, kOneAddress = 1000;
    switch (rule.remote.kind) {
        case Remote::Kind::Any:
            return kAny;
        case Remote::Kind::LocalNetwork:
            return kLocalNetwork;
        case Remote::Kind::Resolvers:
            return kResolvers;
        case Remote::Kind::ThisMachine:
            return kPrefix + kLoopbackBits;
        case Remote::Kind::Host:
            return nameRank(rule.remote.pattern);
        case Remote::Kind::List:
            return kList;
        case Remote::Kind::Prefix:
            break;
    }
    const api::Cidr& prefix = rule.remote.prefix;
    if (prefix.isHost())
        return kOneAddress;
    return prefix.bits == 0 ? kEveryIpv4 : kPrefix + prefix.mappedBits();
}

qint64 localRank(const Rule& rule) {
    return rule.local ? 1 + rule.local->mappedBits() : 0;
}

// More than a rule can name: any.
qint64 methodCount(const Rule& rule) {
    constexpr qint64 kAny = 1000;
    return rule.http.methods.isEmpty() ? kAny : rule.http.methods.size();
}

// Of two rules, the one with the higher rank goes first.
struct Criterion {
    qint64 (*rank)(const Rule&);
    const char* why;
};

constexpr Criterion kCriteria[] = {
    {[](const Rule& r) -> qint64 { return r.pinned; }, "it is pinned"},
    {[](const Rule& r) -> qint64 { return r.app.kind != AppIdentity::Kind::Any; },
     "it names the program"},
    {[](const Rule& r) -> qint64 { return r.process != 0; }, "it is for this process alone"},
    {[](const Rule& r) -> qint64 { return r.startedBy.kind != AppIdentity::Kind::Any; },
     "it names who started the program"},
    {remoteRank, "its remote is narrower"},
    {[](const Rule& r) -> qint64 { return -r.remotePorts.width(); }, "it has fewer remote ports"},
    {[](const Rule& r) -> qint64 { return -r.localPorts.width(); }, "it has fewer local ports"},
    {localRank, "its local address is narrower"},
    {[](const Rule& r) -> qint64 { return !r.interface.isEmpty(); }, "it names the interface"},
    {[](const Rule& r) -> qint64 { return r.protocol != 0; }, "it names the protocol"},
    {[](const Rule& r) -> qint64 { return r.direction != api::Direction::Any; },
     "it names the direction"},
    {[](const Rule& r) -> qint64 { return r.user.has_value(); }, "it names the user"},
    {[](const Rule& r) -> qint64 { return r.http.path.size(); }, "its HTTP path is longer"},
    {[](const Rule& r) -> qint64 { return -methodCount(r); }, "it has fewer HTTP methods"},
    {[](const Rule& r) -> qint64 { return r.action != api::Action::Allow; },
     "blocking and auditing go before allowing"},
    {[](const Rule& r) -> qint64 { return r.id; }, "it is newer"},
};

// The criterion that puts `a` before `b`, or none.
const Criterion* firstAdvantage(const Rule& a, const Rule& b) {
    for (const Criterion& criterion : kCriteria) {
        const qint64 left = criterion.rank(a);
        const qint64 right = criterion.rank(b);
        if (left != right)
            return left > right ? &criterion : nullptr;
    }
    return nullptr;
}

}  // namespace

bool precedes(const Rule& a, const Rule& b) {
    return firstAdvantage(a, b) != nullptr;
}

QString whyFirst(const Rule& first, const Rule& second) {
    const Criterion* criterion = firstAdvantage(first, second);
    return criterion ? QString::fromLatin1(criterion->why) : QString();
}

QList<Rule> sorted(QList<Rule> rules) {
    if (!std::is_sorted(rules.cbegin(), rules.cend(), precedes))
        std::stable_sort(rules.begin(), rules.end(), precedes);
    return rules;
}

}  // namespace sallyport::policy
