// Owners of file descriptors, and words for errno.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cerrno>
#include <cstring>

#include "api/result.h"
#include "broker/fd.h"

namespace sallyport::kernel {

using broker::Fd;

// "WHAT: No such file or directory"; `error` is an errno value, of either sign.
inline api::Error systemError(const QString& what, int error = errno,
                              api::ErrorCode code = api::ErrorCode::Failed) {
    return api::failure(code,
                        what + QStringLiteral(": ") + QString::fromLocal8Bit(strerror(abs(error))));
}

}  // namespace sallyport::kernel
