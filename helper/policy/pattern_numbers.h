// Which number stands for a pattern of host names in the kernel's maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

#include "api/host_pattern.h"
#include "policy/table.h"

namespace sallyport::policy {

// Numbers are kept for the run. They are drawn from the pattern's text, so that a helper that
// starts anew gives the same ones and what the kernel kept meanwhile stays true.
class PatternNumbers {
  public:
    // Above the numbers of lists, SP_PATTERN_UNSAID, SP_PATTERN_UNSAID_GOES and kPatternUnclear.
    PatternNumber of(const api::HostPattern& pattern);

  private:
    QHash<QString, PatternNumber> numbers_;  // by toString()
    QHash<PatternNumber, QString> texts_;
};

}  // namespace sallyport::policy
