// The requests of a connection, one after the other, out of copies of the packets that wait.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QList>

#include "api/http_requests.h"

namespace sallyport::engine {

// What a program sends on a TCP connection from the beginning of its first HTTP/1 request on.
class HttpStream {
  public:
    // A TCP sequence number: of the first byte of the first request.
    explicit HttpStream(quint32 start) : understood_(start) {}

    enum class State : quint8 {
        Whole,    // all of the packet is understood
        More,     // it ends within a head; once more of that is there, read() it anew
        Unclear,  // what follows cannot be told; nothing is read any more
    };
    // Reads on in a packet: `data` are its first bytes, with the sequence number of the first of
    // them, and `whole` says whether there are no others. What was understood before is passed
    // over. Adds each request that begins here to `asked`.
    State read(quint32 sequence, QByteArrayView data, bool whole, QList<api::HttpAsked>& asked);

    // Up to which sequence number, not included, it is known what is sent, without another request
    // in it. A body that is still to come counts, its first gigabyte.
    quint32 understood() const { return understood_; }

  private:
    // What comes after the rest of the body.
    enum class Next : quint8 { Head, ChunkSize, Trailer };

    State readNext(QByteArrayView data, QList<api::HttpAsked>& asked);
    State readHead(QByteArrayView data, QList<api::HttpAsked>& asked);
    State readChunkSize(QByteArrayView data);
    State readTrailer(QByteArrayView data);

    quint32 understood_;
    Next next_ = Next::Head;
    quint64 bodyLeft_ = 0;  // of a request or of a chunk, with what ends that
    bool unclear_ = false;
};

}  // namespace sallyport::engine
