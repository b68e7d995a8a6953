// The object on the system bus: reads the arguments, has polkit authorise the caller, and hands the
// work to the engine. Nothing else reaches the engine from outside.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusServiceWatcher>
#include <QDBusUnixFileDescriptor>
#include <QMap>
#include <QObject>
#include <functional>

#include "api/dbus.h"
#include "engine/engine.h"
#include "service/authority.h"
#include "service/prepared_grants.h"

namespace sallyport::service {

// Its slots and signals are those of helper/api/org.sallyport.Firewall1.xml and answer later: what
// they return is not sent. Methods that change something may let polkit ask for a password; those
// that only look never do.
class FirewallService : public QObject, protected QDBusContext {
    Q_OBJECT
  public:
    FirewallService(engine::Engine& engine, QDBusConnection bus, QObject* parent = nullptr);

    // Takes the object's path, then the name on the bus. Conflict: another helper has it.
    api::Result<void> publish();

  public slots:
    QVariantMap GetStatus();
    void SetMode(const QString& mode);
    void SetModeUntil(const QString& mode, qlonglong untilMs);
    void Pause(uint seconds);
    void SetBlockAll(bool on);
    QVariantMap GetSettings();
    void SetSettings(const QVariantMap& settings);

    VariantMapList ListRules(uint from, uint& all);
    uint AddRule(const QVariantMap& rule);
    void EditRule(const QVariantMap& rule);
    void RemoveRules(const QList<uint>& ids);
    void SetRulesEnabled(const QList<uint>& ids, bool enabled);
    void ResetQuota(uint id);
    QVariantMap UndoRules();
    QVariantMap ImportRules(const QString& json, bool replace);
    QVariantMap ExplainConnection(qulonglong connection);
    QVariantMap ExplainAttempt(const QVariantMap& attempt);

    void RegisterAgent(const QDBusObjectPath& agent);
    void UnregisterAgent();
    void Answer(qulonglong question, const QVariantMap& answer);
    VariantMapList ListQuestions();
    void DismissMissed(qulonglong question);

    VariantMapList Watch(sallyport::api::ConnectionList& connections);
    void Unwatch();
    QVariantMap GetProcess(qulonglong connection);
    VariantMapList ListHistory(const QVariantMap& filter,
                               sallyport::api::ConnectionList& connections, QVariantMap& position);
    VariantMapList GetTotals();
    QString GetMetrics();

    VariantMapList GetLists();
    QVariantMap SetList(const QVariantMap& list, const QDBusUnixFileDescriptor& content);
    QVariantMap RefreshList(const QString& name, const QDBusUnixFileDescriptor& content);
    void CancelList(const QString& name);
    void RemoveList(const QString& name, bool despiteRules);
    QStringList GetBadLines(const QString& name);
    VariantMapList FindInLists(const QString& sought);

  signals:
    void RulesChanged();
    void QuestionsChanged();
    void ListsChanged();
    void ListProgress(const QString& name, qulonglong done, qulonglong all);

  private:
    using Out = QVariantList;  // out arguments in their order
    using Work = std::function<api::Result<Out>()>;

    void allowed(const QString& action, Work work);
    void decide(const QDBusMessage& call, const QString& action, Interaction interaction,
                Work work);
    // For what is answered later.
    using Answered = std::function<void(const api::Result<Out>&)>;
    void allowedLater(const QString& action, Interaction interaction,
                      std::function<void(Answered)> work);
    void lookLater(std::function<void(Answered)> work) {
        allowedLater(api::polkit::kMonitor, Interaction::Never, std::move(work));
    }
    void refuse(const api::Error& error);
    void reply(const QDBusMessage& call, const api::Result<Out>& result);
    void withUid(const QDBusMessage& call, std::function<void(quint32 uid)> next);
    // `lasting`: an answer that is kept for ever, or for more than a day.
    QString actionFor(const QString& caller, const engine::Engine::Asked& asked,
                      bool lasting) const;
    void decideAboutQuestion(api::QuestionId question, bool lasting, Work work);
    void registerAgent(const QDBusMessage& call, const QString& path, quint32 uid);

    void callerGone(const QString& name);
    void forgetAgent(const QString& name);
    void forgetWatcher(const QString& name);
    void sendTo(const QSet<QString>& callers, const QString& signal, const Out& args);
    void follow(const QString& name);
    void sendAsk(const QString& agent, const api::Question& question);
    void sendCancel(const QString& agent, api::QuestionId id, const QString& reason);
    void sendConnections(const api::ProgramList& programs, const api::ConnectionList& connections);

    engine::Engine& engine_;
    QDBusConnection bus_;
    Authority authority_;
    PreparedGrants prepared_;
    QDBusServiceWatcher gone_;
    // By unique name, which no other connection to this bus ever gets: its user stays true.
    struct RegisteredAgent {
        QString path;
        quint32 uid = 0;
    };
    QMap<QString, RegisteredAgent> agents_;
    QSet<QString> watchers_;
    QSet<QString> statusReaders_;  // told when it changes
};

}  // namespace sallyport::service
