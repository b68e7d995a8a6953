// What the window itself remembers, for this person alone; the firewall's settings are the
// helper's. SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace sallyport::views {

// Whether the traffic stands below the connections, where there is room for it.
bool isTrafficShown();
void setTrafficShown(bool shown);

}  // namespace sallyport::views
