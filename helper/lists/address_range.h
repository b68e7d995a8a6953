// A range of addresses as the fewest prefixes.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "api/address.h"

namespace sallyport::lists {

// Both ends included; at most 62 prefixes for IPv4, 254 for IPv6, in the order of addresses.
// Invalid: the ends are of different families, reversed, or have all of IPv4 between them (as
// IPv6 sees it, ::ffff:0:0/96).
api::Result<std::vector<api::Cidr>> prefixesOf(const api::Address& first, const api::Address& last);

}  // namespace sallyport::lists
