// The rules as last told and their changes: see rule_book.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rule_book.h"

#include <algorithm>

#include "api/rule_file.h"
#include "models/words.h"

namespace sallyport::models {

RuleBook::RuleBook(client::Firewall& firewall, Faces faces, QObject* parent)
    : QObject(parent), firewall_(firewall), faces_(std::move(faces)) {
    connect(&firewall_, &client::Firewall::rulesChanged, this, [this] {
        if (calls_ == 0) {
            undoSteps_ = 0;
            emit undoOver();
        }
        refresh();
    });
    connect(&firewall_, &client::Firewall::connectedChanged, this, [this](bool connected) {
        if (connected)
            refresh();
    });
    refresh();
}

// The helper tells of a change before it answers the call that made it.
template <typename T>
client::Done<T> RuleBook::ours(client::Done<T> done) {
    ++calls_;
    return [this, done = std::move(done)](const api::Result<T>& result) {
        --calls_;
        done(result);
    };
}

// One request at a time; what changes meanwhile is asked for once more.
void RuleBook::refresh() {
    if (!firewall_.connected())
        return;
    if (std::exchange(asking_, true)) {
        askAgain_ = true;
        return;
    }
    firewall_.rules(this, [this](const api::Result<QList<api::Rule>>& rules) {
        asking_ = false;
        if (rules) {
            loaded_ = true;
            rules_ = *rules;
            byId_.clear();
            for (qsizetype at = 0; at < rules_.size(); ++at)
                byId_.insert(rules_[at].id, at);
            emit changed();
        }
        if (std::exchange(askAgain_, false))
            refresh();
    });
}

const api::Rule* RuleBook::find(api::RuleId id) const {
    const auto at = byId_.constFind(id);
    return at == byId_.cend() ? nullptr : &rules_[*at];
}

QString RuleBook::sentence(const api::Rule& rule) const {
    return Words::sentence(rule, faces_(rule.app).name);
}

bool RuleBook::isReadOnly(const api::Rule& rule) {
    return rule.origin == api::Origin::Administrator;
}

const api::Rule* RuleBook::sameReach(const api::Rule& rule) const {
    for (const api::Rule& known : rules_) {
        if (isReadOnly(known))
            continue;
        api::Rule probe = rule;
        probe.id = known.id;
        probe.enabled = known.enabled;
        probe.action = known.action;
        probe.blockStyle = known.blockStyle;
        probe.lifetime = known.lifetime;
        probe.process = known.process;
        probe.expiresMs = known.expiresMs;
        probe.origin = known.origin;
        probe.note = known.note;
        probe.createdMs = known.createdMs;
        probe.lastUsedMs = known.lastUsedMs;
        probe.hits = known.hits;
        probe.quota.used = known.quota.used;
        if (probe == known)
            return &known;
    }
    return nullptr;
}

void RuleBook::put(const QList<api::Rule>& rules) {
    if (rules.isEmpty())
        return;
    undoSteps_ = 0;
    const QString what =
        rules.size() == 1 ? sentence(rules.first()) : tr("Rules made: %1").arg(rules.size());
    putNext(rules, what);
}

void RuleBook::putNext(QList<api::Rule> rest, const QString& what) {
    if (rest.isEmpty())
        return finish({}, what);
    const api::Rule rule = rest.takeFirst();
    const auto next = [this, rest, what](const api::Result<void>& result) {
        if (!result)
            return finish(result, what);
        ++undoSteps_;
        putNext(rest, what);
    };
    if (const api::Rule* known = sameReach(rule)) {
        api::Rule turned = *known;
        turned.action = rule.action;
        turned.enabled = true;
        turned.lifetime = rule.lifetime;
        turned.process = rule.process;
        turned.expiresMs = rule.expiresMs;
        firewall_.editRule(turned, this, ours<void>(next));
        return;
    }
    firewall_.addRule(rule, this, ours<api::RuleId>([next](const auto& result) {
                          next(result ? api::Result<void>() : api::Result<void>(result.error()));
                      }));
}

void RuleBook::add(const api::Rule& rule) {
    undoSteps_ = 0;
    firewall_.addRule(rule, this, ours<api::RuleId>([this](const auto& result) {
                          undoSteps_ = result ? 1 : 0;
                          finish(result ? api::Result<void>() : api::Result<void>(result.error()),
                                 tr("Rule made"));
                      }));
}

void RuleBook::addAll(const QList<api::Rule>& rules, const QString& what) {
    firewall_.importRules(
        QString::fromUtf8(api::rulesToJson(rules)), false, this,
        ours<QVariantMap>([this, what](const auto& report) {
            if (!report)
                return emit changeFailed(Words::error(report.error()));
            const uint added = report->value(QStringLiteral("added")).toUInt();
            undoSteps_ = added == 0 ? 0 : 1;
            if (added == 0)
                emit changeMade(tr("All of these rules stand already"), false);
            else
                emit changeMade(tr("%1 (rules made: %2)", "what is done").arg(what).arg(added),
                                true);
        }));
}

void RuleBook::edit(const api::Rule& rule) {
    firewall_.editRule(rule, this, ours<void>([this](const auto& result) {
                           undoSteps_ = result ? 1 : 0;
                           finish(result, tr("Rule changed"));
                       }));
}

void RuleBook::remove(const QList<api::RuleId>& ids) {
    if (ids.isEmpty())
        return;
    const QString what =
        ids.size() == 1 ? tr("Rule deleted") : tr("Rules deleted: %1").arg(ids.size());
    firewall_.removeRules(ids, this, ours<void>([this, what](const auto& result) {
                              undoSteps_ = result ? 1 : 0;
                              finish(result, what);
                          }));
}

void RuleBook::setEnabled(api::RuleId id, bool on) {
    const QString what = on ? tr("Rule switched on") : tr("Rule switched off");
    firewall_.setRulesEnabled({id}, on, this, ours<void>([this, what](const auto& result) {
                                  undoSteps_ = result ? 1 : 0;
                                  finish(result, what);
                              }));
}

void RuleBook::noteChange(const QString& what) {
    undoSteps_ = 1;
    emit changeMade(what, true);
}

void RuleBook::undo() {
    undoNext(std::max(1, std::exchange(undoSteps_, 0)), {});
}

// `before` is what was taken back by now: of several steps the sum is told.
void RuleBook::undoNext(int left, const Taken& before) {
    firewall_.undoRules(
        this, ours<QVariantMap>([this, left, before](const auto& result) {
            if (!result)
                return emit changeFailed(result.error().code == api::ErrorCode::NotFound
                                             ? tr("There is nothing left to take back.")
                                             : Words::error(result.error()));
            Taken taken{result->value(QStringLiteral("kind")).toString(),
                        result->value(QStringLiteral("count")).toUInt() + before.count,
                        result->value(QStringLiteral("note")).toString()};
            if (before.count != 0 && before.kind != taken.kind)
                taken.kind = QStringLiteral("edit");
            if (left > 1)
                undoNext(left - 1, taken);
            else
                emit changeMade(inWords(taken), false);
        }));
}

// In the words with which the change was told.
QString RuleBook::inWords(const Taken& taken) const {
    const bool one = taken.count == 1;
    QString what;
    if (taken.kind == QLatin1String("add"))
        what = one ? tr("Rule made") : tr("Rules made: %1").arg(taken.count);
    else if (taken.kind == QLatin1String("remove"))
        what = one ? tr("Rule deleted") : tr("Rules deleted: %1").arg(taken.count);
    else if (taken.kind == QLatin1String("import"))
        what = tr("Rules imported: %1").arg(taken.count);
    else
        what = one ? tr("Rule changed") : tr("Rules changed: %1").arg(taken.count);
    QString of = one ? taken.note : QString();
    if (of.startsWith(u'/'))
        of = faces_({api::AppIdentity::Kind::Path, of, {}}).name;
    return of.isEmpty() ? tr("Taken back: %1", "a change of rules").arg(what)
                        : tr("Taken back: %1 (%2)", "a change of rules, program").arg(what, of);
}

void RuleBook::finish(const api::Result<void>& result, const QString& what) {
    if (result)
        emit changeMade(what, true);
    else
        emit changeFailed(Words::error(result.error()));
}

}  // namespace sallyport::models
