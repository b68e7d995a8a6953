// How a person says how fast, and how much, a rule lets a program be.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLocale>

#include "api/rate.h"
#include "models/words.h"

namespace sallyport::models {

QStringList Words::limits(const api::Rule& rule) {
    QStringList parts;
    if (rule.limit.down != 0)
        parts += tr("at most %1 down", "speed").arg(leftToRight(api::rateToText(rule.limit.down)));
    if (rule.limit.up != 0)
        parts += tr("at most %1 up", "speed").arg(leftToRight(api::rateToText(rule.limit.up)));
    if (!rule.quota.isNone())
        parts += tr("at most %1 %2, then %3", "amount of data, in a month, block")
                     .arg(leftToRight(api::sizeToText(rule.quota.bytes)), period(rule.quota.period),
                          whenUsedUp(rule.quota.then));
    return parts;
}

QString Words::period(api::Period period) {
    return period == api::Period::Day ? tr("in a day") : tr("in a month");
}

QString Words::whenUsedUp(api::WhenUsedUp then) {
    switch (then) {
        case api::WhenUsedUp::Ask:
            return tr("ask again", "when a quota is used up");
        case api::WhenUsedUp::Notify:
            return tr("only tell me", "when a quota is used up");
        case api::WhenUsedUp::Block:
            break;
    }
    return tr("block", "when a quota is used up");
}

QString Words::used(const api::Quota& quota) {
    const QString used =
        leftToRight(QLocale().formattedDataSize(qint64(quota.used), 1, QLocale::DataSizeSIFormat));
    const QString all = leftToRight(api::sizeToText(quota.bytes));
    const bool day = quota.period == api::Period::Day;
    if (!quota.isUsedUp())
        return (day ? tr("%1 of %2 today", "used amount, quota")
                    : tr("%1 of %2 this month", "used amount, quota"))
            .arg(used, all);
    return (day ? tr("quota used up: %1 of %2 today", "used amount, quota")
                : tr("quota used up: %1 of %2 this month", "used amount, quota"))
        .arg(used, all);
}

}  // namespace sallyport::models
