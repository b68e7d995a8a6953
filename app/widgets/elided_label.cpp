// Drawing a line without its middle.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elided_label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>
#include <algorithm>

namespace sallyport::widgets {
namespace {

constexpr int kLeastCharacters = 8;
constexpr int kMostCharacters = 60;

}  // namespace

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QString ElidedLabel::shown() const {
    return fontMetrics().elidedText(text(), mode_, contentsRect().width());
}

QSize ElidedLabel::minimumSizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    const int least = kLeastCharacters * metrics.averageCharWidth();
    return {std::min(least, sizeHint().width()), metrics.height()};
}

QSize ElidedLabel::sizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    const int most = kMostCharacters * metrics.averageCharWidth();
    const QMargins margins = contentsMargins();
    const int width = metrics.horizontalAdvance(text()) + 1 + margins.left() + margins.right();
    return {std::min(width, most), metrics.height() + margins.top() + margins.bottom()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    int flags = static_cast<int>(QStyle::visualAlignment(layoutDirection(), alignment())) |
                Qt::TextSingleLine;
    if (leftToRight_)
        flags |= Qt::TextForceLeftToRight;
    style()->drawItemText(&painter, contentsRect(), flags, palette(), isEnabled(), shown(),
                          foregroundRole());
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !toolTip().isEmpty())
        return QLabel::event(event);
    // Escaped: a tool tip takes what looks like markup for markup.
    const QString whole = shown() == text() ? QString() : text().toHtmlEscaped();
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), whole, this);
    return true;
}

}  // namespace sallyport::widgets
