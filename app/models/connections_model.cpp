// Live connections as a tree: see connections_model.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections_model.h"

#include <QDateTime>
#include <algorithm>

#include "models/connections_node.h"
#include "models/words.h"

namespace sallyport::models {

namespace {

constexpr qint64 kStillMs = 2000;  // no news for that long: nothing moves

// Of several words about one connection the last one, which has all that was in the others.
api::ConnectionList newest(const api::ConnectionList& all) {
    QHash<api::ConnectionId, qsizetype> at;
    api::ConnectionList list;
    for (const api::Connection& connection : all) {
        const auto known = at.constFind(connection.id);
        if (known != at.cend()) {
            list[*known] = connection;
            continue;
        }
        at.insert(connection.id, list.size());
        list += connection;
    }
    return list;
}

}  // namespace

ConnectionsModel::ConnectionsModel(client::Firewall& firewall, Faces faces,
                                   std::function<qint64()> now, QObject* parent)
    : QAbstractItemModel(parent),
      firewall_(firewall),
      faces_(std::move(faces)),
      now_(now ? std::move(now) : [] { return QDateTime::currentMSecsSinceEpoch(); }),
      stale_(!firewall.connected()) {
    timer_.setInterval(kTickMs);
    connect(&timer_, &QTimer::timeout, this, &ConnectionsModel::tick);
    connect(&firewall_, &client::Firewall::connectionsChanged, this, &ConnectionsModel::receive);
    connect(&firewall_, &client::Firewall::connectedChanged, this, [this](bool connected) {
        stale_ = !connected;  // the first word of the one who came back is a reset
        emit countsChanged();
    });
}

ConnectionsModel::~ConnectionsModel() {
    if (lookers_ > 0)
        firewall_.unwatch();
}

void ConnectionsModel::look() {
    if (lookers_++ > 0)
        return;
    timer_.start();
    firewall_.watch();
}

void ConnectionsModel::lookAway() {
    if (--lookers_ > 0)
        return;
    timer_.stop();
    firewall_.unwatch();
}

void ConnectionsModel::receive(const api::ProgramList& programs,
                               const api::ConnectionList& connections, bool reset) {
    if (reset) {
        resetPending_ = true;
        pending_.clear();
        identities_.clear();
    }
    for (const api::Program& program : programs)
        identities_.insert(program.id, program.identity);
    pending_ += connections;
    if (now_() - lastTick_ >= kTickMs)
        tick();
}

void ConnectionsModel::tick() {
    lastTick_ = now_();
    if (resetPending_)
        rebuild();
    else
        takePending();
    traffic_.add(lastTick_, std::exchange(received_, 0), std::exchange(sent_, 0));
    settleRates();
    dropFaded();
    refreshGroups();
    extendTrails();
    announce();
    emit ticked();
}

void ConnectionsModel::rebuild() {
    beginResetModel();
    resetPending_ = false;
    programs_.clear();
    byProgram_.clear();
    namesakes_.clear();
    byId_.clear();
    listening_ = 0;
    dirty_.clear();
    moving_.clear();
    ended_.clear();
    trails_.clear();
    past_.clear();
    for (const api::Connection& connection : newest(std::exchange(pending_, {})))
        place(connection, false);
    received_ = sent_ = 0;
    attachNew(false);
    refreshGroups();
    dirty_.clear();
    endResetModel();
    emit countsChanged();
}

void ConnectionsModel::takePending() {
    if (pending_.isEmpty())
        return;
    QList<Node*> displaced;
    for (const api::Connection& connection : newest(std::exchange(pending_, {}))) {
        if (Node* node = byId_.value(connection.id)) {
            update(node, connection);
            if (!isInPlace(node))
                displaced += node;
        } else {
            place(connection, true);
        }
    }
    for (Node* node : std::as_const(displaced))
        rehome(node);
    attachNew(true);
    emit countsChanged();
}

// A new connection waits beside the tree until attachNew(). `counts`: what it carried is traffic of
// the moment; what was there before somebody looked is not.
void ConnectionsModel::place(const api::Connection& connection, bool counts) {
    if (byId_.contains(connection.id))
        return update(byId_.value(connection.id), connection);
    Node* remote = remoteNode(programNode(connection.program), connection);
    auto node = std::make_unique<Node>();
    node->kind = Kind::Connection;
    node->parent = remote;
    node->program = connection.program;
    node->sampledAt = now_();
    node->sampledSent = connection.sent;
    node->sampledReceived = connection.received;
    byId_.insert(connection.id, node.get());
    listening_ += isListening(connection);
    if (counts) {
        received_ += connection.received;
        sent_ += connection.sent;
    }
    update(node.get(), connection);
    newChildren_[remote].push_back(std::move(node));
}

void ConnectionsModel::update(Node* node, const api::Connection& connection) {
    const qint64 now = now_();
    const bool stateChanged = node->connection.state != connection.state;
    if (connection.received > node->sampledReceived)
        received_ += connection.received - node->sampledReceived;
    if (connection.sent > node->sampledSent)
        sent_ += connection.sent - node->sampledSent;
    node->connection = connection;
    node->state = connection.state;
    const double seconds = double(now - node->sampledAt) / 1000.0;
    if (seconds > 0) {
        // A count that shrank is a socket counted anew.
        const auto moved = [](quint64 count, quint64 before) {
            return double(count >= before ? count - before : count);
        };
        node->up = moved(connection.sent, node->sampledSent) / seconds;
        node->down = moved(connection.received, node->sampledReceived) / seconds;
        node->sampledAt = now;
        node->sampledSent = connection.sent;
        node->sampledReceived = connection.received;
    }
    if (connection.endedMs != 0 && node->endedAt == 0) {
        node->endedAt = now;
        ended_.insert(node);
    }
    if (node->endedAt != 0)
        node->up = node->down = 0;
    node->total = connection.sent + connection.received;
    node->since = connection.startedMs;
    if (node->up > 0 || node->down > 0)
        moving_.insert(node);
    else
        moving_.remove(node);

    if (node->subject.remote.isEmpty() || stateChanged)
        describe(node);
    touch(node);
}

// What a search looks at; of a connection that stays in its place only its state ever changes.
void ConnectionsModel::describe(Node* node) {
    const api::Connection& connection = node->connection;
    SearchSubject& subject = node->subject;
    subject.ports = {connection.remotePort, connection.localPort};
    subject.portNames =
        Words::service(connection.direction == api::Direction::Inbound ? connection.localPort
                                                                       : connection.remotePort,
                       connection.protocol);
    subject.remote = connection.remote.toString();
    if (!connection.name.isEmpty())
        subject.remote += u' ' + connection.name.toLower();
    subject.state =
        (Words::state(connection.state) + u' ' + api::toWord(connection.state)).toLower();
    subject.program = node->parent->parent->folded;
    subject.other = Words::protocol(connection.protocol).toLower();
}

ConnectionsModel::Node* ConnectionsModel::programNode(api::ProgramId id) {
    if (Node* known = byProgram_.value(id))
        return known;
    auto node = std::make_unique<Node>();
    node->kind = Kind::Program;
    node->program = id;
    node->identity.kind = api::AppIdentity::Kind::Unknown;
    node->identity = identities_.value(id, node->identity);
    node->face = faces_(node->identity);
    node->folded = (node->face.name + u' ' + node->face.where).toLower();
    byProgram_.insert(id, node.get());
    if (namesakes_.add(node->face))
        touchNamesakes(node.get());
    newPrograms_.push_back(std::move(node));
    return newPrograms_.back().get();
}

void ConnectionsModel::touchNamesakes(const Node* program) {
    for (Node* other : std::as_const(byProgram_)) {
        if (other->face.name == program->face.name && other->attached)
            dirty_.insert(other);
    }
}

ConnectionsModel::Node* ConnectionsModel::remoteNode(Node* program,
                                                     const api::Connection& connection) {
    const QString& name = connection.name;
    const std::pair key{name, name.isEmpty() ? connection.remote : api::Address()};
    if (Node* known = program->remotes.value(key))
        return known;
    auto node = std::make_unique<Node>();
    node->kind = Kind::Remote;
    node->parent = program;
    node->program = program->program;
    node->name = name;
    node->address = connection.remote;
    program->remotes.insert(key, node.get());
    Nodes& waiting = newChildren_[program];
    waiting.push_back(std::move(node));
    return waiting.back().get();
}

// New rows join the tree, each parent's in one insertion; a new parent brings its children along.
void ConnectionsModel::attachNew(bool tell) {
    const auto adopt = [](Nodes& into, Nodes& from) {
        for (auto& node : from) {
            node->row = int(into.size());
            node->attached = true;
            into.push_back(std::move(node));
        }
        from.clear();
    };
    // Below parents that are not in the tree yet nobody needs to be told: the deepest first.
    for (const Kind kind : {Kind::Remote, Kind::Program}) {
        for (auto& [group, children] : newChildren_) {
            if (group->kind != kind || group->attached)
                continue;
            adopt(group->children, children);
            summarise(group);
        }
    }
    const auto insert = [&](Nodes& into, Nodes& from, const QModelIndex& parent) {
        if (from.empty())
            return;
        const int first = int(into.size());
        if (tell)
            beginInsertRows(parent, first, first + int(from.size()) - 1);
        adopt(into, from);
        if (tell)
            endInsertRows();
    };
    insert(programs_, newPrograms_, {});
    for (const Kind kind : {Kind::Program, Kind::Remote}) {
        for (auto& [group, children] : newChildren_) {
            if (group->kind == kind)
                insert(group->children, children, tell ? indexFor(group) : QModelIndex());
        }
    }
    newChildren_.clear();
}

void ConnectionsModel::settleRates() {
    const qint64 now = now_();
    const QSet<Node*> moving = moving_;
    for (Node* node : moving) {
        if (now - node->sampledAt < kStillMs)
            continue;
        node->up = node->down = 0;
        moving_.remove(node);
        touch(node);
    }
}

void ConnectionsModel::touch(Node* node) {
    for (; node; node = node->parent)
        dirty_.insert(node);
}

void ConnectionsModel::refreshGroups() {
    for (const Kind kind : {Kind::Remote, Kind::Program}) {
        for (Node* node : std::as_const(dirty_)) {
            if (node->kind == kind && !node->children.empty())
                summarise(node);
        }
    }
}

void ConnectionsModel::summarise(Node* group) const {
    // Who listens counts only where that is all.
    const auto counts = [](const auto& child) {
        return child->state != api::ConnectionState::Listening;
    };
    const auto& children = group->children;
    const bool any = std::any_of(children.begin(), children.end(), counts);
    const Node* first =
        (any ? *std::find_if(children.begin(), children.end(), counts) : children.front()).get();
    group->up = group->down = 0;
    group->total = 0;
    group->since = first->since;
    group->fade = first->fade;
    group->connection = first->connection;
    group->state = first->state;
    group->inState = 0;
    group->leaves = 0;
    group->oneReason = true;
    for (const auto& child : group->children) {
        group->up += child->up;
        group->down += child->down;
        group->total += child->total;
        group->since = std::min(group->since, child->since);
        group->fade = std::min(group->fade, child->fade);
        if (any && !counts(child))
            continue;
        group->leaves += child->leaves;
        if (urgency(child->state) > urgency(group->state)) {
            group->state = child->state;
            group->inState = 0;
        }
        if (child->state == group->state)
            group->inState += child->inState;
        group->oneReason = group->oneReason && child->oneReason &&
                           child->connection.rule == first->connection.rule &&
                           child->connection.reason == first->connection.reason;
        if (child->connection.id > group->connection.id)
            group->connection = child->connection;
    }
    if (group->kind != Kind::Remote || group->name.isEmpty())
        return;
    group->address = group->connection.remote;
    group->oneAddress =
        std::all_of(group->children.cbegin(), group->children.cend(),
                    [&](const auto& child) { return child->connection.remote == group->address; });
}

void ConnectionsModel::announce() {
    QHash<Node*, QList<int>> rows;
    for (const Kind kind : {Kind::Connection, Kind::Remote, Kind::Program}) {
        rows.clear();
        for (Node* node : std::as_const(dirty_)) {
            if (node->kind == kind)
                rows[node->parent].append(node->row);
        }
        for (auto it = rows.begin(); it != rows.end(); ++it) {
            QList<int>& changed = it.value();
            std::sort(changed.begin(), changed.end());
            const QModelIndex parent = it.key() ? indexFor(it.key()) : QModelIndex();
            const auto say = [&](int first, int last) {
                emit dataChanged(index(first, 0, parent), index(last, ColumnCount - 1, parent));
            };
            if (changed.size() * 4 > changed.last() - changed.first()) {
                say(changed.first(), changed.last());
                continue;
            }
            for (const int row : std::as_const(changed))
                say(row, row);
        }
    }
    dirty_.clear();
}

}  // namespace sallyport::models
