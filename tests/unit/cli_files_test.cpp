// What the command line writes to files and reads from them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>
#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QTextStream>
#include <csignal>
#include <optional>

#include "cli_bench.h"

using namespace sallyport;
using namespace sallyport::cli;
using namespace Qt::StringLiterals;

class CliFilesTest : public QObject {
    Q_OBJECT
  private slots:
    void metrics_go_to_a_file_that_others_can_read();
    void rules_travel_through_a_file();
    void what_cannot_be_written_is_said();
    void a_file_that_cannot_be_written_whole_stays_as_it_was();
    void half_a_file_is_the_helpers_to_refuse();
    void file_that_is_not_utf8_is_refused();
};

void CliFilesTest::metrics_go_to_a_file_that_others_can_read() {
    fakes::FakeFirewall firewall;
    const Ran shown = ran(firewall, u"metrics"_s);
    QCOMPARE(shown.code, ExitCode::Ok);
    QVERIFY(shown.out.endsWith(u"sallyport_rules 3\n"_s));
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"sallyport.prom"_s);
    QFile old(path);
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(ran(firewall, u"metrics --textfile "_s + path).code, ExitCode::Ok);
    QCOMPARE(old.readAll(), QByteArray("old"));  // who reads it meanwhile reads it whole
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), shown.out);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    struct stat now {};
    QCOMPARE(stat(QFile::encodeName(path).constData(), &now), 0);
    QCOMPARE(now.st_mode & 0777u, 0644u);
    QCOMPARE(ran(firewall, u"metrics --textfile /nowhere/at/all"_s).code, ExitCode::Failed);
    firewall.failNext(api::ErrorCode::Denied);
    QCOMPARE(ran(firewall, u"metrics --textfile "_s + path).code, ExitCode::Denied);
    QCOMPARE(QFileInfo(path).size(), shown.out.size());
}

void CliFilesTest::rules_travel_through_a_file() {
    fakes::FakeFirewall firewall;
    api::Rule rule;
    rule.id = 1;
    rule.app = kCurl;
    firewall.setRules({rule});
    QTemporaryDir folder;
    const QString file = folder.filePath(u"rules.json"_s);
    QCOMPARE(ran(firewall, {u"export"_s, file}).code, ExitCode::Ok);
    QVERIFY(QFileInfo(file).size() > 0);
    for (const char* line : {"--json export", "--json metrics --textfile"}) {
        const QString command = QString::fromLatin1(line);
        const Ran written = ran(firewall, command.split(u' ') << file);
        QVERIFY2(QJsonDocument::fromJson(written.out.toUtf8()).object()["ok"_L1].toBool(),
                 qPrintable(written.out));
    }
    QCOMPARE(ran(firewall, {u"export"_s, file}).code, ExitCode::Ok);
    const Ran imported = ran(firewall, {u"import"_s, file, u"--replace"_s});
    QCOMPARE(imported.code, ExitCode::Ok);
    QVERIFY(firewall.calls().last().contains(u"import"_s, Qt::CaseInsensitive));

    QCOMPARE(ran(firewall, {u"import"_s, folder.filePath(u"none.json"_s)}).code, ExitCode::Failed);
    QCOMPARE(ran(firewall, {u"export"_s, folder.filePath(u"none/rules.json"_s)}).code,
             ExitCode::Failed);
}

// A disk that is full takes nothing.
class Full : public QIODevice {
  protected:
    qint64 readData(char*, qint64) override { return -1; }
    qint64 writeData(const char*, qint64) override {
        setErrorString(u"No space left"_s);
        return -1;
    }
};

void CliFilesTest::what_cannot_be_written_is_said() {
    fakes::FakeFirewall firewall;
    for (const char* command : {"settings", "export", "watch", "metrics", "history"}) {
        Full full;
        QVERIFY(full.open(QIODevice::WriteOnly));
        QTextStream out(&full);
        QString said;
        QTextStream err(&said);
        Runner runner(firewall, out, err);
        std::optional<ExitCode> code;
        connect(&runner, &Runner::finished, this, [&code](ExitCode ended) { code = ended; });
        runner.start(parse({u"sallyportctl"_s, QString::fromLatin1(command), u"--json"_s}), 50);
        firewall.publish({}, {connection(1)});
        QTRY_VERIFY2(code, command);
        QCOMPARE(*code, ExitCode::Failed);
        QVERIFY2(said.contains(u"No space left"_s), qPrintable(said));
    }
}

void CliFilesTest::a_file_that_cannot_be_written_whole_stays_as_it_was() {
    fakes::FakeFirewall firewall;
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"old"_s));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.write("old") == 3 && file.flush());
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit few{8, before.rlim_max};
    const auto old = signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &few), 0);
    const Ran rules = ran(firewall, {u"export"_s, file.fileName()});
    const Ran metrics = ran(firewall, {u"metrics"_s, u"--textfile"_s, file.fileName()});
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, old);
    QCOMPARE(rules.code, ExitCode::Failed);
    QCOMPARE(metrics.code, ExitCode::Failed);
    QFile now(file.fileName());
    QVERIFY(now.open(QIODevice::ReadOnly));
    QCOMPARE(now.readAll(), QByteArray("old"));

    const QByteArray pipe = QFile::encodeName(folder.filePath(u"pipe"_s));
    QCOMPARE(mkfifo(pipe.constData(), 0600), 0);
    QCOMPARE(ran(firewall, {u"export"_s, QFile::decodeName(pipe)}).code, ExitCode::Failed);
    struct stat there {};
    QCOMPARE(stat(pipe.constData(), &there), 0);
    QVERIFY(S_ISFIFO(there.st_mode));
}

void CliFilesTest::half_a_file_is_the_helpers_to_refuse() {
    fakes::FakeFirewall firewall;
    QTemporaryDir folder;
    QFile file(folder.filePath(u"half.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"format\":\"sallyport-rules\",\"version\":1,\"rul");
    file.close();
    firewall.failNext(api::ErrorCode::Invalid, u"cut in half"_s);
    const Ran result = ran(firewall, {u"import"_s, file.fileName()});
    QCOMPARE(result.code, ExitCode::Invalid);
    QVERIFY(result.err.contains(u"cut in half"_s));
}

// A path with other letters would be another program's.
void CliFilesTest::file_that_is_not_utf8_is_refused() {
    fakes::FakeFirewall firewall;
    QTemporaryDir folder;
    for (const QByteArray& bytes : {QByteArray("\"/usr/bin/f\xfc\""), QByteArray("{\0}", 3)}) {
        QFile file(folder.filePath(u"rules.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(bytes);
        file.close();
        const Ran result = ran(firewall, {u"import"_s, file.fileName()});
        QCOMPARE(result.code, ExitCode::Invalid);
        QVERIFY2(result.err.contains(u"UTF-8"_s), qPrintable(result.err));
        QVERIFY(firewall.calls().filter(u"import"_s, Qt::CaseInsensitive).isEmpty());
    }
}

QTEST_GUILESS_MAIN(CliFilesTest)
#include "cli_files_test.moc"
