// How a call is authorised and answered, and what the service sends by itself.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDBusConnectionInterface>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

#include "firewall_adaptor.h"
#include "service/firewall_service.h"

namespace sallyport::service {
namespace {

using api::ErrorCode;
using api::failure;

const QString kBus = QStringLiteral("org.freedesktop.DBus");
const QString kBusPath = QStringLiteral("/org/freedesktop/DBus");

}  // namespace

FirewallService::FirewallService(engine::Engine& engine, QDBusConnection bus, QObject* parent)
    : QObject(parent), engine_(engine), bus_(std::move(bus)), prepared_(authority_, bus_) {
    api::registerTypes();
    gone_.setConnection(bus_);
    gone_.setWatchMode(QDBusServiceWatcher::WatchForUnregistration);
    connect(&gone_, &QDBusServiceWatcher::serviceUnregistered, this, &FirewallService::callerGone);
    connect(&engine_, &engine::Engine::statusChanged, this, [this](const api::Status& status) {
        sendTo(statusReaders_, QStringLiteral("StatusChanged"), {toMap(status)});
    });
    connect(&engine_, &engine::Engine::rulesChanged, this, &FirewallService::RulesChanged);
    connect(&engine_, &engine::Engine::questionsChanged, this, &FirewallService::QuestionsChanged);
    connect(&engine_, &engine::Engine::listsChanged, this, &FirewallService::ListsChanged);
    connect(&engine_.lists(), &engine::ListBook::progress, this,
            [this](const QString& name, qint64 done, qint64 all) {
                emit ListProgress(name, static_cast<qulonglong>(done),
                                  static_cast<qulonglong>(all));
            });
    connect(&engine_, &engine::Engine::ask, this, &FirewallService::sendAsk);
    connect(&engine_, &engine::Engine::withdraw, this, &FirewallService::sendCancel);
    connect(&engine_, &engine::Engine::connectionsChanged, this, &FirewallService::sendConnections);
}

api::Result<void> FirewallService::publish() {
    new FirewallAdaptor(this);  // owned by this object
    if (!bus_.registerObject(api::dbus::kPath, this))
        return failure(ErrorCode::Conflict,
                       QStringLiteral("the object path %1 is taken").arg(api::dbus::kPath));
    const QDBusReply<QDBusConnectionInterface::RegisterServiceReply> name =
        bus_.interface()->registerService(api::dbus::kService);
    if (!name.isValid())
        return failure(ErrorCode::Denied, QStringLiteral("the system bus refuses the name %1: %2")
                                              .arg(api::dbus::kService, name.error().message()));
    if (name.value() != QDBusConnectionInterface::ServiceRegistered)
        return failure(ErrorCode::Conflict,
                       QStringLiteral("another helper has the name %1").arg(api::dbus::kService));
    return {};
}

// For methods whose action does not depend on their arguments.
void FirewallService::allowed(const QString& action, Work work) {
    setDelayedReply(true);
    const bool looks = action == api::polkit::kMonitor;
    decide(message(), action, looks ? Interaction::Never : Interaction::Allowed, std::move(work));
}

void FirewallService::decide(const QDBusMessage& call, const QString& action,
                             Interaction interaction, Work work) {
    authority_.check(call.service(), action, interaction,
                     [this, call, work = std::move(work)](const api::Result<void>& granted) {
                         reply(call, granted ? work() : api::Result<Out>(granted.error()));
                     });
}

void FirewallService::allowedLater(const QString& action, Interaction interaction,
                                   std::function<void(Answered)> work) {
    setDelayedReply(true);
    const QDBusMessage call = message();
    authority_.check(
        call.service(), action, interaction,
        [this, call, work = std::move(work)](const api::Result<void>& granted) {
            if (!granted)
                return reply(call, granted.error());
            work([this, call](const api::Result<Out>& result) { reply(call, result); });
        });
}

void FirewallService::refuse(const api::Error& error) {
    sendErrorReply(api::errorName(error.code), error.text);
}

void FirewallService::reply(const QDBusMessage& call, const api::Result<Out>& result) {
    if (!call.isReplyRequired())
        return;
    bus_.send(
        result ? call.createReply(*result)
               : call.createErrorReply(api::errorName(result.error().code), result.error().text));
}

// The user of the caller, as the bus knows it. The call fails when the caller has left.
void FirewallService::withUid(const QDBusMessage& call, std::function<void(quint32)> next) {
    QDBusMessage question = QDBusMessage::createMethodCall(kBus, kBusPath, kBus,
                                                           QStringLiteral("GetConnectionUnixUser"));
    question << call.service();
    auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, call, next = std::move(next)](QDBusPendingCallWatcher* finished) {
                finished->deleteLater();
                const QDBusPendingReply<uint> uid = *finished;
                if (uid.isError())
                    reply(call, failure(ErrorCode::Denied, uid.error().message()));
                else
                    next(uid.value());
            });
}

// The agent that was asked answers for its own user's programs with the action "answer", or, where
// that is wanted for what lasts, "answer-lasting". Everybody else, root's sallyportctl as well,
// needs "answer-system"; so does an agent for other programs.
QString FirewallService::actionFor(const QString& caller, const engine::Engine::Asked& asked,
                                   bool lasting) const {
    const auto agent = agents_.constFind(caller);
    const bool own =
        agent != agents_.constEnd() && asked.agents.contains(caller) && asked.uid == agent->uid;
    if (!own)
        return api::polkit::kAnswerSystem;
    return lasting && engine_.settings().passwordForLasting ? api::polkit::kAnswerLasting
                                                            : api::polkit::kAnswer;
}

// At once where polkit has said yes to this already.
void FirewallService::decideAboutQuestion(api::QuestionId question, bool lasting, Work work) {
    const auto asked = engine_.asked(question);
    if (!asked)
        return refuse(asked.error());
    const QString caller = message().service();
    const QString action = actionFor(caller, *asked, lasting);
    if (!prepared_.granted(question, caller, action))
        return allowed(action, std::move(work));
    setDelayedReply(true);
    reply(message(), work());
}

// Whether polkit would let it answer for the system decides what it is asked about.
void FirewallService::registerAgent(const QDBusMessage& call, const QString& path, quint32 uid) {
    authority_.wouldAllow(call.service(), api::polkit::kAnswerSystem,
                          [this, call, path, uid](bool system) {
                              const QString name = call.service();
                              prepared_.forgetCaller(name);
                              agents_.insert(name, {path, uid});
                              follow(name);
                              reply(call, Out{});
                              engine_.addAgent({name, uid, system});
                          });
}

// The bus may have told of the caller's leaving before it was followed.
void FirewallService::follow(const QString& name) {
    gone_.addWatchedService(name);
    QDBusMessage question =
        QDBusMessage::createMethodCall(kBus, kBusPath, kBus, QStringLiteral("NameHasOwner"));
    question << name;
    auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, name](QDBusPendingCallWatcher* finished) {
                finished->deleteLater();
                const QDBusPendingReply<bool> there = *finished;
                if (!there.isError() && !there.value())
                    callerGone(name);
            });
}

void FirewallService::callerGone(const QString& name) {
    forgetAgent(name);
    forgetWatcher(name);
    statusReaders_.remove(name);
    gone_.removeWatchedService(name);
}

void FirewallService::forgetAgent(const QString& name) {
    prepared_.forgetCaller(name);
    if (agents_.remove(name))
        engine_.removeAgent(name);
}

void FirewallService::forgetWatcher(const QString& name) {
    if (watchers_.remove(name) && watchers_.isEmpty())
        engine_.setWatched(false);
}

void FirewallService::sendAsk(const QString& agent, const api::Question& question) {
    QDBusMessage call = QDBusMessage::createMethodCall(
        agent, agents_.value(agent).path, api::dbus::kAgentInterface, QStringLiteral("Ask"));
    call << toMap(question);
    bus_.send(call);
    if (const auto asked = engine_.asked(question.id))
        prepared_.prepare(question.id, agent, actionFor(agent, *asked, false));
}

void FirewallService::sendCancel(const QString& agent, api::QuestionId id, const QString& reason) {
    prepared_.forget(id, agent);
    if (!agents_.contains(agent))
        return;
    QDBusMessage call = QDBusMessage::createMethodCall(
        agent, agents_.value(agent).path, api::dbus::kAgentInterface, QStringLiteral("Cancel"));
    call << qulonglong{id} << reason;
    bus_.send(call);
}

void FirewallService::sendConnections(const api::ProgramList& programs,
                                      const api::ConnectionList& connections) {
    VariantMapList list;
    for (const api::Program& program : programs)
        list.append(toMap(program));
    sendTo(watchers_, QStringLiteral("ConnectionsChanged"),
           {QVariant::fromValue(list), QVariant::fromValue(connections)});
}

// What not everybody on the bus may know.
void FirewallService::sendTo(const QSet<QString>& callers, const QString& name, const Out& args) {
    for (const QString& caller : callers) {
        QDBusMessage signal = QDBusMessage::createTargetedSignal(caller, api::dbus::kPath,
                                                                 api::dbus::kInterface, name);
        signal.setArguments(args);
        bus_.send(signal);
    }
}

}  // namespace sallyport::service
