// What happened: ended connections, newest first.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "models/history_model.h"
#include "views/page.h"

class QLabel;
class QPushButton;
class QTreeView;

namespace sallyport::widgets {
class EmptyNote;
class RowActions;
class RowDelegate;
}  // namespace sallyport::widgets

namespace sallyport::views {

class HistoryPage : public Page {
    Q_OBJECT
  public:
    explicit HistoryPage(const Shared& shared, QWidget* parent = nullptr);

    void setSearch(const QString& text) override;
    void setAway(bool away) override;
    QWidget* focusTarget() override;

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void buildTree();
    void decide(const QModelIndex& row, api::Action action);
    void note();

    const Shared& shared_;
    models::HistoryModel model_;
    QTimer typing_;  // a search goes to the helper when the typing rests
    QString search_;
    bool away_ = false;
    QPushButton* reload_;
    QLabel* state_;
    QTreeView* tree_;
    widgets::RowDelegate* delegate_;
    widgets::RowActions* actions_ = nullptr;
    widgets::EmptyNote* empty_ = nullptr;
};

}  // namespace sallyport::views
