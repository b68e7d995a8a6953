// How many bytes went in and out, by the second.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <deque>

namespace sallyport::models {

// Unix milliseconds, both included.
struct Span {
    qint64 fromMs = 0;
    qint64 toMs = 0;
    bool operator==(const Span&) const = default;
};

class TrafficSeries {
  public:
    static constexpr qint64 kSeconds = 300;  // as many are kept

    struct Second {
        qint64 second = 0;  // Unix time
        double received = 0;
        double sent = 0;
    };

    // What moved since the call before.
    void add(qint64 nowMs, quint64 received, quint64 sent);
    // Oldest first; seconds in which nothing moved are left out.
    const std::deque<Second>& seconds() const { return seconds_; }

  private:
    Second& at(qint64 second);

    std::deque<Second> seconds_;
};

}  // namespace sallyport::models
