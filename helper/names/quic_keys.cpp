// The protection of QUIC Initial packets: see quic_keys.h. AES is libcrypto's; HKDF is two HMACs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/quic_keys.h"

#include <openssl/evp.h>

#include <QMessageAuthenticationCode>
#include <memory>

namespace sallyport::names {

namespace {

constexpr qsizetype kTag = 16;
constexpr qsizetype kNonce = 12;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const quint8* bytesOf(QByteArrayView bytes) {
    return reinterpret_cast<const quint8*>(bytes.data());
}

int sizeOf(QByteArrayView bytes) {
    return static_cast<int>(bytes.size());
}

struct Words {
    QByteArray salt;
    const char* key;
    const char* iv;
    const char* header;
};

const Words& wordsOf(QuicVersion version) {
    static const Words one{QByteArray::fromHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
                           "quic key", "quic iv", "quic hp"};
    static const Words two{QByteArray::fromHex("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
                           "quicv2 key", "quicv2 iv", "quicv2 hp"};
    return version == QuicVersion::Two ? two : one;
}

QByteArray hmac(const QByteArray& key, const QByteArray& message) {
    return QMessageAuthenticationCode::hash(message, key, QCryptographicHash::Sha256);
}

// HKDF-Expand-Label with no context (RFC 8446 7.1) for up to 32 bytes, which are the first block of
// HKDF-Expand (RFC 5869 2.3).
QByteArray expanded(const QByteArray& secret, const char* label, int length) {
    const QByteArray full = QByteArray("tls13 ") + label;
    QByteArray info;
    info += '\0';
    info += static_cast<char>(length);
    info += static_cast<char>(full.size());
    info += full;
    info += '\0';
    info += '\1';  // number of the block
    return hmac(secret, info).first(length);
}

}  // namespace

QuicKeys clientInitialKeys(QuicVersion version, QByteArrayView connection) {
    const Words& words = wordsOf(version);
    const QByteArray initial = hmac(words.salt, connection.toByteArray());
    const QByteArray client = expanded(initial, "client in", 32);
    return {expanded(client, words.key, 16), expanded(client, words.iv, kNonce),
            expanded(client, words.header, 16)};
}

std::optional<std::array<quint8, 5>> headerMask(const QuicKeys& keys, QByteArrayView sample) {
    const Context context(EVP_CIPHER_CTX_new());
    std::array<quint8, 32> block{};
    int length = 0;
    if (!context || sample.size() != 16 ||
        EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, bytesOf(keys.header),
                           nullptr) != 1 ||
        EVP_EncryptUpdate(context.get(), block.data(), &length, bytesOf(sample), 16) != 1 ||
        length != 16)
        return {};
    return std::array<quint8, 5>{block[0], block[1], block[2], block[3], block[4]};
}

std::optional<QByteArray> openPayload(const QuicKeys& keys, quint64 packetNumber,
                                      QByteArrayView header, QByteArrayView payload) {
    if (payload.size() < kTag)
        return {};
    QByteArray nonce = keys.iv;
    for (qsizetype i = 0; i < 8; ++i) {
        const auto byte = static_cast<char>(packetNumber >> (8 * i));
        nonce[kNonce - 1 - i] = static_cast<char>(nonce.at(kNonce - 1 - i) ^ byte);
    }
    const QByteArrayView sealed = payload.chopped(kTag);
    QByteArray tag = payload.last(kTag).toByteArray();
    QByteArray opened(sealed.size() + kTag, '\0');
    auto* const out = reinterpret_cast<quint8*>(opened.data());
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    int rest = 0;
    if (!context ||
        EVP_DecryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytesOf(keys.key),
                           bytesOf(nonce)) != 1 ||
        EVP_DecryptUpdate(context.get(), nullptr, &rest, bytesOf(header), sizeOf(header)) != 1 ||
        EVP_DecryptUpdate(context.get(), out, &length, bytesOf(sealed), sizeOf(sealed)) != 1 ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, sizeOf(tag), tag.data()) != 1 ||
        EVP_DecryptFinal_ex(context.get(), out + length, &rest) != 1)
        return {};
    opened.truncate(length);
    return opened;
}

}  // namespace sallyport::names
