// Programs that do nothing, at every hook where Sallyport has one in the way of packets and calls:
// what is lost to them, no firewall of this kind can avoid.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "kernel/handle.h"

namespace sallyport::bench {

class EmptyPrograms {
  public:
    // Attached to the cgroup of this path until this object goes. Empty: it went well.
    QString attach(const QString& cgroup);

  private:
    std::vector<kernel::Fd> open_;
};

}  // namespace sallyport::bench
