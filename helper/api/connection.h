// What the live view shows: programs and their connections, and why each was allowed or stopped.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "api/address.h"
#include "api/rule.h"

namespace sallyport::api {

// Given by the helper, positive, unique until the helper starts anew.
using ConnectionId = quint64;
// A number for an AppIdentity, given by the helper, unique until it starts anew.
using ProgramId = quint32;

// Undecided: Learn mode let it pass for lack of a rule. Audited: it passed, and would have been
// blocked, by the rule or, for lack of one, in Lock down. Listening: no connection yet, the program
// waits for others to call; the remote is unspecified, and no rule has decided anything.
enum class ConnectionState : quint8 { Allowed, Blocked, Held, Undecided, Audited, Listening };
// What decided.
enum class Reason : quint8 { Rule, Answer, Mode, TimedOut, Paused, BlockAll, Waiting };

struct Program {
    ProgramId id = 0;
    AppIdentity identity;
    bool operator==(const Program&) const = default;
};

// One process on the way from the connecting one up to the first.
struct Ancestor {
    qint32 pid = 0;
    QString path;
    bool operator==(const Ancestor&) const = default;
};

// Recorded by the kernel at exec; true even when the process is gone (LEAKS I15).
struct Process {
    quint64 serial = 0;  // of the exec: shared by its forks, never reused
    qint32 pid = 0;
    quint32 uid = 0;
    QString path;
    QStringList commandLine;    // as far as it was recorded
    QList<Ancestor> ancestors;  // parent first
    qint64 startedMs = 0;
    AppIdentity identity;
    AppIdentity startedBy;          // the parent's identity
    bool inWritableFolder = false;  // the user can change the file
    bool deleted = false;
    QString container;  // what that is called in which it runs; empty: in none that is known
    // The content of its file, as in Rule; empty: only root can change the file. Not in maps.
    QString sha256{};
    bool fetchTool = false;  // curl, ssh, python ...: no lasting rule by default (LEAKS I12)
    bool operator==(const Process&) const = default;
};

struct Connection {
    ConnectionId id = 0;
    ProgramId program = 0;
    quint64 serial = 0;  // of the process
    qint32 pid = 0;
    quint32 uid = 0;
    Direction direction = Direction::Outbound;
    quint8 protocol = 0;
    Address remote;
    quint16 remotePort = 0;
    QString name;  // that the remote is judged by, not always one of a host; empty: none
    Address local;
    quint16 localPort = 0;
    ConnectionState state = ConnectionState::Held;
    Reason reason = Reason::Waiting;
    RuleId rule = 0;
    quint64 sent = 0;      // bytes of IP packets, out
    quint64 received = 0;  // bytes of IP packets, in
    qint64 startedMs = 0;
    qint64 endedMs = 0;  // 0: still open
    qint64 heldMs = 0;   // how long it waited until it was decided; counted when that is over
    bool operator==(const Connection&) const = default;
};
using ConnectionList = QList<Connection>;
using ProgramList = QList<Program>;

QVariantMap toMap(const Process& process);
Result<Process> processFromMap(const QVariantMap& map);
QVariantMap toMap(const Program& program);
Result<Program> programFromMap(const QVariantMap& map);
QVariantMap toMap(const Connection& connection);
Result<Connection> connectionFromMap(const QVariantMap& map);

QString toWord(ConnectionState value);
QString toWord(Reason value);
Result<ConnectionState> connectionStateFromWord(const QString& word);
Result<Reason> reasonFromWord(const QString& word);

}  // namespace sallyport::api
