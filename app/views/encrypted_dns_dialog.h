// The ready rules against encrypted DNS of a program's own, shown before they are made.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "views/page.h"

class QLabel;
class QListWidget;
class QPushButton;
class QRadioButton;

namespace sallyport::views {

class EncryptedDnsDialog : public QDialog {
    Q_OBJECT
  public:
    // `app`: the program that was seen to use it. Without a file it cannot have lasting rules of
    // its own, and those for all programs are offered alone.
    EncryptedDnsDialog(const Shared& shared, const api::AppIdentity& app,
                       QWidget* parent = nullptr);

    void setUsable(bool usable);

  private:
    QList<api::Rule> rules() const;
    void showRules();
    void make();

    const Shared& shared_;
    const api::AppIdentity app_;
    QRadioButton* one_;
    QRadioButton* all_;
    QLabel* count_;
    QListWidget* list_;
    QPushButton* block_;
};

}  // namespace sallyport::views
