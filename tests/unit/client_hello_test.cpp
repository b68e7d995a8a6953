// The name in a TLS ClientHello, however it is cut, and what cannot be read in one way only.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <random>

#include "names/client_hello.h"

using namespace sallyport::names;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(sallyport::names::Reading)

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

QByteArray extension(int type, const QByteArray& data) {
    return number(type, 2) + piece(data, 2);
}

QByteArray serverName(const QByteArray& name) {
    return extension(0, piece('\0' + piece(name, 2), 2));
}

// The message with its header, and these extensions.
QByteArray hello(const QByteArray& extensions) {
    const QByteArray body =
        QByteArray::fromHex("0303") + QByteArray(32, 'r') + piece(QByteArray(32, 's'), 1) +
        piece(QByteArray::fromHex("13011302"), 2) + piece({1, '\0'}, 1) + piece(extensions, 2);
    return '\1' + piece(body, 3);
}

// In records of at most `most` bytes.
QByteArray records(const QByteArray& message, qsizetype most = 16384) {
    QByteArray stream;
    for (qsizetype at = 0; at < message.size(); at += most)
        stream += QByteArray::fromHex("160301") + piece(message.mid(at, most), 2);
    return stream;
}

ClientHelloReader readAll(const QByteArray& stream) {
    ClientHelloReader reader;
    reader.feed(stream);
    return reader;
}

const QByteArray kGrease = extension(0x0a0a, {});

}  // namespace

class ClientHelloTest : public QObject {
    Q_OBJECT
  private slots:
    void theServerNameIsRead();
    void itDoesNotMatterHowTheBytesAreCut();
    void aHelloWithoutANameHasNone_data();
    void aHelloWithoutANameHasNone();
    void anEncryptedPartIsSaid();
    void theProtocolsAreRead();
    void whatCouldBeTwoNamesIsUnclear_data();
    void whatCouldBeTwoNamesIsUnclear();
    void anotherProtocolIsSeenAtItsFirstByte_data();
    void anotherProtocolIsSeenAtItsFirstByte();
    void aHelloOfTheGreatestLengthIsReadAndOneMoreIsNot();
    void whatComesAfterIsNotLookedAt();
    void noBytesDoHarm();
};

void ClientHelloTest::theServerNameIsRead() {
    const ClientHelloReader reader =
        readAll(records(hello(kGrease + serverName("WWW.Example.org"))));
    QCOMPARE(reader.reading(), Reading::Name);
    QCOMPARE(reader.hello().serverName, u"www.example.org"_s);
    QVERIFY(!reader.hello().encryptedPart);
}

void ClientHelloTest::itDoesNotMatterHowTheBytesAreCut() {
    const QByteArray message = hello(kGrease + serverName("www.example.org"));
    for (const int most : {1, 2, 3, 50, 16384}) {
        const QByteArray stream = records(message, most);
        for (const int step : {1, 2, 7, 100}) {
            ClientHelloReader reader;
            for (qsizetype at = 0; at < stream.size(); at += step) {
                QCOMPARE(reader.reading(), Reading::NeedMore);
                reader.feed(stream.mid(at, step));
            }
            QCOMPARE(reader.reading(), Reading::Name);
            QCOMPARE(reader.hello().serverName, u"www.example.org"_s);
        }
    }
}

void ClientHelloTest::aHelloWithoutANameHasNone_data() {
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("others only") << hello(kGrease);
    QTest::newRow("empty") << hello({});
    QTest::newRow("an IPv4 address") << hello(serverName("192.0.2.1"));
    QTest::newRow("an IPv6 address") << hello(serverName("2001:db8::1"));
    QByteArray old = hello({});
    old.chop(2);
    old[3] = char(old.at(3) - 2);
    QTest::newRow("no extensions at all") << old;
}

void ClientHelloTest::aHelloWithoutANameHasNone() {
    QFETCH(QByteArray, message);
    const ClientHelloReader reader = readAll(records(message));
    QCOMPARE(reader.reading(), Reading::NoName);
    QCOMPARE(reader.hello().serverName, QString());
}

void ClientHelloTest::anEncryptedPartIsSaid() {
    const ClientHelloReader reader =
        readAll(records(hello(extension(0xfe0d, "noise") + serverName("outer.example"))));
    QCOMPARE(reader.reading(), Reading::Name);
    QVERIFY(reader.hello().encryptedPart);
    QCOMPARE(reader.hello().serverName, u"outer.example"_s);
}

void ClientHelloTest::theProtocolsAreRead() {
    const QByteArray list = piece("h2", 1) + piece("http/1.1", 1) + piece("\x0a\x1b", 1);
    const ClientHelloReader reader = readAll(records(hello(extension(16, piece(list, 2)))));
    QCOMPARE(reader.hello().alpn, (QStringList{u"h2"_s, u"http/1.1"_s, u"\\010\\027"_s}));

    const QByteArray many = piece("x", 1).repeated(1000);
    const ClientHelloReader bounded = readAll(records(hello(extension(16, piece(many, 2)))));
    QCOMPARE(bounded.reading(), Reading::NoName);
    QCOMPARE(bounded.hello().alpn.size(), kMostAlpn);
}

void ClientHelloTest::whatCouldBeTwoNamesIsUnclear_data() {
    QTest::addColumn<QByteArray>("message");
    const QByteArray one = serverName("a.example");
    const QByteArray entry = '\0' + piece("a.example", 2);
    QTest::newRow("two extensions") << hello(one + serverName("b.example"));
    QTest::newRow("the same twice") << hello(one + one);
    QTest::newRow("two names in one") << hello(extension(0, piece(entry + entry, 2)));
    QTest::newRow("another kind of name") << hello(extension(0, piece('\1' + piece("a", 2), 2)));
    QTest::newRow("an empty list") << hello(extension(0, piece({}, 2)));
    QTest::newRow("bytes behind the list") << hello(extension(0, piece(entry, 2) + "x"));
    QTest::newRow("a zero inside") << hello(serverName({"a.example\0.evil", 15}));
    QTest::newRow("a line break") << hello(serverName("a.example\n"));
    QTest::newRow("an empty name") << hello(serverName({}));
    QTest::newRow("an empty label") << hello(serverName("a..example"));
    QTest::newRow("two encrypted parts") << hello(extension(0xfe0d, {}).repeated(2) + one);
    QTest::newRow("a cut extension") << hello(one + number(5, 2) + number(9, 2) + "x");
    QTest::newRow("an empty protocol") << hello(extension(16, piece({1, '\0'}, 2)) + one);
    QByteArray cut = hello(one);
    cut[3] = char(cut.at(3) - 1);
    QTest::newRow("a message shorter than its parts") << cut;
}

void ClientHelloTest::whatCouldBeTwoNamesIsUnclear() {
    QFETCH(QByteArray, message);
    const ClientHelloReader reader = readAll(records(message));
    QCOMPARE(reader.reading(), Reading::Unclear);
    QVERIFY(reader.hello() == ClientHello{});
}

void ClientHelloTest::anotherProtocolIsSeenAtItsFirstByte_data() {
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<Reading>("reading");
    QTest::newRow("HTTP") << QByteArray("G") << Reading::OtherProtocol;
    QTest::newRow("another version") << QByteArray::fromHex("1602") << Reading::OtherProtocol;
    QTest::newRow("a server's hello")
        << QByteArray::fromHex("160303000102") << Reading::OtherProtocol;
    QTest::newRow("an empty record") << QByteArray::fromHex("1603010000") << Reading::Unclear;
    QTest::newRow("too long a record") << QByteArray::fromHex("1603014001") << Reading::Unclear;
    QTest::newRow("an alert in between")
        << QByteArray::fromHex("16030100010115") << Reading::Unclear;
}

void ClientHelloTest::anotherProtocolIsSeenAtItsFirstByte() {
    QFETCH(QByteArray, stream);
    QFETCH(Reading, reading);
    ClientHelloReader reader;
    QCOMPARE(reader.feed(stream.chopped(1)), Reading::NeedMore);
    QCOMPARE(reader.feed(stream.last(1)), reading);
}

void ClientHelloTest::aHelloOfTheGreatestLengthIsReadAndOneMoreIsNot() {
    const QByteArray name = serverName("a.example");
    const QByteArray filler(kMostHello - hello(name).size() - 4, 'x');
    const QByteArray most = hello(extension(0x1111, filler) + name);
    QCOMPARE(most.size(), kMostHello);
    QCOMPARE(readAll(records(most)).reading(), Reading::Name);
    const QByteArray more = hello(extension(0x1111, filler + 'x') + name);
    QCOMPARE(readAll(records(more)).reading(), Reading::Unclear);
}

void ClientHelloTest::whatComesAfterIsNotLookedAt() {
    ClientHelloReader reader = readAll(records(hello(serverName("a.example"))));
    QCOMPARE(reader.feed(records(hello(serverName("b.example")))), Reading::Name);
    QCOMPARE(reader.hello().serverName, u"a.example"_s);
}

void ClientHelloTest::noBytesDoHarm() {
    std::minstd_rand random(8446);
    const QByteArray list = piece("h2", 1) + piece("http/1.1", 1);
    const QByteArray whole =
        records(hello(kGrease + serverName("www.example.org") + extension(16, piece(list, 2))), 60);
    const int rounds = !qEnvironmentVariableIsEmpty("SALLYPORT_LONG") ? 1'000'000 : 20'000;
    for (int i = 0; i < rounds; ++i) {
        QByteArray bytes = whole;
        for (unsigned change = 0; change <= random() % 4; ++change)
            bytes[int(random() % unsigned(bytes.size()))] = char(random());
        const ClientHelloReader reader = readAll(bytes);
        QCOMPARE(reader.reading() == Reading::Name, !reader.hello().serverName.isEmpty());
    }
}

QTEST_APPLESS_MAIN(ClientHelloTest)
#include "client_hello_test.moc"
