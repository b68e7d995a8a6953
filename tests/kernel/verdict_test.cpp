// What a program notices of the rules, and what the helper hears of the program.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QScopeGuard>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;
using api::BlockStyle;

namespace {

const QString kAny = QStringLiteral("any");

// A transport and a family; `server` is where, `from` whom the server sees.
void addWays() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("from");
    QTest::addColumn<int>("protocol");
    QTest::newRow("tcp4") << "tcp" << kServerV4 << kClientV4 << int(IPPROTO_TCP);
    QTest::newRow("tcp6") << "tcp" << kServerV6 << kClientV6 << int(IPPROTO_TCP);
    QTest::newRow("udp4") << "udp" << kServerV4 << kClientV4 << int(IPPROTO_UDP);
    QTest::newRow("udp6") << "udp" << kServerV6 << kClientV6 << int(IPPROTO_UDP);
    QTest::newRow("tcp4 mapped") << "tcp" << QString(QStringLiteral("::ffff:") + kServerV4)
                                 << kClientV4 << int(IPPROTO_TCP);
    QTest::newRow("udp4 mapped") << "udp" << QString(QStringLiteral("::ffff:") + kServerV4)
                                 << kClientV4 << int(IPPROTO_UDP);
}

}  // namespace

class VerdictTest : public LabFixture {
    Q_OBJECT
  private slots:
    void nothingPassesBeforeThereIsAPolicy();
    void anAllowedProgramTalks_data() { addWays(); }
    void anAllowedProgramTalks();
    void aBlockedProgramHearsItAtOnce_data() { addWays(); }
    void aBlockedProgramHearsItAtOnce();
    void aRefusedProgramHearsOfNobodyThere_data() { addWays(); }
    void aRefusedProgramHearsOfNobodyThere();
    void aSilencedProgramHearsNothing_data() { addWays(); }
    void aSilencedProgramHearsNothing();
    void lockDownBlocksWhatHasNoRule_data() { addWays(); }
    void lockDownBlocksWhatHasNoRule();
    void learnAllowsWhatHasNoRule_data() { addWays(); }
    void learnAllowsWhatHasNoRule();
    void anAuditLetsPassAndSaysSo_data() { addWays(); }
    void anAuditLetsPassAndSaysSo();
    void aBlockThatBecomesAnAuditLetsPass_data() { addWays(); }
    void aBlockThatBecomesAnAuditLetsPass();
    void noAddressIsThisMachine_data();
    void noAddressIsThisMachine();
    void aProgramOutsideTheGroupIsLeftAlone();
    void aRuleForOneProgramIsNotForAnother();
    void aScriptIsNeverWhatRunsIt();
    void aProgramThatIsGoneAtOnceHasAName();
    void aProgramThatBecomesAnotherIsAnother_data() { addWays(); }
    void aProgramThatBecomesAnotherIsAnother();
    void aUsedSocketIsJudgedInTheNameOfItsNextUser_data();
    void aUsedSocketIsJudgedInTheNameOfItsNextUser();
    void theLastProcessOfAnExecIsHeard();
    void aNewRuleCutsWhatRuns_data() { addWays(); }
    void aNewRuleCutsWhatRuns();
    void aDatagramSocketEndsForItsPeerAlone_data() { addWays(); }
    void aDatagramSocketEndsForItsPeerAlone();
    void aSocketFromBeforeIsJudged_data() { addWays(); }
    void aSocketFromBeforeIsJudged();
    void bytesAreCountedAsOnTheWire_data();
    void bytesAreCountedAsOnTheWire();
    void liveFlowsAreListed();
    void whatComesForASocketThatIsGoneIsNobodysFlow();
    void nobodyIsAskedAboutWhatTheKernelAnswersForASocketThatIsGone_data();
    void nobodyIsAskedAboutWhatTheKernelAnswersForASocketThatIsGone();
    void whoWatchesHearsOnceWhatWasCarried_data();
    void whoWatchesHearsOnceWhatWasCarried();
    void whatNobodyWatchesIsToldAtItsEnd_data();
    void whatNobodyWatchesIsToldAtItsEnd();
    void aNewRuleCutsWhatNobodyWatched();

  private:
    QString exchange(Peer& client, const QString& kind, const QString& server, quint16 port);
    bool arrived(const QString& kind, const QString& from, quint16 port);
};

// Connects or sends, and waits for the echo; what the program was told first goes wrong.
QString VerdictTest::exchange(Peer& client, const QString& kind, const QString& server,
                              quint16 port) {
    const QString at = QStringLiteral("%1 %2").arg(server).arg(port);
    client.ask(QStringLiteral("open %1 %2 1500").arg(kind, server));
    const QString first = kind == QLatin1String("tcp")
                              ? client.ask(QStringLiteral("connect ") + at)
                              : client.ask(QStringLiteral("sendto %1 10 7").arg(at));
    if (!isOk(first))
        return first;
    if (kind == QLatin1String("tcp") && !isOk(client.ask(QStringLiteral("send 10"))))
        return QStringLiteral("not sent");
    return client.ask(QStringLiteral("receive 10"));
}

bool VerdictTest::arrived(const QString& kind, const QString& from, quint16 port) {
    const QStringList seen = lab_->arrivals();
    return std::any_of(seen.cbegin(), seen.cend(), [&](const QString& line) {
        return line.startsWith(QStringLiteral("%1 %2 %3").arg(kind, from).arg(port));
    });
}

void VerdictTest::nothingPassesBeforeThereIsAPolicy() {
    ATTACH();
    CLIENT(client);
    ASK(client, QStringLiteral("open tcp %1 700").arg(kServerV4));
    QVERIFY(!isOk(ASK(client, QStringLiteral("connect %1 7000").arg(kServerV4))));
    ASK(client, QStringLiteral("close"));
    QVERIFY(!arrived(QStringLiteral("tcp"), kClientV4, kEcho));
}

void VerdictTest::anAllowedProgramTalks() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(QString, from);
    ATTACH();
    ENFORCE({rule(5, Action::Allow)}, api::Mode::LockDown);
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(arrived(kind, from, kEcho));
    QTRY_VERIFY(lab_->flow(kEcho));
    const kernel::FlowReport report = *lab_->flow(kEcho);
    QCOMPARE(report.decision.verdict, SP_VERDICT_ALLOW);
    QCOMPARE(report.decision.reason, SP_REASON_RULE);
    QCOMPARE(report.decision.rule, 5u);
    QCOMPARE(report.owner.pid, client->pid());
    QCOMPARE(report.key.remote, *api::Address::parse(server));
    QVERIFY(!report.inbound);
    QCOMPARE(lab_->heard().processes.describe(report.owner).path,
             QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath());
}

void VerdictTest::aBlockedProgramHearsItAtOnce() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(QString, from);
    QFETCH(int, protocol);
    ATTACH();
    ENFORCE({blocked(3, BlockStyle::Error, kAny, kEcho, quint8(protocol)), rule(4, Action::Allow)});
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), error(EPERM));
    QCOMPARE(exchange(*client, kind, server, kOther), QStringLiteral("ok 10"));
    QVERIFY(!arrived(kind, from, kEcho));
    QTRY_VERIFY(lab_->flow(kEcho));
    const kernel::FlowReport report = *lab_->flow(kEcho);
    QCOMPARE(report.decision.verdict, SP_VERDICT_BLOCK_ERROR);
    QCOMPARE(report.decision.rule, 3u);
}

void VerdictTest::aRefusedProgramHearsOfNobodyThere() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(QString, from);
    QFETCH(int, protocol);
    ATTACH();
    ENFORCE(
        {blocked(3, BlockStyle::Refuse, kAny, kEcho, quint8(protocol)), rule(4, Action::Allow)});
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), error(ECONNREFUSED));
    QCOMPARE(exchange(*client, kind, server, kOther), QStringLiteral("ok 10"));
    QVERIFY(!arrived(kind, from, kEcho));
}

void VerdictTest::aSilencedProgramHearsNothing() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(QString, from);
    QFETCH(int, protocol);
    ATTACH();
    ENFORCE(
        {blocked(3, BlockStyle::Silent, kAny, kEcho, quint8(protocol)), rule(4, Action::Allow)});
    CLIENT(client);
    // A connection is still being tried when the program's patience ends; a datagram seems sent and
    // is never answered.
    QCOMPARE(exchange(*client, kind, server, kEcho),
             error(kind == QLatin1String("tcp") ? EINPROGRESS : EAGAIN));
    QCOMPARE(exchange(*client, kind, server, kOther), QStringLiteral("ok 10"));
    QVERIFY(!arrived(kind, from, kEcho));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.verdict, SP_VERDICT_BLOCK_SILENT);
}

void VerdictTest::lockDownBlocksWhatHasNoRule() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(QString, from);
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), error(EPERM));
    QVERIFY(!arrived(kind, from, kEcho));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.reason, SP_REASON_MODE);
}

void VerdictTest::learnAllowsWhatHasNoRule() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    ATTACH();
    ENFORCE({}, api::Mode::Learn);
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.reason, SP_REASON_MODE);
}

void VerdictTest::anAuditLetsPassAndSaysSo() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    ATTACH();
    ENFORCE({}, api::Mode::Audit);
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.verdict, SP_VERDICT_ALLOW);
    QCOMPARE(lab_->flow(kEcho)->decision.reason, SP_REASON_AUDIT_MODE);
    lab_->heard().clearFlows();
    ENFORCE({rule(3, Action::Audit), rule(4, Action::Allow)}, api::Mode::LockDown);
    QCOMPARE(exchange(*client, kind, server, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision,
             (policy::Decision{SP_VERDICT_ALLOW, SP_REASON_AUDIT_RULE, 3}));
}

void VerdictTest::aBlockThatBecomesAnAuditLetsPass() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(int, protocol);
    ATTACH();
    api::Rule changing = blocked(3, BlockStyle::Silent, kAny, kEcho, quint8(protocol));
    ENFORCE({changing});
    CLIENT(client);
    const bool tcp = kind == QLatin1String("tcp");
    const QString at = QStringLiteral("%1 %2").arg(server).arg(kEcho);
    const QString send = tcp ? QStringLiteral("send 10") : QStringLiteral("sendto %1 10 7").arg(at);
    ASK(client, QStringLiteral("open %1 %2 1500").arg(kind, server));
    QCOMPARE(ASK(client, tcp ? QStringLiteral("connect ") + at : send),
             tcp ? error(EINPROGRESS) : QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.reason, SP_REASON_RULE);
    changing.action = Action::Audit;
    lab_->heard().clearFlows();
    ENFORCE({changing}, api::Mode::LockDown);
    // Sends, and connects with its next SYN: on a slow machine not within its patience.
    QTRY_COMPARE_WITH_TIMEOUT(ASK(client, send), QStringLiteral("ok 10"), kPatience);
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision,
             (policy::Decision{SP_VERDICT_ALLOW, SP_REASON_AUDIT_RULE, 3}));
}

void VerdictTest::noAddressIsThisMachine_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("none");
    QTest::addColumn<QString>("here");   // what the kernel makes of it
    QTest::addColumn<QString>("bound");  // to where the socket is; else to nothing
    for (const char* kind : {"tcp", "udp"}) {
        const auto row = [&](const char* none, const QString& here, const QString& bound) {
            QTest::addRow("%s %s %s", kind, none, qPrintable(bound))
                << QString::fromLatin1(kind) << QString::fromLatin1(none) << here << bound;
        };
        row("0.0.0.0", QStringLiteral("127.0.0.1"), {});
        row("::", QStringLiteral("::1"), {});
        row("::ffff:0.0.0.0", QStringLiteral("127.0.0.1"), {});
        row("0.0.0.0", kClientV4, kClientV4);
    }
}

// The calls' hooks see an address that is none, the packets where it leads.
void VerdictTest::noAddressIsThisMachine() {
    QFETCH(QString, kind);
    QFETCH(QString, none);
    QFETCH(QString, here);
    QFETCH(QString, bound);
    const bool stream = kind == QLatin1String("tcp");
    const auto host = lab_->outsider();
    QVERIFY(host);
    QCOMPARE(ASK(host, QStringLiteral("listen %1 %2").arg(kind).arg(kOther)), QStringLiteral("ok"));
    const auto attempt = [&](Peer& client) {
        client.ask(QStringLiteral("close"));
        client.ask(QStringLiteral("open %1 %2 700").arg(kind, none));
        if (!bound.isEmpty() && !isOk(client.ask(QStringLiteral("bind %1 0").arg(bound))))
            return QStringLiteral("not bound");
        return client.ask(stream ? QStringLiteral("connect %1 %2").arg(none).arg(kOther)
                                 : QStringLiteral("sendto %1 %2 10").arg(none).arg(kOther));
    };
    ATTACH();
    ENFORCE(
        {rule(5, Action::Allow, here), blocked(6, BlockStyle::Error, QStringLiteral("any"), 0, 0)},
        api::Mode::LockDown);
    CLIENT(client);
    QVERIFY2(isOk(attempt(*client)), "what is allowed to go there is refused");
    ENFORCE({rule(5, Action::Allow), blocked(6, BlockStyle::Error, here, kOther, 0)},
            api::Mode::Learn);
    lab_->heard().clearFlows();
    if (stream) {
        QVERIFY2(!isOk(attempt(*client)), "what is blocked got there");
    } else {
        const QString said = attempt(*client);
        QVERIFY(bound.isEmpty() ? said == error(EPERM) : isOk(said) || said == error(EPERM));
    }
    QTRY_VERIFY(lab_->flow(kOther));
    QCOMPARE(lab_->flow(kOther)->decision.rule, 6u);
    QCOMPARE(lab_->flow(kOther)->key.remote, *api::Address::parse(here));
}

void VerdictTest::aProgramOutsideTheGroupIsLeftAlone() {
    ATTACH();
    ENFORCE({}, api::Mode::LockDown);
    const auto outsider = lab_->outsider();
    QVERIFY(outsider);
    QCOMPARE(exchange(*outsider, QStringLiteral("tcp"), kServerV4, kEcho), QStringLiteral("ok 10"));
}

void VerdictTest::aRuleForOneProgramIsNotForAnother() {
    ATTACH();
    api::Rule only = rule(9, Action::Allow);
    only.app = {api::AppIdentity::Kind::Path, lab_->copyOfPeer(QStringLiteral("welcome")), {}};
    ENFORCE({only}, api::Mode::LockDown);
    CLIENT(welcome, only.app.path);
    CLIENT(other, lab_->copyOfPeer(QStringLiteral("unwelcome")));
    QCOMPARE(exchange(*welcome, QStringLiteral("tcp"), kServerV4, kEcho), QStringLiteral("ok 10"));
    QCOMPARE(exchange(*other, QStringLiteral("tcp"), kServerV4, kEcho), error(EPERM));
}

// However soon it connects, and whatever the kernel knows of the file by then.
void VerdictTest::aScriptIsNeverWhatRunsIt() {
    const QString runner = lab_->copyOfPeer(QStringLiteral("runner"));
    const QTemporaryDir folder;
    QFile script(folder.filePath(QStringLiteral("script")));
    QVERIFY(script.open(QIODevice::WriteOnly));
    QVERIFY(script.write("#!" + QFile::encodeName(runner) + " client\n") > 0);
    QVERIFY(script.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
    script.close();
    ATTACH();
    api::Rule only = rule(9, Action::Allow);
    only.app = {api::AppIdentity::Kind::Path, runner, {}};
    ENFORCE({only});
    CLIENT(itself, runner);
    QCOMPARE(exchange(*itself, QStringLiteral("tcp"), kServerV4, kEcho), QStringLiteral("ok 10"));
    lab_->sleep(true);
    const auto awake = qScopeGuard([this] { lab_->sleep(false); });
    Peer client;
    QVERIFY(client.start(script.fileName(), {}, lab_->cgroup()));
    QVERIFY(isOk(client.ask(QStringLiteral("open tcp %1 700").arg(kServerV4))));
    QCOMPARE(client.ask(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kOther)),
             error(EINPROGRESS));
    lab_->sleep(false);
    QTRY_VERIFY(lab_->held(kOther));
    QCOMPARE(lab_->held(kOther)->decision.verdict, SP_VERDICT_UNRESOLVED);
    const api::Process process = lab_->heard().processes.describe(lab_->held(kOther)->owner);
    QCOMPARE(process.identity.script, script.fileName());
}

void VerdictTest::aProgramThatIsGoneAtOnceHasAName() {
    const QString quick = lab_->copyOfPeer(QStringLiteral("quick"));
    ATTACH();
    ENFORCE({}, api::Mode::Ask);
    CLIENT(client);
    const QString reply =
        ASK(client, QStringLiteral("spawn %1 %2 %3").arg(quick, kServerV4).arg(kOther));
    QVERIFY(isOk(reply));  // the child has ended
    const qint32 pid = reply.section(u' ', 1).toInt();
    QTRY_VERIFY(lab_->held(kOther));
    const kernel::FlowReport report = *lab_->held(kOther);
    QCOMPARE(report.owner.pid, pid);
    const api::Process process = lab_->heard().processes.describe(report.owner);
    QCOMPARE(process.path, quick);
    QCOMPARE(process.identity.kind, api::AppIdentity::Kind::Path);
    QCOMPARE(process.commandLine,
             QStringList({quick, QStringLiteral("once"), kServerV4, QString::number(kOther)}));
    QCOMPARE(process.ancestors.value(0).pid, client->pid());
    QCOMPARE(process.ancestors.value(0).path,
             QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath());
    QTRY_VERIFY((lab_->drain(), lab_->heard().gone.contains(report.owner.serial)));
}

void VerdictTest::aProgramThatBecomesAnotherIsAnother() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    const QString other = lab_->copyOfPeer(QStringLiteral("other"));
    ATTACH();
    api::Rule only = rule(9, Action::Allow);
    only.app = {api::AppIdentity::Kind::Path,
                QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath(),
                {}};
    ENFORCE({only}, api::Mode::LockDown);
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    const quint64 before = lab_->flow(kEcho)->owner.serial;
    QVERIFY(ASK(client, QStringLiteral("become ") + other).startsWith(QLatin1String("ready")));
    QCOMPARE(exchange(*client, kind, server, kOther), error(EPERM));
    QTRY_VERIFY(lab_->flow(kOther));
    const kernel::FlowReport report = *lab_->flow(kOther);
    QCOMPARE(report.owner.pid, client->pid());
    QVERIFY(report.owner.serial != before);
    QCOMPARE(lab_->heard().processes.describe(report.owner).path, other);
}

void VerdictTest::aUsedSocketIsJudgedInTheNameOfItsNextUser_data() {
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("next");
    const QString there = QStringLiteral("%1 %2").arg(kServerV4).arg(kEcho);
    const QString sendTo = QStringLiteral("sendto %1 10 1").arg(there);
    QTest::newRow("sendto()") << sendTo << sendTo;
    QTest::newRow("connect()") << QStringLiteral("connect ") + there << QStringLiteral("send 10");
    QTest::newRow("both") << QStringLiteral("connect ") + there << sendTo;
}

// Nothing changes but who has it.
void VerdictTest::aUsedSocketIsJudgedInTheNameOfItsNextUser() {
    QFETCH(QString, call);
    QFETCH(QString, next);
    const QString other = lab_->copyOfPeer(QStringLiteral("other"));
    ATTACH();
    api::Rule only = rule(9, Action::Allow);
    only.app = {api::AppIdentity::Kind::Path,
                QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath(),
                {}};
    ENFORCE({only}, api::Mode::Ask);
    CLIENT(client);
    QVERIFY(isOk(ASK(client, QStringLiteral("open udp %1 200").arg(kServerV4))));
    QVERIFY(isOk(ASK(client, QStringLiteral("sendto %1 %2 10 1").arg(kServerV4).arg(kEcho))));
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    QVERIFY(ASK(client, QStringLiteral("become ") + other).startsWith(QLatin1String("ready")));
    QCOMPARE(ASK(client, QStringLiteral("take")), QStringLiteral("ok"));
    QVERIFY(isOk(ASK(client, call)));
    QVERIFY(isOk(ASK(client, next)));
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), error(EAGAIN));
    QTRY_VERIFY(lab_->held(kEcho));
    QCOMPARE(lab_->heard().processes.describe(lab_->held(kEcho)->owner).path, other);
}

void VerdictTest::theLastProcessOfAnExecIsHeard() {
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    auto client = lab_->client();
    QVERIFY(client);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    const quint64 serial = lab_->flow(kEcho)->owner.serial;
    QVERIFY(lab_->heard().processes.isAlive(serial));
    client.reset();
    QTRY_VERIFY((lab_->drain(), !lab_->heard().processes.isAlive(serial)));
    // The connection ends with it, and is told with what it carried.
    QTRY_VERIFY((lab_->drain(), !lab_->heard().ended.isEmpty()));
    QVERIFY(lab_->heard().ended.last().sent >= 10);
}

void VerdictTest::aNewRuleCutsWhatRuns() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(QString, from);
    QFETCH(int, protocol);
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    QCOMPARE(exchange(*client, kind, server, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(arrived(kind, from, kEcho));
    lab_->forgetArrivals();
    lab_->heard().clearFlows();
    ENFORCE({blocked(2, BlockStyle::Error, kAny, kEcho, quint8(protocol)), rule(1, Action::Allow)});
    if (kind == QLatin1String("tcp")) {
        QCOMPARE(ASK(client, QStringLiteral("send 10")), QStringLiteral("ok 10"));  // buffered
        QCOMPARE(ASK(client, QStringLiteral("receive 10")), error(EAGAIN));
    } else {
        QCOMPARE(ASK(client, QStringLiteral("sendto %1 %2 10 7").arg(server).arg(kEcho)),
                 error(EPERM));
        QVERIFY(!arrived(kind, from, kEcho));
    }
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.rule, 2u);
    if (kind == QLatin1String("tcp")) {  // the helper ends it, as the engine does
        const kernel::FlowReport report = *lab_->flow(kEcho);
        const auto aborted =
            lab_->kernel().abort(report.key, report.owner.netns, report.local, report.localPort);
        QVERIFY2(aborted, aborted ? "" : qPrintable(aborted.error().text));
        QCOMPARE(ASK(client, QStringLiteral("receive 10")), error(ECONNABORTED));
    }
}

void VerdictTest::aDatagramSocketEndsForItsPeerAlone() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    if (kind == QLatin1String("tcp"))
        return;  // its peer is the flow's
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    QVERIFY(isOk(ASK(client, QStringLiteral("open udp %1 1500").arg(server))));
    QVERIFY(isOk(ASK(client, QStringLiteral("connect %1 %2").arg(server).arg(kEcho))));
    QVERIFY(isOk(ASK(client, QStringLiteral("send 10"))));
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    QTRY_VERIFY(lab_->flow(kEcho));
    const kernel::FlowReport report = *lab_->flow(kEcho);
    const auto abort = [&](const kernel::FlowKey& key) {
        return lab_->kernel().abort(key, report.owner.netns, report.local, report.localPort);
    };
    kernel::FlowKey aside = report.key;  // of the same port
    aside.remote.bytes[15] ^= 1;
    QVERIFY(!abort(aside));
    QVERIFY(isOk(ASK(client, QStringLiteral("send 10"))));
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), QStringLiteral("ok 10"));
    QVERIFY(abort(report.key).has_value());
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), error(ECONNABORTED));
}

void VerdictTest::aSocketFromBeforeIsJudged() {
    QFETCH(QString, kind);
    QFETCH(QString, server);
    QFETCH(int, protocol);
    lab_->detach();
    CLIENT(client);
    ASK(client, QStringLiteral("open %1 %2 1500").arg(kind, server));
    QVERIFY(isOk(ASK(client, QStringLiteral("connect %1 %2").arg(server).arg(kEcho))));
    ATTACH();
    ENFORCE({blocked(2, BlockStyle::Error, kAny, kEcho, quint8(protocol)), rule(1, Action::Allow)});
    const QString sent = ASK(client, QStringLiteral("send 10"));
    if (kind == QLatin1String("udp"))
        QCOMPARE(sent, error(EPERM));
    else
        QCOMPARE(ASK(client, QStringLiteral("receive 10")), error(EAGAIN));
    QTRY_VERIFY(lab_->flow(kEcho));
    const kernel::FlowReport report = *lab_->flow(kEcho);
    QCOMPARE(report.decision.rule, 2u);
    QCOMPARE(report.owner.pid, client->pid());
    QVERIFY(!report.inbound);
}

void VerdictTest::bytesAreCountedAsOnTheWire_data() {
    QTest::addColumn<QString>("server");
    QTest::addColumn<int>("port");
    QTest::newRow("up, IPv4") << kServerV4 << int(kSwallow);
    QTest::newRow("up, IPv6") << kServerV6 << int(kSwallow);
    QTest::newRow("down, IPv4") << kServerV4 << int(kPour);
    QTest::newRow("down, IPv6") << kServerV6 << int(kPour);
}

void VerdictTest::bytesAreCountedAsOnTheWire() {
    QFETCH(QString, server);
    QFETCH(int, port);
    constexpr int kBytes = 8 << 20;
    // One address costs 52 bytes of headers a segment (20 IPv4, 20 TCP, 12 timestamps), the
    // other 72.
    const double headers = server == kServerV4 ? 52 : 72;
    const double onTheWire = kBytes * 1500.0 / (1500.0 - headers);
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    const auto segmentsSentAgain = [] {
        return kernelCounter(QStringLiteral("snmp"), "Tcp", "RetransSegs");
    };
    const quint64 before = segmentsSentAgain();
    ASK(client, QStringLiteral("open tcp ") + server);
    QVERIFY(isOk(ASK(client, QStringLiteral("connect %1 %2").arg(server).arg(port))));
    const QString verb = port == kSwallow ? QStringLiteral("send ") : QStringLiteral("receive ");
    QCOMPARE(ASK(client, verb + QString::number(kBytes)), QStringLiteral("ok %1").arg(kBytes));
    ASK(client, QStringLiteral("close"));
    QTRY_VERIFY((lab_->drain(), !lab_->heard().ended.isEmpty()));
    const kernel::FlowReport report = lab_->heard().ended.last();
    if (port == kSwallow) {
        // On a busy machine some of it goes twice.
        const double again = 1500.0 * double(segmentsSentAgain() - before);
        const double part = double(report.sent) / onTheWire;
        QVERIFY2(part > 0.99 && part < 1.01 + again / onTheWire,
                 qPrintable(QStringLiteral("%1, %2 bytes sent again").arg(part).arg(again)));
    } else {  // more may have come than was read
        QVERIFY2(double(report.received) / onTheWire > 0.99,
                 qPrintable(QString::number(double(report.received) / onTheWire)));
    }
}

void VerdictTest::liveFlowsAreListed() {
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4, kEcho), QStringLiteral("ok 10"));
    const auto flows = lab_->kernel().flows();
    QVERIFY(flows);
    const auto mine = std::find_if(flows->cbegin(), flows->cend(), [&](const auto& flow) {
        return flow.owner.pid == client->pid() && flow.key.remotePort == kEcho;
    });
    QVERIFY(mine != flows->cend());
    QVERIFY(mine->sent > 10 && mine->received > 10);
    QCOMPARE(mine->decision.rule, 1u);
}

// A packet finds the socket, and meets it when it has just ended.
void VerdictTest::whatComesForASocketThatIsGoneIsNobodysFlow() {
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    const auto left = [&] {
        const auto flows = lab_->kernel().flows();
        return flows ? std::count_if(flows->cbegin(), flows->cend(),
                                     [](const auto& flow) { return flow.key.remotePort == kPour; })
                     : -1;
    };
    QCOMPARE(client->ask(QStringLiteral("abandon %1 %2 3000").arg(kServerV4).arg(kPour)),
             QStringLiteral("ok 0"));
    QTRY_COMPARE(left(), 0);
}

void VerdictTest::nobodyIsAskedAboutWhatTheKernelAnswersForASocketThatIsGone_data() {
    QTest::addColumn<QString>("server");
    QTest::newRow("IPv4") << kServerV4;
    QTest::newRow("IPv6") << kServerV6;
}

// Data for a socket that nobody holds any more ends it, and is answered with a RST.
void VerdictTest::nobodyIsAskedAboutWhatTheKernelAnswersForASocketThatIsGone() {
    QFETCH(QString, server);
    ATTACH();
    api::Rule only = rule(1, Action::Allow);
    only.app = {api::AppIdentity::Kind::Path,
                QFileInfo(QStringLiteral(PEER_PROGRAM)).canonicalFilePath(),
                {}};
    ENFORCE({only});
    CLIENT(client);
    constexpr int kTimes = 100;
    QCOMPARE(client->ask(QStringLiteral("shout %1 %2 %3").arg(server).arg(kEcho).arg(kTimes)),
             QStringLiteral("ok 0"));
    const auto ended = [&] {
        lab_->drain();  // nobody is woken for the end of what was allowed
        return lab_->heard().ended.size();
    };
    QTRY_COMPARE(ended(), kTimes);
    QTest::qWait(100);
    QVERIFY(!lab_->held(kEcho));
    QCOMPARE(ended(), kTimes);
}

void VerdictTest::whoWatchesHearsOnceWhatWasCarried_data() {
    QTest::addColumn<QString>("protocol");
    for (const char* protocol : {"tcp", "udp"})
        QTest::newRow(protocol) << QString::fromLatin1(protocol);
}

void VerdictTest::whoWatchesHearsOnceWhatWasCarried() {
    QFETCH(QString, protocol);
    ATTACH();
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    const auto sent = [&]() -> quint64 {
        const auto flows = lab_->kernel().busyFlows();
        if (!flows)
            return 0;
        for (const kernel::FlowReport& flow : *flows) {
            if (flow.owner.pid == client->pid() && flow.key.remotePort == kEcho)
                return flow.sent;
        }
        return 0;
    };
    QCOMPARE(exchange(*client, protocol, kServerV4, kEcho), QStringLiteral("ok 10"));
    const quint64 first = sent();
    QVERIFY(first > 10);
    // An acknowledgement may have been on its way. Who asks for all flows changes nothing.
    QTRY_VERIFY(sent() == 0 && lab_->kernel().flows() && sent() == 0);
    const QString again = protocol == QLatin1String("tcp")
                              ? QStringLiteral("send 10")
                              : QStringLiteral("sendto %1 %2 10 7").arg(kServerV4).arg(kEcho);
    QVERIFY(isOk(client->ask(again)));
    QVERIFY(sent() > first);
}

void VerdictTest::whatNobodyWatchesIsToldAtItsEnd_data() {
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("from");
    QTest::newRow("tcp4") << kServerV4 << kClientV4;
    QTest::newRow("tcp6") << kServerV6 << kClientV6;
}

void VerdictTest::whatNobodyWatchesIsToldAtItsEnd() {
    QFETCH(QString, server);
    QFETCH(QString, from);
    ATTACH();
    const auto watchAgain = qScopeGuard([this] { lab_->kernel().setWatched(true); });
    lab_->kernel().setWatched(false);
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    const quint64 before = lab_->kernel().bootNs();
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), server, kEcho), QStringLiteral("ok 10"));
    lab_->drain();
    QVERIFY(!lab_->flow(kEcho));
    const auto flows = lab_->kernel().flows();
    QVERIFY(flows);
    const auto mine = std::find_if(flows->cbegin(), flows->cend(), [&](const auto& flow) {
        return flow.owner.pid == client->pid() && flow.key.remotePort == kEcho;
    });
    QVERIFY(mine != flows->cend());
    QVERIFY(mine->passed && mine->localPort && mine->sent > 10 && mine->received > 10);
    const quint16 port = mine->localPort;
    ASK(client, QStringLiteral("close"));
    const auto ended = [&] {
        lab_->drain();
        const QList<kernel::FlowReport>& all = lab_->heard().ended;
        return std::find_if(all.cbegin(), all.cend(), [&](const kernel::FlowReport& report) {
            return report.owner.pid == client->pid() && report.key.remotePort == kEcho;
        });
    };
    QTRY_VERIFY(ended() != lab_->heard().ended.cend());
    const kernel::FlowReport end = *ended();
    QCOMPARE(end.localPort, port);
    QCOMPARE(end.local.toString(), from);
    QCOMPARE(end.decision.rule, 1u);
    QVERIFY(end.sent > 10 && end.received > 10);
    // A clock that ticks every few milliseconds.
    QVERIFY(end.timeNs + 20'000'000 > before && end.timeNs <= lab_->kernel().bootNs());
}

void VerdictTest::aNewRuleCutsWhatNobodyWatched() {
    ATTACH();
    const auto watchAgain = qScopeGuard([this] { lab_->kernel().setWatched(true); });
    lab_->kernel().setWatched(false);
    ENFORCE({rule(1, Action::Allow)});
    CLIENT(client);
    QCOMPARE(exchange(*client, QStringLiteral("tcp"), kServerV4, kEcho), QStringLiteral("ok 10"));
    QTRY_VERIFY(arrived(QStringLiteral("tcp"), kClientV4, kEcho));
    lab_->drain();
    QVERIFY(!lab_->flow(kEcho));
    lab_->forgetArrivals();
    ENFORCE({blocked(2, BlockStyle::Error, kAny, kEcho, IPPROTO_TCP), rule(1, Action::Allow)});
    QCOMPARE(ASK(client, QStringLiteral("send 10")), QStringLiteral("ok 10"));  // buffered
    QCOMPARE(ASK(client, QStringLiteral("receive 10")), error(EAGAIN));
    QTRY_VERIFY(lab_->flow(kEcho));
    QCOMPARE(lab_->flow(kEcho)->decision.rule, 2u);
    QVERIFY(lab_->flow(kEcho)->passed);
    QVERIFY(!arrived(QStringLiteral("tcp"), kClientV4, kEcho));
}

QTEST_GUILESS_MAIN(VerdictTest)
#include "verdict_test.moc"
