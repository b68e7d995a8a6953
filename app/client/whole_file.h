// Files that are written whole or not at all.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QSaveFile>

#include "api/result.h"

namespace sallyport::client {

// Written beside the file of its name, and put in its place by finish(); until then, and when
// anything fails, what was there stays. A device or a pipe is refused: it would be gone.
class WholeFile : public QSaveFile {
    Q_DECLARE_TR_FUNCTIONS(sallyport::client::WholeFile)
  public:
    using QSaveFile::QSaveFile;

    bool open(OpenMode mode) override;
    // commit() alone does not look at whether the last bytes could be written.
    bool finish() { return flush() && commit(); }
};

// All of it at once. Without `permissions` those of a new file. The error is in the system's words,
// without the name.
api::Result<void> writeWhole(const QString& name, const QByteArray& bytes,
                             QFileDevice::Permissions permissions = {});

}  // namespace sallyport::client
