// The methods of org.sallyport.Firewall1, one after the other: what each needs and what it does.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/firewall_service.h"

#include "api/fields.h"
#include "service/message_size.h"

namespace sallyport::service {
namespace {

using api::failure;
namespace action = api::polkit;

QVariantList out(const QVariant& value) {
    return {value};
}

// What a method without out arguments replies.
api::Result<QVariantList> nothing(const api::Result<void>& done) {
    if (!done)
        return done.error();
    return QVariantList{};
}

template <class T, class Wrap>
api::Result<QVariantList> wrapped(const api::Result<T>& result, Wrap wrap) {
    if (!result)
        return result.error();
    return out(QVariant::fromValue(wrap(*result)));
}

// As many of the first of them as there is room for.
template <class List>
VariantMapList maps(const List& values, qsizetype room = kMostMessageBytes) {
    VariantMapList list;
    for (const auto& value : values) {
        const QVariantMap map = toMap(value);
        room -= messageBytes(map);
        if (room < 0)
            break;
        list.append(map);
    }
    return list;
}

// Marshalling a message takes the loop as long as judging many connections.
constexpr qsizetype kPageBytes = 2 << 20;

// What goes on after a restart, for longer than a question offers: who may not say "for ever" may
// not say "for a year" either.
bool isLasting(const api::Answer& answer) {
    constexpr quint32 kDayMinutes = 24 * 60;
    return answer.lifetime == api::Lifetime::Forever ||
           (answer.lifetime == api::Lifetime::Timed && answer.minutes > kDayMinutes);
}

}  // namespace

QVariantMap FirewallService::GetStatus() {
    const QString caller = message().service();
    allowed(action::kMonitor, [this, caller] {
        if (!statusReaders_.contains(caller)) {
            statusReaders_.insert(caller);
            follow(caller);
        }
        engine_.takeStock();
        return out(toMap(engine_.status()));
    });
    return {};
}

void FirewallService::SetMode(const QString& word) {
    const auto mode = api::modeFromWord(word);
    if (!mode)
        return refuse(mode.error());
    allowed(action::kSettings, [this, mode = *mode] { return nothing(engine_.setMode(mode)); });
}

void FirewallService::SetModeUntil(const QString& word, qlonglong untilMs) {
    const auto mode = api::modeFromWord(word);
    if (!mode)
        return refuse(mode.error());
    if (untilMs <= 0)
        return refuse(
            failure(api::ErrorCode::Invalid,
                    QStringLiteral("SetModeUntil needs an end; SetMode sets a mode without")));
    if (const auto fine = engine_.checkMode(*mode, untilMs); !fine)
        return refuse(fine.error());
    allowed(action::kSettings,
            [this, mode = *mode, untilMs] { return nothing(engine_.setMode(mode, untilMs)); });
}

void FirewallService::Pause(uint seconds) {
    if (seconds > engine::kMaxPauseSeconds)
        return refuse(failure(api::ErrorCode::Invalid,
                              QStringLiteral("a pause lasts at most 86400 seconds")));
    allowed(action::kSettings, [this, seconds] { return nothing(engine_.pause(seconds)); });
}

void FirewallService::SetBlockAll(bool on) {
    allowed(action::kSettings, [this, on] { return nothing(engine_.setBlockAll(on)); });
}

QVariantMap FirewallService::GetSettings() {
    allowed(action::kMonitor, [this] { return out(toMap(engine_.settings())); });
    return {};
}

void FirewallService::SetSettings(const QVariantMap& map) {
    const auto settings = api::settingsFromMap(map);
    if (!settings)
        return refuse(settings.error());
    allowed(action::kSettings,
            [this, settings = *settings] { return nothing(engine_.setSettings(settings)); });
}

VariantMapList FirewallService::ListRules(uint from, uint&) {
    allowed(action::kMonitor, [this, from] {
        const QList<api::Rule> rules = engine_.rules();
        return Out{QVariant::fromValue(maps(rules.mid(from), kPageBytes)),
                   static_cast<uint>(rules.size())};
    });
    return {};
}

uint FirewallService::AddRule(const QVariantMap& map) {
    const auto rule = api::ruleFromMap(map);
    if (!rule) {
        refuse(rule.error());
        return 0;
    }
    allowed(action::kRules, [this, rule = *rule] {
        return wrapped(engine_.addRule(rule), [](api::RuleId id) { return uint{id}; });
    });
    return 0;
}

void FirewallService::EditRule(const QVariantMap& map) {
    const auto rule = api::ruleFromMap(map);
    if (!rule)
        return refuse(rule.error());
    allowed(action::kRules, [this, rule = *rule] { return nothing(engine_.editRule(rule)); });
}

void FirewallService::RemoveRules(const QList<uint>& ids) {
    allowed(action::kRules, [this, ids] { return nothing(engine_.removeRules(ids)); });
}

void FirewallService::SetRulesEnabled(const QList<uint>& ids, bool enabled) {
    allowed(action::kRules,
            [this, ids, enabled] { return nothing(engine_.setRulesEnabled(ids, enabled)); });
}

void FirewallService::ResetQuota(uint id) {
    allowed(action::kRules, [this, id] { return nothing(engine_.resetQuota(id)); });
}

QVariantMap FirewallService::UndoRules() {
    allowed(action::kRules, [this] {
        return wrapped(engine_.undoRules(), [](const QVariantMap& change) { return change; });
    });
    return {};
}

QVariantMap FirewallService::ImportRules(const QString& json, bool replace) {
    allowed(action::kRules, [this, json = json.toUtf8(), replace] {
        return wrapped(engine_.importRules(json, replace),
                       [](const QVariantMap& report) { return report; });
    });
    return {};
}

QVariantMap FirewallService::ExplainConnection(qulonglong connection) {
    allowed(action::kMonitor, [this, connection] {
        return wrapped(engine_.explain(api::ConnectionId{connection}),
                       [](const api::Explanation& explanation) { return toMap(explanation); });
    });
    return {};
}

QVariantMap FirewallService::ExplainAttempt(const QVariantMap& map) {
    const auto attempt = api::attemptFromMap(map);
    if (!attempt) {
        refuse(attempt.error());
        return {};
    }
    allowed(action::kMonitor,
            [this, attempt = *attempt] { return out(toMap(engine_.explain(attempt))); });
    return {};
}

void FirewallService::RegisterAgent(const QDBusObjectPath& agent) {
    setDelayedReply(true);
    const QDBusMessage call = message();
    withUid(call, [this, call, path = agent.path()](quint32 uid) {
        authority_.check(call.service(), action::kAnswer, Interaction::Allowed,
                         [this, call, path, uid](const api::Result<void>& granted) {
                             if (granted)
                                 registerAgent(call, path, uid);
                             else
                                 reply(call, granted.error());
                         });
    });
}

void FirewallService::UnregisterAgent() {
    const QString caller = message().service();
    allowed(action::kAnswer, [this, caller]() -> api::Result<Out> {
        if (!agents_.contains(caller))
            return failure(api::ErrorCode::NotFound, QStringLiteral("no agent is registered"));
        forgetAgent(caller);
        return Out{};
    });
}

void FirewallService::Answer(qulonglong question, const QVariantMap& map) {
    const auto answer = api::answerFromMap(map);
    if (!answer)
        return refuse(answer.error());
    decideAboutQuestion(question, isLasting(*answer), [this, question, answer = *answer] {
        return nothing(engine_.answer(question, answer));
    });
}

VariantMapList FirewallService::ListQuestions() {
    allowed(action::kMonitor,
            [this] { return out(QVariant::fromValue(maps(engine_.questions()))); });
    return {};
}

void FirewallService::DismissMissed(qulonglong question) {
    decideAboutQuestion(question, false,
                        [this, question] { return nothing(engine_.dismissMissed(question)); });
}

VariantMapList FirewallService::Watch(api::ConnectionList&) {
    const QString caller = message().service();
    allowed(action::kMonitor, [this, caller]() -> api::Result<Out> {
        watchers_.insert(caller);
        follow(caller);
        engine_.setWatched(true);
        const api::ConnectionList connections = engine_.connections();
        return Out{QVariant::fromValue(maps(engine_.programs())), QVariant::fromValue(connections)};
    });
    return {};
}

void FirewallService::Unwatch() {
    const QString caller = message().service();
    allowed(action::kMonitor, [this, caller] {
        forgetWatcher(caller);
        return Out{};
    });
}

QVariantMap FirewallService::GetProcess(qulonglong connection) {
    allowed(action::kMonitor, [this, connection] {
        return wrapped(engine_.process(connection),
                       [](const api::Process& process) { return toMap(process); });
    });
    return {};
}

VariantMapList FirewallService::ListHistory(const QVariantMap& map, api::ConnectionList&,
                                            QVariantMap&) {
    const auto filter = api::historyFilterFromMap(map);
    if (!filter) {
        refuse(filter.error());
        return {};
    }
    lookLater([this, filter = *filter](const Answered& answered) {
        engine_.history(filter, this, [answered](const api::Result<api::HistoryPage>& page) {
            if (page)
                answered(Out{QVariant::fromValue(maps(page->programs)),
                             QVariant::fromValue(page->connections), positionOf(*page)});
            else
                answered(page.error());
        });
    });
    return {};
}

QString FirewallService::GetMetrics() {
    allowed(action::kMonitor, [this] { return out(QString::fromUtf8(engine_.metrics())); });
    return {};
}

VariantMapList FirewallService::GetTotals() {
    lookLater([this](const Answered& answered) {
        engine_.totals(this, [answered](const api::Result<QList<api::Totals>>& totals) {
            answered(wrapped(totals, [](const QList<api::Totals>& all) { return maps(all); }));
        });
    });
    return {};
}

}  // namespace sallyport::service
