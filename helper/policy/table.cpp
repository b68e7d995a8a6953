// The kernel's matcher over a table in memory.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/table.h"

#include <algorithm>

namespace {

using sallyport::policy::Table;

struct Env {
    const Table& table;
    std::optional<sp_named> named, hearsay;
    std::optional<sp_listed> listed;
    const sallyport::api::HttpAsked& asked;
    mutable sp_rule line{};  // the one that is looked at, when it is not as it stands in the table
};

constexpr quint8 kNoDirection = 0;  // fits nothing

// A line that hangs on a request, as it would be without that.
const sp_rule* lineOfRequest(const Env& env, const sp_rule& line) {
    using sallyport::api::HttpFit;
    const auto of = env.table.requests.constFind(line.id);
    if (of == env.table.requests.constEnd())
        return &line;
    const HttpFit fit = fitOf(of->wanted, env.asked);
    if (fit == HttpFit::Unsaid)
        return &line;
    const bool blocks = of->verdict != SP_VERDICT_ALLOW && of->verdict != SP_VERDICT_AUDIT;
    env.line = line;
    env.line.verdict = static_cast<quint8>(of->verdict);
    if (fit == HttpFit::No || (fit == HttpFit::Unclear && !blocks))
        env.line.direction = kNoDirection;
    return &env.line;
}

const sp_rule* sp_rule_at(const void* env, __u32 /*table*/, __u32 index) {
    const Env& all = *static_cast<const Env*>(env);
    if (index >= all.table.rules.size())
        return nullptr;
    const sp_rule& line = all.table.rules[index];
    return line.verdict == SP_VERDICT_FIRST_DATA ? lineOfRequest(all, line) : &line;
}

const sp_slice* sp_slice_of(const void* env, const sp_slice_key* key) {
    const Table& table = static_cast<const Env*>(env)->table;
    if (key->app == SP_APP_ANY && key->pattern == 0)
        return &table.head.any;
    const auto slice = table.slices.constFind({key->app, key->pattern});
    return slice == table.slices.constEnd() ? nullptr : &*slice;
}

const sp_named* sp_named_of(const void* env, const sp_addr* /*remote*/, __u64 /*process*/) {
    const auto& named = static_cast<const Env*>(env)->named;
    return named ? &*named : nullptr;
}

const sp_named* sp_hearsay_of(const void* env, const sp_addr* /*remote*/) {
    const auto& named = static_cast<const Env*>(env)->hearsay;
    return named ? &*named : nullptr;
}

const sp_listed* sp_listed_of(const void* env, const sp_addr* /*remote*/) {
    const auto& listed = static_cast<const Env*>(env)->listed;
    return listed ? &*listed : nullptr;
}

void sp_loop(__u32 count, long (*step)(__u32, void*), void* context) {
    for (__u32 i = 0; i < count && step(i, context) == 0; ++i) {
    }
}

}  // namespace

#include "bpf/match.h"

namespace sallyport::policy {

size_t qHash(const SliceKey& key, size_t seed) {
    return qHashMulti(seed, key.app, key.pattern);
}

bool saysName(api::Direction direction, quint8 protocol, quint16 remotePort) {
    sp_attempt attempt{};
    attempt.direction = direction == api::Direction::Outbound ? SP_DIRECTION_OUT : SP_DIRECTION_IN;
    attempt.protocol = protocol;
    attempt.rport = remotePort;
    attempt.has_ports = api::protocolHasPorts(protocol);
    return sp_may_say(&attempt) != 0;
}

bool letsGo(sp_verdict verdict) {
    return verdict == SP_VERDICT_ALLOW || verdict == SP_VERDICT_LIMIT;
}

bool isUndecided(const Decision& decision) {
    return decision.verdict == SP_VERDICT_HOLD || decision.verdict == SP_VERDICT_UNRESOLVED;
}

sp_named toKernel(const QList<PatternNumber>& patterns) {
    sp_named named{};
    named.count = static_cast<quint32>(std::min<qsizetype>(patterns.size(), SP_MAX_PATTERNS + 1));
    std::copy_n(patterns.begin(), std::min(named.count, SP_MAX_PATTERNS), named.patterns);
    return named;
}

QList<PatternNumber> fromKernel(const sp_named& named) {
    return {named.patterns, named.patterns + std::min(named.count, SP_MAX_PATTERNS)};
}

sp_listed listsToKernel(const QList<PatternNumber>& lists) {
    sp_listed listed{};
    listed.count =
        static_cast<quint8>(std::min<qsizetype>(lists.size(), qsizetype{SP_MAX_LISTS_OF} + 1));
    for (qsizetype i = 0; i < lists.size() && i < qsizetype{SP_MAX_LISTS_OF}; ++i)
        listed.lists[i] = static_cast<quint8>(lists[i]);
    return listed;
}

Decision decide(const Table& table, const sp_attempt& attempt, quint64 nowNs, const Names& names,
                const api::HttpAsked& asked) {
    Env env{table, std::nullopt, std::nullopt, std::nullopt, asked};
    if (names.patterns)
        env.named = toKernel(*names.patterns);
    else if (names.unclear)
        env.named = toKernel({kPatternUnclear});
    if (names.hearsay)
        env.hearsay = toKernel(*names.hearsay);
    if (names.lists)
        env.listed = listsToKernel(*names.lists);
    sp_scan scan{};
    scan.attempt = &attempt;
    scan.env = &env;
    scan.names_pending = names.pending;
    scan.table = table.head.generation & 1;
    sp_judge(&scan, &table.head, nowNs);
    return {static_cast<sp_verdict>(scan.verdict), static_cast<sp_reason>(scan.reason), scan.rule};
}

}  // namespace sallyport::policy
