// Work that is done again and again, but takes no more than its share of a processor.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <ctime>

namespace sallyport::engine {

class Pace {
  public:
    // It may take one `share`th of the time, and comes that much less often the longer it takes,
    // but at least every `mostMs`.
    constexpr Pace(int share, qint64 mostMs) : share_(share), mostMs_(mostMs) {}

    // Does `work`, unless that would be too soon. By the clock of `nowMs`, which never goes back.
    template <class Work>
    void take(qint64 nowMs, Work work) {
        if (nowMs < next_)
            return;
        const qint64 before = processorUs();
        work();
        next_ = nowMs + qMin((processorUs() - before) * share_ / 1000, mostMs_);
    }

  private:
    // What this thread has used.
    static qint64 processorUs() {
        timespec used{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        return qint64(used.tv_sec) * 1'000'000 + used.tv_nsec / 1'000;
    }

    int share_;
    qint64 mostMs_;
    qint64 next_ = 0;
};

}  // namespace sallyport::engine
