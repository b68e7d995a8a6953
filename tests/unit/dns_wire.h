// DNS messages as they stand in a datagram (RFC 1035), for tests of who reads them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include "api/address.h"
#include "bpf/abi.h"
#include "policy/compile.h"

namespace sallyport::dns {

inline QByteArray word(int value) {
    return QByteArray(1, char(value >> 8)) + char(value);
}

// Header and question for A records.
inline QByteArray head(quint16 id, const QString& name, int flags, int answers) {
    QByteArray message = word(id) + word(flags) + word(1) + word(answers) + word(0) + word(0);
    for (const QByteArray& label : name.toLatin1().split('.'))
        message += char(label.size()) + label;
    return message + '\0' + word(1) + word(1);
}

inline QByteArray query(quint16 id, const QString& name) {
    return head(id, name, 0x0100, 0);
}

// IPv4 addresses of the asked name.
inline QByteArray answer(quint16 id, const QString& name, const QList<api::Address>& addresses,
                         quint16 ttl = 60) {
    QByteArray message = head(id, name, 0x8180, int(addresses.size()));
    for (const api::Address& address : addresses) {
        const sp_addr raw = policy::toKernel(address);
        message += word(0xc00c) + word(1) + word(1) + word(0) + word(ttl) + word(4) +
                   QByteArray(reinterpret_cast<const char*>(raw.bytes + 12), 4);
    }
    return message;
}

}  // namespace sallyport::dns
