// Rules for methods and paths of plain HTTP: every request of a connection is read before it
// leaves, and nothing of one that is blocked does.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "bench_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

namespace {

QByteArray request(const QByteArray& line, const QByteArray& fields = {}) {
    return line + " HTTP/1.1\r\nHost: www.good.test\r\n" + fields + "\r\n";
}

api::Rule http(Action action, const QString& methods, const QString& path = {}) {
    api::Rule made = rule(0, action, QStringLiteral("any"), kEcho, IPPROTO_TCP);
    made.direction = api::Direction::Outbound;
    made.http = {api::httpMethodsFromText(methods).value(), path};
    return made;
}

// Bytes of a reset, and of an acknowledgement that was late; the shortest request has 93.
constexpr quint64 kReset = 40 + 52;

}  // namespace

class HttpRuleTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void onlyWhatIsAllowedIsAsked();
    void aMethodIsBlockedOnAConnectionThatGoesOn();
    void severalRequestsInOnePacketAreAllJudged();
    void bodiesPassWhole_data();
    void bodiesPassWhole();
    void aHeadInPartsIsReadAsOne();
    void aHeadThatNeverEndsIsUnclear();
    void whatIsNoHttpIsNotMeant_data();
    void whatIsNoHttpIsNotMeant();
    void whatServersReadDifferentlyIsBlocked_data();
    void whatServersReadDifferentlyIsBlocked();
    void aQuestionWaitsWithTheRequest();
    void anAnswerDoesNotSpeakForWhatARuleBlocks();
    void anAnswerDoesNotSpeakForWhatARuleBlocksLater();
    void aNewRuleIsInForceForTheNextRequest();

  private:
    void begin() override;
    void add(const api::Rule& rule) { QVERIFY(bench_->engine->addRule(rule)); }
    // Writes and reads the echo.
    static bool passes(Peer& client, const QByteArray& bytes) {
        const QString all = QStringLiteral("ok %1").arg(bytes.size());
        return written(client, bytes) == all &&
               said(client, QStringLiteral("receive %1").arg(bytes.size())) == all;
    }
    // Writes, is cut off, and nothing of it has left.
    bool isStopped(Peer& client, const QByteArray& bytes) {
        const quint64 before = lab_->wire().sent;
        (void)written(client, bytes);
        return said(client, QStringLiteral("receive 1")) == error(ECONNABORTED) &&
               lab_->wire().sent - before <= kReset;
    }
};

void HttpRuleTest::begin() {
    bench_->engine->setWatched(true);
}

void HttpRuleTest::onlyWhatIsAllowedIsAsked() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    add(http(Action::Allow, QStringLiteral("GET"), QStringLiteral("/status")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(passes(*client, request("GET /status/disk?full")));
    for (int i = 0; i < 20; ++i)
        QVERIFY(passes(*client, request("GET /status")));
    QVERIFY(isStopped(*client, request("GET /statuses")));
    const auto another = connected(*lab_);
    QVERIFY(another);
    QVERIFY(isStopped(*another, request("POST /status")));
}

void HttpRuleTest::aMethodIsBlockedOnAConnectionThatGoesOn() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    api::Rule post = http(Action::Block, QStringLiteral("POST"));
    post.remote = api::Remote::parse(QStringLiteral(".good.test")).value();
    add(post);
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(passes(*client, request("GET /")));
    QVERIFY(passes(*client, request("PUT /", "Content-Length: 3\r\n") + "abc"));
    QVERIFY(isStopped(*client, request("POST /", "Content-Length: 3\r\n") + "abc"));
    const auto listed = bench_->engine->connections();
    QVERIFY(std::any_of(listed.begin(), listed.end(), [](const api::Connection& connection) {
        return connection.state == api::ConnectionState::Blocked && connection.rule != 0 &&
               connection.name == QLatin1String("www.good.test");
    }));
}

void HttpRuleTest::severalRequestsInOnePacketAreAllJudged() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(http(Action::Block, QStringLiteral("POST")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(passes(*client, request("GET /") + request("HEAD /")));
    QVERIFY(isStopped(*client, request("GET /") + request("POST /")));
}

void HttpRuleTest::bodiesPassWhole_data() {
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("body");
    const QByteArray chunk = "2710\r\n" + QByteArray(10000, 'c') + "\r\n";
    QTest::newRow("a length") << request("PUT /", "Content-Length: 30000\r\n")
                              << QByteArray(30000, 'x');
    QTest::newRow("chunks") << request("PUT /", "Transfer-Encoding: chunked\r\n")
                            << chunk + chunk + chunk + "0\r\n\r\n";
    QTest::newRow("none") << request("DELETE /a") << QByteArray();
}

void HttpRuleTest::bodiesPassWhole() {
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, body);
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(http(Action::Block, QStringLiteral("POST")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(passes(*client, head + body));
    QVERIFY(passes(*client, head));
    for (qsizetype i = 0; i < body.size(); i += 7000)
        QVERIFY(passes(*client, body.mid(i, 7000)));
    QVERIFY(passes(*client, request("GET /")));
    QVERIFY(isStopped(*client, request("POST /")));
}

void HttpRuleTest::aHeadInPartsIsReadAsOne() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    add(http(Action::Allow, QStringLiteral("GET"), QStringLiteral("/status")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    const QByteArray bytes = request("GET /status");
    for (int i = 0; i < 2; ++i) {
        QVERIFY(isOk(written(*client, bytes.first(7))));
        QVERIFY(isOk(written(*client, bytes.sliced(7, 20))));
        QVERIFY(isOk(written(*client, bytes.sliced(27))));
        QCOMPARE(said(*client, QStringLiteral("receive %1").arg(bytes.size())),
                 QStringLiteral("ok %1").arg(bytes.size()));
    }
    QVERIFY(isOk(written(*client, bytes.first(7))));
    QVERIFY(isStopped(*client, request("GET /").sliced(7)));
}

void HttpRuleTest::aHeadThatNeverEndsIsUnclear() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    add(http(Action::Allow, QStringLiteral("GET"), QStringLiteral("/status")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isStopped(*client, request("GET /status").chopped(2)));
}

void HttpRuleTest::whatIsNoHttpIsNotMeant_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("TLS") << QByteArray::fromHex("1603010005010000010000");
    QTest::newRow("something else") << QByteArray("SSH-2.0-something\r\n");
}

void HttpRuleTest::whatIsNoHttpIsNotMeant() {
    QFETCH(QByteArray, bytes);
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(http(Action::Block, QStringLiteral("GET, POST")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(passes(*client, bytes));
    QVERIFY(passes(*client, request("POST /")));  // inside what it speaks
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    add(http(Action::Allow, QStringLiteral("PUT")));
    const auto another = connected(*lab_);
    QVERIFY(another);
    QVERIFY(isStopped(*another, bytes));
}

void HttpRuleTest::whatServersReadDifferentlyIsBlocked_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("two lengths") << request("PUT /", "Content-Length: 1\r\nContent-Length: 2\r\n") +
                                        "xx";
    QTest::newRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    QTest::newRow("HTTP/0.9") << QByteArray("GET /\r\n");
    QTest::newRow("after another protocol was asked for")
        << request("GET /", "Upgrade: x\r\nConnection: Upgrade\r\n") + request("POST /");
}

void HttpRuleTest::whatServersReadDifferentlyIsBlocked() {
    QFETCH(QByteArray, bytes);
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(http(Action::Block, QStringLiteral("POST")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isStopped(*client, bytes));
}

void HttpRuleTest::aQuestionWaitsWithTheRequest() {
    add(http(Action::Allow, QStringLiteral("GET")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(passes(*client, request("GET /")));
    QVERIFY(bench_->engine->questions().isEmpty());
    const QByteArray bytes = request("POST /", "Content-Length: 0\r\n");
    QVERIFY(isOk(written(*client, bytes)));
    QTRY_COMPARE(bench_->engine->questions().size(), 1);
    client->tell(QStringLiteral("receive %1").arg(bytes.size()));
    QTest::qWait(700);
    QVERIFY(!client->hasSpoken());
    api::Answer answer;
    answer.action = Action::Allow;
    answer.lifetime = api::Lifetime::Connection;
    SUCCEEDS(bench_->engine->answer(bench_->engine->questions().constFirst().id, answer));
    QCOMPARE(client->reply(), QStringLiteral("ok %1").arg(bytes.size()));
    QVERIFY(passes(*client, request("DELETE /")));  // it was allowed for the connection
    QVERIFY(passes(*client, request("GET /")));
}

void HttpRuleTest::anAnswerDoesNotSpeakForWhatARuleBlocks() {
    add(http(Action::Block, QStringLiteral("POST")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    const QByteArray bytes = request("GET /");
    QVERIFY(isOk(written(*client, bytes)));
    QTRY_COMPARE(bench_->engine->questions().size(), 1);
    client->tell(QStringLiteral("receive %1").arg(bytes.size()));
    const QList<api::HttpAsked> asked = bench_->engine->questions().constFirst().requests;
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.constFirst().method, QStringLiteral("GET"));
    api::Answer answer;
    answer.action = Action::Allow;
    answer.lifetime = api::Lifetime::Connection;
    SUCCEEDS(bench_->engine->answer(bench_->engine->questions().constFirst().id, answer));
    QCOMPARE(client->reply(), QStringLiteral("ok %1").arg(bytes.size()));
    QVERIFY(passes(*client, request("GET /more")));
    QVERIFY(isStopped(*client, request("POST /")));
}

void HttpRuleTest::anAnswerDoesNotSpeakForWhatARuleBlocksLater() {
    const auto client = lab_->client();
    QVERIFY(client);
    QVERIFY(isOk(said(*client, QStringLiteral("open tcp ") + kServerV4)));
    client->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_COMPARE(bench_->engine->questions().size(), 1);
    QVERIFY(bench_->engine->questions().constFirst().requests.isEmpty());
    api::Answer answer;
    answer.action = Action::Allow;
    answer.lifetime = api::Lifetime::Connection;
    SUCCEEDS(bench_->engine->answer(bench_->engine->questions().constFirst().id, answer));
    QVERIFY(isOk(client->reply()));
    QVERIFY(passes(*client, request("POST /", "Content-Length: 0\r\n")));
    add(http(Action::Block, QStringLiteral("POST")));
    QVERIFY(passes(*client, request("GET /")));
    QVERIFY(isStopped(*client, request("POST /", "Content-Length: 0\r\n")));
}

void HttpRuleTest::aNewRuleIsInForceForTheNextRequest() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(http(Action::Block, QStringLiteral("POST")));
    const auto client = connected(*lab_);
    const auto another = connected(*lab_);
    QVERIFY(client && another);
    QVERIFY(passes(*client, request("GET /a")));
    QVERIFY(passes(*another, request("GET /b")));
    add(http(Action::Block, {}, QStringLiteral("/b")));
    QVERIFY(passes(*client, request("GET /a")));
    QVERIFY(isStopped(*client, request("GET /b")));
    QVERIFY(isStopped(*another, request("GET /a")));  // what it asked for last is blocked now
}

QTEST_GUILESS_MAIN(HttpRuleTest)
#include "http_rule_test.moc"
