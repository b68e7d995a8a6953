// Which questions are open, which wait to be asked, and which nobody answered.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QSet>
#include <deque>
#include <map>
#include <optional>

#include "api/question.h"
#include "kernel/kernel.h"

namespace sallyport::engine {

// Connections that are the same to a person wait on one question.
struct QuestionKey {
    api::AppIdentity app;
    QString sha256;  // of the program's file, where that can change
    api::AppIdentity startedBy;
    quint32 uid = 0;
    api::Direction direction = api::Direction::Outbound;
    quint8 protocol = 0;
    QString name;         // of the remote; empty: none is known
    api::Address remote;  // where it has no name
    quint16 port = 0;     // remote; for inbound the local one
    bool operator==(const QuestionKey&) const = default;
};
size_t qHash(const QuestionKey& key, size_t seed = 0);

struct Pending {
    api::Question question;
    QuestionKey key;
    QSet<kernel::FlowKey> flows;  // held on it; none when missed
    QSet<QString> agents;         // who was asked
    bool asked = false;           // false: waits for its turn, nobody sees it
    bool nobody = false;          // is open but there was nobody to ask
};

class QuestionBook {
  public:
    static constexpr int kMaxPerProgram = 64;
    static constexpr int kMaxAsked = 1000;
    static constexpr int kMaxAskedPerUser = kMaxAsked / 2;
    static constexpr int kMaxWaiting = 8192;  // asked or not
    static constexpr int kMaxMissed = 500;

    Pending* find(api::QuestionId id);      // open or missed
    Pending* find(const QuestionKey& key);  // open
    Pending* waitingOf(const kernel::FlowKey& flow);

    // Where there are too many: the question that makes room for one about that, the newest of the
    // program that has most, of the user who has most. 0: none does, it has as many itself.
    bool isFull() const { return open_.size() >= static_cast<size_t>(kMaxWaiting); }
    api::QuestionId yieldsTo(const QuestionKey& key) const;
    // A new question about that; null when there are too many. `question.id` is given here.
    // `asked` says whether it is its turn.
    Pending* open(const QuestionKey& key, api::Question question);
    void join(Pending& pending, const kernel::FlowKey& flow);
    // The flow waits no more. True when nothing waits on the question now (it stays open).
    bool leave(const kernel::FlowKey& flow);
    // Removes an open question; its flows wait on nothing.
    Pending close(api::QuestionId id);
    // Marks as asked whose turn has come, oldest first.
    QList<api::QuestionId> promote();

    // Keeps what was closed unanswered. An older one about the same is replaced.
    void addMissed(Pending pending);
    bool removeMissed(api::QuestionId id);
    // Those that fit, e.g. because a rule covers them now.
    template <class Predicate>
    bool removeMissedIf(Predicate fits) {
        return std::erase_if(missed_, [&](const auto& item) { return fits(item.second); }) > 0;
    }

    // Asked first, then missed; oldest first.
    QList<api::Question> list() const;
    QList<api::QuestionId> openIds() const;
    QList<kernel::FlowKey> heldFlows() const { return flows_.keys(); }
    quint32 askedCount() const { return static_cast<quint32>(askedInAll_); }
    quint32 missedCount() const { return static_cast<quint32>(missed_.size()); }
    // Of the question whose time is up first; 0: none.
    qint64 nextDeadline() const;
    // Of all that are open. Those that were asked.
    QList<api::QuestionId> moveDeadlines(qint64 byMs);

  private:
    bool takeTurn(Pending& pending);
    struct User {
        int open = 0;
        int asked = 0;
        QHash<api::AppIdentity, int> openPerProgram;
    };

    std::map<api::QuestionId, Pending> open_;
    std::map<api::QuestionId, Pending> missed_;
    QHash<QuestionKey, api::QuestionId> byKey_;
    QHash<kernel::FlowKey, api::QuestionId> flows_;
    QHash<api::AppIdentity, int> askedPerProgram_;
    QHash<quint32, User> users_;         // by uid; who has open questions
    std::deque<api::QuestionId> queue_;  // not asked yet; may name closed ones
    int askedInAll_ = 0;
    api::QuestionId last_ = 0;
};

}  // namespace sallyport::engine
