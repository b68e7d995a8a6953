// What is wrong with rules: see rule_health.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rule_health.h"

#include <sys/stat.h>

#include <QFile>
#include <cerrno>

#include "api/protocol.h"
#include "models/reasons.h"

namespace sallyport::models {

namespace {

using Kind = api::AppIdentity::Kind;

constexpr qint64 kLongMs = qint64{30} * 24 * 3600 * 1000;

// It decides whatever fits it, whenever.
bool isConstant(const api::Rule& rule) {
    return rule.enabled && rule.action != api::Action::Audit && rule.http.isAny() &&
           rule.limit == api::RateLimit() && rule.quota.isNone() && rule.sha256.isEmpty() &&
           rule.lifetime == api::Lifetime::Forever;
}

// Whether all that fits `narrow` fits `wide`: where they differ, `wide` says "any". There may be
// more such rules than this knows.
bool covers(const api::Rule& wide, const api::Rule& narrow) {
    const auto file = [](Kind kind) { return kind == Kind::Path || kind == Kind::Script; };
    // Names that are only hearsay count for blocking alone.
    const bool named =
        wide.remote.kind == api::Remote::Kind::Host || wide.remote.kind == api::Remote::Kind::List;
    if (named && wide.action != api::Action::Block && wide.action != narrow.action)
        return false;
    const bool anyApp = wide.app.kind == Kind::Any && file(narrow.app.kind);
    const bool anyProtocol = wide.protocol == 0 && narrow.protocol != api::kFrames;
    return (wide.remotePorts.isAny() || wide.remotePorts == narrow.remotePorts) &&
           (wide.localPorts.isAny() || wide.localPorts == narrow.localPorts) &&
           (anyProtocol || wide.protocol == narrow.protocol) &&
           (wide.direction == api::Direction::Any || wide.direction == narrow.direction) &&
           (wide.remote.kind == api::Remote::Kind::Any || wide.remote == narrow.remote) &&
           (anyApp || wide.app == narrow.app) &&
           (wide.startedBy.kind == Kind::Any || wide.startedBy == narrow.startedBy) &&
           (!wide.user || wide.user == narrow.user) &&
           (!wide.local || wide.local == narrow.local) &&
           (wide.interface.isEmpty() || wide.interface == narrow.interface);
}

// The same for rules that are for the same and equally pinned: of others, that cover one another,
// only a pinned one goes first.
size_t reach(const api::Rule& rule) {
    return qHashMulti(0, rule.app, rule.startedBy, rule.user.value_or(0), int(rule.direction),
                      rule.protocol, rule.remote.toString(), rule.remotePorts.first,
                      rule.remotePorts.last, rule.localPorts.first, rule.localPorts.last,
                      rule.interface, rule.pinned);
}

}  // namespace

bool RuleHealth::isGone(const QString& path) {
    if (!path.startsWith(u'/') || path.contains(QChar(QChar::ReplacementCharacter)))
        return false;
    struct stat found {};
    return ::stat(QFile::encodeName(path).constData(), &found) != 0 &&
           (errno == ENOENT || errno == ENOTDIR);
}

void RuleHealth::examine(const QList<api::Rule>& rules) {
    gone_.clear();
    overruled_.clear();
    QSet<api::AppIdentity> seen;
    QMultiHash<size_t, const api::Rule*> alike;
    QList<const api::Rule*> pinned;
    for (const api::Rule& rule : rules) {
        if (!seen.contains(rule.app)) {
            seen.insert(rule.app);
            const bool file = rule.app.kind == Kind::Path || rule.app.kind == Kind::Script;
            if (file && (isGone_(rule.app.path) ||
                         (rule.app.kind == Kind::Script && isGone_(rule.app.script))))
                gone_.insert(rule.app);
        }
        if (!rule.enabled)
            continue;
        const QList<const api::Rule*> before =
            (rule.pinned ? QList<const api::Rule*>() : pinned) + alike.values(reach(rule));
        for (const api::Rule* first : before) {
            if (covers(*first, rule)) {
                overruled_.insert(rule.id, {first->id, first->action == rule.action});
                break;
            }
        }
        if (!isConstant(rule))
            continue;
        alike.insert(reach(rule), &rule);
        if (rule.pinned)
            pinned += &rule;
    }
}

QList<RuleHealth::Mark> RuleHealth::marks(const api::Rule& rule, qint64 nowMs) const {
    QList<Mark> marks;
    if (lists_ && rule.remote.kind == api::Remote::Kind::List) {
        const QString& list = rule.remote.list;
        const auto known = lists_->constFind(list);
        if (known == lists_->cend())
            marks += {tr("no such list", "health of a rule"),
                      tr("There is no list %1: until there is, this rule fits nothing.").arg(list),
                      QStringLiteral("no-list")};
        else if (!known->isEmpty())
            marks += {tr("list not in force", "health of a rule"),
                      tr("The list %1 is not in force: %2. Until it is, this rule fits nothing.")
                          .arg(list, reasonInWords(*known)),
                      QStringLiteral("no-list")};
    }
    // Made for many machines: not every one has all these programs.
    const bool general =
        rule.origin == api::Origin::Starter || rule.origin == api::Origin::Administrator;
    if (!general && gone_.contains(rule.app))
        marks += {tr("program gone", "health of a rule"),
                  tr("The program's file is not there: until it is, this rule fits nothing."),
                  QStringLiteral("gone")};
    if (const auto other = overruled_.constFind(rule.id); other != overruled_.cend()) {
        if (other->same)
            marks += {tr("redundant", "health of a rule"),
                      tr("Rule %1 goes first, fits all that this one fits, and decides the same: "
                         "this one never decides.")
                          .arg(other->id),
                      QStringLiteral("redundant"), false};
        else
            marks += {tr("contradicts rule %1", "health of a rule").arg(other->id),
                      tr("Rule %1 goes first, fits all that this one fits, and decides otherwise: "
                         "this one never decides.")
                          .arg(other->id),
                      QStringLiteral("contradicts")};
    }
    const bool old = rule.createdMs != 0 && rule.createdMs < nowMs - kLongMs;
    if (!general && rule.enabled && old && rule.hits == 0 && rule.lastUsedMs == 0)
        marks += {tr("never used", "health of a rule"),
                  tr("Made more than 30 days ago, this rule has never decided anything."),
                  QStringLiteral("unused"), false};
    return marks;
}

}  // namespace sallyport::models
