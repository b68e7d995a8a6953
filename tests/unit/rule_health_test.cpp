// A rule that is called redundant, or contradictory, can be deleted and nothing is decided
// otherwise. SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "models/rule_health.h"
#include "policy/precedence.h"
#include "policy_generator.h"

using namespace sallyport;

namespace {

api::Rule decider(const QList<api::Rule>& rules, api::RuleId id) {
    for (const api::Rule& rule : rules) {
        if (rule.id == id)
            return rule;
    }
    return {};
}

}  // namespace

class RuleHealthTest : public QObject {
    Q_OBJECT

  private slots:
    void whatIsSuperfluousDecidesNothing() {
        const quint32 seed = tests::seed();
        tests::Generator generator(seed);
        int superfluous = 0, contrary = 0, decided = 0;
        for (int round = 0; round < 400; ++round) {
            QList<api::Rule> rules = generator.rules(30);
            // Some that are for the same or for more, as people make them.
            for (api::RuleId id = 31; id <= 45; ++id) {
                api::Rule like = rules[int(id) - 31];
                like.id = id;
                if (generator.chance(50))
                    like.pinned = true;
                if (generator.chance(30))
                    like.app = {};
                if (generator.chance(30))
                    like.remote = {};
                if (generator.chance(30))
                    like.remotePorts = {};
                if (generator.chance(30))
                    like.action = api::Action::Block;
                like.lifetime = api::Lifetime::Forever;
                like.process = 0;
                like.expiresMs = 0;
                rules += like;
            }
            rules = policy::sorted(rules);
            models::RuleHealth health([](const QString&) { return false; });
            health.examine(rules);
            QList<api::Rule> needed;
            for (const api::Rule& rule : rules) {
                const auto marks = health.marks(rule, 0);
                if (marks.isEmpty())
                    needed += rule;
                else
                    contrary += marks.first().state == QLatin1String("contradicts");
            }
            superfluous += int(rules.size() - needed.size());
            const auto circumstances = generator.circumstances();
            for (int i = 0; i < 40; ++i) {
                const api::Attempt attempt = generator.attempt(rules);
                const auto explained = [&](const QList<api::Rule>& by) {
                    return policy::explain(by, circumstances, attempt, tests::kNowNs, tests::kNowMs,
                                           tests::listing);
                };
                const api::Explanation all = explained(rules);
                const api::Explanation less = explained(needed);
                const QByteArray where =
                    QStringLiteral("seed %1, round %2, attempt %3: rule %4, without: %5")
                        .arg(seed)
                        .arg(round)
                        .arg(i)
                        .arg(all.rule)
                        .arg(less.rule)
                        .toUtf8();
                QVERIFY2(health.marks(decider(rules, all.rule), 0).isEmpty(), where.constData());
                // What waits for a name may wait for less.
                const auto held = api::ConnectionState::Held;
                if (all.state != held && less.state != held)
                    QVERIFY2(all.rule == less.rule && all.state == less.state &&
                                 all.reason == less.reason,
                             where.constData());
                decided += all.rule != 0;
            }
        }
        qInfo("%d superfluous, %d of them contrary; %d attempts decided by rules", superfluous,
              contrary, decided);
        QVERIFY(superfluous > 400 && contrary > 50 && decided > 1000);
    }
};

QTEST_GUILESS_MAIN(RuleHealthTest)
#include "rule_health_test.moc"
