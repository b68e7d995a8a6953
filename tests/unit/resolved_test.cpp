// Names from systemd-resolved: what its monitor says, and that it may come, go and misbehave.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include "fake_resolved/fake_resolved.h"
#include "names/resolved_reply.h"
#include "resolved/monitor.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using fakes::FakeResolved;
namespace recorded = fakes::recorded;

namespace {

constexpr int kSoonMs = 5'000;

// "www.a.test > b.test: 192.0.2.1 for 300 s", one for each address.
QStringList told(const names::DnsAnswer& answer) {
    QStringList lines;
    for (const names::DnsAddress& found : answer.addresses)
        lines += u"%1: %2 for %3 s"_s.arg(found.names.join(u" > "_s), found.address.toString())
                     .arg(found.ttl);
    return lines;
}

QStringList read(const QByteArray& json) {
    const auto reply = names::readResolvedReply(json);
    QStringList lines;
    for (const names::DnsAnswer& answer : reply ? reply->answers : QList<names::DnsAnswer>())
        lines += told(answer);
    return lines;
}

struct Bench {
    QTemporaryDir folder;
    QString path = folder.filePath(u"run/resolve/monitor"_s);
    FakeResolved resolved{path};
    resolved::Monitor monitor{path};
    QStringList heard;

    Bench() {
        QObject::connect(&monitor, &resolved::Monitor::answered,
                         [this](const names::DnsAnswer& answer) { heard += told(answer); });
    }
};

}  // namespace

class ResolvedTest : public QObject {
    Q_OBJECT
  private slots:
    void repliesAreRead_data();
    void repliesAreRead();
    void oddRepliesAreNot_data();
    void oddRepliesAreNot();
    void whatItAnswersIsHeard();
    void aReplyMayComeInPieces();
    void whatHasComeIsTakenAtOnce();
    void oneThatComesLaterIsFound();
    void oneThatStartsAnewIsFoundAgain();
    void oneThatRefusesIsLeftInPeace();
    void oneThatHangsUpIsCalledMoreAndMoreSeldom();
    void oneThatSaysTooMuchIsLeft();
    void nothingWaitsWhereNoneIs();
};

void ResolvedTest::repliesAreRead_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("hosts file") << QByteArray(recorded::kHosts)
                                << QStringList{u"hosts.example: 203.0.113.9 for 0 s"_s};
    QTest::newRow("alias") << QByteArray(recorded::kNear)
                           << QStringList{
                                  u"www.near.test > edge.near.test: 203.0.113.7 for 300 s"_s};
    QTest::newRow("alias alone") << QByteArray(recorded::kFar) << QStringList();
    QTest::newRow("what it leads to")
        << QByteArray(recorded::kFarther)
        << QStringList{u"www.far.test > edge.far.test: 203.0.113.8 for 20 s"_s,
                       u"www.far.test > edge.far.test: 203.0.113.18 for 20 s"_s};
    QTest::newRow("both families")
        << QByteArray(recorded::kBoth)
        << QStringList{u"six.test: 2001:db8::1 for 300 s"_s, u"six.test: 203.0.113.8 for 20 s"_s,
                       u"six.test: 203.0.113.18 for 20 s"_s};
    QTest::newRow("umlaut") << QByteArray(recorded::kUmlaut)
                            << QStringList{u"xn--bcher-kva.test: 203.0.113.8 for 20 s"_s,
                                           u"xn--bcher-kva.test: 203.0.113.18 for 20 s"_s};
    QTest::newRow("capitals")
        << QByteArray(recorded::kHosts).replace("\"name\":\"hosts", "\"name\":\"HOSTS")
        << QStringList{u"hosts.example: 203.0.113.9 for 0 s"_s};
    // A record that resolved itself cannot read has no "rr".
    QTest::newRow("without rr")
        << QByteArray(recorded::kHosts)
               .replace(
                   R"("rr":{"key":{"class":1,"type":1,"name":"hosts.example"},"address":[203,0,113,9]},)",
                   "")
        << QStringList{u"hosts.example: 203.0.113.9 for 0 s"_s};
    QTest::newRow("no answer") << QByteArray(recorded::kNothing) << QStringList();
    QTest::newRow("ready") << QByteArray(recorded::kReady) << QStringList();
}

void ResolvedTest::repliesAreRead() {
    QFETCH(QByteArray, json);
    QVERIFY(names::readResolvedReply(json).has_value());
    QTEST(read(json), "names");
}

void ResolvedTest::oddRepliesAreNot_data() {
    QTest::addColumn<QByteArray>("json");
    const QByteArray hosts(recorded::kHosts);
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << hosts.chopped(1);
    QTest::newRow("a list") << "[" + hosts + "]";
    QTest::newRow("about another name") << QByteArray(hosts).replace(
        "\"name\":\"hosts.example\"}]", "\"name\":\"www.bank.test\"}]");
    QTest::newRow("a name with odd characters") << QByteArray(hosts).replace(
        "\"name\":\"hosts.example\"}]", "\"name\":\"hosts\\u202e.example\"}]");
    QTest::newRow("questions that are none") << QByteArray(hosts).replace(
        "[{\"class\":1,\"type\":1,\"name\":\"hosts.example\"}]", "[7,null,[],\"hosts.example\"]");
    QTest::newRow("no base64") << QByteArray(hosts).replace("BWhv", "B-_v");
    QTest::newRow("half a record") << QByteArray(hosts).replace("AAAAAABMsAcQk=", "AAAA");
    QTest::newRow("an answer that is none") << QByteArray(hosts).replace("\"answer\":", "\"x\":");
    QTest::newRow("not successful") << QByteArray(hosts).replace("success", "failure");
}

void ResolvedTest::oddRepliesAreNot() {
    QFETCH(QByteArray, json);
    QVERIFY(read(json).isEmpty());
}

void ResolvedTest::whatItAnswersIsHeard() {
    Bench bench;
    QVERIFY(bench.resolved.listen());
    bench.monitor.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.monitor.subscribed(), kSoonMs);
    QCOMPARE(bench.resolved.requests,
             QList<QByteArray>{
                 R"({"method":"io.systemd.Resolve.Monitor.SubscribeQueryResults","more":true})"});
    for (const char* reply : {recorded::kNothing, recorded::kFar, recorded::kFarther})
        bench.resolved.say(reply);
    QTRY_COMPARE_WITH_TIMEOUT(bench.heard.size(), 2, kSoonMs);
    QCOMPARE(bench.heard.last(), u"www.far.test > edge.far.test: 203.0.113.18 for 20 s"_s);
}

void ResolvedTest::aReplyMayComeInPieces() {
    Bench bench;
    QVERIFY(bench.resolved.listen());
    bench.monitor.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.monitor.subscribed(), kSoonMs);
    const QByteArray said = QByteArray(recorded::kHosts) + '\0' + recorded::kNear + '\0';
    for (qsizetype at = 0; at < said.size(); at += 50) {
        bench.resolved.sayBytes(said.mid(at, 50));
        bench.monitor.read();
    }
    QCOMPARE(bench.heard.size(), 2);
}

void ResolvedTest::whatHasComeIsTakenAtOnce() {
    Bench bench;
    QVERIFY(bench.resolved.listen());
    bench.monitor.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.monitor.subscribed(), kSoonMs);
    bench.resolved.say(recorded::kHosts);
    bench.monitor.read();
    QCOMPARE(bench.heard, QStringList{u"hosts.example: 203.0.113.9 for 0 s"_s});
}

void ResolvedTest::oneThatComesLaterIsFound() {
    Bench bench;
    bench.monitor.start();
    bench.monitor.read();
    QVERIFY(!bench.monitor.subscribed());
    QVERIFY(bench.resolved.listen());  // two directories and the socket come
    QTRY_VERIFY_WITH_TIMEOUT(bench.monitor.subscribed(), kSoonMs);
}

void ResolvedTest::oneThatStartsAnewIsFoundAgain() {
    Bench bench;
    QVERIFY(bench.resolved.listen());
    bench.monitor.start();
    for (int again = 0; again < 3; ++again) {
        QTRY_VERIFY_WITH_TIMEOUT(bench.monitor.subscribed(), kSoonMs);
        bench.resolved.say(recorded::kHosts);
        QTRY_COMPARE_WITH_TIMEOUT(bench.heard.size(), again + 1, kSoonMs);
        QTest::qWait(200);  // an attempt that was put off before it was found is not made
        QCOMPARE(bench.resolved.connections, again + 1);
        bench.resolved.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.monitor.subscribed(), kSoonMs);
        QVERIFY(bench.resolved.listen());
    }
}

void ResolvedTest::oneThatRefusesIsLeftInPeace() {
    Bench bench;
    bench.resolved.greeting = recorded::kDenied;
    QVERIFY(bench.resolved.listen());
    QTest::ignoreMessage(QtWarningMsg,
                         "systemd-resolved's monitor: org.varlink.service.PermissionDenied");
    bench.monitor.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.resolved.left, kSoonMs);
    QTest::qWait(300);  // in which nothing happens
    QCOMPARE(bench.resolved.connections, 1);
    bench.resolved.greeting = recorded::kReady;
    bench.resolved.stop();
    QVERIFY(bench.resolved.listen());
    QTRY_VERIFY_WITH_TIMEOUT(bench.monitor.subscribed(), kSoonMs);
}

void ResolvedTest::oneThatHangsUpIsCalledMoreAndMoreSeldom() {
    Bench bench;
    bench.resolved.hangsUp = true;
    QVERIFY(bench.resolved.listen());
    bench.monitor.start();
    QElapsedTimer timer;
    timer.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.resolved.connections, 4, kSoonMs);
    QVERIFY(timer.elapsed() >= 100 + 200 + 400 - 50);  // a timer may be that early
}

void ResolvedTest::oneThatSaysTooMuchIsLeft() {
    Bench bench;
    QVERIFY(bench.resolved.listen());
    bench.monitor.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.monitor.subscribed(), kSoonMs);
    QTest::ignoreMessage(QtWarningMsg,
                         "systemd-resolved's monitor: it says more at once than anybody can");
    const QByteArray some(65'536, 'x');
    for (int i = 0; i < 10'000 && !bench.resolved.left; ++i) {
        bench.resolved.sayBytes(some);
        QCoreApplication::processEvents();
    }
    QVERIFY(bench.resolved.left);
    QVERIFY(!bench.monitor.subscribed());
}

void ResolvedTest::nothingWaitsWhereNoneIs() {
    resolved::Monitor monitor(u"/nowhere/"_s + QString(200, u'x'));
    QTest::ignoreMessage(QtWarningMsg,
                         "systemd-resolved's monitor: the path of its socket is too long");
    monitor.start();
    monitor.read();
    QVERIFY(!monitor.subscribed());
}

QTEST_GUILESS_MAIN(ResolvedTest)
#include "resolved_test.moc"
