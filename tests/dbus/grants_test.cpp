// What polkit's yes, given before the answer, is good for, and what ends it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QTest>

#include "rig.h"
#include "service/prepared_grants.h"
#include "support/skip.h"

using namespace sallyport;
using api::polkit::kAnswer;
using api::polkit::kAnswerSystem;
using service::Authority;
using service::Interaction;
using service::PreparedGrants;
using test::Caller;
using test::Rig;

class GrantsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();

    void aYesIsGoodForItsQuestionCallerAndActionOnly();
    void aRefusalIsNotKept();
    void aPasswordThatWouldBeNeededIsNotKept();
    void aQuestionThatEndedIsForgotten();
    void aYesThatComesAfterTheCallerWasForgottenIsNotKept();
    void changedRulesEndItAndPolkitIsAskedAnew();
    void aYesFromBeforeAChangeIsNotKept();
    void aYesGrowsOld();
    void thereIsALimit();
    void aPolkitThatHangsIsNotWaitedFor_data();
    void aPolkitThatHangsIsNotWaitedFor();
    void withoutPolkitNothingIsGranted();

  private:
    // polkit's answer to something else, asked for later than everything that was prepared.
    void letPolkitAnswer();
    bool polkitAllows(const QString& action);

    std::unique_ptr<Rig> rig_;
    std::unique_ptr<Caller> nobody_, other_;
    std::unique_ptr<Authority> authority_;
    std::unique_ptr<PreparedGrants> grants_;
};

void GrantsTest::initTestCase() {
    if (const char* reason = test::missing())
        SKIP_ALL(reason);
    rig_ = std::make_unique<Rig>();
    QVERIFY2(rig_->problem().isEmpty(), qPrintable(rig_->problem()));
    nobody_ = std::make_unique<Caller>(test::kNobody);
    other_ = std::make_unique<Caller>(test::kNobody);
}

void GrantsTest::init() {
    authority_ = std::make_unique<Authority>();
    grants_ = std::make_unique<PreparedGrants>(*authority_, QDBusConnection::systemBus());
}

void GrantsTest::cleanup() {
    authority_.reset();  // its checks end without a word
    grants_.reset();
    if (!rig_ || !QTest::currentTestFailed())
        return;
    rig_->continuePolkit();
    rig_->restoreRules();
    authority_ = std::make_unique<Authority>();
    (void)QTest::qWaitFor([this] { return polkitAllows(kAnswer); });
    authority_.reset();
}

void GrantsTest::cleanupTestCase() {
    nobody_.reset();
    other_.reset();
    rig_.reset();
}

bool GrantsTest::polkitAllows(const QString& action) {
    std::optional<bool> allowed;
    authority_->check(
        other_->name(), action, Interaction::Never,
        [&allowed](const api::Result<void>& granted) { allowed = granted.has_value(); });
    return QTest::qWaitFor([&] { return allowed.has_value(); }) && *allowed;
}

void GrantsTest::letPolkitAnswer() {
    (void)polkitAllows(kAnswer);
}

void GrantsTest::aYesIsGoodForItsQuestionCallerAndActionOnly() {
    grants_->prepare(7, nobody_->name(), kAnswer);
    QVERIFY(!grants_->granted(7, nobody_->name(), kAnswer));
    letPolkitAnswer();
    QVERIFY(grants_->granted(7, nobody_->name(), kAnswer));
    QVERIFY(!grants_->granted(8, nobody_->name(), kAnswer));
    QVERIFY(!grants_->granted(7, other_->name(), kAnswer));
    QVERIFY(!grants_->granted(7, nobody_->name(), kAnswerSystem));
}

void GrantsTest::aRefusalIsNotKept() {
    grants_->prepare(7, nobody_->name(), kAnswerSystem);
    letPolkitAnswer();
    QVERIFY(!grants_->granted(7, nobody_->name(), kAnswerSystem));
}

void GrantsTest::aPasswordThatWouldBeNeededIsNotKept() {
    rig_->changeRules(QStringLiteral("nobody"), kAnswer, QStringLiteral("AUTH_SELF_KEEP"));
    QTRY_VERIFY(!polkitAllows(kAnswer));
    grants_->prepare(7, nobody_->name(), kAnswer);
    letPolkitAnswer();
    const bool granted = grants_->granted(7, nobody_->name(), kAnswer);
    rig_->restoreRules();
    QTRY_VERIFY(polkitAllows(kAnswer));
    QVERIFY(!granted);
}

void GrantsTest::aQuestionThatEndedIsForgotten() {
    for (const api::QuestionId id : {7, 8})
        grants_->prepare(id, nobody_->name(), kAnswer);
    grants_->prepare(7, other_->name(), kAnswer);
    letPolkitAnswer();
    grants_->forget(7, nobody_->name());
    QVERIFY(!grants_->granted(7, nobody_->name(), kAnswer));
    QVERIFY(grants_->granted(8, nobody_->name(), kAnswer));
    grants_->forgetCaller(nobody_->name());
    QVERIFY(!grants_->granted(8, nobody_->name(), kAnswer));
    QVERIFY(grants_->granted(7, other_->name(), kAnswer));
}

// As when an agent registers again: what it is asked then is asked of polkit again.
void GrantsTest::aYesThatComesAfterTheCallerWasForgottenIsNotKept() {
    rig_->stopPolkit();
    grants_->prepare(7, nobody_->name(), kAnswer);
    grants_->forgetCaller(nobody_->name());
    grants_->prepare(7, nobody_->name(), kAnswerSystem);
    rig_->continuePolkit();
    letPolkitAnswer();
    QVERIFY(!grants_->granted(7, nobody_->name(), kAnswer));
    QVERIFY(!grants_->granted(7, nobody_->name(), kAnswerSystem));
}

void GrantsTest::changedRulesEndItAndPolkitIsAskedAnew() {
    grants_->prepare(7, nobody_->name(), kAnswer);
    letPolkitAnswer();
    QVERIFY(grants_->granted(7, nobody_->name(), kAnswer));
    rig_->changeRules(QStringLiteral("nobody"), kAnswer, QStringLiteral("NO"));
    QTRY_VERIFY(!grants_->granted(7, nobody_->name(), kAnswer));
    QTest::qWait(2 * PreparedGrants::kAskAgainAfterMs);
    QVERIFY(!polkitAllows(kAnswer));
    QVERIFY(!grants_->granted(7, nobody_->name(), kAnswer));
    rig_->restoreRules();
    QTRY_VERIFY(grants_->granted(7, nobody_->name(), kAnswer));
}

void GrantsTest::aYesFromBeforeAChangeIsNotKept() {
    rig_->stopPolkit();
    grants_->prepare(7, nobody_->name(), kAnswer);
    std::optional<bool> kept;
    authority_->check(other_->name(), kAnswer, Interaction::Never, [&](const api::Result<void>&) {
        kept = grants_->granted(7, nobody_->name(), kAnswer);
    });
    QVERIFY(QMetaObject::invokeMethod(grants_.get(), "polkitChanged", Q_ARG(QDBusMessage, {})));
    rig_->continuePolkit();
    QTRY_VERIFY(kept.has_value());
    QVERIFY(!*kept);
    QTRY_VERIFY(grants_->granted(7, nobody_->name(), kAnswer));
}

void GrantsTest::aYesGrowsOld() {
    QCOMPARE(PreparedGrants::kLongestMs, qint64{60'000});
    constexpr qint64 kMs = 400;
    PreparedGrants brief(*authority_, QDBusConnection::systemBus(), nullptr, kMs);
    brief.prepare(7, nobody_->name(), kAnswer);
    grants_->prepare(7, nobody_->name(), kAnswer);
    QElapsedTimer since;
    since.start();
    QTRY_VERIFY(brief.granted(7, nobody_->name(), kAnswer) || since.elapsed() > kMs);
    QTRY_VERIFY(!brief.granted(7, nobody_->name(), kAnswer));
    QVERIFY(since.elapsed() >= kMs);
    QVERIFY(grants_->granted(7, nobody_->name(), kAnswer));
}

void GrantsTest::thereIsALimit() {
    constexpr int kLast = PreparedGrants::kMax + 1;
    for (int id = 1; id <= kLast; ++id)
        grants_->prepare(api::QuestionId(id), nobody_->name(), kAnswer);
    QTRY_VERIFY_WITH_TIMEOUT(grants_->granted(kLast - 1, nobody_->name(), kAnswer), 60'000);
    letPolkitAnswer();
    QVERIFY(!grants_->granted(kLast, nobody_->name(), kAnswer));
}

void GrantsTest::aPolkitThatHangsIsNotWaitedFor_data() {
    QTest::addColumn<bool>("known");
    QTest::newRow("from the first question on") << false;
    QTest::newRow("later") << true;
}

// Not even where a person may be asked for a password, who may take his time.
void GrantsTest::aPolkitThatHangsIsNotWaitedFor() {
    QFETCH(bool, known);
    Authority brief(nullptr, std::chrono::milliseconds(200));
    std::optional<api::ErrorCode> code;
    const auto ask = [&] {
        code.reset();
        brief.check(nobody_->name(), kAnswer, Interaction::Allowed,
                    [&code](const api::Result<void>& granted) {
                        code = granted ? api::ErrorCode::Conflict : granted.error().code;
                    });
    };
    if (known) {
        ask();
        QTRY_COMPARE(code, api::ErrorCode::Conflict);
    }
    rig_->stopPolkit();
    ask();
    QTRY_COMPARE(code, api::ErrorCode::NoAuthority);
    rig_->continuePolkit();
    // As soon as it goes on, so does this.
    const auto granted = [&] {
        ask();
        return QTest::qWaitFor([&] { return code.has_value(); }) &&
               *code == api::ErrorCode::Conflict;
    };
    QTRY_VERIFY_WITH_TIMEOUT(granted(), 60'000);
}

// The last one: polkit does not come back.
void GrantsTest::withoutPolkitNothingIsGranted() {
    grants_->prepare(7, nobody_->name(), kAnswer);
    letPolkitAnswer();
    QVERIFY(grants_->granted(7, nobody_->name(), kAnswer));
    rig_->endPolkit();
    QTRY_VERIFY(!grants_->granted(7, nobody_->name(), kAnswer));
    grants_->prepare(8, nobody_->name(), kAnswer);
    letPolkitAnswer();
    QVERIFY(!grants_->granted(8, nobody_->name(), kAnswer));
}

QTEST_GUILESS_MAIN(GrantsTest)
#include "grants_test.moc"
