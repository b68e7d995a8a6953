// Names on the bus, polkit actions, and how lists travel.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusArgument>
#include <QDBusUnixFileDescriptor>
#include <QList>
#include <QString>
#include <QVariantMap>

#include "api/connection.h"
#include "api/result.h"

using VariantMapList = QList<QVariantMap>;
Q_DECLARE_METATYPE(VariantMapList)
Q_DECLARE_METATYPE(sallyport::api::Connection)
Q_DECLARE_METATYPE(sallyport::api::ConnectionList)

namespace sallyport::api {

namespace dbus {
inline const QString kService = QStringLiteral("org.sallyport.Firewall1");
inline const QString kPath = QStringLiteral("/org/sallyport/Firewall1");
inline const QString kInterface = QStringLiteral("org.sallyport.Firewall1");
inline const QString kAgentInterface = QStringLiteral("org.sallyport.Agent1");
inline const QString kErrorPrefix = QStringLiteral("org.sallyport.Error.");
}  // namespace dbus

namespace polkit {
inline const QString kMonitor = QStringLiteral("org.sallyport.monitor");
inline const QString kAnswer = QStringLiteral("org.sallyport.answer");
inline const QString kAnswerLasting = QStringLiteral("org.sallyport.answer-lasting");
inline const QString kAnswerSystem = QStringLiteral("org.sallyport.answer-system");
inline const QString kRules = QStringLiteral("org.sallyport.rules");
inline const QString kRefreshLists = QStringLiteral("org.sallyport.refresh-lists");
inline const QString kSettings = QStringLiteral("org.sallyport.settings");
}  // namespace polkit

// Must be called once before any of the types above crosses the bus.
void registerTypes();

// "org.sallyport.Error.Invalid" and back; an unknown name is Failed, those of the bus itself
// (no owner, no reply) are Unavailable, its AccessDenied is Denied.
QString errorName(ErrorCode code);
ErrorCode errorCode(const QString& name);

// (tutiuyyayqsayqyyuttxxx): the fields of Connection in their order, addresses as 16 bytes.
QDBusArgument& operator<<(QDBusArgument& argument, const Connection& connection);
const QDBusArgument& operator>>(const QDBusArgument& argument, Connection& connection);

}  // namespace sallyport::api
