// Makes the copy of a held packet fit to be sent.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include "api/result.h"

namespace sallyport::kernel {

// The packet begins with its IPv4 or IPv6 header. Returns it with the checksums filled in that were
// left to the network card: IPv4 header, TCP, UDP (also where it was 0), UDP-Lite, ICMP and ICMPv6
// (RFC 791, 768, 1071, 3828, 8200 8.1). Other transports are returned as they are. Invalid when the
// lengths in its headers contradict its size, and for fragments: a part cannot be summed up.
api::Result<QByteArray> prepareForInjection(QByteArrayView packet);

}  // namespace sallyport::kernel
