// What a DNS answer says about addresses.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QList>
#include <QStringList>

#include "api/address.h"
#include "api/result.h"

namespace sallyport::names {

// Names are lower case, without a trailing dot (the root is "."), odd bytes escaped: see
// appendLabel(). They are what the owner of the zone wrote, not necessarily names of hosts.
struct DnsAddress {
    api::Address address;
    quint32 ttl = 0;    // seconds: the least on the way from the asked name
    QStringList names;  // the asked name, then every alias on the way to the address

    bool operator==(const DnsAddress&) const = default;
};

struct DnsAnswer {
    quint16 id = 0;
    quint8 rcode = 0;
    bool truncated = false;  // the TC bit: the program will ask again over TCP
    bool complete = true;    // false: cut off, malformed from somewhere on, or over the limits
    bool damaged = false;    // a record cannot be read: of those, without the limits
    QString asked;
    quint16 askedType = 0;  // IANA number: 1 A, 5 CNAME, 28 AAAA, 64 SVCB, 65 HTTPS
    QStringList names;      // the asked name and every alias reached from it, also without address
    QList<DnsAddress> addresses;

    bool operator==(const DnsAnswer&) const = default;
};

inline constexpr int kMostDnsRecords = 1024;    // read of one message
inline constexpr int kMostDnsAddresses = 1024;  // kept of one message
inline constexpr int kMostDnsNames = 17;        // the asked one and 16 aliases

// What is asked of a server.
struct DnsQuestion {
    quint16 id = 0;
    QString asked;
    quint16 askedType = 0;  // IANA number

    bool operator==(const DnsQuestion&) const = default;
};

// Reads a query, or the question of one that was cut off behind it. Invalid: no query, not exactly
// one question, a header or question that cannot be read.
api::Result<DnsQuestion> readDnsQuestion(QByteArrayView message);

// Reads a response: `message` begins with its id (over TCP: behind the length). Uses A, AAAA, CNAME
// (RFC 1035, 3596), and of HTTPS and SVCB the target and the address hints (RFC 9460), in the
// answer and the additional section, as far as aliases lead there from the asked name; what
// somebody added about other names is not used. What was whole of a cut message is kept. Invalid:
// no response to a query, not exactly one question, a header or question that cannot be read.
api::Result<DnsAnswer> readDnsAnswer(QByteArrayView message);

// The same of records that somebody else took out of messages, each as it stands there but without
// pointers to other places. `asked`: what was asked for, then the aliases that are known to lead to
// the last of them, of which the records tell; none: nothing is known. Id, type and code are 0.
DnsAnswer readDnsRecords(const QStringList& asked, const QList<QByteArray>& records);

}  // namespace sallyport::names
