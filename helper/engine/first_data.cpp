// Feeds the readers of names/ and takes what the first of them finds.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/first_data.h"

#include <netinet/in.h>

#include <QtEndian>

#include "names/client_hello.h"
#include "names/http_request.h"

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

bool FirstData::readStream(QByteArrayView payload, bool whole) {
    said_ = {};
    names::ClientHelloReader tls;
    Reading reading = tls.feed(payload);
    if (reading != Reading::OtherProtocol) {
        if (reading == Reading::Name)
            said_ = {tls.hello().serverName, api::NameSource::ServerName};
        said_.unclear = reading == Reading::NeedMore || reading == Reading::Unclear;
        if (reading == Reading::NeedMore && !whole)
            readSoFar(tls, api::NameSource::ServerName);
        return reading != Reading::NeedMore || !whole;
    }
    names::HttpRequestReader http;
    reading = http.feed(payload);
    if (reading == Reading::Name)
        said_ = {http.request().host.name, api::NameSource::HttpHost, State::Read};
    else if (reading == Reading::NoName)
        said_.http = State::Read;
    else if (reading != Reading::OtherProtocol || looksLikeHttp(payload))
        said_.http = State::Unclear;
    said_.unclear =
        reading == Reading::NeedMore || reading == Reading::Unclear || payload.startsWith(kHttp2);
    if (reading == Reading::NeedMore && !whole)
        readSoFar(http, api::NameSource::HttpHost);
    return reading != Reading::NeedMore || !whole;
}

// Of what no more comes before it is decided. Programs say whom they mean first.
void FirstData::readSoFar(const auto& reader, api::NameSource source) {
    const Reading reading = reader.soFar(said_.name);
    if (reading == Reading::Name)
        said_.source = source;
    said_.unclear = reading != Reading::Name && reading != Reading::NoName;
    if (said_.unclear)
        said_.name.clear();
}

bool FirstData::readDatagram(QByteArrayView payload) {
    const Reading reading = quic_.feed(payload);
    if (reading == Reading::Name)
        said_ = {quic_.hello().serverName, api::NameSource::Quic};
    said_.unclear = reading == Reading::NeedMore || reading == Reading::Unclear;
    return reading != Reading::NeedMore || ++packets_ >= kMostPackets;
}

bool FirstData::feed(QByteArrayView packet, bool whole) {
    const QByteArrayView payload = payloadOf(packet, protocol_);
    if (payload.isEmpty())
        return true;
    return protocol_ == IPPROTO_TCP ? readStream(payload, whole) : readDatagram(payload);
}

}  // namespace sallyport::engine
