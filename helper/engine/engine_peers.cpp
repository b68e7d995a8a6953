// Further peers of a UDP socket have no end of their own: one that was silent for long enough is
// over, as connections are to the kernel's conntrack. A resolver would have tens of thousands open.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <algorithm>

#include "engine/engine.h"

namespace sallyport::engine {
namespace {

constexpr qint64 kIdleMs = 180'000;  // nf_conntrack_udp_timeout_stream is two minutes
// Who goes on after it begins anew, and gives the connection its direction: a program that serves
// may have more to say to whom it knows than a question's answer, and be the first.
constexpr qint64 kIdleAfterMoreMs = 1'800'000;
constexpr quint64 kQuestionAndAnswer = 4096;  // bytes
constexpr qint64 kLookEveryMs = 60'000;

bool isPeerOfUdp(const Flow& flow) {
    return flow.further &&
           (flow.key.protocol == IPPROTO_UDP || flow.key.protocol == IPPROTO_UDPLITE);
}

bool isAPersons(api::Reason reason) {
    return reason == api::Reason::Answer || reason == api::Reason::TimedOut ||
           reason == api::Reason::Waiting;
}

qint64 patience(const api::Connection& c) {
    return c.sent + c.received <= kQuestionAndAnswer ? kIdleMs : kIdleAfterMoreMs;
}

}  // namespace

// Can the kernel decide its next packet by itself, as it did before? What is refused stays: nothing
// is counted of it, so that whoever goes on trying would be listed anew all the time.
bool Engine::mayEndIdle(const Flow& flow) const {
    const api::Connection& c = flow.connection;
    return c.state != api::ConnectionState::Blocked && c.state != api::ConnectionState::Held &&
           !isAPersons(c.reason) && flow.answer == SP_VERDICT_NONE &&
           !standIns_.contains(flow.key) && !flow.said;
}

void Engine::endWhenIdle(const Flow& flow) {
    if (idlePeersDueMs_ || !isPeerOfUdp(flow))
        return;
    idlePeersDueMs_ = clock_.bootMs() + kIdleMs;
    dueByBoot(idlePeersDueMs_);
}

// The kernel forgets them, too: the next packet is judged and told as that of a new connection.
void Engine::endIdlePeers(qint64 bootMs) {
    drain();
    const bool counted = adoptFlows();
    drain();
    QList<kernel::FlowKey> idle;
    qint64 next = 0;
    flows_.forEachOpen([&](const Flow& flow) {
        if (!isPeerOfUdp(flow))
            return;
        const qint64 until =
            mayEndIdle(flow) ? flow.activeMs + patience(flow.connection) : bootMs + kIdleMs;
        if (counted && until <= bootMs)
            idle.append(flow.key);
        else
            next = next ? std::min(next, until) : until;
    });
    for (const kernel::FlowKey& key : std::as_const(idle)) {
        Flow& flow = *flows_.find(key);
        kernel_.forgetPeer(key);
        finish(flow, static_cast<quint64>(flow.activeMs) * 1'000'000);
    }
    idlePeersDueMs_ = next ? std::max(next, bootMs + kLookEveryMs) : 0;
}

}  // namespace sallyport::engine
