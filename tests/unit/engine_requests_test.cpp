// What the engine makes of first data and of HTTP requests.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "engine_bench.h"

using namespace sallyport;
using namespace sallyport::tests;

namespace {

QByteArray request(const QByteArray& line) {
    return line + " HTTP/1.1\r\nHost: www.good.test\r\n\r\n";
}

// Of plain HTTP, for one method.
api::Rule httpRule(api::Action action, const QString& method) {
    api::Rule rule;
    rule.action = action;
    rule.protocol = 6;
    rule.direction = api::Direction::Outbound;
    rule.http.methods = {method};
    return rule;
}

}  // namespace

class EngineRequestsTest : public QObject {
    Q_OBJECT
  private slots:
    void firstDataGoesOnWhereItIsSent();
    void requestsGoAsFarAsTheyAreRead();
    void aQuestionSaysWhatIsAskedFor();
    void anAnswerDoesNotSpeakForRequestsThatARuleBlocks();
    void anAnswerDoesNotSpeakForRequestsThatARuleBlocksLater();
    void nobodyIsAskedOfRequestsBesideABlockedOne();
};

// One connection is sought for itself, which is cheaper than to let all of them try.
void EngineRequestsTest::firstDataGoesOnWhereItIsSent() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(httpRule(api::Action::Allow, QStringLiteral("GET"))));
    using Pushes = QList<std::pair<quint64, quint64>>;
    const QByteArray get = request("GET /");
    bench.sends(key(1), get, 0, 7);
    QTRY_COMPARE(bench.kernel.pushes, Pushes({{7, key(1).cookie}}));
    bench.kernel.pushes.clear();
    for (const quint64 flow : {2, 3})
        bench.sends(key(flow), get, 0, 7);
    bench.sends(key(4), get, 0, 8);
    QTRY_COMPARE(bench.kernel.pushes.size(), 2);
    QVERIFY(bench.kernel.pushes.contains({7, 0}));
    QVERIFY(bench.kernel.pushes.contains({8, key(4).cookie}));
}

void EngineRequestsTest::requestsGoAsFarAsTheyAreRead() {
    Bench bench;
    bench.start();
    const api::Rule get = httpRule(api::Action::Allow, QStringLiteral("GET"));
    QVERIFY(bench.engine->addRule(get));
    const QByteArray asked = request("GET /");
    bench.sends(key(1), asked);
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_FIRST_DATA);
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(asked.size()));
    // Where nothing hangs on requests any more, all of it goes.
    api::Rule all = get;
    all.http = {};
    all.pinned = true;
    QVERIFY(bench.engine->addRule(all));
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
    QVERIFY(!bench.kernel.until.value(key(1)));
}

void EngineRequestsTest::aQuestionSaysWhatIsAskedFor() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(httpRule(api::Action::Allow, QStringLiteral("GET"))));
    bench.sends(key(1), request("POST /upload?now"));
    using Asked = api::HttpAsked;
    const Asked upload{Asked::State::Read, QStringLiteral("POST"), QStringLiteral("/upload")};
    QCOMPARE(bench.asked.value(0).second.requests, QList{upload});
    bench.sends(key(2), request("PUT /a/../b"));
    const Asked unclear{Asked::State::Read, QStringLiteral("PUT"), std::nullopt};
    QTRY_COMPARE(bench.waiting().value(0).requests, (QList{upload, unclear}));
    QCOMPARE(bench.asked.last().second.requests, (QList{upload, unclear}));
    bench.sends(key(3), request("POST /upload"));  // the same once more
    bench.sends(key(2), request("PUT /a/../b") + request("DELETE /"));
    const Asked root{Asked::State::Read, QStringLiteral("DELETE"), QStringLiteral("/")};
    QTRY_COMPARE(bench.waiting().value(0).requests, (QList{upload, unclear, root}));
    bench.happens([](kernel::Sink& sink) { sink.onEnd(report(key(2), SP_VERDICT_FIRST_DATA)); });
    QTRY_COMPARE(bench.waiting().value(0).requests, QList{upload});
    QCOMPARE(bench.waiting().size(), 1);
}

void EngineRequestsTest::anAnswerDoesNotSpeakForRequestsThatARuleBlocks() {
    Bench bench;
    bench.start();
    const auto post = bench.engine->addRule(httpRule(api::Action::Block, QStringLiteral("POST")));
    QVERIFY(post);
    const QByteArray get = request("GET /");
    bench.sends(key(1), get);
    const api::Answer once = answer(api::Action::Allow, api::Lifetime::Connection);
    QVERIFY(bench.engine->answer(bench.waiting().value(0).id, once).has_value());
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_FIRST_DATA);
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(get.size()));
    bench.sends(key(1), get, quint32(get.size()));  // nobody is asked again
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.connection(0).reason, api::Reason::Answer);
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(2 * get.size()));
    bench.sends(key(1), request("POST /"), quint32(2 * get.size()));
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
    QCOMPARE(bench.connection(0).rule, *post);
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineRequestsTest::anAnswerDoesNotSpeakForRequestsThatARuleBlocksLater() {
    Bench bench;
    bench.start();
    bench.hold(key(1));
    const api::Answer once = answer(api::Action::Allow, api::Lifetime::Connection);
    QVERIFY(bench.engine->answer(bench.waiting().value(0).id, once).has_value());
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
    const auto post = bench.engine->addRule(httpRule(api::Action::Block, QStringLiteral("POST")));
    QVERIFY(post);
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_FIRST_DATA);
    QVERIFY(!bench.kernel.until.value(key(1)));
    const QByteArray get = request("GET /");
    bench.sends(key(1), get);
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.until.value(key(1)), quint32(get.size()));
    bench.sends(key(1), request("POST /"), quint32(get.size()));
    QCOMPARE(bench.connection(0).rule, *post);
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineRequestsTest::nobodyIsAskedOfRequestsBesideABlockedOne() {
    Bench bench;
    bench.start();
    const auto post = bench.engine->addRule(httpRule(api::Action::Block, QStringLiteral("POST")));
    QVERIFY(post);
    bench.sends(key(1), request("GET /") + request("POST /") + request("HEAD /"));
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.connection(0).rule, *post);
    QCOMPARE(bench.engine->explain(bench.connection(0).id)->rule, *post);
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

QTEST_GUILESS_MAIN(EngineRequestsTest)
#include "engine_requests_test.moc"
