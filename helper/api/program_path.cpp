// Paths of programs that are installed in a folder of each version's own.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/program_path.h"

#include <QRegularExpression>

namespace sallyport::api {

QString pathThatStays(const QString& path) {
    static const QRegularExpression flatpak(
        QStringLiteral("^(.*/flatpak/(?:app|runtime)/[^/]+/[^/]+/[^/]+)/[0-9a-f]{64}(/files/.*)$"));
    static const QRegularExpression snap(QStringLiteral("^(.*/snap/[^/]+)/[^/]+(/.*)$"));
    if (const auto match = flatpak.match(path); match.hasMatch())
        return match.captured(1) + QStringLiteral("/active") + match.captured(2);
    if (const auto match = snap.match(path); match.hasMatch())
        return match.captured(1) + QStringLiteral("/current") + match.captured(2);
    return {};
}

}  // namespace sallyport::api
