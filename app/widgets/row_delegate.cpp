// Rows of connections: see row_delegate.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/row_delegate.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <cstdlib>

#include "widgets/contrast.h"
#include "widgets/state_look.h"
#include "widgets/traffic_graph.h"

namespace sallyport::widgets {

namespace {

constexpr double kMostFaded = 0.35;  // still readable

QIcon dot(const QColor& color, int size) {
    QPixmap pixmap(size * 2, size * 2);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const double margin = size * 0.2;
    painter.drawEllipse(QRectF(margin, margin, size - 2 * margin, size - 2 * margin));
    QIcon icon;
    for (const auto mode : {QIcon::Normal, QIcon::Disabled, QIcon::Selected})
        icon.addPixmap(pixmap, mode);
    return icon;
}

// The palette's own, unless nobody could read it on this background (dark schemes often forget it);
// the underline says enough then.
QColor linkColor(const QPalette& palette) {
    constexpr int kReadable = 90;  // of 255
    const QColor link = palette.color(QPalette::Link);
    const int apart = qGray(link.rgb()) - qGray(palette.color(QPalette::Base).rgb());
    return std::abs(apart) >= kReadable ? link : palette.color(QPalette::Text);
}

// What is disabled need not be readable; what is only old is read.
void makeReadable(QPalette& palette) {
    const auto active = [&](QPalette::ColorRole role) {
        return palette.color(QPalette::Active, role);
    };
    const QColor text = active(QPalette::Text);
    const QColor base = active(QPalette::Base), every2nd = active(QPalette::AlternateBase);
    palette.setColor(
        QPalette::Disabled, QPalette::Text,
        faint(text, contrast(text, base) < contrast(text, every2nd) ? base : every2nd));
    for (const auto role : {QPalette::Highlight, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, active(role));
}

}  // namespace

QStringList withDots(const QStringList& states) {
    QStringList wide = states;
    for (QString& text : wide)
        text.prepend(QStringLiteral("MM"));
    return wide;
}

RowDelegate::RowDelegate(RowLook look, QObject* parent)
    : QStyledItemDelegate(parent), look_(look) {}

void RowDelegate::follow(const QModelIndex& row) {
    if (const QModelIndex link = row.siblingAtColumn(look_.linkColumn); isLink(link))
        emit linkClicked(link.data(look_.linkRole).toUInt());
}

void RowDelegate::setCovered(const QModelIndex& row, const QRect& part) {
    coveredRow_ = row;
    covered_ = part;
}

bool RowDelegate::isLink(const QModelIndex& index) const {
    return index.column() == look_.linkColumn && index.data(look_.linkRole).toUInt() != 0;
}

void RowDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() == look_.pathColumn)
        option->textElideMode = Qt::ElideMiddle;
    if (index.column() == look_.stateColumn && index.data(look_.stateRole).isValid()) {
        const auto state = api::ConnectionState(index.data(look_.stateRole).toInt());
        const int size = option->fontMetrics.height();
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(size, size);
        option->icon = dot(stateColor(state, option->palette), size);
    }
    if (isLink(index)) {
        option->font.setUnderline(true);
        option->palette.setColor(QPalette::Text, linkColor(option->palette));
    }
    if (stale_) {
        option->state &= ~QStyle::State_Enabled;
        makeReadable(option->palette);
    }
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    const double fade = look_.fadeRole < 0 ? 0.0 : index.data(look_.fadeRole).toDouble();
    const double before = painter->opacity();
    if (fade > 0)
        painter->setOpacity(before * (1.0 - fade * (1.0 - kMostFaded)));
    QStyleOptionViewItem room = option;
    if (coveredRow_.isValid() && index.siblingAtColumn(0) == coveredRow_ &&
        option.rect.intersects(covered_)) {
        QStyleOptionViewItem whole = option;
        initStyleOption(&whole, index);
        const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &whole, painter, option.widget);
        if (option.direction == Qt::RightToLeft)
            room.rect.setLeft(std::min(covered_.right() + 1, option.rect.right()));
        else
            room.rect.setRight(std::max(covered_.left() - 1, option.rect.left()));
    }
    drawTrail(painter, option, index);
    QStyledItemDelegate::paint(painter, room, index);
    painter->setOpacity(before);
}

// Under the text, and under the mark of a selected row: the number is what is read.
void RowDelegate::drawTrail(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    constexpr int kFaint = 64;  // of 255
    const auto parts =
        look_.trailRole < 0 ? QList<float>() : index.data(look_.trailRole).value<QList<float>>();
    if (parts.size() < 2)
        return;
    const QRectF room = QRectF(option.rect).adjusted(1, 1, -1, 0);
    const double step = room.width() / double(parts.size() - 1);
    QPolygonF hill{room.bottomLeft()};
    for (qsizetype at = 0; at < parts.size(); ++at)
        hill += QPointF(room.left() + double(at) * step,
                        room.bottom() - double(parts[at]) * room.height());
    hill += room.bottomRight();
    QColor color =
        index.column() == look_.upColumn ? upColor(option.palette) : downColor(option.palette);
    color.setAlpha(kFaint);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(color);
    painter->drawPolygon(hill);
    painter->restore();
}

// The same for every row, so that rows can be counted instead of measured.
QSize RowDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QSize hint = QStyledItemDelegate::sizeHint(option, index);
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    const int button = style->pixelMetric(QStyle::PM_ButtonMargin, nullptr, option.widget);
    return {hint.width(), std::max(hint.height(), option.fontMetrics.height() + button + 2)};
}

bool RowDelegate::editorEvent(QEvent* event, QAbstractItemModel* model,
                              const QStyleOptionViewItem& option, const QModelIndex& index) {
    if (event->type() == QEvent::MouseButtonRelease && isLink(index) &&
        static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton) {
        emit linkClicked(index.data(look_.linkRole).toUInt());
        return true;
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

}  // namespace sallyport::widgets
