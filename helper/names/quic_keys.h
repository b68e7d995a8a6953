// The protection of QUIC Initial packets.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <array>
#include <optional>

namespace sallyport::names {

enum class QuicVersion : quint32 { One = 0x00000001, Two = 0x6b3343cf };

// What a client protects its Initial packets with.
struct QuicKeys {
    QByteArray key;     // 16 bytes, AES-128-GCM
    QByteArray iv;      // 12 bytes
    QByteArray header;  // 16 bytes, AES-128-ECB

    bool operator==(const QuicKeys&) const = default;
};

// From the destination connection id of the client's first packet (RFC 9001 5.2, RFC 9369 3.3).
QuicKeys clientInitialKeys(QuicVersion version, QByteArrayView connection);

// The five bytes that hide the first byte and the packet number; `sample` has 16 bytes (RFC 9001
// 5.4.3). Nothing when the library refuses.
std::optional<std::array<quint8, 5>> headerMask(const QuicKeys& keys, QByteArrayView sample);

// The payload of a packet whose `header` has its protection removed; nothing unless its last 16
// bytes prove that it was protected with these keys (RFC 9001 5.3).
std::optional<QByteArray> openPayload(const QuicKeys& keys, quint64 packetNumber,
                                      QByteArrayView header, QByteArrayView payload);

}  // namespace sallyport::names
