// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/whole_file.h"

#include <QFileInfo>
#include <QSaveFile>

namespace sallyport::client {

api::Result<void> writeWhole(const QString& name, const QByteArray& bytes,
                             QFile::Permissions permissions) {
    // Put in its place it would be gone: a device, a pipe.
    if (const QFileInfo there(name); there.exists() && !there.isFile())
        return api::failure(api::ErrorCode::Failed, QStringLiteral("not a regular file"));
    QSaveFile file(name);
    // commit() alone does not look at whether the last bytes could be written.
    if (!file.open(QIODevice::WriteOnly) || (permissions && !file.setPermissions(permissions)) ||
        file.write(bytes) != bytes.size() || !file.flush() || !file.commit())
        return api::failure(api::ErrorCode::Failed, file.errorString());
    return {};
}

}  // namespace sallyport::client
