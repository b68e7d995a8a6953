// Lists on the disk: a folder with a description (NAME.json) and a content (NAME.txt) of each.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>
#include <memory>

#include "api/list.h"

class QFile;
class QSaveFile;

namespace sallyport::store {

// The number is the kernel's for the list, and stays: 0 to api::kMostLists - 1.
struct StoredList {
    api::List list;  // counts and problem are empty
    quint32 number = 0;
};

// Each file is written anew beside the old one and takes its place when it is on the disk. All of
// it may be called in any thread, one at a time.
class ListStore {
  public:
    // The folder is made when something is written into it.
    explicit ListStore(QString folder) : folder_(std::move(folder)) {}

    // By name. What cannot be read is named in `problems` and left alone.
    QList<StoredList> all(QStringList& problems) const;
    // Nullptr: there is none, or it cannot be read.
    std::unique_ptr<QFile> content(const QString& name) const;

    // A new content from a descriptor of a regular file, whole: on the disk, not in force before
    // commit() of what is returned. On failure nothing is changed.
    api::Result<std::unique_ptr<QSaveFile>> writeContent(const QString& name, int descriptor) const;
    api::Result<void> writeDescription(const StoredList& list) const;
    void remove(const QString& name) const;

  private:
    QString pathOf(const QString& name, const char* ending) const;
    api::Result<void> makeFolder() const;

    QString folder_;
};

}  // namespace sallyport::store
