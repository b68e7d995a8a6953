// What the window itself remembers, for this person alone; the firewall's settings are the
// helper's.
//
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace sallyport::views {

// Whether the traffic stands below the connections, where there is room for it.
bool isTrafficShown();
void setTrafficShown(bool shown);

// The welcome was finished or skipped.
bool isWelcomed();
void setWelcomed();

// Whether a question that cannot be seen is told by a notification of the desktop.
bool isNotified();
void setNotified(bool notified);

// What the window speaks, "de"; empty: what the desktop speaks. Counts from the next start on.
QString language();
// Of which there are translations, and English.
QStringList languages();
void setLanguage(const QString& language);

// When the window was closed the last time (Unix milliseconds); 0: never yet.
qint64 leftMs();
void setLeftMs(qint64 unixMs);

// The file that tells the countries of addresses: the one chosen, else the first of
// models::countryFiles(); empty: none.
QString countryFile();
void setCountryFile(const QString& path);

}  // namespace sallyport::views
