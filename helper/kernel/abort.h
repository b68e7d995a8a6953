// Ends a socket, so that its program gets an error at once.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "broker/opener.h"
#include "kernel/kernel.h"

namespace sallyport::kernel {

// The socket of `flow`, wherever its network namespace is (`netns` is its cookie, 0 the caller's).
// With its local end a TCP socket is found at once; without (port 0), or
// where that is not right, by a walk over all sockets. NotFound when it is gone, or listens (its
// flow was inbound and never had a socket of its own). Unavailable when it must live on, because it
// sends datagrams to others as well; then only the verdict can stop the flow.
api::Result<void> abortSocket(broker::Opener& opener, const FlowKey& flow, quint64 netns,
                              const api::Address& local, quint16 localPort);

}  // namespace sallyport::kernel
