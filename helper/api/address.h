// Internet addresses, prefixes and port ranges as plain values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <compare>

#include "api/result.h"

namespace sallyport::api {

// Sixteen bytes in network order. IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so that an
// IPv4 peer of an AF_INET6 socket is the same address as that of an AF_INET socket (LEAKS N2, N9).
struct Address {
    std::array<quint8, 16> bytes{};

    static Address v4(quint32 hostOrder);
    // Accepts dotted IPv4 and any textual IPv6 (RFC 4291), without zone and without brackets.
    static Result<Address> parse(const QString& text);

    bool isV4() const;
    bool isLoopback() const;   // 127.0.0.0/8 or ::1
    bool isMulticast() const;  // 224.0.0.0/4, ff00::/8, and 255.255.255.255
    bool isUnspecified() const;
    quint32 toV4() const;      // host order; meaningful only when isV4()
    QString toString() const;  // dotted IPv4, else RFC 5952

    auto operator<=>(const Address&) const = default;
};

// A prefix: `bits` counts in the address's own family (0..32 for IPv4, 0..128 for IPv6).
// Host bits below the prefix are zero.
struct Cidr {
    Address address;
    int bits = 128;

    static Cidr host(const Address& address);
    // "10.0.0.0/8", "2001:db8::/32" or a bare address. Refuses /64 on IPv4 and set host bits.
    static Result<Cidr> parse(const QString& text);

    int mappedBits() const;  // 0..128, in the v4-mapped space
    bool isHost() const;
    bool contains(const Address& other) const;
    QString toString() const;  // a bare address when isHost()

    auto operator<=>(const Cidr&) const = default;
};

// Inclusive, host byte order. The default is every port, including "no ports" of other protocols.
struct PortRange {
    quint16 first = 0;
    quint16 last = 65535;

    static PortRange single(quint16 port) { return {port, port}; }
    // "443", "8000-8080", "any" or "". Refuses 70000 and reversed ranges.
    static Result<PortRange> parse(const QString& text);

    bool isAny() const { return first == 0 && last == 65535; }
    bool contains(quint16 port) const { return first <= port && port <= last; }
    int width() const { return last - first + 1; }
    QString toString() const;  // "any", "443", "8000-8080"

    auto operator<=>(const PortRange&) const = default;
};

size_t qHash(const Address& address, size_t seed = 0);

}  // namespace sallyport::api
