// How a person may have set up his desktop: colours, language, size of letters and screen.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QLocale>
#include <QStyle>
#include <QTranslator>

#include "gui_screenshot.h"

namespace sallyport::tests {

struct Look {
    const char* name = "";
    bool dark = false;
    bool german = false;
    bool rightToLeft = false;
    int points = 0;  // 0: the style's own
    QSize size{1024, 700};
};

constexpr int kLargePoints = 16;

inline QList<Look> looks() {
    const QSize small(1024, 700);
    const QSize wide(2560, 1400);
    return {{"light", false, false, false, 0, small},
            {"dark-german", true, true, false, 0, small},
            {"german-large", false, true, false, kLargePoints, small},
            {"dark-large", true, false, false, kLargePoints, small},
            {"dark-rtl", true, false, true, 0, small},
            {"rtl-large", false, false, true, kLargePoints, small},
            {"narrow-german", false, true, false, 0, QSize(800, 600)},
            {"wide", false, false, false, 0, wide},
            {"dark-german-large-wide", true, true, false, kLargePoints, wide}};
}

// The application looks so for as long as this lives; windows are made after it and gone before.
class Dressed {
  public:
    // `translations`: the folder with sallyport_de.qm.
    Dressed(const Look& look, const QString& translations) : font_(QApplication::font()) {
        if (look.dark)
            QApplication::setPalette(darkPalette());
        if (look.points != 0) {
            QFont large = font_;
            large.setPointSize(look.points);
            QApplication::setFont(large);
        }
        if (look.german && german_.load(translations + QStringLiteral("/sallyport_de.qm"))) {
            QCoreApplication::installTranslator(&german_);
            QLocale::setDefault(QLocale(QLocale::German));
        }
        // After the translation, which has a direction of its own.
        if (look.rightToLeft)
            QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        spoken_ = look.german == !german_.isEmpty();
    }
    ~Dressed() {
        QCoreApplication::removeTranslator(&german_);
        QLocale::setDefault(QLocale::c());
        QGuiApplication::setLayoutDirection(Qt::LeftToRight);
        QApplication::setFont(font_);
        QApplication::setPalette(QApplication::style()->standardPalette());
    }
    Dressed(const Dressed&) = delete;
    Dressed& operator=(const Dressed&) = delete;

    // It speaks the language that was asked for.
    bool isSpoken() const { return spoken_; }

  private:
    QFont font_;
    QTranslator german_;
    bool spoken_ = false;
};

}  // namespace sallyport::tests
