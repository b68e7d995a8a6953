// What runs in a container is shown with it, by the control group that the kernel tells of.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;

class ContainedTest : public LabFixture {
    Q_OBJECT
  private slots:
    void aProgramInAContainerIsShownWithIt();
    void soIsOneThatRanBefore();

  private:
    // Of the process, as it is shown.
    QString containerOf(const Peer& peer);
};

QString ContainedTest::containerOf(const Peer& peer) {
    lab_->drain();
    kernel::Owner owner;
    owner.serial = lab_->heard().processes.living().value(peer.pid());
    return lab_->heard().processes.describe(owner).container;
}

void ContainedTest::aProgramInAContainerIsShownWithIt() {
    const QString container = lab_->cgroup() + QStringLiteral("/docker-") +
                              QStringLiteral("0123456789abcdef").repeated(4) +
                              QStringLiteral(".scope");
    QVERIFY(QDir().mkpath(container));
    ATTACH();
    ENFORCE({});
    CLIENT(outside);
    QCOMPARE(containerOf(*outside), QString());
    for (int i = 0; i < 2; ++i) {
        Peer inside;
        QVERIFY(inside.start(QStringLiteral(PEER_PROGRAM), {QStringLiteral("client")}, container));
        QTRY_COMPARE(containerOf(inside), QStringLiteral("docker 0123456789ab"));
    }
    QVERIFY(QDir().rmdir(container));
}

void ContainedTest::soIsOneThatRanBefore() {
    const QString container = lab_->cgroup() + QStringLiteral("/lxc.payload.web");
    QVERIFY(QDir().mkpath(container));
    lab_->detach();
    {
        Peer inside;
        QVERIFY(inside.start(QStringLiteral(PEER_PROGRAM), {QStringLiteral("client")}, container));
        ATTACH();
        QTRY_COMPARE(containerOf(inside), QStringLiteral("web"));
    }
    QVERIFY(QDir().rmdir(container));
}

QTEST_GUILESS_MAIN(ContainedTest)
#include "contained_test.moc"
