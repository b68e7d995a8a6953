// Who asks for names where nobody can see which.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>

#include "api/host_pattern.h"
#include "api/rule.h"

namespace sallyport::api {

// The well-known public resolvers that are reached over HTTPS, TLS or QUIC.
const QList<HostPattern>& encryptedResolvers();

// DNS over TLS (RFC 7858) and QUIC (RFC 9250) by their port, over HTTPS (RFC 8484) by the name of
// who answers. Other resolvers on port 443 look like any web server.
bool isEncryptedDns(const QStringList& names, quint8 protocol, quint16 remotePort);

// What blocks all of that: `rule` once for each port and each resolver, before every other rule and
// refused at once, so that the program asks this machine's resolver instead. For all programs (no
// `app`), the one of systemd may go on. The ready rules of resources/examples.
QList<Rule> rulesAgainstEncryptedDns(Rule rule);

}  // namespace sallyport::api
