// What the options of `history` say about which connections are wanted.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>

#include "api/history.h"

namespace sallyport::cli {

void declareHistoryOptions(QCommandLineParser& parser);
// Words that are no option are searched for in everything. --state may be said several times: any
// of them; what else is said several times must all fit.
api::Result<api::HistoryFilter> readHistoryOptions(const QCommandLineParser& parser);

}  // namespace sallyport::cli
