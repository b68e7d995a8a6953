// Where the name of a connection's other end comes from.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "api/result.h"

namespace sallyport::api {

// Best first.
enum class NameSource : quint8 {
    OwnAnswer,        // a DNS answer to this program
    ServerName,       // this program said it: TLS,
    Quic,             // QUIC,
    HttpHost,         // HTTP
    Resolver,         // an answer that the system's resolver gave, nobody knows to whom
    SystemdResolved,  // systemd-resolved says that it told somebody
    OtherAnswer,      // a DNS answer to another program
    None,             // no name is known
};

// "dns", "tls", "quic", "http", "resolver", "systemd-resolved", "other-program", "none".
QString toWord(NameSource value);
Result<NameSource> nameSourceFromWord(const QString& word);

}  // namespace sallyport::api
