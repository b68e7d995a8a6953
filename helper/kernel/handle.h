// Owners of file descriptors, and words for errno.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cerrno>
#include <cstdlib>
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

// For want of something that may be there at the next try.
inline bool mayPass(int error) {
    switch (abs(error)) {
        case EAGAIN:
        case EBUSY:
        case EINTR:
        case EMFILE:
        case ENFILE:
        case ENOMEM:
            return true;
        default:
            return false;
    }
}

// Of an error after which `code` would say that the next try ends in the same way.
inline api::ErrorCode unlessItMayPass(int error, api::ErrorCode code) {
    return mayPass(error) ? api::ErrorCode::Failed : code;
}

}  // namespace sallyport::kernel
