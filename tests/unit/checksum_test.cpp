// Held packets made fit to be sent: right sums for right packets, an error for everything else.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <random>

#include "kernel/checksum.h"

using sallyport::kernel::prepareForInjection;

namespace {

quint8 byteAt(const QByteArray& bytes, qsizetype i) {
    return quint8(bytes.at(i));
}

// The receiver's check, RFC 1071: the sum over everything, checksum included, is all ones.
bool sumsUp(const QByteArray& bytes) {
    quint32 total = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        total += i % 2 ? byteAt(bytes, i) : quint32(byteAt(bytes, i)) << 8;
    while (total > 0xffff)
        total = (total & 0xffff) + (total >> 16);
    return total == 0xffff;
}

QByteArray word(qsizetype value) {
    return QByteArray(1, char(value >> 8)) + char(value & 0xff);
}

QByteArray ipv4(quint8 protocol, const QByteArray& payload) {
    return QByteArray::fromHex("4500") + word(20 + payload.size()) +
           QByteArray::fromHex("123440004000").replace(5, 1, QByteArray(1, char(protocol))) +
           QByteArray::fromHex("dead0a4d00010a4d0002") + payload;
}

QByteArray ipv6(quint8 protocol, const QByteArray& payload) {
    return QByteArray::fromHex("60000000") + word(payload.size()) + char(protocol) + char(64) +
           QByteArray::fromHex("fd770000000000000000000000000001") +
           QByteArray::fromHex("fd770000000000000000000000000002") + payload;
}

QByteArray udp(const QByteArray& data) {
    return QByteArray::fromHex("c0001b58") + word(8 + data.size()) + word(0xbeef) + data;
}

QByteArray syn() {
    return QByteArray::fromHex("c0001b58000000010000000060021000beef0000020405b4");
}

// What stands before the transport in its sum.
QByteArray pseudoHeader(const QByteArray& packet) {
    if (byteAt(packet, 0) >> 4 == 4)
        return packet.mid(12, 8) + char(0) + packet.at(9) + word(packet.size() - 20);
    return packet.mid(8, 32) + word(0) + word(packet.size() - 40) + word(byteAt(packet, 6));
}

QByteArray segment(const QByteArray& packet) {
    return packet.mid(byteAt(packet, 0) >> 4 == 4 ? 20 : 40);
}

}  // namespace

class ChecksumTest : public QObject {
    Q_OBJECT
  private slots:
    void theSumsAreThoseAReceiverChecks_data();
    void theSumsAreThoseAReceiverChecks();
    void nothingElseOfThePacketChanges();
    void aDatagramNeverClaimsToHaveNoSum();
    void anExtensionHeaderIsSkipped();
    void anUnknownTransportIsSentAsItIs();
    void whatContradictsItselfIsRefused_data();
    void whatContradictsItselfIsRefused();
    void noBytesMakeItFail();
};

void ChecksumTest::theSumsAreThoseAReceiverChecks_data() {
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<bool>("pseudo");
    QTest::newRow("TCP over IPv4") << ipv4(6, syn()) << true;
    QTest::newRow("TCP over IPv6") << ipv6(6, syn()) << true;
    QTest::newRow("UDP over IPv4") << ipv4(17, udp("hello")) << true;
    QTest::newRow("UDP over IPv6") << ipv6(17, udp("hello!")) << true;
    QTest::newRow("UDP of 1400 bytes") << ipv4(17, udp(QByteArray(1400, '\xff'))) << true;
    QTest::newRow("UDP without data") << ipv6(17, udp({})) << true;
    QTest::newRow("ping") << ipv4(1, QByteArray::fromHex("0800beef00010001616263")) << false;
    QTest::newRow("ping over IPv6") << ipv6(58, QByteArray::fromHex("8000beef0001000161")) << true;
}

void ChecksumTest::theSumsAreThoseAReceiverChecks() {
    QFETCH(QByteArray, packet);
    QFETCH(bool, pseudo);
    const auto prepared = prepareForInjection(packet);
    QVERIFY2(prepared, prepared ? "" : qPrintable(prepared.error().text));
    if (byteAt(*prepared, 0) >> 4 == 4)
        QVERIFY(sumsUp(prepared->left(20)));
    // An odd length is padded for the sum: the pseudo header stands in front, so it is at the end.
    QVERIFY(sumsUp((pseudo ? pseudoHeader(*prepared) : QByteArray()) + segment(*prepared)));
}

void ChecksumTest::nothingElseOfThePacketChanges() {
    const QByteArray packet = ipv4(17, udp("hello"));
    QByteArray prepared = prepareForInjection(packet).value_or({});
    QCOMPARE(prepared.size(), packet.size());
    prepared.replace(10, 2, packet.mid(10, 2));
    prepared.replace(26, 2, packet.mid(26, 2));
    QCOMPARE(prepared, packet);
}

void ChecksumTest::aDatagramNeverClaimsToHaveNoSum() {
    for (int value = 0; value <= 0xffff; ++value) {  // one of these sums up to 0
        const QByteArray prepared = prepareForInjection(ipv4(17, udp(word(value)))).value_or({});
        QCOMPARE(prepared.size(), 30);
        QVERIFY(prepared.mid(26, 2) != word(0));
    }
}

void ChecksumTest::anExtensionHeaderIsSkipped() {
    const QByteArray options = QByteArray(1, char(17)) + QByteArray::fromHex("00010400000000");
    const QByteArray packet = ipv6(0, options + udp("hello"));
    const QByteArray prepared = prepareForInjection(packet).value_or({});
    QVERIFY(!prepared.isEmpty());
    QVERIFY(sumsUp(prepared.mid(8, 32) + word(0) + word(13) + word(17) + prepared.mid(48)));
}

void ChecksumTest::anUnknownTransportIsSentAsItIs() {
    const QByteArray packet = ipv6(132, "anything");
    QCOMPARE(prepareForInjection(packet).value_or({}), packet);
}

void ChecksumTest::whatContradictsItselfIsRefused_data() {
    QTest::addColumn<QByteArray>("packet");
    const QByteArray good = ipv4(17, udp("hello"));
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("another version") << QByteArray(QByteArray::fromHex("50") + good.mid(1));
    QTest::newRow("cut in the header") << good.left(19);
    QTest::newRow("cut in the data") << good.left(30);
    QTest::newRow("longer than it says") << QByteArray(good + 'x');
    QTest::newRow("a header of 16 bytes") << QByteArray(good).replace(0, 1, "\x44");
    QTest::newRow("a header longer than all") << QByteArray(good).replace(0, 1, "\x4f");
    QTest::newRow("first fragment") << QByteArray(good).replace(6, 1, "\x20");
    QTest::newRow("last fragment") << QByteArray(good).replace(7, 1, "\x10");
    QTest::newRow("UDP of another length") << QByteArray(good).replace(25, 1, "\x0c");
    QTest::newRow("cut UDP") << ipv4(17, "1234567");
    QTest::newRow("cut TCP") << ipv4(6, syn().left(19));
    QTest::newRow("TCP options beyond the end") << ipv4(6, syn().replace(12, 1, "\xf0"));
    QTest::newRow("IPv6 cut in the header") << ipv6(17, udp("x")).left(39);
    QTest::newRow("IPv6 of another length") << QByteArray(ipv6(17, udp("x")) + 'x');
    QTest::newRow("IPv6 fragment") << ipv6(44, "\x11" + QByteArray(7, '\0') + udp("x"));
    QTest::newRow("IPv6 routed") << ipv6(43, "\x11" + QByteArray(7, '\0') + udp("x"));
    QTest::newRow("cut extension header") << ipv6(0, "\x11");
    QTest::newRow("extension beyond the end") << ipv6(60, "\x11\x05" + QByteArray(6, '\0'));
    QTest::newRow("extensions for ever") << ipv6(0, QByteArray(160, '\0'));
    QTest::newRow("UDP-Lite that covers too much")
        << ipv4(136, QByteArray::fromHex("c0001b58ffff000061"));
}

void ChecksumTest::whatContradictsItselfIsRefused() {
    QFETCH(QByteArray, packet);
    const auto prepared = prepareForInjection(packet);
    QVERIFY(!prepared);
    QCOMPARE(prepared.error().code, sallyport::api::ErrorCode::Invalid);
    QVERIFY(!prepared.error().text.isEmpty());
}

void ChecksumTest::noBytesMakeItFail() {
    std::mt19937 random(42);
    const QByteArray seeds[] = {ipv4(17, udp("hello")), ipv6(6, syn()), ipv6(0, udp("hello"))};
    const int rounds = !qEnvironmentVariableIsEmpty("SALLYPORT_LONG") ? 5'000'000 : 200'000;
    for (int round = 0; round < rounds; ++round) {
        QByteArray packet = seeds[random() % 3];
        for (unsigned flips = random() % 4; flips > 0; --flips)
            packet[qsizetype(random()) % packet.size()] = char(random());
        packet.truncate(qsizetype(random()) % (packet.size() + 8));
        const auto prepared = prepareForInjection(packet);
        if (prepared)
            QCOMPARE(prepared->size(), packet.size());
    }
}

QTEST_GUILESS_MAIN(ChecksumTest)
#include "checksum_test.moc"
