// Carries out one request and says how it ended.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QTextStream>
#include <functional>

#include "cli/render.h"
#include "cli/request.h"
#include "client/history_reader.h"
#include "client/list_fetcher.h"

namespace sallyport::cli {

// Prints it where it belongs.
ExitCode say(const Say& what, QTextStream& out, QTextStream& err);

class Runner : public QObject {
    Q_OBJECT
  public:
    // Borrows all three. Output is for a person or, with --json, for a program; `err` gets one line
    // when something went wrong.
    Runner(client::Firewall& firewall, QTextStream& out, QTextStream& err,
           QObject* parent = nullptr);

    // finished() follows, once, perhaps before this returns: at once when there is no helper. How
    // long to wait for a bus that does not say whether there is one, in milliseconds.
    void start(const Invocation& invocation, int patienceMs = 2000);

  signals:
    void finished(sallyport::cli::ExitCode code);

  private:
    void begin();
    void end(ExitCode code);
    void fail(const api::Error& error);
    void print(const QString& text, const QVariant& asJson);
    // Ends with the error, or prints what `show` makes of the value and ends well.
    template <class T, class Show>
    client::Done<T> then(Show show);
    client::Done<void> done();
    void withStatus(const std::function<void(const api::Status&)>& show);

    void run(const Say& request);
    void run(const ShowStatus&);
    void run(const ListRules&);
    void run(const AddRule& request);
    void run(const EditRule& request);
    void run(const RemoveRules& request);
    void run(const ResetQuota& request);
    void run(const EnableRules& request);
    void run(const UndoRules&);
    void run(const ExplainConnection& request);
    void run(const ExplainAttempt& request);
    void run(const ListQuestions&);
    void run(const AnswerQuestion& request);
    void run(const ShowMode&);
    void run(const ChangeMode& request);
    void run(const Pause& request);
    void run(const BlockAll& request);
    void run(const Settings& request);
    void run(const ExportRules& request);
    void run(const ImportRules& request);
    void run(const ShowHistory& request);
    void run(const ShowTotals&);
    void run(const ShowMetrics& request);
    void run(const WatchConnections& request);  // watch_runner.cpp
    // list_runner.cpp
    void run(const ListLists&);
    void run(const AddList& request);
    void run(const RefreshLists& request);
    void run(const RemoveList& request);
    void run(const ShowBadLines& request);
    void run(const FindInLists& request);
    void takeLists(const QList<api::List>& lists, qsizetype index);
    void refreshQuietly(const QList<api::List>& lists, qsizetype index,
                        const api::Result<void>& all);
    bool flush();
    void report(const api::ListReport& report);
    void endReports(const api::Result<void>& all);
    void endWithList(const api::Remote& remote);
    void printHistory(const api::ConnectionList& connections);
    void endHistory(const api::Result<void>& result);

    void showConnections(const api::ProgramList& programs, const api::ConnectionList& connections,
                         bool reset);
    bool isNews(const api::Connection& connection);

    client::Firewall& firewall_;
    QTextStream& out_;
    QTextStream& err_;
    Invocation invocation_;
    std::unique_ptr<client::HistoryReader> reader_;
    client::ListFetcher fetcher_;
    QVariantList reports_;  // of lists that were read, for JSON
    HistoryTable table_;    // what is left to be printed of the history
    bool begun_ = false;
    bool ended_ = false;
    bool watched_ = false;  // connections came
    QHash<api::ProgramId, api::AppIdentity> programs_;
    QHash<api::ConnectionId, api::ConnectionState> shown_;  // what was last printed, open ones only
};

}  // namespace sallyport::cli
