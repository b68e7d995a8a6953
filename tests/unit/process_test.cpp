// Which program an exec is, and what is remembered of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "process/host.h"
#include "process/identity.h"
#include "process/interpreter.h"
#include "process/process_table.h"

using namespace sallyport;
using process::ProcessTable;
using Kind = api::AppIdentity::Kind;

namespace {

// An exec of a file that is there, as the kernel would report it.
kernel::ExecReport execOf(const QString& path, quint64 serial = 1, qint32 pid = 100) {
    kernel::ExecReport report;
    report.path = path;
    report.serial = serial;
    report.pid = pid;
    report.uid = 1000;
    report.arguments = QStringList{path};
    report.mountNamespace = process::hostMountNamespace();
    if (const auto file = process::hostFile(path))
        report.file = file->key;
    return report;
}

}  // namespace

class ProcessTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void aProgramIsItsFile();
    void anotherFileUnderTheSamePathIsForeign_data();
    void anotherFileUnderTheSamePathIsForeign();
    void aFlatpakProgramIsTheSameAfterAnUpdate();
    void aFlatpaksScriptIsNamed();
    void whatIsMountedElsewhereIsForeign();
    void aSnapProgramIsTheSameAfterAnUpdate();
    void whatAnAppImageMountsIsTheAppImage();
    void whatOthersMountIsNoAppImage();
    void anAppImageThatMountsAnotherIsNotItself_data();
    void anAppImageThatMountsAnotherIsNotItself();
    void aProgramWithoutAFileIsMemory();
    void aFileWithTwoNamesIsLookedAtEachTime();
    void aScriptIsNamedByItsInterpretersArguments_data();
    void aScriptIsNamedByItsInterpretersArguments();
    void aScriptIsTheFileOnTheHost();
    void aScriptWithAWayBackIsNoScript();
    void aLinkToAScriptIsWhatItIsCalled();
    void aScriptInAMergedFolderHasOneName();
    void whatIsAnotherFileForEverybodyIsNoScript();
    void whatAUserNamespaceStartsIsNoScript();
    void aRelativeScriptNeedsTheDirectoryOfTheExec();
    void aFileItsUserCanChangeIsMarked();
    void whoStartedAProgramIsKnown();
    void whatBelongsToNobodyIsUnknown();
    void anExecLivesAsLongAsItsLastFork();
    void anotherExecInTheSameProcessEndsTheFirst();
    void onlySoManyDeadAreKept();
    void manyDeadAreKeptForAWhileOnly();

  private:
    QString write(const QString& name, int mode = 0755);
    QString writeAppImage();
    static void end(QProcess& server);
    void serve(QProcess& server, const QString& image, const QStringList& environment = {});
    bool mountElsewhere(QProcess& holder, const QString& what);

    QTemporaryDir files_;
    QString folder_;  // as the kernel would say it: without symbolic links
};

void ProcessTest::initTestCase() {
    QVERIFY(files_.isValid());
    folder_ = QFileInfo(files_.path()).canonicalFilePath();
}

QString ProcessTest::write(const QString& name, int mode) {
    const QString path = folder_ + u'/' + name;
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write("x") != 1)
        return {};
    file.close();
    return chmod(QFile::encodeName(path).constData(), mode_t(mode)) == 0 ? path : QString();
}

void ProcessTest::aProgramIsItsFile() {
    const QString path = write(QStringLiteral("program"));
    const process::Identified identified = process::identify(execOf(path));
    QCOMPARE(identified.app, (api::AppIdentity{Kind::Path, path, {}}));
    QVERIFY(identified.cacheable);
}

void ProcessTest::anotherFileUnderTheSamePathIsForeign_data() {
    QTest::addColumn<QString>("what");
    for (const char* what : {"inode", "ctime", "device", "deleted", "gone", "truncated"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void ProcessTest::anotherFileUnderTheSamePathIsForeign() {
    QFETCH(QString, what);
    const QString path = write(QStringLiteral("program"));
    kernel::ExecReport report = execOf(path);
    report.file.inode += what == QLatin1String("inode");
    report.file.ctimeNs += what == QLatin1String("ctime");
    report.file.device += what == QLatin1String("device");
    report.deleted = what == QLatin1String("deleted");
    if (what == QLatin1String("gone"))
        report.path += QStringLiteral("-gone");
    if ((report.truncated = what == QLatin1String("truncated")))
        report.path.remove(0, 1);
    const process::Identified identified = process::identify(report);
    QCOMPARE(identified.app.kind, Kind::Foreign);
    QVERIFY(identified.app.path.startsWith(u'/'));
    QVERIFY(identified.app.path.contains(QStringLiteral(":%1)").arg(report.file.inode)));
    QVERIFY(!identified.cacheable);
}

// A process, `holder`, in whose mounts the folder is the one called `elsewhere`.
bool ProcessTest::mountElsewhere(QProcess& holder, const QString& what) {
    QDir(folder_).mkpath(QStringLiteral("elsewhere"));
    holder.start(QStringLiteral("unshare"),
                 {QStringLiteral("-rm"), QStringLiteral("sh"), QStringLiteral("-c"),
                  QStringLiteral("mount --bind \"$0\" \"$1\" && echo ready && exec sleep 60"), what,
                  folder_ + QStringLiteral("/elsewhere")});
    return holder.waitForStarted() && holder.waitForReadyRead() &&
           holder.readAllStandardOutput() == "ready\n";
}

void ProcessTest::aFlatpakProgramIsTheSameAfterAnUpdate() {
    const QString branch = folder_ + QStringLiteral("/flatpak/app/org.example.App/x86_64/stable");
    for (const char digit : {'a', 'b'}) {
        const QString commit(64, QLatin1Char(digit));
        const QString files = branch + u'/' + commit + QStringLiteral("/files");
        QVERIFY(QDir().mkpath(files + QStringLiteral("/bin")));
        const QString program =
            write(QDir(folder_).relativeFilePath(files) + QStringLiteral("/bin/tool"));
        QVERIFY(!program.isEmpty());
        QFile::remove(branch + QStringLiteral("/active"));
        QVERIFY(QFile::link(commit, branch + QStringLiteral("/active")));
        QProcess holder;
        if (!mountElsewhere(holder, files))
            QSKIP("no mount namespace may be made here");
        kernel::ExecReport report = execOf(program, 1, qint32(holder.processId()));
        report.path = folder_ + QStringLiteral("/elsewhere/bin/tool");
        report.mountNamespace = 1;
        QCOMPARE(
            process::identify(report).app,
            (api::AppIdentity{Kind::Path, branch + QStringLiteral("/active/files/bin/tool"), {}}));
        holder.kill();
        holder.waitForFinished();
        // Nobody is left to say where it came from.
        QCOMPARE(process::identify(report).app.kind, Kind::Foreign);
    }
}

void ProcessTest::aFlatpaksScriptIsNamed() {
    const QString branch = folder_ + QStringLiteral("/flatpak/app/org.example.Py/x86_64/stable");
    const QString commit(64, u'c'), files = branch + u'/' + commit + QStringLiteral("/files");
    QVERIFY(QDir().mkpath(files + QStringLiteral("/bin")));
    QVERIFY(QFile::link(commit, branch + QStringLiteral("/active")));
    const QString below = QDir(folder_).relativeFilePath(files) + QStringLiteral("/bin/");
    const QString python = write(below + QStringLiteral("python3"));
    const QString script = write(below + QStringLiteral("tool"));
    QVERIFY(!python.isEmpty() && !script.isEmpty());
    QProcess holder;
    if (!mountElsewhere(holder, files))
        QSKIP("no mount namespace may be made here");
    const QString inside = folder_ + QStringLiteral("/elsewhere/bin/");
    kernel::ExecReport report = execOf(python, 1, qint32(holder.processId()));
    report.path = inside + QStringLiteral("python3");
    report.mountNamespace = 1;
    report.ownUserNamespace = true;
    report.script = inside + QStringLiteral("tool");
    report.arguments = QStringList{QStringLiteral("python3"), report.script};
    const QString active = branch + QStringLiteral("/active/files/bin/");
    const api::AppIdentity interpreter{Kind::Path, active + QStringLiteral("python3"), {}};
    const api::AppIdentity named{Kind::Script, interpreter.path, active + QStringLiteral("tool")};
    QCOMPARE(process::identify(report).app, named);
    report.script.clear();
    QCOMPARE(process::identify(report).app, named);
    // The same path here is a script of this machine's, which is not the one that is seen there.
    report.arguments[1] = write(QStringLiteral("elsewhere/own"));
    QCOMPARE(process::identify(report).app, interpreter);
    end(holder);
    // Nobody is left to say where it came from.
    report.path = python;
    report.arguments[1] = inside + QStringLiteral("tool");
    QCOMPARE(process::identify(report).app, interpreter);
}

void ProcessTest::whatIsMountedElsewhereIsForeign() {
    QVERIFY(QDir(folder_).mkpath(QStringLiteral("own/bin")));
    const QString program = write(QStringLiteral("own/bin/tool"));
    QProcess holder;
    if (!mountElsewhere(holder, folder_ + QStringLiteral("/own")))
        QSKIP("no mount namespace may be made here");
    kernel::ExecReport report = execOf(program, 1, qint32(holder.processId()));
    report.path = folder_ + QStringLiteral("/elsewhere/bin/tool");
    report.mountNamespace = 1;
    QCOMPARE(process::identify(report).app.kind, Kind::Foreign);
    holder.kill();
    holder.waitForFinished();
}

void ProcessTest::aSnapProgramIsTheSameAfterAnUpdate() {
    const QString snap = folder_ + QStringLiteral("/snap/tool");
    for (const char* revision : {"41", "42"}) {
        QVERIFY(QDir().mkpath(snap + u'/' + QLatin1String(revision)));
        const QString program =
            write(QStringLiteral("snap/tool/%1/tool").arg(QLatin1String(revision)));
        const kernel::ExecReport report = execOf(program);
        // Not in use yet: another version than the one a rule may be for.
        QCOMPARE(process::identify(report).app.path, program);
        QFile::remove(snap + QStringLiteral("/current"));
        QVERIFY(QFile::link(QLatin1String(revision), snap + QStringLiteral("/current")));
        QCOMPARE(process::identify(report).app.path, snap + QStringLiteral("/current/tool"));
        // So it is with a script.
        kernel::ExecReport run = execOf(QFileInfo(QStringLiteral("/bin/sh")).canonicalFilePath());
        run.script = program;
        QCOMPARE(process::identify(run).app.script, snap + QStringLiteral("/current/tool"));
    }
}

namespace {

// As an AppImage mounts it: only for the user whose it is, which root is not. Nobody serves it.
class FuseMount {
  public:
    explicit FuseMount(const QString& point) : point_(QFile::encodeName(point)) {
        QDir().mkpath(point);
        served_ = open("/dev/fuse", O_RDWR | O_CLOEXEC);
        const QByteArray options =
            "fd=" + QByteArray::number(served_) + ",rootmode=40000,user_id=12345,group_id=12345";
        mounted_ =
            served_ >= 0 && mount("Tool.AppImage", point_.constData(), "fuse.Tool.AppImage",
                                  MS_NOSUID | MS_NODEV | MS_RDONLY, options.constData()) == 0;
    }
    ~FuseMount() {
        if (mounted_)
            umount2(point_.constData(), MNT_DETACH);
        if (served_ >= 0)
            close(served_);
    }
    Q_DISABLE_COPY_MOVE(FuseMount)
    bool isThere() const { return mounted_; }

  private:
    QByteArray point_;
    int served_ = -1;
    bool mounted_ = false;
};

struct ImageMount {
    QString point;
    FuseMount mounted{point};
    // Of what is there.
    std::optional<quint32> device = process::fuseDeviceAt(point + QStringLiteral("/AppRun"));
};

}  // namespace

// A program that waits, with the mark of an AppImage.
QString ProcessTest::writeAppImage() {
    const QString path = folder_ + QStringLiteral("/Tool.AppImage");
    QFile::remove(path);
    QFile file(path);
    return QFile::copy(QStringLiteral("/bin/sleep"), path) && file.open(QIODevice::ReadWrite) &&
                   file.seek(8) && file.write("AI\x02") == 3
               ? path
               : QString();
}

// The fork of the AppImage's that serves what is mounted.
void ProcessTest::serve(QProcess& server, const QString& image, const QStringList& environment) {
    server.setEnvironment(environment);
    server.start(image, {QStringLiteral("60")});
    QVERIFY(server.waitForStarted());
}

void ProcessTest::end(QProcess& server) {
    server.kill();
    server.waitForFinished();
}

void ProcessTest::whatAnAppImageMountsIsTheAppImage() {
    const ImageMount mount{folder_ + QStringLiteral("/mount")};
    if (!mount.mounted.isThere())
        QSKIP("nothing may be mounted here");
    const QString& point = mount.point;
    const std::optional<quint32> device = mount.device;
    QVERIFY(device);
    const QString image = writeAppImage();
    const api::AppIdentity itself{Kind::Path, image, {}};
    const auto inside = [&](const char* name, quint64 serial, qint32 pid) {
        kernel::ExecReport report = execOf(point + QLatin1String(name), serial, pid);
        report.file = {serial + 10, 1, *device};
        return report;
    };
    for (const bool changeable : {false, true}) {
        QVERIFY(chmod(QFile::encodeName(image).constData(), changeable ? 0777 : 0755) == 0);
        ProcessTable table;
        QProcess server;
        serve(server, image);
        const kernel::ExecReport run = execOf(image, 1, 100);
        QCOMPARE(table.onExec(run).identity, itself);
        table.onFork({1, 0, qint32(server.processId()), 100});
        const process::Resolved next = table.onExec(inside("/AppRun", 2, 100));
        QCOMPARE(next.identity, itself);
        QVERIFY(!next.cacheable);
        // Its content is that of the AppImage, whoever of its processes runs.
        QCOMPARE(next.changeable, changeable);
        QCOMPARE(table.changeable(2).has_value(), changeable);
        if (changeable)
            QVERIFY(table.changeable(2)->file == run.file);
        table.onFork({2, 0, 101, 100});
        QCOMPARE(table.onExec(inside("/usr/bin/tool", 3, 101)).identity, itself);
        kernel::ExecReport other = inside("/usr/bin/tool", 4, 101);
        ++other.file.device;  // on another mount of that kind
        QCOMPARE(table.onExec(other).identity.kind, Kind::Foreign);
        end(server);
    }
    // Where its first program is a script, the interpreter stays what it is.
    ProcessTable table;
    QProcess server;
    serve(server, image, {QStringLiteral("APPIMAGE=x")});
    table.onExec(execOf(image, 1, 100));
    table.onFork({1, 0, qint32(server.processId()), 100});
    kernel::ExecReport script = execOf(QStringLiteral("/bin/sh"), 2, 100);
    if (const QString real = QFileInfo(script.path).canonicalFilePath(); !real.isEmpty())
        script = execOf(real, 2, 100);
    script.script = point + QStringLiteral("/AppRun");
    QVERIFY(table.onExec(script).identity != itself);
    QCOMPARE(table.onExec(inside("/usr/bin/tool", 3, 100)).identity, itself);
    end(server);
}

void ProcessTest::whatOthersMountIsNoAppImage() {
    const ImageMount mount{folder_ + QStringLiteral("/mount")};
    if (!mount.mounted.isThere())
        QSKIP("nothing may be mounted here");
    QVERIFY(mount.device);
    QVERIFY(!process::fuseDeviceAt(folder_));
    kernel::ExecReport inside = execOf(mount.point + QStringLiteral("/AppRun"), 9, 100);
    inside.file = {5, 1, *mount.device};
    ProcessTable strangers;  // who does not come from it
    QCOMPARE(strangers.onExec(inside).identity.kind, Kind::Foreign);
    ProcessTable mounts;  // a program like others that mounts something, and runs what is there
    mounts.onExec(execOf(write(QStringLiteral("program")), 1, 100));
    QCOMPARE(mounts.onExec(inside).identity.kind, Kind::Foreign);
    ProcessTable later;  // an AppImage, but of another mount than its own
    later.onExec(execOf(writeAppImage(), 1, 100));
    later.onExec(execOf(write(QStringLiteral("program")), 2, 100));
    QCOMPARE(later.onExec(inside).identity.kind, Kind::Foreign);
}

void ProcessTest::anAppImageThatMountsAnotherIsNotItself_data() {
    QTest::addColumn<QString>("program");  // that serves; empty: the AppImage
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<bool>("alive");
    QTest::newRow("told by its environment")
        << QString() << QStringList{QStringLiteral("A=b"), QStringLiteral("TARGET_APPIMAGE=/x")}
        << true;
    QTest::newRow("gone") << QString() << QStringList() << false;
    QTest::newRow("another program") << QStringLiteral("/bin/sleep") << QStringList() << true;
}

void ProcessTest::anAppImageThatMountsAnotherIsNotItself() {
    QFETCH(QString, program);
    QFETCH(QStringList, environment);
    QFETCH(bool, alive);
    const ImageMount mount{folder_ + QStringLiteral("/mount")};
    if (!mount.mounted.isThere())
        QSKIP("nothing may be mounted here");
    const QString image = writeAppImage();
    QProcess server;
    serve(server, program.isEmpty() ? image : program, environment);
    ProcessTable table;
    table.onExec(execOf(image, 1, 100));
    table.onFork({1, 0, qint32(server.processId()), 100});
    if (!alive)
        end(server);
    kernel::ExecReport inside = execOf(mount.point + QStringLiteral("/AppRun"), 2, 100);
    inside.file = {5, 1, *mount.device};
    QCOMPARE(table.onExec(inside).identity.kind, Kind::Foreign);
    end(server);
}

void ProcessTest::aProgramWithoutAFileIsMemory() {
    kernel::ExecReport report = execOf(write(QStringLiteral("program")));
    report.memory = true;
    report.path = QStringLiteral("memfd:x");
    const process::Identified identified = process::identify(report);
    QCOMPARE(identified.app.kind, Kind::Memory);
    QVERIFY(!identified.cacheable);
}

void ProcessTest::aFileWithTwoNamesIsLookedAtEachTime() {
    const QString path = write(QStringLiteral("one"));
    QVERIFY(link(QFile::encodeName(path).constData(),
                 QFile::encodeName(folder_ + QStringLiteral("/two")).constData()) == 0);
    QVERIFY(!process::identify(execOf(path)).cacheable);
}

void ProcessTest::aScriptIsNamedByItsInterpretersArguments_data() {
    QTest::addColumn<QString>("interpreter");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("script");
    const auto row = [](const char* interpreter, const char* line, const char* script) {
        QTest::newRow(line) << QString::fromLatin1(interpreter) << QString::fromLatin1(line)
                            << QString::fromLatin1(script);
    };
    row("/usr/bin/python3.11", "python3 a.py b.py", "a.py");
    row("/usr/bin/python3.11", "python3 -u -W error -Xdev a.py -c x", "a.py");
    row("/usr/bin/python3.11", "python3 -BI a.py", "a.py");
    row("/usr/bin/python3.11", "python3 -c print() a.py", "");
    row("/usr/bin/python3.11", "python3 -Ic print() a.py", "");
    row("/usr/bin/python3.11", "python3 -m http.server", "");
    row("/usr/bin/python3.11", "python3 - a.py", "");
    row("/usr/bin/python3.11", "python3", "");
    row("/usr/bin/python3.11", "python3 -- -a.py", "-a.py");
    row("/usr/bin/python3.11", "python3 --unheard-of a.py", "");
    row("/usr/bin/bash", "bash -eu a.sh", "a.sh");
    row("/usr/bin/bash", "bash -o pipefail a.sh", "a.sh");
    row("/usr/bin/bash", "bash -eo pipefail a.sh", "a.sh");
    row("/usr/bin/bash", "bash -oe pipefail a.sh", "");  // the value is an argument of its own
    row("/usr/bin/bash", "bash --norc a.sh", "a.sh");
    row("/usr/bin/bash", "bash -c ls a.sh", "");
    row("/usr/bin/bash", "bash --rcfile evil a.sh", "");
    row("/usr/bin/bash", "bash +x a.sh", "");
    row("/usr/bin/dash", "sh a.sh", "a.sh");
    row("/usr/bin/zsh", "zsh -eu a.sh", "a.sh");
    row("/usr/bin/zsh", "zsh -b -e a.sh", "");  // no options follow: -e is the script
    row("/usr/bin/mksh", "mksh -T a.sh b.sh", "");
    row("/usr/bin/perl", "perl -w a.pl", "a.pl");
    row("/usr/bin/perl", "perl -e 1 a.pl", "");
    row("/usr/bin/perl", "perl -MEvil a.pl", "");
    row("/usr/bin/node", "node --no-warnings a.js", "a.js");
    row("/usr/bin/node", "node --require evil a.js", "");
    row("/usr/bin/deno", "deno run a.ts", "");  // a command, or a task of that name
    row("/usr/bin/bun", "bun run a.ts", "");
    row("/usr/bin/ruby3.1", "ruby -w a.rb", "a.rb");
    row("/usr/lib/jvm/java-17/bin/java", "java -Xmx1g -Dx=y -jar a.jar b", "a.jar");
    row("/usr/lib/jvm/java-17/bin/java", "java -javaagent:evil.jar -jar a.jar", "");
    row("/usr/lib/jvm/java-17/bin/java", "java Main", "");
    row("/usr/lib/jvm/java-17/bin/java", "java -cp a.jar Main", "");
    row("/usr/bin/mono", "mono /opt/a.exe b", "/opt/a.exe");
    row("/usr/bin/mono-sgen", "mono --debug /opt/a.exe", "");
    row("/usr/lib64/ld-linux-x86-64.so.2", "ld.so /usr/bin/curl x", "/usr/bin/curl");
    row("/usr/lib64/ld-linux-x86-64.so.2", "ld.so --preload evil /usr/bin/curl", "");
    row("/usr/bin/wine", "wine /opt/a.exe b", "/opt/a.exe");
    row("/usr/bin/wine", "wine a.exe", "");  // where it is looked for, the environment says
    row("/usr/bin/wine", "wine C:\\a.exe", "");
    row("/usr/lib/wine/wine64-preloader", "wine64-preloader /usr/lib/wine/wine64 /opt/a.exe",
        "/opt/a.exe");
    row("/usr/lib/wine/wine64-preloader", "wine64-preloader /usr/lib/wine/wine64 --version", "");
    row("/usr/bin/busybox", "busybox sh -e a.sh", "a.sh");
    row("/usr/bin/busybox", "busybox wget a.sh", "");
    row("/usr/bin/busybox", "ash a.sh", "a.sh");
    row("/usr/bin/busybox", "-sh", "");
    row("/usr/bin/busybox", "wget a.sh", "");
    row("/usr/bin/busybox", "busybox", "");
    row("/usr/bin/php-cgi8.2", "php-cgi a.php", "");  // the environment says which
    row("/usr/bin/curl", "curl a.py", "");
}

void ProcessTest::aScriptIsNamedByItsInterpretersArguments() {
    QFETCH(QString, interpreter);
    QFETCH(QString, line);
    QFETCH(QString, script);
    QCOMPARE(process::scriptArgument(interpreter, line.split(u' ')), script);
}

void ProcessTest::aScriptIsTheFileOnTheHost() {
    const QString python = write(QStringLiteral("python3"));
    const QString script = write(QStringLiteral("a.py"), 0644);
    kernel::ExecReport report = execOf(python);
    report.arguments = QStringList{QStringLiteral("python3"), script};
    QCOMPARE(process::identify(report).app, (api::AppIdentity{Kind::Script, python, script}));
    QVERIFY(!process::identify(report).cacheable);

    report.arguments[1] += QStringLiteral("-gone");
    QCOMPARE(process::identify(report).app, (api::AppIdentity{Kind::Path, python, {}}));
    QVERIFY(!process::identify(report).cacheable);

    report.script = script;  // "#!": the kernel's own word goes before the arguments
    QCOMPARE(process::identify(report).app.script, script);

    report.mountNamespace ^= 1;  // no such process: nobody can say what it sees there
    report.pid = -1;
    QCOMPARE(process::identify(report).app.kind, Kind::Path);
}

void ProcessTest::aScriptWithAWayBackIsNoScript() {
    const QString python = write(QStringLiteral("python3"));
    const QString script = write(QStringLiteral("a.py"), 0644);
    kernel::ExecReport report = execOf(python);
    report.arguments =
        QStringList{QStringLiteral("python3"), folder_ + QStringLiteral("/link/../a.py")};
    QCOMPARE(process::identify(report).app.kind, Kind::Path);
    report.arguments[1] = folder_ + QStringLiteral("//./a.py");
    QCOMPARE(process::identify(report).app.script, script);
}

void ProcessTest::aLinkToAScriptIsWhatItIsCalled() {
    const QString node = write(QStringLiteral("node")), link = folder_ + QStringLiteral("/npm");
    QVERIFY(QDir(folder_).mkpath(QStringLiteral("lib")));
    const QString script = write(QStringLiteral("lib/npm-cli.js"));
    QVERIFY(QFile::link(QStringLiteral("lib/npm-cli.js"), link));
    kernel::ExecReport report = execOf(node);
    report.uid = 12345;
    report.script = link;
    QCOMPARE(process::identify(report).app, (api::AppIdentity{Kind::Script, node, link}));
    QVERIFY(!process::identify(report)
                 .inWritableFolder);  // that anybody may write to a link is no news
    QVERIFY(chmod(QFile::encodeName(script).constData(), 0777) == 0);
    QVERIFY(process::identify(report).inWritableFolder);
}

void ProcessTest::aScriptInAMergedFolderHasOneName() {
    if (!QFileInfo(QStringLiteral("/bin")).isSymLink())
        QSKIP("/bin is a folder of its own here");
    kernel::ExecReport report = execOf(write(QStringLiteral("bash")));
    report.script = QStringLiteral("/bin/ldd");  // part of libc
    QCOMPARE(process::identify(report).app.script, QStringLiteral("/usr/bin/ldd"));
}

void ProcessTest::whatIsAnotherFileForEverybodyIsNoScript() {
    kernel::ExecReport report = execOf(write(QStringLiteral("bash")));
    QFile script(write(QStringLiteral("a.sh")));
    QVERIFY(script.open(QIODevice::ReadOnly));
    for (const char* path : {"/dev/fd/%1", "/proc/self/fd/%1"}) {
        report.arguments =
            QStringList{QStringLiteral("bash"), QString::fromLatin1(path).arg(script.handle())};
        QCOMPARE(process::identify(report).app.kind, Kind::Path);
    }
}

void ProcessTest::whatAUserNamespaceStartsIsNoScript() {
    kernel::ExecReport report = execOf(write(QStringLiteral("python3")));
    report.script = write(QStringLiteral("a.py"));
    QCOMPARE(process::identify(report).app.kind, Kind::Script);
    report.ownUserNamespace = true;
    report.arguments = QStringList{QStringLiteral("python3"), QStringLiteral("-I"),
                                   write(QStringLiteral("evil.py")), report.script};
    QCOMPARE(process::identify(report).app.kind, Kind::Path);
    report.arguments.removeAt(2);  // what the kernel says is what the interpreter was told
    QCOMPARE(process::identify(report).app.kind, Kind::Script);
}

void ProcessTest::aRelativeScriptNeedsTheDirectoryOfTheExec() {
    const QString python = write(QStringLiteral("python3"));
    const QString script = write(QStringLiteral("a.py"), 0644);
    QVERIFY(QDir(folder_).mkpath(QStringLiteral("below")));
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(folder_));
    kernel::ExecReport report = execOf(python, 1, getpid());
    report.arguments = QStringList{QStringLiteral("python3"), QStringLiteral("./a.py")};
    report.directory = process::hostFile(folder_)->key;
    QCOMPARE(process::identify(report).app.script, script);
    QVERIFY(QDir::setCurrent(folder_ + QStringLiteral("/below")));  // it has moved since
    QCOMPARE(process::identify(report).app.kind, Kind::Path);
    report.directory = process::hostFile(folder_ + QStringLiteral("/below"))->key;
    report.arguments[1] = QStringLiteral("../a.py");
    QCOMPARE(process::identify(report).app.script, script);
    QVERIFY(QDir::setCurrent(before));
}

void ProcessTest::aFileItsUserCanChangeIsMarked() {
    kernel::ExecReport report = execOf(QStringLiteral("/proc/version"));
    QVERIFY(!process::identify(report).inWritableFolder);
    report = execOf(write(QStringLiteral("program")));
    report.uid = process::hostFile(report.path)->owner;
    // Of root's own nothing is said: root can change everything.
    QCOMPARE(process::identify(report).inWritableFolder, report.uid != 0);
    const QString open = write(QStringLiteral("open"), 0777);
    QVERIFY(process::identify(execOf(open)).inWritableFolder);
}

void ProcessTest::whoStartedAProgramIsKnown() {
    ProcessTable table;
    const QString shell = write(QStringLiteral("shell")), tool = write(QStringLiteral("curl"));
    const process::Resolved first = table.onExec(execOf(shell, 1, 100));
    QCOMPARE(first.startedBy.kind, Kind::Unknown);
    kernel::ExecReport second = execOf(tool, 2, 101);
    second.parentSerial = 1;
    second.parentPid = 100;
    QCOMPARE(table.onExec(second).startedBy, (api::AppIdentity{Kind::Path, shell, {}}));
    kernel::ExecReport third = execOf(tool, 3, 102);
    third.parentSerial = 2;
    third.parentPid = 101;
    table.onExec(third);
    table.onExit(1, 100);  // a parent that is gone is still a parent

    kernel::Owner owner;
    owner.serial = 3;
    owner.pid = 102;
    owner.uid = 1001;
    const api::Process process = table.describe(owner);
    QCOMPARE(process.path, tool);
    QCOMPARE(process.uid, 1001u);
    QVERIFY(process.fetchTool);
    QCOMPARE(process.ancestors, (QList<api::Ancestor>{{101, tool}, {100, shell}}));
}

void ProcessTest::whatBelongsToNobodyIsUnknown() {
    const ProcessTable table;
    kernel::Owner owner;
    owner.serial = 5;
    QCOMPARE(table.describe(owner).identity.kind, Kind::Unknown);
    owner.serial = 0;
    owner.app = SP_APP_KERNEL;
    QCOMPARE(table.describe(owner).identity.kind, Kind::Kernel);
}

void ProcessTest::anExecLivesAsLongAsItsLastFork() {
    ProcessTable table;
    const QString path = write(QStringLiteral("program"));
    table.onExec(execOf(path, 1, 100));
    table.onFork({1, 0, 101, 100});
    table.onFork({1, 0, 101, 100});  // told twice
    QVERIFY(!table.onExit(1, 100));
    QVERIFY(table.isAlive(1));
    QVERIFY(!table.onExit(1, 100));
    QVERIFY(table.onExit(1, 101));
    QVERIFY(!table.isAlive(1));
}

void ProcessTest::anotherExecInTheSameProcessEndsTheFirst() {
    ProcessTable table;
    const QString path = write(QStringLiteral("program"));
    table.onExec(execOf(path, 1, 100));
    table.onExec(execOf(path, 2, 100));
    QVERIFY(!table.isAlive(1));
    QVERIFY(table.isAlive(2));
    QVERIFY(!table.onExit(1, 100));
    QVERIFY(table.isAlive(2));
}

void ProcessTest::onlySoManyDeadAreKept() {
    ProcessTable table;
    const QString path = write(QStringLiteral("program"));
    const quint64 many = quint64(ProcessTable::kMostDead) + 100;
    for (quint64 serial = 1; serial <= many; ++serial) {
        table.onExec(execOf(path, serial, 100));
        QVERIFY(table.onExit(serial, 100));
    }
    kernel::Owner owner;
    owner.serial = 1;
    QCOMPARE(table.describe(owner).identity.kind, Kind::Unknown);
    owner.serial = many;
    QCOMPARE(table.describe(owner).path, path);
}

void ProcessTest::manyDeadAreKeptForAWhileOnly() {
    static quint64 nowNs = 0;
    ProcessTable table([] { return nowNs; });
    const QString path = write(QStringLiteral("program"));
    const auto endOne = [&](quint64 serial) {
        table.onExec(execOf(path, serial, 100));
        return table.onExit(serial, 100);
    };
    const auto isKnown = [&](quint64 serial) {
        kernel::Owner owner;
        owner.serial = serial;
        return table.describe(owner).path == path;
    };
    constexpr auto kMany = quint64(ProcessTable::kKeptDead) + 100;
    for (quint64 serial = 1; serial <= kMany; ++serial)
        QVERIFY(endOne(serial));
    QVERIFY(isKnown(1));
    nowNs += ProcessTable::kKeptNs + 1;
    QVERIFY(endOne(kMany + 1));
    QVERIFY(!isKnown(101));
    QVERIFY(isKnown(102));
    QVERIFY(isKnown(kMany + 1));
}

QTEST_GUILESS_MAIN(ProcessTest)
#include "process_test.moc"
