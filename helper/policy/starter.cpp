// The starter rules as a table.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/starter.h"

namespace sallyport::policy {
namespace {

using api::AppIdentity;
using api::Direction;
using api::PortRange;
using api::Remote;
using api::Rule;

constexpr quint8 kIcmp = 1, kIgmp = 2, kTcp = 6, kUdp = 17, kIcmpV6 = 58;
constexpr PortRange kAnyPort;
constexpr quint32 kRoot = 0;

const char* const kAnyProgram = nullptr;
const char* const kResolved = "/usr/lib/systemd/systemd-resolved";
const char* const kAvahi = "/usr/sbin/avahi-daemon";

// Ports in host order. `path` is the program's file; kAnyProgram: every program.
struct Starter {
    const char* path;
    Direction direction;
    quint8 protocol;
    Remote::Kind remote;
    PortRange remotePorts;
    PortRange localPorts;
    const char* note;
};

constexpr PortRange port(quint16 number) {
    return {number, number};
}

// A reply to what is let out belongs to the same connection and needs no rule of its own. Servers
// that answer whoever asks (SSH, multicast DNS) do.
const Starter kStarters[] = {
    {kAnyProgram, Direction::Any, 0, Remote::Kind::ThisMachine, kAnyPort, kAnyPort,
     "Programs on this machine talk to each other (loopback)."},

    {kAnyProgram, Direction::Any, kUdp, Remote::Kind::Any, port(67), port(68),
     "DHCP: this machine asks the network for its IPv4 address."},
    {kAnyProgram, Direction::Any, kUdp, Remote::Kind::LocalNetwork, port(547), port(546),
     "DHCPv6: this machine asks the network for its IPv6 address."},
    {"/usr/lib/systemd/systemd-networkd", Direction::Any, kIcmpV6, Remote::Kind::LocalNetwork,
     kAnyPort, kAnyPort, "Network: systemd-networkd finds routers (ICMPv6)."},
    {"/usr/sbin/NetworkManager", Direction::Any, kIcmpV6, Remote::Kind::LocalNetwork, kAnyPort,
     kAnyPort, "Network: NetworkManager finds routers (ICMPv6)."},
    {"/usr/sbin/dhcpcd", Direction::Any, kIcmpV6, Remote::Kind::LocalNetwork, kAnyPort, kAnyPort,
     "Network: dhcpcd finds routers (ICMPv6)."},

    {kResolved, Direction::Outbound, kUdp, Remote::Kind::Any, port(53), kAnyPort,
     "DNS: systemd-resolved looks up names."},
    {kResolved, Direction::Outbound, kTcp, Remote::Kind::Any, port(53), kAnyPort,
     "DNS: systemd-resolved looks up names whose answers are long."},
    {kResolved, Direction::Outbound, kTcp, Remote::Kind::Any, port(853), kAnyPort,
     "DNS over TLS: systemd-resolved looks up names."},
    {kAnyProgram, Direction::Outbound, kUdp, Remote::Kind::LocalNetwork, port(53), kAnyPort,
     "DNS: programs ask the router or another resolver on the local network for names."},
    {kAnyProgram, Direction::Outbound, kTcp, Remote::Kind::LocalNetwork, port(53), kAnyPort,
     "DNS: the same for names whose answers are long."},

    {"/usr/lib/systemd/systemd-timesyncd", Direction::Outbound, kUdp, Remote::Kind::Any, port(123),
     kAnyPort, "Time: systemd-timesyncd sets the clock (NTP)."},
    {"/usr/sbin/chronyd", Direction::Outbound, kUdp, Remote::Kind::Any, port(123), kAnyPort,
     "Time: chrony sets the clock (NTP)."},
    {"/usr/sbin/ntpd", Direction::Outbound, kUdp, Remote::Kind::Any, port(123), kAnyPort,
     "Time: ntpd sets the clock (NTP)."},

    {kResolved, Direction::Any, kUdp, Remote::Kind::LocalNetwork, kAnyPort, port(5353),
     "Multicast DNS: systemd-resolved finds devices on the local network by name, and is found."},
    {kResolved, Direction::Any, kUdp, Remote::Kind::LocalNetwork, kAnyPort, port(5355),
     "LLMNR: systemd-resolved asks the local network for names, and is asked."},
    {kAvahi, Direction::Any, kUdp, Remote::Kind::LocalNetwork, kAnyPort, port(5353),
     "Multicast DNS: Avahi finds printers and other devices on the local network, and is found."},

    {"/usr/sbin/sshd", Direction::Inbound, kTcp, Remote::Kind::Any, kAnyPort, kAnyPort,
     "SSH: people log in to this machine, if its SSH server runs."},
    {"/usr/lib/openssh/sshd-session", Direction::Inbound, kTcp, Remote::Kind::Any, kAnyPort,
     kAnyPort, "SSH: the sessions of people who logged in to this machine (Debian, Ubuntu)."},
    {"/usr/libexec/openssh/sshd-session", Direction::Inbound, kTcp, Remote::Kind::Any, kAnyPort,
     kAnyPort, "SSH: the sessions of people who logged in to this machine (Fedora)."},
    {"/usr/lib/ssh/sshd-session", Direction::Inbound, kTcp, Remote::Kind::Any, kAnyPort, kAnyPort,
     "SSH: the sessions of people who logged in to this machine (Arch)."},
};

// For the user root alone. Who listens for another program is asked for, whoever serves then.
const Starter kListenerStarters[] = {
    {"/usr/lib/systemd/systemd", Direction::Inbound, kTcp, Remote::Kind::Any, kAnyPort, port(22),
     "SSH: systemd listens for the SSH server and starts it when somebody comes (ssh.socket)."},
};

const Starter kLaterStarters[] = {
    {kAnyProgram, Direction::Outbound, kUdp, Remote::Kind::Resolvers, port(53), kAnyPort,
     "DNS: programs ask the resolvers that this machine is told to ask (/etc/resolv.conf)."},
    {kAnyProgram, Direction::Outbound, kTcp, Remote::Kind::Resolvers, port(53), kAnyPort,
     "DNS: the same of those resolvers for names whose answers are long."},
    // Avahi sends from such an address where it has one, also to itself.
    {kAvahi, Direction::Inbound, kUdp, Remote::Kind::Any, port(5353), port(5353),
     "Multicast DNS: Avahi hears neighbours that send from an IPv6 address of the whole internet."},
    {kResolved, Direction::Inbound, kUdp, Remote::Kind::Any, port(5353), port(5353),
     "Multicast DNS: systemd-resolved hears such neighbours, too."},
};

// What distributions have set up besides. For a log-in page of the network each asks a server of
// its own (NetworkManager.conf(5), "connectivity"); the desktop says that there is no internet
// where nothing comes back. Ubuntu's chrony believes nobody without NTS (RFC 8915).
const Starter kSetUpStarters[] = {
    {"/usr/sbin/NetworkManager", Direction::Outbound, kTcp, Remote::Kind::Any, port(80), kAnyPort,
     "Network: NetworkManager finds out whether a log-in page is in the way (captive portal)."},
    {"/usr/sbin/chronyd", Direction::Outbound, kTcp, Remote::Kind::Any, port(4460), kAnyPort,
     "Time: chrony agrees on keys with the servers that it asks (NTS)."},
};

// Who finds the network before it has an address, or logs in to it, does so with whole frames.
struct FramesStarter {
    const char* path;
    const char* note;
};
const FramesStarter kFramesStarters[] = {
    {"/usr/sbin/NetworkManager", "DHCP: NetworkManager asks the network for its address (frames)."},
    {"/usr/lib/systemd/systemd-networkd",
     "DHCP: systemd-networkd asks the network for its address (frames)."},
    {"/usr/sbin/dhclient", "DHCP: dhclient asks the network for its address (frames)."},
    {"/usr/sbin/dhcpcd", "DHCP: dhcpcd asks the network for its address (frames)."},
    {"/usr/sbin/connmand", "DHCP: ConnMan asks the network for its address (frames)."},
    {"/usr/sbin/avahi-autoipd", "Network: Avahi chooses an address where none is given (frames)."},
    {"/usr/sbin/wpa_supplicant", "Network: wpa_supplicant logs in to Wi-Fi (frames)."},
    {"/usr/libexec/iwd", "Network: iwd logs in to Wi-Fi and asks for an address (frames)."},
    {"/usr/lib/iwd/iwd", "Network: iwd logs in to Wi-Fi and asks for an address (frames; Arch)."},
    {"/usr/sbin/pppd", "Network: pppd dials in through a DSL modem (PPPoE, frames)."},
};

// For its user alone: with other people's lists anything could be told to anybody.
constexpr const char* kFetcher = "/usr/bin/sallyportctl";
const Starter kListsStarters[] = {
    {kFetcher, Direction::Outbound, kTcp, Remote::Kind::Any, port(443), kAnyPort,
     "Lists: Sallyport fetches those that are refreshed every day."},
    {kFetcher, Direction::Outbound, kTcp, Remote::Kind::Any, port(80), kAnyPort,
     "Lists: the same, from addresses without encryption."},
};

// The Linux kernel's own sockets.
struct KernelStarter {
    quint8 protocol;
    const char* note;
};
const KernelStarter kKernelStarters[] = {
    {kIcmp, "The Linux kernel answers pings and reports unreachable addresses (ICMP)."},
    {kIcmpV6, "The Linux kernel finds neighbours and routers and answers pings (ICMPv6)."},
    {kIgmp, "The Linux kernel joins multicast groups (IGMP)."},
    {kTcp, "The Linux kernel's own TCP connections, such as network file systems."},
};

Rule starter(qint64 nowMs, const char* note) {
    Rule rule;
    rule.action = api::Action::Allow;
    rule.origin = api::Origin::Starter;
    rule.note = QString::fromLatin1(note);
    rule.createdMs = nowMs;
    return rule;
}

// Every place where the program's file may be. Arch, and Fedora since 42, have nothing in
// /usr/sbin.
QList<AppIdentity> programs(const char* path) {
    if (!path)
        return {AppIdentity{}};
    const QString place = QString::fromLatin1(path);
    QString merged = place;
    merged.replace(QStringLiteral("/usr/sbin/"), QStringLiteral("/usr/bin/"));
    QList<AppIdentity> all = {{AppIdentity::Kind::Path, place, {}}};
    if (merged != place)
        all.append({AppIdentity::Kind::Path, merged, {}});
    return all;
}

void append(QList<Rule>& rules, const Starter& line, qint64 nowMs) {
    for (const AppIdentity& program : programs(line.path)) {
        Rule rule = starter(nowMs, line.note);
        rule.app = program;
        rule.direction = line.direction;
        rule.protocol = line.protocol;
        rule.remote.kind = line.remote;
        rule.remotePorts = line.remotePorts;
        rule.localPorts = line.localPorts;
        rules.append(rule);
    }
}

// For the one user alone.
template <size_t Count>
void append(QList<Rule>& rules, const Starter (&lines)[Count], quint32 user, qint64 nowMs) {
    QList<Rule> own;
    for (const Starter& line : lines)
        append(own, line, nowMs);
    for (Rule& rule : own)
        rule.user = user;
    rules += own;
}

QList<Rule> firstRules(qint64 nowMs, std::optional<quint32> listsUser) {
    QList<Rule> rules;
    for (const Starter& line : kStarters)
        append(rules, line, nowMs);
    if (listsUser)
        append(rules, kListsStarters, *listsUser, nowMs);
    for (const KernelStarter& line : kKernelStarters) {
        Rule rule = starter(nowMs, line.note);
        rule.app.kind = AppIdentity::Kind::Kernel;
        rule.protocol = line.protocol;
        rules.append(rule);
    }
    return rules;
}

QList<Rule> framesRules(qint64 nowMs) {
    QList<Rule> rules;
    for (const FramesStarter& line : kFramesStarters)
        append(rules,
               {line.path, Direction::Outbound, api::kFrames, Remote::Kind::Any, kAnyPort, kAnyPort,
                line.note},
               nowMs);
    return rules;
}

}  // namespace

QList<Rule> starterRules(qint64 nowMs, std::optional<quint32> listsUser, int since) {
    QList<Rule> rules;
    if (since < 1)
        rules = firstRules(nowMs, listsUser);
    if (since < 2)
        rules += framesRules(nowMs);
    if (since < 3)
        append(rules, kListenerStarters, kRoot, nowMs);
    if (since < 4) {
        for (const Starter& line : kLaterStarters)
            append(rules, line, nowMs);
    }
    if (since < 5) {
        for (const Starter& line : kSetUpStarters)
            append(rules, line, nowMs);
    }
    return rules;
}

}  // namespace sallyport::policy
