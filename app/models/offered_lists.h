// Well-known public lists that are offered by name. None is part of this program.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

#include "api/list.h"

namespace sallyport::models {

// Name, title and source of each.
const QList<api::List>& offeredLists();

}  // namespace sallyport::models
