// Reads everything in the history that fits a filter, page after page.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>

#include "client/firewall.h"

namespace sallyport::client {

class HistoryReader : public QObject {
    Q_OBJECT
  public:
    explicit HistoryReader(Firewall& firewall, QObject* parent = nullptr);

    // One page at a time, newest first, until there are no more, `most` have come (0: all) or
    // cancel(). The filter's own limit and place do not count. Not to be called again before it has
    // ended.
    void start(const api::HistoryFilter& filter, qint64 most);
    // Ends without another signal.
    void cancel();

    qint64 read() const { return read_; }
    api::AppIdentity programOf(const api::Connection& connection) const;

  signals:
    // May hold nothing: then the helper is still looking, and has got to what ended at reachedMs.
    void came(const sallyport::api::ConnectionList& connections, qint64 reachedMs);
    void ended(const sallyport::api::Result<void>& result);

  private:
    void next();
    void take(const api::HistoryPage& page);

    Firewall& firewall_;
    api::HistoryFilter filter_;
    qint64 most_ = 0;
    qint64 read_ = 0;
    int round_ = 0;  // pages of an earlier round are dropped
    QHash<api::ProgramId, api::AppIdentity> programs_;
};

}  // namespace sallyport::client
