// What the kernel says of routes and links (rtnetlink(7)), read for the networks on the own links.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <chrono>
#include <optional>

#include "api/address.h"

namespace sallyport::kernel {

// How long a route lasts; none: it does not expire.
using Life = std::optional<std::chrono::milliseconds>;
Life earlier(const Life& a, const Life& b);

struct RouteMessages {
    QList<api::Cidr> networks{};  // of the dump; some may be there twice
    bool changed = false;         // a notice: the next dump may say otherwise
    bool links = false;           // a notice of an interface: it may be new, gone or renamed
    bool ended = false;           // the dump
    bool interrupted = false;     // the dump: the routes changed meanwhile (NLM_F_DUMP_INTR)
    Life until{};                 // until the first of the networks goes by itself
    int error = 0;                // errno: there is no dump; EBADMSG: these are no messages
};

// Asks for all routes. Nothing of it is checked by privilege.
QByteArray routesRequest(quint32 sequence);

// A network is on the link where the main table has a unicast route to it without a gateway, of the
// kernel (of an own address) or of router advertisements: not one that was set by hand, as those of
// VPNs are. Not the default route, single hosts, what is wider than any link (/16 of IPv4, /48 of
// IPv6), what is not for the internet (RFC 1122 3.2.1.3: 0.0.0.0/8; RFC 4291 2.4: but 2000::/3;
// another one, such as ::/64, may hold all of IPv4), and what policy::localNetworks() has.
//
// Routes and not addresses: whoever announced it - router advertisements come from any neighbour -,
// while such a route is in force (one that has expired is not, net/ipv6/route.c) what is sent there
// goes to the link, and not to the internet. (A narrower route may lead on to a router. Who can
// forge that, too, is on the link and might pass on what he gets.)
//
// `bytes`: one datagram of the kernel, in this machine's byte order, not aligned; lengths in it are
// not believed. `dump`: the sequence number of the request whose answers are taken; 0: none.
RouteMessages readRoutes(QByteArrayView bytes, quint32 dump);

}  // namespace sallyport::kernel
