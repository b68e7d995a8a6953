// Methods and paths of rules, and what of a request they are for.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "api/http_requests.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using api::HttpAsked;
using api::HttpFit;
using api::HttpRequests;

class HttpRequestsTest : public QObject {
    Q_OBJECT
  private slots:
    void methodsAreReadAndPutInOrder();
    void whatIsNoMethodIsRefused_data();
    void whatIsNoMethodIsRefused();
    void pathsOfRules_data();
    void pathsOfRules();
    void pathsOfRequests_data();
    void pathsOfRequests();
    void fits_data();
    void fits();
};

void HttpRequestsTest::methodsAreReadAndPutInOrder() {
    QCOMPARE(api::httpMethodsFromText(u"head, GET"_s).value(), (QStringList{u"GET"_s, u"HEAD"_s}));
    QCOMPARE(api::httpMethodsFromText(u" m-search "_s).value(), QStringList{u"M-SEARCH"_s});
    QVERIFY(api::httpMethodsFromText(QString()).value().isEmpty());
    QCOMPARE((HttpRequests{{u"GET"_s, u"HEAD"_s}, u"/a"_s}).toString(), u"GET, HEAD /a"_s);
}

void HttpRequestsTest::whatIsNoMethodIsRefused_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("a path") << u"/status"_s;
    QTest::newRow("a line break") << u"GET\n:"_s;
    QTest::newRow("twice") << u"GET, get"_s;
    QTest::newRow("too long") << QString(33, u'A');
    QTest::newRow("beyond ASCII") << u"GÉT"_s;
}

void HttpRequestsTest::whatIsNoMethodIsRefused() {
    QFETCH(QString, text);
    QVERIFY(!api::httpMethodsFromText(text));
}

void HttpRequestsTest::pathsOfRules_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("fine");
    QTest::newRow("none") << QString() << true;
    QTest::newRow("the root") << u"/"_s << true;
    QTest::newRow("a step") << u"/status"_s << true;
    QTest::newRow("letters beyond ASCII, a blank") << u"/straße 1"_s << true;
    QTest::newRow("a dot in a name") << u"/a/..b/.c"_s << true;
    QTest::newRow("relative") << u"status"_s << false;
    QTest::newRow("a query") << u"/status?a"_s << false;
    QTest::newRow("a percent sign") << u"/a%20b"_s << false;
    QTest::newRow("up") << u"/a/../b"_s << false;
    QTest::newRow("an empty step") << u"/a//b"_s << false;
    QTest::newRow("a line break") << u"/a\nb"_s << false;
    QTest::newRow("too long") << u'/' + QString(1024, u'a') << false;
}

void HttpRequestsTest::pathsOfRules() {
    QFETCH(QString, path);
    QFETCH(bool, fine);
    const auto checked = api::checkHttpPath(path);
    QCOMPARE(bool(checked), fine);
    if (!fine)
        QVERIFY(!checked.error().text.isEmpty());
}

void HttpRequestsTest::pathsOfRequests_data() {
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("path");  // null: read in different ways
    QTest::newRow("plain") << QByteArray("/status") << u"/status"_s;
    QTest::newRow("a query") << QByteArray("/status?a=/../b") << u"/status"_s;
    QTest::newRow("encoded letters") << QByteArray("/%73tatus%C3%9f") << u"/statusß"_s;
    QTest::newRow("a plus is a plus") << QByteArray("/a+b") << u"/a+b"_s;
    QTest::newRow("all") << QByteArray("*") << u"*"_s;
    QTest::newRow("up") << QByteArray("/status/../admin") << QString();
    QTest::newRow("up, encoded") << QByteArray("/status/%2e%2E/admin") << QString();
    QTest::newRow("up, by a backslash") << QByteArray("/status/..%5cadmin") << QString();
    QTest::newRow("an encoded slash") << QByteArray("/status%2fadmin") << QString();
    QTest::newRow("encoded twice") << QByteArray("/%2561dmin") << QString();
    QTest::newRow("an empty step") << QByteArray("//admin") << QString();
    QTest::newRow("a parameter") << QByteArray("/admin;x") << QString();
    QTest::newRow("an encoded zero") << QByteArray("/admin%00") << QString();
    QTest::newRow("half an encoding") << QByteArray("/admin%4") << QString();
    QTest::newRow("no encoding") << QByteArray("/%zz") << QString();
    QTest::newRow("no UTF-8") << QByteArray("/%ff") << QString();
}

void HttpRequestsTest::pathsOfRequests() {
    QFETCH(QByteArray, target);
    QFETCH(QString, path);
    const auto plain = api::plainHttpPath(target);
    QCOMPARE(plain.has_value(), !path.isNull());
    QCOMPARE(plain.value_or(QString()), path);
}

void HttpRequestsTest::fits_data() {
    QTest::addColumn<QStringList>("methods");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("asked");  // null: none is plain
    QTest::addColumn<int>("fit");
    const auto row = [](const char* name, const QStringList& methods, const char* path,
                        const char* method, const char* asked, HttpFit fit) {
        QTest::newRow(name) << methods << QString::fromLatin1(path) << QString::fromLatin1(method)
                            << QString::fromLatin1(asked) << int(fit);
    };
    const QStringList get{u"GET"_s, u"HEAD"_s};
    row("the method", get, "", "GET", "/", HttpFit::Yes);
    row("another method", get, "", "POST", "/", HttpFit::No);
    row("servers are lenient", get, "", "head", "/", HttpFit::Yes);
    row("the path", {}, "/status", "PUT", "/status", HttpFit::Yes);
    row("below the path", {}, "/status", "PUT", "/status/disk", HttpFit::Yes);
    row("a longer step", {}, "/status", "PUT", "/statuses", HttpFit::No);
    row("below alone", {}, "/status/", "PUT", "/status", HttpFit::No);
    row("below alone, below", {}, "/status/", "PUT", "/status/a", HttpFit::Yes);
    row("everything", {}, "/", "PUT", "/a", HttpFit::Yes);
    row("no plain path", {}, "/status", "PUT", nullptr, HttpFit::Unclear);
    row("no plain path, and another method", get, "/status", "PUT", nullptr, HttpFit::No);
    row("no plain path, nobody asks", get, "", "GET", nullptr, HttpFit::Yes);
}

void HttpRequestsTest::fits() {
    QFETCH(QStringList, methods);
    QFETCH(QString, path);
    QFETCH(QString, method);
    QFETCH(QString, asked);
    QFETCH(int, fit);
    HttpAsked of{HttpAsked::State::Read, method, std::nullopt};
    if (!asked.isNull())
        of.path = asked;
    const HttpRequests wanted{methods, path};
    QCOMPARE(int(fitOf(wanted, of)), fit);
    QCOMPARE(int(fitOf({}, of)), int(HttpFit::Yes));
    QCOMPARE(int(fitOf(wanted, {HttpAsked::State::Hidden, {}, {}})), int(HttpFit::No));
    QCOMPARE(int(fitOf(wanted, {HttpAsked::State::Unclear, {}, {}})), int(HttpFit::Unclear));
    QCOMPARE(int(fitOf(wanted, {})), int(HttpFit::Unsaid));
}

QTEST_GUILESS_MAIN(HttpRequestsTest)
#include "http_requests_test.moc"
