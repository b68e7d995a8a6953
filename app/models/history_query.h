// What a person typed as a filter of the helper's, which searches millions of rows.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>

#include "api/history.h"
#include "models/search_query.h"

namespace sallyport::models {

// The files of programs that a person knows under a name with this in it.
using FilesNamed = std::function<QStringList(const QString& part)>;

// Nothing: no connection can fit, e.g. "port:nosuchservice". A free word is a part of a program's
// name or path, of the remote's name or address, a port or service, or a state.
std::optional<QList<api::HistoryTerm>> historyTerms(const SearchQuery& query,
                                                    const FilesNamed& filesNamed);

}  // namespace sallyport::models
