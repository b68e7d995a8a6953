// The order of rules. Total: of two different rules one always goes first.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include "api/rule.h"

namespace sallyport::policy {

// True when `a` is judged before `b`. The first of these that tells them apart decides:
//
//    1  a pinned rule before one that is not
//    2  a named program before any program
//    3  one process of it before all of its processes
//    4  a named starter ("started by") before anybody
//    5  the narrower remote: one address, then one name of a host, then names below a domain (a
//       domain of more labels first, and of one domain *.example.org before .example.org), then a
//       longer prefix before a shorter one, counted as an IPv6 prefix (an IPv4 /24 has 120 bits;
//       "this machine" counts as its range 127.0.0.0/8, 104 bits), then the DNS resolvers,
//       then "local network", then a list, then 0.0.0.0/0 (every IPv4 address), then any remote
//    6  fewer remote ports
//    7  fewer local ports
//    8  the narrower local address, prefixes counted as those of remotes
//    9  a named interface before any
//   10  a named protocol before any
//   11  a named direction before both
//   12  a named user before everybody
//   13  the longer path of HTTP requests before a shorter one, and that before any
//   14  fewer methods of HTTP, and those before any
//   15  Block before Allow
//   16  the newer rule (the higher id)
bool precedes(const api::Rule& a, const api::Rule& b);

// What makes `first` go before `second`, as in "it names the program" (English). Empty unless
// precedes(first, second).
QString whyFirst(const api::Rule& first, const api::Rule& second);

// In order of precedence.
QList<api::Rule> sorted(QList<api::Rule> rules);

}  // namespace sallyport::policy
