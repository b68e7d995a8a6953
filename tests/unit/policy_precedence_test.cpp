// Which of two rules goes first: what the README promises, and that the order is one.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "policy/precedence.h"
#include "policy_generator.h"

using namespace sallyport;
using namespace sallyport::tests;
using api::AppIdentity;
using api::Remote;
using api::Rule;

namespace {

const AppIdentity kCurl{AppIdentity::Kind::Path, QStringLiteral("/usr/bin/curl"), {}};
const AppIdentity kShell{AppIdentity::Kind::Path, QStringLiteral("/usr/bin/bash"), {}};

using Change = void (*)(Rule&);

Rule ruleWith(Change change) {
    Rule rule;
    rule.id = 1;
    rule.action = api::Action::Allow;
    change(rule);
    return rule;
}

void remote(Rule& rule, const char* text) {
    rule.remote = Remote::parse(QString::fromLatin1(text)).value();
}

constexpr Change kNothing = [](Rule&) {};
constexpr Change kPinned = [](Rule& r) { r.pinned = true; };
constexpr Change kApp = [](Rule& r) { r.app = kCurl; };
constexpr Change kProcess = [](Rule& r) { r.process = 7; };
constexpr Change kStartedBy = [](Rule& r) { r.startedBy = kShell; };
constexpr Change kHost = [](Rule& r) { remote(r, "192.0.2.1"); };
constexpr Change kNetwork = [](Rule& r) { remote(r, "192.0.2.0/24"); };
constexpr Change kEveryIpv4 = [](Rule& r) { remote(r, "0.0.0.0/0"); };
constexpr Change kLocal = [](Rule& r) { remote(r, "local-network"); };
constexpr Change kResolvers = [](Rule& r) { remote(r, "resolvers"); };
constexpr Change kMachine = [](Rule& r) { remote(r, "this-machine"); };
constexpr Change kName = [](Rule& r) { remote(r, "example.org"); };
constexpr Change kBelow = [](Rule& r) { remote(r, "*.example.org"); };
constexpr Change kBelowLonger = [](Rule& r) { remote(r, "*.www.example.org"); };
constexpr Change kSite = [](Rule& r) { remote(r, ".example.org"); };
constexpr Change kLocalAddress = [](Rule& r) {
    r.local = api::Cidr::parse(QStringLiteral("192.0.2.1")).value();
};
constexpr Change kInterface = [](Rule& r) { r.interface = QStringLiteral("wg0"); };
constexpr Change kRemotePort = [](Rule& r) { r.remotePorts = {443, 443}; };
constexpr Change kRemotePorts = [](Rule& r) { r.remotePorts = {80, 443}; };
constexpr Change kLocalPort = [](Rule& r) { r.localPorts = {22, 22}; };
constexpr Change kProtocol = [](Rule& r) { r.protocol = 6; };
constexpr Change kDirection = [](Rule& r) { r.direction = api::Direction::Inbound; };
constexpr Change kUser = [](Rule& r) { r.user = 1000; };
constexpr Change kBlock = [](Rule& r) { r.action = api::Action::Block; };
constexpr Change kAudit = [](Rule& r) { r.action = api::Action::Audit; };
constexpr Change kNewer = [](Rule& r) { r.id = 2; };

}  // namespace
Q_DECLARE_METATYPE(Change)

class PolicyPrecedenceTest : public QObject {
    Q_OBJECT
  private slots:
    void goesFirst_data();
    void goesFirst();
    void oneOfTwoRulesAlwaysGoesFirst();
    void theOrderHasNoCircles();
    void saysWhy();
};

void PolicyPrecedenceTest::goesFirst_data() {
    QTest::addColumn<Change>("first");
    QTest::addColumn<Change>("second");
    const auto row = [](const char* name, Change first, Change second) {
        QTest::newRow(name) << first << second;
    };
    row("pinned before a program", kPinned, kApp);
    row("a program before a process of any", kApp, kProcess);
    row("a program before a starter", kApp, kStartedBy);
    row(
        "a program and its starter before the program",
        [](Rule& r) {
            kApp(r);
            kStartedBy(r);
        },
        kApp);
    row(
        "a process of a program before the program and its starter",
        [](Rule& r) {
            kApp(r);
            kProcess(r);
        },
        [](Rule& r) {
            kApp(r);
            kStartedBy(r);
        });
    row("a starter before any", kStartedBy, kNothing);
    row("a starter before an address", kStartedBy, kHost);
    row("an address before its network", kHost, kNetwork);
    row("an address before a name", kHost, kName);
    row("a name before a network of two addresses", kName,
        [](Rule& r) { remote(r, "192.0.2.0/31"); });
    row("a name before all below a longer one", kName, kBelowLonger);
    row("all below a longer name first", kBelowLonger, kBelow);
    row("all below a name before itself and all below", kBelow, kSite);
    row(
        "a longer name and all below before all below a shorter one",
        [](Rule& r) { remote(r, ".www.example.org"); }, kBelow);
    row("all below a name before a network of two addresses", kSite,
        [](Rule& r) { remote(r, "2001:db8::/127"); });
    row("a network before the local network", kNetwork, kLocal);
    row("a network before this machine", kNetwork, kMachine);
    row("this machine before a shorter prefix", kMachine, [](Rule& r) { remote(r, "96.0.0.0/7"); });
    row("this machine before the local network", kMachine, kLocal);
    row(
        "every network before the resolvers", [](Rule& r) { remote(r, "8000::/1"); }, kResolvers);
    row("the resolvers before the local network", kResolvers, kLocal);
    row("the local network before every IPv4 address", kLocal, kEveryIpv4);
    row("every IPv4 address before any", kEveryIpv4, kNothing);
    row("a remote before ports", kEveryIpv4, kRemotePort);
    row("a port before a range", kRemotePort, kRemotePorts);
    row("remote ports before local ports", kRemotePorts, kLocalPort);
    row("local ports before a local address", kLocalPort, kLocalAddress);
    row("a local address before its network", kLocalAddress,
        [](Rule& r) { r.local = api::Cidr::parse(QStringLiteral("192.0.2.0/31")).value(); });
    row("a local address before an interface", kLocalAddress, kInterface);
    row("an interface before a protocol", kInterface, kProtocol);
    row("a protocol before a direction", kProtocol, kDirection);
    row("a direction before a user", kDirection, kUser);
    row("a user before blocking", kUser, kBlock);
    row("blocking before allowing, though older", kBlock, kNewer);
    row("a user before auditing", kUser, kAudit);
    row("auditing before allowing, though older", kAudit, kNewer);
    row(
        "a newer audit before a block",
        [](Rule& r) {
            kAudit(r);
            kNewer(r);
        },
        kBlock);
    row(
        "a newer block before an audit",
        [](Rule& r) {
            kBlock(r);
            kNewer(r);
        },
        kAudit);
    row("the newer", kNewer, kNothing);
}

void PolicyPrecedenceTest::goesFirst() {
    QFETCH(Change, first);
    QFETCH(Change, second);
    const Rule a = ruleWith(first);
    const Rule b = ruleWith(second);
    QVERIFY(policy::precedes(a, b));
    QVERIFY(!policy::precedes(b, a));
    QCOMPARE(policy::sorted({b, a}), (QList<Rule>{a, b}));
}

void PolicyPrecedenceTest::oneOfTwoRulesAlwaysGoesFirst() {
    const QList<Rule> rules = Generator(seed()).rules(300);
    for (const Rule& a : rules) {
        for (const Rule& b : rules)
            QCOMPARE(policy::precedes(a, b) + policy::precedes(b, a), a.id == b.id ? 0 : 1);
    }
}

void PolicyPrecedenceTest::theOrderHasNoCircles() {
    Generator make(seed() + 1);
    for (int i = 0; i < 20000; ++i) {
        const QList<Rule> three = make.rules(3);
        const bool forward =
            policy::precedes(three[0], three[1]) && policy::precedes(three[1], three[2]);
        QVERIFY(!forward || policy::precedes(three[0], three[2]));
    }
}

void PolicyPrecedenceTest::saysWhy() {
    const Rule named = ruleWith(kApp);
    const Rule any = ruleWith(kBlock);
    QCOMPARE(policy::whyFirst(named, any), QStringLiteral("it names the program"));
    QCOMPARE(policy::whyFirst(any, named), QString());
    QCOMPARE(policy::whyFirst(named, named), QString());
}

QTEST_GUILESS_MAIN(PolicyPrecedenceTest)
#include "policy_precedence_test.moc"
