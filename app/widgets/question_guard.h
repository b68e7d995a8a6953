// Keeps buttons asleep until a person has had time to see what they would answer.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QTimer>

class QAbstractButton;
class QWidget;

namespace sallyport::widgets {

// The time counts from the first paint of `window` after rearm(): a window that is not drawn
// (another workspace, covered from the start) never wakes.
class AnswerGuard : public QObject {
    Q_OBJECT
  public:
    static constexpr int kAsleepMs = 700;

    explicit AnswerGuard(QWidget* window);

    void guard(QAbstractButton* button);
    // What is shown changed: sleep again.
    void rearm();
    // Buttons stay asleep while held, whatever the time: an answer is on its way.
    void setHeld(bool held);
    bool awake() const { return awake_ && !held_; }

  signals:
    void woke();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void apply();

    QWidget* window_;
    QList<QAbstractButton*> buttons_;
    QTimer timer_;
    bool waitingForPaint_ = true;
    bool awake_ = false;
    bool held_ = false;
};

}  // namespace sallyport::widgets
