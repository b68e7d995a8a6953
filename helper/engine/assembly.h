// The engine with the real parts below it: stores, kernel side, process table.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "engine/engine.h"

namespace sallyport::engine {

struct Places {
    QString cgroup;           // empty: the root of the cgroup v2 tree
    QString stateDirectory;   // made when missing; rules.db, history.db, lists
    QString pins;             // empty: nothing outlives the helper
    QString configDirectory;  // rules.d in it
    QString broker{};         // socket of who opens what only root may; empty: this process may
};

// Whom start() did not get past.
enum class Obstacle { Stores, Kernel, Rules };

class Assembly {
  public:
    struct Failure {
        Obstacle obstacle = Obstacle::Kernel;
        api::Error error;
    };

    // Whether this process has the privilege for any of it.
    static bool mayEnforce();
    // When this returns nothing the rules are in force. After a failure what had been opened is
    // closed with the object.
    // `log` outlives it.
    std::optional<Failure> start(const Places& places, AgentRegistry::Activity activity,
                                 DecisionLog& log);
    // Takes out of the kernel what an engine that ended left in `pins`. Conflict while one runs.
    static api::Result<void> release(const QString& pins);
    // Only after start() succeeded.
    Engine& engine() { return *engine_; }

  private:
    api::Result<void> openStores(const QString& directory);
    api::Result<void> openKernel(const Places& places);

    // In the order in which they are made; ended the other way round.
    SystemClock clock_;
    std::unique_ptr<store::RuleStore> rules_;
    std::unique_ptr<store::History> history_;
    std::unique_ptr<kernel::Kernel> kernel_;
    process::ProcessTable processes_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace sallyport::engine
