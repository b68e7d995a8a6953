// The helper over D-Bus: found, lost and found again.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAtomicInt>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QLoggingCategory>

#include "api/dbus.h"
#include "client/dbus_firewall.h"
#include "firewall_proxy.h"

namespace sallyport::client {
namespace {

Q_LOGGING_CATEGORY(log, "sallyport.client")

// A call that changes something may wait for a password.
constexpr int kCallTimeoutMs = 5 * 60 * 1000;
const QString kBusService = QStringLiteral("org.freedesktop.DBus");

}  // namespace

void DbusFirewall::openBus() {
    static QAtomicInt number;
    busName_ = QStringLiteral("sallyport-%1").arg(number.fetchAndAddRelaxed(1));
    QDBusConnection bus = busAddress_.isEmpty()
                              ? QDBusConnection::connectToBus(QDBusConnection::SystemBus, busName_)
                              : QDBusConnection::connectToBus(busAddress_, busName_);
    if (!bus.isConnected()) {
        const QString why = bus.lastError().message();
        qCWarning(log) << "no bus:" << why;
        QDBusConnection::disconnectFromBus(busName_);
        retry_.start();
        // Later: nobody listens to an object that is still being made.
        QMetaObject::invokeMethod(
            this, [this, why] { emit absent(why); }, Qt::QueuedConnection);
        return;
    }
    bus.connect(QString(), QStringLiteral("/org/freedesktop/DBus/Local"),
                QStringLiteral("org.freedesktop.DBus.Local"), QStringLiteral("Disconnected"), this,
                SLOT(busLost()));
    bus.registerObject(QString::fromUtf16(kAgentPath), agent_);
    watcher_ = std::make_unique<QDBusServiceWatcher>(api::dbus::kService, bus);
    connect(watcher_.get(), &QDBusServiceWatcher::serviceOwnerChanged, this,
            [this](const QString&, const QString&, const QString& owner) { ownerChanged(owner); });
    QDBusMessage ask =
        QDBusMessage::createMethodCall(kBusService, QStringLiteral("/org/freedesktop/DBus"),
                                       kBusService, QStringLiteral("GetNameOwner"));
    ask.setArguments({api::dbus::kService});
    auto* reply = new QDBusPendingCallWatcher(bus.asyncCall(ask), watcher_.get());
    connect(reply, &QDBusPendingCallWatcher::finished, this, [this, reply] {
        const QDBusPendingReply<QString> owner = *reply;
        reply->deleteLater();
        if (!owner_.isEmpty())
            return;
        if (owner.isError())
            emit absent();
        else
            ownerChanged(owner.value());
    });
}

void DbusFirewall::busLost() {
    qCWarning(log) << "the bus is gone";
    ownerChanged({});
    watcher_.reset();
    QDBusConnection::disconnectFromBus(busName_);
    retry_.start();
}

void DbusFirewall::ownerChanged(const QString& owner) {
    if (owner == owner_)
        return;
    const bool was = connected();
    owner_ = owner;
    agent_->setHelper(owner);
    // A new helper behind the same name knows nothing of us: gone, then there again.
    askAgain_.stop();
    withhold({});
    proxy_.reset();
    if (was)
        emit connectedChanged(false);
    if (owner.isEmpty())
        return;
    // By the name of its connection: called by the service's, a helper that somebody has just
    // stopped would be started again by the bus.
    proxy_ = std::make_unique<FirewallProxy>(owner, api::dbus::kPath, QDBusConnection(busName_));
    proxy_->setTimeout(kCallTimeoutMs);
    connectSignals();
    refreshStatus();
    takeUp();
}

// What a helper does not know of us yet, and what we do not know of it.
void DbusFirewall::takeUp() {
    if (agentWanted_)
        registerAgent();
    if (watchers_ > 0)
        subscribe();
    emit connectedChanged(true);
    emit rulesChanged();
    emit questionsChanged();
    emit listsChanged();
}

void DbusFirewall::connectSignals() {
    connect(proxy_.get(), &FirewallProxy::StatusChanged, this, &DbusFirewall::takeStatus);
    connect(proxy_.get(), &FirewallProxy::RulesChanged, this, &DbusFirewall::rulesChanged);
    connect(proxy_.get(), &FirewallProxy::QuestionsChanged, this, &DbusFirewall::questionsChanged);
    connect(proxy_.get(), &FirewallProxy::ListsChanged, this, &DbusFirewall::listsChanged);
    connect(proxy_.get(), &FirewallProxy::ListProgress, this, &DbusFirewall::listProgress);
    connect(proxy_.get(), &FirewallProxy::ConnectionsChanged, this,
            [this](const VariantMapList& programs, const api::ConnectionList& list) {
                takeConnections(programs, list, false);
            });
}

// A helper that goes away meanwhile is told of by its name. Without polkit it is asked again: then
// nothing else was taken up, either.
void DbusFirewall::withhold(const std::optional<api::Error>& why) {
    if (why && why->code == api::ErrorCode::Unavailable)
        return;
    if (why && why->code != api::ErrorCode::Denied)
        askAgain_.start();
    const bool same = why && withheld_ ? why->code == withheld_->code : !why && !withheld_;
    if (same)
        return;
    withheld_ = why;
    emit withheldChanged();
}

}  // namespace sallyport::client
