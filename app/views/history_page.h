// What happened: ended connections, newest first.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <functional>
#include <memory>

#include "client/history_reader.h"
#include "models/history_model.h"
#include "models/totals_model.h"
#include "views/page.h"

class QLabel;
class QStackedWidget;
class QPushButton;
class QTreeView;

namespace sallyport::client {
class WholeFile;
}

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
    ~HistoryPage() override;

    void setSearch(const QString& text) override;
    void setAway(bool away) override;
    // When the window was closed the last time (Unix milliseconds); 0: never yet.
    void setLeft(qint64 leftMs);
    QWidget* focusTarget() override;

    // Asks for the name of the file; a test has its own.
    void setPicker(std::function<QString()> picker) { pick_ = std::move(picker); }

  signals:
    void told(const QString& what);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void buildTree();
    void decide(const QModelIndex& row, api::Action action);
    void note();
    void buildTotals();
    void load();
    void showSinceLeft(bool on);
    void toggleExport();
    void startExport(const QString& name);
    void write(const api::ConnectionList& connections);
    void endExport(const api::Result<void>& result);
    void cannotWrite(const client::WholeFile& file);

    const Shared& shared_;
    models::HistoryModel model_;
    QTimer typing_;  // a search goes to the helper when the typing rests
    QString search_;
    bool away_ = false;
    bool current_ = false;  // what is shown need not be asked for again
    client::HistoryReader reader_;
    std::unique_ptr<client::WholeFile> file_;  // while it is being written
    bool asCsv_ = true;
    qint64 written_ = 0;  // connections
    std::function<QString()> pick_;
    models::TotalsModel totals_;
    qint64 leftMs_ = 0;
    QPushButton* reload_;
    QPushButton* sinceLeft_;
    QLabel* since_;
    QPushButton* export_;
    QPushButton* showTotals_;
    QLabel* state_;
    QStackedWidget* stack_;
    QTreeView* tree_;
    QTreeView* totalsTree_;
    widgets::RowDelegate* delegate_;
    widgets::RowActions* actions_ = nullptr;
    widgets::EmptyNote* empty_ = nullptr;
    widgets::EmptyNote* noTotals_ = nullptr;
};

}  // namespace sallyport::views
