// The administrator's rules: files that a fleet's tools put there, read-only in the app.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/administrator_rules.h"

#include <QDir>
#include <QFile>

#include "api/rule_file.h"

namespace sallyport::engine {
namespace {

constexpr qint64 kMaxFileBytes = 64 << 20;

api::Result<QList<api::Rule>> readFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return api::failure(api::ErrorCode::Failed, file.errorString());
    api::Result<QList<api::Rule>> rules = api::rulesFromJson(file.read(kMaxFileBytes + 1));
    if (!rules)
        return rules;
    for (const api::Rule& rule : *rules) {
        if (rule.lifetime != api::Lifetime::Forever && rule.lifetime != api::Lifetime::Timed)
            return api::failure(api::ErrorCode::Invalid,
                                QStringLiteral("a rule in a file is \"forever\" or \"timed\""));
    }
    return rules;
}

}  // namespace

AdministratorRules readAdministratorRules(const QString& folder) {
    AdministratorRules all;
    api::RuleId next = api::kMaxRuleId;
    const QDir directory(folder);
    const QStringList names =
        directory.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString& name : names) {
        const QString path = directory.filePath(name);
        api::Result<QList<api::Rule>> rules = readFile(path);
        if (!rules) {
            all.problems.append(QStringLiteral("%1 is left out: %2").arg(path, rules.error().text));
            continue;
        }
        for (api::Rule& rule : *rules) {
            rule.origin = api::Origin::Administrator;
            rule.id = next--;
            rule.hits = 0;
            rule.lastUsedMs = 0;
            all.rules.append(rule);
        }
    }
    return all;
}

}  // namespace sallyport::engine
