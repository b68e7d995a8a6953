// Quotas in the helper: counted by the kernel side, kept, used up, and begun anew by the calendar.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QIODevice>
#include <QSignalSpy>
#include <QTest>

#include "api/rule_file.h"
#include "engine_parts.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using api::WhenUsedUp;

namespace {

constexpr quint64 kQuota = 1'000'000;
constexpr qint64 kHourMs = 3'600'000;

qint64 at(const QString& local) {
    return QDateTime::fromString(local, Qt::ISODate).toMSecsSinceEpoch();
}

api::Rule limited(WhenUsedUp then, api::Period period = api::Period::Month) {
    api::Rule rule;
    rule.action = api::Action::Allow;
    rule.app = {api::AppIdentity::Kind::Path, u"/usr/bin/browser"_s, {}};
    rule.quota = {kQuota, period, then};
    return rule;
}

api::Attempt attempt() {
    api::Attempt attempt;
    attempt.app = limited(WhenUsedUp::Block).app;
    attempt.startedBy = {api::AppIdentity::Kind::Unknown, {}, {}};
    attempt.remote = api::Address::v4(0xcb007107u);
    attempt.remotePort = 443;
    return attempt;
}

struct Bench : tests::EngineParts {
    Bench() {
        clock.now = at(u"2026-11-25T12:00:00"_s);
        open();
    }
    void open() {
        EngineParts::open({in("rules.d"), {}});
        start();
    }
    void pass(qint64 ms) {
        clock.now += ms;
        engine->expire();
    }
    // The kernel side lets so much through, or refuses what is too much.
    void use(api::RuleId rule, quint64 bytes) {
        quint64& used = kernel.uses[rule].used;
        const bool told = used < kQuota && used + bytes >= kQuota;
        used += bytes;
        if (told)
            kernel.events.append([=](kernel::Sink& sink) { sink.onQuota(rule); });
        engine->drain();
    }
    quint64 used(api::RuleId id) const {
        for (const api::Rule& rule : engine->rules())
            if (rule.id == id)
                return rule.quota.used;
        return 0;
    }
};

}  // namespace

class QuotasTest : public QObject {
    Q_OBJECT
  private slots:
    void whatIsUsedIsListed();
    void aUsedUpQuotaBlocks();
    void aUsedUpQuotaAsks();
    void aUsedUpQuotaIsOnlyTold();
    void theNextMonthBeginsAnew();
    void theNextDayBeginsAnew();
    void aClockThatWasWrongFindsItsMonthAgain();
    void aRestartForgetsNothing();
    void aRestartOfTheMachineForgetsNothing();
    void aLostWordIsFoundLater();
    void anAdministratorsRuleIsKnownByWhatItSays();
    void eachPeriodBeginsAtItsOwnTime();
    void otherChangesCostNothing();
    void aRuleThatComesBackHasItsUse();
    void aResetBeginsAnew();
    void aCountThatTheKernelHasNotBegunIsNotAnothers();
    void aCountNeverGoesBack();
    void anExportHasTheQuotaAndAnImportNoUse();
    void anExplanationSaysHowMuchIsUsed();
};

void QuotasTest::whatIsUsedIsListed() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    QCOMPARE(bench.used(id), 0u);
    bench.use(id, 1234);
    QCOMPARE(bench.used(id), 1234u);
    QCOMPARE(bench.kernel.policy.limits.value(id).quota, kQuota);
    QCOMPARE(bench.kernel.policy.limits.value(id).spent, SP_VERDICT_BLOCK_ERROR);
}

void QuotasTest::aUsedUpQuotaBlocks() {
    Bench bench;
    QSignalSpy changed(bench.engine.get(), &engine::Engine::rulesChanged);
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, kQuota - 1);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Allowed);
    bench.use(id, 1);
    QCOMPARE(changed.size(), 2);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Blocked);
    QCOMPARE(bench.engine->explain(attempt()).rule, id);
    QCOMPARE(bench.kernel.policy.limits.value(id).quota, kQuota);  // it goes on counting
}

void QuotasTest::aUsedUpQuotaAsks() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Ask));
    const size_t lines = bench.kernel.policy.rules.size();
    QCOMPARE(bench.kernel.policy.limits.value(id).spent, SP_VERDICT_HOLD);
    bench.use(id, kQuota);
    QCOMPARE(bench.kernel.policy.rules.size(), lines - 1);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Held);
    // What is answered counts, though the rule with the quota would go first.
    api::Rule allow = limited(WhenUsedUp::Block);
    allow.quota = {};
    const auto answer = *bench.engine->addRule(allow);
    QCOMPARE(bench.engine->explain(attempt()).rule, answer);
}

void QuotasTest::aUsedUpQuotaIsOnlyTold() {
    Bench bench;
    QSignalSpy changed(bench.engine.get(), &engine::Engine::rulesChanged);
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Notify));
    bench.use(id, kQuota);
    bench.use(id, kQuota);
    QCOMPARE(changed.size(), 2);
    QCOMPARE(bench.used(id), 2 * kQuota);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Allowed);
}

void QuotasTest::theNextMonthBeginsAnew() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, kQuota);
    bench.clock.now = at(u"2026-12-01T00:00:00"_s) - 1;
    bench.pass(0);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Blocked);
    bench.pass(1);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.used(id), 0u);
}

void QuotasTest::theNextDayBeginsAnew() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block, api::Period::Day));
    bench.use(id, kQuota);
    bench.pass(11 * kHourMs);
    QCOMPARE(bench.used(id), kQuota);
    bench.pass(kHourMs);
    QCOMPARE(bench.used(id), 0u);
}

void QuotasTest::aClockThatWasWrongFindsItsMonthAgain() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    const qint64 right = bench.clock.now;
    bench.clock.now = at(u"2031-05-05T05:05:05"_s);
    bench.engine->expire();
    QCOMPARE(bench.used(id), 0u);
    bench.use(id, 7);
    bench.clock.now = right + 60'000;
    bench.pass(0);
    bench.clock.now = right;
    bench.open();
    QCOMPARE(bench.used(id), 5000u);
}

void QuotasTest::aRestartForgetsNothing() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    bench.engine.reset();
    bench.kernel.uses[id].used += 3000;  // while there was no helper
    bench.open();
    QCOMPARE(bench.used(id), 8000u);
    bench.use(id, kQuota);
    bench.open();
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Blocked);
}

void QuotasTest::aRestartOfTheMachineForgetsNothing() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    bench.pass(60'000);  // was written by now
    bench.kernel.uses.clear();
    bench.open();
    QCOMPARE(bench.used(id), 5000u);
    QCOMPARE(bench.kernel.uses.value(id).used, 5000u);
}

void QuotasTest::aLostWordIsFoundLater() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.kernel.uses[id].used = kQuota;  // and the ring was full
    bench.pass(60'000);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Blocked);
}

void QuotasTest::anAdministratorsRuleIsKnownByWhatItSays() {
    Bench bench;
    QVERIFY(QDir().mkpath(bench.in("rules.d")));
    const auto write = [&bench](const char* name, const api::Rule& rule) {
        QFile file(bench.in("rules.d") + QLatin1String(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(api::rulesToJson({rule}));
    };
    const auto find = [&bench] {
        for (const api::Rule& rule : bench.engine->rules())
            if (rule.origin == api::Origin::Administrator && !rule.quota.isNone())
                return rule;
        return api::Rule();
    };
    api::Rule rule = limited(WhenUsedUp::Block);
    write("/20-quota.json", rule);
    bench.open();
    const api::RuleId id = find().id;
    bench.use(id, 5000);
    QCOMPARE(find().quota.used, 5000u);
    // Another file comes before it, and its quota and note are changed.
    rule.quota.bytes = 2 * kQuota;
    rule.note = u"more for all"_s;
    write("/20-quota.json", rule);
    api::Rule other;
    other.action = api::Action::Block;
    other.app = {api::AppIdentity::Kind::Path, u"/usr/bin/other"_s, {}};
    write("/10-other.json", other);
    bench.open();
    QVERIFY(find().id != id);
    QCOMPARE(find().quota.bytes, 2 * kQuota);
    QCOMPARE(find().quota.used, 5000u);
    // For another program it is another rule.
    rule.app.path = u"/usr/bin/mail"_s;
    write("/20-quota.json", rule);
    bench.open();
    QCOMPARE(find().quota.used, 0u);
}

void QuotasTest::eachPeriodBeginsAtItsOwnTime() {
    Bench bench;
    const auto day = *bench.engine->addRule(limited(WhenUsedUp::Block, api::Period::Day));
    api::Rule mail = limited(WhenUsedUp::Block);
    mail.app.path = u"/usr/bin/mail"_s;
    const auto month = *bench.engine->addRule(mail);
    bench.clock.now = at(u"2026-11-25T23:59:50"_s);
    bench.pass(0);
    bench.use(day, kQuota);
    bench.use(month, 5000);
    bench.pass(9'999);
    QCOMPARE(bench.used(day), kQuota);
    bench.pass(1);  // not when counts are looked at next
    QCOMPARE(bench.used(day), 0u);
    QCOMPARE(bench.used(month), 5000u);
}

void QuotasTest::otherChangesCostNothing() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    const quint64 count = bench.kernel.uses.value(id).count;
    QVERIFY(bench.engine->setMode(api::Mode::LockDown));
    api::Rule more = limited(WhenUsedUp::Ask);
    more.id = id;
    more.quota.bytes = 2 * kQuota;
    QVERIFY(bench.engine->editRule(more));
    QCOMPARE(bench.used(id), 5000u);
    QCOMPARE(bench.kernel.uses.value(id).count, count);
}

void QuotasTest::aRuleThatComesBackHasItsUse() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    QVERIFY(bench.engine->removeRules({id}));
    bench.open();
    QVERIFY(bench.engine->undoRules());
    QCOMPARE(bench.used(id), 5000u);
}

void QuotasTest::aResetBeginsAnew() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, kQuota);
    QVERIFY(bench.engine->resetQuota(id));
    QCOMPARE(bench.used(id), 0u);
    QCOMPARE(bench.engine->explain(attempt()).state, api::ConnectionState::Allowed);
    bench.open();
    QCOMPARE(bench.used(id), 0u);
    QCOMPARE(bench.engine->resetQuota(1).error().code, api::ErrorCode::NotFound);
}

void QuotasTest::aCountThatTheKernelHasNotBegunIsNotAnothers() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    bench.kernel.refusePolicy = true;
    QVERIFY(bench.engine->resetQuota(id));
    QCOMPARE(bench.kernel.uses.value(id).used, 5000u);  // it goes on with the one before
    QCOMPARE(bench.used(id), 0u);
}

void QuotasTest::aCountNeverGoesBack() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    bench.pass(60'000);
    bench.kernel.uses[id].used = 100;
    bench.pass(60'000);
    QCOMPARE(bench.used(id), 5000u);
}

void QuotasTest::anExportHasTheQuotaAndAnImportNoUse() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 5000);
    const QByteArray json = api::exportToJson(bench.engine->rules());
    QCOMPARE(bench.engine->importRules(json, false)->value(u"added"_s).toInt(), 0);
    QVERIFY(bench.engine->removeRules({id}));
    QCOMPARE(bench.engine->importRules(json, false)->value(u"added"_s).toInt(), 1);
    const api::Explanation explanation = bench.engine->explain(attempt());
    QVERIFY(explanation.rule != id);
    QCOMPARE(bench.used(explanation.rule), 0u);
}

void QuotasTest::anExplanationSaysHowMuchIsUsed() {
    Bench bench;
    const auto id = *bench.engine->addRule(limited(WhenUsedUp::Block));
    bench.use(id, 250'000);
    const auto why = [&] {
        for (const api::ExplanationStep& step : bench.engine->explain(attempt()).steps)
            if (step.rule.id == id)
                return step.why;
        return QString();
    };
    QVERIFY2(
        why().contains(u"of its quota 250.0 kB of 1 MB are used this month, until 2026-12-01"_s),
        qPrintable(why()));
    bench.use(id, 950'000);
    QVERIFY2(why().contains(u"its quota is used up: 1.2 MB of 1 MB this month, until 2026-12-01"_s),
             qPrintable(why()));
}

QTEST_GUILESS_MAIN(QuotasTest)
#include "quotas_test.moc"
