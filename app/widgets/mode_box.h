// A choice that counts at once.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace sallyport::widgets {

// Nothing is chosen without its list being open: the wheel scrolls what the box lies on, and the
// keys that would turn to another entry open the list.
class ModeBox : public QComboBox {
    Q_OBJECT
  public:
    using QComboBox::QComboBox;

  protected:
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace sallyport::widgets
