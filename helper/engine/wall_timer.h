// A timer for a time of day, weeks ahead: also when the machine slept or its clock was set
// meanwhile, which QTimer, on CLOCK_MONOTONIC, does not notice.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <memory>

namespace sallyport::engine {

// timerfd_create(2) with CLOCK_REALTIME and TFD_TIMER_ABSTIME. Without a timer of the kernel's it
// never ends; who uses it looks at the clock at other times too.
class WallTimer : public QObject {
    Q_OBJECT
  public:
    explicit WallTimer(QObject* parent = nullptr);
    ~WallTimer() override;

    // Ends once, when the system's clock shows that time or a later one, at once when it does
    // already. Unix milliseconds, above 0.
    void start(qint64 atMs);
    void stop();

  signals:
    void timeout();

  private:
    void set(qint64 atMs);

    int fd_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

}  // namespace sallyport::engine
