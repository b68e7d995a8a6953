// Text that stands back and can still be read.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QLabel>
#include <QPalette>

namespace sallyport::widgets {

// What WCAG 2 wants for text at least (success criterion 1.4.3, level AA).
inline constexpr double kLeastContrast = 4.5;

// From 1 to 21, as WCAG 2 counts it.
double contrast(const QColor& one, const QColor& other);

// Fainter than `text` as far as that has contrast enough on `ground`.
QColor faint(const QColor& text, const QColor& ground);

// In a fainter colour than other labels on `ground`, whatever the palette.
class FaintLabel : public QLabel {
    Q_OBJECT
  public:
    explicit FaintLabel(QWidget* parent, QPalette::ColorRole ground = QPalette::Window);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void tint();

    QPalette::ColorRole ground_;
};

}  // namespace sallyport::widgets
