// A program whose file is replaced or removed while it runs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "desktop/own_program.h"

namespace sallyport::desktop {

class OwnProgramTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void anotherInItsPlaceIsSaidEachTime();
    void aGapBetweenOldAndNewIsNoRemoval();
    void removedIsSaid();
    void newAttributesAreNothing();

  private:
    static constexpr int kSettleMs = 200;
    static void write(const QString& path) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("program");
    }
    // As dpkg and rpm do.
    void replace() {
        write(path_ + QStringLiteral(".new"));
        QCOMPARE(rename(QFile::encodeName(path_ + QStringLiteral(".new")).constData(),
                        QFile::encodeName(path_).constData()),
                 0);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
};

void OwnProgramTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    path_ = folder_->filePath(QStringLiteral("sallyport"));
    write(path_);
}

void OwnProgramTest::anotherInItsPlaceIsSaidEachTime() {
    const OwnProgram own(path_, kSettleMs);
    QSignalSpy replaced(&own, &OwnProgram::replaced);
    const QSignalSpy removed(&own, &OwnProgram::removed);
    replace();
    QTRY_COMPARE(replaced.count(), 1);
    replace();
    QTRY_COMPARE(replaced.count(), 2);
    QCOMPARE(removed.count(), 0);
}

void OwnProgramTest::aGapBetweenOldAndNewIsNoRemoval() {
    const OwnProgram own(path_, 2000);
    const QSignalSpy replaced(&own, &OwnProgram::replaced);
    const QSignalSpy removed(&own, &OwnProgram::removed);
    QFile running(path_);  // its number is not given to the next
    QVERIFY(running.open(QIODevice::ReadOnly));
    QVERIFY(QFile::remove(path_));
    QTest::qWait(50);
    write(path_);
    QTRY_COMPARE(replaced.count(), 1);
    QCOMPARE(removed.count(), 0);
}

void OwnProgramTest::removedIsSaid() {
    const OwnProgram own(path_, kSettleMs);
    const QSignalSpy replaced(&own, &OwnProgram::replaced);
    const QSignalSpy removed(&own, &OwnProgram::removed);
    QVERIFY(QFile::remove(path_));
    QTRY_COMPARE(removed.count(), 1);
    QCOMPARE(replaced.count(), 0);
}

void OwnProgramTest::newAttributesAreNothing() {
    const OwnProgram own(path_, kSettleMs);
    const QSignalSpy replaced(&own, &OwnProgram::replaced);
    const QSignalSpy removed(&own, &OwnProgram::removed);
    QVERIFY(QFile::setPermissions(path_, QFile::ReadOwner));
    QTest::qWait(2 * kSettleMs);
    QCOMPARE(replaced.count() + removed.count(), 0);
}

}  // namespace sallyport::desktop

QTEST_GUILESS_MAIN(sallyport::desktop::OwnProgramTest)
#include "own_program_test.moc"
