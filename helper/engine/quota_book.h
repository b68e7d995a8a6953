// What is used of the quotas of rules, in the periods that run. The kernel side counts; this keeps
// it through restarts, and begins a new count when a period does.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

#include "api/rule.h"
#include "kernel/kernel.h"
#include "store/rule_store.h"

namespace sallyport::engine {

class QuotaBook {
  public:
    // Both must outlive it.
    QuotaBook(const kernel::Kernel& kernel, store::RuleStore& store)
        : kernel_(kernel), store_(store) {}

    bool isEmpty() const { return counts_.isEmpty(); }
    // Brings the counts of these rules, which are all there are, up to nowMs (Unix milliseconds),
    // and writes into the rules what is used. True: a quota is used up that was not, or another
    // period runs, so that the kernel must be told.
    bool count(QList<api::Rule>& rules, qint64 nowMs);
    // Writes into the rules what is used this moment.
    void look(QList<api::Rule>& rules) const;
    // Stores what was counted since the last time.
    api::Result<void> keep();
    // As if nothing had been used in the period that runs: the next count() begins anew.
    api::Result<void> reset(const api::Rule& rule);

    // Which count the kernel side shall go on with for the rule.
    quint64 countOf(const api::Rule& rule) const { return counts_.value(rule.id).id; }
    // When the next period begins, in Unix milliseconds; 0: no rule has a quota.
    qint64 nextPeriodMs() const { return nextPeriodMs_; }

  private:
    struct Count {
        QString key;     // whose, through restarts
        QDate since;     // first day of its period
        quint64 id = 0;  // of the store
        quint64 used = 0, kept = 0;
        bool usedUp = false;
    };
    Count begin(const api::Rule& rule, const QString& key, QDate since) const;

    const kernel::Kernel& kernel_;
    store::RuleStore& store_;
    QHash<api::RuleId, Count> counts_;
    QList<Count> over_;  // of earlier periods and rules that are gone, for keep()
    qint64 nextPeriodMs_ = 0;
};

}  // namespace sallyport::engine
