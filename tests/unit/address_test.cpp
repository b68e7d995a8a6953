// Addresses, prefixes and port ranges as a person types them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "api/address.h"
#include "api/rule.h"

using namespace sallyport::api;
using namespace Qt::StringLiterals;

namespace {

Address address(const QString& text) {
    return Address::parse(text).value_or({});
}

}  // namespace

class AddressTest : public QObject {
    Q_OBJECT
  private slots:
    void readsAndPrintsAddresses_data();
    void readsAndPrintsAddresses();
    void refusesWhatIsNoAddress_data();
    void refusesWhatIsNoAddress();
    void knowsSpecialAddresses();
    void readsAndPrintsPrefixes_data();
    void readsAndPrintsPrefixes();
    void refusesBadPrefixes_data();
    void refusesBadPrefixes();
    void prefixesContainExactlyTheirOwn();
    void readsAndPrintsPorts_data();
    void readsAndPrintsPorts();
    void refusesBadPorts_data();
    void refusesBadPorts();
    void readsAndPrintsRemotes();
};

void AddressTest::readsAndPrintsAddresses_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("printed");
    QTest::newRow("IPv4") << u"192.0.2.1"_s << u"192.0.2.1"_s;
    QTest::newRow("IPv4 zero") << u"0.0.0.0"_s << u"0.0.0.0"_s;
    QTest::newRow("IPv6 in full") << u"2001:DB8:0:0:0:0:0:1"_s << u"2001:db8::1"_s;
    QTest::newRow("IPv6 zero") << u"::"_s << u"::"_s;
    QTest::newRow("IPv6 with a single zero group")
        << u"2001:db8:0:1:1:1:1:1"_s << u"2001:db8:0:1:1:1:1:1"_s;
    QTest::newRow("IPv6, first of two equal gaps")
        << u"2001:0:0:1:0:0:2:3"_s << u"2001::1:0:0:2:3"_s;
    QTest::newRow("IPv4 inside IPv6") << u"::ffff:192.0.2.1"_s << u"192.0.2.1"_s;
}

void AddressTest::readsAndPrintsAddresses() {
    QFETCH(QString, text);
    QFETCH(QString, printed);
    const Result<Address> read = Address::parse(text);
    QVERIFY2(read, qPrintable(read ? QString() : read.error().text));
    QCOMPARE(read->toString(), printed);
    QCOMPARE(Address::parse(printed).value(), *read);
}

void AddressTest::refusesWhatIsNoAddress_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("name") << u"example.org"_s;
    QTest::newRow("three numbers") << u"192.0.2"_s;
    QTest::newRow("octal") << u"192.0.2.01"_s;
    QTest::newRow("256") << u"192.0.2.256"_s;
    QTest::newRow("blank") << u" 192.0.2.1"_s;
    QTest::newRow("newline") << u"192.0.2.1\n"_s;
    QTest::newRow("zero character") << u"192.0.2.1"_s + QChar(u'\0') + u".example.org"_s;
    QTest::newRow("other digits") << u"١٩٢.٠.٢.١"_s;
    QTest::newRow("two gaps") << u"2001::1::2"_s;
    QTest::newRow("zone") << u"fe80::1%eth0"_s;
    QTest::newRow("brackets") << u"[2001:db8::1]"_s;
    QTest::newRow("very long") << QString(100000, u'1');
}

void AddressTest::refusesWhatIsNoAddress() {
    QFETCH(QString, text);
    const Result<Address> read = Address::parse(text);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Invalid);
    QVERIFY(!read.error().text.contains(u'\n'));
    QVERIFY(read.error().text.size() < 200);
}

void AddressTest::knowsSpecialAddresses() {
    QVERIFY(address(u"127.5.5.5"_s).isLoopback());
    QVERIFY(address(u"::1"_s).isLoopback());
    QVERIFY(!address(u"128.0.0.1"_s).isLoopback());
    QVERIFY(!address(u"::2"_s).isLoopback());
    QVERIFY(address(u"239.255.255.250"_s).isMulticast());
    QVERIFY(address(u"255.255.255.255"_s).isMulticast());
    QVERIFY(address(u"ff02::fb"_s).isMulticast());
    QVERIFY(!address(u"223.0.0.1"_s).isMulticast());
    QVERIFY(!address(u"240.0.0.1"_s).isMulticast());
    QVERIFY(address(u"::"_s).isUnspecified());
    QVERIFY(address(u"0.0.0.0"_s).isUnspecified());
    QVERIFY(address(u"192.0.2.1"_s).isV4());
    QVERIFY(!address(u"::192.0.2.1"_s).isV4());
    QCOMPARE(address(u"192.0.2.1"_s), Address::v4(0xc0000201));
    QCOMPARE(Address::v4(0xc0000201).toV4(), 0xc0000201u);
}

void AddressTest::readsAndPrintsPrefixes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("printed");
    QTest::addColumn<int>("mapped");
    QTest::newRow("IPv4 network") << u"10.0.0.0/8"_s << u"10.0.0.0/8"_s << 104;
    QTest::newRow("all of IPv4") << u"0.0.0.0/0"_s << u"0.0.0.0/0"_s << 96;
    QTest::newRow("IPv4 host") << u"192.0.2.1/32"_s << u"192.0.2.1"_s << 128;
    QTest::newRow("bare IPv4") << u"192.0.2.1"_s << u"192.0.2.1"_s << 128;
    QTest::newRow("IPv6 network") << u"2001:db8::/32"_s << u"2001:db8::/32"_s << 32;
    QTest::newRow("not on a byte") << u"2000::/3"_s << u"2000::/3"_s << 3;
    QTest::newRow("IPv6 host") << u"2001:db8::1/128"_s << u"2001:db8::1"_s << 128;
}

void AddressTest::readsAndPrintsPrefixes() {
    QFETCH(QString, text);
    QFETCH(QString, printed);
    QFETCH(int, mapped);
    const Result<Cidr> read = Cidr::parse(text);
    QVERIFY2(read, qPrintable(read ? QString() : read.error().text));
    QCOMPARE(read->toString(), printed);
    QCOMPARE(read->mappedBits(), mapped);
    QCOMPARE(Cidr::parse(printed).value(), *read);
}

void AddressTest::refusesBadPrefixes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("64 on IPv4") << u"192.0.2.0/64"_s << u"/0 to /32"_s;
    QTest::newRow("33 on IPv4") << u"192.0.2.0/33"_s << u"/0 to /32"_s;
    QTest::newRow("129 on IPv6") << u"2001:db8::/129"_s << u"/0 to /128"_s;
    QTest::newRow("host bits") << u"10.1.2.3/8"_s << u"10.0.0.0/8"_s;
    QTest::newRow("host bits of IPv6") << u"2001:db8::1/64"_s << u"2001:db8::/64"_s;
    QTest::newRow("no length") << u"10.0.0.0/"_s << u"/0 to /32"_s;
    QTest::newRow("negative") << u"10.0.0.0/-1"_s << u"/0 to /32"_s;
    QTest::newRow("plus") << u"10.0.0.0/+8"_s << u"/0 to /32"_s;
    QTest::newRow("mask") << u"10.0.0.0/255.0.0.0"_s << u"/0 to /32"_s;
    QTest::newRow("huge") << u"10.0.0.0/4294967304"_s << u"/0 to /32"_s;
    QTest::newRow("two slashes") << u"10.0.0.0/8/8"_s << u"/0 to /32"_s;
    QTest::newRow("IPv6 that covers IPv4") << u"::/0"_s << u"cover IPv4"_s;
    QTest::newRow("no address") << u"/8"_s << u"not an address"_s;
}

void AddressTest::refusesBadPrefixes() {
    QFETCH(QString, text);
    QFETCH(QString, says);
    const Result<Cidr> read = Cidr::parse(text);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Invalid);
    QVERIFY2(read.error().text.contains(says), qPrintable(read.error().text));
}

void AddressTest::prefixesContainExactlyTheirOwn() {
    const Cidr ten = Cidr::parse(u"10.0.0.0/8"_s).value();
    QVERIFY(ten.contains(address(u"10.255.0.1"_s)));
    QVERIFY(ten.contains(address(u"::ffff:10.1.1.1"_s)));
    QVERIFY(!ten.contains(address(u"11.0.0.0"_s)));
    QVERIFY(!ten.contains(address(u"::10.1.1.1"_s)));
    const Cidr odd = Cidr::parse(u"172.16.0.0/12"_s).value();
    QVERIFY(odd.contains(address(u"172.31.255.255"_s)));
    QVERIFY(!odd.contains(address(u"172.32.0.0"_s)));
    const Cidr all4 = Cidr::parse(u"0.0.0.0/0"_s).value();
    QVERIFY(all4.contains(address(u"203.0.113.9"_s)));
    QVERIFY(!all4.contains(address(u"2001:db8::1"_s)));
    const Cidr host = Cidr::host(address(u"2001:db8::1"_s));
    QVERIFY(host.isHost());
    QVERIFY(host.contains(address(u"2001:db8::1"_s)));
    QVERIFY(!host.contains(address(u"2001:db8::2"_s)));
}

void AddressTest::readsAndPrintsPorts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("printed");
    QTest::addColumn<int>("width");
    QTest::newRow("one") << u"443"_s << u"443"_s << 1;
    QTest::newRow("range") << u"8000-8080"_s << u"8000-8080"_s << 81;
    QTest::newRow("any") << u"any"_s << u"any"_s << 65536;
    QTest::newRow("empty") << u""_s << u"any"_s << 65536;
    QTest::newRow("everything") << u"0-65535"_s << u"any"_s << 65536;
    QTest::newRow("zero") << u"0"_s << u"0"_s << 1;
    QTest::newRow("range of one") << u"53-53"_s << u"53"_s << 1;
}

void AddressTest::readsAndPrintsPorts() {
    QFETCH(QString, text);
    QFETCH(QString, printed);
    QFETCH(int, width);
    const Result<PortRange> read = PortRange::parse(text);
    QVERIFY2(read, qPrintable(read ? QString() : read.error().text));
    QCOMPARE(read->toString(), printed);
    QCOMPARE(read->width(), width);
    QCOMPARE(PortRange::parse(printed).value(), *read);
}

void AddressTest::refusesBadPorts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("70000") << u"70000"_s << u"0 to 65535"_s;
    QTest::newRow("65536") << u"65536"_s << u"0 to 65535"_s;
    QTest::newRow("range to 70000") << u"1-70000"_s << u"0 to 65535"_s;
    QTest::newRow("reversed") << u"90-80"_s << u"80-90"_s;
    QTest::newRow("negative") << u"-1"_s << u"0 to 65535"_s;
    QTest::newRow("half a range") << u"80-"_s << u"0 to 65535"_s;
    QTest::newRow("dash") << u"-"_s << u"0 to 65535"_s;
    QTest::newRow("blank") << u"80 "_s << u"0 to 65535"_s;
    QTest::newRow("newline") << u"80\n"_s << u"0 to 65535"_s;
    QTest::newRow("name") << u"https"_s << u"0 to 65535"_s;
    QTest::newRow("list") << u"80,443"_s << u"0 to 65535"_s;
    QTest::newRow("hexadecimal") << u"0x50"_s << u"0 to 65535"_s;
    QTest::newRow("very long") << QString(100000, u'9') << u"0 to 65535"_s;
}

void AddressTest::refusesBadPorts() {
    QFETCH(QString, text);
    QFETCH(QString, says);
    const Result<PortRange> read = PortRange::parse(text);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Invalid);
    QVERIFY2(read.error().text.contains(says), qPrintable(read.error().text));
    QVERIFY(!read.error().text.contains(u'\n'));
}

void AddressTest::readsAndPrintsRemotes() {
    for (const QString& text : {u"any"_s, u"local-network"_s, u"this-machine"_s, u"resolvers"_s,
                                u"10.0.0.0/8"_s, u"2001:db8::1"_s, u"example.org"_s,
                                u"*.example.org"_s, u".example.org"_s, u"printer"_s}) {
        const Result<Remote> read = Remote::parse(text);
        QVERIFY(read);
        QCOMPARE(read->toString(), text);
    }
    QCOMPARE(Remote::parse(u"Example.ORG."_s)->toString(), u"example.org"_s);
    QVERIFY(!Remote::parse(u"example.org\n"_s));
    QVERIFY(!Remote::parse({}));
}

QTEST_GUILESS_MAIN(AddressTest)
#include "address_test.moc"
