// Escape closes what opened beside a list.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QKeyEvent>

namespace sallyport::views {

// Pressed in any part of `sheet` that has no use for it, Escape clicks `close`. No shortcut: that
// would come before a list of choices that is open.
class EscapeKey : public QObject {
  public:
    EscapeKey(QWidget* sheet, QAbstractButton* close) : QObject(sheet), close_(close) {
        sheet->installEventFilter(this);
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::KeyPress ||
            static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape)
            return QObject::eventFilter(watched, event);
        close_->click();
        return true;
    }

  private:
    QAbstractButton* close_;
};

}  // namespace sallyport::views
