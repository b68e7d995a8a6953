// Reads the files of BPF iterators.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/iterate.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <QFile>
#include <QSet>
#include <cstring>

#include "kernel/events.h"
#include "kernel/handle.h"

namespace sallyport::kernel {

namespace {

// Copies record by record: the bytes of a file are not aligned.
template <class Record, class Each>
void forEachRecord(const QByteArray& bytes, Each each) {
    Record record;
    for (qsizetype at = 0; at + qsizetype(sizeof(Record)) <= bytes.size(); at += sizeof(Record)) {
        memcpy(&record, bytes.constData() + at, sizeof(Record));
        each(record);
    }
}

QStringList argumentsOf(qint32 pid) {
    QFile file(QStringLiteral("/proc/%1/cmdline").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return argumentsIn(file.read(SP_ARGV_BYTES), SP_ARGV_BYTES);
}

}  // namespace

api::Result<QByteArray> iterate(const bpf_link* iterator) {
    return iterate(Fd(bpf_iter_create(bpf_link__fd(iterator))));
}

api::Result<QByteArray> iterate(const Fd& run, WhenTold whenTold) {
    if (!run)
        return systemError(QStringLiteral("starting a walk in the kernel"));
    QByteArray bytes;
    char buffer[65536];
    for (;;) {
        const ssize_t got = read(run.get(), buffer, sizeof(buffer));
        const bool told = got < 0 && errno == EAGAIN;  // kernel/bpf/bpf_iter.c, bpf_iter_run_prog()
        if (got == 0 || (told && whenTold == WhenTold::Ends))
            return bytes;
        if (told || (got < 0 && errno == EINTR))
            continue;
        if (got < 0)
            return systemError(QStringLiteral("walking in the kernel"));
        bytes.append(buffer, got);
    }
}

api::Result<Running> runningProcesses(const bpf_link* iterator) {
    const auto bytes = iterate(iterator);
    if (!bytes)
        return bytes.error();
    Running running;
    QSet<quint64> seen;
    forEachRecord<sp_event_exec_text>(*bytes, [&](const sp_event_exec_text& record) {
        const auto read = toExecReport({reinterpret_cast<const char*>(&record), sizeof(record)});
        if (!read)
            return;
        ExecReport report = *read;
        if (seen.contains(report.serial)) {
            running.forks.append({report.serial, report.startNs, report.pid, report.parentPid});
            return;
        }
        seen.insert(report.serial);
        report.arguments = argumentsOf(report.pid);
        running.execs.append(report);
    });
    return running;
}

api::Result<QList<FlowReport>> openFlows(const bpf_link* iterator) {
    const auto bytes = iterate(iterator);
    if (!bytes)
        return bytes.error();
    QList<FlowReport> reports;
    QSet<quint64> seen;  // a file may be open in several processes
    forEachRecord<sp_socket_record>(*bytes, [&](const sp_socket_record& record) {
        if (!record.socket.has_peer ||
            !(record.socket.flow.flags & (SP_FLOW_OPEN | SP_FLOW_PASSED)) ||
            seen.contains(record.socket.cookie))
            return;
        seen.insert(record.socket.cookie);
        reports.append(toReport(record.socket));
    });
    return reports;
}

api::Result<QSet<quint64>> openSockets(const bpf_link* iterator) {
    const auto bytes = iterate(iterator);
    if (!bytes)
        return bytes.error();
    QSet<quint64> cookies;
    forEachRecord<sp_socket_record>(
        *bytes, [&](const sp_socket_record& record) { cookies.insert(record.socket.cookie); });
    return cookies;
}

api::Result<QList<PacketSocket>> packetSockets(const bpf_link* iterator, quint64 netns) {
    const auto bytes = iterate(iterator);
    if (!bytes)
        return bytes.error();
    QList<PacketSocket> sockets;
    forEachRecord<sp_packet_socket>(
        *bytes, [&](const sp_packet_socket& record) { sockets.append(toReport(record, netns)); });
    return sockets;
}

api::Result<QList<ListeningSocket>> listeningSockets(const bpf_link* iterator,
                                                     const Cgroup& cgroup) {
    const auto bytes = iterate(iterator);
    if (!bytes)
        return bytes.error();
    const QSet<quint64> below = cgroup.root ? QSet<quint64>() : cgroupsIn(cgroup);
    QList<ListeningSocket> sockets;
    forEachRecord<sp_listener>(*bytes, [&](const sp_listener& record) {
        if (cgroup.root || below.contains(record.cgroup))
            sockets.append(toReport(record));
    });
    return sockets;
}

}  // namespace sallyport::kernel
