// A choice that counts at once: see mode_box.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/mode_box.h"

#include <QAbstractItemView>
#include <QKeyEvent>
#include <QWheelEvent>
#include <algorithm>
#include <array>

namespace sallyport::widgets {

void ModeBox::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

void ModeBox::keyPressEvent(QKeyEvent* event) {
    constexpr std::array kTurning{Qt::Key_Up,       Qt::Key_Down, Qt::Key_PageUp,
                                  Qt::Key_PageDown, Qt::Key_Home, Qt::Key_End};
    const bool turns =
        std::find(kTurning.cbegin(), kTurning.cend(), event->key()) != kTurning.cend();
    const bool types = !(event->modifiers() & ~Qt::ShiftModifier) && !event->text().isEmpty() &&
                       event->text().front().isLetterOrNumber();
    if (!turns && !types)
        return QComboBox::keyPressEvent(event);
    showPopup();
    if (types)
        view()->keyboardSearch(event->text());
}

}  // namespace sallyport::widgets
