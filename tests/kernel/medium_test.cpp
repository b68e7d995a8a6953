// What is run from a medium that another one takes the place of: same device, same file number,
// same time of change. SPDX-License-Identifier: GPL-3.0-or-later
#include <QFileInfo>

#include "lab_fixture.h"
#include "process/content.h"
#include "process/host.h"

using namespace sallyport;
using namespace sallyport::lab;

class MediumTest : public LabFixture {
    Q_OBJECT
  private slots:
    void init();
    void cleanup();
    void anotherMediumsProgramIsAnother();
    void whatIsBehindAMediumMayChange_data();
    void whatIsBehindAMediumMayChange();

  private:
    // True: the shell's command went well. $1 is the test's folder.
    bool sh(const QString& command);
    // `medium` in the loop device, at the folder `at`.
    bool insert(const QString& medium, const QString& at);
    bool remove();
    // As the kernel side reports it, before it is told anything.
    kernel::ExecReport execOf(const QString& path);

    std::unique_ptr<QTemporaryDir> files_;
    QString folder_, device_, mounted_;
};

bool MediumTest::sh(const QString& command) {
    QProcess shell;
    shell.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    shell.start(QStringLiteral("sh"),
                {QStringLiteral("-ec"), command, QStringLiteral("sh"), folder_});
    if (!shell.waitForFinished(kPatience) || shell.exitCode() != 0)
        return false;
    const QString said = QString::fromUtf8(shell.readAllStandardOutput()).trimmed();
    if (!said.isEmpty())
        device_ = said;
    return true;
}

bool MediumTest::insert(const QString& medium, const QString& at) {
    mounted_ = folder_ + u'/' + at;
    return sh(QStringLiteral("losetup %1 \"$1/%2\"; mkdir -p \"$1/%3\"; "
                             "mount -o nosuid,nodev %1 \"$1/%3\"")
                  .arg(device_, medium, at));
}

bool MediumTest::remove() {
    if (mounted_.isEmpty())
        return true;
    mounted_.clear();
    return sh(QStringLiteral("umount %1; losetup -d %1").arg(device_));
}

kernel::ExecReport MediumTest::execOf(const QString& path) {
    lab_->heard().execs.clear();
    QProcess run;
    run.start(path, QStringList());
    if (!run.waitForFinished(kPatience))
        return {};
    lab_->drain();
    for (const kernel::ExecReport& report : std::as_const(lab_->heard().execs))
        if (report.path == path)
            return report;
    return {};
}

void MediumTest::init() {
    files_ = std::make_unique<QTemporaryDir>(QStringLiteral("/var/tmp/sallyport-XXXXXX"));
    folder_ = QFileInfo(files_->path()).canonicalFilePath();
    if (!sh(QStringLiteral("losetup --find")))
        QSKIP("there are no loop devices here");
    if (!sh(QStringLiteral("cd \"$1\"; mkdir tree; cp /bin/true tree/tool; chown -R 0:0 tree; "
                           "truncate -s 8M one; mkfs.ext4 -q -d tree one || exit; cp one two")))
        QSKIP("ext4 cannot be made here");
    if (!insert(QStringLiteral("one"), QStringLiteral("first"))) {
        mounted_.clear();
        (void)sh(QStringLiteral("losetup -d %1").arg(device_));
        QSKIP("a loop device cannot be mounted here");
    }
    ATTACH();
}

void MediumTest::cleanup() {
    QVERIFY(remove());
}

void MediumTest::anotherMediumsProgramIsAnother() {
    const kernel::ExecReport first = execOf(folder_ + QStringLiteral("/first/tool"));
    QVERIFY(first.serial != 0);
    QCOMPARE(first.app, policy::AppNumber(SP_APP_UNRESOLVED));
    const kernel::ExecReport again = execOf(folder_ + QStringLiteral("/first/tool"));
    QCOMPARE(again.file, first.file);
    QVERIFY(again.app != SP_APP_UNRESOLVED);
    QVERIFY(remove());
    QVERIFY(insert(QStringLiteral("two"), QStringLiteral("second")));
    const kernel::ExecReport second = execOf(folder_ + QStringLiteral("/second/tool"));
    QVERIFY(second.serial != 0);
    QCOMPARE(second.file.inode, first.file.inode);
    QCOMPARE(second.file.ctimeNs, first.file.ctimeNs);
    QCOMPARE(second.file.device, first.file.device);
    QCOMPARE(second.app, policy::AppNumber(SP_APP_UNRESOLVED));
    QVERIFY(second.file != first.file);
    // The helper finds the same names for them.
    const auto now = process::hostFile(folder_ + QStringLiteral("/second/tool"));
    QVERIFY(now);
    QCOMPARE(process::keySeen(*now), second.file);
}

void MediumTest::whatIsBehindAMediumMayChange_data() {
    QTest::addColumn<QString>("mode");
    QTest::addColumn<bool>("told");
    QTest::newRow("only root can change it") << QStringLiteral("0644") << true;
    QTest::newRow("others can change it") << QStringLiteral("0646") << false;
}

// The blocks of a loop device are a file's: who writes that leaves no trace in what it holds.
void MediumTest::whatIsBehindAMediumMayChange() {
    QFETCH(QString, mode);
    QFETCH(bool, told);
    QVERIFY(sh(QStringLiteral("chmod %1 \"$1/one\"").arg(mode)));
    const QString tool = folder_ + QStringLiteral("/first/tool");
    const auto file = process::hostFile(tool);
    QVERIFY(file);
    QCOMPARE(process::isChangeable(tool), !told);
    const std::atomic_bool stop{false};
    const QString content = process::contentOf(tool, process::keySeen(*file), stop);
    QCOMPARE(content != QString::fromUtf16(process::kUnknownContent), told);
    QCOMPARE(process::canHaveContent(tool), told);
}

QTEST_GUILESS_MAIN(MediumTest)
#include "medium_test.moc"
