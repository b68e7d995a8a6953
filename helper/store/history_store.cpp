// Ended connections in SQLite: writing them down and forgetting them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_store.h"

#include <QDate>
#include <QDateTime>
#include <QMap>
#include <algorithm>

#include "store/history_schema.h"

namespace sallyport::store {

using api::Connection;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kFreeShare = 10;  // a file has at most a tenth of it free
constexpr qint64 kFewPages = 256;  // less is not worth the work
constexpr int kDaysOfWeek = 7;
constexpr int kDaysOfMonth = 30;

qint64 dayOf(qint64 unixMs) {
    return QDateTime::fromMSecsSinceEpoch(unixMs).date().toJulianDay();
}

struct Sums {
    qint64 connections = 0;
    qint64 blocked = 0;
    quint64 sent = 0;
    quint64 received = 0;
};

// Finds the number of something in a table, or gives it one.
Result<qint64> numberOf(Statement& insert, Statement& select, const auto&... values) {
    if (Result<void> there = insert.bind(values...).run(); !there)
        return there.error();
    const Result<bool> found = select.bind(values...).step();
    if (!found)
        return found.error();
    return select.number(0);
}

}  // namespace

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
    Result<Database> database = Database::open(path, kHistorySchema);
    if (!database)
        return database.error();
    HistoryStore store(std::move(*database), path);
    store.problem_ = problem;
    return store;
}

Result<HistoryStore> HistoryStore::openInMemory(const QString& why) {
    constexpr int kPages = 4096, kPageBytes = 4096;
    Result<Database> database = Database::openInMemory(kHistorySchema, kPages);
    if (!database)
        return database.error();
    HistoryStore store(std::move(*database), u":memory:"_s);
    store.mostBytes_ = qint64{kPages} * kPageBytes / 4 * 3;  // the rest for what comes next
    store.problem_ = u"%1; the history is kept until sallyportd ends"_s.arg(why);
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
    texts_ = {};
    problem_ = u"%1 was damaged and is kept as %2; the history begins anew"_s.arg(path_, *aside);
    return {};
}

Result<void> HistoryStore::append(const QList<HistoryEntry>& entries) {
    if (entries.isEmpty())
        return {};
    QList<HistoryEntry> sorted = entries;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const HistoryEntry& a, const HistoryEntry& b) {
                         return a.connection.endedMs < b.connection.endedMs;
                     });
    Result<void> written = write(sorted);
    if (written || !database_.damaged())
        return written;
    if (Result<void> again = startOver(); !again)
        return again;
    return write(sorted);
}

// The numbers of programs and addresses in one batch.
struct HistoryStore::Numbers {
    QHash<api::AppIdentity, qint64> programs;
    QHash<std::pair<QString, QString>, qint64> hosts;
    QHash<QString, qint64> locals;
};

struct HistoryStore::Writing {
    static Result<Writing> prepare(Database& database) {
        Writing writing;
        const std::pair<std::optional<Statement>*, const char*> all[] = {
            {&writing.addProgram,
             "INSERT OR IGNORE INTO programs (kind, path, script) VALUES (?,?,?)"},
            {&writing.program, "SELECT id FROM programs WHERE kind=? AND path=? AND script=?"},
            {&writing.addHost, "INSERT OR IGNORE INTO hosts (address, name) VALUES (?,?)"},
            {&writing.host, "SELECT id FROM hosts WHERE address=? AND name=?"},
            {&writing.addLocal, "INSERT OR IGNORE INTO locals (address, last) VALUES (?,0)"},
            {&writing.local, "SELECT id FROM locals WHERE address=?"},
            {&writing.row,
             "INSERT INTO history (id, ended, lasted, program, serial, pid, uid, direction, "
             "protocol, remote, port, other_port, local, state, reason, rule, sent, received, "
             "held) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"}};
        for (const auto& [statement, sql] : all) {
            Result<Statement> prepared = database.prepare(sql);
            if (!prepared)
                return prepared.error();
            statement->emplace(std::move(*prepared));
        }
        return writing;
    }
    Result<void> number(Numbers& numbers, const HistoryEntry& entry) {
        const Connection& c = entry.connection;
        if (!numbers.programs.contains(entry.app)) {
            const Result<qint64> id = numberOf(*addProgram, *program, api::toWord(entry.app.kind),
                                               entry.app.path, entry.app.script);
            if (!id)
                return id.error();
            numbers.programs.insert(entry.app, *id);
        }
        const std::pair remote(c.remote.toString(), c.name.toLower());
        if (!numbers.hosts.contains(remote)) {
            const Result<qint64> id = numberOf(*addHost, *host, remote.first, remote.second);
            if (!id)
                return id.error();
            numbers.hosts.insert(remote, *id);
        }
        const QString here = c.local.toString();
        if (!numbers.locals.contains(here)) {
            const Result<qint64> id = numberOf(*addLocal, *local, here);
            if (!id)
                return id.error();
            numbers.locals.insert(here, *id);
        }
        return {};
    }
    Result<void> write(const Numbers& numbers, const HistoryEntry& entry, qint64 id) {
        const Connection& c = entry.connection;
        const bool inbound = c.direction == api::Direction::Inbound;
        const std::pair remote(c.remote.toString(), c.name.toLower());
        return row
            ->bind(id, c.endedMs, c.endedMs - c.startedMs, numbers.programs.value(entry.app),
                   static_cast<qint64>(c.serial), qint64{c.pid}, qint64{c.uid},
                   static_cast<qint64>(c.direction), qint64{c.protocol},
                   numbers.hosts.value(remote), qint64{inbound ? c.localPort : c.remotePort},
                   qint64{inbound ? c.remotePort : c.localPort},
                   numbers.locals.value(c.local.toString()), static_cast<qint64>(c.state),
                   static_cast<qint64>(c.reason), qint64{c.rule}, static_cast<qint64>(c.sent),
                   static_cast<qint64>(c.received), c.heldMs)
            .run();
    }

    std::optional<Statement> addProgram, program, addHost, host, addLocal, local, row;
};

Result<void> HistoryStore::write(const QList<HistoryEntry>& entries) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    Result<Writing> writing = Writing::prepare(database_);
    if (!writing)
        return writing.error();
    const Result<qint64> last = database_.number("SELECT max(id) FROM history");
    if (!last)
        return last.error();
    Numbers numbers;
    qint64 id = *last;
    for (const HistoryEntry& entry : entries) {
        if (Result<void> known = writing->number(numbers, entry); !known)
            return known;
        if (Result<void> written = writing->write(numbers, entry, ++id); !written)
            return written;
    }
    for (const qint64 local : std::as_const(numbers.locals)) {
        if (Result<void> used = database_.run("UPDATE locals SET last=? WHERE id=?", id, local);
            !used)
            return used;
    }
    if (Result<void> done = writeSpans(*last + 1, entries); !done)
        return done;
    if (Result<void> done = writeTotals(numbers, entries); !done)
        return done;
    return transaction.commit();
}

// Each entry widens the span it falls into; a span begins where the one before is full.
Result<void> HistoryStore::writeSpans(qint64 first, const QList<HistoryEntry>& entries) {
    const Result<qint64> open = database_.number("SELECT max(first) FROM spans");
    Result<Statement> put = database_.prepare(
        "INSERT INTO spans (first, oldest, newest) VALUES (?1,?2,?3) ON CONFLICT (first) DO UPDATE "
        "SET oldest=min(oldest, ?2), newest=max(newest, ?3)");
    if (!open || !put)
        return open ? put.error() : open.error();
    qint64 start = *open ? *open : first;
    for (qsizetype i = 0; i < entries.size();) {
        const qint64 id = first + i;
        if (id >= start + kSpanRows)
            start = id;
        const qsizetype room = static_cast<qsizetype>(start + kSpanRows - id);
        const qsizetype end = std::min(entries.size(), i + room);
        if (Result<void> done =
                put->bind(start, entries[i].connection.endedMs, entries[end - 1].connection.endedMs)
                    .run();
            !done)
            return done;
        i = end;
    }
    return {};
}

Result<void> HistoryStore::writeTotals(const Numbers& numbers, const QList<HistoryEntry>& entries) {
    QMap<std::pair<qint64, qint64>, Sums> sums;
    for (const HistoryEntry& entry : entries) {
        const Connection& c = entry.connection;
        Sums& sum = sums[{dayOf(c.endedMs), numbers.programs.value(entry.app)}];
        ++sum.connections;
        sum.blocked += c.state == api::ConnectionState::Blocked;
        sum.sent += c.sent;
        sum.received += c.received;
    }
    // A sum larger than the column stays at its end.
    Result<Statement> put = database_.prepare(
        "INSERT INTO totals (day, program, connections, blocked, sent, received) "
        "VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT (day, program) DO UPDATE SET "
        "connections=connections+?3, blocked=blocked+?4, "
        "sent=CAST(min(CAST(sent AS REAL)+?5, 9e18) AS INTEGER), "
        "received=CAST(min(CAST(received AS REAL)+?6, 9e18) AS INTEGER)");
    if (!put)
        return put.error();
    constexpr quint64 kMost = 9'000'000'000'000'000'000;
    for (auto sum = sums.cbegin(); sum != sums.cend(); ++sum) {
        if (Result<void> done =
                put->bind(sum.key().first, sum.key().second, sum->connections, sum->blocked,
                          static_cast<qint64>(std::min(sum->sent, kMost)),
                          static_cast<qint64>(std::min(sum->received, kMost)))
                    .run();
            !done)
            return done;
    }
    return {};
}

Result<api::HistoryPage> HistoryStore::query(const api::HistoryFilter& filter, int budgetMs) {
    return searchHistory(database_, texts_, filter, budgetMs);
}

Result<QList<api::Totals>> HistoryStore::totals(qint64 today) {
    Result<Statement> rows = database_.prepare(
        "SELECT day, connections, blocked, sent, received, kind, path, script FROM totals t "
        "JOIN programs p ON p.id=t.program WHERE day>? AND day<=?");
    if (!rows)
        return rows.error();
    rows->bind(today - kDaysOfMonth, today);
    QHash<api::AppIdentity, api::Totals> sums;
    for (;;) {
        const Result<bool> row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        const api::AppIdentity app{
            api::appKindFromWord(rows->text(5)).value_or(api::AppIdentity::Kind::Unknown),
            rows->text(6), rows->text(7)};
        api::Totals& total = sums[app];
        total.app = app;
        const qint64 age = today - rows->number(0);
        for (const auto& [days, sum] :
             {std::pair(1, &total.today), std::pair(kDaysOfWeek, &total.week),
              std::pair(kDaysOfMonth, &total.month)}) {
            if (age >= days)
                continue;
            sum->connections += static_cast<quint64>(rows->number(1));
            sum->blocked += static_cast<quint64>(rows->number(2));
            sum->sent += static_cast<quint64>(rows->number(3));
            sum->received += static_cast<quint64>(rows->number(4));
        }
    }
    QList<api::Totals> list = sums.values();
    std::sort(list.begin(), list.end(), [](const api::Totals& a, const api::Totals& b) {
        const quint64 bytesOfA = a.month.sent + a.month.received;
        const quint64 bytesOfB = b.month.sent + b.month.received;
        return bytesOfA != bytesOfB
                   ? bytesOfA > bytesOfB
                   : std::tie(a.app.path, a.app.script) < std::tie(b.app.path, b.app.script);
    });
    return list;
}

// `which` selects ids and remotes of a thousand rows at most. What only they mentioned goes with
// them. False: there are none.
template <class... Values>
Result<bool> HistoryStore::forget(const char* which, const Values&... values) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun().error();
    for (const char* sql : {"CREATE TEMP TABLE IF NOT EXISTS leaving "
                            "(id INTEGER PRIMARY KEY, host INTEGER NOT NULL)",
                            "DELETE FROM leaving"}) {
        if (Result<void> done = database_.exec(sql); !done)
            return done.error();
    }
    if (Result<void> done = database_.run(which, values...); !done)
        return done.error();
    if (database_.changes() == 0)
        return false;
    for (const char* sql :
         {"DELETE FROM history WHERE id IN (SELECT id FROM leaving)",
          "DELETE FROM hosts WHERE id IN (SELECT host FROM leaving) AND NOT EXISTS "
          "(SELECT 1 FROM history WHERE remote=hosts.id)"}) {
        if (Result<void> done = database_.exec(sql); !done)
            return done.error();
    }
    for (const char* sql :
         {"DELETE FROM spans WHERE first BETWEEN (SELECT min(id) FROM leaving)-?1 AND (SELECT "
          "max(id) FROM leaving) AND NOT EXISTS (SELECT 1 FROM history WHERE id BETWEEN first AND "
          "first+?1)",
          "UPDATE spans SET oldest=(SELECT min(ended) FROM history WHERE id BETWEEN first AND "
          "first+?1) WHERE first BETWEEN (SELECT min(id) FROM leaving)-?1 AND (SELECT max(id) FROM "
          "leaving)"}) {
        if (Result<void> done = database_.run(sql, kSpanRows - 1); !done)
            return done.error();
    }
    texts_ = {};
    if (Result<void> done = transaction.commit(); !done)
        return done.error();
    return true;
}

Result<bool> HistoryStore::forgetOld(qint64 beforeMs) {
    return forget(
        "INSERT INTO leaving SELECT h.id, h.remote FROM history h JOIN "
        "(SELECT first FROM spans WHERE oldest<?1 ORDER BY first LIMIT 1) s "
        "ON h.id BETWEEN s.first AND s.first+?2 WHERE h.ended<?1",
        beforeMs, kSpanRows - 1);
}

Result<bool> HistoryStore::forgetMost() {
    return forget(
        "INSERT INTO leaving SELECT id, remote FROM history "
        "WHERE program=(SELECT program FROM kept ORDER BY rows DESC, program, state LIMIT 1) "
        "AND state=(SELECT state FROM kept ORDER BY rows DESC, program, state LIMIT 1) "
        "ORDER BY id LIMIT ?1",
        kSpanRows);
}

Result<void> HistoryStore::forgetTotals(qint64 day) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    if (Result<void> done = database_.run("DELETE FROM totals WHERE day<?", day); !done)
        return done;
    for (const char* sql :
         {"DELETE FROM kept WHERE rows=0",
          "DELETE FROM programs WHERE NOT EXISTS (SELECT 1 FROM history WHERE program=programs.id) "
          "AND NOT EXISTS (SELECT 1 FROM totals WHERE program=programs.id)",
          "DELETE FROM locals WHERE last<ifnull((SELECT min(id) FROM history), last+1)"}) {
        if (Result<void> done = database_.exec(sql); !done)
            return done;
    }
    return transaction.commit();
}

Result<bool> HistoryStore::shorten(const HistoryLimits& limits) {
    const Result<bool> old = forgetOld(limits.beforeMs);
    if (!old || *old)
        return old;
    const Result<bool> full = isFull(limits);
    if (!full)
        return full;
    if (*full) {
        const Result<bool> most = forgetMost();
        if (!most || *most)
            return most;
    }
    if (Result<void> done = forgetTotals(limits.totalsDay); !done)
        return done.error();
    return giveBack();
}

Result<bool> HistoryStore::isFull(const HistoryLimits& limits) {
    const qint64 most = mostBytes_ && limits.bytes ? std::min(mostBytes_, limits.bytes)
                                                   : std::max(mostBytes_, limits.bytes);
    if (most == 0)
        return false;
    const Result<qint64> used = usedBytes();
    return used ? Result<bool>(*used > most) : used.error();
}

Result<bool> HistoryStore::giveBack() {
    const Result<qint64> pages = database_.number("PRAGMA page_count");
    const Result<qint64> free = database_.number("PRAGMA freelist_count");
    if (!pages || !free)
        return pages ? free.error() : pages.error();
    if (*free <= kFewPages || *free <= *pages / kFreeShare)
        return false;
    if (Result<void> done = database_.exec("PRAGMA incremental_vacuum(1024)"); !done)
        return done.error();
    const Result<qint64> left = database_.number("PRAGMA freelist_count");
    if (!left)
        return left.error();
    return *left < *free;  // a file without that setting stays as it is
}

Result<qint64> HistoryStore::usedBytes() {
    qint64 values[3] = {};
    qsizetype i = 0;
    for (const char* sql : {"PRAGMA page_count", "PRAGMA freelist_count", "PRAGMA page_size"}) {
        const Result<qint64> value = database_.number(sql);
        if (!value)
            return value;
        values[i++] = *value;
    }
    return (values[0] - values[1]) * values[2];
}

Result<qint64> HistoryStore::count() {
    return database_.number("SELECT count(*) FROM history");
}

}  // namespace sallyport::store
