// Programs, connections and rules for the window's tests.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>

#include "api/connection.h"
#include "api/question.h"
#include "api/rule.h"
#include "fakes/fake_firewall.h"

namespace sallyport::samples {

inline api::AppIdentity path(const QString& file) {
    return {api::AppIdentity::Kind::Path, file, {}};
}

inline api::Program program(api::ProgramId id, const QString& file) {
    return {id, path(file)};
}

inline api::Address address(const QString& text) {
    return api::Address::parse(text).value_or(api::Address{});
}

inline api::Connection connection(api::ConnectionId id, api::ProgramId program,
                                  const QString& remote, quint16 port,
                                  api::ConnectionState state = api::ConnectionState::Allowed,
                                  api::RuleId rule = 0) {
    api::Connection made;
    made.id = id;
    made.program = program;
    made.serial = 100 + program;
    made.pid = 1000 + qint32(program);
    made.uid = 1000;
    made.protocol = 6;
    made.remote = address(remote);
    made.remotePort = port;
    made.local = address(QStringLiteral("192.0.2.10"));
    made.localPort = quint16(40000 + id % 20000);
    made.state = state;
    made.rule = rule;
    made.reason = rule != 0                             ? api::Reason::Rule
                  : state == api::ConnectionState::Held ? api::Reason::Waiting
                                                        : api::Reason::Mode;
    made.sent = 1200 * id;
    made.received = 5400 * id;
    made.startedMs = QDateTime::currentMSecsSinceEpoch() - 60'000;
    return made;
}

inline api::Rule rule(api::RuleId id, const QString& file, api::Action action,
                      const QString& remote = {}, quint16 port = 0,
                      api::Origin origin = api::Origin::Prompt) {
    api::Rule made;
    made.id = id;
    made.action = action;
    if (!file.isEmpty())
        made.app = path(file);
    made.direction = api::Direction::Outbound;
    if (!remote.isEmpty())
        made.remote = api::Remote::host(address(remote));
    if (port != 0) {
        made.protocol = 6;
        made.remotePorts = api::PortRange::single(port);
    }
    made.origin = origin;
    made.hits = id * 7;
    made.lastUsedMs = QDateTime::currentMSecsSinceEpoch() - 3'600'000;
    return made;
}

// A desk with something of everything.
inline void fill(fakes::FakeFirewall& firewall) {
    using State = api::ConnectionState;
    firewall.setRules({rule(1, QStringLiteral("/usr/bin/curl"), api::Action::Allow,
                            QStringLiteral("140.82.121.6"), 443),
                       rule(2, QStringLiteral("/usr/lib/firefox/firefox"), api::Action::Allow),
                       rule(3, QStringLiteral("/usr/bin/curl"), api::Action::Block,
                            QStringLiteral("203.0.113.9")),
                       rule(4, {}, api::Action::Allow, {}, 53, api::Origin::Starter),
                       rule(5, QStringLiteral("/usr/sbin/cupsd"), api::Action::Block, {}, 0,
                            api::Origin::Administrator)});
    const QString longPath = QStringLiteral(
        "/home/ada/.local/share/applications/a-rather-long-folder-name/"
        "versions/2026.11.22-nightly/lib/x86_64-linux-gnu/helper/updater-daemon");
    firewall.publish(
        {program(1, QStringLiteral("/usr/bin/curl")),
         program(2, QStringLiteral("/usr/lib/firefox/firefox")), program(3, longPath),
         program(4, QStringLiteral("/usr/bin/python3.11"))},
        {connection(1, 1, QStringLiteral("140.82.121.6"), 443, State::Allowed, 1),
         connection(2, 1, QStringLiteral("203.0.113.9"), 80, State::Blocked, 3),
         connection(3, 2, QStringLiteral("2606:4700::6810:84e5"), 443, State::Allowed, 2),
         connection(4, 2, QStringLiteral("2606:4700::6810:84e5"), 443, State::Allowed, 2),
         connection(5, 2, QStringLiteral("198.51.100.23"), 443, State::Allowed, 2),
         connection(6, 3, QStringLiteral("198.51.100.99"), 8443, State::Held),
         connection(7, 4, QStringLiteral("192.0.2.200"), 5432, State::Undecided),
         connection(8, 4, QStringLiteral("192.0.2.201"), 6379, State::Undecided)},
        true);
    api::Process process;
    process.serial = 101;
    process.pid = 1001;
    process.uid = 0;
    process.path = QStringLiteral("/usr/bin/curl");
    process.commandLine = {QStringLiteral("curl"), QStringLiteral("-sS"),
                           QStringLiteral("https://api.example.org/v1/things?q=a b")};
    process.ancestors = {{900, QStringLiteral("/usr/bin/bash")},
                         {1, QStringLiteral("/usr/lib/systemd/systemd")}};
    process.identity = path(process.path);
    firewall.setProcess(process);
    api::Explanation why;
    why.state = State::Allowed;
    why.reason = api::Reason::Rule;
    why.rule = 1;
    why.steps = {{firewall.ruleList().at(0), true, true, {}},
                 {firewall.ruleList().at(2), false, false,
                  QStringLiteral("remote 140.82.121.6 is not in 203.0.113.9")}};
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    why.names = {{QStringLiteral("api.github.com"),
                  api::NameSource::OwnAnswer,
                  true,
                  now - 12'000,
                  now + 48'000,
                  {QStringLiteral("ads")}},
                 {QStringLiteral("lb-140-82-121-6-fra.github.com"),
                  api::NameSource::OtherAnswer,
                  false,
                  now - 300'000,
                  now,
                  {}}};
    why.lists = QStringList{QStringLiteral("spam")};
    firewall.setExplanation(why);
    firewall.setLists({{QStringLiteral("ads"), QStringLiteral("Advertisements"),
                        QStringLiteral("https://lists.example/ads.txt"), true}});
    api::Status status = firewall.status();
    status.wholeSystem = true;
    status.connections = 8;
    firewall.setStatus(status);
}

inline api::Question question(api::QuestionId id, const QString& file, const QString& remote,
                              quint16 port) {
    api::Question made;
    made.id = id;
    made.process.path = file;
    made.process.identity = path(file);
    made.process.serial = id;
    made.process.pid = 4000;
    made.process.commandLine = {file};
    made.protocol = 6;
    made.remote = address(remote);
    made.remotePort = port;
    made.askedMs = QDateTime::currentMSecsSinceEpoch();
    made.deadlineMs = made.askedMs + 45'000;
    return made;
}

}  // namespace sallyport::samples
