// The contract's values in a person's words.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

#include "api/connection.h"
#include "api/question.h"
#include "api/result.h"
#include "api/rule.h"
#include "api/status.h"

namespace sallyport::models {

class Words {
    Q_DECLARE_TR_FUNCTIONS(Words)
  public:
    static QString action(api::Action action);
    static QString state(api::ConnectionState state);
    static QString direction(api::Direction direction);
    static QString mode(api::Mode mode);
    // When something of this or next year ends: "14:05" today, else "Thursday, 3 December".
    static QString end(qint64 unixMs, qint64 nowMs);
    struct Pause {
        quint32 seconds = 0;
        QString text;  // for a menu: with its key
    };
    // What is offered, the shortest first; the last is the longest that the helper takes.
    static QList<Pause> pauses();
    static QString origin(api::Origin origin);
    static QString blockStyle(api::BlockStyle style);
    static QString lifetime(const api::Rule& rule);

    // An address or amount, read so also in the midst of Arabic (LRI ... PDI, UAX #9).
    static QString leftToRight(const QString& text);
    static QString protocol(quint8 protocol);               // "TCP"
    static QString service(quint16 port, quint8 protocol);  // "https"; empty when it has no name
    static QList<quint16> portsOf(const QString& part);     // services with this in their name
    static QString port(quint16 port, quint8 protocol);     // "https (443)", "port 8080"
    static QString ports(const api::PortRange& range, quint8 protocol);
    static QString remote(const api::Remote& remote);
    static QString nameSource(api::NameSource source);  // "a DNS answer to this program"
    static QString host(const api::HostPattern& pattern);
    static QString address(const api::Address& address);
    static QString user(quint32 uid);  // "ada (1000)"

    static QString bytes(quint64 count);
    static QString rate(double bytesPerSecond);          // empty when nothing moves
    static QString moment(qint64 unixMs, qint64 nowMs);  // "10:42", with the day when not today
    static QString longMoment();                         // how long that may get

    // Why a connection is in its state: "Rule 12", "waiting for an answer" ...
    static QString decided(api::Reason reason, api::RuleId rule, api::ConnectionState state);
    static QStringList decisions();  // whatever that may say
    // "https (443), TCP", "ping (ICMP)": what makes a connection differ from others to its remote.
    static QString endpoint(const api::Connection& connection);
    // The name of a program that shares it with another, and where the program is.
    static QString nameAndPlace(const QString& name, const QString& place);
    // "here at 10.0.0.1", "through wg0": what a rule says of this machine's end, but for ports.
    static QStringList here(const api::Rule& rule);
    // "at most 1 MB/s down": how fast, and how much; may be none.
    static QStringList limits(const api::Rule& rule);
    static QString period(api::Period period);
    static QString whenUsedUp(api::WhenUsedUp then);
    // "1.2 GB of 5 GB this month"
    static QString used(const api::Quota& quota);
    // One sentence, with the program called `program`.
    static QString sentence(const api::Rule& rule, const QString& program);
    // `program` stands isolated in it: "dhclient (pid 812) can send and read network frames past
    // the firewall (AF_PACKET)."
    static QString packetHolder(const api::PacketHolder& holder, const QString& program);
    // Tool tips guess whether they hold markup: this one never does.
    static QString tip(const QString& text);
    // Why something did not happen.
    static QString error(const api::Error& error);
    // Why the window shows nothing of now although the helper is there:
    // client::Firewall::withheld().
    static QString withheld(const api::Error& error);
    // A rule's own reasons why it does not fit an attempt are English; the frame is not.
    static QString step(const api::ExplanationStep& step);
};

}  // namespace sallyport::models
