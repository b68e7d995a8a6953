// Bytes a second over the last minutes, with a span of time that can be chosen.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>
#include <QTimer>
#include <QWidget>
#include <functional>
#include <optional>

#include "models/traffic_series.h"

namespace sallyport::widgets {

// What stands for received and for sent, wherever traffic is drawn.
QColor downColor(const QPalette& palette);
QColor upColor(const QPalette& palette);

// Drag to choose a span; a click or Escape lets go of it. Left and Right move it by a second, with
// Shift they make it longer or shorter, with Control ten times as far.
class TrafficGraph : public QWidget {
    Q_OBJECT
  public:
    // `series` outlives it; `now` gives Unix milliseconds.
    TrafficGraph(const models::TrafficSeries& series, std::function<qint64()> now,
                 QWidget* parent = nullptr);

    const std::optional<models::Span>& span() const { return span_; }
    void setSpan(std::optional<models::Span> span);
    // Where a time stands, in this widget's coordinates.
    int xOf(qint64 ms) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  signals:
    void spanChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void advance();
    void describe();
    void move(qint64 byMs, bool extend);
    qint64 timeAt(double x) const;
    QRectF plot() const;
    double highest() const;
    void drawCurve(QPainter& painter, double models::TrafficSeries::Second::*value, double highest,
                   const QColor& color) const;
    void drawWords(QPainter& painter, double highest) const;

    const models::TrafficSeries& series_;
    std::function<qint64()> now_;
    QTimer timer_;
    qint64 nowMs_;  // at the end of the axis
    std::optional<models::Span> span_;
    std::optional<double> pressed_;  // where the drag began
    bool dragged_ = false;
};

}  // namespace sallyport::widgets
