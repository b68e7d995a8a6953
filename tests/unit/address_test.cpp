// Addresses, prefixes and port ranges as a person types them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "api/address.h"

using namespace sallyport::api;

class AddressTest : public QObject {
    Q_OBJECT
  private slots:
    void readsAndPrintsAddresses_data();
    void readsAndPrintsAddresses();
};

void AddressTest::readsAndPrintsAddresses_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("printed");
    QTest::newRow("IPv4") << QStringLiteral("192.0.2.1") << QStringLiteral("192.0.2.1");
    QTest::newRow("IPv6 in full") << QStringLiteral("2001:DB8:0:0:0:0:0:1")
                                  << QStringLiteral("2001:db8::1");
    QTest::newRow("IPv4 inside IPv6")
        << QStringLiteral("::ffff:192.0.2.1") << QStringLiteral("192.0.2.1");
}

void AddressTest::readsAndPrintsAddresses() {
    QFETCH(QString, text);
    QFETCH(QString, printed);
    const Result<Address> address = Address::parse(text);
    QVERIFY2(address, qPrintable(address ? QString() : address.error().text));
    QCOMPARE(address->toString(), printed);
    QCOMPARE(Address::parse(printed).value(), *address);
}

QTEST_GUILESS_MAIN(AddressTest)
#include "address_test.moc"
