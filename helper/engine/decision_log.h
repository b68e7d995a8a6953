// Where the decisions of rules that log go. Who writes them down is not the engine's to know.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/connection.h"

namespace sallyport::engine {

class DecisionLog {
  public:
    virtual ~DecisionLog() = default;
    // The rule `connection.rule` decided; once for a connection and a rule. What was allowed while
    // nobody watched comes when it ends.
    virtual void decided(const api::Connection& connection, const api::Process& process) = 0;
};

}  // namespace sallyport::engine
