// Files that are written whole or not at all.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>

#include "api/result.h"

namespace sallyport::client {

// Writes it beside the file `name` and puts it in its place; what was there before stays when that
// fails. Without `permissions` those of a new file. The error is in the system's words, without the
// name.
api::Result<void> writeWhole(const QString& name, const QByteArray& bytes,
                             QFile::Permissions permissions = {});

}  // namespace sallyport::client
