// What the trees of the window have in common: see trees.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/trees.h"

#include <QHeaderView>

namespace sallyport::views {

void prepareTree(QTreeView* tree, const QStringList& widest, int stretched) {
    tree->setUniformRowHeights(true);
    tree->setAlternatingRowColors(true);
    tree->setAllColumnsShowFocus(true);
    tree->setSortingEnabled(true);
    tree->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    tree->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    QHeaderView* header = tree->header();
    header->setStretchLastSection(false);
    header->setSectionsMovable(true);
    const QFontMetrics metrics = tree->fontMetrics();
    const int padding = metrics.averageCharWidth() * 3;
    for (int column = 0; column < int(widest.size()); ++column) {
        const QString title = tree->model()->headerData(column, Qt::Horizontal).toString();
        const int width = std::max(metrics.horizontalAdvance(widest[column]),
                                   metrics.horizontalAdvance(title) + padding);
        header->resizeSection(column, width + padding);
    }
    header->setSectionResizeMode(stretched, QHeaderView::Stretch);
    header->setMinimumSectionSize(metrics.averageCharWidth() * 6);
}

}  // namespace sallyport::views
