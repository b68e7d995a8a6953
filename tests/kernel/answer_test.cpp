// What is answered for one connection alone, with the engine and real sockets: it holds for all of
// it, and ends with it. SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

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

QTEST_GUILESS_MAIN(AnswerTest)
#include "answer_test.moc"
