// What is answered for one connection alone, with the engine and real sockets: it holds for all of
// it, and ends with it. SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <cerrno>

#include "bench_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

class AnswerTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void anAnswerEndsWithItsConnection_data();
    void anAnswerEndsWithItsConnection();
    void aGuestIsAskedAboutOnce_data();
    void aGuestIsAskedAboutOnce();
    void anotherProgramWithTheSocketIsAskedAboutItself_data();
    void anotherProgramWithTheSocketIsAskedAboutItself();
};

void AnswerTest::anAnswerEndsWithItsConnection_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("TCP, allowed") << "tcp" << true;
    QTest::newRow("TCP, blocked") << "tcp" << false;
    QTest::newRow("UDP, allowed") << "udp" << true;
    QTest::newRow("UDP, blocked") << "udp" << false;
}

void AnswerTest::anAnswerEndsWithItsConnection() {
    QFETCH(QString, kind);
    QFETCH(bool, allowed);
    constexpr int kMany = 20;
    CLIENT(client);
    QVERIFY(isOk(said(
        *client, QStringLiteral("flood %1 %2 %3 %4").arg(kind, kServerV4).arg(kEcho).arg(kMany))));
    const auto waiting = [this] {
        const auto questions = bench_->engine->questions();
        return questions.isEmpty() ? 0 : int(questions.constFirst().waiting);
    };
    QTRY_COMPARE(waiting(), kMany);
    QCOMPARE(bench_->kept("answers"), 0);
    SUCCEEDS(
        bench_->engine->answer(bench_->asked(), once(allowed ? Action::Allow : Action::Block)));
    QCOMPARE(bench_->kept("answers"), kMany);
    QCOMPARE(said(*client, QStringLiteral("closeflood")), QStringLiteral("ok"));
    QTRY_COMPARE_WITH_TIMEOUT(bench_->kept("answers"), 0, kPatience);
}

void AnswerTest::aGuestIsAskedAboutOnce_data() {
    QTest::addColumn<QString>("door");
    QTest::newRow("IPv4") << kClientV4;
    QTest::newRow("IPv6") << kClientV6;
}

void AnswerTest::aGuestIsAskedAboutOnce() {
    QFETCH(QString, door);
    constexpr quint16 kDoor = 7110;
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    client->tell(QStringLiteral("accept"));
    lab_->server().tell(QStringLiteral("call %1 %2").arg(door).arg(kDoor));
    QTRY_VERIFY(bench_->asked());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    QTRY_VERIFY(client->hasSpoken());
    QCOMPARE(client->reply(), QStringLiteral("ok"));
    // The caller hangs up at once, which is heard.
    QCOMPARE(said(*client, QStringLiteral("receive 1")), QStringLiteral("ok 0"));
    QCOMPARE(bench_->asked(), api::QuestionId{0});
    QVERIFY(isOk(said(*client, QStringLiteral("close"))));
    QTRY_COMPARE_WITH_TIMEOUT(bench_->kept("answers"), 0, kPatience);
}

void AnswerTest::anotherProgramWithTheSocketIsAskedAboutItself_data() {
    QTest::addColumn<QString>("call");
    QTest::newRow("sendto()") << QStringLiteral("sendto %1 %2 10 1").arg(kServerV4).arg(kEcho);
    QTest::newRow("connect()") << QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho);
}

void AnswerTest::anotherProgramWithTheSocketIsAskedAboutItself() {
    QFETCH(QString, call);
    const QString send = QStringLiteral("sendto %1 %2 10 1").arg(kServerV4).arg(kEcho);
    const QString other = lab_->copyOfPeer(QStringLiteral("other"));
    const auto program = [this] {
        return bench_->asked() ? bench_->engine->questions().constFirst().process.identity.path
                               : QString();
    };
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("open udp %1 200").arg(kServerV4))));
    QVERIFY(isOk(said(*client, send)));
    QTRY_COMPARE(program(), QStringLiteral(PEER_PROGRAM));
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    QVERIFY(isOk(said(*client, send)));
    QCOMPARE(said(*client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    QCOMPARE(bench_->asked(), api::QuestionId{0});
    QVERIFY(said(*client, QStringLiteral("become ") + other).startsWith(QLatin1String("ready")));
    QVERIFY(isOk(said(*client, QStringLiteral("take"))));
    while (isOk(said(*client, QStringLiteral("receive 10")))) {
    }
    QVERIFY(isOk(said(*client, call)));
    if (call != send)
        QVERIFY(isOk(said(*client, QStringLiteral("send 10"))));
    QTRY_COMPARE(program(), other);
    QCOMPARE(said(*client, QStringLiteral("receive 10")), error(EAGAIN));
}

QTEST_GUILESS_MAIN(AnswerTest)
#include "answer_test.moc"
