// The path by which the helper knows a program.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sallyport::client {

// Of a path that somebody wrote or chose: symbolic links are followed, as the kernel does when it
// runs the program, but for those that say which version of a Flatpak or Snap is in use. Where
// there is no such file, the path without needless parts.
QString programPath(const QString& path);

}  // namespace sallyport::client
