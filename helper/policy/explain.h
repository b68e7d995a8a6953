// Why a connection was, or would be, allowed or stopped.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <functional>

#include "api/question.h"
#include "policy/compile.h"

namespace sallyport::policy {

// What a list says of the remote of an attempt, its address and its names.
struct Listing {
    bool exists = false;  // there is a list of that name
    bool listed = false;
    bool hasNames = false;  // and not prefixes alone
    QString why;            // English: by which entry, or in spite of which. May be empty
    QString name{};         // the name that is listed; empty: the address is, or nothing
};
using Lists = std::function<Listing(const QString& list, const api::Attempt& attempt)>;
Listing noLists(const QString& list, const api::Attempt& attempt);  // there are none

// Does one rule fit, and if not, what of it does not. The slow and obvious reading of a rule: the
// tests hold the kernel's matcher against it. Looks neither at `enabled` nor at the expiry.
struct Fit {
    bool fits = false;
    bool unknown = false;  // would fit, but who started the program, its local address, its
                           // interface, or whom it means is not known
    bool unsaid = false;   // the latter: the program has not said it yet
    QString why;           // English; when it fits, by which name or entry of a list, or empty
    QString name{};        // by which it fits; empty: it does not hang on a name
};
Fit fit(const api::Rule& rule, const api::Attempt& attempt, const Lists& lists = noLists);

// Every rule that could apply (same program or any program; enabled, not expired at nowMs), in
// order of precedence, and which one decided. An attempt whose `app` is Any stands for a program
// the helper has not identified yet, one whose `startedBy` is Any for an unknown starter, and its
// local address and interface may be unknown too: what hangs on them is Held, for Reason::Waiting.
// So is what hangs on a name that it has not said, unless it is blocked whatever it says.
// nowNs is CLOCK_BOOTTIME. Agrees with decide() over the compiled table.
api::Explanation explain(const QList<api::Rule>& rules, const Circumstances& now,
                         const api::Attempt& attempt, quint64 nowNs, qint64 nowMs,
                         const Lists& lists = noLists);

}  // namespace sallyport::policy
