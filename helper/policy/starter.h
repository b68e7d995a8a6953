// The rules a new installation begins with, so that every system boots, resolves and logs in.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <optional>

#include "api/rule.h"

namespace sallyport::policy {

// Ordinary rules of origin Starter: this machine to itself, DHCP and routers, DNS of
// systemd-resolved and to the machine's and local resolvers, names on the local network, captive
// portals, time, log-ins by SSH, the kernel's own control traffic (ICMP, neighbour discovery,
// IGMP). `listsUser`: the user id of who fetches lists and does nothing else; none: there is no
// such user. Those that came after the edition `since`.
QList<api::Rule> starterRules(qint64 nowMs, std::optional<quint32> listsUser = {}, int since = 0);
// Goes up when some are added. 2: frames; 3: who listens for another program; 4: the
// machine's resolvers, neighbours with addresses of the whole internet; 5: captive portals, NTS.
inline constexpr int kStarterEdition = 5;

}  // namespace sallyport::policy
