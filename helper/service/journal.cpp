// Entries in journald's own protocol, through libsystemd: see systemd.journal-fields(7).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/journal.h"

#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include <vector>

namespace sallyport::service {
namespace {

constexpr qint64 kMinuteMs = 60'000;
constexpr api::RuleId kOtherRules = 0;

QByteArray field(const char* name, const QString& value) {
    return name + QByteArray(1, '=') + value.toUtf8();
}

QByteArray field(const char* name, qint64 value) {
    return name + QByteArray(1, '=') + QByteArray::number(value);
}

// One line, whatever a program calls itself.
QString line(QString text) {
    for (QChar& c : text) {
        if (c.category() == QChar::Other_Control || c.category() == QChar::Separator_Line ||
            c.category() == QChar::Separator_Paragraph)
            c = u'?';
    }
    return text;
}

QString nameOf(const api::AppIdentity& app) {
    if (!app.script.isEmpty())
        return app.script;
    return app.path.isEmpty() ? api::toWord(app.kind) : app.path;
}

// Of this machine's two ports and the other's, the one that says what for.
quint16 portOf(const api::Connection& c) {
    return c.direction == api::Direction::Inbound ? c.localPort : c.remotePort;
}

QString messageOf(const api::Connection& c, const api::Process& process) {
    const QString address = c.remote.toString();
    const QString remote =
        c.name.isEmpty() ? address : QStringLiteral("%1 (%2)").arg(c.name, address);
    const bool in = c.direction == api::Direction::Inbound;
    const QString state = c.state == api::ConnectionState::Audited
                              ? QStringLiteral("audited, would be blocked")
                              : api::toWord(c.state);
    return line(QStringLiteral("%1 by rule %2: %3 (pid %4) %5 %6, %7 port %8")
                    .arg(state, QString::number(c.rule), nameOf(process.identity),
                         QString::number(c.pid), in ? QStringLiteral("from") : QStringLiteral("to"),
                         remote, api::protocolToWord(c.protocol), QString::number(portOf(c))));
}

QList<QByteArray> fieldsOf(const api::Connection& c, const api::Process& process) {
    QList<QByteArray> fields{
        field("MESSAGE", messageOf(c, process)),
        field("MESSAGE_ID", QString::fromLatin1(kDecidedId)),
        field("PRIORITY", 6),  // LOG_INFO
        field("SYSLOG_IDENTIFIER", QStringLiteral("sallyportd")),
        field("SALLYPORT_PROGRAM", nameOf(process.identity)),
        field("SALLYPORT_RULE", c.rule),
        field("SALLYPORT_VERDICT", api::toWord(c.state)),
        field("SALLYPORT_DIRECTION", api::toWord(c.direction)),
        field("SALLYPORT_PROTOCOL", api::protocolToWord(c.protocol)),
        field("SALLYPORT_REMOTE_ADDRESS", c.remote.toString()),
        field("SALLYPORT_PORT", portOf(c)),
        field("SALLYPORT_PID", c.pid),
        field("SALLYPORT_UID", c.uid),
    };
    if (!c.name.isEmpty())
        fields.append(field("SALLYPORT_REMOTE_NAME", c.name));
    return fields;
}

QList<QByteArray> leftOutFields(api::RuleId rule, quint64 count) {
    const QString whose =
        rule == kOtherRules ? QStringLiteral("other rules") : QStringLiteral("rule %1").arg(rule);
    QList<QByteArray> fields{
        field("MESSAGE", QStringLiteral("%1 decided about %2 more connections in this minute")
                             .arg(whose)
                             .arg(count)),
        field("MESSAGE_ID", QString::fromLatin1(kLeftOutId)),
        field("PRIORITY", 5),  // LOG_NOTICE
        field("SYSLOG_IDENTIFIER", QStringLiteral("sallyportd")),
        field("SALLYPORT_LEFT_OUT", QString::number(count)),
    };
    if (rule != kOtherRules)
        fields.append(field("SALLYPORT_RULE", rule));
    return fields;
}

}  // namespace

Journal::Journal(const engine::Clock& clock, Send send) : clock_(clock), send_(std::move(send)) {
    timer_.setSingleShot(true);
    QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] { endMinute(); });
}

void Journal::decided(const api::Connection& connection, const api::Process& process) {
    const qint64 age = clock_.nowMs() - minuteMs_;
    if (age < 0 || age >= kMinuteMs) {  // below 0: the clock was set back
        endMinute();
        minuteMs_ = clock_.nowMs();
    }
    if (mayWrite(connection.rule))
        send_(fieldsOf(connection, process));
}

bool Journal::mayWrite(api::RuleId rule) {
    if (written_ < kMostOfAll && writtenOf_.value(rule) < kMostOfARule) {
        ++written_;
        ++writtenOf_[rule];
        return true;
    }
    const bool known = leftOut_.contains(rule) || leftOut_.size() < kMostRules;
    ++leftOut_[known ? rule : kOtherRules];
    if (!timer_.isActive())
        timer_.start(static_cast<int>(kMinuteMs));
    return false;
}

void Journal::endMinute() {
    timer_.stop();
    for (auto left = leftOut_.cbegin(); left != leftOut_.cend(); ++left)
        send_(leftOutFields(left.key(), left.value()));
    leftOut_.clear();
    writtenOf_.clear();
    written_ = 0;
}

// The journal may be away, as early at boot: then there is nobody to tell.
void Journal::toSystem(const QList<QByteArray>& fields) {
    std::vector<iovec> parts;
    parts.reserve(static_cast<size_t>(fields.size()));
    for (const QByteArray& one : fields)
        parts.push_back({const_cast<char*>(one.constData()), static_cast<size_t>(one.size())});
    (void)sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

}  // namespace sallyport::service
