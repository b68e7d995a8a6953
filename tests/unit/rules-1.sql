-- A rules.db as version 1 wrote it. Never edited: a later version must still read it.
CREATE TABLE rules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  body TEXT NOT NULL,
  hits INTEGER NOT NULL DEFAULT 0,
  last_used INTEGER NOT NULL DEFAULT 0,
  boot TEXT);
CREATE TABLE changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  boot TEXT NOT NULL);
CREATE TABLE change_items (
  change INTEGER NOT NULL REFERENCES changes(id) ON DELETE CASCADE,
  rule INTEGER NOT NULL,
  before TEXT,
  after TEXT,
  hits INTEGER NOT NULL,
  last_used INTEGER NOT NULL);
CREATE INDEX change_items_of ON change_items(change);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO rules VALUES (3, '{"action":"allow","app":{"kind":"path","path":"/usr/bin/curl","script":""},"blockStyle":"error","createdMs":1700000000000,"direction":"outbound","enabled":true,"expiresMs":0,"lifetime":"forever","localPorts":"any","note":"","origin":"prompt","pinned":false,"process":0,"protocol":"tcp","remote":"any","remotePorts":"443","startedBy":{"kind":"any","path":"","script":""},"user":1000}', 12, 1700000005000, NULL);
INSERT INTO rules VALUES (7, '{"action":"block","app":{"kind":"any","path":"","script":""},"blockStyle":"silent","createdMs":1700000000000,"direction":"any","enabled":true,"expiresMs":0,"lifetime":"forever","localPorts":"any","note":"office","origin":"user","pinned":true,"process":0,"protocol":"any","remote":"10.0.0.0/8","remotePorts":"any","startedBy":{"kind":"any","path":"","script":""}}', 0, 0, NULL);
INSERT INTO rules VALUES (9, '{"lifetime":"until-restart"}', 0, 0, 'an-older-boot');
INSERT INTO changes VALUES (4, 'remove', '/usr/bin/wget', 'an-older-boot');
INSERT INTO change_items VALUES (4, 5, '{"action":"block","app":{"kind":"path","path":"/usr/bin/wget","script":""}}', NULL, 1, 2);
INSERT INTO settings VALUES ('seeded', '1');
INSERT INTO settings VALUES ('state', '{"blockAll":false,"mode":"learn","pausedUntilMs":0,"settings":{"answerSeconds":60,"historyDays":30,"nobodyToAsk":"wait"}}');
UPDATE sqlite_sequence SET seq=11 WHERE name='rules';
PRAGMA user_version=1;
