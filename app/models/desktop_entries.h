// The desktop entries of this machine (Desktop Entry Specification 1.5): which program a person
// knows under which name and icon.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QLocale>
#include <QString>
#include <QStringList>

namespace sallyport::models {

struct DesktopEntry {
    QString id;                // "org.mozilla.firefox" for org.mozilla.firefox.desktop
    QString name;              // in the person's language
    QString icon;              // a theme name or an absolute path; may be empty
    QString executable;        // absolute, symbolic links followed; empty when it is not installed
    QString script;            // absolute; when Exec names an interpreter and a file
    int arguments = 0;         // fixed ones in Exec, field codes not counted
    bool hidden = false;       // NoDisplay
    bool ofThePerson = false;  // lies in a folder the person can write to
    bool operator==(const DesktopEntry&) const = default;
};

// Folders in order of trust: the system's first, the person's own last. A program must not get a
// well-known name by writing a file into the home directory.
QStringList desktopEntryFolders();

// Unreadable or malformed files are left out. Of one id the first folder's entry counts.
QList<DesktopEntry> readDesktopEntries(const QStringList& folders, const QLocale& locale);

// One file's text; no executable when Exec is missing or names nothing that exists.
DesktopEntry parseDesktopEntry(const QString& text, const QLocale& locale);

// Exec split as the specification says: double quotes, backslash escapes in them.
QStringList splitExec(const QString& exec);

}  // namespace sallyport::models
