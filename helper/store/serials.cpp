// What ends with the boot, and rules of processes, which are known by serials: these end with who
// counts them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "store/rule_store.h"

namespace sallyport::store {

using api::Lifetime;
using api::Result;
using api::Rule;
using api::RuleId;
using namespace Qt::StringLiterals;

Result<void> RuleStore::begin() {
    const Result<qint64> seeded = database_.number(
        "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM settings WHERE key='seeded'");
    if (!seeded)
        return seeded.error();
    edition_ = static_cast<int>(*seeded);
    if (Result<void> ended =
            database_.run("DELETE FROM rules WHERE boot IS NOT NULL AND boot<>?", bootId_);
        !ended)
        return ended;
    return forgetLostQuotas();
}

Result<bool> RuleStore::setSerials(const QString& serials) {
    serials_ = serials;
    {
        Result<Statement> row = database_.prepare("SELECT value FROM settings WHERE key='serials'");
        const Result<bool> found = row ? row->step() : Result<bool>(row.error());
        if (!found)
            return found;
        if (*found && row->text(0) == serials)
            return false;
    }
    const Result<QList<Rule>> rules = all();
    if (!rules)
        return rules.error();
    for (const Rule& rule : *rules) {
        if (rule.lifetime == Lifetime::Process)
            ended_.insert(rule.id);
    }
    if (Result<void> gone = forget(ended_.values()); !gone)
        return gone.error();
    if (Result<void> kept =
            database_.run("INSERT OR REPLACE INTO settings VALUES ('serials',?)", serials);
        !kept)
        return kept.error();
    return !ended_.isEmpty();
}

QString RuleStore::run() const {
    return serials_.isEmpty() ? bootId_ : bootId_ + u'/' + serials_;
}

bool RuleStore::isOver(Lifetime lifetime, const QString& run) const {
    if (lifetime == Lifetime::Process)
        return run != this->run();
    return lifetime == Lifetime::UntilRestart && run.section(u'/', 0, 0) != bootId_;
}

}  // namespace sallyport::store
