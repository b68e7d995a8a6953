// Names that programs say in what no rule asks for: read as it goes by, and nothing waits for it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "bench_fixture.h"
#include "packets/greetings.h"
#include "packets/quic_packets.h"

using namespace sallyport;
using namespace sallyport::lab;
using namespace sallyport::packets;
using api::Action;

namespace {

// The hello of a QUIC client (RFC 9001 4.1.3) in so many datagrams.
QList<QByteArray> quic(const QByteArray& name, int datagrams) {
    const QByteArray hello = tls(name, 0, 1100 * (datagrams - 1)).sliced(5);  // without the record
    QList<QByteArray> all;
    const qsizetype part = hello.size() / datagrams + 1;
    for (int i = 0; i < datagrams; ++i) {
        packets::QuicPacket packet;
        packet.connection = QByteArray::fromHex("8394c8f03e515708");
        packet.number = quint64(i);
        packet.frames = packets::cryptoFrame(quint64(i * part), hello.mid(i * part, part));
        all.append(packets::sealed(packet));
    }
    return all;
}

}  // namespace

class HeardNameTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void whatGoesByIsRead_data();
    void whatGoesByIsRead();
    void quicIsRead_data();
    void quicIsRead();
    void theHistoryHasTheNameAlsoWhenNobodyWatched();
    void aLaterRuleByNameFits_data();
    void aLaterRuleByNameFits();
    void theMiddleOfAConnectionIsNotItsBeginning();
    void theNextHelperKnowsTheName_data();
    void theNextHelperKnowsTheName();
    void quicIsHeldForItsNameWhereARuleAsks_data();
    void quicIsHeldForItsNameWhereARuleAsks();

  private:
    void begin() override;
    void add(const api::Rule& rule) { QVERIFY(bench_->engine->addRule(rule)); }
    std::optional<api::Connection> connection(quint16 port = kEcho) const;
    std::unique_ptr<Peer> datagrams();

    std::optional<api::Connection> kept_;  // in the history
};

void HeardNameTest::begin() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    // Of another program.
    api::Rule others = rule(0, Action::Block, QStringLiteral(".evil.test"));
    others.app = {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/another"), {}};
    add(others);
}

std::optional<api::Connection> HeardNameTest::connection(quint16 port) const {
    for (const api::Connection& connection : bench_->engine->connections())
        if (connection.remotePort == port)
            return connection;
    return std::nullopt;
}

std::unique_ptr<Peer> HeardNameTest::datagrams() {
    auto client = lab_->client();
    const bool open = client && isOk(said(*client, QStringLiteral("open udp ") + kServerV4)) &&
                      isOk(said(*client, QStringLiteral("connect %1 443").arg(kServerV4)));
    return open ? std::move(client) : nullptr;
}

void HeardNameTest::whatGoesByIsRead_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    QTest::addColumn<api::NameSource>("source");
    const QString name = QStringLiteral("www.some.test");
    QTest::newRow("TLS") << tls("www.some.test") << name << api::NameSource::ServerName;
    QTest::newRow("TLS, as long as with a key of today")
        << tls("www.some.test", 1600) << name << api::NameSource::ServerName;
    QTest::newRow("TLS, longer than is copied")
        << tls("www.some.test", 0, 15000) << name << api::NameSource::ServerName;
    QTest::newRow("HTTP") << http("www.some.test:80") << name << api::NameSource::HttpHost;
    QTest::newRow("HTTP with a long body")
        << http("www.some.test", 30000) << name << api::NameSource::HttpHost;
    QTest::newRow("the shortest request") << QByteArray("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
                                          << QStringLiteral("a") << api::NameSource::HttpHost;
    QTest::newRow("neither") << QByteArray("SSH-2.0-something that is longer than a greeting\r\n")
                             << QString() << api::NameSource::None;
}

void HeardNameTest::whatGoesByIsRead() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    QFETCH(api::NameSource, source);
    bench_->engine->setWatched(true);
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isOk(written(*client, bytes)));
    QCOMPARE(said(*client, QStringLiteral("receive %1").arg(bytes.size())),
             QStringLiteral("ok %1").arg(bytes.size()));
    const auto listed = connection();
    QVERIFY(listed);
    QCOMPARE(listed->name, name);
    QCOMPARE(listed->state, api::ConnectionState::Undecided);
    QCOMPARE(listed->heldMs, 0);
    const auto why = bench_->engine->explain(listed->id);
    QVERIFY(why);
    QCOMPARE(why->names.size(), name.isEmpty() ? 0 : 1);
    if (!name.isEmpty())
        QCOMPARE(why->names.constFirst().source, source);
}

void HeardNameTest::quicIsRead_data() {
    QTest::addColumn<int>("count");
    QTest::newRow("in one datagram") << 1;
    QTest::newRow("in two") << 2;
    QTest::newRow("in three") << 3;
}

void HeardNameTest::quicIsRead() {
    QFETCH(int, count);
    bench_->engine->setWatched(true);
    const auto client = datagrams();
    QVERIFY(client);
    for (const QByteArray& datagram : quic("www.some.test", count))
        QVERIFY(isOk(written(*client, datagram)));
    QTRY_VERIFY(connection(kHttps));
    QTRY_COMPARE(connection(kHttps)->name, QStringLiteral("www.some.test"));
    QCOMPARE(connection(kHttps)->heldMs, 0);
}

void HeardNameTest::theHistoryHasTheNameAlsoWhenNobodyWatched() {
    auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isOk(written(*client, tls("www.some.test"))));
    QVERIFY(isOk(said(*client, QStringLiteral("receive 10"))));
    client.reset();
    const auto look = [this] {
        bench_->engine->history({}, this, [this](const api::Result<api::HistoryPage>& page) {
            for (const api::Connection& connection : page->connections)
                if (connection.remotePort == kEcho)
                    kept_ = connection;
        });
        return kept_.has_value();
    };
    QTRY_VERIFY_WITH_TIMEOUT(look(), 60'000);
    QCOMPARE(kept_->name, QStringLiteral("www.some.test"));
}

void HeardNameTest::aLaterRuleByNameFits_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<bool>("ends");
    QTest::newRow("of this name") << QStringLiteral(".evil.test") << true;
    QTest::newRow("of another") << QStringLiteral(".good.test") << false;
}

// It said the name before there was a rule about it, and says it once.
void HeardNameTest::aLaterRuleByNameFits() {
    QFETCH(QString, pattern);
    QFETCH(bool, ends);
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isOk(written(*client, tls("ads.evil.test"))));
    QVERIFY(isOk(said(*client, QStringLiteral("receive 10"))));
    add(rule(0, Action::Block, pattern));
    (void)said(*client, QStringLiteral("send 5000"));
    const QString end = said(*client, QStringLiteral("receive 5000"));
    QVERIFY2(isOk(end) != ends, qPrintable(end));
    QVERIFY(connection());
    QCOMPARE(connection()->state,
             ends ? api::ConnectionState::Blocked : api::ConnectionState::Undecided);
}

// One that the firewall came to later, or that a rule asked about.
void HeardNameTest::theMiddleOfAConnectionIsNotItsBeginning() {
    bench_->engine->setWatched(true);
    const auto client = connected(*lab_);
    QVERIFY(client);
    const QByteArray first(200, '\xff');
    QVERIFY(isOk(written(*client, first)));
    QVERIFY(isOk(said(*client, QStringLiteral("receive 200"))));
    const QByteArray second = tls("www.some.test");
    QVERIFY(isOk(written(*client, second)));
    QVERIFY(isOk(said(*client, QStringLiteral("receive %1").arg(second.size()))));
    QVERIFY(connection());
    QCOMPARE(connection()->name, QString());
}

void HeardNameTest::theNextHelperKnowsTheName_data() {
    QTest::addColumn<bool>("asked");
    QTest::addColumn<bool>("killed");
    QTest::newRow("that went by") << false << false;
    QTest::newRow("that a rule asked for") << true << false;
    QTest::newRow("that went by, after one that was killed") << false << true;
    QTest::newRow("that a rule asked for, after one that was killed") << true << true;
}

// A program says it once, and its connections outlive helpers.
void HeardNameTest::theNextHelperKnowsTheName() {
    QFETCH(bool, asked);
    QFETCH(bool, killed);
    if (asked) {
        SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
        add(rule(0, Action::Allow, QStringLiteral(".some.test")));
    }
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isOk(written(*client, tls("www.some.test"))));
    QVERIFY(isOk(said(*client, QStringLiteral("receive 10"))));
    if (killed) {
        bench_->engine->setWatched(true);  // else it stays in the ring, and the next one reads it
        QTRY_VERIFY_WITH_TIMEOUT(bench_->hasWritten("names-said", QStringLiteral("www.some.test")),
                                 kPatience);
        bench_->kill();
    } else {
        bench_->end();
    }
    SUCCEEDS(bench_->start(lab_->cgroup()));
    bench_->engine->setWatched(true);
    QVERIFY(isOk(said(*client, QStringLiteral("send 5000"))));
    QCOMPARE(said(*client, QStringLiteral("receive 5000")), QStringLiteral("ok 5000"));
    QVERIFY(connection());
    QCOMPARE(connection()->name, QStringLiteral("www.some.test"));
    QCOMPARE(connection()->state,
             asked ? api::ConnectionState::Allowed : api::ConnectionState::Undecided);
    add(rule(0, Action::Block, QStringLiteral("www.some.test")));
    (void)said(*client, QStringLiteral("send 5000"));
    const QString end = said(*client, QStringLiteral("receive 5000"));
    QVERIFY2(!isOk(end), qPrintable(end));
}

void HeardNameTest::quicIsHeldForItsNameWhereARuleAsks_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("passes");
    QTest::newRow("allowed, in one datagram") << QByteArray("www.good.test") << 1 << true;
    QTest::newRow("allowed, in two") << QByteArray("www.good.test") << 2 << true;
    QTest::newRow("blocked, in one datagram") << QByteArray("ads.evil.test") << 1 << false;
    QTest::newRow("blocked, in two") << QByteArray("ads.evil.test") << 2 << false;
}

void HeardNameTest::quicIsHeldForItsNameWhereARuleAsks() {
    QFETCH(QByteArray, name);
    QFETCH(int, count);
    QFETCH(bool, passes);
    add(rule(0, Action::Block, QStringLiteral(".evil.test")));
    const auto client = datagrams();
    QVERIFY(client);
    lab_->forgetArrivals();
    const QList<QByteArray> datagrams = quic(name, count);
    for (const QByteArray& datagram : datagrams)
        (void)written(*client, datagram);
    QTRY_VERIFY(connection(kHttps));
    QTRY_COMPARE(connection(kHttps)->state,
                 passes ? api::ConnectionState::Undecided : api::ConnectionState::Blocked);
    QCOMPARE(connection(kHttps)->name, QString::fromLatin1(name));
    if (passes)
        QTRY_COMPARE(lab_->arrivals().size(), count);
    else
        QTest::qWait(300);
    QCOMPARE(lab_->arrivals().size(), passes ? count : 0);
}

QTEST_GUILESS_MAIN(HeardNameTest)
#include "heard_name_test.moc"
