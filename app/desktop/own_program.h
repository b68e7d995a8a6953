// Whether the file this program was started from is still what it was: a newer package replaces it,
// and removing the package removes it, while the program runs on.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace sallyport::desktop {

class OwnProgram : public QObject {
    Q_OBJECT
  public:
    // `file` is what runs now. A change is judged when the file was left alone for `settleMs`: who
    // installs may remove before they put something in its place.
    explicit OwnProgram(const QString& file, int settleMs = 5000, QObject* parent = nullptr);

  signals:
    // Another file is in its place. Said for each one.
    void replaced();
    void removed();

  private:
    void judge();

    QString file_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
    QFileSystemWatcher watcher_;
    QTimer settled_;
};

}  // namespace sallyport::desktop
