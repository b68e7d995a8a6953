// The kernel's matcher over a table in memory.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/table.h"

namespace {

using sallyport::policy::Table;

const sp_rule* sp_rule_at(const void* env, __u32 /*table*/, __u32 index) {
    const auto& rules = static_cast<const Table*>(env)->rules;
    return index < rules.size() ? &rules[index] : nullptr;
}

const sp_slice* sp_slice_of(const void* env, __u32 /*table*/, __u32 app) {
    const auto& slices = static_cast<const Table*>(env)->slices;
    const auto slice = slices.constFind(app);
    return slice == slices.constEnd() ? nullptr : &*slice;
}

void sp_loop(__u32 count, long (*step)(__u32, void*), void* context) {
    for (__u32 i = 0; i < count && step(i, context) == 0; ++i) {
    }
}

}  // namespace

#include "bpf/match.h"

namespace sallyport::policy {

Decision decide(const Table& table, const sp_attempt& attempt, quint64 nowNs) {
    sp_scan scan{};
    scan.attempt = &attempt;
    scan.env = &table;
    scan.table = table.head.generation & 1;
    sp_judge(&scan, &table.head, nowNs);
    return {static_cast<sp_verdict>(scan.verdict), static_cast<sp_reason>(scan.reason), scan.rule};
}

}  // namespace sallyport::policy
