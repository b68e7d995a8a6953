// A datagram of a NETLINK_ROUTE socket, to a list that was asked for with the number 7.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/input.h"
#include "kernel/route_messages.h"
#include "policy/compile.h"

using namespace sallyport;

namespace {

bool isWithin(const api::Cidr& network, const QList<api::Cidr>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const api::Cidr& range) {
        return range.mappedBits() <= network.mappedBits() && range.contains(network.address);
    });
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const kernel::RouteMessages said = kernel::readRoutes(fuzz::view(data, size), 7);
    REQUIRE(said.error >= 0);
    REQUIRE(!said.until || said.until->count() >= 0);
    for (const api::Cidr& network : said.networks) {
        REQUIRE(network.bits >= (network.address.isV4() ? 16 : 48) && !network.isHost());
        REQUIRE(!network.contains(api::Address::v4(0)));
        REQUIRE(!isWithin(network, policy::localNetworks()));
        const auto same = api::Cidr::parse(network.toString());
        REQUIRE(same && *same == network);
    }
    return 0;
}
