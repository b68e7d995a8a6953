// Which number stands for an application in the kernel's maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

#include "api/rule.h"
#include "policy/table.h"

namespace sallyport::engine {

// Numbers are kept for the run. They are drawn from the identity itself, so that a helper that
// starts anew gives the same ones and what the kernel kept meanwhile stays true.
class Numbering {
  public:
    // Never 0. Kind::Any has no number of its own and must not be asked for.
    policy::AppNumber of(const api::AppIdentity& app);
    // Null when the number was not given in this run.
    const api::AppIdentity* identity(policy::AppNumber number) const;

  private:
    QHash<api::AppIdentity, policy::AppNumber> numbers_;
    QHash<policy::AppNumber, api::AppIdentity> identities_;
};

}  // namespace sallyport::engine
