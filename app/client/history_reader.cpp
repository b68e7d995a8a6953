// Reads everything in the history that fits a filter, page after page.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/history_reader.h"

#include <algorithm>

namespace sallyport::client {

HistoryReader::HistoryReader(Firewall& firewall, QObject* parent)
    : QObject(parent), firewall_(firewall) {}

void HistoryReader::start(const api::HistoryFilter& filter, qint64 most) {
    filter_ = filter;
    filter_.before = 0;
    most_ = most;
    read_ = 0;
    programs_.clear();
    next();
}

void HistoryReader::cancel() {
    ++round_;
}

void HistoryReader::next() {
    const qint64 wanted = most_ ? most_ - read_ : api::kMaxHistoryPage;
    filter_.limit = int(std::min<qint64>(wanted, api::kMaxHistoryPage));
    firewall_.history(filter_, this,
                      [this, round = round_](const api::Result<api::HistoryPage>& page) {
                          if (round != round_)
                              return;
                          if (page)
                              take(*page);
                          else
                              emit ended(page.error());
                      });
}

void HistoryReader::take(const api::HistoryPage& page) {
    for (const api::Program& program : page.programs)
        programs_.insert(program.id, program.identity);
    read_ += page.connections.size();
    filter_.before = page.next;
    const int round = round_;
    emit came(page.connections, page.reachedMs);
    if (round != round_)
        return;
    if (page.next == 0 || (most_ && read_ >= most_))
        emit ended({});
    else
        next();
}

api::AppIdentity HistoryReader::programOf(const api::Connection& connection) const {
    return programs_.value(connection.program,
                           {api::AppIdentity::Kind::Unknown, QString(), QString()});
}

}  // namespace sallyport::client
