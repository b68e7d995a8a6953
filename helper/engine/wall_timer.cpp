// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wall_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <QDateTime>
#include <algorithm>

namespace sallyport::engine {
namespace {

constexpr qint64 kMsPerSecond = 1'000;
constexpr qint64 kNsPerMs = 1'000'000;

}  // namespace

WallTimer::WallTimer(QObject* parent)
    : QObject(parent), fd_(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
    if (fd_ < 0)
        return;
    notifier_ = std::make_unique<QSocketNotifier>(fd_, QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, [this] {
        // ECANCELED: the clock was set. EAGAIN: stopped meanwhile.
        quint64 times = 0;
        if (read(fd_, &times, sizeof times) != sizeof times && errno != ECANCELED)
            return;
        active_ = false;
        emit timeout();
    });
}

WallTimer::~WallTimer() {
    notifier_.reset();
    if (fd_ >= 0)
        close(fd_);
}

void WallTimer::start(qint64 waitMs) {
    active_ = true;
    // A clock that was set since the last time is told by this call, and not by the next read.
    if (!set(QDateTime::currentMSecsSinceEpoch() + std::max<qint64>(waitMs, 0)))
        set(1);
}

void WallTimer::stop() {
    active_ = false;
    set(0);
}

// Unix milliseconds; 0 disarms it. False: it is armed, but the clock was set since the last time.
bool WallTimer::set(qint64 atMs) {
    itimerspec when{};
    when.it_value.tv_sec = atMs / kMsPerSecond;
    when.it_value.tv_nsec = atMs % kMsPerSecond * kNsPerMs;
    return fd_ < 0 ||
           timerfd_settime(fd_, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, nullptr) == 0 ||
           errno != ECANCELED;
}

}  // namespace sallyport::engine
