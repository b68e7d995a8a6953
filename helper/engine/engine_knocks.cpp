// Who knocks at a listener and is not let in at once has no socket that ends: when it gave up.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "engine/engine.h"

namespace sallyport::engine {
namespace {

constexpr qint64 kSilentEveryMs = 1'000;  // a thousand that gave up are not a thousand wake-ups

}  // namespace

void Engine::onDeaf(quint64 listener) {
    for (Flow* flow : flows_.ofSocket(listener))
        finish(*flow, 0);
}

// A peer at a listener was told of, and may be told of again.
void Engine::noteKnock(const kernel::FlowKey& key) {
    const qint64 now = clock_.bootMs();
    knocks_.heard(key, now);
    endSilentKnocks(now);
    dueByBoot(std::max(knocks_.nextMs(), now + kSilentEveryMs));
}

// Who gave up is forgotten here and in the kernel, with what was answered about it.
void Engine::endSilentKnocks(qint64 bootMs) {
    while (const auto knock = knocks_.takeSilent(bootMs)) {
        if (book_.waitingOf(knock->key)) {  // somebody is being asked about it
            knocks_.heard(knock->key, bootMs);
            if (knocks_.size() > Knocks::kMost)
                return;
            continue;
        }
        kernel_.forgetPeer(knock->key);
        if (Flow* flow = flows_.find(knock->key))
            finish(*flow, static_cast<quint64>(knock->heardMs) * 1'000'000);
        else
            kernel_.forgetAnswer(knock->key);
    }
}

}  // namespace sallyport::engine
