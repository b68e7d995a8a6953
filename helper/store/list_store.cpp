// Lists on the disk.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/list_store.h"

#include <unistd.h>

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QSet>
#include <cerrno>

#include "api/fields.h"

namespace sallyport::store {

using api::ErrorCode;
using api::failure;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargestDescription = 65'536;
constexpr qsizetype kAtOnce = 1 << 20;
constexpr QFile::Permissions kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner;

Result<StoredList> described(const QByteArray& json) {
    api::FieldReader reader(QJsonDocument::fromJson(json).object().toVariantMap(), {});
    StoredList stored;
    stored.list.name = reader.text(u"name"_s);
    stored.list.title = reader.text(u"title"_s);
    stored.list.source = reader.text(u"source"_s);
    // Earlier versions kept it of files, too.
    stored.list.daily = reader.flag(u"daily"_s) && api::isWebAddress(stored.list.source);
    stored.number = static_cast<quint32>(reader.number(u"number"_s, 0, 0, api::kMostLists - 1));
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    if (Result<void> sensible = validate(stored.list); !sensible)
        return sensible.error();
    return stored;
}

api::Error cannotWrite(const QFileDevice& file) {
    return failure(ErrorCode::Failed,
                   u"cannot write %1: %2"_s.arg(file.fileName(), file.errorString()));
}

}  // namespace

QString ListStore::pathOf(const QString& name, const char* ending) const {
    return QDir(folder_).filePath(name + QLatin1String(ending));
}

Result<void> ListStore::makeFolder() const {
    if (QDir(folder_).exists() ||
        (QDir().mkpath(folder_) && QFile::setPermissions(folder_, kOwnerOnly | QFile::ExeOwner)))
        return {};
    return failure(ErrorCode::Failed, u"cannot make the directory "_s + folder_);
}

QList<StoredList> ListStore::all(QStringList& problems) const {
    QList<StoredList> lists;
    QSet<quint32> taken;
    for (const QString& file : QDir(folder_).entryList({u"*.json"_s}, QDir::Files, QDir::Name)) {
        QFile json(QDir(folder_).filePath(file));
        Result<StoredList> stored =
            json.open(QIODevice::ReadOnly)
                ? described(json.read(kLargestDescription))
                : Result<StoredList>(failure(ErrorCode::Failed, json.errorString()));
        if (stored && (stored->list.name + u".json"_s != file || taken.contains(stored->number)))
            stored = failure(ErrorCode::Invalid, u"its name or number is another's"_s);
        if (!stored) {
            problems += u"the list in %1 cannot be read: %2"_s.arg(file, stored.error().text);
            continue;
        }
        taken.insert(stored->number);
        const QFileInfo content(pathOf(stored->list.name, ".txt"));
        if (content.exists())
            stored->list.updatedMs = content.lastModified().toMSecsSinceEpoch();
        lists += *stored;
    }
    return lists;
}

std::unique_ptr<QFile> ListStore::content(const QString& name) const {
    auto file = std::make_unique<QFile>(pathOf(name, ".txt"));
    return file->open(QIODevice::ReadOnly) ? std::move(file) : nullptr;
}

Result<std::unique_ptr<QSaveFile>> ListStore::writeContent(const QString& name,
                                                           int descriptor) const {
    if (Result<void> made = makeFolder(); !made)
        return made.error();
    auto file = std::make_unique<QSaveFile>(pathOf(name, ".txt"));
    if (!file->open(QIODevice::WriteOnly) || !file->setPermissions(kOwnerOnly))
        return cannotWrite(*file);
    QByteArray piece(kAtOnce, Qt::Uninitialized);
    for (qint64 at = 0;;) {
        const ssize_t got = pread(descriptor, piece.data(), static_cast<size_t>(piece.size()), at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failure(ErrorCode::Failed, u"the list's content cannot be read"_s);
        if (got == 0)
            break;
        if (file->write(piece.constData(), got) != got)
            return cannotWrite(*file);
        at += got;
    }
    if (!file->flush() || fsync(file->handle()) != 0)
        return cannotWrite(*file);
    return file;
}

Result<void> ListStore::writeDescription(const StoredList& list) const {
    if (Result<void> made = makeFolder(); !made)
        return made;
    const QVariantMap map{{u"name"_s, list.list.name},
                          {u"title"_s, list.list.title},
                          {u"source"_s, list.list.source},
                          {u"daily"_s, list.list.daily},
                          {u"number"_s, list.number}};
    QSaveFile file(pathOf(list.list.name, ".json"));
    const QByteArray json = QJsonDocument(QJsonObject::fromVariantMap(map)).toJson();
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(kOwnerOnly) ||
        file.write(json) != json.size() || !file.flush() || !file.commit())
        return cannotWrite(file);
    return {};
}

void ListStore::remove(const QString& name) const {
    QFile::remove(pathOf(name, ".json"));
    QFile::remove(pathOf(name, ".txt"));
}

}  // namespace sallyport::store
