// Which application an exec is.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "api/rule.h"
#include "kernel/kernel.h"

namespace sallyport::process {

struct Identified {
    api::AppIdentity app;
    // The file alone says so: every later exec of it is the same application. Not so for
    // interpreters, and for files that can be reached by several names.
    bool cacheable = false;
    bool changeable = false;        // a path that somebody but root can put another content at
    bool inWritableFolder = false;  // the user who runs it can change the file or put another there
};

// Does the executable at a path of the host bring its files with it, and mount them when it is run?
// By the mark that the AppImage specification gives it, types 1 and 2.
bool isAppImage(const QString& path);

// Never Kind::Any or Unknown with a path. A path counts only when it is the executed file in the
// host's mount namespace too (LEAKS I1, I2); a script likewise, and only when nothing in the
// command line can change what is run.
Identified identify(const kernel::ExecReport& report);

// The file at a path of the host, where that alone will say which application an exec of it is, and
// only root can change it.
std::optional<kernel::FileKey> fileForSure(const QString& path);

}  // namespace sallyport::process
