// Rules of a disk that is full, or cannot be written, or of a newer version: they are read all the
// same, as far as they can be.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "store/rule_store.h"

namespace sallyport::store {

using api::ErrorCode;
using api::failure;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kInMemory = "/run/sallyport"_L1;  // where /tmp may be on the same disk

}  // namespace

Result<RuleStore> RuleStore::open(const QString& path, const QString& bootId) {
    Result<RuleStore> store = openFile(path, bootId);
    if (store || !QFile::exists(path))
        return store;
    const bool newer = store.error().code == ErrorCode::Unsupported;
    if (!newer && store.error().code != ErrorCode::Failed)
        return store;
    Result<RuleStore> copy = openCopy(path, bootId, store.error().text, newer);
    if (copy && !copy->isNew() && (!newer || copy->all()))
        return copy;
    return newer ? openInMemory(bootId, store.error().text) : std::move(store);
}

// What was committed may stand in the log beside the file, and to read that SQLite must write.
Result<RuleStore> RuleStore::openCopy(const QString& path, const QString& bootId,
                                      const QString& why, bool newer) {
    (void)QDir().mkpath(kInMemory);
    const QTemporaryDir folder(kInMemory + u"/rules-XXXXXX"_s);
    const QString copy = folder.filePath(u"rules.db"_s);
    const QString log = u"-wal"_s;
    if (!folder.isValid() || !QFile::copy(path, copy) ||
        (QFile::exists(path + log) && !QFile::copy(path + log, copy + log)) ||
        !QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner))
        return failure(ErrorCode::Failed, why);
    if (newer)
        if (Result<void> done = Database::label(copy, static_cast<qint64>(schema().steps.size()));
            !done)
            return done.error();
    Result<RuleStore> store = openFile(copy, bootId);
    if (!store)
        return store;
    if (Result<void> done = store->database_.forbidWriting(path); !done)
        return done.error();
    store->damage_ =
        newer ? u"%1. Until then its rules are in force as far as this version knows them, and "
                "none can be changed"_s.arg(why)
              : u"%1; its rules are in force, and none can be changed until the disk can be "
                "written and sallyportd is restarted"_s.arg(why);
    return store;
}

Result<RuleStore> RuleStore::openInMemory(const QString& bootId, const QString& why) {
    constexpr int kPages = 4096;
    Result<Database> database = Database::openInMemory(schema(), kPages);
    if (!database)
        return database.error();
    RuleStore store(std::move(*database), bootId);
    store.damage_ =
        u"%1. Until then none of its rules is in force, and what is changed is kept "
        "until sallyportd ends"_s.arg(why);
    if (Result<void> begun = store.begin(); !begun)
        return begun.error();
    return store;
}

}  // namespace sallyport::store
