// What the trees of the window have in common.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeView>

namespace sallyport::views {

// Uniform rows, columns as wide as these texts (never measured row by row), the first one taking
// what is left.
void prepareTree(QTreeView* tree, const QStringList& widest, int stretched);

}  // namespace sallyport::views
