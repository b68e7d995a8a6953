// What has no rule waits: what the program, the server and the helper see of it, and what the
// answer does. SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

class HoldTest : public LabFixture {
    Q_OBJECT
  private slots:
    void aHeldConnectionWaitsAndThenConnects_data() { addStreams(); }
    void aHeldConnectionWaitsAndThenConnects();
    void theAnswerTakesEffectAtOnce_data() { addStreams(); }
    void theAnswerTakesEffectAtOnce();
    void aHeldConnectionThatIsBlockedEndsAtOnce_data() { addStreams(); }
    void aHeldConnectionThatIsBlockedEndsAtOnce();
    void aRuleSavedMeanwhileReleasesWhatWaits_data() { addStreams(); }
    void aRuleSavedMeanwhileReleasesWhatWaits();
    void anAnswerIsForOneConnectionOnly();
    void aConnectionGivenUpIsHeardOf();
    void heldDatagramsArriveInOrderAndUnchanged_data() { addDatagrams(); }
    void heldDatagramsArriveInOrderAndUnchanged();
    void heldDatagramsThatAreBlockedNeverArrive_data() { addDatagrams(); }
    void heldDatagramsThatAreBlockedNeverArrive();
    void twoPeersOfOneSocketAreJudgedApart();
    void aKnockOnTheDoorWaitsForTheAnswer_data();
    void aKnockOnTheDoorWaitsForTheAnswer();
    void aDatagramFromOutsideWaitsForTheAnswer();
    void oneDoorOfTwoProgramsAtTwoAddresses();
    void whoseDoorItWasWhenItClosedAtOnce();
    void aGuestIsOfWhoLetHimInNotOfWhoHasTheDoorNow();
    void aDoorWithoutANumberHasAnOwner();
    void whoWaitedLongStartsAsFastAsOthers();
    void aDeadPeerIsTriedNoLongerThanByOthers();
    void moreConnectionsThanSlots();
    void anAnswerInAnotherNamespace();

  private:
    static void addStreams();
    static void addDatagrams();
};

void HoldTest::addStreams() {
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("from");
    QTest::newRow("IPv4") << kServerV4 << kClientV4;
    QTest::newRow("IPv6") << kServerV6 << kClientV6;
    QTest::newRow("IPv4 mapped") << QString(QStringLiteral("::ffff:") + kServerV4) << kClientV4;
}

void HoldTest::addDatagrams() {
    addStreams();
}

void HoldTest::aHeldConnectionWaitsAndThenConnects() {
    QFETCH(QString, server);
    QFETCH(QString, from);
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp ") + server);
    client->tell(QStringLiteral("connect %1 %2").arg(server).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    const kernel::FlowReport report = *lab_->held(kEcho);
    QCOMPARE(report.decision.verdict, SP_VERDICT_HOLD);
    QCOMPARE(report.owner.pid, client->pid());
    QCOMPARE(lab_->heard().packets.size(), 1);
    QVERIFY(!client->hasSpoken());
    QVERIFY(lab_->arrivals().isEmpty());

    SUCCEEDS(lab_->allow(kEcho));
    QCOMPARE(client->reply(), QStringLiteral("ok 0"));
    QTRY_COMPARE(lab_->arrivals().value(0), QStringLiteral("tcp %1 %2").arg(from).arg(kEcho));
    QCOMPARE(ASK(client, QStringLiteral("send 100000")), QStringLiteral("ok 100000"));
    QCOMPARE(ASK(client, QStringLiteral("receive 100000")), QStringLiteral("ok 100000"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.reason, SP_REASON_ANSWER);
    QVERIFY(lab_->flow(kEcho)->wasHeld);
}

// The copy must do it, not the kernel's next attempt half a second later: of several, one is quick.
void HoldTest::theAnswerTakesEffectAtOnce() {
    QFETCH(QString, server);
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    qint64 quickest = kPatience;
    for (int attempt = 0; attempt < 8 && quickest > 100; ++attempt) {
        lab_->heard().clearFlows();
        ASK(client, QStringLiteral("open tcp ") + server);
        client->tell(QStringLiteral("connect %1 %2").arg(server).arg(kEcho));
        QTRY_VERIFY(lab_->held(kEcho));
        QElapsedTimer clock;
        clock.start();
        SUCCEEDS(lab_->allow(kEcho));
        QCOMPARE(client->reply(), QStringLiteral("ok 0"));
        quickest = std::min(quickest, clock.elapsed());
    }
    QVERIFY2(quickest <= 100, qPrintable(QStringLiteral("%1 ms at best").arg(quickest)));
}

void HoldTest::aHeldConnectionThatIsBlockedEndsAtOnce() {
    QFETCH(QString, server);
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp ") + server);
    client->tell(QStringLiteral("connect %1 %2").arg(server).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    QVERIFY(!client->hasSpoken());
    SUCCEEDS(lab_->block(kEcho));
    QCOMPARE(client->reply(), error(ECONNABORTED));
    QVERIFY(lab_->arrivals().isEmpty());
}

void HoldTest::aRuleSavedMeanwhileReleasesWhatWaits() {
    QFETCH(QString, server);
    QFETCH(QString, from);
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp ") + server);
    client->tell(QStringLiteral("connect %1 %2").arg(server).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    ENFORCE({rule(7, Action::Allow)}, api::Mode::Ask);
    QCOMPARE(client->reply(), QStringLiteral("ok 0"));  // by the kernel's own next attempt
    QTRY_COMPARE(lab_->arrivals().value(0), QStringLiteral("tcp %1 %2").arg(from).arg(kEcho));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.rule, 7u);
}

void HoldTest::anAnswerIsForOneConnectionOnly() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(first);
    ASK(first, QStringLiteral("open tcp ") + kServerV4);
    first->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    SUCCEEDS(lab_->allow(kEcho));
    QCOMPARE(first->reply(), QStringLiteral("ok 0"));
    lab_->heard().clearFlows();
    CLIENT(second);
    ASK(second, QStringLiteral("open tcp ") + kServerV4);
    second->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    QVERIFY(!second->hasSpoken());
    SUCCEEDS(lab_->block(kEcho));
    QCOMPARE(second->reply(), error(ECONNABORTED));
}

void HoldTest::aConnectionGivenUpIsHeardOf() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp %1 700").arg(kServerV4));
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)),
             error(EINPROGRESS));
    QTRY_VERIFY(lab_->held(kEcho));
    ASK(client, QStringLiteral("close"));
    QTRY_VERIFY((lab_->drain(), !lab_->heard().ended.isEmpty()));
    QVERIFY(lab_->heard().ended.last().key == lab_->held(kEcho)->key);
}

void HoldTest::heldDatagramsArriveInOrderAndUnchanged() {
    QFETCH(QString, server);
    QFETCH(QString, from);
    constexpr int kSizes[] = {1, 512, 33, 1400, 256};
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open udp ") + server);
    QStringList expected;
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(
            ASK(client,
                QStringLiteral("sendto %1 %2 %3 %4").arg(server).arg(kEcho).arg(kSizes[i]).arg(i)),
            QStringLiteral("ok %1").arg(kSizes[i]));
        expected.append(
            QStringLiteral("udp %1 %2 %3 number %4").arg(from).arg(kEcho).arg(kSizes[i]).arg(i));
    }
    QTRY_VERIFY((lab_->drain(), lab_->heard().packets.size() == 5));
    QVERIFY(lab_->arrivals().isEmpty());
    SUCCEEDS(lab_->allow(kEcho));
    QTRY_COMPARE(lab_->arrivals().size(), 5);
    QCOMPARE(lab_->arrivals(), expected);
    // The answer comes back to the program, in the same order, and so does what it sends next.
    QCOMPARE(ASK(client, QStringLiteral("receive 1")), QStringLiteral("ok 1"));
    QCOMPARE(ASK(client, QStringLiteral("sendto %1 %2 77 9").arg(server).arg(kEcho)),
             QStringLiteral("ok 77"));
    QTRY_COMPARE(lab_->arrivals().size(), 6);
}

void HoldTest::heldDatagramsThatAreBlockedNeverArrive() {
    QFETCH(QString, server);
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open udp ") + server);
    const QString send = QStringLiteral("sendto %1 %2 20 1").arg(server).arg(kEcho);
    QCOMPARE(ASK(client, send), QStringLiteral("ok 20"));
    QTRY_VERIFY(lab_->held(kEcho));
    (void)lab_->block(kEcho).has_value();  // a socket that is not connected lives on
    QCOMPARE(ASK(client, send), error(EPERM));
    QVERIFY(lab_->arrivals().isEmpty());
}

void HoldTest::twoPeersOfOneSocketAreJudgedApart() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open udp ") + kServerV4);
    ASK(client, QStringLiteral("sendto %1 %2 20 1").arg(kServerV4).arg(kEcho));
    ASK(client, QStringLiteral("sendto %1 %2 30 2").arg(kServerV4).arg(kOther));
    QTRY_VERIFY(lab_->held(kEcho) && lab_->held(kOther));
    SUCCEEDS(lab_->allow(kOther));
    QTRY_COMPARE(lab_->arrivals(),
                 QStringList(QStringLiteral("udp %1 %2 30 number 2").arg(kClientV4).arg(kOther)));
    QCOMPARE(ASK(client, QStringLiteral("receive 30")), QStringLiteral("ok 30"));
    SUCCEEDS(lab_->allow(kEcho));
    QTRY_COMPARE(lab_->arrivals().size(), 2);
    QCOMPARE(ASK(client, QStringLiteral("receive 20")), QStringLiteral("ok 20"));
}

void HoldTest::aKnockOnTheDoorWaitsForTheAnswer_data() {
    QTest::addColumn<QString>("door");
    QTest::newRow("IPv4") << kClientV4;
    QTest::newRow("IPv6") << kClientV6;
}

void HoldTest::aKnockOnTheDoorWaitsForTheAnswer() {
    QFETCH(QString, door);
    constexpr quint16 kDoor = 7100;
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    QCOMPARE(ASK(client, QStringLiteral("listen tcp %1").arg(kDoor)), QStringLiteral("ok"));
    client->tell(QStringLiteral("accept"));
    lab_->server().tell(QStringLiteral("call %1 %2").arg(door).arg(kDoor));
    QTRY_VERIFY(lab_->held(kDoor));
    const kernel::FlowReport report = *lab_->held(kDoor);
    QVERIFY(report.inbound);
    QCOMPARE(report.localPort, kDoor);
    QCOMPARE(report.owner.pid, client->pid());
    QVERIFY(!client->hasSpoken());
    SUCCEEDS(lab_->allow(kDoor));  // the caller knocks again by itself
    QCOMPARE(client->reply(), QStringLiteral("ok"));
    QTRY_COMPARE(lab_->arrivals(), QStringList(QStringLiteral("called ok 0")));
}

void HoldTest::aDatagramFromOutsideWaitsForTheAnswer() {
    constexpr quint16 kDoor = 7101;
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    QCOMPARE(ASK(client, QStringLiteral("listen udp %1").arg(kDoor)), QStringLiteral("ok"));
    client->tell(QStringLiteral("receive 40"));
    lab_->server().tell(QStringLiteral("throw %1 %2 40").arg(kClientV4).arg(kDoor));
    QTRY_VERIFY(lab_->held(kDoor));
    QVERIFY(lab_->held(kDoor)->inbound);
    QVERIFY(!client->hasSpoken());
    ENFORCE({rule(3, Action::Allow)}, api::Mode::Ask);
    lab_->server().tell(QStringLiteral("throw %1 %2 40").arg(kClientV4).arg(kDoor));
    QCOMPARE(client->reply(), QStringLiteral("ok 40"));
}

void HoldTest::oneDoorOfTwoProgramsAtTwoAddresses() {
    constexpr quint16 kDoor = 7102;
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(first);
    CLIENT(second);
    QCOMPARE(ASK(first, QStringLiteral("listenat %1 %2").arg(kClientV4).arg(kDoor)),
             QStringLiteral("ok 0"));
    QCOMPARE(ASK(second, QStringLiteral("listenat %1 %2").arg(kClientV6).arg(kDoor)),
             QStringLiteral("ok 0"));
    for (const auto& [door, program] :
         {std::pair{kClientV4, first.get()}, {kClientV6, second.get()}, {kClientV4, first.get()}}) {
        SUCCEEDS(lab_->forgetFlows());
        program->tell(QStringLiteral("accept"));
        lab_->server().tell(QStringLiteral("call %1 %2").arg(door).arg(kDoor));
        QTRY_VERIFY(lab_->held(kDoor));
        QCOMPARE(lab_->held(kDoor)->owner.pid, program->pid());
        ENFORCE({rule(4, Action::Allow)}, api::Mode::Ask);
        QCOMPARE(program->reply(), QStringLiteral("ok"));
        QCOMPARE(ASK(program, QStringLiteral("send 10")), QStringLiteral("ok 10"));
        const auto accepted = [&] {
            lab_->drain();
            const auto& flows = lab_->heard().flows + lab_->heard().held;
            for (const kernel::FlowReport& flow : flows)
                if (flow.localPort == kDoor && flow.inbound && !flow.over &&
                    flow.decision.verdict != SP_VERDICT_HOLD)
                    return std::optional(flow);
            return std::optional<kernel::FlowReport>();
        };
        QTRY_VERIFY(accepted());
        QCOMPARE(accepted()->owner.pid, program->pid());
        QCOMPARE(accepted()->decision.verdict, SP_VERDICT_ALLOW);
        // It listens no more, having become what it accepted.
        QCOMPARE(ASK(program, QStringLiteral("listenat %1 %2").arg(door).arg(kDoor)),
                 QStringLiteral("ok 0"));
        ENFORCE({}, api::Mode::Ask);
    }
}

// It accepts and closes its listener within the tick of the clock in which its guest came; then the
// other program alone has a door with that number.
void HoldTest::whoseDoorItWasWhenItClosedAtOnce() {
    constexpr quint16 kDoor = 7105;
    ATTACH();
    ENFORCE({rule(4, Action::Allow)}, api::Mode::Ask);
    CLIENT(first);
    CLIENT(second);
    QCOMPARE(ASK(second, QStringLiteral("listenat %1 %2").arg(kClientV6).arg(kDoor)),
             QStringLiteral("ok 0"));
    const auto other = lab_->outsider();
    QVERIFY(isOk(ASK(other, QStringLiteral("open tcp ") + kClientV6)));
    QCOMPARE(ASK(other, QStringLiteral("connect %1 %2").arg(kClientV6).arg(kDoor)),
             QStringLiteral("ok 0"));
    for (int i = 0; i < 10; ++i) {
        SUCCEEDS(lab_->forgetFlows());
        QCOMPARE(ASK(first, QStringLiteral("listenat %1 %2").arg(kClientV4).arg(kDoor)),
                 QStringLiteral("ok 0"));
        const auto guest = lab_->outsider();
        QVERIFY(isOk(ASK(guest, QStringLiteral("open tcp ") + kClientV4)));
        first->tell(QStringLiteral("accept"));
        QCOMPARE(ASK(guest, QStringLiteral("connect %1 %2").arg(kClientV4).arg(kDoor)),
                 QStringLiteral("ok 0"));
        QCOMPARE(first->reply(), QStringLiteral("ok"));
        QCOMPARE(ASK(first, QStringLiteral("send 10")), QStringLiteral("ok 10"));
        const auto accepted = [&] {
            lab_->drain();
            for (const kernel::FlowReport& flow : lab_->heard().flows + lab_->heard().held)
                if (flow.localPort == kDoor && flow.inbound && flow.key.remote.isV4())
                    return std::optional(flow);
            return std::optional<kernel::FlowReport>();
        };
        QTRY_VERIFY(accepted());
        QCOMPARE(accepted()->owner.pid, first->pid());
    }
}

// As nc -l does: it accepts, closes the listener, and takes its time before it says a word. Then
// another program may have the port.
void HoldTest::aGuestIsOfWhoLetHimInNotOfWhoHasTheDoorNow() {
    constexpr quint16 kDoor = 7103;
    ATTACH();
    ENFORCE({rule(4, Action::Allow)}, api::Mode::Ask);
    CLIENT(first);
    CLIENT(second);
    const auto guest = lab_->outsider(), nextGuest = lab_->outsider();
    for (const auto& [program, visitor] :
         {std::pair{first.get(), guest.get()}, {second.get(), nextGuest.get()}}) {
        QCOMPARE(ASK(program, QStringLiteral("listenat %1 %2").arg(kClientV4).arg(kDoor)),
                 QStringLiteral("ok 0"));
        QVERIFY(isOk(ASK(visitor, QStringLiteral("open tcp ") + kClientV4)));
        QCOMPARE(ASK(visitor, QStringLiteral("connect %1 %2").arg(kClientV4).arg(kDoor)),
                 QStringLiteral("ok 0"));
        QCOMPARE(ASK(program, QStringLiteral("accept")), QStringLiteral("ok"));
    }
    for (Peer* program : {first.get(), second.get()}) {
        lab_->heard().clearFlows();
        QCOMPARE(ASK(program, QStringLiteral("send 10")), QStringLiteral("ok 10"));
        QTRY_VERIFY(lab_->flow(kDoor));
        QCOMPARE(lab_->flow(kDoor)->owner.pid, program->pid());
        QVERIFY(lab_->flow(kDoor)->inbound);
    }
}

// A listener that never called bind(): nobody saw it come.
void HoldTest::aDoorWithoutANumberHasAnOwner() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    const QString reply = ASK(client, QStringLiteral("listenanywhere"));
    QVERIFY2(isOk(reply), qPrintable(reply));
    const quint16 door = reply.mid(3).toUShort();
    lab_->server().tell(QStringLiteral("call %1 %2").arg(kClientV4).arg(door));
    QTRY_VERIFY(lab_->held(door) && lab_->held(door)->owner.pid == client->pid());
    SUCCEEDS(lab_->allow(door));
    client->tell(QStringLiteral("accept"));
    QCOMPARE(client->reply(), QStringLiteral("ok"));
}

// The kernel gives a connection whose SYN it repeated a window of one segment.
void HoldTest::whoWaitedLongStartsAsFastAsOthers() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    QFile control(QStringLiteral("/proc/sys/net/ipv4/tcp_congestion_control"));
    QVERIFY(control.open(QIODevice::WriteOnly));
    QVERIFY(control.write("reno") > 0 && control.flush());  // of this namespace
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    client->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kSwallow));
    QTRY_VERIFY(lab_->held(kSwallow));
    QTest::qWait(2500);  // two of its attempts, and one more
    // Its own next attempt does it. The copy would not do: its timestamp is that of the first SYN,
    // so that the kernel takes the others for needless.
    ENFORCE({rule(7, Action::Allow)}, api::Mode::Ask);
    QCOMPARE(client->reply(), QStringLiteral("ok 0"));
    QCOMPARE(ASK(client, QStringLiteral("window")), QStringLiteral("ok 10"));
}

void HoldTest::aDeadPeerIsTriedNoLongerThanByOthers() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp %1 4000").arg(kNobody));
    client->tell(QStringLiteral("connect %1 %2").arg(kNobody).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    SUCCEEDS(lab_->allow(kEcho));
    QTRY_VERIFY(lab_->flow(kEcho));  // the kernel tried by itself, and knows that it may
    QVERIFY(lab_->kernel().tidy());
    QCOMPARE(client->reply(), error(EINPROGRESS));
    const int retries = ASK(client, QStringLiteral("retries")).mid(3).toInt();
    QVERIFY2(retries >= 6 && retries < 20, qPrintable(QString::number(retries)));
}

// Every one has its owner, and what is over makes room.
void HoldTest::moreConnectionsThanSlots() {
    constexpr int kMany = int(SP_STREAM_SLOTS) + 500;
    ATTACH();
    ENFORCE({rule(5, Action::Allow)}, api::Mode::Ask);
    CLIENT(client);
    for (int round = 0; round < 2; ++round) {
        QCOMPARE(
            ASK(client, QStringLiteral("flood tcp %1 %2 %3").arg(kNobody).arg(kSwallow).arg(kMany)),
            QStringLiteral("ok 0"));
        const auto flows = lab_->kernel().flows();
        SUCCEEDS(flows);
        const auto mine = std::count_if(flows->begin(), flows->end(), [&](const auto& flow) {
            return flow.key.remotePort == kSwallow && flow.owner.pid == client->pid();
        });
        QCOMPARE(int(mine), kMany);
        QCOMPARE(ASK(client, QStringLiteral("closeflood")), QStringLiteral("ok"));
        const auto gone = [&] {
            const auto left = lab_->kernel().flows();
            return left && std::none_of(left->begin(), left->end(), [&](const auto& flow) {
                       return flow.key.remotePort == kSwallow;
                   });
        };
        QTRY_VERIFY_WITH_TIMEOUT(gone(), kPatience);
    }
}

void HoldTest::anAnswerInAnotherNamespace() {
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    SUCCEEDS(lab_->separate(*client));
    ASK(client, QStringLiteral("open tcp 10.79.0.1"));
    client->tell(QStringLiteral("connect 10.79.0.1 %1").arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    SUCCEEDS(lab_->allow(kEcho));
    QCOMPARE(client->reply(), QStringLiteral("ok 0"));
    QTRY_COMPARE(lab_->arrivals(), QStringList(QStringLiteral("tcp 10.79.0.2 %1").arg(kEcho)));

    // Nobody repeats these.
    lab_->heard().clearFlows();
    lab_->forgetArrivals();
    ASK(client, QStringLiteral("open udp 10.79.0.1"));
    QStringList expected;
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(ASK(client, QStringLiteral("sendto 10.79.0.1 %1 30 %2").arg(kOther).arg(i)),
                 QStringLiteral("ok 30"));
        expected.append(QStringLiteral("udp 10.79.0.2 %1 30 number %2").arg(kOther).arg(i));
    }
    // What the kernel itself sends as an interface comes up is held there too.
    const auto waiting = [this] {
        lab_->drain();
        const QList<kernel::HeldPacket>& packets = lab_->heard().packets;
        return std::count_if(packets.begin(), packets.end(), [](const kernel::HeldPacket& packet) {
            return packet.key.remotePort == kOther;
        });
    };
    QTRY_COMPARE(waiting(), 3);
    QVERIFY(lab_->arrivals().isEmpty());
    SUCCEEDS(lab_->allow(kOther));
    QTRY_COMPARE(lab_->arrivals(), expected);
    (void)lab_->kernel().tidy();

    lab_->heard().clearFlows();
    ASK(client, QStringLiteral("open tcp 127.0.0.1"));
    client->tell(QStringLiteral("connect 127.0.0.1 %1").arg(kOther));
    QTRY_VERIFY(lab_->held(kOther));
    SUCCEEDS(lab_->block(kOther));
    QCOMPARE(client->reply(), error(ECONNABORTED));
}

QTEST_GUILESS_MAIN(HoldTest)
#include "hold_test.moc"
