// Where a program is cut off whose rule has a quota, between network namespaces, with nobody there
// but the kernel side; and what the helper adds.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "bench.h"
#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;
using api::WhenUsedUp;

namespace {

constexpr quint64 kQuota = 200'000;
constexpr int kSpanMs = 500;
// What the last packet may have been too large by: TCP hands over up to 64 kB at once.
constexpr quint64 kLargest = 66'000;
// The kernel's packets of connections that have no socket any more.
constexpr quint64 kOthers = 3'000;

api::Rule limited(WhenUsedUp then = WhenUsedUp::Block, quint16 port = 0) {
    api::Rule allow = rule(3, Action::Allow, QStringLiteral("any"), port, 0);
    allow.quota = {kQuota, api::Period::Month, then};
    return allow;
}

}  // namespace

class QuotaTest : public LabFixture {
    Q_OBJECT
  private slots:
    void cleanup() { lab_->sleep(false); }
    void nothingGoesBeyondTheQuota_data();
    void nothingGoesBeyondTheQuota();
    void whatCameInCountsToo();
    void theQuotaOutlivesTheHelper();
    void anotherPeriodBeginsAnew();
    void whoShallBeAskedWaits();
    void whoShallOnlyKnowGoesOn();
    void aRunningConnectionIsCut();
    void whatIsUsedIsKeptAndCanBeReset();

  private:
    std::unique_ptr<Peer> connected(const QString& kind, quint16 port);
    // Datagrams of 10 kB, until one is refused; what is said of the last.
    static QString sendMany(Peer& client, int kilobytes);
    quint64 used() { return lab_->kernel().quotaUses().value(3).used; }
};

std::unique_ptr<Peer> QuotaTest::connected(const QString& kind, quint16 port) {
    auto client = lab_->client();
    if (!client)
        return nullptr;
    client->ask(QStringLiteral("open %1 %2 1000").arg(kind, kServerV4));
    const QString reply = client->ask(QStringLiteral("connect %1 %2").arg(kServerV4).arg(port));
    qInfo() << reply << used();
    if (!isOk(reply))
        return nullptr;
    return client;
}

QString QuotaTest::sendMany(Peer& client, int kilobytes) {
    QString reply = QStringLiteral("ok 0");
    for (int sent = 0; isOk(reply) && sent < kilobytes; sent += 10)
        reply = said(client, QStringLiteral("send 10000"));
    return reply;
}

void QuotaTest::nothingGoesBeyondTheQuota_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("flows");
    for (const char* kind : {"tcp", "udp"})
        for (const int flows : {1, 8})
            QTest::addRow("%s %d", kind, flows) << QString::fromLatin1(kind) << flows;
}

void QuotaTest::nothingGoesBeyondTheQuota() {
    QFETCH(QString, kind);
    QFETCH(int, flows);
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    ENFORCE({limited()}, api::Mode::LockDown);
    const Lab::Wire before = lab_->wire();
    std::vector<std::unique_ptr<Peer>> clients;
    for (int i = 0; i < flows; ++i) {
        clients.push_back(connected(kind, kSwallow));
        QVERIFY(clients.back());
    }
    lab_->sleep(true);  // from here the kernel side is alone
    for (const auto& client : clients)
        client->tell(QStringLiteral("push %1").arg(kSpanMs));
    for (const auto& client : clients)
        QVERIFY(isOk(client->reply()));
    const Lab::Wire after = lab_->wire();
    const quint64 sent = after.sent - before.sent;
    const quint64 passed = sent + after.received - before.received;
    const quint64 largest = kind == QLatin1String("tcp") ? kLargest : 1500;
    qInfo("%llu of %llu, %llu of it sent", passed, kQuota, sent);
    // Acknowledgements still come when nothing goes any more: they count while there is a quota to
    // take them from, and then they are thrown away.
    QVERIFY(sent <= kQuota + kOthers);
    QVERIFY(passed + largest >= kQuota);
    QVERIFY(used() >= kQuota);
    if (kind == QLatin1String("udp"))
        QCOMPARE(ASK(clients.front(), QStringLiteral("send 1")), error(EPERM));
    lab_->sleep(false);
    CLIENT(another);  // those before end with a reset, and not with what they have yet to send
    ASK(another, QStringLiteral("open %1 %2 700").arg(kind, kServerV4));
    QCOMPARE(ASK(another, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kSwallow)),
             error(EPERM));
    QCOMPARE(lab_->heard().usedUp, QList<quint32>{3});
}

void QuotaTest::whatCameInCountsToo() {
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    ENFORCE({limited()}, api::Mode::LockDown);
    const auto client = connected(QStringLiteral("udp"), kPour);
    QVERIFY(client);
    QVERIFY(isOk(ASK(client, QStringLiteral("send 1"))));
    const QStringList all =
        ASK(client, QStringLiteral("receive 10000000")).split(u' ');  // until nothing comes
    QCOMPARE(all.value(0), QStringLiteral("error"));
    QVERIFY(used() >= kQuota);
    QVERIFY(used() <= kQuota + 4 * 1228);  // processors that counted at the same time
}

void QuotaTest::theQuotaOutlivesTheHelper() {
    ATTACH(SP_RING_BYTES, pins_);
    ENFORCE({limited()}, api::Mode::LockDown);
    auto client = connected(QStringLiteral("udp"), kSwallow);
    QVERIFY(client);
    QVERIFY(isOk(sendMany(*client, 50)));
    const quint64 before = used();
    QVERIFY(before > 50'000);
    lab_->detach();
    QVERIFY(isOk(sendMany(*client, 50)));
    ATTACH(SP_RING_BYTES, pins_);
    QVERIFY(used() > before + 50'000);
    ENFORCE({limited()}, api::Mode::LockDown);
    QVERIFY(used() > before + 50'000);
    lab_->detach();
    QCOMPARE(sendMany(*client, 200), error(EPERM));
    ATTACH(SP_RING_BYTES, pins_);
    QVERIFY(used() >= kQuota);
    lab_->detach();
    SUCCEEDS(kernel::removePins(pins_));
}

void QuotaTest::anotherPeriodBeginsAnew() {
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    ENFORCE({limited()}, api::Mode::LockDown);
    const auto client = connected(QStringLiteral("udp"), kSwallow);
    QVERIFY(client);
    QCOMPARE(sendMany(*client, 300), error(EPERM));
    ENFORCE({limited()}, api::Mode::LockDown);
    QCOMPARE(ASK(client, QStringLiteral("send 1")), error(EPERM));
    lab_->setCount(2);
    ENFORCE({limited()}, api::Mode::LockDown);
    lab_->setCount(0);
    QVERIFY(isOk(ASK(client, QStringLiteral("send 1"))));
    QVERIFY(used() < 1'000);
}

void QuotaTest::whoShallBeAskedWaits() {
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    ENFORCE({limited(WhenUsedUp::Ask)}, api::Mode::LockDown);
    const auto client = connected(QStringLiteral("udp"), kOther);
    QVERIFY(client);
    QVERIFY(isOk(sendMany(*client, 300)));  // held datagrams seem to be sent
    QTRY_VERIFY(lab_->held(kOther));
    QCOMPARE(lab_->held(kOther)->decision.rule, 3u);
    QVERIFY(used() >= kQuota);
    SUCCEEDS(lab_->kernel().setAnswer(lab_->held(kOther)->key, {SP_VERDICT_ALLOW}));
    lab_->forgetArrivals();
    QVERIFY(isOk(ASK(client, QStringLiteral("send 100"))));
    QTRY_COMPARE(lab_->arrivals().size(), 1);
}

void QuotaTest::whoShallOnlyKnowGoesOn() {
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    ENFORCE({limited(WhenUsedUp::Notify)}, api::Mode::LockDown);
    const auto client = connected(QStringLiteral("tcp"), kSwallow);
    QVERIFY(client);
    QCOMPARE(ASK(client, QStringLiteral("send 500000")), QStringLiteral("ok 500000"));
    QTRY_VERIFY(used() > 500'000);
    lab_->drain();
    QCOMPARE(lab_->heard().usedUp, QList<quint32>{3});
}

void QuotaTest::aRunningConnectionIsCut() {
    lab_->detach();
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->setMode(api::Mode::LockDown));
    SUCCEEDS(bench.engine->addRule(limited()));
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    QCOMPARE(said(*client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kPour)),
             QStringLiteral("ok 0"));
    const QString reply = said(*client, QStringLiteral("receive 10000000"));
    QCOMPARE(reply, error(ECONNABORTED));
    const api::Rule now = bench.engine->rules().last();
    QVERIFY(now.quota.isUsedUp());
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    QCOMPARE(said(*client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)),
             error(EPERM));
}

void QuotaTest::whatIsUsedIsKeptAndCanBeReset() {
    lab_->detach();
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->setMode(api::Mode::LockDown));
    const auto id = bench.engine->addRule(limited());
    SUCCEEDS(id);
    CLIENT(client);
    ASK(client, QStringLiteral("open udp %1 700").arg(kServerV4));
    QVERIFY(isOk(said(*client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kSwallow))));
    QCOMPARE(sendMany(*client, 300), error(EPERM));
    bench.engine.reset();
    bench.kernel.reset();  // nothing is pinned: as after a restart of the machine
    bench.kernel = std::move(*kernel::open({lab_->cgroup(), {}, SP_RING_BYTES}));
    bench.engine = std::make_unique<engine::Engine>(
        *bench.kernel, bench.processes, *bench.rules, *bench.history, bench.clock,
        engine::Options{bench.folder.filePath(QStringLiteral("rules.d")), {}});
    SUCCEEDS(bench.engine->start());
    QVERIFY(bench.engine->rules().last().quota.isUsedUp());
    const QString call = QStringLiteral("connect %1 %2").arg(kServerV4).arg(kSwallow);
    ASK(client, QStringLiteral("open udp %1 700").arg(kServerV4));
    QCOMPARE(said(*client, call), error(EPERM));
    SUCCEEDS(bench.engine->resetQuota(*id));
    QCOMPARE(said(*client, call), QStringLiteral("ok 0"));
    QCOMPARE(said(*client, QStringLiteral("send 1")), QStringLiteral("ok 1"));
    QVERIFY(bench.engine->rules().last().quota.used < 1'000);
}

QTEST_GUILESS_MAIN(QuotaTest)
#include "quota_test.moc"
