// What the helper says of lists, of the disk and of why something did not work, in the person's
// language.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sallyport::models {

// A sentence, or several with "; " between them. What is not known stays English.
QString reasonInWords(const QString& why);

}  // namespace sallyport::models
