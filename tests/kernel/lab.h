// The kernel tests' laboratory: a control group with programs attached to it, a client's network
// namespace (the test's own) and a server's, joined by a cable, and somebody who takes the kernel's
// reports. Everything goes with it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QProcess>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <memory>

#include "api/rule.h"
#include "kernel/bpf_kernel.h"
#include "policy/compile.h"
#include "policy/pattern_numbers.h"
#include "process/process_table.h"

namespace sallyport::lab {

inline const QString kClientV4 = QStringLiteral("10.77.0.1");
inline const QString kServerV4 = QStringLiteral("10.77.0.2");
inline const QString kClientV6 = QStringLiteral("fd77::1");
// Here, too; only the laboratory itself sends from there.
inline const QString kFenceV4 = QStringLiteral("10.77.0.9");
// At the other end of the cable, where nobody answers.
inline const QString kNobody = QStringLiteral("10.77.0.99");
inline const QString kServerV6 = QStringLiteral("fd77::2");
// Echo, echo, swallow, pour without end; with datagrams, too (those are poured for six seconds).
constexpr quint16 kEcho = 7000, kOther = 7001, kSwallow = 7002, kPour = 7003;
constexpr quint16 kHttps = 443;  // echoes datagrams
// ms after which something will never happen. On a machine that is so many times slower than others
// (SALLYPORT_SLOWER in the environment) as many times as long.
inline const int kPatience = 20'000 * std::max(1, qEnvironmentVariableIntValue("SALLYPORT_SLOWER"));

// Null when the tests can run here, else what is missing.
const char* missing();

// A running `peer`. Commands are lines, see peer.cpp.
class Peer {
  public:
    ~Peer();
    bool start(const QString& program, const QStringList& arguments, const QString& cgroup);
    void tell(const QString& command);
    // The next line it says, null when it says nothing for kPatience. Events go on meanwhile.
    QString reply();
    QString ask(const QString& command) {
        tell(command);
        return reply();
    }
    bool hasSpoken();  // a line waits
    qint32 pid() const { return qint32(process_.processId()); }

  private:
    QProcess process_;
};

// Hears everything, names programs by their files, and remembers.
class Recorder : public kernel::Sink {
  public:
    kernel::Kernel* kernel = nullptr;
    process::ProcessTable processes;
    QList<kernel::ExecReport> execs;
    QList<kernel::FlowReport> flows;  // not held
    QList<kernel::FlowReport> held;
    QList<kernel::HeldPacket> packets;
    QList<kernel::FlowReport> ended;
    QList<kernel::HeldPacket> said;
    QList<kernel::DnsReport> dns;
    QList<quint64> gone;    // serials
    QList<quint32> usedUp;  // rules

    policy::AppNumber numberOf(const api::AppIdentity& app);
    void clearFlows();

    void onExec(const kernel::ExecReport& report) override;
    void onFork(const kernel::ForkReport& report) override;
    void onExit(quint64 serial, qint32 pid) override;
    void onFlow(const kernel::FlowReport& report) override { flows.append(report); }
    void onHeld(const kernel::FlowReport& report, const kernel::HeldPacket& packet) override;
    void onEnd(const kernel::FlowReport& report) override { ended.append(report); }
    void onSaid(const kernel::FlowReport&, const kernel::HeldPacket& packet) override {
        said.append(packet);
    }
    void onDns(const kernel::DnsReport& report) override { dns.append(report); }
    void onQuota(quint32 rule) override { usedUp.append(rule); }

  private:
    QHash<api::AppIdentity, policy::AppNumber> numbers_;
};

class Lab {
  public:
    ~Lab();
    // Once for a test program: namespaces, cable, server, control group.
    api::Result<void> build();
    // Loads and attaches; what is attached already stays, and forgets what it heard of flows.
    // Nothing passes before the first enforce().
    api::Result<void> attach(quint32 ringBytes = SP_RING_BYTES, const QString& pins = {});
    void detach();
    // Ends what only says farewell, too: that is sent again and again, here or by the other side,
    // and judged each time the rules change: a flow to the same port.
    api::Result<void> forgetFlows();

    // The list "l7" has the number 7.
    api::Result<void> enforce(const QList<api::Rule>& rules, api::Mode mode = api::Mode::Ask,
                              bool blockAll = false);
    // Of the quotas in the next tables: another begins anew.
    void setCount(quint64 count) { count_ = count; }
    // A client in the control group whose program has a name already.
    std::unique_ptr<Peer> client(const QString& program = {});
    // The same outside of it.
    std::unique_ptr<Peer> outsider();
    // Moves a client to a network namespace of its own, as a container has, with a cable to the
    // server: 10.79.0.2 here, 10.79.0.1 there. One client at a time.
    api::Result<void> separate(Peer& client);
    // Another program file with the same content, and the name it has.
    QString copyOfPeer(const QString& name);

    void drain();
    // While it sleeps nobody takes reports.
    void sleep(bool on);
    Recorder& heard() { return recorder_; }
    kernel::Kernel& kernel() { return *kernel_; }
    const QString& cgroup() const { return cgroup_; }

    // The last report of a flow to this remote port; null when there is none.
    const kernel::FlowReport* flow(quint16 port);
    const kernel::FlowReport* held(quint16 port);
    // Of a pattern of names, as enforce() numbers it.
    policy::PatternNumber numberOf(const QString& pattern);
    // Answers what is held to this port as a person would: verdict, then its packets or its end.
    api::Result<void> allow(quint16 port);
    api::Result<void> block(quint16 port);

    // What the server saw since the last forgetArrivals(), e.g. "tcp 10.77.0.1 7000".
    QStringList arrivals();
    // Waits until the server has said of all that has come by now.
    void settle();
    void forgetArrivals();
    Peer& server() { return *server_; }
    // Bytes of IPv4 packets that came to the server's network namespace, and that it sent. Those of
    // neighbour discovery are none.
    struct Wire {
        quint64 sent = 0, received = 0;
    };
    Wire wire() const;
    // A program, to its end.
    api::Result<void> run(const QString& program, const QStringList& arguments);

  private:
    api::Result<void> cable();
    void fence(int type, quint16 port);

    QString cgroup_;
    quint32 ringBytes_ = 0;
    QString pins_;
    bool asleep_ = false;
    QTemporaryDir files_;
    std::unique_ptr<Peer> server_;
    QStringList arrivals_, fences_;
    Recorder recorder_;
    policy::PatternNumbers patterns_;
    quint64 count_ = 0;
    std::unique_ptr<kernel::Kernel> kernel_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

// Of a process's network namespace, this one's unless one is said: as /proc/net/snmp and
// /proc/net/netstat have it; 0 where they do not.
quint64 kernelCounter(const QString& file, const QByteArray& group, const QByteArray& name,
                      const QString& process = QStringLiteral("self"));

// Rules, a word each.
api::Rule rule(api::RuleId id, api::Action action, const QString& remote = QStringLiteral("any"),
               quint16 port = 0, quint8 protocol = 0);
api::Rule blocked(api::RuleId id, api::BlockStyle style, const QString& remote, quint16 port,
                  quint8 protocol);

}  // namespace sallyport::lab
