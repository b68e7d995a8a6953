// Rules: kept, changed, taken back, and never lost by a crash, a full disk or a damaged file.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QDate>
#include <QDir>
#include <QFile>
#include <QIODevice>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "samples.h"
#include "store/rule_store.h"

using namespace sallyport;
using namespace sallyport::api;
using namespace sallyport::store;
using namespace Qt::StringLiterals;

namespace {

const QString kBoot = u"boot-1"_s;

QString why(const auto& result) {
    return result ? QString() : result.error().text;
}

#define VERIFY_DONE(expression)                \
    do {                                       \
        const auto done = (expression);        \
        QVERIFY2(done, qPrintable(why(done))); \
    } while (false)

QList<Rule> rulesIn(RuleStore& store) {
    const Result<QList<Rule>> rules = store.all();
    if (!rules)
        qWarning("%s", qPrintable(rules.error().text));
    return rules.value_or({});
}

QList<RuleId> idsIn(RuleStore& store) {
    QList<RuleId> ids;
    for (const Rule& rule : rulesIn(store))
        ids += rule.id;
    return ids;
}

// As another program sees the file.
void sql(const QString& path, const QByteArray& statements) {
    sqlite3* raw = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(path).constData(), &raw), SQLITE_OK);
    char* message = nullptr;
    const int code = sqlite3_exec(raw, statements.constData(), nullptr, nullptr, &message);
    QVERIFY2(code == SQLITE_OK, message);
    sqlite3_close(raw);
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

}  // namespace

class StoreTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void isNewUntilStarterRulesAreGiven();
    void rulesSurviveReopening();
    void idsAreNeverReused();
    void editKeepsUseCounts();
    void removeIsAllOrNothing();
    void administratorsRulesAreRefused();
    void undoTakesBackEachKindOfChange();
    void undoTakesBackAnImportWhole();
    void undoKeepsHitsThatCameLater();
    void undoEndsAtTheLimit();
    void rulesOfAnotherBootAreDropped();
    void rulesOfProcessesEndWithTheirSerials();
    void unnamedBootEndsWithTheStore();
    void stateSurvivesReopening();
    void unreadableRuleIsNamedAndStays();
    void rulesOfANewerVersionAreReadAndNotTouched();
    void whereNothingOfANewerVersionCanBeReadTheStoreIsInMemory();
    void fileOfVersionOneIsRead();
    void whatIsUsedOfAQuotaIsKeptByPeriod();
    void failedMigrationChangesNothing();
    void damagedFileIsKeptAside_data();
    void damagedFileIsKeptAside();
    void fileSizeLimitLosesNothing();
    void fullDiskLosesNothing();
    void rulesAreReadFromADiskThatCannotBeWritten_data();
    void rulesAreReadFromADiskThatCannotBeWritten();
    void readOnlyFolderIsReported();
    void fileIsPrivate();
    void killedWriterLosesNoCommittedRule();

  private:
    RuleStore open() {
        Result<RuleStore> store = RuleStore::open(path_, kBoot);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        return std::move(*store);
    }

    std::unique_ptr<QTemporaryDir> dir_;
    QString path_;
};

void StoreTest::init() {
    dir_ = std::make_unique<QTemporaryDir>();
    path_ = dir_->filePath(u"rules.db"_s);
}

void StoreTest::isNewUntilStarterRulesAreGiven() {
    { QVERIFY(open().isNew()); }
    {
        RuleStore store = open();
        QVERIFY2(store.isNew(), "a crash before the starter rules must not lose them");
        VERIFY_DONE(store.seed({samples::simpleRule()}));
        QVERIFY(!store.isNew());
        QCOMPARE(store.undo().error().code, ErrorCode::NotFound);
    }
    {
        RuleStore store = open();
        QVERIFY(!store.isNew());
        QCOMPARE(store.edition(), 1);
        QCOMPARE(rulesIn(store).size(), 1);
        QVERIFY(store.problem().isEmpty());
        VERIFY_DONE(store.seed({samples::simpleRule()}, 2));
    }
    QCOMPARE(open().edition(), 2);
}

void StoreTest::rulesSurviveReopening() {
    Rule rule = samples::rule();
    {
        RuleStore store = open();
        rule.id = store.add(rule).value();
        QVERIFY(rule.id > 0);
    }
    RuleStore store = open();
    const QList<Rule> rules = rulesIn(store);
    QCOMPARE(rules.size(), 1);
    rule.quota.used = 0;  // is kept by period, see quotaCount()
    QVERIFY(rules.first() == rule);
}

void StoreTest::idsAreNeverReused() {
    RuleStore store = open();
    const RuleId first = store.add(samples::simpleRule()).value();
    const RuleId second = store.add(samples::simpleRule()).value();
    QVERIFY(second > first);
    VERIFY_DONE(store.remove({first, second}));
    QVERIFY(store.add(samples::simpleRule()).value() > second);
    VERIFY_DONE(store.undo());
    RuleStore again = open();
    QVERIFY(again.add(samples::simpleRule()).value() > second + 1);
}

void StoreTest::editKeepsUseCounts() {
    RuleStore store = open();
    Rule rule = samples::simpleRule();
    rule.id = store.add(rule).value();
    VERIFY_DONE(store.touch({{rule.id, 3, 500}, {rule.id, 2, 400}, {rule.id + 7, 1, 1}}));
    rule.note = u"edited"_s;
    VERIFY_DONE(store.update({rule}));
    const Rule read = rulesIn(store).value(0);
    QCOMPARE(read.note, rule.note);
    QCOMPARE(read.hits, 5);
    QCOMPARE(read.lastUsedMs, 500);
    rule.id += 100;
    QCOMPARE(store.update({rule}).error().code, ErrorCode::NotFound);
}

void StoreTest::removeIsAllOrNothing() {
    RuleStore store = open();
    const RuleId id = store.add(samples::simpleRule()).value();
    QCOMPARE(store.remove({id, id + 1}).error().code, ErrorCode::NotFound);
    QCOMPARE(idsIn(store), QList<RuleId>{id});
    QCOMPARE(store.undo()->kind, u"add"_s);
}

void StoreTest::administratorsRulesAreRefused() {
    RuleStore store = open();
    Rule rule = samples::simpleRule();
    rule.origin = Origin::Administrator;
    QCOMPARE(store.add(rule).error().code, ErrorCode::Invalid);
    rule = samples::simpleRule();
    rule.note = u"two\nlines"_s;
    QCOMPARE(store.add(rule).error().code, ErrorCode::Invalid);
    QCOMPARE(store.import({samples::simpleRule(), rule}, {}).error().code, ErrorCode::Invalid);
    QVERIFY(rulesIn(store).isEmpty());
}

void StoreTest::undoTakesBackEachKindOfChange() {
    RuleStore store = open();
    Rule rule = samples::simpleRule();
    rule.id = store.add(rule).value();
    Rule edited = rule;
    edited.enabled = false;
    VERIFY_DONE(store.update({edited}));
    VERIFY_DONE(store.remove({rule.id}));
    QVERIFY(rulesIn(store).isEmpty());

    QVERIFY((store.undo().value() == Change{u"remove"_s, 1, u"/usr/bin/curl"_s, {rule.id}}));
    QVERIFY(rulesIn(store) == QList<Rule>{edited});
    QVERIFY((store.undo().value() == Change{u"edit"_s, 1, u"/usr/bin/curl"_s, {rule.id}}));
    QVERIFY(rulesIn(store) == QList<Rule>{rule});
    QVERIFY((store.undo().value() == Change{u"add"_s, 1, u"/usr/bin/curl"_s, {rule.id}}));
    QVERIFY(rulesIn(store).isEmpty());
    QCOMPARE(store.undo().error().code, ErrorCode::NotFound);
}

void StoreTest::undoTakesBackAnImportWhole() {
    RuleStore store = open();
    const RuleId first = store.add(samples::simpleRule()).value();
    const RuleId second = store.add(samples::simpleRule(u"/usr/bin/wget"_s)).value();
    const QList<Rule> before = rulesIn(store);
    const Result<QList<RuleId>> ids =
        store.import({samples::rule(), samples::simpleRule(u"/usr/bin/ssh"_s)}, {first, second});
    QCOMPARE(idsIn(store), ids.value());
    const Change change = store.undo().value();
    QCOMPARE(change.kind, u"import"_s);
    QCOMPARE(change.count, 4);
    QVERIFY(rulesIn(store) == before);
}

void StoreTest::undoKeepsHitsThatCameLater() {
    RuleStore store = open();
    Rule rule = samples::simpleRule();
    rule.id = store.add(rule).value();
    rule.note = u"edited"_s;
    VERIFY_DONE(store.update({rule}));
    VERIFY_DONE(store.touch({{rule.id, 9, 900}}));
    VERIFY_DONE(store.undo());
    QCOMPARE(rulesIn(store).value(0).hits, 9);
    VERIFY_DONE(store.remove({rule.id}));
    VERIFY_DONE(store.undo());
    QCOMPARE(rulesIn(store).value(0).hits, 9);
    QCOMPARE(rulesIn(store).value(0).lastUsedMs, 900);
    VERIFY_DONE(store.forget({rule.id, rule.id + 1}));
    QVERIFY(rulesIn(store).isEmpty());
}

void StoreTest::undoEndsAtTheLimit() {
    RuleStore store = open();
    for (int i = 0; i < 60; ++i)
        VERIFY_DONE(store.add(samples::simpleRule()));
    int undone = 0;
    while (store.undo())
        ++undone;
    QCOMPARE(undone, 50);
    QCOMPARE(rulesIn(store).size(), 10);
}

void StoreTest::rulesOfAnotherBootAreDropped() {
    Rule process = samples::simpleRule(u"/usr/bin/process"_s);
    process.lifetime = Lifetime::Process;
    process.process = 5;
    Rule restart = samples::simpleRule(u"/usr/bin/restart"_s);
    restart.lifetime = Lifetime::UntilRestart;
    Rule timed = samples::simpleRule(u"/usr/bin/timed"_s);
    timed.lifetime = Lifetime::Timed;
    timed.expiresMs = 5000;
    {
        RuleStore store = open();
        for (const Rule& rule : {process, restart, timed, samples::simpleRule()})
            VERIFY_DONE(store.add(rule));
    }
    {
        RuleStore store = open();
        QCOMPARE(rulesIn(store).size(), 4);
        VERIFY_DONE(store.remove({2}));
    }
    Result<RuleStore> next = RuleStore::open(path_, u"boot-2"_s);
    QVERIFY2(next, qPrintable(why(next)));
    QCOMPARE(idsIn(*next), (QList<RuleId>{3, 4}));
    VERIFY_DONE(next->undo());
    QVERIFY2(idsIn(*next) == (QList<RuleId>{3, 4}), "undo must not bring back an ended rule");
    QVERIFY(!RuleStore::currentBoot().isEmpty());
}

void StoreTest::rulesOfProcessesEndWithTheirSerials() {
    Rule process = samples::simpleRule(u"/usr/bin/process"_s);
    process.lifetime = Lifetime::Process;
    process.process = 5;
    Rule restart = samples::simpleRule(u"/usr/bin/restart"_s);
    restart.lifetime = Lifetime::UntilRestart;
    {
        RuleStore store = open();
        VERIFY_DONE(store.seed({}));
        QCOMPARE(store.setSerials(u"a"_s).value(), false);
        for (const Rule& rule : {process, restart, samples::simpleRule(), process})
            VERIFY_DONE(store.add(rule));
        VERIFY_DONE(store.remove({4}));
        VERIFY_DONE(store.remove({2}));
    }
    {
        RuleStore store = open();
        QCOMPARE(store.setSerials(u"a"_s).value(), false);
        QCOMPARE(idsIn(store), (QList<RuleId>{1, 3}));
    }
    const QString newer = dir_->filePath(u"newer.db"_s);
    QVERIFY(QFile::copy(path_, newer));
    RuleStore store = open();
    QCOMPARE(store.setSerials(u"b"_s).value(), true);
    QCOMPARE(idsIn(store), QList<RuleId>{3});
    VERIFY_DONE(store.undo());
    QCOMPARE(idsIn(store), (QList<RuleId>{2, 3}));  // it is the same boot
    VERIFY_DONE(store.undo());
    QVERIFY2(idsIn(store) == (QList<RuleId>{2, 3}), "undo must not bring back an ended rule");

    // Where nothing can be written they are left out.
    sql(newer, "CREATE TABLE later (x); PRAGMA user_version=9;");
    Result<RuleStore> unwritten = RuleStore::open(newer, kBoot);
    QVERIFY2(unwritten, qPrintable(why(unwritten)));
    QCOMPARE(idsIn(*unwritten), (QList<RuleId>{1, 3}));
    QVERIFY(!unwritten->setSerials(u"b"_s));
    QCOMPARE(idsIn(*unwritten), QList<RuleId>{3});
}

void StoreTest::unnamedBootEndsWithTheStore() {
    Rule restart = samples::simpleRule();
    restart.lifetime = Lifetime::UntilRestart;
    {
        Result<RuleStore> store = RuleStore::open(path_, {});
        VERIFY_DONE(store->add(restart));
        QCOMPARE(rulesIn(*store).size(), 1);
    }
    Result<RuleStore> store = RuleStore::open(path_, {});
    QVERIFY(rulesIn(*store).isEmpty());
}

void StoreTest::stateSurvivesReopening() {
    State state;
    {
        RuleStore store = open();
        QVERIFY(store.state().value() == State());
        state.mode = Mode::LockDown;
        state.modeUntilMs = 1800000000000;
        state.settings = samples::settings();
        state.blockAll = true;
        state.pausedUntilMs = 1700000000000;
        VERIFY_DONE(store.save(state));
    }
    RuleStore store = open();
    QVERIFY(store.state().value() == state);
    // "Until restart" is of the machine, not of the helper.
    state.pausedUntilMs = 0;
    QVERIFY(RuleStore::open(path_, u"another boot"_s)->state().value() == state);
    // As a helper wrote it that knew no end of modes.
    sql(path_, "UPDATE settings SET value='{\"mode\":\"learn\"}' WHERE key='state'");
    QCOMPARE(store.state().value().mode, Mode::Learn);
    QCOMPARE(store.state().value().modeUntilMs, 0);
    sql(path_, "UPDATE settings SET value='{\"mode\":\"shrug\"}' WHERE key='state'");
    QVERIFY2(!store.state(), "settings that cannot be read are not taken for others");
}

void StoreTest::unreadableRuleIsNamedAndStays() {
    RuleStore store = open();
    const RuleId id = store.add(samples::simpleRule()).value();
    VERIFY_DONE(store.add(samples::simpleRule()));
    sql(path_, "UPDATE rules SET body='{\"action\":\"shrug\"}' WHERE id=1");
    QCOMPARE(rulesIn(store).size(), 1);
    QVERIFY2(store.problem().contains(u"rule %1 "_s.arg(id)), qPrintable(store.problem()));
    sql(path_, "UPDATE rules SET body='[' WHERE id=1");
    QCOMPARE(rulesIn(store).size(), 1);
    sql(path_, "UPDATE rules SET body='{}' WHERE id=1");
    QCOMPARE(rulesIn(store).size(), 2);
    QVERIFY(store.problem().isEmpty());
}

void StoreTest::rulesOfANewerVersionAreReadAndNotTouched() {
    {
        RuleStore store = open();
        VERIFY_DONE(store.seed({}));
        VERIFY_DONE(store.add(samples::simpleRule()));
        VERIFY_DONE(store.add(samples::simpleRule()));
    }
    sql(path_,
        "UPDATE rules SET body='{\"moonPhase\":\"full\"}' WHERE id=1;"
        "CREATE TABLE later (x); PRAGMA user_version=9;");
    const QByteArray before = contentOf(path_);
    Result<RuleStore> store = RuleStore::open(path_, kBoot);
    QVERIFY2(store, qPrintable(why(store)));
    QVERIFY(!store->isNew());
    QCOMPARE(idsIn(*store), QList<RuleId>{2});  // what is not understood whole is no rule
    for (const QString& said :
         {path_, u"version 9"_s, u"install the newer"_s, u"none can be changed"_s, u"rule 1 "_s})
        QVERIFY2(store->problem().contains(said), qPrintable(store->problem()));
    const auto added = store->add(samples::simpleRule());
    QVERIFY(!added);
    QVERIFY2(added.error().text.contains(path_), qPrintable(added.error().text));
    QCOMPARE(contentOf(path_), before);
}

void StoreTest::whereNothingOfANewerVersionCanBeReadTheStoreIsInMemory() {
    sql(path_, "CREATE TABLE later (x); PRAGMA user_version=9;");
    const QByteArray before = contentOf(path_);
    Result<RuleStore> store = RuleStore::open(path_, kBoot);
    QVERIFY2(store, qPrintable(why(store)));
    QVERIFY(store->isNew());  // the starter rules come into it
    VERIFY_DONE(store->seed({samples::simpleRule()}));
    VERIFY_DONE(store->add(samples::simpleRule()));
    QCOMPARE(rulesIn(*store).size(), 2);
    for (const QString& said : {path_, u"version 9"_s, u"install the newer"_s, u"none of its"_s})
        QVERIFY2(store->problem().contains(said), qPrintable(store->problem()));
    QCOMPARE(contentOf(path_), before);
    QCOMPARE(QDir(dir_->path()).entryList(QDir::Files).size(), 1);
}

void StoreTest::fileOfVersionOneIsRead() {
    sql(path_, contentOf(QFINDTESTDATA("rules-1.sql")));
    RuleStore store = open();
    QVERIFY(!store.isNew());
    const QList<Rule> rules = rulesIn(store);
    QVERIFY2(store.problem().isEmpty(), qPrintable(store.problem()));
    QCOMPARE(rules.size(), 2);
    QCOMPARE(rules[0].id, 3u);
    QCOMPARE(rules[0].app.path, u"/usr/bin/curl"_s);
    QCOMPARE(rules[0].action, Action::Allow);
    QCOMPARE(rules[0].remotePorts, PortRange::single(443));
    QCOMPARE(rules[0].hits, 12);
    QCOMPARE(rules[1].id, 7u);
    QCOMPARE(rules[1].remote.toString(), u"10.0.0.0/8"_s);
    QCOMPARE(store.state()->mode, Mode::Learn);
    QCOMPARE(store.undo()->kind, u"remove"_s);
    QCOMPARE(idsIn(store), (QList<RuleId>{3, 5, 7}));
    QCOMPARE(store.add(samples::simpleRule()).value(), 12u);
    QCOMPARE(store.quotaCount(quotaKey(12), QDate(2026, 5, 1))->used, 0u);
}

void StoreTest::whatIsUsedOfAQuotaIsKeptByPeriod() {
    const QDate may(2026, 5, 1), june(2026, 6, 1);
    RuleStore store = open();
    const QString key = quotaKey(store.add(samples::simpleRule()).value());
    const QuotaCount first = store.quotaCount(key, may).value();
    QCOMPARE(first.used, 0u);
    QVERIFY(store.keepQuotaCounts({{first.id, 5000}}));
    const QuotaCount next = store.quotaCount(key, june).value();
    QVERIFY(next.id != first.id);
    QCOMPARE(next.used, 0u);
    QCOMPARE(store.quotaCount(key, may)->used, 5000u);
    RuleStore again = open();
    QCOMPARE(again.quotaCount(key, may)->used, 5000u);
    QVERIFY(again.forgetQuotaCount(first.id));
    const QuotaCount anew = again.quotaCount(key, may).value();
    QCOMPARE(anew.used, 0u);
    QVERIFY(anew.id != first.id);
    for (int month = 7; month <= 12; ++month)
        QVERIFY(again.quotaCount(key, QDate(2026, month, 1)));
    QVERIFY(again.quotaCount(key, june)->id != next.id);  // long ago
    QVERIFY(again.quotaCount(quotaKey(4711), may));       // of no rule
    const quint64 lost = again.quotaCount(quotaKey(4711), may)->id;
    RuleStore third = open();
    QVERIFY(third.quotaCount(quotaKey(4711), may)->id != lost);
}

void StoreTest::failedMigrationChangesNothing() {
    const char* const good[] = {"CREATE TABLE a (x)"};
    const char* const bad[] = {"CREATE TABLE a (x)",
                               "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"};
    const char* const fixed[] = {"CREATE TABLE a (x)", "CREATE TABLE b (x)", "CREATE TABLE c (x)"};
    VERIFY_DONE(Database::open(path_, {true, good}));
    QVERIFY(!Database::open(path_, {true, bad}));
    Result<Database> database = Database::open(path_, {true, fixed});
    QVERIFY2(database, qPrintable(why(database)));
    QCOMPARE(database->number("PRAGMA user_version").value(), 3);
    QCOMPARE(database->number("SELECT count(*) FROM sqlite_schema").value(), 3);
    QCOMPARE(database->number("PRAGMA synchronous").value(), 2);
    QCOMPARE(database->number("PRAGMA foreign_keys").value(), 1);
}

void StoreTest::damagedFileIsKeptAside_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("no database at all") << 0;
    QTest::newRow("cut in half") << 1;
    QTest::newRow("overwritten in the middle") << 2;
}

void StoreTest::damagedFileIsKeptAside() {
    QFETCH(int, kind);
    {
        RuleStore store = open();
        VERIFY_DONE(store.seed({}));
        for (int i = 0; i < 100; ++i)
            VERIFY_DONE(store.add(samples::rule()));
    }
    QByteArray content = contentOf(path_);
    QVERIFY(content.size() > 40000);
    if (kind == 0)
        content = QByteArray(8192, 'x');
    else if (kind == 1)
        content.truncate(content.size() / 2);
    else
        content.replace(4096, content.size() - 4096, QByteArray(content.size() - 4096, 'x'));
    write(path_, content);

    RuleStore store = open();
    QVERIFY(store.isNew());
    QVERIFY2(store.problem().contains(u"damaged"_s), qPrintable(store.problem()));
    VERIFY_DONE(store.add(samples::simpleRule()));
    const QStringList kept = QDir(dir_->path()).entryList({u"rules.db.corrupt-*Z"_s}, QDir::Files);
    QCOMPARE(kept.size(), 1);
    QVERIFY(store.problem().contains(kept.first()));
    QCOMPARE(contentOf(dir_->filePath(kept.first())), content);
}

namespace {

// Adds rules until that fails, frees the disk, and looks whether exactly the reported ones stand.
void fillUntilItFails(RuleStore& store, const QString& path, const std::function<void()>& free) {
    QList<RuleId> added;
    Rule rule = samples::simpleRule();
    rule.note = QString(400, u'x');
    QString problem;
    while (problem.isEmpty() && added.size() < 100000) {
        const Result<RuleId> id = store.add(rule);
        if (id)
            added += *id;
        else
            problem = id.error().text;
    }
    QVERIFY2(problem.contains(u"rules.db: "_s), qPrintable(problem));
    QVERIFY(!added.isEmpty());
    QVERIFY(idsIn(store) == added);
    const QList<Rule> many(50, rule);
    QVERIFY2(!store.import(many, added), "it should not have fitted");
    QVERIFY2(idsIn(store) == added, "half an import was kept");
    free();
    const Result<RuleId> again = store.add(rule);
    QVERIFY2(again, qPrintable(why(again)));
    QVERIFY(!added.contains(*again));
    added += *again;
    Result<RuleStore> reopened = RuleStore::open(path, kBoot);
    QVERIFY2(reopened, qPrintable(why(reopened)));
    QVERIFY(reopened->problem().isEmpty());
    QVERIFY(idsIn(*reopened) == added);
}

}  // namespace

void StoreTest::fileSizeLimitLosesNothing() {
    RuleStore store = open();
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &ignore, nullptr);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 300000;
    setrlimit(RLIMIT_FSIZE, &small);
    fillUntilItFails(store, path_, [&before] { setrlimit(RLIMIT_FSIZE, &before); });
    setrlimit(RLIMIT_FSIZE, &before);
}

void StoreTest::fullDiskLosesNothing() {
    const QByteArray folder = QFile::encodeName(dir_->path());
    if (mount("sallyport-test", folder.constData(), "tmpfs", MS_NOSUID | MS_NODEV, "size=512k") !=
        0)
        QSKIP("needs the right to mount a small file system");
    {
        RuleStore store = open();
        fillUntilItFails(store, path_, [&folder] {
            mount("sallyport-test", folder.constData(), "tmpfs", MS_REMOUNT, "size=8m");
        });
    }
    QCOMPARE(umount(folder.constData()), 0);
}

void StoreTest::rulesAreReadFromADiskThatCannotBeWritten_data() {
    QTest::addColumn<bool>("full");
    QTest::addColumn<bool>("killed");
    QTest::newRow("full") << true << false;
    QTest::newRow("full, and written by one who was killed") << true << true;
    QTest::newRow("read-only") << false << false;
    QTest::newRow("read-only, and written by one who was killed") << false << true;
}

void StoreTest::rulesAreReadFromADiskThatCannotBeWritten() {
    QFETCH(bool, full);
    QFETCH(bool, killed);
    const QByteArray folder = QFile::encodeName(dir_->path());
    if (mount("sallyport-test", folder.constData(), "tmpfs", MS_NOSUID | MS_NODEV, "size=512k") !=
        0)
        QSKIP("needs the right to mount a small file system");
    const auto away = qScopeGuard([&folder] { umount2(folder.constData(), MNT_DETACH); });
    QByteArray log;
    {
        RuleStore store = open();
        VERIFY_DONE(store.seed({}));
        VERIFY_DONE(store.add(samples::simpleRule()));
        log = contentOf(path_ + u"-wal"_s);
        if (killed)
            QVERIFY(QFile::copy(path_, path_ + u"-then"_s));
    }
    if (killed) {
        QVERIFY(QFile::remove(path_) && QFile::rename(path_ + u"-then"_s, path_));
        write(path_ + u"-wal"_s, log);
    }
    if (full) {
        QFile filler(dir_->filePath(u"filler"_s));
        QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (filler.write(QByteArray(4096, 'x')) == 4096) {
        }
    } else {
        QCOMPARE(mount("sallyport-test", folder.constData(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""),
                 0);
    }
    Result<RuleStore> store = RuleStore::open(path_, kBoot);
    QVERIFY2(store, qPrintable(why(store)));
    QVERIFY(!store->isNew());
    QCOMPARE(rulesIn(*store).size(), 1);
    QVERIFY(store->problem().contains(path_));
    QVERIFY(store->problem().contains(u"none can be changed"_s));
    const auto added = store->add(samples::simpleRule());
    QVERIFY(!added);
    QVERIFY(added.error().text.contains(path_));
    QCOMPARE(rulesIn(*store).size(), 1);
}

void StoreTest::readOnlyFolderIsReported() {
    const Result<RuleStore> nowhere = RuleStore::open(u"/proc/sallyport/rules.db"_s, kBoot);
    QVERIFY(!nowhere);
    QCOMPARE(nowhere.error().code, ErrorCode::Failed);
    QVERIFY2(nowhere.error().text.contains(u"/proc/sallyport/rules.db"_s),
             qPrintable(nowhere.error().text));

    // Root may write everywhere, so as nobody.
    QVERIFY(QFile::setPermissions(
        dir_->path(), QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther));
    const bool root = geteuid() == 0;
    if (root)
        QCOMPARE(seteuid(65534), 0);
    const Result<RuleStore> refused = RuleStore::open(path_, kBoot);
    if (root)
        QCOMPARE(seteuid(0), 0);
    QVERIFY(QFile::setPermissions(dir_->path(),
                                  QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Failed);
    QVERIFY(QDir(dir_->path()).isEmpty());
}

void StoreTest::fileIsPrivate() {
    RuleStore store = open();
    VERIFY_DONE(store.add(samples::simpleRule()));
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    for (const QString& name : QDir(dir_->path()).entryList(QDir::Files))
        QVERIFY2(!(QFile::permissions(dir_->filePath(name)) & others), qPrintable(name));
}

void StoreTest::killedWriterLosesNoCommittedRule() {
    constexpr int kRounds = 5;
    quint32 reported = 0;
    for (int round = 0; round < kRounds; ++round) {
        int pipes[2];
        QCOMPARE(pipe(pipes), 0);
        const pid_t child = fork();
        if (child == 0) {
            Result<RuleStore> store = RuleStore::open(path_, kBoot);
            while (store) {
                const Result<RuleId> id = store->add(samples::rule());
                if (!id || ::write(pipes[1], &*id, sizeof *id) != sizeof *id)
                    break;
            }
            _exit(1);
        }
        close(pipes[1]);
        // Killed at another point of its work every time: after some whole writes, in the next one.
        const quint32 until = reported + 20 + static_cast<quint32>(round) * 7;
        quint32 id = 0;
        while (read(pipes[0], &id, sizeof id) == sizeof id) {
            reported = std::max(reported, id);
            if (id >= until)
                kill(child, SIGKILL);
        }
        close(pipes[0]);
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY2(WIFSIGNALED(status), "the writer stopped by itself");

        RuleStore store = open();
        QVERIFY2(store.problem().isEmpty(), qPrintable(store.problem()));
        const QList<RuleId> ids = idsIn(store);
        for (quint32 expected = 1; expected <= reported; ++expected)
            QVERIFY2(ids.contains(expected), qPrintable(QString::number(expected)));
        QVERIFY(ids.size() - qsizetype(reported) <= 1);
        reported = static_cast<quint32>(ids.size());
    }
}

QTEST_GUILESS_MAIN(StoreTest)
#include "store_test.moc"
