// SQLite behind owners that clean up after themselves. Single threaded.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "api/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sallyport::store {

// An open file; stays where it is while Database and Statement move about.
struct File {
    sqlite3* handle = nullptr;
    QString name;
    bool damaged = false;  // some call said that the file is corrupt

    File() = default;
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    // What SQLite says of its last call.
    api::Error error();
};

struct FinalizeStatement {
    void operator()(sqlite3_stmt* handle) const;
};

// A prepared statement; must not outlive its Database.
class Statement {
  public:
    // Parameters from the first on. An error in binding is reported by the next step().
    template <class... Values>
    Statement& bind(const Values&... values) {
        reset();
        int index = 0;
        (bindAt(++index, values), ...);
        return *this;
    }
    // True: a row stands in the columns. False: there are no more.
    api::Result<bool> step();
    // Runs a statement that gives no rows, and makes it ready for the next bind().
    api::Result<void> run();

    // Columns from 0 on.
    qint64 number(int column) const;
    QString text(int column) const;
    std::string_view utf8(int column) const;  // until the next step
    QByteArray bytes(int column) const;

  private:
    friend class Database;
    Statement(File& file, sqlite3_stmt* handle);

    void reset();
    void bindAt(int index, qint64 value);
    void bindAt(int index, const QString& value);
    void bindAt(int index, const QByteArray& value);
    void bindAt(int index, std::nullopt_t);
    void note(int code);

    File* file_;
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> handle_;
    int problem_ = 0;  // first failure of a bind
};

// What a file must hold. Step n of `steps` brings it from user_version n to n + 1.
struct Schema {
    bool everyCommitOnDisk = true;  // synchronous=FULL; else a power cut may cost the last commits
    std::span<const char* const> steps;
};

class Database {
  public:
    // Opens or creates the file (mode 0600) and brings it up to date, each step in a transaction of
    // its own. Unsupported, with the file untouched: it is of a newer version.
    static api::Result<Database> open(const QString& path, const Schema& schema);

    // Says that the file is of this version, whatever it is.
    static api::Result<void> label(const QString& path, qint64 version);

    // One that is in memory alone, and takes so many pages of 4 KiB at most.
    static api::Result<Database> openInMemory(const Schema& schema, int pages);
    // Nothing can be written from now on; errors are of a file of this name.
    api::Result<void> forbidWriting(const QString& name);

    enum class Health { Sound, Damaged };
    enum class Depth { Head, Whole };  // Whole reads every page
    // Failed: the file could not be read at all, which says nothing about what is in it. A file
    // that is not there is sound.
    static api::Result<Health> examine(const QString& path, Depth depth);

    // Statements without parameters and rows.
    api::Result<void> exec(const char* sql);
    api::Result<Statement> prepare(const char* sql);
    template <class... Values>
    api::Result<void> run(const char* sql, const Values&... values) {
        api::Result<Statement> statement = prepare(sql);
        if (!statement)
            return statement.error();
        return statement->bind(values...).run();
    }
    // First column of the first row; 0 when there is no row.
    api::Result<qint64> number(const char* sql);

    qint64 lastId() const;
    int changes() const;   // rows of the last statement
    bool damaged() const;  // some call said that the file is corrupt

  private:
    explicit Database(std::unique_ptr<File> file);
    static api::Result<Database> openFile(const QString& path);
    api::Result<void> migrate(const Schema& schema);
    api::Result<void> setVersion(qint64 version);

    std::unique_ptr<File> file_;
};

// All or nothing: what is not committed is rolled back.
// What is committed meanwhile need not be on the disk at once, and nobody waits for that: a power
// cut may cost it, and nothing that was committed before or is after. Outside transactions; for a
// database whose every commit is on disk.
class Unhurried {
  public:
    explicit Unhurried(Database& database);
    ~Unhurried();
    Unhurried(const Unhurried&) = delete;
    Unhurried& operator=(const Unhurried&) = delete;

  private:
    Database& database_;
};

class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // Of BEGIN; to be looked at before anything is written.
    const api::Result<void>& begun() const { return begun_; }
    api::Result<void> commit();

  private:
    Database& database_;
    api::Result<void> begun_;
    bool open_;
};

// Renames the file and what SQLite keeps beside it to NAME.corrupt-<UTC time>; gives the new path.
api::Result<QString> moveAside(const QString& path);

}  // namespace sallyport::store
