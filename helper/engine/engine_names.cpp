// The names of remotes: from DNS answers, and from what programs say themselves.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QFile>
#include <QLoggingCategory>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "engine/engine.h"
#include "engine/kept_names.h"

Q_LOGGING_CATEGORY(lcKept, "sallyport.names.kept")

namespace sallyport::engine {

// Nobody knows who asked it.
bool Engine::isResolver(const api::Process& process) const {
    return process.identity.kind == api::AppIdentity::Kind::Path &&
           options_.resolvers.contains(process.identity.path);
}

// What systemd-resolved has said by now was said before what is in the ring is judged.
// All that was told before is taken in when the ring is read as far as it went then: also what an
// earlier helper read and did not live to count. Not when some of it stays in the ring.
void Engine::drain() {
    (void)takeReports();
    noteLosses();
}

// Whether that was all of them.
bool Engine::takeReports() {
    if (resolved_)
        resolved_->read();
    const quint64 told = kernel_.namesTold();
    const bool all = kernel_.drain(*this);
    if (all && namesTaken() < told)
        setNamesTaken(told);
    return all;
}

// How many answers are taken in, whether or not the kernel had room for all names in them.
quint64 Engine::namesTaken() const {
    return kernel_.namesRead() & ~SP_NAMES_MISSING;
}

// What the kernel has no room for it may not do without: names stay in flight.
void Engine::setNamesTaken(quint64 answers) {
    kernel_.setNamesRead(names_.isComplete() ? answers : answers | SP_NAMES_MISSING);
    setProblem(QStringLiteral("names"), names_.problem());
}

// One by one, so that who connects next in the ring is judged by the name.
void Engine::onDns(const kernel::DnsReport& report) {
    const std::shared_ptr<const api::Process> process = processOf(report.owner);
    const quint64 before = names_.unasked() + names_.damaged();
    names_.take(report, isResolver(*process) ? 0 : report.owner.serial, clock_.bootMs());
    if (names_.unasked() + names_.damaged() != before)
        noticeSoon();
    else if (report.answer)
        saveNamesSoon();
    if (const qint64 next = names_.nextSweepMs())
        dueByBoot(next);
    if (!report.answer)
        return;
    setNamesTaken(namesTaken() + 1);
}

// What a stranger can bring about as often as he likes.
void Engine::noticeSoon() {
    if (std::exchange(noticeSoonQueued_, true))
        return;
    QTimer::singleShot(std::chrono::seconds(1), this, [this] {
        noticeSoonQueued_ = false;
        notice();
    });
}

void Engine::listenToResolved() {
    if (options_.resolved.isEmpty())
        return;
    resolved_ = std::make_unique<resolved::Monitor>(options_.resolved, options_.broker);
    connect(resolved_.get(), &resolved::Monitor::answered, this, &Engine::onResolved);
    resolved_->start();
}

// Other resolvers, other neighbours. On failure the old table stays, and the person is told; the
// next change tries again.
void Engine::networkChanged() {
    if (enforce())
        rejudge();
}

// One that was made anew has another index, and its old one will be nobody's.
void Engine::linksChanged() {
    for (auto it = interfaces_.cbegin(); it != interfaces_.cend(); ++it) {
        if (options_.interfaceIndex(it.key()) != it.value())
            return networkChanged();
    }
}

// Nothing puts this in order with connections: one may be held already, for want of the name.
void Engine::onResolved(const names::DnsAnswer& answer) {
    names_.takeResolved(answer, clock_.bootMs());
    saveNamesSoon();
    if (const qint64 next = names_.nextSweepMs())
        dueByBoot(next);
    setNamesTaken(namesTaken());
    if (std::exchange(namesCameLate_, true))
        return;
    QTimer::singleShot(0, this, [this] {
        namesCameLate_ = false;
        rejudge();
    });
}

namespace {

constexpr qint64 kSaveAfterMs = 5'000;
constexpr qsizetype kSavedBytesAMs = 20;  // who has very many names writes no more than this

// What they are of: the boot, since when their times are counted, and sockets; and the kernel's
// tables, in which the serials of processes are.
QByteArray headOf(const Numbering& numbering) {
    return (store::RuleStore::currentBoot() + u' ' + numbering.keyName() + u'\n').toLatin1();
}

// Behind what they are of. Whole, or as they were before. Nobody waits for the disk: they are of no
// use to the next boot.
void keep(const QString& path, const QByteArray& head, const QByteArray& names) {
    QFile file(path + QStringLiteral(".new"));
    const bool written = file.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
                         file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                         file.write(head) == head.size() && file.write(names) == names.size() &&
                         file.flush();
    if (!written)
        qCWarning(lcKept).noquote() << "names are not kept:" << file.errorString();
    else if (std::rename(QFile::encodeName(file.fileName()).constData(),
                         QFile::encodeName(path).constData()) != 0)
        qCWarning(lcKept).noquote() << "names are not kept:" << qt_error_string(errno);
}

QByteArray kept(const QString& path, const QByteArray& head) {
    QFile file(path);
    const bool ofThese = file.open(QIODevice::ReadOnly) && file.readLine() == head;
    return ofThese ? file.readAll() : QByteArray();
}

QString besides(const QString& path) {
    return path + QStringLiteral("-said");
}

}  // namespace

void Engine::saveNames() {
    namesDueMs_ = 0;
    if (options_.names.isEmpty())
        return;
    const QByteArray told = names_.save(), said = keepSaidNames(flows_);
    const QByteArray head = headOf(numbering_);
    keep(options_.names, head, told);
    keep(besides(options_.names), head, said);
    savedBytes_ = told.size() + said.size();
}

// A helper that is killed has no time for it.
void Engine::saveNamesSoon() {
    if (namesDueMs_)
        return;
    namesDueMs_ = clock_.bootMs() + kSaveAfterMs + savedBytes_ / kSavedBytesAMs;
    dueByBoot(namesDueMs_);
}

void Engine::restoreNames() {
    QByteArray saved;
    if (!options_.names.isEmpty()) {
        const QByteArray head = headOf(numbering_);
        saved = kept(options_.names, head);
        saidBefore_ = keptSaidNames(kept(besides(options_.names), head));
    }
    names_.restore(saved, clock_.bootMs());
    setNamesTaken(namesTaken());
    if (const qint64 next = names_.nextSweepMs())
        dueByBoot(next);
}

// What is open keeps the names it was judged by; nobody may have been told of it yet.
void Engine::sweepNames(qint64 bootMs) {
    QSet<NamedAddress> open;
    if (names_.isOutOfDate(bootMs)) {
        takeStock();
        flows_.forEachOpen([&](const Flow& flow) {
            open.insert({flow.connection.remote, flow.connection.serial});
            open.insert({flow.connection.remote, 0});
        });
    }
    names_.sweep(bootMs, open);
    setNamesTaken(namesTaken());
}

// By which it is judged, best first.
QStringList Engine::namesOf(const Flow& flow) const {
    QStringList names;
    if (flow.connection.serial != 0)
        names = names_.namesOf(flow.connection.remote, flow.connection.serial);
    if (names.isEmpty())
        names = flow.spoken() ? QStringList{flow.spoken()->name}
                              : names_.namesOf(flow.connection.remote, 0);
    return names;
}

// Also the names that are known and do not count. One name may have two origins: who answered, and
// the connection itself.
QList<api::ExplanationName> Engine::explainNames(const api::Attempt& attempt,
                                                 const Flow* flow) const {
    constexpr qsizetype kMost = 64;
    QList<api::ExplanationName> names;
    const bool judged = !attempt.remote.isLoopback();  // no names are kept for it
    const auto timeOfDay = [ahead = clock_.nowMs() - clock_.bootMs()](qint64 bootMs) {
        return bootMs ? bootMs + ahead : 0;
    };
    const auto add = [&](const names::KnownName& known) {
        const auto same = [&](const api::ExplanationName& other) {
            return other.name == known.name && other.source == known.source;
        };
        if (names.size() < kMost && std::none_of(names.cbegin(), names.cend(), same))
            names.append({known.name, known.source, judged && attempt.names.contains(known.name),
                          timeOfDay(known.saidMs), timeOfDay(known.untilMs),
                          listsWith(lists_.current()->listsOf(known.name))});
    };
    QList<names::KnownName> known;
    if (flow)
        known = names_.originsOf(attempt.remote, attempt.process);
    else
        for (const QString& given : attempt.names)
            known.append({given, api::NameSource::None});
    if (flow && flow->spoken())
        known.append({flow->spoken()->name, flow->spoken()->source});
    if (flow)
        known += names_.originsOf(attempt.remote, 0);
    known += names_.lookup(attempt.remote, attempt.process, clock_.bootMs());
    std::stable_partition(known.begin(), known.end(), [&](const names::KnownName& one) {
        return attempt.names.contains(one.name);
    });
    for (const names::KnownName& one : std::as_const(known))
        add(one);
    return names;
}

// False: more must come first. What it said once is its name from then on.
bool Engine::readFirstData(Flow& flow, const kernel::HeldPacket& packet) {
    const bool whole = packet.whole && !packet.more;  // or no more of it comes
    if (!flow.said) {
        if (!flow.reader)
            flow.reader = std::make_shared<FirstData>(packet.key.protocol);
        if (!flow.reader->feed(packet.bytes, whole)) {
            waitForMore(flow);
            return false;
        }
        hasSaid(flow, flow.reader->said());
        if (flow.said->http == api::HttpAsked::State::Read)
            flow.http = std::make_shared<HttpStream>(sequenceOf(packet.bytes));
    }
    if (flow.http && !table_.requests.isEmpty() && !readRequests(flow, packet)) {
        waitForMore(flow);
        return false;
    }
    unread_.remove(flow.key);
    return true;
}

void Engine::hasSaid(Flow& flow, const SaidName& said) {
    flow.said = said;
    if (said.name.isEmpty() && !said.unclear && flow.heard) {  // it is in the middle of something
        flow.said->name = flow.heard->name;
        flow.said->source = flow.heard->source;
    }
    flow.reader.reset();
    flow.connection.name = namesOf(flow).value(0);
    flows_.markChanged(flow);
    if (flow.spoken())
        saveNamesSoon();
}

// What no rule asks for is read as it goes by, where nobody was told a name: a program that
// resolves by itself and in secret (DNS over HTTPS) is known by where it goes, too.
void Engine::onSaid(const kernel::FlowReport& report, const kernel::HeldPacket& packet) {
    Flow* known = flows_.find(report.key);
    if ((known && (known->said || known->heard)) ||
        !names_.namesOf(report.key.remote, report.owner.serial).isEmpty())
        return;
    auto reader =
        known && known->hearing ? known->hearing : std::make_shared<FirstData>(report.key.protocol);
    const bool read = reader->feed(packet.bytes, false);  // of TCP no more is copied
    if (known)
        known->hearing.reset();
    if (read && reader->said().name.isEmpty())
        return;
    Flow& flow = learn(report);
    if (!known)
        record(flow, report.decision);
    if (!read)
        return hearOn(flow, std::move(reader));
    flow.heard = std::make_shared<const SaidName>(reader->said());
    flow.connection.name = namesOf(flow).value(0);
    flows_.markChanged(flow);
    saveNamesSoon();
}

// The rest may never come, and nothing depends on it: only the last are remembered.
void Engine::hearOn(Flow& flow, std::shared_ptr<FirstData> reader) {
    constexpr size_t kMost = 1024;
    flow.hearing = std::move(reader);
    hearing_.push_back(flow.key);
    if (hearing_.size() <= kMost)
        return;
    if (Flow* oldest = flows_.find(hearing_.front()))
        oldest->hearing.reset();
    hearing_.pop_front();
}

// False: more must come first.
bool Engine::readRequests(Flow& flow, const kernel::HeldPacket& packet) {
    const QByteArrayView data = payloadOf(packet.bytes, packet.key.protocol);
    if (data.isEmpty() || flow.said->http != api::HttpAsked::State::Read)
        return true;
    QList<api::HttpAsked> more;
    const HttpStream::State state =
        flow.http->read(sequenceOf(packet.bytes), data, packet.whole && !packet.more, more);
    if (!more.isEmpty() && std::exchange(flow.requestsWent, false))
        flow.requests.clear();
    flow.requests += more;
    if (state == HttpStream::State::Unclear) {
        flow.said->http = api::HttpAsked::State::Unclear;
        flow.requests.clear();
    }
    return state != HttpStream::State::More;
}

// A program that writes its first data in parts does so at once. One that waits for its peer in
// between speaks another protocol.
void Engine::waitForMore(const Flow& flow) {
    constexpr qint64 kMostMs = 1'000;
    if (unread_.contains(flow.key))
        return;
    const qint64 until = clock_.bootMs() + kMostMs;
    unread_.insert(flow.key, until);
    dueByBoot(until);
}

void Engine::giveUpReading(qint64 bootMs) {
    qint64 next = 0;
    QList<kernel::FlowKey> overdue;
    for (auto it = unread_.cbegin(); it != unread_.cend(); ++it) {
        if (it.value() <= bootMs)
            overdue.append(it.key());
        else if (!next || it.value() < next)
            next = it.value();
    }
    if (next)
        dueByBoot(next);
    for (const kernel::FlowKey& key : std::as_const(overdue)) {
        unread_.remove(key);
        Flow* flow = flows_.find(key);
        if (!flow)
            continue;
        if (!flow->said)
            hasSaid(*flow, flow->reader ? flow->reader->said() : SaidName());
        else
            flow->said->http = api::HttpAsked::State::Unclear;
        flow->requests.clear();
        decideHeld(*flow, judge(*flow));
    }
}

// Where rules decide otherwise for other requests, it goes on with those that were read alone.
void Engine::goAsFarAsRead(Flow& flow, kernel::FlowAnswer& answer) const {
    if (!policy::letsGo(answer.verdict) || !flow.http ||
        flow.said->http != api::HttpAsked::State::Read ||
        judge(flow, {}).verdict != SP_VERDICT_FIRST_DATA)
        return;
    answer.verdict = SP_VERDICT_FIRST_DATA;
    answer.until = flow.http->understood();
    flow.requestsWent = true;
}

// Once for all that may go on now.
void Engine::sendFirstDataSoon(const Flow& flow) {
    const bool queued = !firstData_.isEmpty();
    const quint64 cookie = firstData_.value(flow.netns, flow.key.cookie);
    firstData_.insert(flow.netns, cookie == flow.key.cookie ? cookie : 0);
    if (queued)
        return;
    QTimer::singleShot(0, this, [this] {
        const QHash<quint64, quint64> told = std::exchange(firstData_, {});
        for (auto it = told.cbegin(); it != told.cend(); ++it)
            kernel_.sendFirstData(it.key(), it.value());
    });
}

}  // namespace sallyport::engine
