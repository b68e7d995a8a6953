// Why a rule does not fit, in the person's language. The helper says so in English, for whom it
// cannot know.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sallyport::models {

// `why` of a step of an explanation that does not match (api::ExplanationStep). What is not known
// here stays English.
QString misfitInWords(const QString& why);

}  // namespace sallyport::models
