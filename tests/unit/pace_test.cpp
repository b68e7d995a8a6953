// Work that comes less often the longer it takes.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <ctime>

#include "engine/pace.h"

namespace sallyport::engine {

namespace {

// So many milliseconds of this thread's processor time, however busy the machine is.
void use(clock_t ms) {
    const auto used = [] {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return now.tv_sec * 1'000 + now.tv_nsec / 1'000'000;
    };
    for (const auto end = used() + ms + 1; used() < end;) {
    }
}

}  // namespace

class PaceTest : public QObject {
    Q_OBJECT
  private slots:
    void whatTakesNoTimeComesAlways();
    void whatTakesTimeComesLessOften();
    void itComesAtLeastSoOften();
};

void PaceTest::whatTakesNoTimeComesAlways() {
    Pace pace(10, 60'000);
    int times = 0;
    for (qint64 now = 1'000; now <= 5'000; now += 1'000)
        pace.take(now, [&] { ++times; });
    QCOMPARE(times, 5);
}

void PaceTest::whatTakesTimeComesLessOften() {
    Pace pace(100, 600'000);
    int times = 0;
    pace.take(1'000, [&] {
        ++times;
        use(20);
    });
    pace.take(2'900, [&] { ++times; });  // 20 ms of it in less than 2 s
    QCOMPARE(times, 1);
    pace.take(600'000, [&] { ++times; });
    QCOMPARE(times, 2);
}

void PaceTest::itComesAtLeastSoOften() {
    Pace pace(1'000, 500);
    int times = 0;
    pace.take(1'000, [&] {
        ++times;
        use(5);
    });
    pace.take(1'499, [&] { ++times; });
    QCOMPARE(times, 1);
    pace.take(1'500, [&] { ++times; });
    QCOMPARE(times, 2);
}

}  // namespace sallyport::engine

QTEST_GUILESS_MAIN(sallyport::engine::PaceTest)
#include "pace_test.moc"
