// What is believed of DNS answers, for whom it counts, and that the kernel knows the same.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QSet>
#include <QTest>

#include "dns_wire.h"
#include "engine/name_book.h"
#include "fake_kernel/fake_kernel.h"

using namespace sallyport;
using namespace sallyport::engine;
using namespace Qt::StringLiterals;

namespace {

constexpr quint64 kBrowser = 7, kOther = 8, kResolver = 0;
constexpr qint64 kNow = 1'700'000'000'000;
constexpr policy::PatternNumber kSite = 21, kHost = 22;
const api::Address kServer = api::Address::v4(0xc0000235);

api::Address address(quint32 last = 1) {
    return api::Address::v4(0xcb007100u + last);
}

kernel::DnsReport report(const QByteArray& message, bool answer) {
    kernel::DnsReport report;
    report.cookie = 5;
    report.server = kServer;
    report.port = SP_DNS_PORT;
    report.answer = answer;
    report.message = message;
    return report;
}

PatternIndex patterns(const QString& pattern, policy::PatternNumber number) {
    PatternIndex index;
    index.add(api::HostPattern::parse(pattern).value(), number);
    return index;
}

struct Bench {
    fakes::FakeKernel kernel;
    NameBook book{kernel};
    qint64 now = kNow;

    void ask(const QString& name, quint16 id = 1) {
        book.take(report(dns::query(id, name), false), kBrowser, now);
    }
    // Asks, and is answered.
    void learn(const QString& name, const QList<api::Address>& addresses,
               quint64 process = kBrowser, quint16 ttl = 60) {
        book.take(report(dns::query(1, name), false), process, now);
        book.take(report(dns::answer(1, name, addresses, ttl), true), process, now);
    }
    std::optional<QList<policy::PatternNumber>> told(const api::Address& address,
                                                     quint64 process = kBrowser) const {
        const auto known = kernel.named.constFind({address, process});
        return known == kernel.named.constEnd() ? std::nullopt : std::optional(*known);
    }
};

using Numbers = std::optional<QList<policy::PatternNumber>>;

Numbers known(const QList<policy::PatternNumber>& numbers) {
    return numbers;
}

}  // namespace

class NameBookTest : public QObject {
    Q_OBJECT
  private slots:
    void anAnswerToAQuestionIsBelieved();
    void anAnswerToNoQuestionIsNot_data();
    void anAnswerToNoQuestionIsNot();
    void whatCannotBeReadIsCounted_data();
    void whatCannotBeReadIsCounted();
    void aFloodOfAnswersIsALineAMinute();
    void aQuestionThatWasHeldCounts_data();
    void aQuestionThatWasHeldCounts();
    void aNameCountsForWhoWasTold();
    void whatTheResolverWasToldIsNobodysOwn();
    void whatResolvedSaysIsNobodysOwn();
    void anAnswerOverTcpIsBelievedWhenItIsWhole();
    void ownAnswersStandBesideTheResolvers();
    void thisMachineHasNoNames();
    void theKernelIsToldNothingWhileNoRuleAsks();
    void theKernelKnowsOldAndNewPatternsWhileATableChanges();
    void anAddressWithoutAMatchIsToldToo();
    void whatChangesNothingIsNotToldAgain();
    void whatIsOutOfDateIsForgotten();
    void whatAnOpenConnectionWasJudgedByStays();
    void aNewerNameIsAddedToAnOlderOne();
    void questionsAreBounded();
    void whoAsksWithoutEndTakesNobodysPlace();
    void whoIsToldWithoutEndForgetsHisOwn();
    void aFullKernelIsAProblemUntilItTakesTheNext();
    void whatTheKernelHadNoRoomForIsToldWhenItHas();
    void whatTheKernelHadNoRoomForIsForgotten();
    void patternsMatchAsTheyDoOneByOne();
    void whatTheKernelAloneKnowsStaysForWhoIsConnected();
};

void NameBookTest::anAnswerToAQuestionIsBelieved() {
    Bench bench;
    bench.learn(u"www.example.org"_s, {address(1), address(2)});
    QCOMPARE(bench.book.namesOf(address(1), kBrowser), QStringList{u"www.example.org"_s});
    QCOMPARE(bench.book.namesOf(address(2), kBrowser), QStringList{u"www.example.org"_s});
    QCOMPARE(bench.book.unasked(), 0u);
    // Twice: somebody asked again because the first answer was late.
    bench.book.take(report(dns::answer(1, u"www.example.org"_s, {address(3)}), true), kBrowser,
                    bench.now);
    QVERIFY(!bench.book.namesOf(address(3), kBrowser).isEmpty());
}

void NameBookTest::anAnswerToNoQuestionIsNot_data() {
    QTest::addColumn<kernel::DnsReport>("answer");
    QTest::addColumn<qint64>("afterMs");
    QTest::addColumn<bool>("damaged");
    const QString name = u"www.example.org"_s;
    kernel::DnsReport answer = report(dns::answer(1, name, {address()}), true);
    answer.cookie = 6;
    QTest::newRow("another socket") << answer << qint64{1} << false;
    answer.cookie = 5;
    answer.server = address(53);
    QTest::newRow("another server") << answer << qint64{1} << false;
    answer.server = kServer;
    QTest::newRow("too late") << answer << DnsQuestions::kKeptMs + 1 << false;
    answer.message = dns::answer(2, name, {address()});
    QTest::newRow("another number") << answer << qint64{1} << false;
    answer.message = dns::answer(1, u"example.org"_s, {address()});
    QTest::newRow("another name") << answer << qint64{1} << false;
    answer.message = dns::answer(1, name, {address()})
                         .replace(dns::head(1, name, 0x8180, 1).size() - 4, 2, dns::word(28));
    QTest::newRow("another type") << answer << qint64{1} << false;
    answer.message = dns::query(1, name);
    QTest::newRow("no answer") << answer << qint64{1} << true;
    answer.message.clear();
    QTest::newRow("nothing") << answer << qint64{1} << true;
}

void NameBookTest::anAnswerToNoQuestionIsNot() {
    QFETCH(kernel::DnsReport, answer);
    QFETCH(qint64, afterMs);
    QFETCH(bool, damaged);
    Bench bench;
    bench.ask(u"www.example.org"_s);
    bench.book.take(answer, kBrowser, bench.now + afterMs);
    QCOMPARE(bench.book.namesOf(address(), kBrowser), QStringList());
    QCOMPARE(bench.book.unasked(), damaged ? 0u : 1u);
    QCOMPARE(bench.book.damaged(), damaged ? 1u : 0u);
}

void NameBookTest::whatCannotBeReadIsCounted_data() {
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("addresses");  // that are known all the same
    QTest::addColumn<bool>("damaged");
    const QString name = u"www.example.org"_s;
    const QByteArray whole = dns::answer(1, name, {address(1), address(2)});
    QTest::newRow("whole") << whole << 2 << false;
    QTest::newRow("cut in a record") << whole.chopped(2) << 1 << true;
    QByteArray truncated = whole.chopped(2);
    truncated[2] = char(truncated[2] | 2);
    QTest::newRow("which says so, and comes over TCP") << truncated << 1 << false;
    QByteArray loop = whole;
    const qsizetype owner = dns::query(1, name).size();
    loop[owner + 1] = char(owner);  // its name is itself
    QTest::newRow("a name without end") << loop << 0 << true;
    loop = whole;
    loop[12] = '\xc0';
    QTest::newRow("a question that points forward") << loop << 0 << true;
    QTest::newRow("cut in the question") << whole.first(20) << 0 << true;
    QTest::newRow("half a header") << whole.first(7) << 0 << true;
}

void NameBookTest::whatCannotBeReadIsCounted() {
    QFETCH(QByteArray, answer);
    QFETCH(int, addresses);
    QFETCH(bool, damaged);
    Bench bench;
    bench.ask(u"www.example.org"_s);
    bench.book.take(report(answer, true), kBrowser, bench.now);
    QCOMPARE(bench.book.damaged(), damaged ? 1u : 0u);
    QCOMPARE(bench.book.unasked(), 0u);
    QCOMPARE(!bench.book.namesOf(address(1), kBrowser).isEmpty(), addresses > 0);
    QCOMPARE(!bench.book.namesOf(address(2), kBrowser).isEmpty(), addresses > 1);
}

void NameBookTest::aFloodOfAnswersIsALineAMinute() {
    static QStringList lines;
    lines.clear();
    const auto before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext&, const QString& line) { lines.append(line); });
    const auto back = qScopeGuard([&] { qInstallMessageHandler(before); });
    Bench bench;
    kernel::DnsReport forged = report(dns::answer(9, u"www.example.org"_s, {address()}), true);
    forged.owner.pid = 4711;
    for (int i = 0; i < 1000; ++i)
        bench.book.take(forged, kBrowser, bench.now);
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines[0].contains(u"192.0.2.53 to the process 4711"_s), qPrintable(lines[0]));
    QVERIFY2(lines[0].contains(u"nobody asked for"_s), qPrintable(lines[0]));
    QVERIFY2(!lines[0].contains(u"more"_s), qPrintable(lines[0]));
    forged.message.truncate(5);
    bench.book.take(forged, kBrowser, bench.now + NameBook::kWarnEveryMs - 1);
    QCOMPARE(lines.size(), 1);
    bench.book.take(forged, kBrowser, bench.now + NameBook::kWarnEveryMs);
    QCOMPARE(lines.size(), 2);
    QVERIFY2(lines[1].contains(u"(and 1000 more since the last such line)"_s),
             qPrintable(lines[1]));
    QCOMPARE(bench.book.unasked(), 1000u);
    QCOMPARE(bench.book.damaged(), 2u);
}

void NameBookTest::aQuestionThatWasHeldCounts_data() {
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("counts");
    QByteArray v4 = QByteArray(1, '\x45') + QByteArray(19, '\0');
    v4[9] = char(IPPROTO_UDP);
    QByteArray v6 = QByteArray(1, '\x60') + QByteArray(39, '\0');
    v6[6] = char(IPPROTO_UDP);
    QByteArray options = QByteArray(1, '\x46') + v4.sliced(1) + QByteArray(4, '\0');
    QTest::newRow("IPv4") << v4 << true;
    QTest::newRow("IPv4 with options") << options << true;
    QTest::newRow("IPv6") << v6 << true;
    v4[9] = char(IPPROTO_TCP);
    QTest::newRow("TCP") << v4 << false;
    v6[6] = 0;
    QTest::newRow("IPv6 with extensions") << v6 << false;
    QTest::newRow("neither") << QByteArray(20, '\0') << false;
    QTest::newRow("nothing") << QByteArray() << false;
}

void NameBookTest::aQuestionThatWasHeldCounts() {
    QFETCH(QByteArray, header);
    QFETCH(bool, counts);
    Bench bench;
    kernel::HeldPacket packet;
    packet.key = {5, kServer, SP_DNS_PORT, IPPROTO_UDP};
    packet.bytes = header + QByteArray(8, '\0') + dns::query(1, u"www.example.org"_s);
    bench.book.takeHeld(packet, kBrowser, bench.now);
    bench.book.take(report(dns::answer(1, u"www.example.org"_s, {address()}), true), kBrowser,
                    bench.now);
    QCOMPARE(!bench.book.namesOf(address(), kBrowser).isEmpty(), counts);
}

void NameBookTest::aNameCountsForWhoWasTold() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address()});
    QCOMPARE(bench.book.patternsOf(address(), kBrowser), known({kSite}));
    QCOMPARE(bench.book.patternsOf(address(), kOther), Numbers());
    QCOMPARE(bench.book.namesOf(address(), kOther), QStringList());
    QCOMPARE(bench.kernel.named.size(), 1);
    QCOMPARE(bench.told(address()), known({kSite}));
    // It is shown, no more.
    QCOMPARE(bench.book.lookup(address(), kOther, bench.now).value(0).name, u"www.example.org"_s);
}

void NameBookTest::whatTheResolverWasToldIsNobodysOwn() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address()}, kResolver);
    QCOMPARE(bench.book.patternsOf(address(), kBrowser), Numbers());
    QCOMPARE(bench.book.patternsOf(address(), kResolver), known({kSite}));
    QCOMPARE(bench.told(address(), kResolver), known({kSite}));
}

void NameBookTest::whatResolvedSaysIsNobodysOwn() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    names::DnsAnswer answer;
    answer.addresses = {{address(), 60, {u"www.example.org"_s}}};
    bench.book.takeResolved(answer, bench.now);
    QCOMPARE(bench.book.patternsOf(address(), kResolver), known({kSite}));
    QCOMPARE(bench.told(address(), kResolver), known({kSite}));
    // Until its time is over; what a program was told itself is known of that alone.
    bench.learn(u"elsewhere.example"_s, {address()}, kBrowser, 600);
    QCOMPARE(bench.book.patternsOf(address(), kBrowser), known({}));
    QCOMPARE(bench.book.patternsOf(address(), kResolver), known({kSite}));
    bench.book.sweep(bench.now + 61'000, {});
    QCOMPARE(bench.told(address(), kResolver), Numbers());
}

void NameBookTest::anAnswerOverTcpIsBelievedWhenItIsWhole() {
    Bench bench;
    const auto piece = [&](const QByteArray& bytes, quint32 at, bool answer) {
        kernel::DnsReport said = report(bytes, answer);
        said.stream = true;
        said.sequence = said.expected = at;
        bench.book.take(said, kBrowser, bench.now);
    };
    const QByteArray query = dns::query(1, u"www.example.org"_s);
    const QByteArray answer = dns::answer(1, u"www.example.org"_s, {address()});
    const QByteArray other = dns::answer(2, u"www.example.org"_s, {address(2)});
    const QByteArray said =
        dns::word(int(answer.size())) + answer + dns::word(int(other.size())) + other;
    piece(dns::word(int(query.size())) + query, 7, false);
    piece(said.first(20), 90, true);
    QVERIFY(bench.book.namesOf(address(), kBrowser).isEmpty());
    piece(said.sliced(20), 110, true);
    QCOMPARE(bench.book.namesOf(address(), kBrowser), QStringList{u"www.example.org"_s});
    QVERIFY(bench.book.namesOf(address(2), kBrowser).isEmpty());
    QCOMPARE(bench.book.unasked(), 1u);
}

void NameBookTest::ownAnswersStandBesideTheResolvers() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address()}, kResolver);
    bench.learn(u"elsewhere.example"_s, {address()}, kBrowser);
    QCOMPARE(bench.book.patternsOf(address(), kBrowser), known({}));
    QCOMPARE(bench.book.namesOf(address(), kBrowser), QStringList{u"elsewhere.example"_s});
    QCOMPARE(bench.book.namesOf(address(), kResolver), QStringList{u"www.example.org"_s});
    QVERIFY(bench.book.namesOf(address(), kOther).isEmpty());
    QCOMPARE(bench.told(address(), kBrowser), known({}));
    QCOMPARE(bench.told(address(), kResolver), known({kSite}));
}

void NameBookTest::thisMachineHasNoNames() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {api::Address::v4(0x7f000001)});
    QVERIFY(bench.kernel.named.isEmpty());
    QCOMPARE(bench.book.patternsOf(api::Address::v4(0x7f000001), kBrowser), Numbers());
}

void NameBookTest::theKernelIsToldNothingWhileNoRuleAsks() {
    Bench bench;
    bench.learn(u"www.example.org"_s, {address()});
    QVERIFY(bench.kernel.named.isEmpty());
    bench.book.settle(patterns(u".example.org"_s, kSite));
    QCOMPARE(bench.told(address()), known({kSite}));
    bench.book.settle({});
    QVERIFY(bench.kernel.named.isEmpty());
    QCOMPARE(bench.book.namesOf(address(), kBrowser), QStringList{u"www.example.org"_s});
}

void NameBookTest::theKernelKnowsOldAndNewPatternsWhileATableChanges() {
    Bench bench;
    bench.learn(u"www.example.org"_s, {address()});
    bench.book.settle(patterns(u".example.org"_s, kSite));
    const PatternIndex next = patterns(u"www.example.org"_s, kHost);
    bench.book.prepare(next);
    QCOMPARE(bench.told(address()), known({kSite, kHost}));
    bench.book.settle(next);
    QCOMPARE(bench.told(address()), known({kHost}));
    QCOMPARE(bench.book.patternsOf(address(), kBrowser), known({kHost}));
}

// The kernel must not look at the resolver's names then.
void NameBookTest::anAddressWithoutAMatchIsToldToo() {
    Bench bench;
    bench.book.settle(patterns(u"*.www.example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address()});
    QCOMPARE(bench.told(address()), known({}));
}

void NameBookTest::whatChangesNothingIsNotToldAgain() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address()});
    bench.kernel.named.clear();
    bench.learn(u"www.example.org"_s, {address()});
    QVERIFY(bench.kernel.named.isEmpty());
}

void NameBookTest::whatIsOutOfDateIsForgotten() {
    Bench bench;
    QCOMPARE(bench.book.nextSweepMs(), 0);
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address()});
    QCOMPARE(bench.book.nextSweepMs(), bench.now + NameBook::kSweepEveryMs);
    QVERIFY(!bench.book.isOutOfDate(bench.now + 59'000));
    bench.book.sweep(bench.now + 59'000, {});
    QCOMPARE(bench.told(address()), known({kSite}));
    QVERIFY(bench.book.isOutOfDate(bench.now + 61'000));
    bench.book.sweep(bench.now + 61'000, {});
    QVERIFY(bench.kernel.named.isEmpty());
    QCOMPARE(bench.book.patternsOf(address(), kBrowser), Numbers());
    QCOMPARE(bench.book.nextSweepMs(), 0);
}

void NameBookTest::whatAnOpenConnectionWasJudgedByStays() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address(1), address(2)});
    bench.book.sweep(bench.now + 61'000, {{address(1), kBrowser}});
    QCOMPARE(bench.told(address(1)), known({kSite}));
    QCOMPARE(bench.told(address(2)), Numbers());
    bench.book.settle(patterns(u"www.example.org"_s, kHost));
    QCOMPARE(bench.told(address(1)), known({kHost}));
    bench.book.sweep(bench.now + 121'000, {});
    QVERIFY(bench.kernel.named.isEmpty());
}

void NameBookTest::aNewerNameIsAddedToAnOlderOne() {
    Bench bench;
    PatternIndex both = patterns(u"a.example"_s, kSite);
    both.add(patterns(u"b.example"_s, kHost));
    bench.book.settle(both);
    bench.learn(u"a.example"_s, {address()}, kBrowser, 60);
    bench.learn(u"b.example"_s, {address()}, kBrowser, 600);
    QCOMPARE(bench.told(address()), known({kSite, kHost}));
    bench.book.sweep(bench.now + 61'000, {});
    QCOMPARE(bench.told(address()), known({kHost}));
}

void NameBookTest::questionsAreBounded() {
    Bench bench;
    for (int i = 0; i <= DnsQuestions::kMost; ++i)
        bench.ask(u"n%1.example"_s.arg(i));
    const auto believed = [&](int i) {
        bench.book.take(report(dns::answer(1, u"n%1.example"_s.arg(i), {address(i)}), true),
                        kBrowser, bench.now);
        return !bench.book.namesOf(address(i), kBrowser).isEmpty();
    };
    QVERIFY(!believed(0));
    QVERIFY(believed(1));
    QVERIFY(believed(DnsQuestions::kMost));
    // Who asks the same again and again takes nobody's place.
    for (int i = 0; i <= 2 * DnsQuestions::kMost; ++i)
        bench.ask(u"n2.example"_s);
    QVERIFY(believed(3));
}

void NameBookTest::whoAsksWithoutEndTakesNobodysPlace() {
    Bench bench;
    const auto message = [](quint64 process, const QByteArray& bytes, bool answer) {
        kernel::DnsReport one = report(bytes, answer);
        one.cookie = one.owner.serial = process;
        return one;
    };
    const auto ask = [&](quint64 process, int i) {
        bench.book.take(message(process, dns::query(1, u"n%1.example"_s.arg(i)), false), process,
                        bench.now);
    };
    const auto believed = [&](quint64 process, int i) {
        bench.book.take(
            message(process, dns::answer(1, u"n%1.example"_s.arg(i), {address(i)}), true), process,
            bench.now);
        return !bench.book.namesOf(address(i), process).isEmpty();
    };
    ask(kBrowser, 0);
    for (int i = 0; i < 2 * DnsQuestions::kMost; ++i)
        ask(kOther, i);
    QVERIFY(believed(kBrowser, 0));
    QVERIFY(!believed(kOther, DnsQuestions::kMost));
    QVERIFY(believed(kOther, DnsQuestions::kMost + 1));
    QCOMPARE(bench.book.unasked(), 1u);
    // Of programs with one question each the oldest goes; what is out of date goes before that.
    DnsQuestions questions;
    const auto asked = [](quint64 process) {
        return AskedQuestion{process, kServer, {1, u"n.example"_s, 1}};
    };
    for (quint64 process = 0; process <= quint64(DnsQuestions::kMost); ++process)
        questions.add(asked(process), process, kNow + qint64(process));
    QVERIFY(!questions.has(asked(0), kNow));
    QVERIFY(questions.has(asked(1), kNow));
    const qint64 later = kNow + 1 + DnsQuestions::kKeptMs + 1;
    questions.add(asked(0), 0, later);
    QCOMPARE(questions.size(), DnsQuestions::kMost);
    QVERIFY(questions.has(asked(2), later));
    QVERIFY(questions.has(asked(0), later));
}

void NameBookTest::whoIsToldWithoutEndForgetsHisOwn() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.learn(u"www.example.org"_s, {address()});
    constexpr quint32 kAtATime = names::kMostDnsAddresses, kAll = 8 * SP_MAX_NAMED;
    const auto flooded = [](quint32 i) { return api::Address::v4(0x0b000000u + i); };
    for (quint32 first = 0; first < kAll; first += kAtATime) {
        QList<api::Address> many;
        for (quint32 i = first; i < first + kAtATime; ++i)
            many.append(flooded(i));
        bench.learn(u"a.example"_s, many, kOther);
        QVERIFY(bench.kernel.named.size() < qsizetype{SP_MAX_NAMED});
    }
    QCOMPARE(bench.told(address()), known({kSite}));
    QCOMPARE(bench.told(flooded(kAll - 1), kOther), known({}));
    QCOMPARE(bench.book.patternsOf(flooded(0), kOther), Numbers());
    bench.book.sweep(bench.now + 61'000, {});
    QVERIFY(bench.kernel.named.isEmpty());
}

void NameBookTest::aFullKernelIsAProblemUntilItTakesTheNext() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.kernel.refuseNames = true;
    bench.learn(u"www.example.org"_s, {address()});
    QVERIFY(!bench.book.problem().isEmpty());
    QVERIFY(!bench.book.isComplete());
    bench.kernel.refuseNames = false;
    bench.learn(u"www.example.org"_s, {address()});
    QCOMPARE(bench.told(address()), known({kSite}));
    QCOMPARE(bench.book.problem(), QString());
}

// That it takes others meanwhile is not enough.
void NameBookTest::whatTheKernelHadNoRoomForIsToldWhenItHas() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.kernel.refuseNames = true;
    bench.learn(u"www.example.org"_s, {address()});
    bench.kernel.refuseNames = false;
    bench.learn(u"other.example.org"_s, {address(2)});
    QVERIFY(!bench.book.isComplete());
    QVERIFY(!bench.book.problem().isEmpty());
    bench.book.sweep(bench.now, {});
    QCOMPARE(bench.told(address()), known({kSite}));
    QVERIFY(bench.book.isComplete());
    QCOMPARE(bench.book.problem(), QString());
}

void NameBookTest::whatTheKernelHadNoRoomForIsForgotten() {
    Bench bench;
    bench.book.settle(patterns(u".example.org"_s, kSite));
    bench.kernel.refuseNames = true;
    bench.learn(u"www.example.org"_s, {address()});
    bench.book.settle({});  // no rule asks for names
    QVERIFY(bench.book.isComplete());
    bench.book.settle(patterns(u".example.org"_s, kSite));
    QVERIFY(!bench.book.isComplete());
    bench.book.sweep(bench.now + 121'000, {});
    QVERIFY(bench.book.isComplete());
}

void NameBookTest::patternsMatchAsTheyDoOneByOne() {
    QStringList hosts{u"x"_s};
    for (const QString& a : {u"a"_s, u"bc"_s, u"a.bc"_s})
        for (const QString& b : {u""_s, u".a"_s, u".bc.a"_s})
            for (const QString& c : {u""_s, u".org"_s, u".co.uk"_s})
                hosts.append(a + b + c);
    QList<api::HostPattern> all;
    PatternIndex index;
    for (const QString& host : std::as_const(hosts)) {
        for (const char* front : {"", "*.", "."}) {
            all.append(api::HostPattern::parse(QLatin1String(front) + host).value());
            index.add(all.last(), policy::PatternNumber(all.indexOf(all.last()) + 1));
        }
    }
    hosts.append({u"."_s, u""_s, u"z.a.bc.a.org"_s, u"abc.org"_s, u"xa.bc"_s, u"org"_s, u"uk"_s});
    int found = 0;
    for (const QString& host : std::as_const(hosts)) {
        QSet<policy::PatternNumber> slow;
        for (const api::HostPattern& pattern : std::as_const(all)) {
            if (pattern.matches(host))
                slow.insert(policy::PatternNumber(all.indexOf(pattern) + 1));
        }
        QList<policy::PatternNumber> sorted(slow.cbegin(), slow.cend());
        std::sort(sorted.begin(), sorted.end());
        QCOMPARE(index.matching({host}), sorted);
        found += int(sorted.size());
    }
    QVERIFY(found > 100);
    QCOMPARE(index.matching({u"a.org"_s, u"a.org"_s}), index.matching({u"a.org"_s}));
    QCOMPARE(PatternIndex().matching({u"a.org"_s}), QList<policy::PatternNumber>());
}

// The names are lost with the book that knew them (it was killed), what they match is not.
void NameBookTest::whatTheKernelAloneKnowsStaysForWhoIsConnected() {
    Bench bench;
    const QList<policy::PatternNumber> tooMany(SP_MAX_PATTERNS, kSite);
    bench.kernel.named = {{{address(1), kBrowser}, {kSite}},
                          {{address(2), kBrowser}, {kSite}},
                          {{address(3), kBrowser}, tooMany}};
    bench.book.restore({}, bench.now);
    QVERIFY(!bench.told(address(3)));  // whoever judges by it must know all of them
    bench.book.settle(patterns(u"*.other.test"_s, kHost));
    QCOMPARE(bench.told(address(1)), known({kSite}));
    QCOMPARE(bench.book.patternsOf(address(1), kBrowser), known({kSite}));
    QVERIFY(bench.book.namesOf(address(1), kBrowser).isEmpty());

    QVERIFY(bench.book.isOutOfDate(bench.now));
    bench.book.sweep(bench.now, {{address(1), kBrowser}});
    QCOMPARE(bench.told(address(1)), known({kSite}));
    QVERIFY(!bench.told(address(2)));

    bench.learn(u"www.other.test"_s, {address(1)});
    QCOMPARE(bench.told(address(1)), known({kHost}));
    bench.now += 86'400'000;
    bench.book.sweep(bench.now, {});
    QVERIFY(!bench.told(address(1)));
}

QTEST_APPLESS_MAIN(NameBookTest)
#include "name_book_test.moc"
