// Rules as a JSON document: what export writes, import and /etc/sallyport/rules.d read.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include "api/result.h"
#include "api/rule.h"

namespace sallyport::api {

// {"format":"sallyport-rules","version":1,"rules":[...]}, each rule as its toMap().
QByteArray rulesToJson(const QList<Rule>& rules);
// The person's and the starter rules among them, but for those that mean nothing elsewhere.
QByteArray exportToJson(const QList<Rule>& rules);

// All rules or an error, never a part. The error names the byte offset of broken JSON, or the
// number of the rule (from 1) and its key. Unsupported: the file is of a newer version.
// At most 64 MiB and 65536 rules.
Result<QList<Rule>> rulesFromJson(const QByteArray& json);

// A file of rules as the text that goes over D-Bus. Invalid where it is not UTF-8: paths in it
// would be others then, and their rules fit nothing.
Result<QString> rulesText(const QByteArray& file);

}  // namespace sallyport::api
