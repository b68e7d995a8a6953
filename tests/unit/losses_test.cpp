// What the kernel could not report, because its ring was full: the engine looks for it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <memory>

#include "engine_parts.h"

using namespace sallyport;

namespace {

kernel::FlowKey key(quint64 cookie) {
    return {cookie, api::Address::v4(0xcb007101u), 443, 6};
}

kernel::FlowReport report(quint64 cookie, sp_verdict verdict) {
    kernel::FlowReport report;
    report.key = key(cookie);
    report.owner = {100, 1, 4000, 1000, 20, 20};
    report.decision = {verdict, SP_REASON_MODE, 0};
    report.localPort = 50'000;
    return report;
}

}  // namespace

class LossesTest : public QObject {
    Q_OBJECT
    std::unique_ptr<tests::EngineParts> parts_;

    engine::Engine& engine() { return *parts_->engine; }
    fakes::FakeKernel& kernel() { return parts_->kernel; }
    quint32 open() { return engine().status().connections; }
    void pass(qint64 ms) {
        parts_->clock.now += ms;
        kernel().boot += static_cast<quint64>(ms) * 1'000'000;
        engine().expire();
    }
    void begins(quint64 cookie) {
        kernel().events.append(
            [=](kernel::Sink& sink) { sink.onFlow(report(cookie, SP_VERDICT_ALLOW)); });
    }
    void ends(quint64 cookie) {
        kernel().events.append(
            [=](kernel::Sink& sink) { sink.onEnd(report(cookie, SP_VERDICT_ALLOW)); });
    }
    void loses(quint64 cookie) {
        kernel().closed.insert(cookie);
        ++kernel().counted.eventsLost;
        engine().drain();
    }

    // A process of its own exec.
    void executes(quint64 serial, qint32 pid) {
        kernel().events.append([=](kernel::Sink& sink) {
            kernel::ExecReport report;
            report.serial = serial;
            report.pid = pid;
            report.path = QStringLiteral("/usr/bin/program");
            sink.onExec(report);
        });
        engine().drain();
    }
    void losesExit(quint64 serial) {
        kernel().exited.insert(serial);
        ++kernel().counted.eventsLost;
        engine().drain();
    }

  private slots:
    void init() {
        parts_ = std::make_unique<tests::EngineParts>();
        parts_->open({parts_->in("rules.d"), {}});
        parts_->start();
        for (const quint64 cookie : {1, 2, 3})
            begins(cookie);
        engine().drain();
        QCOMPARE(open(), 3u);
        kernel().looks = 0;
    }
    void cleanup() { parts_.reset(); }

    void whatIsOverIsFound() {
        loses(2);
        pass(2'000);
        QCOMPARE(open(), 2u);
        QCOMPARE(kernel().looks, 1);
        const auto connections = engine().connections();
        for (const api::Connection& c : connections)
            QCOMPARE(c.endedMs != 0, c.id == connections.at(1).id);
        pass(3'600'000);
        QCOMPARE(kernel().looks, 1);
    }

    void nobodyLooksWhereNothingWasLost() {
        ends(1);
        engine().drain();
        pass(3'600'000);
        QCOMPARE(kernel().looks, 0);
    }

    void theFloodIsLetPassFirst() {
        for (int i = 0; i < 5; ++i) {
            loses(2);
            pass(1'000);
        }
        QCOMPARE(kernel().looks, 0);
        pass(1'000);
        QCOMPARE(kernel().looks, 1);
        QCOMPARE(open(), 2u);
    }

    void aFloodWithoutEndIsNotWaitedFor() {
        for (int i = 0; i < 31; ++i) {
            loses(2);
            pass(1'000);
        }
        QCOMPARE(kernel().looks, 1);
        QCOMPARE(open(), 2u);
    }

    // Its end was not lost, but is read after the look.
    void anEndIsToldOnce() {
        loses(2);
        kernel().duringWalk = [this] {
            kernel().closed.insert(3);
            ends(3);
            begins(4);
        };
        pass(2'000);
        kernel().duringWalk = {};
        QCOMPARE(open(), 2u);
        QCOMPARE(engine().connections().size(), 4);
    }

    void whereOneIsBeingWrittenItIsTriedAgain() {
        loses(2);
        kernel().writing = true;
        pass(2'000);
        QCOMPARE(open(), 3u);
        kernel().writing = false;
        pass(1'000);
        QCOMPARE(open(), 2u);
    }

    void whoEndedIsFound() {
        executes(21, 101);
        executes(22, 102);
        losesExit(21);
        QVERIFY(parts_->processes.isAlive(21));
        pass(2'000);
        QVERIFY(!parts_->processes.isAlive(21));
        QVERIFY(parts_->processes.isAlive(22));
    }

    void aRuleOfOneRunEndsWithAProcessWhoseExitWasLost() {
        executes(21, 101);
        api::Rule rule;
        rule.action = api::Action::Allow;
        rule.app = {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/program"), {}};
        rule.lifetime = api::Lifetime::Process;
        rule.process = 21;
        const auto id = engine().addRule(rule);
        QVERIFY2(id, id ? "" : qPrintable(id.error().text));
        const auto isThere = [&] {
            const auto rules = engine().rules();
            return std::any_of(rules.begin(), rules.end(),
                               [&](const api::Rule& one) { return one.id == *id; });
        };
        losesExit(21);
        QVERIFY(isThere());
        pass(2'000);
        QVERIFY(!isThere());
    }

    // Its fork was not lost, but is read after the look for connections.
    void whoWasForkedMeanwhileIsLookedForToo() {
        executes(21, 101);
        loses(2);
        kernel().duringWalk = [this] {
            kernel().events.append([](kernel::Sink& sink) { sink.onFork({21, 0, 103, 101}); });
            kernel().exited.insert(21);
        };
        pass(2'000);
        kernel().duringWalk = {};
        QVERIFY(!parts_->processes.isAlive(21));
    }

    void answersOfOverConnectionsGo() {
        kernel().answers.insert(key(3), SP_VERDICT_ALLOW);  // to an earlier helper
        kernel().answers.insert(key(8), SP_VERDICT_ALLOW);
        kernel().answers.insert(key(9), SP_VERDICT_ALLOW);
        kernel().closed.insert(8);
        loses(2);
        pass(2'000);
        QCOMPARE(kernel().answers.size(), 2);
        QVERIFY(!kernel().answers.contains(key(8)));
    }

    // Those to an earlier helper, of whom the kernel remembers a peer.
    void answersOfOverConnectionsGoAtTheStart() {
        kernel().open = {report(8, SP_VERDICT_HOLD), report(9, SP_VERDICT_HOLD)};
        kernel().answers.insert(key(8), SP_VERDICT_ALLOW);
        kernel().answers.insert(key(9), SP_VERDICT_ALLOW);
        kernel().closed.insert(8);
        parts_->open({parts_->in("rules.d"), {}});
        parts_->start();
        QCOMPARE(kernel().answers.keys(), QList{key(9)});
    }
};

QTEST_GUILESS_MAIN(LossesTest)
#include "losses_test.moc"
