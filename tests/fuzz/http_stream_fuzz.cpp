// The requests of a connection: the first byte says how it is cut into packets, the rest is what
// the program sends. SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/http_stream.h"

#include "api/words.h"
#include "fuzz/input.h"

using namespace sallyport;
using engine::HttpStream;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2)
        return 0;
    constexpr quint32 kStart = 0xffffff00u;
    const QByteArrayView stream = fuzz::view(data + 1, size - 1);
    QList<api::HttpAsked> asked;
    HttpStream whole(kStart);
    const HttpStream::State state = whole.read(kStart, stream, true, asked);
    REQUIRE(asked.size() <= 64);
    for (const api::HttpAsked& one : asked)
        REQUIRE(fuzz::isHarmless(one.method) &&
                !api::hasControlCharacters(one.path.value_or(QString())));

    // As TCP does it: what is not let go yet is seen again, with what the program writes next.
    QList<api::HttpAsked> again;
    HttpStream cut(kStart);
    const qsizetype step = 1 + data[0];
    qsizetype sent = 0, end = 0;
    while (end < stream.size()) {
        end = std::min(end + step, stream.size());
        if (cut.read(kStart + quint32(sent), stream.sliced(sent, end - sent), true, again) ==
            HttpStream::State::Whole)
            sent = end;
    }
    if (state == HttpStream::State::Whole) {
        REQUIRE(again == asked);
        REQUIRE(cut.understood() == whole.understood());
    }
    return 0;
}
