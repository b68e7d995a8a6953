// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/exit_code.h"

namespace sallyport::cli {

ExitCode exitCode(api::ErrorCode code) {
    switch (code) {
        case api::ErrorCode::Invalid:
            return ExitCode::Invalid;
        case api::ErrorCode::NotFound:
            return ExitCode::NotFound;
        case api::ErrorCode::Denied:
        case api::ErrorCode::NoAgent:
            return ExitCode::Denied;
        case api::ErrorCode::NoAuthority:
        case api::ErrorCode::Unavailable:
            return ExitCode::Unreachable;
        case api::ErrorCode::Conflict:
        case api::ErrorCode::Unsupported:
        case api::ErrorCode::Failed:
            break;
    }
    return ExitCode::Failed;
}

}  // namespace sallyport::cli
