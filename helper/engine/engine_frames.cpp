// Sockets for whole frames: a flow for each process that wants one and has no rule. Its attempt was
// refused; what is said of it counts for the next one, until the process ends.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"
#include "process/identity.h"

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

// The kernel knows the file of a program that may have frames before it is run. Who asks for them
// is refused while nobody knows who he is, and who brings up the network may try but once.
void Engine::nameThoseWithFrames() {
    QSet<api::AppIdentity> apps;
    for (const api::Rule& rule : std::as_const(rules_))
        if (rule.protocol == api::kFrames && rule.enabled && rule.sha256.isEmpty() &&
            rule.app.kind == api::AppIdentity::Kind::Path)
            apps.insert(rule.app);
    for (const api::AppIdentity& app : std::as_const(apps))
        if (!framesFor_.contains(app))
            if (const auto file = process::fileForSure(app.path))
                tellApp(*file, numbering_.of(app), true);
    framesFor_ = std::move(apps);
}

}  // namespace sallyport::engine
