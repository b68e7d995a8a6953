// What is in the executables that somebody but root can change: read once for each stamp of a file,
// in threads of its own. A user has one of these at a time, so that nobody's large files keep the
// programs of another waiting.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QQueue>
#include <QSet>
#include <QThreadPool>
#include <atomic>
#include <optional>

#include "kernel/kernel.h"

namespace sallyport::engine {

class ContentBook : public QObject {
    Q_OBJECT
  public:
    explicit ContentBook(QObject* parent = nullptr);
    ~ContentBook() override;

    // As process::contentOf() has it; empty: not read yet. What could not be told is not kept.
    QString of(const kernel::FileKey& file) const { return known_.value(file); }
    // Reads it when it is that user's turn, unless that is under way; told() comes later and
    // always.
    void read(const QString& path, const kernel::FileKey& file, quint32 user);

  signals:
    void told(const sallyport::kernel::FileKey& file, const QString& path, const QString& sha256);

  private:
    struct Job {
        QString path;
        kernel::FileKey file;
    };

    std::optional<Job> next(quint32 user);
    void startNext();
    void start(const Job& job, quint32 user);
    void keep(const kernel::FileKey& file, const QString& path, const QString& sha256);

    static constexpr qsizetype kMostKnown = 16384;
    static constexpr int kThreads = 4;

    QHash<kernel::FileKey, QString> known_;
    QHash<quint32, QQueue<Job>> waiting_;           // by user; none is empty
    QHash<kernel::FileKey, QSet<quint32>> wanted_;  // by whom; not there once it is read for one
    QList<quint32> turns_;                          // users who wait, who has waited longest first
    QSet<quint32> served_;                          // users for whom something is being read
    QSet<kernel::FileKey> reading_;
    std::atomic_bool stop_ = false;
    QThreadPool pool_;
};

}  // namespace sallyport::engine
