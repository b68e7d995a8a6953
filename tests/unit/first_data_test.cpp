// Names out of copies of packets: whichever header they have, and however much of them is there.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QRandomGenerator>
#include <QTest>

#include "engine/first_data.h"
#include "engine_parts.h"
#include "packets/quic_packets.h"

using namespace sallyport;
using namespace sallyport::packets;
using engine::FirstData;
using namespace Qt::StringLiterals;

namespace {

QByteArray number(qsizetype value, int bytes) {
    QByteArray text;
    for (int i = bytes - 1; i >= 0; --i)
        text += char(value >> (8 * i));
    return text;
}

QByteArray piece(const QByteArray& bytes, int lengthBytes) {
    return number(bytes.size(), lengthBytes) + bytes;
}

// The handshake message, without records.
QByteArray hello(const QByteArray& name) {
    const QByteArray extension = number(0, 2) + piece(piece('\0' + piece(name, 2), 2), 2);
    const QByteArray body = QByteArray::fromHex("0303") + QByteArray(32, 'r') + piece({}, 1) +
                            piece(QByteArray::fromHex("1301"), 2) + piece({1, '\0'}, 1) +
                            piece(extension, 2);
    return '\1' + piece(body, 3);
}

QByteArray tls(const QByteArray& name) {
    return QByteArray::fromHex("160301") + piece(hello(name), 2);
}

QByteArray ip4(quint8 protocol, const QByteArray& rest, int options = 0) {
    QByteArray header(20 + options, '\0');
    header[0] = char(0x40 | (5 + options / 4));
    header[9] = char(protocol);
    return header + rest;
}

QByteArray ip6(quint8 next, const QByteArray& rest) {
    QByteArray header(40, '\0');
    header[0] = 0x60;
    header[6] = char(next);
    return header + rest;
}

QByteArray tcp(const QByteArray& data, int options = 12) {
    QByteArray header(20 + options, '\0');
    header[12] = char((5 + options / 4) << 4);
    return header + data;
}

QByteArray udp(const QByteArray& data) {
    return QByteArray(8, '\0') + data;
}

}  // namespace

class FirstDataTest : public QObject {
    Q_OBJECT
  private slots:
    void theNameIsRead_data();
    void theNameIsRead();
    void aTcpPacketGrowsUntilTheNameIsRead();
    void whatIsCutOffSaysWhatItCan_data();
    void whatIsCutOffSaysWhatItCan();
    void howMuchHttpIsRead_data();
    void howMuchHttpIsRead();
    void aHelloInTwoDatagramsIsRead();
    void whatNeverEndsIsNameless();
    void whatOthersBeginIsNotRememberedForEver();
    void noBytesDoHarm();
};

void FirstDataTest::theNameIsRead_data() {
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("source");
    const auto row = [](const char* what, int protocol, const QByteArray& packet, const char* name,
                        api::NameSource source) {
        QTest::newRow(what) << protocol << packet << QString::fromLatin1(name) << int(source);
    };
    const QByteArray http = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    QuicPacket quic;
    quic.connection = "12345678";
    quic.frames = cryptoFrame(0, hello("a.test"));
    using enum api::NameSource;
    row("TLS", IPPROTO_TCP, ip4(IPPROTO_TCP, tcp(tls("A.test"))), "a.test", ServerName);
    row("TLS, IPv6", IPPROTO_TCP, ip6(IPPROTO_TCP, tcp(tls("a.test"), 0)), "a.test", ServerName);
    row("TLS, IP options", IPPROTO_TCP, ip4(IPPROTO_TCP, tcp(tls("a.test")), 8), "a.test",
        ServerName);
    row("HTTP", IPPROTO_TCP, ip4(IPPROTO_TCP, tcp(http)), "a.test", HttpHost);
    row("QUIC", IPPROTO_UDP, ip6(IPPROTO_UDP, udp(sealed(quic))), "a.test", Quic);
    row("something else", IPPROTO_TCP, ip4(IPPROTO_TCP, tcp("SSH-2.0-x\r\n")), "", None);
    row("an address as host", IPPROTO_TCP,
        ip4(IPPROTO_TCP, tcp("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n")), "", None);
    row("a datagram of a few bytes", IPPROTO_UDP, ip4(IPPROTO_UDP, udp("hello")), "", None);
    row("an empty datagram", IPPROTO_UDP, ip4(IPPROTO_UDP, udp({})), "", None);
    row("no data", IPPROTO_TCP, ip4(IPPROTO_TCP, tcp({})), "", None);
    row("no packet", IPPROTO_TCP, {}, "", None);
    row("another protocol", IPPROTO_TCP, ip4(IPPROTO_UDP, tcp(http)), "", None);
    row("a header longer than the packet", IPPROTO_TCP, ip4(IPPROTO_TCP, tcp({}, 40).left(20)), "",
        None);
}

void FirstDataTest::theNameIsRead() {
    QFETCH(int, protocol);
    QFETCH(QByteArray, packet);
    QFETCH(QString, name);
    QFETCH(int, source);
    FirstData data{quint8(protocol)};
    QVERIFY(data.feed(packet, true));
    QCOMPARE(data.said().name, name);
    QCOMPARE(int(data.said().source), source);
}

void FirstDataTest::aTcpPacketGrowsUntilTheNameIsRead() {
    FirstData data{IPPROTO_TCP};
    QVERIFY(!data.feed(ip4(IPPROTO_TCP, tcp(tls("a.test").left(60))), true));
    QVERIFY(data.said().name.isEmpty());
    QVERIFY(
        data.feed(ip4(IPPROTO_TCP, tcp(tls("a.test").left(60))), false));  // no copy of the rest
    QVERIFY(data.said().name.isEmpty());
    QVERIFY(data.feed(ip4(IPPROTO_TCP, tcp(tls("a.test"))), true));
    QCOMPARE(data.said().name, u"a.test"_s);
}

void FirstDataTest::whatIsCutOffSaysWhatItCan_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("unclear");
    const QByteArray hello = tls("a.test");
    const QByteArray http = "GET / HTTP/1.1\r\nHost: a.test\r\nCookie: cc";
    QTest::newRow("TLS behind the name")
        << hello.left(hello.indexOf("a.test") + 6) << u"a.test"_s << false;
    QTest::newRow("TLS within the name")
        << hello.left(hello.indexOf("a.test") + 5) << QString() << true;
    QTest::newRow("TLS, its first byte") << hello.left(1) << QString() << true;
    QTest::newRow("HTTP behind the host") << http << u"a.test"_s << false;
    QTest::newRow("HTTP within the host") << http.left(http.indexOf("test")) << QString() << true;
    QTest::newRow("HTTP, an address")
        << QByteArray("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\nCo") << QString() << false;
    QTest::newRow("HTTP, a target with a host")
        << QByteArray("GET http://a.test/ HTTP/1.1\r\nCo") << u"a.test"_s << false;
    QTest::newRow("HTTP, two hosts")
        << QByteArray("GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\nCo") << QString() << true;
    QTest::newRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << QString() << true;
    QTest::newRow("HTTP/0.9") << QByteArray("GET /index.html\r\n") << QString() << false;
    QTest::newRow("SSH") << QByteArray("SSH-2.0-x\r\n") << QString() << false;
    QTest::newRow("a line without an end") << QByteArray("SSH-2.0-x") << QString() << true;
    QTest::newRow("mail") << QByteArray("EHLO a.test\r\n") << QString() << false;
    QTest::newRow("chat") << QByteArray("NICK bob\r\nUSER bob 0 * :Bob\r\n") << QString() << false;
}

void FirstDataTest::whatIsCutOffSaysWhatItCan() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    QFETCH(bool, unclear);
    FirstData data{IPPROTO_TCP};
    QVERIFY(data.feed(ip4(IPPROTO_TCP, tcp(bytes)), false));
    QCOMPARE(data.said().name, name);
    QCOMPARE(data.said().unclear, unclear);
    QVERIFY(data.said().http != api::HttpAsked::State::Read);
}

void FirstDataTest::howMuchHttpIsRead_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("state");
    using enum api::HttpAsked::State;
    QTest::newRow("TLS") << tls("a.test") << int(Hidden);
    QTest::newRow("something else") << QByteArray("SSH-2.0-x\r\n") << int(Hidden);
    QTest::newRow("HTTP/1") << QByteArray("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n") << int(Read);
    QTest::newRow("without a host") << QByteArray("GET / HTTP/1.0\r\n\r\n") << int(Read);
    QTest::newRow("two hosts") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
                               << int(Unclear);
    QTest::newRow("half a head") << QByteArray("GET / HTTP/1.1\r\nHo") << int(Unclear);
    QTest::newRow("HTTP/0.9") << QByteArray("GET /index.html\r\n") << int(Unclear);
    QTest::newRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << int(Unclear);
}

void FirstDataTest::howMuchHttpIsRead() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, state);
    FirstData data{IPPROTO_TCP};
    QVERIFY(data.feed(ip6(IPPROTO_TCP, tcp(bytes)), false));
    QCOMPARE(int(data.said().http), state);
}

void FirstDataTest::aHelloInTwoDatagramsIsRead() {
    const QByteArray message = hello("b.test");
    QuicPacket first;
    first.connection = "12345678";
    first.frames = cryptoFrame(0, message.left(40));
    QuicPacket second = first;
    second.number = 1;
    second.frames = cryptoFrame(40, message.mid(40));
    FirstData data{IPPROTO_UDP};
    QVERIFY(!data.feed(ip4(IPPROTO_UDP, udp(sealed(first))), true));
    QVERIFY(data.feed(ip4(IPPROTO_UDP, udp(sealed(second))), true));
    QCOMPARE(data.said().name, u"b.test"_s);
}

void FirstDataTest::whatNeverEndsIsNameless() {
    QuicPacket first;
    first.connection = "12345678";
    first.frames = cryptoFrame(0, hello("b.test").left(40));
    const QByteArray packet = ip4(IPPROTO_UDP, udp(sealed(first)));
    FirstData data{IPPROTO_UDP};
    for (int i = 1; i < FirstData::kMostPackets; ++i)
        QVERIFY(!data.feed(packet, true));
    QVERIFY(data.feed(packet, true));
    QVERIFY(data.said().name.isEmpty());
}

// Of what goes by without waiting.
void FirstDataTest::whatOthersBeginIsNotRememberedForEver() {
    tests::EngineParts parts;
    parts.open({parts.in("rules.d"), {}});
    parts.start();
    const QByteArray message = hello("b.test");
    const auto says = [&](quint64 cookie, quint64 packet, quint64 offset, const QByteArray& part) {
        QuicPacket quic;
        quic.connection = "12345678";
        quic.number = packet;
        quic.frames = cryptoFrame(offset, part);
        kernel::FlowReport report;
        report.key = {cookie, api::Address::v4(0xcb007101u), 443, IPPROTO_UDP};
        report.decision = {SP_VERDICT_ALLOW, SP_REASON_MODE, 0};
        kernel::HeldPacket copy;
        copy.key = report.key;
        copy.bytes = ip4(IPPROTO_UDP, udp(sealed(quic)));
        parts.kernel.events.append([=](kernel::Sink& sink) { sink.onSaid(report, copy); });
    };
    constexpr quint64 kFlows = 1025;
    for (quint64 cookie = 1; cookie <= kFlows; ++cookie)
        says(cookie, 0, 0, message.left(40));
    for (const quint64 cookie : {quint64{1}, kFlows})
        says(cookie, 1, 40, message.mid(40));
    const QList<api::Connection> connections = parts.engine->connections();
    QCOMPARE(quint64(connections.size()), kFlows);
    QCOMPARE(connections.constFirst().name, QString());
    QCOMPARE(connections.constLast().name, u"b.test"_s);
}

void FirstDataTest::noBytesDoHarm() {
    QRandomGenerator random(7);
    for (int i = 0; i < 20000; ++i) {
        QByteArray packet(int(random.bounded(80)), '\0');
        for (char& byte : packet)
            byte = char(random.bounded(256));
        const quint8 protocol = i % 2 ? IPPROTO_TCP : IPPROTO_UDP;
        if (packet.size() > 20) {
            packet[0] = i % 4 < 2 ? 0x45 : 0x60;
            packet[i % 4 < 2 ? 9 : 6] = char(protocol);
        }
        FirstData data{protocol};
        (void)data.feed(packet, true);
    }
}

QTEST_GUILESS_MAIN(FirstDataTest)
#include "first_data_test.moc"
