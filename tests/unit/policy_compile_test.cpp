// What the tables say in cases a person would name, their limits, and the starter rules.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "policy/explain.h"
#include "policy/starter.h"
#include "policy_generator.h"

using namespace sallyport;
using namespace sallyport::tests;
using api::AppIdentity;
using api::Remote;
using api::Rule;
using policy::Decision;

namespace {

constexpr quint32 kLists = 990;  // who fetches lists

const AppIdentity kCurl{AppIdentity::Kind::Path, QStringLiteral("/usr/bin/curl"), {}};
const AppIdentity kShell{AppIdentity::Kind::Path, QStringLiteral("/usr/bin/bash"), {}};
const AppIdentity kResolved{
    AppIdentity::Kind::Path, QStringLiteral("/usr/lib/systemd/systemd-resolved"), {}};
const AppIdentity kKernel{AppIdentity::Kind::Kernel, {}, {}};

constexpr quint8 kTcp = 6, kUdp = 17, kIcmp = 1, kIcmpV6 = 58;

api::Address address(const char* text) {
    return api::Address::parse(QString::fromLatin1(text)).value();
}

Rule rule(api::RuleId id, api::Action action, const char* remote = "any") {
    Rule rule;
    rule.id = id;
    rule.action = action;
    rule.remote = Remote::parse(QString::fromLatin1(remote)).value();
    return rule;
}

api::Attempt to(const char* remote, quint16 port = 443, const AppIdentity& app = kCurl) {
    api::Attempt attempt;
    attempt.app = app;
    attempt.startedBy = kShell;
    attempt.uid = 1000;
    attempt.protocol = kTcp;
    attempt.remote = address(remote);
    attempt.remotePort = port;
    attempt.localPort = 40000;
    return attempt;
}

Decision decided(const QList<Rule>& rules, const api::Attempt& attempt,
                 const policy::Circumstances& now = {}) {
    Numbers numbers;
    const auto table = policy::compile(rules, now, numbers.numbering(), kNowMs);
    if (!table)
        qFatal("does not compile: %s", qPrintable(table.error().text));
    return policy::decide(*table, toKernel(attempt, numbers), kNowNs,
                          namesOf(attempt, rules, numbers));
}

QList<Rule> manyRules(int count) {
    QList<Rule> rules;
    rules.reserve(count);
    for (int i = 0; i < count; ++i) {
        Rule next = rule(static_cast<api::RuleId>(i + 1), api::Action::Allow);
        next.remote = Remote::host(api::Address::v4(0x0a000000u + static_cast<quint32>(i)));
        rules.append(next);
    }
    return rules;
}

}  // namespace
Q_DECLARE_METATYPE(sallyport::api::Attempt)

class PolicyCompileTest : public QObject {
    Q_OBJECT
  private slots:
    void blockStylesBecomeVerdicts();
    void withoutARuleTheModeDecides();
    void pauseGoesBeforeBlockAll();
    void blockAllLeavesLoopbackToTheRules();
    void unknownProgramWaits();
    void unknownStarterWaitsOnlyWhereARuleAsks();
    void pinnedRuleForAllBeatsTheProgramsOwn();
    void ipv4RuleFitsMappedAddressOnly();
    void localNetworkAndThisMachine_data();
    void localNetworkAndThisMachine();
    void theResolversAreThoseOfNow();
    void theLocalNetworkIsAlsoWhatIsOnTheLink();
    void tooManyLinesSayWhatTheLocalNetworkTakes();
    void portRuleForAnyProtocolNeedsPorts();
    void disabledAndExpiredRulesAreLeftOut();
    void holds65536RulesAndRefusesOneMore();
    void aNameRuleFitsWhateverAddressHasTheName();
    void nameRulesStandAmongTheOthersInOrder();
    void aNameOnItsWayIsWaitedForOnlyWhereItMatters();
    void anAddressThatMatchesMorePatternsThanThereIsRoomForWaits();
    void everyRuleMayHaveASliceOfItsOwn();
    void patternsKeepTheirNumbersOverRuns();
    void localAddressAndInterfaceNarrowARule();
    void refusesAnIdTheKernelCannotReport();
    void addressesSurviveTheKernel();
    void starterRulesAreValidRules();
    void starterRulesKeepASystemRunning_data();
    void starterRulesKeepASystemRunning();
    void explanationNamesTheRuleThatGoesFirst();
    void explanationSaysWhichNamesAreKnown();
};

void PolicyCompileTest::blockStylesBecomeVerdicts() {
    Rule block = rule(5, api::Action::Block);
    QCOMPARE(decided({block}, to("192.0.2.1")),
             (Decision{SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 5}));
    block.blockStyle = api::BlockStyle::Refuse;
    QCOMPARE(decided({block}, to("192.0.2.1")).verdict, SP_VERDICT_BLOCK_REFUSE);
    block.blockStyle = api::BlockStyle::Silent;
    QCOMPARE(decided({block}, to("192.0.2.1")).verdict, SP_VERDICT_BLOCK_SILENT);
    block.action = api::Action::Allow;
    QCOMPARE(decided({block}, to("192.0.2.1")).verdict, SP_VERDICT_ALLOW);
}

void PolicyCompileTest::withoutARuleTheModeDecides() {
    const auto inMode = [](api::Mode mode) {
        return decided({}, to("192.0.2.1"), {mode, false, 0});
    };
    QCOMPARE(inMode(api::Mode::Ask), (Decision{SP_VERDICT_HOLD, SP_REASON_MODE, 0}));
    QCOMPARE(inMode(api::Mode::Learn), (Decision{SP_VERDICT_ALLOW, SP_REASON_MODE, 0}));
    QCOMPARE(inMode(api::Mode::LockDown), (Decision{SP_VERDICT_BLOCK_ERROR, SP_REASON_MODE, 0}));
}

void PolicyCompileTest::pauseGoesBeforeBlockAll() {
    const QList<Rule> rules = {rule(1, api::Action::Block)};
    QCOMPARE(decided(rules, to("192.0.2.1"), {api::Mode::Ask, true, kNowNs + 1}),
             (Decision{SP_VERDICT_ALLOW, SP_REASON_PAUSED, 0}));
    QCOMPARE(decided(rules, to("192.0.2.1"), {api::Mode::Ask, true, kNowNs}),
             (Decision{SP_VERDICT_BLOCK_ERROR, SP_REASON_BLOCK_ALL, 0}));
}

void PolicyCompileTest::blockAllLeavesLoopbackToTheRules() {
    const policy::Circumstances blocked{api::Mode::Ask, true, 0};
    const QList<Rule> rules = {rule(1, api::Action::Allow)};
    QCOMPARE(decided(rules, to("192.0.2.1"), blocked).reason, SP_REASON_BLOCK_ALL);
    for (const char* loopback : {"127.0.0.1", "127.255.0.9", "::1"})
        QCOMPARE(decided(rules, to(loopback), blocked).reason, SP_REASON_RULE);
    for (const char* other : {"::2", "::7f00:1", "128.0.0.1", "fe80::1"})
        QCOMPARE(decided(rules, to(other), blocked).reason, SP_REASON_BLOCK_ALL);
}

void PolicyCompileTest::unknownProgramWaits() {
    QCOMPARE(decided({rule(1, api::Action::Allow)}, to("192.0.2.1", 443, {})),
             (Decision{SP_VERDICT_UNRESOLVED, SP_REASON_NONE, 0}));
}

void PolicyCompileTest::unknownStarterWaitsOnlyWhereARuleAsks() {
    Rule started = rule(1, api::Action::Allow, "192.0.2.0/24");
    started.app = kCurl;
    started.startedBy = kShell;
    const QList<Rule> rules = {started, rule(2, api::Action::Block)};
    api::Attempt attempt = to("192.0.2.1");
    QCOMPARE(decided(rules, attempt).rule, 1u);
    attempt.startedBy = kCurl;
    QCOMPARE(decided(rules, attempt).rule, 2u);
    attempt.startedBy = {};
    QCOMPARE(decided(rules, attempt).verdict, SP_VERDICT_UNRESOLVED);
    attempt.remote = address("198.51.100.1");
    QCOMPARE(decided(rules, attempt).rule, 2u);
}

void PolicyCompileTest::pinnedRuleForAllBeatsTheProgramsOwn() {
    Rule own = rule(1, api::Action::Allow, "192.0.2.1");
    own.app = kCurl;
    Rule all = rule(2, api::Action::Block);
    QCOMPARE(decided({own, all}, to("192.0.2.1")).rule, 1u);
    all.pinned = true;
    QCOMPARE(decided({own, all}, to("192.0.2.1")).rule, 2u);
    own.pinned = true;
    QCOMPARE(decided({own, all}, to("192.0.2.1")).rule, 1u);
}

void PolicyCompileTest::ipv4RuleFitsMappedAddressOnly() {
    const QList<Rule> everyIpv4 = {rule(1, api::Action::Block, "0.0.0.0/0")};
    QCOMPARE(decided(everyIpv4, to("::ffff:192.0.2.1")).rule, 1u);
    QCOMPARE(decided(everyIpv4, to("2001:db8::1")).reason, SP_REASON_MODE);
    QCOMPARE(decided(everyIpv4, to("::192.0.2.1")).reason, SP_REASON_MODE);
    const QList<Rule> network = {rule(1, api::Action::Block, "192.0.2.0/31")};
    QCOMPARE(decided(network, to("192.0.2.1")).rule, 1u);
    QCOMPARE(decided(network, to("192.0.2.2")).reason, SP_REASON_MODE);
}

void PolicyCompileTest::localNetworkAndThisMachine_data() {
    QTest::addColumn<QString>("remote");
    QTest::addColumn<QString>("is");
    const char* const rows[][2] = {
        {"10.255.0.1", "local-network"},
        {"172.16.0.1", "local-network"},
        {"172.15.255.255", ""},
        {"172.32.0.0", ""},
        {"192.168.0.255", "local-network"},
        {"169.254.7.7", "local-network"},
        {"224.0.0.251", "local-network"},
        {"255.255.255.255", "local-network"},
        {"255.255.255.254", ""},
        {"fe80::1", "local-network"},
        {"fdff::1", "local-network"},
        {"ff02::1:2", "local-network"},
        {"fec0::1", ""},
        {"2001:db8::1", ""},
        {"127.0.0.1", "this-machine"},
        {"127.9.9.9", "this-machine"},
        {"::1", "this-machine"},
        {"::2", ""},
    };
    for (const auto& row : rows)
        QTest::newRow(row[0]) << QString::fromLatin1(row[0]) << QString::fromLatin1(row[1]);
}

void PolicyCompileTest::localNetworkAndThisMachine() {
    QFETCH(QString, remote);
    QFETCH(QString, is);
    for (const char* what : {"local-network", "this-machine"}) {
        const Decision decision =
            decided({rule(9, api::Action::Allow, what)}, to(qPrintable(remote)));
        QCOMPARE(decision.rule, is == QLatin1String(what) ? 9u : 0u);
    }
}

void PolicyCompileTest::portRuleForAnyProtocolNeedsPorts() {
    Rule port = rule(1, api::Action::Allow);
    port.remotePorts = {0, 1000};
    api::Attempt attempt = to("192.0.2.1", 0);
    QCOMPARE(decided({port}, attempt).rule, 1u);
    attempt.protocol = kIcmp;
    QCOMPARE(decided({port}, attempt).reason, SP_REASON_MODE);
}

void PolicyCompileTest::disabledAndExpiredRulesAreLeftOut() {
    Rule off = rule(1, api::Action::Block);
    off.enabled = false;
    Rule timed = rule(2, api::Action::Block);
    timed.lifetime = api::Lifetime::Timed;
    timed.expiresMs = kNowMs;
    QCOMPARE(decided({off, timed}, to("192.0.2.1")).reason, SP_REASON_MODE);
    timed.expiresMs = kNowMs + 1;
    QCOMPARE(decided({off, timed}, to("192.0.2.1")).rule, 2u);
}

void PolicyCompileTest::holds65536RulesAndRefusesOneMore() {
    Numbers numbers;
    QList<Rule> rules = manyRules(SP_MAX_RULES);
    const auto table = policy::compile(rules, {}, numbers.numbering(), kNowMs);
    QVERIFY2(table, table ? "" : qPrintable(table.error().text));
    QCOMPARE(table->rules.size(), size_t{SP_MAX_RULES});
    const sp_attempt last = toKernel(to("10.0.255.255"), numbers);
    QCOMPARE(policy::decide(*table, last, kNowNs).rule, SP_MAX_RULES);

    rules.append(rule(SP_MAX_RULES + 1, api::Action::Block));
    const auto more = policy::compile(rules, {}, numbers.numbering(), kNowMs);
    QVERIFY(!more);
    QCOMPARE(more.error().code, api::ErrorCode::Invalid);

    // A rule for the local network takes several lines: it must not fit in the room for one.
    rules.removeLast();
    rules.last() = rule(SP_MAX_RULES, api::Action::Block, "local-network");
    QVERIFY(!policy::compile(rules, {}, numbers.numbering(), kNowMs));
}

void PolicyCompileTest::aNameRuleFitsWhateverAddressHasTheName() {
    const QList<Rule> rules = {rule(1, api::Action::Allow, "example.org"),
                               rule(2, api::Action::Block, ".example.org"),
                               rule(3, api::Action::Allow, "*.www.example.org")};
    const auto named = [&](const QStringList& names, const char* remote = "192.0.2.1") {
        api::Attempt attempt = to(remote);
        attempt.names = names;
        return decided(rules, attempt).rule;
    };
    QCOMPARE(named({}), 0u);
    QCOMPARE(named({QStringLiteral("example.org")}), 1u);
    QCOMPARE(named({QStringLiteral("EXAMPLE.org.")}, "2001:db8::1"), 1u);
    QCOMPARE(named({QStringLiteral("www.example.org")}), 2u);
    QCOMPARE(named({QStringLiteral("a.www.example.org")}), 3u);
    QCOMPARE(named({QStringLiteral("notexample.org")}), 0u);
    QCOMPARE(named({QStringLiteral("www.example.org"), QStringLiteral("example.org")}), 1u);
    QCOMPARE(named({QStringLiteral("example.org")}, "127.0.0.1"), 0u);
    QCOMPARE(named({QStringLiteral("example.org")}, "::1"), 0u);
}

// Of the program's own rules and those for all, with and without a name, the first in order.
void PolicyCompileTest::nameRulesStandAmongTheOthersInOrder() {
    api::Attempt attempt = to("192.0.2.1");
    attempt.names = QStringList{QStringLiteral("example.org")};
    Rule own = rule(1, api::Action::Allow, "192.0.2.0/24");
    own.app = kCurl;
    Rule ownName = rule(2, api::Action::Block, "example.org");
    ownName.app = kCurl;
    Rule ownAddress = rule(3, api::Action::Allow, "192.0.2.1");
    ownAddress.app = kCurl;
    const Rule name = rule(4, api::Action::Block, "example.org");
    Rule pinned = name;
    pinned.id = 5;
    pinned.pinned = true;
    QCOMPARE(decided({own, name}, attempt).rule, 1u);
    QCOMPARE(decided({own, ownName, name}, attempt).rule, 2u);
    QCOMPARE(decided({own, ownName, ownAddress}, attempt).rule, 3u);
    QCOMPARE(decided({own, ownName, ownAddress, pinned}, attempt).rule, 5u);
    QCOMPARE(decided({name, rule(6, api::Action::Allow, "192.0.2.0/31")}, attempt).rule, 4u);
}

void PolicyCompileTest::aNameOnItsWayIsWaitedForOnlyWhereItMatters() {
    Numbers numbers;
    const auto pending = [&](const QList<Rule>& rules, const char* remote,
                             const policy::Circumstances& now = {}) {
        const auto table = policy::compile(rules, now, numbers.numbering(), kNowMs);
        return policy::decide(*table, toKernel(to(remote), numbers), kNowNs, {std::nullopt, true});
    };
    const Rule name = rule(1, api::Action::Block, ".example.org");
    const Rule address = rule(2, api::Action::Allow, "192.0.2.1");
    const Rule network = rule(3, api::Action::Allow, "198.51.100.0/24");
    const QList<Rule> rules{name, address, network};
    QCOMPARE(pending(rules, "192.0.2.1").rule, 2u);  // goes before any name
    QCOMPARE(pending(rules, "198.51.100.1").verdict, SP_VERDICT_UNRESOLVED);
    QCOMPARE(pending(rules, "203.0.113.1").verdict, SP_VERDICT_UNRESOLVED);
    QCOMPARE(pending(rules, "127.0.0.1").reason, SP_REASON_MODE);
    QCOMPARE(pending({address, network}, "198.51.100.1").rule, 3u);
    QCOMPARE(pending(rules, "203.0.113.1", {api::Mode::Ask, true, 0}).reason, SP_REASON_BLOCK_ALL);
    QCOMPARE(pending(rules, "203.0.113.1", {api::Mode::Ask, false, kNowNs + 1}).reason,
             SP_REASON_PAUSED);
}

void PolicyCompileTest::anAddressThatMatchesMorePatternsThanThereIsRoomForWaits() {
    Numbers numbers;
    QList<Rule> rules;
    QString name = QStringLiteral("a");
    for (api::RuleId id = 1; id <= SP_MAX_PATTERNS + 1; ++id) {
        rules.append(rule(id, api::Action::Allow));
        rules.last().remote = Remote::parse(QStringLiteral(".") + name).value();
        name = QStringLiteral("a.") + name;
    }
    api::Attempt attempt = to("192.0.2.1");
    attempt.names = QStringList{name};
    QCOMPARE(decided(rules, attempt).verdict, SP_VERDICT_UNRESOLVED);
    rules.removeFirst();
    QCOMPARE(decided(rules, attempt).rule, SP_MAX_PATTERNS + 1);
}

void PolicyCompileTest::everyRuleMayHaveASliceOfItsOwn() {
    Numbers numbers;
    QList<Rule> rules = manyRules(SP_MAX_RULES);
    for (Rule& rule : rules) {
        rule.app = {AppIdentity::Kind::Path, QStringLiteral("/opt/%1").arg(rule.id % 7), {}};
        rule.remote = Remote::parse(QStringLiteral("h%1.example").arg(rule.id)).value();
    }
    const auto table = policy::compile(rules, {}, numbers.numbering(), kNowMs);
    QVERIFY(table);
    QCOMPARE(table->slices.size(), qsizetype{SP_MAX_RULES + 2 * 7});  // and for names not said yet
    QCOMPARE(table->head.named, SP_MAX_RULES);
}

void PolicyCompileTest::patternsKeepTheirNumbersOverRuns() {
    policy::PatternNumbers one;
    policy::PatternNumbers other;
    const auto pattern = [](const char* text) {
        return api::HostPattern::parse(QString::fromLatin1(text)).value();
    };
    const policy::PatternNumber first = one.of(pattern("example.org"));
    QVERIFY(first != 0);
    QVERIFY(first != one.of(pattern(".example.org")));
    QVERIFY(first != one.of(pattern("*.example.org")));
    other.of(pattern("*.example.org"));
    QCOMPARE(other.of(pattern("example.org")), first);
    QCOMPARE(one.of(pattern("example.org")), first);
}

void PolicyCompileTest::localAddressAndInterfaceNarrowARule() {
    Rule local = rule(1, api::Action::Allow);
    local.local = api::Cidr::parse(QStringLiteral("192.168.1.0/24")).value();
    Rule interface = rule(2, api::Action::Allow);
    interface.interface = QStringLiteral("wg0");
    api::Attempt attempt = to("192.0.2.1");
    attempt.local = address("192.168.1.1");
    attempt.interface = QStringLiteral("wg0");
    QCOMPARE(decided({local}, attempt).rule, 1u);
    QCOMPARE(decided({interface}, attempt).rule, 2u);
    QCOMPARE(decided({local, interface}, attempt).rule, 1u);
    attempt.local = address("192.168.2.1");
    attempt.interface = QStringLiteral("eth0");
    QCOMPARE(decided({local, interface}, attempt).reason, SP_REASON_MODE);
    interface.interface = QStringLiteral("gone0");
    QCOMPARE(decided({interface}, attempt).reason, SP_REASON_MODE);  // there is no such interface
    interface.interface = QStringLiteral("wg0");
    attempt.interface.clear();
    QCOMPARE(decided({interface}, attempt).verdict, SP_VERDICT_UNRESOLVED);
    attempt.local.reset();
    QCOMPARE(decided({local}, attempt).verdict, SP_VERDICT_UNRESOLVED);
    local.remotePorts = {80, 80};
    QCOMPARE(decided({local}, attempt).reason, SP_REASON_MODE);  // fits neither way
}

void PolicyCompileTest::refusesAnIdTheKernelCannotReport() {
    Numbers numbers;
    const auto table = policy::compile({rule(api::kMaxRuleId + 1, api::Action::Allow)}, {},
                                       numbers.numbering(), kNowMs);
    QVERIFY(!table);
    QCOMPARE(table.error().code, api::ErrorCode::Invalid);
}

void PolicyCompileTest::addressesSurviveTheKernel() {
    for (const char* text : {"192.0.2.1", "2001:db8::1", "::"})
        QCOMPARE(policy::fromKernel(policy::toKernel(address(text))), address(text));
}

void PolicyCompileTest::theResolversAreThoseOfNow() {
    const Rule allowed = rule(1, api::Action::Allow, "resolvers");
    QCOMPARE(decided({allowed}, to("9.9.9.9")).reason, SP_REASON_MODE);  // there are none
    policy::Circumstances now;
    now.resolvers = {address("192.0.2.53"), address("2001:db8::53")};
    QCOMPARE(decided({allowed}, to("9.9.9.9"), now).reason, SP_REASON_MODE);
    QCOMPARE(decided({allowed}, to("192.0.2.53"), now).rule, 1u);
    QCOMPARE(decided({allowed}, to("2001:db8::53"), now).rule, 1u);
}

void PolicyCompileTest::theLocalNetworkIsAlsoWhatIsOnTheLink() {
    const Rule blocked = rule(1, api::Action::Block, "local-network");
    api::Attempt attempt = to("2001:db8:1::9");
    QCOMPARE(decided({blocked}, attempt).reason, SP_REASON_MODE);
    const auto why = policy::explain({blocked}, {}, attempt, kNowNs, kNowMs);
    QCOMPARE(why.state, api::ConnectionState::Held);
    QCOMPARE(why.steps[0].why, QStringLiteral("remote 2001:db8:1::9 is not in local-network"));
    policy::Circumstances now;
    for (const char* network : {"203.0.113.0/24", "2001:db8:1::/64"})
        now.localNetworks.append(api::Cidr::parse(QString::fromLatin1(network)).value());
    for (const char* neighbour : {"203.0.113.9", "2001:db8:1::9", "192.168.0.1", "fe80::1"})
        QCOMPARE(decided({blocked}, to(neighbour), now).rule, 1u);
    for (const char* other : {"203.0.114.1", "2001:db8:2::9"})
        QCOMPARE(decided({blocked}, to(other), now).reason, SP_REASON_MODE);
    attempt.neighbour = true;
    QCOMPARE(policy::explain({blocked}, now, attempt, kNowNs, kNowMs).rule, 1u);
}

void PolicyCompileTest::tooManyLinesSayWhatTheLocalNetworkTakes() {
    Numbers numbers;
    QList<Rule> rules = manyRules(SP_MAX_RULES - 10);
    rules.append(rule(SP_MAX_RULES, api::Action::Allow, "local-network"));
    policy::Circumstances now;
    QVERIFY(policy::compile(rules, now, numbers.numbering(), kNowMs));
    for (const char* network : {"203.0.113.0/24", "2001:db8:1::/64"})
        now.localNetworks.append(api::Cidr::parse(QString::fromLatin1(network)).value());
    const auto table = policy::compile(rules, now, numbers.numbering(), kNowMs);
    QVERIFY(!table);
    QVERIFY2(table.error().text.contains(QLatin1String("takes 11)")),
             qPrintable(table.error().text));
}

void PolicyCompileTest::starterRulesAreValidRules() {
    const QList<Rule> rules = policy::starterRules(kNowMs, kLists);
    QVERIFY(policy::starterRules(kNowMs).size() < rules.size());  // without such a user
    for (const Rule& rule : rules) {
        const auto valid = api::validate(rule);
        QVERIFY2(valid, valid ? "" : qPrintable(valid.error().text));
        QCOMPARE(rule.origin, api::Origin::Starter);
        QCOMPARE(rule.createdMs, kNowMs);
        QVERIFY(!rule.note.isEmpty());
        QCOMPARE(rules.count(rule), 1);
    }
    // Who had those of an earlier edition gets what came later, and nothing twice.
    const QList<Rule> late = policy::starterRules(kNowMs, kLists, 1);
    const QList<Rule> latest = policy::starterRules(kNowMs, kLists, 2);
    QVERIFY(!latest.isEmpty());
    QVERIFY(latest.size() < late.size());
    QCOMPARE(rules.last(late.size()), late);
    QCOMPARE(late.last(latest.size()), latest);
    QVERIFY(policy::starterRules(kNowMs, kLists, policy::kStarterEdition).isEmpty());
}

void PolicyCompileTest::starterRulesKeepASystemRunning_data() {
    QTest::addColumn<api::Attempt>("attempt");
    QTest::addColumn<bool>("passes");
    const auto row = [](const char* name, bool passes, const api::Attempt& attempt) {
        QTest::newRow(name) << attempt << passes;
    };
    const auto with = [](api::Attempt attempt, quint8 protocol, quint16 localPort = 40000,
                         api::Direction direction = api::Direction::Outbound) {
        attempt.protocol = protocol;
        attempt.localPort = localPort;
        attempt.direction = direction;
        return attempt;
    };
    const AppIdentity sshd{AppIdentity::Kind::Path, QStringLiteral("/usr/sbin/sshd"), {}};
    const auto in = api::Direction::Inbound;
    row("loopback out", true, to("127.0.0.1", 8080));
    row("loopback in", true, with(to("::1", 50000), kTcp, 8080, in));
    row("DHCP asks", true, with(to("255.255.255.255", 67), kUdp, 68));
    row("DHCP is answered", true, with(to("192.0.2.254", 67), kUdp, 68, in));
    row("not DHCP: another local port", false, with(to("192.0.2.254", 67), kUdp));
    row("DHCPv6", true, with(to("ff02::1:2", 547), kUdp, 546));
    const AppIdentity networkd{
        AppIdentity::Kind::Path, QStringLiteral("/usr/lib/systemd/systemd-networkd"), {}};
    row("networkd asks for routers", true, with(to("ff02::2", 0, networkd), kIcmpV6, 0));
    row("a router tells networkd", true, with(to("fe80::1", 0, networkd), kIcmpV6, 0, in));
    row("networkd beyond the local network", false,
        with(to("2001:db8::1", 0, networkd), kIcmpV6, 0));
    row("another program for routers", false, with(to("ff02::2", 0), kIcmpV6, 0));
    row("resolved asks by LLMNR", true, with(to("224.0.0.252", 5355, kResolved), kUdp, 5355));
    row("resolved is asked by multicast DNS", true,
        with(to("192.168.1.7", 5353, kResolved), kUdp, 5353, in));
    row("resolved is asked by a neighbour of the whole internet", true,
        with(to("2001:db8::7", 5353, kResolved), kUdp, 5353, in));
    row("by somebody who speaks no multicast DNS", false,
        with(to("2001:db8::7", 40000, kResolved), kUdp, 5353, in));
    const AppIdentity avahi{AppIdentity::Kind::Path, QStringLiteral("/usr/sbin/avahi-daemon"), {}};
    row("Avahi hears itself", true, with(to("2001:db8::7", 5353, avahi), kUdp, 5353, in));
    row("Avahi beyond the local network", false, with(to("2001:db8::7", 5353, avahi), kUdp, 5353));
    row("resolved anywhere", true, with(to("9.9.9.9", 53, kResolved), kUdp));
    row("resolved over TCP", true, to("9.9.9.9", 53, kResolved));
    row("any program's DNS to the router", true, with(to("192.168.1.1", 53), kUdp));
    row("any program's DNS elsewhere", false, with(to("9.9.9.9", 53), kUdp));
    row("any program's DNS to the machine's resolver", true, with(to("192.0.2.53", 53), kUdp));
    row("long answers of the machine's resolver", true, to("192.0.2.53", 53));
    row("something else of it", false, to("192.0.2.53", 443));
    const AppIdentity manager{
        AppIdentity::Kind::Path, QStringLiteral("/usr/sbin/NetworkManager"), {}};
    row("NetworkManager looks for a log-in page", true, to("198.51.100.9", 80, manager));
    row("NetworkManager does something else", false, to("198.51.100.9", 443, manager));
    row("chrony agrees on keys", true,
        to("198.51.100.9", 4460,
           {AppIdentity::Kind::Path, QStringLiteral("/usr/bin/chronyd"), {}}));
    row("log in by SSH", true, with(to("198.51.100.9", 50000, sshd), kTcp, 22, in));
    row("sshd out", false, to("198.51.100.9", 22, sshd));
    const auto listens = [&](quint16 port, quint32 user) {
        api::Attempt attempt =
            with(to("198.51.100.9", 50000,
                    {AppIdentity::Kind::Path, QStringLiteral("/usr/lib/systemd/systemd"), {}}),
                 kTcp, port, in);
        attempt.uid = user;
        return attempt;
    };
    row("log in by SSH through systemd's socket", true, listens(22, 0));
    row("another service through systemd's socket", false, listens(631, 0));
    row("a socket of somebody's own systemd", false, listens(22, 1000));
    row("the kernel's ping reply", true, with(to("198.51.100.9", 0, kKernel), kIcmp, 0));
    row("a program's ping", false, with(to("198.51.100.9", 0), kIcmp, 0));
    row("a program out", false, to("198.51.100.9"));
    const auto frames = [&](const char* path) {
        return with(to("::", 0, {AppIdentity::Kind::Path, QString::fromLatin1(path), {}}),
                    api::kFrames, 0);
    };
    for (const char* path : {"/usr/sbin/NetworkManager", "/usr/bin/NetworkManager",
                             "/usr/sbin/dhclient", "/usr/sbin/dhcpcd", "/usr/sbin/wpa_supplicant",
                             "/usr/libexec/iwd", "/usr/lib/systemd/systemd-networkd"})
        row(qPrintable(QStringLiteral("frames of %1").arg(QLatin1String(path))), true,
            frames(path));
    row("frames of another program", false, frames("/usr/bin/tcpdump"));
    row("frames of who is let out otherwise", false, frames("/usr/lib/systemd/systemd-resolved"));
    const auto fetches = [](quint32 user) {
        api::Attempt attempt =
            to("198.51.100.9", 443,
               {AppIdentity::Kind::Path, QStringLiteral("/usr/bin/sallyportctl"), {}});
        attempt.uid = user;
        return attempt;
    };
    row("who fetches lists", true, fetches(kLists));
    row("the same program of somebody else", false, fetches(1000));
}

void PolicyCompileTest::starterRulesKeepASystemRunning() {
    QFETCH(api::Attempt, attempt);
    QFETCH(bool, passes);
    QList<Rule> rules = policy::starterRules(kNowMs, kLists);
    for (int i = 0; i < rules.size(); ++i)
        rules[i].id = static_cast<api::RuleId>(i + 1);
    policy::Circumstances now;
    now.resolvers = {address("192.0.2.53")};
    const Decision decision = decided(rules, attempt, now);
    QCOMPARE(decision.verdict, passes ? SP_VERDICT_ALLOW : SP_VERDICT_HOLD);
}

void PolicyCompileTest::explanationNamesTheRuleThatGoesFirst() {
    Rule own = rule(1, api::Action::Allow, "192.0.2.1");
    own.app = kCurl;
    const Rule port = [] {
        Rule r = rule(2, api::Action::Block);
        r.protocol = kTcp;
        r.remotePorts = {80, 80};
        return r;
    }();
    const auto why = policy::explain({rule(3, api::Action::Block), port, own}, {}, to("192.0.2.1"),
                                     kNowNs, kNowMs);
    QCOMPARE(why.state, api::ConnectionState::Allowed);
    QCOMPARE(why.rule, 1u);
    QCOMPARE(why.steps.size(), 3);
    QVERIFY(why.steps[0].decides);
    QCOMPARE(why.steps[0].rule, own);
    QCOMPARE(why.steps[1].why, QStringLiteral("remote port 443 is not in 80"));
    QCOMPARE(why.steps[2].why,
             QStringLiteral("it fits, but rule 1 goes first: it names the program"));
}

void PolicyCompileTest::explanationSaysWhichNamesAreKnown() {
    api::Attempt attempt = to("192.0.2.1");
    const auto why = [&] {
        return policy::explain({rule(1, api::Action::Allow, "192.0.2.0/24"),
                                rule(2, api::Action::Block, "*.example.org")},
                               {}, attempt, kNowNs, kNowMs);
    };
    QCOMPARE(why().steps.first().why,
             QStringLiteral("no name of remote 192.0.2.1 is known before the program says one"));
    QCOMPARE(why().state, api::ConnectionState::Held);
    attempt.nameless = true;
    QCOMPARE(why().steps.first().why,
             QStringLiteral("no name of remote 192.0.2.1 is known, so not *.example.org"));
    QCOMPARE(why().state, api::ConnectionState::Allowed);
    attempt.nameless = false;
    attempt.names = QStringList{QStringLiteral("a.example"), QStringLiteral("example.org")};
    QCOMPARE(why().steps.first().why, QStringLiteral("remote 192.0.2.1 is known as a.example, "
                                                     "example.org, which is not *.example.org"));
    attempt.names += QStringLiteral("www.example.org");
    QCOMPARE(why().rule, 2u);
    QCOMPARE(why().steps.last().why,
             QStringLiteral("it fits, but rule 2 goes first: its remote is narrower"));
}

QTEST_GUILESS_MAIN(PolicyCompileTest)
#include "policy_compile_test.moc"
