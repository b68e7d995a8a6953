// What sallyportctl ends with. Scripts rely on these numbers: they are in --help and the README.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/result.h"

namespace sallyport::cli {

enum class ExitCode : int {
    Ok = 0,
    Failed = 1,
    Usage = 2,        // no such command or option, an argument too few or too many
    Unreachable = 3,  // no bus, or neither the helper nor polkit answers on it
    Denied = 4,       // polkit says no
    NotFound = 5,     // no such rule, question or connection
    Invalid = 6,      // a value that makes no sense: port 70000, half a file
};

ExitCode exitCode(api::ErrorCode code);

}  // namespace sallyport::cli
