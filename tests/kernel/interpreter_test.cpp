// Real interpreters run real scripts: which program each is, by what the kernel told of its exec.
// What is not installed is skipped by name.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>

#include <QDir>
#include <QFileInfo>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using Kind = api::AppIdentity::Kind;

namespace {

// Each says "ran" and then waits for the end of its input.
const char* const kShell = "echo ran\nread -r x || :\n";
const char* const kPython = "import sys\nprint('ran', flush=True)\nsys.stdin.read()\n";
const char* const kPerl = "$| = 1;\nprint \"ran\\n\";\nmy @rest = <STDIN>;\n";
const char* const kRuby = "$stdout.sync = true\nputs 'ran'\n$stdin.read\n";
const char* const kNode = "console.log('ran')\nprocess.stdin.resume()\n";
const char* const kLua = "print('ran')\nio.stdout:flush()\nio.read('a')\n";
const char* const kPhp = "<?php echo \"ran\\n\"; fgets(STDIN);\n";
const char* const kTcl = "puts ran\nflush stdout\ngets stdin\n";
const char* const kGuile = "(display \"ran\\n\") (force-output) (read-char)\n";
const char* const kCSharp =
    "class T { static void Main() {\n"
    "System.Console.WriteLine(\"ran\"); System.Console.In.ReadToEnd(); } }\n";
const char* const kJava =
    "public class T { public static void main(String[] a) throws Exception {\n"
    "System.out.println(\"ran\"); System.in.read(); } }\n";

// In a sandbox, whose first process has another pid.
const QString kInside = QStringLiteral("/app/bin/tool");

// From `text` to the file `tool`, by a shell.
const char* const kMakeExe = "mcs -out:tool text";
const char* const kMakeJar =
    "cp text T.java && javac T.java && jar --create --file tool --main-class T T.class";
const char* const kMakeWine = "cp /usr/lib/*/wine/x86_64-windows/cmd.exe tool";

}  // namespace

class InterpreterTest : public LabFixture {
    Q_OBJECT
  private slots:
    void init();
    void aScriptIsNamed_data();
    void aScriptIsNamed();
    void aLinkIsNamed_data();
    void aLinkIsNamed();
    void aDeepScriptIsNamed_data();
    void aDeepScriptIsNamed();
    void aFormatOfAUsersOwnIsNoScript();
    void aFlatpaksScriptIsNamed();

  private:
    bool write(const QString& name, const QString& text, mode_t mode = 0755);
    // Who the process is, when it has said something.
    api::AppIdentity identityOf(QProcess& run);
    static QByteArray rest(QProcess& run);

    QTemporaryDir wine_{QStringLiteral("/var/tmp/sallyport-XXXXXX")};
    std::unique_ptr<QTemporaryDir> files_;
    QString folder_;
};

void InterpreterTest::init() {
    files_ = std::make_unique<QTemporaryDir>(QStringLiteral("/var/tmp/sallyport-XXXXXX"));
    folder_ = QFileInfo(files_->path()).canonicalFilePath();
    ATTACH();
    ENFORCE({});
    lab_->heard().execs.clear();
}

bool InterpreterTest::write(const QString& name, const QString& text, mode_t mode) {
    QFile file(folder_ + u'/' + name);
    return file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) == text.size() &&
           fchmod(file.handle(), mode) == 0;
}

api::AppIdentity InterpreterTest::identityOf(QProcess& run) {
    if (!run.waitForStarted() || !run.waitForReadyRead(5 * kPatience))
        return {};
    lab_->drain();
    kernel::Owner owner;
    for (const kernel::ExecReport& report : std::as_const(lab_->heard().execs))
        if (report.pid == run.processId() || report.arguments.contains(kInside))
            owner.serial = report.serial;
    return lab_->heard().processes.describe(owner).identity;
}

QByteArray InterpreterTest::rest(QProcess& run) {
    run.closeWriteChannel();
    return run.waitForFinished(kPatience) ? run.readAllStandardOutput().trimmed()
                                          : QByteArray("does not end");
}

void InterpreterTest::aScriptIsNamed_data() {
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");  // tool: the file; without any it is started itself
    QTest::addColumn<bool>("named");     // or else it is the interpreter
    QTest::addColumn<QString>("make");
    const auto row = [](const char* name, const char* program, const char* text, const char* words,
                        bool named, const char* make = "cp text tool && cp text tool.py") {
        QTest::newRow(name) << QString::fromLatin1(program) << QString::fromLatin1(text)
                            << QString::fromLatin1(words) << named << QString::fromLatin1(make);
    };
    const auto marked = [&row](const char* name, const char* program, const char* line,
                               const char* code) {
        row(name, program, QByteArray("#!").append(line).append('\n').append(code).constData(), "",
            true);
    };
    row("python3 tool", "/usr/bin/python3", kPython, "./tool", true);
    row("python3 -I tool", "/usr/bin/python3", kPython, "-I tool a b", true);
    row("python3 -m tool", "/usr/bin/python3", kPython, "-m tool", false);
    marked("python3, #!", "/usr/bin/python3", "/usr/bin/python3 -u", kPython);
    marked("python3, #! env", "/usr/bin/python3", "/usr/bin/env -S /usr/bin/python3", kPython);
    row("bash -e tool", "/usr/bin/bash", kShell, "-e tool", true);
    marked("bash, #!", "/usr/bin/bash", "/bin/bash", kShell);
    row("dash tool", "/usr/bin/dash", kShell, "tool", true);
    marked("sh, #!", "/usr/bin/dash", "/bin/dash -eu", kShell);
    row("zsh -f tool", "/usr/bin/zsh", kShell, "-f tool", true);
    row("ksh tool", "/usr/bin/ksh93", kShell, "tool", true);
    row("mksh tool", "/usr/bin/mksh", kShell, "tool", true);
    row("fish tool", "/usr/bin/fish", "echo ran\nread x\n", "tool", true);
    row("busybox sh tool", "/usr/bin/busybox", kShell, "sh tool", true);
    marked("busybox, #!", "/usr/bin/busybox", "/usr/bin/busybox sh", kShell);
    row("perl -T tool", "/usr/bin/perl", kPerl, "-T tool", true);
    row("perl -S tool", "/usr/bin/perl", kPerl, "-S ./tool", false);
    marked("perl, #!", "/usr/bin/perl", "/usr/bin/perl -w", kPerl);
    row("ruby tool", "/usr/bin/ruby", kRuby, "tool", true);
    row("ruby -S tool", "/usr/bin/ruby", kRuby, "-S ./tool", false);
    marked("ruby, #! env", "/usr/bin/ruby", "/usr/bin/env ruby", kRuby);
    row("node tool", "/usr/bin/node", kNode, "tool", true);
    row("node -r tool", "/usr/bin/node", kNode, "-r ./tool ./tool", false);
    marked("node, #! env", "/usr/bin/node", "/usr/bin/env node", kNode);
    row("lua tool", "/usr/bin/lua5.4", kLua, "tool", true);
    row("php tool", "/usr/bin/php", kPhp, "tool", true);
    row("tclsh tool", "/usr/bin/tclsh", kTcl, "tool", true);
    row("guile tool", "/usr/bin/guile", kGuile, "tool", true);
    row("mono tool", "/usr/bin/mono", kCSharp, "tool", true, kMakeExe);
    row("java -jar", "/usr/bin/java", kJava, "-Xmx64m -jar tool", true, kMakeJar);
    row("java -cp", "/usr/bin/java", kJava, "-cp tool T", false, kMakeJar);
    row("ld.so", "/lib64/ld-linux-x86-64.so.2", "ran\n", "./tool text -", true, "cp /bin/cat tool");
    row("wine, its path", "/usr/bin/wine", "", "%1/tool /c echo ran & set /p x=", true, kMakeWine);
    row("wine, C:", "/usr/bin/wine", "", "cmd /c echo ran & set /p x=", false, kMakeWine);
}

void InterpreterTest::aScriptIsNamed() {
    QFETCH(QString, program);
    QFETCH(QString, text);
    QFETCH(QString, words);
    QFETCH(bool, named);
    QFETCH(QString, make);
    if (!QFileInfo::exists(program))
        QSKIP(qPrintable(QStringLiteral("there is no %1 here").arg(program)));
    QVERIFY(write(QStringLiteral("text"), text));
    QProcess run;
    run.setWorkingDirectory(folder_);
    run.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QProcessEnvironment around = QProcessEnvironment::systemEnvironment();
    around.insert(QStringLiteral("HOME"), folder_);
    around.insert(QStringLiteral("WINEPREFIX"), wine_.path());
    around.insert(QStringLiteral("GUILE_AUTO_COMPILE"), QStringLiteral("0"));
    around.insert(QStringLiteral("WINEDEBUG"), QStringLiteral("-all"));
    run.setProcessEnvironment(around);
    run.start(QStringLiteral("sh"), {QStringLiteral("-c"), make});
    QVERIFY(run.waitForFinished(kPatience));
    if (run.exitCode() != 0)
        QSKIP(qPrintable(QStringLiteral("cannot be made here: ") + make));
    const QString tool = folder_ + QStringLiteral("/tool");
    run.start(words.isEmpty() ? tool : program,
              words.replace(QLatin1String("%1"), folder_).split(u' ', Qt::SkipEmptyParts));
    const api::AppIdentity identity = identityOf(run);
    const QByteArray said = rest(run);
    if (make == QLatin1String(kMakeWine)) {
        QProcess end;
        end.setProcessEnvironment(around);
        end.start(QStringLiteral("wineserver"), {QStringLiteral("-k")});
        end.waitForFinished(kPatience);
        if (said != "ran")
            QSKIP("Wine does not get far here");
    }
    QCOMPARE(said, "ran");
    QString interpreter = QFileInfo(program).canonicalFilePath();
    if (program.endsWith(u"/wine") && identity.path.contains(u"/wine/wine"))
        interpreter = identity.path;  // a script may have started it
    QCOMPARE(identity, named ? (api::AppIdentity{Kind::Script, interpreter, tool})
                             : (api::AppIdentity{Kind::Path, interpreter, {}}));
}

void InterpreterTest::aLinkIsNamed_data() {
    QTest::addColumn<bool>("started");
    QTest::newRow("started") << true;
    QTest::newRow("told") << false;
}

void InterpreterTest::aLinkIsNamed() {
    QFETCH(bool, started);
    const QString python = QStringLiteral("/usr/bin/python3");
    const QString link = folder_ + QStringLiteral("/link");
    QVERIFY(write(QStringLiteral("tool"),
                  QStringLiteral("#!%1\n").arg(python) + QLatin1String(kPython)));
    QVERIFY(QFile::link(QStringLiteral("tool"), link));
    QProcess run;
    run.start(started ? link : python, started ? QStringList() : QStringList{link});
    QCOMPARE(identityOf(run),
             (api::AppIdentity{Kind::Script, QFileInfo(python).canonicalFilePath(), link}));
    QCOMPARE(rest(run), "ran");
}

void InterpreterTest::aDeepScriptIsNamed_data() {
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("named");
    QTest::newRow("300") << 300 << true;
    QTest::newRow("all there is room for") << int(SP_SCRIPT_BYTES) - 3 << true;
    QTest::newRow("one more") << int(SP_SCRIPT_BYTES) - 2 << false;
    QTest::newRow("more, where another stands") << int(SP_SCRIPT_BYTES) << false;
}

// A path of which the kernel side has but the beginning names nothing: not what stands there, too.
void InterpreterTest::aDeepScriptIsNamed() {
    QFETCH(int, length);
    QFETCH(bool, named);
    const QString python = QStringLiteral("/usr/bin/python3"),
                  text = QStringLiteral("#!%1\n").arg(python) + QLatin1String(kPython);
    QString folder;  // in folder_; leaves room for a name of 100 to 199 letters
    while (folder_.size() + folder.size() + 200 < length)
        folder += QString(99, u'd') + u'/';
    QVERIFY(QDir(folder_).mkpath(QStringLiteral("./") + folder));
    const QString name = folder + QString(length - folder_.size() - 1 - folder.size(), u's');
    QVERIFY(write(name, text));
    const QString path = folder_ + u'/' + name;
    const int room = SP_SCRIPT_BYTES - 2;
    if (length > room)
        QVERIFY(write(name.left(room - folder_.size() - 1), text));
    QProcess run;
    run.start(path, QStringList());
    const QString interpreter = QFileInfo(python).canonicalFilePath();
    QCOMPARE(identityOf(run), named ? (api::AppIdentity{Kind::Script, interpreter, path})
                                    : (api::AppIdentity{Kind::Path, interpreter, {}}));
    QCOMPARE(rest(run), "ran");
}

// Who makes a user namespace can have another script started in the place of one (binfmt_misc).
void InterpreterTest::aFormatOfAUsersOwnIsNoScript() {
    const QString python = QStringLiteral("/usr/bin/python3");
    QVERIFY(write(QStringLiteral("tool"), QStringLiteral("#!%1\n#good\n").arg(python)));
    QVERIFY(write(QStringLiteral("evil"),
                  QStringLiteral("#!%1\n").arg(python) + QLatin1String(kPython)));
    const QString own = QStringLiteral(
        "mount -t binfmt_misc none /proc/sys/fs/binfmt_misc && "
        "printf '%s' \"$0\" >/proc/sys/fs/binfmt_misc/register || exit; "
        "exec 3<&0; cat <&3 >/dev/null &");  // the mount goes with its last process
    QProcess run;
    run.start(QStringLiteral("unshare"),
              {QStringLiteral("--user"), QStringLiteral("--map-root-user"), QStringLiteral("sh"),
               QStringLiteral("-c"),
               QStringLiteral("unshare --mount sh -c \"$0\" \"$1\" 2>&1 && exec \"$2\""), own,
               QStringLiteral(R"(:evil:M::#!%1\x0a#good::%2/evil:)").arg(python, folder_),
               folder_ + QStringLiteral("/tool")});
    const api::AppIdentity identity = identityOf(run);
    const QByteArray said = rest(run);
    if (said != "ran")
        QSKIP("no user namespace has formats of its own here (Linux 6.7)");
    QCOMPARE(identity, (api::AppIdentity{Kind::Path, QFileInfo(python).canonicalFilePath(), {}}));
}

// Bubblewrap as Flatpak has it, with a program of Flatpak's in /app.
void InterpreterTest::aFlatpaksScriptIsNamed() {
    const QString bwrap = QStringLiteral("/usr/bin/bwrap"),
                  python = QStringLiteral("/usr/bin/python3");
    if (!QFileInfo::exists(bwrap))
        QSKIP("there is no bubblewrap here");
    const QString branch = QStringLiteral("flatpak/app/org.example.Tool/x86_64/stable/");
    const QString commit(64, u'a'), files = branch + commit + QStringLiteral("/files");
    QVERIFY(QDir(folder_).mkpath(files + QStringLiteral("/bin")));
    QVERIFY(QFile::link(commit, folder_ + u'/' + branch + QStringLiteral("active")));
    QVERIFY(write(files + QStringLiteral("/bin/tool"),
                  QStringLiteral("#!%1\n").arg(python) + QLatin1String(kPython)));
    QProcess run;
    run.start(
        bwrap,
        {QStringLiteral("--unshare-user"), QStringLiteral("--tmpfs"), QStringLiteral("/"),
         QStringLiteral("--ro-bind"), QStringLiteral("/usr"), QStringLiteral("/usr"),
         QStringLiteral("--symlink"), QStringLiteral("usr/lib"), QStringLiteral("/lib"),
         QStringLiteral("--symlink"), QStringLiteral("usr/lib64"), QStringLiteral("/lib64"),
         QStringLiteral("--ro-bind"), folder_ + u'/' + files, QStringLiteral("/app"), kInside});
    const api::AppIdentity identity = identityOf(run);
    QCOMPARE(rest(run), "ran");
    QCOMPARE(identity,
             (api::AppIdentity{Kind::Script, QFileInfo(python).canonicalFilePath(),
                               folder_ + u'/' + branch + QStringLiteral("active/files/bin/tool")}));
}

QTEST_GUILESS_MAIN(InterpreterTest)
#include "interpreter_test.moc"
