// Who has sockets whose frames pass the programs by is found.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <cerrno>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::PacketFamily;

namespace {

// Where the kernel lets it be judged who makes one, somebody must say so.
api::Rule anyMayHaveThem() {
    return rule(1, api::Action::Allow, QStringLiteral("any"), 0, api::kFrames);
}

}  // namespace

class PacketSocketTest : public LabFixture {
    Q_OBJECT
  private slots:
    void whoHasOneIsFoundWhileItIsOpen_data();
    void whoHasOneIsFoundWhileItIsOpen();
    void soIsOneInAnotherNetworkNamespace();
    void soIsWhoHadOneBeforeTheStart();
    void otherSocketsAreNone();

  private:
    // What is found of this process.
    QList<kernel::PacketSocket> socketsOf(const Peer& peer);
};

QList<kernel::PacketSocket> PacketSocketTest::socketsOf(const Peer& peer) {
    QList<kernel::PacketSocket> all = lab_->kernel().packetSockets().value_or({});
    all.removeIf([&](const auto& socket) { return socket.owner.pid != peer.pid(); });
    return all;
}

void PacketSocketTest::whoHasOneIsFoundWhileItIsOpen_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<PacketFamily>("family");
    QTest::newRow("AF_PACKET") << "packet" << PacketFamily::Packet;
    QTest::newRow("AF_XDP") << "xdp" << PacketFamily::Xdp;
}

void PacketSocketTest::whoHasOneIsFoundWhileItIsOpen() {
    QFETCH(QString, kind);
    QFETCH(PacketFamily, family);
    ATTACH();
    ENFORCE({anyMayHaveThem()});
    CLIENT(client);
    const auto& execs = lab_->heard().execs;  // of the whole machine
    const auto own = std::find_if(execs.crbegin(), execs.crend(),
                                  [&](const auto& report) { return report.pid == client->pid(); });
    QVERIFY(own != execs.crend());
    const quint64 serial = own->serial;
    QVERIFY(socketsOf(*client).isEmpty());
    const QString opened = ASK(client, QStringLiteral("openframes ") + kind);
    if (opened == error(EAFNOSUPPORT))
        QSKIP("the kernel has no such sockets");
    QCOMPARE(opened, QStringLiteral("ok"));
    const QList<kernel::PacketSocket> found = socketsOf(*client);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().family, family);
    QCOMPARE(found.first().owner.serial, serial);
    QCOMPARE(found.first().owner.uid, 0u);
    QVERIFY(!found.first().elsewhere);
    QCOMPARE(ASK(client, QStringLiteral("close")), QStringLiteral("ok"));
    QVERIFY(socketsOf(*client).isEmpty());
}

void PacketSocketTest::soIsOneInAnotherNetworkNamespace() {
    ATTACH();
    ENFORCE({anyMayHaveThem()});
    CLIENT(client);
    QCOMPARE(ASK(client, QStringLiteral("leave")), QStringLiteral("ok"));
    QCOMPARE(ASK(client, QStringLiteral("openframes packet")), QStringLiteral("ok"));
    const QList<kernel::PacketSocket> found = socketsOf(*client);
    QCOMPARE(found.size(), 1);
    QVERIFY(found.first().elsewhere);
}

void PacketSocketTest::soIsWhoHadOneBeforeTheStart() {
    lab_->detach();
    const auto early = lab_->outsider();
    QVERIFY(early);
    QCOMPARE(ASK(early, QStringLiteral("openframes packet")), QStringLiteral("ok"));
    ATTACH();
    lab_->drain();
    const QList<kernel::PacketSocket> found = socketsOf(*early);
    QCOMPARE(found.size(), 1);
    QCOMPARE(lab_->heard().processes.describe(found.first().owner).identity.path,
             QStringLiteral(PEER_PROGRAM));
}

void PacketSocketTest::otherSocketsAreNone() {
    ATTACH();
    ENFORCE({});
    CLIENT(client);
    QVERIFY(isOk(ASK(client, QStringLiteral("open udp ") + kServerV4)));
    QVERIFY(socketsOf(*client).isEmpty());
}

QTEST_GUILESS_MAIN(PacketSocketTest)
#include "packet_socket_test.moc"
