// Everything known about the selected row of the connections.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPersistentModelIndex>
#include <QScrollArea>
#include <QTimer>

#include "views/page.h"

class QVBoxLayout;
class QLabel;
class QPushButton;

namespace sallyport::views {

class ExplanationView;

class Inspector : public QScrollArea {
    Q_OBJECT
  public:
    explicit Inspector(const Shared& shared, QWidget* parent = nullptr);

    // An index of the ConnectionsModel; invalid: nothing is selected.
    void inspect(const QModelIndex& row);
    void setUsable(bool usable);
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

  signals:
    void chosen(sallyport::api::Action action);
    void ruleRequested(sallyport::api::RuleId id);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void refresh();
    void showRow();
    void showRemote();
    bool isListening() const;  // the row's newest connection is none, somebody waits for calls
    bool usesEncryptedDns() const;
    void askProcess(api::ConnectionId id);
    void askWhy(api::ConnectionId id);
    void showProcess(const api::Process& process);
    void addLine(const QString& name, const QString& text);

    const Shared& shared_;
    QPersistentModelIndex row_;
    QTimer soon_;  // one question to the helper however fast somebody scrolls
    bool usable_ = true;
    int round_ = 0;
    QLabel* icon_;
    QLabel* name_;
    QLabel* what_;
    QPushButton* allow_;
    QPushButton* block_;
    QPushButton* rule_;
    QPushButton* encryptedDns_;
    QVBoxLayout* facts_;
    QLabel* whyTitle_;
    ExplanationView* why_;
};

}  // namespace sallyport::views
