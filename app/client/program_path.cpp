// The path by which the helper knows a program.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/program_path.h"

#include <QDir>
#include <QFileInfo>

#include "api/program_path.h"

namespace sallyport::client {

QString programPath(const QString& path) {
    const QFileInfo info(path);
    const QString real = info.canonicalFilePath();
    if (real.isEmpty())
        return QDir::cleanPath(info.absoluteFilePath());
    const QString staying = api::pathThatStays(real);
    return !staying.isEmpty() && QFileInfo(staying).canonicalFilePath() == real ? staying : real;
}

}  // namespace sallyport::client
