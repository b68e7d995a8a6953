// Sends the copies of held packets once they are allowed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "broker/opener.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"

namespace sallyport::kernel {

// Two raw sockets in a network namespace, which they keep alive.
class Injector {
  public:
    // `netns`: cookie of the namespace; 0: the helper's.
    static api::Result<Injector> open(broker::Opener& opener, quint64 netns = 0);

    // Cookies of the sockets, by which the kernel side knows them: IPv4, IPv6. 0: no IPv6 here.
    quint64 cookieV4() const { return cookieV4_; }
    quint64 cookieV6() const { return cookieV6_; }
    // Cookie of the network namespace the packets leave from.
    quint64 netns() const { return netns_; }

    // As Kernel::inject, of packets of this namespace.
    api::Result<void> send(const HeldPacket& packet) const;

  private:
    Fd v4_;
    Fd v6_;
    quint64 cookieV4_ = 0;
    quint64 cookieV6_ = 0;
    quint64 netns_ = 0;
};

}  // namespace sallyport::kernel
