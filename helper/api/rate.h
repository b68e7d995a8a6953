// Speeds and amounts of data as people write them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "api/result.h"

namespace sallyport::api {

// Bytes a second: "none" (0), "500k", "2.5 MB/s", "300000"; or in bits: "8 Mbit/s", "8Mbit". The
// letters k, M, G and T stand for powers of 1,000, in whichever case.
Result<quint64> rateFromText(const QString& text);
// The shortest that says exactly as much and is read back as the same: "none", "2.5 MB/s".
QString rateToText(quint64 bytesASecond);

// The same for bytes: "none" (0), "500k", "2.5 GB".
Result<quint64> sizeFromText(const QString& text);
QString sizeToText(quint64 bytes);

}  // namespace sallyport::api
