// Rules: kept in the store, put in force in the kernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <net/if.h>

#include <QLoggingCategory>
#include <algorithm>
#include <utility>

#include "api/rule_file.h"
#include "engine/engine.h"
#include "policy/explain.h"
#include "policy/precedence.h"

Q_LOGGING_CATEGORY(lcRules, "sallyport.rules")

namespace sallyport::engine {
namespace {

using api::ErrorCode;
using api::failure;

// The same for two rules that differ in numbers alone.
QByteArray withoutNumbers(api::Rule rule) {
    rule.id = 0;
    rule.origin = api::Origin::User;
    rule.createdMs = rule.lastUsedMs = 0;
    rule.hits = 0;
    rule.quota.used = 0;
    rule.sha256.clear();
    return api::rulesToJson({rule});
}

bool isPersonsOwn(const api::Rule& rule) {
    return rule.origin != api::Origin::Administrator && rule.origin != api::Origin::Starter;
}

}  // namespace

quint32 Options::systemInterfaceIndex(const QString& name) {
    return if_nametoindex(name.toUtf8().constData());
}

// A process that is over cannot come back, and a serial number may be another's in this run.
void Engine::removeRulesOfGoneProcesses() {
    QList<api::RuleId> gone;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (rule.lifetime == api::Lifetime::Process && !processes_.isAlive(rule.process))
            gone.append(rule.id);
    }
    forgetRules(gone);
}

void Engine::expireRules(qint64 nowMs) {
    const auto over = [nowMs](const api::Rule& rule) { return policy::expired(rule, nowMs); };
    // Those of the administrator stand in no store.
    const bool administrators = administratorRules_.removeIf(over) > 0;
    rules_.removeIf([&over](const api::Rule& rule) {
        return rule.origin == api::Origin::Administrator && over(rule);
    });
    QList<api::RuleId> ended;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (over(rule))
            ended.append(rule.id);
        else if (rule.lifetime == api::Lifetime::Timed)
            due(rule.expiresMs);
    }
    if (administrators && ended.isEmpty())
        leaveOut({});
    forgetRules(ended);
}

void Engine::forgetRules(const QList<api::RuleId>& ids) {
    if (ids.isEmpty())
        return;
    if (const auto forgotten = ruleStore_.forget(ids); !forgotten)
        qCWarning(lcRules).noquote() << "ended rules stay listed:" << forgotten.error().text;
    leaveOut(ids);
}

// What the store has no more is in force no more.
void Engine::leaveOut(const QList<api::RuleId>& ids) {
    if (const auto changed = rulesStored(ids); !changed)
        qCWarning(lcRules).noquote() << "ended rules stay in force:" << changed.error().text;
    rejudge();
}

api::Result<void> Engine::readRules(std::optional<QList<api::Rule>> stored) {
    if (!stored) {
        const auto all = ruleStore_.all();
        if (!all)
            return all.error();
        stored = *all;
    }
    *stored += administratorRules_;
    stored->squeeze();
    rules_ = policy::sorted(*std::move(stored));
    takeRules();
    return {};
}

// The store holds others of these ids now, or none.
api::Result<void> Engine::readAgain(const QList<api::RuleId>& ids) {
    const auto stored = ruleStore_.some(ids);
    if (!stored)
        return stored.error();
    const QSet<api::RuleId> gone(ids.cbegin(), ids.cend());
    rules_.removeIf([&gone](const api::Rule& rule) {
        return rule.origin != api::Origin::Administrator && gone.contains(rule.id);
    });
    constexpr qsizetype kFew = 16;
    if (stored->size() > kFew)
        rules_ = policy::sorted(rules_ + *stored);
    else
        for (const api::Rule& rule : *stored)
            rules_.insert(std::upper_bound(rules_.cbegin(), rules_.cend(), rule, policy::precedes),
                          rule);
    takeRules();
    return {};
}

// What else is known of the rules.
void Engine::takeRules() {
    setProblem(QStringLiteral("rules"), ruleStore_.problem());
    hasProcessRules_ = false;
    logging_.clear();
    for (const api::Rule& rule : std::as_const(rules_)) {
        hasProcessRules_ |= rule.lifetime == api::Lifetime::Process;
        if (!rule.sha256.isEmpty())
            numberContent(rule);
        if (rule.log)
            logging_.insert(rule.id);
        if (rule.lifetime == api::Lifetime::Timed)
            due(rule.expiresMs);
    }
    if (enforcing_)  // else at the start, which waits for no disk
        lookForContents();
    nameThoseWithFrames();
    quotas_.count(rules_, clock_.nowMs());
    watchQuotas();
}

// Compiles what is in force now and hands it to the kernel. On failure the old table stays.
api::Result<void> Engine::enforce() {
    QHash<QString, quint32> interfaces;
    const policy::Numbering numbers{
        [this](const api::AppIdentity& app) { return numbering_.of(app); },
        [this](const api::HostPattern& pattern) { return patterns_.of(pattern); },
        [&](const QString& interface) {
            const auto known = interfaces.constFind(interface);
            return known != interfaces.constEnd()
                       ? *known
                       : *interfaces.insert(interface, options_.interfaceIndex(interface));
        },
        [this](const QString& list) { return lists_.numberOf(list); },
        [this](policy::PatternNumber list) { return hasNames(list); },
        [this](const api::Rule& rule) { return quotas_.countOf(rule); },
        [this](const api::AppIdentity& app, const QString& sha256) {
            return numbering_.contents(app, sha256);
        }};
    auto table = policy::compile(rules_, circumstances(), numbers, clock_.nowMs());
    PatternIndex patterns;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (rule.enabled && rule.remote.kind == api::Remote::Kind::Host)
            patterns.add(rule.remote.pattern, patterns_.of(rule.remote.pattern));
    }
    addLists(patterns);
    names_.prepare(patterns);
    setNamesTaken(namesTaken());
    suspendStandIns();
    api::Result<quint32> generation =
        table ? kernel_.setPolicy(*table) : api::Result<quint32>(table.error());
    if (!generation) {
        renewStandIns();
        // That the kernel knows of more patterns than stand in rules does no harm.
        setProblem(QStringLiteral("policy"), generation.error().text);
        return generation.error();
    }
    names_.settle(std::move(patterns));
    setNamesTaken(namesTaken());
    table_ = std::move(*table);
    interfaces_ = std::move(interfaces);
    table_.head.generation = *generation;
    numbersNew_ = false;
    renewStandIns();
    enforcing_ = true;
    nameNumbered();
    tidySoon();  // what was slowed down may not be any more
    setProblem(QStringLiteral("policy"), {});
    return {};
}

// The store holds other rules of these ids now: puts them in force.
api::Result<void> Engine::rulesStored(const QList<api::RuleId>& ids) {
    if (const auto read = readAgain(ids); !read)
        return read.error();
    if (const auto enforced = enforce(); !enforced)
        return enforced.error();
    emit rulesChanged();
    notice();
    return {};
}

// The same after a change a person made: when it cannot be put in force it is taken back.
api::Result<void> Engine::rulesChangedByPerson(const QList<api::RuleId>& ids) {
    const auto changed = rulesStored(ids);
    if (changed)
        return {};
    if (const auto undone = ruleStore_.undo(); !undone)
        qCWarning(lcRules).noquote() << "the change stays in the store:" << undone.error().text;
    (void)readAgain(ids).has_value();
    return changed.error();
}

QList<api::Rule> Engine::rules() const {
    QList<api::Rule> list = rules_;
    for (api::Rule& rule : list) {
        if (const auto use = uses_.constFind(rule.id); use != uses_.constEnd()) {
            rule.hits += use->hits;
            rule.lastUsedMs = use->lastUsedMs;
        }
    }
    quotas_.look(list);
    return list;
}

void Engine::countUse(api::RuleId id) {
    store::Use& use = uses_[id];
    use.rule = id;
    ++use.hits;
    use.lastUsedMs = clock_.nowMs();
    writeSoon();
}

api::Result<void> Engine::checkNew(const api::Rule& rule) const {
    if (const auto valid = api::validate(rule); !valid)
        return valid;
    if (rule.lifetime == api::Lifetime::Connection)
        return failure(ErrorCode::Invalid,
                       QStringLiteral("a rule lasts longer than one connection"));
    if (rule.lifetime == api::Lifetime::Process && !processes_.isAlive(rule.process))
        return failure(ErrorCode::Invalid, QStringLiteral("no process %1 runs").arg(rule.process));
    if (rule.lifetime == api::Lifetime::Timed && rule.expiresMs <= clock_.nowMs())
        return failure(ErrorCode::Invalid, QStringLiteral("the rule would be over already"));
    return {};
}

QHash<api::RuleId, const api::Rule*> Engine::rulesById() const {
    QHash<api::RuleId, const api::Rule*> rules;
    rules.reserve(rules_.size());
    for (const api::Rule& rule : rules_)
        rules.insert(rule.id, &rule);
    return rules;
}

// Rules that a person may change here.
api::Result<void> Engine::checkStored(const QList<api::RuleId>& ids) const {
    if (ids.isEmpty())
        return failure(ErrorCode::Invalid, QStringLiteral("no rules are named"));
    const auto rules = rulesById();
    for (const api::RuleId id : ids) {
        const api::Rule* rule = rules.value(id);
        if (!rule)
            return failure(ErrorCode::NotFound, QStringLiteral("no rule %1").arg(id));
        if (rule->origin == api::Origin::Administrator)
            return failure(ErrorCode::Invalid,
                           QStringLiteral("rule %1 comes from a file of the administrator: change "
                                          "it in %2")
                               .arg(id)
                               .arg(options_.administratorRules));
    }
    return {};
}

// Stores and enforces; what is held is not judged again yet.
api::Result<api::RuleId> Engine::storeNewRule(api::Rule rule) {
    rule.id = 0;
    rule.createdMs = clock_.nowMs();
    rule.lastUsedMs = 0;
    rule.hits = 0;
    if (const auto fine = checkNew(rule); !fine)
        return fine.error();
    const auto id = ruleStore_.add(rule);
    if (!id)
        return id;
    if (const auto changed = rulesChangedByPerson({*id}); !changed)
        return changed.error();
    return id;
}

api::Result<api::RuleId> Engine::addRule(api::Rule rule) {
    rule.origin = api::Origin::User;
    rule.sha256 = contentNow(rule);
    const auto id = storeNewRule(rule);
    rejudge();
    return id;
}

// One change.
api::Result<void> Engine::editRules(QList<api::Rule> rules) {
    QList<api::RuleId> ids;
    const auto before = rulesById();
    for (api::Rule& rule : rules) {
        const api::Rule* old = before.value(rule.id);
        rule.origin = old->origin;
        rule.createdMs = old->createdMs;
        const bool same = old->app == rule.app && rule.action == api::Action::Allow;
        rule.sha256 = same ? old->sha256 : QString();
        lookedAt_.remove(rule.id);
        if (const auto fine = checkNew(rule); !fine)
            return fine;
        ids += rule.id;
    }
    if (const auto updated = ruleStore_.update(rules); !updated)
        return updated;
    const auto changed = rulesChangedByPerson(ids);
    rejudge();
    return changed;
}

api::Result<void> Engine::editRule(const api::Rule& rule) {
    if (const auto there = checkStored({rule.id}); !there)
        return there;
    return editRules({rule});
}

api::Result<void> Engine::removeRules(const QList<api::RuleId>& ids) {
    if (const auto there = checkStored(ids); !there)
        return there;
    if (const auto removed = ruleStore_.remove(ids); !removed)
        return removed;
    const auto changed = rulesChangedByPerson(ids);
    rejudge();
    return changed;
}

api::Result<void> Engine::setRulesEnabled(const QList<api::RuleId>& ids, bool enabled) {
    if (const auto there = checkStored(ids); !there)
        return there;
    QList<api::Rule> changed;
    const auto rules = rulesById();
    for (const api::RuleId id : ids) {
        api::Rule rule = *rules.value(id);
        if (std::exchange(rule.enabled, enabled) != enabled)
            changed += rule;
    }
    return changed.isEmpty() ? api::Result<void>() : editRules(changed);
}

api::Result<QVariantMap> Engine::undoRules() {
    const auto change = ruleStore_.undo();
    lookedAt_.clear();
    if (!change)
        return change.error();
    const auto changed = rulesStored(change->rules);
    // Undoing may bring back a rule whose time is over by now.
    expireRules(clock_.nowMs());
    removeRulesOfGoneProcesses();
    rejudge();
    if (!changed)
        return changed.error();
    return QVariantMap{{QStringLiteral("kind"), change->kind},
                       {QStringLiteral("count"), change->count},
                       {QStringLiteral("note"), change->note}};
}

api::Result<QVariantMap> Engine::importRules(const QByteArray& json, bool replace) {
    const auto read = api::rulesFromJson(json);
    if (!read)
        return read.error();
    QList<api::RuleId> removed;
    QSet<QByteArray> staying;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (replace && isPersonsOwn(rule))
            removed.append(rule.id);
        else
            staying.insert(withoutNumbers(rule));
    }
    QList<api::Rule> added;
    int number = 0;
    int over = 0;
    for (api::Rule rule : *read) {
        ++number;
        if (policy::expired(rule, clock_.nowMs())) {  // it was not when it was exported
            ++over;
            continue;
        }
        if (const auto fine = checkNew(rule); !fine)
            return failure(fine.error().code,
                           QStringLiteral("rule %1: %2").arg(number).arg(fine.error().text));
        if (staying.contains(withoutNumbers(rule)))
            continue;
        rule.origin = api::Origin::Imported;
        rule.createdMs = clock_.nowMs();
        rule.hits = 0;
        rule.lastUsedMs = 0;
        added.append(rule);
    }
    if (!added.isEmpty() || !removed.isEmpty()) {
        const auto imported = ruleStore_.import(added, removed);
        if (!imported)
            return imported.error();
        const auto changed = rulesChangedByPerson(*imported + removed);
        rejudge();
        if (!changed)
            return changed.error();
    }
    return QVariantMap{
        {QStringLiteral("added"), static_cast<int>(added.size())},
        {QStringLiteral("removed"), static_cast<int>(removed.size())},
        {QStringLiteral("unchanged"), static_cast<int>(read->size() - added.size()) - over},
        {QStringLiteral("over"), over}};
}

api::Explanation Engine::explain(const api::Attempt& attempt) const {
    return explain(attempt, nullptr);
}

// With no flow: of one that need not exist.
api::Explanation Engine::explain(const api::Attempt& asked, const Flow* flow) const {
    api::Attempt attempt = asked;
    attempt.resolver = resolvConf_.resolvers().contains(attempt.remote);
    const QList<api::Cidr>& onLink = onLink_.networks();
    attempt.neighbour = std::any_of(onLink.begin(), onLink.end(), [&](const api::Cidr& network) {
        return network.contains(attempt.remote);
    });
    api::Explanation explanation = policy::explain(
        rules(), circumstances(), attempt, kernel_.bootNs(), clock_.nowMs(),
        [this](const QString& list, const api::Attempt& of) { return listing(list, of); });
    explanation.names = explainNames(attempt, flow);
    if (!attempt.remote.isLoopback())
        explanation.lists = listsWith(lists_.current()->listsOf(attempt.remote));
    return explanation;
}

api::Attempt Engine::attemptOf(const api::Connection& c, const api::Process& process) {
    api::Attempt attempt;
    attempt.app = process.identity;
    attempt.startedBy = process.startedBy;
    attempt.process = c.serial;
    attempt.sha256 = process.sha256;
    attempt.uid = c.uid;
    attempt.direction = c.direction;
    attempt.protocol = c.protocol;
    attempt.remote = c.remote;
    attempt.remotePort = c.remotePort;
    attempt.localPort = c.localPort;
    if (!c.local.isUnspecified())
        attempt.local = c.local;
    return attempt;
}

api::Result<api::Explanation> Engine::explain(api::ConnectionId id) const {
    const Flow* flow = flows_.find(id);
    if (!flow) {
        if (const auto* listener =
                listeners_.find(id))  // of somebody who calls, nobody knows whence
            return explain(attemptOf(listener->connection, *listener->process));
        return failure(ErrorCode::NotFound, QStringLiteral("no such connection"));
    }
    const api::Connection& c = flow->connection;
    api::Attempt attempt = attemptOf(c, *flow->process);
    if (c.direction == api::Direction::Outbound)
        attempt.names = namesOf(*flow);
    attempt.hearsay =
        !flow->spoken() && !flow->said && !(c.serial != 0 && names_.patternsOf(c.remote, c.serial));
    attempt.nameless = flow->said && attempt.names.isEmpty();
    attempt.unclear = attempt.nameless && flow->said->unclear;
    attempt.http = judgeRequests(*flow).asked;
    if (char name[IF_NAMESIZE]; if_indextoname(flow->ifindex, name))
        attempt.interface = QString::fromUtf8(name);
    api::Explanation explanation = explain(attempt, flow);
    if (!explanation.rule && flow->answer != SP_VERDICT_NONE) {  // decided for this one alone
        explanation.state = c.state;
        explanation.reason = c.reason;
    }
    return explanation;
}

}  // namespace sallyport::engine
