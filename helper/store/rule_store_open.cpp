// Rules of a disk that is full, or cannot be written: they are read all the same.
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
    if (store || store.error().code != ErrorCode::Failed || !QFile::exists(path))
        return store;
    Result<RuleStore> copy = openCopy(path, bootId, store.error().text);
    return copy && !copy->isNew() ? std::move(copy) : std::move(store);
}

// What was committed may stand in the log beside the file, and to read that SQLite must write.
Result<RuleStore> RuleStore::openCopy(const QString& path, const QString& bootId,
                                      const QString& why) {
    (void)QDir().mkpath(kInMemory);
    const QTemporaryDir folder(kInMemory + u"/rules-XXXXXX"_s);
    const QString copy = folder.filePath(u"rules.db"_s);
    const QString log = u"-wal"_s;
    if (!folder.isValid() || !QFile::copy(path, copy) ||
        (QFile::exists(path + log) && !QFile::copy(path + log, copy + log)) ||
        !QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner))
        return failure(ErrorCode::Failed, why);
    Result<RuleStore> store = openFile(copy, bootId);
    if (!store)
        return store;
    if (Result<void> done = store->database_.forbidWriting(path); !done)
        return done.error();
    store->damage_ =
        u"%1; its rules are in force, and none can be changed until the disk can be "
        "written and sallyportd is restarted"_s.arg(why);
    return store;
}

}  // namespace sallyport::store
