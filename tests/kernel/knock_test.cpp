// Peers that knock at a listening program, and further ones of a UDP socket, with the engine and
// real sockets: what is listed of them ends, and is gone from the kernel, though no socket of
// theirs tells so.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "bench_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

namespace {

constexpr quint16 kDoor = 7120;
constexpr qint64 kSilence = 151'000;  // ms: a peer that has not tried again by then never will

}  // namespace

class KnockTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void whoIsBlockedIsListedOnce();
    void whoIsNotAnsweredIsForgotten();
    void whoIsLetInAndDoesNotComeIsForgotten();
    void aGuestThatDidNotComeIsAskedAboutAgain();
    void whoWaitsGoesWithTheListener();
    void theNextHelperForgetsThem();
    void anAcceptedConnectionBeganWithItsHandshake();
    void aFurtherPeerThatIsSilentIsForgotten();

  private:
    QList<api::Connection> knocks() const;
    qsizetype open() const;
    qsizetype inHistory();
    QString knock(int count, int from = 0);
    void pass(qint64 ms);
};

QList<api::Connection> KnockTest::knocks() const {
    QList<api::Connection> all = bench_->engine->connections();
    all.removeIf([](const api::Connection& c) { return c.localPort != kDoor; });
    return all;
}

qsizetype KnockTest::open() const {
    const QList<api::Connection> all = knocks();
    return std::count_if(all.begin(), all.end(), [](const auto& c) { return !c.endedMs; });
}

// How many of them are in the history.
qsizetype KnockTest::inHistory() {
    std::optional<qsizetype> count;
    api::HistoryFilter filter;
    filter.limit = api::kMaxHistoryPage;
    bench_->engine->history(filter, this, [&](const api::Result<api::HistoryPage>& page) {
        count = 0;
        for (const api::Connection& c : page ? page->connections : QList<api::Connection>())
            *count += c.localPort == kDoor;
    });
    return QTest::qWaitFor([&] { return count.has_value(); }, kPatience) ? *count : -1;
}

QString KnockTest::knock(int count, int from) {
    return lab_->server().ask(
        QStringLiteral("knock %1 %2 %3 %4").arg(kClientV4).arg(kDoor).arg(count).arg(from));
}

void KnockTest::pass(qint64 ms) {
    bench_->engine->drain();
    bench_->clock.aheadMs += ms;
    bench_->engine->expire();
}

void KnockTest::whoIsBlockedIsListedOnce() {
    constexpr int kMany = 50, kFrom = 21'000;
    api::Rule rule = lab::rule(0, Action::Block);
    rule.direction = api::Direction::Inbound;
    rule.localPorts = api::PortRange::single(kDoor);
    SUCCEEDS(bench_->engine->addRule(rule));
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    QCOMPARE(knock(kMany, kFrom), QStringLiteral("knocked %1").arg(kMany));
    QTRY_COMPARE(knocks().size(), kMany);
    QCOMPARE(open(), 0);
    // The same once more, as TCP does it itself: nothing new.
    QCOMPARE(knock(kMany, kFrom), QStringLiteral("knocked %1").arg(kMany));
    QCOMPARE(bench_->kept("peers"), kMany);
    QCOMPARE(knocks().size(), kMany);
    QCOMPARE(inHistory(), kMany);
    pass(kSilence);
    QCOMPARE(bench_->kept("peers"), 0);
    // And much later: that is another attempt.
    QCOMPARE(knock(1, kFrom), QStringLiteral("knocked 1"));
    QTRY_COMPARE(inHistory(), kMany + 1);
}

void KnockTest::whoIsNotAnsweredIsForgotten() {
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    QCOMPARE(knock(5), QStringLiteral("knocked 5"));
    QTRY_VERIFY(bench_->asked());
    QTRY_COMPARE(knocks().size(), 5);
    pass(60'000);
    QVERIFY(!bench_->asked());
    // Whoever tries once more is still one of them.
    QCOMPARE(bench_->kept("answers"), 5);
    QCOMPARE(open(), 5);
    pass(kSilence);
    QCOMPARE(open(), 0);
    QCOMPARE(bench_->kept("answers"), 0);
    QCOMPARE(bench_->kept("peers"), 0);
    QCOMPARE(inHistory(), 5);
}

void KnockTest::whoIsLetInAndDoesNotComeIsForgotten() {
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    QCOMPARE(knock(1), QStringLiteral("knocked 1"));
    QTRY_VERIFY(bench_->asked());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    pass(100'000);
    QCOMPARE(bench_->kept("answers"), 1);
    pass(kSilence);
    QCOMPARE(open(), 0);
    QCOMPARE(bench_->kept("answers"), 0);
    QCOMPARE(bench_->kept("peers"), 0);
}

// Its SYN was let in, and nothing followed.
void KnockTest::aGuestThatDidNotComeIsAskedAboutAgain() {
    constexpr int kFrom = 22'000;
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    QCOMPARE(knock(1, kFrom), QStringLiteral("knocked 1"));
    QTRY_VERIFY(bench_->asked());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    QCOMPARE(knock(1, kFrom), QStringLiteral("knocked 1"));
    QTRY_COMPARE(open(), 0);
    pass(kSilence);
    QCOMPARE(knock(1, kFrom), QStringLiteral("knocked 1"));
    QTRY_VERIFY(bench_->asked());
}

void KnockTest::whoWaitsGoesWithTheListener() {
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    QCOMPARE(knock(3), QStringLiteral("knocked 3"));
    QTRY_VERIFY(bench_->asked());
    QTRY_COMPARE(open(), 3);
    QVERIFY(isOk(said(*client, QStringLiteral("close"))));
    QTRY_VERIFY(!bench_->asked());
    QCOMPARE(open(), 0);
}

void KnockTest::theNextHelperForgetsThem() {
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    QCOMPARE(knock(3), QStringLiteral("knocked 3"));
    QTRY_VERIFY(bench_->asked());
    pass(60'000);
    QCOMPARE(bench_->kept("answers"), 3);
    bench_->end();
    SUCCEEDS(bench_->start(lab_->cgroup()));
    QCOMPARE(bench_->kept("answers"), 3);
    pass(kSilence);
    QCOMPARE(bench_->kept("answers"), 0);
    QCOMPARE(bench_->kept("peers"), 0);
}

// Not with the first that is sent, which may be much later.
void KnockTest::anAcceptedConnectionBeganWithItsHandshake() {
    constexpr int kIdle = 1'500;
    SUCCEEDS(bench_->engine->addRule(lab::rule(0, Action::Allow)));
    bench_->engine->setWatched(true);
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(kDoor))));
    CLIENT(caller);
    QVERIFY(isOk(said(*caller, QStringLiteral("open tcp %1").arg(kClientV4))));
    QVERIFY(isOk(said(*caller, QStringLiteral("connect %1 %2").arg(kClientV4).arg(kDoor))));
    const qint64 connectedMs = bench_->clock.nowMs();
    QVERIFY(isOk(said(*client, QStringLiteral("accept"))));
    QTest::qWait(kIdle);
    QVERIFY(isOk(said(*caller, QStringLiteral("write 78"))));
    QTRY_COMPARE(knocks().size(), 1);
    QVERIFY2(knocks().constFirst().startedMs < connectedMs + kIdle / 2,
             qPrintable(QString::number(knocks().constFirst().startedMs - connectedMs)));
}

void KnockTest::aFurtherPeerThatIsSilentIsForgotten() {
    const auto to = [this](quint16 port) {
        QList<api::Connection> all = bench_->engine->connections();
        all.removeIf([&](const api::Connection& c) { return c.remotePort != port || c.endedMs; });
        return all.size();
    };
    SUCCEEDS(bench_->engine->addRule(rule(0, Action::Allow)));
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("open udp %1").arg(kServerV4))));
    const auto send = [&](quint16 port) {
        QVERIFY(isOk(said(*client, QStringLiteral("sendto %1 %2").arg(kServerV4).arg(port))));
    };
    send(kOther);
    send(kEcho);
    QTRY_COMPARE(lab_->arrivals().size(), 2);
    QTRY_COMPARE(to(kEcho), 1);
    QCOMPARE(bench_->kept("peers"), 1);
    pass(180'000);  // until then it is not known what it carried
    pass(180'000);
    QCOMPARE(bench_->kept("peers"), 0);
    QCOMPARE(to(kEcho), 0);
    QCOMPARE(to(kOther), 1);
    send(kOther);
    send(kEcho);
    QTRY_COMPARE(lab_->arrivals().size(), 4);
    QTRY_COMPARE(to(kEcho), 1);
    QCOMPARE(bench_->kept("peers"), 1);
}

QTEST_GUILESS_MAIN(KnockTest)
#include "knock_test.moc"
