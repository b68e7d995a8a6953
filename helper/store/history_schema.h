// The tables of history.db and how older ones are brought up to date.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/database.h"

namespace sallyport::store {

// Rows of a span, which is what is forgotten at once and what a search by time skips.
inline constexpr qint64 kSpanRows = 1024;

// Ended connections, by version. Losing the last seconds to a power cut is cheaper than a flush for
// every batch.
extern const Schema kHistorySchema;

}  // namespace sallyport::store
