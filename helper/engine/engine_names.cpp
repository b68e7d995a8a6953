// The names of remotes: from DNS answers, and from what programs say themselves.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"

namespace sallyport::engine {

// Nobody knows who asked it.
bool Engine::isResolver(const api::Process& process) const {
    return process.identity.kind == api::AppIdentity::Kind::Path &&
           options_.resolvers.contains(process.identity.path);
}

// What systemd-resolved has said by now was said before what is in the ring is judged.
// What was told before is in the ring, and taken in when it is empty.
void Engine::drain() {
    if (resolved_)
        resolved_->read();
    const quint64 told = kernel_.namesTold();
    kernel_.drain(*this);
    if (kernel_.namesRead() < told)
        kernel_.setNamesRead(told);
}

// One by one, so that who connects next in the ring is judged by the name.
void Engine::onDns(const kernel::DnsReport& report) {
    const std::shared_ptr<const api::Process> process = processOf(report.owner);
    names_.take(report, isResolver(*process) ? 0 : report.owner.serial, clock_.nowMs());
    if (const qint64 next = names_.nextSweepMs())
        due(next);
    if (!report.answer)
        return;
    kernel_.setNamesRead(kernel_.namesRead() + 1);
    setProblem(QStringLiteral("names"), names_.problem());
}

void Engine::listenToResolved() {
    if (options_.resolved.isEmpty())
        return;
    resolved_ = std::make_unique<resolved::Monitor>(options_.resolved);
    connect(resolved_.get(), &resolved::Monitor::answered, this, &Engine::onResolved);
    resolved_->start();
}

// Nothing puts this in order with connections: one may be held already, for want of the name.
void Engine::onResolved(const names::DnsAnswer& answer) {
    names_.takeResolved(answer, clock_.nowMs());
    if (const qint64 next = names_.nextSweepMs())
        due(next);
    setProblem(QStringLiteral("names"), names_.problem());
    if (std::exchange(namesCameLate_, true))
        return;
    QTimer::singleShot(0, this, [this] {
        namesCameLate_ = false;
        rejudge();
    });
}

// What is open keeps the names it was judged by; nobody may have been told of it yet.
void Engine::sweepNames(qint64 nowMs) {
    QSet<NamedAddress> open;
    if (names_.isOutOfDate(nowMs)) {
        takeStock();
        flows_.forEachOpen([&](const Flow& flow) {
            open.insert({flow.connection.remote, flow.connection.serial});
            open.insert({flow.connection.remote, 0});
        });
    }
    names_.sweep(nowMs, open);
}

// By which it is judged, best first.
QStringList Engine::namesOf(const Flow& flow) const {
    const QStringList told = names_.namesOf(flow.connection.remote, flow.connection.serial);
    if (!told.isEmpty() || !flow.said || flow.said->name.isEmpty())
        return told;
    return {flow.said->name};
}

// False: more must come first.
bool Engine::readName(Flow& flow, const kernel::HeldPacket& packet) {
    if (flow.said)  // it is judged anew, by what it said then
        return true;
    if (!flow.reader)
        flow.reader = std::make_shared<FirstData>(packet.key.protocol);
    if (!flow.reader->feed(packet.bytes))
        return false;
    flow.said = flow.reader->said();
    flow.reader.reset();
    flow.connection.name = namesOf(flow).value(0);
    flows_.markChanged(flow);
    return true;
}

// Once for all that may go on now.
void Engine::sendFirstDataSoon() {
    if (std::exchange(firstDataQueued_, true))
        return;
    QTimer::singleShot(0, this, [this] {
        firstDataQueued_ = false;
        kernel_.sendFirstData();
    });
}

}  // namespace sallyport::engine
