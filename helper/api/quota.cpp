// Quotas as text and maps, and the calendar they go by.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/quota.h"

#include <QDateTime>

#include "api/fields.h"
#include "api/rate.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<Period> kPeriods[] = {{Period::Day, "day"_L1}, {Period::Month, "month"_L1}};
constexpr Word<WhenUsedUp> kWhenUsedUp[] = {{WhenUsedUp::Block, "block"_L1},
                                            {WhenUsedUp::Ask, "ask"_L1},
                                            {WhenUsedUp::Notify, "notify"_L1}};

Result<Period> periodFromWord(const QString& word) {
    return valueOf(kPeriods, word);
}

Result<void> check(const Quota& quota) {
    if (quota.isNone() || (quota.bytes >= kLeastQuota && quota.bytes <= kMostQuota))
        return {};
    return failure(ErrorCode::Invalid,
                   u"a quota is %1 to %2, or none, not %3"_s.arg(
                       sizeToText(kLeastQuota), sizeToText(kMostQuota), sizeToText(quota.bytes)));
}

}  // namespace

QDate periodBegin(Period period, qint64 nowMs) {
    const QDate today = QDateTime::fromMSecsSinceEpoch(nowMs).date();
    return period == Period::Day ? today : QDate(today.year(), today.month(), 1);
}

QDate periodEnd(Period period, qint64 nowMs) {
    const QDate begin = periodBegin(period, nowMs);
    return period == Period::Day ? begin.addDays(1) : begin.addMonths(1);
}

qint64 periodEndMs(Period period, qint64 nowMs) {
    return periodEnd(period, nowMs).startOfDay().toMSecsSinceEpoch();
}

Result<Quota> quotaFromText(const QString& text) {
    Quota quota;
    const qsizetype slash = text.lastIndexOf(u'/');
    const QString size = slash < 0 ? text : text.first(slash);
    const Result<quint64> bytes = sizeFromText(size);
    if (!bytes || (slash < 0 && *bytes != 0))
        return failure(ErrorCode::Invalid,
                       quoted(text) + u" is not a quota like 5 GB/month or 500M/day"_s);
    quota.bytes = *bytes;
    if (slash >= 0) {
        const Result<Period> period = periodFromWord(text.sliced(slash + 1).trimmed());
        if (!period)
            return period.error();
        quota.period = *period;
    }
    if (Result<void> fine = check(quota); !fine)
        return fine.error();
    return quota;
}

QString quotaToText(const Quota& quota) {
    return quota.isNone() ? sizeToText(0) : sizeToText(quota.bytes) + u'/' + toWord(quota.period);
}

QString toWord(Period value) {
    return wordOf(kPeriods, value);
}

QString toWord(WhenUsedUp value) {
    return wordOf(kWhenUsedUp, value);
}

Result<WhenUsedUp> whenUsedUpFromWord(const QString& word) {
    return valueOf(kWhenUsedUp, word);
}

QVariantMap toMap(const Quota& quota) {
    return {{u"bytes"_s, quota.bytes},
            {u"period"_s, toWord(quota.period)},
            {u"then"_s, toWord(quota.then)},
            {u"used"_s, quota.used}};
}

Result<Quota> quotaFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    Quota quota;
    if (!reader.has(u"bytes"_s))
        reader.fail(u"bytes"_s, u"is missing"_s);
    quota.bytes = reader.bigNumber(u"bytes"_s);
    quota.period = reader.parsed(u"period"_s, quota.period, periodFromWord);
    quota.then = reader.parsed(u"then"_s, quota.then, whenUsedUpFromWord);
    quota.used = reader.bigNumber(u"used"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    if (Result<void> fine = check(quota); !fine)
        return fine.error();
    return quota.isNone() ? Quota{} : quota;
}

}  // namespace sallyport::api
