// The names of one list, found by hash.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVarLengthArray>
#include <vector>

#include "lists/list_parser.h"

namespace sallyport::lists {

// A name that is looked for, and the names above it, each hashed once for all lists. The views
// point into the text this was made from.
struct NameProbe {
    struct Step {
        std::string_view name;
        quint64 hash = 0;
    };
    QVarLengthArray<Step, 8> steps;  // the whole name first

    explicit NameProbe(std::string_view normalName);
};

// Exact: every hit is compared byte by byte, the keyed hash (a key per process, which no publisher
// of lists knows) only finds it. Of equal names one is kept; one that means the names below it too
// goes before one that does not. A name costs its arena entry (6 bytes and itself) and 8 bytes: a
// refresh has the old names and the new ones at once.
class NameIndex {
  public:
    NameIndex() = default;
    // Failed: stopped.
    static api::Result<NameIndex> build(NameArena names, const std::stop_token& stop);

    // Calls `visit(const NameEntry&)` for the entries of exactly this name: none, one, or two of
    // which one is an exception.
    template <class Visit>
    void visit(const NameProbe::Step& wanted, Visit visit) const {
        if (tags_.empty())
            return;
        for (std::size_t at = placeOf(wanted.hash); tags_[at] != kFree; at = behind(at)) {
            if (holds(at, wanted))
                visit(names_.at(offsets_[at]));
        }
    }
    std::size_t count() const { return count_; }
    std::size_t bytes() const {
        return names_.bytes() + tags_.size() * sizeof(Tag) +
               offsets_.size() * sizeof(NameArena::Offset);
    }

  private:
    // Of the half of the hash that does not choose the place. What is looked for and not there
    // meets tags alone.
    using Tag = quint16;
    static constexpr Tag kFree = 0;

    static Tag tagOf(quint64 hash) { return static_cast<Tag>(hash >> 48) | Tag{1}; }
    std::size_t placeOf(quint64 hash) const {
        return static_cast<std::size_t>((hash & 0xffffffffu) * tags_.size() >> 32);
    }
    std::size_t behind(std::size_t at) const { return at + 1 < tags_.size() ? at + 1 : 0; }
    bool holds(std::size_t at, const NameProbe::Step& wanted) const {
        return tags_[at] == tagOf(wanted.hash) && names_.nameAt(offsets_[at]) == wanted.name;
    }
    void insert(NameArena::Offset offset);

    NameArena names_;
    std::vector<Tag> tags_;
    std::vector<NameArena::Offset> offsets_;  // by the same places
    std::size_t count_ = 0;
};

}  // namespace sallyport::lists
