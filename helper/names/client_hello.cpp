// TLS ClientHello: see client_hello.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/client_hello.h"

#include <algorithm>
#include <array>

#include "api/host_name.h"
#include "names/byte_reader.h"

namespace sallyport::names {

namespace {

constexpr char kHandshakeRecord = 22;
constexpr char kMajorVersion = 3;
constexpr qsizetype kRecordHeader = 5;
constexpr qsizetype kMostRecord = 16384;
constexpr quint8 kClientHello = 1;
constexpr qsizetype kMessageHeader = 4;
constexpr quint8 kHostName = 0;
enum Extension : quint16 { kServerName = 0, kAlpn = 16, kEncryptedClientHello = 0xfe0d };

// RFC 6066 3: a list that holds one host name.
Reading readServerName(ByteReader data, QString& name) {
    ByteReader list = data.piece(2);
    const quint8 type = list.u8();
    ByteReader entry = list.piece(2);
    if (!data.finished() || !list.finished() || type != kHostName)
        return Reading::Unclear;
    const api::Result<api::Host> host = api::readHost(entry.rest(), false);
    if (!host)
        return Reading::Unclear;
    name = host->name;
    return host->address ? Reading::NoName : Reading::Name;
}

// RFC 7301 3.1. False: malformed.
bool readAlpn(ByteReader data, QStringList& alpn) {
    ByteReader list = data.piece(2);
    while (list.left() > 0) {
        ByteReader protocol = list.piece(1);
        if (list.failed() || protocol.left() == 0)
            return false;
        if (alpn.size() < kMostAlpn)
            alpn += api::printable(protocol.rest());
    }
    return data.finished();
}

Reading readExtensions(ByteReader extensions, ClientHello& hello) {
    Reading reading = Reading::NoName;
    std::array<bool, 3> seen{};  // server name, ALPN, encrypted part: each at most once
    const auto again = [&seen](std::size_t which) { return std::exchange(seen[which], true); };
    while (extensions.left() > 0) {
        const quint16 type = extensions.u16();
        const ByteReader data = extensions.piece(2);
        if (extensions.failed())
            return Reading::Unclear;
        if (type == kServerName) {
            if (again(0))
                return Reading::Unclear;
            reading = readServerName(data, hello.serverName);
            if (reading == Reading::Unclear)
                return reading;
        } else if (type == kAlpn) {
            if (again(1) || !readAlpn(data, hello.alpn))
                return Reading::Unclear;
        } else if (type == kEncryptedClientHello) {
            if (again(2))
                return Reading::Unclear;
            hello.encryptedPart = true;
        }
    }
    return reading;
}

Reading readBody(QByteArrayView bytes, ClientHello& hello) {
    ByteReader body(bytes);
    body.take(2 + 32);  // version and random
    const ByteReader session = body.piece(1);
    const ByteReader ciphers = body.piece(2);
    const ByteReader compressions = body.piece(1);
    if (body.failed() || session.left() > 32 || ciphers.left() == 0 || ciphers.left() % 2 != 0 ||
        compressions.left() == 0)
        return Reading::Unclear;
    if (body.left() == 0)
        return Reading::NoName;  // before TLS 1.3 there may be no extensions
    const ByteReader extensions = body.piece(2);
    return body.finished() ? readExtensions(extensions, hello) : Reading::Unclear;
}

}  // namespace

Reading readClientHello(QByteArrayView handshake, ClientHello& hello) {
    ByteReader message(handshake);
    if (message.left() > 0 && message.u8() != kClientHello)
        return Reading::OtherProtocol;
    const auto length = static_cast<qsizetype>(message.number(3));
    if (message.failed())
        return Reading::NeedMore;
    if (length > kMostHello - kMessageHeader)
        return Reading::Unclear;
    const QByteArrayView body = message.take(length);
    if (message.failed())
        return Reading::NeedMore;
    ClientHello read;
    const Reading reading = readBody(body, read);
    if (reading != Reading::Unclear)
        hello = std::move(read);
    return reading;
}

Reading serverNameSoFar(QByteArrayView handshake, QString& name) {
    ByteReader message(handshake);
    message.take(kMessageHeader + 2 + 32);  // version and random
    message.piece(1);                       // session
    message.piece(2);                       // ciphers
    message.piece(1);                       // compressions
    message.u16();                          // length of the extensions
    while (message.left() > 0) {
        const quint16 type = message.u16();
        const ByteReader data = message.piece(2);
        if (!message.failed() && type == kServerName)
            return readServerName(data, name);
    }
    return Reading::NeedMore;
}

Reading ClientHelloReader::feed(QByteArrayView stream) {
    while (reading_ == Reading::NeedMore && !stream.isEmpty()) {
        const bool inRecord = recordLeft_ > 0;
        const qsizetype wanted = inRecord ? recordLeft_ : kRecordHeader - header_.size();
        const QByteArrayView piece = stream.first(std::min(wanted, stream.size()));
        stream = stream.sliced(piece.size());
        if (inRecord) {
            handshake_.append(piece);
            recordLeft_ -= piece.size();
            reading_ = readClientHello(handshake_, hello_);
        } else {
            header_.append(piece);
            readRecordHeader();
        }
    }
    if (reading_ != Reading::NeedMore)
        handshake_.clear();
    return reading_;
}

// Tells as early as its first byte that this is no TLS.
void ClientHelloReader::readRecordHeader() {
    const bool isTls =
        header_.at(0) == kHandshakeRecord && (header_.size() < 2 || header_.at(1) == kMajorVersion);
    if (!isTls) {
        reading_ = handshake_.isEmpty() ? Reading::OtherProtocol : Reading::Unclear;
        return;
    }
    if (header_.size() < kRecordHeader)
        return;
    recordLeft_ = static_cast<qsizetype>(ByteReader(QByteArrayView(header_).last(2)).u16());
    header_.clear();
    if (recordLeft_ == 0 || recordLeft_ > kMostRecord)
        reading_ = Reading::Unclear;
}

}  // namespace sallyport::names
