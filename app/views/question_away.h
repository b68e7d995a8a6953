// What the window that asks shows while nobody is there to tell the answer.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace sallyport::views {

// Its button closes `window`, which takes it.
QWidget* makeAwayPage(QWidget* window);

}  // namespace sallyport::views
