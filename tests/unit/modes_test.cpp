// A mode that ends by itself.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "engine/wall_timer.h"
#include "engine_parts.h"

using namespace sallyport;

namespace {

constexpr qint64 kDayMs = qint64{24} * 3600 * 1000;
constexpr qint64 kWeekMs = 7 * kDayMs;

}  // namespace

class ModesTest : public QObject {
    Q_OBJECT
    std::unique_ptr<tests::EngineParts> parts_;

    engine::Engine& engine() { return *parts_->engine; }
    api::Mode mode() { return engine().status().mode; }
    qint64 until() { return engine().status().modeUntilMs; }
    // The mode that the kernel decides by.
    sp_mode enforced() { return sp_mode(parts_->kernel.policy.head.mode); }
    void restart() {
        parts_->open({parts_->in("rules.d"), {}});
        parts_->start();
    }
    void learnForAWeek() {
        const auto set = engine().setMode(api::Mode::Learn, parts_->clock.now + kWeekMs);
        QVERIFY2(set.has_value(), set ? "" : qPrintable(set.error().text));
        QCOMPARE(enforced(), SP_MODE_LEARN);
    }

  private slots:
    void init() {
        parts_ = std::make_unique<tests::EngineParts>();
        restart();
    }
    void cleanup() { parts_.reset(); }

    void itIsAskAgainWhenTheTimeIsUp() {
        learnForAWeek();
        const qint64 end = parts_->clock.now + kWeekMs;
        QCOMPARE(until(), end);
        const QSignalSpy told(&engine(), &engine::Engine::statusChanged);
        parts_->clock.now = end - 1;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Learn);
        parts_->clock.now = end;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Ask);
        QCOMPARE(until(), 0);
        QCOMPARE(enforced(), SP_MODE_ASK);
        QTRY_VERIFY(!told.isEmpty());
        QCOMPARE(told.last().first().value<api::Status>().mode, api::Mode::Ask);
    }

    void everyModeButAskCanEnd_data() {
        QTest::addColumn<int>("wanted");
        QTest::newRow("learn") << int(api::Mode::Learn);
        QTest::newRow("lock down") << int(api::Mode::LockDown);
        QTest::newRow("audit") << int(api::Mode::Audit);
    }
    void everyModeButAskCanEnd() {
        QFETCH(int, wanted);
        QVERIFY(engine().setMode(api::Mode(wanted), parts_->clock.now + 1).has_value());
        QCOMPARE(mode(), api::Mode(wanted));
        parts_->clock.now += 1;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Ask);
    }

    void anEndThatMakesNoSenseChangesNothing() {
        learnForAWeek();
        const qint64 now = parts_->clock.now;
        QVERIFY(!engine().setMode(api::Mode::Ask, now + kDayMs));
        QVERIFY(!engine().setMode(api::Mode::Audit, now));
        QVERIFY(!engine().setMode(api::Mode::Audit, now + 366 * kDayMs));
        QVERIFY(!engine().setMode(api::Mode::Audit, -1));
        QVERIFY(!engine().setMode(api::Mode::Audit, std::numeric_limits<qint64>::min()));
        QVERIFY(!engine().setMode(api::Mode::Audit, std::numeric_limits<qint64>::max()));
        QCOMPARE(mode(), api::Mode::Learn);
        QCOMPARE(until(), now + kWeekMs);
    }

    void aModeWithoutEndTakesTheEndAway() {
        learnForAWeek();
        QVERIFY(engine().setMode(api::Mode::Learn).has_value());
        QCOMPARE(until(), 0);
        parts_->clock.now += 2 * kWeekMs;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Learn);
    }

    void theEndSurvivesARestart() {
        learnForAWeek();
        const qint64 end = until();
        parts_->clock.now += kDayMs;
        restart();
        QCOMPARE(mode(), api::Mode::Learn);
        QCOMPARE(enforced(), SP_MODE_LEARN);
        QCOMPARE(until(), end);
        parts_->clock.now = end;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Ask);
        restart();
        QCOMPARE(mode(), api::Mode::Ask);
    }

    void anEndThatCameWhileTheHelperWasOffCounts() {
        learnForAWeek();
        const qint64 began = parts_->clock.now;
        parts_->clock.now += kWeekMs;
        restart();
        QCOMPARE(mode(), api::Mode::Ask);
        QCOMPARE(enforced(), SP_MODE_ASK);
        // Also for a clock that is put back afterwards.
        parts_->clock.now = began;
        restart();
        QCOMPARE(mode(), api::Mode::Ask);
    }

    // What counts is what the clock shows; putting it back never prolongs what is over already.
    void aClockThatIsSetIsFollowed() {
        learnForAWeek();
        parts_->clock.set(30 * kDayMs);
        engine().expire();
        QCOMPARE(mode(), api::Mode::Ask);
        parts_->clock.set(-30 * kDayMs);
        engine().expire();
        QCOMPARE(mode(), api::Mode::Ask);
    }
    // ... nor what is not over yet: a week is seven days, whatever the clock shows at its end.
    void aClockThatIsSetBackProlongsNothing() {
        learnForAWeek();
        const qint64 end = until();
        parts_->clock.set(-kDayMs);
        engine().expire();
        QCOMPARE(mode(), api::Mode::Learn);
        QCOMPARE(until(), end - kDayMs);
        restart();
        QCOMPARE(until(), end - kDayMs);
        parts_->clock.now += kWeekMs;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Ask);
    }

    void whatTheKernelDoesNotTakeIsTriedAgain() {
        learnForAWeek();
        parts_->kernel.refusePolicy = true;
        parts_->clock.now += kWeekMs;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Learn);  // as it is enforced
        QVERIFY(!engine().status().problem.isEmpty());
        parts_->kernel.refusePolicy = false;
        parts_->clock.now += 60'000;
        engine().expire();
        QCOMPARE(mode(), api::Mode::Ask);
        QCOMPARE(enforced(), SP_MODE_ASK);
    }

    void aPauseInAModeLeavesItsEndAlone() {
        learnForAWeek();
        const qint64 end = until();
        QVERIFY(engine().pause(60).has_value());
        parts_->clock.now += 60'000;
        engine().expire();
        QCOMPARE(engine().status().pausedUntilMs, 0);
        QCOMPARE(until(), end);
    }

    void blockingEverythingEndsAPause() {
        QVERIFY(engine().pause(3600).has_value());
        QVERIFY(parts_->kernel.policy.head.paused_until > 0);
        const QSignalSpy told(&engine(), &engine::Engine::statusChanged);
        QVERIFY(engine().setBlockAll(true).has_value());
        QCOMPARE(parts_->kernel.policy.head.paused_until, 0u);
        QCOMPARE(parts_->kernel.policy.head.block_all, 1u);
        QTRY_VERIFY(!told.isEmpty());
        QCOMPARE(told.last().first().value<api::Status>().pausedUntilMs, 0);
        restart();
        QVERIFY(engine().status().blockAll);
        QCOMPARE(engine().status().pausedUntilMs, 0);
    }

    void aPauseAskedForLaterGoesBeforeIt() {
        QVERIFY(engine().setBlockAll(true).has_value());
        QVERIFY(engine().pause(60).has_value());
        QVERIFY(parts_->kernel.policy.head.paused_until > 0);
        QVERIFY(engine().setBlockAll(false).has_value());
        QVERIFY(engine().status().pausedUntilMs > 0);
        QVERIFY(engine().setBlockAll(true).has_value());
        QVERIFY(engine().pause(60).has_value());
        parts_->clock.now += 60'000;
        engine().expire();
        QCOMPARE(parts_->kernel.policy.head.paused_until, 0u);
        QCOMPARE(parts_->kernel.policy.head.block_all, 1u);
    }

    void theTimerEndsOnce() {
        engine::WallTimer timer;
        const QSignalSpy ended(&timer, &engine::WallTimer::timeout);
        QElapsedTimer passed;
        passed.start();
        timer.start(50);
        QVERIFY(timer.isActive());
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(passed.elapsed() >= 49);
        QVERIFY(!timer.isActive());
        timer.start(-kWeekMs);  // past already
        QTRY_COMPARE(ended.count(), 2);
        timer.start(50);
        timer.stop();
        timer.start(kWeekMs);
        QTest::qWait(100);
        QCOMPARE(ended.count(), 2);
    }

    void theEngineWakesUpByItself() {
        constexpr qint64 kSoonMs = 200;
        QCoreApplication::processEvents();  // what was due at the start is over
        const qint64 end = parts_->clock.now + kSoonMs;
        QVERIFY(engine().setMode(api::Mode::Learn, end).has_value());
        QCoreApplication::processEvents();
        parts_->clock.now = end;
        QCOMPARE(mode(), api::Mode::Learn);
        QTRY_COMPARE(mode(), api::Mode::Ask);
    }
};

QTEST_GUILESS_MAIN(ModesTest)
#include "modes_test.moc"
