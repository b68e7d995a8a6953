// Which questions are open, which wait to be asked, and which nobody answered.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/question_book.h"

#include <algorithm>

namespace sallyport::engine {

size_t qHash(const QuestionKey& key, size_t seed) {
    return qHashMulti(seed, key.app, key.sha256, key.startedBy, key.uid,
                      static_cast<int>(key.direction), key.protocol, key.name, key.remote,
                      key.port);
}

Pending* QuestionBook::find(api::QuestionId id) {
    if (const auto it = open_.find(id); it != open_.end())
        return &it->second;
    const auto it = missed_.find(id);
    return it == missed_.end() ? nullptr : &it->second;
}

Pending* QuestionBook::find(const QuestionKey& key) {
    const auto id = byKey_.constFind(key);
    return id == byKey_.constEnd() ? nullptr : &open_.at(*id);
}

Pending* QuestionBook::waitingOf(const kernel::FlowKey& flow) {
    const auto id = flows_.constFind(flow);
    return id == flows_.constEnd() ? nullptr : &open_.at(*id);
}

bool QuestionBook::takeTurn(Pending& pending) {
    int& ofProgram = askedPerProgram_[pending.key.app];
    int& ofUser = users_[pending.key.uid].asked;
    if (askedInAll_ >= kMaxAsked || ofUser >= kMaxAskedPerUser || ofProgram >= kMaxPerProgram)
        return false;
    ++ofProgram;
    ++ofUser;
    ++askedInAll_;
    pending.asked = true;
    return true;
}

api::QuestionId QuestionBook::yieldsTo(const QuestionKey& key) const {
    if (users_.isEmpty())
        return 0;
    const auto most =
        std::max_element(users_.cbegin(), users_.cend(),
                         [](const User& a, const User& b) { return a.open < b.open; });
    const auto& programs = most->openPerProgram;
    const User newcomer = users_.value(key.uid);
    if (newcomer.open == most->open) {
        // Whoever has its share of the user's has as many as others or more.
        const qsizetype own = newcomer.openPerProgram.value(key.app);
        if (own * newcomer.openPerProgram.size() >= newcomer.open)
            return 0;
    }
    const auto greediest = std::max_element(programs.cbegin(), programs.cend());
    for (auto it = open_.crbegin(); it != open_.crend(); ++it) {
        const QuestionKey& of = it->second.key;
        if (of.uid == most.key() && of.app == greediest.key())
            return it->first;
    }
    return 0;
}

Pending* QuestionBook::open(const QuestionKey& key, api::Question question) {
    if (isFull())
        return nullptr;
    question.id = ++last_;
    question.waiting = 0;
    Pending& pending = open_[question.id];
    pending.question = std::move(question);
    pending.key = key;
    byKey_.insert(key, pending.question.id);
    User& user = users_[key.uid];
    ++user.open;
    ++user.openPerProgram[key.app];
    if (!takeTurn(pending))
        queue_.push_back(pending.question.id);
    return &pending;
}

void QuestionBook::join(Pending& pending, const kernel::FlowKey& flow) {
    pending.flows.insert(flow);
    pending.question.waiting = static_cast<quint32>(pending.flows.size());
    flows_.insert(flow, pending.question.id);
}

bool QuestionBook::leave(const kernel::FlowKey& flow) {
    Pending* pending = waitingOf(flow);
    if (!pending)
        return false;
    flows_.remove(flow);
    pending->flows.remove(flow);
    pending->question.waiting = static_cast<quint32>(pending->flows.size());
    return pending->flows.isEmpty();
}

Pending QuestionBook::close(api::QuestionId id) {
    auto node = open_.extract(id);
    if (node.empty())
        return {};
    Pending pending = std::move(node.mapped());
    byKey_.remove(pending.key);
    for (const kernel::FlowKey& flow : std::as_const(pending.flows))
        flows_.remove(flow);
    const auto user = users_.find(pending.key.uid);
    if (--user->openPerProgram[pending.key.app] == 0)
        user->openPerProgram.remove(pending.key.app);
    if (pending.asked) {
        --user->asked;
        --askedInAll_;
        if (--askedPerProgram_[pending.key.app] == 0)
            askedPerProgram_.remove(pending.key.app);
    }
    if (--user->open == 0)
        users_.erase(user);
    return pending;
}

QList<api::QuestionId> QuestionBook::promote() {
    QList<api::QuestionId> promoted;
    std::deque<api::QuestionId> still;
    for (const api::QuestionId id : queue_) {
        const auto it = open_.find(id);
        if (it == open_.end())
            continue;
        if (takeTurn(it->second))
            promoted.append(id);
        else
            still.push_back(id);
    }
    queue_ = std::move(still);
    return promoted;
}

void QuestionBook::addMissed(Pending pending) {
    std::erase_if(missed_, [&](const auto& item) { return item.second.key == pending.key; });
    while (missed_.size() >= static_cast<size_t>(kMaxMissed))
        missed_.erase(missed_.begin());
    pending.question.missed = true;
    pending.flows.clear();
    missed_.insert_or_assign(pending.question.id, std::move(pending));
}

bool QuestionBook::removeMissed(api::QuestionId id) {
    return missed_.erase(id) > 0;
}

QList<api::Question> QuestionBook::list() const {
    QList<api::Question> list;
    for (const auto& [id, pending] : open_) {
        if (pending.asked)
            list.append(pending.question);
    }
    for (const auto& [id, pending] : missed_)
        list.append(pending.question);
    return list;
}

QList<api::QuestionId> QuestionBook::openIds() const {
    QList<api::QuestionId> ids;
    ids.reserve(static_cast<qsizetype>(open_.size()));
    for (const auto& [id, pending] : open_)
        ids.append(id);
    return ids;
}

qint64 QuestionBook::nextDeadline() const {
    qint64 next = 0;
    for (const auto& [id, pending] : open_) {
        if (!next || pending.question.deadlineMs < next)
            next = pending.question.deadlineMs;
    }
    return next;
}

QList<api::QuestionId> QuestionBook::moveDeadlines(qint64 byMs) {
    QList<api::QuestionId> asked;
    for (auto& [id, pending] : open_) {
        pending.question.askedMs += byMs;
        pending.question.deadlineMs += byMs;
        if (pending.asked)
            asked.append(id);
    }
    return asked;
}

}  // namespace sallyport::engine
