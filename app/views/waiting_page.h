// What waits for an answer, what nobody answered, and what Learn let through undecided.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "models/connections_filter.h"
#include "models/search_query.h"
#include "views/page.h"

class QGroupBox;
class QLabel;
class QPushButton;
class QTreeView;
class QTreeWidget;
class QTreeWidgetItem;

namespace sallyport::widgets {
class EmptyNote;
class RowDelegate;
}  // namespace sallyport::widgets

namespace sallyport::views {

class WaitingPage : public Page {
    Q_OBJECT
  public:
    explicit WaitingPage(const Shared& shared, QWidget* parent = nullptr);

    void setSearch(const QString& text) override;
    void setAway(bool away) override;
    QWidget* focusTarget() override;
    QWidgetList parts() override;

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    QGroupBox* buildQuestions();
    QGroupBox* buildUndecided();
    void refresh();
    void take(const QList<api::Question>& questions);
    void fill(QTreeWidgetItem* item, const api::Question& question) const;
    void sift();
    QList<api::Question> chosen() const;
    void answer(api::Action action);
    void answerOne(const api::Question& question, api::Action action);
    void dismiss();
    void decideUndecided(api::Action action);
    void enableButtons();
    void countDown();

    const Shared& shared_;
    models::ConnectionsFilter filter_;
    models::SearchQuery query_;
    QList<api::Question> questions_;
    QTimer second_;
    bool away_ = false;
    bool looking_ = false;
    QTreeWidget* list_;
    QLabel* note_;
    QPushButton* open_;
    QPushButton* allow_;
    QPushButton* block_;
    QPushButton* dismiss_;
    QTreeView* undecided_;
    widgets::RowDelegate* delegate_;
    widgets::EmptyNote* empty_;
    widgets::EmptyNote* undecidedEmpty_;
    QPushButton* allowUndecided_;
    QPushButton* blockUndecided_;
};

}  // namespace sallyport::views
