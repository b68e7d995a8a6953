// The tray's states, words and icons.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/tray_face.h"

#include <QDateTime>
#include <QFile>
#include <QIconEngine>
#include <QLocale>
#include <QPainter>
#include <QSvgRenderer>
#include <algorithm>
#include <utility>

#include "models/words.h"

// At file scope: the macro declares a function there.
static void initResources() {
    Q_INIT_RESOURCE(sallyport);
}

namespace sallyport::desktop {
namespace {

constexpr int kMostInBadge = 9;

bool paused(const api::Status& status, qint64 nowMs) {
    return status.pausedUntilMs > nowMs;
}

QByteArray drawing(const QString& name, const QColor& color) {
    QFile file(QStringLiteral(":/sallyport/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("#363636", color.name().toLatin1());
}

// The same with wider edges, by a sixteenth of its size: holes stay, so that who tints it by its
// shape alone (alpha) still tells one from another.
QByteArray wider(const QString& name, const QColor& color) {
    return drawing(name, color)
        .replace("fill=\"currentColor\"",
                 "fill=\"currentColor\" stroke=\"currentColor\" stroke-width=\"2\" "
                 "stroke-linejoin=\"round\"");
}

// Named for the desktop, which then takes its theme's and gives it the panel's colour
// (StatusNotifierItem, IconName before IconPixmap); drawn for all others.
class NamedIcon : public QIconEngine {
  public:
    NamedIcon(QString name, QIcon drawn) : name_(std::move(name)), drawn_(std::move(drawn)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode,
               QIcon::State state) override {
        drawn_.paint(painter, rect, Qt::AlignCenter, mode, state);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return drawn_.pixmap(size, mode, state);
    }
    QList<QSize> availableSizes(QIcon::Mode mode, QIcon::State state) override {
        return drawn_.availableSizes(mode, state);
    }
    QString iconName() override { return name_; }
    QIconEngine* clone() const override { return new NamedIcon(*this); }

  private:
    QString name_;
    QIcon drawn_;
};

void drawBadge(QPainter& painter, int count, int size) {
    const double side = size * 0.62;
    const QRectF box(size - side, size - side, side, side);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0xb7, 0x1c, 0x1c));
    painter.drawEllipse(box);
    QFont font = painter.font();
    font.setBold(true);
    font.setPixelSize(std::max(6, static_cast<int>(side * 0.8)));
    painter.setFont(font);
    painter.setPen(Qt::white);
    const QString text = count > kMostInBadge ? QStringLiteral("9+") : QString::number(count);
    painter.drawText(box, Qt::AlignCenter, text);
}

}  // namespace

void loadResources() {
    initResources();
}

TrayState TrayFace::state(bool connected, const api::Status& status, int waiting, qint64 nowMs) {
    if (!connected || !status.enforcing)
        return TrayState::Off;
    if (waiting > 0)
        return TrayState::Waiting;
    if (paused(status, nowMs))
        return TrayState::Paused;
    if (status.blockAll)
        return TrayState::Protected;
    const bool passes = status.mode == api::Mode::Learn || status.mode == api::Mode::Audit;
    return passes ? TrayState::Learning : TrayState::Protected;
}

QString TrayFace::iconName(TrayState state) {
    switch (state) {
        case TrayState::Protected:
            return QStringLiteral("sallyport-protected-symbolic");
        case TrayState::Waiting:
            return QStringLiteral("sallyport-waiting-symbolic");
        case TrayState::Learning:
            return QStringLiteral("sallyport-learning-symbolic");
        case TrayState::Paused:
            return QStringLiteral("sallyport-paused-symbolic");
        case TrayState::Off:
            break;
    }
    return QStringLiteral("sallyport-off-symbolic");
}

QString TrayFace::toolTip(bool connected, const api::Status& status, int waiting, qint64 nowMs) {
    if (!connected)
        return tr("Sallyport: off or not reachable");
    if (!status.enforcing)
        return tr("Sallyport: off, nothing is filtered");
    if (waiting > 0)
        return waiting == 1 ? tr("Sallyport: one question waits")
                            : tr("Sallyport: %n questions wait", nullptr, waiting);
    if (paused(status, nowMs)) {
        const QDateTime until = QDateTime::fromMSecsSinceEpoch(status.pausedUntilMs);
        return tr("Sallyport: paused until %1, everything passes")
            .arg(QLocale().toString(until.time(), QLocale::ShortFormat));
    }
    if (status.blockAll)
        return tr("Sallyport: everything is blocked");
    const QString text = modeTip(status.mode);
    return status.modeUntilMs == 0 ? text : untilItsEnd(text, status, nowMs);
}

QString TrayFace::untilItsEnd(const QString& text, const api::Status& status, qint64 nowMs) {
    //: what the firewall does; a day or a time
    return tr("%1 (until %2)").arg(text, models::Words::end(status.modeUntilMs, nowMs));
}

QString TrayFace::modeTip(api::Mode mode) {
    switch (mode) {
        case api::Mode::Learn:
            return tr("Sallyport: learning, everything without a rule passes");
        case api::Mode::Audit:
            return tr("Sallyport: auditing, everything without a rule passes and is recorded");
        case api::Mode::LockDown:
            return tr("Sallyport: locked down, everything without a rule is blocked");
        case api::Mode::Ask:
            break;
    }
    return tr("Sallyport: protected");
}

// What colour the panel has, nobody says: light ink has dark edges, dark ink light ones.
QIcon TrayFace::icon(TrayState state, int waiting, const QPalette& palette) {
    constexpr int kMiddle = 128;
    const QString name = iconName(state);
    const QColor ink = palette.color(QPalette::WindowText);
    QSvgRenderer under(wider(name, ink.lightness() < kMiddle ? Qt::white : Qt::black));
    QSvgRenderer over(drawing(name, ink));
    const bool badge = state == TrayState::Waiting && waiting > 1;
    QIcon icon;
    for (const int size : {16, 22, 24, 32, 44, 48, 64}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        under.render(&painter, QRectF(0, 0, size, size));
        over.render(&painter, QRectF(0, 0, size, size));
        if (badge)
            drawBadge(painter, waiting, size);
        painter.end();
        icon.addPixmap(pixmap);
    }
    // Of the theme's the number would be missing.
    return badge || !QIcon::hasThemeIcon(name) ? icon : QIcon(new NamedIcon(name, icon));
}

}  // namespace sallyport::desktop
