// Programs that can send and read network frames past the firewall.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/rule.h"

namespace sallyport::api {

// Families of sockets whose frames no hook of a control group sees: packet(7), and
// Documentation/networking/af_xdp.rst. Opening one takes CAP_NET_RAW in its network namespace.
enum class PacketFamily : quint8 { Packet, Xdp };

// A program that has such sockets open, by user, family and whether they are `elsewhere`.
struct PacketHolder {
    AppIdentity app;  // never Any
    qint32 pid = 0;   // of its oldest process, as numbers go
    quint32 uid = 0;
    PacketFamily family = PacketFamily::Packet;
    quint32 processes = 1;
    bool elsewhere = false;  // in another network namespace than the helper's: a container's, say
    bool operator==(const PacketHolder&) const = default;
};

QVariantMap toMap(const PacketHolder& holder);
Result<PacketHolder> packetHolderFromMap(const QVariantMap& map);

QString toWord(PacketFamily value);  // "AF_PACKET", "AF_XDP"
Result<PacketFamily> packetFamilyFromWord(const QString& word);

}  // namespace sallyport::api
