// One line of plain text that loses its middle when there is no room; the whole is its tool tip.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

namespace sallyport::widgets {

class MiddleLabel : public QFrame {
    Q_OBJECT
  public:
    explicit MiddleLabel(QWidget* parent = nullptr);

    void setText(const QString& text);  // already fit to be shown (plain_text.h)
    QString text() const { return text_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString text_;
};

}  // namespace sallyport::widgets
