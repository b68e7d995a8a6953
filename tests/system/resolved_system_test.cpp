// The real systemd-resolved, of this machine or the one that SALLYPORT_RESOLVED names, in
// namespaces of the test's own with a names server of its own: what it answers becomes names.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <thread>

#include "resolved/monitor.h"
#include "support/skip.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

constexpr int kSoonMs = 20'000;
constexpr uint kUser = 65533;  // of systemd-resolved here

QString program() {
    for (const QString& path :
         {qEnvironmentVariable("SALLYPORT_RESOLVED"), u"/usr/lib/systemd/systemd-resolved"_s,
          u"/lib/systemd/systemd-resolved"_s})
        if (!path.isEmpty() && QFileInfo(path).isExecutable())
            return path;
    return {};
}

bool run(const QString& command) {
    const QStringList words = command.split(u' ');
    return QProcess::execute(words.first(), words.sliced(1)) == 0;
}

QByteArray word(int value) {
    return QByteArray(1, char(value >> 8)) + char(value);
}

QByteArray record(const QByteArray& owner, int type, const QByteArray& data) {
    return owner + word(type) + word(1) + word(0) + word(300) + word(int(data.size())) + data;
}

// n7.test is 203.0.113.7; www.far.test is another name of n8.test, and no more is said of it.
QByteArray answerTo(const QByteArray& question) {
    const qsizetype end = question.indexOf('\0', 12) + 5;
    const QByteArray asked = question.mid(12, end - 12);
    const int type = end > 5 ? asked.at(asked.size() - 3) : 0;
    QByteArray records;
    if (asked.startsWith("\3www\3far"))
        records = record("\xc0\x0c", 5, QByteArray("\2n8\4test\0", 9));
    else if (asked.size() > 2 && asked.at(1) == 'n' && type == 1)
        records = record("\xc0\x0c", 1,
                         QByteArray("\xcb\0\x71", 3) + char(asked.mid(2, asked.at(0) - 1).toInt()));
    return question.left(2) + word(0x8180) + word(1) + word(records.isEmpty() ? 0 : 1) + word(0) +
           word(0) + asked + records;
}

// On 127.0.0.1:5300, for as long as the test runs.
bool serveNames() {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(5300);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof(at)) != 0)
        return false;
    std::thread([fd] {
        char buffer[4096];
        for (;;) {
            sockaddr_in from{};
            socklen_t size = sizeof(from);
            auto* to = reinterpret_cast<sockaddr*>(&from);
            const ssize_t got = recvfrom(fd, buffer, sizeof(buffer), 0, to, &size);
            const QByteArray answer = answerTo(QByteArray(buffer, qMax<ssize_t>(got, 0)));
            sendto(fd, answer.constData(), size_t(answer.size()), 0, to, size);
        }
    }).detach();
    return true;
}

// As nss-resolve asks. The reply, when it has come.
QByteArray lookUp(const QString& name) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::strcpy(at.sun_path, "/run/systemd/resolve/io.systemd.Resolve");
    QByteArray reply;
    const QByteArray call =
        u"{\"method\":\"io.systemd.Resolve.ResolveHostname\",\"parameters\":{\"name\":\"%1\",\"family\":2}}"_s
            .arg(name)
            .toUtf8() +
        '\0';
    if (::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0 &&
        send(fd, call.constData(), size_t(call.size()), MSG_NOSIGNAL) == call.size()) {
        char buffer[65536];
        for (ssize_t got; !reply.endsWith('\0') && (got = recv(fd, buffer, sizeof(buffer), 0)) > 0;)
            reply.append(buffer, got);
    }
    ::close(fd);
    return reply;
}

}  // namespace

class ResolvedSystemTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase() { stop(); }
    void namesAreHeard();
    void theyComeAboutAsSoonAsTheProgramHasThem();
    void aRestartIsGotOver();

  private:
    void start();
    void stop();
    bool write(const QString& name, const QByteArray& content, const QString& over);

    QTemporaryDir folder_;
    QProcess resolved_;
    QStringList heard_;  // "n7.test 203.0.113.7"
    std::unique_ptr<resolved::Monitor> monitor_;
};

bool ResolvedSystemTest::write(const QString& name, const QByteArray& content,
                               const QString& over) {
    QFile file(folder_.filePath(name));
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() &&
           file.setPermissions(QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther) &&
           ::mount(QFile::encodeName(file.fileName()).constData(),
                   QFile::encodeName(over).constData(), nullptr, MS_BIND, nullptr) == 0;
}

void ResolvedSystemTest::initTestCase() {
    if (program().isEmpty())
        SKIP_ALL("no systemd-resolved (Debian: systemd-resolved; or SALLYPORT_RESOLVED=program)");
    if (geteuid() != 0)
        SKIP_ALL("not root");
    if (QStandardPaths::findExecutable(u"ip"_s).isEmpty())
        SKIP_ALL("no ip (Debian: iproute2)");
    if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0)
        SKIP_ALL("no namespaces of one's own");
    QVERIFY(QFile::setPermissions(folder_.path(), QFile::ReadOwner | QFile::WriteOwner |
                                                      QFile::ExeOwner | QFile::ReadOther |
                                                      QFile::ExeOther));
    QCOMPARE(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    QCOMPARE(::mount("tmpfs", "/run", "tmpfs", 0, nullptr), 0);
    QCOMPARE(::mount("tmpfs", "/etc/systemd", "tmpfs", 0, nullptr), 0);
    QFile configuration(u"/etc/systemd/resolved.conf"_s);
    QVERIFY(configuration.open(QIODevice::WriteOnly));
    configuration.write(
        "[Resolve]\nDNS=127.0.0.1:5300\nDNSSEC=no\nLLMNR=no\nMulticastDNS=no\n"
        "DNSStubListener=no\n");
    configuration.close();
    const QByteArray id = QByteArray::number(kUser);
    QVERIFY(
        write(u"passwd"_s,
              "root:x:0:0::/root:/bin/sh\nsystemd-resolve:x:" + id + ":" + id + "::/:/bin/false\n",
              u"/etc/passwd"_s));
    QVERIFY(write(u"group"_s, "root:x:0:\nsystemd-resolve:x:" + id + ":\n", u"/etc/group"_s));
    QVERIFY(write(u"hosts"_s, "203.0.113.99 hosts.example\n", u"/etc/hosts"_s));
    for (const QString& command :
         {u"ip link set lo up"_s, u"ip link add d0 type veth peer name d1"_s,
          u"ip address add 198.51.100.1/24 dev d0"_s, u"ip link set d0 up"_s,
          u"ip link set d1 up"_s, u"ip route add default via 198.51.100.2 dev d0"_s})
        QVERIFY2(run(command), qPrintable(command));
    QVERIFY(serveNames());
    monitor_ = std::make_unique<resolved::Monitor>(resolved::Monitor::systemSocket());
    connect(monitor_.get(), &resolved::Monitor::answered, this,
            [this](const names::DnsAnswer& answer) {
                for (const names::DnsAddress& found : answer.addresses)
                    heard_ += found.names.join(u'>') + u' ' + found.address.toString();
            });
    monitor_->start();  // before it is there
    start();
}

void ResolvedSystemTest::start() {
    if (!QDir(u"/run/systemd/resolve"_s).exists()) {  // what its unit does
        QVERIFY(QDir().mkpath(u"/run/systemd/resolve"_s));
        QCOMPARE(chown("/run/systemd/resolve", kUser, kUser), 0);
    }
    resolved_.setProcessChannelMode(QProcess::MergedChannels);
    resolved_.start(program(), QStringList());
    QVERIFY(resolved_.waitForStarted());
    QTRY_VERIFY2_WITH_TIMEOUT(monitor_->subscribed(), resolved_.readAll().constData(), kSoonMs);
}

void ResolvedSystemTest::stop() {
    resolved_.terminate();
    resolved_.waitForFinished(kSoonMs);
}

void ResolvedSystemTest::namesAreHeard() {
    for (const QString& name : {u"hosts.example"_s, u"n7.test"_s, u"www.far.test"_s}) {
        const QByteArray reply = lookUp(name);
        QVERIFY2(reply.contains("\"addresses\""), reply.constData());
    }
    QTRY_COMPARE_WITH_TIMEOUT(heard_.size(), 3, kSoonMs);
    QCOMPARE(heard_, (QStringList{u"hosts.example 203.0.113.99"_s, u"n7.test 203.0.113.7"_s,
                                  u"www.far.test>n8.test 203.0.113.8"_s}));
}

// Nothing promises an order; what is seen here is what the README says of it.
void ResolvedSystemTest::theyComeAboutAsSoonAsTheProgramHasThem() {
    constexpr int kCount = 100;
    heard_.clear();
    int before = 0;
    for (int i = 100; i < 100 + kCount; ++i) {
        QVERIFY(lookUp(u"n%1.test"_s.arg(i)).contains("\"addresses\""));
        monitor_->read();
        before += heard_.contains(u"n%1.test 203.0.113.%1"_s.arg(i)) ? 1 : 0;
    }
    qInfo("of %d names %d were known before the program had its reply", kCount, before);
    QTRY_COMPARE_WITH_TIMEOUT(heard_.size(), kCount, kSoonMs);
}

void ResolvedSystemTest::aRestartIsGotOver() {
    stop();
    QTRY_VERIFY_WITH_TIMEOUT(!monitor_->subscribed(), kSoonMs);
    start();
    heard_.clear();
    QVERIFY(lookUp(u"n9.test"_s).contains("\"addresses\""));
    QTRY_COMPARE_WITH_TIMEOUT(heard_, QStringList{u"n9.test 203.0.113.9"_s}, kSoonMs);
}

QTEST_GUILESS_MAIN(ResolvedSystemTest)
#include "resolved_system_test.moc"
