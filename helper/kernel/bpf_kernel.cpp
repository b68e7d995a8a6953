// Joins the parts to one Kernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/bpf_kernel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <netinet/in.h>
#include <sys/epoll.h>

#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QSet>
#include <algorithm>
#include <ctime>
#include <optional>
#include <vector>

#include "kernel/abort.h"
#include "kernel/cgroup.h"
#include "kernel/events.h"
#include "kernel/inject.h"
#include "kernel/iterate.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/preconditions.h"
#include "kernel/programs.h"
#include "kernel/ring.h"

Q_LOGGING_CATEGORY(lcKernel, "sallyport.kernel")

namespace sallyport::kernel {

namespace {

// A hold lasts a minute at most, and the kernel's next try after it may take seconds.
constexpr quint64 kMendNs = 90'000'000'000u;
constexpr quint64 kStrangersEveryNs = 1'000'000'000u;

class BpfKernel final : public Kernel {
  public:
    explicit BpfKernel(const std::string& broker) : opener_(broker) {}

    api::Result<void> start(const Options& options);

    QString cgroup() const override { return cgroup_.path; }
    bool wholeSystem() const override { return cgroup_.root; }
    int eventFd() const override { return wakeUps_.get(); }
    bool drain(Sink& sink) override;
    void tellRunning(Sink& sink) override;

    api::Result<quint32> setPolicy(const policy::Table& table) override;
    QHash<quint32, QuotaUse> quotaUses() const override { return maps_.quotaUses(); }
    quint64 numberKey() const override { return maps_.config()->number_key; }
    api::Result<void> setApp(const FileKey& file, AppNumber app, bool eachProcess) override {
        return maps_.setApp(file, app, eachProcess);
    }
    AppNumber appOf(const FileKey& file) const override { return maps_.appOf(file); }
    api::Result<void> setTask(qint32 pid, quint64 serial, AppNumber app,
                              AppNumber parentApp) override {
        return maps_.setTask(pid, serial, app, parentApp);
    }
    api::Result<void> setAnswer(const FlowKey& flow, const FlowAnswer& answer) override {
        return maps_.setAnswer(flow, answer);
    }
    void forgetAnswer(const FlowKey& flow) override { maps_.forgetAnswer(flow); }
    void forgetPeer(const FlowKey& flow) override { maps_.forgetPeer(flow); }
    void sendFirstData(quint64 netns, quint64 cookie) override;
    api::Result<void> setNamed(const api::Address& address, quint64 process,
                               const QList<policy::PatternNumber>& patterns) override {
        return maps_.setNamed(address, process, patterns);
    }
    QList<std::pair<FlowKey, FlowAnswer>> answersGiven() const override {
        return maps_.answersGiven();
    }
    QList<Named> namedAddresses() const override { return maps_.namedAddresses(); }
    void forgetNamed(const api::Address& address, quint64 process) override {
        maps_.forgetNamed(address, process);
    }
    quint64 namesTold() const override { return maps_.config().namesTold(); }
    quint64 namesRead() const override { return maps_.config().namesRead(); }
    void setNamesRead(quint64 answers) override { maps_.config().setNamesRead(answers); }
    api::Result<void> setListed(const std::vector<ListedPrefix>& prefixes) override {
        return maps_.setListed(prefixes);
    }
    api::Result<void> inject(const HeldPacket& packet) override;
    api::Result<void> abort(const FlowKey& flow, quint64 netns, const api::Address& local,
                            quint16 localPort) override {
        return abortSocket(opener_, flow, netns == injector_.netns() ? 0 : netns, local, localPort);
    }
    bool tidy() override;
    void setWatched(bool watched) override;
    api::Result<QList<FlowReport>> flows() override { return walkFlows(SP_WALK_FLOWS); }
    api::Result<QList<FlowReport>> busyFlows() override {
        return walkFlows(missed_ ? SP_WALK_FLOWS : SP_WALK_BUSY);
    }
    api::Result<QSet<FlowKey>> ended(const QList<FlowKey>& flows) override;
    QHash<qint32, quint64> gone(const QHash<qint32, quint64>& processes) const override {
        return maps_.gone(processes);
    }
    api::Result<QList<PacketSocket>> packetSockets() override {
        return kernel::packetSockets(packets_.get(), injector_.netns());
    }
    api::Result<QList<ListeningSocket>> listeningSockets() override {
        return kernel::listeningSockets(listeners_.get(), cgroup_);
    }
    bool judgesFrames() const override { return programs_.isAttached(Hook::Frames); }
    Counters counters() const override;
    quint64 bootNs() const override;

  private:
    void take(QByteArrayView record, Sink& sink);
    void noteHeld(const sp_event_flow& event);
    Fd walkIn(quint64 netns, const Link& walk);
    void endPatience();
    void mend(const char* otherwise);
    void fillConfig();
    api::Result<void> openRing();
    void noteSleep();
    api::Result<void> listProcesses();
    api::Result<void> stampSockets();
    void setWalk(quint32 walk) const;
    api::Result<QList<FlowReport>> walkFlows(quint32 walk);

    broker::Opener opener_;
    HelperLocks locks_;
    Cgroup cgroup_;
    Injector injector_;
    std::optional<Injector> elsewhere_;  // of another network namespace, until tidy()
    Programs programs_;
    Maps maps_;
    std::vector<Link> sockets_;  // walks: all but TCP, TCP in slots, other TCP; or one
    bool missed_ = false;        // a walk failed: what it told is lost
    Ring ring_;
    Fd wakeUps_;  // epoll over the ring
    Link said_;
    Link packets_;            // walk over all open files
    Link listeners_;          // the same
    Link released_;           // walk over the TCP sockets of a network namespace
    Running inventory_;       // for the first drain()
    QSet<quint64> heldIn_;    // network namespaces of the TCP connections held lately
    quint64 heldNs_ = 0;      // when one was held last, bootNs()
    bool mending_ = false;    // what Hook::Mend says is attached
    bool strangers_ = false;  // a socket without an owner turned up
    quint64 strangersNs_ = 0;
    quint64 malformed_ = 0;
};

// After a suspend the first drain comes with the first thing that happens.
void BpfKernel::noteSleep() {
    timespec monotonic{};
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    maps_.config()->slept_ns =
        bootNs() - (quint64(monotonic.tv_sec) * 1'000'000'000u + quint64(monotonic.tv_nsec));
}

void BpfKernel::fillConfig() {
    noteSleep();
    sp_config* config = maps_.config().operator->();
    config->abi_version = SP_ABI_VERSION;
    while (config->number_key == 0)
        config->number_key = QRandomGenerator::system()->generate64();
    config->helper_tgid = quint32(getpid());
    config->helper_netns = injector_.netns();
    config->inject_cookie[0] = injector_.cookieV4();
    config->inject_cookie[1] = injector_.cookieV6();
    config->watched = 0;
    timespec tick{};
    clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
    config->tick_ns = quint64(tick.tv_nsec);
    __atomic_add_fetch(&config->epoch, 1, __ATOMIC_RELEASE);
}

api::Result<void> BpfKernel::listProcesses() {
    const auto tasks = programs_.iterator("sp_iter_tasks");
    if (!tasks)
        return tasks.error();
    auto running = runningProcesses(tasks->get());
    if (!running)
        return running.error();
    inventory_ = std::move(*running);
    return {};
}

api::Result<void> BpfKernel::stampSockets() {
    const auto files = programs_.iterator("sp_iter_inventory");
    if (!files)
        return files.error();
    for (int pass = 0; pass < 2; ++pass)  // the first learns what is listened on
        if (const auto stamped = iterate(files->get()); !stamped)
            return stamped.error();
    return {};
}

// The map's own descriptor would be readable for every record; what stands in an epoll set is asked
// again only after a wake-up, and until nothing is left.
api::Result<void> BpfKernel::openRing() {
    const bpf_map* events = bpf_object__find_map_by_name(programs_.maps(), "events");
    auto ring = Ring::open(bpf_map__fd(events), bpf_map__max_entries(events));
    if (!ring)
        return ring.error();
    ring_ = std::move(*ring);
    wakeUps_ = Fd(epoll_create1(EPOLL_CLOEXEC));
    epoll_event wake{};
    wake.events = EPOLLIN;
    if (!wakeUps_ || epoll_ctl(wakeUps_.get(), EPOLL_CTL_ADD, bpf_map__fd(events), &wake) != 0)
        return systemError(QStringLiteral("waiting for the ring"));
    return {};
}

api::Result<void> BpfKernel::start(const Options& options) {
    auto cgroup = openCgroup(options.cgroup);
    if (!cgroup)
        return cgroup.error();
    cgroup_ = std::move(*cgroup);
    if (!options.pins.isEmpty())
        if (const auto done = makePinDirectory(options.pins); !done)
            return done;
    auto locks = HelperLock::takeAll(cgroup_, options.pins);
    if (!locks)
        return locks.error();
    locks_ = std::move(*locks);
    auto injector = Injector::open(opener_);
    if (!injector)
        return injector.error();
    injector_ = std::move(*injector);

    auto programs = Programs::load(cgroup_, options.pins, options.ringBytes);
    if (!programs)
        return programs.error();
    programs_ = std::move(*programs);
    auto maps = Maps::of(programs_);
    if (!maps)
        return maps.error();
    maps_ = std::move(*maps);
    fillConfig();

    if (const auto done = openRing(); !done)
        return done;
    using Walks = std::vector<std::pair<const char*, const char*>>;
    Walks walks{{"sp_iter_files", nullptr}};
    if (programs_.walksMaps())
        walks = {programs_.walksStorage() ? Walks::value_type{"sp_iter_sockets", "sockets"}
                                          : Walks::value_type{"sp_iter_datagrams", nullptr},
                 {"sp_iter_streams", "stream_slots"},
                 {"sp_iter_streams", "streams"}};
    for (const auto& [program, map] : walks) {
        auto walk = programs_.iterator(program, map);
        if (!walk)
            return walk.error();
        sockets_.push_back(std::move(*walk));
    }

    const std::pair<Link*, const char*> others[] = {{&said_, "sp_iter_said"},
                                                    {&packets_, "sp_iter_packet_sockets"},
                                                    {&listeners_, "sp_iter_listeners"},
                                                    {&released_, "sp_iter_released"}};
    for (const auto& [link, program] : others) {
        auto walk = programs_.iterator(program);
        if (!walk)
            return walk.error();
        *link = std::move(*walk);
    }

    // Processes first: a socket is stamped with what is known of its process. Then what stamps new
    // sockets, so that none is opened unseen while the old ones are walked over.
    if (const auto done = programs_.attach(Hook::Tracing, cgroup_); !done)
        return done;
    if (const auto done = listProcesses(); !done)
        return done;
    if (const auto done = programs_.attach(Hook::Call, cgroup_); !done)
        return done;
    if (const auto done = stampSockets(); !done)
        return done;
    if (const auto done = programs_.attach(Hook::Packet, cgroup_); !done)
        return done;
    if (const auto done = programs_.attach(Hook::Frames, cgroup_); !done)
        qCWarning(lcKernel).noquote() << "sockets for frames are not judged:" << done.error().text;
    if (programs_.wasAttached(Hook::Mend)) {
        heldNs_ = bootNs();
        mend("connections keep the pace they have:");
    }
    return programs_.keep();
}

void BpfKernel::noteHeld(const sp_event_flow& event) {
    if (!event.owner.serial && event.owner.app == SP_APP_UNRESOLVED)
        strangers_ = true;
    if (event.key.protocol != IPPROTO_TCP || event.direction != SP_DIRECTION_OUT)
        return;
    heldIn_.insert(event.owner.netns);
    heldNs_ = bootNs();
    mend("held connections start slowly:");
}

void BpfKernel::mend(const char* otherwise) {
    if (mending_)
        return;
    if (const auto done = programs_.attach(Hook::Mend, cgroup_); !done)
        qCWarning(lcKernel).noquote() << otherwise << done.error().text;
    mending_ = true;
}

// Before the policy is in force, so that no connection begins in between without its pace.
api::Result<quint32> BpfKernel::setPolicy(const policy::Table& table) {
    const bool paces = std::any_of(table.limits.cbegin(), table.limits.cend(),
                                   [](const policy::Limit& limit) { return limit.rate.up != 0; });
    if (paces)
        mend("what limited connections send is not paced:");
    else if (maps_.config()->paces)
        heldNs_ = bootNs();  // those that are paced have to be told
    __atomic_store_n(&maps_.config()->paces, quint32(paces), __ATOMIC_RELEASE);
    return maps_.setPolicy(table);
}

void BpfKernel::take(QByteArrayView record, Sink& sink) {
    const auto* held = reinterpret_cast<const sp_event_flow*>(record.data());
    if (record.size() >= qsizetype(sizeof(*held)) && held->head.type == SP_EVENT_HELD)
        noteHeld(*held);
    if (!dispatch(record, sink))
        ++malformed_;
}

void BpfKernel::tellRunning(Sink& sink) {
    const Running running = std::exchange(inventory_, {});
    for (const ExecReport& report : running.execs)
        sink.onExec(report);
    for (const ForkReport& report : running.forks)
        sink.onFork(report);
}

bool BpfKernel::drain(Sink& sink) {
    noteSleep();
    tellRunning(sink);
    const bool all = ring_.consume([&](QByteArrayView record) { take(record, sink); });
    if (strangers_ && bootNs() - strangersNs_ > kStrangersEveryNs) {
        strangers_ = false;
        strangersNs_ = bootNs();
        if (const auto done = stampSockets(); !done)
            qCWarning(lcKernel).noquote() << "looking for owners:" << done.error().text;
    }
    return all;
}

// TCP sockets are walked over in the network namespace of who starts it.
Fd BpfKernel::walkIn(quint64 netns, const Link& walk) {
    const int link = bpf_link__fd(walk.get());
    return netns == injector_.netns() ? Fd(bpf_iter_create(link))
                                      : opener_.open(broker::What::Walk, netns, link);
}

// Whose peer was dead while they were held shall not try it for hours.
void BpfKernel::endPatience() {
    for (const quint64 netns : heldIn_) {
        const Fd run = walkIn(netns, released_);
        if (!run && errno == ENOENT)
            continue;  // nobody is there any more
        if (const auto done = iterate(run); !done)
            qCWarning(lcKernel).noquote() << "walking over connections:" << done.error().text;
    }
}

api::Result<void> BpfKernel::inject(const HeldPacket& packet) {
    if (packet.netns == injector_.netns() || packet.netns == 0)
        return injector_.send(packet);
    if (!elsewhere_ || elsewhere_->netns() != packet.netns) {
        auto there = Injector::open(opener_, packet.netns);
        if (!there)
            return there.error();
        elsewhere_ = std::move(*there);
        quint64* cookies = maps_.config()->inject_cookie;
        __atomic_store_n(cookies + 2, elsewhere_->cookieV4(), __ATOMIC_RELEASE);
        __atomic_store_n(cookies + 3, elsewhere_->cookieV6(), __ATOMIC_RELEASE);
    }
    return elsewhere_->send(packet);
}

bool BpfKernel::tidy() {
    elsewhere_.reset();
    if (!mending_)
        return false;
    endPatience();
    if (bootNs() - heldNs_ <= kMendNs)
        return true;
    heldIn_.clear();
    if (!maps_.config()->paces) {
        programs_.detach(Hook::Mend);
        mending_ = false;
    }
    return false;
}

void BpfKernel::sendFirstData(quint64 netns, quint64 cookie) {
    __atomic_store_n(&maps_.config()->said, cookie, __ATOMIC_RELEASE);
    const Fd run = walkIn(netns, said_);
    if (!run && errno == ENOENT)
        return;  // nobody is there any more
    if (const auto done = iterate(run, WhenTold::Ends); !done)
        qCWarning(lcKernel).noquote() << "first data goes on late:" << done.error().text;
}

void BpfKernel::setWatched(bool watched) {
    __atomic_store_n(&maps_.config()->watched, watched, __ATOMIC_RELEASE);
}

void BpfKernel::setWalk(quint32 walk) const {
    __atomic_store_n(&maps_.config()->walk, walk, __ATOMIC_RELEASE);
}

api::Result<QList<FlowReport>> BpfKernel::walkFlows(quint32 walk) {
    missed_ = true;
    setWalk(walk);
    QList<FlowReport> flows = maps_.peers();
    for (const Link& sockets : sockets_) {
        // Many thousand buckets, and on most machines nothing in them.
        if (programs_.walksMaps() && &sockets == &sockets_.back() && !maps_.config()->spilled)
            continue;
        const auto open = openFlows(sockets.get());
        if (!open)
            return open.error();
        flows.append(*open);
    }
    missed_ = false;
    return flows;
}

api::Result<QSet<FlowKey>> BpfKernel::ended(const QList<FlowKey>& flows) {
    QSet<quint64> gone;
    for (const FlowKey& flow : flows)
        if (!(flow.cookie & SP_FRAMES_COOKIE) && !maps_.isStream(flow.cookie))
            gone.insert(flow.cookie);
    setWalk(SP_WALK_SOCKETS);
    // One walk may miss a socket while others come and go.
    for (int walk = 0; walk < 2 && !gone.isEmpty(); ++walk) {
        const auto open = openSockets(sockets_.front().get());
        if (!open)
            return open.error();
        gone.subtract(*open);
    }
    QSet<FlowKey> ended;
    for (const FlowKey& flow : flows)
        if (gone.contains(flow.cookie))
            ended.insert(flow);
    return ended;
}

Counters BpfKernel::counters() const {
    const sp_counters counted = maps_.counters();
    return {counted.events_lost + malformed_, counted.packets_unparsed, counted.tasks_full,
            counted.sockets_full, counted.table_races};
}

quint64 BpfKernel::bootNs() const {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return quint64(now.tv_sec) * 1'000'000'000u + quint64(now.tv_nsec);
}

}  // namespace

api::Result<void> check(const Options& options) {
    if (const auto done = checkPrivilege(options); !done)
        return done;
    if (const auto done = checkTypeInformation(); !done)
        return done;
    const auto cgroup = openCgroup(options.cgroup);
    if (!cgroup)
        return cgroup.error();
    const auto free = HelperLock::takeAll(*cgroup, options.pins);
    if (!free)
        return free.error();
    Programs::tryKernel();
    return {};
}

api::Result<std::unique_ptr<Kernel>> open(const Options& options) {
    if (const auto done = checkPrivilege(options); !done)
        return done.error();
    if (const auto done = checkTypeInformation(); !done)
        return done.error();
    if (const auto done = checkRing(options.ringBytes); !done)
        return done.error();
    auto kernel = std::make_unique<BpfKernel>(options.broker);
    if (const auto started = kernel->start(options); !started)
        return started.error();
    return std::unique_ptr<Kernel>(std::move(kernel));
}

}  // namespace sallyport::kernel
