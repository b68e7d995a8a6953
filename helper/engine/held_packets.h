// Copies of packets that wait, bounded per flow and in all.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>

#include "kernel/kernel.h"

namespace sallyport::engine {

class HeldPackets {
  public:
    static constexpr qsizetype kMaxBytes = 8 << 20;
    static constexpr qsizetype kMaxFlowBytes = SP_HELD_BYTES;
    static constexpr qsizetype kMaxFlowPackets = SP_HELD_PACKETS;

    // Keeps a copy, or drops it when there is no room (its sender tries again or has lost a
    // datagram). A repeated first segment of TCP is kept once.
    void add(const kernel::HeldPacket& packet);
    // In the order in which they came.
    QList<kernel::HeldPacket> take(const kernel::FlowKey& flow);
    qsizetype bytes() const { return bytes_; }

  private:
    QHash<kernel::FlowKey, QList<kernel::HeldPacket>> packets_;
    qsizetype bytes_ = 0;
};

}  // namespace sallyport::engine
