// Checksums of held packets, computed by hand over bytes that are not trusted.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/checksum.h"

#include <netinet/in.h>

#include <array>

namespace sallyport::kernel {

namespace {

using api::ErrorCode;
using api::failure;

// Where the transport header begins and what it is.
struct Transport {
    qsizetype offset = 0;
    quint8 protocol = 0;
    qsizetype addresses = 0;       // offset of source and destination, which follow each other
    qsizetype addressesBytes = 0;  // both together
};

quint8 byteAt(QByteArrayView bytes, qsizetype offset) {
    return quint8(bytes[offset]);
}

quint16 wordAt(QByteArrayView bytes, qsizetype offset) {
    return quint16(byteAt(bytes, offset) << 8 | byteAt(bytes, offset + 1));
}

void putWord(QByteArray& bytes, qsizetype offset, quint16 word) {
    bytes[offset] = char(word >> 8);
    bytes[offset + 1] = char(word & 0xff);
}

// One's complement sum, RFC 1071; an odd last byte counts as the high one.
quint64 sum(QByteArrayView bytes, quint64 start = 0) {
    quint64 total = start;
    qsizetype i = 0;
    for (; i + 1 < bytes.size(); i += 2)
        total += wordAt(bytes, i);
    if (i < bytes.size())
        total += quint64(byteAt(bytes, i)) << 8;
    return total;
}

quint16 folded(quint64 total) {
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return quint16(~total & 0xffff);
}

api::Result<Transport> readV4(QByteArrayView packet) {
    if (packet.size() < 20)
        return failure(ErrorCode::Invalid, QStringLiteral("shorter than an IPv4 header"));
    const qsizetype header = (byteAt(packet, 0) & 0xf) * 4;
    if (header < 20 || header > packet.size())
        return failure(ErrorCode::Invalid,
                       QStringLiteral("an IPv4 header of %1 bytes").arg(header));
    if (wordAt(packet, 2) != packet.size())
        return failure(ErrorCode::Invalid, QStringLiteral("%1 bytes that claim to be %2")
                                               .arg(packet.size())
                                               .arg(wordAt(packet, 2)));
    if (wordAt(packet, 6) & 0x3fff)  // more fragments, or not the first
        return failure(ErrorCode::Invalid, QStringLiteral("a fragment"));
    return Transport{header, byteAt(packet, 9), 12, 8};
}

api::Result<Transport> readV6(QByteArrayView packet) {
    if (packet.size() < 40)
        return failure(ErrorCode::Invalid, QStringLiteral("shorter than an IPv6 header"));
    if (wordAt(packet, 4) + 40 != packet.size())
        return failure(ErrorCode::Invalid, QStringLiteral("%1 bytes that claim to be %2")
                                               .arg(packet.size())
                                               .arg(wordAt(packet, 4) + 40));
    Transport transport{40, byteAt(packet, 6), 8, 32};
    for (int headers = 0; headers < 8; ++headers) {
        switch (transport.protocol) {
            case IPPROTO_HOPOPTS:
            case IPPROTO_DSTOPTS:
                break;
            case IPPROTO_ROUTING:  // the sum is over the final destination, which is not in front
                return failure(ErrorCode::Invalid, QStringLiteral("a routing header"));
            case IPPROTO_FRAGMENT:
                return failure(ErrorCode::Invalid, QStringLiteral("a fragment"));
            default:
                return transport;
        }
        if (transport.offset + 8 > packet.size())
            return failure(ErrorCode::Invalid, QStringLiteral("a cut extension header"));
        transport.protocol = byteAt(packet, transport.offset);
        transport.offset += (byteAt(packet, transport.offset + 1) + 1) * 8;
        if (transport.offset > packet.size())
            return failure(ErrorCode::Invalid, QStringLiteral("a cut extension header"));
    }
    return failure(ErrorCode::Invalid, QStringLiteral("too many extension headers"));
}

// How a transport is summed up.
struct Scheme {
    quint8 protocol;
    qsizetype header;    // bytes it has at least
    qsizetype checksum;  // where the sum stands
    bool pseudoHeader;
};
constexpr std::array<Scheme, 5> kSchemes{{
    {IPPROTO_TCP, 20, 16, true},
    {IPPROTO_UDP, 8, 6, true},
    {IPPROTO_UDPLITE, 8, 6, true},
    {IPPROTO_ICMP, 8, 2, false},
    {IPPROTO_ICMPV6, 4, 2, true},
}};

// How many bytes of the transport the sum covers; UDP-Lite says so itself (RFC 3828 3.1).
api::Result<qsizetype> coverage(const Scheme& scheme, QByteArrayView segment) {
    if (segment.size() < scheme.header)
        return failure(ErrorCode::Invalid, QStringLiteral("a cut transport header"));
    if (scheme.protocol == IPPROTO_TCP && (byteAt(segment, 12) >> 4) * 4 > segment.size())
        return failure(ErrorCode::Invalid, QStringLiteral("a cut TCP header"));
    if (scheme.protocol == IPPROTO_UDP && wordAt(segment, 4) != segment.size())
        return failure(ErrorCode::Invalid, QStringLiteral("a UDP length that is not its own"));
    if (scheme.protocol == IPPROTO_UDPLITE) {
        const qsizetype covered = wordAt(segment, 4);
        if (covered == 0)
            return segment.size();
        if (covered < 8 || covered > segment.size())
            return failure(ErrorCode::Invalid, QStringLiteral("an impossible UDP-Lite coverage"));
        return covered;
    }
    return segment.size();
}

api::Result<void> fillTransport(QByteArray& packet, const Transport& transport) {
    for (const Scheme& scheme : kSchemes) {
        if (scheme.protocol != transport.protocol)
            continue;
        const QByteArrayView segment = QByteArrayView(packet).sliced(transport.offset);
        const auto covered = coverage(scheme, segment);
        if (!covered)
            return covered.error();
        const qsizetype length = segment.size();
        putWord(packet, transport.offset + scheme.checksum, 0);
        quint64 total = sum(QByteArrayView(packet).sliced(transport.offset, *covered));
        if (scheme.pseudoHeader)
            total =
                sum(QByteArrayView(packet).sliced(transport.addresses, transport.addressesBytes),
                    total + transport.protocol + (quint64(length) >> 16) + (length & 0xffff));
        quint16 check = folded(total);
        const bool datagram =
            transport.protocol == IPPROTO_UDP || transport.protocol == IPPROTO_UDPLITE;
        if (check == 0 && datagram)
            check = 0xffff;  // 0 would say that there is none
        putWord(packet, transport.offset + scheme.checksum, check);
        return {};
    }
    return {};
}

}  // namespace

api::Result<QByteArray> prepareForInjection(QByteArrayView packet) {
    if (packet.isEmpty())
        return failure(ErrorCode::Invalid, QStringLiteral("an empty packet"));
    const int version = byteAt(packet, 0) >> 4;
    if (version != 4 && version != 6)
        return failure(ErrorCode::Invalid, QStringLiteral("IP version %1").arg(version));
    const auto transport = version == 4 ? readV4(packet) : readV6(packet);
    if (!transport)
        return transport.error();

    QByteArray prepared = packet.toByteArray();
    if (const auto filled = fillTransport(prepared, *transport); !filled)
        return filled.error();
    if (version == 4) {
        putWord(prepared, 10, 0);
        putWord(prepared, 10, folded(sum(QByteArrayView(prepared).first(transport->offset))));
    }
    return prepared;
}

}  // namespace sallyport::kernel
