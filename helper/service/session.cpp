// Who sits at the computer, from systemd-logind's own records.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/session.h"

#include <systemd/sd-login.h>

#include <cstdlib>
#include <cstring>

namespace sallyport::service {

std::optional<bool> userIsActive(quint32 uid) {
    if (sd_get_seats(nullptr) <= 0)
        return std::nullopt;
    char* state = nullptr;
    if (sd_uid_get_state(uid, &state) < 0)
        return false;
    const bool active = std::strcmp(state, "active") == 0;
    std::free(state);
    return active;
}

}  // namespace sallyport::service
