// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/traffic_series.h"

namespace sallyport::models {

void TrafficSeries::add(qint64 nowMs, quint64 received, quint64 sent) {
    const qint64 now = nowMs / 1000;
    if (!seconds_.empty() && seconds_.back().second > now)
        seconds_.clear();  // the clock was set back
    while (!seconds_.empty() && seconds_.front().second <= now - kSeconds)
        seconds_.pop_front();
    if (received == 0 && sent == 0)
        return;
    Second& second = at(now);
    second.received += double(received);
    second.sent += double(sent);
}

TrafficSeries::Second& TrafficSeries::at(qint64 second) {
    if (seconds_.empty() || seconds_.back().second != second)
        seconds_.push_back({second, 0, 0});
    return seconds_.back();
}

}  // namespace sallyport::models
