// Rules as maps and words, and what makes one sensible.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/rule.h"

#include <QDir>
#include <algorithm>
#include <limits>

#include "api/fields.h"
#include "api/list.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

using Kind = AppIdentity::Kind;

constexpr Word<Action> kActions[] = {
    {Action::Allow, "allow"_L1}, {Action::Block, "block"_L1}, {Action::Audit, "audit"_L1}};
constexpr Word<BlockStyle> kBlockStyles[] = {{BlockStyle::Error, "error"_L1},
                                             {BlockStyle::Refuse, "refuse"_L1},
                                             {BlockStyle::Silent, "silent"_L1}};
constexpr Word<Direction> kDirections[] = {{Direction::Any, "any"_L1},
                                           {Direction::Outbound, "outbound"_L1},
                                           {Direction::Inbound, "inbound"_L1}};
constexpr Word<Lifetime> kLifetimes[] = {{Lifetime::Connection, "connection"_L1},
                                         {Lifetime::Process, "process"_L1},
                                         {Lifetime::Timed, "timed"_L1},
                                         {Lifetime::UntilRestart, "until-restart"_L1},
                                         {Lifetime::Forever, "forever"_L1}};
constexpr Word<Origin> kOrigins[] = {{Origin::Prompt, "prompt"_L1},
                                     {Origin::User, "user"_L1},
                                     {Origin::Imported, "imported"_L1},
                                     {Origin::Administrator, "administrator"_L1},
                                     {Origin::Starter, "starter"_L1}};
constexpr Word<Kind> kKinds[] = {{Kind::Any, "any"_L1},        {Kind::Path, "path"_L1},
                                 {Kind::Script, "script"_L1},  {Kind::Foreign, "foreign"_L1},
                                 {Kind::Memory, "memory"_L1},  {Kind::Kernel, "kernel"_L1},
                                 {Kind::Unknown, "unknown"_L1}};
constexpr Word<Remote::Kind> kRemotes[] = {{Remote::Kind::Any, "any"_L1},
                                           {Remote::Kind::LocalNetwork, "local-network"_L1},
                                           {Remote::Kind::ThisMachine, "this-machine"_L1},
                                           {Remote::Kind::Resolvers, "resolvers"_L1}};
constexpr QLatin1String kListMark = "list:"_L1;
// RFC 6761 6.3
constexpr QLatin1String kOwnName = "localhost"_L1;

constexpr qint64 kMostMs = std::numeric_limits<qint64>::max();
constexpr int kMostPath = 4095;  // bytes: PATH_MAX without its zero
constexpr int kMostNote = 500;

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

Result<void> checkText(const QString& path, const QString& what) {
    if (path.toUtf8().size() > kMostPath)
        return invalid(what + u" is longer than %1 bytes"_s.arg(kMostPath));
    if (hasControlCharacters(path))
        return invalid(what + u" has a control character: %1; rename the file"_s.arg(quoted(path)));
    return {};
}

Result<void> checkPath(const QString& path, const QString& what) {
    if (!path.startsWith(QLatin1Char('/')))
        return invalid(what + u" must be an absolute path, not "_s + quoted(path));
    if (Result<void> text = checkText(path, what); !text)
        return text;
    if (path == "/"_L1 || QDir::cleanPath(path) != path) {
        return invalid(what + u" must be the plain path of a file, without //, . and ..: "_s +
                       quoted(path));
    }
    return {};
}

Result<void> checkApp(const AppIdentity& app, const QString& what) {
    if (app.kind != Kind::Script && !app.script.isEmpty())
        return invalid(what + u".script is only for kind \"script\""_s);
    switch (app.kind) {
        case Kind::Any:
            if (!app.path.isEmpty())
                return invalid(what + u" has a path but kind \"any\"; use kind \"path\""_s);
            return {};
        case Kind::Script:
            if (Result<void> script = checkPath(app.script, what + u".script"_s); !script)
                return script;
            return checkPath(app.path, what + u".path"_s);
        case Kind::Path:
        case Kind::Foreign:
            return checkPath(app.path, what + u".path"_s);
        case Kind::Memory:
        case Kind::Kernel:
        case Kind::Unknown:
            return checkText(app.path, what + u".path"_s);
    }
    return invalid(what + u" is of no known kind"_s);
}

Result<void> checkStartedBy(const AppIdentity& app, Kind program) {
    if (program == Kind::Kernel && app.kind != Kind::Any)
        return invalid(u"nobody starts the kernel: leave startedBy out"_s);
    switch (app.kind) {
        case Kind::Any:
        case Kind::Path:
        case Kind::Script:
        case Kind::Foreign:
            return checkApp(app, u"startedBy"_s);
        default:
            return invalid(u"startedBy must be of kind any, path, script or foreign, not "_s +
                           toWord(app.kind));
    }
}

Result<void> checkLifetime(const Rule& rule) {
    const Kind kind = rule.app.kind;
    if (rule.lifetime == Lifetime::Connection)
        return invalid(u"an answer for one connection is not a rule; use another lifetime"_s);
    if (rule.lifetime == Lifetime::Process && rule.process == 0)
        return invalid(u"lifetime \"process\" needs the number of a process"_s);
    if (rule.lifetime != Lifetime::Process && rule.process != 0)
        return invalid(u"a process is only for lifetime \"process\""_s);
    if (rule.lifetime == Lifetime::Timed && rule.expiresMs <= 0)
        return invalid(u"lifetime \"timed\" needs expiresMs, when the rule ends"_s);
    if (rule.lifetime != Lifetime::Timed && rule.expiresMs != 0)
        return invalid(u"expiresMs is only for lifetime \"timed\""_s);
    if (rule.lifetime == Lifetime::Forever && (kind == Kind::Memory || kind == Kind::Unknown)) {
        return invalid(
            u"a program without a file cannot have a lasting rule; use lifetime \"process\", "
            "\"timed\" or \"until-restart\""_s);
    }
    return {};
}

// The parsers are the one place that knows what may be.
Result<void> checkRemote(const Remote& remote) {
    if (remote.kind != Remote::Kind::Prefix && remote.kind != Remote::Kind::Host)
        return {};
    const Result<Remote> again = Remote::parse(remote.toString());
    if (!again)
        return again.error();
    if (*again != remote)
        return invalid(quoted(remote.toString()) + u" is not in its normal form, which is "_s +
                       again->toString());
    return {};
}

// The kernel's own rules for a name (net/core/dev.c, dev_valid_name()).
Result<void> checkInterface(const QString& name) {
    constexpr int kMostName = 15;  // bytes: IFNAMSIZ without its zero
    if (name.isEmpty())
        return {};
    if (hasControlCharacters(name) || name.contains(u'/') || name.contains(u':') ||
        std::any_of(name.begin(), name.end(), [](QChar c) { return c.isSpace(); }) ||
        name == "."_L1 || name == ".."_L1 || name.toUtf8().size() > kMostName) {
        return invalid(quoted(name) +
                       u" is no name of a network interface: at most %1 bytes, no blanks, no / "
                       "and no :"_s.arg(kMostName));
    }
    return {};
}

Result<void> checkSha256(const Rule& rule) {
    if (rule.sha256.isEmpty())
        return {};
    if (rule.action != Action::Allow || rule.app.kind != AppIdentity::Kind::Path)
        return invalid(u"\"sha256\" is only for rules that allow an executable"_s);
    const auto isDigit = [](QChar c) {
        return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
    };
    if (rule.sha256.size() != 64 || !std::all_of(rule.sha256.begin(), rule.sha256.end(), isDigit))
        return invalid(u"\"sha256\" must be 64 lower-case hexadecimal digits"_s);
    return {};
}

// Whoever serves HTTP knows best what it is asked; rules look at what this machine asks others.
Result<void> checkHttp(const Rule& rule) {
    if (rule.http.isAny())
        return {};
    constexpr quint8 kTcp = 6;
    if (rule.protocol != kTcp || rule.direction != Direction::Outbound)
        return invalid(
            u"methods and paths of HTTP need protocol \"tcp\" and direction \"outbound\""_s);
    if (!rule.limit.isNone() || !rule.quota.isNone())
        return invalid(
            u"a rule for methods or paths of HTTP cannot limit the speed or have a quota"_s);
    const Result<QStringList> methods = httpMethodsFromText(rule.http.methods.join(u','));
    if (!methods)
        return methods.error();
    if (*methods != rule.http.methods)
        return invalid(u"HTTP methods are written in upper case and in order: "_s +
                       methods->join(", "_L1));
    return checkHttpPath(rule.http.path);
}

Result<void> checkLimit(const Rule& rule) {
    if (rule.action != Action::Allow && !rule.quota.isNone())
        return invalid(u"only a rule that allows can have a quota"_s);
    if (rule.action != Action::Allow && !rule.limit.isNone())
        return invalid(u"only a rule that allows can limit the speed"_s);
    for (const quint64 rate : {rule.limit.down, rule.limit.up})
        if (rate != 0 && (rate < kLeastRate || rate > kMostRate))
            return invalid(
                u"a limit is %1 to %2 bytes a second, or 0 for none, not %3"_s.arg(kLeastRate)
                    .arg(kMostRate)
                    .arg(rate));
    return {};
}

// The two ends of a connection are of one family, and ICMP has a protocol for each. A raw socket
// may carry IPv4's over IPv6 all the same, and who is asked about that can answer.
Result<void> checkFamilies(const Rule& rule) {
    constexpr quint8 kIcmp = 1, kIcmpV6 = 58;
    QList<Cidr> ends;
    if (rule.remote.kind == Remote::Kind::Prefix)
        ends += rule.remote.prefix;
    if (rule.local)
        ends += *rule.local;
    for (const Cidr& end : std::as_const(ends)) {
        if (end.address.isV4() != ends.first().address.isV4())
            return invalid(
                u"no connection is from %1 to %2: one is IPv4, the other IPv6; use two "
                "of the same kind"_s.arg(end.toString(), ends.first().toString()));
        const quint8 wrong = end.address.isV4() ? kIcmpV6 : kIcmp;
        if (rule.protocol == wrong && rule.origin != Origin::Prompt)
            return invalid(u"%1 does not go with %2; use protocol %3"_s.arg(
                protocolToWord(wrong), end.toString(),
                end.address.isV4() ? u"icmp"_s : u"icmpv6"_s));
    }
    return {};
}

Result<void> checkFrames(const Rule& rule) {
    if (rule.protocol != kFrames)
        return {};
    if (rule.remote.kind != Remote::Kind::Any || rule.local || !rule.interface.isEmpty())
        return invalid(u"frames have no addresses and no interface; leave these out"_s);
    if (rule.direction == Direction::Inbound)
        return invalid(u"frames are outbound, whichever way they go"_s);
    if (!rule.limit.isNone() || !rule.quota.isNone())
        return invalid(u"frames are not counted: no limit and no quota"_s);
    return {};
}

Result<void> checkAddresses(const Rule& rule) {
    if (Result<void> frames = checkFrames(rule); !frames)
        return frames;
    if (Result<void> remote = checkRemote(rule.remote); !remote)
        return remote;
    if (rule.local) {
        const Result<Cidr> again = Cidr::parse(rule.local->toString());
        if (!again)
            return again.error();
    }
    if (Result<void> families = checkFamilies(rule); !families)
        return families;
    if (Result<void> interface = checkInterface(rule.interface); !interface)
        return interface;
    if (rule.remotePorts.first > rule.remotePorts.last ||
        rule.localPorts.first > rule.localPorts.last)
        return invalid(u"a port range is reversed"_s);
    if (rule.protocol != 0 && !protocolHasPorts(rule.protocol) &&
        !(rule.remotePorts.isAny() && rule.localPorts.isAny())) {
        return invalid(protocolToWord(rule.protocol) +
                       u" has no ports; ports need tcp, udp, udplite, sctp or any"_s);
    }
    return {};
}

// Of what is neither: would a person have meant an address?
bool looksLikeAddress(const QString& text) {
    return text.contains(u'/') || text.contains(u':') ||
           (!text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
               return c == u'.' || (c >= u'0' && c <= u'9');
           }));
}

bool isOwnName(const QString& name) {
    return name == kOwnName || name.endsWith(u'.' + kOwnName);
}

}  // namespace

size_t qHash(const AppIdentity& app, size_t seed) {
    return qHashMulti(seed, static_cast<int>(app.kind), app.path, app.script);
}

Result<Remote> Remote::parse(const QString& text) {
    for (const Word<Kind>& entry : kRemotes) {
        if (entry.word == text)
            return Remote{entry.value, {}};
    }
    if (text.startsWith(kListMark)) {
        const QString list = text.sliced(kListMark.size());
        if (Result<void> fine = checkListName(list); !fine)
            return fine.error();
        return listed(list);
    }
    const Result<Cidr> prefix = Cidr::parse(text);
    if (prefix)
        return Remote{Kind::Prefix, *prefix};
    const Result<HostPattern> host = HostPattern::parse(text);
    if (!host || isOwnName(host->name)) {
        const QString& why = looksLikeAddress(text) ? prefix.error().text
                             : host ? quoted(text) + u" is this machine: write this-machine"_s
                                    : host.error().text;
        return invalid(
            why +
            u"; a remote is an address, a prefix like 10.0.0.0/8, a name like "
            "example.org or *.example.org, list:NAME, or any, local-network, resolvers, this-machine"_s);
    }
    return named(*host);
}

QString Remote::toString() const {
    switch (kind) {
        case Kind::Prefix:
            return prefix.toString();
        case Kind::Host:
            return pattern.toString();
        case Kind::List:
            return kListMark + list;
        default:
            return wordOf(kRemotes, kind);
    }
}

Result<void> validate(const Rule& rule) {
    if (rule.id > kMaxRuleId)
        return invalid(u"a rule's id is at most %1"_s.arg(kMaxRuleId));
    if (rule.note.size() > kMostNote)
        return invalid(u"the note is longer than %1 characters"_s.arg(kMostNote));
    if (hasControlCharacters(rule.note))
        return invalid(u"the note must be one line without control characters"_s);
    if (Result<void> app = checkApp(rule.app, u"app"_s); !app)
        return app;
    if (Result<void> content = checkSha256(rule); !content)
        return content;
    if (Result<void> parent = checkStartedBy(rule.startedBy, rule.app.kind); !parent)
        return parent;
    if (Result<void> addresses = checkAddresses(rule); !addresses)
        return addresses;
    if (Result<void> http = checkHttp(rule); !http)
        return http;
    if (Result<void> limit = checkLimit(rule); !limit)
        return limit;
    return checkLifetime(rule);
}

QVariantMap toMap(const AppIdentity& app) {
    return {{u"kind"_s, toWord(app.kind)}, {u"path"_s, app.path}, {u"script"_s, app.script}};
}

Result<AppIdentity> appFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    AppIdentity app;
    app.kind = reader.parsed(u"kind"_s, app.kind, appKindFromWord);
    app.path = reader.text(u"path"_s);
    app.script = reader.text(u"script"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return app;
}

QVariantMap toMap(const Rule& rule) {
    QVariantMap map{{u"id"_s, rule.id},
                    {u"enabled"_s, rule.enabled},
                    {u"pinned"_s, rule.pinned},
                    {u"log"_s, rule.log},
                    {u"action"_s, toWord(rule.action)},
                    {u"blockStyle"_s, toWord(rule.blockStyle)},
                    {u"app"_s, toMap(rule.app)},
                    {u"startedBy"_s, toMap(rule.startedBy)},
                    {u"direction"_s, toWord(rule.direction)},
                    {u"protocol"_s, protocolToWord(rule.protocol)},
                    {u"remote"_s, rule.remote.toString()},
                    {u"remotePorts"_s, rule.remotePorts.toString()},
                    {u"localPorts"_s, rule.localPorts.toString()},
                    {u"lifetime"_s, toWord(rule.lifetime)},
                    {u"process"_s, rule.process},
                    {u"expiresMs"_s, rule.expiresMs},
                    {u"origin"_s, toWord(rule.origin)},
                    {u"note"_s, rule.note},
                    {u"createdMs"_s, rule.createdMs},
                    {u"lastUsedMs"_s, rule.lastUsedMs},
                    {u"hits"_s, rule.hits}};
    if (rule.user)
        map.insert(u"user"_s, *rule.user);
    if (rule.local)
        map.insert(u"local"_s, rule.local->toString());
    if (!rule.interface.isEmpty())
        map.insert(u"interface"_s, rule.interface);
    if (!rule.http.methods.isEmpty())
        map.insert(u"httpMethods"_s, rule.http.methods.join(", "_L1));
    if (!rule.http.path.isEmpty())
        map.insert(u"httpPath"_s, rule.http.path);
    if (rule.limit.down != 0)
        map.insert(u"limitDown"_s, rule.limit.down);
    if (rule.limit.up != 0)
        map.insert(u"limitUp"_s, rule.limit.up);
    if (!rule.quota.isNone())
        map.insert(u"quota"_s, toMap(rule.quota));
    if (!rule.sha256.isEmpty())
        map.insert(u"sha256"_s, rule.sha256);
    return map;
}

Result<Rule> ruleFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    Rule rule;
    rule.id = static_cast<RuleId>(reader.number(u"id"_s, 0, 0, kMaxRuleId));
    rule.enabled = reader.flag(u"enabled"_s, rule.enabled);
    rule.pinned = reader.flag(u"pinned"_s, rule.pinned);
    rule.log = reader.flag(u"log"_s, rule.log);
    rule.action = reader.parsed(u"action"_s, rule.action, actionFromWord);
    rule.blockStyle = reader.parsed(u"blockStyle"_s, rule.blockStyle, blockStyleFromWord);
    rule.app = reader.parsedMap(u"app"_s, rule.app, appFromMap);
    rule.startedBy = reader.parsedMap(u"startedBy"_s, rule.startedBy, appFromMap);
    if (reader.has(u"user"_s)) {
        rule.user = static_cast<quint32>(
            reader.number(u"user"_s, 0, 0, std::numeric_limits<quint32>::max()));
    }
    rule.direction = reader.parsed(u"direction"_s, rule.direction, directionFromWord);
    rule.protocol = reader.parsed(u"protocol"_s, rule.protocol, protocolFromWord);
    rule.remote = reader.parsed(u"remote"_s, rule.remote, Remote::parse);
    rule.remotePorts = reader.parsed(u"remotePorts"_s, rule.remotePorts, PortRange::parse);
    if (reader.has(u"local"_s))
        rule.local = reader.parsed(u"local"_s, Cidr(), Cidr::parse);
    rule.interface = reader.text(u"interface"_s);
    rule.http.methods = reader.parsed(u"httpMethods"_s, QStringList(), httpMethodsFromText);
    rule.http.path = reader.text(u"httpPath"_s);
    rule.limit = {reader.bigNumber(u"limitDown"_s), reader.bigNumber(u"limitUp"_s)};
    rule.quota = reader.parsedMap(u"quota"_s, rule.quota, quotaFromMap);
    rule.localPorts = reader.parsed(u"localPorts"_s, rule.localPorts, PortRange::parse);
    rule.lifetime = reader.parsed(u"lifetime"_s, rule.lifetime, lifetimeFromWord);
    rule.process = reader.bigNumber(u"process"_s);
    rule.expiresMs = reader.number(u"expiresMs"_s, 0, 0, kMostMs);
    rule.origin = reader.parsed(u"origin"_s, rule.origin, originFromWord);
    rule.note = reader.text(u"note"_s);
    rule.sha256 = reader.text(u"sha256"_s);
    rule.createdMs = reader.number(u"createdMs"_s, 0, 0, kMostMs);
    rule.lastUsedMs = reader.number(u"lastUsedMs"_s, 0, 0, kMostMs);
    rule.hits = reader.bigNumber(u"hits"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    if (Result<void> sensible = validate(rule); !sensible)
        return sensible.error();
    return rule;
}

QString toWord(Action value) {
    return wordOf(kActions, value);
}
QString toWord(BlockStyle value) {
    return wordOf(kBlockStyles, value);
}
QString toWord(Direction value) {
    return wordOf(kDirections, value);
}
QString toWord(Lifetime value) {
    return wordOf(kLifetimes, value);
}
QString toWord(Origin value) {
    return wordOf(kOrigins, value);
}
QString toWord(AppIdentity::Kind value) {
    return wordOf(kKinds, value);
}
Result<Action> actionFromWord(const QString& word) {
    return valueOf(kActions, word);
}
Result<BlockStyle> blockStyleFromWord(const QString& word) {
    return valueOf(kBlockStyles, word);
}
Result<Direction> directionFromWord(const QString& word) {
    return valueOf(kDirections, word);
}
Result<Lifetime> lifetimeFromWord(const QString& word) {
    return valueOf(kLifetimes, word);
}
Result<Origin> originFromWord(const QString& word) {
    return valueOf(kOrigins, word);
}
Result<AppIdentity::Kind> appKindFromWord(const QString& word) {
    return valueOf(kKinds, word);
}

}  // namespace sallyport::api
