// How a person says until when a mode is, and how long a pause.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>
#include <QLocale>

#include "models/words.h"

namespace sallyport::models {

QString Words::end(qint64 unixMs, qint64 nowMs) {
    const QDateTime end = QDateTime::fromMSecsSinceEpoch(unixMs);
    if (end.date() == QDateTime::fromMSecsSinceEpoch(nowMs).date())
        return QLocale().toString(end.time(), QLocale::ShortFormat);
    return QLocale().toString(end.date(), tr("dddd, d MMMM", "format as in QDate::toString()"));
}

QList<Words::Pause> Words::pauses() {
    constexpr quint32 kMinute = 60;
    constexpr quint32 kHour = 60 * kMinute;
    return {{5 * kMinute, tr("For &5 minutes", "pause")},
            {kHour, tr("For &1 hour", "pause")},
            {24 * kHour, tr("&Until restart, at most 24 hours", "pause")}};
}

}  // namespace sallyport::models
