// What goes on without the helper, with a full ring, and with a second helper.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <bpf/bpf.h>
#include <netinet/in.h>

#include "bpf/abi.h"
#include "kernel/handle.h"
#include "kernel/pins.h"
#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;
using api::BlockStyle;

namespace {

constexpr quint32 kTinyRing = 4096 * 4;

}  // namespace

class SurviveTest : public LabFixture {
    Q_OBJECT
  private slots:
    void aFloodOfWaitingConnectionsIsReportedInTheEnd();
    void aFloodOfBlockedConnectionsIsBlocked_data();
    void aFloodOfBlockedConnectionsIsBlocked();
    void rulesHoldWhileThereIsNoHelper();
    void aNewHelperGoesOnWhereTheOldOneEnded();
    void connectionsArePacedWhileThereIsNoHelper();
    void whatWaitedIsReportedToTheNewHelper();
    void anotherBuildTakesOverWithoutAGap_data();
    void anotherBuildTakesOverWithoutAGap();
    void anotherGroupsPinsAreReplaced();
    void nothingIsLeftWhenPinsAreRemoved();
    void aSecondHelperIsRefused();
    void whatCannotWorkIsRefusedWithAReason_data();
    void whatCannotWorkIsRefusedWithAReason();

  private:
    qsizetype heldConnections();
    bool becomeOfAnotherVersion();
};

qsizetype SurviveTest::heldConnections() {
    lab_->drain();
    QSet<quint64> cookies;
    for (const kernel::FlowReport& report : std::as_const(lab_->heard().held))
        cookies.insert(report.key.cookie);
    return cookies.size();
}

void SurviveTest::aFloodOfWaitingConnectionsIsReportedInTheEnd() {
    constexpr int kFlood = 300;
    ATTACH(kTinyRing);
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    lab_->sleep(true);
    client->tell(QStringLiteral("flood tcp %1 %2 %3").arg(kServerV4).arg(kEcho).arg(kFlood));
    QCOMPARE(client->reply(), QStringLiteral("ok 0"));
    QVERIFY(lab_->kernel().counters().eventsLost > 0);
    lab_->sleep(false);
    QTRY_COMPARE_WITH_TIMEOUT(heldConnections(), kFlood, 60000);
    QVERIFY(lab_->arrivals().isEmpty());
    QCOMPARE(ASK(client, QStringLiteral("closeflood")), QStringLiteral("ok"));
}

void SurviveTest::aFloodOfBlockedConnectionsIsBlocked_data() {
    QTest::addColumn<QString>("kind");
    QTest::newRow("TCP") << "tcp";
    QTest::newRow("UDP") << "udp";
}

void SurviveTest::aFloodOfBlockedConnectionsIsBlocked() {
    QFETCH(QString, kind);
    constexpr int kFlood = 2000;
    ATTACH(kTinyRing);
    ENFORCE({blocked(1, BlockStyle::Error, QStringLiteral("any"), kEcho,
                     kind == QLatin1String("tcp") ? IPPROTO_TCP : IPPROTO_UDP)});
    CLIENT(client);
    lab_->sleep(true);
    client->tell(QStringLiteral("flood %1 %2 %3 %4").arg(kind, kServerV4).arg(kEcho).arg(kFlood));
    QCOMPARE(client->reply(), QStringLiteral("ok %1").arg(kFlood));
    QVERIFY(lab_->kernel().counters().eventsLost > 0);
    lab_->sleep(false);
    QVERIFY(lab_->arrivals().isEmpty());
    QCOMPARE(ASK(client, QStringLiteral("closeflood")), QStringLiteral("ok"));
}

void SurviveTest::rulesHoldWhileThereIsNoHelper() {
    ATTACH(SP_RING_BYTES, pins_);
    ENFORCE({blocked(1, BlockStyle::Refuse, QStringLiteral("any"), kEcho, IPPROTO_TCP),
             rule(2, Action::Allow, QStringLiteral("any"), kOther, IPPROTO_TCP)},
            api::Mode::Ask);
    CLIENT(client);
    lab_->detach();
    ASK(client, QStringLiteral("open tcp %1 700").arg(kServerV4));
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)),
             error(ECONNREFUSED));
    ASK(client, QStringLiteral("open tcp %1 10000").arg(kServerV4));
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kOther)),
             QStringLiteral("ok 0"));
    ASK(client, QStringLiteral("open tcp %1 700").arg(kServerV4));  // no rule, nobody to ask
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kSwallow)),
             error(EINPROGRESS));
    QTRY_COMPARE(lab_->arrivals(),
                 QStringList(QStringLiteral("tcp %1 %2").arg(kClientV4).arg(kOther)));
}

void SurviveTest::aNewHelperGoesOnWhereTheOldOneEnded() {
    ATTACH(SP_RING_BYTES, pins_);
    ENFORCE({rule(2, Action::Allow, QStringLiteral("any"), kOther, IPPROTO_TCP)});
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp %1 10000").arg(kServerV4));
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kOther)),
             QStringLiteral("ok 0"));
    QCOMPARE(ASK(client, QStringLiteral("send 10")), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kOther));
    const quint64 serial = lab_->flow(kOther)->owner.serial;
    const quint32 generation = lab_->flow(kOther)->generation;
    lab_->detach();
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));

    ATTACH(SP_RING_BYTES, pins_);
    // Before it has said anything, the old rules hold; its first table is the next.
    QCOMPARE(ASK(client, QStringLiteral("send 10")), QStringLiteral("ok 10"));
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    QVERIFY(lab_->heard().processes.isAlive(serial));
    const auto flows = lab_->kernel().flows();
    QVERIFY(flows);
    QVERIFY(std::any_of(flows->cbegin(), flows->cend(), [&](const kernel::FlowReport& flow) {
        return flow.owner.serial == serial && flow.key.remotePort == kOther;
    }));
    ENFORCE({blocked(4, BlockStyle::Error, QStringLiteral("any"), kOther, IPPROTO_TCP)});
    QCOMPARE(ASK(client, QStringLiteral("send 10")), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kOther) && lab_->flow(kOther)->decision.rule == 4);
    QVERIFY(lab_->flow(kOther)->generation > generation);
}

void SurviveTest::connectionsArePacedWhileThereIsNoHelper() {
    constexpr quint32 kRate = 50'000;
    ATTACH(SP_RING_BYTES, pins_);
    api::Rule limited = rule(3, Action::Allow, QStringLiteral("any"), kSwallow);
    limited.limit.up = kRate;
    ENFORCE({limited}, api::Mode::LockDown);
    CLIENT(client);
    const auto pace = [&] {
        ASK(client, QStringLiteral("open tcp ") + kServerV4);
        ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kSwallow));
        return ASK(client, QStringLiteral("pace")).section(u' ', 1).toUInt();
    };
    lab_->detach();
    const quint32 without = pace();
    QVERIFY(without > 0 && without <= kRate);
    ATTACH(SP_RING_BYTES, pins_);
    const quint32 after = pace();
    QVERIFY(after > 0 && after <= kRate);
}

void SurviveTest::whatWaitedIsReportedToTheNewHelper() {
    ATTACH(SP_RING_BYTES, pins_);
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    client->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_VERIFY(lab_->held(kEcho));
    lab_->detach();
    ATTACH(SP_RING_BYTES, pins_);
    QVERIFY(!client->hasSpoken());
    QTRY_VERIFY(lab_->held(kEcho));
    SUCCEEDS(lab_->allow(kEcho));
    QCOMPARE(client->reply(), QStringLiteral("ok 0"));
}

// What is pinned was left by a build whose maps mean something else.
bool SurviveTest::becomeOfAnotherVersion() {
    const kernel::Fd config(
        bpf_obj_get(kernel::mapPin(pins_ + kernel::kCurrentPins, SP_CONFIG_SECTION).constData()));
    sp_config content{};
    const quint32 key = 0;
    if (!config || bpf_map_lookup_elem(config.get(), &key, &content) != 0)
        return false;
    content.abi_version = SP_ABI_VERSION - 1;
    return bpf_map_update_elem(config.get(), &key, &content, BPF_ANY) == 0;
}

void SurviveTest::anotherBuildTakesOverWithoutAGap_data() {
    QTest::addColumn<bool>("otherVersion");
    QTest::newRow("the same maps, programs replaced") << false;
    QTest::newRow("other maps, everything made anew") << true;
}

void SurviveTest::anotherBuildTakesOverWithoutAGap() {
    QFETCH(bool, otherVersion);
    const QList<api::Rule> rules{blocked(1, BlockStyle::Error, QStringLiteral("any"), kEcho, 0),
                                 rule(2, Action::Allow, QStringLiteral("any"), kOther, 0)};
    ATTACH(SP_RING_BYTES, pins_);
    ENFORCE(rules);
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp %1 10000").arg(kServerV4));
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kOther)),
             QStringLiteral("ok 0"));
    QTRY_COMPARE(lab_->arrivals().size(), 1);
    lab_->detach();
    if (otherVersion)
        QVERIFY(becomeOfAnotherVersion());

    QCOMPARE(ASK(client, QStringLiteral("hammer %1 %2").arg(kServerV4).arg(kEcho)),
             QStringLiteral("ok"));
    QTest::qWait(20);
    ATTACH(SP_RING_BYTES, pins_);
    QTest::qWait(20);  // it has said nothing yet
    ENFORCE(rules);
    QTest::qWait(20);
    const int rounds = ASK(client, QStringLiteral("hush")).section(u' ', 1).toInt();
    QVERIFY2(rounds > 100, qPrintable(QString::number(rounds)));
    QCOMPARE(lab_->arrivals(), QStringList());

    // What ran goes on, and new ones are judged by the new programs alone.
    QCOMPARE(ASK(client, QStringLiteral("send 10")), QStringLiteral("ok 10"));
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    ENFORCE({rule(3, Action::Allow, QStringLiteral("any"), kEcho, 0)});
    ASK(client, QStringLiteral("open tcp %1 10000").arg(kServerV4));
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)),
             QStringLiteral("ok 0"));
    QTRY_COMPARE(lab_->arrivals().size(), 1);  // else the next test may see it
    const auto flow = [this] { return lab_->flow(kEcho); };
    QTRY_VERIFY(flow() && flow()->decision.rule == 3);
    QVERIFY(lab_->heard().processes.isAlive(flow()->owner.serial));
}

void SurviveTest::anotherGroupsPinsAreReplaced() {
    ATTACH(SP_RING_BYTES, pins_);
    ENFORCE({}, api::Mode::LockDown);
    lab_->detach();
    const QString other = lab_->cgroup() + QStringLiteral("/other");
    QVERIFY(QDir().mkdir(other));
    {
        const auto kernel = kernel::open({other, pins_, SP_RING_BYTES});
        QVERIFY2(kernel, kernel ? "" : qPrintable(kernel.error().text));
        QCOMPARE((*kernel)->cgroup(), other);
        QVERIFY(!(*kernel)->wholeSystem());
    }
    // Nothing enforces on the first group any more.
    const auto free = std::make_unique<Peer>();
    QVERIFY(free->start(QStringLiteral(PEER_PROGRAM), {QStringLiteral("client")}, lab_->cgroup()));
    ASK(free, QStringLiteral("open tcp ") + kServerV4);
    QCOMPARE(ASK(free, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)),
             QStringLiteral("ok 0"));
    QVERIFY(QDir().rmdir(other));
}

void SurviveTest::nothingIsLeftWhenPinsAreRemoved() {
    ATTACH(SP_RING_BYTES, pins_);
    ENFORCE({}, api::Mode::LockDown);
    CLIENT(client);
    lab_->detach();
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)), error(EPERM));
    SUCCEEDS(kernel::removePins(pins_));
    QVERIFY(!QDir(pins_).exists());
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)),
             QStringLiteral("ok 0"));
}

void SurviveTest::aSecondHelperIsRefused() {
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    const auto second = kernel::open({lab_->cgroup(), {}, SP_RING_BYTES});
    QVERIFY(!second);
    QCOMPARE(second.error().code, api::ErrorCode::Conflict);
    QVERIFY(second.error().text.contains(lab_->cgroup()));
    CLIENT(client);  // and has changed nothing
    ASK(client, QStringLiteral("open tcp ") + kServerV4);
    QCOMPARE(ASK(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho)), error(EPERM));
    lab_->detach();
}

void SurviveTest::whatCannotWorkIsRefusedWithAReason_data() {
    QTest::addColumn<QString>("cgroup");
    QTest::addColumn<QString>("pins");
    QTest::addColumn<int>("ringBytes");
    QTest::addColumn<QString>("reason");
    const QString here = lab_->cgroup();
    QTest::newRow("no such group") << QString(here + QStringLiteral("/none")) << ""
                                   << int(SP_RING_BYTES) << "there is no cgroup";
    QTest::newRow("no group") << "/tmp"
                              << "" << int(SP_RING_BYTES) << "not in the cgroup v2 tree";
    QTest::newRow("pins elsewhere")
        << here << "/tmp/sallyport-pins" << int(SP_RING_BYTES) << "not in a BPF file system";
    QTest::newRow("odd ring") << here << "" << 5000 << "power of two";
}

void SurviveTest::whatCannotWorkIsRefusedWithAReason() {
    QFETCH(QString, cgroup);
    QFETCH(QString, pins);
    QFETCH(int, ringBytes);
    QFETCH(QString, reason);
    const auto opened = kernel::open({cgroup, pins, quint32(ringBytes)});
    QVERIFY(!opened);
    QVERIFY2(opened.error().text.contains(reason), qPrintable(opened.error().text));
    QVERIFY(!QFile::exists(QStringLiteral("/tmp/sallyport-pins")));
}

QTEST_GUILESS_MAIN(SurviveTest)
#include "survive_test.moc"
