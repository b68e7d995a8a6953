// The engine reads of its rules only what a change was about: what it has in force is what a new
// one would read, after any changes.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>
#include <QTest>

#include "api/rule_file.h"
#include "engine_parts.h"
#include "policy/precedence.h"

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
};

QTEST_GUILESS_MAIN(EngineRulesTest)
#include "engine_rules_test.moc"
