// Programs, processes and connections as maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/connection.h"

#include <limits>

#include "api/fields.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<ConnectionState> kStates[] = {
    {ConnectionState::Allowed, "allowed"_L1}, {ConnectionState::Blocked, "blocked"_L1},
    {ConnectionState::Held, "held"_L1},       {ConnectionState::Undecided, "undecided"_L1},
    {ConnectionState::Audited, "audited"_L1}, {ConnectionState::Listening, "listening"_L1}};
constexpr Word<Reason> kReasons[] = {
    {Reason::Rule, "rule"_L1},      {Reason::Answer, "answer"_L1},
    {Reason::Mode, "mode"_L1},      {Reason::TimedOut, "timed-out"_L1},
    {Reason::Paused, "paused"_L1},  {Reason::BlockAll, "block-all"_L1},
    {Reason::Waiting, "waiting"_L1}};

constexpr qint64 kMostMs = std::numeric_limits<qint64>::max();
constexpr qint64 kMostU32 = std::numeric_limits<quint32>::max();
constexpr qint64 kMostPid = std::numeric_limits<qint32>::max();

Result<Ancestor> ancestorFrom(const QVariant& value) {
    if (value.typeId() != QMetaType::QVariantMap)
        return failure(ErrorCode::Invalid, u"must hold maps"_s);
    FieldReader reader(value.toMap(), {});
    Ancestor ancestor;
    ancestor.pid = static_cast<qint32>(reader.number(u"pid"_s, 0, 0, kMostPid));
    ancestor.path = reader.text(u"path"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return ancestor;
}

}  // namespace

QString toWord(ConnectionState value) {
    return wordOf(kStates, value);
}
QString toWord(Reason value) {
    return wordOf(kReasons, value);
}
Result<ConnectionState> connectionStateFromWord(const QString& word) {
    return valueOf(kStates, word);
}
Result<Reason> reasonFromWord(const QString& word) {
    return valueOf(kReasons, word);
}

QVariantMap toMap(const Process& process) {
    QVariantList ancestors;
    for (const Ancestor& ancestor : process.ancestors)
        ancestors += QVariantMap{{u"pid"_s, ancestor.pid}, {u"path"_s, ancestor.path}};
    return {{u"serial"_s, process.serial},
            {u"pid"_s, process.pid},
            {u"uid"_s, process.uid},
            {u"path"_s, process.path},
            {u"commandLine"_s, process.commandLine},
            {u"ancestors"_s, ancestors},
            {u"startedMs"_s, process.startedMs},
            {u"identity"_s, toMap(process.identity)},
            {u"startedBy"_s, toMap(process.startedBy)},
            {u"inWritableFolder"_s, process.inWritableFolder},
            {u"deleted"_s, process.deleted},
            {u"container"_s, process.container},
            {u"fetchTool"_s, process.fetchTool}};
}

Result<Process> processFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    Process process;
    process.serial = reader.bigNumber(u"serial"_s);
    process.pid = static_cast<qint32>(reader.number(u"pid"_s, 0, 0, kMostPid));
    process.uid = static_cast<quint32>(reader.number(u"uid"_s, 0, 0, kMostU32));
    process.path = reader.text(u"path"_s);
    process.commandLine = reader.texts(u"commandLine"_s);
    const QVariantList ancestors = reader.list(u"ancestors"_s);
    for (const QVariant& value : ancestors) {
        const Result<Ancestor> ancestor = ancestorFrom(value);
        if (!ancestor) {
            reader.fail(u"ancestors"_s, ancestor.error().text);
            break;
        }
        process.ancestors += *ancestor;
    }
    process.startedMs = reader.number(u"startedMs"_s, 0, 0, kMostMs);
    process.identity = reader.parsedMap(u"identity"_s, process.identity, appFromMap);
    process.startedBy = reader.parsedMap(u"startedBy"_s, process.startedBy, appFromMap);
    process.inWritableFolder = reader.flag(u"inWritableFolder"_s);
    process.deleted = reader.flag(u"deleted"_s);
    process.container = reader.text(u"container"_s);
    process.fetchTool = reader.flag(u"fetchTool"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return process;
}

QVariantMap toMap(const Program& program) {
    return {{u"id"_s, program.id}, {u"identity"_s, toMap(program.identity)}};
}

Result<Program> programFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"program"_s);
    Program program;
    program.id = static_cast<ProgramId>(reader.number(u"id"_s, 0, 0, kMostU32));
    program.identity = reader.parsedMap(u"identity"_s, program.identity, appFromMap);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return program;
}

QVariantMap toMap(const Connection& connection) {
    return {{u"id"_s, connection.id},
            {u"program"_s, connection.program},
            {u"serial"_s, connection.serial},
            {u"pid"_s, connection.pid},
            {u"uid"_s, connection.uid},
            {u"direction"_s, toWord(connection.direction)},
            {u"protocol"_s, protocolToWord(connection.protocol)},
            {u"remote"_s, connection.remote.toString()},
            {u"remotePort"_s, connection.remotePort},
            {u"name"_s, connection.name},
            {u"local"_s, connection.local.toString()},
            {u"localPort"_s, connection.localPort},
            {u"state"_s, toWord(connection.state)},
            {u"reason"_s, toWord(connection.reason)},
            {u"rule"_s, connection.rule},
            {u"sent"_s, connection.sent},
            {u"received"_s, connection.received},
            {u"startedMs"_s, connection.startedMs},
            {u"endedMs"_s, connection.endedMs},
            {u"heldMs"_s, connection.heldMs}};
}

Result<Connection> connectionFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"connection"_s);
    Connection out;
    out.id = reader.bigNumber(u"id"_s);
    out.program = static_cast<ProgramId>(reader.number(u"program"_s, 0, 0, kMostU32));
    out.serial = reader.bigNumber(u"serial"_s);
    out.pid = static_cast<qint32>(reader.number(u"pid"_s, 0, 0, kMostPid));
    out.uid = static_cast<quint32>(reader.number(u"uid"_s, 0, 0, kMostU32));
    out.direction = reader.parsed(u"direction"_s, out.direction, directionFromWord);
    out.protocol = reader.parsed(u"protocol"_s, out.protocol, protocolFromWord);
    out.remote = reader.parsed(u"remote"_s, out.remote, Address::parse);
    out.remotePort = static_cast<quint16>(reader.number(u"remotePort"_s, 0, 0, 65535));
    out.name = reader.text(u"name"_s);
    out.local = reader.parsed(u"local"_s, out.local, Address::parse);
    out.localPort = static_cast<quint16>(reader.number(u"localPort"_s, 0, 0, 65535));
    out.state = reader.parsed(u"state"_s, out.state, connectionStateFromWord);
    out.reason = reader.parsed(u"reason"_s, out.reason, reasonFromWord);
    out.rule = static_cast<RuleId>(reader.number(u"rule"_s, 0, 0, kMaxRuleId));
    out.sent = reader.bigNumber(u"sent"_s);
    out.received = reader.bigNumber(u"received"_s);
    out.startedMs = reader.number(u"startedMs"_s, 0, 0, kMostMs);
    out.endedMs = reader.number(u"endedMs"_s, 0, 0, kMostMs);
    out.heldMs = reader.number(u"heldMs"_s, 0, 0, kMostMs);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return out;
}

}  // namespace sallyport::api
