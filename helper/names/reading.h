// What came of reading the first bytes of a connection.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace sallyport::names {

// The readers of this folder begin with NeedMore and end with one of the others, which stays.
enum class Reading : quint8 {
    NeedMore,  // what came so far is a beginning; the rest is still missing
    Name,      // there is a host name
    NoName,    // there is none: left out, or an address stands in its place
    Unclear,   // the protocol, but two readers could take it for two names (or it is too long):
               // a rule that names hosts must not allow it
    OtherProtocol,  // something else
};

}  // namespace sallyport::names
