// What is tried out for a rule is what the rule is for, as policy::explain() reads it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rule_attempt.h"

#include <QTest>

#include "policy_generator.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

class RuleAttemptTest : public QObject {
    Q_OBJECT

    static QString misfit(const api::Rule& rule, const api::Attempt& attempt) {
        const api::Explanation explanation =
            policy::explain({rule}, {}, attempt, tests::kNowNs, tests::kNowMs, tests::listing);
        if (explanation.steps.isEmpty())
            return u"could not apply"_s;
        const api::ExplanationStep& step = explanation.steps.first();
        return step.matches ? QString() : step.why;
    }

  private slots:
    void everyRuleFitsItsAttempt() {
        tests::Generator generator(tests::seed());
        int tried = 0;
        for (int round = 0; round < 300; ++round) {
            for (api::Rule rule : generator.rules(10)) {
                // What is not of a connection: it is over, or hangs on a file or a request.
                rule.enabled = true;
                rule.lifetime = api::Lifetime::Forever;
                rule.process = 0;
                rule.expiresMs = 0;
                rule.sha256.clear();
                rule.http = {};
                const auto attempt = models::attemptFor(rule, 1000);
                const bool isKnownHere = rule.remote.kind != api::Remote::Kind::List &&
                                         rule.remote.kind != api::Remote::Kind::Resolvers;
                QCOMPARE(attempt.has_value(), isKnownHere);
                if (!attempt)
                    continue;
                const QString why = misfit(rule, *attempt);
                QVERIFY2(why.isEmpty(), qPrintable(why + u": "_s + rule.remote.toString()));
                ++tried;
            }
        }
        QVERIFY(tried > 1000);
    }

    void theFamilyGoesWithTheProtocol() {
        api::Rule rule;
        rule.protocol = 58;  // ICMPv6
        for (const auto kind : {api::Remote::Kind::Any, api::Remote::Kind::LocalNetwork,
                                api::Remote::Kind::ThisMachine}) {
            rule.remote.kind = kind;
            QVERIFY(!models::attemptFor(rule, 0)->remote.isV4());
        }
        api::Rule local;
        local.local = api::Cidr::parse(u"2001:db8::/32"_s).value();
        QVERIFY(!models::attemptFor(local, 0)->remote.isV4());
    }

    void bothPortsCount() {
        api::Rule dhcp;
        dhcp.direction = api::Direction::Inbound;
        dhcp.protocol = 17;
        dhcp.remotePorts = api::PortRange::single(67);
        dhcp.localPorts = api::PortRange::single(68);
        const auto attempt = models::attemptFor(dhcp, 0);
        QCOMPARE(attempt->remotePort, 67);
        QCOMPARE(attempt->localPort, 68);
        QCOMPARE(attempt->direction, api::Direction::Inbound);
    }
};

QTEST_GUILESS_MAIN(RuleAttemptTest)
#include "rule_attempt_test.moc"
