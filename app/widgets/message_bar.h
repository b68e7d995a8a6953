// A line that tells of a change and takes it back, or of something wrong.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace sallyport::widgets {

// Hidden while it has nothing to say. Text is plain.
class MessageBar : public QFrame {
    Q_OBJECT
  public:
    enum class Tone { Note, Warning };
    // `action`: the text of its button, none when empty.
    MessageBar(const QString& action, bool closable, QWidget* parent = nullptr);

    void tell(const QString& text, Tone tone, bool withAction);
    QString text() const;
    QPushButton* actionButton() const { return action_; }

  signals:
    void actionTriggered();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void tint();

    QLabel* icon_;
    QLabel* label_;
    QPushButton* action_;
    QToolButton* close_;
    Tone tone_ = Tone::Note;
};

}  // namespace sallyport::widgets
