// The kernel's matcher over compiled tables says what a slow and obvious reading of the rules says,
// and so does the explanation.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QHash>
#include <QJsonDocument>
#include <QMap>
#include <QPair>
#include <QTest>
#include <QVariantMap>

#include "policy/explain.h"
#include "policy/precedence.h"
#include "policy_generator.h"

using namespace sallyport;
using namespace sallyport::tests;
using policy::Circumstances;
using policy::Decision;

namespace {

constexpr int kRuleSets = 3000;
constexpr int kAttempts = 16;

// How much of the local end and the ports the kernel knows: all, not the local end yet (connect()),
// or no ports (a raw socket).
enum class Ports { Known, LocalOpen, None };

Decision verdictOf(const api::Rule& rule) {
    constexpr sp_verdict kBlocks[] = {SP_VERDICT_BLOCK_ERROR, SP_VERDICT_BLOCK_REFUSE,
                                      SP_VERDICT_BLOCK_SILENT};
    const sp_verdict block = kBlocks[static_cast<int>(rule.blockStyle)];
    if (rule.quota.isUsedUp() && rule.quota.then == api::WhenUsedUp::Block)
        return {block, SP_REASON_RULE, rule.id};
    if (rule.action == api::Action::Allow)
        return {rule.limit.isNone() && rule.quota.isNone() ? SP_VERDICT_ALLOW : SP_VERDICT_LIMIT,
                SP_REASON_RULE, rule.id};
    if (rule.action == api::Action::Audit)
        return {SP_VERDICT_ALLOW, SP_REASON_AUDIT_RULE, rule.id};
    return {block, SP_REASON_RULE, rule.id};
}

Decision verdictOf(api::Mode mode) {
    if (mode == api::Mode::Audit)
        return {SP_VERDICT_ALLOW, SP_REASON_AUDIT_MODE, 0};
    constexpr sp_verdict kModes[] = {SP_VERDICT_HOLD, SP_VERDICT_ALLOW, SP_VERDICT_BLOCK_ERROR};
    return {kModes[static_cast<int>(mode)], SP_REASON_MODE, 0};
}

bool isBlock(sp_verdict verdict) {
    return verdict == SP_VERDICT_BLOCK_ERROR || verdict == SP_VERDICT_BLOCK_REFUSE ||
           verdict == SP_VERDICT_BLOCK_SILENT;
}

bool asksForAName(const api::Rule& rule, const api::Attempt& attempt) {
    const bool asks =
        rule.remote.kind == api::Remote::Kind::Host ||
        (rule.remote.kind == api::Remote::Kind::List && Numbers::list(rule.remote.list) != 0);
    return asks && !attempt.remote.isLoopback() && attempt.protocol != api::kFrames;
}

// May the program say a name in its first data that nobody knows yet?
bool unsaid(const api::Rule& rule, const api::Attempt& attempt, Ports ports) {
    const bool tls = attempt.protocol == 6;
    const bool quic = attempt.protocol == 17 && attempt.remotePort == 443;
    if (rule.remote.kind == api::Remote::Kind::List) {
        api::Attempt address = attempt;
        address.names.clear();
        const policy::Listing in = listing(rule.remote.list, address);
        if (in.listed || !in.hasNames)
            return false;
    }
    return asksForAName(rule, attempt) && (attempt.names.isEmpty() || attempt.hearsay) &&
           !attempt.unclear && ports != Ports::None &&
           attempt.direction == api::Direction::Outbound && (tls || quic);
}

// `rules` in order of precedence; the first that fits decides.
Decision slowly(const QList<api::Rule>& rules, const Circumstances& now, api::Attempt attempt,
                Ports ports, bool pending) {
    attempt.nameless = true;  // see unsaid()
    if (kNowNs < now.pausedUntilNs)
        return {SP_VERDICT_ALLOW, SP_REASON_PAUSED, 0};
    if (now.blockAll && !attempt.remote.isLoopback())
        return {SP_VERDICT_BLOCK_ERROR, SP_REASON_BLOCK_ALL, 0};
    if (attempt.app.kind == api::AppIdentity::Kind::Any)
        return {SP_VERDICT_UNRESOLVED, SP_REASON_NONE, 0};
    // What comes of the first rule that hangs on a name which is not said yet; and of the first of
    // them that may let go, which alone matter where it is blocked without one.
    std::optional<Decision> unsaidAny, unsaidGoes;
    const auto hang = [&](const api::Rule& rule, sp_verdict verdict) {
        const Decision waits{verdict, SP_REASON_NONE, 0};
        if (!unsaidAny)
            unsaidAny = waits;
        if (!unsaidGoes && !isBlock(verdictOf(rule).verdict))
            unsaidGoes = waits;
    };
    const auto unless = [&](const Decision& decision) {
        return (isBlock(decision.verdict) ? unsaidGoes : unsaidAny).value_or(decision);
    };
    for (api::Rule rule : rules) {
        if (!rule.enabled || policy::expired(rule, kNowMs))
            continue;
        if (rule.quota.isUsedUp() && rule.quota.then == api::WhenUsedUp::Ask)
            continue;
        if (pending && asksForAName(rule, attempt))  // whichever program it is for
            return {SP_VERDICT_UNRESOLVED, SP_REASON_NONE, 0};
        if (ports == Ports::None && !(rule.remotePorts.isAny() && rule.localPorts.isAny()))
            continue;
        const bool hangs = ports == Ports::LocalOpen && !rule.localPorts.isAny();
        if (hangs && api::protocolHasPorts(attempt.protocol))
            rule.localPorts = {};
        const bool hangsOnRequest = fitOf(rule.http, attempt.http) == api::HttpFit::Unsaid;
        if (hangsOnRequest)
            rule.http = {};
        const policy::Fit fit = policy::fit(rule, attempt, listing);
        if (fit.unknown || (fit.fits && hangs))
            return unless({SP_VERDICT_UNRESOLVED, SP_REASON_NONE, 0});
        if (fit.fits && hangsOnRequest)
            return unless({SP_VERDICT_FIRST_DATA, SP_REASON_NONE, 0});
        const bool hangsOnName = unsaid(rule, attempt, ports);
        if (fit.fits && !(hangsOnName && policy::letsGo(verdictOf(rule).verdict)))
            return unless(verdictOf(rule));
        if (!hangsOnName)
            continue;
        rule.remote = {};
        rule.http = {};
        const policy::Fit then = policy::fit(rule, attempt, listing);
        if (then.unknown || (then.fits && hangs))
            hang(rule, SP_VERDICT_UNRESOLVED);
        else if (then.fits)
            hang(rule, SP_VERDICT_FIRST_DATA);
    }
    return unless(verdictOf(now.mode));
}

QString asText(const Decision& decision) {
    return QStringLiteral("verdict %1, reason %2, rule %3")
        .arg(decision.verdict)
        .arg(decision.reason)
        .arg(decision.rule);
}

QString asText(const QVariantMap& map) {
    return QString::fromUtf8(QJsonDocument::fromVariant(map).toJson(QJsonDocument::Compact));
}

QString report(const QList<api::Rule>& rules, const api::Attempt& attempt, const Decision& fast,
               const QString& slow) {
    QString text = QStringLiteral("\nfast: %1\nslow: %2\nattempt: %3\n")
                       .arg(asText(fast), slow, asText(api::toMap(attempt)));
    for (const api::Rule& rule : rules)
        text += asText(api::toMap(rule)) + QLatin1Char('\n');
    return text;
}

// A decision in the words of an explanation.
api::Explanation explained(const Decision& decision) {
    using api::ConnectionState;
    using api::Reason;
    const QHash<int, ConnectionState> passing = {{SP_REASON_MODE, ConnectionState::Undecided},
                                                 {SP_REASON_AUDIT_RULE, ConnectionState::Audited},
                                                 {SP_REASON_AUDIT_MODE, ConnectionState::Audited}};
    const QHash<int, ConnectionState> states = {
        {SP_VERDICT_ALLOW, passing.value(decision.reason, ConnectionState::Allowed)},
        {SP_VERDICT_LIMIT, ConnectionState::Allowed},
        {SP_VERDICT_BLOCK_ERROR, ConnectionState::Blocked},
        {SP_VERDICT_BLOCK_REFUSE, ConnectionState::Blocked},
        {SP_VERDICT_BLOCK_SILENT, ConnectionState::Blocked},
        {SP_VERDICT_HOLD, ConnectionState::Held},
        {SP_VERDICT_FIRST_DATA, ConnectionState::Held},
        {SP_VERDICT_UNRESOLVED, ConnectionState::Held}};
    const QHash<int, Reason> reasons = {
        {SP_REASON_NONE, Reason::Waiting},      {SP_REASON_RULE, Reason::Rule},
        {SP_REASON_MODE, Reason::Mode},         {SP_REASON_PAUSED, Reason::Paused},
        {SP_REASON_AUDIT_RULE, Reason::Rule},   {SP_REASON_AUDIT_MODE, Reason::Mode},
        {SP_REASON_BLOCK_ALL, Reason::BlockAll}};
    return {states.value(decision.verdict), reasons.value(decision.reason), decision.rule, {}};
}

}  // namespace

class PolicyReferenceTest : public QObject {
    Q_OBJECT
  private slots:
    void decidesAsTheSlowReading_data();
    void decidesAsTheSlowReading();
    void explanationAgreesWithTheDecision();
    void everyOutcomeIsReached();
};

void PolicyReferenceTest::decidesAsTheSlowReading_data() {
    QTest::addColumn<int>("ports");
    QTest::addColumn<bool>("pending");
    QTest::newRow("all known") << static_cast<int>(Ports::Known) << false;
    QTest::newRow("local end not chosen yet") << static_cast<int>(Ports::LocalOpen) << false;
    QTest::newRow("ports not to be trusted") << static_cast<int>(Ports::None) << false;
    QTest::newRow("a name on its way") << static_cast<int>(Ports::Known) << true;
    QTest::newRow("a name on its way at connect()") << static_cast<int>(Ports::LocalOpen) << true;
}

void PolicyReferenceTest::decidesAsTheSlowReading() {
    QFETCH(int, ports);
    QFETCH(bool, pending);
    const auto known = static_cast<Ports>(ports);
    Generator make(seed());
    for (int set = 0; set < kRuleSets; ++set) {
        Numbers numbers;
        const QList<api::Rule> rules = make.rules(set % 24);
        const Circumstances now = make.circumstances();
        const QList<api::Rule> ordered = policy::sorted(rules);
        const auto table = policy::compile(rules, now, numbers.numbering(), kNowMs);
        QVERIFY(table);
        for (int i = 0; i < kAttempts; ++i) {
            api::Attempt attempt = make.attempt(rules);
            if (known == Ports::LocalOpen) {
                attempt.local.reset();
                attempt.interface.clear();
            }
            sp_attempt input = toKernel(attempt, numbers);
            input.has_ports = input.has_ports && known != Ports::None;
            input.lport_open = known == Ports::LocalOpen;
            policy::Names names = namesOf(attempt, rules, numbers);
            names.pending = pending;
            const Decision fast = policy::decide(*table, input, kNowNs, names, attempt.http);
            const Decision slow = slowly(ordered, now, attempt, known, pending);
            if (fast != slow)  // QVERIFY2 would make the report every time
                QFAIL(qPrintable(report(ordered, attempt, fast, asText(slow))));
        }
    }
}

void PolicyReferenceTest::explanationAgreesWithTheDecision() {
    Generator make(seed() + 1);
    for (int set = 0; set < kRuleSets / 2; ++set) {
        Numbers numbers;
        const QList<api::Rule> rules = make.rules(set % 24);
        const Circumstances now = make.circumstances();
        const auto table = policy::compile(rules, now, numbers.numbering(), kNowMs);
        QVERIFY(table);
        for (int i = 0; i < kAttempts; ++i) {
            const api::Attempt attempt = make.attempt(rules);
            const Decision decision =
                policy::decide(*table, toKernel(attempt, numbers), kNowNs,
                               namesOf(attempt, rules, numbers), attempt.http);
            api::Explanation why = policy::explain(rules, now, attempt, kNowNs, kNowMs, listing);
            int deciding = 0;
            for (const api::ExplanationStep& step : why.steps) {
                QVERIFY(!step.why.isEmpty());
                QVERIFY(!step.decides || (step.matches && step.rule.id == why.rule));
                deciding += step.decides;
            }
            QCOMPARE(deciding, why.rule == 0 ? 0 : 1);
            why.steps.clear();
            if (why != explained(decision))
                QFAIL(qPrintable(report(rules, attempt, decision, asText(api::toMap(why)))));
        }
    }
}

// The comparison is worth something only when the generator reaches everything.
void PolicyReferenceTest::everyOutcomeIsReached() {
    Generator make(seed() + 2);
    QMap<QPair<int, int>, int> seen;
    for (int set = 0; set < kRuleSets / 2; ++set) {
        Numbers numbers;
        const QList<api::Rule> rules = make.rules(set % 24);
        const auto table =
            policy::compile(rules, make.circumstances(), numbers.numbering(), kNowMs);
        QVERIFY(table);
        for (int i = 0; i < kAttempts; ++i) {
            const api::Attempt attempt = make.attempt(rules);
            const Decision decision =
                policy::decide(*table, toKernel(attempt, numbers), kNowNs,
                               namesOf(attempt, rules, numbers), attempt.http);
            ++seen[{decision.reason, decision.verdict}];
        }
    }
    const QList<QPair<int, int>> wanted = {
        {SP_REASON_RULE, SP_VERDICT_ALLOW},        {SP_REASON_RULE, SP_VERDICT_LIMIT},
        {SP_REASON_RULE, SP_VERDICT_BLOCK_ERROR},  {SP_REASON_RULE, SP_VERDICT_BLOCK_REFUSE},
        {SP_REASON_RULE, SP_VERDICT_BLOCK_SILENT}, {SP_REASON_MODE, SP_VERDICT_ALLOW},
        {SP_REASON_AUDIT_RULE, SP_VERDICT_ALLOW},  {SP_REASON_AUDIT_MODE, SP_VERDICT_ALLOW},
        {SP_REASON_MODE, SP_VERDICT_BLOCK_ERROR},  {SP_REASON_MODE, SP_VERDICT_HOLD},
        {SP_REASON_PAUSED, SP_VERDICT_ALLOW},      {SP_REASON_BLOCK_ALL, SP_VERDICT_BLOCK_ERROR},
        {SP_REASON_NONE, SP_VERDICT_UNRESOLVED},   {SP_REASON_NONE, SP_VERDICT_FIRST_DATA}};
    for (const auto& outcome : wanted)
        QVERIFY2(seen.value(outcome) > 50, qPrintable(QStringLiteral("reason %1, verdict %2: %3")
                                                          .arg(outcome.first)
                                                          .arg(outcome.second)
                                                          .arg(seen.value(outcome))));
    QCOMPARE(seen.size(), wanted.size());
}

QTEST_GUILESS_MAIN(PolicyReferenceTest)
#include "policy_reference_test.moc"
