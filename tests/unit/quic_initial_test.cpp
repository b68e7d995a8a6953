// The name in QUIC's first packets: the RFCs' own samples, and packets in every order.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <numeric>
#include <random>

#include "names/quic_initial.h"
#include "names/quic_keys.h"
#include "packets/quic_packets.h"

using namespace sallyport::names;
using namespace sallyport::packets;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(sallyport::names::QuicVersion)

namespace {

const QByteArray kConnection = QByteArray::fromHex("8394c8f03e515708");

// The CRYPTO frame of RFC 9001 A.2, which RFC 9369 A.2 repeats: it asks for example.com.
const QByteArray kFrame = QByteArray::fromHex(
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c0000041301"
    "1302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007"
    "000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f5"
    "0f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00"
    "024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f0"
    "3e51570806048000ffff");
const QByteArray kHello = kFrame.sliced(4);

QuicPacket packetWith(const QByteArray& frames, quint64 number = 0) {
    QuicPacket packet;
    packet.connection = kConnection;
    packet.frames = frames;
    packet.number = number;
    return packet;
}

// The hello in `count` CRYPTO frames.
QList<QByteArray> pieces(int count) {
    QList<QByteArray> frames;
    const qsizetype step = kHello.size() / count + 1;
    for (qsizetype at = 0; at < kHello.size(); at += step)
        frames += cryptoFrame(quint64(at), kHello.mid(at, step));
    return frames;
}

}  // namespace

class QuicInitialTest : public QObject {
    Q_OBJECT
  private slots:
    void theSamplesOfTheStandardsAreMetAndRead_data();
    void theSamplesOfTheStandardsAreMetAndRead();
    void aHelloInPiecesIsReadInAnyOrder();
    void repeatedPiecesDoNotMatter();
    void severalPacketsInOneDatagramAreRead();
    void theServersIdDoesNotChangeTheKeys();
    void theVersionMayChangeOnTheWay();
    void aRetryIsFollowed();
    void aSecondConnectionInBetweenIsUnclear();
    void packetsOfOthersArePassedOver();
    void earlyDataInFrontIsPassedOver();
    void whatContradictsItselfIsUnclear();
    void framesThatDoNotBelongAreUnclear_data();
    void framesThatDoNotBelongAreUnclear();
    void aHelloThatNeverEndsIsUnclear();
    void anotherProtocolIsNoQuic_data();
    void anotherProtocolIsNoQuic();
    void reassemblyIsBounded();
    void reassemblyEqualsTheWhole();
    void noBytesDoHarm();
};

void QuicInitialTest::theSamplesOfTheStandardsAreMetAndRead_data() {
    QTest::addColumn<QuicVersion>("version");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("iv");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("beginning");
    QTest::addColumn<QByteArray>("end");
    QTest::newRow("RFC 9001 appendix A")
        << QuicVersion::One << QByteArray("1f369613dd76d5467730efcbe3b1a22d")
        << QByteArray("fa044b2f42a3fd3b46fb255c") << QByteArray("9f50449e04a0e810283a1e9933adedd2")
        << QByteArray("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11")
        << QByteArray("e221af44860018ab0856972e194cd934");
    QTest::newRow("RFC 9369 appendix A")
        << QuicVersion::Two << QByteArray("8b1a0bc121284290a29e0971b5cd045d")
        << QByteArray("91f73e2351d8fa91660e909f") << QByteArray("45b95e15235d6f45a6b19cbcb0294ba9")
        << QByteArray("d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485")
        << QByteArray("a18b2faa745b6fe189cf772a9f84cbfc");
}

// The end is the tag, which proves every byte before it.
void QuicInitialTest::theSamplesOfTheStandardsAreMetAndRead() {
    QFETCH(QuicVersion, version);
    QFETCH(QByteArray, beginning);
    QFETCH(QByteArray, end);
    const QuicKeys keys = clientInitialKeys(version, kConnection);
    QTEST(keys.key.toHex(), "key");
    QTEST(keys.iv.toHex(), "iv");
    QTEST(keys.header.toHex(), "header");
    QuicPacket packet = packetWith(kFrame + QByteArray(917, '\0'), 2);
    packet.version = version;
    const QByteArray datagram = sealed(packet);
    QCOMPARE(datagram.size(), 1200);
    QCOMPARE(datagram.first(32).toHex(), beginning);
    QCOMPARE(datagram.last(16).toHex(), end);

    QuicInitialReader reader;
    QCOMPARE(reader.feed(datagram), Reading::Name);
    QCOMPARE(reader.hello().serverName, u"example.com"_s);
    QCOMPARE(reader.hello().alpn, {u"alpn"_s});
}

void QuicInitialTest::aHelloInPiecesIsReadInAnyOrder() {
    QList<QByteArray> frames = pieces(4);
    std::sort(frames.begin(), frames.end());
    do {
        QuicInitialReader reader;
        for (int i = 0; i < frames.size(); ++i) {
            QCOMPARE(reader.reading(), Reading::NeedMore);
            reader.feed(sealed(packetWith(QByteArray("\1\0\0", 3) + frames.at(i), quint64(i))));
        }
        QCOMPARE(reader.reading(), Reading::Name);
        QCOMPARE(reader.hello().serverName, u"example.com"_s);
    } while (std::next_permutation(frames.begin(), frames.end()));
}

void QuicInitialTest::repeatedPiecesDoNotMatter() {
    const QList<QByteArray> frames = pieces(3);
    QuicInitialReader reader;
    QCOMPARE(reader.feed(sealed(packetWith(frames.at(2) + frames.at(2), 0))), Reading::NeedMore);
    QCOMPARE(reader.feed(sealed(packetWith(frames.at(2) + frames.at(0), 1))), Reading::NeedMore);
    QCOMPARE(reader.feed(sealed(packetWith(cryptoFrame(10, kHello.sliced(10)), 2))), Reading::Name);
}

void QuicInitialTest::severalPacketsInOneDatagramAreRead() {
    const QList<QByteArray> frames = pieces(2);
    QuicInitialReader reader;
    QCOMPARE(reader.feed(sealed(packetWith(frames.at(1), 0)) + sealed(packetWith(frames.at(0), 1)) +
                         QByteArray(100, '\0')),
             Reading::Name);
}

void QuicInitialTest::theServersIdDoesNotChangeTheKeys() {
    const QList<QByteArray> frames = pieces(2);
    QuicInitialReader reader;
    reader.feed(sealed(packetWith(frames.at(0))));
    QuicPacket second = packetWith(frames.at(1), 1);
    second.connection = "server's";
    second.keysOf = kConnection;
    QCOMPARE(reader.feed(sealed(second)), Reading::Name);
}

void QuicInitialTest::theVersionMayChangeOnTheWay() {  // RFC 9368
    const QList<QByteArray> frames = pieces(2);
    QuicInitialReader reader;
    reader.feed(sealed(packetWith(frames.at(0))));
    QuicPacket second = packetWith(frames.at(1), 1);
    second.version = QuicVersion::Two;
    QCOMPARE(reader.feed(sealed(second)), Reading::Name);
}

void QuicInitialTest::aRetryIsFollowed() {
    const QList<QByteArray> frames = pieces(2);
    QuicInitialReader reader;
    reader.feed(sealed(packetWith(frames.at(0))));
    QuicPacket again = packetWith(kFrame, 1);
    again.connection = "retried";
    again.token = QByteArray(100, 't');
    QCOMPARE(reader.feed(sealed(again)), Reading::Name);

    // It must say the same again.
    QuicInitialReader other;
    other.feed(sealed(packetWith(frames.at(0))));
    again.frames[10] = char(again.frames.at(10) ^ 1);
    QCOMPARE(other.feed(sealed(again)), Reading::Unclear);
}

void QuicInitialTest::aSecondConnectionInBetweenIsUnclear() {
    QuicInitialReader reader;
    reader.feed(sealed(packetWith(pieces(2).at(0))));
    QuicPacket second = packetWith(kFrame);
    second.connection = "another one";
    QCOMPARE(reader.feed(sealed(second)), Reading::Unclear);
}

void QuicInitialTest::packetsOfOthersArePassedOver() {
    QuicPacket foreign = packetWith(kFrame);
    foreign.keysOf = "somebody else's";
    QByteArray changed = sealed(packetWith(kFrame));
    changed[100] = char(changed.at(100) ^ 1);
    QuicInitialReader reader;
    QCOMPARE(reader.feed(sealed(foreign)), Reading::NeedMore);
    QCOMPARE(reader.feed(changed), Reading::NeedMore);
    QCOMPARE(reader.feed({}), Reading::NeedMore);
    QCOMPARE(reader.feed(sealed(packetWith(kFrame, 1))), Reading::Name);
}

void QuicInitialTest::earlyDataInFrontIsPassedOver() {
    const QByteArray early = QByteArray::fromHex("d0000000010461626364004004") + "data";
    QuicInitialReader reader;
    QCOMPARE(reader.feed(early), Reading::NeedMore);
    QCOMPARE(reader.feed(sealed(packetWith(kFrame))), Reading::Name);
}

void QuicInitialTest::whatContradictsItselfIsUnclear() {
    QuicInitialReader reader;
    QByteArray other = kHello.first(100);
    other[60] = 'x';
    reader.feed(sealed(packetWith(cryptoFrame(0, other))));
    QCOMPARE(reader.feed(sealed(packetWith(kFrame, 1))), Reading::Unclear);
}

void QuicInitialTest::framesThatDoNotBelongAreUnclear_data() {
    QTest::addColumn<QByteArray>("frames");
    QTest::addColumn<Reading>("reading");
    QTest::newRow("an acknowledgement")
        << QByteArray::fromHex("0205000001") + kFrame << Reading::Name;
    QTest::newRow("one with a range")
        << QByteArray::fromHex("02050001020102") + kFrame << Reading::Name;
    QTest::newRow("one with counts")
        << QByteArray::fromHex("03050000020102037f") + kFrame << Reading::Unclear;
    QTest::newRow("one with three counts")
        << QByteArray::fromHex("0305000002010203") + kFrame << Reading::Name;
    QTest::newRow("a stream") << QByteArray::fromHex("0800") + kFrame << Reading::Unclear;
    QTest::newRow("one of no kind") << QByteArray::fromHex("7fff") + kFrame << Reading::Unclear;
    QTest::newRow("a cut one") << kFrame.chopped(1) << Reading::Unclear;
    QTest::newRow("a cut number") << QByteArray::fromHex("000000c0") << Reading::Unclear;
    QTest::newRow("a cut number with a byte")
        << QByteArray::fromHex("00008000") << Reading::Unclear;
    QTest::newRow("far away") << cryptoFrame(1 << 30, "x") << Reading::Unclear;
    QTest::newRow("a close") << QByteArray::fromHex("1c000000") << Reading::NeedMore;
    QTest::newRow("another message")
        << cryptoFrame(0, QByteArray::fromHex("02000000")) << Reading::Unclear;
}

void QuicInitialTest::framesThatDoNotBelongAreUnclear() {
    QFETCH(QByteArray, frames);
    QFETCH(Reading, reading);
    QuicInitialReader reader;
    QCOMPARE(reader.feed(sealed(packetWith(frames))), reading);
    QCOMPARE(reader.hello() == ClientHello{}, reading != Reading::Name);
}

void QuicInitialTest::aHelloThatNeverEndsIsUnclear() {
    QuicInitialReader reader;
    for (int i = 1; i < kMostQuicDatagrams; ++i)
        QCOMPARE(reader.feed(sealed(packetWith({}, quint64(i)))), Reading::NeedMore);
    QCOMPARE(reader.feed(sealed(packetWith({}, 100))), Reading::Unclear);
}

void QuicInitialTest::anotherProtocolIsNoQuic_data() {
    QTest::addColumn<QByteArray>("datagram");
    QTest::newRow("nothing of it") << QByteArray("hello");
    QTest::newRow("a DNS query") << QByteArray::fromHex("123401000001000000000000");
    QTest::newRow("a short header") << QByteArray(60, '\x40');
    QTest::newRow("another version") << QByteArray::fromHex("c0ff00001d0461626364000000");
    QTest::newRow("a cut header") << QByteArray::fromHex("c0000000010461");
    QTest::newRow("a packet that is cut") << sealed(packetWith(kFrame)).chopped(1);
    QTest::newRow("too long an id") << QByteArray::fromHex("c00000000115") + QByteArray(100, 'x');
}

void QuicInitialTest::anotherProtocolIsNoQuic() {
    QFETCH(QByteArray, datagram);
    QuicInitialReader reader;
    QCOMPARE(reader.feed(datagram), Reading::OtherProtocol);
}

void QuicInitialTest::reassemblyIsBounded() {
    Reassembly far;
    QVERIFY(!far.add(quint64(kMostHello), "x"));
    QVERIFY(!far.add(~quint64(0), "x"));
    QVERIFY(far.add(quint64(kMostHello) - 1, "x"));
    QCOMPARE(far.bytes(), 1);  // a byte that is far away is no more than that
    Reassembly torn;
    quint64 at = 1;
    for (int i = 0; i < kMostQuicPieces; ++i, at += 2)
        QVERIFY(torn.add(at, "x"));
    QVERIFY(!torn.add(at, "x"));
}

void QuicInitialTest::reassemblyEqualsTheWhole() {
    std::minstd_rand random(9000);
    QByteArray whole(300, '\0');
    std::generate(whole.begin(), whole.end(), [&] { return char(random()); });
    for (int round = 0; round < 200; ++round) {
        Reassembly stream;
        QByteArray seen(whole.size(), '\0');
        while (seen.contains('\0')) {
            const auto at = qsizetype(random() % quint64(whole.size()));
            const QByteArray piece = whole.mid(at, 1 + qsizetype(random() % 60));
            QVERIFY(stream.add(quint64(at), piece));
            std::fill_n(seen.begin() + at, piece.size(), 'x');
            const qsizetype first = seen.indexOf('\0');
            QCOMPARE(stream.beginning(), whole.first(first < 0 ? whole.size() : first));
        }
    }
}

void QuicInitialTest::noBytesDoHarm() {
    std::minstd_rand random(9001);
    const int rounds = !qEnvironmentVariableIsEmpty("SALLYPORT_LONG") ? 200'000 : 5'000;
    for (int i = 0; i < rounds; ++i) {
        QByteArray frames = kFrame;
        for (unsigned change = 0; change <= random() % 4; ++change)
            frames[int(random() % 70)] = char(random());
        QByteArray datagram = sealed(packetWith(frames));
        if (random() % 4 == 0)
            datagram[int(random() % 30)] = char(random());
        QuicInitialReader reader;
        reader.feed(datagram);
        QCOMPARE(reader.reading() == Reading::Name, !reader.hello().serverName.isEmpty());
    }
}

QTEST_APPLESS_MAIN(QuicInitialTest)
#include "quic_initial_test.moc"
