// Feeds the readers of names/ and takes what the first of them finds.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/first_data.h"

#include <netinet/in.h>

namespace sallyport::engine {

using names::Reading;

QByteArrayView payloadOf(QByteArrayView packet, quint8 protocol) {
    const auto byte = [&](qsizetype at) { return qsizetype(static_cast<quint8>(packet[at])); };
    qsizetype end = 0;  // of the IP header
    if (packet.size() >= 20 && byte(0) >> 4 == 4 && byte(9) == protocol)
        end = (byte(0) & 15) * 4;
    else if (packet.size() >= 40 && byte(0) >> 4 == 6 && byte(6) == protocol)
        end = 40;
    constexpr qsizetype kUdpHeader = 8, kTcpLengthAt = 12;
    if (end == 0 || packet.size() < end + 20)
        return {};
    end += protocol == IPPROTO_TCP ? (byte(end + kTcpLengthAt) >> 4) * 4 : kUdpHeader;
    return end <= packet.size() ? packet.sliced(end) : QByteArrayView();
}

FirstData::FirstData(quint8 protocol) : protocol_(protocol) {}

Reading FirstData::readStream(QByteArrayView payload) {
    Reading reading = tls_.feed(payload);
    if (reading != Reading::OtherProtocol) {
        if (reading == Reading::Name)
            said_ = {tls_.hello().serverName, api::NameSource::ServerName};
        return reading;
    }
    reading = http_.feed(payload);
    if (reading == Reading::Name)
        said_ = {http_.request().host.name, api::NameSource::HttpHost};
    return reading;
}

Reading FirstData::readDatagram(QByteArrayView payload) {
    const Reading reading = quic_.feed(payload);
    if (reading == Reading::Name)
        said_ = {quic_.hello().serverName, api::NameSource::Quic};
    return reading;
}

bool FirstData::feed(QByteArrayView packet) {
    const QByteArrayView payload = payloadOf(packet, protocol_);
    const Reading reading = protocol_ == IPPROTO_TCP ? readStream(payload) : readDatagram(payload);
    // TCP sends nothing more before this is decided.
    return protocol_ == IPPROTO_TCP || reading != Reading::NeedMore || ++packets_ >= kMostPackets;
}

}  // namespace sallyport::engine
