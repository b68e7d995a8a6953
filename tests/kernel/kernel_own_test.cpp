// Connections that the kernel makes itself are its own, if no program's call makes them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFileInfo>
#include <cerrno>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;

namespace {

constexpr quint16 kFiles = 7150;  // where nobody listens

}  // namespace

class KernelOwnTest : public LabFixture {
    Q_OBJECT
  private slots:
    void aWorkersConnectionIsTheKernels();
    void whatAProgramHasItConnectIsTheProgram();
};

// NFS connects in a worker, from the mount on.
void KernelOwnTest::aWorkersConnectionIsTheKernels() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    const QString options = QStringLiteral("vers=4.2,proto=tcp,port=%1,addr=%2,clientaddr=%3")
                                .arg(kFiles)
                                .arg(kServerV4, kClientV4);
    const QString reply = ASK(client, QStringLiteral("mount nfs4 %1:/ %2").arg(kServerV4, options));
    if (reply == error(ENODEV))
        QSKIP("the kernel has no NFS");
    QTRY_VERIFY2(lab_->held(kFiles), qPrintable(reply));
    QCOMPARE(lab_->held(kFiles)->owner.app, SP_APP_KERNEL);
    QCOMPARE(lab_->held(kFiles)->decision.verdict, SP_VERDICT_HOLD);
}

// 9P connects while mount() runs.
void KernelOwnTest::whatAProgramHasItConnectIsTheProgram() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    const QString reply =
        ASK(client, QStringLiteral("mount 9p %1 trans=tcp,port=%2").arg(kServerV4).arg(kFiles));
    if (reply == error(ENODEV) || reply == error(EINVAL))
        QSKIP("the kernel has no 9P over TCP");
    QTRY_VERIFY2(lab_->held(kFiles), qPrintable(reply));
    QCOMPARE(lab_->heard().processes.describe(lab_->held(kFiles)->owner).path,
             QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath());
}

QTEST_GUILESS_MAIN(KernelOwnTest)
#include "kernel_own_test.moc"
