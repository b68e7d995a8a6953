// A question to a person, the answer, and the explanation of a verdict.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QVariantMap>

#include "api/connection.h"
#include "api/name_source.h"
#include "api/rule.h"

namespace sallyport::api {

using QuestionId = quint64;

// All connections of one program (and user) to one address, port and protocol wait on one question.
struct Question {
    QuestionId id = 0;
    Process process;
    Direction direction = Direction::Outbound;
    quint8 protocol = 0;
    Address remote;
    quint16 remotePort = 0;
    quint16 localPort = 0;  // for inbound: the port that is listened on
    quint32 waiting = 1;    // connections held on it
    qint64 askedMs = 0;     // Unix milliseconds
    qint64 deadlineMs = 0;  // then it is blocked once and becomes missed
    bool missed = false;    // nobody answered in time; an answer now only makes a rule
    QStringList names;      // what the remote is known as, best first; not always names of hosts
    NameSource nameSource = NameSource::None;  // of the first name
    // What waits to be asked for over plain HTTP, each once, the first of all; none: not known.
    QList<HttpAsked> requests{};
    // When the rule was made that allows another content of the program's file, Unix ms; 0: none.
    qint64 changedSinceMs = 0;
    static constexpr qsizetype kMostRequests = 8;
    bool operator==(const Question&) const = default;
};

// Of a question about frames, which go to no address, each means all frames.
// Host: whatever has the first name of the question. Domain: whatever has that name's registrable
// domain, or a name below it.
enum class Scope : quint8 { AddressAndPort, Address, Port, Everything, Host, Domain };
enum class Who : quint8 { Program, ProgramStartedBy };

struct Answer {
    Action action = Action::Block;
    BlockStyle blockStyle = BlockStyle::Error;
    Scope scope = Scope::AddressAndPort;
    Who who = Who::Program;
    Lifetime lifetime = Lifetime::Connection;
    quint32 minutes = 0;  // for Lifetime::Timed
    QString note;
    bool operator==(const Answer&) const = default;
};

// A connection that need not exist: what `explain` is asked about.
struct Attempt {
    AppIdentity app;
    AppIdentity startedBy;
    quint64 process = 0;  // exec serial; 0: no particular process
    quint32 uid = 0;
    Direction direction = Direction::Outbound;
    quint8 protocol = 6;
    Address remote;
    quint16 remotePort = 0;
    quint16 localPort = 0;
    QStringList names;  // what the remote is known as
    // The names are what the system's resolver told somebody; the program may yet say another. Not
    // in maps.
    bool hearsay = false;
    bool nameless = false;  // without names: nor will the program say one; not in maps
    // Nameless, for what it says cannot be read, or not so that all would read the same: it may be
    // any name, and its request, if it is one, any request. Not in maps.
    bool unclear = false;
    bool resolver = false;         // the remote is one of Remote::Kind::Resolvers; not in maps
    bool neighbour = false;        // the remote is on a link of this machine; not in maps
    HttpAsked http{};              // not in maps
    QString sha256{};              // as in Process; not in maps
    std::optional<Address> local;  // this machine's own address; none: not known
    QString interface;             // empty: not known
    bool operator==(const Attempt&) const = default;
};

// How the why of a step ends that fits because of Attempt::unclear.
inline constexpr QLatin1String kUnclearName("the name that it says cannot be read");

// One rule that could apply to an attempt, in the order of precedence.
struct ExplanationStep {
    Rule rule;
    bool matches = false;
    bool decides = false;
    QString why;     // English, e.g. "remote port 80 is not in 443"
    QString name{};  // of the remote, by which it fits; empty: it does not hang on a name
    bool operator==(const ExplanationStep&) const = default;
};

// A name of the remote, and where it comes from.
struct ExplanationName {
    QString name;
    NameSource source = NameSource::None;  // None: whoever asks for the explanation gave it
    bool counts = false;                   // rules are judged by the name
    qint64 saidMs = 0;                     // when it was last answered, Unix ms; 0: not known
    qint64 untilMs = 0;                    // until when that is good, Unix ms; 0: not known
    QStringList lists;                     // that contain it
    bool operator==(const ExplanationName&) const = default;
};

struct Explanation {
    ConnectionState state = ConnectionState::Held;
    Reason reason = Reason::Mode;
    RuleId rule = 0;
    QList<ExplanationStep> steps;
    QList<ExplanationName> names{};  // those that count first
    QStringList lists{};             // that contain the address
    bool operator==(const Explanation&) const = default;
};

// What an answer of this scope is for. Invalid when the question gives no such thing: no name, one
// that no host can have, a name without a registrable domain.
Result<Remote> remoteFor(const Question& question, Scope scope);

// The rule that an answer to this question stands for. Lifetime::Connection makes none: the
// answer then counts for what waits now only (std::nullopt).
Result<std::optional<Rule>> ruleFor(const Question& question, const Answer& answer, qint64 nowMs);

QVariantMap toMap(const Question& question);
Result<Question> questionFromMap(const QVariantMap& map);
QVariantMap toMap(const Answer& answer);
Result<Answer> answerFromMap(const QVariantMap& map);
QVariantMap toMap(const Attempt& attempt);
Result<Attempt> attemptFromMap(const QVariantMap& map);
QVariantMap toMap(const Explanation& explanation);
Result<Explanation> explanationFromMap(const QVariantMap& map);

QString toWord(Scope value);
QString toWord(Who value);
Result<Scope> scopeFromWord(const QString& word);
Result<Who> whoFromWord(const QString& word);

}  // namespace sallyport::api
