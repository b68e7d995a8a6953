// One line of plain text that gives up its middle when there is no room, and then shows the whole
// in its tool tip, if it has none of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace sallyport::widgets {

class ElidedLabel : public QLabel {
    Q_OBJECT
  public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    void setElideMode(Qt::TextElideMode mode) { mode_ = mode; }
    // Paths and addresses run from left to right in every language.
    void setForcedLeftToRight(bool forced) { leftToRight_ = forced; }

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    QString shown() const;

    Qt::TextElideMode mode_ = Qt::ElideMiddle;
    bool leftToRight_ = false;
};

}  // namespace sallyport::widgets
