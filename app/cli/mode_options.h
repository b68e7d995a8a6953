// What the options of `mode` say.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>

#include "cli/request.h"

namespace sallyport::cli {

void declareModeOptions(QCommandLineParser& parser);
bool hasModeOptions(const QCommandLineParser& parser);
// The mode that is named, and its end when one is.
api::Result<ChangeMode> readModeOptions(const QCommandLineParser& parser);

}  // namespace sallyport::cli
