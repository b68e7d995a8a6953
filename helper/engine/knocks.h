// Peers at listeners that were not let in at once: blocked, waiting, or let in since. No socket is
// theirs, so nothing tells when they gave up; who has been silent for long enough has.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <map>
#include <optional>

#include "kernel/kernel.h"

namespace sallyport::engine {

class Knocks {
  public:
    // Linux sends the last of its SYNs after 63 seconds (tcp_syn_retries), and gives up after 127.
    static constexpr qint64 kSilenceMs = 150'000;
    // As many as the kernel has room for.
    static constexpr qsizetype kMost = SP_MAX_PEERS;

    struct Knock {
        kernel::FlowKey key;
        qint64 heardMs = 0;  // when it was told of last, by the boot clock
    };

    // Told of it, for the first time or once more.
    void heard(const kernel::FlowKey& key, qint64 bootMs) {
        forget(key);
        byKey_.insert(key, ++last_);
        inOrder_.emplace(last_, Knock{key, bootMs});
    }
    // The one that has been silent for longest, where that is long enough or there are too many.
    std::optional<Knock> takeSilent(qint64 bootMs) {
        if (inOrder_.empty())
            return std::nullopt;
        const Knock oldest = inOrder_.begin()->second;
        if (oldest.heardMs + kSilenceMs > bootMs && size() <= kMost)
            return std::nullopt;
        forget(oldest.key);
        return oldest;
    }
    // When the next one has been silent for long enough, by the boot clock; 0: there is none.
    qint64 nextMs() const {
        return inOrder_.empty() ? 0 : inOrder_.begin()->second.heardMs + kSilenceMs;
    }
    bool knows(const kernel::FlowKey& key) const { return byKey_.contains(key); }
    qsizetype size() const { return byKey_.size(); }

  private:
    void forget(const kernel::FlowKey& key) { inOrder_.erase(byKey_.take(key)); }

    std::map<quint64, Knock> inOrder_;  // by number: who was heard of last has the highest
    QHash<kernel::FlowKey, quint64> byKey_;
    quint64 last_ = 0;
};

}  // namespace sallyport::engine
