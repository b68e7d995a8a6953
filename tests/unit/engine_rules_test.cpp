// The engine reads of its rules only what a change was about: what it has in force is what a new
// one would read, after any changes. Interfaces are known by their indexes of now.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>
#include <QTest>

#include "api/rule_file.h"
#include "engine_bench.h"
#include "policy/precedence.h"
#include "route_wire.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

// Any of a few thousand, so that many are in the same place of the order.
api::Rule someRule(QRandomGenerator& random, qint64 nowMs) {
    api::Rule rule;
    rule.action = random.bounded(2) ? api::Action::Allow : api::Action::Block;
    if (random.bounded(3))
        rule.app = {api::AppIdentity::Kind::Path, u"/usr/bin/p%1"_s.arg(random.bounded(5)), {}};
    if (random.bounded(2))
        rule.remote = api::Remote::host(api::Address::v4(0x0a000000u + random.bounded(4u)));
    if (random.bounded(2))
        rule.remotePorts = api::PortRange::single(quint16(1 + random.bounded(3)));
    rule.enabled = random.bounded(4) != 0;
    rule.pinned = random.bounded(8) == 0;
    if (random.bounded(4) == 0) {
        rule.lifetime = api::Lifetime::Timed;
        rule.expiresMs = nowMs + 1 + random.bounded(50'000);
    }
    return rule;
}

}  // namespace

class EngineRulesTest : public QObject {
    Q_OBJECT
  private slots:
    void whatIsInForceIsWhatIsStored() {
        QRandomGenerator random(7);
        tests::EngineParts parts;
        parts.open({parts.in("rules.d"), {}});
        parts.start();
        QSet<QString> done;
        for (int i = 0; i < 400; ++i) {
            const QList<api::Rule> rules = parts.engine->rules();
            const api::RuleId any = rules.isEmpty() ? 0 : rules.at(random.bounded(rules.size())).id;
            switch (random.bounded(rules.size() > 60 ? 6 : 12)) {
                case 0: {
                    api::Rule edited = someRule(random, parts.clock.now);
                    edited.id = any;
                    if (parts.engine->editRule(edited))
                        done.insert(u"edited"_s);
                    break;
                }
                case 1:
                case 2:
                    if (parts.engine->removeRules({any}))
                        done.insert(u"removed"_s);
                    break;
                case 3:
                    if (parts.engine->undoRules())
                        done.insert(u"undone"_s);
                    break;
                case 4:
                    parts.clock.now += 5'000;
                    parts.engine->expire();
                    break;
                case 5: {
                    QList<api::Rule> some;
                    for (int n = random.bounded(40); n >= 0; --n)
                        some.append(someRule(random, parts.clock.now));
                    if (parts.engine->importRules(api::rulesToJson(some), random.bounded(4) == 0))
                        done.insert(u"imported"_s);
                    break;
                }
                default:
                    if (parts.engine->addRule(someRule(random, parts.clock.now)))
                        done.insert(u"added"_s);
            }
            const auto stored = parts.rules->all();
            QVERIFY(stored.has_value());
            QCOMPARE(parts.engine->rules().size(), stored->size());
            QVERIFY(parts.engine->rules() == policy::sorted(*stored));
        }
        QCOMPARE(done.size(), 5);
    }

    // Which runs on while the kernel's tables stay; with them, serials are counted anew.
    void aRuleForAProcessEndsWithTheSerials() {
        tests::Bench bench;
        bench.start();
        api::Rule untilRestart = tests::browserRule(api::Action::Block);
        untilRestart.lifetime = api::Lifetime::UntilRestart;
        api::Rule process = tests::browserRule(api::Action::Allow);
        process.lifetime = api::Lifetime::Process;
        process.process = tests::kSerial;
        const auto stays = bench.engine->addRule(untilRestart);
        const auto goes = bench.engine->addRule(process);
        QVERIFY(stays && goes);
        const auto has = [&](api::RuleId id) {
            const QList<api::Rule> rules = bench.engine->rules();
            return std::any_of(rules.begin(), rules.end(),
                               [id](const api::Rule& rule) { return rule.id == id; });
        };
        bench.open();
        bench.start();
        QVERIFY(has(*stays) && has(*goes));
        bench.engine.reset();
        bench.kernel.key = 2;
        bench.open();
        bench.start();
        QVERIFY(bench.processes.isAlive(tests::kSerial));  // another, as far as is known
        QVERIFY(has(*stays) && !has(*goes));
    }

    // Its addresses are private, and the resolvers are the same: no network changes with it.
    void anInterfaceThatIsMadeAnewIsTheOneOfItsRule() {
        tests::FakeRoutes routes;
        tests::Bench bench;
        bench.routes = routes.opener();
        bench.interfaces = {{u"wg0"_s, 5}, {u"eth0"_s, 2}};
        bench.open();
        bench.start();
        api::Rule rule = tests::browserRule(api::Action::Allow);
        rule.app = {};
        rule.interface = u"wg0"_s;
        QVERIFY(bench.engine->addRule(rule));
        const auto index = [&] {
            for (const sp_rule& line : bench.kernel.policy.rules) {
                if (line.flags & SP_RULE_HAS_INTERFACE)
                    return line.ifindex;
            }
            return quint32{0};
        };
        const auto linksChange = [&](const QHash<QString, quint32>& now) {
            bench.interfaces = now;
            ifinfomsg up{};
            up.ifi_flags = 1;  // IFF_UP
            routes.say(tests::message(RTM_NEWLINK, 0, 0, tests::raw(up)));
        };
        QCOMPARE(index(), 5u);
        bench.happens([](kernel::Sink& sink) {
            kernel::FlowReport held = tests::report(tests::key(1));
            held.ifindex = 7;
            sink.onHeld(held, tests::packet(tests::key(1), "SYN"));
        });
        QCOMPARE(bench.asked.size(), 1);
        linksChange({{u"wg0"_s, 7}, {u"eth0"_s, 2}});
        QTRY_COMPARE(index(), 7u);
        QCOMPARE(bench.withdrawn.size(), 1);
        QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);

        const quint32 generation = bench.kernel.generation;
        linksChange({{u"wg0"_s, 7}, {u"usb0"_s, 9}});  // of no rule
        QTest::qWait(2 * kernel::OnLinkNetworks::kMostPauseMs);
        QCOMPARE(bench.kernel.generation, generation);

        bench.kernel.refusePolicy = true;
        linksChange({});
        QTRY_VERIFY(bench.engine->status().problem.contains(u"the kernel says no"_s));
        QCOMPARE(index(), 7u);
        bench.kernel.refusePolicy = false;
        linksChange({});  // what could not be put in force is tried again
        QTRY_COMPARE(index(), SP_IFINDEX_GONE);
        QVERIFY(!bench.engine->status().problem.contains(u"the kernel says no"_s));
    }
};

QTEST_GUILESS_MAIN(EngineRulesTest)
#include "engine_rules_test.moc"
