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
    void add(const Flow& knocked) {
        if (guests_.size() >= kMost)
            guests_.pop_front();
        guests_.emplace_back(guestOf(knocked), knocked.answerReason);
    }
    // Why this accepted socket's peer was let in, if it was. Told once: another knock is another
    // question.
    std::optional<api::Reason> take(const Flow& accepted) {
        const Guest sought = guestOf(accepted);
        const auto found = std::find_if(guests_.begin(), guests_.end(),
                                        [&](const auto& guest) { return guest.first == sought; });
        if (found == guests_.end())
            return std::nullopt;
        const api::Reason reason = found->second;
        guests_.erase(found);
        return reason;
    }

  private:
    // No time is: whose knock was not let in has no socket.
    static constexpr size_t kMost = 1024;
    // Serial of who listened, both ends.
    using Guest = std::tuple<quint64, api::Address, quint16, quint16>;

    static Guest guestOf(const Flow& flow) {
        const api::Connection& c = flow.connection;
        return {c.serial, c.remote, c.remotePort, c.localPort};
    }

    std::deque<std::pair<Guest, api::Reason>> guests_;
};

}  // namespace sallyport::engine
