// The flows that are open and those that ended a moment ago.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/flow_table.h"

#include <algorithm>
#include <utility>

namespace sallyport::engine {

Flow* FlowTable::find(const kernel::FlowKey& key) {
    const auto known = byKey_.find(key);
    return known == byKey_.end() ? nullptr : find(known->second);
}

QList<Flow*> FlowTable::ofSocket(quint64 cookie) {
    QList<Flow*> flows;
    kernel::FlowKey first;
    first.cookie = cookie;
    for (auto it = byKey_.lower_bound(first); it != byKey_.end() && it->first.cookie == cookie;
         ++it)
        flows.append(find(it->second));
    return flows;
}

Flow* FlowTable::find(api::ConnectionId id) {
    const auto it = flows_.find(id);
    return it == flows_.end() ? nullptr : &it->second;
}

const Flow* FlowTable::find(api::ConnectionId id) const {
    const auto it = flows_.find(id);
    return it == flows_.end() ? nullptr : &it->second;
}

Flow& FlowTable::add(const kernel::FlowKey& key, std::optional<Flow>& displaced) {
    displaced.reset();
    // Nothing more comes of those that ended; they go first, so that a flood of short ones leaves
    // the long ones alone.
    if (size() >= kMaxFlows && !ended_.empty())
        forgetFirstEnded();
    if (size() >= kMaxFlows) {
        const auto oldest = flows_.begin();
        byKey_.erase(oldest->second.key);
        changed_.remove(oldest->first);
        displaced = std::move(oldest->second);
        flows_.erase(oldest);
    }
    const api::ConnectionId id = newId();
    Flow& flow = flows_[id];
    flow.key = key;
    flow.connection.id = id;
    byKey_.insert_or_assign(key, id);
    markChanged(flow);
    return flow;
}

void FlowTable::end(Flow& flow, qint64 endedMs, qint64 bootMs) {
    if (flow.connection.endedMs)
        return;
    flow.connection.endedMs = endedMs;
    byKey_.erase(flow.key);
    ended_.emplace_back(flow.connection.id, bootMs);
    markChanged(flow);
}

qint64 FlowTable::forgetEnded(qint64 bootMs) {
    while (!ended_.empty()) {
        if (const qint64 since = ended_.front().second; since > bootMs)
            return since;
        forgetFirstEnded();
    }
    return 0;
}

void FlowTable::forgetFirstEnded() {
    const api::ConnectionId id = ended_.front().first;
    ended_.pop_front();
    const auto ended = flows_.find(id);
    if (changed_.remove(id))
        gone_.append(ended->second.connection);
    flows_.erase(ended);
}

void FlowTable::setWatched(bool watched) {
    watched_ = watched;
    changed_.clear();
    gone_.clear();
}

void FlowTable::markChanged(const Flow& flow) {
    if (watched_)
        changed_.insert(flow.connection.id);
}

void FlowTable::noteGone(const api::Connection& connection) {
    if (watched_)
        gone_.append(connection);
}

QList<api::Connection> FlowTable::takeChanged() {
    QList<api::Connection> list = std::exchange(gone_, {});
    list.reserve(list.size() + changed_.size());
    for (const api::ConnectionId id : std::as_const(changed_)) {
        if (const Flow* flow = find(id))
            list.append(flow->connection);
    }
    changed_.clear();
    std::sort(list.begin(), list.end(),
              [](const api::Connection& a, const api::Connection& b) { return a.id < b.id; });
    return list;
}

QList<api::Connection> FlowTable::all() const {
    QList<api::Connection> list;
    list.reserve(size());
    for (const auto& [id, flow] : flows_)
        list.append(flow.connection);
    return list;
}

}  // namespace sallyport::engine
