// Connections as they come, change and go.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/runner.h"
#include "cli/text.h"
#include "client/history_lines.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::failure;
using namespace Qt::StringLiterals;

void Runner::run(const WatchConnections& request) {
    connect(&firewall_, &client::Firewall::connectionsChanged, this,
            [this, once = request.once](const api::ProgramList& programs,
                                        const api::ConnectionList& connections, bool reset) {
                showConnections(programs, connections, reset);
                if (once)
                    end(ExitCode::Ok);
            });
    const auto refused = [this] {
        if (firewall_.withheld() && !watched_)
            fail(*firewall_.withheld());
    };
    connect(&firewall_, &client::Firewall::withheldChanged, this, refused);
    connect(&firewall_, &client::Firewall::connectedChanged, this,
            [this, once = request.once](bool connected) {
                if (!connected && once)
                    return fail(failure(ErrorCode::Unavailable, {}));
                err_ << (connected ? Text::tr("The helper is back.")
                                   : Text::tr("The helper is gone; waiting for it."))
                     << Qt::endl;
            });
    firewall_.watch();
    refused();
}

void Runner::showConnections(const api::ProgramList& programs,
                             const api::ConnectionList& connections, bool reset) {
    watched_ = true;
    if (reset) {
        programs_.clear();
        shown_.clear();
    }
    for (const api::Program& program : programs)
        programs_.insert(program.id, program.identity);
    const api::AppIdentity unknown{api::AppIdentity::Kind::Unknown, {}, {}};
    for (const api::Connection& connection : connections) {
        const api::AppIdentity app = programs_.value(connection.program, unknown);
        if (invocation_.json)
            out_ << json(client::connectionMap(connection, app), Layout::Compact);
        else if (isNews(connection))
            out_ << connectionText(connection, app) << u'\n';
    }
    if (!flush())
        end(ExitCode::Ok);  // says why it failed
}

// A person is told of a connection when it comes, changes its state and ends; not of every byte.
bool Runner::isNews(const api::Connection& connection) {
    const auto before = shown_.constFind(connection.id);
    const bool changed = before == shown_.constEnd() || *before != connection.state;
    if (connection.endedMs != 0)
        shown_.remove(connection.id);
    else
        shown_.insert(connection.id, connection.state);
    return changed || connection.endedMs != 0;
}

}  // namespace sallyport::cli
