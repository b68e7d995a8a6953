// HTTP/1 framing (RFC 9112 6 and 7): where a request ends and the next begins.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/http_stream.h"

#include <algorithm>
#include <optional>

#include "names/http_request.h"

namespace sallyport::engine {

using names::HttpRequest;
using names::HttpRequestReader;
using names::Reading;

namespace {

// A packet has at most 64 kB, and every request is a question to all rules.
constexpr qsizetype kMostRequests = 64;

// The line that ends with a line feed, without what ends it; none: it is not whole.
std::optional<QByteArrayView> firstLine(QByteArrayView data) {
    const qsizetype end = data.indexOf('\n');
    if (end < 0)
        return {};
    return data.first(end > 0 && data[end - 1] == '\r' ? end - 1 : end);
}

bool isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

HttpStream::State HttpStream::readHead(QByteArrayView data, QList<api::HttpAsked>& asked) {
    HttpRequestReader reader;
    const Reading reading = reader.feed(data);
    if (reading == Reading::NeedMore)
        return State::More;
    if (reading != Reading::Name && reading != Reading::NoName)
        return State::Unclear;
    const HttpRequest& request = reader.request();
    asked.append({api::HttpAsked::State::Read, request.method, request.path});
    understood_ += static_cast<quint32>(reader.headBytes());
    bodyLeft_ = request.bodyBytes;
    if (request.body == HttpRequest::Body::Chunked)
        next_ = Next::ChunkSize;
    unclear_ = request.body == HttpRequest::Body::Other;
    return State::Whole;
}

// RFC 9112 7.1: the size in hexadecimal, perhaps with extensions, and after the data an empty line.
HttpStream::State HttpStream::readChunkSize(QByteArrayView data) {
    constexpr qsizetype kMostLine = 256;
    const std::optional<QByteArrayView> line = firstLine(data);
    if (!line)
        return data.size() > kMostLine ? State::Unclear : State::More;
    const qsizetype extension = line->indexOf(';');
    const QByteArrayView digits = extension < 0 ? *line : line->first(extension);
    bool isNumber = false;
    const quint32 size = digits.toByteArray().toUInt(&isNumber, 16);
    if (!isNumber || !std::all_of(digits.begin(), digits.end(), isHexDigit))
        return State::Unclear;
    understood_ += static_cast<quint32>(data.indexOf('\n') + 1);
    if (size == 0)
        next_ = Next::Trailer;
    else
        bodyLeft_ = quint64{size} + 2;  // the line end that follows the data
    return State::Whole;
}

// Fields, and the empty line that ends the request.
HttpStream::State HttpStream::readTrailer(QByteArrayView data) {
    const std::optional<QByteArrayView> line = firstLine(data);
    if (!line)
        return data.size() > names::kMostHttpHead ? State::Unclear : State::More;
    understood_ += static_cast<quint32>(data.indexOf('\n') + 1);
    if (line->isEmpty())
        next_ = Next::Head;
    return State::Whole;
}

HttpStream::State HttpStream::readNext(QByteArrayView data, QList<api::HttpAsked>& asked) {
    switch (next_) {
        case Next::Head:
            return asked.size() < kMostRequests ? readHead(data, asked) : State::Unclear;
        case Next::ChunkSize:
            return readChunkSize(data);
        case Next::Trailer:
            return readTrailer(data);
    }
    return State::Unclear;
}

HttpStream::State HttpStream::read(quint32 sequence, QByteArrayView data, bool whole,
                                   QList<api::HttpAsked>& asked) {
    const quint32 end = sequence + static_cast<quint32>(data.size());
    while (!unclear_) {
        if (bodyLeft_ > 0 && static_cast<qint32>(understood_ - end) <= 0) {
            // Further than two gigabytes, sequence numbers have no order.
            const quint64 known = std::min<quint64>(bodyLeft_, 1u << 30);
            understood_ += static_cast<quint32>(known);
            bodyLeft_ -= known;
        }
        const auto ahead = static_cast<qint32>(understood_ - sequence);
        if (ahead < 0)  // something went before that was not read
            break;
        if (static_cast<qint32>(end - understood_) <= 0)
            return State::Whole;
        const State state = readNext(data.sliced(ahead), asked);
        if (state == State::More && whole)
            return State::More;
        if (state != State::Whole)
            break;
    }
    unclear_ = true;
    return State::Unclear;
}

}  // namespace sallyport::engine
