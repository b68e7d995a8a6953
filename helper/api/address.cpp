// Parsing and printing of addresses, prefixes and port ranges.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/address.h"

#include <arpa/inet.h>

#include <QHashFunctions>
#include <algorithm>
#include <cstring>

#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMappedBits = 96;  // length of ::ffff:0:0/96
constexpr std::array<quint8, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// With every bit from `bits` (0..128) on cleared.
Address masked(Address address, int bits) {
    for (std::size_t i = 0; i < address.bytes.size(); ++i) {
        const int kept = std::clamp(bits - static_cast<int>(i) * 8, 0, 8);
        const quint8 mask = static_cast<quint8>(0xff00u >> kept);
        address.bytes[i] = static_cast<quint8>(address.bytes[i] & mask);
    }
    return address;
}

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

// Digits only, without sign or leading blanks; -1 when it is not a number up to `most`.
int digits(QStringView text, int most) {
    if (text.isEmpty() || text.size() > 5)
        return -1;
    int value = 0;
    for (const QChar c : text) {
        if (c < QLatin1Char('0') || c > QLatin1Char('9'))
            return -1;
        value = value * 10 + (c.unicode() - u'0');
    }
    return value <= most ? value : -1;
}

}  // namespace

Address Address::v4(quint32 hostOrder) {
    Address address;
    std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
    for (std::size_t i = 0; i < 4; ++i)
        address.bytes[12 + i] = static_cast<quint8>(hostOrder >> (24 - 8 * i));
    return address;
}

Result<Address> Address::parse(const QString& text) {
    const QByteArray bytes = text.toUtf8();
    // inet_pton stops at a zero byte, so one inside would hide the rest.
    if (bytes.size() < INET6_ADDRSTRLEN && !bytes.contains('\0')) {
        in_addr four{};
        if (inet_pton(AF_INET, bytes.constData(), &four) == 1)
            return v4(ntohl(four.s_addr));
        in6_addr six{};
        if (inet_pton(AF_INET6, bytes.constData(), &six) == 1) {
            Address address;
            std::memcpy(address.bytes.data(), &six, sizeof six);
            return address;
        }
    }
    return invalid(quoted(text) + u" is not an address like 192.0.2.1 or 2001:db8::1"_s);
}

bool Address::isV4() const {
    return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

bool Address::isLoopback() const {
    if (isV4())
        return bytes[12] == 127;
    Address one;
    one.bytes[15] = 1;
    return *this == one;
}

bool Address::isMulticast() const {
    if (isV4())
        return (bytes[12] & 0xf0) == 0xe0 || toV4() == 0xffffffffu;
    return bytes[0] == 0xff;
}

bool Address::isUnspecified() const {
    return *this == Address{} || *this == v4(0);
}

quint32 Address::toV4() const {
    return static_cast<quint32>(bytes[12]) << 24 | static_cast<quint32>(bytes[13]) << 16 |
           static_cast<quint32>(bytes[14]) << 8 | static_cast<quint32>(bytes[15]);
}

QString Address::toString() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (isV4())
        inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
    else
        inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return QString::fromLatin1(text.data());
}

size_t qHash(const Address& address, size_t seed) {
    return qHashBits(address.bytes.data(), address.bytes.size(), seed);
}

Cidr Cidr::host(const Address& address) {
    return {address, address.isV4() ? 32 : 128};
}

Result<Cidr> Cidr::parse(const QString& text) {
    const qsizetype slash = text.indexOf(QLatin1Char('/'));
    const Result<Address> address = Address::parse(slash < 0 ? text : text.left(slash));
    if (!address)
        return address.error();
    Cidr cidr = host(*address);
    if (slash < 0)
        return cidr;
    const int most = cidr.bits;
    cidr.bits = digits(QStringView(text).mid(slash + 1), most);
    if (cidr.bits < 0) {
        return invalid(
            quoted(text.mid(slash)) + u" is not a prefix length of "_s +
            (most == 32 ? u"IPv4, which has /0 to /32"_s : u"IPv6, which has /0 to /128"_s));
    }
    const Address network = masked(*address, cidr.mappedBits());
    if (network != *address) {
        return invalid(quoted(text) + u" has bits set behind its prefix; the network is "_s +
                       Cidr{network, cidr.bits}.toString());
    }
    // In the mapped space such a prefix would take all of IPv4 with it.
    if (cidr.contains(Address::v4(0)) && !address->isV4()) {
        return invalid(
            quoted(text) +
            u" would cover IPv4 too; write \"any\", or 2000::/3 for the IPv6 internet"_s);
    }
    return cidr;
}

int Cidr::mappedBits() const {
    return address.isV4() ? kMappedBits + bits : bits;
}

bool Cidr::isHost() const {
    return mappedBits() == 128;
}

bool Cidr::contains(const Address& other) const {
    return masked(other, mappedBits()) == masked(address, mappedBits());
}

QString Cidr::toString() const {
    return isHost() ? address.toString() : address.toString() + u"/%1"_s.arg(bits);
}

Result<PortRange> PortRange::parse(const QString& text) {
    if (text.isEmpty() || text == "any"_L1)
        return PortRange{};
    const qsizetype dash = text.indexOf(QLatin1Char('-'));
    const QStringView view(text);
    const int first = digits(dash < 0 ? view : view.left(dash), 65535);
    const int last = dash < 0 ? first : digits(view.mid(dash + 1), 65535);
    if (first < 0 || last < 0) {
        return invalid(quoted(text) +
                       u" is not a port or a range like 8000-8080; ports go from 0 to 65535"_s);
    }
    if (first > last)
        return invalid(quoted(text) + u" is reversed; write %1-%2"_s.arg(last).arg(first));
    return PortRange{static_cast<quint16>(first), static_cast<quint16>(last)};
}

QString PortRange::toString() const {
    if (isAny())
        return u"any"_s;
    return first == last ? QString::number(first) : u"%1-%2"_s.arg(first).arg(last);
}

}  // namespace sallyport::api
