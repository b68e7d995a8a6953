// A timer that goes on while the machine sleeps and notices that its clock is set; QTimer, on
// CLOCK_MONOTONIC, does neither.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <memory>

namespace sallyport::engine {

// timerfd_create(2) with CLOCK_REALTIME, TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET. Without a
// timer of the kernel's it never ends.
class WallTimer : public QObject {
    Q_OBJECT
  public:
    explicit WallTimer(QObject* parent = nullptr);
    ~WallTimer() override;

    // Ends once: when so many milliseconds have passed, also asleep, or at once when the clock is
    // set before. 0 or less: at once.
    void start(qint64 waitMs);
    void stop();
    bool isActive() const { return active_; }

  signals:
    void timeout();

  private:
    bool set(qint64 atMs);

    int fd_;
    bool active_ = false;
    std::unique_ptr<QSocketNotifier> notifier_;
};

}  // namespace sallyport::engine
