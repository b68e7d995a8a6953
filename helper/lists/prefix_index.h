// The prefixes of one list, found by address.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "lists/entries.h"

namespace sallyport::lists {

// Prefixes either contain one another or have nothing in common (RFC 4632 3.1), so that sorted by
// address each has one narrowest that contains it, and whatever contains an address is reached from
// the last prefix that begins at or before it. 28 bytes a prefix.
class PrefixIndex {
  public:
    PrefixIndex() = default;
    // Of equal prefixes the one with the lowest line is kept.
    explicit PrefixIndex(std::vector<PrefixEntry> prefixes);

    // Calls `visit(const PrefixEntry&)` for each that covers all of `bits` (0..128, mapped) at
    // `address`, the longest first.
    template <class Visit>
    void visit(const api::Address& address, int bits, Visit visit) const {
        for (quint32 at = lastFrom(address, bits); at != kNone; at = above_[at]) {
            if (prefixes_[at].bits <= bits && prefixes_[at].covers(address))
                visit(prefixes_[at]);
        }
    }
    const std::vector<PrefixEntry>& prefixes() const { return prefixes_; }
    std::size_t bytes() const {
        return prefixes_.capacity() * sizeof(PrefixEntry) + above_.capacity() * sizeof(quint32);
    }

  private:
    static constexpr quint32 kNone = ~quint32{0};

    quint32 lastFrom(const api::Address& address, int bits) const;

    std::vector<PrefixEntry> prefixes_;  // by address, then length
    std::vector<quint32> above_;         // for each, the narrowest that contains it
};

}  // namespace sallyport::lists
