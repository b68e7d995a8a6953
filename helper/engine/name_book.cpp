// The names of addresses, in step with the kernel's map `named`.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/name_book.h"

#include <netinet/in.h>

#include <QLoggingCategory>
#include <algorithm>
#include <utility>

Q_LOGGING_CATEGORY(lcNames, "sallyport.names")

namespace sallyport::engine {
namespace {

using names::KnownName;
using names::NameSource;

constexpr qsizetype kUdpHeader = 8;

// The UDP datagram in an IP packet without anything unusual in its headers; empty: there is none.
QByteArrayView datagramIn(QByteArrayView packet) {
    const auto byte = [&](qsizetype at) { return static_cast<quint8>(packet[at]); };
    qsizetype header = 0;
    if (packet.size() >= 20 && byte(0) >> 4 == 4 && byte(9) == IPPROTO_UDP)
        header = (byte(0) & 15) * 4;
    else if (packet.size() >= 40 && byte(0) >> 4 == 6 && byte(6) == IPPROTO_UDP)
        header = 40;
    return header && packet.size() >= header + kUdpHeader ? packet.sliced(header)
                                                          : QByteArrayView();
}

QStringList namesOnly(const QList<KnownName>& known) {
    QStringList names;
    for (const KnownName& one : known)
        names.append(one.name);
    return names;
}

}  // namespace

size_t qHash(const NamedAddress& key, size_t seed) {
    return qHashMulti(seed, key.address, key.process);
}

void NameBook::take(const kernel::DnsReport& report, quint64 process, qint64 nowMs) {
    if (!report.stream)
        return takeMessage(report, report.message, process, nowMs);
    const QList<QByteArray> messages =
        streams_.feed(report.cookie, report.answer, report.owner.serial, report.sequence,
                      report.expected, report.message, nowMs);
    for (const QByteArray& message : messages)
        takeMessage(report, message, process, nowMs);
}

void NameBook::takeMessage(const kernel::DnsReport& report, QByteArrayView message, quint64 process,
                           qint64 nowMs) {
    if (!report.answer) {
        if (const auto question = names::readDnsQuestion(message))
            questions_.add({report.cookie, report.server, *question}, report.owner.serial, nowMs);
        return;
    }
    const auto answer = names::readDnsAnswer(message);
    if (!answer) {
        ++damaged_;
        return warn(answer.error().text, report, nowMs);
    }
    if (!questions_.has(
            {report.cookie, report.server, {answer->id, answer->asked, answer->askedType}},
            nowMs)) {
        ++unasked_;
        return warn(QStringLiteral("an answer nobody asked for"), report, nowMs);
    }
    if (answer->damaged) {
        ++damaged_;
        warn(QStringLiteral("an answer that ends in the middle, or in nonsense"), report, nowMs);
    }
    const QList<names::NameTable::Told> evicted = table_.add(*answer, process, nowMs);
    for (const names::DnsAddress& named : answer->addresses)
        refresh({named.address, process}, nowMs);
    forgetEvicted(evicted, nowMs);
}

// Whoever sends such answers decides how many: one line a minute.
void NameBook::warn(const QString& what, const kernel::DnsReport& report, qint64 nowMs) {
    if (nowMs < quietMs_)
        return;
    quietMs_ = nowMs + kWarnEveryMs;
    const quint64 more = unasked_ + damaged_ - std::exchange(warned_, unasked_ + damaged_) - 1;
    qCWarning(lcNames).noquote().nospace()
        << "DNS from " << report.server.toString() << " to the process " << report.owner.pid
        << " is not believed: " << what
        << (more ? QStringLiteral(" (and %1 more since the last such line)").arg(more) : QString());
}

void NameBook::takeResolved(const names::DnsAnswer& answer, qint64 nowMs) {
    const QList<names::NameTable::Told> evicted = table_.addResolved(answer, nowMs);
    for (const names::DnsAddress& named : answer.addresses)
        refresh({named.address, 0}, nowMs);
    forgetEvicted(evicted, nowMs);
}

void NameBook::takeHeld(const kernel::HeldPacket& packet, quint64 process, qint64 nowMs) {
    if (packet.key.protocol != IPPROTO_UDP || packet.key.remotePort != SP_DNS_PORT)
        return;
    const QByteArrayView datagram = datagramIn(packet.bytes);
    if (datagram.isEmpty())
        return;
    if (const auto question = names::readDnsQuestion(datagram.sliced(kUdpHeader)))
        questions_.add({packet.key.cookie, packet.key.remote, *question}, process, nowMs);
}

QList<KnownName> NameBook::counting(const NamedAddress& key, qint64 nowMs) const {
    QList<KnownName> counting;
    const QList<KnownName> all = table_.lookup(key.address, key.process, nowMs);
    for (const KnownName& known : all) {
        const bool resolver =
            known.source == NameSource::Resolver || known.source == NameSource::SystemdResolved;
        const bool own = !resolver && known.source != NameSource::OtherAnswer;
        if (key.process ? own : resolver)
            counting.append(known);
    }
    return counting;
}

void NameBook::refresh(const NamedAddress& key, qint64 nowMs) {
    const QList<KnownName> origins = counting(key, nowMs);
    if (origins.isEmpty())  // of this machine, or no room for it
        return;
    if (known_.isEmpty())
        sweptMs_ = nowMs;
    Known& known = known_[key];
    known.names = namesOnly(origins);
    known.origins = origins;
    known.before = false;
    tell(key, known);
}

void NameBook::restore(const QByteArray& saved, qint64 nowMs) {
    sweptMs_ = nowMs;
    for (const auto& [address, process] : table_.restore(saved, nowMs))
        refresh({address, process}, nowMs);
    for (const kernel::Named& named : kernel_.namedAddresses()) {
        Known& known = known_[{named.address, named.process}];
        known.before = known.names.isEmpty();
        if (known.before && named.patterns.size() >= SP_MAX_PATTERNS) {  // perhaps not all of them
            kernel_.forgetNamed(named.address, named.process);
            known_.remove({named.address, named.process});
            continue;
        }
        known.patterns = named.patterns;
        known.told = true;
    }
}

// While no rule asks for a name the kernel needs none.
void NameBook::tell(const NamedAddress& key, Known& known) {
    if (known.before)
        return;
    if (patterns_.isEmpty()) {
        if (std::exchange(known.told, false))
            kernel_.forgetNamed(key.address, key.process);
        missing_.remove(key);
        return;
    }
    const QList<policy::PatternNumber> patterns = patterns_.matching(known.names);
    if (known.told && known.patterns == patterns)
        return;
    known.patterns = patterns;
    const auto told = kernel_.setNamed(key.address, key.process, patterns);
    known.told = told.has_value();
    if (told) {
        missing_.remove(key);
        return;
    }
    missing_.insert(key);
    problem_ =
        QStringLiteral("what rules for names are about waits for the helper: ") + told.error().text;
}

void NameBook::tellAll() {
    for (auto it = known_.begin(); it != known_.end(); ++it)
        tell(it.key(), it.value());
}

void NameBook::prepare(const PatternIndex& next) {
    PatternIndex both = patterns_;
    both.add(next);
    settle(std::move(both));
}

void NameBook::settle(PatternIndex patterns) {
    if (patterns == patterns_)
        return;
    patterns_ = std::move(patterns);
    tellAll();
}

std::optional<QList<policy::PatternNumber>> NameBook::patternsOf(const api::Address& address,
                                                                 quint64 process) const {
    const auto known = known_.constFind({address, process});
    if (known == known_.constEnd())
        return std::nullopt;
    return known->before ? known->patterns : patterns_.matching(known->names);
}

QStringList NameBook::namesOf(const api::Address& address, quint64 process) const {
    const auto known = known_.constFind({address, process});
    return known == known_.constEnd() ? QStringList() : known->names;
}

QList<KnownName> NameBook::originsOf(const api::Address& address, quint64 process) const {
    const auto known = known_.constFind({address, process});
    return known == known_.constEnd() ? QList<KnownName>() : known->origins;
}

QList<KnownName> NameBook::lookup(const api::Address& address, quint64 process,
                                  qint64 nowMs) const {
    return table_.lookup(address, process, nowMs);
}

// Who is told names without end has more of them than the table holds.
void NameBook::forgetEvicted(const QList<names::NameTable::Told>& evicted, qint64 nowMs) {
    for (const auto& [address, process] : evicted)
        evicted_.push_back({address, process});
    for (; evicted_.size() > kMostEvicted; evicted_.pop_front()) {
        const auto known = known_.find(evicted_.front());
        if (known != known_.end() && counting(known.key(), nowMs).isEmpty())
            forget(known);
    }
}

QHash<NamedAddress, NameBook::Known>::iterator NameBook::forget(
    QHash<NamedAddress, Known>::iterator known) {
    const NamedAddress key = known.key();
    if (known->told)
        kernel_.forgetNamed(key.address, key.process);
    missing_.remove(key);
    return known_.erase(known);
}

bool NameBook::isOutOfDate(qint64 nowMs) const {
    return std::any_of(known_.keyBegin(), known_.keyEnd(), [&](const NamedAddress& key) {
        const auto known = known_.constFind(key);
        return known->before || namesOnly(counting(key, nowMs)) != known->names;
    });
}

void NameBook::sweep(qint64 nowMs, const QSet<NamedAddress>& open) {
    sweptMs_ = nowMs;
    table_.expire(nowMs);
    streams_.expire(nowMs);
    for (auto it = known_.begin(); it != known_.end();) {
        const NamedAddress& key = it.key();
        const QList<KnownName> origins = counting(key, nowMs);
        const QStringList names = namesOnly(origins);
        if ((names == it->names && !it->before) || open.contains(key)) {
            ++it;
        } else if (!names.isEmpty()) {
            it->names = names;
            it->origins = origins;
            tell(key, it.value());
            ++it;
        } else {
            it = forget(it);
        }
    }
    evicted_.clear();
    for (const NamedAddress& key : QSet(missing_))
        tell(key, known_[key]);
}

}  // namespace sallyport::engine
