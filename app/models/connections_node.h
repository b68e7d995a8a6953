// A row of the connections, shared by the parts of ConnectionsModel and nobody else.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections_model.h"

namespace sallyport::models {

// What a group shows when its connections differ: the state that wants a person's eye first.
inline int urgency(api::ConnectionState state) {
    switch (state) {
        case api::ConnectionState::Held:
            return 3;
        case api::ConnectionState::Blocked:
            return 2;
        case api::ConnectionState::Audited:
        case api::ConnectionState::Undecided:
            return 1;
        case api::ConnectionState::Allowed:
            break;
        case api::ConnectionState::Listening:
            return -1;
    }
    return 0;
}

inline bool isListening(const api::Connection& connection) {
    return connection.state == api::ConnectionState::Listening;
}

// A row. Groups carry the sum of their children.
struct ConnectionsModel::Node {
    Kind kind = Kind::Program;
    Node* parent = nullptr;
    int row = 0;
    bool attached = false;
    Nodes children;

    // Programs.
    api::ProgramId program = 0;
    api::AppIdentity identity;
    Face face;
    QString folded;  // name and path in lower case: sort and search
    QHash<std::pair<QString, api::Address>, Node*> remotes;  // by name, or else by address
    // Remotes.
    QString name;          // empty: none is known
    api::Address address;  // of its newest connection
    bool oneAddress = true;
    // Connections.
    qint64 endedAt = 0;  // by our clock
    qint64 sampledAt = 0;
    quint64 sampledSent = 0;
    quint64 sampledReceived = 0;
    int fadeStep = 0;
    SearchSubject subject;

    // Connections, and summed up in groups.
    api::Connection connection;  // of a group: its newest
    double up = 0;
    double down = 0;
    quint64 total = 0;
    qint64 since = 0;
    double fade = 0;
    api::ConnectionState state = api::ConnectionState::Allowed;
    int inState = 1;        // how many are in `state`
    int leaves = 1;         // of how many
    bool oneReason = true;  // all were decided alike
};

}  // namespace sallyport::models
