// Lists: who may take one away, and what is known of a remote besides its address.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLoggingCategory>

#include "engine/engine.h"

Q_LOGGING_CATEGORY(lcLists, "sallyport.lists")

namespace sallyport::engine {

using api::ErrorCode;
using api::failure;

void Engine::setList(const api::List& list, kernel::Fd content,
                     ListBook::Done<api::ListReport> done) {
    lists_.set(list, std::move(content), std::move(done));
}

void Engine::removeList(const QString& name, bool despiteRules, ListBook::Done<void> done) {
    QStringList users;
    for (const api::Rule& rule : std::as_const(rules_)) {
        if (rule.remote == api::Remote::listed(name))
            users.append(QString::number(rule.id));
    }
    if (!users.isEmpty() && !despiteRules && lists_.numberOf(name) != 0)
        return done(failure(ErrorCode::Conflict, QStringLiteral("these rules ask for list %1: %2")
                                                     .arg(name, users.join(QStringLiteral(", ")))));
    lists_.remove(name, std::move(done));
}

// A table anew also when it is the same: what runs is judged by what the lists say now.
void Engine::listsInForce() {
    setProblem(QStringLiteral("lists"), lists_.problem());
    if (const auto enforced = enforce(); !enforced)
        qCWarning(lcLists).noquote()
            << "rules by lists stay as they were:" << enforced.error().text;
    rejudge();
    emit listsChanged();
}

// The lists that enabled rules ask for.
void Engine::addLists(PatternIndex& patterns) const {
    lists::ListBits used;
    for (const api::Rule& rule : rules_) {
        if (!rule.enabled || rule.remote.kind != api::Remote::Kind::List)
            continue;
        if (const policy::PatternNumber number = lists_.numberOf(rule.remote.list))
            used.add(number - 1);
    }
    if (!used.isEmpty())
        patterns.use(used, lists_.current());
}

policy::Names Engine::knownOf(const Flow& flow) const {
    using Numbers = QList<policy::PatternNumber>;
    const api::Connection& connection = flow.connection;
    policy::Names known;
    if (connection.serial != 0)
        known.patterns = names_.patternsOf(connection.remote, connection.serial);
    if (!known.patterns)
        known.hearsay = names_.patternsOf(connection.remote, 0);
    if (!known.patterns && flow.said) {  // it says no other any more
        known.unclear = flow.said->unclear && !known.hearsay;
        if (!flow.said->name.isEmpty())
            known.patterns = names_.patternsOf({flow.said->name});
        else if (!known.unclear)
            known.patterns = known.hearsay.value_or(Numbers());
    }
    const lists::ListBits lists = lists_.current()->listsOf(connection.remote);
    if (lists.isEmpty())
        return known;
    const QList<policy::PatternNumber> numbers = numbersOf(lists);
    if (numbers.size() <= qsizetype{SP_MAX_LISTS_OF}) {
        known.lists = numbers;
    } else {  // more than the kernel can be told of one prefix: as if its names said it
        Numbers all;
        if (known.patterns)
            all = *known.patterns;
        else if (policy::saysName(connection.direction, connection.protocol,
                                  connection.remotePort) &&
                 !known.unclear)
            all = {SP_PATTERN_UNSAID};
        else
            all = known.hearsay.value_or(Numbers());
        for (const policy::PatternNumber number : numbers) {
            if (!all.contains(number))
                all.append(number);
        }
        known.patterns = all;
    }
    return known;
}

// By name.
QStringList Engine::listsWith(const lists::ListBits& bits) const {
    QStringList names;
    const QList<api::List> all = lists_.lists();
    for (const api::List& list : all) {
        const policy::PatternNumber number = lists_.numberOf(list.name);
        if (number != 0 && bits.has(number - 1))
            names.append(list.name);
    }
    return names;
}

bool Engine::hasNames(policy::PatternNumber number) const {
    const lists::List* list = lists_.current()->list(number - 1);
    return list && list->names() > 0;
}

policy::Listing Engine::listing(const QString& list, const api::Attempt& attempt) const {
    policy::Listing listing;
    const policy::PatternNumber number = lists_.numberOf(list);
    listing.exists = number != 0;
    if (!listing.exists)
        return listing;
    listing.hasNames = hasNames(number);
    QStringList sought{attempt.remote.toString()};
    sought += attempt.names;
    QStringList why;
    for (const QString& one : std::as_const(sought)) {
        const api::ListFinding* entry = nullptr;
        const QList<api::ListFinding> findings = lists_.find(one);
        for (const api::ListFinding& finding : findings) {
            if (finding.list == list && (!entry || (finding.exception && !entry->exception)))
                entry = &finding;
        }
        if (!entry)
            continue;
        if (!entry->exception && !listing.listed && one != sought.constFirst())
            listing.name = one;
        listing.listed |= !entry->exception;
        why.append((entry->exception ? QStringLiteral("%1 is excepted by line %2 of list %3: %4")
                                     : QStringLiteral("%1 is in line %2 of list %3: %4"))
                       .arg(one, QString::number(entry->line), list, entry->entry));
    }
    listing.why = why.join(QStringLiteral("; "));
    return listing;
}

}  // namespace sallyport::engine
