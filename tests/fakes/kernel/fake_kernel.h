// A kernel side that only remembers what it was told and reports what a test says.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <functional>

#include "kernel/kernel.h"

namespace sallyport::fakes {

class FakeKernel final : public kernel::Kernel {
  public:
    // What the next drain() hands over, in order.
    QList<std::function<void(kernel::Sink&)>> events;

    // What the engine did.
    policy::Table policy;
    QHash<quint32, kernel::QuotaUse> uses;  // as the kernel keeps them; a test counts them up
    quint32 generation = 0;
    QHash<kernel::FlowKey, sp_verdict> answers;
    QHash<kernel::FlowKey, std::optional<quint32>> until;  // of the last answer
    QSet<kernel::FlowKey> byRules;
    QList<kernel::HeldPacket> injected;
    QList<kernel::FlowKey> aborted;
    QList<kernel::FlowKey> peersForgotten;
    struct Task {
        quint64 serial = 0;
        kernel::AppNumber app = 0;
        kernel::AppNumber parentApp = 0;
    };
    QHash<qint32, Task> tasks;
    QHash<std::pair<api::Address, quint64>, QList<policy::PatternNumber>> named;  // by process
    quint64 read = 0;                                                             // namesRead()
    QHash<kernel::FileKey, kernel::AppNumber> apps;
    std::vector<kernel::ListedPrefix> listed;
    bool watched = false;
    int drains = 0;
    int walks = 0;  // over all flows, or over the busy ones
    std::function<void()> duringWalk;
    int looks = 0;  // for what ended
    int packetWalks = 0;
    QList<std::pair<quint64, quint64>> pushes;  // of first data: network namespace, cookie or 0

    // What it answers.
    QList<kernel::FlowReport> open;  // flows()
    QList<kernel::FlowReport> busy;  // busyFlows(), once
    QList<kernel::PacketSocket> packetSocketsOpen;
    QList<kernel::ListeningSocket> listening;  // listeningSockets()
    QSet<quint64> closed;                      // sockets: ended()
    QSet<quint64> exited;                      // execs: gone()
    kernel::Counters counted;                  // counters()
    bool refusePolicy = false;
    bool refuseNames = false;
    bool refuseListed = false;
    bool refusePackets = false;
    bool framesJudged = false;
    bool processesGone = false;  // setTask finds nobody
    quint64 key = 1;             // numberKey(): another one has other tables
    bool writing = false;        // somebody is: drain() leaves everything where it is
    quint64 told = 0;            // namesTold()
    quint64 boot = 1'000'000'000'000;

    QString cgroup() const override { return QStringLiteral("/fake"); }
    bool wholeSystem() const override { return false; }
    quint64 numberKey() const override { return key; }
    int eventFd() const override { return -1; }
    bool drain(kernel::Sink& sink) override;
    api::Result<quint32> setPolicy(const policy::Table& table) override;
    QHash<quint32, kernel::QuotaUse> quotaUses() const override { return uses; }
    api::Result<void> setApp(const kernel::FileKey& file, kernel::AppNumber app,
                             bool eachProcess) override;
    kernel::AppNumber appOf(const kernel::FileKey& file) const override { return apps.value(file); }
    api::Result<void> setTask(qint32 pid, quint64 serial, kernel::AppNumber app,
                              kernel::AppNumber parentApp) override;
    api::Result<void> setAnswer(const kernel::FlowKey& flow,
                                const kernel::FlowAnswer& answer) override;
    void forgetAnswer(const kernel::FlowKey& flow) override { answers.remove(flow); }
    void forgetPeer(const kernel::FlowKey& flow) override { peersForgotten.append(flow); }
    QList<std::pair<kernel::FlowKey, kernel::FlowAnswer>> answersGiven() const override;
    void sendFirstData(quint64 netns, quint64 cookie) override { pushes.append({netns, cookie}); }
    api::Result<void> setNamed(const api::Address& address, quint64 process,
                               const QList<policy::PatternNumber>& patterns) override;
    QList<kernel::Named> namedAddresses() const override;
    void forgetNamed(const api::Address& address, quint64 process) override {
        named.remove({address, process});
    }
    quint64 namesTold() const override { return told; }
    quint64 namesRead() const override { return read; }
    void setNamesRead(quint64 count) override { read = count; }
    api::Result<void> setListed(const std::vector<kernel::ListedPrefix>& prefixes) override {
        if (refuseListed)
            return api::failure(api::ErrorCode::Failed, QStringLiteral("no room"));
        listed = prefixes;
        return {};
    }
    api::Result<void> inject(const kernel::HeldPacket& packet) override;
    api::Result<void> abort(const kernel::FlowKey& flow, quint64 netns, const api::Address& local,
                            quint16 localPort) override;
    bool tidy() override { return false; }
    void setWatched(bool on) override { watched = on; }
    api::Result<QList<kernel::FlowReport>> flows() override;
    api::Result<QList<kernel::FlowReport>> busyFlows() override;
    api::Result<QList<kernel::PacketSocket>> packetSockets() override {
        ++packetWalks;
        if (refusePackets)
            return api::failure(api::ErrorCode::Failed, QStringLiteral("no walk"));
        return packetSocketsOpen;
    }
    api::Result<QList<kernel::ListeningSocket>> listeningSockets() override { return listening; }
    api::Result<QSet<kernel::FlowKey>> ended(const QList<kernel::FlowKey>& flows) override;
    QHash<qint32, quint64> gone(const QHash<qint32, quint64>& processes) const override;
    bool judgesFrames() const override { return framesJudged; }
    kernel::Counters counters() const override { return counted; }
    quint64 bootNs() const override { return boot; }
};

}  // namespace sallyport::fakes
