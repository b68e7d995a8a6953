// The window that asks. It comes up above others without taking the keyboard from them, and
// nothing in it counts until a person has had time to read it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "api/question.h"
#include "client/firewall.h"
#include "models/questions_model.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace sallyport::widgets {
class AnswerGuard;
}

namespace sallyport::views {

class QuestionChoices;
class QuestionDetails;
class QuestionHeader;
class QuestionRisks;

// One page for each question in `questions`. Both arguments must outlive it.
class QuestionWindow : public QWidget {
    Q_OBJECT
  public:
    QuestionWindow(client::Firewall& firewall, models::QuestionsModel& questions,
                   QWidget* parent = nullptr);
    ~QuestionWindow() override;

    // Shows what waits, also what was put off; nothing when nothing waits.
    void showWaiting();
    void showQuestion(api::QuestionId id);
    // While held back it does not come up by itself; the two above bring it all the same.
    void setHeldBack(bool on) { heldBack_ = on; }
    // The one on the page; nothing when the window is hidden or has only a message.
    std::optional<api::QuestionId> current() const;

  signals:
    // Hidden by the person while questions wait.
    void putOff();
    // Somebody wants to see the rules against it.
    void encryptedDnsWanted(const sallyport::api::AppIdentity& app);

  protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    QWidget* buildCorner();
    QWidget* buildQuestionPage();
    QWidget* buildBody();
    QWidget* buildGroupRow();
    QWidget* buildButtons();

    void appear();
    void place();
    void fitHeight();
    QSize fittingSize();
    void turnTo(int row);
    void turnBy(int step);
    void refreshAround();
    void refreshTime();
    void questionAdded(const api::Question& question);
    void questionWithdrawn(const api::Question& question, const QString& reason);
    void later();
    void answerCurrent(api::Action action);
    void blockProgram();
    void blockEncryptedDns();
    void allowThese();
    void send(api::QuestionId id, const api::Answer& answer);
    void say(const QString& text);
    void showAway();

    client::Firewall& firewall_;
    models::QuestionsModel& questions_;
    widgets::AnswerGuard* guard_ = nullptr;
    QTimer second_;
    api::QuestionId current_ = 0;  // 0: none
    int sending_ = 0;              // answers on their way
    bool placed_ = false;
    bool heldBack_ = false;

    QStackedWidget* pages_ = nullptr;
    QWidget* questionPage_ = nullptr;
    QWidget* awayPage_ = nullptr;
    QWidget* corner_ = nullptr;
    QLabel* count_ = nullptr;
    QToolButton* previous_ = nullptr;
    QToolButton* next_ = nullptr;
    QuestionHeader* header_ = nullptr;
    QuestionRisks* risks_ = nullptr;
    QuestionDetails* details_ = nullptr;
    QuestionChoices* choices_ = nullptr;
    QVBoxLayout* lower_ = nullptr;  // everything below the header
    QScrollArea* scroll_ = nullptr;
    QLabel* time_ = nullptr;
    QLabel* message_ = nullptr;
    QWidget* groupRow_ = nullptr;
    QPushButton* encryptedDns_ = nullptr;
    QPushButton* blockProgram_ = nullptr;
    QPushButton* allowThese_ = nullptr;
    QPushButton* later_ = nullptr;
    QPushButton* block_ = nullptr;
    QPushButton* allow_ = nullptr;
};

}  // namespace sallyport::views
