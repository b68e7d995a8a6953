// What is wrong with rules: those that fit nothing, decide nothing, or were never needed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QHash>
#include <QSet>
#include <functional>
#include <optional>

#include "api/rule.h"

namespace sallyport::models {

class RuleHealth {
    Q_DECLARE_TR_FUNCTIONS(sallyport::models::RuleHealth)
  public:
    struct Mark {
        QString word;   // "program gone"
        QString why;    // a sentence
        QString state;  // the stable word that a search finds it by
        bool grave = true;
        bool operator==(const Mark&) const = default;
    };

    // Whether no file is at this path. Who may not look there knows nothing: false.
    static bool isGone(const QString& path);

    explicit RuleHealth(std::function<bool(const QString&)> gone = isGone)
        : isGone_(std::move(gone)) {}

    // By name, why a list is not in force; empty: it is. Before the first call nobody knows which
    // there are.
    void setLists(const QHash<QString, QString>& problems) { lists_ = problems; }
    const std::optional<QHash<QString, QString>>& lists() const { return lists_; }
    // In order of precedence. Looks for their programs' files.
    void examine(const QList<api::Rule>& rules);
    // Of one of those; the worst first.
    QList<Mark> marks(const api::Rule& rule, qint64 nowMs) const;

  private:
    struct Other {
        api::RuleId id = 0;
        bool same = false;  // decides the same
    };

    std::function<bool(const QString&)> isGone_;
    std::optional<QHash<QString, QString>> lists_;
    QSet<api::AppIdentity> gone_;
    QHash<api::RuleId, Other> overruled_;  // by whom all that the rule fits is decided before
};

}  // namespace sallyport::models
