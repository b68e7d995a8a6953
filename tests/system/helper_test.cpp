// The program sallyportd as a service manager and an administrator meet it: what it tells, what its
// signals do, and how it is turned off. On a bus and a control group of the test's own.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QByteArrayList>
#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "kernel/bpf_kernel.h"
#include "kernel/handle.h"
#include "support/broker_door.h"
#include "support/private_bus.h"
#include "support/privilege.h"
#include "support/skip.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

constexpr int kSoonMs = 60'000;  // loading takes the verifier a second or many
constexpr int kFailed = 1;       // the unit tries again; after 2, 3, 4 and 6 it does not
constexpr int kSecondHelper = 6;

}  // namespace

class HelperTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanup();
    void cleanupTestCase();
    void startsNothingWhereHelpIsAskedFor_data();
    void startsNothingWhereHelpIsAskedFor();
    void isReadyWhenItEnforces();
    void enforcesBeforeThereIsABus();
    void keepsTheWatchdogQuietFromItsEventLoop();
    void leavesTheKernelEnforcingWhenItIsRestarted();
    void freesTheNetworkWhenItIsStopped();
    void staysInForceWhileTheMachineShutsDown();
    void isNotTurnedOffBehindARunningHelper();
    void changesNothingWhereAnotherRuns();
    void isTurnedOffAfterAHelperThatFailed();
    void isNoRootWhereAnotherOpensItsSockets();
    void isTriedAgainWhereNobodyOpensItsSockets();

  private:
    void start();
    void end(int signal);
    int off();
    bool heard(const char* message);
    bool enforces() const;

    tests::PrivateBus bus_;
    QTemporaryDir folder_;
    QString cgroup_;
    QString pins_;
    QStringList arguments_;
    QProcessEnvironment surroundings_;
    kernel::Fd notices_;
    QByteArrayList said_;
    QProcess helper_;
};

void HelperTest::initTestCase() {
    const auto root = kernel::cgroupRoot();
    if (!root)
        SKIP_ALL("needs a cgroup v2 mount");
    if (const char* reason = tests::missingPrivilege(*root))
        SKIP_ALL(reason);
    const QString address = bus_.start();
    if (address.isEmpty())
        SKIP_ALL("needs dbus-daemon");
    const QString name = u"sallyport-helper-test-%1"_s.arg(QCoreApplication::applicationPid());
    cgroup_ = *root + u'/' + name;
    QVERIFY(QDir().mkdir(cgroup_));
    pins_ = u"/sys/fs/bpf/"_s + name;

    notices_ = kernel::Fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const QByteArray path = QFile::encodeName(folder_.filePath(u"notify"_s));
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    qstrncpy(to.sun_path, path.constData(), sizeof(to.sun_path));
    QCOMPARE(bind(notices_.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);

    surroundings_ = QProcessEnvironment::systemEnvironment();
    surroundings_.insert(u"DBUS_SYSTEM_BUS_ADDRESS"_s, address);
    surroundings_.insert(u"NOTIFY_SOCKET"_s, QString::fromUtf8(path));
    surroundings_.insert(u"WATCHDOG_USEC"_s, u"600000"_s);
    surroundings_.remove(u"WATCHDOG_PID"_s);
    arguments_ = {u"--cgroup"_s,     cgroup_,
                  u"--pins"_s,       pins_,
                  u"--state-dir"_s,  folder_.filePath(u"state"_s),
                  u"--config-dir"_s, folder_.filePath(u"config"_s)};
    helper_.setProcessChannelMode(QProcess::ForwardedChannels);
}

void HelperTest::cleanup() {
    if (helper_.state() != QProcess::NotRunning) {
        helper_.kill();
        helper_.waitForFinished();
    }
}

void HelperTest::cleanupTestCase() {
    if (!pins_.isEmpty())
        QVERIFY(kernel::removePins(pins_).has_value());
    if (!cgroup_.isEmpty())
        QVERIFY(rmdir(QFile::encodeName(cgroup_).constData()) == 0);
}

// Whether the helper said it by now.
bool HelperTest::heard(const char* message) {
    char text[1024];
    for (ssize_t got = 0; (got = recv(notices_.get(), text, sizeof(text), 0)) > 0;)
        said_ += QByteArray(text, got).split('\n');
    return said_.contains(message);
}

bool HelperTest::enforces() const {
    return !QDir(pins_ + u"/current/links"_s).entryList(QDir::Files | QDir::System).isEmpty();
}

void HelperTest::start() {
    said_.clear();
    helper_.setProcessEnvironment(surroundings_);
    helper_.start(QString::fromUtf8(SALLYPORTD), arguments_);
    QTRY_VERIFY_WITH_TIMEOUT(heard("READY=1") || helper_.state() == QProcess::NotRunning, kSoonMs);
    QCOMPARE(helper_.state(), QProcess::Running);
}

void HelperTest::end(int signal) {
    QCOMPARE(kill(pid_t(helper_.processId()), signal), 0);
    QTRY_COMPARE_WITH_TIMEOUT(helper_.state(), QProcess::NotRunning, kSoonMs);
    QCOMPARE(helper_.exitStatus(), QProcess::NormalExit);
    QCOMPARE(helper_.exitCode(), 0);
    QVERIFY(heard("STOPPING=1"));
}

int HelperTest::off() {
    return QProcess::execute(QString::fromUtf8(SALLYPORTD), {u"--off"_s, u"--pins"_s, pins_});
}

void HelperTest::startsNothingWhereHelpIsAskedFor_data() {
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("-h") << QByteArray("--cgroup <directory>");
    QTest::newRow("--help") << QByteArray("--cgroup <directory>");
    QTest::newRow("--help-all") << QByteArray("--cgroup <directory>");
    QTest::newRow("--version") << QByteArray("sallyportd ");
}

void HelperTest::startsNothingWhereHelpIsAskedFor() {
    QFETCH(QByteArray, says);
    QProcess asked;
    asked.setProcessEnvironment(surroundings_);
    asked.start(QString::fromUtf8(SALLYPORTD),
                arguments_ + QStringList{QString::fromUtf8(QTest::currentDataTag())});
    QVERIFY(asked.waitForFinished());
    QCOMPARE(asked.exitCode(), 0);
    QVERIFY(asked.readAllStandardOutput().contains(says));
    QVERIFY(!enforces());
}

void HelperTest::isReadyWhenItEnforces() {
    QVERIFY(!enforces());
    start();
    QVERIFY(enforces());
}

// Early in the boot; and only where it is told so.
void HelperTest::enforcesBeforeThereIsABus() {
    constexpr int kNoBus = 5;
    tests::PrivateBus later;
    const QProcessEnvironment before = surroundings_;
    const QStringList arguments = arguments_;
    const auto back = qScopeGuard([&] {
        surroundings_ = before;
        arguments_ = arguments;
    });
    surroundings_.insert(u"DBUS_SYSTEM_BUS_ADDRESS"_s, later.address());
    QProcess hasty;
    hasty.setProcessEnvironment(surroundings_);
    hasty.start(QString::fromUtf8(SALLYPORTD), arguments_);
    QVERIFY(hasty.waitForFinished(kSoonMs));
    QCOMPARE(hasty.exitCode(), kNoBus);
    QCOMPARE(off(), 0);

    arguments_ += u"--await-bus"_s;
    start();
    QVERIFY(enforces());
    QVERIFY(!later.start().isEmpty());
    const QDBusConnection bus = QDBusConnection::connectToBus(later.address(), u"later"_s);
    QVERIFY(bus.isConnected());
    QTRY_VERIFY_WITH_TIMEOUT(
        bus.interface()->isServiceRegistered(u"org.sallyport.Firewall1"_s).value(), kSoonMs);
    QCOMPARE(helper_.state(), QProcess::Running);
    end(SIGUSR1);
    QDBusConnection::disconnectFromBus(u"later"_s);
}

void HelperTest::keepsTheWatchdogQuietFromItsEventLoop() {
    start();
    for (int turn = 0; turn < 3; ++turn) {
        said_.clear();
        QTRY_VERIFY_WITH_TIMEOUT(heard("WATCHDOG=1"), kSoonMs);
    }
}

void HelperTest::leavesTheKernelEnforcingWhenItIsRestarted() {
    start();
    end(SIGTERM);
    QVERIFY(enforces());
    start();
    QVERIFY(enforces());
}

void HelperTest::freesTheNetworkWhenItIsStopped() {
    start();
    end(SIGUSR1);
    QVERIFY(!QDir(pins_).exists());
}

// As systemd says of itself what the machine is about.
class Manager : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.systemd1.Manager")
    Q_PROPERTY(QString SystemState MEMBER state)
  public:
    QString state = u"stopping"_s;
};

void HelperTest::staysInForceWhileTheMachineShutsDown() {
    Manager manager;
    QDBusConnection bus = QDBusConnection::connectToBus(bus_.address(), u"manager"_s);
    QVERIFY(bus.registerObject(u"/org/freedesktop/systemd1"_s, &manager,
                               QDBusConnection::ExportAllProperties));
    QVERIFY(bus.registerService(u"org.freedesktop.systemd1"_s));
    const auto leaves = qScopeGuard([&] {
        bus.unregisterService(u"org.freedesktop.systemd1"_s);
        QDBusConnection::disconnectFromBus(u"manager"_s);
    });
    start();
    end(SIGUSR1);
    QVERIFY(enforces());
    manager.state = u"running"_s;
    start();
    end(SIGUSR1);
    QVERIFY(!QDir(pins_).exists());
}

void HelperTest::isNotTurnedOffBehindARunningHelper() {
    start();
    QCOMPARE(off(), kSecondHelper);
    QVERIFY(enforces());
    QCOMPARE(helper_.state(), QProcess::Running);
}

void HelperTest::changesNothingWhereAnotherRuns() {
    start();
    tests::PrivateBus bus;
    QProcessEnvironment surroundings = surroundings_;
    surroundings.insert(u"DBUS_SYSTEM_BUS_ADDRESS"_s, bus.start());
    const QString state = folder_.filePath(u"second"_s);
    QProcess second;
    second.setProcessEnvironment(surroundings);
    second.start(QString::fromUtf8(SALLYPORTD), arguments_ + QStringList{u"--state-dir"_s, state});
    QVERIFY(second.waitForFinished(kSoonMs));
    const QByteArray said = second.readAllStandardError();
    QVERIFY2(said.contains("stop it first"), said.constData());
    QCOMPARE(second.exitCode(), kSecondHelper);
    QVERIFY(!QDir(state).exists());
    QVERIFY(enforces());
    QCOMPARE(helper_.state(), QProcess::Running);
}

void HelperTest::isTurnedOffAfterAHelperThatFailed() {
    start();
    helper_.kill();
    QVERIFY(helper_.waitForFinished(kSoonMs));
    QVERIFY(enforces());
    QCOMPARE(off(), 0);
    QVERIFY(!QDir(pins_).exists());
    QCOMPARE(off(), 0);
}

// As the unit starts it: a user of its own, few capabilities, no socket but of the family unix.
void HelperTest::isNoRootWhereAnotherOpensItsSockets() {
    constexpr uint kNobody = 65534;
    const QString caps = u"bpf,perfmon,net_admin,sys_ptrace,dac_read_search,lease"_s;
    const QString kept = u"-all,+"_s + QString(caps).replace(u","_s, u",+"_s);
    const QString own = folder_.filePath(u"own"_s);
    const QString door = folder_.filePath(u"broker"_s);
    tests::BrokerDoor broker(SALLYPORT_BROKER, door.toStdString());
    QVERIFY(broker.isOpen());
    QVERIFY(QDir().mkpath(own) && QDir().mkpath(pins_));
    for (const QString& path : {folder_.path(), own, door, pins_, folder_.filePath(u"notify"_s)})
        QVERIFY2(chown(QFile::encodeName(path).constData(), kNobody, kNobody) == 0,
                 qPrintable(path));
    // The folder of the locks is root's, or that of a helper of this machine.
    const QString start =
        u"mkdir -p /run/sallyport && mount -t tmpfs -o uid=65534,mode=755 locks /run/sallyport && "
        "exec setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --inh-caps %1 "
        "--ambient-caps %1 --bounding-set %1 \"$@\""_s.arg(kept);
    helper_.setProcessEnvironment(surroundings_);
    said_.clear();
    helper_.start(u"unshare"_s, QStringList{u"--mount"_s, u"--propagation"_s, u"private"_s, u"sh"_s,
                                            u"-c"_s, start, u"-"_s, QString::fromUtf8(SALLYPORTD)} +
                                    arguments_.mid(0, 4) +
                                    QStringList{u"--state-dir"_s, own, u"--config-dir"_s, own,
                                                u"--broker"_s, door});
    QTRY_VERIFY_WITH_TIMEOUT(heard("READY=1") || helper_.state() == QProcess::NotRunning, kSoonMs);
    QCOMPARE(helper_.state(), QProcess::Running);
    QVERIFY(enforces());
    QFile status(u"/proc/%1/status"_s.arg(helper_.processId()));
    QVERIFY(status.open(QIODevice::ReadOnly));
    const QByteArray said = status.readAll();
    QVERIFY2(said.contains("\nUid:\t65534\t65534\t65534\t65534\n"), said.constData());
    // CAP_DAC_READ_SEARCH 2, NET_ADMIN 12, SYS_PTRACE 19, LEASE 28, PERFMON 38, BPF 39
    QVERIFY2(said.contains("\nCapEff:\t000000c010081004\n"), said.constData());
    QVERIFY(said.contains("\nCapBnd:\t000000c010081004\n"));
    QVERIFY(!broker.brokers().empty());
    end(SIGTERM);
    QVERIFY(enforces());
    QCOMPARE(off(), 0);
}

// The broker's socket may be away for a moment, as in an upgrade.
void HelperTest::isTriedAgainWhereNobodyOpensItsSockets() {
    start();
    end(SIGTERM);
    QProcess lonely;
    lonely.setProcessEnvironment(surroundings_);
    lonely.start(QString::fromUtf8(SALLYPORTD),
                 arguments_ + QStringList{u"--broker"_s, folder_.filePath(u"nowhere"_s)});
    QVERIFY(lonely.waitForFinished(kSoonMs));
    const QByteArray said = lonely.readAllStandardError();
    QVERIFY2(said.contains("sallyport-broker"), said.constData());
    QCOMPARE(lonely.exitCode(), kFailed);
    QVERIFY(enforces());
    QCOMPARE(off(), 0);
}

QTEST_GUILESS_MAIN(HelperTest)
#include "helper_test.moc"
