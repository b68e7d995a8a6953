// The host of an HTTP request, however it is cut, and requests that two readers read differently.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <random>

#include "names/http_request.h"

using namespace sallyport::names;
using namespace Qt::StringLiterals;

namespace {

HttpRequestReader readAll(const QByteArray& stream) {
    HttpRequestReader reader;
    reader.feed(stream);
    return reader;
}

const QByteArray kGet =
    "GET /a/path?query HTTP/1.1\r\nUser-Agent: x\r\nHost: WWW.Example.org:8080\r\nAccept: "
    "*/*\r\n\r\n";

}  // namespace

class HttpRequestTest : public QObject {
    Q_OBJECT
  private slots:
    void theHostIsRead();
    void itDoesNotMatterHowTheBytesAreCut();
    void everyFormOfTargetIsRead_data();
    void everyFormOfTargetIsRead();
    void aRequestWithoutANameHasNone_data();
    void aRequestWithoutANameHasNone();
    void whatIsReadInTwoWaysIsUnclear_data();
    void whatIsReadInTwoWaysIsUnclear();
    void anotherProtocolIsNoHttp_data();
    void anotherProtocolIsNoHttp();
    void aHeadOfTheGreatestLengthIsReadAndOneMoreIsNot();
    void oddBytesInTheTargetAreEscaped();
    void noBytesDoHarm();
};

void HttpRequestTest::theHostIsRead() {
    const HttpRequestReader reader = readAll(kGet + "body");
    QCOMPARE(reader.reading(), Reading::Name);
    QCOMPARE(reader.request().method, u"GET"_s);
    QCOMPARE(reader.request().target, u"/a/path?query"_s);
    QCOMPARE(reader.request().host.name, u"www.example.org"_s);
    QCOMPARE(reader.request().port, 8080);
}

void HttpRequestTest::itDoesNotMatterHowTheBytesAreCut() {
    QByteArray bare = kGet;
    bare.replace("\r\n", "\n");
    for (const QByteArray& stream : {kGet, "\r\n" + kGet, bare}) {
        for (const int step : {1, 2, 7, 30}) {
            HttpRequestReader reader;
            for (qsizetype at = 0; at < stream.size(); at += step) {
                QCOMPARE(reader.reading(), Reading::NeedMore);
                reader.feed(stream.mid(at, step));
            }
            QCOMPARE(reader.reading(), Reading::Name);
            QCOMPARE(reader.request().host.name, u"www.example.org"_s);
        }
    }
}

void HttpRequestTest::everyFormOfTargetIsRead_data() {
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    const QByteArray host = "Host: a.example\r\n\r\n";
    QTest::newRow("path") << "GET / HTTP/1.1\r\n" + host << u"/"_s << u"a.example"_s << 0;
    QTest::newRow("whole") << "GET http://a.example:81/x HTTP/1.1\r\n" + host << u"/x"_s
                           << u"a.example"_s << 81;
    QTest::newRow("whole without path")
        << "GET http://A.example HTTP/1.1\r\n" + host << u""_s << u"a.example"_s << 0;
    QTest::newRow("whole with a query")
        << "GET http://a.example?q HTTP/1.1\r\n" + host << u"?q"_s << u"a.example"_s << 0;
    QTest::newRow("whole, no Host")
        << QByteArray("GET http://a.example/ HTTP/1.0\r\n\r\n") << u"/"_s << u"a.example"_s << 0;
    QTest::newRow("a path that looks whole") << "GET /http://b.example/ HTTP/1.1\r\n" + host
                                             << u"/http://b.example/"_s << u"a.example"_s << 0;
    QTest::newRow("tunnel") << "CONNECT a.example:443 HTTP/1.1\r\n" + host << u""_s
                            << u"a.example"_s << 443;
    QTest::newRow("server") << "OPTIONS * HTTP/1.1\r\n" + host << u"*"_s << u"a.example"_s << 0;
    QTest::newRow("blanks around") << QByteArray("GET / HTTP/1.1\r\nhOST:\t a.example. \r\n\r\n")
                                   << u"/"_s << u"a.example"_s << 0;
    QTest::newRow("an empty port") << QByteArray("GET / HTTP/1.1\r\nHost: a.example:\r\n\r\n")
                                   << u"/"_s << u"a.example"_s << 0;
}

void HttpRequestTest::everyFormOfTargetIsRead() {
    QFETCH(QByteArray, stream);
    QFETCH(int, port);
    const HttpRequestReader reader = readAll(stream);
    QCOMPARE(reader.reading(), Reading::Name);
    QTEST(reader.request().target, "target");
    QTEST(reader.request().host.name, "host");
    QCOMPARE(reader.request().port, port);
}

void HttpRequestTest::aRequestWithoutANameHasNone_data() {
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QString>("address");
    QTest::newRow("no field") << QByteArray() << QString();
    QTest::newRow("an empty one") << QByteArray("Host:\r\n") << QString();
    QTest::newRow("IPv4") << QByteArray("Host: 192.0.2.1:80\r\n") << u"192.0.2.1"_s;
    QTest::newRow("IPv6") << QByteArray("Host: [2001:db8::1]:80\r\n") << u"2001:db8::1"_s;
    QTest::newRow("IPv6 without port") << QByteArray("Host: [2001:db8::1]\r\n") << u"2001:db8::1"_s;
}

void HttpRequestTest::aRequestWithoutANameHasNone() {
    QFETCH(QByteArray, host);
    QFETCH(QString, address);
    const HttpRequestReader reader = readAll("GET / HTTP/1.1\r\n" + host + "\r\n");
    QCOMPARE(reader.reading(), Reading::NoName);
    QCOMPARE(reader.request().host.name, QString());
    QCOMPARE(reader.request().host.address ? reader.request().host.address->toString() : QString(),
             address);
}

void HttpRequestTest::whatIsReadInTwoWaysIsUnclear_data() {
    QTest::addColumn<QByteArray>("stream");
    const QByteArray get = "GET / HTTP/1.1\r\n";
    const QByteArray host = "Host: a.example\r\n";
    QTest::newRow("two hosts") << get + host + "Host: b.example\r\n\r\n";
    QTest::newRow("the same twice") << get + host + host + "\r\n";
    QTest::newRow("a continued host") << get + "Host: a.example\r\n .evil\r\n\r\n";
    QTest::newRow("a continued line") << get + "X: y\r\n\tz\r\n" + host + "\r\n";
    QTest::newRow("a blank before the colon") << get + "Host : a.example\r\n\r\n";
    QTest::newRow("a blank before the first field") << get + " Host: a.example\r\n\r\n";
    QTest::newRow("no colon") << get + "Host a.example\r\n\r\n";
    QTest::newRow("a return inside") << get + "X: y\rHost: b.example\r\n" + host + "\r\n";
    QTest::newRow("a zero inside") << get + QByteArray("X: \0\r\n", 6) + host + "\r\n";
    QTest::newRow("no host") << get + "Host: a b\r\n\r\n";
    QTest::newRow("a user") << get + "Host: a@b.example\r\n\r\n";
    QTest::newRow("an escape") << get + "Host: a%2eexample\r\n\r\n";
    QTest::newRow("a list") << get + "Host: a.example, b.example\r\n\r\n";
    QTest::newRow("a number") << get + "Host: 127.1\r\n\r\n";
    QTest::newRow("a bare IPv6 address") << get + "Host: 2001:db8::1\r\n\r\n";
    QTest::newRow("too great a port") << get + "Host: a.example:65536\r\n\r\n";
    QTest::newRow("another target") << "GET http://b.example/ HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("an empty target") << "GET http:/// HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("a user in the target")
        << "GET http://b.example@a.example/ HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("four parts") << "GET / x HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("two blanks") << "GET  / HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("a tab") << "GET\t/ HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("a blank at the end") << "GET / HTTP/1.1 \r\n" + host + "\r\n";
    QTest::newRow("small letters") << "GET / http/1.1\r\n" + host + "\r\n";
    QTest::newRow("a longer version") << "GET / HTTP/1.10\r\n" + host + "\r\n";
    QTest::newRow("a word for a target") << "GET a.example HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("nowhere to tunnel") << "CONNECT / HTTP/1.1\r\n" + host + "\r\n";
}

void HttpRequestTest::whatIsReadInTwoWaysIsUnclear() {
    QFETCH(QByteArray, stream);
    const HttpRequestReader reader = readAll(stream);
    QCOMPARE(reader.reading(), Reading::Unclear);
    QVERIFY(reader.request() == HttpRequest{});
}

void HttpRequestTest::anotherProtocolIsNoHttp_data() {
    QTest::addColumn<QByteArray>("stream");
    QTest::newRow("TLS") << QByteArray("\x16");
    QTest::newRow("SSH") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
    QTest::newRow("SMTP") << QByteArray("EHLO a.example\r\n");
    QTest::newRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n");
    QTest::newRow("HTTP/0.9") << QByteArray("GET /\r\n");
    QTest::newRow("a long word") << QByteArray(33, 'A');
    QTest::newRow("a blank in front") << QByteArray(" GET / HTTP/1.1\r\n");
}

void HttpRequestTest::anotherProtocolIsNoHttp() {
    QFETCH(QByteArray, stream);
    QCOMPARE(readAll(stream).reading(), Reading::OtherProtocol);
}

void HttpRequestTest::aHeadOfTheGreatestLengthIsReadAndOneMoreIsNot() {
    const QByteArray before = "GET / HTTP/1.1\r\nHost: a.example\r\nX: ";
    const QByteArray filler(kMostHttpHead - before.size() - 4, 'x');
    QCOMPARE(readAll(before + filler + "\r\n\r\n").reading(), Reading::Name);
    QCOMPARE(readAll(before + filler + "x\r\n\r\n").reading(), Reading::Unclear);
    QCOMPARE(readAll("GET /" + QByteArray(100'000, 'x')).reading(), Reading::Unclear);
    QCOMPARE(readAll(QByteArray(100'000, '\n')).reading(), Reading::Unclear);
}

void HttpRequestTest::oddBytesInTheTargetAreEscaped() {
    const HttpRequestReader reader = readAll("GET /\xe2\x80\xae\\ HTTP/1.1\r\n\r\n");
    QCOMPARE(reader.request().target, u"/\\226\\128\\174\\092"_s);
}

void HttpRequestTest::noBytesDoHarm() {
    std::minstd_rand random(9112);
    const int rounds = !qEnvironmentVariableIsEmpty("SALLYPORT_LONG") ? 1'000'000 : 20'000;
    for (int i = 0; i < rounds; ++i) {
        QByteArray bytes = kGet;
        for (unsigned change = 0; change <= random() % 4; ++change)
            bytes[int(random() % unsigned(bytes.size()))] = char(random());
        const HttpRequestReader reader = readAll(bytes);
        if (reader.reading() != Reading::NeedMore)
            QCOMPARE(!reader.request().host.name.isEmpty(), reader.reading() == Reading::Name);
    }
}

QTEST_APPLESS_MAIN(HttpRequestTest)
#include "http_request_test.moc"
