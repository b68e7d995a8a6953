// The rule that a row's Allow and Block buttons stand for: see row_rule.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/row_rule.h"

namespace sallyport::models {

api::Result<api::Rule> ruleForProgram(const api::AppIdentity& app, quint64 process,
                                      api::Action action) {
    using Kind = api::AppIdentity::Kind;
    if (app.kind == Kind::Any)
        return api::failure(api::ErrorCode::Invalid, QStringLiteral("the row names no program"));
    api::Rule rule;
    rule.app = app;
    rule.action = action;
    rule.origin = api::Origin::User;
    if (app.kind == Kind::Memory || app.kind == Kind::Unknown) {
        rule.lifetime = api::Lifetime::Process;
        rule.process = process;
    }
    if (const auto sound = api::validate(rule); !sound)
        return sound.error();
    return rule;
}

api::Result<api::Rule> ruleForRemote(const api::AppIdentity& app, quint64 process,
                                     const api::Address& remote, api::Action action) {
    auto rule = ruleForProgram(app, process, action);
    if (rule)
        rule->remote = api::Remote::host(remote);
    return rule;
}

// A name from the wire may begin with "*." or hold anything else.
api::Result<api::Rule> ruleForName(const api::AppIdentity& app, quint64 process,
                                   const QString& name, api::Action action) {
    auto rule = ruleForProgram(app, process, action);
    if (!rule)
        return rule;
    const auto pattern = api::HostPattern::parse(name);
    if (!pattern)
        return pattern.error();
    if (pattern->kind != api::HostPattern::Kind::Exact)
        return api::failure(api::ErrorCode::Invalid, QStringLiteral("no name of a host"));
    rule->remote = api::Remote::named(*pattern);
    return rule;
}

api::Result<api::Rule> ruleForConnection(const api::AppIdentity& app,
                                         const api::Connection& connection, api::Action action) {
    const bool listens = connection.state == api::ConnectionState::Listening;  // to whoever calls
    const bool everywhere = listens || connection.protocol == api::kFrames;
    auto rule = everywhere ? ruleForProgram(app, connection.serial, action)
                           : ruleForRemote(app, connection.serial, connection.remote, action);
    if (!rule)
        return rule;
    rule->direction = connection.direction;
    rule->protocol = connection.protocol;
    if (!api::protocolHasPorts(connection.protocol))
        return rule;
    if (connection.direction == api::Direction::Inbound)
        rule->localPorts = api::PortRange::single(connection.localPort);
    else
        rule->remotePorts = api::PortRange::single(connection.remotePort);
    return rule;
}

api::Result<api::Rule> ruleForPast(const api::AppIdentity& app, const api::Connection& connection,
                                   api::Action action) {
    auto rule = ruleForConnection(app, connection, action);
    if (const auto named = ruleForName(app, connection.serial, connection.name, action);
        rule && named)
        rule->remote = named->remote;
    return rule;
}

api::Result<api::Rule> ruleForRow(const ConnectionsModel& model, const QModelIndex& row,
                                  api::Action action) {
    const api::AppIdentity app = model.identity(row);
    const api::Connection& connection = *model.connection(row);
    switch (model.kind(row)) {
        case ConnectionsModel::Kind::Program:
            return ruleForProgram(app, connection.serial, action);
        case ConnectionsModel::Kind::Remote:
            if (connection.state == api::ConnectionState::Listening) {
                auto rule = ruleForProgram(app, connection.serial, action);
                if (rule)
                    rule->direction = api::Direction::Inbound;
                return rule;
            }
            if (auto rule = ruleForName(app, connection.serial, model.remoteName(row), action))
                return rule;
            return ruleForRemote(app, connection.serial, model.remote(row), action);
        case ConnectionsModel::Kind::Connection:
            break;
    }
    return ruleForConnection(app, connection, action);
}

}  // namespace sallyport::models
