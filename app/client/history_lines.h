// Connections of the history as lines of a file for other programs.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QVariantMap>

#include "api/connection.h"

namespace sallyport::client {

// CSV after RFC 4180: a header line, CRLF, quotes where they are needed, UTF-8; times in UTC (ISO
// 8601), bytes and milliseconds as plain numbers, words as in the contract, not translated.
// Program paths and host names are chosen by strangers and such files are opened with spreadsheets:
// a text that one of them would take for a formula (it begins with = + - @, a tab or a line break)
// gets an apostrophe in front, and control characters become U+FFFD. JSON has them as they are.
QByteArray csvHeader();
QByteArray csvLine(const api::Connection& connection, const api::AppIdentity& app);

// The connection's map with the program's identity beside it as "app".
QVariantMap connectionMap(const api::Connection& connection, const api::AppIdentity& app);
// That on one line, without its end.
QByteArray jsonLine(const api::Connection& connection, const api::AppIdentity& app);

}  // namespace sallyport::client
