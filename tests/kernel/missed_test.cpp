// What waits and is answered by nobody, with the engine and a real socket.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QElapsedTimer>

#include "bench.h"
#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;

namespace {

constexpr quint32 kShortest = 5;  // seconds that a question may be open at least

}  // namespace

class MissedTest : public LabFixture {
    Q_OBJECT
  private slots:
    void nobodyAnswersInTime_data();
    void nobodyAnswersInTime();
};

void MissedTest::nobodyAnswersInTime_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("server");
    QTest::newRow("tcp4") << "tcp" << kServerV4;
    QTest::newRow("tcp6") << "tcp" << kServerV6;
    QTest::newRow("udp4, connected") << "udp" << kServerV4;
    QTest::newRow("udp6, connected") << "udp" << kServerV6;
}

void MissedTest::nobodyAnswersInTime() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    const bool tcp = kind == QLatin1String("tcp");
    const QString call = QStringLiteral("connect %1 %2").arg(server).arg(kEcho);
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    api::Settings settings = bench.engine->settings();
    settings.answerSeconds = kShortest;
    SUCCEEDS(bench.engine->setSettings(settings));
    bench.engine->addAgent({QStringLiteral(":1.7"), getuid(), false});
    QStringList withdrawn;
    connect(bench.engine.get(), &engine::Engine::withdraw, this,
            [&](const QString&, api::QuestionId, const QString& why) { withdrawn.append(why); });
    const QList<api::Rule> before = bench.engine->rules();
    lab_->forgetArrivals();
    CLIENT(client);
    ASK(client, QStringLiteral("open %1 %2").arg(kind, server));
    QElapsedTimer clock;
    clock.start();
    if (!tcp) {  // the datagram seems to be sent; who waits for its answer hears of the end
        QCOMPARE(said(*client, call), QStringLiteral("ok 0"));
        QCOMPARE(said(*client, QStringLiteral("send 10")), QStringLiteral("ok 10"));
    }
    QCOMPARE(said(*client, tcp ? call : QStringLiteral("receive 10")), error(ECONNABORTED));
    QVERIFY2(clock.elapsed() >= kShortest * 1000 - 100,
             qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(withdrawn, QStringList(QStringLiteral("timed-out")));
    const QList<api::Question> questions = bench.engine->questions();
    QCOMPARE(questions.size(), 1);
    QVERIFY(questions.constFirst().missed);
    QCOMPARE(questions.constFirst().process.pid, client->pid());
    QCOMPARE(bench.engine->rules(), before);
    const QList<api::Connection> listed = bench.engine->connections();
    QCOMPARE(listed.size(), 1);
    QCOMPARE(listed.constFirst().state, api::ConnectionState::Blocked);
    QCOMPARE(listed.constFirst().reason, api::Reason::TimedOut);
    QCOMPARE(listed.constFirst().rule, 0u);
    QVERIFY(lab_->arrivals().isEmpty());
    // It was for this connection only: about the next one somebody is asked again.
    ASK(client, QStringLiteral("open %1 %2 700").arg(kind, server));
    (void)said(*client, call);
    if (!tcp)
        QCOMPARE(said(*client, QStringLiteral("send 10")), QStringLiteral("ok 10"));
    QTRY_COMPARE(bench.engine->questions().size(), 2);
}

QTEST_GUILESS_MAIN(MissedTest)
#include "missed_test.moc"
