// Mode, pause, block-all and settings: what counts before and after all rules.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLoggingCategory>

#include "engine/engine.h"

Q_LOGGING_CATEGORY(lcModes, "sallyport.modes")

namespace sallyport::engine {
namespace {

using api::ErrorCode;
using api::failure;

constexpr qint64 kNsPerMs = 1'000'000;
constexpr qint64 kMaxModeMs = qint64{365} * 24 * 3600 * 1000;

}  // namespace

// As it was stored; what had an end and is over by now is not taken up again.
void Engine::takeState(const store::State& stored) {
    state_ = stored;
    if (state_.pausedUntilMs <= startedMs_)
        state_.pausedUntilMs = 0;
    if (state_.modeUntilMs && state_.modeUntilMs <= startedMs_) {
        state_.mode = api::Mode::Ask;
        state_.modeUntilMs = 0;
        // Also for a clock that goes back.
        if (const auto kept = ruleStore_.save(state_); !kept)
            qCWarning(lcModes).noquote()
                << "the end of the mode was not kept:" << kept.error().text;
    }
    waitForModeEnd();
}

policy::Circumstances Engine::circumstances() const {
    policy::Circumstances now{state_.mode, state_.blockAll, 0, resolvConf_.resolvers(),
                              onLink_.networks()};
    const qint64 left = state_.pausedUntilMs - clock_.nowMs();
    if (state_.pausedUntilMs && left > 0)
        now.pausedUntilNs = kernel_.bootNs() + static_cast<quint64>(left * kNsPerMs);
    return now;
}

// Enforces the changed state, then keeps it; on failure the old one is in force again.
api::Result<void> Engine::changeState(const store::State& next) {
    const store::State before = std::exchange(state_, next);
    api::Result<void> done = enforce();
    if (done)
        done = ruleStore_.save(next);
    if (!done) {
        state_ = before;
        if (const auto back = enforce(); !back)
            qCWarning(lcModes).noquote() << "cannot go back:" << back.error().text;
        return done;
    }
    if (state_.pausedUntilMs)
        due(state_.pausedUntilMs);
    waitForModeEnd();
    rejudge();
    return {};
}

api::Result<void> Engine::checkMode(api::Mode mode, qint64 untilMs) const {
    if (untilMs == 0)
        return {};
    if (mode == api::Mode::Ask)
        return failure(ErrorCode::Invalid,
                       QStringLiteral("ask has no end: it is what the other modes end in"));
    const qint64 now = clock_.nowMs();
    if (untilMs <= now || untilMs - now > kMaxModeMs)
        return failure(ErrorCode::Invalid,
                       QStringLiteral("a mode ends in the future, within 365 days"));
    return {};
}

api::Result<void> Engine::setMode(api::Mode mode, qint64 untilMs) {
    if (const auto fine = checkMode(mode, untilMs); !fine)
        return fine;
    store::State next = state_;
    next.mode = mode;
    next.modeUntilMs = untilMs;
    return changeState(next);
}

// What a mode ends in is always Ask, and not the mode before it: that one may be long past, may
// have had an end of its own and may let everything through; in Ask nothing new passes without a
// person.
void Engine::endMode() {
    const store::State before = state_;
    state_.mode = api::Mode::Ask;
    state_.modeUntilMs = 0;
    if (const auto done = enforce(); !done) {
        state_ = before;  // what is in force; expire() tries again
        return;
    }
    // When it cannot be written, the next start finds that the end is past.
    if (const auto kept = ruleStore_.save(state_); !kept)
        qCWarning(lcModes).noquote() << "the end of the mode was not kept:" << kept.error().text;
    waitForModeEnd();
    rejudge();
}

void Engine::waitForModeEnd() {
    if (state_.modeUntilMs)
        due(state_.modeUntilMs);
}

// The clock went back by so much: the pause, the mode and rules that end go with it.
void Engine::moveEnds(qint64 byMs) {
    store::State next = state_;
    for (qint64* end : {&next.pausedUntilMs, &next.modeUntilMs}) {
        if (*end)
            *end = std::max<qint64>(*end + byMs, 1);
    }
    if (next != state_) {
        if (const auto kept = changeState(next); !kept)
            qCWarning(lcModes).noquote() << "ends stay as the clock was:" << kept.error().text;
    }
    QList<api::RuleId> ending;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (rule.origin != api::Origin::Administrator && rule.lifetime == api::Lifetime::Timed)
            ending.append(rule.id);
    }
    if (ending.isEmpty())
        return;
    if (const auto moved = ruleStore_.moveEnds(ending, byMs); !moved)
        qCWarning(lcModes).noquote() << "rules end as the clock was:" << moved.error().text;
    else if (const auto read = rulesStored(ending); !read)
        qCWarning(lcModes).noquote() << "rules end as the clock was:" << read.error().text;
}

api::Result<void> Engine::setBlockAll(bool on) {
    store::State next = state_;
    next.blockAll = on;
    if (on)
        next.pausedUntilMs = 0;
    return changeState(next);
}

api::Result<void> Engine::pause(quint32 seconds) {
    if (seconds > kMaxPauseSeconds)
        return failure(ErrorCode::Invalid,
                       QStringLiteral("a pause lasts 1 to 86400 seconds, not %1").arg(seconds));
    store::State next = state_;
    next.pausedUntilMs = seconds ? clock_.nowMs() + qint64{seconds} * 1000 : 0;
    return changeState(next);
}

// The kernel has ended the pause by itself; a new table makes it judge again what passed in it.
void Engine::endPause() {
    store::State next = state_;
    next.pausedUntilMs = 0;
    if (const auto done = changeState(next); !done)
        qCWarning(lcModes).noquote() << "the end of the pause was not kept:" << done.error().text;
    state_.pausedUntilMs = 0;
}

api::Result<void> Engine::setSettings(const api::Settings& settings) {
    store::State next = state_;
    next.settings = settings;
    if (const auto changed = changeState(next); !changed)
        return changed;
    prune(clock_.nowMs());
    return {};
}

}  // namespace sallyport::engine
