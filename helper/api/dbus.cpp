// Error names and the one struct that crosses the bus in bulk.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/dbus.h"

#include <QDBusError>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <algorithm>

#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<ErrorCode> kErrors[] = {{ErrorCode::Invalid, "Invalid"_L1},
                                       {ErrorCode::NotFound, "NotFound"_L1},
                                       {ErrorCode::Denied, "Denied"_L1},
                                       {ErrorCode::NoAgent, "NoAgent"_L1},
                                       {ErrorCode::NoAuthority, "NoAuthority"_L1},
                                       {ErrorCode::Unavailable, "Unavailable"_L1},
                                       {ErrorCode::Conflict, "Conflict"_L1},
                                       {ErrorCode::Unsupported, "Unsupported"_L1},
                                       {ErrorCode::Failed, "Failed"_L1}};

QByteArray toBytes(const Address& address) {
    return QByteArray(reinterpret_cast<const char*>(address.bytes.data()),
                      static_cast<qsizetype>(address.bytes.size()));
}

// Of any other length than 16: the unspecified address.
Address addressFrom(const QByteArray& bytes) {
    Address address;
    if (bytes.size() == static_cast<qsizetype>(address.bytes.size()))
        std::copy(bytes.begin(), bytes.end(), address.bytes.begin());
    return address;
}

// A number no enumerator has becomes `other`.
template <class E>
E enumFrom(uchar value, E last, E other) {
    return value <= static_cast<uchar>(last) ? static_cast<E>(value) : other;
}

}  // namespace

void registerTypes() {
    qDBusRegisterMetaType<VariantMapList>();
    qDBusRegisterMetaType<Connection>();
    qDBusRegisterMetaType<ConnectionList>();
    // An output argument is looked up by the name it has in the XML.
    qRegisterMetaType<ConnectionList>("sallyport::api::ConnectionList");
}

QString errorName(ErrorCode code) {
    return dbus::kErrorPrefix + wordOf(kErrors, code);
}

ErrorCode errorCode(const QString& name) {
    if (name.startsWith(dbus::kErrorPrefix))
        return valueOf(kErrors, name.mid(dbus::kErrorPrefix.size())).value_or(ErrorCode::Failed);
    switch (QDBusError(QDBusMessage::createError(name, {})).type()) {
        case QDBusError::AccessDenied:
            return ErrorCode::Denied;
        case QDBusError::ServiceUnknown:
        case QDBusError::NoReply:
        case QDBusError::NoServer:
        case QDBusError::NoNetwork:
        case QDBusError::Timeout:
        case QDBusError::TimedOut:
        case QDBusError::Disconnected:
            return ErrorCode::Unavailable;
        case QDBusError::InvalidArgs:
        case QDBusError::InvalidSignature:
            return ErrorCode::Invalid;
        default:
            break;
    }
    return name == "org.freedesktop.DBus.Error.NameHasNoOwner"_L1 ? ErrorCode::Unavailable
                                                                  : ErrorCode::Failed;
}

QDBusArgument& operator<<(QDBusArgument& argument, const Connection& connection) {
    argument.beginStructure();
    argument << connection.id << connection.program << connection.serial << connection.pid
             << connection.uid << static_cast<uchar>(connection.direction) << connection.protocol
             << toBytes(connection.remote) << connection.remotePort << connection.name
             << toBytes(connection.local) << connection.localPort
             << static_cast<uchar>(connection.state) << static_cast<uchar>(connection.reason)
             << connection.rule << connection.sent << connection.received << connection.startedMs
             << connection.endedMs << connection.heldMs;
    argument.endStructure();
    return argument;
}

const QDBusArgument& operator>>(const QDBusArgument& argument, Connection& connection) {
    uchar direction = 0;
    uchar state = 0;
    uchar reason = 0;
    QByteArray remote;
    QByteArray local;
    argument.beginStructure();
    argument >> connection.id >> connection.program >> connection.serial >> connection.pid >>
        connection.uid >> direction >> connection.protocol >> remote >> connection.remotePort >>
        connection.name >> local >> connection.localPort >> state >> reason >> connection.rule >>
        connection.sent >> connection.received >> connection.startedMs >> connection.endedMs >>
        connection.heldMs;
    argument.endStructure();
    connection.direction = enumFrom(direction, Direction::Inbound, Direction::Any);
    connection.state = enumFrom(state, ConnectionState::Listening, ConnectionState::Held);
    connection.reason = enumFrom(reason, Reason::Waiting, Reason::Waiting);
    connection.remote = addressFrom(remote);
    connection.local = addressFrom(local);
    return argument;
}

}  // namespace sallyport::api
