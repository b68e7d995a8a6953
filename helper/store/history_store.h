// Ended connections: history.db.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include "api/history.h"
#include "store/database.h"
#include "store/history_search.h"

namespace sallyport::store {

struct HistoryEntry {
    api::Connection connection;
    api::AppIdentity app;
    bool operator==(const HistoryEntry&) const = default;
};

// How much is kept.
struct HistoryLimits {
    qint64 beforeMs = 0;   // what ended before is forgotten
    qint64 totalsDay = 0;  // sums of earlier days (Julian day numbers) are forgotten
    // Rows are forgotten until the rest fits: the oldest of what has most, that is of one program
    // and one state. So a flood, of what is blocked or of anything else, evicts its own. 0: no
    // limit.
    qint64 bytes = 0;
};

class HistoryStore {
  public:
    // A damaged file is kept beside as NAME.corrupt-<time> and a new one begun; problem() says so.
    static api::Result<HistoryStore> open(const QString& path);
    // One that ends with the helper, and takes 16 MiB, whatever the limits say. problem() says so,
    // and why.
    static api::Result<HistoryStore> openInMemory(const QString& why);

    QString problem() const { return problem_; }

    // All or none, in one transaction. They get their places in the order of their ends; among
    // equal times that of the list is kept.
    api::Result<void> append(const QList<HistoryEntry>& entries);
    // Gives up after `budgetMs`; the page says where it stopped.
    api::Result<api::HistoryPage> query(const api::HistoryFilter& filter, int budgetMs = 250);
    // Of every program that did something in the last 30 days up to `today` (a Julian day number);
    // most bytes of the month first.
    api::Result<QList<api::Totals>> totals(qint64 today);

    // Forgets a thousand rows at most or gives some room back to the file system: whether there is
    // more to do. Freed pages are kept for what comes next up to a tenth of the file, so that a
    // history that is full neither grows nor is moved about for every row.
    api::Result<bool> shorten(const HistoryLimits& limits);
    // Whether it must, for want of room.
    api::Result<bool> isFull(const HistoryLimits& limits);
    api::Result<qint64> count();
    // Of the file, without what is free in it.
    api::Result<qint64> usedBytes();

  private:
    HistoryStore(Database database, QString path);
    struct Numbers;
    struct Writing;
    api::Result<void> write(const QList<HistoryEntry>& entries);
    api::Result<void> writeSpans(qint64 first, const QList<HistoryEntry>& entries);
    api::Result<void> writeTotals(const Numbers& numbers, const QList<HistoryEntry>& entries);
    api::Result<void> startOver();
    api::Result<bool> forgetOld(qint64 beforeMs);
    api::Result<bool> forgetMost();
    template <class... Values>
    api::Result<bool> forget(const char* which, const Values&... values);
    api::Result<void> forgetTotals(qint64 day);
    api::Result<bool> giveBack();

    Database database_;
    QString path_;
    QString problem_;
    qint64 mostBytes_ = 0;  // there is room for; 0: only limits say
    HistoryTexts texts_;
};

}  // namespace sallyport::store
