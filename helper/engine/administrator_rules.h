// The administrator's rules: files that a fleet's tools put there, read-only in the app.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>

#include "api/rule.h"

namespace sallyport::engine {

struct AdministratorRules {
    QList<api::Rule> rules;
    QStringList problems;  // one for each file that was left out
};

// The rules of every *.json in a folder, in the order of the file names. They get origin
// Administrator and ids counted down from api::kMaxRuleId, where the store's never get to. A file
// that is wrong is left out as a whole. A folder that is not there has no rules.
AdministratorRules readAdministratorRules(const QString& folder);

}  // namespace sallyport::engine
