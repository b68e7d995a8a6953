// Ended connections: history.db.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QVariantMap>
#include <optional>

#include "api/connection.h"
#include "store/database.h"

namespace sallyport::store {

struct HistoryEntry {
    api::Connection connection;
    api::AppIdentity app;
    bool operator==(const HistoryEntry&) const = default;
};
// The connection's map and "path" and "script".
QVariantMap toMap(const HistoryEntry& entry);

struct HistoryFilter {
    QString text;  // part of the program's path, the script, the remote's address or name; or a
                   // remote port
    std::optional<api::ConnectionState> state;
    qint64 sinceMs = 0;  // ended then or later
    qint64 untilMs = 0;  // ended before; 0: no end
    qint64 offset = 0;
    int limit = 100;  // 1..1000
};
// Keys as the fields; unknown keys and values out of range are Invalid.
api::Result<HistoryFilter> historyFilterFromMap(const QVariantMap& map);

class HistoryStore {
  public:
    // A damaged file is kept beside as NAME.corrupt-<time> and a new one begun; problem() says so.
    static api::Result<HistoryStore> open(const QString& path);

    QString problem() const { return problem_; }

    // All or none, in one transaction; the order of the list is kept among equal times.
    api::Result<void> append(const QList<HistoryEntry>& entries);
    // Newest first. The connection's id is that of the history, its program 0.
    api::Result<QList<HistoryEntry>> query(const HistoryFilter& filter);
    // Forgets what ended before; gives how many.
    api::Result<qint64> prune(qint64 beforeMs);
    api::Result<qint64> count();

  private:
    HistoryStore(Database database, QString path);
    api::Result<void> write(const QList<HistoryEntry>& entries);
    api::Result<qint64> programNumber(const api::AppIdentity& app);
    api::Result<void> startOver();

    Database database_;
    QString path_;
    QString problem_;
};

}  // namespace sallyport::store
