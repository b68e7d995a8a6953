// Allow and Block on the row under the pointer or the keyboard.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPersistentModelIndex>
#include <QWidget>

#include "api/rule.h"

class QToolButton;
class QTreeView;

namespace sallyport::widgets {

class RowDelegate;

// Real buttons laid over a tree's viewport, in the cell of `column` where it is in sight, and never
// over the state: where there is little room they are icons, beside a shortened name. They stay
// with their row when rows move: a press never counts for a row that slid under the pointer, also
// where its own left meanwhile. Also the keys A and B for the current row, and Enter for its link.
class RowActions : public QWidget {
    Q_OBJECT
  public:
    // `delegate`: the view's own.
    RowActions(QTreeView* view, int column, RowDelegate* delegate);

    // Must follow every setModel() of the view.
    void watchModel();
    void setUsable(bool usable);

  signals:
    void chosen(const QModelIndex& row, sallyport::api::Action action);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void attachTo(const QModelIndex& row);
    void place();
    QRect fit();
    int setCompact(bool on);
    void choose(api::Action action);
    void chooseForCurrent(api::Action action);

    QTreeView* view_;
    int column_;
    RowDelegate* delegate_;
    bool usable_ = true;
    QPersistentModelIndex row_;
    QPersistentModelIndex pressed_;  // the row a button went down for
    QToolButton* allow_;
    QToolButton* block_;
};

}  // namespace sallyport::widgets
