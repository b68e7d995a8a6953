// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/rule_options.h"

#include <unistd.h>

#include <algorithm>

#include "api/rate.h"
#include "cli/option_reader.h"
#include "cli/text.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::failure;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

Result<api::AppIdentity> program(const QString& text) {
    return parseProgram(text);
}

Result<QStringList> parseMethods(const QString& text) {
    return text == "any"_L1 ? Result<QStringList>(QStringList()) : api::httpMethodsFromText(text);
}

Result<QString> asIs(const QString& text) {
    return text;
}

Result<std::optional<api::Cidr>> localAddress(const QString& text) {
    if (text == "any"_L1)
        return std::optional<api::Cidr>();
    const Result<api::Cidr> prefix = api::Cidr::parse(text);
    if (!prefix)
        return prefix.error();
    return std::optional<api::Cidr>(*prefix);
}

void declareWho(QCommandLineParser& parser, const QString& ways) {
    parser.addOptions({
        {u"program"_s, Text::tr("The program: a path, the name of a command, kernel or any."),
         u"PATH"_s},
        {u"script"_s, Text::tr("The script that the program runs."), u"PATH"_s},
        {u"started-by"_s, Text::tr("Only when started by this program."), u"PATH"_s},
        {u"user"_s, Text::tr("A user's name or number, or any."), u"USER"_s},
        {u"direction"_s, ways, u"WAY"_s},
        {u"protocol"_s, Text::tr("tcp, udp, icmp, icmpv6, udplite, sctp, frames, any or a number."),
         u"NAME"_s},
        {u"port"_s, Text::tr("Port or ports of the other side: 443, 8000-8080 or any."), u"PORT"_s},
        {u"local-port"_s, Text::tr("Port or ports of this side."), u"PORT"_s},
        {u"local"_s, Text::tr("The address of this side, a prefix for a rule, or any."),
         u"ADDRESS"_s},
        {u"interface"_s, Text::tr("The network interface, such as wg0, or any."), u"NAME"_s},
    });
}

void readScript(const QCommandLineParser& parser, OptionReader& reader,
                std::optional<api::AppIdentity>& app) {
    if (!parser.isSet(u"script"_s))
        return;
    if (!parser.isSet(u"program"_s))
        return reader.fail(Text::tr("--script needs the --program that runs it"));
    reader.read(u"script"_s, app, [&](const QString& script) {
        return parseProgram(parser.value(u"program"_s), script);
    });
}

// The options that a rule and an attempt have in common.
void readConnection(const QCommandLineParser& parser, OptionReader& reader, RuleOptions& options) {
    reader.read(u"program"_s, options.app, program);
    readScript(parser, reader, options.app);
    reader.read(u"started-by"_s, options.startedBy, program);
    reader.read(u"user"_s, options.user, parseUser);
    reader.read(u"protocol"_s, options.protocol, api::protocolFromWord);
    reader.read(u"to"_s, options.remote, api::Remote::parse);
    reader.read(u"port"_s, options.remotePorts, api::PortRange::parse);
    reader.read(u"local-port"_s, options.localPorts, api::PortRange::parse);
    reader.read(u"local"_s, options.local, localAddress);
    reader.read(u"interface"_s, options.interface, asIs);
}

// What an attempt must say and a rule need not.
Result<void> checkAttempt(const RuleOptions& options) {
    const auto invalid = [](const QString& text) { return failure(ErrorCode::Invalid, text); };
    const auto single = [](const std::optional<api::PortRange>& ports) {
        return !ports || ports->width() == 1;
    };
    if (!options.app || options.app->kind == api::AppIdentity::Kind::Any)
        return invalid(Text::tr("--program: say which program connects"));
    const quint8 protocol = options.protocol.value_or(api::Attempt{}.protocol);
    const bool frames = protocol == api::kFrames;  // to no address
    if (!frames && (!options.remote || options.remote->kind != api::Remote::Kind::Prefix ||
                    !options.remote->prefix.isHost()))
        return invalid(Text::tr("--to: say which address, one and whole; --name is for its name"));
    if (!single(options.remotePorts) || !single(options.localPorts))
        return invalid(Text::tr("--port: one port, not a range"));
    if (options.local && *options.local && !(*options.local)->isHost())
        return invalid(Text::tr("--local: one address, and whole"));
    if (api::protocolHasPorts(protocol) && !options.remotePorts && !options.localPorts)
        return invalid(Text::tr("--port: say which port"));
    return {};
}

void readAction(OptionReader& reader, RuleOptions& options) {
    using api::Action;
    using api::BlockStyle;
    reader.flag(u"allow"_s, options.action, Action::Allow);
    reader.flag(u"block"_s, options.action, Action::Block);
    reader.flag(u"refuse"_s, options.action, Action::Block);
    reader.flag(u"silent"_s, options.action, Action::Block);
    reader.flag(u"audit"_s, options.action, Action::Audit);
    reader.flag(u"refuse"_s, options.blockStyle, BlockStyle::Refuse);
    reader.flag(u"silent"_s, options.blockStyle, BlockStyle::Silent);
    if (options.action && !options.blockStyle)
        options.blockStyle = BlockStyle::Error;
}

}  // namespace

void declareRuleOptions(QCommandLineParser& parser) {
    parser.addOptions({
        {u"allow"_s, Text::tr("Let the connection through.")},
        {u"block"_s, Text::tr("Stop it; the program gets an error at once.")},
        {u"refuse"_s, Text::tr("Stop it as if the other side had refused.")},
        {u"silent"_s, Text::tr("Stop it and let the program wait.")},
        {u"audit"_s, Text::tr("Let it through, and record that a rule to block would stop it.")},
    });
    declareWho(parser, Text::tr("in, out or any."));
    parser.addOptions({
        {u"to"_s,
         Text::tr("The other side: a name, *.NAME (below it), .NAME (both), an address, a prefix, "
                  "list:NAME, local-network, resolvers (the DNS servers of this machine), "
                  "this-machine or any."),
         u"ADDRESS"_s},
        {u"for"_s, Text::tr("How long: forever, until-restart, or a time like 5m, 1h or 30d."),
         u"TIME"_s},
        {u"http-method"_s,
         Text::tr("Only requests of plain HTTP with these methods: GET,HEAD, or any. TLS hides "
                  "them."),
         u"METHODS"_s},
        {u"http-path"_s, Text::tr("Only requests of plain HTTP for this path and below, or any."),
         u"PATH"_s},
        {u"limit-down"_s,
         Text::tr("At most so fast to this machine: 500k, 2.5MB/s, 8Mbit, or none."), u"SPEED"_s},
        {u"limit-up"_s, Text::tr("At most so fast from this machine."), u"SPEED"_s},
        {u"quota"_s,
         Text::tr("At most so much in a day or a month, both ways together: 5GB/month, 500M/day, "
                  "or none."),
         u"AMOUNT"_s},
        {u"quota-then"_s, Text::tr("What comes when it is used up: block, ask or notify."),
         u"WHAT"_s},
        {u"note"_s, Text::tr("A line of your own about the rule."), u"TEXT"_s},
        {u"pinned"_s, Text::tr("Goes before every rule that is not pinned.")},
        {u"not-pinned"_s, Text::tr("Takes its turn again.")},
        {u"log"_s, Text::tr("Write what it decides to the system's journal.")},
        {u"no-log"_s, Text::tr("Write it no more.")},
    });
}

Result<RuleOptions> readRuleOptions(const QCommandLineParser& parser) {
    RuleOptions options;
    OptionReader reader(parser);
    readAction(reader, options);
    readConnection(parser, reader, options);
    reader.read(u"direction"_s, options.direction, parseDirection);
    reader.read(u"for"_s, options.span, [](const QString& text) {
        return parseSpan(text, {u"until-restart"_s, u"forever"_s});
    });
    reader.read(u"http-method"_s, options.httpMethods, parseMethods);
    reader.read(u"http-path"_s, options.httpPath, asIs);
    reader.read(u"limit-down"_s, options.limitDown, api::rateFromText);
    reader.read(u"limit-up"_s, options.limitUp, api::rateFromText);
    reader.read(u"quota"_s, options.quota, api::quotaFromText);
    reader.read(u"quota-then"_s, options.quotaThen, api::whenUsedUpFromWord);
    reader.read(u"note"_s, options.note, asIs);
    reader.flag(u"pinned"_s, options.pinned, true);
    reader.flag(u"not-pinned"_s, options.pinned, false);
    reader.flag(u"log"_s, options.log, true);
    reader.flag(u"no-log"_s, options.log, false);
    if (reader.failed())
        return *reader.failed();
    return options;
}

// Who speaks of HTTP need not say that it is TCP.
void RuleOptions::applyHttp(api::Rule& rule) const {
    rule.http.methods = httpMethods.value_or(rule.http.methods);
    if (httpPath)
        rule.http.path = *httpPath == "any"_L1 ? QString() : *httpPath;
    if (rule.http.isAny())
        return;
    constexpr quint8 kTcp = 6;
    if (!protocol && rule.protocol == 0)
        rule.protocol = kTcp;
    if (!direction && rule.direction == api::Direction::Any)
        rule.direction = api::Direction::Outbound;
}

Result<api::Rule> RuleOptions::applyTo(api::Rule rule, qint64 nowMs) const {
    rule.action = action.value_or(rule.action);
    rule.blockStyle = blockStyle.value_or(rule.blockStyle);
    rule.app = app.value_or(rule.app);
    rule.startedBy = startedBy.value_or(rule.startedBy);
    rule.user = user.value_or(rule.user);
    rule.direction = direction.value_or(rule.direction);
    rule.protocol = protocol.value_or(rule.protocol);
    rule.remote = remote.value_or(rule.remote);
    rule.remotePorts = remotePorts.value_or(rule.remotePorts);
    rule.localPorts = localPorts.value_or(rule.localPorts);
    rule.local = local.value_or(rule.local);
    if (interface)
        rule.interface = *interface == "any"_L1 ? QString() : *interface;
    applyHttp(rule);
    rule.limit = {limitDown.value_or(rule.limit.down), limitUp.value_or(rule.limit.up)};
    if (quota)
        rule.quota = {quota->bytes, quota->period, rule.quota.then, rule.quota.used};
    if (quotaThen && rule.quota.isNone())
        return failure(ErrorCode::Invalid, Text::tr("--quota-then: say which --quota"));
    rule.quota.then = quotaThen.value_or(rule.quota.then);
    if (rule.quota.isNone())
        rule.quota = {};
    if (rule.action != api::Action::Allow || rule.app.kind != api::AppIdentity::Kind::Path)
        rule.sha256.clear();  // it was for what that program's file held
    rule.note = note.value_or(rule.note);
    rule.pinned = pinned.value_or(rule.pinned);
    rule.log = log.value_or(rule.log);
    if (span) {
        rule.lifetime = span->lifetime;
        rule.process = 0;
        rule.expiresMs =
            span->lifetime == api::Lifetime::Timed ? nowMs + qint64(span->minutes) * 60 * 1000 : 0;
    }
    if (const Result<void> valid = api::validate(rule); !valid)
        return valid.error();
    return rule;
}

void declareAttemptOptions(QCommandLineParser& parser) {
    declareWho(parser, Text::tr("in or out."));
    parser.addOption({u"to"_s, Text::tr("The address of the other side."), u"ADDRESS"_s});
    parser.addOption(
        {u"name"_s, Text::tr("A name of the other side; may be repeated."), u"NAME"_s});
}

bool hasAttemptOptions(const QCommandLineParser& parser) {
    static const QStringList names{u"program"_s,    u"script"_s, u"started-by"_s, u"user"_s,
                                   u"to"_s,         u"port"_s,   u"direction"_s,  u"protocol"_s,
                                   u"local-port"_s, u"local"_s,  u"interface"_s,  u"name"_s};
    return std::any_of(names.begin(), names.end(),
                       [&](const QString& name) { return parser.isSet(name); });
}

Result<api::Attempt> readAttempt(const QCommandLineParser& parser) {
    RuleOptions options;
    OptionReader reader(parser);
    readConnection(parser, reader, options);
    reader.read(u"direction"_s, options.direction, parseOneWay);
    if (reader.failed())
        return *reader.failed();
    if (const Result<void> valid = checkAttempt(options); !valid)
        return valid.error();

    api::Attempt attempt;
    attempt.app = *options.app;
    attempt.startedBy =
        options.startedBy.value_or(api::AppIdentity{api::AppIdentity::Kind::Unknown, {}, {}});
    attempt.uid = options.user && *options.user ? **options.user : getuid();
    attempt.direction = options.direction.value_or(api::Direction::Outbound);
    attempt.protocol = options.protocol.value_or(attempt.protocol);
    if (attempt.protocol != api::kFrames)
        attempt.remote = options.remote->prefix.address;
    attempt.names = parser.values(u"name"_s);
    if (options.local && *options.local)
        attempt.local = (*options.local)->address;
    if (options.interface && *options.interface != "any"_L1)
        attempt.interface = *options.interface;
    if (options.remotePorts)
        attempt.remotePort = options.remotePorts->first;
    if (options.localPorts)
        attempt.localPort = options.localPorts->first;
    return attempt;
}

}  // namespace sallyport::cli
