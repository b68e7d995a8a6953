// Rules to kernel tables.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/compile.h"

#include <QSet>
#include <QVarLengthArray>
#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>

#include "policy/precedence.h"

namespace sallyport::policy {
namespace {

using api::AppIdentity;
using api::Cidr;
using api::Remote;
using api::Rule;

using Lines = std::vector<sp_rule>;

static_assert(SP_MAX_SLICES >= 2 * SP_MAX_LINES, "two tables share the map; no slice is empty");

sp_mode modeOf(api::Mode mode) {
    switch (mode) {
        case api::Mode::Ask:
            return SP_MODE_ASK;
        case api::Mode::Learn:
            return SP_MODE_LEARN;
        case api::Mode::Audit:
            return SP_MODE_AUDIT;
        case api::Mode::LockDown:
            break;
    }
    return SP_MODE_LOCK_DOWN;
}

quint8 directionsOf(const Rule& rule) {
    switch (rule.direction) {
        case api::Direction::Outbound:
            return SP_DIRECTION_OUT;
        case api::Direction::Inbound:
            return SP_DIRECTION_IN;
        case api::Direction::Any:
            break;
    }
    return SP_DIRECTION_OUT | SP_DIRECTION_IN;
}

AppNumber numbered(const AppIdentity& app, const Numbering& numbering) {
    if (app.kind == AppIdentity::Kind::Any)
        return 0;
    return app.kind == AppIdentity::Kind::Kernel ? SP_APP_KERNEL : numbering.app(app);
}

using AppNumbers = QVarLengthArray<AppNumber, 8>;

// All that stand for the application where its file has the content, or any when that is empty.
AppNumbers allNumbers(const AppIdentity& app, const QString& sha256, const Numbering& numbering) {
    AppNumbers numbers{numbered(app, numbering)};
    if (app.kind == AppIdentity::Kind::Path)
        for (const AppNumber number : numbering.contents(app, sha256))
            numbers.append(number);
    return numbers;
}

AppNumbers appsOf(const Rule& rule, const Numbering& numbering) {
    if (rule.app.kind == AppIdentity::Kind::Any)
        return {SP_APP_ANY};
    return allNumbers(rule.app, rule.sha256, numbering);
}

PatternNumber patternOf(const Rule& rule, const Numbering& numbering) {
    if (rule.remote.kind == Remote::Kind::Host)
        return numbering.pattern(rule.remote.pattern);
    if (rule.remote.kind == Remote::Kind::List)
        return numbering.list(rule.remote.list);
    return 0;
}

// The first `bits` bits set.
sp_addr maskOf(int bits) {
    sp_addr mask{};
    for (int i = 0; i < bits; ++i)
        mask.bytes[i / 8] = static_cast<quint8>(mask.bytes[i / 8] | (0x80u >> (i % 8)));
    return mask;
}

void setPrefix(const Cidr& prefix, sp_addr& address, sp_addr& mask) {
    address = toKernel(prefix.address);
    mask = maskOf(prefix.mappedBits());
    address.halves[0] &= mask.halves[0];
    address.halves[1] &= mask.halves[1];
}

// The second cache line.
void addRarities(const Rule& rule, const Numbering& numbering, sp_rule& line) {
    if (rule.process != 0) {
        line.flags |= SP_RULE_HAS_PROCESS;
        line.process = rule.process;
    }
    if (rule.local) {
        line.flags |= SP_RULE_HAS_LOCAL;
        setPrefix(*rule.local, line.local, line.local_mask);
    }
    if (!rule.interface.isEmpty()) {
        const quint32 interface = numbering.interface(rule.interface);
        line.flags |= SP_RULE_HAS_INTERFACE;
        line.ifindex = interface ? interface : SP_IFINDEX_GONE;
    }
}

sp_verdict kernelVerdictOf(const Rule& rule) {
    if (!rule.http.isAny())
        return SP_VERDICT_FIRST_DATA;
    const sp_verdict verdict = verdictOf(actionOf(rule), rule.blockStyle);
    const bool counts = !(rule.limit.isNone() && rule.quota.isNone());
    return verdict == SP_VERDICT_ALLOW && counts ? SP_VERDICT_LIMIT : verdict;
}

// Everything of a line but the remote, who started the program, and the rank.
sp_rule lineOf(const Rule& rule, const Numbering& numbering) {
    sp_rule line{};
    line.id = rule.id;
    line.rport_first = rule.remotePorts.first;
    line.rport_last = rule.remotePorts.last;
    line.lport_first = rule.localPorts.first;
    line.lport_last = rule.localPorts.last;
    line.protocol = rule.protocol;
    line.direction = directionsOf(rule);
    line.verdict = static_cast<quint8>(kernelVerdictOf(rule));
    if (!rule.remotePorts.isAny())
        line.flags |= SP_RULE_HAS_RPORT;
    if (!rule.localPorts.isAny())
        line.flags |= SP_RULE_HAS_LPORT;
    if (rule.user) {
        line.flags |= SP_RULE_HAS_UID;
        line.uid = *rule.user;
    }
    addRarities(rule, numbering, line);
    return line;
}

// None: any address. Where the remote is a name or a list, the pattern of the slice speaks of it.
std::optional<QList<Cidr>> prefixesOf(const Remote& remote, const Circumstances& now) {
    switch (remote.kind) {
        case Remote::Kind::Any:
        case Remote::Kind::Host:
        case Remote::Kind::List:
            break;
        case Remote::Kind::Resolvers: {
            QList<Cidr> all;
            for (const api::Address& resolver : now.resolvers)
                all.append(Cidr::host(resolver));
            return all;
        }
        case Remote::Kind::Prefix:
            return QList<Cidr>{remote.prefix};
        case Remote::Kind::LocalNetwork:
            return localNetworks() + now.localNetworks;
        case Remote::Kind::ThisMachine:
            return thisMachine();
    }
    return std::nullopt;
}

template <class Take>
void eachLine(const Rule& rule, PatternNumber pattern, const Circumstances& now,
              const Numbering& numbering, Take take) {
    sp_rule line = lineOf(rule, numbering);
    line.pattern = pattern;
    const std::optional<QList<Cidr>> prefixes = prefixesOf(rule.remote, now);
    for (const AppNumber starter : allNumbers(rule.startedBy, {}, numbering)) {
        line.started_by = starter;
        if (!prefixes) {
            take(line);
            continue;
        }
        for (const Cidr& prefix : *prefixes) {
            setPrefix(prefix, line.remote, line.remote_mask);
            take(line);
        }
    }
}

api::Error tooMany(const Circumstances& now) {
    return api::failure(api::ErrorCode::Invalid,
                        QStringLiteral("too many rules: the kernel holds %1 lines (a rule for the "
                                       "local network takes %2)")
                            .arg(SP_MAX_RULES)
                            .arg(localNetworks().size() + now.localNetworks.size()));
}

// All lines with their ranks, by slice, each in order of precedence.
api::Result<QHash<SliceKey, Lines>> linesBySlice(const QList<Rule>& rules, const Circumstances& now,
                                                 const Numbering& numbering, qint64 nowMs) {
    QHash<SliceKey, Lines> slices;
    quint32 rank = 0;
    const QList<Rule> inOrder = sorted(rules);
    for (const Rule& rule : inOrder) {
        if (!rule.enabled || expired(rule, nowMs) || stepsAside(rule))
            continue;
        if (rule.id > api::kMaxRuleId)
            return api::failure(api::ErrorCode::Invalid,
                                QStringLiteral("rule id %1 is above %2, the highest the kernel can "
                                               "report")
                                    .arg(rule.id)
                                    .arg(api::kMaxRuleId));
        const PatternNumber pattern = patternOf(rule, numbering);
        if (rule.remote.kind == Remote::Kind::List && pattern == 0)
            continue;  // there is no such list
        const AppNumbers apps = appsOf(rule, numbering);
        eachLine(rule, pattern, now, numbering, [&](sp_rule& line) {
            line.rank = ++rank;
            for (const AppNumber app : apps)
                slices[{app, pattern}].push_back(line);
        });
        if (rank > SP_MAX_RULES)
            return tooMany(now);
    }
    return slices;
}

// By what a line decides, and not by which it is.
QByteArray criteriaOf(sp_rule line) {
    line.id = 0;
    line.rank = 0;
    return {reinterpret_cast<const char*>(&line), sizeof line};
}

using Change = std::function<bool(sp_rule& line)>;  // false: it is left out

bool isOfAnyName(PatternNumber pattern) {
    return pattern >= SP_PATTERN_UNSAID && pattern <= kPatternUnclear;
}

// The lines of rules that ask for a name, whichever, under a pattern of their own: of those that
// differ in the name alone, the first.
void addNamed(QHash<SliceKey, Lines>& slices, const Numbering& numbering, PatternNumber pattern,
              const Change& change) {
    QHash<AppNumber, Lines> named;
    for (auto slice = slices.cbegin(); slice != slices.cend(); ++slice)
        if (slice.key().pattern > kPatternUnclear ||
            (slice.key().pattern != 0 && slice.key().pattern <= SP_LISTS &&
             numbering.hasNames(slice.key().pattern)))
            for (sp_rule line : *slice) {
                line.pattern = pattern;
                if (change(line))
                    named[slice.key().app].push_back(line);
            }
    for (auto of = named.begin(); of != named.end(); ++of) {
        std::sort(of->begin(), of->end(),
                  [](const sp_rule& a, const sp_rule& b) { return a.rank < b.rank; });
        QSet<QByteArray> seen;
        Lines& lines = slices[{of.key(), pattern}];
        for (const sp_rule& line : *of) {
            const QByteArray criteria = criteriaOf(line);
            if (seen.contains(criteria))
                continue;
            seen.insert(criteria);
            lines.push_back(line);
        }
    }
}

// The lines that say where a name matters that nobody knows yet.
bool unsaid(sp_rule& line) {
    line.verdict = SP_VERDICT_FIRST_DATA;
    line.id = 0;
    return true;
}

bool blocks(quint32 verdict) {
    return verdict == SP_VERDICT_BLOCK_ERROR || verdict == SP_VERDICT_BLOCK_REFUSE ||
           verdict == SP_VERDICT_BLOCK_SILENT;
}

// Those that count where a name is said that cannot be read. What hangs on a request blocks where
// that cannot be read either.
bool unclear(sp_rule& line) {
    return line.verdict == SP_VERDICT_FIRST_DATA || blocks(line.verdict);
}

QHash<quint32, Table::OfRequest> requestsOf(const QList<Rule>& rules) {
    QHash<quint32, Table::OfRequest> requests;
    for (const Rule& rule : rules)
        if (!rule.http.isAny())
            requests.insert(rule.id, {rule.http, verdictOf(rule.action, rule.blockStyle)});
    return requests;
}

sp_verdict spentVerdict(const Rule& rule) {
    switch (rule.quota.then) {
        case api::WhenUsedUp::Ask:
            return SP_VERDICT_HOLD;
        case api::WhenUsedUp::Notify:
            return SP_VERDICT_LIMIT;
        case api::WhenUsedUp::Block:
            break;
    }
    return verdictOf(api::Action::Block, rule.blockStyle);
}

api::Result<QHash<quint32, Limit>> limitsOf(const QList<Rule>& rules, const Numbering& numbering,
                                            qint64 nowMs) {
    QHash<quint32, Limit> limits;
    for (const Rule& rule : rules) {
        if (!rule.enabled || expired(rule, nowMs) || (rule.limit.isNone() && rule.quota.isNone()))
            continue;
        Limit limit{rule.limit};
        if (!rule.quota.isNone())
            limit = {rule.limit, rule.quota.bytes, rule.quota.used, numbering.count(rule),
                     spentVerdict(rule)};
        limits.insert(rule.id, limit);
    }
    if (limits.size() > SP_MAX_LIMITS)
        return api::failure(api::ErrorCode::Invalid,
                            QStringLiteral("at most %1 rules can limit the speed or have a quota")
                                .arg(SP_MAX_LIMITS));
    return limits;
}

QList<Cidr> parsedAll(std::initializer_list<const char*> texts) {
    QList<Cidr> prefixes;
    for (const char* text : texts)
        prefixes.append(Cidr::parse(QString::fromLatin1(text)).value());
    return prefixes;
}

}  // namespace

sp_verdict verdictOf(api::Action action, api::BlockStyle style) {
    if (action == api::Action::Allow)
        return SP_VERDICT_ALLOW;
    if (action == api::Action::Audit)
        return SP_VERDICT_AUDIT;
    switch (style) {
        case api::BlockStyle::Refuse:
            return SP_VERDICT_BLOCK_REFUSE;
        case api::BlockStyle::Silent:
            return SP_VERDICT_BLOCK_SILENT;
        case api::BlockStyle::Error:
            break;
    }
    return SP_VERDICT_BLOCK_ERROR;
}

api::Result<Table> compile(const QList<Rule>& rules, const Circumstances& now,
                           const Numbering& numbering, qint64 nowMs) {
    auto lines = linesBySlice(rules, now, numbering, nowMs);
    if (!lines)
        return lines.error();
    const QHash<quint32, Table::OfRequest> requests = requestsOf(rules);
    addNamed(*lines, numbering, SP_PATTERN_UNSAID, unsaid);
    addNamed(*lines, numbering, SP_PATTERN_UNSAID_GOES, [&](sp_rule& line) {
        const auto of = requests.constFind(line.id);
        const quint32 verdict = of == requests.constEnd() ? line.verdict : quint32{of->verdict};
        return !blocks(verdict) && unsaid(line);
    });
    addNamed(*lines, numbering, kPatternUnclear, unclear);

    const auto limits = limitsOf(rules, numbering, nowMs);
    if (!limits)
        return limits.error();

    Table table;
    table.limits = *limits;
    table.requests = requests;
    table.head.mode = modeOf(now.mode);
    table.head.block_all = now.blockAll;
    table.head.paused_until = now.pausedUntilNs;
    table.head.named_first = std::numeric_limits<quint32>::max();
    table.rules.reserve(
        std::accumulate(lines->cbegin(), lines->cend(), size_t(0),
                        [](size_t sum, const Lines& of) { return sum + of.size(); }));
    for (auto own = lines->cbegin(); own != lines->cend(); ++own) {
        const SliceKey& key = own.key();
        const sp_slice slice{static_cast<quint32>(table.rules.size()),
                             static_cast<quint32>(own->size())};
        if (key == SliceKey{SP_APP_ANY, 0}) {
            table.head.any = slice;
            table.head.any_first = own->front().rank;
        } else {
            table.slices.insert(key, slice);
        }
        if (key.pattern != 0 && !isOfAnyName(key.pattern)) {
            table.head.named += slice.count;
            table.head.named_first = std::min(table.head.named_first, own->front().rank);
            if (key.pattern <= SP_LISTS)
                table.head.listed += slice.count;
        }
        table.rules.insert(table.rules.end(), own->begin(), own->end());
    }
    if (table.rules.size() > SP_MAX_LINES)
        return tooMany(now);
    return table;
}

bool expired(const Rule& rule, qint64 nowMs) {
    return rule.lifetime == api::Lifetime::Timed && rule.expiresMs <= nowMs;
}

bool stepsAside(const Rule& rule) {
    return rule.quota.isUsedUp() && rule.quota.then == api::WhenUsedUp::Ask;
}

api::Action actionOf(const Rule& rule) {
    return rule.quota.isUsedUp() && rule.quota.then == api::WhenUsedUp::Block ? api::Action::Block
                                                                              : rule.action;
}

// RFC 1918, 3927, 4193, 4291 and 5771.
const QList<Cidr>& localNetworks() {
    static const QList<Cidr> kRanges =
        parsedAll({"192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "169.254.0.0/16", "224.0.0.0/4",
                   "255.255.255.255/32", "fe80::/10", "fc00::/7", "ff00::/8"});
    return kRanges;
}

const QList<Cidr>& thisMachine() {
    static const QList<Cidr> kRanges = parsedAll({"127.0.0.0/8", "::1/128"});
    return kRanges;
}

sp_addr toKernel(const api::Address& address) {
    sp_addr out;
    static_assert(sizeof out.bytes == sizeof address.bytes);
    std::memcpy(out.bytes, address.bytes.data(), sizeof out.bytes);
    return out;
}

api::Address fromKernel(const sp_addr& address) {
    api::Address out;
    std::memcpy(out.bytes.data(), address.bytes, sizeof address.bytes);
    return out;
}

}  // namespace sallyport::policy
