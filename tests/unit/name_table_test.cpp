// The names of addresses: whose, how long, and who has to go when there are too many.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <malloc.h>

#include <QTest>
#include <random>

#include "names/name_table.h"

using namespace sallyport;
using namespace sallyport::names;
using namespace Qt::StringLiterals;

namespace {

constexpr quint64 kBrowser = 7;
constexpr quint64 kMail = 8;
constexpr quint64 kShop = 9;
constexpr qint64 kNow = 1'000'000;

api::Address address(quint32 number) {
    return api::Address::v4(0xc6120000u + number);  // 198.18.0.0/15
}

const api::Address kServer = address(1);

DnsAnswer answer(const api::Address& found, const QStringList& names, quint32 ttl = 300) {
    DnsAnswer answer;
    answer.asked = names.constFirst();
    answer.addresses = {{found, ttl, names}};
    return answer;
}

DnsAnswer answer(const QString& name) {
    return answer(kServer, {name});
}

QStringList namesOf(const QList<KnownName>& found) {
    QStringList names;
    for (const KnownName& known : found)
        names += known.name;
    return names;
}

}  // namespace

class NameTableTest : public QObject {
    Q_OBJECT
  private slots:
    void anAnswerNamesItsAddress();
    void anotherProgramsAnswerIsSaidToBeSo();
    void theResolversAnswersAreForAll();
    void whatResolvedSaysIsForAllAndAfterTheResolversAnswers();
    void whatAProgramSaidIsToldToItAlone();
    void aProgramCannotPassOffItsWordAsAnAnswer();
    void theBestComesFirst();
    void aNameIsListedOnce();
    void timesHaveAFloorAndACeiling();
    void whatIsOutOfDateIsNotTold();
    void expiryLeavesNothingBehind();
    void whatIsSavedIsKnownAgain();
    void whatIsDamagedIsNotBelieved();
    void theSameAgainOnlyLastsLonger();
    void noNamesForLoopback_data();
    void noNamesForLoopback();
    void whoFloodsEvictsItsOwn();
    void whoFloodsAnAddressEvictsItsOwn();
    void memoryIsBounded();
    void whatItCountsIsWhatItTakes_data();
    void whatItCountsIsWhatItTakes();
    void anyOrderOfCallsKeepsItWhole();
};

void NameTableTest::anAnswerNamesItsAddress() {
    NameTable table;
    table.add(answer(kServer, {u"www.example"_s, u"cdn.example"_s}), kBrowser, kNow);
    const QList<KnownName> wanted{
        {u"www.example"_s, NameSource::OwnAnswer, false, kNow + 300'000, kNow},
        {u"cdn.example"_s, NameSource::OwnAnswer, true, kNow + 300'000, kNow}};
    QVERIFY(table.lookup(kServer, kBrowser, kNow) == wanted);
    QVERIFY(table.lookup(address(2), kBrowser, kNow).isEmpty());
}

void NameTableTest::anotherProgramsAnswerIsSaidToBeSo() {
    NameTable table;
    table.add(answer(u"www.example"_s), kBrowser, kNow);
    QCOMPARE(table.lookup(kServer, kMail, kNow).constFirst().source, NameSource::OtherAnswer);
}

void NameTableTest::theResolversAnswersAreForAll() {
    NameTable table;
    table.add(answer(u"www.example"_s), 0, kNow);
    QCOMPARE(table.lookup(kServer, kMail, kNow).constFirst().source, NameSource::Resolver);
    QCOMPARE(table.lookup(kServer, 0, kNow).constFirst().source, NameSource::Resolver);
}

void NameTableTest::whatResolvedSaysIsForAllAndAfterTheResolversAnswers() {
    NameTable table;
    table.addResolved(answer(u"www.example"_s), kNow);
    QCOMPARE(table.lookup(kServer, kMail, kNow).constFirst().source, NameSource::SystemdResolved);
    QCOMPARE(table.lookup(kServer, 0, kNow).constFirst().source, NameSource::SystemdResolved);
    table.add(answer(u"www.example"_s), 0, kNow);
    QCOMPARE(table.lookup(kServer, kMail, kNow).constFirst().source, NameSource::Resolver);
    QCOMPARE(table.lookup(kServer, kMail, kNow).size(), 1);
}

void NameTableTest::whatAProgramSaidIsToldToItAlone() {
    NameTable table;
    table.add(kServer, u"www.example"_s, NameSource::ServerName, kBrowser, kNow);
    QCOMPARE(table.lookup(kServer, kBrowser, kNow).constFirst().source, NameSource::ServerName);
    QVERIFY(table.lookup(kServer, kMail, kNow).isEmpty());
}

void NameTableTest::aProgramCannotPassOffItsWordAsAnAnswer() {
    NameTable table;
    for (const NameSource source : {NameSource::OwnAnswer, NameSource::OtherAnswer,
                                    NameSource::Resolver, NameSource::SystemdResolved})
        table.add(kServer, u"www.example"_s, source, kBrowser, kNow);
    table.add(kServer, {}, NameSource::Quic, kBrowser, kNow);
    QCOMPARE(table.entries(), 0);
}

void NameTableTest::theBestComesFirst() {
    NameTable table;
    table.add(answer(u"own.example"_s), kBrowser, kNow);
    table.add(answer(kServer, {u"newer.example"_s, u"alias.example"_s}), kBrowser, kNow + 1);
    table.add(answer(u"resolver.example"_s), 0, kNow + 2);
    table.add(answer(u"mail.example"_s), kMail, kNow + 3);
    table.add(kServer, u"http.example"_s, NameSource::HttpHost, kBrowser, kNow + 4);
    table.add(kServer, u"quic.example"_s, NameSource::Quic, kBrowser, kNow + 5);
    table.add(kServer, u"tls.example"_s, NameSource::ServerName, kBrowser, kNow + 6);
    const QStringList wanted{u"newer.example"_s,    u"alias.example"_s, u"own.example"_s,
                             u"tls.example"_s,      u"quic.example"_s,  u"http.example"_s,
                             u"resolver.example"_s, u"mail.example"_s};
    QCOMPARE(namesOf(table.lookup(kServer, kBrowser, kNow + 7)), wanted);
}

void NameTableTest::aNameIsListedOnce() {
    NameTable table;
    table.add(answer(u"www.example"_s), kMail, kNow);
    table.add(answer(u"www.example"_s), kBrowser, kNow);
    table.add(kServer, u"www.example"_s, NameSource::ServerName, kBrowser, kNow);
    const QList<KnownName> found = table.lookup(kServer, kBrowser, kNow);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.constFirst().source, NameSource::OwnAnswer);
}

void NameTableTest::timesHaveAFloorAndACeiling() {
    NameTable table;
    table.add(answer(address(1), {u"short.example"_s}, 0), kBrowser, kNow);
    table.add(answer(address(2), {u"long.example"_s}, 0x7fffffff), kBrowser, kNow);
    QCOMPARE(table.lookup(address(1), kBrowser, kNow).constFirst().untilMs, kNow + kLeastNameMs);
    QCOMPARE(table.lookup(address(2), kBrowser, kNow).constFirst().untilMs, kNow + kMostNameMs);
}

void NameTableTest::whatIsOutOfDateIsNotTold() {
    NameTable table;
    table.add(answer(u"www.example"_s), kBrowser, kNow);
    QCOMPARE(table.lookup(kServer, kBrowser, kNow + 299'999).size(), 1);
    QVERIFY(table.lookup(kServer, kBrowser, kNow + 300'000).isEmpty());
}

void NameTableTest::expiryLeavesNothingBehind() {
    NameTable table;
    table.add(answer(address(1), {u"a.example"_s}, 100), kBrowser, kNow);
    table.add(answer(address(2), {u"b.example"_s}, 200), kMail, kNow);
    table.expire(kNow + 99'999);
    QCOMPARE(table.entries(), 2);
    table.expire(kNow + 100'000);
    QCOMPARE(table.entries(), 1);
    QCOMPARE(namesOf(table.lookup(address(2), kMail, kNow)), {u"b.example"_s});
    table.expire(kNow + 200'000);
    QCOMPARE(table.entries(), 0);
    QCOMPARE(table.bytes(), 0);
}

void NameTableTest::whatIsSavedIsKnownAgain() {
    NameTable table, next;
    table.add(answer(kServer, {u"www.example"_s, u"host.example"_s}), kBrowser, kNow);
    table.add(answer(address(2), {u"short.example"_s}, 60), kMail, kNow);
    table.add(kServer, u"said.example"_s, NameSource::ServerName, kShop, kNow);
    const qint64 later = kNow + 60'000;
    using Key = std::pair<api::Address, quint64>;
    QCOMPARE(next.restore(table.save(), later),
             (QList<Key>{{kServer, kBrowser}, {kServer, kShop}}));
    for (const quint64 process : {kBrowser, kMail, kShop})
        QCOMPARE(next.lookup(kServer, process, later), table.lookup(kServer, process, later));
    QCOMPARE(next.entries(), 2);
}

void NameTableTest::whatIsDamagedIsNotBelieved() {
    NameTable table;
    table.add(answer(u"www.example"_s), kBrowser, kNow);
    const QByteArray saved = table.save();
    for (qsizetype i = 0; i < saved.size(); ++i) {
        QByteArray damaged = saved;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        NameTable next;
        QVERIFY(next.restore(damaged, kNow).isEmpty());
        QVERIFY(next.restore(saved.first(i), kNow).isEmpty());
        QCOMPARE(next.entries(), 0);
    }
}

void NameTableTest::theSameAgainOnlyLastsLonger() {
    NameTable table;
    table.add(answer(u"www.example"_s), kBrowser, kNow);
    table.add(answer(kServer, {u"www.example"_s}, 60), kBrowser, kNow + 10'000);
    QCOMPARE(table.entries(), 1);
    QCOMPARE(table.lookup(kServer, kBrowser, kNow).constFirst().untilMs, kNow + 300'000);
    table.add(answer(u"www.example"_s), kBrowser, kNow + 20'000);
    QCOMPARE(table.entries(), 1);
    QCOMPARE(table.lookup(kServer, kBrowser, kNow).constFirst().untilMs, kNow + 320'000);
}

void NameTableTest::noNamesForLoopback_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("IPv4") << u"127.0.0.53"_s;
    QTest::newRow("IPv6") << u"::1"_s;
    QTest::newRow("no address") << u"0.0.0.0"_s;
    QTest::newRow("no IPv6 address") << u"::"_s;
    QTest::newRow("everybody") << u"224.0.0.251"_s;
}

void NameTableTest::noNamesForLoopback() {
    QFETCH(QString, text);
    const api::Address here = api::Address::parse(text).value_or(kServer);
    NameTable table;
    table.add(answer(here, {u"public.example"_s}), kBrowser, kNow);
    table.add(here, u"public.example"_s, NameSource::HttpHost, kBrowser, kNow);
    QVERIFY(table.lookup(here, kBrowser, kNow).isEmpty());
    QCOMPARE(table.entries(), 0);
}

void NameTableTest::whoFloodsEvictsItsOwn() {
    NameTable table(100'000);
    table.add(answer(address(1), {u"bank.example"_s}), kMail, kNow);
    for (quint32 i = 0; i < 10'000; ++i)
        table.add(answer(address(100 + i), {u"n%1.evil.example"_s.arg(i)}), kBrowser, kNow + 1);
    QVERIFY(table.bytes() <= 100'000);
    QCOMPARE(namesOf(table.lookup(address(1), kMail, kNow + 1)), {u"bank.example"_s});
    QVERIFY(table.lookup(address(100), kBrowser, kNow + 1).isEmpty());
    QVERIFY(!table.lookup(address(100 + 9'999), kBrowser, kNow + 1).isEmpty());
}

void NameTableTest::whoFloodsAnAddressEvictsItsOwn() {
    NameTable table;
    table.add(answer(u"bank.example"_s), kMail, kNow);
    const auto flood = [&](const QString& name) {
        for (int i = 0; i < 10 * kMostNamesOfAddress; ++i)
            table.add(answer(name.arg(i)), kBrowser, kNow + 1);
    };
    flood(u"n%1.evil.example"_s);
    table.add(answer(u"shop.example"_s), kShop, kNow + 1);
    flood(u"m%1.evil.example"_s);
    QCOMPARE(table.entries(), kMostNamesOfAddress);
    QCOMPARE(table.lookup(kServer, kShop, kNow + 1).constFirst().name, u"shop.example"_s);
    const QList<KnownName> found = table.lookup(kServer, kMail, kNow + 1);
    QCOMPARE(found.constFirst().name, u"bank.example"_s);
    QCOMPARE(found.constFirst().source, NameSource::OwnAnswer);
}

void NameTableTest::memoryIsBounded() {
    NameTable table(100'000);
    QStringList names;
    for (int i = 0; i < kMostDnsNames; ++i)
        names += QString(1020, QChar(u'a' + i));
    for (quint32 i = 0; i < 1'000; ++i) {
        table.add(answer(address(i), names), i, kNow);
        QVERIFY(table.bytes() <= 100'000);
    }
    NameTable none(10);
    none.add(answer(u"www.example"_s), kBrowser, kNow);
    QCOMPARE(none.entries(), 0);
    QCOMPARE(none.bytes(), 0);
}

void NameTableTest::whatItCountsIsWhatItTakes_data() {
    QTest::addColumn<quint32>("entriesEach");
    QTest::newRow("a flood of few programs") << 2'000u;
    QTest::newRow("a flood of a program each") << 1u;
}

// Names of its own for each entry, as a flood would have them.
void NameTableTest::whatItCountsIsWhatItTakes() {
#ifdef __SANITIZE_ADDRESS__
    QSKIP("the sanitizer's allocator does not say what it gave out");
#endif
    QFETCH(quint32, entriesEach);
    NameTable table;
    const size_t before = mallinfo2().uordblks;
    for (quint32 i = 0; i < 100'000; ++i) {
        const quint64 process = 1 + i / entriesEach;
        table.add(answer(address(i), {u"host%1.sub.domain.example"_s.arg(i)}), process, kNow);
    }
    const size_t taken = mallinfo2().uordblks - before;
    qInfo("%lld entries count %lld bytes and take %zu", table.entries(), table.bytes(), taken);
    QVERIFY(table.entries() > 10'000);
    QVERIFY(qsizetype(taken) <= table.bytes());
    QVERIFY(qsizetype(taken) > table.bytes() / 2);
}

void NameTableTest::anyOrderOfCallsKeepsItWhole() {
    std::minstd_rand random(4);
    NameTable table(20'000);
    qint64 now = kNow;
    for (int i = 0; i < 20'000; ++i) {
        const api::Address where = address(quint32(random() % 20));
        const QString name = u"n%1.example"_s.arg(random() % 20);
        const quint64 who = random() % 5;
        now += qint64(random() % 5'000);
        if (random() % 2)
            table.add(answer(where, {name, u"alias.example"_s}, quint32(random() % 500)), who, now);
        else
            table.add(where, name, NameSource::Quic, who, now);
        if (random() % 10 == 0)
            table.expire(now);
        QVERIFY(table.bytes() <= 20'000);
        for (const KnownName& known : table.lookup(where, who, now))
            QVERIFY(known.untilMs > now);
    }
    table.expire(now + kMostNameMs + kStatedNameMs);
    QCOMPARE(table.entries(), 0);
    QCOMPARE(table.bytes(), 0);
}

QTEST_APPLESS_MAIN(NameTableTest)
#include "name_table_test.moc"
