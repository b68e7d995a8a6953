// The server name in the first message of a TLS connection.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

#include "names/reading.h"

namespace sallyport::names {

// What a program says to whom it talks: it may lie, and a server need not look.
struct ClientHello {
    QString serverName;  // as hostName() has it; empty unless Name (RFC 6066 3)
    // The encrypted_client_hello extension is there (RFC 9849): the name may be the outer one, of
    // the server that decrypts the true one. Programs send it filled with noise as well, which
    // nobody on the way can tell apart.
    bool encryptedPart = false;
    QStringList alpn;  // the first kMostAlpn of them, as printable() (RFC 7301)

    bool operator==(const ClientHello&) const = default;
};

inline constexpr qsizetype kMostHello = 65536;  // bytes of the message with its header
inline constexpr int kMostAlpn = 16;

// Reads the handshake bytes so far, without record layer, from the message's own header on (RFC
// 8446 4 and 4.1.2, and the versions before it). What follows the message is not looked at. Fills
// `hello` only for Name and NoName. Unclear: an extension that counts appears twice, lengths that
// contradict one another, several names, what is no host name, a message over kMostHello. An
// address in the place of the name is NoName.
Reading readClientHello(QByteArrayView handshake, ClientHello& hello);

// The name in a message whose end does not come. NeedMore where the name is not among what there
// is; Unclear where that is malformed. What is missing could say another.
Reading serverNameSoFar(QByteArrayView handshake, QString& name);

// The same from a TCP stream in pieces of any size: takes the message out of its TLS records
// (RFC 8446 5.1). Keeps at most kMostHello bytes and the last record's. Reads the first ClientHello
// only; after a HelloRetryRequest the second must repeat its name.
class ClientHelloReader {
  public:
    // The bytes that follow those of the calls before. After another result than NeedMore, ignored.
    Reading feed(QByteArrayView stream);

    Reading reading() const { return reading_; }
    const ClientHello& hello() const { return hello_; }
    // serverNameSoFar(), while it needs more.
    Reading soFar(QString& name) const { return serverNameSoFar(handshake_, name); }

  private:
    void readRecordHeader();

    Reading reading_ = Reading::NeedMore;
    ClientHello hello_;
    QByteArray header_;  // of the record that comes next, so far
    qsizetype recordLeft_ = 0;
    QByteArray handshake_;
};

}  // namespace sallyport::names
