// The contract's values in a person's words: see words.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/words.h"

#include <netdb.h>
#include <pwd.h>
#include <unistd.h>

#include <QDateTime>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHash>
#include <QLocale>
#include <QSet>
#include <array>
#include <vector>

#include "models/face.h"
#include "models/misfit.h"
#include "models/reasons.h"
#include "models/unsound.h"

namespace sallyport::models {

namespace {

constexpr quint8 kTcp = 6;
constexpr quint8 kUdp = 17;

// Read as a whole, in its own direction (FSI ... PDI).
QString together(const QString& text) {
    return QGuiApplication::isRightToLeft() ? QChar(0x2068) + text + QChar(0x2069) : text;
}

quint32 serviceKey(quint16 port, bool udp) {
    return (udp ? 1u << 16 : 0u) | port;
}

// The machine's own list (services(5)), read once. The first name of a port counts.
QHash<quint32, QString> readServices() {
    QHash<quint32, QString> names;
    setservent(1);
    while (const servent* entry = getservent()) {  // NOLINT(concurrency-mt-unsafe): once, at first
        const quint32 key = serviceKey(ntohs(quint16(entry->s_port)),
                                       QLatin1String(entry->s_proto) == QLatin1String("udp"));
        if (!names.contains(key))
            names.insert(key, QString::fromLocal8Bit(entry->s_name));
    }
    endservent();
    return names;
}

const QHash<quint32, QString>& services() {
    static const QHash<quint32, QString> names = readServices();
    return names;
}

QString orUnknown(const QString& text, const QString& otherwise) {
    return text.isEmpty() ? otherwise : text;
}

}  // namespace

Face plainFace(const api::AppIdentity& app) {
    using Kind = api::AppIdentity::Kind;
    switch (app.kind) {
        case Kind::Any:
            return {Words::tr("Any program"), Words::tr("every program"), {}};
        case Kind::Kernel:
            return {Words::tr("Linux kernel"), Words::tr("the system itself"), {}};
        case Kind::Unknown:
            return {Words::tr("Unknown program"), Words::tr("it could not be named"), {}};
        case Kind::Memory:
            return {Words::tr("Program in memory"),
                    orUnknown(app.path, Words::tr("it has no file")),
                    {}};
        case Kind::Script:
            return {QFileInfo(app.script).fileName(),
                    Words::tr("%1, run by %2", "script, interpreter").arg(app.script, app.path),
                    {}};
        case Kind::Path:
        case Kind::Foreign:
            break;
    }
    return {orUnknown(QFileInfo(app.path).fileName(), app.path), app.path, {}};
}

QString Words::action(api::Action action) {
    switch (action) {
        case api::Action::Allow:
            return tr("Allow");
        case api::Action::Audit:
            return tr("Audit", "what a rule does: let pass, record that it would be blocked");
        case api::Action::Block:
            break;
    }
    return tr("Block");
}

QString Words::state(api::ConnectionState state) {
    switch (state) {
        case api::ConnectionState::Allowed:
            return tr("Allowed");
        case api::ConnectionState::Blocked:
            return tr("Blocked");
        case api::ConnectionState::Held:
            return tr("Waiting");
        case api::ConnectionState::Undecided:
            return tr("Undecided", "let through by Learn, nobody decided");
        case api::ConnectionState::Audited:
            return tr("Audited", "let through, would have been blocked");
        case api::ConnectionState::Listening:
            return tr("Listening", "waits for others to connect");
    }
    return {};
}

QString Words::direction(api::Direction direction) {
    switch (direction) {
        case api::Direction::Outbound:
            return tr("out", "direction of a connection");
        case api::Direction::Inbound:
            return tr("in", "direction of a connection");
        case api::Direction::Any:
            break;
    }
    return tr("in or out");
}

QString Words::mode(api::Mode mode) {
    switch (mode) {
        case api::Mode::Ask:
            return tr("Ask", "mode");
        case api::Mode::Learn:
            return tr("Learn", "mode");
        case api::Mode::LockDown:
            return tr("Lock down", "mode");
        case api::Mode::Audit:
            return tr("Audit", "mode");
    }
    return {};
}

QString Words::origin(api::Origin origin) {
    switch (origin) {
        case api::Origin::Prompt:
            return tr("Your answer", "where a rule comes from");
        case api::Origin::User:
            return tr("You", "where a rule comes from");
        case api::Origin::Imported:
            return tr("Imported", "where a rule comes from");
        case api::Origin::Administrator:
            return tr("Administrator", "where a rule comes from");
        case api::Origin::Starter:
            return tr("Starter", "where a rule comes from");
    }
    return {};
}

QString Words::blockStyle(api::BlockStyle style) {
    switch (style) {
        case api::BlockStyle::Error:
            return tr("with an error");
        case api::BlockStyle::Refuse:
            return tr("as if refused by the other side");
        case api::BlockStyle::Silent:
            return tr("silently");
    }
    return {};
}

QString Words::lifetime(const api::Rule& rule) {
    switch (rule.lifetime) {
        case api::Lifetime::Connection:
            return tr("for this connection");
        case api::Lifetime::Process:
            return tr("until the program exits");
        case api::Lifetime::Timed:
            return tr("until %1").arg(moment(rule.expiresMs, QDateTime::currentMSecsSinceEpoch()));
        case api::Lifetime::UntilRestart:
            return tr("until restart");
        case api::Lifetime::Forever:
            break;
    }
    return tr("for ever");
}

QString Words::protocol(quint8 protocol) {
    switch (protocol) {
        case 0:
            return tr("any protocol");
        case 6:
            return QStringLiteral("TCP");
        case 17:
            return QStringLiteral("UDP");
        case 1:
            return QStringLiteral("ICMP");
        case 58:
            return QStringLiteral("ICMPv6");
        case 132:
            return QStringLiteral("SCTP");
        case 136:
            return QStringLiteral("UDP-Lite");
        case api::kFrames:
            return tr("whole frames", "of a network, below all protocols");
        default:
            return tr("protocol %1").arg(protocol);
    }
}

QString Words::service(quint16 port, quint8 protocol) {
    return services().value(serviceKey(port, protocol == kUdp));
}

QList<quint16> Words::portsOf(const QString& part) {
    QSet<quint16> ports;
    for (auto it = services().cbegin(); it != services().cend(); ++it) {
        if (it.value().contains(part, Qt::CaseInsensitive))
            ports.insert(quint16(it.key()));
    }
    return ports.values();
}

QString Words::port(quint16 port, quint8 protocol) {
    const QString name = service(port, protocol);
    return name.isEmpty() ? tr("port %1").arg(port)
                          : tr("%1 (%2)", "service, port").arg(name).arg(port);
}

QString Words::ports(const api::PortRange& range, quint8 protocol) {
    if (range.isAny())
        return tr("any port");
    if (range.width() == 1)
        return port(range.first, protocol == 0 ? kTcp : protocol);
    return tr("ports %1 to %2").arg(range.first).arg(range.last);
}

QString Words::remote(const api::Remote& remote) {
    switch (remote.kind) {
        case api::Remote::Kind::Any:
            return tr("any address");
        case api::Remote::Kind::LocalNetwork:
            return tr("the local network");
        case api::Remote::Kind::ThisMachine:
            return tr("this machine");
        case api::Remote::Kind::Resolvers:
            return tr("this machine's DNS servers");
        case api::Remote::Kind::Host:
            return host(remote.pattern);
        case api::Remote::Kind::List:
            return tr("what is in list %1").arg(remote.list);
        case api::Remote::Kind::Prefix:
            break;
    }
    return leftToRight(remote.prefix.toString());
}

QString Words::nameSource(api::NameSource source) {
    switch (source) {
        case api::NameSource::OwnAnswer:
            return tr("a DNS answer to this program");
        case api::NameSource::ServerName:
            return tr("what the program said to the server (TLS)");
        case api::NameSource::Quic:
            return tr("what the program said to the server (QUIC)");
        case api::NameSource::HttpHost:
            return tr("what the program said to the server (HTTP)");
        case api::NameSource::Resolver:
            return tr("a DNS answer, not known to whom");
        case api::NameSource::SystemdResolved:
            return tr("an answer of systemd-resolved, not known to whom");
        case api::NameSource::OtherAnswer:
            return tr("a DNS answer to another program");
        case api::NameSource::None:
            break;
    }
    return tr("not known", "where a name comes from");
}

QString Words::host(const api::HostPattern& pattern) {
    const QString name = leftToRight(pattern.name);
    switch (pattern.kind) {
        case api::HostPattern::Kind::Exact:
            break;
        case api::HostPattern::Kind::Below:
            return tr("everything below %1", "domain").arg(name);
        case api::HostPattern::Kind::Site:
            return tr("%1 and everything below it", "domain").arg(name);
    }
    return name;
}

QString Words::leftToRight(const QString& text) {
    return QGuiApplication::isRightToLeft() ? QChar(0x2066) + text + QChar(0x2069) : text;
}

QString Words::address(const api::Address& address) {
    return address.isUnspecified() ? tr("no address") : leftToRight(address.toString());
}

QString Words::user(quint32 uid) {
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> buffer(16384);
    if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return tr("user %1").arg(uid);
    return tr("%1 (%2)", "user name, number").arg(QString::fromLocal8Bit(entry.pw_name)).arg(uid);
}

QString Words::bytes(quint64 count) {
    return together(
        QLocale().formattedDataSize(qint64(count), 1, QLocale::DataSizeTraditionalFormat));
}

QString Words::rate(double bytesPerSecond) {
    if (bytesPerSecond < 1.0)
        return {};
    return together(tr("%1/s", "amount of data in a second").arg(bytes(quint64(bytesPerSecond))));
}

QString Words::moment(qint64 unixMs, qint64 nowMs) {
    if (unixMs == 0)
        return tr("never");
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(unixMs);
    const QLocale locale;
    const QString time = locale.toString(when.time(), QLocale::ShortFormat);
    if (when.date() == QDateTime::fromMSecsSinceEpoch(nowMs).date())
        return time;
    return tr("%1, %2", "date, time").arg(locale.toString(when.date(), QLocale::ShortFormat), time);
}

QString Words::longMoment() {
    const QDateTime when(QDate(2028, 12, 28), QTime(20, 48, 58));
    return moment(when.toMSecsSinceEpoch(), 0);
}

QString Words::endpoint(const api::Connection& connection) {
    const QString name = protocol(connection.protocol);
    if (connection.protocol == 1 || connection.protocol == 58)
        return tr("ping and control (%1)").arg(name);
    if (!api::protocolHasPorts(connection.protocol))
        return name;
    if (connection.state == api::ConnectionState::Listening)
        return tr("%1, %2", "port, protocol")
            .arg(port(connection.localPort, connection.protocol), name);
    if (connection.direction == api::Direction::Inbound)
        return tr("in, to %1, %2", "port, protocol")
            .arg(port(connection.localPort, connection.protocol), name);
    return tr("%1, %2", "port, protocol")
        .arg(port(connection.remotePort, connection.protocol), name);
}

QString Words::nameAndPlace(const QString& name, const QString& place) {
    return tr("%1 (%2)", "program, where it is").arg(name, leftToRight(place));
}

QStringList Words::here(const api::Rule& rule) {
    QStringList parts;
    if (rule.local)
        parts += tr("here at %1", "local address").arg(leftToRight(rule.local->toString()));
    if (!rule.interface.isEmpty())
        parts += tr("through %1", "network interface").arg(leftToRight(rule.interface));
    return parts;
}

QString Words::sentence(const api::Rule& rule, const QString& program) {
    if (rule.action == api::Action::Audit) {
        api::Rule block = rule;
        block.action = api::Action::Block;
        return tr("Let it pass, and record what this would stop: %1", "a rule's sentence")
            .arg(sentence(block, program));
    }
    const bool allow = rule.action == api::Action::Allow;
    if (rule.protocol == api::kFrames)
        return (allow ? tr("Allow %1 to send and receive whole network frames, %2",
                           "program, how long")
                      : tr("Block %1 from sending and receiving whole network frames, %2"))
            .arg(program, lifetime(rule));
    QString frame;
    switch (rule.direction) {
        case api::Direction::Outbound:
            frame =
                allow ? tr("Allow %1 to connect to %2, %3, %4", "program, address, port, how long")
                      : tr("Block %1 from connecting to %2, %3, %4");
            break;
        case api::Direction::Inbound:
            frame = allow ? tr("Allow %2 to connect to %1, %3, %4")
                          : tr("Block %2 from connecting to %1, %3, %4");
            break;
        case api::Direction::Any:
            frame = allow ? tr("Allow %1 and %2 to connect to each other, %3, %4")
                          : tr("Block %1 and %2 from connecting to each other, %3, %4");
            break;
    }
    QStringList ports;
    if (!rule.remotePorts.isAny())
        ports += Words::ports(rule.remotePorts, rule.protocol);
    if (!rule.localPorts.isAny())
        ports += tr("here on %1", "local port").arg(Words::ports(rule.localPorts, rule.protocol));
    ports += here(rule);
    if (!rule.http.isAny())
        ports += tr("asking for %1 in plain HTTP (TLS would hide it)", "GET /status")
                     .arg(leftToRight(rule.http.toString()));
    ports += limits(rule);
    if (rule.protocol != 0)
        ports += protocol(rule.protocol);
    if (ports.isEmpty())
        ports += tr("any port");
    return frame.arg(program, remote(rule.remote), ports.join(QStringLiteral(", ")),
                     lifetime(rule));
}

QString Words::tip(const QString& text) {
    return QStringLiteral("<p>%1</p>").arg(text.toHtmlEscaped());
}

QString Words::error(const api::Error& error) {
    switch (error.code) {
        case api::ErrorCode::Invalid:
            return tr("That was refused because it does not fit together: %1")
                .arg(reasonInWords(unsoundInWords(error.text)));
        case api::ErrorCode::NotFound:
            return tr("That is gone by now.");
        case api::ErrorCode::Denied:
            return tr("You are not allowed to do that, or it was not confirmed.");
        case api::ErrorCode::NoAgent:
            return tr(
                "That needs a password, and nothing in this session asks for one: no polkit "
                "agent is running. Nothing was changed.");
        case api::ErrorCode::NoAuthority:
            return tr(
                "The authorization service, polkit, does not answer: nobody could say whether you "
                "may do that. Nothing was changed.");
        case api::ErrorCode::Unavailable:
            return tr("The firewall service does not answer. Nothing was changed.");
        case api::ErrorCode::Conflict:
            return tr("Somebody else was faster: %1").arg(reasonInWords(error.text));
        case api::ErrorCode::Unsupported:
            return tr("This system cannot do that: %1").arg(reasonInWords(error.text));
        case api::ErrorCode::Failed:
            break;
    }
    return tr("That did not work: %1").arg(reasonInWords(error.text));
}

QString Words::withheld(const api::Error& error) {
    switch (error.code) {
        case api::ErrorCode::NoAuthority:
            return tr(
                "The authorization service, polkit, does not answer, so you can see and change "
                "nothing here and are not asked. The rules go on being enforced. An administrator "
                "can start polkit again: sudo systemctl restart polkit. The window comes back by "
                "itself.");
        case api::ErrorCode::Denied:
            return tr(
                "You are not allowed to see what the firewall does. Its rules go on being "
                "enforced. An administrator can allow it in polkit: org.sallyport.monitor.");
        default:
            return Words::error(error);
    }
}

QString Words::step(const api::ExplanationStep& step) {
    if (step.decides && step.why.endsWith(api::kUnclearName))
        return tr("This one decides: the name that the program says cannot be read.");
    if (step.decides)
        return step.name.isEmpty() ? tr("This one decides.")
                                   : tr("This one decides, by the name %1.").arg(step.name);
    if (step.matches)
        return tr("Fits too, but comes later.");
    return step.why.isEmpty() ? tr("Does not fit.")
                              : tr("Does not fit: %1").arg(misfitInWords(step.why));
}

}  // namespace sallyport::models
