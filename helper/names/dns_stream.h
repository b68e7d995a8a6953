// DNS messages out of the segments of TCP connections, of which somebody else's copies are read.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QList>
#include <list>
#include <map>

namespace sallyport::names {

// What one side says: messages with their length in front, two bytes (RFC 7766 8). Segments come in
// any order, also repeatedly, and one may be missing for ever: then reading goes on with the first
// segment behind the gap that begins as a message does.
class DnsStream {
  public:
    // How far ahead segments may come before their turn, and how much of them is kept; what is
    // more is not read.
    static constexpr qsizetype kMostAhead = 128 << 10;

    // `answers`: the side that says responses, else queries.
    explicit DnsStream(bool answers = true) : answers_(answers) {}

    // A segment's data with the sequence number of its first byte. `expected`: of what the receiver
    // waited for then, so that everything before it has passed; of what a sender sends in order,
    // `sequence`. Returns the messages that are whole now, without their lengths.
    QList<QByteArray> feed(quint32 sequence, quint32 expected, QByteArrayView bytes);

    // What is kept for later, no more than kMostAhead and a message.
    qsizetype bytes() const { return message_.size() + aheadBytes_; }

  private:
    using Place = qint64;  // in the stream; sequence numbers begin anew every 4 GiB

    QList<QByteArray> skipTo(Place place);
    void append(QByteArrayView bytes);
    void keep(Place place, QByteArrayView bytes);
    QList<QByteArray> takeKept();
    QList<QByteArray> whole();

    bool answers_;
    bool begun_ = false;
    quint32 next_ = 0;  // sequence number of what comes next,
    Place at_ = 0;      // and its place
    QByteArray message_;
    std::map<Place, QByteArray> ahead_;
    qsizetype aheadBytes_ = 0;
};

// The streams of all connections, bounded in number, memory and time. When there are too many, or
// too much of them is kept, the one that was fed longest ago of the program that has most makes
// room: who opens them without end loses his own. Who is dropped in the middle of a message loses
// it; between messages it makes no difference. A program is an exec serial number, 0: nobody knows
// which. Times are milliseconds of a clock that is never set.
class DnsStreams {
  public:
    static constexpr qsizetype kMostStreams = 1024;
    static constexpr qsizetype kMostBytes = 4 << 20;  // kept for later, of all together
    static constexpr qint64 kIdleMs = 60'000;

    // As DnsStream, for one side of the socket with this cookie, which is this program's.
    QList<QByteArray> feed(quint64 socket, bool answers, quint64 process, quint32 sequence,
                           quint32 expected, QByteArrayView bytes, qint64 nowMs);
    // Drops those that said nothing for kIdleMs. To be called now and then.
    void expire(qint64 nowMs);

    qsizetype streams() const { return streams_.size(); }
    qsizetype bytes() const { return bytes_; }

  private:
    using Key = std::pair<quint64, bool>;
    struct Known {
        DnsStream stream;
        quint64 process = 0;  // whose share it is in
        qint64 fedMs = 0;
        std::list<Key>::iterator use;
    };
    // What one program has.
    struct Share {
        std::list<Key> uses;  // the one that was fed last is the last
        qsizetype bytes = 0;
    };

    void makeRoom(qsizetype (*had)(const Share&));
    void drop(const Key& key);

    QHash<Key, Known> streams_;
    std::map<quint64, Share> shares_;  // by program; none is empty
    qsizetype bytes_ = 0;
};

}  // namespace sallyport::names
