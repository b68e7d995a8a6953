// Questions, answers and explanations as maps, and the rule an answer stands for.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/question.h"

#include <algorithm>
#include <limits>

#include "api/fields.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<Scope> kScopes[] = {{Scope::AddressAndPort, "address-and-port"_L1},
                                   {Scope::Address, "address"_L1},
                                   {Scope::Port, "port"_L1},
                                   {Scope::Everything, "everything"_L1},
                                   {Scope::Host, "host"_L1},
                                   {Scope::Domain, "domain"_L1}};
constexpr Word<Who> kWhos[] = {{Who::Program, "program"_L1},
                               {Who::ProgramStartedBy, "program-started-by"_L1}};

constexpr qint64 kMostMs = std::numeric_limits<qint64>::max();
constexpr qint64 kMostU32 = std::numeric_limits<quint32>::max();
constexpr qint64 kMostMinutes = 525600;  // a year
constexpr qint64 kMsPerMinute = 60000;

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

void setPorts(const Question& question, Rule& rule) {
    if (!protocolHasPorts(question.protocol))
        return;
    if (question.direction == Direction::Inbound)
        rule.localPorts = PortRange::single(question.localPort);
    else
        rule.remotePorts = PortRange::single(question.remotePort);
}

Result<void> setScope(const Question& question, Scope scope, Rule& rule) {
    if (question.protocol == kFrames) {  // there is nothing that it could be narrowed to
        rule.protocol = kFrames;
        return {};
    }
    const Result<Remote> remote = remoteFor(question, scope);
    if (!remote)
        return remote.error();
    rule.remote = *remote;
    if (scope == Scope::AddressAndPort || scope == Scope::Port) {
        if (scope == Scope::Port && !protocolHasPorts(question.protocol))
            return invalid(protocolToWord(question.protocol) + u" has no ports"_s);
        rule.protocol = question.protocol;
        setPorts(question, rule);
    }
    return {};
}

Result<void> setLifetime(const Question& question, const Answer& answer, qint64 nowMs, Rule& rule) {
    rule.lifetime = answer.lifetime;
    if (answer.lifetime == Lifetime::Process)
        rule.process = question.process.serial;
    if (answer.lifetime != Lifetime::Timed)
        return {};
    if (answer.minutes == 0 || answer.minutes > kMostMinutes)
        return invalid(u"lifetime \"timed\" needs minutes from 1 to %1"_s.arg(kMostMinutes));
    rule.expiresMs = nowMs + answer.minutes * kMsPerMinute;
    return {};
}

// A name from the wire may begin with "*." or hold anything else.
Result<Remote> exactly(const QString& name) {
    const Result<Remote> remote = Remote::parse(name);
    if (!remote)
        return remote.error();
    if (remote->kind != Remote::Kind::Host || remote->pattern.kind != HostPattern::Kind::Exact)
        return invalid(quoted(name) + u" is not the name of a host"_s);
    return *remote;
}

Result<ExplanationStep> stepFrom(const QVariant& value) {
    if (value.typeId() != QMetaType::QVariantMap)
        return invalid(u"must hold maps"_s);
    FieldReader reader(value.toMap(), {});
    ExplanationStep step;
    step.rule = reader.parsedMap(u"rule"_s, step.rule, ruleFromMap);
    step.matches = reader.flag(u"matches"_s);
    step.decides = reader.flag(u"decides"_s);
    step.why = reader.text(u"why"_s);
    step.name = reader.text(u"name"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return step;
}

QVariantMap nameToMap(const ExplanationName& name) {
    return {{u"name"_s, name.name},       {u"source"_s, toWord(name.source)},
            {u"counts"_s, name.counts},   {u"saidMs"_s, name.saidMs},
            {u"untilMs"_s, name.untilMs}, {u"lists"_s, name.lists}};
}

Result<ExplanationName> nameFrom(const QVariant& value) {
    if (value.typeId() != QMetaType::QVariantMap)
        return invalid(u"must hold maps"_s);
    FieldReader reader(value.toMap(), {});
    ExplanationName name;
    name.name = reader.text(u"name"_s);
    name.source = reader.parsed(u"source"_s, name.source, nameSourceFromWord);
    name.counts = reader.flag(u"counts"_s);
    name.saidMs = reader.number(u"saidMs"_s, 0, 0, kMostMs);
    name.untilMs = reader.number(u"untilMs"_s, 0, 0, kMostMs);
    name.lists = reader.texts(u"lists"_s);
    if (name.name.isEmpty())
        reader.fail(u"name"_s, u"must not be empty"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return name;
}

QVariantMap requestToMap(const HttpAsked& request) {
    QVariantMap map{{u"method"_s, request.method}};
    if (request.path)
        map.insert(u"path"_s, *request.path);
    return map;
}

Result<HttpAsked> requestFrom(const QVariant& value) {
    constexpr int kMostPath = 16384;
    if (value.typeId() != QMetaType::QVariantMap)
        return invalid(u"must hold maps"_s);
    FieldReader reader(value.toMap(), {});
    HttpAsked request;
    request.state = HttpAsked::State::Read;
    request.method = reader.text(u"method"_s);
    if (reader.has(u"path"_s))
        request.path = reader.text(u"path"_s, {}, kMostPath);
    if (request.method.isEmpty())
        reader.fail(u"method"_s, u"must not be empty"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return request;
}

// Maps of one kind, in a list.
template <class T>
QList<T> listFrom(FieldReader& reader, const QString& key, Result<T> (*parse)(const QVariant&)) {
    QList<T> out;
    const QVariantList values = reader.list(key);
    for (const QVariant& value : values) {
        const Result<T> one = parse(value);
        if (!one) {
            reader.fail(key, one.error().text);
            break;
        }
        out += *one;
    }
    return out;
}

}  // namespace

Result<Remote> remoteFor(const Question& question, Scope scope) {
    switch (scope) {
        case Scope::AddressAndPort:
        case Scope::Address:
            return Remote::host(question.remote);
        case Scope::Port:
        case Scope::Everything:
            return Remote{};
        case Scope::Host:
        case Scope::Domain:
            break;
    }
    if (question.names.isEmpty())
        return invalid(u"no name is known for %1"_s.arg(question.remote.toString()));
    const QString& name = question.names.first();
    if (scope == Scope::Host)
        return exactly(name);
    const QString site = siteOf(name);
    if (site.isEmpty())
        return invalid(quoted(name) + u" is not below a domain that somebody registered"_s);
    return Remote::named({HostPattern::Kind::Site, site});
}

Result<std::optional<Rule>> ruleFor(const Question& question, const Answer& answer, qint64 nowMs) {
    if (answer.action == Action::Audit)
        return invalid(u"a question is answered with allow or block"_s);
    if (answer.lifetime == Lifetime::Connection)
        return std::optional<Rule>();
    if (question.process.identity.kind == AppIdentity::Kind::Any)
        return invalid(u"the question names no program, so no rule can be made from it"_s);
    Rule rule;
    rule.app = question.process.identity;
    rule.lifetime = Lifetime::UntilRestart;
    if (Result<void> nameable = validate(rule); !nameable)
        return invalid(nameable.error().text + u"; an answer for once needs no rule"_s);
    rule.action = answer.action;
    rule.blockStyle = answer.blockStyle;
    // Who answers may speak for this user's programs only.
    rule.user = question.process.uid;
    rule.direction = question.direction;
    rule.origin = Origin::Prompt;
    rule.note = answer.note;
    rule.createdMs = nowMs;
    if (answer.who == Who::ProgramStartedBy) {
        if (question.process.startedBy.kind == AppIdentity::Kind::Any)
            return invalid(u"it is not known who started the program"_s);
        rule.startedBy = question.process.startedBy;
    }
    if (Result<void> scope = setScope(question, answer.scope, rule); !scope)
        return scope.error();
    if (Result<void> lifetime = setLifetime(question, answer, nowMs, rule); !lifetime)
        return lifetime.error();
    if (Result<void> sensible = validate(rule); !sensible)
        return sensible.error();
    return std::optional<Rule>(rule);
}

QVariantMap toMap(const Question& question) {
    QVariantList requests;
    for (const HttpAsked& request : question.requests)
        requests += requestToMap(request);
    return {{u"id"_s, question.id},
            {u"process"_s, toMap(question.process)},
            {u"direction"_s, toWord(question.direction)},
            {u"protocol"_s, protocolToWord(question.protocol)},
            {u"remote"_s, question.remote.toString()},
            {u"remotePort"_s, question.remotePort},
            {u"localPort"_s, question.localPort},
            {u"waiting"_s, question.waiting},
            {u"askedMs"_s, question.askedMs},
            {u"deadlineMs"_s, question.deadlineMs},
            {u"missed"_s, question.missed},
            {u"names"_s, question.names},
            {u"nameSource"_s, toWord(question.nameSource)},
            {u"requests"_s, requests},
            {u"changedSinceMs"_s, question.changedSinceMs}};
}

Result<Question> questionFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"question"_s);
    Question out;
    out.id = reader.bigNumber(u"id"_s);
    out.process = reader.parsedMap(u"process"_s, out.process, processFromMap);
    out.direction = reader.parsed(u"direction"_s, out.direction, directionFromWord);
    out.protocol = reader.parsed(u"protocol"_s, out.protocol, protocolFromWord);
    out.remote = reader.parsed(u"remote"_s, out.remote, Address::parse);
    out.remotePort = static_cast<quint16>(reader.number(u"remotePort"_s, 0, 0, 65535));
    out.localPort = static_cast<quint16>(reader.number(u"localPort"_s, 0, 0, 65535));
    out.waiting = static_cast<quint32>(reader.number(u"waiting"_s, 1, 0, kMostU32));
    out.askedMs = reader.number(u"askedMs"_s, 0, 0, kMostMs);
    out.deadlineMs = reader.number(u"deadlineMs"_s, 0, 0, kMostMs);
    out.missed = reader.flag(u"missed"_s);
    out.names = reader.texts(u"names"_s);
    out.nameSource = reader.parsed(u"nameSource"_s, out.nameSource, nameSourceFromWord);
    out.requests = listFrom(reader, u"requests"_s, requestFrom);
    out.changedSinceMs = reader.number(u"changedSinceMs"_s, 0, 0, kMostMs);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return out;
}

QVariantMap toMap(const Answer& answer) {
    return {{u"action"_s, toWord(answer.action)},
            {u"blockStyle"_s, toWord(answer.blockStyle)},
            {u"scope"_s, toWord(answer.scope)},
            {u"who"_s, toWord(answer.who)},
            {u"lifetime"_s, toWord(answer.lifetime)},
            {u"minutes"_s, answer.minutes},
            {u"note"_s, answer.note}};
}

Result<Answer> answerFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"answer"_s);
    Answer out;
    out.action = reader.parsed(u"action"_s, out.action, actionFromWord);
    out.blockStyle = reader.parsed(u"blockStyle"_s, out.blockStyle, blockStyleFromWord);
    out.scope = reader.parsed(u"scope"_s, out.scope, scopeFromWord);
    out.who = reader.parsed(u"who"_s, out.who, whoFromWord);
    out.lifetime = reader.parsed(u"lifetime"_s, out.lifetime, lifetimeFromWord);
    out.minutes = static_cast<quint32>(reader.number(u"minutes"_s, 0, 0, kMostMinutes));
    out.note = reader.text(u"note"_s);
    if (out.lifetime == Lifetime::Timed && out.minutes == 0)
        reader.fail(u"minutes"_s, u"lifetime \"timed\" needs 1 to %1"_s.arg(kMostMinutes));
    if (out.lifetime != Lifetime::Timed && out.minutes != 0)
        reader.fail(u"minutes"_s, u"is only for lifetime \"timed\""_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return out;
}

QVariantMap toMap(const Attempt& attempt) {
    QVariantMap map{{u"app"_s, toMap(attempt.app)},
                    {u"startedBy"_s, toMap(attempt.startedBy)},
                    {u"process"_s, attempt.process},
                    {u"uid"_s, attempt.uid},
                    {u"direction"_s, toWord(attempt.direction)},
                    {u"protocol"_s, protocolToWord(attempt.protocol)},
                    {u"remote"_s, attempt.remote.toString()},
                    {u"remotePort"_s, attempt.remotePort},
                    {u"localPort"_s, attempt.localPort},
                    {u"names"_s, attempt.names},
                    {u"interface"_s, attempt.interface}};
    if (attempt.local)
        map.insert(u"local"_s, attempt.local->toString());
    return map;
}

Result<Attempt> attemptFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"attempt"_s);
    Attempt out;
    out.app = reader.parsedMap(u"app"_s, out.app, appFromMap);
    out.startedBy = reader.parsedMap(u"startedBy"_s, out.startedBy, appFromMap);
    out.process = reader.bigNumber(u"process"_s);
    out.uid = static_cast<quint32>(reader.number(u"uid"_s, 0, 0, kMostU32));
    out.direction = reader.parsed(u"direction"_s, out.direction, directionFromWord);
    out.protocol = reader.parsed(u"protocol"_s, out.protocol, protocolFromWord);
    out.remote = reader.parsed(u"remote"_s, out.remote, Address::parse);
    out.remotePort = static_cast<quint16>(reader.number(u"remotePort"_s, 0, 0, 65535));
    out.localPort = static_cast<quint16>(reader.number(u"localPort"_s, 0, 0, 65535));
    out.names = reader.texts(u"names"_s);
    constexpr qsizetype kMostNames = 64, kMostOfName = 255;  // characters (RFC 1035 2.3.4)
    if (out.names.size() > kMostNames ||
        std::any_of(out.names.cbegin(), out.names.cend(),
                    [](const QString& name) { return name.size() > kMostOfName; }))
        reader.fail(
            u"names"_s,
            u"must be at most %1, of at most %2 characters"_s.arg(kMostNames).arg(kMostOfName));
    out.interface = reader.text(u"interface"_s);
    if (reader.has(u"local"_s))
        out.local = reader.parsed(u"local"_s, Address(), Address::parse);
    if (out.direction == Direction::Any)
        reader.fail(u"direction"_s, u"must be outbound or inbound"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return out;
}

QVariantMap toMap(const Explanation& explanation) {
    QVariantList steps;
    for (const ExplanationStep& step : explanation.steps) {
        steps += QVariantMap{{u"rule"_s, toMap(step.rule)},
                             {u"matches"_s, step.matches},
                             {u"decides"_s, step.decides},
                             {u"why"_s, shortened(step.why)},
                             {u"name"_s, step.name}};
    }
    QVariantList names;
    for (const ExplanationName& name : explanation.names)
        names += nameToMap(name);
    return {{u"state"_s, toWord(explanation.state)},
            {u"reason"_s, toWord(explanation.reason)},
            {u"rule"_s, explanation.rule},
            {u"steps"_s, steps},
            {u"names"_s, names},
            {u"lists"_s, explanation.lists}};
}

Result<Explanation> explanationFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"explanation"_s);
    Explanation out;
    out.state = reader.parsed(u"state"_s, out.state, connectionStateFromWord);
    out.reason = reader.parsed(u"reason"_s, out.reason, reasonFromWord);
    out.rule = static_cast<RuleId>(reader.number(u"rule"_s, 0, 0, kMaxRuleId));
    out.steps = listFrom(reader, u"steps"_s, stepFrom);
    out.names = listFrom(reader, u"names"_s, nameFrom);
    out.lists = reader.texts(u"lists"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return out;
}

QString toWord(Scope value) {
    return wordOf(kScopes, value);
}
QString toWord(Who value) {
    return wordOf(kWhos, value);
}
Result<Scope> scopeFromWord(const QString& word) {
    return valueOf(kScopes, word);
}
Result<Who> whoFromWord(const QString& word) {
    return valueOf(kWhos, word);
}

}  // namespace sallyport::api
