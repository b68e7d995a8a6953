// Which hosts a rule is for, by name.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "api/result.h"

namespace sallyport::api {

// As it stands in a rule:
//
//    example.org      that name alone
//    *.example.org    every name below it, at any depth, and not itself
//    .example.org     itself and every name below it: what somebody registered (siteOf())
struct HostPattern {
    enum class Kind : quint8 { Exact, Below, Site };
    Kind kind = Kind::Exact;
    QString name;  // as hostName() has it: lower case, letters beyond ASCII as "xn--..." (RFC 5891)

    // What a person types, also in letters beyond ASCII, upper case and with a dot at the end.
    // Invalid, with the reason: an empty name or label, too long a one, "*" anywhere but in front,
    // blanks, control characters, an address. Letters that are the same by UTS #46 become the same.
    static Result<HostPattern> parse(const QString& text);
    QString toString() const;  // parse() of it is the same again

    // `host` in any case, with or without a dot at its end.
    bool matches(const QString& host) const;

    bool operator==(const HostPattern&) const = default;
};

// The registrable domain of a host by the public suffix list that was built into libpsl:
// "example.co.uk" for "www.example.co.uk". Empty for a public suffix itself ("co.uk"), for a single
// label and for what is no host name. With a dot in front it is the pattern of all that its owner
// has.
QString siteOf(const QString& host);

}  // namespace sallyport::api
