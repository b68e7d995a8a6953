// The order of rules. Total: of two different rules one always goes first.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include "api/rule.h"

namespace sallyport::policy {

// True when `a` is judged before `b`: pinned first, then the more specific application, remote,
// remote and local ports, protocol, direction, user; then Block before Allow; then the newer rule
// (the higher id).
bool precedes(const api::Rule& a, const api::Rule& b);

// In order of precedence.
QList<api::Rule> sorted(QList<api::Rule> rules);

}  // namespace sallyport::policy
