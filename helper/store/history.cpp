// The history on a thread of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history.h"

#include <QPointer>

namespace sallyport::store {

using api::Result;

// Everything in it runs in the history's thread.
class HistoryWorker : public QObject {
  public:
    explicit HistoryWorker(HistoryStore opened) : store(std::move(opened)) {}

    // What is wrong; empty: nothing.
    QString append(const QList<HistoryEntry>& entries) {
        const Result<void> written = store.append(entries);
        if (!written)
            return written.error().text;
        if (const Result<bool> full = store.isFull(limits); full && *full)
            shorten();
        return store.problem();
    }
    void shorten() {
        if (!shortening) {
            shortening = true;
            QMetaObject::invokeMethod(
                this, [this] { step(); }, Qt::QueuedConnection);
        }
    }

    HistoryStore store;
    HistoryLimits limits;

  private:
    void step() {
        shortening = false;
        if (const Result<bool> more = store.shorten(limits); !more)
            qWarning("history not shortened: %s", qPrintable(more.error().text));
        else if (*more)
            shorten();
    }
    bool shortening = false;
};

History::History(HistoryStore store)
    : worker_(new HistoryWorker(std::move(store))), problem_(worker_->store.problem()) {
    thread_.setObjectName(QStringLiteral("history"));
    worker_->moveToThread(&thread_);
    thread_.start();
}

History::~History() {
    // After all that was asked for: the thread takes its work in order.
    call([](HistoryWorker& worker) {
        worker.deleteLater();
        QThread::currentThread()->quit();
    });
    thread_.wait();
}

Result<std::unique_ptr<History>> History::open(const QString& path) {
    Result<HistoryStore> store = HistoryStore::open(path);
    if (!store)
        return store.error();
    return std::unique_ptr<History>(new History(std::move(*store)));
}

Result<std::unique_ptr<History>> History::openAnyway(const QString& path) {
    Result<HistoryStore> store = HistoryStore::open(path);
    if (!store)
        store = HistoryStore::openInMemory(store.error().text);
    if (!store)
        return store.error();
    return std::unique_ptr<History>(new History(std::move(*store)));
}

void History::call(std::function<void(HistoryWorker&)> work) {
    QMetaObject::invokeMethod(
        worker_, [worker = worker_, work = std::move(work)] { work(*worker); },
        Qt::QueuedConnection);
}

// The answer travels through this object, which outlives the thread.
template <class T>
void History::ask(std::function<Result<T>(HistoryStore&)> work, QObject* context, Done<T> done) {
    call([this, work = std::move(work), context = QPointer<QObject>(context),
          done = std::move(done)](HistoryWorker& worker) {
        auto answer = std::make_shared<const Result<T>>(work(worker.store));
        QMetaObject::invokeMethod(
            this,
            [answer, context, done] {
                if (context)
                    done(*answer);
            },
            Qt::QueuedConnection);
    });
}

void History::append(const QList<HistoryEntry>& entries) {
    if (waiting_ + entries.size() > kMostWaiting) {
        setProblem(QStringLiteral("the disk is too slow for the history: %1 connections are not in "
                                  "it")
                       .arg(entries.size()));
        return;
    }
    waiting_ += entries.size();
    call([this, entries](HistoryWorker& worker) {
        const QString problem = worker.append(entries);
        QMetaObject::invokeMethod(
            this,
            [this, count = entries.size(), problem] {
                waiting_ -= count;
                setProblem(problem);
            },
            Qt::QueuedConnection);
    });
}

void History::setProblem(const QString& problem) {
    if (problem_ == problem)
        return;
    problem_ = problem;
    emit problemChanged();
}

void History::query(const api::HistoryFilter& filter, QObject* context,
                    Done<api::HistoryPage> done) {
    ask<api::HistoryPage>([filter](HistoryStore& store) { return store.query(filter); }, context,
                          std::move(done));
}

void History::totals(qint64 today, QObject* context, Done<QList<api::Totals>> done) {
    ask<QList<api::Totals>>([today](HistoryStore& store) { return store.totals(today); }, context,
                            std::move(done));
}

void History::shorten(const HistoryLimits& limits) {
    call([limits](HistoryWorker& worker) {
        worker.limits = limits;
        worker.shorten();
    });
}

Result<qint64> History::count() {
    Result<qint64> rows = qint64{0};
    QMetaObject::invokeMethod(
        worker_, [this, &rows] { rows = worker_->store.count(); }, Qt::BlockingQueuedConnection);
    return rows;
}

}  // namespace sallyport::store
