// Which questions are remembered, and whose make room.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dns_questions.h"

#include <algorithm>

namespace sallyport::engine {

void DnsQuestions::add(const AskedQuestion& asked, quint64 process, qint64 nowMs) {
    if (const auto again = asked_.find(asked); again != asked_.end()) {
        *again = nowMs;
        return;
    }
    if (const auto own = queues_.find(process); own != queues_.end())
        dropOld(own->second, nowMs);
    if (asked_.size() >= kMost)
        makeRoom(nowMs);
    asked_.insert(asked, nowMs);
    queues_[process].emplace_back(nowMs, asked);
}

bool DnsQuestions::has(const AskedQuestion& asked, qint64 nowMs) const {
    const auto when = asked_.constFind(asked);
    return when != asked_.constEnd() && *when + kKeptMs >= nowMs;
}

// What is out of date goes first, whoever's it is.
void DnsQuestions::makeRoom(qint64 nowMs) {
    for (auto& [process, queue] : queues_)
        dropOld(queue, nowMs);
    std::erase_if(queues_, [](const auto& one) { return one.second.empty(); });
    if (asked_.size() < kMost)
        return;
    const auto most =
        std::max_element(queues_.begin(), queues_.end(), [](const auto& a, const auto& b) {
            const Queue &less = a.second, &more = b.second;
            return less.size() != more.size() ? less.size() < more.size()
                                              : less.front().first > more.front().first;
        });
    while (!dropFirst(most->second)) {
    }
    if (most->second.empty())
        queues_.erase(most);
}

// False: it was asked again meanwhile, and gets a new place.
bool DnsQuestions::dropFirst(Queue& queue) {
    const auto [when, oldest] = std::move(queue.front());
    queue.pop_front();
    const qint64 last = asked_.value(oldest);
    if (last == when)
        return asked_.remove(oldest);
    queue.emplace_back(last, oldest);
    return false;
}

void DnsQuestions::dropOld(Queue& queue, qint64 nowMs) {
    while (!queue.empty() && queue.front().first + kKeptMs < nowMs)
        (void)dropFirst(queue);
}

}  // namespace sallyport::engine
