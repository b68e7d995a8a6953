// The time of day as the engine sees it; tests have their own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>

namespace sallyport::engine {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual qint64 nowMs() const = 0;  // Unix milliseconds
};

class SystemClock final : public Clock {
  public:
    qint64 nowMs() const override { return QDateTime::currentMSecsSinceEpoch(); }
};

}  // namespace sallyport::engine
