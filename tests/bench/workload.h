// What is measured: loopback work done by a process of its own, in a cgroup of the caller's choice.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

namespace sallyport::bench {

// Another IPv4 address of this machine for all that follows, host byte order.
void useServer(quint32 address);

// Runs `work` in a child process that has joined `cgroup` (empty: stays where it is) and returns
// what it returned, negative on failure. The child shares the identity of the caller (fork).
double inCgroup(const QString& cgroup, const std::function<double()>& work);

// Nanoseconds for one connect + accept + close on loopback, in the fastest of many batches.
double connectAcceptClose(int rounds);
// The same by so many threads at once: connections a second, the upper quartile of short spans.
double connectionRate(int threads, double seconds);
// Nanoseconds for making a socket that is none of a network, and closing it, likewise.
double socketClose(int rounds);
// Nanoseconds for starting a program and waiting for its end, likewise.
double forkExec(int rounds);
// Nanoseconds for 64 kB sent and received again by one thread over a loopback TCP connection,
// likewise: the processor's part of throughput, without the luck of who runs where.
double tcpTransfer(int rounds);
// Bytes a nanosecond through `flows` loopback TCP connections at once; looks for `seconds`.
double tcpThroughput(int flows, double seconds);
// A bound loopback socket whose buffer is full soon; the caller's. -1 on failure. It is filtered
// where it was made: in the sender's cgroup both ends of a datagram are, elsewhere only the sending
// one, as when the receiver is another machine.
int udpReceiver();
// Nanoseconds for one 64-byte UDP send to `receiver`, likewise.
double udpSend(int rounds, bool connected, int receiver);

}  // namespace sallyport::bench
