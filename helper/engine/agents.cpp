// Who can be asked, and who is asked about whose programs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agents.h"

#include <optional>

namespace sallyport::engine {

const Agent* AgentRegistry::find(const QString& name) const {
    const auto it = agents_.constFind(name);
    return it == agents_.constEnd() ? nullptr : &*it;
}

QSet<QString> AgentRegistry::agentsFor(quint32 uid) const {
    QSet<QString> own, active, unknown;
    for (const Agent& agent : agents_) {
        if (agent.uid == uid) {
            own.insert(agent.name);
        } else if (agent.system) {
            const std::optional<bool> there = activity_(agent.uid);
            if (there.value_or(false))
                active.insert(agent.name);
            else if (!there)
                unknown.insert(agent.name);
        }
    }
    if (!own.isEmpty())
        return own;
    return active.isEmpty() ? unknown : active;
}

}  // namespace sallyport::engine
