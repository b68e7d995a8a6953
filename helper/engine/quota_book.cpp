// Which rule and period a count is of, through restarts and changes of the rules.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/quota_book.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <algorithm>

Q_LOGGING_CATEGORY(lcQuotas, "sallyport.quotas")

namespace sallyport::engine {
namespace {

// A rule in a file has another number when a file before it has another rule: it is known by what
// it says, but for its quota, which may be changed.
QString keyOf(const api::Rule& rule) {
    if (rule.origin != api::Origin::Administrator)
        return store::quotaKey(rule.id);
    QVariantMap map = toMap(rule);
    for (const char* key : {"id", "quota", "enabled", "note", "createdMs", "lastUsedMs", "hits"})
        map.remove(QLatin1String(key));
    const QByteArray text = QJsonDocument(QJsonObject::fromVariantMap(map)).toJson();
    return QStringLiteral("file ") +
           QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

// For when the store cannot give one: of this rule and period, and none of the store's.
quint64 ownCount(api::RuleId rule, QDate since) {
    return quint64{1} << 63 | quint64{rule} << 32 | quint64(since.toJulianDay());
}

}  // namespace

QuotaBook::Count QuotaBook::begin(const api::Rule& rule, const QString& key, QDate since) const {
    const auto stored = store_.quotaCount(key, since);
    if (stored)
        return {key, since, stored->id, stored->used, stored->used};
    qCWarning(lcQuotas).noquote() << "a quota is counted anew:" << stored.error().text;
    return {key, since, ownCount(rule.id, since)};
}

bool QuotaBook::count(QList<api::Rule>& rules, qint64 nowMs) {
    const QHash<quint32, kernel::QuotaUse> uses = kernel_.quotaUses();
    const auto goOn = [&uses](api::RuleId rule, Count& count) {
        const kernel::QuotaUse use = uses.value(rule);
        if (use.count == count.id)
            count.used = std::max(count.used, use.used);
    };
    QHash<api::RuleId, Count> before = std::exchange(counts_, {});
    bool turned = false;
    nextPeriodMs_ = 0;
    for (api::Rule& rule : rules) {
        if (rule.quota.isNone())
            continue;
        const QString key = keyOf(rule);
        const QDate since = api::periodBegin(rule.quota.period, nowMs);
        Count count = before.value(rule.id);
        const bool goesOn = count.id && count.key == key && count.since == since;
        if (goesOn)
            before.remove(rule.id);
        else
            count = begin(rule, key, since);
        goOn(rule.id, count);
        rule.quota.used = count.used;
        turned |= !goesOn || count.usedUp != rule.quota.isUsedUp();
        count.usedUp = rule.quota.isUsedUp();
        counts_.insert(rule.id, count);
        const qint64 end = api::periodEndMs(rule.quota.period, nowMs);
        nextPeriodMs_ = nextPeriodMs_ ? std::min(nextPeriodMs_, end) : end;
    }
    for (auto over = before.begin(); over != before.end(); ++over) {
        goOn(over.key(), *over);
        over_.append(*over);
    }
    return turned;
}

void QuotaBook::look(QList<api::Rule>& rules) const {
    if (counts_.isEmpty())
        return;
    const QHash<quint32, kernel::QuotaUse> uses = kernel_.quotaUses();
    for (api::Rule& rule : rules) {
        const Count count = counts_.value(rule.id);
        const kernel::QuotaUse use = uses.value(rule.id);
        rule.quota.used = use.count == count.id ? std::max(count.used, use.used) : count.used;
    }
}

api::Result<void> QuotaBook::keep() {
    QHash<quint64, quint64> changed;
    for (const Count& count : std::as_const(over_))
        if (count.used != count.kept)
            changed.insert(count.id, count.used);
    for (const Count& count : std::as_const(counts_))
        if (count.used != count.kept)
            changed.insert(count.id, count.used);
    if (!changed.isEmpty())
        if (const auto kept = store_.keepQuotaCounts(changed); !kept)
            return kept;
    over_.clear();
    for (Count& count : counts_)
        count.kept = count.used;
    return {};
}

api::Result<void> QuotaBook::reset(const api::Rule& rule) {
    const auto count = counts_.constFind(rule.id);
    if (count == counts_.constEnd())
        return {};
    if (const auto forgotten = store_.forgetQuotaCount(count->id); !forgotten)
        return forgotten;
    counts_.erase(count);
    return {};
}

}  // namespace sallyport::engine
