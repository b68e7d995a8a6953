// What a row of the connections shows, and how it is found and sorted: see connections_model.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "models/connections_node.h"
#include "models/words.h"

namespace sallyport::models {

namespace {

template <class T>
int order(const T& a, const T& b) {
    return a < b ? -1 : (b < a ? 1 : 0);
}

// What has a name goes first.
int orderOfNames(const QString& a, const QString& b) {
    return a.isEmpty() != b.isEmpty() ? order(a.isEmpty(), b.isEmpty()) : order(a, b);
}

QString ended(const QString& state) {
    return ConnectionsModel::tr("%1, ended", "state of a connection").arg(state);
}

QString partly(const QString& state, int some, int all) {
    return ConnectionsModel::tr("%1 %2 of %3", "state, how many, of how many connections")
        .arg(state)
        .arg(some)
        .arg(all);
}

// Of a column and its title.
QVariant alignment(int column) {
    return column == ConnectionsModel::Down || column == ConnectionsModel::Up ||
                   column == ConnectionsModel::Total
               ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
               : QVariant();
}

}  // namespace

bool ConnectionsModel::wasAlive(const Node* node, const Span& span) {
    return node->connection.startedMs <= span.toMs &&
           (node->endedAt == 0 || node->endedAt >= span.fromMs);
}

bool ConnectionsModel::matches(const Node* node, const SearchQuery& query,
                               std::optional<api::ConnectionState> state,
                               const std::optional<Span>& span) const {
    if (node->kind == Kind::Connection)
        return (!state || node->state == *state) && (!span || wasAlive(node, *span)) &&
               query.matches(node->subject);
    return std::any_of(node->children.cbegin(), node->children.cend(),
                       [&](const auto& child) { return matches(child.get(), query, state, span); });
}

bool ConnectionsModel::accepts(const QModelIndex& index, const SearchQuery& query,
                               std::optional<api::ConnectionState> state,
                               const std::optional<Span>& span) const {
    return (query.isEmpty() && !state && !span) || matches(nodeAt(index), query, state, span);
}

int ConnectionsModel::compare(const QModelIndex& left, const QModelIndex& right) const {
    const Node* a = nodeAt(left);
    const Node* b = nodeAt(right);
    switch (left.column()) {
        case Name:
            if (a->kind == Kind::Program)
                return order(a->folded, b->folded);
            if (a->kind == Kind::Remote)
                return a->name == b->name ? order(a->address, b->address)
                                          : orderOfNames(a->name, b->name);
            return order(a->connection.remotePort, b->connection.remotePort);
        case State:
            return order(urgency(a->state), urgency(b->state));
        case Down:
            return order(a->down, b->down);
        case Up:
            return order(a->up, b->up);
        case Total:
            return order(a->total, b->total);
        case RuleColumn:
            return order(a->oneReason ? a->connection.rule : 0,
                         b->oneReason ? b->connection.rule : 0);
        default:
            return order(a->since, b->since);
    }
}

ConnectionsModel::Kind ConnectionsModel::kind(const QModelIndex& index) const {
    return nodeAt(index)->kind;
}

api::AppIdentity ConnectionsModel::identity(const QModelIndex& index) const {
    const Node* node = nodeAt(index);
    while (node->parent)
        node = node->parent;
    return node->identity;
}

Face ConnectionsModel::face(const QModelIndex& index) const {
    const Node* node = nodeAt(index);
    while (node->parent)
        node = node->parent;
    return node->face;
}

api::Address ConnectionsModel::remote(const QModelIndex& index) const {
    const Node* node = nodeAt(index);
    return node->kind == Kind::Remote ? node->address : node->connection.remote;
}

const api::Connection* ConnectionsModel::connection(const QModelIndex& index) const {
    return &nodeAt(index)->connection;
}

QString ConnectionsModel::remoteName(const QModelIndex& index) const {
    const Node* node = nodeAt(index);
    return node->kind == Kind::Remote ? node->name : node->connection.name;
}

QList<const api::Connection*> ConnectionsModel::connections(const QModelIndex& index) const {
    QList<const api::Connection*> found;
    const std::function<void(const Node*)> walk = [&](const Node* node) {
        if (node->kind == Kind::Connection)
            found += &node->connection;
        for (const auto& child : node->children)
            walk(child.get());
    };
    walk(nodeAt(index));
    return found;
}

QModelIndex ConnectionsModel::indexOf(api::ConnectionId id) const {
    const Node* node = byId_.value(id);
    return node ? indexFor(node) : QModelIndex();
}

ConnectionsModel::Node* ConnectionsModel::nodeAt(const QModelIndex& index) {
    return static_cast<Node*>(index.internalPointer());
}

QModelIndex ConnectionsModel::indexFor(const Node* node, int column) const {
    return createIndex(node->row, column, node);
}

const ConnectionsModel::Nodes& ConnectionsModel::childrenOf(const QModelIndex& parent) const {
    return parent.isValid() ? nodeAt(parent)->children : programs_;
}

QModelIndex ConnectionsModel::index(int row, int column, const QModelIndex& parent) const {
    return hasIndex(row, column, parent) ? indexFor(childrenOf(parent)[size_t(row)].get(), column)
                                         : QModelIndex();
}

QModelIndex ConnectionsModel::parent(const QModelIndex& index) const {
    const Node* parent = index.isValid() ? nodeAt(index)->parent : nullptr;
    return parent ? indexFor(parent) : QModelIndex();
}

int ConnectionsModel::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : int(childrenOf(parent).size());
}

int ConnectionsModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QString ConnectionsModel::stateText(const Node* node) const {
    const QString word = Words::state(node->state);
    if (node->fade > 0 || node->endedAt != 0)
        return ended(word);
    return node->inState < node->leaves ? partly(word, node->inState, node->leaves) : word;
}

QStringList ConnectionsModel::stateExamples() {
    using State = api::ConnectionState;
    constexpr int kMany = 88;
    QStringList all;
    for (const auto state : {State::Allowed, State::Blocked, State::Held, State::Undecided,
                             State::Audited, State::Listening}) {
        const QString word = Words::state(state);
        all += {ended(word), partly(word, kMany, kMany)};
    }
    return all;
}

QString ConnectionsModel::nameText(const Node* node) const {
    switch (node->kind) {
        case Kind::Program:
            return namesakes_.name(node->face);
        case Kind::Remote:  // beside its addresses a name would be cut off: the inspector has them
            if (node->connection.state == api::ConnectionState::Listening)
                return tr("anybody", "remote");
            return node->name.isEmpty() ? Words::address(node->address) : node->name;
        case Kind::Connection:
            break;
    }
    const QString endpoint = Words::endpoint(node->connection);
    if (node->connection.state == api::ConnectionState::Listening)
        return node->connection.local.isUnspecified()
                   ? endpoint
                   : Words::nameAndPlace(endpoint, Words::address(node->connection.local));
    return node->parent->oneAddress
               ? endpoint
               : Words::nameAndPlace(endpoint, Words::address(node->connection.remote));
}

QString ConnectionsModel::text(const Node* node, int column) const {
    if (node->state == api::ConnectionState::Listening && column >= Down && column <= Total)
        return {};
    switch (column) {
        case Name:
            return nameText(node);
        case State:
            return stateText(node);
        case Down:
            return Words::rate(node->down);
        case Up:
            return Words::rate(node->up);
        case Total:
            return Words::bytes(node->total);
        case RuleColumn:
            return node->oneReason ? Words::decided(node->connection.reason, node->connection.rule,
                                                    node->connection.state)
                                   : tr("several", "rules");
        case Since:
            return Words::moment(node->since, now_());
        default:
            return {};
    }
}

QVariant ConnectionsModel::raw(const Node* node, int column) const {
    switch (column) {
        case State:
            return int(node->state);
        case Down:
            return node->down;
        case Up:
            return node->up;
        case Total:
            return node->total;
        case RuleColumn:
            return node->oneReason ? node->connection.rule : 0;
        case Since:
            return node->since;
        default:
            return text(node, column);
    }
}

// Once a second. Where very many move at once some have no graph.
void ConnectionsModel::extendTrails() {
    constexpr qint64 kEveryMs = 1000;
    constexpr size_t kMostTrails = 2000;
    const qint64 now = now_();
    if (now - trailedAt_ < kEveryMs)
        return;
    trailedAt_ = now;
    for (Node* leaf : std::as_const(moving_)) {
        for (Node* node = leaf; node && trails_.size() < kMostTrails; node = node->parent)
            trails_.try_emplace(node);
    }
    for (auto& [node, trail] : trails_) {
        trail.add(node->down, node->up);
        dirty_.insert(node);
    }
    std::erase_if(trails_, [](const auto& entry) { return entry.second.isStill(); });
}

QVariant ConnectionsModel::trail(Node* node, int column) const {
    if (column != Down && column != Up)
        return {};
    const auto known = trails_.find(node);
    if (known == trails_.end())
        return {};
    return QVariant::fromValue(column == Down ? known->second.down() : known->second.up());
}

QVariant ConnectionsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Node* node = nodeAt(index);
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
            return text(node, column);
        case Qt::DecorationRole:
            return column == Name && node->kind == Kind::Program ? QVariant(node->face.icon)
                                                                 : QVariant();
        case Qt::ToolTipRole:
            return Words::tip(column == Name ? face(index).where : text(node, column));
        case Qt::TextAlignmentRole:
            return alignment(column);
        case RawRole:
            return raw(node, column);
        case StateRole:
            return int(node->state);
        case FadeRole:
            return node->fade;
        case TrailRole:
            return trail(nodeAt(index), column);
        case RuleRole:
            return node->oneReason ? node->connection.rule : 0;
        default:
            return {};
    }
}

QVariant ConnectionsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignment(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
        case Name:
            return tr("Program or remote");
        case State:
            return tr("State");
        case Down:
            return tr("Down", "rate of received data");
        case Up:
            return tr("Up", "rate of sent data");
        case Total:
            return tr("Total", "data");
        case RuleColumn:
            return tr("Decided by");
        case Since:
            return tr("Since");
        case Actions:
            return tr("Allow or block");
        default:
            return {};
    }
}

}  // namespace sallyport::models
