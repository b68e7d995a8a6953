// Builds and takes down the laboratory.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QStandardPaths>

#include "kernel/handle.h"
#include "support/child.h"
#include "support/privilege.h"

namespace sallyport::lab {

namespace {

const QString kPeer = QStringLiteral(PEER_PROGRAM);

api::Error failed(const QString& text) {
    return api::failure(api::ErrorCode::Failed, text);
}

// Every process in it is moved to the parent, so that it can be removed.
void removeCgroup(const QString& path) {
    if (path.isEmpty())
        return;
    QFile inside(path + QStringLiteral("/cgroup.procs"));
    if (inside.open(QIODevice::ReadOnly)) {
        QFile outside(QFileInfo(path).path() + QStringLiteral("/cgroup.procs"));
        const QList<QByteArray> pids = inside.readAll().split('\n');
        for (const QByteArray& pid : pids)
            if (!pid.isEmpty() && outside.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
                outside.write(pid);
                outside.close();
            }
    }
    rmdir(QFile::encodeName(path).constData());
}

}  // namespace

const char* missing() {
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return "needs a kernel with type information (/sys/kernel/btf/vmlinux)";
    const auto root = kernel::cgroupRoot();
    if (!root)
        return "needs a cgroup v2 mount";
    if (const char* reason = tests::missingPrivilege(*root))
        return reason;
    if (QStandardPaths::findExecutable(QStringLiteral("ip")).isEmpty())
        return "needs ip (iproute2)";
    return nullptr;
}

// ---- peers -------------------------------------------------------------------------------------

Peer::~Peer() {
    if (process_.state() == QProcess::NotRunning)
        return;
    process_.closeWriteChannel();  // it ends with its input
    if (!process_.waitForFinished(2000)) {
        process_.kill();
        process_.waitForFinished(-1);
    }
}

bool Peer::start(const QString& program, const QStringList& arguments, const QString& cgroup) {
    process_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    test::beginsIn(process_, cgroup);
    process_.start(program, arguments);
    return process_.waitForStarted(kPatience) && reply().startsWith(QLatin1String("ready"));
}

void Peer::tell(const QString& command) {
    process_.write(command.toUtf8() + '\n');
    process_.waitForBytesWritten(kPatience);
}

QString Peer::reply() {
    if (!QTest::qWaitFor([this] { return process_.canReadLine(); }, kPatience))
        return {};
    return QString::fromUtf8(process_.readLine()).trimmed();
}

bool Peer::hasSpoken() {
    return process_.canReadLine();
}

// ---- the recorder ------------------------------------------------------------------------------

policy::AppNumber Recorder::numberOf(const api::AppIdentity& app) {
    if (app.kind == api::AppIdentity::Kind::Kernel)
        return SP_APP_KERNEL;
    auto& number = numbers_[app];
    if (number == 0)
        number = SP_APP_FIRST + policy::AppNumber(numbers_.size());
    return number;
}

void Recorder::clearFlows() {
    usedUp.clear();
    flows.clear();
    held.clear();
    packets.clear();
    ended.clear();
}

void Recorder::onExec(const kernel::ExecReport& report) {
    execs.append(report);
    const process::Resolved resolved = processes.onExec(report);
    const policy::AppNumber app = numberOf(resolved.identity);
    (void)kernel->setApp(report.file, app, !resolved.cacheable).has_value();
    (void)kernel->setTask(report.pid, report.serial, app, numberOf(resolved.startedBy)).has_value();
}

void Recorder::onFork(const kernel::ForkReport& report) {
    processes.onFork(report);
}

void Recorder::onExit(quint64 serial, qint32 pid) {
    if (processes.onExit(serial, pid))
        gone.append(serial);
}

void Recorder::onHeld(const kernel::FlowReport& report, const kernel::HeldPacket& packet) {
    held.append(report);
    packets.append(packet);
}

// ---- the laboratory ----------------------------------------------------------------------------

Lab::~Lab() {
    detach();
    server_.reset();
    removeCgroup(cgroup_);
}

api::Result<void> Lab::run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, arguments);
    if (process.waitForFinished(kPatience) && process.exitCode() == 0)
        return {};
    return failed(program + u' ' + arguments.join(u' ') + QStringLiteral(" failed"));
}

api::Result<void> Lab::cable() {
    const QString pid = QString::number(server_->pid());
    const QStringList here = {
        QStringLiteral("link set lo up"),
        QStringLiteral("link add cable0 type veth peer name cable1 netns ") + pid,
        QStringLiteral("addr add 10.77.0.1/24 dev cable0"),
        QStringLiteral("addr add %1/24 dev cable0").arg(kFenceV4),
        QStringLiteral("addr add fd77::1/64 dev cable0 nodad"),
        QStringLiteral("link set cable0 up"),
        QStringLiteral("neigh replace %1 lladdr 02:00:00:00:00:99 dev cable0").arg(kNobody),
    };
    for (const QString& command : here)
        if (const auto done = run(QStringLiteral("ip"), command.split(u' ')); !done)
            return done;
    const QStringList there = {
        QStringLiteral("ip link set lo up"),
        QStringLiteral("ip addr add 10.77.0.2/24 dev cable1"),
        QStringLiteral("ip addr add fd77::2/64 dev cable1 nodad"),
        QStringLiteral("ip link set cable1 up"),
    };
    for (const QString& command : there)
        if (server_->ask(QStringLiteral("run ") + command) != QLatin1String("ran 0"))
            return failed(command + QStringLiteral(" failed at the server"));
    return {};
}

api::Result<void> Lab::build() {
    const auto root = kernel::cgroupRoot();
    if (!root)
        return root.error();
    const QString path = *root + QStringLiteral("/sallyport-test-%1").arg(getpid());
    if (!QDir().mkdir(path))
        return failed(QStringLiteral("cannot make ") + path);
    cgroup_ = path;
    if (unshare(CLONE_NEWNET) != 0)
        return failed(QStringLiteral("no network namespace for the client"));
    server_ = std::make_unique<Peer>();
    if (!server_->start(kPeer, {QStringLiteral("server")}, {}))
        return failed(QStringLiteral("no server"));
    if (const auto done = cable(); !done)
        return done;
    if (server_->ask(QStringLiteral("serve")) != QLatin1String("serving"))
        return failed(QStringLiteral("the server does not serve"));
    return {};
}

api::Result<void> Lab::separate(Peer& client) {
    const qint32 there = server_->pid();
    const QString enter = QStringLiteral("--target %1 --net ip ");
    (void)run(
        QStringLiteral("nsenter"),
        (enter.arg(there) + QStringLiteral("link del cable2")).split(u' '));  // of the last one
    if (client.ask(QStringLiteral("leave")) != QLatin1String("ok"))
        return failed(QStringLiteral("no network namespace of its own"));
    const QString commands[] = {
        enter.arg(there) +
            QStringLiteral("link add cable2 type veth peer name cable3 netns %1").arg(client.pid()),
        enter.arg(there) + QStringLiteral("addr add 10.79.0.1/24 dev cable2"),
        enter.arg(there) + QStringLiteral("link set cable2 up"),
        enter.arg(client.pid()) + QStringLiteral("addr add 10.79.0.2/24 dev cable3"),
        enter.arg(client.pid()) + QStringLiteral("link set cable3 up"),
    };
    for (const QString& command : commands)
        if (const auto done = run(QStringLiteral("nsenter"), command.split(u' ')); !done)
            return done;
    return {};
}

api::Result<void> Lab::forgetFlows() {
    const auto ended =
        run(QStringLiteral("ss"),
            {QStringLiteral("-HKt"), QStringLiteral("state"), QStringLiteral("fin-wait-1"),
             QStringLiteral("state"), QStringLiteral("fin-wait-2"), QStringLiteral("state"),
             QStringLiteral("closing"), QStringLiteral("state"), QStringLiteral("last-ack")});
    drain();
    recorder_.clearFlows();
    return ended;
}

api::Result<void> Lab::attach(quint32 ringBytes, const QString& pins) {
    if (kernel_ && ringBytes == ringBytes_ && pins == pins_) {
        const auto ended = forgetFlows();
        forgetArrivals();
        return ended;
    }
    detach();
    ringBytes_ = ringBytes;
    pins_ = pins;
    forgetArrivals();
    auto kernel = kernel::open({cgroup_, pins, ringBytes});
    if (!kernel)
        return kernel.error();
    kernel_ = std::move(*kernel);
    kernel_->setWatched(true);  // every flow is reported when it begins
    recorder_ = Recorder();
    recorder_.kernel = kernel_.get();
    notifier_ = std::make_unique<QSocketNotifier>(kernel_->eventFd(), QSocketNotifier::Read);
    QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(),
                     [this] { drain(); });
    drain();
    return {};
}

void Lab::detach() {
    notifier_.reset();
    kernel_.reset();
}

void Lab::drain() {
    if (kernel_ && !asleep_)
        kernel_->drain(recorder_);
}

void Lab::sleep(bool on) {
    asleep_ = on;
    if (!notifier_)
        return;
    notifier_->setEnabled(!on);
    drain();
}

api::Result<void> Lab::enforce(const QList<api::Rule>& rules, api::Mode mode, bool blockAll) {
    const auto table = policy::compile(
        rules, {mode, blockAll, 0},
        {[this](const api::AppIdentity& app) { return recorder_.numberOf(app); },
         [this](const api::HostPattern& pattern) { return patterns_.of(pattern); },
         [](const QString& interface) { return if_nametoindex(interface.toUtf8().constData()); },
         [](const QString& list) { return list.sliced(1).toUInt(); },
         [](policy::PatternNumber) { return false; },  // of prefixes alone
         [this](const api::Rule&) { return count_; }},
        QDateTime::currentMSecsSinceEpoch());
    if (!table)
        return table.error();
    const auto generation = kernel_->setPolicy(*table);
    return generation ? api::Result<void>() : api::Result<void>(generation.error());
}

policy::PatternNumber Lab::numberOf(const QString& pattern) {
    return patterns_.of(api::HostPattern::parse(pattern).value());
}

std::unique_ptr<Peer> Lab::client(const QString& program) {
    drain();
    recorder_.execs.clear();
    auto peer = std::make_unique<Peer>();
    if (!peer->start(program.isEmpty() ? kPeer : program, {QStringLiteral("client")}, cgroup_))
        return nullptr;
    const bool named =
        !kernel_ || QTest::qWaitFor(
                        [&] {
                            drain();
                            return std::any_of(recorder_.execs.cbegin(), recorder_.execs.cend(),
                                               [&](const kernel::ExecReport& report) {
                                                   return report.pid == peer->pid();
                                               });
                        },
                        kPatience);
    return named ? std::move(peer) : nullptr;
}

std::unique_ptr<Peer> Lab::outsider() {
    auto peer = std::make_unique<Peer>();
    return peer->start(kPeer, {QStringLiteral("client")}, {}) ? std::move(peer) : nullptr;
}

QString Lab::copyOfPeer(const QString& name) {
    const QString path = files_.filePath(name);
    return QFile::exists(path) || QFile::copy(kPeer, path) ? path : QString();
}

const kernel::FlowReport* Lab::flow(quint16 port) {
    drain();
    for (auto report = recorder_.flows.crbegin(); report != recorder_.flows.crend(); ++report)
        if (report->key.remotePort == port || (report->inbound && report->localPort == port))
            return &*report;
    return nullptr;
}

const kernel::FlowReport* Lab::held(quint16 port) {
    drain();
    for (auto report = recorder_.held.crbegin(); report != recorder_.held.crend(); ++report)
        if (report->key.remotePort == port || (report->inbound && report->localPort == port))
            return &*report;
    return nullptr;
}

api::Result<void> Lab::allow(quint16 port) {
    const auto* report = held(port);
    if (!report)
        return failed(QStringLiteral("nothing is held"));
    if (const auto done = kernel_->setAnswer(report->key, {SP_VERDICT_ALLOW}); !done)
        return done;
    for (const kernel::HeldPacket& packet : std::as_const(recorder_.packets))
        if (packet.key == report->key && !packet.bytes.isEmpty())
            if (const auto done = kernel_->inject(packet); !done)
                return done;
    return {};
}

api::Result<void> Lab::block(quint16 port) {
    const auto* report = held(port);
    if (!report)
        return failed(QStringLiteral("nothing is held"));
    if (const auto done = kernel_->setAnswer(report->key, {SP_VERDICT_BLOCK_ERROR}); !done)
        return done;
    return kernel_->abort(report->key, report->owner.netns, report->local, report->localPort);
}

QStringList Lab::arrivals() {
    QTest::qWait(0);
    while (server_->hasSpoken()) {
        const QString line = server_->reply();
        (line.contains(kFenceV4) ? fences_ : arrivals_).append(line);
    }
    return arrivals_;
}

// Returns when the server has said that somebody came to this port from the laboratory's own
// address: a thread serves it, so what came before has been said, too.
void Lab::fence(int type, quint16 port) {
    const bool stream = type == SOCK_STREAM;
    const QString line =
        QStringLiteral("%1 %2 %3").arg(QLatin1String(stream ? "tcp" : "udp"), kFenceV4).arg(port);
    const auto addressOf = [](const QString& address, quint16 number) {
        sockaddr_in end{};
        end.sin_family = AF_INET;
        end.sin_port = htons(number);
        inet_pton(AF_INET, qPrintable(address), &end.sin_addr);
        return end;
    };
    const sockaddr_in from = addressOf(kFenceV4, 0), to = addressOf(kServerV4, port);
    const kernel::Fd fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
    const linger reset{1, 0};
    setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&from), sizeof(from)) != 0 ||
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0)
        return;
    const auto isSaid = [&] {
        arrivals();
        return std::any_of(fences_.cbegin(), fences_.cend(),
                           [&](const QString& said) { return said.startsWith(line); });
    };
    fences_.clear();
    const QDeadlineTimer patience(kPatience);
    do {  // a datagram may find the server's queue full
        if (!stream)
            (void)send(fd.get(), "x", 1, 0);
    } while (!QTest::qWaitFor(isSaid, 2'000) && !patience.hasExpired());
}

void Lab::settle() {
    for (const quint16 port : {kEcho, kOther, kSwallow})
        fence(SOCK_STREAM, port);
    for (const quint16 port : {kEcho, kOther, kHttps})
        fence(SOCK_DGRAM, port);
}

void Lab::forgetArrivals() {
    settle();
    arrivals_.clear();
}

Lab::Wire Lab::wire() const {
    const QString file = QStringLiteral("netstat"), server = QString::number(server_->pid());
    return {kernelCounter(file, "IpExt", "InOctets", server),
            kernelCounter(file, "IpExt", "OutOctets", server)};
}

quint64 kernelCounter(const QString& file, const QByteArray& group, const QByteArray& name,
                      const QString& process) {
    QFile all(QStringLiteral("/proc/%1/net/%2").arg(process, file));
    if (!all.open(QIODevice::ReadOnly))
        return 0;
    QList<QByteArray> names;  // a line of names is followed by one of values
    const QList<QByteArray> lines = all.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (!line.startsWith(group + ':'))
            continue;
        const QList<QByteArray> words = line.split(' ');
        if (!names.isEmpty())
            return words.value(names.indexOf(name)).toULongLong();
        names = words;
    }
    return 0;
}

api::Rule rule(api::RuleId id, api::Action action, const QString& remote, quint16 port,
               quint8 protocol) {
    api::Rule rule;
    rule.id = id;
    rule.action = action;
    rule.remote = api::Remote::parse(remote).value_or({});
    if (port != 0)
        rule.remotePorts = api::PortRange::single(port);
    rule.protocol = protocol;
    return rule;
}

api::Rule blocked(api::RuleId id, api::BlockStyle style, const QString& remote, quint16 port,
                  quint8 protocol) {
    api::Rule made = rule(id, api::Action::Block, remote, port, protocol);
    made.blockStyle = style;
    return made;
}

}  // namespace sallyport::lab
