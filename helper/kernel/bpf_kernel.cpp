// Joins the parts to one Kernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/bpf_kernel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <ctime>
#include <vector>

#include "kernel/abort.h"
#include "kernel/cgroup.h"
#include "kernel/events.h"
#include "kernel/inject.h"
#include "kernel/iterate.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/programs.h"

namespace sallyport::kernel {

namespace {

using api::ErrorCode;
using api::failure;

struct RingDeleter {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

class BpfKernel final : public Kernel {
  public:
    api::Result<void> start(const Options& options);

    QString cgroup() const override { return cgroup_.path; }
    bool wholeSystem() const override { return cgroup_.root; }
    int eventFd() const override { return ring_buffer__epoll_fd(ring_.get()); }
    void drain(Sink& sink) override;

    api::Result<quint32> setPolicy(const policy::Table& table) override {
        return maps_.setPolicy(table);
    }
    api::Result<void> setApp(const FileKey& file, AppNumber app, bool eachProcess) override {
        return maps_.setApp(file, app, eachProcess);
    }
    api::Result<void> forgetApp(const FileKey& file) override { return maps_.forgetApp(file); }
    api::Result<void> setTask(qint32 pid, quint64 serial, AppNumber app,
                              AppNumber parentApp) override {
        return maps_.setTask(pid, serial, app, parentApp);
    }
    api::Result<void> setAnswer(const FlowKey& flow, sp_verdict verdict) override {
        return maps_.setAnswer(flow, verdict);
    }
    void forgetAnswer(const FlowKey& flow) override { maps_.forgetAnswer(flow); }
    api::Result<void> inject(const HeldPacket& packet) override { return injector_.send(packet); }
    api::Result<void> abort(const FlowKey& flow, quint64 netns) override {
        return abortSocket(flow, netns, injector_.netns());
    }
    api::Result<QList<FlowReport>> flows() override;
    Counters counters() const override;
    quint64 bootNs() const override;

  private:
    static int onRecord(void* self, void* data, size_t size);
    api::Result<void> takeLocks(const QString& pins);
    void fillConfig();
    api::Result<void> takeInventory();

    std::vector<HelperLock> locks_;  // first in, last out
    Cgroup cgroup_;
    Injector injector_;
    Programs programs_;
    Maps maps_;
    Link sockets_;
    std::unique_ptr<ring_buffer, RingDeleter> ring_;
    Running inventory_;     // for the first drain()
    Sink* sink_ = nullptr;  // only while draining
    quint64 malformed_ = 0;
};

api::Result<void> checkPrivilege() {
    __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    if (syscall(SYS_capget, &head, data) != 0)
        return systemError(QStringLiteral("reading the capabilities"));
    const quint64 effective = quint64(data[1].effective) << 32 | data[0].effective;
    const auto has = [&](int capability) { return (effective >> capability) & 1; };
    const bool bpf = has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON));
    if (!bpf || !has(CAP_NET_ADMIN) || !has(CAP_NET_RAW))
        return failure(ErrorCode::Denied,
                       QStringLiteral("enforcing needs root, or the capabilities CAP_BPF, "
                                      "CAP_PERFMON, CAP_NET_ADMIN and CAP_NET_RAW"));
    return {};
}

api::Result<void> checkTypeInformation() {
    if (access("/sys/kernel/btf/vmlinux", R_OK) == 0)
        return {};
    return failure(ErrorCode::Unsupported,
                   QStringLiteral("this kernel has no type information (/sys/kernel/btf/vmlinux); "
                                  "one built with CONFIG_DEBUG_INFO_BTF is needed"));
}

api::Result<void> checkRing(quint32 bytes) {
    const auto page = quint32(sysconf(_SC_PAGESIZE));
    if (bytes >= page && (bytes & (bytes - 1)) == 0)
        return {};
    return failure(ErrorCode::Invalid,
                   QStringLiteral("a ring of %1 bytes: must be a power of two and at least %2")
                       .arg(bytes)
                       .arg(page));
}

api::Result<void> BpfKernel::takeLocks(const QString& pins) {
    struct stat status {};
    fstat(cgroup_.directory.get(), &status);
    auto lock = HelperLock::take(QStringLiteral("cgroup-%1").arg(status.st_ino), cgroup_.path);
    if (!lock)
        return lock.error();
    locks_.push_back(std::move(*lock));
    if (pins.isEmpty())
        return {};
    QString name = pins;
    name.replace(u'/', u'-');
    auto second = HelperLock::take(QStringLiteral("pins") + name, pins);
    if (!second)
        return second.error();
    locks_.push_back(std::move(*second));
    return {};
}

void BpfKernel::fillConfig() {
    sp_config* config = maps_.config().operator->();
    config->abi_version = SP_ABI_VERSION;
    config->helper_tgid = quint32(getpid());
    config->helper_netns = injector_.netns();
    config->inject_cookie[0] = injector_.cookieV4();
    config->inject_cookie[1] = injector_.cookieV6();
    __atomic_add_fetch(&config->epoch, 1, __ATOMIC_RELEASE);
}

// Processes first: a socket is stamped with what is known of its process.
api::Result<void> BpfKernel::takeInventory() {
    const auto tasks = programs_.iterator("sp_iter_tasks");
    if (!tasks)
        return tasks.error();
    auto running = runningProcesses(tasks->get());
    if (!running)
        return running.error();
    inventory_ = std::move(*running);
    const auto files = programs_.iterator("sp_iter_inventory");
    if (!files)
        return files.error();
    for (int pass = 0; pass < 2; ++pass)  // the first learns what is listened on
        if (const auto stamped = iterate(files->get()); !stamped)
            return stamped.error();
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
    if (const auto done = takeLocks(options.pins); !done)
        return done;
    auto injector = Injector::open();
    if (!injector)
        return injector.error();
    injector_ = std::move(*injector);

    auto programs = Programs::load(cgroup_, options.pins, options.ringBytes);
    if (!programs)
        return programs.error();
    programs_ = std::move(*programs);
    auto maps = Maps::of(programs_.object());
    if (!maps)
        return maps.error();
    maps_ = std::move(*maps);
    fillConfig();

    const int ring = bpf_object__find_map_fd_by_name(programs_.object(), "events");
    ring_.reset(ring_buffer__new(ring, onRecord, this, nullptr));
    if (!ring_)
        return systemError(QStringLiteral("opening the ring"));
    auto sockets = programs_.iterator("sp_iter_sockets");
    if (!sockets)
        return sockets.error();
    sockets_ = std::move(*sockets);

    if (const auto done = programs_.attachTracing(); !done)
        return done;
    if (const auto done = takeInventory(); !done)
        return done;
    if (const auto done = programs_.attachCgroup(cgroup_); !done)
        return done;
    return programs_.keep();
}

int BpfKernel::onRecord(void* self, void* data, size_t size) {
    auto* kernel = static_cast<BpfKernel*>(self);
    if (!dispatch({static_cast<const char*>(data), qsizetype(size)}, *kernel->sink_))
        ++kernel->malformed_;
    return 0;
}

void BpfKernel::drain(Sink& sink) {
    const Running running = std::exchange(inventory_, {});
    for (const ExecReport& report : running.execs)
        sink.onExec(report);
    for (const ForkReport& report : running.forks)
        sink.onFork(report);
    sink_ = &sink;
    ring_buffer__consume(ring_.get());
    sink_ = nullptr;
}

api::Result<QList<FlowReport>> BpfKernel::flows() {
    auto open = openFlows(sockets_.get());
    if (open)
        open->append(maps_.peers());
    return open;
}

Counters BpfKernel::counters() const {
    const sp_counters counted = maps_.counters();
    return {counted.events_lost + malformed_, counted.packets_unparsed, counted.tasks_full,
            counted.sockets_full};
}

quint64 BpfKernel::bootNs() const {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return quint64(now.tv_sec) * 1'000'000'000u + quint64(now.tv_nsec);
}

}  // namespace

api::Result<std::unique_ptr<Kernel>> open(const Options& options) {
    if (const auto done = checkPrivilege(); !done)
        return done.error();
    if (const auto done = checkTypeInformation(); !done)
        return done.error();
    if (const auto done = checkRing(options.ringBytes); !done)
        return done.error();
    auto kernel = std::make_unique<BpfKernel>();
    if (const auto started = kernel->start(options); !started)
        return started.error();
    return std::unique_ptr<Kernel>(std::move(kernel));
}

}  // namespace sallyport::kernel
