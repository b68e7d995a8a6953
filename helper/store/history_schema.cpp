// The tables of history.db. Millions of rows, so a row is some 60 bytes: programs and remotes stand
// in tables of their own, which are small enough to be searched for a part of a text; the rows are
// then found by number. A row's id is its place in the order of writing, which is very nearly the
// order of ending (a clock may be set back): no index by time, only the spans, which say for every
// thousand rows between which times they ended. Each index ends with the id, so that it gives the
// newest first. How many rows each program has in each state stands in `kept`: what has most makes
// room.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_schema.h"

namespace sallyport::store {

namespace {

constexpr const char* kSteps[] = {
    "CREATE TABLE programs ("
    "  id INTEGER PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  path TEXT NOT NULL,"
    "  script TEXT NOT NULL,"
    "  UNIQUE (kind, path, script));"
    "CREATE TABLE history ("
    "  id INTEGER PRIMARY KEY,"
    "  ended INTEGER NOT NULL,"
    "  started INTEGER NOT NULL,"
    "  program INTEGER NOT NULL REFERENCES programs(id),"
    "  serial INTEGER NOT NULL,"
    "  pid INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  direction INTEGER NOT NULL,"
    "  protocol INTEGER NOT NULL,"
    "  remote TEXT NOT NULL,"
    "  remote_port INTEGER NOT NULL,"
    "  local TEXT NOT NULL,"
    "  local_port INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  reason INTEGER NOT NULL,"
    "  rule INTEGER NOT NULL,"
    "  sent INTEGER NOT NULL,"
    "  received INTEGER NOT NULL);"
    "CREATE INDEX history_ended ON history(ended, id);"
    "CREATE INDEX history_state ON history(state, ended, id);"
    "CREATE INDEX history_program ON history(program);",

    "ALTER TABLE history ADD COLUMN name TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE history ADD COLUMN held INTEGER NOT NULL DEFAULT 0;",

    // port: of the service, which is the remote's, or the local one of an inbound connection (2).
    "DROP INDEX history_ended;"
    "DROP INDEX history_state;"
    "DROP INDEX history_program;"
    "ALTER TABLE history RENAME TO before;"
    "CREATE TABLE hosts ("
    "  id INTEGER PRIMARY KEY,"
    "  address TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  UNIQUE (address, name));"
    "CREATE TABLE locals ("
    "  id INTEGER PRIMARY KEY,"
    "  address TEXT NOT NULL UNIQUE,"
    "  last INTEGER NOT NULL);"
    "CREATE TABLE spans ("
    "  first INTEGER PRIMARY KEY,"
    "  oldest INTEGER NOT NULL,"
    "  newest INTEGER NOT NULL);"
    "CREATE TABLE totals ("
    "  day INTEGER NOT NULL,"
    "  program INTEGER NOT NULL,"
    "  connections INTEGER NOT NULL,"
    "  blocked INTEGER NOT NULL,"
    "  sent INTEGER NOT NULL,"
    "  received INTEGER NOT NULL,"
    "  PRIMARY KEY (day, program)) WITHOUT ROWID;"
    "CREATE INDEX totals_program ON totals(program);"
    "CREATE TABLE history ("
    "  id INTEGER PRIMARY KEY,"
    "  ended INTEGER NOT NULL,"
    "  lasted INTEGER NOT NULL,"
    "  program INTEGER NOT NULL,"
    "  serial INTEGER NOT NULL,"
    "  pid INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  direction INTEGER NOT NULL,"
    "  protocol INTEGER NOT NULL,"
    "  remote INTEGER NOT NULL,"
    "  port INTEGER NOT NULL,"
    "  other_port INTEGER NOT NULL,"
    "  local INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  reason INTEGER NOT NULL,"
    "  rule INTEGER NOT NULL,"
    "  sent INTEGER NOT NULL,"
    "  received INTEGER NOT NULL,"
    "  held INTEGER NOT NULL);"
    "INSERT INTO hosts (address, name) SELECT DISTINCT remote, lower(name) FROM before;"
    "INSERT INTO locals (address, last) SELECT local, count(*) FROM before GROUP BY local;"
    "INSERT INTO history SELECT NULL, ended, ended - started, program, serial, pid, uid, direction,"
    "  protocol, h.id, iif(direction = 2, local_port, remote_port),"
    "  iif(direction = 2, remote_port, local_port), l.id, state, reason, rule, sent, received, held"
    "  FROM before b JOIN hosts h ON h.address = b.remote AND h.name = lower(b.name)"
    "  JOIN locals l ON l.address = b.local ORDER BY ended, b.id;"
    "UPDATE locals SET last = (SELECT ifnull(max(id), 0) FROM history);"
    "INSERT INTO spans SELECT min(id), min(ended), max(ended) FROM history GROUP BY (id - 1) / "
    "1024;"
    "INSERT INTO totals SELECT"
    "  CAST(julianday(date(ended / 1000, 'unixepoch', 'localtime')) + 0.5 AS INTEGER), program,"
    "  count(*), sum(state = 1), CAST(min(total(max(sent, 0)), 9e18) AS INTEGER),"
    "  CAST(min(total(max(received, 0)), 9e18) AS INTEGER) FROM history GROUP BY 1, 2;"
    "DROP TABLE before;"
    "CREATE INDEX history_program ON history(program, state);"
    "CREATE INDEX history_port ON history(port, state);"
    "CREATE INDEX history_remote ON history(remote);"
    // What was allowed is nearly everything: an index of it would find nothing faster.
    "CREATE INDEX history_state ON history(state) WHERE state <> 0;",

    "CREATE TABLE kept ("
    "  program INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  rows INTEGER NOT NULL,"
    "  PRIMARY KEY (program, state)) WITHOUT ROWID;"
    "INSERT INTO kept SELECT program, state, count(*) FROM history GROUP BY program, state;"
    "CREATE TRIGGER history_comes AFTER INSERT ON history BEGIN"
    "  INSERT INTO kept VALUES (new.program, new.state, 1)"
    "    ON CONFLICT (program, state) DO UPDATE SET rows = rows + 1;"
    " END;"
    "CREATE TRIGGER history_goes AFTER DELETE ON history BEGIN"
    "  UPDATE kept SET rows = rows - 1 WHERE program = old.program AND state = old.state;"
    " END;",
};

}  // namespace

const Schema kHistorySchema{false, kSteps};

}  // namespace sallyport::store
