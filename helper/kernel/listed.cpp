// The map `listed`, changed from one set of prefixes to another without a moment in which an
// address has a place in neither. SPDX-License-Identifier: GPL-3.0-or-later
#include <bpf/bpf.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "kernel/maps.h"

namespace sallyport::kernel {

namespace {

using api::ErrorCode;
using api::failure;

struct Entry {
    sp_listed_key key;
    sp_listed value;
};

bool before(const Entry& a, const Entry& b) {
    return std::memcmp(&a.key, &b.key, sizeof a.key) < 0;
}

bool same(const Entry& a, const Entry& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

Entry entryOf(const ListedPrefix& prefix) {
    Entry entry{};
    entry.key.bits = prefix.bits;
    static_assert(sizeof entry.key.remote == sizeof prefix.address.bytes);
    std::memcpy(entry.key.remote, prefix.address.bytes.data(), sizeof entry.key.remote);
    entry.value = prefix.lists;
    return entry;
}

constexpr quint32 kAtOnce = 4096;

// In the order of keys.
api::Result<std::vector<Entry>> entriesOf(int fd) {
    std::vector<Entry> entries;
    std::vector<sp_listed_key> keys(kAtOnce);
    std::vector<sp_listed> values(kAtOnce);
    sp_listed_key reached{};
    bool first = true, more = true;
    while (more) {
        quint32 count = kAtOnce;
        if (bpf_map_lookup_batch(fd, first ? nullptr : &reached, &reached, keys.data(),
                                 values.data(), &count, nullptr) != 0) {
            if (errno != ENOENT)
                return systemError(QStringLiteral("reading the prefixes of lists"));
            more = false;
        }
        for (quint32 i = 0; i < count; ++i)
            entries.push_back({keys[i], values[i]});
        first = false;
    }
    std::sort(entries.begin(), entries.end(), before);
    return entries;
}

api::Result<void> write(int fd, const std::vector<Entry>& entries) {
    std::vector<sp_listed_key> keys;
    std::vector<sp_listed> values;
    for (size_t done = 0; done < entries.size(); done += keys.size()) {
        keys.clear();
        values.clear();
        for (size_t i = done; i < entries.size() && keys.size() < kAtOnce; ++i) {
            keys.push_back(entries[i].key);
            values.push_back(entries[i].value);
        }
        auto count = quint32(keys.size());
        if (bpf_map_update_batch(fd, keys.data(), values.data(), &count, nullptr) != 0)
            return systemError(QStringLiteral("a prefix of a list"));
    }
    return {};
}

}  // namespace

// For every address the longest prefix speaks. The new ones come the longest first, so that of all
// new ones that contain an address its own is there first; until then, and afterwards where a
// longer old one contains it, the old one speaks. The old ones go the shortest first, so that its
// own old one goes last.
api::Result<void> Maps::setListed(const std::vector<ListedPrefix>& prefixes) const {
    if (prefixes.size() >= SP_MAX_LISTED)
        return failure(ErrorCode::Failed,
                       QStringLiteral("all lists together have %1 prefixes, too many by %2")
                           .arg(prefixes.size())
                           .arg(prefixes.size() - SP_MAX_LISTED + 1));
    const auto old = entriesOf(fd("listed"));
    if (!old)
        return old.error();
    std::vector<Entry> wanted;
    wanted.reserve(prefixes.size());
    for (const ListedPrefix& prefix : prefixes)
        wanted.push_back(entryOf(prefix));
    std::sort(wanted.begin(), wanted.end(), before);

    std::vector<Entry> coming, going;
    for (const Entry& entry : wanted) {
        const auto known = std::lower_bound(old->begin(), old->end(), entry, before);
        if (known == old->end() || !same(*known, entry))
            coming.push_back(entry);
    }
    std::set_difference(old->begin(), old->end(), wanted.begin(), wanted.end(),
                        std::back_inserter(going), before);
    const auto shorter = [](const Entry& a, const Entry& b) { return a.key.bits < b.key.bits; };
    std::stable_sort(coming.rbegin(), coming.rend(), shorter);
    std::stable_sort(going.begin(), going.end(), shorter);
    if (wanted.size() + going.size() >= SP_MAX_LISTED)
        return failure(ErrorCode::Failed,
                       QStringLiteral("there is no room for the new prefixes beside the old ones"));
    if (const auto written = write(fd("listed"), coming); !written)
        return written;
    for (const Entry& entry : going)
        bpf_map_delete_elem(fd("listed"), &entry.key);
    return {};
}

}  // namespace sallyport::kernel
