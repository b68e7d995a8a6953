// Rules and the undo journal in SQLite.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/rule_store.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

#include "api/fields.h"

namespace sallyport::store {

using api::ErrorCode;
using api::failure;
using api::Lifetime;
using api::Result;
using api::Rule;
using api::RuleId;
using namespace Qt::StringLiterals;

namespace {

// A rule is judged in memory and looked up by its id alone, so only what SQL itself touches is a
// column: the use counts, written often and by themselves, and the boot of rules that do not
// outlive one. Everything else is the JSON of api::toMap(): a new field of Rule needs no new
// column, and what is read back passes the same distrustful reader as a file of rules.
// AUTOINCREMENT: an id once given never comes again, also when its rule is gone.
constexpr const char* kSteps[] = {
    "CREATE TABLE rules ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  body TEXT NOT NULL,"
    "  hits INTEGER NOT NULL DEFAULT 0,"
    "  last_used INTEGER NOT NULL DEFAULT 0,"
    "  boot TEXT);"
    "CREATE TABLE changes ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  kind TEXT NOT NULL,"
    "  note TEXT NOT NULL,"
    "  boot TEXT NOT NULL);"
    "CREATE TABLE change_items ("
    "  change INTEGER NOT NULL REFERENCES changes(id) ON DELETE CASCADE,"
    "  rule INTEGER NOT NULL,"
    "  before TEXT,"
    "  after TEXT,"
    "  hits INTEGER NOT NULL,"
    "  last_used INTEGER NOT NULL);"
    "CREATE INDEX change_items_of ON change_items(change);"
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",
    // What is used of quotas, written often. A row is a rule's period; `since` is its first day.
    "CREATE TABLE quota_counts ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  rule TEXT NOT NULL,"
    "  since TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0,"
    "  UNIQUE (rule, since));",
};
constexpr Schema kSchema{true, kSteps};

constexpr int kKeptChanges = 50;

// What the columns say is not repeated in the body.
QString bodyOf(const Rule& rule) {
    QVariantMap map = toMap(rule);
    map.remove(u"id"_s);
    map.remove(u"hits"_s);
    map.remove(u"lastUsedMs"_s);
    if (QVariantMap quota = map.value(u"quota"_s).toMap(); quota.remove(u"used"_s))
        map.insert(u"quota"_s, quota);
    return QString::fromUtf8(
        QJsonDocument(QJsonObject::fromVariantMap(map)).toJson(QJsonDocument::Compact));
}

Result<Rule> ruleOf(const QString& body) {
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(body.toUtf8(), &problem);
    if (problem.error != QJsonParseError::NoError)
        return failure(ErrorCode::Invalid, problem.errorString());
    return api::ruleFromMap(document.object().toVariantMap());
}

bool endsWithBoot(Lifetime lifetime) {
    return lifetime == Lifetime::Process || lifetime == Lifetime::UntilRestart;
}

Result<void> checkStorable(const Rule& rule) {
    if (rule.origin == api::Origin::Administrator) {
        return failure(ErrorCode::Invalid,
                       u"the administrator's rules live in files and are not stored"_s);
    }
    return validate(rule);
}

QString noteFor(const Rule& rule) {
    return rule.app.path.isEmpty() ? rule.note : rule.app.path;
}

api::Error noSuchRule(RuleId id) {
    return failure(ErrorCode::NotFound, u"there is no rule %1"_s.arg(id));
}

}  // namespace

// A rule before and after a change; an empty body: it was not there.
struct RuleStore::Item {
    RuleId id = 0;
    QString before;
    QString after;
    qint64 hits = 0;
    qint64 lastUsedMs = 0;
};

RuleStore::RuleStore(Database database, QString bootId)
    : database_(std::move(database)), bootId_(std::move(bootId)) {}

const Schema& RuleStore::schema() {
    return kSchema;
}

QString RuleStore::currentBoot() {
    QFile file(u"/proc/sys/kernel/random/boot_id"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromLatin1(file.readAll()).trimmed();
}

Result<RuleStore> RuleStore::openFile(const QString& path, const QString& bootId) {
    const Result<Database::Health> health = Database::examine(path, Database::Depth::Whole);
    if (!health)
        return health.error();
    QString damage;
    if (*health == Database::Health::Damaged) {
        const Result<QString> aside = moveAside(path);
        if (!aside)
            return aside.error();
        damage = u"%1 was damaged and is kept as %2; the rules begin anew"_s.arg(path, *aside);
    }
    Result<Database> database = Database::open(path, kSchema);
    if (!database)
        return database.error();
    // Without a name for this boot, what should end with it ends with the helper.
    RuleStore store(std::move(*database),
                    bootId.isEmpty() ? QUuid::createUuid().toString() : bootId);
    store.damage_ = damage;
    if (Result<void> begun = store.begin(); !begun)
        return begun.error();
    return store;
}

QString RuleStore::problem() const {
    return (damage_.isEmpty() ? unreadable_ : QStringList(damage_) + unreadable_).join(u"; "_s);
}

Result<QList<Rule>> RuleStore::all() {
    Result<Statement> rows =
        database_.prepare("SELECT id, body, hits, last_used FROM rules ORDER BY id");
    if (!rows)
        return rows.error();
    QList<Rule> rules;
    unreadable_.clear();
    while (true) {
        const Result<bool> row = readRow(*rows, rules);
        if (!row)
            return row.error();
        if (!*row)
            return rules;
    }
}

Result<QList<Rule>> RuleStore::some(const QList<RuleId>& ids) {
    Result<Statement> rows =
        database_.prepare("SELECT id, body, hits, last_used FROM rules WHERE id=?");
    if (!rows)
        return rows.error();
    QList<Rule> rules;
    for (const RuleId id : ids) {
        if (const Result<bool> row = readRow(rows->bind(qint64{id}), rules); !row)
            return row.error();
    }
    return rules;
}

// False: there is no further row.
Result<bool> RuleStore::readRow(Statement& rows, QList<Rule>& rules) {
    const Result<bool> row = rows.step();
    if (!row || !*row)
        return row;
    if (ended_.contains(static_cast<RuleId>(rows.number(0))))
        return true;
    Result<Rule> rule = ruleOf(rows.text(1));
    if (!rule) {
        unreadable_ += u"rule %1 in the database cannot be read: %2"_s.arg(rows.number(0))
                           .arg(rule.error().text);
        return true;
    }
    rule->id = static_cast<RuleId>(rows.number(0));
    rule->hits = static_cast<quint64>(rows.number(2));
    rule->lastUsedMs = rows.number(3);
    rules += *rule;
    return true;
}

// With id 0 a new one is given.
Result<RuleId> RuleStore::insert(const Rule& rule, RuleId id) {
    Result<Statement> row = database_.prepare(
        "INSERT INTO rules (id, body, hits, last_used, boot) VALUES "
        "(nullif(?,0),?,?,?,nullif(?,''))");
    if (!row)
        return row.error();
    const QString boot = endsWithBoot(rule.lifetime) ? bootId_ : QString();
    const Result<void> done =
        row->bind(qint64{id}, bodyOf(rule), static_cast<qint64>(rule.hits), rule.lastUsedMs, boot)
            .run();
    if (!done)
        return done.error();
    if (database_.lastId() > api::kMaxRuleId)
        return failure(ErrorCode::Failed, u"no numbers for rules are left"_s);
    return static_cast<RuleId>(database_.lastId());
}

Result<QList<RuleId>> RuleStore::seed(const QList<Rule>& rules, int edition) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun().error();
    QList<RuleId> ids;
    for (const Rule& rule : rules) {
        if (Result<void> storable = checkStorable(rule); !storable)
            return storable.error();
        const Result<RuleId> id = insert(rule, 0);
        if (!id)
            return id.error();
        ids += *id;
    }
    if (Result<void> marked =
            database_.run("INSERT OR REPLACE INTO settings VALUES ('seeded',?)", edition);
        !marked)
        return marked.error();
    if (Result<void> kept = transaction.commit(); !kept)
        return kept.error();
    edition_ = edition;
    return ids;
}

Result<RuleId> RuleStore::add(const Rule& rule) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun().error();
    QList<Item> items;
    if (Result<void> added = addRow(rule, items); !added)
        return added.error();
    if (Result<void> noted = record(u"add"_s, items); !noted)
        return noted.error();
    if (Result<void> kept = transaction.commit(); !kept)
        return kept.error();
    return items.first().id;
}

Result<void> RuleStore::update(const QList<Rule>& rules) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    QList<Item> items;
    for (const Rule& rule : rules) {
        if (Result<void> done = updateRow(rule, items); !done)
            return done;
    }
    if (Result<void> noted = record(u"edit"_s, items); !noted)
        return noted;
    return transaction.commit();
}

Result<void> RuleStore::remove(const QList<RuleId>& ids) {
    if (ids.isEmpty())
        return {};
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    QList<Item> items;
    for (const RuleId id : ids) {
        if (Result<void> gone = removeRow(id, items); !gone)
            return gone;
    }
    if (Result<void> noted = record(u"remove"_s, items); !noted)
        return noted;
    return transaction.commit();
}

Result<QList<RuleId>> RuleStore::import(const QList<Rule>& added, const QList<RuleId>& removed) {
    if (added.isEmpty() && removed.isEmpty())
        return QList<RuleId>();
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun().error();
    QList<Item> items;
    for (const RuleId id : removed) {
        if (Result<void> gone = removeRow(id, items); !gone)
            return gone.error();
    }
    QList<RuleId> ids;
    for (const Rule& rule : added) {
        if (Result<void> done = addRow(rule, items); !done)
            return done.error();
        ids += items.last().id;
    }
    if (Result<void> noted = record(u"import"_s, items); !noted)
        return noted.error();
    if (Result<void> kept = transaction.commit(); !kept)
        return kept.error();
    return ids;
}

Result<void> RuleStore::forget(const QList<RuleId>& ids) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    for (const RuleId id : ids) {
        if (Result<void> gone = database_.run("DELETE FROM rules WHERE id=?", qint64{id}); !gone)
            return gone;
    }
    return transaction.commit();
}

Result<void> RuleStore::touch(const QList<Use>& uses) {
    const Unhurried unhurried(database_);
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    Result<Statement> row =
        database_.prepare("UPDATE rules SET hits=hits+?, last_used=max(last_used,?) WHERE id=?");
    if (!row)
        return row.error();
    for (const Use& use : uses) {
        if (Result<void> done =
                row->bind(static_cast<qint64>(use.hits), use.lastUsedMs, qint64{use.rule}).run();
            !done)
            return done;
    }
    return transaction.commit();
}

Result<void> RuleStore::addRow(const Rule& rule, QList<Item>& items) {
    if (Result<void> storable = checkStorable(rule); !storable)
        return storable;
    const Result<RuleId> id = insert(rule, 0);
    if (!id)
        return id.error();
    Item item;
    item.id = *id;
    item.after = bodyOf(rule);
    items += item;
    return {};
}

Result<void> RuleStore::updateRow(const Rule& rule, QList<Item>& items) {
    if (Result<void> storable = checkStorable(rule); !storable)
        return storable;
    Result<Item> item = itemOf(rule.id);
    if (!item)
        return item.error();
    item->after = bodyOf(rule);
    items += *item;
    const QString boot = endsWithBoot(rule.lifetime) ? bootId_ : QString();
    return database_.run("UPDATE rules SET body=?, boot=nullif(?,'') WHERE id=?", item->after, boot,
                         qint64{rule.id});
}

Result<void> RuleStore::removeRow(RuleId id, QList<Item>& items) {
    const Result<Item> item = itemOf(id);
    if (!item)
        return item.error();
    items += *item;
    return database_.run("DELETE FROM rules WHERE id=?", qint64{id});
}

Result<RuleStore::Item> RuleStore::itemOf(RuleId id) {
    Result<Statement> row = database_.prepare("SELECT body, hits, last_used FROM rules WHERE id=?");
    if (!row)
        return row.error();
    const Result<bool> found = row->bind(qint64{id}).step();
    if (!found)
        return found.error();
    if (!*found)
        return noSuchRule(id);
    Item item;
    item.id = id;
    item.before = row->text(0);
    item.hits = row->number(1);
    item.lastUsedMs = row->number(2);
    return item;
}

Result<void> RuleStore::record(const QString& kind, const QList<Item>& items) {
    const Item& first = items.first();
    const Result<Rule> rule = ruleOf(first.after.isEmpty() ? first.before : first.after);
    if (Result<void> done = database_.run("INSERT INTO changes (kind, note, boot) VALUES (?,?,?)",
                                          kind, rule ? noteFor(*rule) : QString(), run());
        !done)
        return done;
    const qint64 change = database_.lastId();
    Result<Statement> row = database_.prepare(
        "INSERT INTO change_items (change, rule, before, after, hits, last_used) "
        "VALUES (?,?,nullif(?,''),nullif(?,''),?,?)");
    if (!row)
        return row.error();
    for (const Item& item : items) {
        if (Result<void> done = row->bind(change, qint64{item.id}, item.before, item.after,
                                          item.hits, item.lastUsedMs)
                                    .run();
            !done)
            return done;
    }
    return database_.run("DELETE FROM changes WHERE id<=?", change - kKeptChanges);
}

// Puts one rule back as it was. Runs inside undo()'s transaction.
Result<void> RuleStore::takeBack(const Item& item, const QString& run) {
    if (item.before.isEmpty())
        return database_.run("DELETE FROM rules WHERE id=?", qint64{item.id});
    Result<Rule> rule = ruleOf(item.before);
    if (!rule)
        return rule.error();
    if (isOver(rule->lifetime, run))
        return {};
    const Result<Item> now = itemOf(item.id);
    if (!now && now.error().code != ErrorCode::NotFound)
        return now.error();
    rule->hits = static_cast<quint64>(now ? now->hits : item.hits);
    rule->lastUsedMs = now ? now->lastUsedMs : item.lastUsedMs;
    if (Result<void> gone = database_.run("DELETE FROM rules WHERE id=?", qint64{item.id}); !gone)
        return gone;
    const Result<RuleId> back = insert(*rule, item.id);
    if (!back)
        return back.error();
    return {};
}

Result<Change> RuleStore::undo() {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun().error();
    Result<Statement> last =
        database_.prepare("SELECT id, kind, note, boot FROM changes ORDER BY id DESC LIMIT 1");
    const Result<bool> found = last ? last->step() : Result<bool>(last.error());
    if (!found)
        return found.error();
    if (!*found)
        return failure(ErrorCode::NotFound, u"there is no change to take back"_s);
    const qint64 id = last->number(0);
    const QString run = last->text(3);
    Change change{last->text(1), 0, last->text(2), {}};

    Result<Statement> rows = database_.prepare(
        "SELECT rule, before, hits, last_used FROM change_items WHERE change=? ORDER BY rowid "
        "DESC");
    if (!rows)
        return rows.error();
    rows->bind(id);
    QList<Item> items;
    while (true) {
        const Result<bool> row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        Item item;
        item.id = static_cast<RuleId>(rows->number(0));
        item.before = rows->text(1);
        item.hits = rows->number(2);
        item.lastUsedMs = rows->number(3);
        items += item;
    }
    for (const Item& item : items) {
        if (Result<void> done = takeBack(item, run); !done)
            return done.error();
        ++change.count;
        change.rules += item.id;
    }
    if (Result<void> done = database_.run("DELETE FROM changes WHERE id=?", id); !done)
        return done.error();
    if (Result<void> kept = transaction.commit(); !kept)
        return kept.error();
    return change;
}

}  // namespace sallyport::store
