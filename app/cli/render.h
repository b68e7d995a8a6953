// Values of the contract as text for a person; JSON comes from the contract's own maps. The words
// in the cells are those the options take, so they are not translated.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QVariantMap>

#include "api/history.h"
#include "api/list.h"
#include "api/question.h"
#include "api/status.h"
#include "cli/text.h"

namespace sallyport::cli {

QString programName(const api::AppIdentity& app);
// "1.2.3.4:443", "[::1]:443", or the address alone when there is no port.
QString endpoint(const api::Address& address, quint16 port);
// "www.example.org:443 (192.0.2.1)", or as endpoint() when the remote has no name.
QString remoteText(const api::Connection& connection);
// "2.3 s"; "-" for what did not wait.
QString waitText(qint64 ms);
// Local time, "2026-01-31 12:34:56"; "-" for 0.
QString timeText(qint64 unixMs);
// "512 B", "1.5 MB"
QString bytesText(quint64 bytes);

QString statusText(const api::Status& status, qint64 nowMs);
// "learn until 2026-12-03 18:00:00, then ask", or the mode alone.
QString modeText(const api::Status& status);
QString settingsText(const api::Settings& settings);
QString rulesText(const QList<api::Rule>& rules);
QString questionsText(const QList<api::Question>& questions, qint64 nowMs);
QString explanationText(const api::Explanation& explanation, qint64 nowMs);
QString listsText(const QList<api::List>& lists);
QString listReportText(const api::ListReport& report);
QString badLinesText(const QList<api::BadLine>& lines);
QString findingsText(const QList<api::ListFinding>& findings);
QString totalsText(const QList<api::Totals>& totals);
// One line, without its end.
QString connectionText(const api::Connection& connection, const api::AppIdentity& app);

class HistoryTable {
  public:
    HistoryTable();
    void add(const api::Connection& connection, const api::AppIdentity& app);
    QString toString() const { return table_.toString(); }

  private:
    Table table_;
};

}  // namespace sallyport::cli
