// Names that nobody told a program but that it says itself: the connection begins, its first data
// waits until the name is read in it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "bench_fixture.h"
#include "fake_resolved/fake_resolved.h"
#include "packets/greetings.h"

using namespace sallyport;
using namespace sallyport::lab;
using namespace sallyport::packets;
using api::Action;

namespace {

// Bytes of a reset, and of an acknowledgement that was late; one byte of data takes 53.
constexpr quint64 kReset = 40 + 52;
const QByteArray kGreeting = "SSH-2.0-something\r\n";

// What systemd-resolved says when it told somebody that the server has this name: with the record
// as DNS has it (RFC 1035 3.2.1), good for five minutes.
QByteArray toldSomebody(const QByteArray& name) {
    QByteArray record;
    for (const QByteArray& label : name.split('.'))
        record += char(label.size()) + label;
    const sp_addr server = policy::toKernel(*api::Address::parse(kServerV4));
    record += QByteArray::fromHex(
                  "000001"
                  "0001"
                  "0000012c"
                  "0004") +
              QByteArray(reinterpret_cast<const char*>(server.bytes + 12), 4);
    const QByteArray key = R"({"class":1,"type":1,"name":")" + name + R"("})";
    return R"({"parameters":{"state":"success","question":[)" + key +
           R"(],"answer":[{"rr":{"key":)" + key + R"(},"raw":")" + record.toBase64() +
           R"("}]},"continues":true})";
}

}  // namespace

class SaidNameTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void whatIsAllowedByNameGoesOnWhole_data();
    void whatIsAllowedByNameGoesOnWhole();
    void nothingOfWhatIsBlockedByNameLeaves_data();
    void nothingOfWhatIsBlockedByNameLeaves();
    void whatCannotBeReadMayBeWhatIsBlocked_data();
    void whatCannotBeReadMayBeWhatIsBlocked();
    void withoutANameOtherRulesDecide();
    void whatIsBlockedWhateverItSaysDoesNotBegin_data();
    void whatIsBlockedWhateverItSaysDoesNotBegin();
    void theQuestionTellsTheNameAndWaitsWithTheData();
    void whatSomebodyWasToldStopsButDoesNotLetGo_data();
    void whatSomebodyWasToldStopsButDoesNotLetGo();
    void aRuleThatGoesCutsWhatItAllowed();
    void readingTheNameIsQuick();

  private:
    void begin() override;
    void add(const api::Rule& rule) { QVERIFY(bench_->engine->addRule(rule)); }
    std::optional<api::Connection> connection() const;
};

void SaidNameTest::begin() {
    bench_->engine->setWatched(true);
}

std::optional<api::Connection> SaidNameTest::connection() const {
    for (const api::Connection& connection : bench_->engine->connections())
        if (connection.remotePort == kEcho)
            return connection;
    return std::nullopt;
}

void SaidNameTest::whatIsAllowedByNameGoesOnWhole_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("TLS") << tls("www.good.test");
    QTest::newRow("TLS, as long as with a key of today") << tls("www.good.test", 1600);
    QTest::newRow("HTTP") << http("www.good.test:80");
    QTest::newRow("HTTP with a long body") << http("www.good.test", 30000);
    // More than TCP sends at once (net/ipv4/tcp_output.c, tcp_cwnd_test()).
    QTest::newRow("TLS in two segments") << tls("www.good.test", 0, 7500);
    QTest::newRow("TLS as long as a record") << tls("www.good.test", 0, 15000);
    QTest::newRow("HTTP with a long cookie") << http("www.good.test", 0, 8000);
    QTest::newRow("HTTP with a long cookie and a long body") << http("www.good.test", 30000, 8000);
}

void SaidNameTest::whatIsAllowedByNameGoesOnWhole() {
    QFETCH(QByteArray, bytes);
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    add(rule(0, Action::Allow, QStringLiteral(".good.test"), kEcho, IPPROTO_TCP));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QCOMPARE(written(*client, bytes), QStringLiteral("ok %1").arg(bytes.size()));
    QCOMPARE(said(*client, QStringLiteral("receive %1").arg(bytes.size())),
             QStringLiteral("ok %1").arg(bytes.size()));
    QCOMPARE(said(*client, QStringLiteral("send 200000")), QStringLiteral("ok 200000"));
    QCOMPARE(said(*client, QStringLiteral("receive 200000")), QStringLiteral("ok 200000"));
    const auto listed = connection();
    QVERIFY(listed);
    QCOMPARE(listed->name, QStringLiteral("www.good.test"));
    QCOMPARE(listed->state, api::ConnectionState::Allowed);
    QVERIFY(listed->rule != 0);
}

void SaidNameTest::nothingOfWhatIsBlockedByNameLeaves_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("TLS") << tls("ads.evil.test", 1600);
    QTest::newRow("HTTP") << http("ads.evil.test", 30000);
    QTest::newRow("TLS in two segments") << tls("ads.evil.test", 0, 7500);
    QTest::newRow("HTTP with a long cookie") << http("ads.evil.test", 0, 8000);
}

void SaidNameTest::nothingOfWhatIsBlockedByNameLeaves() {
    QFETCH(QByteArray, bytes);
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(rule(0, Action::Block, QStringLiteral(".evil.test")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    const quint64 before = lab_->wire().sent;
    (void)written(*client, bytes);
    QCOMPARE(said(*client, QStringLiteral("receive 1")), error(ECONNABORTED));
    QVERIFY2(lab_->wire().sent - before <= kReset,
             qPrintable(QString::number(lab_->wire().sent - before)));
    const auto listed = connection();
    QVERIFY(listed);
    QCOMPARE(listed->name, QStringLiteral("ads.evil.test"));
    QCOMPARE(listed->state, api::ConnectionState::Blocked);
}

void SaidNameTest::whatCannotBeReadMayBeWhatIsBlocked_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("stopped");
    QTest::newRow("TLS, the name behind what TCP sends at once")
        << tls("www.good.test", 20000) << true;
    QTest::newRow("TLS, never whole") << tls("www.good.test").left(60) << true;
    QTest::newRow("HTTP with two hosts")
        << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") << true;
    QTest::newRow("HTTP, one byte") << QByteArray("G") << true;
    QTest::newRow("HTTP/1.0 without a host") << QByteArray("GET / HTTP/1.0\r\n\r\n") << false;
    QTest::newRow("something else") << kGreeting << false;
}

// Where a rule blocks a name, and none that goes first allows it.
void SaidNameTest::whatCannotBeReadMayBeWhatIsBlocked() {
    QFETCH(QByteArray, bytes);
    QFETCH(bool, stopped);
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(rule(0, Action::Block, QStringLiteral(".evil.test")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    const quint64 before = lab_->wire().sent;
    (void)written(*client, bytes);
    const QString answered = said(*client, QStringLiteral("receive %1").arg(bytes.size()));
    if (!stopped) {
        QCOMPARE(answered, QStringLiteral("ok %1").arg(bytes.size()));
        return;
    }
    const auto listed = connection();
    QVERIFY(listed);
    QCOMPARE(listed->name, QString());
    QCOMPARE(answered, error(ECONNABORTED));
    QVERIFY(lab_->wire().sent - before <= kReset);
    QCOMPARE(listed->state, api::ConnectionState::Blocked);
    QVERIFY(listed->rule != 0);
    const auto why = bench_->engine->explain(listed->id);
    QVERIFY(why);
    QCOMPARE(why->rule, listed->rule);
    QVERIFY2(why->steps.constFirst().why.contains(QStringLiteral("cannot be read")),
             qPrintable(why->steps.constFirst().why));
}

void SaidNameTest::withoutANameOtherRulesDecide() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    add(rule(0, Action::Block, QStringLiteral(".evil.test")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isOk(written(*client, kGreeting)));
    QVERIFY(isOk(said(*client, QStringLiteral("receive %1").arg(kGreeting.size()))));
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    add(rule(0, Action::Allow, QStringLiteral(".good.test")));
    const auto another = connected(*lab_);
    QVERIFY(another);  // it may say a name yet
    (void)written(*another, kGreeting);
    QCOMPARE(said(*another, QStringLiteral("receive 1")), error(ECONNABORTED));
}

void SaidNameTest::whatIsBlockedWhateverItSaysDoesNotBegin_data() {
    QTest::addColumn<api::Mode>("mode");
    QTest::addColumn<QString>("blocked");
    QTest::newRow("by the mode") << api::Mode::LockDown << QStringLiteral(".other.test");
    QTest::newRow("by a rule") << api::Mode::Learn << kServerV4;
}

// No SYN either: nothing hangs on the name.
void SaidNameTest::whatIsBlockedWhateverItSaysDoesNotBegin() {
    QFETCH(api::Mode, mode);
    QFETCH(QString, blocked);
    SUCCEEDS(bench_->engine->setMode(mode));
    api::Rule first = rule(0, Action::Block, QStringLiteral(".evil.test"));
    first.pinned = true;
    add(first);
    add(rule(0, Action::Block, blocked));
    lab_->forgetArrivals();
    const auto client = lab_->client();
    QVERIFY(client);
    const QString connect = QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho);
    QCOMPARE(said(*client, QStringLiteral("open tcp ") + kServerV4), QStringLiteral("ok"));
    QCOMPARE(said(*client, connect), error(EPERM));
    QCOMPARE(lab_->arrivals(), QStringList());
    first.remote = api::Remote::parse(QStringLiteral(".good.test")).value();
    first.action = Action::Allow;
    add(first);
    QVERIFY(connected(*lab_));
}

void SaidNameTest::theQuestionTellsTheNameAndWaitsWithTheData() {
    add(rule(0, Action::Block, QStringLiteral(".evil.test")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(bench_->engine->questions().isEmpty());
    const QByteArray bytes = tls("www.other.test", 900);
    QVERIFY(isOk(written(*client, bytes)));
    QTRY_COMPARE(bench_->engine->questions().size(), 1);
    const api::Question question = bench_->engine->questions().constFirst();
    QCOMPARE(question.names, QStringList(QStringLiteral("www.other.test")));
    QCOMPARE(question.nameSource, api::NameSource::ServerName);
    client->tell(QStringLiteral("receive %1").arg(bytes.size()));
    QTest::qWait(700);
    QVERIFY(!client->hasSpoken());
    api::Answer answer;
    answer.action = Action::Allow;
    answer.lifetime = api::Lifetime::Connection;
    SUCCEEDS(bench_->engine->answer(question.id, answer));
    QCOMPARE(client->reply(), QStringLiteral("ok %1").arg(bytes.size()));
}

void SaidNameTest::whatSomebodyWasToldStopsButDoesNotLetGo_data() {
    QTest::addColumn<QByteArray>("told");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("end");
    QTest::addColumn<QString>("name");
    const QString passes = QStringLiteral("ok"), stopped = error(ECONNABORTED);
    const QString evil = QStringLiteral("ads.evil.test"), good = QStringLiteral("www.good.test");
    QTest::newRow("allowed by name, says so")
        << QByteArray("www.good.test") << tls("www.good.test") << passes << good;
    QTest::newRow("allowed by name, says another")
        << QByteArray("www.good.test") << tls("www.other.test") << stopped
        << QStringLiteral("www.other.test");
    QTest::newRow("allowed by name, says one that is blocked")
        << QByteArray("www.good.test") << http("ads.evil.test") << stopped << evil;
    QTest::newRow("allowed by name, says none")
        << QByteArray("www.good.test") << kGreeting << passes << good;
    QTest::newRow("known by another, says one that is allowed")
        << QByteArray("www.other.test") << http("www.good.test") << passes << good;
    QTest::newRow("known by another, says none")
        << QByteArray("www.other.test") << kGreeting << stopped << QStringLiteral("www.other.test");
    QTest::newRow("blocked by name, whatever it would say")
        << QByteArray("ads.evil.test") << tls("www.good.test") << error(EPERM) << evil;
}

// Two hosts may have one address, and who resolves in another way than by the system's resolver may
// mean the other.
void SaidNameTest::whatSomebodyWasToldStopsButDoesNotLetGo() {
    QFETCH(QByteArray, told);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, end);
    QFETCH(QString, name);
    bench_->end();
    bench_->resolved = bench_->folder.filePath(QStringLiteral("monitor"));
    fakes::FakeResolved resolved(bench_->resolved);
    QVERIFY(resolved.listen());
    SUCCEEDS(bench_->start(lab_->cgroup()));
    bench_->engine->setWatched(true);
    QTRY_COMPARE(resolved.requests.size(), 1);
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    add(rule(0, Action::Block, QStringLiteral("ads.evil.test")));
    add(rule(0, Action::Allow, QStringLiteral(".good.test")));
    resolved.say(toldSomebody(told));
    bench_->engine->drain();
    const auto client = lab_->client();
    QVERIFY(client);
    QVERIFY(isOk(said(*client, QStringLiteral("open tcp ") + kServerV4)));
    QString came = said(*client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    if (isOk(came)) {
        (void)written(*client, bytes);
        came = said(*client, QStringLiteral("receive 1"));
    }
    QCOMPARE(isOk(came) ? QStringLiteral("ok") : came, end);
    QVERIFY(connection());
    QCOMPARE(connection()->name, name);
    QCOMPARE(connection()->state,
             isOk(came) ? api::ConnectionState::Allowed : api::ConnectionState::Blocked);
}

void SaidNameTest::aRuleThatGoesCutsWhatItAllowed() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    const auto id = bench_->engine->addRule(rule(0, Action::Allow, QStringLiteral(".good.test")));
    QVERIFY(id);
    add(rule(0, Action::Block, QStringLiteral(".evil.test")));
    const auto client = connected(*lab_);
    QVERIFY(client);
    QVERIFY(isOk(written(*client, http("www.good.test"))));
    QVERIFY(isOk(said(*client, QStringLiteral("receive 10"))));
    // Another change of the rules leaves it alone.
    add(rule(0, Action::Block, QStringLiteral("192.0.2.1")));
    QVERIFY(isOk(said(*client, QStringLiteral("send 5000"))));
    QVERIFY(isOk(said(*client, QStringLiteral("receive 5000"))));
    SUCCEEDS(bench_->engine->removeRules({*id}));
    (void)said(*client, QStringLiteral("send 5000"));
    const QString end = said(*client, QStringLiteral("receive 50000"));
    QVERIFY2(!isOk(end), qPrintable(end));
}

void SaidNameTest::readingTheNameIsQuick() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    const int count = !qEnvironmentVariableIsEmpty("SALLYPORT_LONG") ? 2000 : 200;
    CLIENT(client);
    const QString talk = QStringLiteral("talk %1 %2 %3 ").arg(kServerV4).arg(kEcho).arg(count) +
                         QString::fromLatin1(tls("www.good.test", 1300).toHex());
    const QString bare = said(*client, talk);
    add(rule(0, Action::Block, QStringLiteral(".evil.test")));
    const QString read = said(*client, talk);
    qInfo().noquote() << "from sending to the echo, us, median and 99 of 100: without rules by name"
                      << bare << "- with the name read" << read;
    QVERIFY2(isOk(bare) && isOk(read), qPrintable(read));
    QVERIFY2(read.section(u' ', 1, 1).toInt() < 100'000, qPrintable(read));  // TCP's own: 200 ms
}

QTEST_GUILESS_MAIN(SaidNameTest)
#include "said_name_test.moc"
