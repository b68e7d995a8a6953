// Sorts and sifts the rows of a tree: see tree_filter.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tree_filter.h"

#include <algorithm>

namespace sallyport::models {

TreeFilter::TreeFilter(QAbstractItemModel& model, QObject* parent) : QSortFilterProxyModel(parent) {
    setDynamicSortFilter(false);
    setSourceModel(&model);
    connect(this, &QAbstractItemModel::rowsInserted, this, [this] { added_ = true; });
    connect(&model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first) { changed_.insert(first.parent()); });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] { changed_.clear(); });
}

void TreeFilter::arrange(bool sift) {
    if (sift)
        invalidateRowsFilter();
    const bool inOrder =
        !added_ && std::all_of(changed_.cbegin(), changed_.cend(),
                               [this](const auto& parent) { return isInOrder(parent); });
    if (!inOrder)
        sort(sortColumn(), sortOrder());
    added_ = false;
    changed_.clear();
}

// Thousands of rows coming or going one by one would take seconds: those go by a reset.
void TreeFilter::siftAnew(qsizetype rows) {
    constexpr qsizetype kFew = 500;
    if (rows <= kFew)
        return arrange(true);
    QAbstractItemModel* const model = sourceModel();
    setSourceModel(nullptr);
    setSourceModel(model);
}

bool TreeFilter::isInOrder(const QModelIndex& sourceParent) const {
    const QModelIndex parent = mapFromSource(sourceParent);
    if (sortColumn() < 0 || (sourceParent.isValid() && !parent.isValid()))
        return true;
    QModelIndex before;
    for (int row = 0, rows = rowCount(parent); row < rows; ++row) {
        const QModelIndex here = mapToSource(index(row, sortColumn(), parent));
        if (before.isValid() &&
            (sortOrder() == Qt::AscendingOrder ? lessThan(here, before) : lessThan(before, here)))
            return false;
        before = here;
    }
    return true;
}

}  // namespace sallyport::models
