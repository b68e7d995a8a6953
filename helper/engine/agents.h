// Who can be asked, and who is asked about whose programs.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QSet>
#include <QString>
#include <functional>
#include <optional>

namespace sallyport::engine {

// An app on the bus that shows questions to a person.
struct Agent {
    QString name;  // unique name of its connection to the bus
    quint32 uid = 0;
    bool system = false;  // polkit would let it answer for programs that are not its user's own
};

// Questions about a program go to the agents of the program's user. Where that user has none
// (system services above all), they go to the agents that may answer for the system: those whose
// user sits at the active session, or all of them where no session manager can tell.
class AgentRegistry {
  public:
    // Whether a user is at an active session now; nullopt: nobody knows.
    using Activity = std::function<std::optional<bool>(quint32 uid)>;

    explicit AgentRegistry(Activity activity) : activity_(std::move(activity)) {}

    void add(const Agent& agent) { agents_.insert(agent.name, agent); }
    bool remove(const QString& name) { return agents_.remove(name) > 0; }
    const Agent* find(const QString& name) const;
    quint32 count() const { return static_cast<quint32>(agents_.size()); }
    QSet<QString> agentsFor(quint32 uid) const;

  private:
    QMap<QString, Agent> agents_;
    Activity activity_;
};

}  // namespace sallyport::engine
