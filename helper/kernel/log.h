// What libbpf says while it works, kept for the error message.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "api/result.h"

namespace sallyport::kernel {

// While one lives, libbpf's warnings of this thread go into it and nowhere else.
class LibbpfLog {
  public:
    LibbpfLog();
    ~LibbpfLog();
    LibbpfLog(const LibbpfLog&) = delete;
    LibbpfLog& operator=(const LibbpfLog&) = delete;

    const QByteArray& text() const { return text_; }

  private:
    QByteArray text_;
};

// Denied, or Unsupported with the refused program's name and the verifier's last word; `error` is
// what the load returned, `log` what libbpf said meanwhile.
api::Error refusal(const QByteArray& log, int error);

}  // namespace sallyport::kernel
