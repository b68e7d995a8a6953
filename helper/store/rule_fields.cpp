// What changes in rules by itself: for which content of their files they are, and when they end.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/rule_store.h"

namespace sallyport::store {

api::Result<void> RuleStore::setSha256(const QList<api::RuleId>& ids, const QString& sha256) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    for (const api::RuleId id : ids) {
        if (auto done = database_.run(
                "UPDATE rules SET body=json_set(body,'$.sha256',?) WHERE id=?", sha256, qint64{id});
            !done)
            return done;
    }
    return transaction.commit();
}

api::Result<void> RuleStore::moveEnds(const QList<api::RuleId>& ids, qint64 byMs) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.begun();
    for (const api::RuleId id : ids) {
        if (auto done = database_.run("UPDATE rules SET body=json_set(body,'$.expiresMs',"
                                      "max(json_extract(body,'$.expiresMs')+?,1)) WHERE id=?",
                                      byMs, qint64{id});
            !done)
            return done;
    }
    return transaction.commit();
}

}  // namespace sallyport::store
