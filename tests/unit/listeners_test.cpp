// Who waits for others to call, as who watches hears of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "engine_parts.h"

using namespace sallyport;
using api::ConnectionState;

namespace {

constexpr quint64 kSerial = 100;
constexpr qint32 kPid = 4000;
const QString kServer = QStringLiteral("/usr/sbin/server");

kernel::ListeningSocket door(quint64 cookie, quint16 port, qint32 pid = kPid) {
    return {cookie, {kSerial, 1, pid, 33, 0, 0}, 6, {}, port};
}

}  // namespace

class ListenersTest : public QObject {
    Q_OBJECT
    std::unique_ptr<tests::EngineParts> parts_;

    engine::Engine& engine() { return *parts_->engine; }
    fakes::FakeKernel& kernel() { return parts_->kernel; }
    QList<api::Connection> listening() {
        engine().takeStock();
        return engine().connections();
    }
    void pass(qint64 ms) { parts_->clock.now += ms; }

  private slots:
    void init() {
        parts_ = std::make_unique<tests::EngineParts>();
        parts_->open({parts_->in("rules.d"), {}});
        parts_->start();
        kernel().events.append([](kernel::Sink& sink) {
            kernel::ExecReport report;
            report.serial = kSerial;
            report.pid = kPid;
            report.uid = 33;
            report.path = kServer;
            sink.onExec(report);
        });
        engine().drain();
    }

    void itIsAConnectionThatNobodyMadeYet() {
        kernel().listening = {door(1, 80)};
        const QList<api::Connection> all = listening();
        QCOMPARE(all.size(), 1);
        const api::Connection& c = all.first();
        QCOMPARE(c.state, ConnectionState::Listening);
        QCOMPARE(c.direction, api::Direction::Inbound);
        QCOMPARE(c.localPort, quint16{80});
        QVERIFY(c.remote.isUnspecified());
        QCOMPARE(c.uid, 33u);
        QCOMPARE(engine().process(c.id)->path, kServer);
        QCOMPARE(engine().status().connections, 0u);
    }

    // What a caller would meet: the rules for inbound calls, whoever it is.
    void itIsExplained() {
        kernel().listening = {door(1, 80)};
        const api::ConnectionId id = listening().first().id;
        QCOMPARE(engine().explain(id)->state, ConnectionState::Held);
        api::Rule block;
        block.action = api::Action::Block;
        block.direction = api::Direction::Inbound;
        block.localPorts = api::PortRange::single(80);
        block.protocol = 6;
        const auto added = engine().addRule(block);
        QVERIFY(added);
        QCOMPARE(engine().explain(id)->state, ConnectionState::Blocked);
    }

    void whoWatchesHearsOfItOnceAndOfItsEnd() {
        kernel().listening = {door(1, 80)};
        engine().setWatched(true);
        QCOMPARE(engine().connections().size(), 1);
        QSignalSpy changes(&engine(), &engine::Engine::connectionsChanged);
        const auto told = [&] {
            QList<api::Connection> all;
            for (const QList<QVariant>& one : std::as_const(changes))
                all += one.at(1).value<api::ConnectionList>();
            return all;
        };
        kernel().listening = {door(1, 80), door(2, 443)};
        pass(6000);
        QTRY_COMPARE(told().size(), 1);
        QCOMPARE(told().first().localPort, quint16{443});
        QCOMPARE(told().first().startedMs,
                 parts_->clock.now);  // the other one's start nobody knows
        kernel().listening = {door(2, 443)};
        pass(6000);
        QTRY_COMPARE(told().size(), 2);
        QCOMPARE(told().last().localPort, quint16{80});
        QCOMPARE(told().last().endedMs, parts_->clock.now);
        QCOMPARE(engine().connections().size(), 1);
    }

    // The helper looks by itself, too, for months.
    void nothingIsKeptForWhoDoesNotWatch() {
        kernel().listening = {door(1, 80)};
        engine::Listeners listeners(kernel(), [](const kernel::Owner& owner) {
            engine::Listeners::Listener listener;
            listener.process = std::make_shared<const api::Process>();
            listener.connection.pid = owner.pid;
            listener.connection.serial = owner.serial;
            return listener;
        });
        listeners.look(1000, 1000, 0);
        kernel().listening = {door(2, 443)};
        listeners.look(2000, 2000, 0);
        QVERIFY(listeners.takeChanged().isEmpty());
        listeners.setWatched(true);
        kernel().listening = {door(3, 22)};
        listeners.look(3000, 3000, 0);
        listeners.setWatched(false);
        QVERIFY(listeners.takeChanged().isEmpty());
        listeners.setWatched(true);
        kernel().listening = {door(3, 22), door(4, 25)};
        listeners.look(4000, 4000, 0);
        const QList<api::Connection> changed = listeners.takeChanged();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.first().localPort, quint16{25});
    }

    // Workers that wait at the same socket.
    void aSocketOfSeveralProcessesIsOne() {
        kernel().listening = {door(1, 80, kPid + 2), door(1, 80), door(1, 80, kPid + 1)};
        QCOMPARE(listening().size(), 1);
        QCOMPARE(engine().connections().first().pid, kPid);
    }

    void thereIsABound() {
        for (int i = 0; i < int(engine::Listeners::kMost) + 100; ++i)
            kernel().listening.append(door(quint64(i) + 1, quint16(i)));
        QCOMPARE(listening().size(), engine::Listeners::kMost);
    }
};

QTEST_GUILESS_MAIN(ListenersTest)
#include "listeners_test.moc"
