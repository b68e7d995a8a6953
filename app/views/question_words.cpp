// Wording questions.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/question_words.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

#include "api/encrypted_dns.h"
#include "models/program_names.h"
#include "models/words.h"
#include "widgets/plain_text.h"

namespace sallyport::views {
namespace {

using api::Direction;
using api::Lifetime;
using api::Scope;
using models::Words;
using widgets::displayText;
using widgets::isolated;
using Kind = api::AppIdentity::Kind;

constexpr qsizetype kNameLength = 40;
constexpr qsizetype kShortNameLength = 20;
constexpr qsizetype kRemoteLength = 60;
constexpr qsizetype kRequestLength = 40;
constexpr qsizetype kScopeLength = 44;
constexpr qsizetype kNamesShown = 16;
constexpr quint32 kShortMinutes = 5;
constexpr quint32 kLongMinutes = 60;

bool inbound(const api::Question& question) {
    return question.direction == Direction::Inbound;
}

bool isFrames(const api::Question& question) {
    return question.protocol == api::kFrames;
}

quint16 askedPort(const api::Question& question) {
    return inbound(question) ? question.localPort : question.remotePort;
}

// The helper would take it; of the scope, scopes() knows.
bool canBeHad(const api::Question& question, Lifetime lifetime, quint32 minutes,
              api::Who who = api::Who::Program) {
    api::Answer answer;
    answer.scope = Scope::Everything;
    answer.who = who;
    answer.lifetime = lifetime;
    answer.minutes = minutes;
    return api::ruleFor(question, answer, 0).has_value();
}

QString nameOf(const api::AppIdentity& app, qsizetype length = kNameLength) {
    return displayText(models::ProgramNames::instance().name(app), length);
}

}  // namespace

QString QuestionWords::program(const api::Process& process) {
    return nameOf(process.identity);
}

QString QuestionWords::shortProgram(const api::Process& process) {
    return nameOf(process.identity, kShortNameLength);
}

QString QuestionWords::startedBy(const api::Process& process) {
    const Kind kind = process.startedBy.kind;
    const bool known = kind == Kind::Path || kind == Kind::Script || kind == Kind::Foreign;
    return known ? nameOf(process.startedBy) : QString();
}

bool QuestionWords::offersStartedBy(const api::Question& question) {
    return !startedBy(question.process).isEmpty() &&
           canBeHad(question, Lifetime::UntilRestart, 0, api::Who::ProgramStartedBy);
}

bool QuestionWords::canBeRemembered(const api::Question& question) {
    return canBeHad(question, Lifetime::UntilRestart, 0);
}

QString QuestionWords::path(const api::Process& process) {
    const QString file = models::ProgramNames::file(process.identity);
    const QString path = file.isEmpty() ? process.path : file;
    return path.isEmpty() ? tr("no file") : displayText(path);
}

QString QuestionWords::heading(const api::Question& question) {
    const QString name = isolated(program(question.process));
    if (isFrames(question))
        return tr("%1 wants to send and receive", "program; what follows: whole network frames")
            .arg(name);
    return inbound(question) ? tr("%1 wants to accept a connection from", "program").arg(name)
                             : tr("%1 wants to connect to", "program").arg(name);
}

QString QuestionWords::purpose(const api::Question& question) {
    if (question.requests.isEmpty())
        return {};
    const QString first = isolated(displayText(request(question.requests.first()), kRequestLength));
    const auto more = static_cast<int>(question.requests.size() - 1);
    return more == 0 ? tr("to send %1", "what it connects for: request of HTTP").arg(first)
                     : tr("to send %1 and %n more", "what it connects for: request of HTTP", more)
                           .arg(first);
}

QString QuestionWords::request(const api::HttpAsked& request) {
    constexpr qsizetype kMost = 2'000;  // more would not fit on a screen
    return displayText(request.path ? request.method + u' ' + *request.path : request.method,
                       kMost);
}

QString QuestionWords::requests(const api::Question& question) {
    QStringList lines;
    for (const api::HttpAsked& one : question.requests)
        lines.append(
            one.path ? request(one)
                     : tr("%1, with a path that servers read in different ways", "method of HTTP")
                           .arg(request(one)));
    return lines.join(QLatin1Char('\n'));
}

QString QuestionWords::remote(const api::Question& question) {
    if (isFrames(question))
        return tr("whole network frames", "what a program wants to send and receive");
    // What was asked for may hold anything; it is plain text, and a name too long loses its middle.
    return question.names.isEmpty() ? Words::address(question.remote)
                                    : displayText(question.names.first(), kRemoteLength);
}

QString QuestionWords::names(const api::Question& question) {
    QStringList lines;
    for (const QString& name : question.names.mid(0, kNamesShown))
        lines.append(displayText(name));
    if (question.names.size() > kNamesShown)
        lines.append(QStringLiteral("\u2026"));
    return lines.join(QLatin1Char('\n'));
}

QString QuestionWords::endpoint(const api::Question& question, const QString& country) {
    QStringList parts;
    if (isFrames(question)) {
        parts.append(tr("which pass by the rules for connections"));
        if (question.waiting > 1)
            parts.append(tr("%n processes", "that want the same", int(question.waiting)));
        return parts.join(QStringLiteral(" \u00b7 "));
    }
    if (api::protocolHasPorts(question.protocol)) {
        const QString port = Words::port(askedPort(question), question.protocol);
        parts.append(inbound(question) ? tr("on %1 of this machine", "port").arg(port) : port);
    }
    parts.append(Words::protocol(question.protocol));
    if (!question.names.isEmpty())
        parts.append(Words::address(question.remote));
    if (!country.isEmpty())
        parts.append(displayText(country));
    if (question.remote.isLoopback())
        parts.append(tr("this machine", "the address belongs to it"));
    else if (question.remote.isMulticast())
        parts.append(tr("several receivers", "a multicast or broadcast address"));
    if (question.waiting > 1)
        parts.append(tr("%n connections waiting", nullptr, static_cast<int>(question.waiting)));
    return parts.join(QStringLiteral(" \u00b7 "));
}

QString QuestionWords::sentence(const api::Question& question, const QString& country) {
    const QString purpose = QuestionWords::purpose(question);
    return purpose.isEmpty()
               ? tr("%1 %2, %3", "heading, address, port and protocol")
                     .arg(heading(question), remote(question), endpoint(question, country))
               : tr("%1 %2 %3, %4", "heading, address, what it connects for, port and protocol")
                     .arg(heading(question), remote(question), purpose,
                          endpoint(question, country));
}

bool QuestionWords::isEncryptedDns(const api::Question& question) {
    return !inbound(question) &&
           api::isEncryptedDns(question.names, question.protocol, question.remotePort);
}

QString QuestionWords::changed(const api::Question& question) {
    if (question.changedSinceMs == 0)
        return {};
    return tr("The program has changed: its file is not the one that was allowed on %1.", "date")
        .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(question.changedSinceMs).date(),
                                QLocale::LongFormat));
}

QList<QuestionWords::Risk> QuestionWords::risks(const api::Question& question) {
    const api::Process& process = question.process;
    QList<Risk> risks;
    if (const QString changed = QuestionWords::changed(question); !changed.isEmpty())
        risks.append({true, changed});
    if (process.identity.kind == Kind::Memory)
        risks.append({true, tr("It runs from memory: there is no file to look at.")});
    if (process.identity.kind == Kind::Unknown)
        risks.append({true, tr("It could not be found out which program this is.")});
    if (process.deleted)
        risks.append({true, tr("Its file was deleted or replaced while it runs.")});
    else if (process.identity.kind == Kind::Foreign)
        risks.append({true, tr("It is not this machine's file of that path: it comes from a "
                               "container or pretends to be another program.")});
    if (process.inWritableFolder)
        risks.append({true, tr("Its file lies in a folder where any program of yours can write.")});
    if (!canBeRemembered(question))
        risks.append({false, tr("No answer can be remembered: there is no rule for a path with "
                                "control characters, or one this long.")});
    if (isEncryptedDns(question))
        risks.append({false, tr("This is encrypted DNS: which names it asks for there, nobody else "
                                "can see.")});
    if (process.identity.kind == Kind::Script)
        risks.append({false, tr("A script, run by %1.", "interpreter")
                                 .arg(isolated(displayText(
                                     process.path.section(QLatin1Char('/'), -1), kNameLength)))});
    else if (process.fetchTool)
        risks.append({false, tr("A tool that connects on behalf of what starts it.")});
    return risks;
}

QString QuestionWords::remaining(const api::Question& question, qint64 nowMs) {
    constexpr qint64 kSecond = 1000;
    const auto waited = static_cast<int>(std::max<qint64>(0, nowMs - question.askedMs) / kSecond);
    const auto left = static_cast<int>(
        (std::max<qint64>(0, question.deadlineMs - nowMs) + kSecond - 1) / kSecond);
    if (isFrames(question))
        return tr("Refused for now: an answer counts from its next attempt on. %1 s are left.")
            .arg(left);
    return tr("Waiting for %1 s; blocked once in %2 s if nobody answers.").arg(waited).arg(left);
}

QList<Scope> QuestionWords::scopes(const api::Question& question) {
    if (isFrames(question))
        return {Scope::Everything};
    QList<Scope> scopes{Scope::AddressAndPort, Scope::Address};
    for (const Scope byName : {Scope::Host, Scope::Domain})
        if (api::remoteFor(question, byName))
            scopes.append(byName);
    if (api::protocolHasPorts(question.protocol))
        scopes.append(Scope::Port);
    scopes.append(Scope::Everything);
    return scopes;
}

QString QuestionWords::scope(Scope scope, const api::Question& question) {
    const QString port = Words::port(askedPort(question), question.protocol);
    switch (scope) {
        case Scope::AddressAndPort:
            return api::protocolHasPorts(question.protocol) ? tr("this address and port")
                                                            : tr("this address and protocol");
        case Scope::Address:
            return tr("this address");
        case Scope::Port:
            return inbound(question) ? tr("this port from any address: %1", "port").arg(port)
                                     : tr("this port at any address: %1", "port").arg(port);
        case Scope::Host:
        case Scope::Domain: {
            const api::Result<api::Remote> remote = api::remoteFor(question, scope);
            if (!remote)
                return {};
            const QString name = isolated(displayText(remote->pattern.name, kScopeLength));
            return scope == Scope::Host
                       ? tr("%1 alone, whatever its address", "name of a host").arg(name)
                       : tr("%1 and everything below it", "domain").arg(name);
        }
        case Scope::Everything:
            if (isFrames(question))
                return tr("all frames of %1", "program")
                    .arg(isolated(shortProgram(question.process)));
            return inbound(question) ? tr("everything %1 accepts", "program")
                                           .arg(isolated(shortProgram(question.process)))
                                     : tr("everything %1 connects to", "program")
                                           .arg(isolated(shortProgram(question.process)));
    }
    return {};
}

QList<QuestionWords::Term> QuestionWords::terms(const api::Question& question) {
    const QList<Term> all{
        {Lifetime::Connection, 0, tr("this connection", "how long an answer counts")},
        {Lifetime::Process, 0, tr("until it exits", "how long an answer counts")},
        {Lifetime::Timed, kShortMinutes, tr("5 minutes", "how long an answer counts")},
        {Lifetime::Timed, kLongMinutes, tr("1 hour", "how long an answer counts")},
        {Lifetime::UntilRestart, 0, tr("until restart", "how long an answer counts")},
        {Lifetime::Forever, 0, tr("for ever", "how long an answer counts")}};
    QList<Term> terms;
    for (const Term& term : all)
        if (canBeHad(question, term.lifetime, term.minutes))
            terms.append(term);
    if (isFrames(question) && terms.size() > 1)
        terms.removeFirst();  // none waits
    return terms;
}

QString QuestionWords::extent(const api::Question& question, const api::Answer& answer) {
    if (answer.lifetime == Lifetime::Connection)
        return tr("this connection only");
    QString howLong;
    for (const Term& term : terms(question))
        if (term.lifetime == answer.lifetime && term.minutes == answer.minutes)
            howLong = term.text;
    return tr("%1, %2", "scope, how long").arg(scope(answer.scope, question), howLong);
}

api::Answer QuestionWords::suggestion(const api::Question& question) {
    const api::Process& process = question.process;
    const bool once = process.fetchTool || process.inWritableFolder || process.deleted ||
                      process.identity.kind == Kind::Foreign ||
                      !canBeHad(question, Lifetime::Forever, 0);
    api::Answer answer;
    answer.action = api::Action::Block;
    answer.scope = Scope::AddressAndPort;
    for (const Scope byName :
         {Scope::Host, Scope::Domain})  // the widest of a name, if there is one
        if (api::remoteFor(question, byName))
            answer.scope = byName;
    answer.who = api::Who::Program;
    answer.lifetime = once ? Lifetime::Connection : Lifetime::Forever;
    if (isFrames(question)) {
        answer.scope = Scope::Everything;
        if (once && canBeRemembered(question)) {  // until it was started again
            answer.lifetime = Lifetime::Timed;
            answer.minutes = kShortMinutes;
        }
    }
    return answer;
}

}  // namespace sallyport::views
