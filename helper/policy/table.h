// A policy compiled for the kernel, and the matcher of bpf/match.h run over it in user space.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <optional>
#include <vector>

#include "api/http_requests.h"
#include "api/rule.h"
#include "api/status.h"
#include "bpf/abi.h"

namespace sallyport::policy {

// Number of an application in the kernel's maps, 0: not resolved. See bpf/abi.h.
using AppNumber = quint32;
// Number of a pattern of host names, or up to SP_LISTS of a list; 0: none. See PatternNumbers.
using PatternNumber = quint32;

// Whose slice: of an application, or SP_APP_ANY, and of a pattern, or 0.
struct SliceKey {
    AppNumber app = 0;
    PatternNumber pattern = 0;
    bool operator==(const SliceKey&) const = default;
};
size_t qHash(const SliceKey& key, size_t seed = 0);

// ALLOW, or LIMIT: slowly.
bool letsGo(sp_verdict verdict);

// What a rule with verdict LIMIT lets through; see sp_limit in bpf/abi.h.
struct Limit {
    api::RateLimit rate;
    quint64 quota = 0;  // bytes; 0: none
    quint64 used = 0;   // of it, for a count that the kernel does not have yet
    quint64 count = 0;
    sp_verdict spent = SP_VERDICT_BLOCK_ERROR;
    bool operator==(const Limit&) const = default;
};

// Lines as the kernel reads them: slices, and `head.any` for every application without a pattern,
// which is not among `slices`. head.generation is given by who loads the table.
struct Table {
    sp_policy head{};
    std::vector<sp_rule> rules;
    QHash<SliceKey, sp_slice> slices;
    QHash<quint32, Limit> limits;  // by rule; of all that are fast or have a quota, used up or not
    // By rule: what hangs on a request. Their lines say FIRST_DATA to the kernel, which reads none.
    struct OfRequest {
        api::HttpRequests wanted;
        sp_verdict verdict = SP_VERDICT_NONE;
    };
    QHash<quint32, OfRequest> requests;
};

// A slice of this number has the lines of blocking rules that ask for a name, whichever. The kernel
// looks for none.
inline constexpr PatternNumber kPatternUnclear = SP_PATTERN_UNSAID_GOES + 1;

// What is known of an attempt's remote besides its address.
struct Names {
    std::optional<QList<PatternNumber>> patterns;  // that its names match; none: no name is known
    bool pending = false;                          // a name may be on its way
    std::optional<QList<PatternNumber>> lists{};   // that contain its address; none: in no prefix
    bool unclear = false;                          // as in api::Attempt; then no `patterns`
    // That the names match which the system's resolver told somebody; none: none. They count where
    // it has no others, and where it may yet say one, for what stops it alone.
    std::optional<QList<PatternNumber>> hearsay{};
};

// Programs say in the first data of such a connection whom they mean.
bool saysName(api::Direction direction, quint8 protocol, quint16 remotePort);

struct Decision {
    sp_verdict verdict = SP_VERDICT_NONE;
    sp_reason reason = SP_REASON_NONE;
    quint32 rule = 0;
    bool operator==(const Decision&) const = default;
};
// It waits: for a person, or for the helper to say more.
bool isUndecided(const Decision& decision);

// What the kernel would decide: pause, block-all, unresolved application, rules, mode - in this
// order. `nowNs` is CLOCK_BOOTTIME. Never returns SP_VERDICT_NONE. Unlike the kernel it can know
// what is asked for over HTTP; where it does not and all hangs on it, the verdict is FIRST_DATA.
Decision decide(const Table& table, const sp_attempt& attempt, quint64 nowNs,
                const Names& names = {}, const api::HttpAsked& asked = {});

// As the maps `named` and `listed` hold it.
sp_named toKernel(const QList<PatternNumber>& patterns);
// Of too many, those that were said.
QList<PatternNumber> fromKernel(const sp_named& named);
sp_listed listsToKernel(const QList<PatternNumber>& lists);

}  // namespace sallyport::policy
