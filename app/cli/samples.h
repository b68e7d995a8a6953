// Prometheus' text for programs that read JSON.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariantList>

#include "api/result.h"

namespace sallyport::cli {

// A map a sample, with its "name", "labels" (a map) and "value" (a number). `text` is of the text
// format 0.0.4, without times; Failed when it is not.
api::Result<QVariantList> samplesOf(const QString& text);

}  // namespace sallyport::cli
