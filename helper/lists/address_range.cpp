// Splitting a range: from its start, always the widest prefix that fits.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lists/address_range.h"

#include <algorithm>
#include <bit>

namespace sallyport::lists {

using namespace Qt::StringLiterals;
using api::Address;

namespace {

constexpr int kAllBits = 128;

// The last address of a prefix of `bits` (0..128, mapped) that begins at `first`.
Address lastOf(Address first, int bits) {
    for (int byte = bits / 8; byte < kAllBits / 8; ++byte) {
        const int kept = std::max(bits - byte * 8, 0);
        quint8& value = first.bytes[static_cast<std::size_t>(byte)];
        value = static_cast<quint8>(value | 0xff >> kept);
    }
    return first;
}

int trailingZeros(const Address& address) {
    int zeros = 0;
    for (auto byte = address.bytes.rbegin(); byte != address.bytes.rend(); ++byte, zeros += 8) {
        if (*byte)
            return zeros + std::countr_zero(*byte);
    }
    return zeros;
}

// The one behind, which the caller knows to exist.
Address behind(Address address) {
    for (std::size_t i = address.bytes.size(); i-- > 0 && ++address.bytes[i] == 0;) {
    }
    return address;
}

}  // namespace

api::Result<std::vector<api::Cidr>> prefixesOf(const Address& first, const Address& last) {
    const auto wrong = [&](const QString& why) {
        return api::failure(api::ErrorCode::Invalid,
                            first.toString() + u"-"_s + last.toString() + why);
    };
    if (first.isV4() != last.isV4())
        return wrong(u" goes from one family of addresses to the other"_s);
    if (first > last)
        return wrong(u" is reversed"_s);
    if (!first.isV4() && first < Address::v4(0) && last > Address::v4(0))
        return wrong(u" would cover IPv4 too"_s);
    std::vector<api::Cidr> prefixes;
    const int fewest = first.isV4() ? kAllBits - 32 : 0;
    for (Address at = first;; at = behind(at)) {
        int bits = std::max(kAllBits - trailingZeros(at), fewest);
        while (lastOf(at, bits) > last)
            ++bits;
        prefixes.push_back({at, bits - fewest});
        at = lastOf(at, bits);
        if (at == last)
            return prefixes;
    }
}

}  // namespace sallyport::lists
