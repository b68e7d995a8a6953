// Makes the Initial packets that a QUIC client sends.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "names/quic_keys.h"

namespace sallyport::packets {

struct QuicPacket {
    names::QuicVersion version = names::QuicVersion::One;
    QByteArray connection;  // destination id
    QByteArray keysOf;      // the id the keys follow from; empty: `connection`
    QByteArray source;
    QByteArray token;
    quint64 number = 0;
    int numberBytes = 4;
    QByteArray frames;  // padded to what a packet must have at least
};
QByteArray sealed(const QuicPacket& packet);

QByteArray quicNumber(quint64 value);  // RFC 9000 16, in two bytes or eight
QByteArray cryptoFrame(quint64 offset, const QByteArray& data);

}  // namespace sallyport::packets
