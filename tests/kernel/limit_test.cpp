// How fast a program gets on whose rule limits the speed, measured between network namespaces.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "lab.h"
#include "steps.h"
#include "support/skip.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

namespace {

constexpr quint64 kRate = 1'000'000;  // bytes a second
constexpr int kSpanMs = 3000;
// TCP hands over 64 kB at once: of a slow rate that must be a small part.
constexpr int kLongSpanMs = 15'000;

struct Share {
    double least, most;  // of the limit
};

// A busy machine may well be slower than the limit, never faster. To be asked for: what is
// promised.
Share promised() {
    return !qEnvironmentVariableIsEmpty("SALLYPORT_LONG") ? Share{0.9, 1.1} : Share{0.4, 1.1};
}

}  // namespace

class LimitTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase() { lab_.reset(); }
    void theSpeedIsTheLimit_data();
    void theSpeedIsTheLimit();
    void aProgramWithoutALimitIsNotSlower();
    void aLimitThatIsTakenAwayHoldsNoLonger();
    void aBlockedProgramStaysBlocked();

  private:
    using Clients = std::vector<std::unique_ptr<Peer>>;
    bool connect(Clients& clients, int count, const QString& kind, quint16 port);
    // Bytes a second; negative: a client failed.
    double down(const Clients& clients, int spanMs = kSpanMs) const;
    double up(const Clients& clients, int spanMs = kSpanMs) const;

    std::unique_ptr<Lab> lab_;
};

void LimitTest::initTestCase() {
    if (const char* reason = missing())
        SKIP_ALL(reason);
    lab_ = std::make_unique<Lab>();
    const auto built = lab_->build();
    QVERIFY2(built, built ? "" : qPrintable(built.error().text));
}

bool LimitTest::connect(Clients& clients, int count, const QString& kind, quint16 port) {
    for (int i = 0; i < count; ++i) {
        clients.push_back(lab_->client());
        Peer* client = clients.back().get();
        if (!client || !isOk(client->ask(QStringLiteral("open %1 %2").arg(kind, kServerV4))) ||
            !isOk(client->ask(QStringLiteral("connect %1 %2").arg(kServerV4).arg(port))))
            return false;
    }
    return true;
}

double LimitTest::down(const Clients& clients, int spanMs) const {
    for (const auto& client : clients) {
        client->ask(QStringLiteral("send 1"));  // the first datagram asks for the others
        client->tell(QStringLiteral("pull %1").arg(spanMs));
    }
    double bytes = 0;
    for (const auto& client : clients) {
        const QStringList words = client->reply().split(u' ');
        if (words.value(0) != QLatin1String("ok"))
            return -1;
        bytes += words.value(1).toDouble();
    }
    return bytes * 1000 / spanMs;
}

double LimitTest::up(const Clients& clients, int spanMs) const {
    for (const auto& client : clients)
        client->tell(QStringLiteral("push %1").arg(spanMs + 1500));
    QTest::qWait(1000);
    QElapsedTimer clock;
    clock.start();
    const quint64 before = lab_->wire().sent;
    QTest::qWait(spanMs);
    const double bytes = double(lab_->wire().sent - before);
    const double ms = double(clock.elapsed());
    double sum = 0, least = -1;
    int silence = 0;
    for (const auto& client : clients) {
        const QStringList words = client->reply().split(u' ');
        if (words.value(0) != QLatin1String("ok"))
            return -1;
        const double its = words.value(1).toDouble();
        sum += its;
        least = least < 0 ? its : std::min(least, its);
        silence = std::max(silence, words.value(2).toInt());
    }
    if (sum > 0)  // TCP
        qInfo().noquote() << QStringLiteral("the least flow got %1 % of its part, none for %2 ms")
                                 .arg(least * double(clients.size()) * 100 / sum, 0, 'f', 0)
                                 .arg(silence);
    return bytes * 1000 / ms;
}

void LimitTest::theSpeedIsTheLimit_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<bool>("isUp");
    QTest::addColumn<int>("flows");
    QTest::addColumn<quint64>("rate");
    const auto rates = !qEnvironmentVariableIsEmpty("SALLYPORT_LONG")
                           ? std::vector<quint64>{kRate / 10, kRate, kRate * 10}
                           : std::vector<quint64>{kRate};
    for (const quint64 rate : rates)
        for (const char* kind : {"tcp", "udp"})
            for (const bool isUp : {true, false})
                for (const int flows : {1, 8})
                    QTest::addRow("%s %s %d, %d kB/s", kind, isUp ? "up" : "down", flows,
                                  int(rate / 1000))
                        << QString::fromLatin1(kind) << isUp << flows << rate;
}

void LimitTest::theSpeedIsTheLimit() {
    QFETCH(QString, kind);
    QFETCH(bool, isUp);
    QFETCH(int, flows);
    QFETCH(quint64, rate);
    ATTACH();
    api::Rule limited = rule(3, Action::Allow);
    (isUp ? limited.limit.up : limited.limit.down) = rate;
    ENFORCE({limited}, api::Mode::LockDown);
    Clients clients;
    QVERIFY(connect(clients, flows, kind, isUp ? kSwallow : kPour));
    // Of several connections some wait long; none may be given up for that.
    const auto givenUp = [] {
        return kernelCounter(QStringLiteral("netstat"), "TcpExt", "TCPAbortOnTimeout");
    };
    const quint64 before = givenUp();
    const int span = rate < kRate && kind == QLatin1String("tcp") ? kLongSpanMs : kSpanMs;
    const double share = (isUp ? up(clients, span) : down(clients, span)) / double(rate);
    qInfo().noquote() << QStringLiteral("%1 % of the limit").arg(share * 100, 0, 'f', 1);
    QVERIFY2(share >= promised().least && share <= promised().most,
             qPrintable(QString::number(share)));
    QCOMPARE(givenUp(), before);
    QVERIFY(lab_->flow(isUp ? kSwallow : kPour));
    QCOMPARE(lab_->flow(isUp ? kSwallow : kPour)->decision.rule, 3u);
}

void LimitTest::aProgramWithoutALimitIsNotSlower() {
    ATTACH();
    api::Rule limited = rule(3, Action::Allow);
    limited.app = {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/another"), {}};
    limited.limit = {api::kLeastRate, api::kLeastRate};
    ENFORCE({limited, rule(4, Action::Allow)}, api::Mode::LockDown);
    Clients clients;
    QVERIFY(connect(clients, 1, QStringLiteral("tcp"), kPour));
    QVERIFY(down(clients) > 10 * double(kRate));
}

void LimitTest::aLimitThatIsTakenAwayHoldsNoLonger() {
    ATTACH();
    api::Rule limited = rule(3, Action::Allow);
    limited.limit.down = kRate;
    ENFORCE({limited}, api::Mode::LockDown);
    Clients clients;
    QVERIFY(connect(clients, 1, QStringLiteral("tcp"), kPour));
    const double slow = down(clients);
    limited.limit = {};
    ENFORCE({limited}, api::Mode::LockDown);
    QVERIFY(slow > 0 && slow < 1.1 * double(kRate));
    QVERIFY(down(clients) > 10 * double(kRate));
}

void LimitTest::aBlockedProgramStaysBlocked() {
    ATTACH();
    api::Rule limited = rule(3, Action::Allow, QStringLiteral("any"), kSwallow);
    limited.limit.up = kRate;
    ENFORCE({limited}, api::Mode::LockDown);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)), error(EPERM));
}

QTEST_GUILESS_MAIN(LimitTest)
#include "limit_test.moc"
