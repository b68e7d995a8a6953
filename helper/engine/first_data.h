// The name that a program says in what it sends first, out of copies of its packets.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <memory>
#include <variant>

#include "api/name_source.h"
#include "names/client_hello.h"
#include "names/http_request.h"
#include "names/quic_initial.h"

namespace sallyport::engine {

struct SaidName {
    QString name;  // empty: none was said, or not so that all read the same
    api::NameSource source = api::NameSource::None;
};

// Reads one connection: TLS or HTTP over TCP, QUIC over UDP.
class FirstData {
  public:
    static constexpr int kMostPackets = 4;  // read before it counts as nameless

    explicit FirstData(quint8 protocol);

    // An IP packet from its header on, or the beginning of one. False: the rest is still to come.
    bool feed(QByteArrayView packet);
    // Once feed() returned true.
    const SaidName& said() const { return said_; }

  private:
    names::Reading readStream(QByteArrayView payload);
    names::Reading readDatagram(QByteArrayView payload);

    names::ClientHelloReader tls_;
    names::HttpRequestReader http_;
    names::QuicInitialReader quic_;
    quint8 protocol_;
    int packets_ = 0;
    SaidName said_;
};

// What lies behind the headers of a TCP or UDP packet with nothing unusual in its IP header; empty:
// nothing, or it is none.
QByteArrayView payloadOf(QByteArrayView packet, quint8 protocol);

}  // namespace sallyport::engine
