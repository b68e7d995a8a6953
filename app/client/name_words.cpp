// Where a name comes from: see name_words.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/name_words.h"

#include <algorithm>

namespace sallyport::client {

QString NameWords::ago(qint64 sinceMs, qint64 nowMs) {
    constexpr qint64 kMinute = 60;
    constexpr qint64 kHour = 60 * kMinute;
    if (sinceMs == 0)
        return tr("some time ago");
    const qint64 seconds = std::max<qint64>((nowMs - sinceMs) / 1000, 0);
    if (seconds < kMinute)
        return tr("%1 s ago").arg(seconds);
    if (seconds < kHour)
        return tr("%1 min ago").arg(seconds / kMinute);
    return tr("%1 h ago").arg(seconds / kHour);
}

QString NameWords::source(const api::ExplanationName& name, qint64 nowMs) {
    const QString when = ago(name.saidMs, nowMs);
    switch (name.source) {
        case api::NameSource::OwnAnswer:
            return tr("answered to this program %1", "when").arg(when);
        case api::NameSource::ServerName:
            return tr("said in the connection itself (TLS)");
        case api::NameSource::Quic:
            return tr("said in the connection itself (QUIC)");
        case api::NameSource::HttpHost:
            return tr("said in the connection itself (HTTP)");
        case api::NameSource::Resolver:
            return tr("from the system's resolver %1, not known which program asked", "when")
                .arg(when);
        case api::NameSource::SystemdResolved:
            return tr("from systemd-resolved %1, not known which program asked", "when").arg(when);
        case api::NameSource::OtherAnswer:
            return tr("answered to another program %1: may be another host at the same address",
                      "when")
                .arg(when);
        case api::NameSource::None:
            break;
    }
    return tr("given with the question");
}

QString NameWords::origin(const api::ExplanationName& name, qint64 nowMs) {
    QStringList parts{source(name, nowMs)};
    if (!name.counts)
        parts += tr("rules do not go by it");
    if (!name.lists.isEmpty())
        parts += tr("in list %1", "one or more").arg(name.lists.join(QLatin1String(", ")));
    return parts.join(QLatin1String("; "));
}

QString NameWords::address(const QStringList& lists) {
    if (lists.isEmpty())
        return {};
    return tr("The address is in list: %1", "one or more").arg(lists.join(QLatin1String(", ")));
}

}  // namespace sallyport::client
