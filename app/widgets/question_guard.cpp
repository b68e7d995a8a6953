// Waking buttons some time after they were drawn.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/question_guard.h"

#include <QAbstractButton>
#include <QEvent>
#include <QWidget>

namespace sallyport::widgets {

AnswerGuard::AnswerGuard(QWidget* window) : QObject(window), window_(window) {
    window_->installEventFilter(this);
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setInterval(kAsleepMs);
    connect(&timer_, &QTimer::timeout, this, [this] {
        awake_ = true;
        apply();
        emit woke();
    });
}

void AnswerGuard::guard(QAbstractButton* button) {
    buttons_.append(button);
    button->setEnabled(awake());
}

void AnswerGuard::rearm() {
    timer_.stop();
    awake_ = false;
    waitingForPaint_ = true;
    apply();
    window_->update();
}

void AnswerGuard::setHeld(bool held) {
    held_ = held;
    apply();
}

void AnswerGuard::apply() {
    for (QAbstractButton* button : std::as_const(buttons_))
        button->setEnabled(awake());
}

bool AnswerGuard::eventFilter(QObject* watched, QEvent* event) {
    if (watched == window_ && event->type() == QEvent::Paint && waitingForPaint_) {
        waitingForPaint_ = false;
        timer_.start();
    }
    if (watched == window_ && event->type() == QEvent::Hide)
        rearm();
    return QObject::eventFilter(watched, event);
}

}  // namespace sallyport::widgets
