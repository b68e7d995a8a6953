// The lists that rules can be for: added, refreshed, asked, removed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>

#include "views/page.h"

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace sallyport::models {
class ListKeeper;
}
namespace sallyport::widgets {
class EmptyNote;
}

namespace sallyport::views {

class BadLinesPanel;
class ListEditor;

class ListsPage : public Page {
    Q_OBJECT
  public:
    enum Column { Title, Names, Prefixes, BadLines, Updated, Source, ColumnCount };

    // The keeper outlives the page.
    ListsPage(const Shared& shared, models::ListKeeper& keeper, QWidget* parent = nullptr);

    void setSearch(const QString& text) override;
    void setAway(bool away) override;
    QWidget* focusTarget() override;
    QWidgetList parts() override;
    ListEditor& editor() { return *editor_; }

  signals:
    void told(const QString& what);

  private:
    QWidget* buildBar();
    QWidget* buildFind();
    void buildTree();
    void fill();
    void markUseless(QTreeWidgetItem* item, const QString& why);
    void sift();
    void enableButtons();
    QStringList chosen() const;
    void add(const api::List& list, bool block);
    void take(const api::ListReport& report);
    void refreshChosen();
    void remove();
    void askToRemove(const QStringList& names);
    void removeNext(QStringList names);
    void showBadLines();
    void askForBadLines(const QString& name, bool opens);
    void closeBadLines();
    void find();
    void showProgress(qint64 done, qint64 all);

    const Shared& shared_;
    models::ListKeeper& keeper_;
    QString search_;
    QSet<QString> toBlock_;  // lists that are on their way and get a rule
    bool away_ = false;
    QPushButton* new_;
    QPushButton* refresh_;
    QPushButton* remove_;
    QPushButton* bad_;
    QTreeWidget* tree_;
    widgets::EmptyNote* empty_ = nullptr;
    ListEditor* editor_;
    BadLinesPanel* badLines_;
    QProgressBar* progress_;
    QPushButton* cancel_;
    QLineEdit* sought_;
    QPushButton* find_;
    QLabel* found_;
};

}  // namespace sallyport::views
