// QUIC Initial packets: the input is a row of datagrams, each behind a byte that says what it is
// and two for its length. Most are frames that are protected first, since no fuzzer would guess a
// key. SPDX-License-Identifier: GPL-3.0-or-later
#include "names/quic_initial.h"

#include "fuzz/input.h"
#include "packets/quic_packets.h"

using namespace sallyport;

namespace {

constexpr int kMostDatagrams = 16;  // so that an input takes milliseconds

QByteArray datagramOf(quint8 kind, QByteArrayView bytes, quint64 number) {
    if (kind & 0x80)
        return bytes.toByteArray();
    packets::QuicPacket packet;
    packet.version = kind & 1 ? names::QuicVersion::Two : names::QuicVersion::One;
    packet.connection = kind & 2 ? "one" : "another";
    packet.token = kind & 4 ? "token" : "";
    packet.keysOf = kind & 8 ? "one" : "";
    packet.number = number;
    packet.numberBytes = 1 + (kind >> 4 & 3);
    packet.frames = bytes.toByteArray();
    return packets::sealed(packet);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    QByteArrayView input = fuzz::view(data, size);
    names::QuicInitialReader reader;
    for (int i = 0; i < kMostDatagrams && !input.isEmpty(); ++i) {
        const quint8 kind = fuzz::takeByte(input);
        const int length = fuzz::takeByte(input) << 8;
        const QByteArrayView bytes = fuzz::takeBytes(input, length | fuzz::takeByte(input));
        // A QUIC number of two bytes says how long a packet is.
        reader.feed(datagramOf(kind, bytes.first(std::min<qsizetype>(bytes.size(), 16000)),
                               static_cast<quint64>(i)));
    }
    const bool named = reader.reading() == names::Reading::Name;
    REQUIRE(named == !reader.hello().serverName.isEmpty());
    REQUIRE(fuzz::isHarmless(reader.hello().serverName));
    return 0;
}
