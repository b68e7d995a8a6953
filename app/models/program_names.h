// What a person calls a program: the name and icon of the desktop entry that starts it, else the
// name of its file.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHash>
#include <QIcon>
#include <QString>

#include "api/rule.h"
#include "models/desktop_entries.h"

namespace sallyport::models {

// Reads the entries when first asked, and again when it is asked and files have come to their
// folders or gone since; until then it remembers answers. The names are raw: what shows them
// escapes them (displayText).
class ProgramNames {
    Q_DECLARE_TR_FUNCTIONS(ProgramNames)
  public:
    static constexpr int kLookAgainMs = 2'000;

    // `lookAgainMs`: the folders are not looked at more often.
    explicit ProgramNames(QStringList folders = desktopEntryFolders(),
                          int lookAgainMs = kLookAgainMs);

    // The one everybody shares.
    static ProgramNames& instance();

    QString name(const api::AppIdentity& app);
    // Never null: a program without an icon gets the desktop's, else ours.
    QIcon icon(const api::AppIdentity& app);
    // The file a person would look for: the script, else the executable. Empty when there is none.
    static QString file(const api::AppIdentity& app);

    // Of programs whose desktop entry's name has this in it.
    QStringList filesNamed(const QString& part);

  private:
    // When folders changed, in Unix milliseconds, by path; those that are not there, too.
    using Changed = QHash<QString, qint64>;
    static constexpr qsizetype kMostFound = 65'536;

    void forget();
    bool isOutOfDate();
    const DesktopEntry* entryFor(const api::AppIdentity& app);
    void load();

    QStringList folders_;
    int lookAgainMs_;
    bool loaded_ = false;
    QElapsedTimer lookedAt_;  // the folders
    Changed changed_;         // before the entries were read
    QList<DesktopEntry> entries_;
    QHash<QString, qsizetype> found_;  // file to index in entries_, -1: none
    QHash<QString, QIcon> icons_;      // by entry's icon
};

}  // namespace sallyport::models
