// Ended connections in SQLite.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_store.h"

#include <algorithm>
#include <limits>

#include "api/fields.h"

namespace sallyport::store {

using api::Connection;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

// One row an ended connection; millions of them, so programs stand in a table of their own and
// addresses are text only because they are searched as text. 64-bit counts keep their bits.
constexpr const char* kSteps[] = {
    "CREATE TABLE programs ("
    "  id INTEGER PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  path TEXT NOT NULL,"
    "  script TEXT NOT NULL,"
    "  UNIQUE (kind, path, script));"
    "CREATE TABLE history ("
    "  id INTEGER PRIMARY KEY,"
    "  ended INTEGER NOT NULL,"
    "  started INTEGER NOT NULL,"
    "  program INTEGER NOT NULL REFERENCES programs(id),"
    "  serial INTEGER NOT NULL,"
    "  pid INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  direction INTEGER NOT NULL,"
    "  protocol INTEGER NOT NULL,"
    "  remote TEXT NOT NULL,"
    "  remote_port INTEGER NOT NULL,"
    "  local TEXT NOT NULL,"
    "  local_port INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  reason INTEGER NOT NULL,"
    "  rule INTEGER NOT NULL,"
    "  sent INTEGER NOT NULL,"
    "  received INTEGER NOT NULL);"
    "CREATE INDEX history_ended ON history(ended, id);"
    "CREATE INDEX history_state ON history(state, ended, id);"
    "CREATE INDEX history_program ON history(program);",
    "ALTER TABLE history ADD COLUMN name TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE history ADD COLUMN held INTEGER NOT NULL DEFAULT 0;",
};
// Losing the last seconds of history to a power cut is cheaper than a flush for every batch.
constexpr Schema kSchema{false, kSteps};

constexpr int kMostEntries = 1000;

// For LIKE ... ESCAPE '\': anywhere in the text.
QString likeAnywhere(QString text) {
    for (const QLatin1String special : {"\\"_L1, "%"_L1, "_"_L1})
        text.replace(special, u"\\"_s + special);
    return QLatin1Char('%') + text + QLatin1Char('%');
}

template <class E>
E enumOf(qint64 value, E last, E other) {
    return value >= 0 && value <= static_cast<qint64>(last) ? static_cast<E>(value) : other;
}

HistoryEntry entryOf(const Statement& row) {
    HistoryEntry entry;
    Connection& out = entry.connection;
    out.id = static_cast<quint64>(row.number(0));
    out.endedMs = row.number(1);
    out.startedMs = row.number(2);
    out.serial = static_cast<quint64>(row.number(3));
    out.pid = static_cast<qint32>(row.number(4));
    out.uid = static_cast<quint32>(row.number(5));
    out.direction = enumOf(row.number(6), api::Direction::Inbound, api::Direction::Any);
    out.protocol = static_cast<quint8>(row.number(7));
    out.remote = api::Address::parse(row.text(8)).value_or({});
    out.remotePort = static_cast<quint16>(row.number(9));
    out.local = api::Address::parse(row.text(10)).value_or({});
    out.localPort = static_cast<quint16>(row.number(11));
    out.state = enumOf(row.number(12), api::ConnectionState::Undecided, api::ConnectionState::Held);
    out.reason = enumOf(row.number(13), api::Reason::Waiting, api::Reason::Waiting);
    out.rule = static_cast<api::RuleId>(row.number(14));
    out.sent = static_cast<quint64>(row.number(15));
    out.received = static_cast<quint64>(row.number(16));
    out.name = row.text(17);
    out.heldMs = row.number(18);
    entry.app.kind = api::appKindFromWord(row.text(19)).value_or(api::AppIdentity::Kind::Unknown);
    entry.app.path = row.text(20);
    entry.app.script = row.text(21);
    return entry;
}

}  // namespace

QVariantMap toMap(const HistoryEntry& entry) {
    QVariantMap map = api::toMap(entry.connection);
    map.insert(u"path"_s, entry.app.path);
    map.insert(u"script"_s, entry.app.script);
    return map;
}

Result<HistoryFilter> historyFilterFromMap(const QVariantMap& map) {
    constexpr qint64 kMostMs = std::numeric_limits<qint64>::max();
    api::FieldReader reader(map, u"filter"_s);
    HistoryFilter filter;
    filter.text = reader.text(u"text"_s);
    if (reader.has(u"state"_s)) {
        filter.state =
            reader.parsed(u"state"_s, api::ConnectionState::Allowed, api::connectionStateFromWord);
    }
    filter.sinceMs = reader.number(u"sinceMs"_s, 0, 0, kMostMs);
    filter.untilMs = reader.number(u"untilMs"_s, 0, 0, kMostMs);
    filter.offset = reader.number(u"offset"_s, 0, 0, kMostMs);
    filter.limit = static_cast<int>(reader.number(u"limit"_s, filter.limit, 1, kMostEntries));
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return filter;
}

HistoryStore::HistoryStore(Database database, QString path)
    : database_(std::move(database)), path_(std::move(path)) {}

Result<HistoryStore> HistoryStore::open(const QString& path) {
    const Result<Database::Health> health = Database::examine(path, Database::Depth::Head);
    if (!health)
        return health.error();
    QString problem;
    if (*health == Database::Health::Damaged) {
        const Result<QString> aside = moveAside(path);
        if (!aside)
            return aside.error();
        problem = u"%1 was damaged and is kept as %2; the history begins anew"_s.arg(path, *aside);
    }
    Result<Database> database = Database::open(path, kSchema);
    if (!database)
        return database.error();
    HistoryStore store(std::move(*database), path);
    store.problem_ = problem;
    return store;
}

// Damage deep in the file shows only when it is used. open() looks at its head, so here the file
// is moved whatever that says.
Result<void> HistoryStore::startOver() {
    const Result<QString> aside = moveAside(path_);
    if (!aside)
        return aside.error();
    Result<HistoryStore> fresh = open(path_);
    if (!fresh)
        return fresh.error();
    database_ = std::move(fresh->database_);
    problem_ = u"%1 was damaged and is kept as %2; the history begins anew"_s.arg(path_, *aside);
    return {};
}

Result<void> HistoryStore::append(const QList<HistoryEntry>& entries) {
    if (entries.isEmpty())
        return {};
    Result<void> written = write(entries);
    if (written || !database_.damaged())
        return written;
    if (Result<void> again = startOver(); !again)
        return again;
    return write(entries);
}

Result<qint64> HistoryStore::programNumber(const api::AppIdentity& app) {
    const QString kind = api::toWord(app.kind);
    if (Result<void> there =
            database_.run("INSERT OR IGNORE INTO programs (kind, path, script) VALUES (?,?,?)",
                          kind, app.path, app.script);
        !there)
        return there.error();
    Result<Statement> row =
        database_.prepare("SELECT id FROM programs WHERE kind=? AND path=? AND script=?");
    if (!row)
        return row.error();
    const Result<bool> found = row->bind(kind, app.path, app.script).step();
    if (!found)
        return found.error();
    return row->number(0);
}

Result<void> HistoryStore::write(const QList<HistoryEntry>& entries) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    Result<Statement> row = database_.prepare(
        "INSERT INTO history (ended, started, program, serial, pid, uid, direction, protocol, "
        "remote, remote_port, local, local_port, state, reason, rule, sent, received, name, "
        "held) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!row)
        return row.error();
    QHash<api::AppIdentity, qint64> numbers;
    for (const HistoryEntry& entry : entries) {
        if (!numbers.contains(entry.app)) {
            const Result<qint64> number = programNumber(entry.app);
            if (!number)
                return number.error();
            numbers.insert(entry.app, *number);
        }
        const Connection& c = entry.connection;
        row->bind(c.endedMs, c.startedMs, numbers.value(entry.app), static_cast<qint64>(c.serial),
                  qint64{c.pid}, qint64{c.uid}, static_cast<qint64>(c.direction),
                  qint64{c.protocol}, c.remote.toString(), qint64{c.remotePort}, c.local.toString(),
                  qint64{c.localPort}, static_cast<qint64>(c.state), static_cast<qint64>(c.reason),
                  qint64{c.rule}, static_cast<qint64>(c.sent), static_cast<qint64>(c.received),
                  c.name, c.heldMs);
        if (Result<void> done = row->run(); !done)
            return done;
    }
    return transaction.commit();
}

Result<QList<HistoryEntry>> HistoryStore::query(const HistoryFilter& filter) {
    QByteArray sql =
        "SELECT h.id, ended, started, serial, pid, uid, direction, protocol, remote, remote_port, "
        "local, local_port, state, reason, rule, sent, received, name, held, kind, path, script "
        "FROM history h JOIN programs p ON p.id=h.program WHERE ended>=?1 AND ended<?2";
    if (filter.state)
        sql += " AND state=?3";
    if (!filter.text.isEmpty()) {
        sql +=
            " AND (path LIKE ?4 ESCAPE '\\' OR script LIKE ?4 ESCAPE '\\'"
            " OR remote LIKE ?4 ESCAPE '\\' OR name LIKE ?4 ESCAPE '\\' OR remote_port=?5)";
    }
    sql += " ORDER BY ended DESC, h.id DESC LIMIT ?6 OFFSET ?7";
    Result<Statement> rows = database_.prepare(sql.constData());
    if (!rows)
        return rows.error();
    bool isNumber = false;
    const uint port = filter.text.toUInt(&isNumber);
    rows->bind(
        filter.sinceMs, filter.untilMs > 0 ? filter.untilMs : std::numeric_limits<qint64>::max(),
        filter.state ? static_cast<qint64>(*filter.state) : qint64{-1}, likeAnywhere(filter.text),
        isNumber ? qint64{port} : qint64{-1}, qint64{std::clamp(filter.limit, 1, kMostEntries)},
        std::max(filter.offset, qint64{0}));
    QList<HistoryEntry> entries;
    while (true) {
        const Result<bool> row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            return entries;
        entries += entryOf(*rows);
    }
}

Result<qint64> HistoryStore::prune(qint64 beforeMs) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun().error();
    if (Result<void> done = database_.run("DELETE FROM history WHERE ended<?", beforeMs); !done)
        return done.error();
    const qint64 gone = database_.changes();
    if (Result<void> done =
            database_.exec("DELETE FROM programs WHERE id NOT IN (SELECT program FROM history)");
        !done)
        return done.error();
    if (Result<void> kept = transaction.commit(); !kept)
        return kept.error();
    // Gives the pages back to the file system.
    if (Result<void> done = database_.exec("PRAGMA incremental_vacuum"); !done)
        return done.error();
    return gone;
}

Result<qint64> HistoryStore::count() {
    return database_.number("SELECT count(*) FROM history");
}

}  // namespace sallyport::store
