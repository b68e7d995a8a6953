// Finding rows of the history without reading all of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QSet>
#include <QStringList>

#include "api/history.h"
#include "store/database.h"

namespace sallyport::store {

// Which remotes have one of some texts in their name or address: remembered from page to page.
struct HistoryTexts {
    struct Found {
        QSet<qint64> hosts;
        qint64 upTo = 0;       // hosts with greater numbers have not been looked at
        bool complete = true;  // false: there are more than are worth listing
    };
    QHash<QStringList, Found> known;
};

// One page; see HistoryStore::query().
api::Result<api::HistoryPage> searchHistory(Database& database, HistoryTexts& texts,
                                            const api::HistoryFilter& filter, int budgetMs);

}  // namespace sallyport::store
