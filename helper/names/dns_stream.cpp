// DNS messages out of TCP segments: see dns_stream.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/dns_stream.h"

#include <algorithm>
#include <iterator>

#include "names/byte_reader.h"

namespace sallyport::names {

namespace {

constexpr qsizetype kLength = 2;
constexpr qsizetype kHeader = 12;

// Whether a message of that side may begin so. True of less than the beginning, too.
bool beginsMessage(QByteArrayView bytes, bool answer) {
    ByteReader head(bytes);
    const quint16 length = head.u16();
    if (!head.failed() && length < kHeader)
        return false;
    head.u16();  // its number
    const quint16 flags = head.u16();
    const quint16 questions = head.u16();
    return head.failed() || ((flags & 0xf800) == (answer ? 0x8000 : 0) && questions <= 1);
}

}  // namespace

QList<QByteArray> DnsStream::feed(quint32 sequence, quint32 expected, QByteArrayView bytes) {
    if (!begun_) {
        begun_ = true;
        next_ = expected;
    }
    const Place passed = at_ + static_cast<qint32>(expected - next_);
    Place place = at_ + static_cast<qint32>(sequence - next_);
    QList<QByteArray> messages;
    if (passed > at_)  // something passed of which there was no copy
        messages = skipTo(passed);
    if (place < at_) {
        bytes = bytes.sliced(std::min<qsizetype>(at_ - place, bytes.size()));
        place = at_;
    }
    if (place == at_)
        append(bytes);
    else
        keep(place, bytes);
    messages += whole();
    while (!ahead_.empty() && ahead_.begin()->first <= at_)
        messages += takeKept();
    return messages;
}

// Passes over what is missing before the place; returns what was whole on the way there.
QList<QByteArray> DnsStream::skipTo(Place place) {
    const auto leap = [this](Place to) {
        next_ += static_cast<quint32>(to - at_);
        at_ = to;
        message_.clear();
    };
    QList<QByteArray> messages;
    while (!ahead_.empty() && ahead_.begin()->first < place) {
        if (ahead_.begin()->first > at_)
            leap(ahead_.begin()->first);
        messages += takeKept();
    }
    if (place > at_)
        leap(place);
    return messages;
}

void DnsStream::append(QByteArrayView bytes) {
    message_.append(bytes);
    next_ += static_cast<quint32>(bytes.size());
    at_ += bytes.size();
}

void DnsStream::keep(Place place, QByteArrayView bytes) {
    if (bytes.isEmpty() || place - at_ > kMostAhead || aheadBytes_ + bytes.size() > kMostAhead)
        return;
    QByteArray& kept = ahead_[place];
    if (kept.size() >= bytes.size())
        return;
    aheadBytes_ += bytes.size() - kept.size();
    kept = bytes.toByteArray();
}

// The first of those that waited, as far as it is new; what is whole then.
QList<QByteArray> DnsStream::takeKept() {
    const auto first = ahead_.begin();
    const qsizetype known = std::min<qsizetype>(at_ - first->first, first->second.size());
    append(QByteArrayView(first->second).sliced(known));
    aheadBytes_ -= first->second.size();
    ahead_.erase(first);
    return whole();
}

// Takes the whole messages off the front. What does not begin as one is passed over: the next
// segment may.
QList<QByteArray> DnsStream::whole() {
    QList<QByteArray> messages;
    const QByteArrayView all(message_);
    qsizetype from = 0;
    while (from < all.size()) {
        const QByteArrayView rest = all.sliced(from);
        if (!beginsMessage(rest, answers_)) {
            from = all.size();
            break;
        }
        ByteReader reader(rest);
        const QByteArrayView message = reader.piece(kLength).rest();
        if (reader.failed())
            break;
        messages += message.toByteArray();
        from += kLength + message.size();
    }
    message_.remove(0, from);
    return messages;
}

QList<QByteArray> DnsStreams::feed(quint64 socket, bool answers, quint32 sequence, quint32 expected,
                                   QByteArrayView bytes, qint64 nowMs) {
    expire(nowMs);
    const Key key{socket, answers};
    auto known = streams_.find(key);
    if (known == streams_.end()) {
        if (streams_.size() >= kMostStreams)
            dropOldest();
        known = streams_.insert(key, {DnsStream(answers), nowMs, uses_.insert(uses_.end(), key)});
    } else {
        uses_.splice(uses_.end(), uses_, known->use);
    }
    known->fedMs = nowMs;
    bytes_ -= known->stream.bytes();
    const QList<QByteArray> messages = known->stream.feed(sequence, expected, bytes);
    bytes_ += known->stream.bytes();
    while (bytes_ > kMostBytes)
        dropOldest();
    return messages;
}

void DnsStreams::expire(qint64 nowMs) {
    while (!uses_.empty() && streams_.constFind(uses_.front())->fedMs + kIdleMs < nowMs)
        dropOldest();
}

void DnsStreams::dropOldest() {
    bytes_ -= streams_.take(uses_.front()).stream.bytes();
    uses_.pop_front();
}

}  // namespace sallyport::names
