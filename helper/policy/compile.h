// Rules to kernel tables.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <functional>

#include "api/rule.h"
#include "api/status.h"
#include "policy/table.h"

namespace sallyport::policy {

// What besides the rules goes into a table.
struct Circumstances {
    api::Mode mode = api::Mode::Ask;
    bool blockAll = false;
    quint64 pausedUntilNs = 0;        // CLOCK_BOOTTIME; 0: not paused
    QList<api::Address> resolvers{};  // what api::Remote::Kind::Resolvers stands for
    // What api::Remote::Kind::LocalNetwork stands for besides localNetworks(), none in it.
    QList<api::Cidr> localNetworks{};
};

// Who gives the numbers that stand in a table.
struct Numbering {
    // Of an application, made when it is new. Never 0. Not asked about the Linux kernel, which is
    // always SP_APP_KERNEL.
    std::function<AppNumber(const api::AppIdentity&)> app;
    // Of a pattern of host names, made when it is new. Never 0. See PatternNumbers.
    std::function<PatternNumber(const api::HostPattern&)> pattern;
    // Of a network interface; 0: there is none of that name now.
    std::function<quint32(const QString&)> interface;
    // Of a list, 1 to SP_LISTS; 0: there is none of that name, and its rules fit nothing.
    std::function<PatternNumber(const QString&)> list = [](const QString&) { return 0u; };
    // Whether the list of that number has names, and not prefixes alone.
    std::function<bool(PatternNumber)> hasNames = [](PatternNumber) { return true; };
    // Of the count of a rule's quota in the period that runs.
    std::function<quint64(const api::Rule&)> count = [](const api::Rule&) { return 0u; };
    // What besides `app` stands for the application while its file has this content, or, of an
    // empty one, any.
    std::function<QList<AppNumber>(const api::AppIdentity&, const QString& sha256)> contents =
        [](const api::AppIdentity&, const QString&) { return QList<AppNumber>(); };
};

// Disabled and expired (at nowMs) rules are left out, and those that ask when their quota is used
// up, as it is. Others whose quota is used up block in their place.
// A rule for the local network, this machine or the resolvers becomes several lines with one id,
// and no line where there are no resolvers. Fails with
// Invalid when there are more than SP_MAX_RULES lines or an id above kMaxRuleId; numbers may have
// been given then.
api::Result<Table> compile(const QList<api::Rule>& rules, const Circumstances& now,
                           const Numbering& numbering, qint64 nowMs);

// Timed and its time is up.
bool expired(const api::Rule& rule, qint64 nowMs);

// Asks now, as if it were not there: its quota is used up.
bool stepsAside(const api::Rule& rule);
// What the rule does now: as it says, or blocks because its quota is used up.
api::Action actionOf(const api::Rule& rule);

// What a rule or an answer of this action stands for in the kernel.
sp_verdict verdictOf(api::Action action, api::BlockStyle style);

// The address ranges that "local network" always and "this machine" stand for: private, link-local
// and multicast addresses and the broadcast address; 127.0.0.0/8 and ::1.
const QList<api::Cidr>& localNetworks();
const QList<api::Cidr>& thisMachine();

// A kernel address from and to the contract's; both are network order, IPv4 mapped.
sp_addr toKernel(const api::Address& address);
api::Address fromKernel(const sp_addr& address);

}  // namespace sallyport::policy
