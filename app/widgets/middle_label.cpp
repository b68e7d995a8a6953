// A label that loses its middle: see middle_label.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/middle_label.h"

#include <QPainter>
#include <QStyle>

#include "models/words.h"

namespace sallyport::widgets {

MiddleLabel::MiddleLabel(QWidget* parent) : QFrame(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MiddleLabel::setText(const QString& text) {
    text_ = text;
    setToolTip(models::Words::tip(text));
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize MiddleLabel::sizeHint() const {
    return {fontMetrics().horizontalAdvance(text_) + 1, fontMetrics().height()};
}

QSize MiddleLabel::minimumSizeHint() const {
    constexpr int kFewest = 8;  // characters
    return {fontMetrics().averageCharWidth() * kFewest, fontMetrics().height()};
}

void MiddleLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QString shown = fontMetrics().elidedText(text_, Qt::ElideMiddle, width());
    style()->drawItemText(
        &painter, rect(),
        int(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft)) | int(Qt::AlignVCenter),
        palette(), isEnabled(), shown, foregroundRole());
}

}  // namespace sallyport::widgets
