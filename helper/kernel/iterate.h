// Walks of the kernel side over processes and sockets.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QSet>

#include "kernel/cgroup.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"

struct bpf_link;

namespace sallyport::kernel {

// Runs an attached iterator once; all it wrote.
api::Result<QByteArray> iterate(const bpf_link* iterator);
// The same of a run that was begun (bpf_iter_create()) and is none where that failed, as errno
// says. A program that returns 1 has seen enough where that ends the walk; otherwise it is given
// the same object again.
enum class WhenTold { GoesOn, Ends };
api::Result<QByteArray> iterate(const Fd& run, WhenTold whenTold = WhenTold::GoesOn);

// Processes that run already, from the iterator over tasks: each exec once, further processes of it
// as forks. What the record lacks (arguments) is read from /proc.
struct Running {
    QList<ExecReport> execs;
    QList<ForkReport> forks;
};
api::Result<Running> runningProcesses(const bpf_link* iterator);

// The first peer of every socket that has one, from an iterator over sockets.
api::Result<QList<FlowReport>> openFlows(const bpf_link* iterator);

// Cookies of the sockets that such an iterator tells of.
api::Result<QSet<quint64>> openSockets(const bpf_link* iterator);

// From the iterator over files that finds them. `netns`: the helper's, a cookie.
api::Result<QList<PacketSocket>> packetSockets(const bpf_link* iterator, quint64 netns);

// From the iterator over files that finds them.
api::Result<QList<ListeningSocket>> listeningSockets(const bpf_link* iterator,
                                                     const Cgroup& cgroup);

}  // namespace sallyport::kernel
