// What the tray says at a glance: one of a few states, each with a shape of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QIcon>
#include <QPalette>
#include <QString>

#include "api/status.h"

namespace sallyport::desktop {

// The icons of resources/, made known to Qt. Call once before one is asked for.
void loadResources();

enum class TrayState { Protected, Waiting, Learning, Paused, Off };

class TrayFace {
    Q_DECLARE_TR_FUNCTIONS(TrayFace)
  public:
    // Off: the helper cannot be reached or enforces nothing. Of several the most pressing.
    static TrayState state(bool connected, const api::Status& status, int waiting, qint64 nowMs);
    static QString iconName(TrayState state);
    static QString toolTip(bool connected, const api::Status& status, int waiting, qint64 nowMs);
    // `text` with the end of the mode, which must have one.
    static QString untilItsEnd(const QString& text, const api::Status& status, qint64 nowMs);
    // The theme's by name where it has one, for who gives it the panel's colour. Else, and as
    // pixels, in the palette's text colour with edges of the contrary, to be seen on light
    // and dark panels; `waiting` more than one stands on it as a number.
    static QIcon icon(TrayState state, int waiting, const QPalette& palette);

  private:
    static QString modeTip(api::Mode mode);
};

}  // namespace sallyport::desktop
