// How much a rule lets through in a day or a month, and what comes then.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QString>
#include <QVariantMap>

#include "api/result.h"

namespace sallyport::api {

// By the calendar of this machine, in its time zone.
enum class Period : quint8 { Day, Month };
// What a used-up quota does until its period ends. Block: connections are cut, and the program gets
// its error. Ask: as if there were no such rule. Notify: nothing, a person is told.
enum class WhenUsedUp : quint8 { Block, Ask, Notify };

struct Quota {
    quint64 bytes = 0;  // of IP packets, both ways together; 0: no quota
    Period period = Period::Month;
    WhenUsedUp then = WhenUsedUp::Block;
    quint64 used = 0;  // in the period that runs; the helper says it

    bool isNone() const { return bytes == 0; }
    bool isUsedUp() const { return bytes != 0 && used >= bytes; }
    bool operator==(const Quota&) const = default;
};
// Less is used up before a connection carries anything; more comes through no wire.
inline constexpr quint64 kLeastQuota = 1000, kMostQuota = 1'000'000'000'000'000;

// The first day of the period that runs at nowMs (Unix milliseconds), and of the next one.
QDate periodBegin(Period period, qint64 nowMs);
QDate periodEnd(Period period, qint64 nowMs);
// When that one begins, in Unix milliseconds.
qint64 periodEndMs(Period period, qint64 nowMs);

// "5 GB/month", "500M/day", "none". Exactly as much is read back.
Result<Quota> quotaFromText(const QString& text);
QString quotaToText(const Quota& quota);  // neither `then` nor `used`

QString toWord(Period value);      // "day", "month"
QString toWord(WhenUsedUp value);  // "block", "ask", "notify"
Result<WhenUsedUp> whenUsedUpFromWord(const QString& word);

QVariantMap toMap(const Quota& quota);
Result<Quota> quotaFromMap(const QVariantMap& map);

}  // namespace sallyport::api
