// A rule: what a person decided about a program's connections.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVariantMap>
#include <optional>

#include "api/address.h"
#include "api/host_pattern.h"
#include "api/http_requests.h"
#include "api/protocol.h"
#include "api/quota.h"
#include "api/result.h"

namespace sallyport::api {

// Positive; given by the rule store, never reused. 0: none.
// At most 2^24 - 1, because the kernel reports it in 24 bits (bpf/abi.h).
using RuleId = quint32;
inline constexpr RuleId kMaxRuleId = (1u << 24) - 1;

// Audit: decided as by Block, but it passes and is recorded as what would have been blocked.
enum class Action : quint8 { Allow, Block, Audit };
// What a blocked program notices: EPERM, ECONNREFUSED, or nothing at all.
enum class BlockStyle : quint8 { Error, Refuse, Silent };
enum class Direction : quint8 { Any, Outbound, Inbound };
enum class Lifetime : quint8 { Connection, Process, Timed, UntilRestart, Forever };
enum class Origin : quint8 { Prompt, User, Imported, Administrator, Starter };

// Which program. Two programs are the same exactly when these are equal.
struct AppIdentity {
    enum class Kind : quint8 {
        Any,      // every program
        Path,     // the executable at `path` in the host's mount namespace
        Script,   // `script` run by the interpreter at `path`
        Foreign,  // an executable that is not the file at `path` on the host: container, deleted,
                  // replaced
        Memory,   // runs from memory (memfd): never matched by a lasting rule
        Kernel,   // the Linux kernel itself
        Unknown,  // the kernel side could not name it
    };
    Kind kind = Kind::Any;
    QString path;    // absolute; for Foreign with what tells it apart, as "path (device:inode)"
    QString script;  // absolute; only for Script

    bool operator==(const AppIdentity&) const = default;
};
size_t qHash(const AppIdentity& app, size_t seed = 0);

struct Remote {
    // Resolvers: the DNS resolvers that this machine is told to ask, whichever they are now.
    enum class Kind : quint8 { Any, Prefix, LocalNetwork, ThisMachine, Host, List, Resolvers };
    Kind kind = Kind::Any;
    Cidr prefix;            // only for Prefix
    HostPattern pattern{};  // only for Host: which names
    QString list{};         // only for List: its name (list.h), there may be none of it

    static Remote host(const Address& address) { return {Kind::Prefix, Cidr::host(address)}; }
    static Remote named(const HostPattern& pattern) { return {Kind::Host, {}, pattern}; }
    static Remote listed(const QString& list) { return {Kind::List, {}, {}, list}; }
    // "any", "local-network", "this-machine", "resolvers", "list:" and a list's name, an address, a
    // prefix or, as HostPattern has them, names of hosts. Names of this machine itself
    // ("localhost") are refused: no name is kept for its addresses.
    static Result<Remote> parse(const QString& text);
    QString toString() const;

    bool operator==(const Remote&) const = default;
};

// Bytes of IP packets a second, over all connections the rule decides; 0: as fast as it goes.
struct RateLimit {
    quint64 down = 0;  // to this machine
    quint64 up = 0;

    bool isNone() const { return down == 0 && up == 0; }
    bool operator==(const RateLimit&) const = default;
};
// Slower, a TCP connection cannot even begin within a minute; faster than any wire.
inline constexpr quint64 kLeastRate = 1000, kMostRate = 100'000'000'000;

struct Rule {
    RuleId id = 0;
    bool enabled = true;
    bool pinned = false;  // goes before every rule that is not pinned
    bool log = false;     // what it decides is written to the system's journal
    Action action = Action::Block;
    BlockStyle blockStyle = BlockStyle::Error;
    AppIdentity app;
    AppIdentity startedBy;        // Any: no matter who started it
    std::optional<quint32> user;  // numeric user id
    Direction direction = Direction::Any;
    quint8 protocol = 0;  // IANA number; 0: any
    Remote remote;
    PortRange remotePorts;
    PortRange localPorts;
    std::optional<Cidr> local;  // this machine's own address; none: any
    QString interface;          // name of a network interface ("wg0"); empty: any
    HttpRequests http;          // only for TCP, outbound
    RateLimit limit;            // only for Action::Allow
    Quota quota;                // only for Action::Allow
    Lifetime lifetime = Lifetime::Forever;
    quint64 process = 0;   // exec serial, for Lifetime::Process
    qint64 expiresMs = 0;  // Unix milliseconds, for Lifetime::Timed
    Origin origin = Origin::User;
    QString note;
    // Of the executable it was made for, 64 lower-case hexadecimal digits: where somebody but root
    // can change that, the rule is for no other content. Empty: whatever is in the file. Only for
    // Action::Allow and Kind::Path; the helper sets it.
    QString sha256{};
    qint64 createdMs = 0;   // Unix milliseconds
    qint64 lastUsedMs = 0;  // 0: never
    quint64 hits = 0;

    bool operator==(const Rule&) const = default;
};

// What stands in a rule must make sense by itself: ports only with a protocol that has them, names
// that a host or an interface can have, one line of note, absolute paths, an expiry exactly for
// Timed, a process exactly for Process. The text of the error says what is wrong and what would be
// right.
Result<void> validate(const Rule& rule);

// The same map travels on D-Bus (a{sv}) and in JSON files. fromMap refuses unknown keys, wrong
// types and out-of-range numbers, and then runs validate(). Missing keys keep their defaults.
QVariantMap toMap(const Rule& rule);
Result<Rule> ruleFromMap(const QVariantMap& map);
QVariantMap toMap(const AppIdentity& app);
Result<AppIdentity> appFromMap(const QVariantMap& map);

// Stable words for files, D-Bus and the command line: "allow", "block", "refuse",
// "until-restart"...
QString toWord(Action value);
QString toWord(BlockStyle value);
QString toWord(Direction value);
QString toWord(Lifetime value);
QString toWord(Origin value);
QString toWord(AppIdentity::Kind value);
Result<Action> actionFromWord(const QString& word);
Result<BlockStyle> blockStyleFromWord(const QString& word);
Result<Direction> directionFromWord(const QString& word);
Result<Lifetime> lifetimeFromWord(const QString& word);
Result<Origin> originFromWord(const QString& word);
Result<AppIdentity::Kind> appKindFromWord(const QString& word);

}  // namespace sallyport::api
