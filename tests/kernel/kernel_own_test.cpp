// What the kernel sends by itself is its own, if no program's call makes it.
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
    void whatAThreadSendsIsTheKernels();
    void whatAProgramHasItConnectIsTheProgram();
};

// Where RxRPC has a thread that sends (since 6.2). NFS, CIFS and others connect by such threads,
// but their sockets are of the root of all control groups, where no test attaches anything.
void KernelOwnTest::whatAThreadSendsIsTheKernels() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    const QString reply = ASK(client, QStringLiteral("rxrpc %1 %2").arg(kServerV4).arg(kFiles));
    if (reply == error(EAFNOSUPPORT) || reply == error(EPROTONOSUPPORT))
        QSKIP("the kernel has no RxRPC");
    QTRY_VERIFY2_WITH_TIMEOUT(lab_->held(kFiles), qPrintable(reply), kPatience);
    const kernel::FlowReport report = *lab_->held(kFiles);
    if (report.owner.pid == client->pid())
        QSKIP("RxRPC sends while its program calls, in this kernel");
    QCOMPARE(report.owner.app, SP_APP_KERNEL);
    QCOMPARE(report.decision.verdict, SP_VERDICT_HOLD);
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
    QTRY_VERIFY_WITH_TIMEOUT(lab_->held(kFiles), kPatience);
    QCOMPARE(lab_->heard().processes.describe(lab_->held(kFiles)->owner).path,
             QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath());
}

QTEST_GUILESS_MAIN(KernelOwnTest)
#include "kernel_own_test.moc"
