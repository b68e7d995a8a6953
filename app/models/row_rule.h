// The rule that a row's Allow and Block buttons stand for: exactly that row, no more.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/connection.h"
#include "api/result.h"
#include "models/connections_model.h"

namespace sallyport::models {

// A program: any remote. A remote: the program and its name, or its
// address where it has none. A connection: program, address,
// port, protocol and direction (the port here for one that came in). For ever; for a program that
// has no file until it exits. Invalid when the row names no program.
api::Result<api::Rule> ruleForProgram(const api::AppIdentity& app, quint64 process,
                                      api::Action action);
api::Result<api::Rule> ruleForRemote(const api::AppIdentity& app, quint64 process,
                                     const api::Address& remote, api::Action action);
// Invalid, too, when it is no name that a host can have.
api::Result<api::Rule> ruleForName(const api::AppIdentity& app, quint64 process,
                                   const QString& name, api::Action action);
api::Result<api::Rule> ruleForConnection(const api::AppIdentity& app,
                                         const api::Connection& connection, api::Action action);
// A connection of the past, which no longer stands below its remote: the same, but by its name
// where it has one.
api::Result<api::Rule> ruleForPast(const api::AppIdentity& app, const api::Connection& connection,
                                   api::Action action);
api::Result<api::Rule> ruleForRow(const ConnectionsModel& model, const QModelIndex& row,
                                  api::Action action);

}  // namespace sallyport::models
