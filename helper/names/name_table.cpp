// The names of addresses: see name_table.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/name_table.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QIODevice>
#include <QSet>
#include <algorithm>

namespace sallyport::names {

namespace {

// An entry in its five indexes where each is another program's, measured on x86-64 with glibc and
// rounded up; 400 where programs have many.
constexpr qsizetype kEntryBytes = 560;
constexpr qsizetype kNameBytes = 48;  // of a string and its place in a list, besides its characters

constexpr auto kFormat = QDataStream::Qt_6_4;
constexpr qsizetype kChecksum = 32;

QByteArray checksum(const QByteArray& bytes) {
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

qsizetype cost(const QStringList& names) {
    qsizetype bytes = kEntryBytes;
    for (const QString& name : names)
        bytes += kNameBytes + name.size() * static_cast<qsizetype>(sizeof(QChar));
    return bytes;
}

bool mayHaveNames(const api::Address& address) {
    return !address.isLoopback() && !address.isUnspecified() && !address.isMulticast();
}

qint64 lifetimeMs(quint32 ttl) {
    return std::clamp(static_cast<qint64>(ttl) * 1000, kLeastNameMs, kMostNameMs);
}

bool isAnswer(NameSource source) {
    return source == NameSource::OwnAnswer || source == NameSource::SystemdResolved;
}

}  // namespace

QList<NameTable::Told> NameTable::add(const DnsAnswer& answer, quint64 process, qint64 nowMs) {
    return addAnswer(answer, NameSource::OwnAnswer, process, nowMs);
}

QList<NameTable::Told> NameTable::addResolved(const DnsAnswer& answer, qint64 nowMs) {
    return addAnswer(answer, NameSource::SystemdResolved, 0, nowMs);
}

QList<NameTable::Told> NameTable::addAnswer(const DnsAnswer& answer, NameSource source,
                                            quint64 process, qint64 nowMs) {
    QList<Told> evicted;
    for (const DnsAddress& found : answer.addresses) {
        if (mayHaveNames(found.address) && !found.names.isEmpty()) {
            insert(
                {found.address, found.names, source, process, nowMs + lifetimeMs(found.ttl), nowMs},
                evicted);
        }
    }
    return evicted;
}

void NameTable::add(const api::Address& address, const QString& name, NameSource source,
                    quint64 process, qint64 nowMs) {
    const bool stated = source == NameSource::ServerName || source == NameSource::Quic ||
                        source == NameSource::HttpHost;
    QList<Told> evicted;
    if (stated && !name.isEmpty() && mayHaveNames(address))
        insert({address, {name}, source, process, nowMs + kStatedNameMs, nowMs}, evicted);
}

// What says the same again takes the place of what said it before.
void NameTable::insert(Entry entry, QList<Told>& evicted) {
    const QList<Number> known = byAddress_.value(entry.address);
    for (const Number number : known) {
        const Entry& other = entries_.at(number);
        if (other.process == entry.process && other.source == entry.source &&
            other.names == entry.names) {
            entry.untilMs = std::max(entry.untilMs, other.untilMs);
            remove(number);
            break;
        }
    }
    makeRoomAt(entry.address, evicted);
    const Number number = ++last_;
    byAddress_[entry.address] += number;
    byProcess_[entry.process].numbers.insert(number);
    byEnd_.insert({entry.untilMs, number});
    count(entry.process, cost(entry.names));
    entries_.emplace(number, std::move(entry));
    makeRoom(evicted);
}

void NameTable::remove(Number number) {
    const auto place = entries_.find(number);
    const Entry entry = std::move(place->second);
    entries_.erase(place);
    byEnd_.erase({entry.untilMs, number});
    const auto numbers = byAddress_.find(entry.address);
    numbers->removeOne(number);
    if (numbers->isEmpty())
        byAddress_.erase(numbers);
    byProcess_[entry.process].numbers.erase(number);
    count(entry.process, -cost(entry.names));
}

NameTable::Told NameTable::evict(Number number) {
    const Entry& entry = entries_.at(number);
    const Told told{entry.address, entry.process};
    remove(number);
    return told;
}

// What the program has changes by so much.
void NameTable::count(quint64 process, qsizetype bytes) {
    const auto share = byProcess_.find(process);
    byBytes_.erase({share->bytes, process});
    share->bytes += bytes;
    bytes_ += bytes;
    if (share->bytes > 0)
        byBytes_.insert({share->bytes, process});
    else
        byProcess_.erase(share);
}

void NameTable::makeRoom(QList<Told>& evicted) {
    while (bytes_ > mostBytes_) {
        const quint64 greatest = byBytes_.rbegin()->second;
        evicted.append(evict(*byProcess_.find(greatest)->numbers.begin()));
    }
}

void NameTable::makeRoomAt(const api::Address& address, QList<Told>& evicted) {
    const QList<Number> numbers = byAddress_.value(address);
    if (numbers.size() < kMostNamesOfAddress)
        return;
    QHash<quint64, int> counts;
    quint64 greatest = 0;
    for (const Number number : numbers) {
        const quint64 process = entries_.at(number).process;
        if (++counts[process] > counts.value(greatest))
            greatest = process;
    }
    const auto oldest = std::find_if(numbers.begin(), numbers.end(), [&](Number number) {
        return entries_.at(number).process == greatest;
    });
    evicted.append(evict(*oldest));
}

QList<KnownName> NameTable::lookup(const api::Address& address, quint64 process,
                                   qint64 nowMs) const {
    QList<KnownName> found;
    const QList<Number> numbers = byAddress_.value(address);
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        const Entry& entry = entries_.at(*number);
        const bool own = entry.process == process;
        NameSource source = entry.source;
        if (source == NameSource::OwnAnswer && entry.process == 0)
            source = NameSource::Resolver;
        else if (source == NameSource::OwnAnswer && !own)
            source = NameSource::OtherAnswer;
        if (entry.untilMs <= nowMs || (!isAnswer(entry.source) && !own))
            continue;
        for (qsizetype i = 0; i < entry.names.size(); ++i)
            found += {entry.names.at(i), source, i > 0, entry.untilMs, entry.saidMs};
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const KnownName& a, const KnownName& b) { return a.source < b.source; });
    QSet<QString> seen;
    erase_if(found, [&](const KnownName& known) {
        const bool again = seen.contains(known.name);
        seen.insert(known.name);
        return again;
    });
    return found;
}

// Behind a checksum: how much there is to read is believed.
QByteArray NameTable::save() const {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(kFormat);
    out << static_cast<quint64>(entries_.size());
    for (const auto& [number, entry] : entries_) {
        out.writeRawData(reinterpret_cast<const char*>(entry.address.bytes.data()),
                         static_cast<int>(entry.address.bytes.size()));
        out << entry.names << static_cast<quint8>(entry.source) << entry.process << entry.untilMs
            << entry.saidMs;
    }
    return checksum(bytes) + bytes;
}

QList<NameTable::Told> NameTable::restore(const QByteArray& saved, qint64 nowMs) {
    const QByteArray sum = saved.first(std::min(saved.size(), kChecksum));
    const QByteArray bytes = saved.sliced(sum.size());
    if (checksum(bytes) != sum)
        return {};
    QList<Told> restored, evicted;
    QDataStream in(bytes);
    in.setVersion(kFormat);
    quint64 count = 0;
    for (in >> count; count > 0; --count) {
        Entry entry{};
        quint8 source = 0;
        in.readRawData(reinterpret_cast<char*>(entry.address.bytes.data()),
                       static_cast<int>(entry.address.bytes.size()));
        in >> entry.names >> source >> entry.process >> entry.untilMs >> entry.saidMs;
        entry.source = static_cast<NameSource>(source);
        if (in.status() != QDataStream::Ok)
            break;
        if (entry.untilMs <= nowMs)
            continue;
        restored.append({entry.address, entry.process});
        insert(std::move(entry), evicted);
    }
    return restored;
}

void NameTable::expire(qint64 nowMs) {
    while (!byEnd_.empty() && byEnd_.begin()->first <= nowMs)
        remove(byEnd_.begin()->second);
}

}  // namespace sallyport::names
