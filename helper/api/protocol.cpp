// Words for protocols.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/protocol.h"

#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<quint8> kProtocols[] = {{0, "any"_L1},    {6, "tcp"_L1},         {17, "udp"_L1},
                                       {1, "icmp"_L1},   {58, "icmpv6"_L1},     {136, "udplite"_L1},
                                       {132, "sctp"_L1}, {kFrames, "frames"_L1}};

}  // namespace

QString protocolToWord(quint8 protocol) {
    const QString word = wordOf(kProtocols, protocol);
    return word.isEmpty() ? QString::number(protocol) : word;
}

Result<quint8> protocolFromWord(const QString& word) {
    const Result<quint8> named = valueOf(kProtocols, word);
    if (named)
        return named;
    bool number = false;
    const ushort value = word.toUShort(&number);
    if (number && value < kFrames && QString::number(value) == word)
        return static_cast<quint8>(value);
    return failure(ErrorCode::Invalid, named.error().text + u" or a number from 0 to 254"_s);
}

bool protocolHasPorts(quint8 protocol) {
    return protocol == 6 || protocol == 17 || protocol == 136 || protocol == 132;
}

}  // namespace sallyport::api
