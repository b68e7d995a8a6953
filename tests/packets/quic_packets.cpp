// QUIC Initial packets: see quic_packets.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "packets/quic_packets.h"

#include <openssl/evp.h>

#include <memory>

namespace sallyport::packets {

namespace {

using Bytes = unsigned char*;
using ConstBytes = const unsigned char*;

QByteArray bigEndian(quint64 value, int bytes) {
    QByteArray text;
    for (int i = bytes - 1; i >= 0; --i)
        text += static_cast<char>(value >> (8 * i));
    return text;
}

QByteArray withLength(const QByteArray& bytes) {
    return static_cast<char>(bytes.size()) + bytes;
}

// AES-128-GCM with the tag behind.
QByteArray encrypted(const names::QuicKeys& keys, quint64 number, const QByteArray& header,
                     const QByteArray& plain) {
    QByteArray nonce = keys.iv;
    for (int i = 0; i < 8; ++i)
        nonce[11 - i] = static_cast<char>(nonce.at(11 - i) ^ static_cast<char>(number >> (8 * i)));
    QByteArray out(plain.size() + 16, '\0');
    int length = 0;
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, ConstBytes(keys.key.data()),
                       ConstBytes(nonce.data()));
    EVP_EncryptUpdate(context.get(), nullptr, &length, ConstBytes(header.data()),
                      static_cast<int>(header.size()));
    EVP_EncryptUpdate(context.get(), Bytes(out.data()), &length, ConstBytes(plain.data()),
                      static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(context.get(), Bytes(out.data()) + length, &length);
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, 16, out.data() + plain.size());
    return out;
}

}  // namespace

QByteArray quicNumber(quint64 value) {
    return value < 0x4000 ? bigEndian(value | 0x4000, 2)
                          : bigEndian(value | 0xc000000000000000u, 8);
}

QByteArray cryptoFrame(quint64 offset, const QByteArray& data) {
    return '\x06' + quicNumber(offset) + quicNumber(static_cast<quint64>(data.size())) + data;
}

QByteArray sealed(const QuicPacket& packet) {
    const QByteArray plain = packet.frames.leftJustified(4, '\0');
    const int type = packet.version == names::QuicVersion::Two ? 0x10 : 0;
    QByteArray header(1, static_cast<char>(0xc0 | type | (packet.numberBytes - 1)));
    header += bigEndian(static_cast<quint32>(packet.version), 4);
    header += withLength(packet.connection) + withLength(packet.source);
    header += packet.token.isEmpty() ? QByteArray(1, '\0')
                                     : quicNumber(static_cast<quint64>(packet.token.size()));
    header += packet.token;
    header += quicNumber(static_cast<quint64>(packet.numberBytes + plain.size() + 16));
    const qsizetype at = header.size();
    header += bigEndian(packet.number, packet.numberBytes);

    const names::QuicKeys keys = names::clientInitialKeys(
        packet.version, packet.keysOf.isEmpty() ? packet.connection : packet.keysOf);
    QByteArray whole = header + encrypted(keys, packet.number, header, plain);
    const auto mask = names::headerMask(keys, QByteArrayView(whole).sliced(at + 4, 16)).value();
    whole[0] = static_cast<char>(whole.at(0) ^ (mask[0] & 0x0f));
    for (int i = 0; i < packet.numberBytes; ++i)
        whole[at + i] = static_cast<char>(whole.at(at + i) ^ mask[std::size_t(1 + i)]);
    return whole;
}

}  // namespace sallyport::packets
