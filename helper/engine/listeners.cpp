// Sockets become rows.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/listeners.h"

#include <algorithm>
#include <tuple>

namespace sallyport::engine {

namespace {

// A socket that several processes have open is the first one's. Whoever opens many hides nobody of
// another user.
bool goesFirst(const kernel::ListeningSocket& a, const kernel::ListeningSocket& b) {
    return std::tie(a.owner.uid, a.owner.pid, a.cookie) <
           std::tie(b.owner.uid, b.owner.pid, b.cookie);
}

}  // namespace

void Listeners::look(qint64 bootMs, qint64 nowMs, qint64 age) {
    if (lookedMs_ && bootMs - lookedMs_ < age)
        return;
    auto sockets = kernel_.listeningSockets();
    problem_ = sockets ? QString() : sockets.error().text;
    if (!sockets)
        return;
    std::sort(sockets->begin(), sockets->end(), goesFirst);
    QHash<quint64, Listener> before = std::exchange(listeners_, {});
    for (const kernel::ListeningSocket& socket : std::as_const(*sockets)) {
        if (listeners_.contains(socket.cookie) || listeners_.size() >= kMost)
            continue;
        const auto known = before.constFind(socket.cookie);
        if (known != before.cend() && known->connection.serial == socket.owner.serial &&
            known->connection.pid == socket.owner.pid) {
            listeners_.insert(socket.cookie, before.take(socket.cookie));
            continue;
        }
        const Listener& added = *listeners_.insert(socket.cookie, found(socket, nowMs));
        noteChange(added.connection);
    }
    for (Listener& over : before) {
        over.connection.endedMs = nowMs;
        noteChange(over.connection);
    }
    lookedMs_ = bootMs;
}

// Since when nobody knows of those that are there at the first look: not before their processes.
Listeners::Listener Listeners::found(const kernel::ListeningSocket& socket, qint64 nowMs) const {
    Listener listener = identify_(socket.owner);
    api::Connection& c = listener.connection;
    c.direction = api::Direction::Inbound;
    c.protocol = socket.protocol;
    c.local = socket.local;
    c.localPort = socket.localPort;
    c.state = api::ConnectionState::Listening;
    c.startedMs = lookedMs_ || !listener.process->startedMs ? nowMs : listener.process->startedMs;
    return listener;
}

QList<api::Connection> Listeners::all() const {
    QList<api::Connection> list;
    for (const Listener& listener : listeners_)
        list.append(listener.connection);
    return list;
}

const Listeners::Listener* Listeners::find(api::ConnectionId id) const {
    const auto found =
        std::find_if(listeners_.cbegin(), listeners_.cend(),
                     [id](const Listener& listener) { return listener.connection.id == id; });
    return found == listeners_.cend() ? nullptr : &*found;
}

}  // namespace sallyport::engine
