// From bpf/abi.h's records to reports.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/events.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "policy/compile.h"

namespace sallyport::kernel {

namespace {

api::Error malformed(const char* what) {
    return api::failure(api::ErrorCode::Invalid, QLatin1String(what));
}

// "curl\0bin\0usr\0" to "usr/bin/curl".
QString leafFirstPath(QByteArrayView bytes) {
    QStringList components = zeroSeparated(bytes);
    components.removeAll(QString());
    std::reverse(components.begin(), components.end());
    return components.join(u'/');
}

Owner toOwner(const sp_owner& owner) {
    return {owner.serial, owner.netns, qint32(owner.tgid), owner.uid, owner.app, owner.parent_app};
}

policy::Decision toDecision(quint64 decision) {
    return {sp_verdict(SP_DECISION_VERDICT(decision)), sp_reason(SP_DECISION_REASON(decision)),
            SP_DECISION_RULE(decision)};
}

// Its key is known.
void fillFlow(FlowReport& report, const sp_flow& flow) {
    report.decision = toDecision(flow.decision);
    report.generation = SP_DECISION_GENERATION(flow.decision);
    report.wasHeld = flow.flags & SP_FLOW_WAS_HELD;
    report.over = flow.flags & SP_FLOW_ENDED;
    report.passed = flow.flags & SP_FLOW_PASSED;
    report.knock = flow.flags & SP_FLOW_KNOCK;
    report.further = report.key.protocol != IPPROTO_TCP &&
                     report.key.protocol != SP_PROTOCOL_FRAMES &&
                     !(flow.flags & (SP_FLOW_PEER | SP_FLOW_ENDED));
    report.sent = flow.sent;
    report.received = flow.received;
    report.startedNs = flow.started_ns;
}

// Where the record of type T begins in `record`, 0 when it is too short to be one.
template <class T>
const T* as(QByteArrayView record) {
    return record.size() >= qsizetype(sizeof(T)) ? reinterpret_cast<const T*>(record.data())
                                                 : nullptr;
}

api::Result<void> dispatchExec(QByteArrayView record, Sink& sink) {
    const auto report = toExecReport(record);
    if (!report)
        return report.error();
    sink.onExec(*report);
    return {};
}

api::Result<void> dispatchFork(QByteArrayView record, Sink& sink) {
    const auto* event = as<sp_event_fork>(record);
    if (!event)
        return malformed("a short fork record");
    sink.onFork({event->task.serial, event->task.start_ns, qint32(event->tgid),
                 qint32(event->parent_tgid)});
    return {};
}

api::Result<void> dispatchExit(QByteArrayView record, Sink& sink) {
    const auto* event = as<sp_event_exit>(record);
    if (!event)
        return malformed("a short exit record");
    sink.onExit(event->serial, qint32(event->tgid));
    return {};
}

api::Result<void> dispatchFlow(QByteArrayView record, Sink& sink) {
    const auto* event = as<sp_event_flow>(record);
    if (!event)
        return malformed("a short flow record");
    const QByteArrayView copy = record.sliced(sizeof(*event));
    if (event->packet_bytes > copy.size())
        return malformed("a flow record with an impossible length");
    const FlowReport report = toReport(*event);
    const bool waits = report.decision.verdict == SP_VERDICT_HOLD ||
                       report.decision.verdict == SP_VERDICT_UNRESOLVED;
    HeldPacket packet{report.key, report.owner.netns, event->ifindex, event->mark, {}};
    packet.whole = event->packet_whole;
    packet.more = event->packet_more;
    if (event->head.type == SP_EVENT_END) {
        sink.onEnd(report);
    } else if (event->head.type == SP_EVENT_SAID) {
        packet.bytes = copy.first(event->packet_bytes).toByteArray();
        sink.onSaid(report, packet);
    } else if (event->head.type == SP_EVENT_HELD || waits) {
        if (event->packet_whole || report.decision.verdict == SP_VERDICT_FIRST_DATA)
            packet.bytes = copy.first(event->packet_bytes).toByteArray();
        sink.onHeld(report, packet);
    } else {
        sink.onFlow(report);
    }
    return {};
}

api::Result<void> dispatchDns(QByteArrayView record, Sink& sink) {
    const auto* event = as<sp_event_dns>(record);
    const QByteArrayView message =
        record.sliced(std::min(record.size(), qsizetype(sizeof(*event))));
    if (!event || event->bytes > message.size())
        return malformed("a DNS record that is not as long as it says");
    DnsReport report;
    report.cookie = event->cookie;
    report.owner = toOwner(event->owner);
    report.server = policy::fromKernel(event->server);
    report.port = event->port;
    report.localPort = event->lport;
    report.answer = event->answer;
    report.stream = event->stream;
    report.sequence = event->sequence;
    report.expected = event->expected;
    report.message = message.first(event->bytes).toByteArray();
    sink.onDns(report);
    return {};
}

api::Result<void> dispatchQuota(QByteArrayView record, Sink& sink) {
    const auto* event = as<sp_event_quota>(record);
    if (!event)
        return malformed("a record of a quota that is too short");
    sink.onQuota(event->rule);
    return {};
}

api::Result<void> dispatchDeaf(QByteArrayView record, Sink& sink) {
    const auto* event = as<sp_event_deaf>(record);
    if (!event)
        return malformed("a short record of a listener");
    sink.onDeaf(event->cookie);
    return {};
}

}  // namespace

QStringList zeroSeparated(QByteArrayView bytes) {
    QStringList parts;
    while (!bytes.isEmpty()) {
        const auto end = std::find(bytes.begin(), bytes.end(), '\0');
        parts.append(QString::fromUtf8(bytes.first(end - bytes.begin())));
        bytes = bytes.sliced(std::min<qsizetype>(end - bytes.begin() + 1, bytes.size()));
    }
    return parts;
}

QStringList argumentsIn(QByteArrayView bytes, qsizetype room) {
    QStringList arguments = zeroSeparated(bytes);
    if (bytes.size() >= room && !bytes.endsWith('\0'))
        arguments.last() += QChar(0x2026);
    return arguments;
}

api::Result<void> dispatch(QByteArrayView record, Sink& sink) {
    const auto* head = as<sp_event>(record);
    if (!head || head->size < sizeof(sp_event) || head->size > record.size())
        return malformed("a record that is not as long as it says");
    const QByteArrayView whole = record.first(head->size);
    switch (head->type) {
        case SP_EVENT_EXEC:
            return dispatchExec(whole, sink);
        case SP_EVENT_FORK:
            return dispatchFork(whole, sink);
        case SP_EVENT_EXIT:
            return dispatchExit(whole, sink);
        case SP_EVENT_FLOW:
        case SP_EVENT_HELD:
        case SP_EVENT_END:
        case SP_EVENT_SAID:
            return dispatchFlow(whole, sink);
        case SP_EVENT_DNS:
            return dispatchDns(whole, sink);
        case SP_EVENT_QUOTA:
            return dispatchQuota(whole, sink);
        case SP_EVENT_DEAF:
            return dispatchDeaf(whole, sink);
        default:
            return malformed("a record of an unknown type");
    }
}

api::Result<ExecReport> toExecReport(QByteArrayView record) {
    const auto* whole = as<sp_event_exec>(record);
    if (!whole)
        return malformed("a short exec record");
    const sp_event_exec& event = *whole;
    const QByteArrayView text = record.sliced(sizeof(event));
    const qsizetype path = event.path_bytes, arguments = event.argv_bytes,
                    script = event.script_bytes;
    if (path + arguments + script > text.size())
        return malformed("an exec record with impossible lengths");
    ExecReport report;
    report.serial = event.task.serial;
    report.parentSerial = event.parent_serial;
    report.startNs = event.task.start_ns;
    report.pid = qint32(event.tgid);
    report.parentPid = qint32(event.parent_tgid);
    report.uid = event.uid;
    report.euid = event.euid;
    report.cgroup = event.cgroup;
    report.mountNamespace = event.mntns;
    report.app = event.task.app;
    report.parentApp = event.task.parent_app;
    report.running = event.flags & SP_EXEC_INVENTORY;
    report.file = {event.file.inode, event.file.ctime_ns, event.file.device, event.file.disk};
    report.directory = {event.directory.inode, 0, event.directory.device, 0};
    report.memory = event.flags & SP_EXEC_MEMORY;
    report.deleted = event.flags & SP_EXEC_DELETED;
    report.ownUserNamespace = event.flags & SP_EXEC_USERNS;
    report.truncated = event.flags & SP_EXEC_TRUNCATED;
    report.path = leafFirstPath(text.first(path));
    if (!report.memory && !report.truncated)
        report.path.prepend(u'/');
    report.arguments = argumentsIn(text.sliced(path, arguments), SP_ARGV_BYTES - 1);
    // Cut, too, it is no other's. Its zero byte is always there.
    if (script > 0)
        report.script =
            argumentsIn(text.sliced(path + arguments, script - 1), SP_SCRIPT_BYTES - 2).value(0);
    return report;
}

FlowReport toReport(const sp_event_flow& event) {
    FlowReport report;
    report.key = fromKernel(event.key);
    report.timeNs = event.head.time_ns;
    report.owner = toOwner(event.owner);
    fillFlow(report, event.flow);
    report.local = policy::fromKernel(event.local);
    report.localPort = event.lport;
    report.inbound = event.direction == SP_DIRECTION_IN;
    report.ifindex = event.ifindex;
    report.mark = event.mark;
    return report;
}

FlowReport toReport(const sp_socket& socket) {
    FlowReport report;
    report.key = {socket.cookie, policy::fromKernel(socket.remote), socket.rport, socket.protocol};
    report.owner = toOwner(socket.owner);
    fillFlow(report, socket.flow);
    report.localPort = socket.lport;
    report.inbound = socket.inbound || (socket.flow.flags & SP_FLOW_INBOUND);
    return report;
}

FlowReport toReport(const sp_flow_key& key, const sp_peer& peer) {
    FlowReport report;
    report.key = fromKernel(key);
    report.owner.serial = peer.serial;
    fillFlow(report, peer.flow);
    report.inbound = peer.flow.flags & SP_FLOW_INBOUND;
    return report;
}

PacketSocket toReport(const sp_packet_socket& socket, quint64 netns) {
    return {toOwner(socket.owner),
            socket.family == AF_XDP ? api::PacketFamily::Xdp : api::PacketFamily::Packet,
            socket.owner.netns != netns};
}

ListeningSocket toReport(const sp_listener& socket) {
    return {socket.cookie, toOwner(socket.owner), socket.protocol, policy::fromKernel(socket.local),
            socket.lport};
}

sp_flow_key toKernel(const FlowKey& key) {
    sp_flow_key raw{};
    raw.cookie = key.cookie;
    raw.remote = policy::toKernel(key.remote);
    raw.rport = key.remotePort;
    raw.protocol = key.protocol;
    return raw;
}

FlowKey fromKernel(const sp_flow_key& key) {
    return {key.cookie, policy::fromKernel(key.remote), key.rport, key.protocol};
}

sp_file_key toKernel(const FileKey& key) {
    return {key.inode, key.ctimeNs, key.device, key.disk};
}

}  // namespace sallyport::kernel
