// Builds and takes down what the rows stand on.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "stand.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QFile>

#include "api/dbus.h"
#include "api/rule_file.h"
#include "kernel/bpf_kernel.h"
#include "support/child.h"

using namespace Qt::StringLiterals;

namespace sallyport::leak {

namespace {

constexpr quint16 kFencePort = 9;
constexpr uid_t kNobody = 65534;

QString pins() {
    return u"/sys/fs/bpf/sallyport-leak-%1"_s.arg(QCoreApplication::applicationPid());
}

bool run(const QString& command) {
    QStringList words = command.split(u' ');
    const QString program = words.takeFirst();
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, words);
    return process.waitForFinished(kPatienceMs) && process.exitCode() == 0;
}

bool waitFor(const std::function<bool()>& done) {
    return QTest::qWaitFor(done, kPatienceMs);
}

// Whether no program is attached to the control group. Once a link has lost its last pin the kernel
// takes it away later, by a worker of its own.
bool isFree(const QString& cgroup) {
    const int directory = open(QFile::encodeName(cgroup).constData(), O_RDONLY | O_CLOEXEC);
    bool free = true;
    for (const bpf_attach_type type :
         {BPF_CGROUP_INET_SOCK_CREATE, BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_UDP4_SENDMSG,
          BPF_CGROUP_INET_EGRESS, BPF_CGROUP_INET_INGRESS}) {
        quint32 flags = 0, count = 0;
        free &= bpf_prog_query(directory, type, 0, &flags, nullptr, &count) == 0 && count == 0;
    }
    close(directory);
    return free;
}

QString baseName(const QString& path) {
    return path.section(u'/', -1);
}

}  // namespace

// ---- processes ---------------------------------------------------------------------------------

Talker::~Talker() {
    if (process_.state() == QProcess::NotRunning)
        return;
    process_.closeWriteChannel();
    if (!process_.waitForFinished(2000)) {
        process_.kill();
        process_.waitForFinished(-1);
    }
}

bool Talker::start(const QString& program, const QStringList& arguments, const QString& cgroup,
                   const QProcessEnvironment& environment) {
    process_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process_.setProcessEnvironment(environment);
    test::beginsIn(process_, cgroup);
    process_.start(program, arguments);
    return process_.waitForStarted(kPatienceMs);
}

void Talker::say(const QString& line) {
    process_.write(line.toUtf8() + '\n');
    process_.waitForBytesWritten(kPatienceMs);
}

QString Talker::hear() {
    (void)waitFor(
        [this] { return process_.canReadLine() || process_.state() == QProcess::NotRunning; });
    return process_.canReadLine() ? QString::fromUtf8(process_.readLine()).trimmed() : QString();
}

bool Talker::waitForEnd() {
    return waitFor([this] { return process_.state() == QProcess::NotRunning; });
}

// ---- the stand ---------------------------------------------------------------------------------

Stand::~Stand() {
    if (helper_)
        (void)endHelper();
}

QString Stand::build() {
    work_ = qEnvironmentVariable("SALLYPORT_TRY_WORK");
    cgroup_ = qEnvironmentVariable("SALLYPORT_TRY_CGROUP");
    if (work_.isEmpty() || cgroup_.isEmpty())
        return u"is started by tests/leak/run.sh"_s;
    if (const QString problem = place() + network(); !problem.isEmpty())
        return problem;
    const QString bus = client::DbusFirewall::busAddressFromEnvironment();
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", bus.toUtf8());
    // The trial's helper makes room for one that can be killed.
    const auto connection = QDBusConnection::connectToBus(bus, u"leak"_s);
    const auto* names = connection.interface();
    const QDBusReply<uint> pid = names->servicePid(api::dbus::kService);
    if (!pid.isValid() || ::kill(static_cast<pid_t>(pid.value()), SIGTERM) != 0 ||
        !waitFor([&] { return !names->isServiceRegistered(api::dbus::kService).value(); }))
        return u"the trial's helper does not end"_s;
    firewall_ = std::make_unique<client::DbusFirewall>(bus);
    QObject::connect(firewall_.get(), &client::Firewall::connectionsChanged,
                     [this](const auto& programs, const auto& list, bool reset) {
                         fresh_ |= reset;
                         takeConnections(programs, list);
                     });
    QObject::connect(firewall_.get(), &client::Firewall::questionAsked,
                     [this](const api::Question&) { ++questions_; });
    firewall_->startAgent();
    firewall_->watch();
    return startHelper();
}

// Files that only their names tell apart.
QString Stand::place() {
    attackPath_ = work_ + u"/attack"_s;
    allowedPath_ = work_ + u"/allowed"_s;
    changedPath_ = work_ + u"/changed"_s;
    script_ = work_ + u"/allowed.py"_s;
    for (const QString& path : {attackPath_, allowedPath_})
        if (!QFile::copy(QStringLiteral(LEAK_PROGRAM), path))
            return u"cannot copy the program to "_s + path;
    QFile script(script_);
    return script.open(QIODevice::WriteOnly) ? QString() : u"cannot write "_s + script_;
}

QString Stand::network() {
    if (!receiver_.start(QStringLiteral(LEAK_PROGRAM), {u"receive"_s}) ||
        receiver_.hear() != u"ready"_s)
        return u"no receiver"_s;
    const QString there = u"nsenter --net --target %1 "_s.arg(receiver_.process().processId());
    // Neighbours are known: nothing but what is tried goes over the cable.
    const QStringList commands = {
        u"ip link set lo up"_s,
        u"ip link add cable0 address 02:00:00:00:66:01 type veth peer name cable1 address "
        "02:00:00:00:66:02 netns %1"_s.arg(receiver_.process().processId()),
        u"ip addr add 10.66.0.1/16 brd + dev cable0"_s,
        u"ip addr add 10.66.0.3/16 dev cable0"_s,
        u"ip addr add fd66::1/64 dev cable0 nodad"_s,
        u"ip link set cable0 up"_s,
        u"ip route add default via 10.66.0.2"_s,
        u"ip -6 route add default via fd66::2"_s,
        u"ip neigh add 10.66.0.2 lladdr 02:00:00:00:66:02 dev cable0"_s,
        u"ip neigh add 10.66.1.2 lladdr 02:00:00:00:66:02 dev cable0"_s,
        u"ip neigh add fd66::2 lladdr 02:00:00:00:66:02 dev cable0"_s,
        there + u"ip link set lo up"_s,
        there + u"ip addr add 10.66.0.2/16 brd + dev cable1"_s,
        there + u"ip addr add 10.66.1.2/16 dev cable1"_s,
        there + u"ip addr add fd66::2/64 dev cable1 nodad"_s,
        there + u"ip link set cable1 up"_s,
        there + u"ip neigh add 10.66.0.1 lladdr 02:00:00:00:66:01 dev cable1"_s,
        there + u"ip neigh add fd66::1 lladdr 02:00:00:00:66:01 dev cable1"_s,
        u"ip link add tunnel0 type vxlan id 66 remote 10.66.0.2 dstport 4789 dev cable0"_s,
        u"ip addr add 10.67.0.1/16 dev tunnel0"_s,
        u"ip link set tunnel0 addrgenmode none"_s,
        u"ip link set tunnel0 up"_s,
        u"ip neigh add 10.67.0.2 lladdr 02:00:00:00:67:02 dev tunnel0"_s,
    };
    for (const QString& command : commands)
        if (!run(command))
            return command + u" failed"_s;
    (void)run(there + u"ip mptcp endpoint add 10.66.1.2 dev cable1 signal"_s);
    QFile range(u"/proc/sys/net/ipv4/ping_group_range"_s);
    if (range.open(QIODevice::WriteOnly))
        range.write("0 2147483647");
    receiver_.say(u"serve"_s);
    return receiver_.hear() == u"ok"_s ? QString() : u"the receiver does not serve"_s;
}

template <class T>
QString Stand::finished(const std::function<void(client::Done<T>)>& call) {
    const auto problem = std::make_shared<std::optional<QString>>();  // it may come too late
    call([problem](const api::Result<T>& result) {
        *problem = result ? QString() : result.error().text;
    });
    if (!waitFor([&] { return problem->has_value(); }))
        return u"the helper does not answer"_s;
    return **problem;
}

QString Stand::startHelper() {
    programs_.clear();  // it counts anew
    connections_.clear();
    old_.clear();
    helper_ = std::make_unique<QProcess>();
    helper_->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    helper_->start(QStringLiteral(LEAK_HELPER),
                   {u"--cgroup"_s, cgroup_, u"--state-dir"_s, work_ + u"/leak"_s, u"--config-dir"_s,
                    work_ + u"/config"_s, u"--pins"_s, pins()});
    if (!waitFor([this] {
            return (firewall_->connected() && firewall_->status().agents > 0) ||
                   helper_->state() == QProcess::NotRunning;
        }) ||
        !firewall_->connected())
        return u"the helper does not start"_s;
    return {};
}

QString Stand::endHelper() {
    helper_->terminate();
    if (!helper_->waitForFinished(kPatienceMs))
        helper_->kill();
    helper_.reset();
    (void)waitFor([this] { return !firewall_->connected(); });
    if (const auto removed = kernel::removePins(pins()); !removed)
        return removed.error().text;
    return waitFor([this] { return isFree(cgroup_); }) ? QString() : u"it stays attached"_s;
}

void Stand::killHelper() {
    helper_->kill();
    helper_->waitForFinished(-1);
    helper_.reset();
    (void)waitFor([this] { return !firewall_->connected(); });
}

void Stand::freezeHelper(bool on) {
    ::kill(static_cast<pid_t>(helper_->processId()), on ? SIGSTOP : SIGCONT);
}

QString Stand::setMode(api::Mode mode) {
    return finished<void>([&](auto done) { firewall_->setMode(mode, firewall_.get(), done); });
}

QString Stand::setRules(Leave leave) {
    if (leave == leave_ && leave != Leave::ItsFile)
        return {};
    leave_ = leave;
    const auto allow = [](const api::AppIdentity& app) {
        api::Rule rule;
        rule.action = api::Action::Allow;
        rule.app = app;
        return rule;
    };
    using Kind = api::AppIdentity::Kind;
    QList<api::Rule> rules = {
        allow({Kind::Path, allowedPath_, {}}),
        allow({Kind::Script, QFileInfo(u"/usr/bin/python3"_s).canonicalFilePath(), script_}),
        allow({Kind::Script, QFileInfo(u"/bin/bash"_s).canonicalFilePath(), script_}),
    };
    api::Rule own = allow({Kind::Path, attackPath_, {}});
    if (leave == Leave::FirstAddress) {
        own.remote = api::Remote::parse(u"10.66.0.2"_s).value_or({});
        rules.append(own);
    } else if (leave == Leave::Port53) {
        own.protocol = IPPROTO_UDP;
        own.remotePorts = api::PortRange::single(53);
        rules.append(own);
    } else if (leave == Leave::ThisMachine) {
        own.remote.kind = api::Remote::Kind::ThisMachine;
        rules.append(own);
    } else if (leave == Leave::OneSource) {
        own.protocol = IPPROTO_UDP;
        own.local = api::Cidr::parse(u"10.66.0.1"_s).value_or({});
        own.localPorts = api::PortRange::single(7101);
        rules.append(own);
    } else if (leave == Leave::OtherPorts) {
        rules.append(own);
        own.action = api::Action::Block;
        own.protocol = IPPROTO_UDP;
        own.localPorts = api::PortRange::single(7102);
        rules.append(own);
    } else if (leave == Leave::ItsFile) {
        QFile::remove(changedPath_);
        QFile::copy(QStringLiteral(LEAK_PROGRAM), changedPath_);
        // A person's own, and not root's: only then can it be overwritten by others.
        if (chown(QFile::encodeName(changedPath_).constData(), kNobody, kNobody) != 0)
            return u"chown"_s;
        rules.append(allow({Kind::Path, changedPath_, {}}));
    }
    const QString json = QString::fromUtf8(api::rulesToJson(rules));
    const QString failed = finished<QVariantMap>(
        [&](auto done) { firewall_->importRules(json, true, firewall_.get(), done); });
    if (!failed.isEmpty() || leave != Leave::ItsFile)
        return failed;
    return waitFor([this] { return isBound(changedPath_); }) ? QString() : u"not bound"_s;
}

// Does the rule for the program know what is in its file?
bool Stand::isBound(const QString& path) {
    bool bound = false;
    (void)finished<QList<api::Rule>>([&](auto done) {
        firewall_->rules(firewall_.get(), [&, done](const api::Result<QList<api::Rule>>& rules) {
            for (const api::Rule& rule : rules.value_or(QList<api::Rule>()))
                bound |= rule.app.path == path && !rule.sha256.isEmpty();
            done(rules);
        });
    });
    return bound;
}

std::unique_ptr<Talker> Stand::attack(const QString& command, int patienceMs) {
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, u"/usr/sbin:/usr/bin:/sbin:/bin"_s);
    environment.insert(u"LEAK_PATIENCE"_s, QString::number(patienceMs));
    environment.insert(u"LEAK_ALLOWED"_s, allowedPath_);
    environment.insert(u"LEAK_CHANGED"_s, changedPath_);
    environment.insert(u"LEAK_SCRIPT"_s, script_);
    environment.insert(u"LEAK_RECEIVER"_s, QString::number(receiver_.process().processId()));
    auto talker = std::make_unique<Talker>();
    return talker->start(attackPath_, command.split(u' '), cgroup_, environment) ? std::move(talker)
                                                                                 : nullptr;
}

std::pair<int, QString> Stand::arrived(const QString& aim) {
    const QByteArray fence = "fence-" + QByteArray::number(++fences_) + ".";
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(kFencePort);
    to.sin_addr.s_addr = htonl(0x0a420002);  // 10.66.0.2
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto sent = sendto(fd, fence.constData(), size_t(fence.size()), 0,
                             reinterpret_cast<const sockaddr*>(&to), sizeof(to));
    ::close(fd);
    receiver_.say(u"count %1 %2"_s.arg(QString::fromLatin1(fence), aim));
    const QString said = receiver_.hear();
    bool counted = false;
    const int packets = said.section(u' ', 0, 0).toInt(&counted);
    return sent == fence.size() && counted ? std::pair(packets, said.section(u' ', 1))
                                           : std::pair(-1, said);
}

bool Stand::connectFromReceiver(int port) {
    receiver_.say(u"connect %1"_s.arg(port));
    return receiver_.hear() == u"ok"_s;
}

void Stand::takeConnections(const api::ProgramList& programs, const api::ConnectionList& list) {
    for (const api::Program& program : programs)
        programs_.insert(program.id, program.identity);
    for (const api::Connection& connection : list)
        connections_.insert(connection.id, connection);
}

QString Stand::whoIs(const api::Connection& connection) const {
    return whoIs(programs_.value(connection.program), connection.uid);
}

QString Stand::whoIs(const api::AppIdentity& app, quint32 uid) {
    using Kind = api::AppIdentity::Kind;
    QString name = baseName(app.path);
    switch (app.kind) {
        case Kind::Path:
            break;
        case Kind::Script:
            name = baseName(app.script) + u" by "_s + name;
            break;
        case Kind::Foreign:
            name = u"foreign "_s + name.section(u' ', 0, 0);
            break;
        case Kind::Memory:
        case Kind::Kernel:
        case Kind::Unknown:
        case Kind::Any:
            name = api::toWord(app.kind);
            break;
    }
    return uid == 0 ? name : name + u" of %1"_s.arg(uid);
}

void Stand::forget() {
    (void)shown(false);
    old_ = QSet<api::ConnectionId>(connections_.keyBegin(), connections_.keyEnd());
    questions_ = 0;
}

int Stand::questions(bool some) {
    if (some)
        (void)waitFor([this] { return questions_ > 0; });
    return questions_;
}

api::Result<api::Status> Stand::status() {
    const QDBusMessage question = QDBusMessage::createMethodCall(
        api::dbus::kService, api::dbus::kPath, api::dbus::kInterface, u"GetStatus"_s);
    const QDBusMessage answer = QDBusConnection(u"leak"_s).call(question);
    return api::statusFromMap(qdbus_cast<QVariantMap>(answer.arguments().value(0)));
}

bool Stand::stopsFrames() {
    const auto now = status();
    return now && now->framesJudged;
}

QList<Shown> Stand::named(qint64 pid) {
    const QDeadlineTimer end(kPatienceMs);
    QList<Shown> all;
    do {
        const auto status = Stand::status();
        for (const api::PacketHolder& holder :
             status ? status->packetHolders : QList<api::PacketHolder>())
            if (holder.pid == pid)
                all.append({whoIs(holder.app, holder.uid), api::ConnectionState::Undecided,
                            api::toWord(holder.family)});
        if (all.isEmpty())
            QTest::qWait(100);
    } while (all.isEmpty() && !end.hasExpired());
    return all;
}

QList<Shown> Stand::shown(bool some) {
    QList<Shown> all;
    const QDeadlineTimer end(kPatienceMs);
    do {
        fresh_ = false;
        firewall_->watch();
        (void)waitFor([this] { return fresh_; });
        all.clear();
        for (const api::Connection& connection : std::as_const(connections_))
            if (!old_.contains(connection.id))
                all.append({whoIs(connection), connection.state, connection.remote.toString()});
    } while (some && all.isEmpty() && !end.hasExpired());
    return all;
}

}  // namespace sallyport::leak
