// Text that strangers chose (paths, arguments, names), made safe to look at: one line, nothing
// invisible, nothing that turns the writing direction, never longer than asked. It is plain text:
// widgets that show it must be told so (Qt::PlainText).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace sallyport::widgets {

inline constexpr qsizetype kDisplayLength = 300;

// Line breaks and tabs become \n, \r, \t; every other control, format, bidirectional, unassigned
// or invisible character and stacked marks beyond the third become "[U+202E]". A text of more than
// `maxLength` characters loses its middle to "…", never half of a marker or of a surrogate pair.
// The result holds printable characters and plain spaces only.
QString displayText(const QString& text, qsizetype maxLength = kDisplayLength);

// For a value inside a sentence: its own direction cannot reorder the words around it
// (FIRST STRONG ISOLATE ... POP DIRECTIONAL ISOLATE, UAX #9). `shown` went through displayText().
QString isolated(const QString& shown);

// A command line as a person would type it: arguments with spaces or nothing in them are quoted.
QString displayCommand(const QStringList& arguments, qsizetype maxLength = 2 * kDisplayLength);

// A path or a name has no spaces to break at; a word without an end would widen a whole panel. With
// zero width spaces where it may break.
QString breakable(const QString& text);

}  // namespace sallyport::widgets
