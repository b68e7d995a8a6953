// What the system's journal is told of decisions: which fields, through which socket, how many.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QMap>
#include <QTest>
#include <QtEndian>

#include "service/journal.h"

using namespace sallyport;
using service::Journal;

namespace {

using Fields = QMap<QByteArray, QByteArray>;

class FakeClock final : public engine::Clock {
  public:
    qint64 now = 1'700'000'000'000;
    qint64 nowMs() const override { return now; }
    qint64 bootMs() const override { return now; }
};

// Remembers what is sent.
struct Reader {
    QList<Fields> entries;
    Journal::Send send() {
        return [this](const QList<QByteArray>& fields) {
            Fields entry;
            for (const QByteArray& field : fields) {
                const qsizetype split = field.indexOf('=');
                entry.insert(field.left(split), field.mid(split + 1));
            }
            entries.append(entry);
        };
    }
    qsizetype count(const char* id) const {
        return std::count_if(entries.begin(), entries.end(),
                             [&](const Fields& one) { return one.value("MESSAGE_ID") == id; });
    }
};

api::Connection connection(api::RuleId rule = 7) {
    api::Connection c;
    c.rule = rule;
    c.state = api::ConnectionState::Blocked;
    c.reason = api::Reason::Rule;
    c.protocol = 6;
    c.remote = *api::Address::parse(QStringLiteral("203.0.113.7"));
    c.remotePort = 443;
    c.localPort = 50000;
    c.name = QStringLiteral("www.example.org");
    c.pid = 4000;
    c.uid = 1000;
    return c;
}

api::Process process(const QString& path = QStringLiteral("/opt/none/curl")) {
    api::Process process;
    process.path = path;
    process.identity = {api::AppIdentity::Kind::Path, path, {}};
    return process;
}

// The fields of a datagram in the journal's native protocol: NAME=value lines, or where the value
// has line breaks NAME, a line break, its length in 64 bits little endian, the value.
Fields parsed(const QByteArray& datagram) {
    Fields fields;
    for (qsizetype at = 0; at < datagram.size();) {
        const qsizetype end = datagram.indexOf('\n', at);
        const QByteArray line = datagram.mid(at, end - at);
        const qsizetype split = line.indexOf('=');
        at = end + 1;
        if (split >= 0) {
            fields.insert(line.left(split), line.mid(split + 1));
            continue;
        }
        const auto length = qsizetype(qFromLittleEndian<quint64>(datagram.constData() + at));
        fields.insert(line, datagram.mid(at + 8, length));
        at += 8 + length + 1;
    }
    return fields;
}

// A /run of our own with a socket where the journal's is; -1 where we may not.
int privateJournal() {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", "/run", "tmpfs", 0, nullptr) != 0)
        return -1;
    (void)mkdir("/run/systemd", 0755);
    (void)mkdir("/run/systemd/journal", 0755);
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{AF_UNIX, "/run/systemd/journal/socket"};
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        return -1;
    return fd;
}

}  // namespace

class JournalTest : public QObject {
    Q_OBJECT
  private slots:
    void theJournalItselfIsReached();
    void anEntryHasFields();
    void aMessageIsOneLine();
    void whatCameInIsToldByThePortHere();
    void anAuditSaysWhatWouldHaveBeen();
    void aFloodIsCountedInstead();
    void manyRulesDoNotFillItEither();

  private:
    FakeClock clock_;
};

void JournalTest::theJournalItselfIsReached() {
    const int fd = privateJournal();
    if (fd < 0)
        QSKIP("no mount namespace of our own: needs root");
    Journal journal(clock_);
    const QString odd = QStringLiteral("/opt/none/a\nMESSAGE=forged");
    journal.decided(connection(), process(odd));
    QByteArray datagram(65536, '\0');
    const ssize_t size = recv(fd, datagram.data(), size_t(datagram.size()), 0);
    close(fd);
    QVERIFY(size > 0);
    datagram.truncate(size);
    const Fields entry = parsed(datagram);
    QCOMPARE(entry.value("SALLYPORT_PROGRAM"), odd.toUtf8());
    QCOMPARE(entry.value("SALLYPORT_RULE"), QByteArray("7"));
    QVERIFY(entry.value("MESSAGE").startsWith("blocked by rule 7: "));
}

void JournalTest::anEntryHasFields() {
    Reader reader;
    Journal journal(clock_, reader.send());
    journal.decided(connection(), process());
    const Fields expected{
        {"MESSAGE",
         "blocked by rule 7: /opt/none/curl (pid 4000) to www.example.org "
         "(203.0.113.7), tcp port 443"},
        {"MESSAGE_ID", service::kDecidedId},
        {"PRIORITY", "6"},
        {"SYSLOG_IDENTIFIER", "sallyportd"},
        {"SALLYPORT_PROGRAM", "/opt/none/curl"},
        {"SALLYPORT_RULE", "7"},
        {"SALLYPORT_VERDICT", "blocked"},
        {"SALLYPORT_DIRECTION", "outbound"},
        {"SALLYPORT_PROTOCOL", "tcp"},
        {"SALLYPORT_REMOTE_ADDRESS", "203.0.113.7"},
        {"SALLYPORT_REMOTE_NAME", "www.example.org"},
        {"SALLYPORT_PORT", "443"},
        {"SALLYPORT_PID", "4000"},
        {"SALLYPORT_UID", "1000"},
    };
    QCOMPARE(reader.entries, QList<Fields>{expected});
}

void JournalTest::aMessageIsOneLine() {
    Reader reader;
    Journal journal(clock_, reader.send());
    journal.decided(connection(), process(QStringLiteral("/opt/\x1b[31m\nred")));
    const QByteArray message = reader.entries.first().value("MESSAGE");
    QVERIFY(message.contains("/opt/?[31m?red"));
    QCOMPARE(reader.entries.first().value("SALLYPORT_PROGRAM"), QByteArray("/opt/\x1b[31m\nred"));
}

void JournalTest::whatCameInIsToldByThePortHere() {
    Reader reader;
    Journal journal(clock_, reader.send());
    api::Connection in = connection();
    in.direction = api::Direction::Inbound;
    in.localPort = 22;
    in.name.clear();
    journal.decided(in, process());
    QCOMPARE(reader.entries.first().value("SALLYPORT_PORT"), QByteArray("22"));
    QVERIFY(reader.entries.first().value("MESSAGE").contains(" from 203.0.113.7, tcp port 22"));
    QVERIFY(!reader.entries.first().contains("SALLYPORT_REMOTE_NAME"));
}

void JournalTest::anAuditSaysWhatWouldHaveBeen() {
    Reader reader;
    Journal journal(clock_, reader.send());
    api::Connection audited = connection();
    audited.state = api::ConnectionState::Audited;
    journal.decided(audited, process());
    QCOMPARE(reader.entries.first().value("SALLYPORT_VERDICT"), QByteArray("audited"));
    QVERIFY(reader.entries.first().value("MESSAGE").startsWith(
        "audited, would be blocked by rule 7: "));
}

void JournalTest::aFloodIsCountedInstead() {
    Reader reader;
    Journal journal(clock_, reader.send());
    for (int i = 0; i < 1000; ++i)
        journal.decided(connection(), process());
    journal.decided(connection(8), process());  // another rule is heard all the same
    QCOMPARE(reader.entries.size(), Journal::kMostOfARule + 1);
    clock_.now += 60'000;
    journal.decided(connection(), process());
    QCOMPARE(reader.count(service::kLeftOutId), 1);
    const Fields left = reader.entries[Journal::kMostOfARule + 1];
    QCOMPARE(left.value("SALLYPORT_RULE"), QByteArray("7"));
    QCOMPARE(left.value("SALLYPORT_LEFT_OUT"), QByteArray("940"));
    QCOMPARE(reader.count(service::kDecidedId), Journal::kMostOfARule + 2);
    clock_.now -= 3'600'000;  // a clock that is set back silences nobody
    for (int i = 0; i < Journal::kMostOfARule; ++i)
        journal.decided(connection(), process());
    QCOMPARE(reader.count(service::kDecidedId), 2 * Journal::kMostOfARule + 2);
}

void JournalTest::manyRulesDoNotFillItEither() {
    Reader reader;
    Journal journal(clock_, reader.send());
    for (api::RuleId rule = 1; rule <= 5000; ++rule)
        journal.decided(connection(rule), process());
    journal.endMinute();
    QCOMPARE(reader.count(service::kDecidedId), Journal::kMostOfAll);
    QCOMPARE(reader.count(service::kLeftOutId), Journal::kMostRules + 1);
    quint64 left = 0;
    for (const Fields& one : std::as_const(reader.entries))
        left += one.value("SALLYPORT_LEFT_OUT").toULongLong();
    QCOMPARE(left, quint64(5000 - Journal::kMostOfAll));
    QVERIFY(!reader.entries.last().value("MESSAGE").isEmpty());
}

QTEST_GUILESS_MAIN(JournalTest)
#include "journal_test.moc"
