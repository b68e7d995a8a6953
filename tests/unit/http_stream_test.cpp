// Requests out of the packets of one connection: however they are cut, and where they end.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "engine/http_stream.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using api::HttpAsked;
using engine::HttpStream;
using State = HttpStream::State;

namespace {

constexpr quint32 kStart = 0xfffffff0u;  // sequence numbers go round

QByteArray get(const QByteArray& path, const QByteArray& fields = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n";
}

QByteArray post(const QByteArray& fields) {
    return "POST /in HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n";
}

QStringList texts(const QList<HttpAsked>& asked) {
    QStringList all;
    for (const HttpAsked& one : asked)
        all += one.method + u' ' + one.path.value_or(u"?"_s);
    return all;
}

}  // namespace

class HttpStreamTest : public QObject {
    Q_OBJECT
  private slots:
    void requestsOfOnePacketAreAllRead();
    void whateverTheCutTheSameIsRead_data();
    void whateverTheCutTheSameIsRead();
    void aBodyThatIsToComeIsUnderstood();
    void aLongBodyIsUnderstoodPieceByPiece();
    void aPacketThatGrowsIsReadOnce();
    void whatCannotBeToldStaysSo_data();
    void whatCannotBeToldStaysSo();
    void aGapIsUnclear();
    void noMoreRequestsThanCanBeJudged();
};

void HttpStreamTest::requestsOfOnePacketAreAllRead() {
    HttpStream stream(kStart);
    QList<HttpAsked> asked;
    const QByteArray bytes = get("/a") + get("/b/../c");
    QCOMPARE(stream.read(kStart, bytes, true, asked), State::Whole);
    QCOMPARE(texts(asked), (QStringList{u"GET /a"_s, u"GET ?"_s}));
    QCOMPARE(stream.understood(), kStart + quint32(bytes.size()));
}

void HttpStreamTest::whateverTheCutTheSameIsRead_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QStringList>("wanted");
    const QStringList both{u"POST /in"_s, u"GET /b"_s};
    QTest::newRow("a length") << post("Content-Length: 5\r\n") + "GET /" + get("/b") << both;
    QTest::newRow("chunks") << post("Transfer-Encoding: chunked\r\n") +
                                   "5\r\nGET /\r\n0a;x=y\r\n0123456789\r\n0\r\nLast: 1\r\n\r\n" +
                                   get("/b")
                            << both;
    QTest::newRow("no body") << post({}) + get("/b") << both;
    QTest::newRow("empty lines between") << post({}) + "\r\n" + get("/b") << both;
}

// Each packet holds what was not let go yet, as TCP does: it grows until it is whole.
void HttpStreamTest::whateverTheCutTheSameIsRead() {
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, wanted);
    for (qsizetype step = 1; step <= bytes.size(); ++step) {
        HttpStream stream(kStart);
        QList<HttpAsked> asked;
        qsizetype sent = 0;
        for (qsizetype end = std::min(step, bytes.size());;
             end = std::min(end + step, bytes.size())) {
            const State state =
                stream.read(kStart + quint32(sent), bytes.mid(sent, end - sent), true, asked);
            QVERIFY(state != State::Unclear);
            if (state == State::Whole)
                sent = end;
            if (end == bytes.size())
                break;
        }
        QCOMPARE(texts(asked), wanted);
        QCOMPARE(sent, bytes.size());
        QCOMPARE(stream.understood(), kStart + quint32(bytes.size()));
    }
}

void HttpStreamTest::aBodyThatIsToComeIsUnderstood() {
    HttpStream stream(kStart);
    QList<HttpAsked> asked;
    const QByteArray head = post("Content-Length: 70000\r\n");
    QCOMPARE(stream.read(kStart, head + "abc", true, asked), State::Whole);
    QCOMPARE(stream.understood(), kStart + quint32(head.size()) + 70000);
    // The beginning of a packet alone, and not of its head.
    const quint32 rest = kStart + quint32(head.size()) + 3;
    QCOMPARE(stream.read(rest, QByteArray(30000, 'x'), false, asked), State::Whole);
    QCOMPARE(asked.size(), 1);
}

void HttpStreamTest::aLongBodyIsUnderstoodPieceByPiece() {
    HttpStream stream(0);
    QList<HttpAsked> asked;
    const QByteArray head = post("Content-Length: 3000000000\r\n");
    QCOMPARE(stream.read(0, head, true, asked), State::Whole);
    const quint32 first = stream.understood();
    QCOMPARE(first, quint32(head.size()) + (1u << 30));
    QCOMPARE(stream.read(0, head, true, asked), State::Whole);  // again: no further
    QCOMPARE(stream.understood(), first);
    QCOMPARE(stream.read(first - 10, QByteArray(20, 'x'), true, asked), State::Whole);
    QCOMPARE(stream.understood(), first + (1u << 30));
    const quint32 end = quint32(head.size()) + 3000000000u;
    QCOMPARE(stream.read(stream.understood(), "x", true, asked), State::Whole);
    QCOMPARE(stream.understood(), end);
    QCOMPARE(stream.read(end, get("/b"), true, asked), State::Whole);
    QCOMPARE(texts(asked), (QStringList{u"POST /in"_s, u"GET /b"_s}));
}

void HttpStreamTest::aPacketThatGrowsIsReadOnce() {
    HttpStream stream(kStart);
    QList<HttpAsked> asked;
    const QByteArray bytes = get("/a") + get("/b");
    QCOMPARE(stream.read(kStart, bytes.chopped(10), true, asked), State::More);
    QCOMPARE(texts(asked), QStringList{u"GET /a"_s});
    QCOMPARE(stream.read(kStart, bytes, true, asked), State::Whole);
    QCOMPARE(texts(asked), (QStringList{u"GET /a"_s, u"GET /b"_s}));
}

void HttpStreamTest::whatCannotBeToldStaysSo_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("something else") << QByteArray("SSH-2.0-x\r\n");
    QTest::newRow("two lengths") << post("Content-Length: 1\r\nContent-Length: 1\r\n");
    QTest::newRow("a length and chunks")
        << post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n");
    QTest::newRow("a coding of which the end is not known")
        << post("Transfer-Encoding: gzip, chunked\r\n");
    QTest::newRow("a length that is none") << post("Content-Length: +5\r\n");
    QTest::newRow("another protocol after it")
        << get("/", "Upgrade: websocket\r\nConnection: Upgrade\r\n") + "x";
    QTest::newRow("a tunnel") << QByteArray(
        "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\nx");
    QTest::newRow("a size that is none")
        << post("Transfer-Encoding: chunked\r\n") + "+5\r\nhello\r\n";
    QTest::newRow("a size over all bounds")
        << post("Transfer-Encoding: chunked\r\n") + "fffffffff\r\nhello\r\n";
    QTest::newRow("garbage after a body") << post("Content-Length: 1\r\n") + "x\1\2\3\r\n";
}

void HttpStreamTest::whatCannotBeToldStaysSo() {
    QFETCH(QByteArray, bytes);
    HttpStream stream(kStart);
    QList<HttpAsked> asked;
    QCOMPARE(stream.read(kStart, bytes, true, asked), State::Unclear);
    QCOMPARE(stream.read(stream.understood(), get("/"), true, asked), State::Unclear);
}

void HttpStreamTest::aGapIsUnclear() {
    HttpStream stream(kStart);
    QList<HttpAsked> asked;
    QCOMPARE(stream.read(kStart + 1, get("/"), true, asked), State::Unclear);
    QVERIFY(asked.isEmpty());
    HttpStream cut(kStart);
    QCOMPARE(cut.read(kStart, get("/").chopped(4), false, asked), State::Unclear);
}

void HttpStreamTest::noMoreRequestsThanCanBeJudged() {
    HttpStream stream(kStart);
    QList<HttpAsked> asked;
    QCOMPARE(stream.read(kStart, get("/").repeated(1000), true, asked), State::Unclear);
    QVERIFY(asked.size() <= 64);
}

QTEST_GUILESS_MAIN(HttpStreamTest)
#include "http_stream_test.moc"
