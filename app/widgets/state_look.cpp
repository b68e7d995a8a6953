// How states look: see state_look.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/state_look.h"

#include <QPainter>
#include <QPainterPath>

namespace sallyport::widgets {

namespace {

constexpr int kMiddle = 128;

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Base).lightness() < kMiddle;
}

QPainterPath shield() {
    QPainterPath path;
    path.moveTo(0.5, 0.04);
    path.cubicTo(0.62, 0.13, 0.76, 0.18, 0.90, 0.19);
    path.cubicTo(0.92, 0.55, 0.80, 0.82, 0.5, 0.97);
    path.cubicTo(0.20, 0.82, 0.08, 0.55, 0.10, 0.19);
    path.cubicTo(0.24, 0.18, 0.38, 0.13, 0.5, 0.04);
    return path;
}

void drawSign(QPainter& painter, Protection protection) {
    switch (protection) {
        case Protection::Protected:
            painter.drawPolyline(QPolygonF{{0.30, 0.50}, {0.45, 0.65}, {0.71, 0.36}});
            break;
        case Protection::Waiting:
            painter.drawArc(QRectF(0.37, 0.28, 0.26, 0.24), -90 * 16, 270 * 16);
            painter.drawLine(QPointF(0.5, 0.52), QPointF(0.5, 0.60));
            painter.drawPoint(QPointF(0.5, 0.74));
            break;
        case Protection::Learning:
            painter.drawEllipse(QPointF(0.5, 0.50), 0.24, 0.15);
            painter.drawPoint(QPointF(0.5, 0.50));
            break;
        case Protection::LockedDown:
            painter.drawRect(QRectF(0.34, 0.48, 0.32, 0.24));
            painter.drawArc(QRectF(0.39, 0.29, 0.22, 0.36), 0, 180 * 16);
            break;
        case Protection::Auditing:
            painter.drawEllipse(QPointF(0.46, 0.45), 0.14, 0.14);
            painter.drawLine(QPointF(0.57, 0.56), QPointF(0.68, 0.68));
            break;
        case Protection::Paused:
            painter.drawLine(QPointF(0.41, 0.36), QPointF(0.41, 0.66));
            painter.drawLine(QPointF(0.59, 0.36), QPointF(0.59, 0.66));
            break;
        case Protection::BlockAll:
            painter.drawLine(QPointF(0.30, 0.50), QPointF(0.70, 0.50));
            break;
        case Protection::Off:
            painter.drawLine(QPointF(0.36, 0.36), QPointF(0.64, 0.64));
            painter.drawLine(QPointF(0.64, 0.36), QPointF(0.36, 0.64));
            break;
    }
}

QColor signColor(Protection protection, const QPalette& palette) {
    switch (protection) {
        case Protection::Protected:
        case Protection::LockedDown:
            return stateColor(api::ConnectionState::Allowed, palette);
        case Protection::Waiting:
            return stateColor(api::ConnectionState::Held, palette);
        case Protection::Learning:
            return stateColor(api::ConnectionState::Undecided, palette);
        case Protection::Auditing:
            return stateColor(api::ConnectionState::Audited, palette);
        case Protection::BlockAll:
            return stateColor(api::ConnectionState::Blocked, palette);
        case Protection::Paused:
        case Protection::Off:
            break;
    }
    return palette.color(QPalette::WindowText);
}

}  // namespace

// At least 4.5 to 1 against white, and against the dark bases of the common styles.
QColor stateColor(api::ConnectionState state, const QPalette& palette) {
    const bool dark = isDark(palette);
    switch (state) {
        case api::ConnectionState::Allowed:
            return dark ? QColor(0x6c, 0xd0, 0x7a) : QColor(0x1b, 0x7a, 0x34);
        case api::ConnectionState::Blocked:
            return dark ? QColor(0xff, 0x8a, 0x80) : QColor(0xb7, 0x1c, 0x1c);
        case api::ConnectionState::Held:
            return dark ? QColor(0xff, 0xc1, 0x4d) : QColor(0x9a, 0x5b, 0x00);
        case api::ConnectionState::Audited:
            return dark ? QColor(0xd6, 0xa4, 0xf0) : QColor(0x7b, 0x2f, 0xa8);
        case api::ConnectionState::Listening:
            return dark ? QColor(0xb4, 0xb4, 0xb4) : QColor(0x5f, 0x5f, 0x5f);
        case api::ConnectionState::Undecided:
            break;
    }
    return dark ? QColor(0x82, 0xb1, 0xff) : QColor(0x1a, 0x56, 0xb0);
}

QPixmap protectionPixmap(Protection protection, const QPalette& palette, int size, qreal ratio) {
    QPixmap pixmap(QSize(size, size) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(size, size);
    constexpr double kOutline = 0.07;
    constexpr double kSign = 0.09;
    const QColor color = signColor(protection, palette);
    QColor ground = color;
    constexpr int kFaint = 40;
    ground.setAlpha(kFaint);
    painter.setPen(QPen(color, kOutline, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(ground);
    painter.drawPath(shield());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, kSign, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    drawSign(painter, protection);
    return pixmap;
}

}  // namespace sallyport::widgets
