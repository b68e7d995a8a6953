// What is in the executables that somebody but root can change: read once for each stamp of a file,
// in a thread of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QThreadPool>
#include <atomic>

#include "kernel/kernel.h"

namespace sallyport::engine {

class ContentBook : public QObject {
    Q_OBJECT
  public:
    explicit ContentBook(QObject* parent = nullptr);
    ~ContentBook() override;

    // As process::contentOf() has it; empty: not read yet. What could not be told is not kept.
    QString of(const kernel::FileKey& file) const { return known_.value(file); }
    // Reads it, unless that is under way; told() comes later and always.
    void read(const QString& path, const kernel::FileKey& file);

  signals:
    void told(const sallyport::kernel::FileKey& file, const QString& path, const QString& sha256);

  private:
    void keep(const kernel::FileKey& file, const QString& path, const QString& sha256);

    static constexpr qsizetype kMostKnown = 16384;

    QHash<kernel::FileKey, QString> known_;
    QSet<kernel::FileKey> reading_;
    std::atomic_bool stop_ = false;
    QThreadPool pool_;
};

}  // namespace sallyport::engine
