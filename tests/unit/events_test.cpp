// Records of the kernel's ring: what they become, and that a damaged one becomes nothing.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QTest>
#include <cstring>
#include <random>

#include "kernel/events.h"
#include "policy/compile.h"

using namespace sallyport;

namespace {

class Listener : public kernel::Sink {
  public:
    QList<kernel::ExecReport> execs;
    QList<kernel::FlowReport> flows, held, ended;
    QList<kernel::HeldPacket> packets, said;
    QList<kernel::DnsReport> dns;
    QList<quint32> usedUp;
    int others = 0;

    void onExec(const kernel::ExecReport& report) override { execs.append(report); }
    void onFork(const kernel::ForkReport&) override { ++others; }
    void onExit(quint64, qint32) override { ++others; }
    void onFlow(const kernel::FlowReport& report) override { flows.append(report); }
    void onHeld(const kernel::FlowReport& report, const kernel::HeldPacket& packet) override {
        held.append(report);
        packets.append(packet);
    }
    void onEnd(const kernel::FlowReport& report) override { ended.append(report); }
    void onSaid(const kernel::FlowReport&, const kernel::HeldPacket& packet) override {
        said.append(packet);
    }
    void onDns(const kernel::DnsReport& report) override { dns.append(report); }
    void onQuota(quint32 rule) override { usedUp.append(rule); }
    qsizetype heard() const {
        return execs.size() + flows.size() + held.size() + ended.size() + dns.size() + said.size() +
               usedUp.size() + others;
    }
};

template <class Event>
Event made(quint32 type) {
    Event record;
    memset(&record, 0, sizeof(record));
    const sp_event head{type, sizeof(record), 0};
    memcpy(&record, &head, sizeof(head));
    return record;
}

template <class Event>
QByteArrayView bytesOf(const Event& event) {
    return {reinterpret_cast<const char*>(&event), qsizetype(sizeof(event))};
}

// As the ring has it: it ends where the text does.
QByteArray exec(QByteArrayView path, QByteArrayView arguments, QByteArrayView script = {},
                quint32 flags = 0) {
    auto event = made<sp_event_exec>(SP_EVENT_EXEC);
    event.head.size =
        quint32(sizeof(event)) + quint32(path.size() + arguments.size() + script.size());
    event.task.serial = 7;
    event.tgid = 1234;
    event.flags = flags;
    event.path_bytes = quint32(path.size());
    event.argv_bytes = quint32(arguments.size());
    event.script_bytes = quint32(script.size());
    QByteArray record = bytesOf(event).toByteArray();
    return record.append(path).append(arguments).append(script);
}

// With an array's own zero.
template <size_t n>
QByteArrayView whole(const char (&bytes)[n]) {
    return {bytes, qsizetype(n)};
}

QByteArray curl(quint32 flags = 0) {
    return exec(whole("curl\0bin\0usr"), whole("curl\0-o\0\0x y"), {}, flags);
}

sp_event_held_small heldSyn() {
    auto held = made<sp_event_held_small>(SP_EVENT_HELD);
    held.flow.key.cookie = 99;
    held.flow.key.rport = 443;
    held.flow.key.protocol = 6;
    held.flow.flow.decision = SP_DECISION(5, 0, SP_REASON_MODE, SP_VERDICT_HOLD);
    held.flow.direction = SP_DIRECTION_OUT;
    held.flow.packet_bytes = 3;
    held.flow.packet_whole = 1;
    memcpy(held.packet, "abc", 3);
    return held;
}

sp_event_dns_small dnsAnswer() {
    auto event = made<sp_event_dns_small>(SP_EVENT_DNS);
    event.dns.cookie = 99;
    event.dns.owner.serial = 7;
    event.dns.server = policy::toKernel(api::Address::v4(0xc0000235));
    event.dns.port = 53;
    event.dns.lport = 40000;
    event.dns.answer = 1;
    event.dns.bytes = 3;
    memcpy(event.message, "abcd", 4);
    return event;
}

}  // namespace

class EventsTest : public QObject {
    Q_OBJECT
  private slots:
    void anExecHasItsPathAndArguments();
    void anArgumentThatIsCutIsNoOther();
    void aScriptThatIsCutIsNoOther();
    void aPathThatIsNotWholeIsNotAbsolute();
    void aHeldPacketComesWithItsFlow();
    void aPacketThatIsNotWholeIsNotSent();
    void whatWentOnIsNotHeld();
    void aFlowThatWaitsIsHeldHoweverItCame();
    void aDecisionIsTakenApart();
    void aFurtherPeerIsTold();
    void aDnsMessageComesWithItsSocketAndServer();
    void damagedRecordsAreNotHeard_data();
    void damagedRecordsAreNotHeard();
    void noBytesMakeItFail();
};

void EventsTest::anArgumentThatIsCutIsNoOther() {
    QByteArray arguments = "sh" + QByteArray(1, '\0');
    arguments.append(SP_ARGV_BYTES - 1 - arguments.size(), 'x');
    Listener listener;
    QVERIFY(kernel::dispatch(exec(whole("sh\0bin"), arguments), listener));
    QStringList heard = listener.execs.value(0).arguments;
    QCOMPARE(heard.size(), 2);
    QCOMPARE(heard[1].size(), qsizetype(SP_ARGV_BYTES) - 1 - 3 + 1);
    QVERIFY(heard[1].endsWith(QChar(0x2026)));
    arguments.back() = '\0';  // it just had room
    QVERIFY(kernel::dispatch(exec(whole("sh\0bin"), arguments), listener));
    heard = listener.execs.value(1).arguments;
    QVERIFY(heard.value(1).endsWith(u'x'));
}

void EventsTest::aScriptThatIsCutIsNoOther() {
    Listener listener;
    QVERIFY(kernel::dispatch(exec(whole("sh\0bin"), whole("sh"), whole("/opt/tool")), listener));
    QCOMPARE(listener.execs.value(0).script, QStringLiteral("/opt/tool"));
    const QByteArray room = '/' + QByteArray(SP_SCRIPT_BYTES - 3, 'x') + '\0';
    QVERIFY(kernel::dispatch(exec(whole("sh\0bin"), whole("sh"), room), listener));
    QCOMPARE(listener.execs.value(1).script.size(), room.size());  // all but its zero, and a mark
    QVERIFY(listener.execs.value(1).script.endsWith(QChar(0x2026)));
}

void EventsTest::anExecHasItsPathAndArguments() {
    Listener listener;
    QVERIFY(kernel::dispatch(curl(), listener));
    const kernel::ExecReport report = listener.execs.value(0);
    QCOMPARE(report.serial, quint64(7));
    QCOMPARE(report.pid, 1234);
    QCOMPARE(report.path, QStringLiteral("/usr/bin/curl"));
    QCOMPARE(report.arguments, QStringList({QStringLiteral("curl"), QStringLiteral("-o"), QString(),
                                            QStringLiteral("x y")}));
}

void EventsTest::aPathThatIsNotWholeIsNotAbsolute() {
    Listener listener;
    QVERIFY(kernel::dispatch(curl(SP_EXEC_TRUNCATED), listener));
    QCOMPARE(listener.execs.value(0).path, QStringLiteral("usr/bin/curl"));
    QVERIFY(listener.execs.value(0).truncated);
}

void EventsTest::aHeldPacketComesWithItsFlow() {
    Listener listener;
    QVERIFY(kernel::dispatch(bytesOf(heldSyn()), listener));
    QCOMPARE(listener.held.value(0).key.cookie, quint64(99));
    QCOMPARE(listener.packets.value(0).key, listener.held.value(0).key);
    QCOMPARE(listener.packets.value(0).bytes, QByteArray("abc"));
}

void EventsTest::aPacketThatIsNotWholeIsNotSent() {
    Listener listener;
    sp_event_held_small held = heldSyn();
    held.flow.packet_whole = 0;
    QVERIFY(kernel::dispatch(bytesOf(held), listener));
    QVERIFY(listener.packets.value(0).bytes.isEmpty());
}

void EventsTest::whatWentOnIsNotHeld() {
    Listener listener;
    sp_event_held_small said = heldSyn();
    said.flow.head.type = SP_EVENT_SAID;
    said.flow.packet_whole = 0;  // its beginning is worth reading
    QVERIFY(kernel::dispatch(bytesOf(said), listener));
    QCOMPARE(listener.heard(), 1);
    QCOMPARE(listener.said.value(0).key.cookie, quint64(99));
    QCOMPARE(listener.said.value(0).bytes, QByteArray("abc"));
}

void EventsTest::aFlowThatWaitsIsHeldHoweverItCame() {
    Listener listener;
    sp_event_held_small held = heldSyn();
    held.flow.head.type = SP_EVENT_FLOW;
    QVERIFY(kernel::dispatch(bytesOf(held), listener));
    QCOMPARE(listener.held.size(), 1);
    QVERIFY(listener.flows.isEmpty());
}

void EventsTest::aDecisionIsTakenApart() {
    Listener listener;
    sp_event_held_small held = heldSyn();
    held.flow.head.type = SP_EVENT_FLOW;
    held.flow.flow.decision = SP_DECISION(0xfffffffeu, 0xfffffe, SP_REASON_RULE, SP_VERDICT_ALLOW);
    QVERIFY(kernel::dispatch(bytesOf(held), listener));
    const kernel::FlowReport report = listener.flows.value(0);
    QCOMPARE(report.generation, 0xfffffffeu);
    QCOMPARE(report.decision, (policy::Decision{SP_VERDICT_ALLOW, SP_REASON_RULE, 0xfffffe}));
}

// It has an entry that can be forgotten; what a socket knows of its first peer cannot.
void EventsTest::aFurtherPeerIsTold() {
    Listener listener;
    sp_event_held_small held = heldSyn();
    held.flow.head.type = SP_EVENT_FLOW;
    held.flow.flow.decision = SP_DECISION(5, 0, SP_REASON_MODE, SP_VERDICT_ALLOW);
    for (const int protocol : {int(IPPROTO_UDP), int(IPPROTO_TCP), SP_PROTOCOL_FRAMES}) {
        held.flow.key.protocol = quint8(protocol);
        for (const quint32 flags : {0u, SP_FLOW_PEER, SP_FLOW_ENDED}) {
            held.flow.flow.flags = SP_FLOW_OPEN | flags;
            QVERIFY(kernel::dispatch(bytesOf(held), listener));
            QCOMPARE(listener.flows.last().further, protocol == IPPROTO_UDP && flags == 0);
        }
    }
    sp_flow_key key{};
    key.protocol = IPPROTO_UDP;
    QVERIFY(kernel::toReport(key, sp_peer{}).further);
}

void EventsTest::aDnsMessageComesWithItsSocketAndServer() {
    Listener listener;
    sp_event_dns_small event = dnsAnswer();
    QVERIFY(kernel::dispatch(bytesOf(event), listener));
    const kernel::DnsReport report = listener.dns.value(0);
    QCOMPARE(report.cookie, quint64(99));
    QCOMPARE(report.owner.serial, quint64(7));
    QCOMPARE(report.server.toString(), QStringLiteral("192.0.2.53"));
    QCOMPARE(report.port, quint16(53));
    QCOMPARE(report.localPort, quint16(40000));
    QVERIFY(report.answer);
    QCOMPARE(report.message, QByteArray("abc"));
    event.dns.answer = 0;
    event.dns.bytes = sizeof(event.message);
    QVERIFY(kernel::dispatch(bytesOf(event), listener));
    QVERIFY(!listener.dns.value(1).answer);
    QCOMPARE(listener.dns.value(1).message.size(), qsizetype(SP_DNS_SMALL));
    QVERIFY(!listener.dns.value(1).stream);
    event.dns.stream = 1;
    event.dns.sequence = 0xfffffff0;
    event.dns.expected = 0xffffffe0;
    QVERIFY(kernel::dispatch(bytesOf(event), listener));
    QVERIFY(listener.dns.value(2).stream);
    QCOMPARE(listener.dns.value(2).sequence, 0xfffffff0u);
    QCOMPARE(listener.dns.value(2).expected, 0xffffffe0u);
}

void EventsTest::damagedRecordsAreNotHeard_data() {
    QTest::addColumn<QByteArray>("record");
    const QByteArray exec = curl();
    const QByteArray held = bytesOf(heldSyn()).toByteArray();
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("half a head") << exec.left(9);
    QTest::newRow("a cut exec") << exec.left(exec.size() - 1);
    QTest::newRow("a cut flow") << held.left(sizeof(sp_event_flow) - 1);
    QTest::newRow("a size of nothing") << QByteArray(exec).replace(4, 4, QByteArray(4, '\0'));
    QTest::newRow("a size beyond the end") << QByteArray(exec).replace(4, 4, QByteArray(4, '\x7f'));
    QTest::newRow("an unknown type") << QByteArray(exec).replace(0, 4, QByteArray(4, '\x7f'));
    for (const size_t length :
         {offsetof(sp_event_exec, path_bytes), offsetof(sp_event_exec, argv_bytes),
          offsetof(sp_event_exec, script_bytes)}) {
        QByteArray longer = exec;
        ++longer[qsizetype(length)];
        QTest::addRow("a text beyond its record, %zu", length) << longer;
        longer.replace(qsizetype(length), 4, QByteArray(4, '\xff'));
        QTest::addRow("a text without end, %zu", length) << longer;
    }
    sp_event_held_small longPacket = heldSyn();
    longPacket.flow.packet_bytes = sizeof(longPacket.packet) + 1;
    QTest::newRow("a packet beyond the record") << bytesOf(longPacket).toByteArray();
    sp_event_dns_small message = dnsAnswer();
    message.dns.head.size = sizeof(sp_event_dns) - 1;
    QTest::newRow("a cut DNS message") << bytesOf(message).toByteArray();
    message.dns.head.size = sizeof(sp_event_dns) + 2;
    QTest::newRow("a DNS message beyond its record") << bytesOf(message).toByteArray();
    message = dnsAnswer();
    message.dns.bytes = 0xffffffff;
    QTest::newRow("a DNS message without end") << bytesOf(message).toByteArray();
}

void EventsTest::damagedRecordsAreNotHeard() {
    QFETCH(QByteArray, record);
    Listener listener;
    const auto done = kernel::dispatch(record, listener);
    QVERIFY(!done);
    QCOMPARE(done.error().code, api::ErrorCode::Invalid);
    QCOMPARE(listener.heard(), 0);
}

void EventsTest::noBytesMakeItFail() {
    std::mt19937 random(7);
    Listener listener;
    const QByteArray seeds[] = {curl(), bytesOf(heldSyn()).toByteArray(),
                                bytesOf(made<sp_event_fork>(SP_EVENT_FORK)).toByteArray(),
                                bytesOf(made<sp_event_exit>(SP_EVENT_EXIT)).toByteArray(),
                                bytesOf(dnsAnswer()).toByteArray()};
    for (int round = 0; round < 20'000; ++round) {
        QByteArray record = seeds[random() % std::size(seeds)];
        for (unsigned flips = 1 + random() % 8; flips > 0; --flips)
            record[qsizetype(random()) % record.size()] = char(random());
        record.truncate(qsizetype(random()) % (record.size() + 8));
        (void)kernel::dispatch(record, listener).has_value();
    }
    QVERIFY(listener.heard() > 0);
}

QTEST_GUILESS_MAIN(EventsTest)
#include "events_test.moc"
