// What is kept of connections that ended: how it is searched, what comes back, and sums of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>
#include <QVariantMap>

#include "api/connection.h"

namespace sallyport::api {

// Fits what fits one of its alternatives.
struct HistoryTerm {
    QStringList programs;           // parts of the program's path or script; case does not count
    QStringList remotes;            // parts of the remote's name or address
    QList<PortRange> ports;         // the service's: the remote port, of an inbound one the local
    QList<ConnectionState> states;  // any of them
    bool operator==(const HistoryTerm&) const = default;
};

inline constexpr int kMaxHistoryTerms = 16;
inline constexpr int kMaxHistoryAlternatives = 256;  // in each list of a term
inline constexpr int kMaxHistoryPage = 1000;

struct HistoryFilter {
    QList<HistoryTerm> terms;  // all must fit
    qint64 sinceMs = 0;        // ended then or later
    qint64 untilMs = 0;        // ended before; 0: no end
    ConnectionId before = 0;   // where the page before said to go on; 0: from the newest
    int limit = 100;           // 1..kMaxHistoryPage
    bool operator==(const HistoryFilter&) const = default;
};

// Newest first, in the order in which they were written down. Ids and program numbers are those of
// the history.
struct HistoryPage {
    ProgramList programs;  // of the connections in it
    ConnectionList connections;
    ConnectionId next = 0;  // HistoryFilter::before of the next page; 0: there is none
    // With `next` and fewer connections than asked for: the search took too long and stopped among
    // those that ended about then (Unix milliseconds). Going on finds the rest.
    qint64 reachedMs = 0;
    bool operator==(const HistoryPage&) const = default;
};

struct Sums {
    quint64 connections = 0;
    quint64 blocked = 0;  // of them
    quint64 sent = 0;     // bytes
    quint64 received = 0;
    bool operator==(const Sums&) const = default;
};

// What a program did on this day, the last 7 and the last 30 days with it, by the helper's clock
// and time zone.
struct Totals {
    AppIdentity app;
    Sums today;
    Sums week;
    Sums month;
    bool operator==(const Totals&) const = default;
};

QVariantMap toMap(const HistoryFilter& filter);
Result<HistoryFilter> historyFilterFromMap(const QVariantMap& map);
// What of a page is neither program nor connection: {next, reachedMs}.
QVariantMap positionOf(const HistoryPage& page);
Result<HistoryPage> historyPage(const QList<QVariantMap>& programs,
                                const ConnectionList& connections, const QVariantMap& position);
QVariantMap toMap(const Totals& totals);
Result<Totals> totalsFromMap(const QVariantMap& map);

}  // namespace sallyport::api
