// What a flow is of: the protocol above IP, or none.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "api/result.h"

namespace sallyport::api {

// Sockets for whole frames (AF_PACKET, AF_XDP), below IP: making one is an outbound flow without
// addresses, ports and interface. SP_PROTOCOL_FRAMES in bpf/abi.h.
inline constexpr quint8 kFrames = 255;

// "tcp", "udp", "icmp", "icmpv6", "udplite", "sctp", "frames", "any", else the IANA number.
QString protocolToWord(quint8 protocol);
Result<quint8> protocolFromWord(const QString& word);
bool protocolHasPorts(quint8 protocol);

}  // namespace sallyport::api
