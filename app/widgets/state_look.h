// How states look: a colour and a shape each, readable on light and dark palettes.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>

#include "api/connection.h"

namespace sallyport::widgets {

// Never the only sign of a state: a word stands beside it.
QColor stateColor(api::ConnectionState state, const QPalette& palette);

enum class Protection { Protected, Waiting, Learning, LockedDown, Auditing, Paused, BlockAll, Off };

// A shield with a sign of its own for each, in the palette's text colour.
QPixmap protectionPixmap(Protection protection, const QPalette& palette, int size, qreal ratio);

}  // namespace sallyport::widgets
