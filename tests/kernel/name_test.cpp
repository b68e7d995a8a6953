// Rules by the name of the remote, by lists, by local address and by interface, as the kernel
// carries them out. SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <atomic>
#include <thread>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

namespace {

// A connection to what has no name began, and its first data waits for one: no echo comes in time.
const QString kWaits = error(EAGAIN);

const QString kSite = QStringLiteral(".example.org");
const QString kHost = QStringLiteral("www.example.org");

api::Address address(const QString& text) {
    return api::Address::parse(text).value();
}

kernel::ListedPrefix listed(const QString& text, const QList<policy::PatternNumber>& lists) {
    const api::Cidr prefix = api::Cidr::parse(text).value();
    return {prefix.address, static_cast<quint8>(prefix.mappedBits()), policy::listsToKernel(lists)};
}

// A transport and a family.
void addWays() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("client");
    QTest::newRow("tcp4") << "tcp" << kServerV4 << kClientV4;
    QTest::newRow("tcp6") << "tcp" << kServerV6 << kClientV6;
    QTest::newRow("udp4") << "udp" << kServerV4 << kClientV4;
    QTest::newRow("udp6") << "udp" << kServerV6 << kClientV6;
}

}  // namespace

class NameTest : public LabFixture {
    Q_OBJECT
  private slots:
    void cleanup() { SUCCEEDS(lab_->kernel().setListed({})); }
    void aNameRuleFitsTheAddressThatHasTheName_data() { addWays(); }
    void aNameRuleFitsTheAddressThatHasTheName();
    void whatAProgramWasToldItselfCountsBeforeWhatTheResolverSaid();
    void whatTheResolverSaidStopsAndWaitsForTheProgramsWord();
    void ofSeveralNamesTheFirstRuleInOrderDecides();
    void aNameOnItsWayIsWaitedFor();
    void whatCannotBeToldOfDnsGoesNoFurther_data();
    void whatCannotBeToldOfDnsGoesNoFurther();
    void moreNamesThanThereIsRoomForAreRefused();
    void aListRuleFitsTheAddressesOfItsPrefixes_data() { addWays(); }
    void aListRuleFitsTheAddressesOfItsPrefixes();
    void theLongestPrefixSpeaks();
    void ofSeveralListsTheFirstRuleInOrderDecides();
    void whatIsInMoreListsThanThereIsRoomForWaits();
    void aListIsReplacedWithoutAGap();
    void moreListedThanThereIsRoomForIsRefused();
    void aRuleForALocalAddressFitsThatAddress_data() { addWays(); }
    void aRuleForALocalAddressFitsThatAddress();
    void aProgramThatMayUseOneInterfaceUsesNoOther_data() { addWays(); }
    void aProgramThatMayUseOneInterfaceUsesNoOther();
    void whatIsRoutedAnotherWayIsStopped_data() { addWays(); }
    void whatIsRoutedAnotherWayIsStopped();

  private:
    void furnish() override;
    QString exchange(Peer& client, const QString& kind, const QString& server);
    QList<policy::PatternNumber> matching(const QStringList& patterns) {
        QList<policy::PatternNumber> numbers;
        for (const QString& pattern : patterns)
            numbers.append(lab_->numberOf(pattern));
        return numbers;
    }
};

void NameTest::furnish() {
    QCOMPARE(lab_->server().ask(QStringLiteral("names")), QStringLiteral("serving"));
}

// Connects or sends, and waits for the echo; what the program was told first goes wrong.
QString NameTest::exchange(Peer& client, const QString& kind, const QString& server) {
    const QString at = QStringLiteral("%1 %2").arg(server).arg(kEcho);
    client.ask(QStringLiteral("open %1 %2 1500").arg(kind, server));
    const QString first = kind == QLatin1String("tcp")
                              ? client.ask(QStringLiteral("connect ") + at)
                              : client.ask(QStringLiteral("sendto %1 10 7").arg(at));
    if (!isOk(first))
        return first;
    if (kind == QLatin1String("tcp") && !isOk(client.ask(QStringLiteral("send 10"))))
        return QStringLiteral("not sent");
    return client.ask(QStringLiteral("receive 10"));
}

void NameTest::aNameRuleFitsTheAddressThatHasTheName() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    ATTACH();
    ENFORCE({rule(3, Action::Block, kSite)}, api::Mode::Learn);
    CLIENT(client);
    const QString nameless = kind == QLatin1String("tcp") ? kWaits : QStringLiteral("ok 10");
    QCOMPARE(exchange(*client, kind, server), nameless);
    SUCCEEDS(lab_->kernel().setNamed(address(server), 0, matching({kSite})));
    QCOMPARE(exchange(*client, kind, server), error(EPERM));
    QTRY_VERIFY(lab_->flow(kEcho));
    QTRY_COMPARE(lab_->flow(kEcho)->decision.rule, 3u);
    lab_->kernel().forgetNamed(address(server), 0);
    QCOMPARE(exchange(*client, kind, server), nameless);
}

void NameTest::whatAProgramWasToldItselfCountsBeforeWhatTheResolverSaid() {
    ATTACH();
    ENFORCE({rule(3, Action::Block, kSite)}, api::Mode::Learn);
    CLIENT(client);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), kWaits);
    QTRY_VERIFY(lab_->held(kEcho));
    QCOMPARE(lab_->held(kEcho)->decision.verdict, SP_VERDICT_FIRST_DATA);
    const quint64 serial = lab_->held(kEcho)->owner.serial;
    QVERIFY(serial != 0);
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, matching({kSite})));
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), serial, {}));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), QStringLiteral("ok 10"));
    lab_->kernel().forgetNamed(address(kServerV4), serial);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, {}));
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), serial, matching({kSite})));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
}

// What lets it go waits for the name that it says itself, where it says one.
void NameTest::whatTheResolverSaidStopsAndWaitsForTheProgramsWord() {
    ATTACH();
    ENFORCE({rule(3, Action::Allow, kHost), rule(4, Action::Block, kSite)}, api::Mode::LockDown);
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, matching({kHost})));
    CLIENT(client);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), kWaits);
    QTRY_VERIFY(lab_->held(kEcho));
    QCOMPARE(lab_->held(kEcho)->decision.verdict, SP_VERDICT_FIRST_DATA);
    QCOMPARE(exchange(*client, QStringLiteral("udp"), kServerV4), QStringLiteral("ok 10"));
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, matching({kSite})));
    QCOMPARE(exchange(*client, QStringLiteral("udp"), kServerV4), error(EPERM));
    // The rule that goes first may yet fit.
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), kWaits);
    ENFORCE({rule(3, Action::Block, kHost), rule(4, Action::Allow, kSite)}, api::Mode::LockDown);
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, matching({kSite, kHost})));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, {}));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), kWaits);
    lab_->kernel().forgetNamed(address(kServerV4), 0);
}

// In the most slices an attempt can have rules in: its own and everybody's, for many patterns.
void NameTest::ofSeveralNamesTheFirstRuleInOrderDecides() {
    ATTACH();
    CLIENT(client);
    QList<api::Rule> rules;
    QStringList patterns;
    for (api::RuleId id = 1; id < SP_MAX_PATTERNS; ++id) {
        patterns.append(QStringLiteral("*.n%1.example").arg(id));
        rules.append(rule(id, Action::Allow, patterns.last()));
    }
    patterns.append(kHost);
    rules.append(rule(100, Action::Block, kHost));
    SUCCEEDS(lab_->enforce(rules, api::Mode::LockDown));
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, matching(patterns)));
    QCOMPARE(exchange(*client, QStringLiteral("udp"), kServerV4), error(EPERM));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.rule, 100u);
    patterns.removeLast();
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, matching(patterns)));
    QCOMPARE(exchange(*client, QStringLiteral("udp"), kServerV4), QStringLiteral("ok 10"));
}

void NameTest::aNameOnItsWayIsWaitedFor() {
    ATTACH();
    ENFORCE({rule(3, Action::Block, kSite), rule(4, Action::Allow, kServerV6)}, api::Mode::Learn);
    CLIENT(client);
    const quint64 told = lab_->kernel().namesTold();
    lab_->kernel().setNamesRead(told + 1);
    QCOMPARE(lab_->kernel().namesRead(), told + 1);
    // An address goes before any name: whatever it is called, this rule decides.
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV6), QStringLiteral("ok 10"));
    ASK(client, QStringLiteral("open tcp %1 20000").arg(kServerV4));
    client->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    QCOMPARE(lab_->held(kEcho)->decision.verdict, SP_VERDICT_UNRESOLVED);
    QVERIFY(!client->hasSpoken());
    lab_->kernel().setNamesRead(told);
    QVERIFY(isOk(client->reply()));  // the kernel tried again
}

void NameTest::whatCannotBeToldOfDnsGoesNoFurther_data() {
    QTest::addColumn<QString>("transport");
    QTest::addColumn<int>("number");
    QTest::addColumn<bool>("byName");
    QTest::addColumn<bool>("again");
    QTest::newRow("a question over UDP") << "udp" << 2 << true << false;
    QTest::newRow("an answer over UDP") << "udp" << 999995 << true << false;
    QTest::newRow("over TCP, which sends it again") << "tcp" << 2 << true << true;
    QTest::newRow("no rule asks for a name") << "udp" << 2 << false << true;
}

// Else whoever keeps the ring full has programs learn of addresses that no rule by name fits.
void NameTest::whatCannotBeToldOfDnsGoesNoFurther() {
    QFETCH(QString, transport);
    QFETCH(int, number);
    QFETCH(bool, byName);
    QFETCH(bool, again);
    constexpr int slow = 999995;  // is answered when the test says so
    ATTACH(65536);
    ENFORCE({rule(3, Action::Block, byName ? kSite : kNobody), rule(4, Action::Allow, kServerV4)},
            api::Mode::Learn);
    CLIENT(flooding);
    CLIENT(client);
    const QString visit =
        QStringLiteral("visit %1 4 %2 1 1 %3").arg(kServerV4).arg(number).arg(transport);
    if (number == slow) {
        lab_->heard().dns.clear();
        client->tell(visit);
        QCOMPARE(lab_->server().ask(QStringLiteral("think")), QStringLiteral("thinking"));
        QTRY_COMPARE((lab_->drain(), lab_->heard().dns.size()), 1);  // the question
    }
    lab_->sleep(true);
    QVERIFY(isOk(ASK(flooding, QStringLiteral("flood udp %1 7002 500").arg(kServerV4))));
    const quint64 lost = lab_->kernel().counters().eventsLost;
    QVERIFY(lost > 0);
    if (number == slow)
        QCOMPARE(lab_->server().ask(QStringLiteral("answer")), QStringLiteral("answered"));
    else
        client->tell(visit);
    QTRY_VERIFY(lab_->kernel().counters().eventsLost > lost);
    if (byName) {
        QTest::qWait(300);  // an answer would be there
        QCOMPARE(client->hasSpoken(), false);
    }
    lab_->heard().dns.clear();
    lab_->sleep(false);
    const QString unanswered = client->reply().section(u' ', 3, 3);
    QCOMPARE(unanswered, again ? QStringLiteral("0") : QStringLiteral("1"));
    lab_->drain();
    QCOMPARE(!lab_->heard().dns.isEmpty(), again && byName);
}

void NameTest::moreNamesThanThereIsRoomForAreRefused() {
    ATTACH();
    ENFORCE({rule(3, Action::Allow, kSite)}, api::Mode::LockDown);
    lab_->kernel().forgetNamed(address(kServerV4), 0);
    const auto other = [](quint32 i) { return api::Address::v4(0xc6120000u + i); };
    quint32 known = 0;
    while (known <= SP_MAX_NAMED && lab_->kernel().setNamed(other(known), 1, {}))
        ++known;
    QVERIFY(known > 0 && known <= SP_MAX_NAMED);
    QVERIFY(!lab_->kernel().setNamed(address(kServerV4), 0, matching({kSite})));
    CLIENT(client);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), kWaits);
    for (quint32 i = 0; i < known; ++i)
        lab_->kernel().forgetNamed(other(i), 1);
    SUCCEEDS(lab_->kernel().setNamed(address(kServerV4), 0, matching({kSite})));
    QCOMPARE(exchange(*client, QStringLiteral("udp"), kServerV4), QStringLiteral("ok 10"));
}

void NameTest::aListRuleFitsTheAddressesOfItsPrefixes() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    ATTACH();
    ENFORCE({rule(3, Action::Block, QStringLiteral("list:l64"))}, api::Mode::Learn);
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server), QStringLiteral("ok 10"));
    SUCCEEDS(lab_->kernel().setListed(
        {listed(QStringLiteral("10.77.0.0/24"), {64}), listed(QStringLiteral("fd77::/64"), {64})}));
    QCOMPARE(exchange(*client, kind, server), error(EPERM));
    QTRY_VERIFY(lab_->flow(kEcho));
    QTRY_COMPARE(lab_->flow(kEcho)->decision.rule, 3u);
    SUCCEEDS(lab_->kernel().setListed(
        {listed(QStringLiteral("10.77.0.0/24"), {63}), listed(QStringLiteral("fd77::/64"), {63})}));
    QCOMPARE(exchange(*client, kind, server), QStringLiteral("ok 10"));
    // The names of an address are in lists, too.
    SUCCEEDS(lab_->kernel().setNamed(address(server), 0, {64}));
    QCOMPARE(exchange(*client, kind, server), error(EPERM));
    lab_->kernel().forgetNamed(address(server), 0);
}

void NameTest::theLongestPrefixSpeaks() {
    ATTACH();
    ENFORCE({rule(3, Action::Block, QStringLiteral("list:l1"))}, api::Mode::Learn);
    CLIENT(client);
    SUCCEEDS(lab_->kernel().setListed({listed(QStringLiteral("10.0.0.0/8"), {1}),
                                       listed(QStringLiteral("10.77.0.0/16"), {}),
                                       listed(QStringLiteral("10.77.0.2/32"), {1})}));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
    SUCCEEDS(lab_->kernel().setListed(
        {listed(QStringLiteral("10.0.0.0/8"), {1}), listed(QStringLiteral("10.77.0.0/16"), {})}));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), QStringLiteral("ok 10"));
    SUCCEEDS(lab_->kernel().setListed({listed(QStringLiteral("10.0.0.0/8"), {1})}));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
}

void NameTest::ofSeveralListsTheFirstRuleInOrderDecides() {
    ATTACH();
    CLIENT(client);
    QList<api::Rule> rules;
    QList<policy::PatternNumber> lists;
    for (quint32 list = 1; list <= SP_MAX_LISTS_OF; ++list) {
        rules.append(rule(list, Action::Allow, QStringLiteral("list:l%1").arg(list)));
        lists.append(list);
    }
    rules.last().action = Action::Block;
    SUCCEEDS(lab_->enforce(rules, api::Mode::LockDown));
    SUCCEEDS(lab_->kernel().setListed({listed(QStringLiteral("10.77.0.0/24"), lists)}));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.rule, SP_MAX_LISTS_OF);
    lists.removeLast();
    SUCCEEDS(lab_->kernel().setListed({listed(QStringLiteral("10.77.0.0/24"), lists)}));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), QStringLiteral("ok 10"));
    // An address goes before any list.
    rules.append(rule(100, Action::Block, kServerV4));
    SUCCEEDS(lab_->enforce(rules, api::Mode::LockDown));
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
}

void NameTest::whatIsInMoreListsThanThereIsRoomForWaits() {
    ATTACH();
    ENFORCE({rule(3, Action::Allow, QStringLiteral("list:l1"))}, api::Mode::LockDown);
    QList<policy::PatternNumber> lists;
    for (quint32 list = 1; list <= SP_MAX_LISTS_OF + 1; ++list)
        lists.append(list);
    SUCCEEDS(lab_->kernel().setListed({listed(QStringLiteral("10.77.0.0/24"), lists)}));
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp %1 20000").arg(kServerV4));
    client->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    QCOMPARE(lab_->held(kEcho)->decision.verdict, SP_VERDICT_UNRESOLVED);
    QVERIFY(!client->hasSpoken());
}

// Both sets contain the server by other prefixes, and one has holes elsewhere in them.
void NameTest::aListIsReplacedWithoutAGap() {
    ATTACH();
    ENFORCE({rule(3, Action::Block, QStringLiteral("list:l1"))}, api::Mode::Learn);
    CLIENT(client);
    std::vector<kernel::ListedPrefix> sets[2] = {
        {listed(QStringLiteral("10.76.0.0/15"), {1}), listed(QStringLiteral("10.0.0.0/8"), {})},
        {listed(QStringLiteral("10.77.0.0/24"), {1}), listed(QStringLiteral("10.64.0.0/10"), {}),
         listed(QStringLiteral("10.77.0.0/16"), {})}};
    for (quint32 i = 0; i < 3000; ++i) {  // written between those that matter
        sets[0].push_back({api::Address::v4(0x0b000000u + (i << 12)), 96 + 20, {}});
        sets[1].push_back({api::Address::v4(0x0c000000u + (i << 12)), 96 + 20, {}});
    }
    SUCCEEDS(lab_->kernel().setListed(sets[0]));
    std::atomic<bool> over = false, fine = true;
    std::atomic<int> swaps = 0;
    std::thread swapping([&] {
        for (; !over; ++swaps)
            fine = fine && lab_->kernel().setListed(sets[(swaps + 1) % 2]).has_value();
    });
    int passed = 0;
    for (int i = 0; i < 2000; ++i)
        passed += isOk(exchange(*client, QStringLiteral("udp"), kServerV4));
    over = true;
    swapping.join();
    QVERIFY(fine);
    QVERIFY2(swaps > 10, qPrintable(QString::number(swaps)));
    QCOMPARE(passed, 0);
}

void NameTest::moreListedThanThereIsRoomForIsRefused() {
    ATTACH();
    SUCCEEDS(lab_->kernel().setListed({listed(QStringLiteral("10.77.0.0/24"), {1})}));
    std::vector<kernel::ListedPrefix> many(SP_MAX_LISTED);
    QVERIFY(!lab_->kernel().setListed(many));
    ENFORCE({rule(3, Action::Block, QStringLiteral("list:l1"))}, api::Mode::Learn);
    CLIENT(client);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4), error(EPERM));
}

void NameTest::aRuleForALocalAddressFitsThatAddress() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(QString, client);
    ATTACH();
    api::Rule here = rule(5, Action::Allow);
    here.local = api::Cidr::host(address(client));
    ENFORCE({here}, api::Mode::LockDown);
    CLIENT(peer);
    QCOMPARE(exchange(*peer, kind, server), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.rule, 5u);
    here.local = api::Cidr::host(address(server));
    ENFORCE({here}, api::Mode::LockDown);
    QVERIFY(!isOk(exchange(*peer, kind, server)));
}

void NameTest::aProgramThatMayUseOneInterfaceUsesNoOther() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    ATTACH();
    api::Rule through = rule(5, Action::Allow);
    through.interface = QStringLiteral("cable0");
    const api::Rule otherwise = rule(6, Action::Block);
    ENFORCE({through, otherwise});
    CLIENT(peer);
    QCOMPARE(exchange(*peer, kind, server), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.rule, 5u);
    for (const char* other : {"lo", "gone0"}) {
        through.interface = QLatin1String(other);
        ENFORCE({through, otherwise});
        QVERIFY(!isOk(exchange(*peer, kind, server)));
        QTRY_COMPARE(lab_->flow(kEcho)->decision.rule, 6u);
    }
}

// As when a tunnel goes down under what uses it.
void NameTest::whatIsRoutedAnotherWayIsStopped() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    ATTACH();
    api::Rule through = rule(5, Action::Allow);
    through.interface = QStringLiteral("cable0");
    ENFORCE({through, rule(6, Action::Block)});
    CLIENT(peer);
    ASK(peer, QStringLiteral("open %1 %2 1500").arg(kind, server));
    ASK(peer, QStringLiteral("connect %1 %2").arg(server).arg(kEcho));
    ASK(peer, QStringLiteral("send 10"));
    QCOMPARE(peer->ask(QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    const auto ip = [&](const QString& what) {
        return lab_->run(QStringLiteral("ip"), what.split(u' '));
    };
    SUCCEEDS(ip(QStringLiteral("link add other0 type veth peer name other1")));
    SUCCEEDS(ip(QStringLiteral("link set other0 up")));
    SUCCEEDS(ip(QStringLiteral("route add %1 dev other0").arg(server)));
    const QString sent = peer->ask(QStringLiteral("send 10"));
    const QString came = peer->ask(QStringLiteral("receive 10"));
    SUCCEEDS(ip(QStringLiteral("link del other0")));
    if (kind != QLatin1String("tcp"))
        QCOMPARE(sent, error(EPERM));
    QCOMPARE(came, kWaits);
    QTRY_VERIFY(lab_->flow(kEcho));
    QTRY_COMPARE(lab_->flow(kEcho)->decision.rule, 6u);
    if (kind != QLatin1String("tcp"))
        ASK(peer, QStringLiteral("send 10"));
    QString back = kWaits;  // what TCP did not get rid of it sends again, ever more seldom
    for (int i = 0; i < 10 && back == kWaits; ++i)
        back = peer->ask(QStringLiteral("receive 10"));
    QCOMPARE(back, QStringLiteral("ok 10"));
    QTRY_COMPARE(lab_->flow(kEcho)->decision.rule, 5u);
}

QTEST_GUILESS_MAIN(NameTest)
#include "name_test.moc"
