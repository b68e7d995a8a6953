// QUIC Initial packets: see quic_initial.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/quic_initial.h"

#include <algorithm>

#include "names/byte_reader.h"
#include "names/quic_keys.h"

namespace sallyport::names {

namespace {

constexpr quint8 kLongHeader = 0xc0;  // and the fixed bit
constexpr qsizetype kMostConnectionId = 20;
constexpr qsizetype kMostNumber = 4;  // bytes of a packet number
constexpr qsizetype kSample = 16;
constexpr int kMostPackets = 8;  // looked at in one datagram
enum Frame : quint64 {
    kPadding = 0,
    kPing = 1,
    kAck = 2,
    kAckEcn = 3,
    kCrypto = 6,
    kConnectionClose = 0x1c,
};

// RFC 9000 16: two bits say how many bytes.
quint64 readVarint(ByteReader& reader) {
    const quint8 first = reader.u8();
    const int more = (1 << (first >> 6)) - 1;
    return static_cast<quint64>(first & 0x3f) << (8 * more) | reader.number(more);
}

// RFC 9000 A.3: the number nearest to the one expected that ends in these bits.
quint64 wholeNumber(quint64 truncated, int bytes, quint64 expected) {
    const quint64 window = quint64{1} << (8 * bytes);
    const quint64 candidate = (expected & ~(window - 1)) | truncated;
    if (candidate + window / 2 <= expected)
        return candidate + window;
    if (candidate > expected + window / 2 && candidate >= window)
        return candidate - window;
    return candidate;
}

// RFC 9000 19.3: skipped over.
bool readAck(ByteReader& reader, bool ecn) {
    readVarint(reader);  // largest
    readVarint(reader);  // delay
    const quint64 ranges = readVarint(reader);
    readVarint(reader);  // first range
    for (quint64 i = 0; i < ranges && !reader.failed(); ++i) {
        readVarint(reader);
        readVarint(reader);
    }
    for (int i = 0; i < 3 && ecn; ++i)
        readVarint(reader);
    return !reader.failed();
}

}  // namespace

bool Reassembly::add(quint64 offset, QByteArrayView piece) {
    if (offset > kMostHello || piece.size() > kMostHello - static_cast<qsizetype>(offset))
        return false;
    if (piece.isEmpty())
        return true;
    const auto first = static_cast<qsizetype>(offset), end = first + piece.size();
    qsizetype at = 0;  // in bytes_, where it goes
    auto from = spans_.begin();
    for (; from != spans_.end() && from->end < first; ++from)
        at += from->end - from->first;
    QByteArray joined = piece.toByteArray();
    Span span{first, end};
    qsizetype replaced = 0;
    auto to = from;
    for (; to != spans_.end() && to->first <= end; ++to) {
        const QByteArrayView known =
            QByteArrayView(bytes_).sliced(at + replaced, to->end - to->first);
        const qsizetype common = std::max(to->first, first);
        const qsizetype length = std::min(to->end, end) - common;
        if (known.sliced(common - to->first, length) != piece.sliced(common - first, length))
            return false;
        if (to->first < first)
            joined.prepend(known.first(first - to->first));
        if (to->end > end)
            joined.append(known.last(to->end - end));
        span = {std::min(span.first, to->first), std::max(span.end, to->end)};
        replaced += known.size();
    }
    bytes_.replace(at, replaced, joined);
    spans_.insert(spans_.erase(from, to), span);
    return spans_.size() <= kMostQuicPieces;
}

QByteArrayView Reassembly::beginning() const {
    if (spans_.isEmpty() || spans_.front().first != 0)
        return {};
    return QByteArrayView(bytes_).first(spans_.front().end);
}

// A packet with a long header of a version that is known. Borrows the datagram.
struct QuicInitialReader::Packet {
    QuicVersion version = QuicVersion::One;
    bool initial = false;
    bool token = false;          // a server asked it to come again, now or once
    QByteArrayView connection;   // destination
    QByteArrayView bytes;        // all of it
    qsizetype numberOffset = 0;  // where the packet number begins

    // Takes it off the front of `rest`; nothing for what is none (RFC 9000 17.2). Where a Retry
    // packet ends is not said: it takes all.
    static std::optional<Packet> take(QByteArrayView& rest) {
        ByteReader reader(rest);
        Packet packet;
        const quint8 first = reader.u8();
        const quint32 version = reader.u32();
        packet.version = QuicVersion(version);
        ByteReader destination = reader.piece(1);
        const ByteReader source = reader.piece(1);
        const bool known = packet.version == QuicVersion::One || packet.version == QuicVersion::Two;
        if (reader.failed() || (first & kLongHeader) != kLongHeader || !known ||
            destination.left() > kMostConnectionId || source.left() > kMostConnectionId)
            return {};
        packet.connection = destination.rest();
        // Initial, 0-RTT, Handshake, Retry: 0 to 3 in version 1, one more (mod 4) in version 2.
        const int type = (first >> 4 & 3) - (packet.version == QuicVersion::Two ? 1 : 0);
        packet.initial = type == 0;
        if ((type & 3) == 3) {
            rest = {};
            return packet;
        }
        if (packet.initial) {
            const quint64 token = std::min<quint64>(readVarint(reader), 1 << 16);
            reader.take(static_cast<qsizetype>(token));
            packet.token = token > 0;
        }
        const quint64 length = std::min<quint64>(readVarint(reader), 1 << 16);
        packet.numberOffset = reader.position();
        reader.take(static_cast<qsizetype>(length));
        if (reader.failed())
            return {};
        packet.bytes = rest.first(reader.position());
        rest = rest.sliced(reader.position());
        return packet;
    }
};

Reading QuicInitialReader::feed(QByteArrayView datagram) {
    if (reading_ != Reading::NeedMore)
        return reading_;
    std::optional<QByteArrayView> connection;
    for (int i = 0; i < kMostPackets && !datagram.isEmpty() && reading_ == Reading::NeedMore; ++i) {
        const std::optional<Packet> packet = Packet::take(datagram);
        if (!packet && i == 0 && datagrams_ == 0)
            reading_ = Reading::OtherProtocol;
        // RFC 9000 12.2: what follows in a datagram is for the same connection, or for nobody.
        if (!packet || packet->connection != connection.value_or(packet->connection))
            break;
        connection = packet->connection;
        if (packet->initial)
            readPacket(*packet);
    }
    if (++datagrams_ >= kMostQuicDatagrams && reading_ == Reading::NeedMore)
        reading_ = Reading::Unclear;
    if (reading_ != Reading::NeedMore)
        stream_ = {};
    return reading_;
}

// The client goes on with the keys of its first packet, whatever id the server chose; only after a
// Retry do they follow from the new one, and then it must say the same again (RFC 9000 17.2.5.3).
// What opens with its own keys without that is a second connection in between.
void QuicInitialReader::readPacket(const Packet& packet) {
    QByteArray frames;
    bool again = false;
    if (!connection_ || !open(packet, *connection_, frames)) {
        const QByteArray own = packet.connection.toByteArray();
        if ((connection_ && own == *connection_) || !open(packet, own, frames))
            return;
        again = connection_ && !packet.token;
        connection_ = own;
    }
    if (again || !readFrames(frames))
        reading_ = Reading::Unclear;
    else
        reading_ = readClientHello(stream_.beginning(), hello_);
    // TLS it is, so another message is no other protocol.
    if (reading_ == Reading::OtherProtocol)
        reading_ = Reading::Unclear;
}

// Removes both protections (RFC 9001 5.4, 5.3). False: it was not protected with these keys.
bool QuicInitialReader::open(const Packet& packet, const QByteArray& connection,
                             QByteArray& frames) {
    const qsizetype at = packet.numberOffset;
    if (packet.bytes.size() < at + kMostNumber + kSample)
        return false;
    const QuicKeys keys = clientInitialKeys(packet.version, connection);
    const auto mask = headerMask(keys, packet.bytes.sliced(at + kMostNumber, kSample));
    if (!mask)
        return false;
    QByteArray header = packet.bytes.first(at + kMostNumber).toByteArray();
    header[0] = static_cast<char>(header.at(0) ^ ((*mask)[0] & 0x0f));
    const int length = (header.at(0) & 3) + 1;
    header.truncate(at + length);
    quint64 number = 0;
    for (int i = 0; i < length; ++i) {
        const auto byte = static_cast<quint8>(header.at(at + i) ^ (*mask)[1 + i]);
        header[at + i] = static_cast<char>(byte);
        number = number << 8 | byte;
    }
    number = wholeNumber(number, length, nextNumber_);
    auto opened = openPayload(keys, number, header, packet.bytes.sliced(at + length));
    if (!opened || (header.at(0) & 0x0c) != 0)  // reserved bits: 17.2
        return false;
    nextNumber_ = std::max(nextNumber_, number + 1);
    frames = *std::move(opened);
    return true;
}

// RFC 9000 12.4: the frames an Initial packet may hold. False: others, or cut ones.
bool QuicInitialReader::readFrames(QByteArrayView frames) {
    ByteReader reader(frames);
    while (reader.left() > 0) {
        switch (const quint64 type = readVarint(reader)) {
            case kPadding:
            case kPing:
                break;
            case kAck:
            case kAckEcn:
                if (!readAck(reader, type == kAckEcn))
                    return false;
                break;
            case kCrypto: {
                const quint64 offset = readVarint(reader);
                const quint64 length = std::min<quint64>(readVarint(reader), 1 << 16);
                const QByteArrayView piece = reader.take(static_cast<qsizetype>(length));
                if (reader.failed() || !stream_.add(offset, piece))
                    return false;
                break;
            }
            case kConnectionClose:
                return true;
            default:
                return false;
        }
    }
    return !reader.failed();
}

}  // namespace sallyport::names
