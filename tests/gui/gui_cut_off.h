// What a person cannot read because there is no room for it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollArea>
#include <QStyleOptionComboBox>
#include <QTreeView>

#include "widgets/elided_label.h"

namespace sallyport::tests {

namespace cut {

inline bool scrolls(const QWidget* widget) {
    for (const QWidget* up = widget->parentWidget(); up; up = up->parentWidget()) {
        if (qobject_cast<const QAbstractScrollArea*>(up))
            return true;
    }
    return false;
}

inline bool label(const QLabel* label) {
    if (label->text().isEmpty() || qobject_cast<const widgets::ElidedLabel*>(label))
        return false;
    return label->wordWrap() ? label->heightForWidth(label->width()) > label->height()
                             : label->sizeHint().width() > label->width();
}

inline bool button(const QAbstractButton* button) {
    return !button->text().isEmpty() && (button->sizeHint().width() > button->width() ||
                                         button->minimumSizeHint().height() > button->height());
}

inline bool combo(const QComboBox* box) {
    QStyleOptionComboBox option;
    option.initFrom(box);
    option.editable = false;
    const QRect field = box->style()->subControlRect(QStyle::CC_ComboBox, &option,
                                                     QStyle::SC_ComboBoxEditField, box);
    return box->fontMetrics().horizontalAdvance(box->currentText()) > field.width();
}

inline bool line(const QLineEdit* line) {
    constexpr int kMargins = 4;  // QLineEdit's own, on both sides
    return line->text().isEmpty() &&
           line->fontMetrics().horizontalAdvance(line->placeholderText()) + kMargins >
               line->width();
}

// The texts in columns of `boundless` may be shortened: nobody knows how long they are.
inline QStringList tree(const QTreeView* tree, const QList<int>& boundless) {
    QStringList found;
    const QAbstractItemModel* model = tree->model();
    const QHeaderView* header = tree->header();
    for (int column = 0; column < model->columnCount(); ++column) {
        if (header->isSectionHidden(column))
            continue;
        const QString title = model->headerData(column, Qt::Horizontal).toString();
        if (header->sectionSizeHint(column) > header->sectionSize(column))
            found += QStringLiteral("title of the column ") + title;
        if (boundless.contains(column))
            continue;
        constexpr int kMostRows = 100;
        QModelIndex row = model->index(0, 0);
        for (int seen = 0; row.isValid() && seen < kMostRows; ++seen) {
            const QModelIndex cell = row.siblingAtColumn(column);
            if (tree->sizeHintForIndex(cell).width() > header->sectionSize(column))
                found += title + QStringLiteral(": ") + cell.data().toString();
            row = tree->indexBelow(row);
        }
    }
    return found;
}

inline QString judge(const QWidget* widget) {
    if (const auto* it = qobject_cast<const QLabel*>(widget))
        return label(it) ? it->text() : QString();
    if (const auto* it = qobject_cast<const QAbstractButton*>(widget))
        return button(it) ? it->text() : QString();
    if (const auto* it = qobject_cast<const QComboBox*>(widget))
        return combo(it) ? it->currentText() : QString();
    if (const auto* it = qobject_cast<const QLineEdit*>(widget))
        return line(it) ? it->placeholderText() : QString();
    if (const auto* it = qobject_cast<const QListWidget*>(widget))
        return !it->wordWrap() && it->sizeHintForColumn(0) > it->viewport()->width()
                   ? it->objectName()
                   : QString();
    return {};
}

}  // namespace cut

// The texts in `window` that are cut off or reach beyond it. `boundless`: for trees by their
// object's name, the columns that may be shortened.
inline QStringList cutOff(const QWidget& window, const QHash<QString, QList<int>>& boundless) {
    QStringList found;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &window)
            continue;
        if (const QString text = cut::judge(widget); !text.isEmpty())
            found += QStringLiteral("cut off: ") + text;
        if (const auto* tree = qobject_cast<const QTreeView*>(widget))
            found += cut::tree(tree, boundless.value(tree->objectName()));
        if (const auto* area = qobject_cast<const QScrollArea*>(widget);
            area && area->widget() && area->widget()->width() > area->viewport()->width())
            found += QStringLiteral("wider than its frame: %1 %2")
                         .arg(QLatin1String(area->metaObject()->className()), area->objectName());
        const QRect place(widget->mapTo(&window, QPoint()), widget->size());
        if (!cut::scrolls(widget) && !window.rect().contains(place))
            found +=
                QStringLiteral("beyond the window: %1 %2")
                    .arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
    }
    return found;
}

}  // namespace sallyport::tests
