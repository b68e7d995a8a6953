// What is used of quotas, by rule and period.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/rule_store.h"

namespace sallyport::store {

using api::Result;

namespace {

constexpr qint64 kKeptPeriods = 4;  // a clock that was wrong for a while finds its month again

}  // namespace

QString quotaKey(api::RuleId rule) {
    return QStringLiteral("rule %1").arg(rule);
}

// Of rules that no undo brings back. See quotaKey().
Result<void> RuleStore::forgetLostQuotas() {
    return database_.run(
        "DELETE FROM quota_counts WHERE rule LIKE 'rule %' AND rule NOT IN (SELECT 'rule ' || id "
        "FROM rules UNION SELECT 'rule ' || rule FROM change_items)");
}

Result<QuotaCount> RuleStore::quotaCount(const QString& key, QDate since) {
    const QString day = since.toString(Qt::ISODate);
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun().error();
    if (const auto made = database_.run(
            "INSERT OR IGNORE INTO quota_counts (rule, since) VALUES (?,?)", key, day);
        !made)
        return made.error();
    if (const auto pruned = database_.run(
            "DELETE FROM quota_counts WHERE rule=? AND id NOT IN (SELECT id FROM quota_counts "
            "WHERE rule=? ORDER BY since=? DESC, id DESC LIMIT ?)",
            key, key, day, kKeptPeriods);
        !pruned)
        return pruned.error();
    Result<Statement> row =
        database_.prepare("SELECT id, used FROM quota_counts WHERE rule=? AND since=?");
    const Result<bool> found = row ? row->bind(key, day).step() : Result<bool>(row.error());
    if (!found)
        return found.error();
    const QuotaCount count{static_cast<quint64>(row->number(0)),
                           static_cast<quint64>(row->number(1))};
    if (const auto kept = transaction.commit(); !kept)
        return kept.error();
    return count;
}

Result<void> RuleStore::keepQuotaCounts(const QHash<quint64, quint64>& usedById) {
    const Unhurried unhurried(database_);
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    Result<Statement> row = database_.prepare("UPDATE quota_counts SET used=? WHERE id=?");
    if (!row)
        return row.error();
    for (auto use = usedById.cbegin(); use != usedById.cend(); ++use)
        if (const auto done =
                row->bind(static_cast<qint64>(use.value()), static_cast<qint64>(use.key())).run();
            !done)
            return done;
    return transaction.commit();
}

Result<void> RuleStore::forgetQuotaCount(quint64 id) {
    return database_.run("DELETE FROM quota_counts WHERE id=?", static_cast<qint64>(id));
}

}  // namespace sallyport::store
