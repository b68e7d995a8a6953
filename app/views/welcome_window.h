// The first start: what Sallyport does, what it shall do with what has no rule, and who
// communicates already. Nothing in it has to be done.
//
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "client/firewall.h"
#include "models/questions_model.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace sallyport::widgets {
class MessageBar;
}

namespace sallyport::views {

class WelcomeChoice;
class WelcomeNow;

class WelcomeWindow : public QDialog {
    Q_OBJECT
  public:
    // Both must outlive it.
    WelcomeWindow(client::Firewall& firewall, models::QuestionsModel& questions,
                  QWidget* parent = nullptr);
    ~WelcomeWindow() override;

  signals:
    // Gone through, skipped or closed. Comes once.
    void ended(bool connectionsWanted);

  private:
    QWidget* buildButtons();
    void turnTo(int pane);
    bool isChoice() const;
    void showProblem();
    void goOn();
    void choose();
    void countQuestions();
    void end(int result);

    client::Firewall& firewall_;
    models::QuestionsModel& questions_;
    QStackedWidget* panes_;
    WelcomeChoice* choice_;
    WelcomeNow* now_;
    widgets::MessageBar* message_;
    QLabel* waiting_;
    QLabel* step_;
    QPushButton* skip_;
    QPushButton* back_;
    QPushButton* next_;
    bool choosing_ = false;  // the helper has not answered yet
    bool connectionsWanted_ = false;
};

}  // namespace sallyport::views
