// What programs send first: TLS and HTTP with the name in it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace sallyport::packets {

inline QByteArray number(qsizetype value, int bytes) {
    QByteArray text;
    for (int i = bytes - 1; i >= 0; --i)
        text += char(value >> (8 * i));
    return text;
}

inline QByteArray piece(const QByteArray& bytes, int lengthBytes) {
    return number(bytes.size(), lengthBytes) + bytes;
}

// A ClientHello (RFC 8446 4.1.2) with this server name, and so many bytes longer than it must be in
// front of that and behind it.
inline QByteArray tls(const QByteArray& name, int before = 0, int after = 0) {
    QByteArray extensions = number(21, 2) + piece(QByteArray(before, '\0'), 2);
    extensions += number(0, 2) + piece(piece('\0' + piece(name, 2), 2), 2);
    extensions += number(35, 2) + piece(QByteArray(after, '\0'), 2);
    const QByteArray body = QByteArray::fromHex("0303") + QByteArray(32, 'r') + piece({}, 1) +
                            piece(QByteArray::fromHex("1301"), 2) + piece({1, '\0'}, 1) +
                            piece(extensions, 2);
    return QByteArray::fromHex("160301") + piece('\1' + piece(body, 3), 2);
}

inline QByteArray http(const QByteArray& host, int more = 0, int cookie = 0) {
    return "POST / HTTP/1.1\r\nHost: " + host + "\r\nCookie: " + QByteArray(cookie, 'c') +
           "\r\n\r\n" + QByteArray(more, 'x');
}

}  // namespace sallyport::packets
