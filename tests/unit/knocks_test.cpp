// Peers that knock at a listening program, as the engine hears of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <memory>

#include "engine_parts.h"

using namespace sallyport;

namespace {

constexpr quint64 kListener = 7;
constexpr quint16 kDoor = 22;

api::Address caller(quint32 number) {
    return api::Address::v4(0x0a000000u + number);
}

kernel::FlowReport inbound(quint64 cookie, quint32 number, sp_verdict verdict,
                           sp_reason reason = SP_REASON_NONE) {
    kernel::FlowReport report;
    report.key = {cookie, caller(number), 40'000, 6};
    report.owner = {100, 1, 4000, 1000, 20, 20};
    report.decision = {verdict, reason, 0};
    report.local = api::Address::v4(0xc0a80001u);
    report.localPort = kDoor;
    report.inbound = true;
    return report;
}

kernel::FlowReport knock(quint32 number, sp_verdict verdict, sp_reason reason = SP_REASON_NONE) {
    kernel::FlowReport report = inbound(kListener, number, verdict, reason);
    report.knock = true;
    return report;
}

}  // namespace

class KnocksTest : public QObject {
    Q_OBJECT
    std::unique_ptr<tests::EngineParts> parts_;

    engine::Engine& engine() { return *parts_->engine; }
    void pass(qint64 ms) {
        parts_->clock.now += ms;
        parts_->kernel.boot += static_cast<quint64>(ms) * 1'000'000;
        engine().expire();
    }
    void happens(const std::function<void(kernel::Sink&)>& event) {
        parts_->kernel.events.append(event);
        engine().drain();
    }
    void hold(const kernel::FlowReport& report) {
        happens([=](kernel::Sink& sink) { sink.onHeld(report, {report.key, 1, 0, 0, {}}); });
    }
    void block(quint32 number) {
        happens([=](kernel::Sink& sink) {
            sink.onFlow(knock(number, SP_VERDICT_BLOCK_ERROR, SP_REASON_MODE));
        });
    }
    api::QuestionId asked() {
        for (const api::Question& question : engine().questions())
            if (!question.missed)
                return question.id;
        return 0;
    }
    bool allow() {
        api::Answer answer;
        answer.action = api::Action::Allow;
        answer.lifetime = api::Lifetime::Connection;
        return engine().answer(asked(), answer).has_value();
    }
    // Its SYN goes on; the listener waits for the end of the handshake.
    void letIn(quint32 number) {
        kernel::FlowReport report = knock(number, SP_VERDICT_ALLOW, SP_REASON_ANSWER);
        report.over = true;
        report.timeNs = parts_->kernel.boot;
        happens([=](kernel::Sink& sink) { sink.onFlow(report); });
    }
    // The socket that it was given, with its first packet.
    void comes(quint32 number, quint64 cookie, quint64 begunNs) {
        kernel::FlowReport report = inbound(cookie, number, SP_VERDICT_HOLD);
        report.startedNs = begunNs;
        hold(report);
    }

  private slots:
    void init() {
        parts_ = std::make_unique<tests::EngineParts>();
        parts_->open({parts_->in("rules.d"), {}});
        parts_->start();
    }
    void cleanup() { parts_.reset(); }

    void aGuestMayBeSilentForLong() {
        hold(knock(1, SP_VERDICT_HOLD));
        QVERIFY(allow());
        letIn(1);
        const quint64 begun = parts_->kernel.boot + 1'000'000;
        pass(600'000);
        comes(1, 8, begun);
        QCOMPARE(asked(), api::QuestionId{0});
        QCOMPARE(parts_->kernel.answers.value({8, caller(1), 40'000, 6}), SP_VERDICT_ALLOW);
    }

    void whoDidNotComeInTimeIsAskedAbout() {
        hold(knock(1, SP_VERDICT_HOLD));
        QVERIFY(allow());
        letIn(1);
        pass(65'000);
        comes(1, 8, parts_->kernel.boot);
        QVERIFY(asked());
    }

    // The handshake is over: whoever comes from that port next is a stranger.
    void aGuestThatCameIsForgottenByTheKernel() {
        hold(knock(1, SP_VERDICT_HOLD));
        QVERIFY(allow());
        letIn(1);
        QVERIFY(parts_->kernel.peersForgotten.isEmpty());
        comes(1, 8, parts_->kernel.boot);
        QCOMPARE(parts_->kernel.peersForgotten, QList{knock(1, SP_VERDICT_NONE).key});
    }

    void aKnockIsNoGuest() {
        hold(knock(1, SP_VERDICT_HOLD));
        QVERIFY(allow());
        letIn(1);
        hold(knock(1, SP_VERDICT_HOLD));
        QVERIFY(asked());
    }

    void nobodyGivesUpWhileSomebodyIsAsked() {
        api::Settings settings = engine().settings();
        settings.answerSeconds = 600;
        QVERIFY(engine().setSettings(settings).has_value());
        hold(knock(1, SP_VERDICT_HOLD));
        pass(590'000);
        QVERIFY(asked());
        pass(10'000);
        QVERIFY(!asked());
        QCOMPARE(engine().status().connections, 1u);
        pass(150'000);
        QCOMPARE(engine().status().connections, 0u);
        QCOMPARE(parts_->kernel.peersForgotten.size(), 1);
    }

    // What is open for long stays listed, and what the helper keeps is bounded.
    void aFloodLeavesOpenConnectionsAlone() {
        kernel::FlowReport old = inbound(1, 0, SP_VERDICT_ALLOW, SP_REASON_MODE);
        happens([=](kernel::Sink& sink) { sink.onFlow(old); });
        const api::ConnectionId id = engine().connections().constFirst().id;
        constexpr quint32 kMany = 70'000;
        for (quint32 number = 1; number <= kMany; ++number)
            block(number);
        QCOMPARE(engine().status().connections, 1u);
        QVERIFY(engine().process(id).has_value());
        QVERIFY(engine().connections().size() <= 65'536);
        QCOMPARE(parts_->kernel.peersForgotten.size(), qsizetype{kMany - SP_MAX_PEERS});
        pass(150'000);
        QCOMPARE(parts_->kernel.peersForgotten.size(), qsizetype{kMany});
        QVERIFY(engine().process(id).has_value());
    }

    void whoIsBlockedBecauseNobodyAnsweredStaysSoWhileItTries() {
        hold(knock(1, SP_VERDICT_HOLD));
        pass(60'000);
        QVERIFY(!asked());
        happens([](kernel::Sink& sink) {
            sink.onFlow(knock(1, SP_VERDICT_BLOCK_ERROR, SP_REASON_ANSWER));
        });
        QCOMPARE(parts_->kernel.answers.size(), 1);
        QCOMPARE(engine().connections().size(), 1);
        pass(150'000);
        QVERIFY(parts_->kernel.answers.isEmpty());
        QCOMPARE(engine().status().connections, 0u);
    }
};

QTEST_GUILESS_MAIN(KnocksTest)
#include "knocks_test.moc"
