// Open addressing with linear probing, at most three quarters full.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lists/name_index.h"

#include <QHashFunctions>
#include <QRandomGenerator>

namespace sallyport::lists {

namespace {

constexpr std::size_t kNamesBetweenLooks = 8192;  // at the stop token

quint64 hashOf(std::string_view name) {
    static_assert(sizeof(std::size_t) == sizeof(quint64));
    static const std::size_t key = QRandomGenerator::system()->generate64();
    return qHashBits(name.data(), name.size(), key);
}

}  // namespace

NameProbe::NameProbe(std::string_view normalName) {
    for (std::string_view name = normalName;;) {
        steps.append({name, hashOf(name)});
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos)
            return;
        name.remove_prefix(dot + 1);
    }
}

api::Result<NameIndex> NameIndex::build(NameArena names, const std::stop_token& stop) {
    NameIndex index;
    if (names.count() == 0)
        return index;
    index.names_ = std::move(names);
    index.tags_.resize(index.names_.count() * 4 / 3 + 1);
    index.offsets_.resize(index.tags_.size());
    std::size_t done = 0;
    for (NameArena::Offset at = 0; at < index.names_.end(); at = index.names_.next(at)) {
        if (done++ % kNamesBetweenLooks == 0 && stop.stop_requested())
            return stopped();
        index.insert(at);
    }
    return index;
}

void NameIndex::insert(NameArena::Offset offset) {
    const NameEntry entry = names_.at(offset);
    const NameProbe::Step step{entry.name, hashOf(entry.name)};
    std::size_t at = placeOf(step.hash);
    for (; tags_[at] != kFree; at = behind(at)) {
        if (!holds(at, step))
            continue;
        const NameEntry known = names_.at(offsets_[at]);
        if (known.exception != entry.exception)
            continue;
        if (known.reach == Reach::Itself && entry.reach == Reach::WithSubdomains)
            offsets_[at] = offset;
        return;
    }
    tags_[at] = tagOf(step.hash);
    offsets_[at] = offset;
    ++count_;
}

}  // namespace sallyport::lists
