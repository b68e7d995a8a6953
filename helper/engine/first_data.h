// What a program says in what it sends first, out of copies of its packets.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <memory>

#include "api/http_requests.h"
#include "api/name_source.h"
#include "names/quic_initial.h"

namespace sallyport::engine {

struct SaidName {
    QString name;  // empty: none was said, or not so that all read the same
    api::NameSource source = api::NameSource::None;
    // Read: HTTP/1, and its first request can be read. Never Unsaid.
    api::HttpAsked::State http = api::HttpAsked::State::Hidden;
    // Its protocol says a name, but it cannot be read, or not so that all would read the same.
    bool unclear = false;
};

// Reads one connection: TLS or HTTP over TCP, QUIC over UDP.
class FirstData {
  public:
    static constexpr int kMostPackets = 4;  // read before it counts as nameless

    explicit FirstData(quint8 protocol);

    // An IP packet from its header on, or, not `whole`, the beginning of what the program sends.
    // TCP sends nothing more before this is decided, but the packet grows with what the program
    // writes; it is the same one then. False: the rest is still to come.
    bool feed(QByteArrayView packet, bool whole);
    // Once feed() returned true; before, what it would be if nothing more came.
    const SaidName& said() const { return said_; }

  private:
    bool readStream(QByteArrayView payload, bool whole);
    void readSoFar(const auto& reader, api::NameSource source);
    bool readDatagram(QByteArrayView payload);

    names::QuicInitialReader quic_;
    quint8 protocol_;
    int packets_ = 0;  // of QUIC; TCP's is read from the beginning each time
    SaidName said_;
};

// What lies behind the headers of a TCP or UDP packet with nothing unusual in its IP header; empty:
// nothing, or it is none.
QByteArrayView payloadOf(QByteArrayView packet, quint8 protocol);
// The sequence number of the first byte of that, where it is TCP and not empty.
quint32 sequenceOf(QByteArrayView packet);

}  // namespace sallyport::engine
