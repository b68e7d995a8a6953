// The clocks as the engine sees them; tests have their own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <time.h>

#include <QDateTime>

namespace sallyport::engine {

class Clock {
  public:
    virtual ~Clock() = default;
    // The time of day, in Unix milliseconds. It jumps when it is set.
    virtual qint64 nowMs() const = 0;
    // CLOCK_BOOTTIME in milliseconds: goes on while the machine sleeps, is never set.
    virtual qint64 bootMs() const = 0;
};

class SystemClock final : public Clock {
  public:
    qint64 nowMs() const override { return QDateTime::currentMSecsSinceEpoch(); }
    qint64 bootMs() const override {
        timespec now{};
        clock_gettime(CLOCK_BOOTTIME, &now);
        return qint64{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
    }
};

}  // namespace sallyport::engine
