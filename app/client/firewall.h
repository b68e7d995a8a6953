// The helper as the app sees it: one line per thing it can be told or asked. dbus_firewall.h is
// the real one; tests/fakes has one that answers from memory.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "api/connection.h"
#include "api/history.h"
#include "api/list.h"
#include "api/question.h"
#include "api/result.h"
#include "api/rule.h"
#include "api/status.h"
#include "client/list_content.h"

namespace sallyport::client {

// Every call returns at once; `done` is called once, later, in the caller's thread - also when the
// helper is away (Unavailable) - and not at all when `context` is gone by then.
template <class T>
using Done = std::function<void(const api::Result<T>&)>;

class Firewall : public QObject {
    Q_OBJECT
  public:
    explicit Firewall(QObject* parent = nullptr);
    ~Firewall() override;

    // Whether the helper is there. What was known before it went stays readable.
    virtual bool connected() const = 0;
    virtual const api::Status& status() const = 0;
    // Why the helper, which is there, does not tell its status: NoAuthority, Denied. Null: it does.
    // Nothing that is known is of now, and nobody is asked here.
    virtual const std::optional<api::Error>& withheld() const = 0;

    virtual void setMode(api::Mode mode, QObject* context, Done<void> done) = 0;
    // Unix milliseconds, within 365 days: then the mode is Ask again. Not for Ask itself.
    virtual void setModeUntil(api::Mode mode, qint64 untilMs, QObject* context,
                              Done<void> done) = 0;
    virtual void pause(quint32 seconds, QObject* context, Done<void> done) = 0;  // 0: end it
    virtual void setBlockAll(bool on, QObject* context, Done<void> done) = 0;
    virtual void settings(QObject* context, Done<api::Settings> done) = 0;
    virtual void setSettings(const api::Settings& settings, QObject* context, Done<void> done) = 0;

    // Rules in order of precedence.
    virtual void rules(QObject* context, Done<QList<api::Rule>> done) = 0;
    virtual void addRule(const api::Rule& rule, QObject* context, Done<api::RuleId> done) = 0;
    virtual void editRule(const api::Rule& rule, QObject* context, Done<void> done) = 0;
    virtual void removeRules(const QList<api::RuleId>& ids, QObject* context, Done<void> done) = 0;
    virtual void setRulesEnabled(const QList<api::RuleId>& ids, bool on, QObject* context,
                                 Done<void> done) = 0;
    virtual void resetQuota(api::RuleId id, QObject* context, Done<void> done) = 0;
    // The map says what was taken back: {kind, count, note}.
    virtual void undoRules(QObject* context, Done<QVariantMap> done) = 0;
    virtual void exportRules(QObject* context, Done<QString> done) = 0;
    virtual void importRules(const QString& json, bool replace, QObject* context,
                             Done<QVariantMap> done) = 0;

    virtual void lists(QObject* context, Done<QList<api::List>> done) = 0;
    // Makes the list or replaces it. Answers when it is in force.
    virtual void setList(const api::List& list, const ListContent& content, QObject* context,
                         Done<api::ListReport> done) = 0;
    // The same for the content alone, and never with a question for a password.
    virtual void refreshList(const QString& name, const ListContent& content, QObject* context,
                             Done<api::ListReport> done) = 0;
    virtual void cancelList(const QString& name, QObject* context, Done<void> done) = 0;
    virtual void removeList(const QString& name, bool despiteRules, QObject* context,
                            Done<void> done) = 0;
    // The first hundred lines of its content that were passed over.
    virtual void badLines(const QString& list, QObject* context,
                          Done<QList<api::BadLine>> done) = 0;
    // A name or an address.
    virtual void findInLists(const QString& sought, QObject* context,
                             Done<QList<api::ListFinding>> done) = 0;

    virtual void explain(api::ConnectionId id, QObject* context, Done<api::Explanation> done) = 0;
    virtual void explain(const api::Attempt& attempt, QObject* context,
                         Done<api::Explanation> done) = 0;
    virtual void process(api::ConnectionId id, QObject* context, Done<api::Process> done) = 0;
    virtual void history(const api::HistoryFilter& filter, QObject* context,
                         Done<api::HistoryPage> done) = 0;
    virtual void totals(QObject* context, Done<QList<api::Totals>> done) = 0;
    // In the text format of Prometheus.
    virtual void metrics(QObject* context, Done<QString> done) = 0;

    virtual void questions(QObject* context, Done<QList<api::Question>> done) = 0;
    virtual void answer(api::QuestionId id, const api::Answer& answer, QObject* context,
                        Done<void> done) = 0;
    virtual void dismissMissed(api::QuestionId id, QObject* context, Done<void> done) = 0;

    // From now on this app is asked: questionAsked and questionCancelled follow, for those already
    // waiting too. Kept up across restarts of the helper.
    virtual void startAgent() = 0;
    // From now on connectionsChanged follows; the first carries everything (`reset` true). Kept up
    // across restarts of the helper until each watch() has had its unwatch().
    virtual void watch() = 0;
    virtual void unwatch() = 0;

  signals:
    void connectedChanged(bool connected);
    // The helper was looked for and is not there, or no bus is: then `noBus` says why. It may come
    // later all the same.
    void absent(const QString& noBus = {});
    void statusChanged(const sallyport::api::Status& status);
    void withheldChanged();
    void rulesChanged();
    void questionsChanged();
    void listsChanged();
    // While the helper reads the content of a list.
    void listProgress(const QString& name, quint64 done, quint64 all);
    void connectionsChanged(const sallyport::api::ProgramList& programs,
                            const sallyport::api::ConnectionList& connections, bool reset);
    void questionAsked(const sallyport::api::Question& question);
    void questionCancelled(sallyport::api::QuestionId id, const QString& reason);
};

}  // namespace sallyport::client
