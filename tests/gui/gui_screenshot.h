// Screenshots that a person can look at and a test can judge.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QImage>
#include <QPalette>
#include <QSet>
#include <QWidget>

namespace sallyport::tests {

// Saves `widget` as NAME.png in $SALLYPORT_SCREENSHOTS (else the working directory). How many
// different colours it has, which is few for a blank picture; -1 when it cannot be saved.
inline qsizetype screenshot(QWidget& widget, const QString& name) {
    const QString folder =
        qEnvironmentVariable("SALLYPORT_SCREENSHOTS", QStringLiteral("screenshots"));
    const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
    if (!QDir().mkpath(folder) ||
        !image.save(folder + QLatin1Char('/') + name + QStringLiteral(".png")))
        return -1;
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            colours.insert(image.pixel(x, y));
    return colours.size();
}

inline QPalette darkPalette() {
    QPalette palette(QColor(0x2b, 0x2e, 0x33), QColor(0x23, 0x26, 0x2a));
    palette.setColor(QPalette::Base, QColor(0x1b, 0x1e, 0x21));
    palette.setColor(QPalette::Text, QColor(0xee, 0xee, 0xee));
    palette.setColor(QPalette::WindowText, QColor(0xee, 0xee, 0xee));
    palette.setColor(QPalette::ButtonText, QColor(0xee, 0xee, 0xee));
    palette.setColor(QPalette::Highlight, QColor(0x3d, 0xae, 0xe9));
    palette.setColor(QPalette::Disabled, QPalette::ButtonText, QColor(0x80, 0x84, 0x8a));
    palette.setColor(QPalette::Disabled, QPalette::Text, QColor(0x80, 0x84, 0x8a));
    palette.setColor(QPalette::Disabled, QPalette::WindowText, QColor(0x80, 0x84, 0x8a));
    return palette;
}

}  // namespace sallyport::tests
