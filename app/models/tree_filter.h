// Sorts and sifts the rows of a tree.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QSortFilterProxyModel>

namespace sallyport::models {

// Does so when it is told that the model has changed for now. Qt's own way (dynamicSortFilter) does
// it while it takes a change, and then uses an iterator of a hash into which its listeners, asking
// for children, may have inserted (_q_sourceDataChanged in Qt 6.4's qsortfilterproxymodel.cpp):
// with a tree it crashes.
class TreeFilter : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    // What inserts and changes rows of `model` calls arrange() in the end.
    explicit TreeFilter(QAbstractItemModel& model, QObject* parent = nullptr);

  protected:
    // `sift`: what fits may have changed, too, and not only the order.
    void arrange(bool sift);
    // Other rows fit from now on, of so many. May reset the model.
    void siftAnew(qsizetype rows);

  private:
    bool isInOrder(const QModelIndex& sourceParent) const;

    bool added_ = false;         // rows, at the end
    QSet<QModelIndex> changed_;  // the model's parents of changed rows; good until arrange()
};

}  // namespace sallyport::models
