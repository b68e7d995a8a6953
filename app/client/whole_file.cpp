// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/whole_file.h"

#include <QFileInfo>

namespace sallyport::client {

bool WholeFile::open(OpenMode mode) {
    const QFileInfo there(fileName());
    if (!there.exists() || there.isFile())
        return QSaveFile::open(mode);
    setErrorString(tr("not a regular file"));
    return false;
}

api::Result<void> writeWhole(const QString& name, const QByteArray& bytes,
                             QFileDevice::Permissions permissions) {
    WholeFile file(name);
    if (!file.open(QIODevice::WriteOnly) || (permissions && !file.setPermissions(permissions)) ||
        file.write(bytes) != bytes.size() || !file.finish())
        return api::failure(api::ErrorCode::Failed, file.errorString());
    return {};
}

}  // namespace sallyport::client
