// What would decide a connection that need not exist.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "views/page.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace sallyport::views {

class ExplanationView;

class AttemptPanel : public QWidget {
    Q_OBJECT
  public:
    explicit AttemptPanel(const Shared& shared, QWidget* parent = nullptr);

    // Fills in something that the rule is about, and asks; says so where that is not known.
    void tryOut(const api::Rule& rule);
    void setUsable(bool usable);

  signals:
    void closed();

  private:
    void ask();
    void choose(quint8 protocol);
    bool read(api::Attempt& attempt, QString& complaint) const;

    const Shared& shared_;
    api::Attempt base_;
    QLineEdit* program_;
    QComboBox* direction_;
    QComboBox* protocol_;
    QLineEdit* remote_;
    QLineEdit* port_;
    QPushButton* ask_;
    ExplanationView* result_;
};

}  // namespace sallyport::views
