// Copies of packets that wait, bounded per flow and in all.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/held_packets.h"

#include <netinet/in.h>

namespace sallyport::engine {
namespace {

qsizetype bytesOf(const QList<kernel::HeldPacket>& packets) {
    qsizetype sum = 0;
    for (const kernel::HeldPacket& packet : packets)
        sum += packet.bytes.size();
    return sum;
}

}  // namespace

void HeldPackets::add(const kernel::HeldPacket& packet) {
    if (packet.bytes.isEmpty() || bytes_ + packet.bytes.size() > kMaxBytes)
        return;
    QList<kernel::HeldPacket>& waiting = packets_[packet.key];
    // The kernel repeats the SYN every half second; the newest copy has the right timestamp.
    if (packet.key.protocol == IPPROTO_TCP) {
        bytes_ -= bytesOf(waiting);
        waiting.clear();
    }
    if (waiting.size() >= kMaxFlowPackets || bytesOf(waiting) + packet.bytes.size() > kMaxFlowBytes)
        return;
    waiting.append(packet);
    bytes_ += packet.bytes.size();
}

QList<kernel::HeldPacket> HeldPackets::take(const kernel::FlowKey& flow) {
    QList<kernel::HeldPacket> waiting = packets_.take(flow);
    bytes_ -= bytesOf(waiting);
    return waiting;
}

}  // namespace sallyport::engine
