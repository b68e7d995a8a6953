// Sorting prefixes and finding what contains each.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lists/prefix_index.h"

#include <algorithm>
#include <tuple>

namespace sallyport::lists {

PrefixIndex::PrefixIndex(std::vector<PrefixEntry> prefixes) : prefixes_(std::move(prefixes)) {
    const auto what = [](const PrefixEntry& p) { return std::tie(p.address, p.bits, p.exception); };
    std::sort(prefixes_.begin(), prefixes_.end(), [&](const auto& a, const auto& b) {
        return std::tuple_cat(what(a), std::tie(a.line)) <
               std::tuple_cat(what(b), std::tie(b.line));
    });
    prefixes_.erase(std::unique(prefixes_.begin(), prefixes_.end(),
                                [&](const auto& a, const auto& b) { return what(a) == what(b); }),
                    prefixes_.end());
    prefixes_.shrink_to_fit();
    above_.reserve(prefixes_.size());
    for (quint32 at = 0; at < prefixes_.size(); ++at) {
        quint32 above = at ? at - 1 : kNone;
        while (above != kNone && !prefixes_[above].covers(prefixes_[at].address))
            above = above_[above];
        above_.push_back(above);
    }
}

quint32 PrefixIndex::lastFrom(const api::Address& address, int bits) const {
    const auto behind = std::upper_bound(
        prefixes_.begin(), prefixes_.end(), std::tuple(address, bits),
        [](const auto& wanted, const PrefixEntry& p) {
            return wanted < std::tuple<const api::Address&, int>(p.address, p.bits);
        });
    return behind == prefixes_.begin() ? kNone
                                       : static_cast<quint32>(behind - prefixes_.begin() - 1);
}

}  // namespace sallyport::lists
