// A Firewall without a helper: rules, questions and connections live in memory, answers come from
// the event loop as they would from the bus, and everything asked of it is written down.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <optional>

#include "client/firewall.h"

namespace sallyport::fakes {

class FakeFirewall : public client::Firewall {
    Q_OBJECT
  public:
    struct Answered {
        api::QuestionId id = 0;
        api::Answer answer;
    };

    explicit FakeFirewall(QObject* parent = nullptr);
    ~FakeFirewall() override;

    // --- what a test makes happen ---

    // The helper goes or comes back. Coming back repeats what the real one would: questions are
    // asked again when an agent was started, connections are sent again when watched.
    void setConnected(bool connected);
    void setStatus(const api::Status& status);
    // The helper is there and does not tell its status; none: it does again.
    void setWithheld(const std::optional<api::Error>& why) {
        withheld_ = why;
        emit withheldChanged();
    }
    void setSettings(const api::Settings& settings) { settings_ = settings; }
    void setRules(const QList<api::Rule>& rules);
    // The last that was asked about.
    const api::Attempt& attempt() const { return attempt_; }
    void setExplanation(const api::Explanation& explanation) { explanation_ = explanation; }
    void setProcess(const api::Process& process) { process_ = process; }
    // Newest first.
    void setHistory(const api::ProgramList& programs, const api::ConnectionList& connections) {
        past_ = {programs, connections, 0, 0};
    }
    void setTotals(const QList<api::Totals>& totals) { totals_ = totals; }
    void setLists(const QList<api::List>& lists);
    void setFindings(const QList<api::ListFinding>& findings) { findings_ = findings; }
    // What the next contents are found to be; the list's own fields are those it was given.
    void setReport(const api::ListReport& report) { report_ = report; }
    // A program connects: asked at once when an agent was started.
    void ask(const api::Question& question);
    // The question goes without an answer; with "timed-out" it stays on as missed.
    void withdraw(api::QuestionId id, const QString& reason);
    // What watchers get; remembered, so that a later watch() starts with it.
    void publish(const api::ProgramList& programs, const api::ConnectionList& connections,
                 bool reset = false);
    // The next call fails with this.
    void failNext(api::ErrorCode code, const QString& text = QStringLiteral("told to fail"));

    // --- what a test looks at ---

    const QList<Answered>& answers() const { return answers_; }
    const QList<api::Rule>& ruleList() const { return rules_; }
    const api::Settings& currentSettings() const { return settings_; }
    // Waiting questions first, then the missed ones.
    QList<api::Question> questionList() const;
    // The name of every call with its arguments in words: "setMode learn", "pause 300" ...
    const QStringList& calls() const { return calls_; }
    bool agentStarted() const { return agent_; }
    bool watched() const { return watchers_ > 0; }

    // --- client::Firewall ---

    bool connected() const override { return connected_; }
    // From now on a list's content is read without end, until it is cancelled.
    void setReadsForEver() { readsForEver_ = true; }
    const api::Status& status() const override { return status_; }
    const std::optional<api::Error>& withheld() const override { return withheld_; }
    void setMode(api::Mode mode, QObject* context, client::Done<void> done) override;
    void setModeUntil(api::Mode mode, qint64 untilMs, QObject* context,
                      client::Done<void> done) override;
    void pause(quint32 seconds, QObject* context, client::Done<void> done) override;
    void setBlockAll(bool on, QObject* context, client::Done<void> done) override;
    void settings(QObject* context, client::Done<api::Settings> done) override;
    void setSettings(const api::Settings& settings, QObject* context,
                     client::Done<void> done) override;
    void rules(QObject* context, client::Done<QList<api::Rule>> done) override;
    void addRule(const api::Rule& rule, QObject* context, client::Done<api::RuleId> done) override;
    void editRule(const api::Rule& rule, QObject* context, client::Done<void> done) override;
    void removeRules(const QList<api::RuleId>& ids, QObject* context,
                     client::Done<void> done) override;
    void resetQuota(api::RuleId id, QObject* context, client::Done<void> done) override;
    void setRulesEnabled(const QList<api::RuleId>& ids, bool on, QObject* context,
                         client::Done<void> done) override;
    void undoRules(QObject* context, client::Done<QVariantMap> done) override;
    void exportRules(QObject* context, client::Done<QString> done) override;
    void importRules(const QString& json, bool replace, QObject* context,
                     client::Done<QVariantMap> done) override;
    void lists(QObject* context, client::Done<QList<api::List>> done) override;
    void setList(const api::List& list, const client::ListContent& content, QObject* context,
                 client::Done<api::ListReport> done) override;
    void refreshList(const QString& name, const client::ListContent& content, QObject* context,
                     client::Done<api::ListReport> done) override;
    void cancelList(const QString& name, QObject* context, client::Done<void> done) override;
    void removeList(const QString& name, bool despiteRules, QObject* context,
                    client::Done<void> done) override;
    void badLines(const QString& list, QObject* context,
                  client::Done<QList<api::BadLine>> done) override;
    void findInLists(const QString& sought, QObject* context,
                     client::Done<QList<api::ListFinding>> done) override;
    void explain(api::ConnectionId id, QObject* context,
                 client::Done<api::Explanation> done) override;
    void explain(const api::Attempt& attempt, QObject* context,
                 client::Done<api::Explanation> done) override;
    void process(api::ConnectionId id, QObject* context, client::Done<api::Process> done) override;
    void history(const api::HistoryFilter& filter, QObject* context,
                 client::Done<api::HistoryPage> done) override;
    void totals(QObject* context, client::Done<QList<api::Totals>> done) override;
    void metrics(QObject* context, client::Done<QString> done) override;
    void questions(QObject* context, client::Done<QList<api::Question>> done) override;
    void answer(api::QuestionId id, const api::Answer& answer, QObject* context,
                client::Done<void> done) override;
    void dismissMissed(api::QuestionId id, QObject* context, client::Done<void> done) override;
    void startAgent() override;
    void watch() override;
    void unwatch() override;

  private:
    struct Change {
        QString kind;
        QString note;
        QList<api::Rule> before;
    };

    // Writes the call down. The error it must end with, if any.
    std::optional<api::Error> begin(const QString& call);
    void takeMode(const QString& call, api::Mode mode, qint64 untilMs, QObject* context,
                  const client::Done<void>& done);
    bool fits(const api::HistoryFilter& filter, const api::Connection& connection) const;
    void keepForUndo(const QString& kind, const QString& note);
    void changedRules();
    void changedQuestions();
    qsizetype indexOf(const QList<api::Question>& list, api::QuestionId id) const;
    qsizetype indexOfRule(api::RuleId id) const;

    bool connected_ = true;
    bool agent_ = false;
    int watchers_ = 0;
    api::Status status_;
    std::optional<api::Error> withheld_;
    bool readsForEver_ = false;
    QHash<QString, std::function<void()>> reading_;  // what ends it
    api::Settings settings_;
    QList<api::Rule> rules_;
    api::RuleId nextRule_ = 1;
    QList<Change> undo_;
    QList<api::Question> waiting_;
    QList<api::Question> missed_;
    api::ProgramList programs_;
    api::ConnectionList connections_;
    api::Explanation explanation_;
    api::Attempt attempt_;
    api::Process process_;
    QList<api::List> lists_;
    QList<api::ListFinding> findings_;
    api::ListReport report_;
    api::HistoryPage past_;
    QList<api::Totals> totals_;
    QList<Answered> answers_;
    QStringList calls_;
    std::optional<api::Error> fail_;
};

}  // namespace sallyport::fakes
