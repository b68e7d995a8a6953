// The whole of it: packaging/try.sh runs real programs in a cgroup of its own, the real kernel
// holds them, the real window is clicked. Needs root, the kernel, and the programs that make a
// screen. SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QIODevice>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "support/skip.h"

using namespace Qt::StringLiterals;

namespace {

const QString kLocks = u"/run/sallyport"_s;  // where the helper's locks are
constexpr uint kNobody = 65534;
constexpr int kSoonMs = 20'000;
constexpr int kLongestMs = 240'000;  // the whole trial, on a machine that does much else

QString variable(const char* name) {
    return qEnvironmentVariable(name);
}

QString cgroupRoot() {
    QFile mounts(u"/proc/self/mounts"_s);
    if (!mounts.open(QIODevice::ReadOnly))
        return {};
    for (const QByteArray& line : mounts.readAll().split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() > 2 && words.at(2) == "cgroup2")
            return QString::fromLocal8Bit(words.at(1));
    }
    return {};
}

// What this machine lacks to run the trial; empty when nothing.
QString missing() {
    if (geteuid() != 0)
        return u"needs root"_s;
    if (cgroupRoot().isEmpty())
        return u"no cgroup v2 file system is mounted"_s;
    if (!QFile::exists(u"/sys/kernel/btf/vmlinux"_s))
        return u"the kernel has no BTF"_s;
    for (const char* program : {"Xvfb", "xdotool", "openbox", "trayer", "import", "curl", "ping",
                                "ip", "setpriv", "unshare", "dbus-daemon", "dbus-send"}) {
        if (QStandardPaths::findExecutable(QLatin1StringView(program)).isEmpty())
            return QLatin1StringView(program) + u" is not installed"_s;
    }
    QProcess python;
    python.start(u"/usr/bin/python3"_s, {u"-c"_s,
                                         u"import gi; gi.require_version('Atspi', '2.0'); "
                                         "from gi.repository import Atspi"_s});
    if (!python.waitForFinished() || python.exitCode() != 0)
        return u"python3 has no bindings for the accessibility bus (gir1.2-atspi-2.0)"_s;
    QProcess net;
    net.start(u"unshare"_s, {u"--net"_s, u"--mount"_s, u"true"_s});
    if (!net.waitForFinished() || net.exitCode() != 0)
        return u"no namespaces may be made here"_s;
    return {};
}

// A run of try.sh, a process group of its own, so that Ctrl-C can be sent as a terminal would; with
// another program in the place of the headless trial, where one is given.
class Trial : public QProcess {
  public:
    explicit Trial(const QStringList& arguments, const QString& program = {},
                   const QMap<QString, QString>& surroundings = {}) {
        QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
        if (!program.isEmpty())
            own.insert(u"SALLYPORT_TRY_PROGRAM"_s, program);
        for (auto it = surroundings.begin(); it != surroundings.end(); ++it)
            own.insert(it.key(), it.value());
        setProcessEnvironment(own);
        setChildProcessModifier([] { setsid(); });
        setProcessChannelMode(QProcess::MergedChannels);
        start(variable("SALLYPORT_SOURCE") + u"/packaging/try.sh"_s,
              QStringList{u"--build"_s, variable("SALLYPORT_BUILD")} + arguments);
    }

    ~Trial() override {
        if (state() != QProcess::NotRunning) {
            ::kill(-static_cast<pid_t>(processId()), SIGTERM);
            waitForFinished();
        }
    }

    bool saysInTime(const QByteArray& text) {
        return QTest::qWaitFor(
                   [&] {
                       said_ += readAll();
                       return said_.contains(text) || state() == QProcess::NotRunning;
                   },
                   kLongestMs) &&
               said_.contains(text);
    }

    bool endsInTime() {
        return QTest::qWaitFor([this] { return state() == QProcess::NotRunning; }, kLongestMs);
    }

    QByteArray said() { return said_ += readAll(); }

  private:
    QByteArray said_;
};

QStringList surroundingsFiles() {
    return QDir(QDir::tempPath()).entryList({u"sallyport-*-env.*"_s}, QDir::Files);
}

// What was there before any trial.
struct Before {
    QStringList surroundings = surroundingsFiles();
    bool locks = QDir(kLocks).exists();
};
const Before& before() {
    static const Before before;
    return before;
}

// Cgroups, folders, files and processes of the trial with that process number.
QStringList leftovers(qint64 number) {
    const QString name = u"sallyport-try-%1"_s.arg(number);
    QStringList found = QDir(cgroupRoot()).entryList({name, name + u"-own"_s}, QDir::Dirs);
    found += QDir(u"/tmp"_s).entryList({name + u".*"_s}, QDir::Dirs);
    for (const QString& file : surroundingsFiles()) {
        if (!before().surroundings.contains(file))
            found << file;
    }
    if (!before().locks && QDir(kLocks).exists())
        found << kLocks;
    for (const QString& pid : QDir(u"/proc"_s).entryList(QDir::Dirs)) {
        for (const char* part : {"cmdline", "environ"}) {
            QFile file(u"/proc/%1/%2"_s.arg(pid, QLatin1StringView(part)));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(name.toLocal8Bit() + '.'))
                found << u"process "_s + pid;
        }
    }
    return found;
}

// The environment of the trial's program of which that is the last argument.
QByteArrayList surroundingsOf(qint64 number, const QByteArray& argument) {
    const QByteArray group = "/sallyport-try-" + QByteArray::number(number);
    const auto content = [](const QString& pid, const char* what) {
        QFile file(u"/proc/%1/%2"_s.arg(pid, QLatin1StringView(what)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    for (const QString& pid : QDir(u"/proc"_s).entryList(QDir::Dirs)) {
        if (content(pid, "cgroup").contains(group) &&
            content(pid, "cmdline").endsWith('\0' + argument + '\0'))
            return content(pid, "environ").split('\0');
    }
    return {};
}

int colours(const QString& path) {
    const QImage image(path);
    QSet<QRgb> seen;
    for (int y = 0; y < image.height(); y += 3) {
        for (int x = 0; x < image.width(); x += 3)
            seen.insert(image.pixel(x, y));
    }
    return static_cast<int>(seen.size());
}

}  // namespace

class TryTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void programs_see_what_was_answered_data();
    void programs_see_what_was_answered();
    void only_the_lasting_answer_made_a_rule();
    void unanswered_question_is_missed();
    void pictures_show_something_data();
    void pictures_show_something();
    void a_folder_for_pictures_stays_whose_it_is();
    void nothing_is_left_behind();
    void screen_of_a_user_is_seen();
    void the_window_keeps_nothing_of_a_trial();
    void refused_by_sudo_nothing_is_left_behind_data();
    void refused_by_sudo_nothing_is_left_behind();
    void ctrl_c_leaves_nothing_behind();
    void ctrl_c_while_a_program_starts_leaves_nothing_behind();
    void wrong_arguments_are_refused_data();
    void wrong_arguments_are_refused();

  private:
    QTemporaryDir folder_;
    QString pictures_;
    QJsonObject result_;
    qint64 number_ = 0;
};

void TryTest::initTestCase() {
    if (const QString reason = missing(); !reason.isEmpty())
        SKIP_ALL(qPrintable(reason));
    (void)before();
    pictures_ = folder_.filePath(u"pictures"_s);
    QVERIFY(QDir().mkdir(pictures_));
    QCOMPARE(chown(QFile::encodeName(pictures_).constData(), kNobody, kNobody), 0);
    Trial trial({u"--headless"_s, u"--check"_s, folder_.filePath(u"result.json"_s), u"--pictures"_s,
                 pictures_});
    QVERIFY(trial.waitForStarted());
    number_ = trial.processId();
    QVERIFY(trial.endsInTime());
    QVERIFY2(trial.exitCode() == 0, trial.said().constData());
    QFile file(folder_.filePath(u"result.json"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    result_ = QJsonDocument::fromJson(file.readAll()).object();
    QCOMPARE(result_.value(u"rows"_s).toArray().size(), 5);
}

void TryTest::programs_see_what_was_answered_data() {
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("saw");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("curl, allowed") << 0 << u"through the door"_s << 0;
    QTest::newRow("curl again, remembered") << 1 << u"through the door"_s << 0;
    QTest::newRow("python3, blocked") << 2 << u"ConnectionAbortedError|PermissionError"_s << 1;
    QTest::newRow("UDP client, later, allowed") << 3 << u"^echoes: one two three$"_s << 0;
    QTest::newRow("ping, nobody answered") << 4 << u" 0 received"_s << 1;
}

void TryTest::programs_see_what_was_answered() {
    QFETCH(int, row);
    QFETCH(QString, saw);
    QFETCH(int, exitCode);
    const QJsonObject map = result_.value(u"rows"_s).toArray().at(row).toObject();
    QVERIFY2(QRegularExpression(saw).match(map.value(u"saw"_s).toString()).hasMatch(),
             qPrintable(map.value(u"saw"_s).toString()));
    QCOMPARE(map.value(u"exit"_s).toInt(), exitCode);
    // Whoever was asked about waited at least until the buttons woke; who was remembered did not.
    if (row != 1)
        QVERIFY(map.value(u"seconds"_s).toDouble() >= 0.7);
}

void TryTest::only_the_lasting_answer_made_a_rule() {
    const QJsonArray rules = result_.value(u"rules"_s).toArray();
    QCOMPARE(rules.size(), 1);
    const QJsonObject rule = rules.first().toObject();
    QCOMPARE(rule.value(u"action"_s).toString(), u"allow"_s);
    QCOMPARE(rule.value(u"remote"_s).toString(), u"10.88.0.1"_s);
    QCOMPARE(rule.value(u"remotePorts"_s).toString(), u"8001"_s);
    QVERIFY(rule.value(u"app"_s).toObject().value(u"path"_s).toString().endsWith(u"/curl"_s));
    QVERIFY(rule.value(u"hits"_s).toInt() >= 1);
}

void TryTest::unanswered_question_is_missed() {
    const QJsonArray questions = result_.value(u"questions"_s).toArray();
    QCOMPARE(questions.size(), 1);
    QVERIFY(questions.first().toObject().value(u"missed"_s).toBool());
    QCOMPARE(questions.first().toObject().value(u"protocol"_s).toString(), u"icmp"_s);
}

void TryTest::pictures_show_something_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"prompt", "tray-menu", "connections", "waiting", "rules"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TryTest::pictures_show_something() {
    QFETCH(QString, name);
    QVERIFY(colours(QDir(pictures_).filePath(name + u".png"_s)) > 20);
}

void TryTest::a_folder_for_pictures_stays_whose_it_is() {
    QCOMPARE(QFileInfo(pictures_).ownerId(), kNobody);
}

void TryTest::nothing_is_left_behind() {
    QCOMPARE(leftovers(number_), QStringList());
}

// Who is no root is asked for it by sudo, and what is shown is shown as that person.
void TryTest::screen_of_a_user_is_seen() {
    const QString program =
        u"exec /usr/bin/python3 -B -c '\n"
        "import os, sys\n"
        "sys.path.insert(0, \"%1/packaging/try\")\n"
        "import screen\n"
        "work = os.environ[\"SALLYPORT_TRY_WORK\"]\n"
        "for name in (\"home\", \"run\"):\n"
        "    os.mkdir(f\"{work}/{name}\", 0o700)\n"
        "    os.chown(f\"{work}/{name}\", %2, %2)\n"
        "user = [\"setpriv\", \"--reuid=%2\", \"--regid=%2\", \"--clear-groups\"]\n"
        "shown = screen.Screen(work, user, {\"HOME\": f\"{work}/home\",\n"
        "    \"XDG_RUNTIME_DIR\": f\"{work}/run\", \"PATH\": os.environ[\"PATH\"]})\n"
        "shown.look(\"nothing\", screen.BUTTON)\n"
        "print(\"looked at it\", flush=True)'"_s;
    Trial trial({u"--headless"_s}, program.arg(variable("SALLYPORT_SOURCE")).arg(kNobody));
    QVERIFY(trial.waitForStarted());
    QVERIFY(trial.endsInTime());
    QVERIFY2(trial.said().contains("looked at it"), trial.said().constData());
    QCOMPARE(trial.exitCode(), 0);
}

// On no screen; for a command that is not in the cgroup that is filtered, which is said.
void TryTest::the_window_keeps_nothing_of_a_trial() {
    const QString command = folder_.filePath(u"browser"_s);
    QFile file(command);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\n# exec /snap/bin/browser\necho it runs; exec sleep 1000\n");
    file.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
    file.close();
    const QString config = folder_.filePath(u"config"_s);
    Trial trial({u"--"_s, command}, {},
                {{u"DISPLAY"_s, u"none"_s},
                 {u"QT_QPA_PLATFORM"_s, u"offscreen"_s},
                 {u"XDG_CONFIG_HOME"_s, config}});
    QVERIFY(trial.waitForStarted());
    const qint64 number = trial.processId();
    QVERIFY2(trial.saysInTime("it runs"), trial.said().constData());
    QVERIFY2(trial.said().contains("NOT filtered"), trial.said().constData());
    const QByteArray work = "/tmp/sallyport-try-" + QByteArray::number(number) + '.';
    const auto value = [&](const char* argument, const char* name) {
        for (const QByteArray& each : surroundingsOf(number, argument)) {
            if (each.startsWith(name))
                return each.mid(qstrlen(name));
        }
        return QByteArray();
    };
    const QByteArray person = QFile::encodeName(config);
    QTRY_VERIFY_WITH_TIMEOUT(value("--no-welcome", "XDG_CONFIG_HOME=").startsWith(work), kSoonMs);
    QVERIFY(value("--no-welcome", "XDG_CONFIG_DIRS=").startsWith(person + ':'));
    // The command has the person's own.
    QTRY_COMPARE(value("1000", "XDG_CONFIG_HOME="), person);
    ::kill(-static_cast<pid_t>(number), SIGINT);
    QVERIFY(trial.endsInTime());
    QCOMPARE(leftovers(number), QStringList());
    QVERIFY(!QDir(config).exists());
}

void TryTest::refused_by_sudo_nothing_is_left_behind_data() {
    QTest::addColumn<QByteArray>("does");
    QTest::addColumn<int>("code");
    QTest::newRow("no password") << QByteArray("exit 1") << 1;
    QTest::newRow("Ctrl-C at the password") << QByteArray("kill -INT $$") << 130;
    QTest::newRow("Ctrl-C in the trial") << QByteArray("kill -INT $PPID; exit 130") << 130;
    QTest::newRow("ended by a command that failed") << QByteArray("exit 7") << 7;
}

void TryTest::refused_by_sudo_nothing_is_left_behind() {
    QFETCH(QByteArray, does);
    QFETCH(int, code);
    const QTemporaryDir tools;  // who a person is, and what sudo does there
    for (const auto& [name, text] :
         {std::pair("id", QByteArray("echo 65534")), std::pair("sudo", "echo sudo; " + does)}) {
        QFile tool(tools.filePath(QString::fromLatin1(name)));
        QVERIFY(tool.open(QIODevice::WriteOnly));
        tool.write("#!/bin/sh\n" + text + '\n');
        tool.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
    }
    Trial trial({u"--headless"_s, u"--pictures"_s, pictures_}, {},
                {{u"PATH"_s, tools.path() + u':' + variable("PATH")}});
    QVERIFY(trial.waitForStarted());
    const qint64 number = trial.processId();
    QVERIFY(trial.endsInTime());
    QVERIFY2(trial.said().contains("sudo\n"), trial.said().constData());
    // Who is ended by SIGINT shows it, as a shell would have it.
    QCOMPARE(trial.exitStatus() == QProcess::CrashExit ? 128 + trial.exitCode() : trial.exitCode(),
             code);
    QCOMPARE(leftovers(number), QStringList());
}

void TryTest::ctrl_c_leaves_nothing_behind() {
    Trial trial({u"--headless"_s, u"--pictures"_s, pictures_});
    QVERIFY(trial.waitForStarted());
    const qint64 number = trial.processId();
    QVERIFY2(trial.saysInTime("each program starts"), trial.said().constData());
    QVERIFY(!leftovers(number).isEmpty());
    ::kill(-static_cast<pid_t>(number), SIGINT);
    QVERIFY(trial.endsInTime());
    QCOMPARE(trial.exitCode(), 130);
    QCOMPARE(leftovers(number), QStringList());
}

void TryTest::ctrl_c_while_a_program_starts_leaves_nothing_behind() {
    // It has started what is tried, and that has not joined the filtered cgroup yet.
    Trial trial({u"--headless"_s},
                u"trap 'sleep 1000 & echo $! >$SALLYPORT_TRY_CGROUP/cgroup.procs; "
                "exit' TERM; echo starting; while :; do sleep 0.1; done"_s);
    QVERIFY(trial.waitForStarted());
    const qint64 number = trial.processId();
    QVERIFY2(trial.saysInTime("starting"), trial.said().constData());
    ::kill(-static_cast<pid_t>(number), SIGINT);
    QVERIFY(trial.endsInTime());
    QCOMPARE(trial.exitCode(), 130);
    QCOMPARE(leftovers(number), QStringList());
}

void TryTest::wrong_arguments_are_refused_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("unknown option") << QStringList{u"--frobnicate"_s};
    QTest::newRow("nobody to see the question") << QStringList{u"--"_s, u"true"_s};
    QTest::newRow("whole system, headless") << QStringList{u"--headless"_s, u"--whole-system"_s};
    QTest::newRow("no programs there")
        << QStringList{u"--build"_s, u"/nonexistent"_s, u"--headless"_s};
}

void TryTest::wrong_arguments_are_refused() {
    QFETCH(QStringList, arguments);
    Trial trial(arguments);
    QVERIFY(trial.endsInTime());
    QCOMPARE(trial.exitCode(), 2);
    QVERIFY(trial.said().contains("try.sh: "));
}

QTEST_GUILESS_MAIN(TryTest)
#include "try_test.moc"
