// Everything known about the selected row of the connections.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPersistentModelIndex>
#include <QPointer>
#include <QScrollArea>
#include <QTimer>

#include "views/page.h"

class QVBoxLayout;
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
    // What the row's reasons hang on: the newest connection's, and the rule if one decided all.
    struct Decision {
        api::ConnectionId connection = 0;
        api::ConnectionState state{};
        api::Reason reason{};
        api::RuleId rule = 0, ofAll = 0;
        bool ended = false;
        bool operator==(const Decision& other) const = default;
    };

    Decision decision() const;
    void follow(const QModelIndex& first, const QModelIndex& last);
    void refresh();
    void showRow();
    void showRemote();
    bool isListening() const;  // the row's newest connection is none, somebody waits for calls
    bool usesEncryptedDns() const;
    void askProcess(api::ConnectionId id);
    void askWhy(api::ConnectionId id);
    void showProcess(const api::Process& process);
    void sayFact(QLabel* label, const QString& name, const QString& text);
    QLabel* addLine(const QString& name, const QString& text);
    void showBytes(const api::Connection& connection);

    const Shared& shared_;
    QPersistentModelIndex row_;
    QTimer soon_;  // one question to the helper however fast somebody scrolls
    bool usable_ = true;
    int round_ = 0;
    Decision shown_;
    QLabel* icon_;
    QLabel* name_;
    QLabel* what_;
    QPushButton* allow_;
    QPushButton* block_;
    QPushButton* rule_;
    QPushButton* encryptedDns_;
    QVBoxLayout* facts_;
    QPointer<QLabel> received_;  // while one connection is shown
    QPointer<QLabel> sent_;
    QLabel* whyTitle_;
    ExplanationView* why_;
};

}  // namespace sallyport::views
