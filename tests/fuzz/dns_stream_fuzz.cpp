// DNS over TCP: the input is what is sent, and in which segments it comes.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/dns_stream.h"

#include <vector>

#include "fuzz/input.h"

using namespace sallyport;
using names::DnsStream;
using names::DnsStreams;

namespace {

quint16 takeWord(QByteArrayView& bytes) {
    const quint16 high = fuzz::takeByte(bytes);
    return static_cast<quint16>(high << 8 | fuzz::takeByte(bytes));
}

// Segments that say anything of themselves: nothing but order and bounds can be asked for.
void anything(QByteArrayView input) {
    DnsStreams streams;
    qint64 now = 0;
    while (!input.isEmpty()) {
        const quint8 call = fuzz::takeByte(input);
        const quint32 sequence = takeWord(input) << (call & 0x10 ? 16 : 0);
        const quint32 expected = takeWord(input) << (call & 0x20 ? 16 : 0);
        const QByteArrayView bytes = fuzz::takeBytes(input, takeWord(input));
        now += call & 0x40 ? DnsStreams::kIdleMs / 2 : 1;
        const QList<QByteArray> messages =
            streams.feed(call & 7, call & 8, call & 1, sequence, expected, bytes, now);
        for (const QByteArray& message : messages)
            REQUIRE(message.size() >= 12 && message.size() <= 65535);
        REQUIRE(streams.bytes() >= 0 && streams.bytes() <= DnsStreams::kMostBytes);
        REQUIRE(streams.streams() <= 16);
    }
    streams.expire(now + DnsStreams::kIdleMs + 1);
    REQUIRE(streams.streams() == 0 && streams.bytes() == 0);
}

// Messages of any content in segments of any order: each is read, once and as it was sent.
void honest(QByteArrayView input) {
    QByteArray stream;
    QList<QByteArray> sent;
    for (int left = fuzz::takeByte(input) % 8; left > 0; --left) {
        const QByteArray message = QByteArray::fromHex("000781800001") +
                                   fuzz::takeBytes(input, takeWord(input) % 2000).toByteArray();
        if (message.size() < 12)
            continue;
        sent += message;
        stream += static_cast<char>(message.size() >> 8);
        stream += static_cast<char>(message.size());
        stream += message;
    }
    DnsStream reader;
    QList<QByteArray> read;
    std::vector<bool> came(static_cast<size_t>(stream.size()));
    qsizetype without = 0;  // a gap
    const auto segment = [&](qsizetype at, qsizetype length) {
        const auto first = static_cast<quint32>(-100);
        read += reader.feed(first + static_cast<quint32>(at), first + static_cast<quint32>(without),
                            QByteArrayView(stream).sliced(at, length));
        std::fill_n(came.begin() + at, length, true);
        without = std::find(came.begin(), came.end(), false) - came.begin();
    };
    for (int i = 0; i < 80 && !stream.isEmpty() && !input.isEmpty(); ++i) {  // as much as is kept
        const qsizetype at = takeWord(input) % stream.size();
        segment(at, std::min<qsizetype>(takeWord(input) % 1500, stream.size() - at));
    }
    if (without < stream.size())
        segment(without, stream.size() - without);
    REQUIRE(read == sent);
    REQUIRE(reader.bytes() == 0);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    QByteArrayView input = fuzz::view(data, size);
    if (fuzz::takeByte(input) % 2)
        honest(input);
    else
        anything(input);
    return 0;
}
