// Which program talks to whom, live.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections_filter.h"
#include "views/page.h"

class QComboBox;
class QTreeView;

namespace sallyport::widgets {
class ElidedLabel;
class EmptyNote;
class RowActions;
class RowDelegate;
class TrafficGraph;
}  // namespace sallyport::widgets

namespace sallyport::views {

class Inspector;

class ConnectionsPage : public Page {
    Q_OBJECT
  public:
    explicit ConnectionsPage(const Shared& shared, QWidget* parent = nullptr);

    void setSearch(const QString& text) override;
    void setAway(bool away) override;
    QWidget* focusTarget() override;
    QWidgetList parts() override;

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void buildTree();
    void buildGraph();
    void fitGraph();
    void decide(const QModelIndex& row, api::Action action);
    void follow();
    void keepOpen();
    void openNew(const QModelIndex& parent, int first, int last);
    void rowsLeave(const QModelIndex& parent, int first, int last);
    void findAgain();
    void note();

    const Shared& shared_;
    models::ConnectionsFilter filter_;
    bool away_ = false;
    bool looking_ = false;
    bool folded_ = false;  // the person closed all branches
    // Of the current row that left the tree: its connection, which may be back in another place,
    // and the row from which the arrow keys go on.
    api::ConnectionId left_ = 0;
    QPersistentModelIndex place_;
    QComboBox* state_;
    widgets::ElidedLabel* count_;
    QTreeView* tree_;
    widgets::TrafficGraph* graph_;
    widgets::RowDelegate* delegate_;
    widgets::RowActions* actions_ = nullptr;
    widgets::EmptyNote* empty_ = nullptr;
    Inspector* inspector_;
};

}  // namespace sallyport::views
