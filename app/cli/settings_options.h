// What the options of `settings` say.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>

#include "cli/request.h"

namespace sallyport::cli {

void declareSettingsOptions(QCommandLineParser& parser);
api::Result<Settings> readSettingsOptions(const QCommandLineParser& parser);

}  // namespace sallyport::cli
