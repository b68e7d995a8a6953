// Names of hosts from the wire as text that is safe to compare, to store and to show.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <optional>

#include "api/address.h"
#include "api/result.h"

namespace sallyport::api {

// Appends bytes in the presentation form of RFC 1035 5.1: upper case becomes lower case (RFC 4343),
// and every byte but a letter, digit, '-' or '_' becomes \DDD. So nothing appended holds a dot, a
// blank, a control character, markup or anything beyond ASCII; it is at most four times as long.
void appendLabel(QByteArray& text, QByteArrayView label);

// Bytes that a person may see: what is not printable ASCII, and the backslash, as \DDD. Keeps case.
QString printable(QByteArrayView bytes);

// The normal form of a host name: lower case, without a trailing dot. Letters, digits, '-' and '_'
// in labels of 1 to 63, at most 253 characters in all (RFC 1035 2.3.4), not ending in a number,
// which would be an address (RFC 1123 2.1). Invalid, with the reason, for everything else.
Result<QString> hostName(QByteArrayView text);

// What stands where a host may stand: a name or an address.
struct Host {
    QString name;                    // as hostName() has it; empty: an address
    std::optional<Address> address;  // only when there is no name

    bool operator==(const Host&) const = default;
};
// Brackets around IPv6 are required when `bracketed` (RFC 3986 3.2.2), else refused.
Result<Host> readHost(QByteArrayView text, bool bracketed);

}  // namespace sallyport::api
