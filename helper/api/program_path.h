// Paths of programs that are installed in a folder of each version's own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sallyport::api {

// Flatpak and Snap put every version of a program into a folder of its own, and say by a symbolic
// link which one is in use: with that the path stays what it is when the program is brought up to
// date. Whether the link leads there is for the caller to look at. Empty when the path is none of
// theirs.
QString pathThatStays(const QString& path);

}  // namespace sallyport::api
