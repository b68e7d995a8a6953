// The engine's start and its clockwork: what is due when, what is written when, and how all is
// well.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"

#include <QLoggingCategory>
#include <algorithm>

#include "api/fields.h"
#include "engine/administrator_rules.h"
#include "policy/starter.h"

Q_LOGGING_CATEGORY(lcEngine, "sallyport.engine")

namespace sallyport::engine {
namespace {

constexpr int kLiveIntervalMs = 250;
constexpr int kTidySoonMs = 3000;
constexpr int kTidyAgainMs = 10000;
constexpr qint64 kModeAgainMs = 60'000;   // after a mode that could not be ended
constexpr qint64 kForgetEveryMs = 1'000;  // a thousand that ended are not a thousand wake-ups
constexpr qint64 kPruneEveryMs = qint64{24} * 3600 * 1000;
constexpr qint64 kMsPerDay = qint64{24} * 3600 * 1000;
// What a time service puts right by less, and a leap second, move nothing. A clock that is made
// faster or slower is none that is set: the boot clock is made so, too.
constexpr qint64 kClockStepMs = 2'000;

}  // namespace

Engine::Engine(kernel::Kernel& kernel, process::ProcessTable& processes, store::RuleStore& rules,
               store::History& history, const Clock& clock, Options options, QObject* parent)
    : QObject(parent),
      kernel_(kernel),
      processes_(processes),
      ruleStore_(rules),
      history_(history),
      clock_(clock),
      options_(std::move(options)),
      numbering_(kernel.numberKey()),
      names_(kernel),
      resolvConf_(options_.resolvConf),
      onLink_(options_.routes),
      lists_(kernel, options_.lists),
      quotas_(kernel, rules),
      packetHolders_(kernel, processes),
      listeners_(kernel, [this](const kernel::Owner& owner) { return listenerOf(owner); }),
      agents_(options_.activity) {
    connect(&dueTimer_, &WallTimer::timeout, this, &Engine::expire);
    tidyTimer_.setSingleShot(true);
    tidyTimer_.setTimerType(Qt::CoarseTimer);
    connect(&tidyTimer_, &QTimer::timeout, this, [this] {
        if (kernel_.tidy())
            tidyTimer_.start(kTidyAgainMs);
    });
    liveTimer_.setInterval(kLiveIntervalMs);
    connect(&liveTimer_, &QTimer::timeout, this, &Engine::sendLive);
    connect(&lists_, &ListBook::changed, this, &Engine::listsInForce);
    connect(&resolvConf_, &resolved::ResolvConf::changed, this, &Engine::networkChanged);
    connect(&onLink_, &kernel::OnLinkNetworks::changed, this, &Engine::networkChanged);
    connect(&onLink_, &kernel::OnLinkNetworks::linksChanged, this, &Engine::linksChanged);
    connect(&contents_, &ContentBook::told, this, &Engine::onContent);
    connect(&history_, &store::History::problemChanged, this,
            [this] { setProblem(QStringLiteral("history"), history_.problem()); });
}

Engine::~Engine() {
    quotas_.count(rules_, clock_.nowMs());
    flush();
    saveNames();
}

api::Result<void> Engine::start(std::optional<QList<api::Rule>> stored) {
    startedMs_ = clock_.nowMs();
    aheadMs_ = startedMs_ - clock_.bootMs();
    const auto state = ruleStore_.state();
    if (!state)
        return state.error();
    takeState(*state);
    if (const auto seeded = seed(); !seeded)
        return seeded.error();
    else if (*seeded)
        stored.reset();
    const auto ended = ruleStore_.setSerials(numbering_.keyName());
    if (!ended)
        qCWarning(lcEngine).noquote()
            << "rules of processes that are over stay stored:" << ended.error().text;
    if (!ended || *ended)
        stored.reset();
    const AdministratorRules administrators = readAdministratorRules(options_.administratorRules);
    administratorRules_ = administrators.rules;
    setProblem(QStringLiteral("files"), administrators.problems.join(QStringLiteral("; ")));
    setProblem(QStringLiteral("history"), history_.problem());
    lists_.start();
    resolvConf_.start();
    onLink_.start();
    setProblem(QStringLiteral("lists"), lists_.problem());
    if (const auto read = readRules(std::move(stored)); !read)
        return read.error();
    counted_ = kernel_.counters();  // to another helper
    kernel_.tellRunning(*this);
    ran_.clear();
    restoreNames();
    if (const auto enforced = enforce(); !enforced)
        return enforced.error();
    lookForContents();
    watchKernel();
    listenToResolved();
    drain();
    adoptFlows();
    adoptAnswers();
    lookForPacketHolders(0);
    removeRulesOfGoneProcesses();
    due(clock_.nowMs());
    return {};
}

// Whether rules were added. Those that came with a later edition can wait for a disk that takes
// them.
api::Result<bool> Engine::seed() {
    const int edition = ruleStore_.edition();
    if (edition >= policy::kStarterEdition)
        return false;
    const QList<api::Rule> rules = policy::starterRules(startedMs_, options_.listsUser, edition);
    const auto seeded = ruleStore_.seed(rules, policy::kStarterEdition);
    if (!seeded && edition == 0)
        return seeded.error();
    return seeded.has_value();
}

void Engine::watchKernel() {
    if (kernel_.eventFd() < 0)
        return;
    notifier_ = std::make_unique<QSocketNotifier>(kernel_.eventFd(), QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, &Engine::drain);
}

void Engine::tidySoon() {
    if (!tidyTimer_.isActive() || tidyTimer_.remainingTime() > kTidySoonMs)
        tidyTimer_.start(kTidySoonMs);
}

// Makes sure that expire() runs at that time or before. Unix milliseconds.
void Engine::due(qint64 atMs) {
    dueByBoot(clock_.bootMs() + (atMs - clock_.nowMs()));
}

// The same in milliseconds since the machine started.
void Engine::dueByBoot(qint64 atMs) {
    if (dueTimer_.isActive() && dueByBootMs_ <= atMs)
        return;
    dueByBootMs_ = atMs;
    dueTimer_.start(atMs - clock_.bootMs());
}

// The clock was set, or was found to be wrong: what should last for so long does not last longer
// for it. Ends that a person may have meant by the clock come early rather than late.
void Engine::followClock() {
    const qint64 ahead = clock_.nowMs() - clock_.bootMs();
    const qint64 stepMs = ahead - std::exchange(aheadMs_, ahead);
    if (std::abs(stepMs) < kClockStepMs)
        return;
    qCInfo(lcEngine).noquote() << "the clock was set by" << stepMs / 1'000 << "s";
    for (const api::QuestionId id : book_.moveDeadlines(stepMs))
        questionChanged(*book_.find(id));
    if (quotasDueMs_)
        quotasDueMs_ = clock_.nowMs();
    if (stepMs < 0)
        moveEnds(stepMs);
}

void Engine::expire() {
    dueTimer_.stop();
    followClock();
    const qint64 now = clock_.nowMs();
    const qint64 boot = clock_.bootMs();
    giveUpOverdue(now);
    giveUpReading(boot);
    expireRules(now);
    if (state_.pausedUntilMs && state_.pausedUntilMs <= now)
        endPause();
    if (state_.modeUntilMs && state_.modeUntilMs <= now)
        endMode();
    if (quotasDueMs_ && quotasDueMs_ <= now)
        countQuotas(now);
    if (const qint64 next = flows_.forgetEnded(boot - kEndedShownMs))
        dueByBoot(std::max(next + kEndedShownMs, boot + kForgetEveryMs));
    described_.removeIf([](const auto& known) { return known.value().expired(); });
    endFull(boot);
    if (lookForEndsMs_ && lookForEndsMs_ <= boot)
        endLost();
    if (lookForEndsMs_)
        dueByBoot(lookForEndsMs_);
    if (idlePeersDueMs_ && idlePeersDueMs_ <= boot)
        endIdlePeers(boot);
    if (idlePeersDueMs_)
        dueByBoot(idlePeersDueMs_);
    endSilentKnocks(boot);
    if (const qint64 next = knocks_.nextMs())
        dueByBoot(std::max(next, boot + kForgetEveryMs));
    if (writeDueMs_ && writeDueMs_ <= boot)
        flush();
    if (const qint64 next = names_.nextSweepMs(); next && next <= boot)
        sweepNames(boot);
    if (namesDueMs_ && namesDueMs_ <= boot)
        saveNames();
    if (namesDueMs_)
        dueByBoot(namesDueMs_);
    if (!prunedMs_ || prunedMs_ + kPruneEveryMs <= boot)
        prune(now);
    if (const qint64 deadline = book_.nextDeadline())
        due(deadline);
    if (const qint64 next = names_.nextSweepMs())
        dueByBoot(next);
    if (state_.pausedUntilMs)
        due(state_.pausedUntilMs);
    if (state_.modeUntilMs)
        due(state_.modeUntilMs > now ? state_.modeUntilMs : now + kModeAgainMs);
    if (quotasDueMs_)
        due(quotasDueMs_);
    if (writeDueMs_)
        dueByBoot(writeDueMs_);
    dueByBoot(prunedMs_ + kPruneEveryMs);
    notice();
}

void Engine::giveUpOverdue(qint64 nowMs) {
    for (const api::QuestionId id : book_.openIds()) {
        const Pending* pending = book_.find(id);
        if (pending && !pending->question.missed && pending->question.deadlineMs <= nowMs)
            giveUp(id, SP_VERDICT_BLOCK_ERROR, api::Reason::TimedOut);
    }
}

void Engine::flush() {
    writeDueMs_ = 0;
    history_.append(std::exchange(unwritten_, {}));
    keepQuotas();
    if (uses_.isEmpty())
        return;
    QList<store::Use> uses;
    for (const store::Use& use : std::as_const(uses_))
        uses.append(use);
    if (const auto touched = ruleStore_.touch(uses); !touched) {
        qCWarning(lcEngine).noquote() << "uses of rules not kept:" << touched.error().text;
        return;
    }
    for (api::Rule& rule : rules_) {
        if (const auto use = uses_.constFind(rule.id); use != uses_.constEnd()) {
            rule.hits += use->hits;
            rule.lastUsedMs = use->lastUsedMs;
        }
    }
    uses_.clear();
}

// Sums by day outlive the connections by what the totals of a month need, unless nothing at all is
// to be kept.
void Engine::prune(qint64 nowMs) {
    prunedMs_ = clock_.bootMs();
    constexpr qint64 kDaysOfTotals = 31;
    const qint64 days = settings().historyDays;
    const qint64 today = QDateTime::fromMSecsSinceEpoch(nowMs).date().toJulianDay();
    history_.shorten({nowMs - days * kMsPerDay,
                      days ? today - std::max(days, kDaysOfTotals) : today + 1,
                      qint64{settings().historyMegabytes} << 20});
}

void Engine::history(const api::HistoryFilter& filter, QObject* context,
                     store::History::Done<api::HistoryPage> done) {
    drain();  // who ended a moment ago is in it
    history_.append(std::exchange(unwritten_, {}));
    history_.query(filter, context, std::move(done));
}

void Engine::setProblem(const QString& source, const QString& text) {
    if (text.isEmpty() ? !problems_.remove(source) : problems_.value(source) == text)
        return;
    if (!text.isEmpty()) {
        problems_.insert(source, text);
        metrics_.problem(source);
        qCWarning(lcEngine).noquote() << text;
    }
    notice();
}

QByteArray Engine::metrics() {
    takeStock();
    return metrics_.text(
        status(), kernel_.counters(),
        [this](api::ProgramId program) { return numbering_.identity(program); }, clock_.nowMs());
}

api::Status Engine::status() const {
    const kernel::Counters counters = kernel_.counters();
    api::Status status;
    status.version = QStringLiteral(SALLYPORT_VERSION);
    status.enforcing = enforcing_;
    status.cgroup = kernel_.cgroup();
    status.wholeSystem = kernel_.wholeSystem();
    status.mode = state_.mode;
    status.modeUntilMs = state_.modeUntilMs;
    status.blockAll = state_.blockAll;
    status.pausedUntilMs = state_.pausedUntilMs > clock_.nowMs() ? state_.pausedUntilMs : 0;
    status.waiting = book_.askedCount();
    status.missed = book_.missedCount();
    status.rules = static_cast<quint32>(rules_.size());
    status.connections = flows_.openCount();
    status.agents = agents_.count();
    status.eventsLost = counters.eventsLost;
    status.packetsUnparsed = counters.packetsUnparsed;
    status.dnsUnasked = names_.unasked();
    status.dnsDamaged = names_.damaged();
    status.problem = api::shortened(QStringList(problems_.values()).join(QStringLiteral("; ")));
    status.startedMs = startedMs_;
    status.packetHolders = packetHolders_.list();
    status.packetHoldersLeftOut = packetHolders_.leftOut();
    status.framesJudged = kernel_.judgesFrames();
    return status;
}

}  // namespace sallyport::engine
