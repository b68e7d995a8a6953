// The flows that are open and those that ended a moment ago.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QSet>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "api/connection.h"
#include "engine/first_data.h"
#include "engine/http_stream.h"
#include "kernel/kernel.h"

namespace sallyport::engine {

struct Flow {
    api::Connection connection;
    kernel::FlowKey key;
    quint64 netns = 0;
    quint32 ifindex = 0;   // as in sp_attempt
    bool further = false;  // as in kernel::FlowReport
    qint64 activeMs = 0;   // when it was seen to have carried something last, by the boot clock
    // As it was when the flow began; never null once it is in the engine's hands.
    std::shared_ptr<const api::Process> process;
    policy::AppNumber app = SP_APP_UNRESOLVED;      // by which it is judged
    policy::AppNumber starter = SP_APP_UNRESOLVED;  // number of process->startedBy
    // What was answered for this flow alone; SP_VERDICT_NONE: nothing.
    sp_verdict answer = SP_VERDICT_NONE;
    api::Reason answerReason = api::Reason::Answer;
    // A rule came of an answer: what the kernel still says of that is older.
    bool answerKept = false;
    // What rules or the mode say, where the kernel was told so as an answer for this flow alone.
    policy::Decision standIn;
    // While its first data is read; null before, and once `said` says what was found.
    std::shared_ptr<FirstData> reader;
    std::optional<SaidName> said;
    // The name in what went on without being read first, and what reads it where that comes in
    // parts; null: none. Rules are about it once they ask for `said` and that has no name.
    std::shared_ptr<const SaidName> heard;
    std::shared_ptr<FirstData> hearing;
    // Where it speaks HTTP: what of it is read, and the requests that wait or were let go last.
    std::shared_ptr<HttpStream> http;
    QList<api::HttpAsked> requests;
    bool requestsWent = false;
    quint64 injected = 0;     // bytes that the helper sent in its stead: the kernel counts the rest
    qint64 heldSinceMs = 0;   // by the boot clock; 0: it does not wait
    quint32 ruleCounted = 0;  // rule whose use has been counted for this flow

    // The name its program said, however it was read; null: none.
    const SaidName* spoken() const { return said && !said->name.isEmpty() ? &*said : heard.get(); }
};

// Pointers stay valid until the flow is removed.
class FlowTable {
  public:
    static constexpr qsizetype kMaxFlows = 65536;
    static constexpr qsizetype kManyGone = 4096;

    // For what is shown like a flow, and is none.
    api::ConnectionId newId() { return ++last_; }
    Flow* find(const kernel::FlowKey& key);
    // The open flows of a socket, whatever their peers.
    QList<Flow*> ofSocket(quint64 cookie);
    Flow* find(api::ConnectionId id);
    const Flow* find(api::ConnectionId id) const;
    // A new open flow, marked changed. When the table is full the flow that ended first makes room;
    // where none did, the oldest, which is given back through `displaced` and is the caller's to
    // end.
    Flow& add(const kernel::FlowKey& key, std::optional<Flow>& displaced);
    // It goes on to be listed for a while, but is no longer found by its key. When it ended, in
    // Unix milliseconds, and when that became known, in milliseconds since the machine started.
    void end(Flow& flow, qint64 endedMs, qint64 bootMs);
    // Removes what was known to have ended by then. When the next one was; 0: there is none.
    qint64 forgetEnded(qint64 bootMs);

    // Begins with nothing: who watches knows all() there are. While nobody does, nothing that
    // changes is kept for him.
    void setWatched(bool watched);
    void markChanged(const Flow& flow);
    // Of one that was displaced, as it ended.
    void noteGone(const api::Connection& connection);
    // While watched: what changed since the last call; the end of each one once, whether or not it
    // is listed any more.
    QList<api::Connection> takeChanged();
    // So many ended that are not listed any more that they should be taken now.
    bool hasManyGone() const { return gone_.size() >= kManyGone; }
    QList<api::Connection> all() const;
    // `visit` takes a const Flow&.
    template <class Visit>
    void forEachOpen(Visit visit) const {
        for (const auto& [key, id] : byKey_)
            visit(flows_.at(id));
    }
    quint32 openCount() const { return static_cast<quint32>(byKey_.size()); }
    qsizetype size() const { return static_cast<qsizetype>(flows_.size()); }

  private:
    void forgetFirstEnded();

    std::map<api::ConnectionId, Flow> flows_;                 // in order of age
    std::map<kernel::FlowKey, api::ConnectionId> byKey_;      // open ones; a socket's are together
    std::deque<std::pair<api::ConnectionId, qint64>> ended_;  // and since when, by the boot clock
    QSet<api::ConnectionId> changed_;
    QList<api::Connection> gone_;  // whose end was not taken when they were removed
    bool watched_ = false;
    api::ConnectionId last_ = 0;
};

}  // namespace sallyport::engine
