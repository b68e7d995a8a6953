// What every fuzzer here needs: taking its input apart, and saying that something is wrong.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace sallyport::fuzz {

inline void require(bool holds, const char* what) {
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

inline QByteArrayView view(const uint8_t* data, size_t size) {
    return {reinterpret_cast<const char*>(data), static_cast<qsizetype>(size)};
}

// Takes the next byte off the front; 0 at the end.
inline quint8 takeByte(QByteArrayView& bytes) {
    if (bytes.isEmpty())
        return 0;
    const auto first = static_cast<quint8>(bytes.front());
    bytes = bytes.sliced(1);
    return first;
}

inline QByteArrayView takeBytes(QByteArrayView& bytes, qsizetype count) {
    const QByteArrayView taken = bytes.first(std::min(count, bytes.size()));
    bytes = bytes.sliced(taken.size());
    return taken;
}

// Printable ASCII without a blank: neither line breaks nor marks that turn text around.
inline bool isHarmless(const QString& text) {
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c <= u'~'; });
}

// A stream reader comes to the same end however the stream is cut: in pieces of 1, 2, 3... bytes.
template <class Reader>
Reader inPieces(QByteArrayView stream) {
    Reader reader;
    for (qsizetype length = 1; !stream.isEmpty(); length = length % 97 + 1)
        reader.feed(takeBytes(stream, length));
    return reader;
}

}  // namespace sallyport::fuzz

#define REQUIRE(condition) ::sallyport::fuzz::require((condition), #condition)
