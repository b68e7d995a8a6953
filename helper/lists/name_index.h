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
// goes before one that does not. A name costs its arena entry (6 bytes and itself) and 12 to 24
// bytes.
class NameIndex {
  public:
    NameIndex() = default;
    // Failed: stopped.
    static api::Result<NameIndex> build(NameArena names, const std::stop_token& stop);

    // Calls `visit(const NameEntry&)` for the entries of exactly this name: none, one, or two of
    // which one is an exception.
    template <class Visit>
    void visit(const NameProbe::Step& wanted, Visit visit) const {
        if (slots_.empty())
            return;
        for (std::size_t at = wanted.hash & mask(); slots_[at].used(); at = (at + 1) & mask()) {
            if (holds(slots_[at], wanted))
                visit(names_.at(slots_[at].offset));
        }
    }
    std::size_t count() const { return count_; }
    std::size_t bytes() const { return names_.bytes() + slots_.size() * sizeof(Slot); }

  private:
    static constexpr NameArena::Offset kFree = ~NameArena::Offset{0};

    struct Slot {
        quint32 tag = 0;  // the half of the hash that did not choose the place
        NameArena::Offset offset = kFree;
        bool used() const { return offset != kFree; }
    };

    std::size_t mask() const { return slots_.size() - 1; }  // their number is a power of two
    bool holds(const Slot& slot, const NameProbe::Step& wanted) const {
        return slot.tag == wanted.hash >> 32 && names_.nameAt(slot.offset) == wanted.name;
    }
    void insert(NameArena::Offset offset);

    NameArena names_;
    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

}  // namespace sallyport::lists
