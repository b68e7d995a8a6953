// The names that the programs of open connections said, handed on to the next helper: they say them
// once. A helper of the same boot, in which a socket's cookie is never another's.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

#include "engine/flow_table.h"

namespace sallyport::engine {

QByteArray keepSaidNames(const FlowTable& flows);
// What can be read of it.
QHash<kernel::FlowKey, SaidName> keptSaidNames(const QByteArray& kept);

}  // namespace sallyport::engine
