// What the options of `lists` say.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>

#include "cli/request.h"

namespace sallyport::cli {

void declareListOptions(QCommandLineParser& parser);
api::Result<AddList> readListOptions(const QCommandLineParser& parser);
void declareListRefresh(QCommandLineParser& parser);
void declareListRemoval(QCommandLineParser& parser);
RemoveList readListRemoval(const QCommandLineParser& parser);

}  // namespace sallyport::cli
