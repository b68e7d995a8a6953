// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/render.h"

#include <QDateTime>
#include <QLocale>

#include "api/rate.h"
#include "cli/text.h"
#include "client/name_words.h"

namespace sallyport::cli {

using namespace Qt::StringLiterals;

namespace {

QString yesNo(bool yes) {
    return yes ? Text::tr("yes") : Text::tr("no");
}

QString actionText(const api::Rule& rule) {
    const bool styled =
        rule.action == api::Action::Block && rule.blockStyle != api::BlockStyle::Error;
    QStringList parts{styled ? api::toWord(rule.blockStyle) : api::toWord(rule.action)};
    if (rule.limit.down != 0)
        parts += Text::tr("%1 down").arg(api::rateToText(rule.limit.down));
    if (rule.limit.up != 0)
        parts += Text::tr("%1 up").arg(api::rateToText(rule.limit.up));
    if (!rule.quota.isNone())
        parts += Text::tr("%1 of %2, then %3", "used, quota, block")
                     .arg(QLocale::c().formattedDataSize(qint64(rule.quota.used), 1,
                                                         QLocale::DataSizeSIFormat),
                          api::quotaToText(rule.quota), api::toWord(rule.quota.then));
    if (rule.log)
        parts += u"log"_s;
    return parts.join(u", "_s);
}

// "tcp GET, HEAD /status"
QString protocolText(const api::Rule& rule) {
    return (api::protocolToWord(rule.protocol) + u' ' + rule.http.toString()).trimmed();
}

QString lifetimeText(const api::Rule& rule) {
    if (rule.lifetime != api::Lifetime::Timed)
        return api::toWord(rule.lifetime);
    return Text::tr("until %1").arg(timeText(rule.expiresMs));
}

// "curl" of "/usr/bin/curl" started by "/bin/sh".
QString whoText(const api::Rule& rule) {
    QString text = programName(rule.app);
    if (rule.startedBy.kind != api::AppIdentity::Kind::Any)
        text = Text::tr("%1 started by %2").arg(text, programName(rule.startedBy));
    return text;
}

QString idText(api::RuleId id) {
    return id == 0 ? u"-"_s : QString::number(id);
}

// What decided: "rule 12", else the reason's word.
QString decisionText(api::Reason reason, api::RuleId rule) {
    return rule == 0 ? api::toWord(reason) : Text::tr("rule %1").arg(rule);
}

QString shortTo(const api::Rule& rule) {
    return rule.remote.toString();
}

// By which address and interface of this machine.
QString hereText(const api::Rule& rule) {
    QStringList parts;
    if (rule.local)
        parts += rule.local->toString();
    if (!rule.interface.isEmpty())
        parts += rule.interface;
    return parts.isEmpty() ? u"any"_s : parts.join(u' ');
}

// The name before the number, where there is one.
QString toText(const api::Question& question) {
    const QString address = endpoint(question.remote, question.remotePort);
    return question.names.isEmpty() ? address : u"%1 (%2)"_s.arg(question.names.first(), address);
}

// "POST /upload, GET /"; a path that servers read in different ways is "?".
QString requestsText(const api::Question& question) {
    QStringList texts;
    for (const api::HttpAsked& request : question.requests)
        texts += request.method + u' ' + request.path.value_or(u"?"_s);
    return texts.join(u", "_s);
}

// "/usr/sbin/dhclient (pid 812, user 0): AF_PACKET"
QString holderText(const api::PacketHolder& holder) {
    QString text = Text::tr("%1 (pid %2, user %3): %4")
                       .arg(programName(holder.app), QString::number(holder.pid),
                            QString::number(holder.uid), api::toWord(holder.family));
    if (holder.processes > 1)
        text += u", "_s + Text::tr("%1 processes").arg(holder.processes);
    if (holder.elsewhere)
        text += u", "_s + Text::tr("in another network namespace");
    return text;
}

}  // namespace

QString programName(const api::AppIdentity& app) {
    using Kind = api::AppIdentity::Kind;
    switch (app.kind) {
        case Kind::Any:
        case Kind::Kernel:
        case Kind::Unknown:
            return api::toWord(app.kind);
        case Kind::Script:
            return Text::tr("%1 (run by %2)").arg(app.script, app.path);
        case Kind::Path:
            return app.path;
        case Kind::Foreign:
        case Kind::Memory:
            return u"%1 (%2)"_s.arg(app.path, api::toWord(app.kind));
    }
    return {};
}

QString endpoint(const api::Address& address, quint16 port) {
    const QString host = address.toString();
    if (port == 0)
        return host;
    return address.isV4() ? u"%1:%2"_s.arg(host, QString::number(port))
                          : u"[%1]:%2"_s.arg(host, QString::number(port));
}

QString remoteText(const api::Connection& connection) {
    if (connection.name.isEmpty())
        return endpoint(connection.remote, connection.remotePort);
    const QString port =
        connection.remotePort ? u':' + QString::number(connection.remotePort) : QString();
    return u"%1%2 (%3)"_s.arg(connection.name, port, connection.remote.toString());
}

QString waitText(qint64 ms) {
    return ms == 0 ? u"-"_s : Text::tr("%1 s").arg(QLocale().toString(double(ms) / 1000, 'f', 1));
}

QString timeText(qint64 unixMs) {
    return unixMs == 0 ? u"-"_s
                       : QDateTime::fromMSecsSinceEpoch(unixMs).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

QString bytesText(quint64 bytes) {
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1,
                                       QLocale::DataSizeTraditionalFormat);
}

QString modeText(const api::Status& status) {
    const QString word = api::toWord(status.mode);
    return status.modeUntilMs == 0
               ? word
               //: a mode's word on the command line ("learn"), and date and time of its end
               : Text::tr("%1 until %2, then ask").arg(word, timeText(status.modeUntilMs));
}

QString statusText(const api::Status& status, qint64 nowMs) {
    const qint64 pausedSeconds = (status.pausedUntilMs - nowMs + 999) / 1000;
    QList<QPair<QString, QString>> pairs{
        {Text::tr("Protecting"), !status.enforcing ? Text::tr("no")
                                 : status.wholeSystem
                                     ? Text::tr("yes, everything")
                                     : Text::tr("yes, what runs in %1").arg(status.cgroup)},
        {Text::tr("Mode"), modeText(status)},
        {Text::tr("Paused"),
         pausedSeconds > 0 ? Text::tr("for another %1 s").arg(pausedSeconds) : Text::tr("no")},
        {Text::tr("All blocked"), status.blockAll && pausedSeconds > 0
                                      //: whether everything is blocked
                                      ? Text::tr("when the pause is over")
                                      : yesNo(status.blockAll)},
        {Text::tr("Waiting"), QString::number(status.waiting)},
        {Text::tr("Missed"), QString::number(status.missed)},
        {Text::tr("Rules"), QString::number(status.rules)},
        {Text::tr("Connections"), QString::number(status.connections)},
        {Text::tr("Windows to ask in"), QString::number(status.agents)},
        {Text::tr("Reports lost"), QString::number(status.eventsLost)},
        {Text::tr("Packets not understood"), QString::number(status.packetsUnparsed)},
        {Text::tr("DNS answers nobody asked for"), QString::number(status.dnsUnasked)},
        {Text::tr("DNS answers not understood"), QString::number(status.dnsDamaged)},
        {Text::tr("Since"), timeText(status.startedMs)},
        {Text::tr("Version"), status.version},
    };
    pairs.append({Text::tr("Whole frames"), status.framesJudged
                                                ? Text::tr("stopped, unless a rule allows them")
                                                : Text::tr("not stopped, this kernel cannot")});
    for (const api::PacketHolder& holder : status.packetHolders)
        pairs.append({Text::tr("Past the firewall"), holderText(holder)});
    if (status.packetHoldersLeftOut > 0)
        pairs.append(
            {Text::tr("Past the firewall"), Text::tr("%1 more").arg(status.packetHoldersLeftOut)});
    if (!status.problem.isEmpty())
        pairs.prepend({Text::tr("Problem"), status.problem});
    return fields(pairs);
}

QString settingsText(const api::Settings& settings) {
    return fields({
        {Text::tr("Seconds to answer"), QString::number(settings.answerSeconds)},
        {Text::tr("With nobody to ask"), api::toWord(settings.nobodyToAsk)},
        {Text::tr("Days of history"), QString::number(settings.historyDays)},
        {Text::tr("Megabytes of history"), QString::number(settings.historyMegabytes)},
        {Text::tr("Password for answers for ever"), yesNo(settings.passwordForLasting)},
    });
}

QString rulesText(const QList<api::Rule>& rules) {
    Table table({Text::tr("RULE"), Text::tr("ON"), Text::tr("ACTION"), Text::tr("PROGRAM"),
                 Text::tr("WAY"), Text::tr("PROTOCOL"), Text::tr("TO"), Text::tr("PORT"),
                 Text::tr("LOCAL PORT"), Text::tr("HERE"), Text::tr("USER"), Text::tr("FOR"),
                 Text::tr("ORIGIN"), Text::tr("HITS"), Text::tr("NOTE")});
    for (const api::Rule& rule : rules) {
        table.add({QString::number(rule.id) + (rule.pinned ? u"*"_s : QString()),
                   yesNo(rule.enabled), actionText(rule), whoText(rule),
                   api::toWord(rule.direction), protocolText(rule), shortTo(rule),
                   rule.remotePorts.toString(), rule.localPorts.toString(), hereText(rule),
                   rule.user ? QString::number(*rule.user) : u"any"_s, lifetimeText(rule),
                   api::toWord(rule.origin), QString::number(rule.hits), rule.note});
    }
    return table.toString();
}

QString listsText(const QList<api::List>& lists) {
    Table table({Text::tr("LIST"), Text::tr("NAMES"), Text::tr("PREFIXES"), Text::tr("BAD LINES"),
                 Text::tr("UPDATED"), Text::tr("DAILY"), Text::tr("SOURCE"), Text::tr("TITLE"),
                 Text::tr("PROBLEM")});
    for (const api::List& list : lists) {
        table.add({list.name, QString::number(list.names), QString::number(list.prefixes),
                   QString::number(list.badLines), timeText(list.updatedMs), yesNo(list.daily),
                   list.source, list.title, list.problem});
    }
    return table.toString();
}

QString listReportText(const api::ListReport& report) {
    QString text =
        Text::tr("%1: names: %2, prefixes: %3, bad lines: %4")
            .arg(escaped(report.list.name), QString::number(report.list.names),
                 QString::number(report.list.prefixes), QString::number(report.list.badLines)) +
        u'\n';
    text += badLinesText(report.firstBad);
    const auto left = qint64(report.list.badLines) - report.firstBad.size();
    if (left > 0 && !report.firstBad.isEmpty())
        text += Text::tr("  and %1 more").arg(left) + u'\n';
    return text;
}

QString badLinesText(const QList<api::BadLine>& lines) {
    QString text;
    for (const api::BadLine& bad : lines)
        text += Text::tr("  line %1: %2").arg(QString::number(bad.number), harmless(bad.reason)) +
                u'\n';
    return text;
}

QString findingsText(const QList<api::ListFinding>& findings) {
    if (findings.isEmpty())
        return Text::tr("In no list.") + u'\n';
    Table table({Text::tr("LIST"), Text::tr("LINE"), Text::tr("ENTRY"), Text::tr("EXCEPTION")});
    for (const api::ListFinding& finding : findings)
        table.add(
            {finding.list, QString::number(finding.line), finding.entry, yesNo(finding.exception)});
    return table.toString();
}

QString questionsText(const QList<api::Question>& questions, qint64 nowMs) {
    Table table({Text::tr("QUESTION"), Text::tr("STATE"), Text::tr("PROGRAM"), Text::tr("PID"),
                 Text::tr("WAY"), Text::tr("PROTOCOL"), Text::tr("TO"), Text::tr("HTTP"),
                 Text::tr("WAITING"), Text::tr("COMMAND LINE")});
    for (const api::Question& question : questions) {
        const qint64 seconds = (question.deadlineMs - nowMs) / 1000;
        table.add({QString::number(question.id),
                   question.missed ? Text::tr("missed")
                                   : Text::tr("%1 s left").arg(std::max<qint64>(seconds, 0)),
                   programName(question.process.identity), QString::number(question.process.pid),
                   api::toWord(question.direction), api::protocolToWord(question.protocol),
                   toText(question), requestsText(question), QString::number(question.waiting),
                   question.process.commandLine.join(u' ')});
    }
    QString text = table.toString();
    for (const api::Question& question : questions) {
        if (!question.process.container.isEmpty())
            text += Text::tr("Question %1: the program runs in the container %2.")
                        .arg(question.id)
                        .arg(escaped(question.process.container)) +
                    u'\n';
        if (question.changedSinceMs != 0)
            text += Text::tr(
                        "Question %1: the program has changed: its file is not the one that "
                        "was allowed on %2.")
                        .arg(question.id)
                        .arg(QDateTime::fromMSecsSinceEpoch(question.changedSinceMs)
                                 .date()
                                 .toString(Qt::ISODate)) +
                    u'\n';
    }
    return text;
}

QString explanationText(const api::Explanation& explanation, qint64 nowMs) {
    QString text = u"%1: %2\n"_s.arg(api::toWord(explanation.state),
                                     decisionText(explanation.reason, explanation.rule));
    if (!explanation.names.isEmpty()) {
        Table names({Text::tr("NAME"), Text::tr("WHERE IT COMES FROM")});
        for (const api::ExplanationName& name : explanation.names)
            names.add({name.name, client::NameWords::origin(name, nowMs)});
        text += names.toString();
    }
    if (const QString lists = client::NameWords::address(explanation.lists); !lists.isEmpty())
        text += escaped(lists) + u'\n';
    if (explanation.steps.isEmpty())
        return text + Text::tr("No rule could apply.") + u'\n';
    Table table({Text::tr("RULE"), Text::tr("ACTION"), Text::tr("FITS"), Text::tr("PROGRAM"),
                 Text::tr("TO"), Text::tr("PORT"), Text::tr("WHY")});
    for (const api::ExplanationStep& step : explanation.steps) {
        table.add({idText(step.rule.id), actionText(step.rule),
                   step.decides ? Text::tr("decides") : yesNo(step.matches), whoText(step.rule),
                   shortTo(step.rule), step.rule.remotePorts.toString(), step.why});
    }
    return text + table.toString();
}

HistoryTable::HistoryTable()
    : table_({Text::tr("ENDED"), Text::tr("STATE"), Text::tr("DECIDED BY"), Text::tr("PROGRAM"),
              Text::tr("WAY"), Text::tr("PROTOCOL"), Text::tr("TO"), Text::tr("WAITED"),
              Text::tr("SENT"), Text::tr("RECEIVED")}) {}

void HistoryTable::add(const api::Connection& connection, const api::AppIdentity& app) {
    table_.add({timeText(connection.endedMs), api::toWord(connection.state),
                decisionText(connection.reason, connection.rule), programName(app),
                api::toWord(connection.direction), api::protocolToWord(connection.protocol),
                remoteText(connection), waitText(connection.heldMs), bytesText(connection.sent),
                bytesText(connection.received)});
}

QString totalsText(const QList<api::Totals>& totals) {
    Table table({Text::tr("PROGRAM"), Text::tr("TODAY"), Text::tr("BYTES"), Text::tr("7 DAYS"),
                 Text::tr("BYTES"), Text::tr("30 DAYS"), Text::tr("BYTES"), Text::tr("BLOCKED")});
    const auto bytes = [](const api::Sums& sums) { return bytesText(sums.sent + sums.received); };
    for (const api::Totals& one : totals) {
        table.add({programName(one.app), QString::number(one.today.connections), bytes(one.today),
                   QString::number(one.week.connections), bytes(one.week),
                   QString::number(one.month.connections), bytes(one.month),
                   QString::number(one.month.blocked)});
    }
    return table.toString();
}

QString connectionText(const api::Connection& connection, const api::AppIdentity& app) {
    const bool listens = connection.state == api::ConnectionState::Listening;
    const qint64 when = connection.endedMs != 0 ? connection.endedMs : connection.startedMs;
    QString text = u"%1  #%2  %3  %4  %5 %6 %7 %8"_s.arg(
        timeText(when), QString::number(connection.id),
        (connection.endedMs != 0 ? Text::tr("ended") : api::toWord(connection.state))
            .leftJustified(9),
        listens ? u"-"_s : decisionText(connection.reason, connection.rule), programName(app),
        connection.direction == api::Direction::Inbound ? u"<-"_s : u"->"_s,
        api::protocolToWord(connection.protocol),
        listens ? endpoint(connection.local, connection.localPort) : remoteText(connection));
    if (connection.heldMs != 0)
        text += u"  "_s + Text::tr("waited %1").arg(waitText(connection.heldMs));
    if (connection.endedMs != 0 && !listens)
        text += u"  "_s + Text::tr("%1 sent, %2 received")
                              .arg(bytesText(connection.sent), bytesText(connection.received));
    return escaped(text);
}

}  // namespace sallyport::cli
