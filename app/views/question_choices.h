// How far an answer reaches: where to, for whom, for how long.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/question.h"

class QButtonGroup;
class QComboBox;
class QFormLayout;
class QLabel;
class QRadioButton;
class QVBoxLayout;

namespace sallyport::views {

class QuestionChoices : public QWidget {
    Q_OBJECT
  public:
    explicit QuestionChoices(QWidget* parent = nullptr);

    // Offers what fits the question and chooses what QuestionWords suggests.
    void setQuestion(const api::Question& question);
    // What is chosen, with `action`.
    api::Answer answer(api::Action action) const;

  private:
    void fillScopes(const api::Question& question, const api::Answer& suggestion);
    void fillWho(const api::Question& question, const api::Answer& suggestion);
    void fillTerms(const api::Question& question, const api::Answer& suggestion);

    QButtonGroup* scope_;
    QButtonGroup* who_;
    QComboBox* term_;
    QWidget* whoRow_;
    QLabel* whoLabel_;
};

}  // namespace sallyport::views
