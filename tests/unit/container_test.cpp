// What the control groups of containers say.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "process/container.h"

using namespace sallyport;

class ContainerTest : public QObject {
    Q_OBJECT
  private slots:
    void aContainerIsNamedByItsControlGroup_data();
    void aContainerIsNamedByItsControlGroup();
};

void ContainerTest::aContainerIsNamedByItsControlGroup_data() {
    QTest::addColumn<QString>("cgroup");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* cgroup, const char* name) {
        const QString number = QStringLiteral("0123456789abcdef").repeated(4);
        QTest::newRow(cgroup) << QString::fromLatin1(cgroup).replace(u'#', number)
                              << QString::fromLatin1(name);
    };
    row("/system.slice/docker-#.scope", "docker 0123456789ab");
    row("/docker/#", "docker 0123456789ab");
    row("/docker/#/system.slice/sshd.service", "docker 0123456789ab");
    row("/machine.slice/libpod-#.scope/container", "podman 0123456789ab");
    row("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-#.scope",
        "podman 0123456789ab");
    row("/machine.slice/libpod-conmon-#.scope", "");  // watches it from outside
    row("/kubepods.slice/kubepods-pod1.slice/cri-containerd-#.scope",
        "cri-containerd 0123456789ab");
    row("/kubepods.slice/kubepods-pod1.slice/crio-#.scope", "crio 0123456789ab");
    row("/kubepods/besteffort/pod1/#", "0123456789ab");
    row("/machine.slice/machine-web\\x2dserver.scope/payload", "web-server");
    row("/machine.slice/systemd-nspawn@debian.service/payload/init.scope", "debian");
    row("/machine.slice/machine-qemu\\x2d1\\x2dwin.scope/libvirt/emulator", "");  // no container
    row("/lxc.payload.alpine/init.scope", "alpine");
    row("/lxc.monitor.alpine", "");
    row("/docker/#/machine.slice/machine-inner.scope", "inner");
    row("/user.slice/user-1000.slice/session-2.scope", "");
    row("/", "");
    row("", "");
}

void ContainerTest::aContainerIsNamedByItsControlGroup() {
    QFETCH(QString, cgroup);
    QFETCH(QString, name);
    QCOMPARE(process::containerIn(cgroup), name);
}

QTEST_GUILESS_MAIN(ContainerTest)
#include "container_test.moc"
