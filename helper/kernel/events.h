// Records of the kernel's ring, read without trusting their lengths.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include "kernel/kernel.h"

namespace sallyport::kernel {

// Hands one record to the sink. Invalid when it is shorter than its type and lengths say, or of a
// type nobody knows; the sink has heard nothing then.
api::Result<void> dispatch(QByteArrayView record, Sink& sink);

// An sp_event_exec and the text behind it. Invalid when it is shorter than its lengths say.
api::Result<ExecReport> toExecReport(QByteArrayView record);
FlowReport toReport(const sp_event_flow& event);
// A socket's first peer, as the walk over all sockets finds it.
FlowReport toReport(const sp_socket& socket);
// A further peer; of its owner only the serial is known.
FlowReport toReport(const sp_flow_key& key, const sp_peer& peer);
// `netns`: the helper's, a cookie.
PacketSocket toReport(const sp_packet_socket& socket, quint64 netns);
ListeningSocket toReport(const sp_listener& socket);
sp_flow_key toKernel(const FlowKey& key);
FlowKey fromKernel(const sp_flow_key& key);
sp_file_key toKernel(const FileKey& key);

// "a\0b\0" to {"a", "b"}; what follows the last zero byte counts as an argument that was cut.
QStringList zeroSeparated(QByteArrayView bytes);
// The same of a command line for which there was so much room. The last argument of one that was
// cut ends with "..." (U+2026), so that it is no other's.
QStringList argumentsIn(QByteArrayView bytes, qsizetype room);

}  // namespace sallyport::kernel
