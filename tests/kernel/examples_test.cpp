// The files of resources/examples, between network namespaces that have their addresses.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <net/if.h>
#include <netinet/in.h>

#include "api/rule_file.h"
#include "bench.h"
#include "lab_fixture.h"
#include "packets/greetings.h"

using namespace sallyport;
using namespace sallyport::lab;

namespace {

const QString kReporter = QStringLiteral("/usr/local/bin/reporter");
const QString kResolved = QStringLiteral("/usr/lib/systemd/systemd-resolved");
const QString kHere = QStringLiteral("192.168.1.1");
const QString kServer = QStringLiteral("10.0.0.1");
constexpr quint16 kHttp = 80, kDnsOverTls = 853;
// Bytes that a connection takes which begins and ends.
constexpr quint64 kNoData = 600;

}  // namespace

class ExamplesTest : public LabFixture {
    Q_OBJECT
  private slots:
    void cleanup() { bench_.reset(); }
    void onlyHttpBetweenTwoHosts();
    void addresses();
    void addressesThatComeIn_data();
    void addressesThatComeIn();
    void speed();
    void speedUp();
    void names();
    void namesInTls();
    void namesByDns();
    void httpRequests();
    void vpnOnly();
    void ownEncryptedDns();

  private:
    void furnish() override;
    // Rules for the test's client in the place of the example's program, which is `of`.
    void use(const QString& file, const QString& of = kReporter, api::Mode mode = api::Mode::Learn);
    // "ok 0", or the error of connect(), from this address of the client's; empty: any.
    QString connects(const QString& to, quint16 port, const QString& from = {});
    // The same for a request that says this host, until its echo is there.
    QString asks(const QByteArray& host, const QByteArray& what = "GET /status");
    // The same for these bytes.
    QString writes(const QByteArray& bytes, quint16 port = kHttp);
    QString sendsDatagram(const QString& to, quint16 port);

    std::unique_ptr<Bench> bench_;
    QString program_;
};

void ExamplesTest::furnish() {
    // The tunnel is a second cable; the other ends all answer on the first.
    for (const char* command :
         {"addr add 192.168.1.1/24 dev cable0", "route add 10.0.0.0/24 dev cable0 src 192.168.1.1",
          "addr add 192.168.2.1/24 dev cable0", "link add wg0 type veth peer name wg1",
          "addr add 10.8.0.1/24 dev wg0", "link set wg1 up", "link set wg0 up",
          "neigh replace 10.8.0.2 lladdr 02:00:00:00:00:08 dev wg0",
          "route add 10.78.0.0/16 via 10.77.0.2"})
        QCOMPARE(QProcess::execute(QStringLiteral("ip"), QString::fromLatin1(command).split(u' ')),
                 0);
    for (const char* command :
         {"run ip addr add 10.0.0.1/24 dev cable1", "run ip addr add 10.0.0.66/24 dev cable1",
          "run ip route add 192.168.0.0/16 dev cable1",
          "run ip route add local 10.78.0.0/16 dev lo"})
        QCOMPARE(lab_->server().ask(QString::fromLatin1(command)), QStringLiteral("ran 0"));
    QCOMPARE(lab_->server().ask(QStringLiteral("names")), QStringLiteral("serving"));
    for (const quint16 port : {kHttp, kDnsOverTls})
        QCOMPARE(lab_->server().ask(QStringLiteral("echo %1").arg(port)),
                 QStringLiteral("serving"));
    program_ = lab_->copyOfPeer(QStringLiteral("reporter"));
    QVERIFY(!program_.isEmpty());
}

void ExamplesTest::use(const QString& file, const QString& of, api::Mode mode) {
    QFile json(QStringLiteral(EXAMPLES "/") + file);
    QVERIFY2(json.open(QIODevice::ReadOnly), qPrintable(json.fileName()));
    QByteArray text = json.readAll();
    text.replace(of.toUtf8(), program_.toUtf8());
    bench_ = std::make_unique<Bench>();
    SUCCEEDS(bench_->start(lab_->cgroup()));
    SUCCEEDS(bench_->engine->setMode(mode));
    const auto imported = bench_->engine->importRules(text, false);
    QVERIFY2(imported, imported ? "" : qPrintable(imported.error().text));
}

QString ExamplesTest::connects(const QString& to, quint16 port, const QString& from) {
    const auto client = lab_->client(program_);
    if (!client)
        return QStringLiteral("no client");
    said(*client, QStringLiteral("open tcp %1 3000").arg(to));
    if (!from.isEmpty())
        said(*client, QStringLiteral("bind ") + from);
    return said(*client, QStringLiteral("connect %1 %2").arg(to).arg(port));
}

QString ExamplesTest::asks(const QByteArray& host, const QByteArray& what) {
    return writes(what + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
}

QString ExamplesTest::writes(const QByteArray& bytes, quint16 port) {
    const auto client = lab_->client(program_);
    if (!client)
        return QStringLiteral("no client");
    said(*client, QStringLiteral("open tcp %1 3000").arg(kServer));
    said(*client, QStringLiteral("connect %1 %2").arg(kServer).arg(port));
    said(*client, QStringLiteral("write ") + QString::fromLatin1(bytes.toHex()));
    return said(*client, QStringLiteral("receive %1").arg(bytes.size())).section(u' ', 0, 0);
}

QString ExamplesTest::sendsDatagram(const QString& to, quint16 port) {
    const auto client = lab_->client(program_);
    if (!client)
        return QStringLiteral("no client");
    said(*client, QStringLiteral("open udp ") + to);
    return said(*client, QStringLiteral("sendto %1 %2 8 1").arg(to).arg(port));
}

void ExamplesTest::onlyHttpBetweenTwoHosts() {
    use(QStringLiteral("only-http-between-two-hosts.json"));
    QCOMPARE(asks("10.0.0.1", "GET /"), QStringLiteral("ok"));
    QCOMPARE(asks("www.example.org", "POST /any/where"), QStringLiteral("ok"));
    const QByteArray noHttp = "SSH-2.0-reporter\r\n" + QByteArray(1000, 'x');
    const quint64 before = lab_->wire().sent;
    QCOMPARE(writes(noHttp), QStringLiteral("error"));
    QVERIFY(lab_->wire().sent - before < kNoData);
    QCOMPARE(connects(kServer, kEcho), error(EPERM));
    QCOMPARE(sendsDatagram(kServer, kHttp), error(EPERM));
    QCOMPARE(connects(QStringLiteral("10.0.0.66"), kHttp), error(EPERM));
    QVERIFY(connects(kServer, kHttp, QStringLiteral("192.168.2.1")) != QLatin1String("ok 0"));
}

void ExamplesTest::addresses() {
    use(QStringLiteral("addresses.json"));
    QCOMPARE(connects(kServer, kEcho, kHere), QStringLiteral("ok 0"));
    QVERIFY(connects(QStringLiteral("10.0.0.66"), kEcho, kHere) != QLatin1String("ok 0"));
    QVERIFY(connects(kServer, kEcho, QStringLiteral("192.168.2.1")) != QLatin1String("ok 0"));
    QCOMPARE(connects(QStringLiteral("10.77.0.2"), kEcho), error(EPERM));
    QCOMPARE(connects(kServerV6, kEcho), QStringLiteral("ok 0"));  // nothing is said of it
}

void ExamplesTest::addressesThatComeIn_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<quint16>("port");
    QTest::addColumn<QString>("called");
    const QString nobody = QStringLiteral("called ") + error(EINPROGRESS);
    QTest::newRow("as the rule says") << kServer << quint16{22} << "called ok 0";
    QTest::newRow("another host") << "10.0.0.66" << quint16{22} << nobody;
    QTest::newRow("another port") << kServer << quint16{23} << nobody;
}

// Where what no rule allows is blocked.
void ExamplesTest::addressesThatComeIn() {
    QFETCH(QString, from);
    QFETCH(quint16, port);
    QFETCH(QString, called);
    use(QStringLiteral("addresses.json"), kReporter, api::Mode::LockDown);
    const auto client = lab_->client(program_);
    QVERIFY(client);
    QVERIFY(isOk(said(*client, QStringLiteral("listen tcp %1").arg(port))));
    lab_->forgetArrivals();
    lab_->server().tell(QStringLiteral("call %1 %2 %3").arg(kHere).arg(port).arg(from));
    QTRY_VERIFY_WITH_TIMEOUT(!lab_->arrivals().isEmpty(), kPatience);
    QCOMPARE(lab_->arrivals().constFirst(), called);
}

void ExamplesTest::speed() {
    use(QStringLiteral("speed.json"));
    const auto client = lab_->client(program_);
    QVERIFY(client);
    said(*client, QStringLiteral("open tcp ") + kServer);
    QVERIFY(isOk(said(*client, QStringLiteral("connect %1 %2").arg(kServer).arg(kPour))));
    const QString pulled = said(*client, QStringLiteral("pull 2000"));
    QVERIFY(isOk(pulled));
    const double rate = pulled.section(u' ', 1, 1).toDouble() / 2;
    QVERIFY2(rate > 400'000 && rate < 2'200'000, qPrintable(pulled));
}

void ExamplesTest::speedUp() {
    use(QStringLiteral("speed.json"));
    const auto client = lab_->client(program_);
    QVERIFY(client);
    said(*client, QStringLiteral("open tcp ") + kServer);
    QVERIFY(isOk(said(*client, QStringLiteral("connect %1 %2").arg(kServer).arg(kSwallow))));
    constexpr int spanMs = 3000;
    const quint64 before = lab_->wire().sent;
    QVERIFY(isOk(said(*client, QStringLiteral("push %1").arg(spanMs))));
    const quint64 rate = (lab_->wire().sent - before) * 1000 / spanMs;
    QVERIFY2(rate > 250'000 && rate < 650'000, qPrintable(QString::number(rate)));
}

void ExamplesTest::names() {
    use(QStringLiteral("names.json"));
    QCOMPARE(asks("www.example.org"), QStringLiteral("ok"));
    QCOMPARE(asks("example.org"), QStringLiteral("ok"));
    QCOMPARE(asks("tracker.example.org"), QStringLiteral("error"));
    QCOMPARE(asks("elsewhere.example"), QStringLiteral("error"));
}

void ExamplesTest::namesInTls() {
    use(QStringLiteral("names.json"));
    QCOMPARE(writes(packets::tls("www.example.org")), QStringLiteral("ok"));
    QCOMPARE(writes(packets::tls("tracker.example.org")), QStringLiteral("error"));
    QCOMPARE(writes(packets::tls("elsewhere.example")), QStringLiteral("error"));
}

// The program asks for the names itself, and what it sends says none.
void ExamplesTest::namesByDns() {
    use(QStringLiteral("names.json"));
    const auto client = lab_->client(program_);
    QVERIFY(client);
    const auto connects = [&](const QString& name) {
        const QString told = said(*client, QStringLiteral("resolve %1 4 %2").arg(kServerV4, name));
        if (!isOk(told))
            return told;
        const QString at = told.section(u' ', 1, 1);
        said(*client, QStringLiteral("open tcp %1 3000").arg(at));
        return said(*client, QStringLiteral("connect %1 %2").arg(at).arg(kHttp));
    };
    QCOMPARE(connects(QStringLiteral("n2.example.org")), QStringLiteral("ok 0"));
    said(*client, QStringLiteral("write ") + QString::fromLatin1(QByteArray("anything").toHex()));
    QCOMPARE(said(*client, QStringLiteral("receive 8")), QStringLiteral("ok 8"));
    QCOMPARE(connects(QStringLiteral("tracker.example.org")), error(EPERM));
    QCOMPARE(connects(QStringLiteral("n5.elsewhere.example")), error(EPERM));
    QVERIFY(isOk(connects(QStringLiteral("n7.example.org"))));
}

void ExamplesTest::httpRequests() {
    use(QStringLiteral("http-requests.json"));
    const QString ok = QStringLiteral("ok"), stopped = QStringLiteral("error");
    QCOMPARE(asks("status.example.org", "GET /status/disk?full"), ok);
    QCOMPARE(asks("status.example.org", "POST /status"), stopped);
    QCOMPARE(asks("status.example.org", "GET /admin"), stopped);
    QCOMPARE(asks("status.example.org", "GET /status/../admin"), stopped);
    QCOMPARE(asks("www.example.net", "POST /"), stopped);
    QCOMPARE(asks("www.example.net", "GET /"), ok);
    QCOMPARE(asks("www.example.com", "POST /"), ok);  // nothing is said of it
}

void ExamplesTest::vpnOnly() {
    use(QStringLiteral("vpn-only.json"));
    QVERIFY(connects(kServer, kHttp) != QLatin1String("ok 0"));
    QVERIFY(connects(QStringLiteral("10.77.0.2"), kEcho) != QLatin1String("ok 0"));
    // Nobody is at the other end of this tunnel; what counts is that it is let out.
    QCOMPARE(connects(QStringLiteral("10.8.0.2"), kEcho), error(EINPROGRESS));
}

void ExamplesTest::ownEncryptedDns() {
    use(QStringLiteral("own-encrypted-dns.json"));
    // It begins, for the want of a name that another rule is about.
    const QByteArray question(1000, 'x');
    const quint64 before = lab_->wire().sent;
    QCOMPARE(writes(question, kDnsOverTls), QStringLiteral("error"));
    QVERIFY(lab_->wire().sent - before < kNoData);
    QVERIFY(!isOk(sendsDatagram(kServer, kDnsOverTls)));
    QCOMPARE(asks("dns.google"), QStringLiteral("error"));
    QCOMPARE(asks("www.example.org"), QStringLiteral("ok"));
    QCOMPARE(connects(kServer, kEcho), QStringLiteral("ok 0"));
    bench_.reset();
    use(QStringLiteral("own-encrypted-dns.json"), kResolved);
    QCOMPARE(writes(question, kDnsOverTls), QStringLiteral("ok"));
}

QTEST_GUILESS_MAIN(ExamplesTest)
#include "examples_test.moc"
