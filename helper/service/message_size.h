// How large a message gets.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariant>

namespace sallyport::service {

// The system bus cuts off who sends more than 32 MiB at once (dbus-daemon(1), max_message_size).
constexpr qsizetype kMostMessageBytes = 24 << 20;

// About what `value`, made of maps, lists, texts and numbers, takes in a message; rather more.
qsizetype messageBytes(const QVariant& value);

}  // namespace sallyport::service
