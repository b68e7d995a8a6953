// One spelling for every host name: lower case, A-labels, no dot at the end.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "api/result.h"

namespace sallyport::lists {

constexpr std::size_t kLongestName = 253;  // bytes as text (RFC 1035 2.3.4)

using NameRoom = std::array<char, kLongestName>;

// The normal form of one name of a list, written into `room`, into which the view points. Letters,
// digits, '-' and '_' (RFC 2181 11 allows more, no list needs it); names in Unicode are converted
// (UTS 46). `text` is bytes as they came. Invalid: no name of this kind, with the reason.
api::Result<std::string_view> normalName(std::string_view text, NameRoom& room);

// Whether the last label has no letter, as that of no host name (RFC 3696 2): an address or
// nothing.
bool endsWithoutLetter(std::string_view text);

}  // namespace sallyport::lists
