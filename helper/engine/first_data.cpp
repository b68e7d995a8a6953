// Feeds the readers of names/ and takes what the first of them finds.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/first_data.h"

#include <netinet/in.h>

#include <QtEndian>

namespace sallyport::engine {

using names::Reading;
using State = api::HttpAsked::State;

namespace {

// 0: it is no packet of this protocol, or one with something unusual.
qsizetype ipHeaderBytes(QByteArrayView packet, quint8 protocol) {
    const auto byte = [&](qsizetype at) { return static_cast<quint8>(packet[at]); };
    if (packet.size() >= 20 && byte(0) >> 4 == 4 && byte(9) == protocol)
        return qsizetype{byte(0) & 15} * 4;
    return packet.size() >= 40 && byte(0) >> 4 == 6 && byte(6) == protocol ? 40 : 0;
}

constexpr char kHttp2[] = "PRI * HTTP/2";

// Servers may take for HTTP what the reader does not: HTTP/0.9 (RFC 1945 5), HTTP/2 (RFC 9113 3.4).
bool looksLikeHttp(QByteArrayView payload) {
    return payload.startsWith("GET ") || payload.startsWith(kHttp2);
}

}  // namespace

QByteArrayView payloadOf(QByteArrayView packet, quint8 protocol) {
    const auto byte = [&](qsizetype at) { return qsizetype(static_cast<quint8>(packet[at])); };
    constexpr qsizetype kUdpHeader = 8, kTcpHeader = 20, kTcpLengthAt = 12;
    qsizetype end = ipHeaderBytes(packet, protocol);
    if (end == 0 || packet.size() < end + (protocol == IPPROTO_TCP ? kTcpHeader : kUdpHeader))
        return {};
    end += protocol == IPPROTO_TCP ? (byte(end + kTcpLengthAt) >> 4) * 4 : kUdpHeader;
    return end <= packet.size() ? packet.sliced(end) : QByteArrayView();
}

quint32 sequenceOf(QByteArrayView packet) {
    constexpr qsizetype kSequenceAt = 4, kFlagsAt = 13;
    constexpr quint8 kSyn = 2;
    const QByteArrayView tcp = packet.sliced(ipHeaderBytes(packet, IPPROTO_TCP));
    const bool syn = static_cast<quint8>(tcp[kFlagsAt]) & kSyn;  // it counts as a byte
    return qFromBigEndian<quint32>(tcp.data() + kSequenceAt) + (syn ? 1 : 0);
}

FirstData::FirstData(quint8 protocol) : protocol_(protocol) {}

Reading FirstData::readStream(QByteArrayView payload) {
    tls_ = {};
    http_ = {};
    said_ = {};
    Reading reading = tls_.feed(payload);
    if (reading != Reading::OtherProtocol) {
        if (reading == Reading::Name)
            said_ = {tls_.hello().serverName, api::NameSource::ServerName};
        said_.unclear = reading == Reading::NeedMore || reading == Reading::Unclear;
        return reading;
    }
    reading = http_.feed(payload);
    if (reading == Reading::Name)
        said_ = {http_.request().host.name, api::NameSource::HttpHost, State::Read};
    else if (reading == Reading::NoName)
        said_.http = State::Read;
    else if (reading != Reading::OtherProtocol || looksLikeHttp(payload))
        said_.http = State::Unclear;
    said_.unclear =
        reading == Reading::NeedMore || reading == Reading::Unclear || payload.startsWith(kHttp2);
    return reading;
}

// Of what no more comes before it is decided. Programs say whom they mean first.
void FirstData::readSoFar() {
    const bool tls = tls_.reading() == Reading::NeedMore;
    const Reading reading = tls ? tls_.soFar(said_.name) : http_.soFar(said_.name);
    if (reading == Reading::Name)
        said_.source = tls ? api::NameSource::ServerName : api::NameSource::HttpHost;
    said_.unclear = reading != Reading::Name && reading != Reading::NoName;
    if (said_.unclear)
        said_.name.clear();
}

Reading FirstData::readDatagram(QByteArrayView payload) {
    const Reading reading = quic_.feed(payload);
    if (reading == Reading::Name)
        said_ = {quic_.hello().serverName, api::NameSource::Quic};
    said_.unclear = reading == Reading::NeedMore || reading == Reading::Unclear;
    return reading;
}

bool FirstData::feed(QByteArrayView packet, bool whole) {
    const QByteArrayView payload = payloadOf(packet, protocol_);
    if (protocol_ == IPPROTO_TCP) {
        if (payload.isEmpty() || readStream(payload) != Reading::NeedMore)
            return true;
        if (!whole)
            readSoFar();
        return !whole;
    }
    return payload.isEmpty() || readDatagram(payload) != Reading::NeedMore ||
           ++packets_ >= kMostPackets;
}

}  // namespace sallyport::engine
