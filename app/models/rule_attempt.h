// A connection that a rule is about, to see what would decide it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "api/question.h"

namespace sallyport::models {

// One that fits the rule, of the user `uid` where the rule is for all; for plain HTTP as far as
// that goes before a request is read. Nothing for a list or the resolvers: what these are is not
// known here.
std::optional<api::Attempt> attemptFor(const api::Rule& rule, quint32 uid);

}  // namespace sallyport::models
