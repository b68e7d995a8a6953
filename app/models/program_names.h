// What a person calls a program: the name and icon of the desktop entry that starts it, else the
// name of its file.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QHash>
#include <QIcon>
#include <QString>

#include "api/rule.h"
#include "models/desktop_entries.h"

namespace sallyport::models {

// Reads the entries when first asked and remembers answers; reload() forgets both. The names are
// raw: what shows them escapes them (displayText).
class ProgramNames {
    Q_DECLARE_TR_FUNCTIONS(ProgramNames)
  public:
    explicit ProgramNames(QStringList folders = desktopEntryFolders());

    // The one everybody shares.
    static ProgramNames& instance();

    QString name(const api::AppIdentity& app);
    // Never null: a program without an icon gets the desktop's, else ours.
    QIcon icon(const api::AppIdentity& app);
    // The file a person would look for: the script, else the executable. Empty when there is none.
    static QString file(const api::AppIdentity& app);

    // Of programs whose desktop entry's name has this in it.
    QStringList filesNamed(const QString& part);

    void reload();

  private:
    const DesktopEntry* entryFor(const api::AppIdentity& app);
    void load();

    QStringList folders_;
    bool loaded_ = false;
    QList<DesktopEntry> entries_;
    QHash<QString, qsizetype> found_;  // file to index in entries_, -1: none
    QHash<QString, QIcon> icons_;      // by entry's icon
};

}  // namespace sallyport::models
