// What the trees of the window have in common.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>
#include <QTreeView>

namespace sallyport::views {

// Uniform rows, and columns as wide as the widest of their `examples` (never measured row by row).
// The column `filling` takes what the others leave, but no less than so many characters, until the
// person sets its width. Where it can be sorted, the Menu key, Shift+F10 and the header's own
// context menu offer to.
void prepareTree(QTreeView* tree, const QList<QStringList>& examples, int filling,
                 int leastCharacters);

}  // namespace sallyport::views
