// The names of addresses: what DNS answers said of them, and which patterns of rules they match.
// Keeps the kernel's map `named` in step.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QSet>
#include <deque>
#include <optional>

#include "api/host_pattern.h"
#include "engine/dns_questions.h"
#include "engine/pattern_index.h"
#include "kernel/kernel.h"
#include "names/dns_stream.h"
#include "names/name_table.h"

namespace sallyport::engine {

// An address as one program knows it. Process: exec serial, 0: whoever asked the system's resolver.
struct NamedAddress {
    api::Address address;
    quint64 process = 0;
    bool operator==(const NamedAddress&) const = default;
};
size_t qHash(const NamedAddress& key, size_t seed = 0);

// A name counts for rules when the program itself was told it; what whoever asked the system's
// resolver was told counts for those who were told nothing, until they say a name. What other
// programs were told is shown, no more. Times are milliseconds of a clock that is never set.
class NameBook {
  public:
    static constexpr qint64 kSweepEveryMs = 60'000;
    static constexpr qint64 kWarnEveryMs = 60'000;
    // For so many names that made room for others it counts, until the next sweep(), that a
    // connection may be open that was judged by them. With all that the table holds at once, the
    // kernel has room for them.
    static constexpr size_t kMostEvicted = 2048;

    // Borrows the kernel.
    explicit NameBook(kernel::Kernel& kernel) : kernel_(kernel) {}

    // A question is remembered, so that only what was asked for is believed; an answer names its
    // addresses for `process`. Over TCP: as soon as a message is whole.
    void take(const kernel::DnsReport& report, quint64 process, qint64 nowMs);
    // What systemd-resolved told somebody.
    void takeResolved(const names::DnsAnswer& answer, qint64 nowMs);
    // A question that was held, and goes on its way from a copy of its packet (IP header first).
    // `process`: whose it is, as an exec serial.
    void takeHeld(const kernel::HeldPacket& packet, quint64 process, qint64 nowMs);

    // Where an earlier book left off, before anything else is done with this one: what its save()
    // gave, and what the kernel has. What the kernel alone knows stays in force for whoever is
    // connected, though by which name nobody can say.
    void restore(const QByteArray& saved, qint64 nowMs);
    QByteArray save() const { return table_.save(); }

    // Before a table is put in force the kernel learns what the new patterns match besides the old
    // ones; afterwards it forgets the old ones.
    void prepare(const PatternIndex& next);
    void settle(PatternIndex patterns);

    // What the kernel knows of the address as this process, and no other, was told of it.
    std::optional<QList<policy::PatternNumber>> patternsOf(const api::Address& address,
                                                           quint64 process) const;
    // Of the rules in force, which a name matches.
    QList<policy::PatternNumber> patternsOf(const QStringList& names) const {
        return patterns_.matching(names);
    }
    // The names that it was told, best first.
    QStringList namesOf(const api::Address& address, quint64 process) const;
    // The same, with where they come from.
    QList<names::KnownName> originsOf(const api::Address& address, quint64 process) const;
    // Every name it is known by, best first.
    QList<names::KnownName> lookup(const api::Address& address, quint64 process,
                                   qint64 nowMs) const;

    // When sweep() has something to do next; 0: never.
    qint64 nextSweepMs() const { return known_.isEmpty() ? 0 : sweptMs_ + kSweepEveryMs; }
    // Whether anything is out of date now.
    bool isOutOfDate(qint64 nowMs) const;
    // Forgets what is out of date, but keeps what a connection that is open was judged by.
    void sweep(qint64 nowMs, const QSet<NamedAddress>& open);

    // Answers so far that nobody asked for, and such as cannot be read, or not to their end (what
    // is before that counts). The first of a minute is in the log, with how many more there were.
    quint64 unasked() const { return unasked_; }
    quint64 damaged() const { return damaged_; }
    // Whether the kernel has all that it was told; if not, what it said to that, in English.
    bool isComplete() const { return missing_.isEmpty(); }
    QString problem() const { return isComplete() ? QString() : problem_; }

  private:
    struct Known {
        QStringList names;
        QList<names::KnownName> origins;  // of the names, each in its place
        QList<policy::PatternNumber> patterns;
        bool told = false;    // the kernel has it
        bool before = false;  // and nobody else: an earlier book told it
    };

    void takeMessage(const kernel::DnsReport& report, QByteArrayView message, quint64 process,
                     qint64 nowMs);
    void warn(const QString& what, const kernel::DnsReport& report, qint64 nowMs);
    QList<names::KnownName> counting(const NamedAddress& key, qint64 nowMs) const;
    void refresh(const NamedAddress& key, qint64 nowMs);
    void tell(const NamedAddress& key, Known& known);
    void tellAll();
    void forgetEvicted(const QList<names::NameTable::Told>& evicted, qint64 nowMs);
    QHash<NamedAddress, Known>::iterator forget(QHash<NamedAddress, Known>::iterator known);

    kernel::Kernel& kernel_;
    names::NameTable table_;
    names::DnsStreams streams_;
    PatternIndex patterns_;
    QHash<NamedAddress, Known> known_;
    QSet<NamedAddress> missing_;        // what the kernel had no room for; tried again
    std::deque<NamedAddress> evicted_;  // since the last sweep(), the oldest first
    DnsQuestions questions_;
    qint64 sweptMs_ = 0;
    quint64 unasked_ = 0;
    quint64 damaged_ = 0;
    quint64 warned_ = 0;   // of both together, by the last line in the log
    qint64 quietMs_ = -1;  // until then there is none
    QString problem_;
};

}  // namespace sallyport::engine
