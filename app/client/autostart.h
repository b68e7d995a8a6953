// Whether the session starts Sallyport (freedesktop.org's Desktop Application Autostart
// Specification, 0.5).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/result.h"

namespace sallyport::client {

// Where Sallyport was installed there is an entry for everybody; a person's own goes before it.
class Autostart {
  public:
    // False: not installed, and there is nothing to switch.
    static bool isInstalled();
    static bool isOn();
    // Writes or removes this person's entry; of one they wrote themselves all else stays. Error:
    // its file cannot be written or removed.
    static api::Result<void> setOn(bool on);
};

}  // namespace sallyport::client
