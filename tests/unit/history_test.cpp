// The history: what is found in it, how it forgets, and what becomes of a damaged file.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sqlite3.h>

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include "samples.h"
#include "store/history_store.h"

using namespace sallyport;
using namespace sallyport::api;
using namespace sallyport::store;
using namespace Qt::StringLiterals;

namespace {

QString why(const auto& result) {
    return result ? QString() : result.error().text;
}

HistoryEntry entry(qint64 endedMs, const QString& path = u"/usr/bin/curl"_s) {
    HistoryEntry entry{samples::connection(), {AppIdentity::Kind::Path, path, {}}};
    entry.connection.endedMs = endedMs;
    return entry;
}

QList<HistoryEntry> found(HistoryStore& store, const HistoryFilter& filter) {
    const Result<QList<HistoryEntry>> entries = store.query(filter);
    if (!entries)
        qWarning("%s", qPrintable(entries.error().text));
    return entries.value_or({});
}

QList<qint64> timesOf(const QList<HistoryEntry>& entries) {
    QList<qint64> times;
    for (const HistoryEntry& entry : entries)
        times += entry.connection.endedMs;
    return times;
}

}  // namespace

class HistoryTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void entriesSurviveReopening();
    void newestComeFirstInPages();
    void textFindsProgramsAddressesAndPorts();
    void stateAndTimeNarrow();
    void filtersAreChecked();
    void queriesUseTheIndex();
    void pruneForgetsWhatIsOld();
    void damagedFileIsKeptAside();
    void damageFoundLaterIsKeptAsideToo();
    void newerVersionIsRefused();
    void oldFilesAreBroughtUpToDate();

  private:
    HistoryStore open() {
        Result<HistoryStore> store = HistoryStore::open(path_);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        return std::move(*store);
    }

    std::unique_ptr<QTemporaryDir> dir_;
    QString path_;
};

void HistoryTest::init() {
    dir_ = std::make_unique<QTemporaryDir>();
    path_ = dir_->filePath(u"history.db"_s);
}

void HistoryTest::entriesSurviveReopening() {
    HistoryEntry first{samples::connection(), samples::script()};
    {
        HistoryStore store = open();
        QVERIFY(store.append({}));
        QVERIFY(store.append({first, entry(1)}));
        QCOMPARE(store.count().value(), 2);
    }
    HistoryStore store = open();
    const QList<HistoryEntry> entries = found(store, {});
    QCOMPARE(entries.size(), 2);
    first.connection.id = 1;
    first.connection.program = 0;
    QVERIFY(entries.first() == first);
    const QVariantMap map = toMap(first);
    QCOMPARE(map.value(u"path"_s).toString(), first.app.path);
    QCOMPARE(map.value(u"script"_s).toString(), first.app.script);
}

void HistoryTest::newestComeFirstInPages() {
    HistoryStore store = open();
    QList<HistoryEntry> entries;
    for (qint64 i = 0; i < 250; ++i)
        entries += entry((i * 7) % 250);
    QVERIFY(store.append(entries));
    QList<qint64> all;
    HistoryFilter filter;
    filter.limit = 60;
    for (filter.offset = 0;; filter.offset += filter.limit) {
        const QList<qint64> page = timesOf(found(store, filter));
        all += page;
        if (page.size() < filter.limit)
            break;
    }
    QCOMPARE(all.size(), 250);
    for (qint64 i = 0; i < 250; ++i)
        QCOMPARE(all[i], 249 - i);
}

void HistoryTest::textFindsProgramsAddressesAndPorts() {
    HistoryStore store = open();
    HistoryEntry script = entry(1);
    script.app = samples::script();
    HistoryEntry other = entry(2, u"/opt/100%_sure/app"_s);
    other.connection.remote = samples::address(u"2001:db8::77"_s);
    other.connection.remotePort = 8443;
    QVERIFY(store.append({script, other, entry(3)}));
    const auto times = [&store](const QString& text) {
        HistoryFilter filter;
        filter.text = text;
        return timesOf(found(store, filter));
    };
    QCOMPARE(times(u"CURL"_s), QList<qint64>{3});
    QCOMPARE(times(u"führe"_s), QList<qint64>{1});
    QCOMPARE(times(u"python"_s), QList<qint64>{1});
    QCOMPARE(times(u"db8::77"_s), QList<qint64>{2});
    QCOMPARE(times(u"8443"_s), QList<qint64>{2});
    QCOMPARE(times(u"192.0.2"_s), (QList<qint64>{3, 1}));
    QCOMPARE(times(u"100%_sure"_s), QList<qint64>{2});
    QCOMPARE(times(u"c%l"_s), QList<qint64>{});
    QCOMPARE(times(u"c_rl"_s), QList<qint64>{});
    QCOMPARE(times(u"\\"_s), QList<qint64>{});
    QCOMPARE(times(u"' OR 1=1 --"_s), QList<qint64>{});
}

void HistoryTest::stateAndTimeNarrow() {
    HistoryStore store = open();
    QList<HistoryEntry> entries;
    for (qint64 i = 1; i <= 20; ++i) {
        entries += entry(i);
        entries.last().connection.state =
            i % 2 ? ConnectionState::Blocked : ConnectionState::Allowed;
    }
    QVERIFY(store.append(entries));
    HistoryFilter filter;
    filter.state = ConnectionState::Blocked;
    filter.sinceMs = 5;
    filter.untilMs = 11;
    QCOMPARE(timesOf(found(store, filter)), (QList<qint64>{9, 7, 5}));
    filter.state = ConnectionState::Held;
    QVERIFY(found(store, filter).isEmpty());
}

void HistoryTest::filtersAreChecked() {
    const Result<HistoryFilter> filter = historyFilterFromMap({{u"text"_s, u"curl"_s},
                                                               {u"state"_s, u"blocked"_s},
                                                               {u"sinceMs"_s, 5},
                                                               {u"untilMs"_s, 50},
                                                               {u"offset"_s, 100},
                                                               {u"limit"_s, 1000}});
    QVERIFY2(filter, qPrintable(why(filter)));
    QCOMPARE(filter->text, u"curl"_s);
    QCOMPARE(filter->state, ConnectionState::Blocked);
    QCOMPARE(filter->limit, 1000);
    QVERIFY(!historyFilterFromMap({})->state);
    for (const QVariantMap& bad : {QVariantMap{{u"limit"_s, 0}}, QVariantMap{{u"limit"_s, 1001}},
                                   QVariantMap{{u"offset"_s, -1}}, QVariantMap{{u"state"_s, 1}},
                                   QVariantMap{{u"order"_s, u"up"_s}}})
        QVERIFY(!historyFilterFromMap(bad));
}

// Millions of rows: the order must come from an index, not from sorting what was found.
void HistoryTest::queriesUseTheIndex() {
    { open(); }
    sqlite3* raw = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(path_).constData(), &raw), SQLITE_OK);
    for (const char* where : {"", " AND state=1"}) {
        const QByteArray sql = QByteArray(
                                   "EXPLAIN QUERY PLAN SELECT * FROM history h JOIN programs "
                                   "p ON p.id=h.program WHERE ended>=1 AND ended<2") +
                               where + " ORDER BY ended DESC, h.id DESC LIMIT 10";
        sqlite3_stmt* statement = nullptr;
        QCOMPARE(sqlite3_prepare_v2(raw, sql.constData(), -1, &statement, nullptr), SQLITE_OK);
        QByteArray plan;
        while (sqlite3_step(statement) == SQLITE_ROW)
            plan +=
                reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)) + QByteArray("\n");
        sqlite3_finalize(statement);
        QVERIFY2(plan.contains("USING INDEX history_"), plan.constData());
        QVERIFY2(!plan.contains("TEMP B-TREE"), plan.constData());
    }
    sqlite3_close(raw);
}

void HistoryTest::pruneForgetsWhatIsOld() {
    HistoryStore store = open();
    QVERIFY(store.append({entry(1, u"/usr/bin/old"_s), entry(2), entry(3)}));
    QCOMPARE(store.prune(3).value(), 2);
    QCOMPARE(store.prune(3).value(), 0);
    QCOMPARE(timesOf(found(store, {})), QList<qint64>{3});
    QVERIFY(store.append({entry(4, u"/usr/bin/old"_s)}));
    QCOMPARE(found(store, {}).value(0).app.path, u"/usr/bin/old"_s);
}

void HistoryTest::damagedFileIsKeptAside() {
    const QByteArray rubbish(5000, 'x');
    QFile file(path_);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(rubbish);
    file.close();
    HistoryStore store = open();
    QVERIFY2(store.problem().contains(u"damaged"_s), qPrintable(store.problem()));
    QVERIFY(store.append({entry(1)}));
    QCOMPARE(store.count().value(), 1);
    QCOMPARE(QDir(dir_->path()).entryList({u"history.db.corrupt-*"_s}).size(), 1);
}

void HistoryTest::damageFoundLaterIsKeptAsideToo() {
    {
        HistoryStore store = open();
        QList<HistoryEntry> entries;
        for (qint64 i = 0; i < 2000; ++i)
            entries += entry(i);
        QVERIFY(store.append(entries));
    }
    QFile file(path_);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.size() > 100000);
    // The head and its schema stay; every other page is rubbish.
    file.seek(4096);
    file.write(QByteArray(file.size() - 4096, 'x'));
    file.close();

    HistoryStore store = open();
    QVERIFY2(store.problem().isEmpty(), qPrintable(store.problem()));
    const Result<void> written = store.append({entry(1), entry(2)});
    QVERIFY2(written, qPrintable(why(written)));
    QVERIFY2(store.problem().contains(u"damaged"_s), qPrintable(store.problem()));
    QCOMPARE(store.count().value(), 2);
    QCOMPARE(QDir(dir_->path()).entryList({u"history.db.corrupt-*Z"_s}).size(), 1);
}

void HistoryTest::newerVersionIsRefused() {
    sqlite3* raw = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(path_).constData(), &raw), SQLITE_OK);
    QCOMPARE(sqlite3_exec(raw, "PRAGMA user_version=99", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
    const Result<HistoryStore> store = HistoryStore::open(path_);
    QVERIFY(!store);
    QCOMPARE(store.error().code, ErrorCode::Unsupported);
}

// The file as version 1 made it.
void HistoryTest::oldFilesAreBroughtUpToDate() {
    sqlite3* raw = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(path_).constData(), &raw), SQLITE_OK);
    const char* sql =
        "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;"
        "CREATE TABLE programs (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, path TEXT NOT NULL,"
        " script TEXT NOT NULL, UNIQUE (kind, path, script));"
        "CREATE TABLE history (id INTEGER PRIMARY KEY, ended INTEGER NOT NULL,"
        " started INTEGER NOT NULL, program INTEGER NOT NULL REFERENCES programs(id),"
        " serial INTEGER NOT NULL, pid INTEGER NOT NULL, uid INTEGER NOT NULL,"
        " direction INTEGER NOT NULL, protocol INTEGER NOT NULL, remote TEXT NOT NULL,"
        " remote_port INTEGER NOT NULL, local TEXT NOT NULL, local_port INTEGER NOT NULL,"
        " state INTEGER NOT NULL, reason INTEGER NOT NULL, rule INTEGER NOT NULL,"
        " sent INTEGER NOT NULL, received INTEGER NOT NULL);"
        "CREATE INDEX history_ended ON history(ended, id);"
        "CREATE INDEX history_state ON history(state, ended, id);"
        "CREATE INDEX history_program ON history(program);"
        "INSERT INTO programs VALUES (3, 'path', '/usr/bin/curl', ''),"
        " (4, 'script', '/usr/bin/python3', '/opt/tool.py');"
        "INSERT INTO history VALUES (7, 1700000005000, 1700000000000, 4, 99, 4242, 1000, 1, 6,"
        " '192.0.2.1', 443, '198.51.100.7', 50000, 1, 0, 12, 100, -1),"
        " (9, 1700000004000, 1700000001000, 3, 98, 4243, 0, 2, 17,"
        " '2001:db8::5', 40000, '2001:db8::1', 53, 3, 2, 0, 5, 6);"
        "PRAGMA user_version=1;";
    QCOMPARE(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);

    HistoryStore store = open();
    const QList<HistoryEntry> entries = found(store, {});
    QCOMPARE(entries.size(), 2);
    const Connection& first = entries.first().connection;
    QCOMPARE(first.startedMs, 1700000000000);
    QCOMPARE(first.endedMs, 1700000005000);
    QCOMPARE(first.serial, 99u);
    QCOMPARE(first.pid, 4242);
    QCOMPARE(first.uid, 1000u);
    QCOMPARE(first.direction, Direction::Outbound);
    QCOMPARE(first.protocol, 6);
    QVERIFY(first.remote == samples::address(u"192.0.2.1"_s));
    QCOMPARE(first.remotePort, 443);
    QVERIFY(first.local == samples::address(u"198.51.100.7"_s));
    QCOMPARE(first.localPort, 50000);
    QCOMPARE(first.state, ConnectionState::Blocked);
    QCOMPARE(first.rule, 12u);
    QCOMPARE(first.received, 0xffffffffffffffff);
    QCOMPARE(first.name, QString());
    QCOMPARE(first.heldMs, 0);
    QCOMPARE(entries.first().app.script, u"/opt/tool.py"_s);
    const Connection& second = entries.last().connection;
    QCOMPARE(second.direction, Direction::Inbound);
    QCOMPARE(second.remotePort, 40000);
    QCOMPARE(second.localPort, 53);
    QCOMPARE(entries.last().app.path, u"/usr/bin/curl"_s);

    HistoryEntry more = entry(1700000006000);
    more.connection.name = u"www.example.org"_s;
    QVERIFY(store.append({more}));
    QCOMPARE(found(store, {}).value(0).connection.name, u"www.example.org"_s);
    QCOMPARE(found(store, {}).value(0).connection.heldMs, more.connection.heldMs);
}

QTEST_GUILESS_MAIN(HistoryTest)
#include "history_test.moc"
