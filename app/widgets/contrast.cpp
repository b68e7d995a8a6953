// Text that stands back and can still be read: see contrast.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/contrast.h"

#include <QEvent>
#include <algorithm>
#include <cmath>

namespace sallyport::widgets {

namespace {

// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
double luminance(const QColor& color) {
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

}  // namespace

double contrast(const QColor& one, const QColor& other) {
    const auto [darker, lighter] = std::minmax({luminance(one), luminance(other)});
    return (lighter + 0.05) / (darker + 0.05);
}

QColor faint(const QColor& text, const QColor& ground) {
    constexpr int kFaintest = 60;  // percent of text
    constexpr int kStep = 5;
    for (int share = kFaintest; share < 100; share += kStep) {
        const auto mixed = [share](int of, int with) {
            return (of * share + with * (100 - share)) / 100;
        };
        const QColor color(mixed(text.red(), ground.red()), mixed(text.green(), ground.green()),
                           mixed(text.blue(), ground.blue()));
        if (contrast(color, ground) >= kLeastContrast)
            return color;
    }
    return text;
}

FaintLabel::FaintLabel(QWidget* parent, QPalette::ColorRole ground)
    : QLabel(parent), ground_(ground) {
    setForegroundRole(QPalette::WindowText);  // on Base it would be Text
    tint();
}

void FaintLabel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        tint();
    QLabel::changeEvent(event);
}

// Its own palette has one colour of its own: that of who is about it knows the others.
void FaintLabel::tint() {
    const QPalette& about = parentWidget()->palette();
    const auto text = ground_ == QPalette::Window ? QPalette::WindowText : QPalette::Text;
    const QColor color =
        faint(about.color(QPalette::Active, text), about.color(QPalette::Active, ground_));
    if (palette().color(QPalette::Active, QPalette::WindowText) == color)
        return;
    QPalette own;
    own.setColor(QPalette::WindowText, color);
    setPalette(own);
}

}  // namespace sallyport::widgets
