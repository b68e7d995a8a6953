// Which rules could apply to a connection, in order, and why one of them decided.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/question.h"
#include "models/rule_book.h"

class QLabel;
class QVBoxLayout;

namespace sallyport::views {

class ExplanationView : public QWidget {
    Q_OBJECT
  public:
    explicit ExplanationView(const models::RuleBook& book, QWidget* parent = nullptr);

    // Of a connection that is, or of one that might be.
    void show(const api::Explanation& explanation, bool happened);
    void say(const QString& text);  // instead
    QString text() const;           // all that is shown, a line each

  private:
    void clear();
    void showNames(const api::Explanation& explanation);
    QLabel* addLine(const QString& text, bool faint = false);

    const models::RuleBook& book_;
    QVBoxLayout* lines_;
};

}  // namespace sallyport::views
