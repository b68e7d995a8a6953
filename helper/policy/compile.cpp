// Rules to kernel tables.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/compile.h"

#include <algorithm>
#include <cstring>

#include "policy/precedence.h"

namespace sallyport::policy {
namespace {

using api::AppIdentity;
using api::Cidr;
using api::Remote;
using api::Rule;

using Lines = std::vector<sp_rule>;

constexpr quint32 kMaxSlices = SP_MAX_SLICES / 2;  // two tables share the map

sp_mode modeOf(api::Mode mode) {
    switch (mode) {
        case api::Mode::Ask:
            return SP_MODE_ASK;
        case api::Mode::Learn:
            return SP_MODE_LEARN;
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

AppNumber numbered(const AppIdentity& app, const Numbering& numberOf) {
    if (app.kind == AppIdentity::Kind::Any)
        return 0;
    return app.kind == AppIdentity::Kind::Kernel ? SP_APP_KERNEL : numberOf(app);
}

// The first `bits` bits set.
sp_addr maskOf(int bits) {
    sp_addr mask{};
    for (int i = 0; i < bits; ++i)
        mask.bytes[i / 8] = static_cast<quint8>(mask.bytes[i / 8] | (0x80u >> (i % 8)));
    return mask;
}

sp_rule withRemote(sp_rule line, const Cidr& prefix) {
    line.remote = toKernel(prefix.address);
    line.remote_mask = maskOf(prefix.mappedBits());
    line.remote.halves[0] &= line.remote_mask.halves[0];
    line.remote.halves[1] &= line.remote_mask.halves[1];
    return line;
}

// Everything of a line but the remote.
sp_rule lineOf(const Rule& rule, AppNumber startedBy) {
    sp_rule line{};
    line.process = rule.process;
    line.id = rule.id;
    line.started_by = startedBy;
    line.rport_first = rule.remotePorts.first;
    line.rport_last = rule.remotePorts.last;
    line.lport_first = rule.localPorts.first;
    line.lport_last = rule.localPorts.last;
    line.protocol = rule.protocol;
    line.direction = directionsOf(rule);
    line.verdict = static_cast<quint8>(verdictOf(rule.action, rule.blockStyle));
    if (rule.pinned)
        line.flags |= SP_RULE_PINNED;
    if (!rule.remotePorts.isAny())
        line.flags |= SP_RULE_HAS_RPORT;
    if (!rule.localPorts.isAny())
        line.flags |= SP_RULE_HAS_LPORT;
    if (rule.user) {
        line.flags |= SP_RULE_HAS_UID;
        line.uid = *rule.user;
    }
    return line;
}

void appendLines(Lines& lines, const Rule& rule, AppNumber startedBy) {
    const sp_rule line = lineOf(rule, startedBy);
    if (rule.local || !rule.interface.isEmpty())
        return;  // the kernel has no line for it yet: it fits nothing
    switch (rule.remote.kind) {
        case Remote::Kind::Any:
            lines.push_back(line);
            return;
        case Remote::Kind::Prefix:
            lines.push_back(withRemote(line, rule.remote.prefix));
            return;
        case Remote::Kind::LocalNetwork:
            for (const Cidr& prefix : localNetworks())
                lines.push_back(withRemote(line, prefix));
            return;
        case Remote::Kind::ThisMachine:
            for (const Cidr& prefix : thisMachine())
                lines.push_back(withRemote(line, prefix));
            return;
        case Remote::Kind::Host:
            return;  // nor for this
    }
}

// The lines of each application in order of precedence; 0: of any application.
api::Result<QHash<AppNumber, Lines>> linesByApp(const QList<Rule>& rules, const Numbering& numberOf,
                                                qint64 nowMs) {
    QHash<AppNumber, Lines> lines;
    size_t total = 0;
    for (const Rule& rule : sorted(rules)) {
        if (!rule.enabled || expired(rule, nowMs))
            continue;
        if (rule.id > api::kMaxRuleId)
            return api::failure(api::ErrorCode::Invalid,
                                QStringLiteral("rule id %1 is above %2, the highest the kernel can "
                                               "report")
                                    .arg(rule.id)
                                    .arg(api::kMaxRuleId));
        Lines& own = lines[numbered(rule.app, numberOf)];
        const size_t before = own.size();
        appendLines(own, rule, numbered(rule.startedBy, numberOf));
        total += own.size() - before;
        if (total > SP_MAX_RULES)
            return api::failure(
                api::ErrorCode::Invalid,
                QStringLiteral("too many rules: the kernel holds %1 lines (a rule for the local "
                               "network takes %2)")
                    .arg(SP_MAX_RULES)
                    .arg(localNetworks().size()));
    }
    return lines;
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
                           const Numbering& numberOf, qint64 nowMs) {
    auto lines = linesByApp(rules, numberOf, nowMs);
    if (!lines)
        return lines.error();
    if (lines->size() > static_cast<qsizetype>(kMaxSlices))
        return api::failure(
            api::ErrorCode::Invalid,
            QStringLiteral("rules for too many programs: the kernel holds %1").arg(kMaxSlices));

    Table table;
    table.head.mode = modeOf(now.mode);
    table.head.block_all = now.blockAll;
    table.head.paused_until = now.pausedUntilNs;
    for (auto own = lines->constBegin(); own != lines->constEnd(); ++own) {
        const sp_slice slice{static_cast<quint32>(table.rules.size()),
                             static_cast<quint32>(own->size())};
        if (own.key() == 0) {
            table.head.any = slice;
            table.head.any_pinned = static_cast<quint32>(
                std::count_if(own->begin(), own->end(),
                              [](const sp_rule& line) { return line.flags & SP_RULE_PINNED; }));
        } else {
            table.slices.insert(own.key(), slice);
        }
        table.rules.insert(table.rules.end(), own->begin(), own->end());
    }
    return table;
}

bool expired(const Rule& rule, qint64 nowMs) {
    return rule.lifetime == api::Lifetime::Timed && rule.expiresMs <= nowMs;
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
