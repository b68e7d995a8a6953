// The history on a thread of its own: nobody waits for a search, and no search for the disk.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThread>
#include <functional>
#include <memory>

#include "store/history_store.h"

namespace sallyport::store {

class HistoryWorker;

// One connection to the database and one thread, which does what it is told in the order in which
// it is told: so a search sees what was appended before it, and writing need not wait for readers.
// A search ends after a quarter of a second with what it has found, so that what was appended after
// it is not kept waiting. All calls return at once and are made in the thread that made the object;
// answers come in that thread, and not at all when `context` is gone by then.
class History : public QObject {
    Q_OBJECT
  public:
    // How many entries may wait to be written; what is more is lost, and problemChanged says so.
    static constexpr qsizetype kMostWaiting = 65'536;

    template <class T>
    using Done = std::function<void(const api::Result<T>&)>;

    static api::Result<std::unique_ptr<History>> open(const QString& path);
    // Whatever is with the file: where it cannot be opened, see HistoryStore::openInMemory().
    static api::Result<std::unique_ptr<History>> openAnyway(const QString& path);
    // Writes what waits to be written.
    ~History() override;

    void append(const QList<HistoryEntry>& entries);
    void query(const api::HistoryFilter& filter, QObject* context, Done<api::HistoryPage> done);
    void totals(qint64 today, QObject* context, Done<QList<api::Totals>> done);
    // Forgets in small steps, between which everything else goes on. The bytes count from now on
    // for what is appended too.
    void shorten(const HistoryLimits& limits);

    // English; empty: none.
    QString problem() const { return problem_; }
    // Rows, once everything asked for before has been done. Waits for it.
    api::Result<qint64> count();

  signals:
    void problemChanged();

  private:
    explicit History(HistoryStore store);
    void setProblem(const QString& problem);
    void call(std::function<void(HistoryWorker&)> work);
    template <class T>
    void ask(std::function<api::Result<T>(HistoryStore&)> work, QObject* context, Done<T> done);

    QThread thread_;
    HistoryWorker* worker_;  // lives and dies in thread_
    qsizetype waiting_ = 0;
    QString problem_;
};

}  // namespace sallyport::store
