// The helper's side: opens by itself, or has it opened.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "broker/opening.h"

namespace sallyport::broker {

// For one thread at a time.
class Opener {
  public:
    // `broker`: path of its socket; empty: this process has the privilege itself.
    explicit Opener(std::string broker = {}) : broker_(std::move(broker)) {}

    bool hasBroker() const { return !broker_.empty(); }

    // As broker::open(). Waits for the broker, ten seconds at most (ETIMEDOUT); where it has ended
    // meanwhile, another is asked.
    Fd open(What what, std::uint64_t netns = 0, int link = -1);

  private:
    bool connect();
    bool exchange(const Request& request, int link, Fd& opened);

    const std::string broker_;
    Fd connection_;
};

}  // namespace sallyport::broker
