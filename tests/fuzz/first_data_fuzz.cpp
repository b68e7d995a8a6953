// What a program sends first, in packets. The first byte of the input says how the rest is taken:
// as packets with whatever headers, as a TCP stream that grows in the packet that waits, or as the
// frames of QUIC packets, which are protected first. SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/first_data.h"

#include <netinet/in.h>

#include "engine/http_stream.h"
#include "fuzz/input.h"
#include "packets/quic_packets.h"

using namespace sallyport;
using engine::FirstData;
using engine::SaidName;
using State = api::HttpAsked::State;

namespace {

// As it leaves: with options in IPv4 and TCP, as many as the byte says.
QByteArray packetOf(quint8 protocol, quint8 kind, QByteArrayView payload) {
    const bool six = kind & 0x40;
    const int ipWords = six ? 10 : 5 + (kind >> 3 & 7), tcpWords = 5 + (kind & 7);
    QByteArray ip(ipWords * 4, '\0');
    ip[0] = char(six ? 0x60 : 0x40 | ipWords);
    ip[six ? 6 : 9] = char(protocol);
    QByteArray header(protocol == IPPROTO_TCP ? tcpWords * 4 : 8, '\0');
    if (protocol == IPPROTO_TCP) {
        header[4] = header[5] = char(0xff);  // the sequence number comes to its end and begins anew
        header[12] = char(tcpWords << 4);
        header[13] = char(kind & 0x80 ? 2 : 0);  // SYN, with data
    }
    return ip + header + payload.toByteArray();
}

void checkSaid(const SaidName& said, quint8 protocol) {
    REQUIRE(said.name.size() <= 253 && fuzz::isHarmless(said.name));
    REQUIRE(said.name.isEmpty() == (said.source == api::NameSource::None));
    REQUIRE(said.http != State::Unsaid);
    if (protocol == IPPROTO_UDP)
        REQUIRE(said.http == State::Hidden &&
                (said.name.isEmpty() || said.source == api::NameSource::Quic));
    else
        REQUIRE(said.name.isEmpty() ||
                (said.source == api::NameSource::HttpHost) == (said.http != State::Hidden));
    REQUIRE(said.name.isEmpty() || !said.unclear);
}

// Where HTTP can be read, its requests can be read from there on.
void checkRequests(QByteArrayView packet) {
    const quint32 begin = engine::sequenceOf(packet);
    engine::HttpStream stream(begin);
    QList<api::HttpAsked> asked;
    (void)stream.read(begin, engine::payloadOf(packet, IPPROTO_TCP), true, asked);
    REQUIRE(!asked.isEmpty());
}

void readPackets(quint8 protocol, QByteArrayView input) {
    FirstData data(protocol);
    while (!input.isEmpty()) {
        const int length = fuzz::takeByte(input) << 8;
        const QByteArrayView packet = fuzz::takeBytes(input, length | fuzz::takeByte(input));
        const QByteArrayView payload = engine::payloadOf(packet, protocol);
        REQUIRE(payload.isEmpty() ||
                (payload.data() > packet.data() &&
                 payload.data() + payload.size() == packet.data() + packet.size()));
        if (protocol == IPPROTO_TCP && !payload.isEmpty())
            (void)engine::sequenceOf(packet);
        const bool done = data.feed(packet, length & 0x8000);
        checkSaid(data.said(), protocol);
        if (done)
            return;
    }
}

void readStream(QByteArrayView input) {
    const quint8 kind = fuzz::takeByte(input);
    const qsizetype step = 1 + fuzz::takeByte(input);
    const QByteArray all = packetOf(IPPROTO_TCP, kind, input);
    REQUIRE(engine::payloadOf(all, IPPROTO_TCP) == input);
    FirstData whole(IPPROTO_TCP), beginning(IPPROTO_TCP), growing(IPPROTO_TCP);
    const bool done = whole.feed(all, true);
    checkSaid(whole.said(), IPPROTO_TCP);
    if (whole.said().http == State::Read)
        checkRequests(all);
    REQUIRE(beginning.feed(all, false));  // nothing more will come
    checkSaid(beginning.said(), IPPROTO_TCP);
    REQUIRE(beginning.said().http == whole.said().http);
    if (done)
        REQUIRE(beginning.said().name == whole.said().name &&
                beginning.said().unclear == whole.said().unclear);
    else  // the name in what there is, and no other
        REQUIRE(whole.said().unclear && whole.said().name.isEmpty());
    bool grown = false;
    for (qsizetype end = 0; end < input.size() && !grown;) {
        end = std::min(end + step, input.size());
        grown = growing.feed(packetOf(IPPROTO_TCP, kind, input.first(end)), true);
        checkSaid(growing.said(), IPPROTO_TCP);
    }
    if (input.isEmpty())
        return;
    REQUIRE(grown == done);
    REQUIRE(growing.said().name == whole.said().name && growing.said().http == whole.said().http);
}

void readDatagrams(QByteArrayView input) {
    const quint8 kind = fuzz::takeByte(input);
    FirstData data(IPPROTO_UDP);
    bool done = false;
    int packets = 0;
    while (!done && !input.isEmpty()) {
        const quint8 of = fuzz::takeByte(input);
        const QByteArrayView frames = fuzz::takeBytes(input, 8 * fuzz::takeByte(input));
        packets::QuicPacket packet;
        packet.version = of & 1 ? names::QuicVersion::Two : names::QuicVersion::One;
        packet.connection = of & 2 ? "one" : "another";
        packet.number = static_cast<quint64>(packets);
        packet.frames = frames.toByteArray();
        done = data.feed(
            packetOf(IPPROTO_UDP, kind, of & 0x80 ? frames.toByteArray() : packets::sealed(packet)),
            true);
        REQUIRE(done || ++packets < FirstData::kMostPackets);
        checkSaid(data.said(), IPPROTO_UDP);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    QByteArrayView input = fuzz::view(data, size);
    switch (fuzz::takeByte(input) & 3) {
        case 0:
            readPackets(IPPROTO_TCP, input);
            break;
        case 1:
            readPackets(IPPROTO_UDP, input);
            break;
        case 2:
            readStream(input);
            break;
        default:
            readDatagrams(input);
    }
    return 0;
}
