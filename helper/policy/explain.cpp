// The slow and obvious reading of rules, with words for every step.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/explain.h"

#include <QLocale>
#include <algorithm>

#include "api/rate.h"
#include "policy/precedence.h"

namespace sallyport::policy {
namespace {

using api::AppIdentity;
using api::Attempt;
using api::ConnectionState;
using api::Explanation;
using api::Reason;
using api::Remote;
using api::Rule;

QString nameOf(const AppIdentity& app) {
    if (!app.script.isEmpty())
        return app.script;
    return app.path.isEmpty() ? api::toWord(app.kind) : app.path;
}

// The best name that the pattern matches; empty: none, and no name is kept of this machine.
QString nameThatFits(const Remote& remote, const Attempt& attempt) {
    if (remote.kind != Remote::Kind::Host || attempt.remote.isLoopback())
        return {};
    const auto name = std::find_if(attempt.names.begin(), attempt.names.end(),
                                   [&](const QString& one) { return remote.pattern.matches(one); });
    return name == attempt.names.end() ? QString() : *name;
}

bool inRemote(const Remote& remote, const Attempt& attempt) {
    const api::Address& address = attempt.remote;
    const auto holds = [&](const api::Cidr& prefix) { return prefix.contains(address); };
    switch (remote.kind) {
        case Remote::Kind::Any:
            return true;
        case Remote::Kind::Prefix:
            return holds(remote.prefix);
        case Remote::Kind::LocalNetwork:
            return attempt.neighbour ||
                   std::any_of(localNetworks().begin(), localNetworks().end(), holds);
        case Remote::Kind::ThisMachine:
            return std::any_of(thisMachine().begin(), thisMachine().end(), holds);
        case Remote::Kind::Resolvers:
            return attempt.resolver;
        case Remote::Kind::Host:
            return !nameThatFits(remote, attempt).isEmpty();
        case Remote::Kind::List:  // see listMisfit()
            break;
    }
    return true;
}

// Why the remote is not in the list; empty when it is.
QString listMisfit(const QString& list, const Attempt& attempt, const Listing& listing) {
    if (!listing.exists)
        return QStringLiteral("there is no list %1").arg(list);
    if (attempt.remote.isLoopback())
        return QStringLiteral("this machine is in no list");
    if (listing.listed)
        return {};
    const QString address = attempt.remote.toString();
    if (!listing.why.isEmpty())
        return QStringLiteral("remote %1 is not in list %2: %3").arg(address, list, listing.why);
    if (attempt.names.isEmpty())
        return QStringLiteral("remote %1, of which no name is known, is not in list %2")
            .arg(address, list);
    return QStringLiteral("neither remote %1 nor its names %2 are in list %3")
        .arg(address, attempt.names.join(QLatin1String(", ")), list);
}

bool mayBeSaid(const Remote& remote, const Attempt& attempt) {
    const bool asks = remote.kind == Remote::Kind::Host || remote.kind == Remote::Kind::List;
    return asks && (attempt.names.isEmpty() || attempt.hearsay) && !attempt.nameless &&
           !attempt.remote.isLoopback() &&
           saysName(attempt.direction, attempt.protocol, attempt.remotePort);
}

// It fits by a name that does not let it go before the program has said whom it means.
bool hangsOnHearsay(const Rule& rule, const Attempt& attempt, const Listing& listing,
                    const Lists& lists) {
    if (!listing.listed || !attempt.hearsay || actionOf(rule) == api::Action::Block ||
        !mayBeSaid(rule.remote, attempt))
        return false;
    Attempt nameless = attempt;
    nameless.names.clear();
    return rule.remote.kind == Remote::Kind::Host || !lists(rule.remote.list, nameless).listed;
}

// It says a name that cannot be read, and so is stopped where one may be.
bool mayBeMeant(const Rule& rule, const Attempt& attempt) {
    const Remote::Kind kind = rule.remote.kind;
    return attempt.unclear && actionOf(rule) == api::Action::Block &&
           (kind == Remote::Kind::Host || kind == Remote::Kind::List) &&
           !attempt.remote.isLoopback();
}

QString remoteMisfit(const Remote& remote, const Attempt& attempt) {
    const QString address = attempt.remote.toString();
    if (remote.kind != Remote::Kind::Host)
        return QStringLiteral("remote %1 is not in %2").arg(address, remote.toString());
    if (attempt.names.isEmpty() || attempt.remote.isLoopback())
        return QStringLiteral("no name of remote %1 is known, so not %2")
            .arg(address, remote.toString());
    return QStringLiteral("remote %1 is known as %2, which is not %3")
        .arg(address, attempt.names.join(QLatin1String(", ")), remote.toString());
}

// What of the ports does not fit; empty when they do.
QString portsMisfit(const char* side, const api::PortRange& wanted, quint8 protocol, quint16 port) {
    if (wanted.isAny())
        return {};
    if (!api::protocolHasPorts(protocol))
        return QStringLiteral("protocol %1 has no ports").arg(api::protocolToWord(protocol));
    if (wanted.contains(port))
        return {};
    return QStringLiteral("%1 port %2 is not in %3")
        .arg(QString::fromLatin1(side))
        .arg(port)
        .arg(wanted.toString());
}

// What of the local address and the interface does not fit; empty when they do or are not known.
QString localMisfit(const Rule& rule, const Attempt& attempt) {
    if (attempt.protocol == api::kFrames && (rule.local || !rule.interface.isEmpty()))
        return QStringLiteral("frames have no local address and no interface");
    if (rule.local && attempt.local && !rule.local->contains(*attempt.local))
        return QStringLiteral("local address %1 is not in %2")
            .arg(attempt.local->toString(), rule.local->toString());
    if (!rule.interface.isEmpty() && !attempt.interface.isEmpty() &&
        rule.interface != attempt.interface)
        return QStringLiteral("interface %1 is not %2").arg(attempt.interface, rule.interface);
    return {};
}

QString notSaidYet(const Attempt& attempt) {
    const QString address = attempt.remote.toString();
    if (attempt.names.isEmpty())
        return QStringLiteral("no name of remote %1 is known before the program says one")
            .arg(address);
    return QStringLiteral(
               "somebody was told that remote %1 is %2, and the program has not said yet whom it "
               "means")
        .arg(address, attempt.names.join(QLatin1String(", ")));
}

bool hangsOnName(const Rule& rule, const Attempt& attempt, const Listing& listing,
                 const Lists& lists) {
    return (listing.hasNames && !listing.listed && mayBeSaid(rule.remote, attempt)) ||
           hangsOnHearsay(rule, attempt, listing, lists);
}

// On what besides a name that is not known all hangs, of a rule that would fit; empty when on
// nothing.
QString unknownOf(const Rule& rule, const Attempt& attempt) {
    if (rule.startedBy.kind != AppIdentity::Kind::Any &&
        attempt.startedBy.kind == AppIdentity::Kind::Any)
        return QStringLiteral("it is not known who started the program");
    if (fitOf(rule.http, attempt.http) == api::HttpFit::Unsaid)
        return QStringLiteral("it has not said yet what it asks for over HTTP");
    if (rule.local && !attempt.local)
        return QStringLiteral("its local address is not known");
    if (!rule.interface.isEmpty() && attempt.interface.isEmpty())
        return QStringLiteral("it is not known which interface it uses");
    return {};
}

// What of the connection does not fit; empty when all of it does.
QString connectionMisfit(const Rule& rule, const Attempt& attempt) {
    if (rule.direction != api::Direction::Any && rule.direction != attempt.direction)
        return QStringLiteral("it is for the other direction");
    if (rule.protocol != 0 && rule.protocol != attempt.protocol)
        return QStringLiteral("protocol %1 is not %2")
            .arg(api::protocolToWord(attempt.protocol), api::protocolToWord(rule.protocol));
    if (!inRemote(rule.remote, attempt) && !mayBeSaid(rule.remote, attempt) &&
        !mayBeMeant(rule, attempt))
        return remoteMisfit(rule.remote, attempt);
    QString remote = portsMisfit("remote", rule.remotePorts, attempt.protocol, attempt.remotePort);
    if (!remote.isEmpty())
        return remote;
    QString local = portsMisfit("local", rule.localPorts, attempt.protocol, attempt.localPort);
    if (!local.isEmpty())
        return local;
    return localMisfit(rule, attempt);
}

// What of the request does not fit; empty when all of it does, or it is not known yet.
QString requestMisfit(const Rule& rule, const Attempt& attempt) {
    switch (fitOf(rule.http, attempt.http)) {
        case api::HttpFit::Yes:
        case api::HttpFit::Unsaid:
            return {};
        case api::HttpFit::Unclear:
            if (rule.action == api::Action::Block)
                return {};
            return QStringLiteral("servers would read its HTTP request in different ways");
        case api::HttpFit::No:
            break;
    }
    if (attempt.http.state == api::HttpAsked::State::Hidden)
        return QStringLiteral("it does not speak plain HTTP");
    return QStringLiteral("it asks for %1 %2, not for %3")
        .arg(attempt.http.method, attempt.http.path.value_or(QString()), rule.http.toString());
}

// What of the program does not fit; empty when all of it does. Leaves out who started it.
QString programMisfit(const Rule& rule, const Attempt& attempt) {
    if (rule.app.kind != AppIdentity::Kind::Any && rule.app != attempt.app)
        return QStringLiteral("it is for %1").arg(nameOf(rule.app));
    if (!rule.sha256.isEmpty() && !attempt.sha256.isEmpty() && rule.sha256 != attempt.sha256)
        return QStringLiteral("the program's file has changed since the rule was made");
    if (rule.user && *rule.user != attempt.uid)
        return QStringLiteral("user %1 is not %2").arg(attempt.uid).arg(*rule.user);
    if (rule.process != 0 && rule.process != attempt.process)
        return QStringLiteral("it is for another process of the program");
    return {};
}

bool couldApply(const Rule& rule, const Attempt& attempt, qint64 nowMs) {
    return rule.enabled && !expired(rule, nowMs) &&
           (rule.app.kind == AppIdentity::Kind::Any || rule.app == attempt.app);
}

// What goes before all rules, or nothing.
std::optional<Explanation> beforeRules(const Circumstances& now, const Attempt& attempt,
                                       quint64 nowNs) {
    if (nowNs < now.pausedUntilNs)
        return Explanation{ConnectionState::Allowed, Reason::Paused, 0, {}};
    if (now.blockAll && !attempt.remote.isLoopback())
        return Explanation{ConnectionState::Blocked, Reason::BlockAll, 0, {}};
    if (attempt.app.kind == AppIdentity::Kind::Any)
        return Explanation{ConnectionState::Held, Reason::Waiting, 0, {}};
    return std::nullopt;
}

Explanation byMode(api::Mode mode) {
    switch (mode) {
        case api::Mode::Ask:
            return {ConnectionState::Held, Reason::Mode, 0, {}};
        case api::Mode::Learn:
            return {ConnectionState::Undecided, Reason::Mode, 0, {}};
        case api::Mode::Audit:
            return {ConnectionState::Audited, Reason::Mode, 0, {}};
        case api::Mode::LockDown:
            break;
    }
    return {ConnectionState::Blocked, Reason::Mode, 0, {}};
}

ConnectionState stateBy(api::Action action) {
    switch (action) {
        case api::Action::Allow:
            return ConnectionState::Allowed;
        case api::Action::Audit:
            return ConnectionState::Audited;
        case api::Action::Block:
            break;
    }
    return ConnectionState::Blocked;
}

// How much of the rule's quota is used; empty: it has none.
QString quotaWords(const api::Quota& quota, qint64 nowMs) {
    if (quota.isNone())
        return {};
    return (quota.isUsedUp() ? QStringLiteral("its quota is used up: %1 of %2 this %3, until %4")
                             : QStringLiteral("of its quota %1 of %2 are used this %3, until %4"))
        .arg(QLocale::c().formattedDataSize(qint64(quota.used), 1, QLocale::DataSizeSIFormat),
             api::sizeToText(quota.bytes), api::toWord(quota.period),
             api::periodEnd(quota.period, nowMs).toString(Qt::ISODate));
}

struct Candidate {
    Rule rule;
    Fit how;
    bool counts() const { return (how.fits || how.unknown) && !stepsAside(rule); }
    bool blocks() const { return actionOf(rule) == api::Action::Block; }
};

Explanation byRule(const Candidate& first) {
    if (first.how.unknown)
        return {ConnectionState::Held, Reason::Waiting, 0, {}};
    return {stateBy(actionOf(first.rule)), Reason::Rule, first.rule.id, {}};
}

// What decides, or on what that is not known all hangs; null: the mode does. Where it is blocked
// without the name that the program has not said yet, only what may let go hangs on that.
const Candidate* firstOf(const QList<Candidate>& candidates, api::Mode mode) {
    const auto end = candidates.cend();
    const auto counts = [](const Candidate& one) { return one.counts(); };
    const auto without = std::find_if(candidates.cbegin(), end, [](const Candidate& one) {
        return one.counts() && !one.how.unsaid;
    });
    const bool blocked =
        without == end ? mode == api::Mode::LockDown : without->how.fits && without->blocks();
    const bool hangs = std::any_of(candidates.cbegin(), without, [&](const Candidate& one) {
        return one.counts() && !(blocked && one.blocks());
    });
    const auto first = hangs ? std::find_if(candidates.cbegin(), end, counts) : without;
    return first == end ? nullptr : &*first;
}

QString overruled(Reason reason) {
    switch (reason) {
        case Reason::Paused:
            return QStringLiteral("it fits, but the firewall is paused");
        case Reason::BlockAll:
            return QStringLiteral("it fits, but everything is blocked now");
        default:
            return QStringLiteral("it fits, but the program is not identified yet");
    }
}

}  // namespace

Listing noLists(const QString& /*list*/, const Attempt& /*attempt*/) {
    return {};
}

Fit fit(const Rule& rule, const Attempt& attempt, const Lists& lists) {
    QString misfit = connectionMisfit(rule, attempt);
    // As if names were a list.
    Listing listing{
        true, inRemote(rule.remote, attempt), true, {}, nameThatFits(rule.remote, attempt)};
    if (!listing.name.isEmpty())
        listing.why = QStringLiteral("it goes by the name %1").arg(listing.name);
    if (misfit.isEmpty() && rule.remote.kind == Remote::Kind::List) {
        listing = lists(rule.remote.list, attempt);
        if (!(listing.exists && listing.hasNames &&
              (mayBeSaid(rule.remote, attempt) || mayBeMeant(rule, attempt))))
            misfit = listMisfit(rule.remote.list, attempt, listing);
    }
    if (misfit.isEmpty())
        misfit = programMisfit(rule, attempt);
    if (misfit.isEmpty())
        misfit = requestMisfit(rule, attempt);
    if (!misfit.isEmpty())
        return {false, false, false, misfit};
    const bool starterKnown = attempt.startedBy.kind != AppIdentity::Kind::Any;
    if (rule.startedBy.kind != AppIdentity::Kind::Any && starterKnown &&
        rule.startedBy != attempt.startedBy)
        return {false, false, false,
                QStringLiteral("%1 started it, not %2")
                    .arg(nameOf(attempt.startedBy), nameOf(rule.startedBy))};
    const bool unsaid = hangsOnName(rule, attempt, listing, lists);
    QString unknown = unknownOf(rule, attempt);
    if (unknown.isEmpty() && unsaid)
        unknown = notSaidYet(attempt);
    if (!unknown.isEmpty())
        return {false, true, unsaid, unknown};
    if (!listing.listed && mayBeMeant(rule, attempt))
        listing.why = api::kUnclearName;
    return {true, false, false, listing.why, listing.name};
}

Explanation explain(const QList<Rule>& rules, const Circumstances& now, const Attempt& attempt,
                    quint64 nowNs, qint64 nowMs, const Lists& lists) {
    const std::optional<Explanation> settled = beforeRules(now, attempt, nowNs);
    QList<Candidate> candidates;
    for (const Rule& rule : sorted(rules)) {
        if (couldApply(rule, attempt, nowMs))
            candidates.append({rule, fit(rule, attempt, lists)});
    }
    const Candidate* first = settled ? nullptr : firstOf(candidates, now.mode);
    Explanation explanation = settled ? *settled : first ? byRule(*first) : byMode(now.mode);
    for (const Candidate& candidate : std::as_const(candidates)) {
        const auto& [rule, how] = candidate;
        api::ExplanationStep step{rule, how.fits, false, how.why, how.name};
        if (&candidate == first) {
            step.decides = how.fits;
            if (how.fits)
                step.why = QStringLiteral("it is the first rule that fits");
        } else if (how.fits && stepsAside(rule) && !settled) {
            step.why = QStringLiteral("it fits, but does not count now");
        } else if (how.fits) {
            step.why = settled ? overruled(settled->reason)
                               : QStringLiteral("it fits, but rule %1 goes first: %2")
                                     .arg(first->rule.id)
                                     .arg(whyFirst(first->rule, rule));
        }
        if (how.fits && !how.why.isEmpty())
            step.why += QStringLiteral("; ") + how.why;
        if (const QString quota = quotaWords(rule.quota, nowMs); how.fits && !quota.isEmpty())
            step.why += QStringLiteral("; ") + quota;
        explanation.steps.append(step);
    }
    return explanation;
}

}  // namespace sallyport::policy
