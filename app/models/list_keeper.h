// The lists as last told, and what is fetched for them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QQueue>

#include "client/firewall.h"
#include "client/list_fetcher.h"

namespace sallyport::models {

// One content at a time is fetched and handed over; the others wait for their turn.
class ListKeeper : public QObject {
    Q_OBJECT
  public:
    // The firewall must outlive it.
    explicit ListKeeper(client::Firewall& firewall, QObject* parent = nullptr);

    // By name. Kept while the helper is away.
    const QList<api::List>& lists() const { return lists_; }
    const api::List* find(const QString& name) const;  // null: none. Valid until the next change.

    // Fetches the list's source and makes the list, or gives it a new content. Ends in taken() or
    // failed().
    void take(const api::List& list);
    // The same for those that are to be refreshed daily and are older, where polkit lets this
    // person without a password; else nothing is fetched.
    void refreshDaily(qint64 nowMs);
    // Ends what is under way; the others go on.
    void cancel();
    // The list that is under way; empty: none.
    QString busyWith() const { return current_.list.name; }

    void refresh();

  signals:
    void changed();
    // Of all: -1 when nobody knows. Also when something begins or ends: see busyWith().
    void progress(qint64 done, qint64 all);
    void taken(const sallyport::api::ListReport& report);
    void failed(const QString& name, const sallyport::api::Error& error);

  private:
    struct Job {
        api::List list;
        bool quiet = false;  // never ask for a password
    };
    void enqueue(const Job& job);
    void next();
    void handOver(const client::ListContent& content);
    void end(const api::Result<api::ListReport>& result);

    client::Firewall& firewall_;
    client::ListFetcher fetcher_;
    QList<api::List> lists_;
    QQueue<Job> waiting_;
    Job current_;
};

}  // namespace sallyport::models
