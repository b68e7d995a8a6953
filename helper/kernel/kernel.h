// The kernel side as the rest of the helper sees it. bpf_kernel.h is the real one;
// tests/fakes has one for tests of the engine.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>
#include <compare>
#include <optional>
#include <vector>

#include "api/address.h"
#include "api/packet_holder.h"
#include "api/result.h"
#include "bpf/abi.h"
#include "policy/table.h"

namespace sallyport::kernel {

using policy::AppNumber;

// One peer of one socket.
struct FlowKey {
    quint64 cookie = 0;
    api::Address remote;
    quint16 remotePort = 0;
    quint8 protocol = 0;
    auto operator<=>(const FlowKey&) const = default;
};
size_t qHash(const FlowKey& key, size_t seed = 0);

struct Owner {
    quint64 serial = 0;  // exec serial; 0: not known
    quint64 netns = 0;   // cookie
    qint32 pid = 0;
    quint32 uid = 0;
    AppNumber app = SP_APP_UNRESOLVED;
    AppNumber parentApp = SP_APP_UNRESOLVED;
    bool operator==(const Owner&) const = default;
};

struct FileKey {
    quint64 inode = 0;
    quint64 ctimeNs = 0;
    quint32 device = 0;  // super block: major << 20 | minor
    quint32 disk = 0;    // see sp_file_key
    auto operator<=>(const FileKey&) const = default;
};
size_t qHash(const FileKey& key, size_t seed = 0);

struct FlowReport {
    FlowKey key;
    Owner owner;
    policy::Decision decision;
    quint32 generation = 0;  // of the policy that decided
    api::Address local;
    quint16 localPort = 0;
    bool inbound = false;
    bool wasHeld = false;
    bool passed = false;   // was let through at first, and not reported then (see setWatched)
    bool knock = false;    // a peer's SYN at a listener, which no socket ends: see forgetPeer()
    bool further = false;  // not TCP, and not the first peer of its socket: see forgetPeer()
    bool over = false;     // nothing more will be reported of it: the call was refused, or the peer
                        // that waited at a listener was let in (the accepted socket is a new flow)
    quint64 sent = 0;  // bytes of IP packets
    quint64 received = 0;
    quint64 startedNs = 0;  // CLOCK_BOOTTIME
    quint64 timeNs = 0;     // CLOCK_BOOTTIME of what is reported; 0: now
    quint32 ifindex = 0;
    quint32 mark = 0;
};

// A copy of a packet that waits, or that went on (Sink::onSaid). `bytes` begins with the IP header;
// empty when it was too large to copy or must not be injected (the sender tries again by itself).
// `bytes` are empty where there is no copy, and a packet's beginning alone where its flow's verdict
// is SP_VERDICT_FIRST_DATA.
struct HeldPacket {
    FlowKey key;
    quint64 netns = 0;
    quint32 ifindex = 0;
    quint32 mark = 0;
    QByteArray bytes;
    bool whole = true;  // and not the beginning alone
    // FIRST_DATA of TCP: its program has written more than this, and TCP sends none of that before.
    bool more = false;
};

// What the names of an address match, as one process knows it.
struct Named {
    api::Address address;
    quint64 process = 0;
    QList<policy::PatternNumber> patterns;
};

// What is answered for one flow.
struct FlowAnswer {
    sp_verdict verdict = SP_VERDICT_NONE;
    quint32 rule = 0;  // whose speed limit it has; 0: none
    // Only FIRST_DATA: up to which sequence number, not included, TCP data goes before it waits
    // again; none: it waits from the first byte on.
    std::optional<quint32> until{};
    bool byRules = false;  // what they say, where the kernel cannot tell; no person's word
    quint64 process = 0;   // exec serial of whom it is for; 0: whoever has the socket
    bool operator==(const FlowAnswer&) const = default;
};

struct ExecReport {
    quint64 serial = 0;
    quint64 parentSerial = 0;
    quint64 startNs = 0;  // CLOCK_BOOTTIME of the process
    qint32 pid = 0;
    qint32 parentPid = 0;
    quint32 uid = 0;
    quint32 euid = 0;
    quint64 cgroup = 0;          // inode number of its folder in the tree of version 2
    quint32 mountNamespace = 0;  // inode number
    AppNumber app = SP_APP_UNRESOLVED;
    AppNumber parentApp = SP_APP_UNRESOLVED;
    FileKey file;
    FileKey directory;  // working directory at exec; without ctime
    QString path;       // in its own mount namespace, absolute unless `truncated`
    QStringList arguments;
    QString script;  // as executed, when "#!" led to an interpreter; may be relative
    bool memory = false;
    bool deleted = false;
    bool truncated = false;
    bool ownUserNamespace = false;  // of one that is not the system's first
    // It ran when the programs were attached: all but the numbers is as it shows itself by then,
    // and these are what the kernel, or an earlier helper, made of its exec.
    bool running = false;
};

struct ForkReport {
    quint64 serial = 0;
    quint64 startNs = 0;
    qint32 pid = 0;
    qint32 parentPid = 0;
};

// A DNS message that passed: a question to a server, or what came from its port, which the program
// may not have read yet. Over TCP a segment of the stream of them; see names::DnsStream.
struct DnsReport {
    quint64 cookie = 0;  // of the socket
    Owner owner;         // of the socket
    api::Address server;
    quint16 port = 0;  // the server's
    quint16 localPort = 0;
    bool answer = false;
    bool stream = false;   // over TCP
    quint32 sequence = 0;  // over TCP: of the first byte
    quint32 expected = 0;  // over TCP: everything before it has passed; a question's: `sequence`
    QByteArray message;    // its first SP_DNS_LARGE bytes, a segment's first SP_DNS_SEGMENT bytes
};

// Somebody has a socket open whose frames pass the programs by.
struct PacketSocket {
    Owner owner;  // whoever has it open
    api::PacketFamily family = api::PacketFamily::Packet;
    bool elsewhere = false;  // in another network namespace than the helper's
    bool operator==(const PacketSocket&) const = default;
};

// A socket that waits for others to connect, of whatever network namespace.
struct ListeningSocket {
    quint64 cookie = 0;
    Owner owner;  // whoever has it open
    quint8 protocol = 0;
    api::Address local;  // unspecified: all of the machine's
    quint16 localPort = 0;
    bool operator==(const ListeningSocket&) const = default;
};

// Which lists contain a prefix, and what no longer one is known of in it.
struct ListedPrefix {
    api::Address address;  // masked
    quint8 bits = 128;     // as an IPv6 prefix
    sp_listed lists{};
    bool operator==(const ListedPrefix& other) const;
};

// Called from drain(), in the order in which things happened in the kernel.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual void onExec(const ExecReport& report) = 0;
    virtual void onFork(const ForkReport& report) = 0;
    virtual void onExit(quint64 serial, qint32 pid) = 0;
    // First decision of a flow, or a changed one. Verdict HOLD and UNRESOLVED come as onHeld.
    virtual void onFlow(const FlowReport& report) = 0;
    virtual void onHeld(const FlowReport& report, const HeldPacket& packet) = 0;
    virtual void onEnd(const FlowReport& report) = 0;
    // A listener is closed, by its cookie: nothing more will come of who knocked there.
    virtual void onDeaf(quint64 /*listener*/) {}
    // What a flow's program sent first: that went on. The flow may not have been reported before,
    // and is not by this.
    virtual void onSaid(const FlowReport& report, const HeldPacket& packet) = 0;
    virtual void onDns(const DnsReport& report) = 0;
    // The quota of this rule is used up: told once, before the packet that was too much.
    virtual void onQuota(quint32 rule) = 0;
};

struct Counters {
    quint64 eventsLost = 0;
    quint64 packetsUnparsed = 0;
    quint64 tasksFull = 0;
    quint64 socketsFull = 0;
    quint64 tableRaces = 0;
};

// How much of a quota is used.
struct QuotaUse {
    quint64 count = 0;  // as policy::Limit has it
    quint64 used = 0;   // bytes; with those of the packets that were too much
};

class Kernel {
  public:
    virtual ~Kernel() = default;

    // Path of the cgroup the programs are attached to; whether that is the root of its tree.
    virtual QString cgroup() const = 0;
    virtual bool wholeSystem() const = 0;
    // Drawn at random when the kernel's tables were made, never 0: what numbers are drawn with, by
    // later helpers, too. A secret: who knows it can find a program with the number of another.
    virtual quint64 numberKey() const = 0;

    // Readable when events wait that somebody should look at soon. Others wait in the ring until
    // the next drain(). -1: none (fakes).
    virtual int eventFd() const = 0;
    // Only the processes that ran before the programs were attached, once; drain() does it first.
    virtual void tellRunning(Sink& /*sink*/) {}
    // Hands waiting events to the sink. True: all that had happened before the call. One that is
    // being written just now stays, with all that come after it; then eventFd() is readable.
    virtual bool drain(Sink& sink) = 0;

    // Puts a table in force: when this returns, every packet is judged by it. On failure the old
    // one stays in force. Returns the generation it was given.
    virtual api::Result<quint32> setPolicy(const policy::Table& table) = 0;

    // By rule; of those with a quota in the table in force, and until the first setPolicy() in the
    // one that was found. A count that is in the next table too goes on from what is used here.
    virtual QHash<quint32, QuotaUse> quotaUses() const = 0;

    // From now on every exec of this file has this application number; `eachProcess`: every exec
    // of it comes to the helper first (interpreters).
    virtual api::Result<void> setApp(const FileKey& file, AppNumber app, bool eachProcess) = 0;
    // As setApp() said it, by an earlier helper, too; unresolved for a file each of whose execs
    // comes to the helper, for one that was not numbered, and for one that was not run for so long
    // that others took its place.
    virtual AppNumber appOf(const FileKey& file) const = 0;
    // Tells who a running process is. NotFound when the pid now belongs to another exec.
    virtual api::Result<void> setTask(qint32 pid, quint64 serial, AppNumber app,
                                      AppNumber parentApp) = 0;

    // For this flow alone, where no rule decides. Whoever says it forgets it when the flow ends.
    virtual api::Result<void> setAnswer(const FlowKey& flow, const FlowAnswer& answer) = 0;
    virtual void forgetAnswer(const FlowKey& flow) = 0;
    // The peer of a knock, or a further one of a socket, is a stranger again: its next packet is
    // judged anew, told anew, and counted from 0. The kernel side cannot know when it gave up, and
    // whoever was told of it says so. Nothing happens to a socket's first peer.
    virtual void forgetPeer(const FlowKey& flow) = 0;
    // All of what setAnswer() said, by an earlier helper, too.
    virtual QList<std::pair<FlowKey, FlowAnswer>> answersGiven() const = 0;
    // TCP connections of a network namespace whose first data waits (SP_VERDICT_FIRST_DATA) try to
    // send it now: that with this cookie, or all (0). Without it they do so within half a second,
    // later the longer it waited.
    virtual void sendFirstData(quint64 netns, quint64 cookie) = 0;

    // Which patterns the names match by which this process (exec serial; 0: whoever asked the
    // system's resolver) knows the address. None: it has a name, and no pattern in force matches
    // it. More than SP_MAX_PATTERNS: its flows stay unresolved where a rule asks for a name. On
    // failure what was there before stays.
    virtual api::Result<void> setNamed(const api::Address& address, quint64 process,
                                       const QList<policy::PatternNumber>& patterns) = 0;
    // All of what setNamed() said, by an earlier helper, too.
    virtual QList<Named> namedAddresses() const = 0;
    virtual void forgetNamed(const api::Address& address, quint64 process) = 0;
    // Names in flight: how many DNS answers the kernel side has put into the ring, and how many of
    // them are taken in. While these differ, a flow is unresolved if a rule asks for a name. Both
    // outlive the helper.
    virtual quint64 namesTold() const = 0;
    virtual quint64 namesRead() const = 0;
    // What was set with setNamed() before is seen by whoever sees this.
    virtual void setNamesRead(quint64 answers) = 0;

    // Makes this, each prefix once, all that the kernel side knows of lists. Meanwhile an address
    // is in the lists it was in, or already in those it will be in. May be called in another
    // thread, once at a time. Failed: no room, or no memory; then some addresses are as before and
    // some are not.
    virtual api::Result<void> setListed(const std::vector<ListedPrefix>& prefixes) = 0;

    // Sends a held packet now, from the network namespace of its flow. Its verdict must be allow by
    // then. Unavailable when the copy is empty: TCP tries again within half a second. tidy() gives
    // up what this opens in other namespaces.
    virtual api::Result<void> inject(const HeldPacket& packet) = 0;
    // Ends the socket; the program gets ECONNABORTED. NotFound when it is gone, or listens. Its
    // local end, where it is known (port 0: it is not), spares a walk over all sockets.
    virtual api::Result<void> abort(const FlowKey& flow, quint64 netns, const api::Address& local,
                                    quint16 localPort) = 0;

    // Puts right what holding does to connections. To be called every few seconds after something
    // was held or a policy was set, as long as it returns true.
    virtual bool tidy() = 0;

    // Whether somebody looks at what is open. While nobody does, a TCP flow that is allowed at its
    // first packet is reported when it ends or is stopped, and found by flows() until then; once
    // this returns with true, each is reported when it begins.
    virtual void setWatched(bool watched) = 0;
    // Byte counts of all open flows. Costs a walk over every socket.
    virtual api::Result<QList<FlowReport>> flows() = 0;
    // Of those, the ones that carried something since this or flows() told of them, and maybe more.
    // The report of their beginning may still be in the ring.
    virtual api::Result<QList<FlowReport>> busyFlows() = 0;
    // Of these, the ones whose socket is not open any more; those without a socket never are. Their
    // ends may still be in the ring, or were lost when that was full. Costs some system calls for
    // each, and walks.
    virtual api::Result<QSet<FlowKey>> ended(const QList<FlowKey>& flows) = 0;
    // Of these processes, the serials of their execs by pid, the ones that have ended or run
    // another exec. Their ends may still be in the ring, or were lost. Costs a system call for
    // each.
    virtual QHash<qint32, quint64> gone(const QHash<qint32, quint64>& processes) const = 0;
    // Whether this kernel lets sockets for whole frames be judged when they are made: a flow of
    // SP_PROTOCOL_FRAMES for each process, with FlowKey::cookie of SP_FRAMES_COOKIE and no END.
    // What waits is refused for now, and judged again when its program tries again.
    virtual bool judgesFrames() const { return false; }
    // All of them, a process as often as it has such files open. Costs a walk over every open file.
    virtual api::Result<QList<PacketSocket>> packetSockets() = 0;
    // TCP sockets that listen, and datagram sockets whose programs chose the port and no peer, in
    // this control group; each as often as it is open. Costs a walk over every open file.
    virtual api::Result<QList<ListeningSocket>> listeningSockets() = 0;
    virtual Counters counters() const = 0;
    // CLOCK_BOOTTIME, ns.
    virtual quint64 bootNs() const = 0;
};

}  // namespace sallyport::kernel
