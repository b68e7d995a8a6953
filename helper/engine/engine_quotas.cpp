// Quotas: counted by the kernel side, which stops what is too much by itself; kept, and begun anew
// by the calendar.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLoggingCategory>
#include <algorithm>

#include "engine/engine.h"

Q_LOGGING_CATEGORY(lcQuota, "sallyport.quotas")

namespace sallyport::engine {
namespace {

// What a machine that loses its power loses of a count, and how late a clock that was set is seen.
constexpr qint64 kCountEveryMs = 30'000;

}  // namespace

void Engine::onQuota(quint32 /*rule*/) {
    countQuotas(clock_.nowMs());
}

void Engine::countQuotas(qint64 nowMs) {
    const bool turned = quotas_.count(rules_, nowMs);
    keepQuotas();
    watchQuotas();
    if (!turned)
        return;
    // The kernel decides as before until it is told, and nothing passes that should not.
    if (const auto enforced = enforce(); !enforced)
        qCWarning(lcQuota).noquote() << "quotas are not renewed:" << enforced.error().text;
    emit rulesChanged();
    rejudge();
}

void Engine::watchQuotas() {
    quotasDueMs_ =
        quotas_.isEmpty() ? 0 : std::min(clock_.nowMs() + kCountEveryMs, quotas_.nextPeriodMs());
    if (quotasDueMs_)
        due(quotasDueMs_);
}

void Engine::keepQuotas() {
    if (const auto kept = quotas_.keep(); !kept)
        qCWarning(lcQuota).noquote() << "what is used of quotas is not kept:" << kept.error().text;
}

api::Result<void> Engine::resetQuota(api::RuleId id) {
    const api::Rule* rule = rulesById().value(id);
    if (!rule || rule->quota.isNone())
        return api::failure(api::ErrorCode::NotFound,
                            QStringLiteral("there is no rule %1 with a quota").arg(id));
    if (const auto reset = quotas_.reset(*rule); !reset)
        return reset;
    countQuotas(clock_.nowMs());
    return {};
}

}  // namespace sallyport::engine
