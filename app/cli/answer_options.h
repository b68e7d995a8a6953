// What the options of `answer` say.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>

#include "cli/request.h"

namespace sallyport::cli {

void declareAnswerOptions(QCommandLineParser& parser);
// The question that is named, and its answer.
api::Result<AnswerQuestion> readAnswerOptions(const QCommandLineParser& parser);

}  // namespace sallyport::cli
