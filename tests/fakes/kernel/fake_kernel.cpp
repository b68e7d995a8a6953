// A kernel side that only remembers what it was told and reports what a test says.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_kernel/fake_kernel.h"

#include <algorithm>
#include <utility>

namespace sallyport::fakes {

bool FakeKernel::drain(kernel::Sink& sink) {
    ++drains;
    if (writing)
        return false;
    const auto waiting = std::exchange(events, {});
    for (const auto& event : waiting)
        event(sink);
    return true;
}

api::Result<quint32> FakeKernel::setPolicy(const policy::Table& table) {
    if (refusePolicy)
        return api::failure(api::ErrorCode::Failed, QStringLiteral("the kernel says no"));
    policy = table;
    const auto before = std::exchange(uses, {});
    for (auto limit = table.limits.cbegin(); limit != table.limits.cend(); ++limit) {
        if (!limit->quota)
            continue;
        const kernel::QuotaUse was = before.value(limit.key());
        const quint64 used =
            was.count == limit->count ? std::max(was.used, limit->used) : limit->used;
        uses.insert(limit.key(), {limit->count, used});
    }
    return ++generation;
}

api::Result<void> FakeKernel::setApp(const kernel::FileKey& file, kernel::AppNumber app, bool) {
    apps.insert(file, app);
    return {};
}

api::Result<void> FakeKernel::setTask(qint32 pid, quint64 serial, kernel::AppNumber app,
                                      kernel::AppNumber parentApp) {
    if (processesGone)
        return api::failure(api::ErrorCode::NotFound, QStringLiteral("no such process"));
    tasks.insert(pid, {serial, app, parentApp});
    return {};
}

api::Result<void> FakeKernel::setAnswer(const kernel::FlowKey& flow,
                                        const kernel::FlowAnswer& answer) {
    answers.insert(flow, answer.verdict);
    until.insert(flow, answer.until);
    if (answer.byRules)
        byRules.insert(flow);
    else
        byRules.remove(flow);
    return {};
}

api::Result<void> FakeKernel::setNamed(const api::Address& address, quint64 process,
                                       const QList<policy::PatternNumber>& patterns) {
    if (refuseNames)
        return api::failure(api::ErrorCode::Failed, QStringLiteral("no room"));
    named.insert({address, process}, patterns);
    return {};
}

api::Result<void> FakeKernel::inject(const kernel::HeldPacket& packet) {
    injected.append(packet);
    return {};
}

api::Result<void> FakeKernel::abort(const kernel::FlowKey& flow, quint64, const api::Address&,
                                    quint16) {
    aborted.append(flow);
    return {};
}

QList<std::pair<kernel::FlowKey, kernel::FlowAnswer>> FakeKernel::answersGiven() const {
    QList<std::pair<kernel::FlowKey, kernel::FlowAnswer>> all;
    for (auto one = answers.cbegin(); one != answers.cend(); ++one) {
        kernel::FlowAnswer answer{one.value()};
        answer.until = until.value(one.key());
        answer.byRules = byRules.contains(one.key());
        all.append({one.key(), answer});
    }
    return all;
}

QList<kernel::Named> FakeKernel::namedAddresses() const {
    QList<kernel::Named> all;
    for (auto one = named.cbegin(); one != named.cend(); ++one)
        all.append({one.key().first, one.key().second, one.value()});
    return all;
}

api::Result<QList<kernel::FlowReport>> FakeKernel::flows() {
    ++walks;
    if (duringWalk)
        duringWalk();
    return open;
}

api::Result<QSet<kernel::FlowKey>> FakeKernel::ended(const QList<kernel::FlowKey>& flows) {
    ++looks;
    if (duringWalk)
        duringWalk();
    QSet<kernel::FlowKey> over;
    for (const kernel::FlowKey& flow : flows)
        if (closed.contains(flow.cookie))
            over.insert(flow);
    return over;
}

QHash<qint32, quint64> FakeKernel::gone(const QHash<qint32, quint64>& processes) const {
    QHash<qint32, quint64> gone;
    for (auto process = processes.cbegin(); process != processes.cend(); ++process)
        if (exited.contains(process.value()))
            gone.insert(process.key(), process.value());
    return gone;
}

api::Result<QList<kernel::FlowReport>> FakeKernel::busyFlows() {
    ++walks;
    return std::exchange(busy, {});
}

}  // namespace sallyport::fakes
