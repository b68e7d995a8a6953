// The server name in the first packets of a QUIC connection.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <optional>

#include "names/client_hello.h"
#include "names/reading.h"

namespace sallyport::names {

inline constexpr int kMostQuicDatagrams = 64;  // read before it is Unclear
inline constexpr int kMostQuicPieces = 256;    // gaps between what came of the message

// Bytes of a stream that come in pieces, in any order and more than once. Keeps what came, however
// far apart it is.
class Reassembly {
  public:
    // False: the piece ends behind kMostHello, contradicts bytes that came before, or leaves more
    // than kMostQuicPieces gaps.
    bool add(quint64 offset, QByteArrayView piece);
    // What came whole from the beginning on.
    QByteArrayView beginning() const;
    qsizetype bytes() const { return bytes_.size(); }

  private:
    struct Span {
        qsizetype first;
        qsizetype end;
    };
    QByteArray bytes_;   // of all spans, one behind the other
    QList<Span> spans_;  // in order, none touches the next
};

// Reads the ClientHello out of the Initial packets that a client sends in a UDP flow: QUIC version
// 1 (RFC 9000, 9001) and 2 (RFC 9369). Anybody on the way can read them: their keys follow from the
// connection id that stands in the first. Packets that others' keys protect are passed over, as are
// those that no server would accept. One reader reads one connection; a program can begin others in
// the same flow, to other names: an Initial packet after the result is a matter for a new reader.
class QuicInitialReader {
  public:
    // A datagram's payload, in the order of sending or not. Unclear, besides what
    // readClientHello() says: frames that do not belong into an Initial packet, CRYPTO frames that
    // contradict one another, a second connection before the first said its name, no message after
    // kMostQuicDatagrams. OtherProtocol: the first
    // datagram has no packet of a client of these versions. After another result than NeedMore,
    // ignored.
    Reading feed(QByteArrayView datagram);

    Reading reading() const { return reading_; }
    // Filled only for Name and NoName.
    const ClientHello& hello() const { return hello_; }

  private:
    struct Packet;

    bool open(const Packet& packet, const QByteArray& connection, QByteArray& frames);
    void readPacket(const Packet& packet);
    bool readFrames(QByteArrayView frames);

    Reading reading_ = Reading::NeedMore;
    ClientHello hello_;
    int datagrams_ = 0;
    std::optional<QByteArray> connection_;  // the id the keys follow from
    quint64 nextNumber_ = 0;                // one more than the highest packet number so far
    Reassembly stream_;
};

}  // namespace sallyport::names
