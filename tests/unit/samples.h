// Values with every field set to something else than its default: what a round trip drops, shows.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/question.h"
#include "api/status.h"

namespace sallyport::samples {

using namespace Qt::StringLiterals;

inline api::Address address(const QString& text) {
    return api::Address::parse(text).value_or({});
}

inline api::AppIdentity curl() {
    return {api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}};
}

inline api::AppIdentity script() {
    return {api::AppIdentity::Kind::Script, u"/usr/bin/python3.11"_s, u"/home/eva/führe aus.py"_s};
}

inline api::Rule rule() {
    api::Rule rule;
    rule.id = 4711;
    rule.enabled = false;
    rule.pinned = true;
    rule.log = true;
    rule.action = api::Action::Allow;
    rule.blockStyle = api::BlockStyle::Refuse;
    rule.app = script();
    rule.startedBy = curl();
    rule.user = 1000;
    rule.direction = api::Direction::Inbound;
    rule.protocol = 6;
    rule.remote = api::Remote::parse(u"2001:db8::/32"_s).value_or({});
    rule.remotePorts = {8000, 8080};
    rule.localPorts = api::PortRange::single(22);
    rule.local = api::Cidr::parse(u"2001:db8:1::/48"_s).value_or({});
    rule.interface = u"wg0"_s;
    rule.limit = {2'000'000, 1'000'000};
    rule.quota = {5'000'000'000, api::Period::Day, api::WhenUsedUp::Ask, 1'234'567'890'123};
    rule.lifetime = api::Lifetime::Timed;
    rule.expiresMs = 1700000060000;
    rule.origin = api::Origin::Prompt;
    rule.note = u"für \"Eva\" \\ 100 %"_s;
    rule.createdMs = 1700000000000;
    rule.lastUsedMs = 1700000001234;
    rule.hits = 9007199254740993;  // 2^53 + 1: no double
    return rule;
}

inline api::Rule namedRule(const QString& remote = u".example.org"_s) {
    api::Rule rule;
    rule.action = api::Action::Audit;
    rule.remote = api::Remote::parse(remote).value_or({});
    return rule;
}

inline api::Rule simpleRule(const QString& path = u"/usr/bin/curl"_s) {
    api::Rule rule;
    rule.app = {api::AppIdentity::Kind::Path, path, {}};
    rule.remotePorts = api::PortRange::single(443);
    return rule;
}

inline api::Process process() {
    api::Process process;
    process.serial = 0x1234567890abcdef;
    process.pid = 4242;
    process.uid = 4294967294;
    process.path = u"/usr/bin/python3.11"_s;
    process.commandLine = QStringList{u"python3"_s, u"a b"_s, u""_s, u"line\nbreak"_s};
    process.ancestors = {{4000, u"/usr/bin/bash"_s}, {1, u"/usr/lib/systemd/systemd"_s}};
    process.startedMs = 1700000000000;
    process.identity = script();
    process.startedBy = curl();
    process.inWritableFolder = true;
    process.deleted = true;
    process.container = u"docker 0123456789ab"_s;
    process.fetchTool = true;
    return process;
}

inline api::Connection connection() {
    api::Connection connection;
    connection.id = 0xfedcba9876543210;
    connection.program = 4000000000;
    connection.serial = 0x1234567890abcdef;
    connection.pid = 4242;
    connection.uid = 1000;
    connection.direction = api::Direction::Inbound;
    connection.protocol = 17;
    connection.remote = address(u"192.0.2.1"_s);
    connection.remotePort = 65535;
    connection.name = u"www.example.org"_s;
    connection.local = address(u"2001:db8::1"_s);
    connection.localPort = 53;
    connection.state = api::ConnectionState::Audited;
    connection.reason = api::Reason::BlockAll;
    connection.rule = api::kMaxRuleId;
    connection.sent = 0xffffffffffffffff;
    connection.received = 5000000000;
    connection.startedMs = 1700000000000;
    connection.endedMs = 1700000005000;
    connection.heldMs = 2345;
    return connection;
}

inline api::Question question() {
    api::Question question;
    question.id = 0xfedcba9876543210;
    question.process = process();
    question.direction = api::Direction::Outbound;
    question.protocol = 6;
    question.remote = address(u"192.0.2.1"_s);
    question.remotePort = 443;
    question.localPort = 50000;
    question.waiting = 3;
    question.askedMs = 1700000000000;
    question.deadlineMs = 1700000060000;
    question.missed = true;
    question.names = QStringList{u"www.example.co.uk"_s, u"cdn.example"_s};
    question.nameSource = api::NameSource::Resolver;
    question.requests = {{api::HttpAsked::State::Read, u"POST"_s, u"/upload"_s},
                         {api::HttpAsked::State::Read, u"GET"_s, std::nullopt}};
    question.changedSinceMs = 1690000000000;
    return question;
}

inline api::Answer answer() {
    api::Answer answer;
    answer.action = api::Action::Allow;
    answer.blockStyle = api::BlockStyle::Silent;
    answer.scope = api::Scope::Port;
    answer.who = api::Who::ProgramStartedBy;
    answer.lifetime = api::Lifetime::Timed;
    answer.minutes = 60;
    answer.note = u"for now"_s;
    return answer;
}

inline api::Attempt attempt() {
    api::Attempt attempt;
    attempt.app = script();
    attempt.startedBy = curl();
    attempt.process = 77;
    attempt.uid = 1000;
    attempt.direction = api::Direction::Inbound;
    attempt.protocol = 17;
    attempt.remote = address(u"2001:db8::1"_s);
    attempt.remotePort = 53;
    attempt.localPort = 5353;
    attempt.names = QStringList{u"a.example"_s, u"b.example"_s};
    attempt.local = address(u"192.0.2.7"_s);
    attempt.interface = u"wg0"_s;
    return attempt;
}

inline api::Explanation explanation() {
    api::Explanation explanation;
    explanation.state = api::ConnectionState::Blocked;
    explanation.reason = api::Reason::Rule;
    explanation.rule = 4711;
    explanation.names = {{u"www.example"_s,
                          api::NameSource::OwnAnswer,
                          true,
                          1700000000000,
                          1700000060000,
                          {u"ads"_s, u"spam"_s}},
                         {u"other.example"_s, api::NameSource::OtherAnswer, false, 0, 0, {}}};
    explanation.lists = QStringList{u"addresses"_s};
    explanation.steps = {{rule(), true, true, u"everything fits"_s, u"www.example"_s},
                         {simpleRule(), false, false, u"remote port 80 is not 443"_s}};
    return explanation;
}

inline api::Status status() {
    api::Status status;
    status.version = u"0.1.0"_s;
    status.enforcing = true;
    status.cgroup = u"/sys/fs/cgroup"_s;
    status.wholeSystem = true;
    status.mode = api::Mode::LockDown;
    status.modeUntilMs = 1700000030000;
    status.blockAll = true;
    status.pausedUntilMs = 1700000060000;
    status.waiting = 1;
    status.missed = 2;
    status.rules = 3;
    status.connections = 4;
    status.agents = 5;
    status.eventsLost = 6;
    status.dnsUnasked = 9;
    status.dnsDamaged = 11;
    status.packetsUnparsed = 7;
    status.problem = u"something"_s;
    status.startedMs = 1700000000000;
    status.packetHolders = {
        {{api::AppIdentity::Kind::Path, u"/usr/sbin/dhclient"_s, {}}, 812, 0},
        {{api::AppIdentity::Kind::Unknown, {}, {}}, 9, 1000, api::PacketFamily::Xdp, 3, true}};
    status.packetHoldersLeftOut = 8;
    status.framesJudged = true;
    return status;
}

inline api::Settings settings() {
    return {30, api::Fallback::Block, 7};
}

}  // namespace sallyport::samples
