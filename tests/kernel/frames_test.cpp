// Who may make sockets for whole frames is judged, with the engine and real sockets, where the
// kernel lets that be judged. SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QFileInfo>
#include <cerrno>

#include "bench_fixture.h"
#include "support/skip.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;
using api::BlockStyle;
using api::ConnectionState;
using api::Direction;

namespace {

api::Rule frames(Action action, BlockStyle style = BlockStyle::Error) {
    api::Rule rule = lab::rule(0, action, QStringLiteral("any"), 0, api::kFrames);
    rule.blockStyle = style;
    rule.app = {api::AppIdentity::Kind::Path, QStringLiteral(PEER_PROGRAM), {}};
    return rule;
}

api::Answer forEver(Action action) {
    api::Answer answer;
    answer.action = action;
    answer.scope = api::Scope::Everything;
    answer.lifetime = api::Lifetime::Forever;
    return answer;
}

const QString kOk = QStringLiteral("ok");

}  // namespace

class FramesTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void rulesDecide_data();
    void rulesDecide();
    void everyWayToOneIsJudged_data();
    void everyWayToOneIsJudged();
    void otherSocketsAreMadeAsBefore();
    void theModeDecidesWithoutARule_data();
    void theModeDecidesWithoutARule();
    void nothingIsHeldWhileTheFirewallIsPaused();
    void whoHasNoRuleIsRefusedAndAskedAbout();
    void nobodyIsAskedAboutWhoMayNotAnyway();
    void pppOverEthernetNeedsNoRightsAndIsAskedAbout();
    void anAnswerIsForTheNextAttempt();
    void anAnswerForOnceIsForTheProcess();
    void aQuestionOutlivesItsProgram();
    void nobodyAnswersInTime();
    void whoHasARuleIsKnownBeforeItIsRun();
    void whoIsNotKnownYetIsAskedAboutOnlyWithoutARule();
    void anotherNamespaceIsNoWayAround();
    void withoutAHelperTheKernelGoesOn();
    void whatAnEarlierVersionLeftIsAddedTo();
    void aSocketThatIsOpenStaysOpenAndIsNamed();

  private:
    void furnish() override;
    std::unique_ptr<Peer> known();
    QString opened(Peer& client, const char* kind = "packet") {
        return said(client, QStringLiteral("openframes ") + QLatin1String(kind));
    }
    // Of the flows of frames, the last one's.
    std::optional<ConnectionState> listed() const;
};

void FramesTest::furnish() {
    Bench bench;
    SUCCEEDS(bench.start(lab_->cgroup()));
    if (!bench.kernel->judgesFrames())
        SKIP_ALL("the BPF LSM does not run here, or takes no program for a control group");
}

// A client whose program the kernel knows by now.
std::unique_ptr<Peer> FramesTest::known() {
    auto client = lab_->client();
    const auto isNamed = [&] {
        bench_->engine->drain();
        kernel::Owner owner;
        owner.pid = client->pid();
        owner.serial = bench_->processes.living().value(owner.pid);
        return bench_->processes.describe(owner).identity.path == QStringLiteral(PEER_PROGRAM);
    };
    return client && QTest::qWaitFor(isNamed, kPatience) ? std::move(client) : nullptr;
}

std::optional<ConnectionState> FramesTest::listed() const {
    bench_->engine->drain();
    std::optional<ConnectionState> state;
    const QList<api::Connection> all = bench_->engine->connections();
    for (const api::Connection& connection : all)
        if (connection.protocol == api::kFrames)
            state = connection.state;
    return state;
}

void FramesTest::rulesDecide_data() {
    QTest::addColumn<api::Mode>("mode");
    QTest::addColumn<api::Rule>("rule");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char* name, api::Mode mode, const api::Rule& rule, bool allowed) {
        QTest::newRow(name) << mode << rule << allowed;
    };
    const auto with = [](api::Rule rule, auto change) {
        change(rule);
        return rule;
    };
    const api::Rule allow = frames(Action::Allow);
    row("allowed", api::Mode::LockDown, allow, true);
    row("blocked", api::Mode::Learn, frames(Action::Block), false);
    row("refused", api::Mode::Learn, frames(Action::Block, BlockStyle::Refuse), false);
    row("silently", api::Mode::Learn, frames(Action::Block, BlockStyle::Silent), false);
    row("audited", api::Mode::LockDown, frames(Action::Audit), true);
    row("every protocol", api::Mode::LockDown, with(allow, [](auto& r) { r.protocol = 0; }), true);
    row("of TCP", api::Mode::LockDown, with(allow, [](auto& r) { r.protocol = 6; }), false);
    row("inbound", api::Mode::LockDown,
        with(allow,
             [](auto& r) {
                 r.protocol = 0;
                 r.direction = Direction::Inbound;
             }),
        false);
    row("to an address", api::Mode::LockDown,
        with(allow,
             [](auto& r) {
                 r.protocol = 0;
                 r.remote = api::Remote::parse(kServerV4).value();
             }),
        false);
    row("by an interface", api::Mode::LockDown,
        with(allow,
             [](auto& r) {
                 r.protocol = 0;
                 r.interface = QStringLiteral("lo");
             }),
        false);
    row("of another user", api::Mode::LockDown, with(allow, [](auto& r) { r.user = 4242; }), false);
    row("of another program", api::Mode::LockDown,
        with(allow, [](auto& r) { r.app.path = QStringLiteral("/usr/bin/true"); }), false);
}

void FramesTest::rulesDecide() {
    QFETCH(api::Mode, mode);
    QFETCH(api::Rule, rule);
    QFETCH(bool, allowed);
    SUCCEEDS(bench_->engine->setMode(mode));
    const auto added = bench_->engine->addRule(rule);
    QVERIFY2(added, added ? "" : qPrintable(added.error().text));
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client), allowed ? kOk : error(EPERM));
    QTRY_VERIFY(listed());
    QCOMPARE(*listed(), !allowed                       ? ConnectionState::Blocked
                        : rule.action == Action::Audit ? ConnectionState::Audited
                                                       : ConnectionState::Allowed);
    QVERIFY(!bench_->asked());
}

void FramesTest::everyWayToOneIsJudged_data() {
    QTest::addColumn<QByteArray>("kind");
    for (const char* kind : {"packet", "xdp", "pppoe", "old", "uring"})
        QTest::newRow(kind) << QByteArray(kind);
}

void FramesTest::everyWayToOneIsJudged() {
    QFETCH(QByteArray, kind);
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client, kind.constData()), error(EPERM));
    QVERIFY(bench_->engine->addRule(frames(Action::Allow)));
    const QString allowed = opened(*client, kind.constData());
    if (allowed == error(EAFNOSUPPORT) || allowed == error(EPROTONOSUPPORT))
        QSKIP("the kernel has no such sockets");
    QCOMPARE(allowed, kOk);
}

void FramesTest::otherSocketsAreMadeAsBefore() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    SUCCEEDS(bench_->engine->setBlockAll(true));
    const auto client = known();
    QVERIFY(client);
    for (const char* kind : {"tcp", "udp"})
        QVERIFY(
            isOk(said(*client, QStringLiteral("open %1 %2").arg(QLatin1String(kind), kServerV4))));
    QCOMPARE(opened(*client), error(EPERM));
}

void FramesTest::theModeDecidesWithoutARule_data() {
    QTest::addColumn<api::Mode>("mode");
    QTest::addColumn<bool>("allowed");
    QTest::addColumn<ConnectionState>("state");
    QTest::newRow("learn") << api::Mode::Learn << true << ConnectionState::Undecided;
    QTest::newRow("audit") << api::Mode::Audit << true << ConnectionState::Audited;
    QTest::newRow("lock down") << api::Mode::LockDown << false << ConnectionState::Blocked;
}

void FramesTest::theModeDecidesWithoutARule() {
    QFETCH(api::Mode, mode);
    QFETCH(bool, allowed);
    QFETCH(ConnectionState, state);
    SUCCEEDS(bench_->engine->setMode(mode));
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client), allowed ? kOk : error(EPERM));
    QTRY_VERIFY(listed());
    QCOMPARE(*listed(), state);
    QVERIFY(!bench_->asked());
}

void FramesTest::nothingIsHeldWhileTheFirewallIsPaused() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    SUCCEEDS(bench_->engine->pause(600));
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client), kOk);
    SUCCEEDS(bench_->engine->pause(0));
    QCOMPARE(opened(*client), error(EPERM));
}

void FramesTest::whoHasNoRuleIsRefusedAndAskedAbout() {
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client), error(EPERM));
    QTRY_VERIFY(bench_->asked());
    QCOMPARE(opened(*client, "xdp"), error(EPERM));
    bench_->engine->drain();
    const QList<api::Question> questions = bench_->engine->questions();
    QCOMPARE(questions.size(), 1);
    const api::Question& question = questions.constFirst();
    QCOMPARE(question.protocol, api::kFrames);
    QCOMPARE(question.direction, Direction::Outbound);
    QVERIFY(question.remote.isUnspecified());
    QVERIFY(question.names.isEmpty());
    QCOMPARE(question.process.identity.path, QStringLiteral(PEER_PROGRAM));
    QCOMPARE(question.process.pid, client->pid());
    QCOMPARE(question.waiting, 1u);
}

void FramesTest::nobodyIsAskedAboutWhoMayNotAnyway() {
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(said(*client, QStringLiteral("weaken")), QStringLiteral("ok 0"));
    QCOMPARE(opened(*client), error(EPERM));
    bench_->engine->drain();
    QVERIFY(!bench_->asked());
    QVERIFY(!listed());
    // In a namespace of its own it may.
    QCOMPARE(said(*client, QStringLiteral("away")), kOk);
    QCOMPARE(opened(*client), error(EPERM));
    QTRY_VERIFY(bench_->asked());
}

void FramesTest::pppOverEthernetNeedsNoRightsAndIsAskedAbout() {
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(said(*client, QStringLiteral("weaken")), QStringLiteral("ok 0"));
    QCOMPARE(opened(*client, "pppoe"), error(EPERM));
    QTRY_VERIFY(bench_->asked());
}

void FramesTest::anAnswerIsForTheNextAttempt() {
    const auto client = known();
    QVERIFY(client);
    const QList<api::Rule> before = bench_->engine->rules();
    QCOMPARE(opened(*client), error(EPERM));
    QTRY_VERIFY(bench_->asked());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), forEver(Action::Allow)));
    QVERIFY(!bench_->asked());
    QCOMPARE(opened(*client), kOk);
    QCOMPARE(bench_->engine->rules().size(), before.size() + 1);
    const auto other = known();
    QVERIFY(other);
    QCOMPARE(opened(*other), kOk);
    QCOMPARE(bench_->kept("answers"), 0);
    // Nothing of it is open: it is told each time.
    QTRY_COMPARE(bench_->engine->status().connections, 0u);
}

void FramesTest::anAnswerForOnceIsForTheProcess() {
    const auto client = known();
    const auto other = known();
    QVERIFY(client && other);
    QCOMPARE(opened(*client), error(EPERM));
    QTRY_VERIFY(bench_->asked());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    QCOMPARE(opened(*client), kOk);
    QCOMPARE(opened(*client), kOk);
    QVERIFY(!bench_->asked());
    QCOMPARE(opened(*other), error(EPERM));
    QTRY_VERIFY(bench_->asked());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Block)));
    QCOMPARE(opened(*other), error(EPERM));
    bench_->engine->drain();
    QVERIFY(!bench_->asked());
    QCOMPARE(bench_->kept("answers"), 2);
}

void FramesTest::aQuestionOutlivesItsProgram() {
    auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client), error(EPERM));
    QTRY_VERIFY(bench_->asked());
    const quint64 serial = bench_->engine->questions().constFirst().process.serial;
    client.reset();
    // That somebody has ended wakes nobody.
    QTRY_VERIFY((bench_->engine->drain(), !bench_->processes.isAlive(serial)));
    QVERIFY(bench_->asked());
    QVERIFY(!bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    SUCCEEDS(bench_->engine->answer(bench_->asked(), forEver(Action::Allow)));
    const auto next = known();
    QVERIFY(next);
    QCOMPARE(opened(*next), kOk);
}

void FramesTest::nobodyAnswersInTime() {
    bench_->engine->addAgent({QStringLiteral(":1.7"), getuid(), false});
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client), error(EPERM));
    QTRY_VERIFY(bench_->asked());
    bench_->clock.aheadMs += 61'000;
    bench_->engine->expire();
    QVERIFY(!bench_->asked());
    QCOMPARE(bench_->engine->status().missed, 1u);
    // As with a connection: this one is not asked about again.
    QCOMPARE(opened(*client), error(EPERM));
    bench_->engine->drain();
    QVERIFY(!bench_->asked());
    const api::QuestionId missed = bench_->engine->questions().constFirst().id;
    SUCCEEDS(bench_->engine->answer(missed, forEver(Action::Allow)));
    QCOMPARE(opened(*client), kOk);
}

// Its file was never seen by the helper, which is away when it begins.
// Nobody is there who could say who it is.
void FramesTest::whoHasARuleIsKnownBeforeItIsRun() {
    const QString path = lab_->copyOfPeer(QStringLiteral("brings-up-the-network"));
    api::Rule rule = frames(Action::Allow);
    rule.app.path = path;
    QVERIFY(bench_->engine->addRule(rule));
    bench_->end();
    const auto client = lab_->client(path);
    QVERIFY(client);
    QCOMPARE(ASK(client, QStringLiteral("openframes packet")), kOk);
}

void FramesTest::whoIsNotKnownYetIsAskedAboutOnlyWithoutARule() {
    const QString with = lab_->copyOfPeer(QStringLiteral("with"));
    const QString without = lab_->copyOfPeer(QStringLiteral("without"));
    api::Rule rule = frames(Action::Allow);
    rule.app.path = with;
    QVERIFY(bench_->engine->addRule(rule));
    bench_->end();
    QVERIFY(QFile::setPermissions(with, QFile::permissions(with)));  // another file by its ctime
    const auto ruled = lab_->client(with);
    const auto stranger = lab_->client(without);
    QVERIFY(ruled && stranger);
    QCOMPARE(ASK(ruled, QStringLiteral("openframes packet")), error(EPERM));
    QCOMPARE(ASK(stranger, QStringLiteral("openframes packet")), error(EPERM));
    bench_->processes = {};
    SUCCEEDS(bench_->start(lab_->cgroup()));
    QTRY_VERIFY(bench_->asked());
    QCOMPARE(bench_->engine->questions().size(), 1);
    QCOMPARE(bench_->engine->questions().constFirst().process.identity.path, without);
    QCOMPARE(opened(*ruled), kOk);
    QCOMPARE(opened(*stranger), error(EPERM));
}

void FramesTest::anotherNamespaceIsNoWayAround() {
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(said(*client, QStringLiteral("leave")), kOk);
    QCOMPARE(opened(*client), error(EPERM));
    QTRY_VERIFY(bench_->asked());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), forEver(Action::Allow)));
    QCOMPARE(opened(*client), kOk);
}

void FramesTest::withoutAHelperTheKernelGoesOn() {
    const QString other = lab_->copyOfPeer(QStringLiteral("other"));
    QVERIFY(bench_->engine->addRule(frames(Action::Allow)));
    const auto client = known();
    const auto stranger = lab_->client(other);
    QVERIFY(client && stranger);
    bench_->engine->drain();
    for (const bool there : {true, false, true}) {
        if (there && !bench_->engine)
            SUCCEEDS(bench_->start(lab_->cgroup()));
        else if (!there)
            bench_->end();
        QCOMPARE(there ? opened(*client) : ASK(client, QStringLiteral("openframes packet")), kOk);
        QCOMPARE(there ? opened(*stranger) : ASK(stranger, QStringLiteral("openframes packet")),
                 error(EPERM));
    }
    QVERIFY(bench_->kernel->judgesFrames());
    bench_->end();
    SUCCEEDS(kernel::removePins(pins_));
    QCOMPARE(ASK(stranger, QStringLiteral("openframes packet")), kOk);
}

// One that had no program for this.
void FramesTest::whatAnEarlierVersionLeftIsAddedTo() {
    const QString link = pins_ + kernel::kCurrentPins + QStringLiteral("/links/sp_socket_create");
    bench_->end();
    QVERIFY(QFile::remove(link));
    const auto client = lab_->client();
    QVERIFY(client);
    QCOMPARE(ASK(client, QStringLiteral("openframes packet")), kOk);
    SUCCEEDS(bench_->start(lab_->cgroup()));
    QCOMPARE(opened(*client), error(EPERM));
    bench_->end();
    QVERIFY(QFileInfo::exists(link));
    QCOMPARE(ASK(client, QStringLiteral("openframes packet")), error(EPERM));
}

void FramesTest::aSocketThatIsOpenStaysOpenAndIsNamed() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    const auto client = known();
    QVERIFY(client);
    QCOMPARE(opened(*client), kOk);
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
    const auto sockets = bench_->kernel->packetSockets();
    QVERIFY(sockets);
    QVERIFY(std::any_of(sockets->cbegin(), sockets->cend(),
                        [&](const auto& socket) { return socket.owner.pid == client->pid(); }));
    QVERIFY(bench_->engine->status().framesJudged);
}

QTEST_GUILESS_MAIN(FramesTest)
#include "frames_test.moc"
