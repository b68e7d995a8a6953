// A clock that is set while things wait that end: questions, pauses, rules, what is to be written.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>

#include "engine_parts.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

constexpr quint64 kSerial = 100;
constexpr qint32 kPid = 4000;
constexpr qint64 kSecondMs = 1'000;
constexpr qint64 kHourMs = 3'600 * kSecondMs;
const kernel::FlowKey kFlow{7, api::Address::v4(0xcb007107u), 443, 6};

api::Rule forAnHour(qint64 nowMs) {
    api::Rule rule;
    rule.action = api::Action::Allow;
    rule.app = {api::AppIdentity::Kind::Path, u"/usr/bin/browser"_s, {}};
    rule.lifetime = api::Lifetime::Timed;
    rule.expiresMs = nowMs + kHourMs;
    return rule;
}

struct Bench : tests::EngineParts {
    Bench() { restart(); }
    void restart() {
        open({in("rules.d"), {}});
        start();
    }
    void pass(qint64 ms) {
        clock.now += ms;
        kernel.boot += quint64(ms) * 1'000'000;
        engine->expire();
    }
    void set(qint64 byMs) {
        clock.set(byMs);
        engine->expire();
    }
    // A program runs, connects, and is held.
    api::Question ask() {
        kernel::ExecReport exec;
        exec.serial = kSerial;
        exec.pid = kPid;
        exec.uid = 1000;
        exec.file = {kSerial, 1, 1};
        exec.path = u"/usr/bin/browser"_s;
        exec.arguments = QStringList{exec.path};
        kernel::FlowReport flow;
        flow.key = kFlow;
        flow.owner = {kSerial, 1, kPid, 1000, 0, 0};
        flow.decision = {SP_VERDICT_HOLD, SP_REASON_NONE, 0};
        flow.localPort = 50000;
        kernel.events.append([exec](kernel::Sink& sink) { sink.onExec(exec); });
        kernel.events.append([flow](kernel::Sink& sink) {
            sink.onHeld(flow, {kFlow, 1, 0, 0, QByteArrayLiteral("SYN")});
        });
        engine->drain();
        return engine->questions().value(0);
    }
    api::Question question() const { return engine->questions().value(0); }
    qint64 endOf(api::RuleId id) const {
        for (const api::Rule& rule : engine->rules()) {
            if (rule.id == id)
                return rule.expiresMs;
        }
        return 0;
    }
};

}  // namespace

class ClockTest : public QObject {
    Q_OBJECT
  private slots:
    void aQuestionWaitsAsLongAsItWould_data() {
        QTest::addColumn<qint64>("by");
        QTest::newRow("set back") << -kHourMs;
        QTest::newRow("set forward") << kHourMs;
    }
    void aQuestionWaitsAsLongAsItWould() {
        QFETCH(qint64, by);
        Bench bench;
        const api::Question before = bench.ask();
        QVERIFY(before.id);
        const qint64 wait = before.deadlineMs - bench.clock.now;
        QVERIFY(wait > 2 * kSecondMs);
        bench.pass(kSecondMs);
        const QSignalSpy told(bench.engine.get(), &engine::Engine::questionsChanged);
        bench.set(by);
        QVERIFY(!bench.question().missed);
        QCOMPARE(bench.question().deadlineMs, bench.clock.now + wait - kSecondMs);
        QCOMPARE(bench.question().askedMs, before.askedMs + by);
        QTRY_VERIFY(!told.isEmpty());
        bench.pass(wait - kSecondMs - 1);
        QVERIFY(!bench.question().missed);
        bench.pass(1);
        QVERIFY(bench.question().missed);
        QCOMPARE(bench.kernel.answers.value(kFlow), SP_VERDICT_BLOCK_ERROR);
    }

    // As a time service does, again and again.
    void smallStepsMoveNothing() {
        Bench bench;
        const qint64 deadline = bench.ask().deadlineMs;
        for (int i = 0; i < 10; ++i)
            bench.set(-kSecondMs);
        QCOMPARE(bench.question().deadlineMs, deadline);
    }

    void whatSleepsIsOverWhenItWakesUp() {
        Bench bench;
        bench.ask();
        bench.pass(8 * kHourMs);  // both clocks go on
        QVERIFY(bench.question().missed);
    }

    void aPauseLastsNoLonger() {
        Bench bench;
        QVERIFY(bench.engine->pause(60).has_value());
        const quint64 end = bench.kernel.policy.head.paused_until;
        QVERIFY(end > bench.kernel.boot);
        bench.set(-kHourMs);
        QCOMPARE(bench.engine->status().pausedUntilMs, bench.clock.now + 60 * kSecondMs);
        QCOMPARE(bench.kernel.policy.head.paused_until, end);
        bench.restart();
        QCOMPARE(bench.kernel.policy.head.paused_until, end);
        bench.pass(60 * kSecondMs);
        QCOMPARE(bench.engine->status().pausedUntilMs, 0);
    }

    void aRuleForAnHourLastsNoLonger() {
        Bench bench;
        const auto id = bench.engine->addRule(forAnHour(bench.clock.now));
        QVERIFY(id.has_value());
        bench.pass(kHourMs / 2);
        bench.set(-24 * kHourMs);
        QCOMPARE(bench.endOf(*id), bench.clock.now + kHourMs / 2);
        bench.restart();
        QCOMPARE(bench.endOf(*id), bench.clock.now + kHourMs / 2);
        bench.pass(kHourMs / 2);
        QCOMPARE(bench.endOf(*id), 0);
    }

    // The person may have meant the time of day, and nobody can tell: it ends early.
    void aClockThatIsSetForwardEndsRules() {
        Bench bench;
        const auto id = bench.engine->addRule(forAnHour(bench.clock.now));
        QVERIFY(id.has_value());
        bench.set(kHourMs / 2);
        QCOMPARE(bench.endOf(*id), bench.clock.now + kHourMs / 2);
        bench.set(kHourMs);
        QCOMPARE(bench.endOf(*id), 0);
    }

    void whatIsToBeWrittenIsWritten() {
        Bench bench;
        bench.ask();
        kernel::FlowReport end;
        end.key = kFlow;
        end.owner = {kSerial, 1, kPid, 1000, 0, 0};
        bench.kernel.events.append([end](kernel::Sink& sink) { sink.onEnd(end); });
        bench.engine->drain();
        bench.set(-kHourMs);
        bench.pass(60 * kSecondMs);
        QCOMPARE(bench.engine->connections().size(), 0);  // nor is it listed for an hour
        const auto written = bench.history->count();
        QVERIFY(written.has_value());
        QCOMPARE(*written, 1);
    }
};

QTEST_GUILESS_MAIN(ClockTest)
#include "clock_test.moc"
