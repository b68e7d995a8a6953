// Sockets for whole frames: a flow for each process that wants one and has no rule. Its attempt was
// refused; what is said of it counts for the next one, until the process ends.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"

namespace sallyport::engine {

// They have no socket with which they would end. A question outlives the program, which seldom goes
// on without its socket.
void Engine::endFrames() {
    const QSet<kernel::FlowKey> all = frames_;
    for (const kernel::FlowKey& key : all) {
        Flow* flow = flows_.find(key);
        if (flow && flow->connection.state == api::ConnectionState::Held)
            continue;
        if (flow && flow->answer != SP_VERDICT_NONE && processes_.isAlive(flow->connection.serial))
            continue;
        frames_.remove(key);
        if (flow)
            finish(*flow, 0);
    }
}

}  // namespace sallyport::engine
