// Peers that waited at a listener and were let in by an answer. What their knock made is a socket
// of its own, and so another flow: about that nobody need be asked again.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/flow_table.h"

namespace sallyport::engine {

class Guests {
  public:
    // The kernel takes the end of a handshake for so long (tcp_synack_retries), nanoseconds. Whose
    // knock came to nothing by then has another connection when it comes.
    static constexpr quint64 kHandshakeNs = 64'000'000'000;

    // Let in at that time, CLOCK_BOOTTIME.
    void add(const Flow& knocked, quint64 bootNs) {
        if (guests_.size() >= kMost)
            guests_.pop_front();
        guests_.push_back({peerOf(knocked), knocked.answerReason, bootNs, knocked.key});
    }
    struct Welcome {
        api::Reason reason;     // why it was let in
        kernel::FlowKey knock;  // of which nothing more will come
    };
    // Whether this accepted socket's peer was let in. `begunNs`: CLOCK_BOOTTIME of the end of its
    // handshake; it may have been silent for long since. Told once: another knock is another
    // question.
    std::optional<Welcome> take(const Flow& accepted, quint64 begunNs) {
        const Peer sought = peerOf(accepted);
        const auto found = std::find_if(guests_.begin(), guests_.end(), [&](const Guest& guest) {
            return guest.peer == sought && begunNs < guest.letInNs + kHandshakeNs;
        });
        if (found == guests_.end())
            return std::nullopt;
        const Welcome welcome{found->reason, found->knock};
        guests_.erase(found);
        return welcome;
    }

  private:
    static constexpr size_t kMost = 1024;
    // Serial of who listened, both ends.
    using Peer = std::tuple<quint64, api::Address, quint16, quint16>;
    struct Guest {
        Peer peer;
        api::Reason reason;
        quint64 letInNs;
        kernel::FlowKey knock;
    };

    static Peer peerOf(const Flow& flow) {
        const api::Connection& c = flow.connection;
        return {c.serial, c.remote, c.remotePort, c.localPort};
    }

    std::deque<Guest> guests_;
};

}  // namespace sallyport::engine
