// Who sits at the computer, from systemd-logind's own records.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <optional>

namespace sallyport::service {

// Whether the user has a session that is in the foreground of its seat. nullopt: there is no
// session manager that could tell.
std::optional<bool> userIsActive(quint32 uid);

}  // namespace sallyport::service
