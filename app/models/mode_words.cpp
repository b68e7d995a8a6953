// How a person says until when a mode is.
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

}  // namespace sallyport::models
