// Executables that somebody but root can change: a rule that allows one is for the content it was
// made for. The kernel knows such a file by its stamp alone, so that a changed one is unresolved at
// exec and waits here until it is read.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLoggingCategory>
#include <algorithm>

#include "engine/engine.h"
#include "process/content.h"
#include "process/host.h"

Q_LOGGING_CATEGORY(lcContents, "sallyport.contents")

namespace sallyport::engine {
namespace {

using Kind = api::AppIdentity::Kind;

constexpr quint32 kNobody = ~0u;  // runs it: it is read because there is a rule for it

bool isKnown(const QString& sha256) {
    return !sha256.isEmpty() && sha256 != QString::fromUtf16(process::kUnknownContent);
}

// Could be for one content: allows an executable, and is not written in a file.
bool canBeBound(const api::Rule& rule) {
    return rule.action == api::Action::Allow && rule.app.kind == Kind::Path &&
           rule.origin != api::Origin::Administrator;
}

// Of the same connections, whatever becomes of it.
bool isForTheSame(api::Rule a, const api::Rule& b) {
    a.id = b.id;
    a.origin = b.origin;
    a.note = b.note;
    a.createdMs = b.createdMs;
    a.lastUsedMs = b.lastUsedMs;
    a.hits = b.hits;
    return a == b;
}

}  // namespace

void Engine::resolveByContent(const kernel::ExecReport& report, const api::AppIdentity& app) {
    const auto changeable = processes_.changeable(report.serial);
    if (!changeable)
        return;
    const QString sha256 = contents_.of(changeable->file);
    if (!sha256.isEmpty()) {
        nameByContent(report.serial, sha256);
        return;
    }
    const bool named = report.app != SP_APP_UNRESOLVED;  // by an earlier helper
    if (named && report.app != numbering_.of(app)) {
        const qsizetype before = numbering_.size();
        numbering_.adopt(app, report.app);
        numbersNew_ |= numbering_.size() != before;
    }
    if (!named && !rulesConcern(app))
        return;  // its first connection waits, and until then nobody need know
    unnamed_[changeable->file].insert(report.serial);
    contents_.read(app.path, changeable->file, report.uid);
}

bool Engine::rulesConcern(const api::AppIdentity& app) const {
    return std::any_of(rules_.cbegin(), rules_.cend(), [&app](const api::Rule& rule) {
        return rule.app == app || rule.startedBy == app;
    });
}

// The program's number, once it stands in the table in force with the rules for it. Unresolved when
// that cannot be had: it waits.
policy::AppNumber Engine::numberInForce(const api::AppIdentity& app, const QString& sha256) {
    const qsizetype before = numbering_.size();
    const policy::AppNumber number = numbering_.of(app, sha256);
    numbersNew_ |= numbering_.size() != before && rulesConcern(app);
    if (!numbersNew_ || !enforcing_)
        return number;
    const auto enforced = enforce();
    return enforced ? number : SP_APP_UNRESOLVED;
}

// Tells the kernel who it is that runs the content.
void Engine::nameByContent(quint64 serial, const QString& sha256) {
    const auto changeable = processes_.changeable(serial);
    if (!changeable)
        return;
    processes_.setContent(serial, sha256);
    described_.removeIf([serial](const auto& known) { return known.key().first == serial; });
    const api::Process process = processes_.describe({serial});
    const policy::AppNumber app = numberInForce(process.identity, sha256);
    if (app == SP_APP_UNRESOLVED)
        return;
    if (isKnown(sha256))
        tellApp(changeable->file, app, changeable->cacheable);
    tellTask(changeable->pid, serial, app, starterOf(process));
}

// What runs may have the number of an unknown content: of very many those that no rule is for have.
void Engine::numberContent(const api::Rule& rule) {
    const qsizetype before = numbering_.size();
    (void)numbering_.contents(rule.app, rule.sha256);
    if (numbering_.size() != before)
        numbered_.insert(rule.sha256);
}

void Engine::nameNumbered() {
    const QSet<QString> numbered = std::exchange(numbered_, {});
    if (numbered.isEmpty())
        return;
    QHash<quint64, QString> running;
    for (const quint64 serial : processes_.living())
        if (const QString content = processes_.describe({serial}).sha256;
            numbered.contains(content))
            running.insert(serial, content);
    for (auto process = running.cbegin(); process != running.cend(); ++process)
        nameByContent(process.key(), process.value());
}

void Engine::onContent(const kernel::FileKey& file, const QString& path, const QString& sha256) {
    if (isKnown(sha256))
        bindRules(path, sha256);
    for (const quint64 serial : unnamed_.take(file)) {
        nameByContent(serial, sha256);
        const auto waiting = waitForContent_.take(serial);
        for (auto held = waiting.cbegin(); held != waiting.cend(); ++held) {
            Flow* flow = flows_.find(held.key());
            if (!flow || flow->connection.serial != serial)
                continue;
            identify(*flow, *held);
            tellKernel(*flow, *held);
            const policy::Decision decision = judge(*flow);
            if (!flow->said && !policy::isUndecided(decision))
                standIn(*flow, decision);
            decideHeld(*flow, decision);
        }
    }
    notice();
}

// True when nothing can be said of the flow until the program's file is read; it is judged then.
bool Engine::waitForContent(Flow& flow, const kernel::Owner& owner) {
    if (flow.app != SP_APP_UNRESOLVED)
        return false;
    identify(flow, owner);
    const auto changeable = processes_.changeable(owner.serial);
    if (flow.app != SP_APP_UNRESOLVED || !changeable)
        return false;
    waitForContent_[owner.serial].insert(flow.key, owner);
    unnamed_[changeable->file].insert(owner.serial);
    contents_.read(flow.process->identity.path, changeable->file, owner.uid);
    return true;
}

policy::AppNumber Engine::appOf(const Flow& flow, const kernel::Owner& owner) {
    const api::Process& process = *flow.process;
    if (const policy::AppNumber before = kept_.value(owner.serial).app)
        return before;
    if (!processes_.changeable(owner.serial))
        return flow.connection.program;
    // Until it is read here, what an earlier helper found counts.
    return process.sha256.isEmpty() ? owner.app : numberInForce(process.identity, process.sha256);
}

// What is in the file of a rule that can be for one content; empty where that is not known yet.
QString Engine::contentNow(const api::Rule& rule) const {
    if (!canBeBound(rule) || !process::isChangeable(rule.app.path))
        return {};
    const auto file = process::hostFile(rule.app.path);
    return file ? contents_.of(process::keySeen(*file)) : QString();
}

// Rules that are for no content yet: those of earlier versions, those made by hand, and those whose
// file is there only now. Each is looked at once.
void Engine::lookForContents() {
    QHash<QString, bool> looked;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (!canBeBound(rule) || !rule.sha256.isEmpty() || lookedAt_.contains(rule.id))
            continue;
        lookedAt_.insert(rule.id);
        if (std::exchange(looked[rule.app.path], true))
            continue;
        const auto file = process::hostFile(rule.app.path);
        if (file && process::isChangeable(rule.app.path))
            contents_.read(rule.app.path, process::keySeen(*file), kNobody);
    }
}

void Engine::bindRules(const QString& path, const QString& sha256) {
    QList<api::RuleId> ids;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (canBeBound(rule) && rule.sha256.isEmpty() && rule.app.path == path)
            ids.append(rule.id);
    }
    if (ids.isEmpty())
        return;
    auto bound = ruleStore_.setSha256(ids, sha256);
    if (bound)
        bound = rulesStored(ids);
    if (!bound)
        qCWarning(lcContents).noquote() << "a rule is for any content:" << bound.error().text;
    rejudge();
}

// When the youngest rule was made that would allow the program, had its file not changed. 0: there
// is none, or one allows this content, too.
qint64 Engine::changedSince(const api::Process& process) const {
    qint64 since = 0;
    for (const api::Rule& rule : rules_) {
        if (!rule.enabled || rule.app != process.identity || rule.sha256.isEmpty() ||
            process.sha256.isEmpty() || policy::expired(rule, clock_.nowMs()) ||
            (rule.user && *rule.user != process.uid))
            continue;
        if (rule.sha256 == process.sha256)
            return 0;
        since = std::max(since, rule.createdMs);
    }
    return since;
}

void Engine::setContent(api::Rule& rule, const api::Process& process) {
    if (canBeBound(rule) && isKnown(process.sha256))
        rule.sha256 = process.sha256;
}

// What it runs is not at its path any more and was not read before: a rule would be for whatever is
// put there next.
bool Engine::lostItsFile(const api::Process& process) {
    return process.identity.kind == Kind::Path &&
           process.sha256 == QString::fromUtf16(process::kUnknownContent) &&
           process::canHaveContent(process.identity.path);
}

// Who allows a changed program for ever accepts it: all of its rules are for the new content.
api::Result<void> Engine::storeAnswered(const api::Rule& rule, bool changed) {
    if (changed && rule.lifetime == api::Lifetime::Forever && !rule.sha256.isEmpty()) {
        QList<api::RuleId> ids;
        for (const api::Rule& old : std::as_const(rules_)) {
            if (canBeBound(old) && old.app == rule.app && !old.sha256.isEmpty() &&
                (!old.user || old.user == rule.user))
                ids.append(old.id);
        }
        if (const auto accepted = ruleStore_.setSha256(ids, rule.sha256); !accepted)
            return accepted;
        if (const auto enforced = rulesStored(ids); !enforced)
            return enforced;
        for (const api::Rule& old : std::as_const(rules_)) {
            if (isForTheSame(old, rule))
                return {};
        }
    }
    const auto stored = storeNewRule(rule);
    return stored ? api::Result<void>() : stored.error();
}

}  // namespace sallyport::engine
