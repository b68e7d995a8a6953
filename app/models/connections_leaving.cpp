// The part of ConnectionsModel by which rows leave: see connections_model.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "models/connections_model.h"
#include "models/connections_node.h"

namespace sallyport::models {

// Ended so recently that the traffic of then is still known.
bool ConnectionsModel::isPast(qint64 endedAt) const {
    return endedAt != 0 && now_() - endedAt < TrafficSeries::kSeconds * 1000;
}

void ConnectionsModel::keepPast(const Node* node) {
    if (node->kind != Kind::Connection || !isPast(node->endedAt))
        return;
    past_[node->connection.id] = {node->connection, node->endedAt};
    if (past_.size() > size_t(kMostPast))
        past_.erase(past_.begin());
}

void ConnectionsModel::showPast(bool shown) {
    if (std::exchange(pastShown_, shown) == shown)
        return;
    if (!shown)
        return tick();  // they leave as if they had just faded
    beginResetModel();
    for (const auto& [id, past] : std::exchange(past_, {})) {
        if (!isPast(past.second))
            continue;
        place(past.first, false);
        byId_.value(id)->endedAt = past.second;
        byId_.value(id)->fade = 1;
    }
    attachNew(false);
    refreshGroups();
    dirty_.clear();
    endResetModel();
    emit countsChanged();
}

bool ConnectionsModel::isInPlace(const Node* node) {
    const api::Connection& connection = node->connection;
    return node->program == connection.program && node->parent->name == connection.name &&
           (!connection.name.isEmpty() || node->parent->address == connection.remote);
}

// Its name is known by now, or another program is known to be the one: it has a new row where it
// belongs, and this one leaves with the same tick.
void ConnectionsModel::rehome(Node* old) {
    constexpr qint64 kLongAgo = 1;
    byId_.remove(old->connection.id);
    place(old->connection, false);
    Node* node = byId_.value(old->connection.id);
    node->endedAt = std::exchange(old->endedAt, kLongAgo);
    node->up = old->up;
    node->down = old->down;
    if (moving_.remove(old))
        moving_.insert(node);
    ended_.insert(old);
}

void ConnectionsModel::dropFaded() {
    constexpr int kFadeSteps = 5;
    const qint64 now = now_();
    const bool keeps = pastShown_ && ended_.size() <= kMostPast;
    QHash<Node*, QList<int>> gone;
    for (Node* node : std::as_const(ended_)) {
        const double fade = std::clamp(double(now - node->endedAt) / double(kFadeMs), 0.0, 1.0);
        if (fade >= 1.0 && !(keeps && isPast(node->endedAt))) {
            gone[node->parent].append(node->row);
        } else if (const int step = int(fade * kFadeSteps); step != node->fadeStep) {
            node->fadeStep = step;
            node->fade = fade;
            touch(node);
        }
    }
    if (gone.isEmpty())
        return;
    QHash<Node*, QList<int>> emptyRemotes;
    for (auto it = gone.cbegin(); it != gone.cend(); ++it) {
        touch(it.key());
        drop(it.key(), it.value());
        if (it.key()->children.empty())
            emptyRemotes[it.key()->parent].append(it.key()->row);
    }
    QList<int> emptyPrograms;
    for (auto it = emptyRemotes.cbegin(); it != emptyRemotes.cend(); ++it) {
        drop(it.key(), it.value());
        if (it.key()->children.empty())
            emptyPrograms.append(it.key()->row);
    }
    drop(nullptr, emptyPrograms);
    emit countsChanged();
}

// Removes children of `parent` (null: programs). Far-scattered ones go a few hundred at a time, for
// the rows behind each gap are numbered anew: the rest follows with the next tick.
void ConnectionsModel::drop(Node* parent, QList<int> rows) {
    constexpr int kMaxGaps = 200;
    Nodes& nodes = parent ? parent->children : programs_;
    std::sort(rows.begin(), rows.end(), std::greater<>());
    int gaps = 0;
    for (qsizetype at = 0; at < rows.size() && gaps < kMaxGaps; ++gaps) {
        const int last = rows[at];
        int first = last;
        while (++at < rows.size() && rows[at] == first - 1)
            first = rows[at];
        beginRemoveRows(parent ? indexFor(parent) : QModelIndex(), first, last);
        for (int row = first; row <= last; ++row) {
            keepPast(nodes[size_t(row)].get());
            forget(nodes[size_t(row)].get());
        }
        nodes.erase(nodes.begin() + first, nodes.begin() + last + 1);
        for (size_t row = size_t(first); row < nodes.size(); ++row)
            nodes[row]->row = int(row);
        endRemoveRows();
    }
}

void ConnectionsModel::forget(Node* node) {
    dirty_.remove(node);
    moving_.remove(node);
    ended_.remove(node);
    trails_.erase(node);
    switch (node->kind) {
        case Kind::Connection:
            if (byId_.value(node->connection.id) == node)  // else it has another row by now
                byId_.remove(node->connection.id);
            listening_ -= isListening(node->connection);
            break;
        case Kind::Remote:
            node->parent->remotes.remove(
                {node->name, node->name.isEmpty() ? node->address : api::Address()});
            break;
        case Kind::Program:
            byProgram_.remove(node->program);
            if (namesakes_.remove(node->face))
                touchNamesakes(node);
            break;
    }
}

}  // namespace sallyport::models
