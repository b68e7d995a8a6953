// What the engine makes of names: who was told what, by whom, and what hangs on it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QIODevice>
#include <QSaveFile>
#include <QTest>

#include "engine_bench.h"
#include "process/host.h"
#include "route_wire.h"

using namespace sallyport;
using namespace sallyport::tests;

class EngineNamesTest : public QObject {
    Q_OBJECT
  private slots:
    void whoIsFoundWhileItsNameIsOnTheWayHasIt();
    void theNextHelperKnowsTheNames();
    void whoHasTheSerialAfterTheKernelsTablesWereMadeAnewWasToldNothing();
    void aConnectionIsDecidedByTheNameItsProgramWasTold();
    void whatHungOnANameKeepsItsVerdictUntilTheKernelSaysTheSame();
    void aVerdictByNameEndsWithItsRule();
    void aCallThatIsBlockedAfterItsNameCameEnds();
    void aQuestionCarriesTheNamesAndWhoSaidThem();
    void anExplanationSaysWhereNamesComeFrom();
    void aNameSaidInTheConnectionIsExplained();
    void aNameWithTwoOriginsIsExplainedByBoth();
    void whoSaysNoNameIsExplainedWithoutOne();
    void addressesOfOneNameAreOneQuestion();
    void theSystemsResolverSpeaksForWhoSaysNothing();
    void theAnswerToAHeldQuestionIsBelieved();
    void whatResolvedHasSaidIsKnownBeforeAConnectionIsJudged();
    void whatResolvedSaysLaterReleasesWhatWaits();
    void namesThatGotLostAreNotWaitedFor();
    void namesThatAreStillInTheRingAreWaitedFor();
    void anOpenConnectionKeepsTheNameItWasJudgedBy();
    void whatWaitsForItsResolverGoesWhenItIsOne();
    void aNeighbourIsOnTheLocalNetworkWhileItsRouteStands();
};

void EngineNamesTest::whoIsFoundWhileItsNameIsOnTheWayHasIt() {
    Bench bench;
    bench.start();
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7)};
    bench.kernel.duringWalk = [&] { bench.isTold(QStringLiteral("www.example"), {1}); };
    bench.engine->setWatched(true);
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.example"));
}

void EngineNamesTest::theNextHelperKnowsTheNames() {
    Bench bench;
    bench.start();
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7)};
    bench.isTold(QStringLiteral("www.example"), {1});
    bench.engine->drain();
    bench.open();
    bench.start();
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.example"));

    QFile kept(bench.folder.filePath(QStringLiteral("names")));
    QVERIFY(kept.exists());
    QCOMPARE(kept.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    bench.engine.reset();
    QVERIFY(kept.open(QIODevice::ReadWrite) && kept.putChar('x'));  // of another boot
    kept.close();
    bench.open();
    bench.start();
    QCOMPARE(bench.connection(0).name, QString());
}

// The service was stopped and started: serials are counted from the beginning.
void EngineNamesTest::whoHasTheSerialAfterTheKernelsTablesWereMadeAnewWasToldNothing() {
    Bench bench;
    bench.start();
    bench.kernel.open = {report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7)};
    bench.isTold(QStringLiteral("www.example"), {1});
    bench.engine->drain();
    bench.engine.reset();
    bench.kernel.key = 2;
    bench.open();
    bench.start();
    QCOMPARE(bench.connection(0).name, QString());
}

void EngineNamesTest::aConnectionIsDecidedByTheNameItsProgramWasTold() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    const auto evil =
        bench.engine->addRule(nameRule(api::Action::Block, QStringLiteral(".evil.test")));
    QVERIFY(good && evil);
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.holdsUntilNamed(key(1, 1));  // in one go with the answer, and behind it
    QCOMPARE(bench.kernel.injected.size(), 1);
    bench.isTold(QStringLiteral("evil.test"), {2});
    bench.holdsUntilNamed(key(2, 2));
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.kernel.aborted, QList{key(2, 2)});
    QVERIFY(bench.asked.isEmpty());
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.good.test"));
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.connection(0).rule, *good);
    QCOMPARE(bench.connection(1).name, QStringLiteral("evil.test"));
    QCOMPARE(bench.connection(1).state, api::ConnectionState::Blocked);
    const auto why = bench.engine->explain(bench.connection(1).id);
    QVERIFY(why);
    QCOMPARE(why->rule, *evil);
    QCOMPARE(why->state, api::ConnectionState::Blocked);
    QCOMPARE(bench.kernel.read, bench.kernel.told);
}

// Another answer may be on its way when the packet that waited goes: the kernel would not know the
// name's verdict then.
void EngineNamesTest::whatHungOnANameKeepsItsVerdictUntilTheKernelSaysTheSame() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.holdsUntilNamed(key(1));
    QCOMPARE(bench.kernel.answers.value(key(1)), SP_VERDICT_ALLOW);
    kernel::FlowReport went = report(key(1), SP_VERDICT_ALLOW, SP_REASON_ANSWER);
    went.owner.app = went.owner.parentApp = SP_APP_FIRST;
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(went); });
    QVERIFY(bench.kernel.answers.isEmpty());
    QCOMPARE(bench.connection(0).reason, api::Reason::Rule);
    QCOMPARE(bench.connection(0).rule, *good);
}

void EngineNamesTest::aVerdictByNameEndsWithItsRule() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.holdsUntilNamed(key(1));
    QCOMPARE(bench.kernel.answers.size(), 1);
    QVERIFY(bench.engine->removeRules({*good}).has_value());
    QVERIFY(bench.kernel.answers.isEmpty());
}

// connect() could not say; when the first packet came the name was known.
void EngineNamesTest::aCallThatIsBlockedAfterItsNameCameEnds() {
    Bench bench;
    bench.start();
    const auto blocked = report(key(1), SP_VERDICT_BLOCK_ERROR, SP_REASON_RULE, 7);
    bench.happens([&](kernel::Sink& sink) { sink.onFlow(blocked); });
    QCOMPARE(bench.kernel.aborted, QList{key(1)});
}

void EngineNamesTest::aQuestionCarriesTheNamesAndWhoSaidThem() {
    Bench bench;
    bench.start();
    bench.isTold(QStringLiteral("www.example.test"), {1});
    bench.hold(key(1));
    const Question question = bench.waiting().value(0);
    QCOMPARE(question.names, QStringList{QStringLiteral("www.example.test")});
    QCOMPARE(question.nameSource, api::NameSource::OwnAnswer);
    const api::Answer site = answer(api::Action::Allow, api::Lifetime::Forever, api::Scope::Domain);
    QVERIFY(bench.engine->answer(question.id, site).has_value());
    QCOMPARE(bench.promptRules().value(0).remote.toString(), QStringLiteral(".example.test"));
    bench.isTold(QStringLiteral("static.example.test"), {2});
    bench.holdsUntilNamed(key(2, 2));
    QVERIFY(bench.waiting().isEmpty());
    QCOMPARE(bench.kernel.injected.size(), 2);
}

void EngineNamesTest::anExplanationSaysWhereNamesComeFrom() {
    Bench bench;
    bench.start();
    const auto rule =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.example.test")));
    QVERIFY(rule);
    bench.happens([](kernel::Sink& sink) {
        sink.onExec(exec(300, 6000, QStringLiteral("/opt/test/other")));
    });
    bench.isTold(QStringLiteral("other.test"), {1}, 300, 6000);
    bench.isTold(QStringLiteral("www.example.test"), {1});
    const qint64 told = bench.clock.now;
    bench.holdsUntilNamed(key(1));
    bench.pass(5'000);
    const auto check = [&] {
        const auto why = bench.engine->explain(bench.connection(0).id);
        QVERIFY(why);
        QCOMPARE(why->rule, *rule);
        const auto decides = std::find_if(why->steps.cbegin(), why->steps.cend(),
                                          [](const auto& step) { return step.decides; });
        QVERIFY(decides != why->steps.cend());
        QCOMPARE(decides->name, QStringLiteral("www.example.test"));
        QVERIFY(decides->why.contains(QStringLiteral("the name www.example.test")));
        const api::ExplanationName own = why->names.value(0);
        QCOMPARE(own.name, QStringLiteral("www.example.test"));
        QCOMPARE(own.source, api::NameSource::OwnAnswer);
        QVERIFY(own.counts);
        QCOMPARE(own.saidMs, told);
        QCOMPARE(own.untilMs, told + names::kLeastNameMs);
    };
    check();
    const api::ExplanationName other =
        bench.engine->explain(bench.connection(0).id)->names.value(1);
    QCOMPARE(other.name, QStringLiteral("other.test"));
    QCOMPARE(other.source, api::NameSource::OtherAnswer);
    QVERIFY(!other.counts);
    bench.pass(names::kLeastNameMs);  // out of date, but an open connection was judged by it
    check();
    api::Attempt attempt;
    attempt.app = {api::AppIdentity::Kind::Path, QStringLiteral("/opt/test/x"), {}};
    attempt.remote = remote(3);
    attempt.names = QStringList{QStringLiteral("given.example.test")};
    const api::Explanation given = bench.engine->explain(attempt);
    QCOMPARE(given.rule, *rule);
    QCOMPARE(given.names.size(), 1);
    QCOMPARE(given.names.value(0).source, api::NameSource::None);
    QVERIFY(given.names.value(0).counts);
    attempt.remote = api::Address::v4(0x7f000001);  // no name counts for this machine
    QVERIFY(bench.engine->explain(attempt).rule != *rule);
    QVERIFY(!bench.engine->explain(attempt).names.value(0).counts);
}

void EngineNamesTest::aNameSaidInTheConnectionIsExplained() {
    Bench bench;
    bench.start();
    const auto rule =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("www.good.test")));
    QVERIFY(rule);
    bench.holdsUntilNamed(key(1));
    bench.sends(key(1), "GET / HTTP/1.1\r\nHost: www.good.test\r\n\r\n");
    const auto why = bench.engine->explain(bench.connection(0).id);
    QVERIFY(why);
    QCOMPARE(why->rule, *rule);
    QCOMPARE(why->names.size(), 1);
    QCOMPARE(why->names.value(0).name, QStringLiteral("www.good.test"));
    QCOMPARE(why->names.value(0).source, api::NameSource::HttpHost);
    QVERIFY(why->names.value(0).counts);
}

void EngineNamesTest::aNameWithTwoOriginsIsExplainedByBoth() {
    Bench bench;
    bench.start();
    bench.happens([](kernel::Sink& sink) {
        sink.onExec(exec(300, 6000, QStringLiteral("/opt/test/other")));
    });
    bench.isTold(QStringLiteral("www.good.test"), {1}, 300, 6000);
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("www.good.test"))));
    bench.holdsUntilNamed(key(1));
    bench.sends(key(1), "GET / HTTP/1.1\r\nHost: www.good.test\r\n\r\n");
    const auto why = bench.engine->explain(bench.connection(0).id);
    QVERIFY(why);
    QCOMPARE(why->names.size(), 2);
    QCOMPARE(why->names[0].source, api::NameSource::HttpHost);
    QCOMPARE(why->names[1].source, api::NameSource::OtherAnswer);
    QCOMPARE(why->names[0].name, why->names[1].name);
}

void EngineNamesTest::whoSaysNoNameIsExplainedWithoutOne() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->setMode(api::Mode::LockDown));
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test"))));
    bench.holdsUntilNamed(key(1));
    const auto state = [&bench] { return bench.engine->explain(bench.connection(0).id)->state; };
    QCOMPARE(state(), api::ConnectionState::Held);  // it may say one
    bench.sends(key(1), "SSH-2.0-x\r\n");
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Blocked);
    QCOMPARE(state(), api::ConnectionState::Blocked);
}

void EngineNamesTest::addressesOfOneNameAreOneQuestion() {
    Bench bench;
    bench.start();
    bench.isTold(QStringLiteral("www.example.test"), {1, 2});
    bench.hold(key(1, 1));
    bench.hold(key(2, 2));
    QCOMPARE(bench.waiting().size(), 1);
    QCOMPARE(bench.waiting().value(0).waiting, 2u);
    bench.hold(key(3, 3));  // nobody knows its name
    QCOMPARE(bench.waiting().size(), 2);
    QCOMPARE(bench.waiting().value(1).names, QStringList());
    QCOMPARE(bench.waiting().value(1).nameSource, api::NameSource::None);
}

void EngineNamesTest::theSystemsResolverSpeaksForWhoSaysNothing() {
    Bench bench;
    bench.start();
    const auto good =
        bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test")));
    const auto evil =
        bench.engine->addRule(nameRule(api::Action::Block, QStringLiteral("*.evil.test")));
    QVERIFY(good && evil);
    const QString resolver = bench.folder.filePath(QStringLiteral("resolver"));
    QVERIFY(QFile(resolver).open(QIODevice::WriteOnly));
    bench.happens([&](kernel::Sink& sink) {
        kernel::ExecReport started = exec(200, 5000, resolver);
        started.file = process::hostFile(resolver)->key;
        sink.onExec(started);
        sink.onExec(exec(300, 6000, QStringLiteral("/opt/test/other")));
    });
    bench.isTold(QStringLiteral("www.good.test"), {1}, 200, 5000);
    bench.isTold(QStringLiteral("other.good.test"), {2}, 300, 6000);
    bench.isTold(QStringLiteral("www.evil.test"), {3}, 200, 5000);
    bench.holdsUntilNamed(key(1, 1));
    QCOMPARE(bench.kernel.injected.size(), 1);  // it may begin, and say another name
    QCOMPARE(bench.kernel.answers.value(key(1, 1)), SP_VERDICT_FIRST_DATA);
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.good.test"));
    bench.sends(key(1, 1), "SSH-2.0-x\r\n");
    QCOMPARE(bench.connection(0).rule, *good);
    QCOMPARE(bench.connection(0).name, QStringLiteral("www.good.test"));
    bench.holdsUntilNamed(key(3, 1));
    bench.sends(key(3, 1), "GET / HTTP/1.1\r\nHost: ads.evil.test\r\n\r\n");
    QCOMPARE(bench.connection(1).rule, *evil);
    QCOMPARE(bench.connection(1).name, QStringLiteral("ads.evil.test"));
    const auto why = bench.engine->explain(bench.connection(1).id);
    QVERIFY(why);
    QCOMPARE(why->rule, *evil);
    QCOMPARE(why->names.value(0).source, api::NameSource::HttpHost);
    QCOMPARE(why->names.value(1).source, api::NameSource::Resolver);
    QVERIFY(!why->names.value(1).counts);
    // Whom it would be stopped for it need not say.
    bench.holdsUntilNamed(key(4, 3));
    QCOMPARE(bench.connection(2).rule, *evil);
    QCOMPARE(bench.connection(2).state, api::ConnectionState::Blocked);
    // Nobody asks whom a datagram is for.
    bench.holdsUntilNamed(key(5, 1, 4433, 17));
    QCOMPARE(bench.connection(3).rule, *good);
    bench.kernel.injected.clear();
    QVERIFY(bench.engine->removeRules({*evil}));  // it stops what cannot be read
    // What another program was told is shown, and decides nothing.
    bench.holdsUntilNamed(key(2, 2));
    QCOMPARE(bench.kernel.injected.size(), 1);  // it may begin, and say a name itself
    QCOMPARE(bench.kernel.answers.value(key(2, 2)), SP_VERDICT_FIRST_DATA);
    QVERIFY(!bench.kernel.until.value(key(2, 2)));
    QCOMPARE(bench.waiting().size(), 0);
    bench.sends(key(2, 2), "some");  // a method of HTTP, if more comes
    bench.pass(900);
    QCOMPARE(bench.waiting().size(), 0);
    bench.pass(100);
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.waiting().value(0).names, QStringList{QStringLiteral("other.good.test")});
    QCOMPARE(bench.waiting().value(0).nameSource, api::NameSource::OtherAnswer);
}

void EngineNamesTest::theAnswerToAHeldQuestionIsBelieved() {
    Bench bench;
    bench.start();
    const kernel::FlowKey server = key(90, 53, SP_DNS_PORT, 17);
    QByteArray header = QByteArray(1, '\x45') + QByteArray(27, '\0');  // IPv4 and UDP
    header[9] = char(17);
    bench.hold(server, header + dns::query(7, QStringLiteral("www.example.test")));
    const api::Answer once = answer(api::Action::Allow, api::Lifetime::Connection);
    QVERIFY(bench.engine->answer(bench.waiting().value(0).id, once).has_value());
    QCOMPARE(bench.kernel.injected.size(), 1);
    kernel::DnsReport dns;
    dns.cookie = 90;
    dns.owner = {kSerial, 1, kPid, kUid, 0, 0};
    dns.server = remote(53);
    bench.answersName(dns, QStringLiteral("www.example.test"), {1});
    bench.hold(key(1));
    QCOMPARE(bench.waiting().value(0).names, QStringList{QStringLiteral("www.example.test")});
}

void EngineNamesTest::whatResolvedHasSaidIsKnownBeforeAConnectionIsJudged() {
    Bench bench;
    bench.resolvedSocket = bench.folder.filePath(QStringLiteral("monitor"));
    fakes::FakeResolved resolved(bench.resolvedSocket);
    QVERIFY(resolved.listen());
    bench.start(resolved);
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("hosts.example"))));
    resolved.say(fakes::recorded::kHosts);
    resolved.say(fakes::recorded::kNear);
    bench.hold(key(1, 9, 5000, 17));
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.connection(0).name, QStringLiteral("hosts.example"));
    bench.hold(key(2, 7, 5000, 17));
    QCOMPARE(bench.waiting().value(0).names,
             (QStringList{QStringLiteral("www.near.test"), QStringLiteral("edge.near.test")}));
    QCOMPARE(bench.waiting().value(0).nameSource, api::NameSource::SystemdResolved);
}

void EngineNamesTest::whatResolvedSaysLaterReleasesWhatWaits() {
    Bench bench;
    bench.resolvedSocket = bench.folder.filePath(QStringLiteral("monitor"));
    fakes::FakeResolved resolved(bench.resolvedSocket);
    QVERIFY(resolved.listen());
    bench.start(resolved);
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("hosts.example"))));
    bench.hold(key(1, 9, 5000, 17));
    QCOMPARE(bench.waiting().size(), 1);
    resolved.say(fakes::recorded::kHosts);
    QTRY_COMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.waiting().size(), 0);
}

void EngineNamesTest::namesThatGotLostAreNotWaitedFor() {
    Bench bench;
    bench.start();
    bench.kernel.told = 5;  // an earlier helper took them, or a record was damaged
    bench.engine->drain();
    QCOMPARE(bench.kernel.read, 5u);
}

void EngineNamesTest::namesThatAreStillInTheRingAreWaitedFor() {
    Bench bench;
    bench.start();
    bench.isTold(QStringLiteral("www.good.test"), {1});
    bench.kernel.writing = true;  // of records before them
    bench.engine->drain();
    QCOMPARE(bench.kernel.read, 0u);
    bench.kernel.writing = false;
    bench.engine->drain();
    QCOMPARE(bench.kernel.read, 1u);
}

void EngineNamesTest::anOpenConnectionKeepsTheNameItWasJudgedBy() {
    Bench bench;
    bench.start();
    QVERIFY(bench.engine->addRule(nameRule(api::Action::Allow, QStringLiteral("*.good.test"))));
    bench.isTold(QStringLiteral("www.good.test"), {1, 2});
    bench.holdsUntilNamed(key(1, 1));
    QCOMPARE(bench.kernel.named.size(), 2);
    bench.pass(61'000);
    bench.pass(61'000);
    QCOMPARE(bench.kernel.named.size(), 1);
    bench.happens([](kernel::Sink& sink) {
        sink.onEnd(report(key(1), SP_VERDICT_ALLOW, SP_REASON_RULE, 7));
    });
    bench.pass(61'000);
    QVERIFY(bench.kernel.named.isEmpty());
}

// Another network: other resolvers.
void EngineNamesTest::whatWaitsForItsResolverGoesWhenItIsOne() {
    Bench bench;
    const QString path = bench.folder.filePath(QStringLiteral("network/resolv.conf"));
    const auto say = [&](const QByteArray& text) {
        QSaveFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        QVERIFY(file.commit());
    };
    QVERIFY(QDir(bench.folder.path()).mkdir(QStringLiteral("network")));
    say("nameserver 198.51.100.1\n");
    bench.resolvConf = {path};
    bench.open();
    bench.start();
    const kernel::FlowKey lookup = key(1, 53, 53, 17);
    bench.hold(lookup);
    QCOMPARE(bench.asked.size(), 1);
    const api::ConnectionId id = bench.engine->connections().constFirst().id;
    QCOMPARE(bench.engine->explain(id)->state, api::ConnectionState::Held);
    say("nameserver 203.0.113.53\n");
    QTRY_COMPARE(bench.withdrawn.size(), 1);
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);
    const auto why = bench.engine->explain(id);
    QCOMPARE(why->state, api::ConnectionState::Allowed);
    bench.hold(key(2, 54, 53, 17));
    QCOMPARE(bench.asked.size(), 2);
}

// With an address of the whole internet.
void EngineNamesTest::aNeighbourIsOnTheLocalNetworkWhileItsRouteStands() {
    FakeRoutes routes;
    Bench bench;
    bench.routes = routes.opener();
    bench.open();
    bench.start();
    api::Rule rule;
    rule.action = api::Action::Allow;
    rule.remote = api::Remote::parse(QStringLiteral("local-network")).value();
    QVERIFY(bench.engine->addRule(rule));
    const auto printer = [](quint64 cookie) {
        return kernel::FlowKey{cookie, api::Address::parse(QStringLiteral("2001:db8:1::9")).value(),
                               631, 6};
    };
    bench.hold(printer(1));
    QCOMPARE(bench.asked.size(), 1);
    const api::ConnectionId id = bench.engine->connections().constFirst().id;
    QCOMPARE(bench.engine->explain(id)->state, api::ConnectionState::Held);
    routes.come(Route("2001:db8:1::/64").by(RTPROT_RA));
    QTRY_COMPARE(bench.withdrawn.size(), 1);
    QCOMPARE(bench.connection(0).state, api::ConnectionState::Allowed);
    QCOMPARE(bench.engine->explain(id)->state, api::ConnectionState::Allowed);
    bench.hold(printer(2));
    QCOMPARE(bench.asked.size(), 1);
    const size_t lines = bench.kernel.policy.rules.size();
    routes.goAway(0);
    QTRY_VERIFY(bench.engine->explain(id)->state == api::ConnectionState::Held);
    QVERIFY(bench.kernel.policy.rules.size() < lines);
    bench.hold(printer(3));
    QCOMPARE(bench.asked.size(), 2);
}

QTEST_GUILESS_MAIN(EngineNamesTest)
#include "engine_names_test.moc"
