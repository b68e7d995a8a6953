// Bytes a second over the last minutes: see traffic_graph.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/traffic_graph.h"

#include <QAccessible>
#include <QApplication>
#include <QDateTime>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionFocusRect>
#include <algorithm>
#include <cmath>

#include "models/words.h"
#include "widgets/state_look.h"

namespace sallyport::widgets {

using models::Span;
using models::TrafficSeries;
using models::Words;

namespace {

constexpr qint64 kSecondMs = 1000;
constexpr qint64 kWindowMs = TrafficSeries::kSeconds * kSecondMs;
constexpr double kLeastScale = 1024;  // bytes a second: what is less is a low hill, not a mountain

QString clockTime(qint64 ms) {
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms).time(), QLocale::LongFormat);
}

// Whole seconds, in the past, at least one.
Span tidied(qint64 fromMs, qint64 toMs, qint64 nowMs) {
    const qint64 last = nowMs / kSecondMs * kSecondMs;
    const auto whole = [&](qint64 ms) {
        return std::clamp(ms / kSecondMs * kSecondMs, last - kWindowMs + kSecondMs, last);
    };
    return {whole(std::min(fromMs, toMs)), whole(std::max(fromMs, toMs)) + kSecondMs - 1};
}

}  // namespace

QColor downColor(const QPalette& palette) {
    return stateColor(api::ConnectionState::Undecided, palette);
}

QColor upColor(const QPalette& palette) {
    return stateColor(api::ConnectionState::Held, palette);
}

TrafficGraph::TrafficGraph(const TrafficSeries& series, std::function<qint64()> now,
                           QWidget* parent)
    : QWidget(parent), series_(series), now_(std::move(now)), nowMs_(now_()) {
    setObjectName(QStringLiteral("trafficGraph"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::CrossCursor);
    setAccessibleName(tr("Traffic of the last 5 minutes"));
    setToolTip(Words::tip(
        tr("Drag over a span of time to see only the connections that were alive in it. A click or "
           "Escape shows all again. With the keyboard: arrows, with Shift to make it longer.")));
    timer_.setInterval(int(kSecondMs));
    connect(&timer_, &QTimer::timeout, this, &TrafficGraph::advance);
    describe();
}

QSize TrafficGraph::sizeHint() const {
    constexpr int kLines = 5;
    return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * kLines};
}

QSize TrafficGraph::minimumSizeHint() const {
    return {fontMetrics().averageCharWidth() * 20, sizeHint().height()};
}

void TrafficGraph::setSpan(std::optional<Span> span) {
    if (span_ == span)
        return;
    span_ = span;
    describe();
    update();
    emit spanChanged();
}

// A span that has left the picture is chosen no more.
void TrafficGraph::advance() {
    nowMs_ = now_();
    if (span_ && span_->toMs < nowMs_ - kWindowMs)
        setSpan(std::nullopt);
    update();
}

void TrafficGraph::describe() {
    const QString text = span_ ? tr("Only connections that were alive between %1 and %2 are shown")
                                     .arg(clockTime(span_->fromMs), clockTime(span_->toMs))
                               : tr("All connections are shown; arrow keys choose a span of time");
    if (text == accessibleDescription())
        return;
    setAccessibleDescription(text);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

QRectF TrafficGraph::plot() const {
    constexpr double kEdge = 1.5;
    const double words = fontMetrics().height() * 1.2;
    return QRectF(rect()).adjusted(kEdge, words, -kEdge, -kEdge);
}

int TrafficGraph::xOf(qint64 ms) const {
    const QRectF area = plot();
    const double part = double(ms - (nowMs_ - kWindowMs)) / double(kWindowMs);
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    return int(std::lround(area.left() + area.width() * (mirrored ? 1 - part : part)));
}

qint64 TrafficGraph::timeAt(double x) const {
    const QRectF area = plot();
    double part = std::clamp((x - area.left()) / area.width(), 0.0, 1.0);
    if (layoutDirection() == Qt::RightToLeft)
        part = 1 - part;
    return nowMs_ - kWindowMs + qint64(part * double(kWindowMs));
}

double TrafficGraph::highest() const {
    double most = kLeastScale;
    for (const TrafficSeries::Second& second : series_.seconds())
        most = std::max({most, second.received, second.sent});
    return most;
}

void TrafficGraph::drawCurve(QPainter& painter, double TrafficSeries::Second::*value,
                             double highest, const QColor& color) const {
    const QRectF area = plot();
    QPainterPath line;
    line.moveTo(xOf(nowMs_ - kWindowMs), area.bottom());
    qint64 before = 0;
    const auto to = [&](qint64 second, double bytes) {
        line.lineTo(xOf(second * kSecondMs), area.bottom() - area.height() * bytes / highest);
        before = second;
    };
    for (const TrafficSeries::Second& second : series_.seconds()) {
        if (second.second > before + 1) {  // nothing moved in between
            if (before)
                to(before + 1, 0);
            to(second.second - 1, 0);
        }
        to(second.second, second.*value);
    }
    if (before && before + 1 <= nowMs_ / kSecondMs)
        to(before + 1, 0);
    line.lineTo(xOf(nowMs_), area.bottom());
    QPainterPath hill = line;
    hill.closeSubpath();
    QColor faint = color;
    constexpr int kFaint = 60;
    faint.setAlpha(kFaint);
    painter.fillPath(hill, faint);
    painter.setPen(QPen(color, 1.5));
    painter.drawPath(line);
}

void TrafficGraph::drawWords(QPainter& painter, double highest) const {
    const TrafficSeries::Second* last =
        series_.seconds().empty() ? nullptr : &series_.seconds().back();
    // The second that runs is not whole yet, the one before is.
    const bool fresh = last && last->second >= nowMs_ / kSecondMs - 2;
    const auto rate = [&](double bytes) {
        return bytes < 1 ? Words::bytes(0) : Words::rate(bytes);
    };
    const int space = fontMetrics().averageCharWidth() * 3;
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    QRectF line(2, 0, width() - 4, fontMetrics().height() * 1.2);
    // `line` begins anew behind the word. A text reads in its own direction, wherever it stands.
    const auto word = [&](const QString& text, const QColor& color, bool atEnd = false) {
        const double used = fontMetrics().horizontalAdvance(text) + space;
        if (used > line.width())
            return;
        painter.setPen(color);
        painter.setLayoutDirection(text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
        const Qt::Alignment side = mirrored == atEnd ? Qt::AlignLeft : Qt::AlignRight;
        painter.drawText(line, int(side | Qt::AlignAbsolute | Qt::AlignVCenter), text);
        line.adjust(mirrored ? 0 : used, 0, mirrored ? -used : 0, 0);
    };
    word(tr("Down %1", "traffic").arg(rate(fresh ? last->received : 0)), downColor(palette()));
    word(tr("Up %1", "traffic").arg(rate(fresh ? last->sent : 0)), upColor(palette()));
    word(tr("5 minutes, up to %1", "traffic: span of the graph, highest rate")
             .arg(Words::rate(highest)),
         palette().color(QPalette::WindowText), true);
}

void TrafficGraph::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRectF area = plot();
    painter.fillRect(area, palette().base());
    const double most = highest();
    if (span_) {
        QColor chosen = palette().color(QPalette::Highlight);
        constexpr int kClear = 90;
        chosen.setAlpha(kClear);
        const double from = xOf(span_->fromMs), to = xOf(span_->toMs);
        const QRectF mark(QPointF(std::min(from, to), area.top()),
                          QPointF(std::max(from, to), area.bottom()));
        painter.fillRect(mark & area, chosen);
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(mark & area);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setClipRect(area);
    drawCurve(painter, &TrafficSeries::Second::received, most, downColor(palette()));
    drawCurve(painter, &TrafficSeries::Second::sent, most, upColor(palette()));
    painter.restore();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(area);
    drawWords(painter, most);
    if (hasFocus()) {
        QStyleOptionFocusRect option;
        option.initFrom(this);
        option.rect = area.toAlignedRect().adjusted(1, 1, -1, -1);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
    }
}

void TrafficGraph::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    pressed_ = event->position().x();
    dragged_ = false;
}

void TrafficGraph::mouseMoveEvent(QMouseEvent* event) {
    if (!pressed_)
        return;
    const double x = event->position().x();
    dragged_ = dragged_ || std::abs(x - *pressed_) >= QApplication::startDragDistance();
    if (dragged_)
        setSpan(tidied(timeAt(*pressed_), timeAt(x), nowMs_));
}

void TrafficGraph::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !pressed_)
        return QWidget::mouseReleaseEvent(event);
    pressed_.reset();
    if (!dragged_)
        setSpan(std::nullopt);
}

// The first key chooses the last ten seconds.
void TrafficGraph::move(qint64 byMs, bool extend) {
    constexpr qint64 kFirstMs = 10 * kSecondMs;
    if (!span_)
        return setSpan(tidied(nowMs_ - kFirstMs + kSecondMs, nowMs_, nowMs_));
    const qint64 from = span_->fromMs + (extend ? 0 : byMs);
    const qint64 to = std::max(span_->toMs + byMs, from);
    const Span next = tidied(from, to, nowMs_);
    // At an end of the picture it does not get shorter.
    if (extend || next.toMs - next.fromMs == span_->toMs - span_->fromMs)
        setSpan(next);
}

void TrafficGraph::keyPressEvent(QKeyEvent* event) {
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const qint64 step = kSecondMs * (event->modifiers() & Qt::ControlModifier ? 10 : 1);
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
        case Qt::Key_Left:
            return move(mirrored ? step : -step, extend);
        case Qt::Key_Right:
            return move(mirrored ? -step : step, extend);
        case Qt::Key_Escape:
            if (span_)
                return setSpan(std::nullopt);
            break;
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

void TrafficGraph::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    timer_.start();
    advance();
}

void TrafficGraph::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    timer_.stop();
}

}  // namespace sallyport::widgets
