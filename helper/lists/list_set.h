// Which lists contain a name or an address. Lists are numbered by who owns them, from 0 to 63; a
// set of them is one word, small enough for a value of a kernel map.
//
// Within a list an exception goes before every entry, however specific; it has no effect on other
// lists: a subscription cannot open a hole in another.
//
// A list, once built, never changes. A new one is built aside, in any thread, and takes the old
// one's place at once: who looks up meanwhile sees the one or the other. The memory of the old one
// is given back when the last Snapshot with it goes.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <memory>
#include <mutex>
#include <vector>

#include "lists/name_index.h"
#include "lists/prefix_index.h"

namespace sallyport::lists {

using ListNumber = quint32;
constexpr ListNumber kMostLists = 64;

// A set of list numbers, all below kMostLists.
struct ListBits {
    quint64 bits = 0;

    bool isEmpty() const { return bits == 0; }
    bool has(ListNumber number) const { return bits >> number & 1; }
    void add(ListNumber number) { bits |= quint64{1} << number; }
    bool operator==(const ListBits&) const = default;
};

// An entry that matched, in one spelling whatever the file's: "ads.example" is that name alone,
// "||ads.example^" all names below it too, a part of a range its prefix.
struct Finding {
    ListNumber list = 0;
    quint32 line = 0;  // of the list's file, from 1
    QString entry;
    bool exception = false;
    bool operator==(const Finding&) const = default;
};

// What applies to a prefix wherever no longer one of the same table matches.
struct MarkedPrefix {
    api::Cidr prefix;
    ListBits lists;  // may be empty: an exception inside a listed prefix
    bool operator==(const MarkedPrefix&) const = default;
};

class List {
  public:
    // Failed: stopped.
    static api::Result<std::shared_ptr<const List>> build(Parsed parsed,
                                                          const std::stop_token& stop = {});

    bool contains(const NameProbe& probe) const;
    // All of `bits` (0..128, mapped) at `address`.
    bool contains(const api::Address& address, int bits = 128) const;
    // Appended, exceptions too, the narrowest first.
    void find(const NameProbe& probe, ListNumber number, std::vector<Finding>& found) const;
    void find(const api::Address& address, ListNumber number, std::vector<Finding>& found) const;

    std::size_t names() const { return names_.count(); }  // different ones
    const std::vector<PrefixEntry>& prefixes() const { return prefixes_.prefixes(); }
    std::size_t bytes() const { return names_.bytes() + prefixes_.bytes(); }

  private:
    NameIndex names_;
    PrefixIndex prefixes_;
};

// The lists of one moment. Names are taken as people and DNS write them: any case, a dot at the end
// or none, Unicode. What no list could hold ("a\032b.ads.example") is still below a name that one
// does.
class Snapshot {
  public:
    ListBits listsOf(const QString& name) const;
    ListBits listsOf(const api::Address& address) const;
    // By list number, within one the narrowest first; exceptions are among them.
    std::vector<Finding> findings(const QString& name) const;
    std::vector<Finding> findings(const api::Address& address) const;

    // A table for longest-prefix matching over the lists in `which`, by address, each prefix once:
    // the longest match of an address says listsOf(address), restricted to `which`; none says none.
    std::vector<MarkedPrefix> prefixes(ListBits which) const;

    // nullptr: there is none of this number.
    const List* list(ListNumber number) const;

  private:
    friend class ListSet;
    template <class Visit>
    void each(ListBits which, Visit visit) const {
        for (quint64 left = which.bits & present_.bits; left; left &= left - 1) {
            const auto number = static_cast<ListNumber>(std::countr_zero(left));
            visit(number, *lists_[number]);
        }
    }

    std::array<std::shared_ptr<const List>, kMostLists> lists_;
    ListBits present_;
};

// May be used from several threads.
class ListSet {
  public:
    // Reads a list aside and puts it in the place of the old one of this number. After an error (as
    // parseFile(), and Invalid for a number from kMostLists on) the old one is in force as before.
    api::Result<Report> load(ListNumber number, int descriptor, const Options& options = {},
                             const Control& control = {});
    // nullptr takes the list away. `number` is below kMostLists. Returns what was in its place.
    std::shared_ptr<const List> replace(ListNumber number, std::shared_ptr<const List> list);

    // For as many lookups as belong together; never nullptr.
    std::shared_ptr<const Snapshot> current() const;

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> current_ = std::make_shared<const Snapshot>();
};

}  // namespace sallyport::lists
