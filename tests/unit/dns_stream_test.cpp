// DNS messages out of TCP segments: whole however they are cut, and none kept for ever.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <random>

#include "dns_wire.h"
#include "names/dns_stream.h"

using namespace sallyport;
using namespace sallyport::names;
using namespace Qt::StringLiterals;

namespace {

QByteArray message(int number, qsizetype padding = 0) {
    return dns::answer(quint16(number), u"n%1.example"_s.arg(number), {api::Address::v4(1)}) +
           QByteArray(padding, 'x');
}

QByteArray onStream(const QByteArray& message) {
    return dns::word(int(message.size())) + message;
}

// A connection as its receiver sees it: what has come so far without a gap is no longer expected.
struct Connection {
    static constexpr quint32 kFirst = 0xffffffe0;  // sequence numbers begin anew soon

    QByteArray stream;
    DnsStream reader = DnsStream();
    std::vector<bool> came = std::vector<bool>(size_t(stream.size()));
    QList<QByteArray> messages{};

    void segment(qsizetype at, qsizetype length) {
        messages += reader.feed(kFirst + quint32(at), expected(),
                                QByteArrayView(stream).sliced(at, length));
        std::fill_n(came.begin() + at, length, true);
    }
    // It came without being copied.
    void unseen(qsizetype at, qsizetype length) { std::fill_n(came.begin() + at, length, true); }
    quint32 expected() const {
        return kFirst + quint32(std::find(came.begin(), came.end(), false) - came.begin());
    }
};

}  // namespace

class DnsStreamTest : public QObject {
    Q_OBJECT
  private slots:
    void aSegmentMayHoldSeveralMessages();
    void aMessageMayComeInAnyPieces();
    void theLargestMessageIsRead();
    void orderAndRepetitionMakeNoDifference();
    void whatWasNotCopiedIsPassedOver();
    void whatIsNoDnsIsPassedOver_data();
    void whatIsNoDnsIsPassedOver();
    void whatComesTooEarlyIsNotKept();
    void eachSideOfEachConnectionIsReadByItself();
    void connectionsAreBoundedInNumberMemoryAndTime();
    void whoOpensThemWithoutEndLosesHisOwn();
};

void DnsStreamTest::aSegmentMayHoldSeveralMessages() {
    Connection connection{onStream(message(1)) + onStream(message(2)) + onStream(message(3))};
    connection.segment(0, connection.stream.size() - 1);
    QCOMPARE(connection.messages, (QList<QByteArray>{message(1), message(2)}));
    connection.segment(connection.stream.size() - 1, 1);
    QCOMPARE(connection.messages.value(2), message(3));
    QCOMPARE(connection.reader.bytes(), 0);
}

void DnsStreamTest::aMessageMayComeInAnyPieces() {
    for (qsizetype length = 1; length < 60; ++length) {
        Connection connection{onStream(message(1)) + onStream(message(2))};
        for (qsizetype at = 0; at < connection.stream.size(); at += length)
            connection.segment(at, std::min(length, connection.stream.size() - at));
        QCOMPARE(connection.messages, (QList<QByteArray>{message(1), message(2)}));
    }
}

void DnsStreamTest::theLargestMessageIsRead() {
    const QByteArray large = message(1, 65535 - message(1).size());
    Connection connection{onStream(large) + onStream(message(2))};
    for (qsizetype at = 0; at < connection.stream.size(); at += 1448)
        connection.segment(at, std::min<qsizetype>(1448, connection.stream.size() - at));
    QCOMPARE(connection.messages, (QList<QByteArray>{large, message(2)}));
}

void DnsStreamTest::orderAndRepetitionMakeNoDifference() {
    std::mt19937 random(7);
    const auto upTo = [&](qsizetype most) { return qsizetype(random() % quint32(most + 1)); };
    for (int run = 0; run < 500; ++run) {
        QByteArray stream;
        QList<QByteArray> sent;
        for (int i = 0; i < 5; ++i) {
            sent += message(i, upTo(300));
            stream += onStream(sent.last());
        }
        QList<std::pair<qsizetype, qsizetype>> segments;
        for (qsizetype at = 0; at < stream.size();) {
            const qsizetype length = std::min(1 + upTo(100), stream.size() - at);
            segments += {at, length};
            at += length;
            if (upTo(3) == 0)  // sent again, cut elsewhere
                segments += {upTo(at - 1), 1};
            segments.last().second =
                std::min(segments.last().second + upTo(20), stream.size() - segments.last().first);
        }
        std::shuffle(segments.begin(), segments.end(), random);
        Connection connection{stream};
        for (const auto& [at, length] : std::as_const(segments))
            connection.segment(at, length);
        QCOMPARE(connection.messages, sent);
        QCOMPARE(connection.reader.bytes(), 0);
    }
}

void DnsStreamTest::whatWasNotCopiedIsPassedOver() {
    const qsizetype one = onStream(message(1, 100)).size();
    Connection connection{onStream(message(1, 100)) + onStream(message(2, 100)) +
                          onStream(message(3, 100)) + onStream(message(4, 100))};
    connection.segment(0, one - 7);
    connection.unseen(one - 7, 7);
    connection.segment(one, one);
    QCOMPARE(connection.messages, QList<QByteArray>{message(2, 100)});
    // Also when the segment behind the gap comes first.
    connection.segment(3 * one, one);
    QCOMPARE(connection.messages.size(), 1);
    connection.unseen(2 * one, one);
    connection.stream += onStream(message(5, 100));
    connection.came.resize(size_t(connection.stream.size()));
    connection.segment(4 * one, one);
    QCOMPARE(connection.messages,
             (QList<QByteArray>{message(2, 100), message(4, 100), message(5, 100)}));
}

void DnsStreamTest::whatIsNoDnsIsPassedOver_data() {
    QTest::addColumn<QByteArray>("other");
    QTest::newRow("text") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
    QTest::newRow("zeros") << QByteArray(100, '\0');
    QTest::newRow("a query") << onStream(dns::query(1, u"www.example"_s));
    QTest::newRow("a length that is too small") << dns::word(11) + message(1);
}

void DnsStreamTest::whatIsNoDnsIsPassedOver() {
    QFETCH(QByteArray, other);
    Connection connection{other + onStream(message(1))};
    connection.segment(0, other.size());
    QCOMPARE(connection.reader.bytes(), 0);
    connection.segment(other.size(), connection.stream.size() - other.size());
    QCOMPARE(connection.messages, QList<QByteArray>{message(1)});
}

void DnsStreamTest::whatComesTooEarlyIsNotKept() {
    DnsStream reader = DnsStream();
    const QByteArray bytes(1000, 'x');
    for (quint32 sequence = 10'000; sequence < 100'000'000; sequence += 1000)
        QCOMPARE(reader.feed(sequence, 0, bytes), QList<QByteArray>());
    QVERIFY(reader.bytes() > 100'000);
    QVERIFY(reader.bytes() <= DnsStream::kMostAhead);
    // Everything at once is read all the same.
    QCOMPARE(reader.feed(200'000'000, 200'000'000, onStream(message(1))),
             QList<QByteArray>{message(1)});
    QCOMPARE(reader.bytes(), 0);
}

void DnsStreamTest::eachSideOfEachConnectionIsReadByItself() {
    DnsStreams streams;
    const QByteArray answer = onStream(message(1));
    const QByteArray question = onStream(dns::query(1, u"n1.example"_s));
    QVERIFY(streams.feed(1, true, 7, 0, 0, QByteArrayView(answer).first(20), 0).isEmpty());
    QVERIFY(streams.feed(2, true, 8, 0, 0, QByteArrayView(answer).first(30), 0).isEmpty());
    QCOMPARE(streams.feed(1, false, 7, 0, 0, question, 0),
             QList<QByteArray>{dns::query(1, u"n1.example"_s)});
    QCOMPARE(streams.feed(2, true, 8, 30, 30, QByteArrayView(answer).sliced(30), 0),
             QList<QByteArray>{message(1)});
    QCOMPARE(streams.feed(1, true, 7, 20, 20, QByteArrayView(answer).sliced(20), 0),
             QList<QByteArray>{message(1)});
    QCOMPARE(streams.streams(), 3);
    QCOMPARE(streams.bytes(), 0);
}

void DnsStreamTest::connectionsAreBoundedInNumberMemoryAndTime() {
    DnsStreams streams;
    const QByteArray half = onStream(message(1, 60'000)).first(60'000);
    for (quint64 socket = 0; socket < 3 * DnsStreams::kMostStreams; ++socket) {
        streams.feed(socket, true, 7, 0, 0, half, 0);
        QVERIFY(streams.streams() <= DnsStreams::kMostStreams);
        QVERIFY(streams.bytes() <= DnsStreams::kMostBytes);
    }
    QVERIFY(streams.bytes() > DnsStreams::kMostBytes / 2);
    for (quint64 socket = 0; socket < 3 * DnsStreams::kMostStreams; ++socket)
        streams.feed(socket, false, 7, 0, 0, "x", 1);
    QCOMPARE(streams.streams(), DnsStreams::kMostStreams);
    streams.expire(DnsStreams::kIdleMs + 1);
    QCOMPARE(streams.streams(), DnsStreams::kMostStreams);
    streams.expire(DnsStreams::kIdleMs + 2);
    QCOMPARE(streams.streams(), 0);
    QCOMPARE(streams.bytes(), 0);
}

void DnsStreamTest::whoOpensThemWithoutEndLosesHisOwn() {
    DnsStreams streams;
    constexpr quint64 kHis = 7, kAnothers = 8;
    const QByteArray answer = onStream(message(1));
    const auto flood = [&](const QByteArray& piece) {
        for (quint64 socket = 100; socket < 100 + 2 * DnsStreams::kMostStreams; ++socket)
            streams.feed(socket, true, kHis, 0, 0, piece, 1);
    };
    streams.feed(1, true, kAnothers, 0, 0, QByteArrayView(answer).first(20), 0);
    flood("x");
    QCOMPARE(streams.streams(), DnsStreams::kMostStreams);
    flood(onStream(message(1, 60'000)).first(60'000));
    QVERIFY(streams.streams() < DnsStreams::kMostStreams);
    QCOMPARE(streams.feed(1, true, kAnothers, 20, 20, QByteArrayView(answer).sliced(20), 2),
             QList<QByteArray>{message(1)});
}

QTEST_APPLESS_MAIN(DnsStreamTest)
#include "dns_stream_test.moc"
