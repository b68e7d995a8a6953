// The person's rules, the modes and settings, and the journal that undo reads: rules.db.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QHash>
#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

#include "api/rule.h"
#include "api/status.h"
#include "store/database.h"

namespace sallyport::store {

// What survives a restart of the helper besides the rules.
struct State {
    api::Mode mode = api::Mode::Ask;
    qint64 modeUntilMs = 0;  // Unix milliseconds, when it is Ask again; 0: no end
    api::Settings settings;
    bool blockAll = false;
    qint64 pausedUntilMs = 0;  // Unix milliseconds; 0: not paused
    bool operator==(const State&) const = default;
};

struct Use {
    api::RuleId rule = 0;
    quint64 hits = 0;  // to be added
    qint64 lastUsedMs = 0;
};

// A change of rules that was taken back.
struct Change {
    QString kind;  // add, edit, remove, import
    int count = 0;
    QString note;  // of the first rule: the path of its program, else its note
    QList<api::RuleId> rules;
    bool operator==(const Change&) const = default;
};

// How much of a quota is used in one period.
struct QuotaCount {
    quint64 id = 0;  // positive; never given again
    quint64 used = 0;
};
// Whose count it is, of a rule of the store. Rules in files have keys of their own.
QString quotaKey(api::RuleId rule);

// Every call writes everything or nothing, and after an error the file is as before. What a call
// that returned without error wrote is on the disk. Rules of origin Administrator come from files
// and are refused. Keeps nothing in memory: the caller does.
class RuleStore {
  public:
    // Rules of lifetime Process and UntilRestart made in another boot than `bootId` are dropped.
    // A damaged file is kept beside as NAME.corrupt-<time> and a new one begun; problem() says so,
    // and where the disk is full or cannot be written: then the rules that are there are read, and
    // no change is taken. So it is with a file of a newer version: what can be read of its rules
    // is, and where nothing can, the store is new and in memory alone. The file is not touched.
    static api::Result<RuleStore> open(const QString& path, const QString& bootId);

    // The kernel's name for this boot.
    static QString currentBoot();

    // Of the starter rules that were given, see seed(); 0: none yet.
    int edition() const { return edition_; }
    bool isNew() const { return edition_ == 0; }
    // English; empty when all is well. What was damaged, and where it is kept.
    QString problem() const;

    // By id. Rules that cannot be read stay in the file and are named in problem().
    api::Result<QList<api::Rule>> all();
    // Those of them that are there.
    api::Result<QList<api::Rule>> some(const QList<api::RuleId>& ids);

    // The starter rules, or those that came with this edition of them: no change that could be
    // undone.
    api::Result<QList<api::RuleId>> seed(const QList<api::Rule>& rules, int edition = 1);
    // The rule's own id is ignored; the new one was never given before.
    api::Result<api::RuleId> add(const api::Rule& rule);
    // One change. Leaves hits and last use as they are. NotFound when one is missing; then all
    // stay.
    api::Result<void> update(const QList<api::Rule>& rules);
    // NotFound when one is missing; then all stay.
    api::Result<void> remove(const QList<api::RuleId>& ids);
    // One change: `removed` go, `added` come. To replace everything pass all ids.
    api::Result<QList<api::RuleId>> import(const QList<api::Rule>& added,
                                           const QList<api::RuleId>& removed);
    // Rules that ended by themselves: not a change, and no undo brings them back by itself.
    // Ids that are not there are no error.
    api::Result<void> forget(const QList<api::RuleId>& ids);
    api::Result<void> touch(const QList<Use>& uses);
    // For which content of their files the rules are. No change that could be undone.
    api::Result<void> setSha256(const QList<api::RuleId>& ids, const QString& sha256);

    // Rules that end do so by so many milliseconds later, but after 1970. No change that could be
    // undone.
    api::Result<void> moveEnds(const QList<api::RuleId>& ids, qint64 byMs);

    // Takes back the last change, with the same ids. NotFound: there is none (50 are kept).
    api::Result<Change> undo();

    // quota_counts.cpp
    // That of the period which began then; made when it is new. The last few periods are kept.
    api::Result<QuotaCount> quotaCount(const QString& key, QDate since);
    api::Result<void> keepQuotaCounts(const QHash<quint64, quint64>& usedById);
    api::Result<void> forgetQuotaCount(quint64 id);

    // serials.cpp
    // By whom exec serials are counted now: any text without a slash. Where it was another before,
    // rules of lifetime Process are dropped, since their serials are others' now, and no undo
    // brings them back. Whether there were any. After an error they are in the file, and nowhere
    // else.
    api::Result<bool> setSerials(const QString& serials);

    // kept_state.cpp
    api::Result<State> state();
    api::Result<void> save(const State& state);

  private:
    struct Item;

    RuleStore(Database database, QString bootId);
    static api::Result<RuleStore> openFile(const QString& path, const QString& bootId);
    static api::Result<RuleStore> openCopy(const QString& path, const QString& bootId,
                                           const QString& why, bool newer);
    static api::Result<RuleStore> openInMemory(const QString& bootId, const QString& why);
    static const Schema& schema();
    api::Result<void> begin();
    QString run() const;  // the boot, and who counts serials in it
    bool isOver(api::Lifetime lifetime, const QString& run) const;
    api::Result<void> forgetLostQuotas();
    api::Result<bool> readRow(Statement& rows, QList<api::Rule>& rules);
    api::Result<api::RuleId> insert(const api::Rule& rule, api::RuleId id);
    api::Result<Item> itemOf(api::RuleId id);
    api::Result<void> record(const QString& kind, const QList<Item>& items);
    api::Result<void> takeBack(const Item& item, const QString& run);
    api::Result<void> removeRow(api::RuleId id, QList<Item>& items);
    api::Result<void> addRow(const api::Rule& rule, QList<Item>& items);
    api::Result<void> updateRow(const api::Rule& rule, QList<Item>& items);

    Database database_;
    QString bootId_;
    QString serials_;
    QSet<api::RuleId> ended_;  // with the serials; where they could not be removed they are hidden
    QString damage_;           // of the file, when it was opened
    QStringList unreadable_;   // rules, when they were last read
    int edition_ = 0;
};

}  // namespace sallyport::store
