// What is wrong with a rule, in the person's language. The contract says so in English.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sallyport::models {

// `why` of an error of api::validate(). What is not known here stays English.
QString unsoundInWords(const QString& why);

}  // namespace sallyport::models
