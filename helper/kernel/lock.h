// One helper at a time for a control group.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "kernel/cgroup.h"
#include "kernel/handle.h"

namespace sallyport::kernel {

class HelperLock;
using HelperLocks = std::vector<HelperLock>;  // first in, last out

// A lock on /run/sallyport/NAME.lock, held as long as it lives and no longer than the process.
class HelperLock {
  public:
    // Conflict when another process holds it; `what` is what both want, for the message.
    static api::Result<HelperLock> take(const QString& name, const QString& what);
    // The one on a directory of pins.
    static api::Result<HelperLock> ofPins(const QString& pins);
    // What a helper needs; `pins` may be empty.
    static api::Result<HelperLocks> takeAll(const Cgroup& cgroup, const QString& pins);
    HelperLock() = default;
    HelperLock(HelperLock&&) noexcept = default;
    HelperLock& operator=(HelperLock&&) noexcept = default;
    HelperLock(const HelperLock&) = delete;
    HelperLock& operator=(const HelperLock&) = delete;
    ~HelperLock();

  private:
    Fd fd_;
    QByteArray path_;
};

}  // namespace sallyport::kernel
