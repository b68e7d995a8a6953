// SQLite behind owners that clean up after themselves.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <QDateTime>
#include <QFile>
#include <QFileInfo>

namespace sallyport::store {

using api::Error;
using api::ErrorCode;
using api::failure;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr int kBusyMs = 2000;

bool isDamage(int code) {
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

// SQLite gives its -wal and -shm files the mode of the database.
void createPrivate(const QString& path) {
    const int file = ::open(QFile::encodeName(path).constData(),
                            O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file >= 0)
        ::close(file);
}

}  // namespace

File::~File() {
    sqlite3_close_v2(handle);
}

Error File::error() {
    damaged = damaged || isDamage(sqlite3_errcode(handle));
    return failure(ErrorCode::Failed, name + u": "_s + QString::fromUtf8(sqlite3_errmsg(handle)));
}

void FinalizeStatement::operator()(sqlite3_stmt* handle) const {
    sqlite3_finalize(handle);
}

Statement::Statement(File& file, sqlite3_stmt* handle) : file_(&file), handle_(handle) {}

void Statement::reset() {
    sqlite3_reset(handle_.get());
    problem_ = SQLITE_OK;
}

void Statement::note(int code) {
    if (problem_ == SQLITE_OK)
        problem_ = code;
}

void Statement::bindAt(int index, qint64 value) {
    note(sqlite3_bind_int64(handle_.get(), index, value));
}

void Statement::bindAt(int index, const QString& value) {
    const QByteArray utf8 = value.toUtf8();
    note(sqlite3_bind_text64(handle_.get(), index, utf8.constData(),
                             static_cast<sqlite3_uint64>(utf8.size()), SQLITE_TRANSIENT,
                             SQLITE_UTF8));
}

void Statement::bindAt(int index, const QByteArray& value) {
    note(sqlite3_bind_blob64(handle_.get(), index, value.constData(),
                             static_cast<sqlite3_uint64>(value.size()), SQLITE_TRANSIENT));
}

void Statement::bindAt(int index, std::nullopt_t) {
    note(sqlite3_bind_null(handle_.get(), index));
}

Result<bool> Statement::step() {
    if (problem_ != SQLITE_OK)
        return failure(ErrorCode::Failed,
                       file_->name + u": "_s + QString::fromUtf8(sqlite3_errstr(problem_)));
    switch (sqlite3_step(handle_.get())) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            return file_->error();
    }
}

Result<void> Statement::run() {
    const Result<bool> row = step();
    if (!row)
        return row.error();
    reset();
    return {};
}

qint64 Statement::number(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

QString Statement::text(int column) const {
    const unsigned char* text = sqlite3_column_text(handle_.get(), column);
    const int size = sqlite3_column_bytes(handle_.get(), column);
    return QString::fromUtf8(reinterpret_cast<const char*>(text), size);
}

std::string_view Statement::utf8(int column) const {
    const unsigned char* text = sqlite3_column_text(handle_.get(), column);
    return {reinterpret_cast<const char*>(text),
            static_cast<size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

QByteArray Statement::bytes(int column) const {
    const void* bytes = sqlite3_column_blob(handle_.get(), column);
    return {static_cast<const char*>(bytes), sqlite3_column_bytes(handle_.get(), column)};
}

Database::Database(std::unique_ptr<File> file) : file_(std::move(file)) {}

Result<Database> Database::openFile(const QString& path) {
    auto file = std::make_unique<File>();
    file->name = path;
    const int code = sqlite3_open_v2(QFile::encodeName(path).constData(), &file->handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    if (code != SQLITE_OK)
        return file->error();
    sqlite3_extended_result_codes(file->handle, 1);
    sqlite3_busy_timeout(file->handle, kBusyMs);
    return Database(std::move(file));
}

Result<Database> Database::open(const QString& path, const Schema& schema) {
    createPrivate(path);
    Result<Database> database = openFile(path);
    if (!database)
        return database;
    if (Result<void> ready = database->migrate(schema); !ready)
        return ready.error();
    return database;
}

Result<void> Database::label(const QString& path, qint64 version) {
    Result<Database> database = openFile(path);
    return database ? database->setVersion(version) : database.error();
}

Result<Database> Database::openInMemory(const Schema& schema, int pages) {
    Result<Database> database = openFile(u":memory:"_s);
    if (!database)
        return database;
    const QByteArray bound = "PRAGMA max_page_count=" + QByteArray::number(pages);
    Result<void> ready = database->exec(bound.constData());
    if (ready)
        ready = database->migrate(schema);
    return ready ? std::move(database) : Result<Database>(ready.error());
}

Result<void> Database::forbidWriting(const QString& name) {
    file_->name = name;
    return exec("PRAGMA query_only=ON");
}

Result<Database::Health> Database::examine(const QString& path, Depth depth) {
    if (!QFileInfo::exists(path))
        return Health::Sound;
    Result<Database> database = openFile(path);
    if (!database)
        return database.error();
    Result<Statement> check =
        database->prepare(depth == Depth::Whole ? "PRAGMA quick_check(1)"
                                                : "SELECT count(*) || 'ok' FROM sqlite_schema");
    const Result<bool> row = check ? check->step() : Result<bool>(check.error());
    if (!row)
        return database->damaged() ? Result<Health>(Health::Damaged) : row.error();
    return check->text(0).endsWith("ok"_L1) ? Health::Sound : Health::Damaged;
}

Result<void> Database::migrate(const Schema& schema) {
    const Result<qint64> version = number("PRAGMA user_version");
    if (!version)
        return version.error();
    const qint64 newest = static_cast<qint64>(schema.steps.size());
    if (*version > newest || *version < 0) {
        return failure(ErrorCode::Unsupported,
                       u"%1 is of version %2, this program knows %3: install the newer Sallyport "
                       "again, or move the file away to begin a new one"_s.arg(file_->name)
                           .arg(*version)
                           .arg(newest));
    }
    // Before anything is written: only the first table decides about it.
    for (const char* setting :
         {"PRAGMA auto_vacuum=INCREMENTAL", "PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=ON",
          schema.everyCommitOnDisk ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"}) {
        if (Result<void> set = exec(setting); !set)
            return set;
    }
    for (qint64 step = *version; step < newest; ++step) {
        Transaction transaction(*this);
        if (!transaction.begun())
            return transaction.begun();
        if (Result<void> done = exec(schema.steps[static_cast<std::size_t>(step)]); !done)
            return done;
        if (Result<void> marked = setVersion(step + 1); !marked)
            return marked;
        if (Result<void> kept = transaction.commit(); !kept)
            return kept;
    }
    return {};
}

Result<void> Database::setVersion(qint64 version) {
    return exec(("PRAGMA user_version=" + QByteArray::number(version)).constData());
}

Result<void> Database::exec(const char* sql) {
    if (sqlite3_exec(file_->handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return file_->error();
    return {};
}

Result<Statement> Database::prepare(const char* sql) {
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v2(file_->handle, sql, -1, &handle, nullptr) != SQLITE_OK)
        return file_->error();
    return Statement(*file_, handle);
}

Result<qint64> Database::number(const char* sql) {
    Result<Statement> statement = prepare(sql);
    if (!statement)
        return statement.error();
    const Result<bool> row = statement->step();
    if (!row)
        return row.error();
    return *row ? statement->number(0) : 0;
}

qint64 Database::lastId() const {
    return sqlite3_last_insert_rowid(file_->handle);
}

int Database::changes() const {
    return sqlite3_changes(file_->handle);
}

bool Database::damaged() const {
    return file_->damaged;
}

// Where either fails it is as slow as ever, or as good as the file system.
Unhurried::Unhurried(Database& database) : database_(database) {
    (void)database_.run("PRAGMA synchronous=NORMAL").has_value();
}

Unhurried::~Unhurried() {
    (void)database_.run("PRAGMA synchronous=FULL").has_value();
}

Transaction::Transaction(Database& database)
    : database_(database), begun_(database.exec("BEGIN IMMEDIATE")), open_(begun_.has_value()) {}

Transaction::~Transaction() {
    // After a full disk SQLite may have rolled back by itself; then this is refused, as it should.
    if (open_)
        (void)database_.exec("ROLLBACK");
}

Result<void> Transaction::commit() {
    Result<void> done = database_.exec("COMMIT");
    if (done)
        open_ = false;
    return done;
}

Result<QString> moveAside(const QString& path) {
    const QString time = QDateTime::currentDateTimeUtc().toString(u"yyyyMMddTHHmmsszzzZ"_s);
    const QString aside = path + u".corrupt-"_s + time;
    for (const QString& part : {QString(), u"-wal"_s, u"-shm"_s}) {
        if (QFileInfo::exists(path + part) && !QFile::rename(path + part, aside + part)) {
            return failure(ErrorCode::Failed, u"%1 is damaged and could not be moved to %2"_s.arg(
                                                  path + part, aside + part));
        }
    }
    return aside;
}

}  // namespace sallyport::store
