// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wall_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

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
        quint64 times = 0;
        if (read(fd_, &times, sizeof times) == sizeof times)
            emit timeout();
    });
}

WallTimer::~WallTimer() {
    notifier_.reset();
    if (fd_ >= 0)
        close(fd_);
}

void WallTimer::start(qint64 atMs) {
    set(atMs);
}

void WallTimer::stop() {
    set(0);
}

// 0 disarms it.
void WallTimer::set(qint64 atMs) {
    itimerspec when{};
    when.it_value.tv_sec = atMs / kMsPerSecond;
    when.it_value.tv_nsec = atMs % kMsPerSecond * kNsPerMs;
    if (fd_ >= 0)
        timerfd_settime(fd_, TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace sallyport::engine
