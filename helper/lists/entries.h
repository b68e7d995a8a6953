// What a list file says, line by line, before it is indexed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <cstring>
#include <string>
#include <string_view>

#include "api/address.h"

namespace sallyport::lists {

// Which names an entry means.
enum class Reach : quint8 {
    Itself,
    WithSubdomains,  // the name and every name below it
    Undecided,       // a bare name; decided when the whole file has been read
};

// `name` is in normal form (name_text.h) and points into the arena.
struct NameEntry {
    std::string_view name;
    quint32 line = 0;  // counted from 1
    Reach reach = Reach::Itself;
    bool exception = false;  // takes names out of the list it stands in
    bool operator==(const NameEntry&) const = default;
};

// `bits` counts in the v4-mapped space (96..128 for IPv4), host bits are zero, and an IPv6 prefix
// never covers the mapped IPv4 space.
struct PrefixEntry {
    api::Address address;
    quint32 line = 0;
    quint8 bits = 128;
    bool exception = false;

    api::Cidr cidr() const { return {address, address.isV4() ? bits - 96 : bits}; }
    bool covers(const api::Address& other) const {
        const std::size_t whole = bits / 8u;
        if (std::memcmp(address.bytes.data(), other.bytes.data(), whole) != 0)
            return false;
        const unsigned rest = bits % 8u;
        return rest == 0 || ((address.bytes[whole] ^ other.bytes[whole]) >> (8 - rest)) == 0;
    }
    bool operator==(const PrefixEntry&) const = default;
};

// Names one after another in one block of memory: six bytes and the name each. An entry is known
// by its offset, which stays good for as long as the arena.
class NameArena {
  public:
    using Offset = quint32;

    void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
    // The name has at most 253 bytes.
    void add(const NameEntry& entry) {
        char head[kHead];
        std::memcpy(head, &entry.line, sizeof entry.line);
        head[kMarksAt] = static_cast<char>(static_cast<quint8>(entry.reach) |
                                           (entry.exception ? kException : 0));
        head[kLengthAt] = static_cast<char>(entry.name.size());
        bytes_.append(head, kHead).append(entry.name);
        ++count_;
    }
    NameEntry at(Offset offset) const {
        const char* head = bytes_.data() + offset;
        NameEntry entry{nameAt(offset)};
        std::memcpy(&entry.line, head, sizeof entry.line);
        entry.reach = static_cast<Reach>(head[kMarksAt] & ~kException);
        entry.exception = head[kMarksAt] & kException;
        return entry;
    }
    std::string_view nameAt(Offset offset) const {
        const char* head = bytes_.data() + offset;
        return {head + kHead, static_cast<quint8>(head[kLengthAt])};
    }
    Offset next(Offset offset) const {
        return offset + kHead + static_cast<quint8>(bytes_[offset + kLengthAt]);
    }
    Offset end() const { return static_cast<Offset>(bytes_.size()); }
    std::size_t count() const { return count_; }
    std::size_t bytes() const { return bytes_.size(); }
    // Forgets what was added since end() and count() were these.
    void rewind(Offset end, std::size_t count) {
        bytes_.resize(end);
        count_ = count;
    }
    // Gives every undecided entry its reach.
    void decide(Reach reach) {
        for (Offset at = 0; at < end(); at = next(at)) {
            char& marks = bytes_[at + kMarksAt];
            if (static_cast<Reach>(marks & ~kException) == Reach::Undecided)
                marks = static_cast<char>((marks & kException) | static_cast<quint8>(reach));
        }
    }

  private:
    static constexpr std::size_t kMarksAt = 4, kLengthAt = 5;
    static constexpr Offset kHead = 6;
    static constexpr char kException = 4;

    std::string bytes_;
    std::size_t count_ = 0;
};

}  // namespace sallyport::lists
