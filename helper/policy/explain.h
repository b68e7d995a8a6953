// Why a connection was, or would be, allowed or stopped.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

#include "api/question.h"
#include "policy/compile.h"

namespace sallyport::policy {

// Does one rule fit, and if not, what of it does not. The slow and obvious reading of a rule: the
// tests hold the kernel's matcher against it.
struct Fit {
    bool fits = false;
    QString why;  // English
};
Fit fit(const api::Rule& rule, const api::Attempt& attempt);

// Every rule that could apply (same program or any program, and enabled), in order of precedence,
// and which one decided. Agrees with decide() over the compiled table.
api::Explanation explain(const QList<api::Rule>& rules, const Circumstances& now,
                         const api::Attempt& attempt, quint64 nowNs, qint64 nowMs);

}  // namespace sallyport::policy
