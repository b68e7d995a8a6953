// The names that addresses are known by.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QStringList>
#include <map>
#include <set>
#include <utility>

#include "api/address.h"
#include "api/name_source.h"
#include "names/dns_message.h"

namespace sallyport::names {

using api::NameSource;

struct KnownName {
    QString name;
    NameSource source = NameSource::OtherAnswer;
    bool alias = false;  // not asked for: what was asked for is an alias of it
    qint64 untilMs = 0;
    qint64 saidMs = 0;  // when it was last said

    bool operator==(const KnownName&) const = default;
};

inline constexpr qint64 kLeastNameMs = 60'000;        // also a shorter TTL counts so long
inline constexpr qint64 kMostNameMs = 86'400'000;     // and a longer one no longer than this
inline constexpr qint64 kStatedNameMs = 3'600'000;    // a name a program said has no TTL
inline constexpr qsizetype kMostNameBytes = 8 << 20;  // in a table, as it counts
inline constexpr int kMostNamesOfAddress = 64;        // answers and stated names

// What answers and programs said about addresses, for a time. An entry (one answer about one
// address) takes at most 560 bytes, and for each of its names 48 and two for every character. Names
// that answers about several addresses share are counted for each, so the table stays below its
// limit, which at 8 MiB are some 12,000 entries of ordinary names. When it is full, or an address
// has too many, the oldest entry of the program that has most makes room: who floods it evicts its
// own.
//
// A program is an exec serial number; 0 is the system's resolver. Times are milliseconds of one
// clock, which may be any; one that is set back makes names last longer.
class NameTable {
  public:
    // An address as one program was told of it.
    using Told = std::pair<api::Address, quint64>;

    explicit NameTable(qsizetype mostBytes = kMostNameBytes) : mostBytes_(mostBytes) {}

    // A DNS answer, with all its addresses but loopback ones, unspecified and multicast ones: those
    // would name other programs' flows (LEAKS N36). Returns of what an entry made room, the oldest
    // first.
    QList<Told> add(const DnsAnswer& answer, quint64 process, qint64 nowMs);
    // The same that systemd-resolved told somebody.
    QList<Told> addResolved(const DnsAnswer& answer, qint64 nowMs);
    // What the program said to the address: ServerName, Quic or HttpHost. Only it is told so again,
    // since it can lie.
    void add(const api::Address& address, const QString& name, NameSource source, quint64 process,
             qint64 nowMs);

    // Every name of the address that is not out of date, each once, best first: by source, then
    // the newest, then an asked name before its aliases.
    QList<KnownName> lookup(const api::Address& address, quint64 process, qint64 nowMs) const;

    // All it knows, for a table that takes its place by the same clock.
    QByteArray save() const;
    // What save() gave, but for what is out of date: of which programs it said something about
    // which addresses. Nothing when it is damaged.
    QList<Told> restore(const QByteArray& saved, qint64 nowMs);

    // Drops what is out of date. To be called now and then; lookup() does not depend on it.
    void expire(qint64 nowMs);

    qsizetype entries() const { return static_cast<qsizetype>(entries_.size()); }
    qsizetype bytes() const { return bytes_; }  // as they count

  private:
    using Number = quint64;  // of an entry: the newer, the higher
    struct Entry {
        api::Address address;
        QStringList names;
        NameSource source;  // OwnAnswer stands for any answer but systemd-resolved's
        quint64 process;
        qint64 untilMs;
        qint64 saidMs;
    };
    // What one program has.
    struct Share {
        qsizetype bytes = 0;
        std::set<Number> numbers;
    };

    QList<Told> addAnswer(const DnsAnswer& answer, NameSource source, quint64 process,
                          qint64 nowMs);
    void insert(Entry entry, QList<Told>& evicted);
    void remove(Number number);
    Told evict(Number number);
    void makeRoom(QList<Told>& evicted);
    void makeRoomAt(const api::Address& address, QList<Told>& evicted);
    void count(quint64 process, qsizetype bytes);

    qsizetype mostBytes_;
    qsizetype bytes_ = 0;
    Number last_ = 0;
    std::map<Number, Entry> entries_;
    QHash<api::Address, QList<Number>> byAddress_;  // oldest first
    QHash<quint64, Share> byProcess_;
    std::set<std::pair<qsizetype, quint64>> byBytes_;  // what programs have, and which
    std::set<std::pair<qint64, Number>> byEnd_;
};

}  // namespace sallyport::names
