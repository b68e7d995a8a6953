// Owners of file descriptors, and words for errno.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <unistd.h>

#include <QString>
#include <cerrno>
#include <cstring>
#include <utility>

#include "api/result.h"

namespace sallyport::kernel {

class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() {
        if (fd_ >= 0)
            ::close(fd_);
    }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

// "WHAT: No such file or directory"; `error` is an errno value, of either sign.
inline api::Error systemError(const QString& what, int error = errno,
                              api::ErrorCode code = api::ErrorCode::Failed) {
    return api::failure(code,
                        what + QStringLiteral(": ") + QString::fromLocal8Bit(strerror(abs(error))));
}

}  // namespace sallyport::kernel
