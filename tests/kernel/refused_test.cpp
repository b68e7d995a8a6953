// A datagram is refused whose flow is known: because it went on until then, because it waited, or
// because somebody else began it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "bench.h"
#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;
using api::BlockStyle;
using api::ConnectionState;

namespace {

constexpr int kBytes = 1000, kHeaders = 28;  // IPv4 and UDP

QString sendTo(const QString& server, quint16 port) {
    return QStringLiteral("sendto %1 %2 %3 7").arg(server).arg(port).arg(kBytes);
}

}  // namespace

class RefusedTest : public LabFixture {
    Q_OBJECT
  private slots:
    void aDatagramRefusedAfterItWasAllowedIsOneFlowAndToldOnce_data();
    void aDatagramRefusedAfterItWasAllowedIsOneFlowAndToldOnce();
    void whatIsAllowedAgainIsTheSameFlow();
    void aFirstDatagramThatIsRefusedIsTold();
    void itIsListedOnceWithItsBytes_data();
    void itIsListedOnceWithItsBytes();
    void heldThenBlockedThenSentAgainIsListedOnce_data();
    void heldThenBlockedThenSentAgainIsListedOnce();
    void whoCallsIsAnsweredInLockDown();

  private:
    void start(Bench& bench);
    static QList<api::Connection> listed(Bench& bench, quint16 port);
};

void RefusedTest::start(Bench& bench) {
    lab_->detach();
    SUCCEEDS(bench.start(lab_->cgroup()));
    bench.engine->setWatched(true);
}

QList<api::Connection> RefusedTest::listed(Bench& bench, quint16 port) {
    QList<api::Connection> list;
    for (const api::Connection& connection : bench.engine->connections())
        if (connection.remotePort == port)
            list.append(connection);
    return list;
}

void RefusedTest::aDatagramRefusedAfterItWasAllowedIsOneFlowAndToldOnce_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("server");
    QTest::addColumn<bool>("connects");
    QTest::addColumn<bool>("further");
    QTest::newRow("udp4") << "udp" << kServerV4 << false << false;
    QTest::newRow("udp6") << "udp" << kServerV6 << false << false;
    const QString mapped = QStringLiteral("::ffff:") + kServerV4;
    QTest::newRow("udp4 mapped") << "udp" << mapped << false << false;
    QTest::newRow("udp4 mapped, connected") << "udp" << mapped << true << false;
    QTest::newRow("udp4, connected") << "udp" << kServerV4 << true << false;
    QTest::newRow("udp4, not the first peer") << "udp" << kServerV4 << false << true;
    QTest::newRow("udp6, not the first peer") << "udp" << kServerV6 << false << true;
    QTest::newRow("udplite") << "udplite" << kServerV4 << false << false;
}

void RefusedTest::aDatagramRefusedAfterItWasAllowedIsOneFlowAndToldOnce() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(bool, connects);
    QFETCH(bool, further);
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    const QString opened = ASK(client, QStringLiteral("open %1 %2 1500").arg(kind, server));
    if (opened == error(EPROTONOSUPPORT))
        QSKIP("this kernel has no UDP-Lite");
    QVERIFY2(isOk(opened), qPrintable(opened));
    if (further)
        QVERIFY(isOk(ASK(client, sendTo(server, kOther))));
    if (connects)
        QVERIFY(isOk(ASK(client, QStringLiteral("connect %1 %2").arg(server).arg(kEcho))));
    const QString send = connects ? QStringLiteral("send %1").arg(kBytes) : sendTo(server, kEcho);
    QVERIFY(isOk(ASK(client, send)));
    QTRY_VERIFY(lab_->flow(kEcho));
    lab_->heard().clearFlows();
    ENFORCE(
        {blocked(2, BlockStyle::Error, QStringLiteral("any"), kEcho, 0), rule(1, Action::Allow)});
    for (int i = 0; i < 3; ++i)
        QCOMPARE(ASK(client, send), error(EPERM));
    QTest::qWait(2'200);  // what was never allowed is told again after a second
    QCOMPARE(ASK(client, send), error(EPERM));
    const kernel::FlowReport* report = lab_->flow(kEcho);
    QVERIFY(report);
    QCOMPARE(report->decision.rule, 2u);
    QVERIFY(!report->over);
    QVERIFY(report->sent > kBytes);
    QCOMPARE(lab_->heard().flows.size(), 1);
    ASK(client, QStringLiteral("close"));
    QTRY_COMPARE((lab_->drain(), lab_->heard().ended.size()), 1);
    if (further)
        return;  // the end is told with the first peer
    const kernel::FlowReport end = lab_->heard().ended.constFirst();
    QCOMPARE(end.decision, (policy::Decision{SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 2}));
    QVERIFY(end.sent > kBytes);
}

void RefusedTest::whatIsAllowedAgainIsTheSameFlow() {
    ATTACH();
    CLIENT(client);
    ASK(client, QStringLiteral("open udp %1 1500").arg(kServerV4));
    const QList<api::Rule> allow = {rule(1, Action::Allow)};
    const QList<api::Rule> block = {blocked(2, BlockStyle::Refuse, QStringLiteral("any"), kEcho, 0),
                                    rule(1, Action::Allow)};
    for (int i = 1; i <= 3; ++i) {
        ENFORCE(allow);
        QVERIFY(isOk(ASK(client, sendTo(kServerV4, kEcho))));
        QVERIFY(lab_->flow(kEcho));
        QCOMPARE(lab_->flow(kEcho)->decision.rule, 1u);
        ENFORCE(block);
        QCOMPARE(ASK(client, sendTo(kServerV4, kEcho)), error(ECONNREFUSED));
        QCOMPARE(lab_->flow(kEcho)->decision.rule, 2u);
        QCOMPARE(lab_->flow(kEcho)->sent, quint64(i) * (kBytes + kHeaders));
        QCOMPARE(lab_->heard().flows.size(), 2 * i);
    }
}

void RefusedTest::aFirstDatagramThatIsRefusedIsTold() {
    ATTACH();
    ENFORCE(
        {blocked(2, BlockStyle::Error, QStringLiteral("any"), kEcho, 0), rule(1, Action::Allow)});
    CLIENT(client);
    ASK(client, QStringLiteral("open udp ") + kServerV4);
    QCOMPARE(ASK(client, sendTo(kServerV4, kEcho)), error(EPERM));
    QVERIFY(lab_->flow(kEcho));
    QVERIFY(lab_->flow(kEcho)->over);
    ASK(client, QStringLiteral("close"));
    lab_->drain();
    QVERIFY(lab_->heard().ended.isEmpty());
}

void RefusedTest::itIsListedOnceWithItsBytes_data() {
    QTest::addColumn<bool>("further");
    QTest::newRow("first peer") << false;
    QTest::newRow("not the first peer") << true;
}

void RefusedTest::itIsListedOnceWithItsBytes() {
    QFETCH(bool, further);
    constexpr quint64 kCarried = kBytes + kHeaders;
    Bench bench;
    start(bench);
    const auto id = bench.engine->addRule(rule(0, Action::Allow));
    QVERIFY(id);
    CLIENT(client);
    ASK(client, QStringLiteral("open udp %1 1500").arg(kServerV4));
    if (further)
        QVERIFY(isOk(said(*client, sendTo(kServerV4, kSwallow))));
    QVERIFY(isOk(said(*client, sendTo(kServerV4, kEcho))));
    QVERIFY(isOk(said(*client, QStringLiteral("receive %1").arg(kBytes))));
    api::Rule turned = rule(*id, Action::Block, QStringLiteral("any"), kEcho);
    SUCCEEDS(bench.engine->editRule(turned));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(said(*client, sendTo(kServerV4, kEcho)), error(EPERM));
    ASK(client, QStringLiteral("close"));
    QTRY_VERIFY(!listed(bench, kEcho).isEmpty() && listed(bench, kEcho).constLast().endedMs);
    const QList<api::Connection> all = listed(bench, kEcho);
    QCOMPARE(all.size(), 1);
    QCOMPARE(all.constFirst().state, ConnectionState::Blocked);
    QCOMPARE(all.constFirst().rule, *id);
    QCOMPARE(all.constFirst().sent, kCarried);
    QCOMPARE(all.constFirst().received, kCarried);
    QCOMPARE(all.constFirst().local.toString(), kClientV4);
    if (further)
        return;
    const QByteArray text = bench.engine->metrics();
    const auto total = [&](const QByteArray& family, const QByteArray& label) {
        for (const QByteArray& line : text.split('\n'))
            if (line.startsWith(family) && line.contains(label))
                return line.mid(line.lastIndexOf(' ') + 1).toULongLong();
        return 0ull;
    };
    QCOMPARE(total("sallyport_bytes_total", "direction=\"out\""), kCarried);
    QCOMPARE(total("sallyport_bytes_total", "direction=\"in\""), kCarried);
    QCOMPARE(total("sallyport_connections_total", "verdict=\"allowed\""), 1u);
    QCOMPARE(total("sallyport_connections_total", "verdict=\"blocked\""), 1u);
}

void RefusedTest::heldThenBlockedThenSentAgainIsListedOnce_data() {
    QTest::addColumn<bool>("saved");
    QTest::addColumn<bool>("further");
    QTest::newRow("answered") << false << false;
    QTest::newRow("a rule") << true << false;
    QTest::newRow("answered, not the first peer") << false << true;
    QTest::newRow("a rule, not the first peer") << true << true;
}

void RefusedTest::heldThenBlockedThenSentAgainIsListedOnce() {
    QFETCH(bool, saved);
    QFETCH(bool, further);
    Bench bench;
    start(bench);
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Allow, QStringLiteral("any"), kOther)));
    CLIENT(client);
    ASK(client, QStringLiteral("open udp %1 1500").arg(kServerV4));
    if (further)
        QVERIFY(isOk(said(*client, sendTo(kServerV4, kOther))));
    QVERIFY(isOk(said(*client, sendTo(kServerV4, kEcho))));
    QTRY_COMPARE(bench.engine->questions().size(), 1);
    api::Answer answer;
    answer.lifetime = saved ? api::Lifetime::Forever : api::Lifetime::Connection;
    SUCCEEDS(bench.engine->answer(bench.engine->questions().constFirst().id, answer));
    QCOMPARE(said(*client, sendTo(kServerV4, kEcho)), error(EPERM));
    ASK(client, QStringLiteral("close"));
    QTRY_VERIFY(!listed(bench, kEcho).isEmpty() && listed(bench, kEcho).constLast().endedMs);
    QTest::qWait(0);
    const QList<api::Connection> all = listed(bench, kEcho);
    QCOMPARE(all.size(), 1);
    QCOMPARE(all.constFirst().state, ConnectionState::Blocked);
    QCOMPARE(all.constFirst().reason, saved ? api::Reason::Rule : api::Reason::Answer);
    QVERIFY(bench.engine->questions().isEmpty());
}

// A server needs a rule for those who come, and none for what it says to them.
void RefusedTest::whoCallsIsAnsweredInLockDown() {
    constexpr quint16 kDoor = 7110;
    ATTACH();
    api::Rule open = rule(1, Action::Allow);
    open.direction = api::Direction::Inbound;
    ENFORCE({open}, api::Mode::LockDown);
    CLIENT(server);
    QCOMPARE(ASK(server, QStringLiteral("listen udp %1").arg(kDoor)), QStringLiteral("ok"));
    for (int i = 0; i < 3; ++i) {
        const auto caller = lab_->outsider();
        QVERIFY(caller);
        ASK(caller, QStringLiteral("open udp %1 1500").arg(kClientV4));
        QVERIFY(isOk(ASK(caller, sendTo(kClientV4, kDoor))));
        QCOMPARE(ASK(server, QStringLiteral("answer")), QStringLiteral("ok %1").arg(kBytes));
        QCOMPARE(ASK(caller, QStringLiteral("receive 1")), QStringLiteral("ok 1"));
    }
}

QTEST_GUILESS_MAIN(RefusedTest)
#include "refused_test.moc"
