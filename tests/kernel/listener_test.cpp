// Who waits for others to call is found, whatever became of its program's name.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QFileInfo>
#include <cerrno>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;

namespace {

constexpr quint16 kDoor = 7130;

}  // namespace

class ListenerTest : public LabFixture {
    Q_OBJECT
  private slots:
    void whoListensIsFoundUntilItCloses_data();
    void whoListensIsFoundUntilItCloses();
    void soIsWhoDidNotChooseThePort();
    void soIsOneOfAnotherNetworkNamespace();
    void soIsWhoListenedBeforeTheStart();
    void whoCallsDoesNotListen();
    void aDoorWithoutANumberIsWhoseItWas();
    void aDoorOfMptcpIsNotTheKernels();

  private:
    // What is found of this process.
    QList<kernel::ListeningSocket> doorsOf(const Peer& peer);
};

QList<kernel::ListeningSocket> ListenerTest::doorsOf(const Peer& peer) {
    QList<kernel::ListeningSocket> all = lab_->kernel().listeningSockets().value_or({});
    all.removeIf([&](const auto& socket) { return socket.owner.pid != peer.pid(); });
    return all;
}

void ListenerTest::whoListensIsFoundUntilItCloses_data() {
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("local");
    QTest::addColumn<int>("protocol");
    QTest::newRow("TCP") << QStringLiteral("listen tcp %1").arg(kDoor) << "::" << int(IPPROTO_TCP);
    QTest::newRow("UDP") << QStringLiteral("listen udp %1").arg(kDoor) << "::" << int(IPPROTO_UDP);
    QTest::newRow("IPv4") << QStringLiteral("listenat 10.77.0.1 %1").arg(kDoor) << "10.77.0.1"
                          << int(IPPROTO_TCP);
    QTest::newRow("IPv6") << QStringLiteral("listenat fd77::1 %1").arg(kDoor) << "fd77::1"
                          << int(IPPROTO_TCP);
}

void ListenerTest::whoListensIsFoundUntilItCloses() {
    QFETCH(QString, command);
    QFETCH(QString, local);
    QFETCH(int, protocol);
    ATTACH();
    ENFORCE({});
    CLIENT(client);
    QVERIFY(doorsOf(*client).isEmpty());
    QVERIFY(isOk(ASK(client, command)));
    const QList<kernel::ListeningSocket> found = doorsOf(*client);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().local.toString(), local);
    QCOMPARE(found.first().localPort, kDoor);
    QCOMPARE(int(found.first().protocol), protocol);
    QVERIFY(found.first().cookie != 0);
    QCOMPARE(lab_->heard().processes.describe(found.first().owner).identity.path,
             QStringLiteral(PEER_PROGRAM));
    QCOMPARE(ASK(client, QStringLiteral("close")), QStringLiteral("ok"));
    QVERIFY(doorsOf(*client).isEmpty());
}

void ListenerTest::soIsWhoDidNotChooseThePort() {
    ATTACH();
    ENFORCE({});
    CLIENT(client);
    QVERIFY(isOk(ASK(client, QStringLiteral("listenanywhere"))));
    const QList<kernel::ListeningSocket> found = doorsOf(*client);
    QCOMPARE(found.size(), 1);
    QVERIFY(found.first().localPort != 0);
    QVERIFY(found.first().local.isUnspecified());
}

void ListenerTest::soIsOneOfAnotherNetworkNamespace() {
    ATTACH();
    ENFORCE({});
    CLIENT(client);
    QCOMPARE(ASK(client, QStringLiteral("leave")), QStringLiteral("ok"));
    QVERIFY(isOk(ASK(client, QStringLiteral("listen tcp %1").arg(kDoor))));
    QCOMPARE(doorsOf(*client).size(), 1);
}

void ListenerTest::soIsWhoListenedBeforeTheStart() {
    lab_->detach();
    CLIENT(early);
    const auto outsider = lab_->outsider();
    QVERIFY(outsider);
    QVERIFY(isOk(ASK(early, QStringLiteral("listen tcp %1").arg(kDoor))));
    QVERIFY(isOk(ASK(outsider, QStringLiteral("listenat 127.0.0.2 %1").arg(kDoor + 1))));
    ATTACH();
    lab_->drain();
    QVERIFY(doorsOf(*outsider).isEmpty());  // in another control group
    const QList<kernel::ListeningSocket> found = doorsOf(*early);
    QCOMPARE(found.size(), 1);
    QCOMPARE(lab_->heard().processes.describe(found.first().owner).identity.path,
             QStringLiteral(PEER_PROGRAM));
}

void ListenerTest::whoCallsDoesNotListen() {
    ATTACH();
    ENFORCE({}, api::Mode::Learn);
    CLIENT(client);
    // It has a port once it sends.
    QVERIFY(isOk(ASK(client, QStringLiteral("open udp ") + kServerV4)));
    QVERIFY(isOk(ASK(client, QStringLiteral("sendto %1 %2 10 1").arg(kServerV4).arg(kEcho))));
    QVERIFY(doorsOf(*client).isEmpty());
    // Nor does who chose its port, and talks to one peer.
    QVERIFY(isOk(ASK(client, QStringLiteral("open udp ") + kServerV4)));
    QVERIFY(isOk(ASK(client, QStringLiteral("bind %1 %2").arg(kClientV4).arg(kDoor))));
    QCOMPARE(doorsOf(*client).size(), 1);
    QVERIFY(isOk(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho))));
    QVERIFY(doorsOf(*client).isEmpty());
    QVERIFY(isOk(ASK(client, QStringLiteral("open tcp ") + kServerV4)));
    QVERIFY(isOk(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho))));
    QVERIFY(doorsOf(*client).isEmpty());
}

// Who listened stays, and its parent, which has the socket too, becomes an allowed program.
void ListenerTest::aDoorWithoutANumberIsWhoseItWas() {
    const QString other = lab_->copyOfPeer(QStringLiteral("other"));
    ATTACH();
    api::Rule only = rule(9, api::Action::Allow);
    only.app = {api::AppIdentity::Kind::Path, other, {}};
    ENFORCE({only}, api::Mode::Ask);
    CLIENT(client);
    const QString reply = ASK(client, QStringLiteral("listenanywhere"));
    QVERIFY2(isOk(reply), qPrintable(reply));
    QVERIFY(isOk(ASK(client, QStringLiteral("split"))));
    QVERIFY(ASK(client, QStringLiteral("become ") + other).startsWith(QLatin1String("ready")));
    const quint16 door = reply.mid(3).toUShort();
    lab_->forgetArrivals();
    lab_->server().tell(QStringLiteral("call %1 %2").arg(kClientV4).arg(door));
    QTRY_VERIFY(lab_->held(door));
    QCOMPARE(lab_->heard().processes.describe(lab_->held(door)->owner).path,
             QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath());
    QTest::qWait(2500);  // two further SYNs: by then whoever has it open was looked for
    QVERIFY(lab_->arrivals().isEmpty());
}

// Its packets come from sockets that the kernel made.
void ListenerTest::aDoorOfMptcpIsNotTheKernels() {
    ATTACH();
    api::Rule kernels = rule(9, api::Action::Allow);
    kernels.app.kind = api::AppIdentity::Kind::Kernel;
    ENFORCE({kernels}, api::Mode::Ask);
    CLIENT(client);
    const QString reply = ASK(client, QStringLiteral("listenanywhere mptcp"));
    if (reply == error(EPROTONOSUPPORT))
        QSKIP("the kernel has no MPTCP");
    QVERIFY2(isOk(reply), qPrintable(reply));
    const quint16 door = reply.mid(3).toUShort();
    lab_->server().tell(QStringLiteral("call %1 %2").arg(kClientV4).arg(door));
    QTRY_VERIFY(lab_->held(door));
    QCOMPARE(lab_->heard().processes.describe(lab_->held(door)->owner).path,
             QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath());
}

QTEST_GUILESS_MAIN(ListenerTest)
#include "listener_test.moc"
