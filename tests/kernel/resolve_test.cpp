// Names from real answers, with the engine that reads them: whoever calls what it was just told of
// is judged by the name, and soon.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "bench.h"
#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

namespace {

constexpr quint16 kDoor = 7004;  // of the hosts that the names server knows

struct Visit {
    int notReached = 0, reached = 0, unanswered = 0;        // of the good, of the evil, questions
    double median = 0, of100 = 0, of1000 = 0, longest = 0;  // ms

    static Visit of(const QString& reply) {
        const QStringList words = reply.split(u' ');
        if (words.size() != 9 || words.at(0) != QLatin1String("ok"))
            return {-1, -1, -1};
        const auto ms = [&](int at) { return words.at(at).toDouble() / 1000; };
        return {words.at(1).toInt(),
                words.at(2).toInt(),
                words.at(3).toInt(),
                ms(4),
                ms(5),
                ms(6),
                ms(7)};
    }
};

}  // namespace

class ResolveTest : public LabFixture {
    Q_OBJECT
  private slots:
    void aConnectionIsListedWithTheNameItsProgramWasTold_data();
    void aConnectionIsListedWithTheNameItsProgramWasTold();
    void anAnswerOverTcpThatNobodyAskedForIsCounted();
    void whoAsksWithoutEndTakesNobodysName();
    void whatIsOnThisMachineHasNoName_data();
    void whatIsOnThisMachineHasNoName();
    void aNewHelperGoesOnByTheName_data();
    void aNewHelperGoesOnByTheName();
    void whoWasToldOfAnAddressIsJudgedByItsName_data();
    void whoWasToldOfAnAddressIsJudgedByItsName();

  private:
    void furnish() override;
    int next_ = 1;  // no name is asked for twice
};

void ResolveTest::furnish() {
    for (const char* route :
         {"route add 10.78.0.0/16 via 10.77.0.2", "-6 route add fd78::/64 via fd77::2"})
        QCOMPARE(QProcess::execute(QStringLiteral("ip"), QString::fromLatin1(route).split(u' ')),
                 0);
    for (const char* local : {"run ip route add local 10.78.0.0/16 dev lo",
                              "run ip -6 route add local fd78::/64 dev lo"})
        QCOMPARE(lab_->server().ask(QString::fromLatin1(local)), QStringLiteral("ran 0"));
    QCOMPARE(lab_->server().ask(QStringLiteral("names")), QStringLiteral("serving"));
}

void ResolveTest::aConnectionIsListedWithTheNameItsProgramWasTold_data() {
    QTest::addColumn<QString>("transport");
    QTest::newRow("UDP") << "udp";
    QTest::newRow("TCP") << "tcp";
}

void ResolveTest::aConnectionIsListedWithTheNameItsProgramWasTold() {
    QFETCH(QString, transport);
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->setMode(api::Mode::Learn));
    bench.engine->setWatched(true);
    CLIENT(client);
    const Visit visit = Visit::of(
        said(*client,
             QStringLiteral("visit %1 6 %2 200 4 %3").arg(kServerV4).arg(next_).arg(transport)));
    QCOMPARE(visit.unanswered, 0);
    QCOMPARE(visit.notReached, 0);
    int listed = 0;
    for (const api::Connection& connection : bench.engine->connections()) {
        if (connection.remotePort != kDoor)
            continue;
        ++listed;
        const QString number = connection.remote.toString().section(u':', -1);
        const int at = number.toInt(nullptr, 16);
        QCOMPARE(connection.name, QStringLiteral("n%1.%2.test")
                                      .arg(at)
                                      .arg(QLatin1String(at % 2 == 0 ? "good" : "evil")));
    }
    QCOMPARE(listed, 200);
    next_ += 200;
}

void ResolveTest::anAnswerOverTcpThatNobodyAskedForIsCounted() {
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->setMode(api::Mode::Learn));
    CLIENT(client);
    const auto unasked = [&](int count) {
        return bench.engine->metrics().contains(
            QStringLiteral("\nsallyport_dns_answers_unasked_total %1\n").arg(count).toLatin1());
    };
    QVERIFY(isOk(said(*client, QStringLiteral("visit %1 6 999998 1 1 tcp").arg(kServerV4))));
    QVERIFY(unasked(0));
    QVERIFY(isOk(said(*client, QStringLiteral("visit %1 6 999999 1 1 tcp").arg(kServerV4))));
    QVERIFY(unasked(1));
}

// While one program waits for its answer, another asks more than is remembered.
void ResolveTest::whoAsksWithoutEndTakesNobodysName() {
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Block, QStringLiteral(".evil.test"))));
    SUCCEEDS(bench.engine->setMode(api::Mode::Learn));
    CLIENT(flooding, lab_->copyOfPeer(QStringLiteral("flooding")));
    CLIENT(client);
    client->tell(QStringLiteral("visit %1 4 999995 1 1 udp send").arg(kServerV4));
    QCOMPARE(lab_->server().ask(QStringLiteral("think")), QStringLiteral("thinking"));
    QCOMPARE(said(*flooding, QStringLiteral("wonder %1 5000").arg(kNobody)),
             QStringLiteral("ok 0"));
    QVERIFY(!client->hasSpoken());
    QCOMPARE(lab_->server().ask(QStringLiteral("answer")), QStringLiteral("answered"));
    QTRY_VERIFY_WITH_TIMEOUT(client->hasSpoken(), kPatience);
    const Visit visit = Visit::of(client->reply());
    QCOMPARE(visit.unanswered, 0);
    QCOMPARE(visit.reached, 0);
    QVERIFY(bench.engine->metrics().contains("\nsallyport_dns_answers_unasked_total 0\n"));
}

void ResolveTest::whatIsOnThisMachineHasNoName_data() {
    QTest::addColumn<int>("family");
    QTest::addColumn<QString>("here");
    QTest::newRow("IPv4") << 4 << "127.0.0.1";
    QTest::newRow("IPv6") << 6 << "::1";
}

// Whatever a public name leads to.
void ResolveTest::whatIsOnThisMachineHasNoName() {
    QFETCH(int, family);
    QFETCH(QString, here);
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Block, QStringLiteral(".evil.test"))));
    SUCCEEDS(bench.engine->setMode(api::Mode::Learn));
    bench.engine->setWatched(true);
    const auto host = lab_->outsider();
    QVERIFY(host);
    QCOMPARE(ASK(host, QStringLiteral("listen tcp %1").arg(kDoor)), QStringLiteral("ok"));
    CLIENT(client);
    QCOMPARE(
        said(*client, QStringLiteral("resolve %1 %2 here.evil.test").arg(kServerV4).arg(family)),
        QStringLiteral("ok ") + here);
    QVERIFY(isOk(said(*client, QStringLiteral("open tcp ") + here)));
    QCOMPARE(said(*client, QStringLiteral("connect %1 %2").arg(here).arg(kDoor)),
             QStringLiteral("ok 0"));
    const QList<api::Connection> all = bench.engine->connections();
    const auto one = std::find_if(all.cbegin(), all.cend(), [](const api::Connection& connection) {
        return connection.remotePort == kDoor;
    });
    QVERIFY(one != all.cend());
    QCOMPARE(one->name, QString());
    QCOMPARE(one->state, api::ConnectionState::Allowed);  // a rule by name would go first
}

void ResolveTest::aNewHelperGoesOnByTheName_data() {
    QTest::addColumn<bool>("killed");
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("after one that ended") << false << false;
    QTest::newRow("after one that was killed") << true << false;
    QTest::newRow("after one that was killed at once") << true << true;
}

void ResolveTest::aNewHelperGoesOnByTheName() {
    QFETCH(bool, killed);
    QFETCH(bool, atOnce);
    Bench bench;
    bench.pins = pins_;
    const auto clean = qScopeGuard([&] {
        bench.end();
        SUCCEEDS(kernel::removePins(bench.pins));
    });
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Allow, QStringLiteral("any"), SP_DNS_PORT)));
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Allow, QStringLiteral("*.good.test"))));
    SUCCEEDS(bench.engine->setMode(api::Mode::LockDown));
    CLIENT(client);
    next_ += next_ % 2;
    const int number = next_;
    next_ += 2;
    QVERIFY(isOk(said(*client, QStringLiteral("visit %1 6 %2 1 1").arg(kServerV4).arg(number))));
    const QString host = QStringLiteral("fd78::%1").arg(number, 0, 16);
    QCOMPARE(said(*client, QStringLiteral("open tcp %1 5000").arg(host)), QStringLiteral("ok"));
    QCOMPARE(said(*client, QStringLiteral("connect %1 %2").arg(host).arg(kEcho)),
             QStringLiteral("ok 0"));

    if (killed && !atOnce)
        QTRY_VERIFY_WITH_TIMEOUT(bench.hasWritten("names"), kPatience);
    if (killed)
        bench.kill();
    else
        bench.end();
    QCOMPARE(bench.hasWritten("names"), !atOnce);
    SUCCEEDS(bench.start(lab_->cgroup()));
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Allow, QStringLiteral("*.other.test"))));
    QCOMPARE(said(*client, QStringLiteral("send 10")), QStringLiteral("ok 10"));
    QCOMPARE(said(*client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    const QList<api::Connection> all = bench.engine->connections();
    const auto one = std::find_if(all.cbegin(), all.cend(), [](const api::Connection& connection) {
        return connection.remotePort == kEcho;
    });
    QVERIFY(one != all.cend());
    QCOMPARE(one->state, api::ConnectionState::Allowed);
    QCOMPARE(one->name, atOnce ? QString() : QStringLiteral("n%1.good.test").arg(number));
}

void ResolveTest::whoWasToldOfAnAddressIsJudgedByItsName_data() {
    QTest::addColumn<QString>("server");
    QTest::addColumn<int>("family");
    QTest::addColumn<int>("threads");
    QTest::addColumn<QString>("transport");
    QTest::addColumn<QString>("way");
    for (const char* transport : {"udp", "tcp"}) {
        const auto row = [&](const char* text) -> QTestData& {
            return QTest::newRow(qPrintable(QStringLiteral("%1, %2").arg(
                QLatin1String(text), QLatin1String(transport).toString().toUpper())));
        };
        row("one after the other, IPv6") << kServerV4 << 6 << 1 << transport << "connect";
        row("one after the other, IPv4") << kServerV6 << 4 << 1 << transport << "connect";
        // Answers come while others are called.
        row("eight at a time, IPv6") << kServerV4 << 6 << 8 << transport << "connect";
        row("eight at a time, IPv4") << kServerV6 << 4 << 8 << transport << "connect";
    }
    // Calls that are datagrams: of a socket each, which is connected, or of one for all.
    for (const char* way : {"send", "sendto"}) {
        const auto row = [&](const char* text) -> QTestData& {
            return QTest::newRow(qPrintable(
                QStringLiteral("datagrams, %1, %2").arg(QLatin1String(text), QLatin1String(way))));
        };
        row("one after the other, IPv4") << kServerV4 << 4 << 1 << "udp" << way;
        row("eight at a time, IPv6") << kServerV6 << 6 << 8 << "udp" << way;
    }
}

void ResolveTest::whoWasToldOfAnAddressIsJudgedByItsName() {
    QFETCH(QString, server);
    QFETCH(int, family);
    QFETCH(int, threads);
    QFETCH(QString, transport);
    QFETCH(QString, way);
    constexpr int count = 10'000;
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    api::Rule names = rule(0, Action::Allow, QStringLiteral("any"), SP_DNS_PORT);
    SUCCEEDS(bench.engine->addRule(names));
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Allow, QStringLiteral("*.good.test"))));
    SUCCEEDS(bench.engine->addRule(rule(0, Action::Block, QStringLiteral(".evil.test"))));
    SUCCEEDS(bench.engine->setMode(api::Mode::LockDown));
    CLIENT(client);
    const auto callsSentAgain = [] {
        return kernelCounter(QStringLiteral("netstat"), "TcpExt", "TCPSynRetrans");
    };
    const quint64 sentAgain = callsSentAgain();
    const QString reply = said(*client, QStringLiteral("visit %1 %2 %3 %4 %5 %6 %7")
                                            .arg(server)
                                            .arg(family)
                                            .arg(next_)
                                            .arg(count)
                                            .arg(threads)
                                            .arg(transport, way));
    next_ += count;
    const Visit visit = Visit::of(reply);
    qInfo(
        "%d calls: median %.2f ms, 99 of 100 within %.2f ms, 999 of 1000 within %.2f ms, the "
        "longest %.2f ms",
        count, visit.median, visit.of100, visit.of1000, visit.longest);
    QVERIFY2(visit.unanswered == 0, qPrintable(reply));
    QVERIFY2(visit.notReached == 0, qPrintable(reply));
    QVERIFY2(visit.reached == 0, qPrintable(reply));
    // Nobody waited for the kernel's own next try; but the machine may stand still for a while.
    QVERIFY2((callsSentAgain() - sentAgain) * 100 <= quint64(count), qPrintable(reply));
    QCOMPARE(bench.engine->questions().size(), 0);
}

QTEST_GUILESS_MAIN(ResolveTest)
#include "resolve_test.moc"
