// DNS messages out of TCP segments: see dns_stream.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/dns_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

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

QList<QByteArray> DnsStreams::feed(quint64 socket, bool answers, quint64 process, quint32 sequence,
                                   quint32 expected, QByteArrayView bytes, qint64 nowMs) {
    const Key key{socket, answers};
    auto known = streams_.find(key);
    if (known == streams_.end()) {
        if (streams_.size() >= kMostStreams)
            expire(nowMs);
        if (streams_.size() >= kMostStreams)
            makeRoom([](const Share& one) { return static_cast<qsizetype>(one.uses.size()); });
        std::list<Key>& uses = shares_[process].uses;
        known = streams_.insert(key,
                                {DnsStream(answers), process, nowMs, uses.insert(uses.end(), key)});
    }
    Share& share = shares_.at(known->process);
    share.uses.splice(share.uses.end(), share.uses, known->use);
    known->fedMs = nowMs;
    const qsizetype before = known->stream.bytes();
    const QList<QByteArray> messages = known->stream.feed(sequence, expected, bytes);
    const qsizetype more = known->stream.bytes() - before;
    share.bytes += more;
    bytes_ += more;
    while (bytes_ > kMostBytes)
        makeRoom([](const Share& one) { return one.bytes; });
    return messages;
}

void DnsStreams::expire(qint64 nowMs) {
    QList<Key> old;
    for (auto known = streams_.cbegin(); known != streams_.cend(); ++known) {
        if (known->fedMs + kIdleMs < nowMs)
            old.append(known.key());
    }
    for (const Key& key : std::as_const(old))
        drop(key);
}

// `had`: how much a program has of what there is too much of.
void DnsStreams::makeRoom(qsizetype (*had)(const Share&)) {
    const auto most = std::max_element(
        shares_.cbegin(), shares_.cend(),
        [had](const auto& a, const auto& b) { return had(a.second) < had(b.second); });
    drop(Key(most->second.uses.front()));
}

void DnsStreams::drop(const Key& key) {
    const Known known = streams_.take(key);
    const auto share = shares_.find(known.process);
    share->second.uses.erase(known.use);
    share->second.bytes -= known.stream.bytes();
    bytes_ -= known.stream.bytes();
    if (share->second.uses.empty())
        shares_.erase(share);
}

}  // namespace sallyport::names
