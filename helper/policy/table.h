// A policy compiled for the kernel, and the matcher of bpf/match.h run over it in user space.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <vector>

#include "api/status.h"
#include "bpf/abi.h"

namespace sallyport::policy {

// Number of an application in the kernel's maps, 0: not resolved. See bpf/abi.h.
using AppNumber = quint32;

// Lines in the order in which the kernel reads them: a slice per application, then `head.any`.
// head.generation is given by who loads the table.
struct Table {
    sp_policy head{};
    std::vector<sp_rule> rules;
    QHash<AppNumber, sp_slice> slices;
};

struct Decision {
    sp_verdict verdict = SP_VERDICT_NONE;
    sp_reason reason = SP_REASON_NONE;
    quint32 rule = 0;
    bool operator==(const Decision&) const = default;
};

// What the kernel would decide: pause, block-all, unresolved application, rules, mode - in this
// order. `nowNs` is CLOCK_BOOTTIME. Never returns SP_VERDICT_NONE.
Decision decide(const Table& table, const sp_attempt& attempt, quint64 nowNs);

}  // namespace sallyport::policy
