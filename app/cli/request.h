// What the command line asks for, a type a command.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <variant>

#include "api/history.h"
#include "api/list.h"
#include "api/question.h"
#include "api/status.h"
#include "cli/exit_code.h"
#include "cli/rule_options.h"

namespace sallyport::cli {

// Nothing to ask the helper for: help, the version, or what is wrong with the command line. Goes to
// standard output when the code is Ok, else to standard error.
struct Say {
    QString text;
    ExitCode code = ExitCode::Ok;
};
struct ShowStatus {};
struct WatchConnections {
    bool once = false;  // what is there now, then end
};
struct ListRules {};
struct AddRule {
    RuleOptions options;
};
struct EditRule {
    api::RuleId id = 0;
    RuleOptions options;
};
struct RemoveRules {
    QList<api::RuleId> ids;
};
struct EnableRules {
    QList<api::RuleId> ids;
    bool on = true;
};
struct ResetQuota {
    api::RuleId id = 0;
};
struct UndoRules {};
struct ExplainConnection {
    api::ConnectionId id = 0;
};
struct ExplainAttempt {
    api::Attempt attempt;
};
struct ListQuestions {};
struct AnswerQuestion {
    api::QuestionId id = 0;
    api::Answer answer;
};
struct ShowMode {};
struct ChangeMode {
    api::Mode mode = api::Mode::Ask;
    qint64 forMs = 0;    // how long, from the call on; 0: see untilMs
    qint64 untilMs = 0;  // Unix milliseconds; both 0: no end
};
struct Pause {
    quint32 seconds = 0;  // 0: end it
};
struct BlockAll {
    bool on = true;
};
// Those given change, the rest stays.
struct Settings {
    std::optional<quint32> answerSeconds;
    std::optional<api::Fallback> nobodyToAsk;
    std::optional<quint32> historyDays;
    std::optional<quint32> historyMegabytes;
    std::optional<bool> passwordForLasting;
    bool operator==(const Settings&) const = default;
};
struct ExportRules {
    QString file;  // empty: standard output
};
struct ImportRules {
    QString file;  // empty: standard input
    bool replace = false;
};
struct ShowHistory {
    api::HistoryFilter filter;
    qint64 most = 50;  // 0: all
    bool csv = false;
};
struct ShowTotals {};
struct ListLists {};
struct AddList {
    api::List list;  // source: where its content is
};
struct RefreshLists {
    QStringList names;  // none: all that have a source
    bool daily =
        false;  // of those, what is marked so and a day old; nobody is asked for a password
};
struct RemoveList {
    QString name;
    bool despiteRules = false;
};
struct ShowBadLines {
    QString list;
};
struct FindInLists {
    QString sought;  // a name or an address
};

struct ShowMetrics {
    QString file;  // empty: standard output
};

using Request =
    std::variant<Say, ShowStatus, WatchConnections, ListRules, AddRule, EditRule, RemoveRules,
                 EnableRules, ResetQuota, UndoRules, ExplainConnection, ExplainAttempt,
                 ListQuestions, AnswerQuestion, ShowMode, ChangeMode, Pause, BlockAll, Settings,
                 ExportRules, ImportRules, ShowHistory, ShowTotals, ListLists, AddList,
                 RefreshLists, RemoveList, ShowBadLines, FindInLists, ShowMetrics>;

struct Invocation {
    bool json = false;
    Request request;
};

// `arguments` as in QCoreApplication::arguments(), the program's name first. Looks at the machine
// only to resolve names of users and programs.
Invocation parse(const QStringList& arguments);

}  // namespace sallyport::cli
