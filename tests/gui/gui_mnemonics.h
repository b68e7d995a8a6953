// Keys with Alt that a window gives twice: none of the two would do anything.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QAction>
#include <QKeySequence>
#include <QLabel>
#include <QMap>
#include <QMenu>
#include <QWidget>

namespace sallyport::tests {

// "Alt+E: Einzelheiten, Erlauben" for what is visible in `window`, or stands in a menu.
inline QStringList sharedKeys(const QWidget& window) {
    QMap<QString, QStringList> texts;
    const auto add = [&texts](const QString& text) {
        if (const QKeySequence key = QKeySequence::mnemonic(text); !key.isEmpty())
            texts[key.toString()] += text;
    };
    if (const auto* menu = qobject_cast<const QMenu*>(&window)) {
        for (const QAction* action : menu->actions())
            if (action->isVisible())
                add(action->text());
    }
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &window)
            continue;
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
            add(button->text());
        else if (const auto* label = qobject_cast<const QLabel*>(widget); label && label->buddy())
            add(label->text());
    }
    QStringList found;
    for (auto it = texts.cbegin(); it != texts.cend(); ++it)
        if (it->size() > 1)
            found += it.key() + QStringLiteral(": ") + it->join(QStringLiteral(", "));
    return found;
}

}  // namespace sallyport::tests
