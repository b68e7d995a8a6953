// What searching a long history costs: a history.db is made, and asked.
//   history_bench [ROWS [FOLDER]]      10,000,000 unless said; about 130 bytes each in FOLDER
// Prints bytes a row, milliseconds for the first page of each search, the longest of a long scroll,
// and what writing and forgetting take. One core; wants nothing.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sqlite3.h>

#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

#include "store/history_store.h"

namespace sallyport::bench {

namespace {

using api::HistoryFilter;
using store::HistoryEntry;
using store::HistoryStore;

constexpr int kPrograms = 400;
constexpr int kHosts = 200'000;
constexpr qint64 kFirstMs = 1'700'000'000'000;
constexpr qint64 kEveryMs = 800;

double millisecondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

// Few of many are chosen often, as programs and hosts are.
qint64 skewed(QRandomGenerator& random, int below) {
    return static_cast<qint64>(std::pow(random.generateDouble(), 4) * below);
}

// Rows without their indexes go in fast; the indexes are made at the end.
class Filler {
  public:
    explicit Filler(const QString& path) {
        check(sqlite3_open(QFile::encodeName(path).constData(), &handle_));
        sql("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA cache_size=-200000");
    }
    ~Filler() {
        sql("PRAGMA journal_mode=WAL");
        sqlite3_close(handle_);
    }
    Filler(const Filler&) = delete;
    Filler& operator=(const Filler&) = delete;

    void fill(qint64 rows) {
        const QList<QByteArray> indexes = takeIndexes();
        sql("BEGIN");
        programsAndHosts();
        history(rows);
        sql("INSERT INTO spans SELECT min(id), min(ended), max(ended) FROM history "
            "GROUP BY (id - 1) / 1024");
        for (const QByteArray& index : indexes)
            sql(index.constData());
        sql("COMMIT");
    }

  private:
    void check(int code) {
        if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
            qFatal("%s", sqlite3_errmsg(handle_));
    }
    void sql(const char* text) { check(sqlite3_exec(handle_, text, nullptr, nullptr, nullptr)); }
    sqlite3_stmt* prepare(const char* text) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(handle_, text, -1, &statement, nullptr));
        return statement;
    }
    QList<QByteArray> takeIndexes() {
        QList<QByteArray> made;
        QList<QByteArray> names;
        sqlite3_stmt* rows = prepare(
            "SELECT name, sql FROM sqlite_schema WHERE type='index' AND tbl_name='history'");
        while (sqlite3_step(rows) == SQLITE_ROW) {
            names += reinterpret_cast<const char*>(sqlite3_column_text(rows, 0));
            made += reinterpret_cast<const char*>(sqlite3_column_text(rows, 1));
        }
        sqlite3_finalize(rows);
        for (const QByteArray& name : names)
            sql(("DROP INDEX " + name).constData());
        return made;
    }
    void run(sqlite3_stmt* statement) {
        check(sqlite3_step(statement));
        sqlite3_reset(statement);
    }
    static void text(sqlite3_stmt* statement, int at, const QByteArray& value) {
        sqlite3_bind_text(statement, at, value.constData(), int(value.size()), SQLITE_TRANSIENT);
    }
    void programsAndHosts() {
        sqlite3_stmt* row = prepare("INSERT INTO programs VALUES (?, 'path', ?, '')");
        for (int i = 1; i <= kPrograms; ++i) {
            sqlite3_bind_int(row, 1, i);
            text(row, 2,
                 "/usr/lib/suite-" + QByteArray::number(i % 20) + "/program-" +
                     QByteArray::number(i));
            run(row);
        }
        sqlite3_finalize(row);
        row = prepare("INSERT INTO hosts VALUES (?, ?, ?)");
        for (int i = 1; i <= kHosts; ++i) {
            sqlite3_bind_int(row, 1, i);
            text(row, 2, api::Address::v4(0x0b000000u + quint32(i) * 331u).toString().toLatin1());
            text(row, 3,
                 i % 3 ? "www" + QByteArray::number(i) + ".domain" + QByteArray::number(i % 3001) +
                             ".example"
                       : QByteArray());
            run(row);
        }
        sqlite3_finalize(row);
        sql("INSERT INTO locals VALUES (1, '192.168.1.20', 9000000000)");
    }
    void history(qint64 rows) {
        QRandomGenerator random(1);
        sqlite3_stmt* row =
            prepare("INSERT INTO history VALUES (?,?,?,?,?,?,1000,1,6,?,?,?,1,?,0,?,?,?,0)");
        for (qint64 i = 1; i <= rows; ++i) {
            const quint32 dice = random.bounded(100u);
            const qint64 port = dice < 70 ? 443 : dice < 90 ? 53 : 1024 + random.bounded(60'000u);
            const qint64 values[] = {i,
                                     kFirstMs + i * kEveryMs,
                                     qint64{random.bounded(100'000u)},
                                     1 + skewed(random, kPrograms),
                                     1'000'000 + i / 7,
                                     2'000 + i / 7 % 30'000,
                                     1 + skewed(random, kHosts),
                                     port,
                                     32'768 + qint64{random.bounded(28'000u)},
                                     random.bounded(100u) < 8 ? 1 : 0,
                                     1 + qint64{random.bounded(200u)},
                                     qint64{random.bounded(20'000u)},
                                     qint64{random.bounded(900'000u)}};
            int at = 0;
            for (const qint64 value : values)
                sqlite3_bind_int64(row, ++at, value);
            run(row);
        }
        sqlite3_finalize(row);
    }
    sqlite3* handle_ = nullptr;
};

HistoryStore open(const QString& path) {
    api::Result<HistoryStore> store = HistoryStore::open(path);
    if (!store)
        qFatal("%s", qPrintable(store.error().text));
    return *std::move(store);
}

constexpr int kPatienceMs = 60'000;  // the whole search is measured, not a part of it

// As the first of its kind after the helper was started (texts not looked up yet), and once more.
void search(const char* what, const QString& path, const HistoryFilter& filter) {
    HistoryStore store = open(path);
    double took[2] = {};
    api::HistoryPage page;
    for (double& one : took) {
        const auto start = std::chrono::steady_clock::now();
        page = store.query(filter, kPatienceMs).value_or({});
        one = millisecondsSince(start);
    }
    std::printf("%-34s %7.1f ms, again %7.1f ms, %3lld rows%s\n", what, took[0], took[1],
                qint64{page.connections.size()}, page.next ? " and more" : "");
}

void scroll(const QString& path, const HistoryFilter& first, const char* what) {
    HistoryStore store = open(path);
    HistoryFilter filter = first;
    double worst = 0;
    double all = 0;
    int pages = 0;
    for (; pages < 1000; ++pages) {
        const auto start = std::chrono::steady_clock::now();
        const api::HistoryPage page = store.query(filter, kPatienceMs).value_or({});
        const double took = millisecondsSince(start);
        worst = std::max(worst, took);
        all += took;
        if (!page.next)
            break;
        filter.before = page.next;
    }
    std::printf("%-34s %d pages: %.2f ms each, at most %.1f ms\n", what, pages,
                all / std::max(pages, 1), worst);
}

void searches(const QString& path, qint64 rows) {
    const auto terms = [](const QList<api::HistoryTerm>& all) {
        HistoryFilter filter;
        filter.terms = all;
        return filter;
    };
    const auto program = [](const QString& text) { return api::HistoryTerm{{text}, {}, {}, {}}; };
    const auto to = [](const QString& text) { return api::HistoryTerm{{}, {text}, {}, {}}; };
    const auto word = [](const QString& text) { return api::HistoryTerm{{text}, {text}, {}, {}}; };
    const auto port = [](quint16 number) {
        return api::HistoryTerm{{}, {}, {api::PortRange::single(number)}, {}};
    };
    const api::HistoryTerm blocked{{}, {}, {}, {api::ConnectionState::Blocked}};
    const api::HistoryTerm held{{}, {}, {}, {api::ConnectionState::Held}};
    using namespace Qt::StringLiterals;
    search("newest", path, {});
    search("a busy program", path, terms({program(u"program-1"_s)}));
    search("a rare program", path, terms({program(u"program-400"_s)}));
    search("a text in many names", path, terms({to(u"example"_s)}));
    search("a text in few names", path, terms({to(u"domain17."_s)}));
    search("one name", path, terms({to(u"www199999.domain"_s)}));
    search("one address", path,
           terms({to(api::Address::v4(0x0b000000u + 77'777u * 331u).toString())}));
    search("a port used often", path, terms({port(443)}));
    search("a port used seldom", path, terms({port(50'123)}));
    search("blocked", path, terms({blocked}));
    search("held (none)", path, terms({held}));
    search("busy program, blocked", path, terms({program(u"program-1"_s), blocked}));
    search("rare program, one port, blocked", path,
           terms({program(u"program-399"_s), port(53), blocked}));
    search("busy program, few names", path, terms({program(u"program-1"_s), to(u"domain17."_s)}));
    search("two texts, each in many", path, terms({word(u"www1"_s), word(u"domain2"_s)}));
    search("a text that is nowhere", path, terms({word(u"zzzzzz"_s)}));
    HistoryFilter span;
    span.sinceMs = kFirstMs + rows / 2 * kEveryMs;
    span.untilMs = span.sinceMs + 3'600'000;
    search("an hour in the middle", path, span);
    span.terms = {program(u"program-1"_s), to(u"domain17."_s)};
    search("program and name in that hour", path, span);
    scroll(path, {}, "scrolling, newest");
    scroll(path, terms({program(u"program-3"_s)}), "scrolling, a program");
    scroll(path, terms({to(u"domain17."_s)}), "scrolling, a text in few names");
}

void writing(const QString& path) {
    HistoryStore store = open(path);
    QRandomGenerator random(3);
    QList<HistoryEntry> entries;
    for (int i = 0; i < 4096; ++i) {
        HistoryEntry entry;
        entry.app = {api::AppIdentity::Kind::Path,
                     QStringLiteral("/usr/bin/new-%1").arg(skewed(random, kPrograms)),
                     {}};
        entry.connection.remote = api::Address::v4(0x0b000000u + quint32(skewed(random, kHosts)));
        entry.connection.endedMs = kFirstMs * 2;
        entry.connection.startedMs = kFirstMs * 2 - 5;
        entries += entry;
    }
    auto start = std::chrono::steady_clock::now();
    if (!store.append(entries))
        qFatal("not written");
    std::printf("writing 4096 rows: %.0f ms\n", millisecondsSince(start));
    double worst = 0;
    start = std::chrono::steady_clock::now();
    constexpr int kSteps = 100;
    for (int i = 0; i < kSteps; ++i) {
        const auto step = std::chrono::steady_clock::now();
        const store::HistoryLimits limits{0, 0, 1};
        if (!store.shorten(limits))
            qFatal("not forgotten");
        worst = std::max(worst, millisecondsSince(step));
    }
    std::printf("forgetting a thousand rows: %.1f ms, at most %.1f ms\n",
                millisecondsSince(start) / kSteps, worst);
}

void run(qint64 rows, const QString& folder) {
    const QTemporaryDir temporary(folder.isEmpty() ? QString()
                                                   : folder + QStringLiteral("/history-XXXXXX"));
    const QString path = temporary.filePath(QStringLiteral("history.db"));
    open(path);
    auto start = std::chrono::steady_clock::now();
    std::make_unique<Filler>(path)->fill(rows);
    std::printf("%lld rows made in %.0f s, %.0f bytes each, %d hosts, %d programs\n", rows,
                millisecondsSince(start) / 1000, double(QFileInfo(path).size()) / double(rows),
                kHosts, kPrograms);
    std::fflush(stdout);
    searches(path, rows);
    writing(path);
}

}  // namespace

}  // namespace sallyport::bench

int main(int count, char** words) {
    const qint64 said = count > 1 ? QByteArray(words[1]).toLongLong() : 0;
    sallyport::bench::run(said > 0 ? said : 10'000'000,
                          count > 2 ? QString::fromLocal8Bit(words[2]) : QString());
    return 0;
}
