// The helper over D-Bus. Nothing here waits: calls are sent, replies come from the event loop.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QDBusPendingCall>
#include <QDBusServiceWatcher>
#include <QTimer>
#include <memory>

#include "client/agent.h"
#include "client/firewall.h"

class FirewallProxy;

namespace sallyport::client {

// Finds the helper when it comes, goes or is replaced, and then takes up again what was asked of
// it: being the agent, watching. A lost or missing bus is looked for every few seconds.
class DbusFirewall : public Firewall {
    Q_OBJECT
  public:
    // `busAddress`: a D-Bus address; empty: the system bus.
    explicit DbusFirewall(QString busAddress, QObject* parent = nullptr);
    ~DbusFirewall() override;

    // The bus this app is to use: SALLYPORT_BUS_ADDRESS, which a trial or a test sets to a bus of
    // its own, else the system bus (empty).
    static QString busAddressFromEnvironment();

    bool connected() const override { return !owner_.isEmpty(); }
    const api::Status& status() const override { return status_; }
    const std::optional<api::Error>& withheld() const override { return withheld_; }
    void setMode(api::Mode mode, QObject* context, Done<void> done) override;
    void setModeUntil(api::Mode mode, qint64 untilMs, QObject* context, Done<void> done) override;
    void pause(quint32 seconds, QObject* context, Done<void> done) override;
    void setBlockAll(bool on, QObject* context, Done<void> done) override;
    void settings(QObject* context, Done<api::Settings> done) override;
    void setSettings(const api::Settings& settings, QObject* context, Done<void> done) override;
    void rules(QObject* context, Done<QList<api::Rule>> done) override;
    void addRule(const api::Rule& rule, QObject* context, Done<api::RuleId> done) override;
    void editRule(const api::Rule& rule, QObject* context, Done<void> done) override;
    void removeRules(const QList<api::RuleId>& ids, QObject* context, Done<void> done) override;
    void setRulesEnabled(const QList<api::RuleId>& ids, bool on, QObject* context,
                         Done<void> done) override;
    void resetQuota(api::RuleId id, QObject* context, Done<void> done) override;
    void undoRules(QObject* context, Done<QVariantMap> done) override;
    void exportRules(QObject* context, Done<QString> done) override;
    void importRules(const QString& json, bool replace, QObject* context,
                     Done<QVariantMap> done) override;
    void lists(QObject* context, Done<QList<api::List>> done) override;
    void setList(const api::List& list, const ListContent& content, QObject* context,
                 Done<api::ListReport> done) override;
    void refreshList(const QString& name, const ListContent& content, QObject* context,
                     Done<api::ListReport> done) override;
    void cancelList(const QString& name, QObject* context, Done<void> done) override;
    void removeList(const QString& name, bool despiteRules, QObject* context,
                    Done<void> done) override;
    void badLines(const QString& list, QObject* context, Done<QList<api::BadLine>> done) override;
    void findInLists(const QString& sought, QObject* context,
                     Done<QList<api::ListFinding>> done) override;
    void explain(api::ConnectionId id, QObject* context, Done<api::Explanation> done) override;
    void explain(const api::Attempt& attempt, QObject* context,
                 Done<api::Explanation> done) override;
    void process(api::ConnectionId id, QObject* context, Done<api::Process> done) override;
    void history(const api::HistoryFilter& filter, QObject* context,
                 Done<api::HistoryPage> done) override;
    void totals(QObject* context, Done<QList<api::Totals>> done) override;
    void metrics(QObject* context, Done<QString> done) override;
    void questions(QObject* context, Done<QList<api::Question>> done) override;
    void answer(api::QuestionId id, const api::Answer& answer, QObject* context,
                Done<void> done) override;
    void dismissMissed(api::QuestionId id, QObject* context, Done<void> done) override;
    void startAgent() override;
    void watch() override;
    void unwatch() override;

  private slots:
    void busLost();

  private:
    static constexpr char16_t kAgentPath[] = u"/org/sallyport/Agent";

    void openBus();
    void ownerChanged(const QString& owner);
    void connectSignals();
    void takeUp();
    void refreshStatus();
    void withhold(const std::optional<api::Error>& why);
    void rulesAfter(const QList<api::Rule>& known, QObject* context, Done<QList<api::Rule>> done);
    api::Result<void> takeStatus(const QVariantMap& map);
    void registerAgent();
    void subscribe();
    void takeConnections(const QList<QVariantMap>& programs, const api::ConnectionList& list,
                         bool reset);

    // Sends when the helper is there, and makes a result of the finished call with `read`.
    // Templates defined and used in dbus_firewall.cpp only.
    template <class T, class Send, class Read>
    void start(QObject* context, Done<T> done, Send send, Read read);
    // For calls that return one value of type Reply.
    template <class T, class Reply, class Send, class Convert>
    void call(QObject* context, Done<T> done, Send send, Convert convert);
    // For calls that return nothing.
    template <class Send>
    void command(QObject* context, Done<void> done, Send send);

    QString busAddress_;
    QString busName_;  // Qt's name of the connection; one of its own, so that it can be renewed
    QTimer retry_;     // of the bus
    QTimer askAgain_;  // for the status
    std::unique_ptr<QDBusServiceWatcher> watcher_;
    std::unique_ptr<FirewallProxy> proxy_;  // null while there is no helper
    Agent* agent_;
    QString owner_;  // unique name of the helper; empty: away
    api::Status status_;
    std::optional<api::Error> withheld_;
    bool agentWanted_ = false;
    int watchers_ = 0;  // who look now
};

}  // namespace sallyport::client
