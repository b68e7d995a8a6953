// The history: what is found in it, how it forgets, and what becomes of a damaged file.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sqlite3.h>

#include <QDate>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QIODevice>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QTime>
#include <QVariant>
#include <QVariantList>
#include <QVariantMap>

#include "samples.h"
#include "store/history.h"

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
    entry.connection.startedMs = endedMs - 1;
    return entry;
}

// The rows of a page with their programs.
QList<HistoryEntry> entriesOf(const HistoryPage& page) {
    QHash<ProgramId, AppIdentity> programs;
    for (const Program& program : page.programs)
        programs.insert(program.id, program.identity);
    QList<HistoryEntry> entries;
    for (const Connection& connection : page.connections)
        entries += HistoryEntry{connection, programs.value(connection.program)};
    return entries;
}

HistoryPage pageOf(HistoryStore& store, const HistoryFilter& filter) {
    const Result<HistoryPage> page = store.query(filter, 60'000);
    if (!page)
        qWarning("%s", qPrintable(page.error().text));
    return page.value_or({});
}

QList<HistoryEntry> found(HistoryStore& store, const HistoryFilter& filter) {
    return entriesOf(pageOf(store, filter));
}

// A free word of a search.
HistoryTerm word(const QString& text) {
    HistoryTerm term{{text}, {text}, {}, {}};
    if (text.at(0).isDigit()) {
        if (const auto port = PortRange::parse(text))
            term.ports = {*port};
    }
    return term;
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
    void filtersTravelAsMaps();
    void searchesFindWhatAnObviousSearchFinds();
    void aSearchThatTakesTooLongGoesOnWhereItStopped();
    void timeIsRightAfterTheClockWasSetBack();
    void whatIsOldIsForgotten();
    void whatIsTooMuchIsForgottenInSteps();
    void whatComesWithoutEndForgetsItsOwn();
    void sumsAreKeptByDay();
    void theThreadAnswersInOrder();
    void whatWaitsIsWrittenAtTheEnd();
    void damagedFileIsKeptAside();
    void damageFoundLaterIsKeptAsideToo();
    void newerVersionIsRefused();
    void aFileThatCannotBeOpenedStopsNothing();
    void oldFilesAreBroughtUpToDate();

  private:
    static int shortened(HistoryStore& store, const HistoryLimits& limits);
    HistoryStore open() {
        Result<HistoryStore> store = HistoryStore::open(path_);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        return std::move(*store);
    }

    // In the file, by another reader.
    qint64 rowsOf(const QByteArray& table) const;

    std::unique_ptr<QTemporaryDir> dir_;
    QString path_;
};

qint64 HistoryTest::rowsOf(const QByteArray& table) const {
    sqlite3* raw = nullptr;
    sqlite3_stmt* rows = nullptr;
    qint64 count = -1;
    const QByteArray sql = "SELECT count(*) FROM " + table;
    if (sqlite3_open(QFile::encodeName(path_).constData(), &raw) == SQLITE_OK &&
        sqlite3_prepare_v2(raw, sql.constData(), -1, &rows, nullptr) == SQLITE_OK &&
        sqlite3_step(rows) == SQLITE_ROW)
        count = sqlite3_column_int64(rows, 0);
    sqlite3_finalize(rows);
    sqlite3_close(raw);
    return count;
}

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
    first.connection.id = 2;
    first.connection.program = entries.first().connection.program;
    QVERIFY(entries.first() == first);
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
    do {
        const HistoryPage page = pageOf(store, filter);
        all += timesOf(entriesOf(page));
        filter.before = page.next;
    } while (filter.before);
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
    other.connection.remotePort = 50123;
    other.connection.localPort = 8443;  // it is inbound: this is the service's
    other.connection.name = u"Host.Example.ORG"_s;
    QVERIFY(store.append({script, other, entry(3)}));
    const auto times = [&store](const QString& text) {
        return timesOf(found(store, {.terms = {word(text)}}));
    };
    QCOMPARE(times(u"CURL"_s), QList<qint64>{3});
    QCOMPARE(times(u"führe"_s), QList<qint64>{1});
    QCOMPARE(times(u"python"_s), QList<qint64>{1});
    QCOMPARE(times(u"db8::77"_s), QList<qint64>{2});
    QCOMPARE(times(u"8443"_s), QList<qint64>{2});
    QCOMPARE(times(u"8000-9000"_s), QList<qint64>{2});
    QCOMPARE(times(u"50123"_s), QList<qint64>{});
    QCOMPARE(times(u"t.EXAMPLE.org"_s), QList<qint64>{2});
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
    filter.terms = {{{}, {}, {}, {ConnectionState::Blocked}}};
    filter.sinceMs = 5;
    filter.untilMs = 11;
    QCOMPARE(timesOf(found(store, filter)), (QList<qint64>{9, 7, 5}));
    filter.terms = {{{}, {}, {}, {ConnectionState::Held}}};
    QVERIFY(found(store, filter).isEmpty());
}

void HistoryTest::filtersTravelAsMaps() {
    HistoryFilter filter;
    filter.terms = {{{u"curl"_s, u"wget"_s}, {}, {}, {}},
                    {{u"443"_s}, {u"443"_s}, {PortRange::single(443), {8000, 8080}}, {}},
                    {{}, {}, {}, {ConnectionState::Blocked, ConnectionState::Undecided}}};
    filter.sinceMs = 5;
    filter.untilMs = 50;
    filter.before = 12;
    filter.limit = 1000;
    const Result<HistoryFilter> read = historyFilterFromMap(toMap(filter));
    QVERIFY2(read, qPrintable(why(read)));
    QVERIFY(*read == filter);
    QVERIFY(historyFilterFromMap({}).value() == HistoryFilter{});
    const auto term = [](const QString& key, const QVariant& value) {
        return QVariantMap{{u"terms"_s, QVariantList{QVariantMap{{key, value}}}}};
    };
    for (const QVariantMap& bad :
         {QVariantMap{{u"limit"_s, 0}}, QVariantMap{{u"limit"_s, 1001}},
          QVariantMap{{u"before"_s, -1}}, QVariantMap{{u"order"_s, u"up"_s}},
          QVariantMap{{u"terms"_s, QVariantList{1}}},
          QVariantMap{{u"terms"_s, QVariantList{QVariantMap()}}},
          QVariantMap{
              {u"terms"_s, QVariantList(17, QVariantMap{{u"programs"_s, QStringList{u"a"_s}}})}},
          term(u"states"_s, QStringList{u"lost"_s}), term(u"ports"_s, QStringList{u"70000"_s}),
          term(u"programs"_s, QStringList{QString()}), term(u"words"_s, QStringList{u"a"_s}),
          term(u"remotes"_s, QStringList(257, u"a"_s))})
        QVERIFY(!historyFilterFromMap(bad));
}

// Against an obvious reference, with every kind of term alone and together.
void HistoryTest::searchesFindWhatAnObviousSearchFinds() {
    HistoryStore store = open();
    QRandomGenerator random(7);
    QList<HistoryEntry> all;
    for (int batch = 0; batch < 5; ++batch) {
        QList<HistoryEntry> entries;
        for (qint64 i = 0; i < 700; ++i) {
            HistoryEntry one = entry(1 + batch * 700 + i, u"/usr/bin/p%1"_s.arg(random.bounded(9)));
            Connection& c = one.connection;
            c.direction = random.bounded(5) ? Direction::Outbound : Direction::Inbound;
            c.remote = Address::v4(0x0a000000u + random.bounded(1500u));
            c.name = random.bounded(2) ? u"h%1.example"_s.arg(random.bounded(40)) : QString();
            c.remotePort = static_cast<quint16>(440 + random.bounded(8));
            c.localPort = static_cast<quint16>(20 + random.bounded(8));
            c.state = static_cast<ConnectionState>(random.bounded(5));
            entries += one;
        }
        QVERIFY(store.append(entries));
        all += entries;
    }
    const auto termFits = [](const HistoryTerm& term, const HistoryEntry& e) {
        const Connection& c = e.connection;
        const auto any = [](const auto& list, auto fits) {
            return std::any_of(list.cbegin(), list.cend(), fits);
        };
        const quint16 port = c.direction == Direction::Inbound ? c.localPort : c.remotePort;
        return any(term.programs, [&](const QString& t) { return e.app.path.contains(t); }) ||
               any(term.remotes,
                   [&](const QString& t) {
                       return c.name.contains(t) || c.remote.toString().contains(t);
                   }) ||
               any(term.ports, [&](const PortRange& r) { return r.contains(port); }) ||
               term.states.contains(c.state);
    };
    const QList<HistoryTerm> terms{{{u"p3"_s}, {}, {}, {}},
                                   {{u"p3"_s, u"p5"_s}, {u"h7."_s}, {}, {}},
                                   {{}, {u"10.0.0.7"_s}, {}, {}},
                                   {{}, {u"10.0"_s}, {}, {}},  // more than are listed
                                   {{}, {}, {PortRange::single(443)}, {}},
                                   {{}, {}, {{0, 442}}, {}},
                                   {{}, {}, {PortRange::single(21)}, {ConnectionState::Blocked}},
                                   {{}, {}, {}, {ConnectionState::Blocked}},
                                   {{}, {}, {}, {ConnectionState::Allowed, ConnectionState::Held}},
                                   {{u"nowhere"_s}, {u"nowhere"_s}, {}, {}}};
    for (qsizetype i = 0; i < terms.size() * terms.size(); ++i) {
        HistoryFilter filter;
        filter.terms = {terms[i / terms.size()], terms[i % terms.size()]};
        filter.sinceMs = i % 3 ? 0 : 900;
        filter.untilMs = i % 4 ? 0 : 2900;
        filter.limit = 37;
        QList<qint64> expected;
        for (auto e = all.crbegin(); e != all.crend(); ++e) {
            const qint64 ended = e->connection.endedMs;
            if (ended >= filter.sinceMs && (!filter.untilMs || ended < filter.untilMs) &&
                termFits(filter.terms[0], *e) && termFits(filter.terms[1], *e))
                expected += ended;
        }
        QList<qint64> seen;
        do {
            const HistoryPage page = pageOf(store, filter);
            seen += timesOf(entriesOf(page));
            filter.before = page.next;
        } while (filter.before);
        QVERIFY2(seen == expected, qPrintable(u"combination %1"_s.arg(i)));
    }
}

void HistoryTest::aSearchThatTakesTooLongGoesOnWhereItStopped() {
    HistoryStore store = open();
    QList<HistoryEntry> entries;
    for (qint64 i = 1; i <= 3000; ++i)
        entries += entry(i);
    entries[4].connection.name = u"rare.example.org"_s;
    entries[2990].connection.name = u"rare.example.org"_s;
    QVERIFY(store.append(entries));
    HistoryFilter filter{.terms = {{{}, {u"rare"_s}, {{1, 2}}, {ConnectionState::Allowed}}}};
    QList<qint64> seen;
    int pages = 0;
    do {
        const Result<HistoryPage> page = store.query(filter, -1);  // no time at all
        QVERIFY2(page, qPrintable(why(page)));
        seen += timesOf(entriesOf(*page));
        QVERIFY(page->next == 0 || page->next < filter.before || filter.before == 0);
        QVERIFY(page->next == 0 || page->reachedMs > 0);
        filter.before = page->next;
        ++pages;
    } while (filter.before);
    QCOMPARE(seen, (QList<qint64>{2991, 5}));
    QVERIFY(pages > 100);
}

// A clock that was set back hides nothing.
void HistoryTest::timeIsRightAfterTheClockWasSetBack() {
    HistoryStore store = open();
    for (const qint64 start : {10'000, 2'000, 20'000}) {
        QList<HistoryEntry> entries;
        for (qint64 i = 0; i < 1500; ++i)
            entries += entry(start + i);
        QVERIFY(store.append(entries));
    }
    const auto times = [&](qint64 since, qint64 until) {
        return timesOf(found(store, {.terms = {}, .sinceMs = since, .untilMs = until}));
    };
    QCOMPARE(times(2'000, 2'003), (QList<qint64>{2'002, 2'001, 2'000}));
    QCOMPARE(times(11'498, 20'001), (QList<qint64>{20'000, 11'499, 11'498}));
    QCOMPARE(times(21'499, 0), QList<qint64>{21'499});
    QCOMPARE(times(30'000, 0), QList<qint64>{});
    QCOMPARE(times(0, 1'000), QList<qint64>{});
}

// Does all there is to do; gives how many steps it took.
int HistoryTest::shortened(HistoryStore& store, const HistoryLimits& limits) {
    for (int steps = 0;; ++steps) {
        const Result<bool> more = store.shorten(limits);
        if (!more)
            qFatal("%s", qPrintable(more.error().text));
        if (!*more)
            return steps;
    }
}

void HistoryTest::whatIsOldIsForgotten() {
    HistoryStore store = open();
    QVERIFY(store.append({entry(1, u"/usr/bin/old"_s), entry(2), entry(3)}));
    shortened(store, {.beforeMs = 3, .totalsDay = 3'000'000});
    QCOMPARE(timesOf(found(store, {})), QList<qint64>{3});
    QVERIFY(store.append({entry(4, u"/usr/bin/old"_s)}));
    QCOMPARE(found(store, {}).value(0).app.path, u"/usr/bin/old"_s);
    shortened(store, {.beforeMs = 100, .totalsDay = 3'000'000});
    QCOMPARE(store.count().value(), 0);
    QVERIFY(store.append({entry(5)}));
    QCOMPARE(timesOf(found(store, {})), QList<qint64>{5});
}

void HistoryTest::whatIsTooMuchIsForgottenInSteps() {
    HistoryStore store = open();
    for (int batch = 0; batch < 20; ++batch) {
        QList<HistoryEntry> entries;
        for (qint64 i = 0; i < 2000; ++i) {
            entries += entry(batch * 2000 + i + 1);
            entries.last().connection.remote = Address::v4(static_cast<quint32>(batch * 2000 + i));
        }
        QVERIFY(store.append(entries));
    }
    const qint64 before = store.usedBytes().value();
    const int steps = shortened(store, {.bytes = before / 2});
    QVERIFY(steps >= 20);  // a thousand rows at most in each
    QVERIFY(store.usedBytes().value() <= before / 2);
    QVERIFY(store.usedBytes().value() > before / 3);
    QCOMPARE(timesOf(found(store, {.terms = {}, .limit = 1})), QList<qint64>{40'000});
    sqlite3* raw = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(path_).constData(), &raw), SQLITE_OK);
    sqlite3_exec(raw, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    sqlite3_close(raw);
    QVERIFY(QFileInfo(path_).size() < before * 2 / 3);  // given back to the file system
}

// A flood of peers who are blocked at a server, and before it, in it and after it what was allowed.
void HistoryTest::whatComesWithoutEndForgetsItsOwn() {
    HistoryStore store = open();
    qint64 now = 0;
    const auto with = [&](ConnectionState state, const QString& path) {
        HistoryEntry one = entry(++now, path);
        one.connection.state = state;
        one.connection.remote = Address::v4(static_cast<quint32>(now));
        return one;
    };
    const QString client = u"/usr/bin/curl"_s, server = u"/usr/sbin/sshd"_s;
    const auto few = [&] {
        return QList{with(ConnectionState::Allowed, client), with(ConnectionState::Allowed, server),
                     with(ConnectionState::Blocked, client)};
    };
    QVERIFY(store.append(few()));
    for (int batch = 0; batch < 20; ++batch) {
        QList<HistoryEntry> entries;
        for (int i = 0; i < 2000; ++i)
            entries += with(ConnectionState::Blocked, server);
        QVERIFY(store.append(entries + few()));
    }
    shortened(store, {.bytes = store.usedBytes().value() / 2});
    const qint64 left = store.count().value();
    QVERIFY2(left > 10'000 && left < 30'000, qPrintable(QString::number(left)));
    const auto with1000 = [](const HistoryTerm& term) {
        return HistoryFilter{.terms = {term}, .limit = 1000};
    };
    QCOMPARE(found(store, with1000({{}, {}, {}, {ConnectionState::Allowed}})).size(), 42);
    QCOMPARE(found(store, with1000({{client}, {}, {}, {}})).size(), 42);
    const HistoryTerm flooded{{server}, {}, {}, {}};
    QCOMPARE(timesOf(found(store, with1000(flooded))).value(1), now - 3);  // of the flood the last
    // What is asked for by time, and what is too old, is found as before.
    QCOMPARE(timesOf(found(store, {.terms = {}, .untilMs = 4})), (QList<qint64>{3, 2, 1}));
    shortened(store, {.beforeMs = now, .totalsDay = 3'000'000});
    QCOMPARE(timesOf(found(store, {})), QList<qint64>{now});
    shortened(store, {.beforeMs = now + 1, .totalsDay = 3'000'000});
    for (const char* table : {"history", "hosts", "spans", "kept"})
        QCOMPARE(rowsOf(table), 0);
}

void HistoryTest::sumsAreKeptByDay() {
    HistoryStore store = open();
    const QDateTime noon(QDate(2024, 3, 20), QTime(12, 0));
    const qint64 today = noon.date().toJulianDay();
    const auto on = [&](int daysAgo, const QString& path, quint64 bytes, ConnectionState state) {
        HistoryEntry one = entry(noon.addDays(-daysAgo).toMSecsSinceEpoch(), path);
        one.connection.sent = bytes;
        one.connection.received = 2 * bytes;
        one.connection.state = state;
        return one;
    };
    using State = ConnectionState;
    QVERIFY(store.append({on(0, u"/a"_s, 1, State::Allowed), on(0, u"/a"_s, 10, State::Blocked),
                          on(6, u"/a"_s, 100, State::Allowed)}));
    QVERIFY(store.append({on(7, u"/a"_s, 1000, State::Allowed), on(29, u"/b"_s, 5000, State::Held),
                          on(30, u"/c"_s, 7, State::Allowed), on(0, u"/a"_s, 2, State::Allowed)}));
    const QList<Totals> totals = store.totals(today).value();
    QCOMPARE(totals.size(), 2);
    QCOMPARE(totals[0].app.path, u"/b"_s);
    QVERIFY(totals[0].today == Sums{});
    QVERIFY(totals[0].month == (Sums{1, 0, 5000, 10000}));
    QVERIFY(totals[1].today == (Sums{3, 1, 13, 26}));
    QVERIFY(totals[1].week == (Sums{4, 1, 113, 226}));
    QVERIFY(totals[1].month == (Sums{5, 1, 1113, 2226}));
    QVERIFY(totalsFromMap(toMap(totals[1])).value() == totals[1]);
    // The rows go, the sums stay as long as they are wanted.
    shortened(store, {.beforeMs = noon.addDays(1).toMSecsSinceEpoch(), .totalsDay = today - 6});
    QCOMPARE(store.count().value(), 0);
    QCOMPARE(store.totals(today).value().size(), 1);
    QVERIFY(store.totals(today).value().first().month == (Sums{4, 1, 113, 226}));
}

void HistoryTest::theThreadAnswersInOrder() {
    const auto history = History::open(path_);
    QVERIFY(history);
    QList<qint64> seen;
    int answers = 0;
    for (qint64 i = 1; i <= 3; ++i) {
        (*history)->append({entry(i)});
        (*history)->query({}, this, [&](const Result<HistoryPage>& page) {
            ++answers;
            seen = timesOf(entriesOf(page.value_or({})));
        });
    }
    auto gone = std::make_unique<QObject>();
    (*history)->query({}, gone.get(), [&](const Result<HistoryPage>&) { answers += 100; });
    gone.reset();
    QCOMPARE(answers, 0);  // nobody waits
    QTRY_COMPARE(answers, 3);
    QCOMPARE(seen, (QList<qint64>{3, 2, 1}));
    (*history)->shorten({.beforeMs = 3});
    QTRY_COMPARE((*history)->count().value(), 1);
    QCOMPARE(answers, 3);
}

void HistoryTest::whatWaitsIsWrittenAtTheEnd() {
    {
        const auto history = History::open(path_);
        QVERIFY(history);
        for (qint64 i = 1; i <= 20; ++i)
            (*history)->append({entry(i)});
    }
    QCOMPARE(open().count().value(), 20);
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

void HistoryTest::aFileThatCannotBeOpenedStopsNothing() {
    QVERIFY(QDir().mkpath(path_));
    const Result<std::unique_ptr<History>> history = History::openAnyway(path_);
    QVERIFY2(history, history ? "" : qPrintable(history.error().text));
    QVERIFY((*history)->problem().contains(path_));
    (*history)->append({HistoryEntry(), HistoryEntry()});
    const auto count = (*history)->count();
    QVERIFY2(count, count ? "" : qPrintable(count.error().text));
    QCOMPARE(*count, 2);
    QVERIFY((*history)->problem().contains(path_));
    // Nor does what is too much for memory.
    qint64 now = 2;
    for (int batch = 0; batch < 40; ++batch) {
        QList<HistoryEntry> entries;
        for (int i = 0; i < 1000; ++i) {
            entries += entry(++now);
            entries.last().connection.name = QString::number(now).rightJustified(250, u'n');
        }
        (*history)->append(entries);
        QVERIFY((*history)->count());
    }
    QVERIFY((*history)->count().value_or(0) > 1000);
    QVERIFY(QTest::qWaitFor([&] { return (*history)->problem().contains(path_); }));
    std::optional<HistoryPage> newest;
    (*history)->query({.terms = {}, .limit = 1}, (*history).get(),
                      [&](const Result<HistoryPage>& page) { newest = page.value_or({}); });
    QTRY_VERIFY(newest);
    QCOMPARE(timesOf(entriesOf(*newest)), QList<qint64>{now});
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
    QCOMPARE(found(store, {.terms = {word(u"53"_s)}}).size(), 1);
    QCOMPARE(found(store, {.terms = {word(u"2001:"_s)}}).size(), 1);
    QCOMPARE(found(store, {.terms = {}, .sinceMs = 1700000005000}).size(), 1);
    const QList<Totals> totals =
        store.totals(QDateTime::fromMSecsSinceEpoch(1700000005000).date().toJulianDay()).value();
    QCOMPARE(totals.size(), 2);
    QVERIFY(totals[0].today == (Sums{1, 1, 100, 0}));
    QVERIFY(totals[1].today == (Sums{1, 0, 5, 6}));

    HistoryEntry more = entry(1700000006000);
    more.connection.name = u"www.example.org"_s;
    QVERIFY(store.append({more}));
    QCOMPARE(found(store, {}).value(0).connection.name, u"www.example.org"_s);
    QCOMPARE(found(store, {}).value(0).connection.heldMs, more.connection.heldMs);
}

QTEST_GUILESS_MAIN(HistoryTest)
#include "history_test.moc"
