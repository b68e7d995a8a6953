// The helper over D-Bus: every call.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/dbus_firewall.h"

#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QJsonDocument>
#include <QLoggingCategory>
#include <type_traits>

#include "agent_adaptor.h"
#include "api/dbus.h"
#include "api/rule_file.h"
#include "firewall_proxy.h"

namespace sallyport::client {
namespace {

Q_LOGGING_CATEGORY(log, "sallyport.client")

constexpr int kRetryMs = 3000;

api::Error toError(const QDBusError& error) {
    return api::failure(api::errorCode(error.name()), error.message());
}

template <class T>
void deliver(QObject* context, const Done<T>& done, const api::Result<T>& result) {
    if (context && done)
        QMetaObject::invokeMethod(
            context, [done, result] { done(result); }, Qt::QueuedConnection);
}

// Each map parsed; one that cannot be read fails the whole list.
template <class T, class Parse>
api::Result<QList<T>> parseList(const QList<QVariantMap>& maps, Parse parse) {
    QList<T> list;
    list.reserve(maps.size());
    for (const QVariantMap& map : maps) {
        api::Result<T> item = parse(map);
        if (!item)
            return item.error();
        list.append(std::move(item).value());
    }
    return list;
}

}  // namespace

DbusFirewall::DbusFirewall(QString busAddress, QObject* parent)
    : Firewall(parent), busAddress_(std::move(busAddress)), agent_(new Agent(this)) {
    api::registerTypes();
    new AgentAdaptor(agent_);
    connect(agent_, &Agent::asked, this, &DbusFirewall::questionAsked);
    connect(agent_, &Agent::cancelled, this, &DbusFirewall::questionCancelled);
    retry_.setSingleShot(true);
    retry_.setInterval(kRetryMs);
    connect(&retry_, &QTimer::timeout, this, &DbusFirewall::openBus);
    askAgain_.setSingleShot(true);
    askAgain_.setInterval(kRetryMs);
    connect(&askAgain_, &QTimer::timeout, this, &DbusFirewall::refreshStatus);
    openBus();
}

DbusFirewall::~DbusFirewall() {
    proxy_.reset();
    watcher_.reset();
    QDBusConnection::disconnectFromBus(busName_);
}

QString DbusFirewall::busAddressFromEnvironment() {
    return qEnvironmentVariable("SALLYPORT_BUS_ADDRESS");
}

void DbusFirewall::refreshStatus() {
    call<QVariantMap, QVariantMap>(
        this,
        [this](const api::Result<QVariantMap>& map) {
            if (!map) {
                qCWarning(log) << "no status:" << map.error().text;
                return withhold(map.error());
            }
            if (const auto taken = takeStatus(*map); !taken)
                return withhold(taken.error());
            if (!withheld_)
                return;
            withhold({});
            takeUp();
        },
        [](FirewallProxy& proxy) { return proxy.GetStatus(); },
        [](const QVariantMap& map) { return api::Result<QVariantMap>(map); });
}

api::Result<void> DbusFirewall::takeStatus(const QVariantMap& map) {
    const api::Result<api::Status> status = api::statusFromMap(map);
    if (!status) {
        qCWarning(log) << "a status that cannot be read:" << status.error().text;
        return status.error();
    }
    status_ = *status;
    emit statusChanged(status_);
    return {};
}

// --- calls ---

template <class T, class Send, class Read>
void DbusFirewall::start(QObject* context, Done<T> done, Send send, Read read) {
    if (!proxy_ || !connected()) {
        deliver<T>(context, done,
                   api::failure(api::ErrorCode::Unavailable, QStringLiteral("no helper")));
        return;
    }
    // A helper or a bus that goes away ends its open calls with an error of the bus.
    auto* watcher = new QDBusPendingCallWatcher(send(*proxy_), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, watcher, &QObject::deleteLater);
    if (!context || !done)
        return;
    connect(watcher, &QDBusPendingCallWatcher::finished, context,
            [done = std::move(done), read = std::move(read)](QDBusPendingCallWatcher* it) {
                done(it->isError() ? api::Result<T>(toError(it->error())) : read(*it));
            });
}

template <class T, class Reply, class Send, class Convert>
void DbusFirewall::call(QObject* context, Done<T> done, Send send, Convert convert) {
    start<T>(context, std::move(done), std::move(send),
             [convert = std::move(convert)](const QDBusPendingCall& finished) -> api::Result<T> {
                 const QDBusPendingReply<Reply> reply = finished;
                 if (reply.isError())  // a reply of another type
                     return toError(reply.error());
                 return convert(reply.value());
             });
}

template <class Send>
void DbusFirewall::command(QObject* context, Done<void> done, Send send) {
    start<void>(context, std::move(done), std::move(send),
                [](const QDBusPendingCall&) { return api::Result<void>(); });
}

void DbusFirewall::setMode(api::Mode mode, QObject* context, Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.SetMode(api::toWord(mode)); });
}

void DbusFirewall::setModeUntil(api::Mode mode, qint64 untilMs, QObject* context, Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.SetModeUntil(api::toWord(mode), untilMs); });
}

void DbusFirewall::pause(quint32 seconds, QObject* context, Done<void> done) {
    command(context, std::move(done), [&](FirewallProxy& proxy) { return proxy.Pause(seconds); });
}

void DbusFirewall::setBlockAll(bool on, QObject* context, Done<void> done) {
    command(context, std::move(done), [&](FirewallProxy& proxy) { return proxy.SetBlockAll(on); });
}

void DbusFirewall::settings(QObject* context, Done<api::Settings> done) {
    call<api::Settings, QVariantMap>(
        context, std::move(done), [](FirewallProxy& proxy) { return proxy.GetSettings(); },
        api::settingsFromMap);
}

void DbusFirewall::setSettings(const api::Settings& settings, QObject* context, Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.SetSettings(api::toMap(settings)); });
}

void DbusFirewall::rules(QObject* context, Done<QList<api::Rule>> done) {
    rulesAfter({}, context, std::move(done));
}

// Those that follow the ones that are known, in as many messages as it takes.
void DbusFirewall::rulesAfter(const QList<api::Rule>& known, QObject* context,
                              Done<QList<api::Rule>> done) {
    struct Page {
        QList<api::Rule> rules;
        qsizetype all = 0;
    };
    start<Page>(
        context,
        [this, known, context, done = std::move(done)](const api::Result<Page>& page) {
            if (!page)
                return done(page.error());
            const QList<api::Rule> rules = known + page->rules;
            if (page->rules.isEmpty() || rules.size() >= page->all)
                return done(rules);
            rulesAfter(rules, context, done);
        },
        [&](FirewallProxy& proxy) { return proxy.ListRules(static_cast<uint>(known.size())); },
        [](const QDBusPendingCall& finished) -> api::Result<Page> {
            const QDBusPendingReply<VariantMapList, uint> reply = finished;
            if (reply.isError())
                return toError(reply.error());
            const auto rules = parseList<api::Rule>(reply.argumentAt<0>(), api::ruleFromMap);
            if (!rules)
                return rules.error();
            return Page{*rules, reply.argumentAt<1>()};
        });
}

void DbusFirewall::addRule(const api::Rule& rule, QObject* context, Done<api::RuleId> done) {
    call<api::RuleId, uint>(
        context, std::move(done),
        [&](FirewallProxy& proxy) { return proxy.AddRule(api::toMap(rule)); },
        [](uint id) { return api::Result<api::RuleId>(id); });
}

void DbusFirewall::editRule(const api::Rule& rule, QObject* context, Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.EditRule(api::toMap(rule)); });
}

void DbusFirewall::removeRules(const QList<api::RuleId>& ids, QObject* context, Done<void> done) {
    command(context, std::move(done), [&](FirewallProxy& proxy) { return proxy.RemoveRules(ids); });
}

void DbusFirewall::setRulesEnabled(const QList<api::RuleId>& ids, bool on, QObject* context,
                                   Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.SetRulesEnabled(ids, on); });
}

void DbusFirewall::resetQuota(api::RuleId id, QObject* context, Done<void> done) {
    command(context, std::move(done), [&](FirewallProxy& proxy) { return proxy.ResetQuota(id); });
}

void DbusFirewall::undoRules(QObject* context, Done<QVariantMap> done) {
    call<QVariantMap, QVariantMap>(
        context, std::move(done), [](FirewallProxy& proxy) { return proxy.UndoRules(); },
        [](const QVariantMap& map) { return api::Result<QVariantMap>(map); });
}

void DbusFirewall::exportRules(QObject* context, Done<QString> done) {
    rules(context, [done = std::move(done)](const api::Result<QList<api::Rule>>& rules) {
        done(rules ? api::Result(QString::fromUtf8(api::exportToJson(*rules))) : rules.error());
    });
}

void DbusFirewall::importRules(const QString& json, bool replace, QObject* context,
                               Done<QVariantMap> done) {
    // A larger message and the bus cuts us off: dbus-daemon(1), max_message_size.
    constexpr qsizetype kMostBytes = 30 << 20;
    QString text = json;
    if (json.size() > kMostBytes / 2)
        if (const QJsonDocument read = QJsonDocument::fromJson(json.toUtf8()); read.isObject())
            text = QString::fromUtf8(read.toJson(QJsonDocument::Compact));
    if (text.toUtf8().size() > kMostBytes)
        return deliver<QVariantMap>(
            context, done,
            api::failure(api::ErrorCode::Invalid,
                         QStringLiteral("the rules are larger than 30 MiB: import them in parts")));
    call<QVariantMap, QVariantMap>(
        context, std::move(done),
        [&](FirewallProxy& proxy) { return proxy.ImportRules(text, replace); },
        [](const QVariantMap& map) { return api::Result<QVariantMap>(map); });
}

void DbusFirewall::lists(QObject* context, Done<QList<api::List>> done) {
    call<QList<api::List>, VariantMapList>(
        context, std::move(done), [](FirewallProxy& proxy) { return proxy.GetLists(); },
        [](const VariantMapList& maps) { return parseList<api::List>(maps, api::listFromMap); });
}

void DbusFirewall::setList(const api::List& list, const ListContent& content, QObject* context,
                           Done<api::ListReport> done) {
    call<api::ListReport, QVariantMap>(
        context, std::move(done),
        [&](FirewallProxy& proxy) {
            return proxy.SetList(api::toMap(list), QDBusUnixFileDescriptor(content.descriptor()));
        },
        api::listReportFromMap);
}

void DbusFirewall::refreshList(const QString& name, const ListContent& content, QObject* context,
                               Done<api::ListReport> done) {
    call<api::ListReport, QVariantMap>(
        context, std::move(done),
        [&](FirewallProxy& proxy) {
            return proxy.RefreshList(name, QDBusUnixFileDescriptor(content.descriptor()));
        },
        api::listReportFromMap);
}

void DbusFirewall::cancelList(const QString& name, QObject* context, Done<void> done) {
    command(context, std::move(done), [&](FirewallProxy& proxy) { return proxy.CancelList(name); });
}

void DbusFirewall::removeList(const QString& name, bool despiteRules, QObject* context,
                              Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.RemoveList(name, despiteRules); });
}

void DbusFirewall::badLines(const QString& list, QObject* context, Done<QList<api::BadLine>> done) {
    call<QList<api::BadLine>, QStringList>(
        context, std::move(done), [&](FirewallProxy& proxy) { return proxy.GetBadLines(list); },
        [](const QStringList& texts) {
            return api::Result<QList<api::BadLine>>(api::badLinesFromTexts(texts));
        });
}

void DbusFirewall::findInLists(const QString& sought, QObject* context,
                               Done<QList<api::ListFinding>> done) {
    call<QList<api::ListFinding>, VariantMapList>(
        context, std::move(done), [&](FirewallProxy& proxy) { return proxy.FindInLists(sought); },
        [](const VariantMapList& maps) {
            return parseList<api::ListFinding>(maps, api::listFindingFromMap);
        });
}

void DbusFirewall::explain(api::ConnectionId id, QObject* context, Done<api::Explanation> done) {
    call<api::Explanation, QVariantMap>(
        context, std::move(done), [&](FirewallProxy& proxy) { return proxy.ExplainConnection(id); },
        api::explanationFromMap);
}

void DbusFirewall::explain(const api::Attempt& attempt, QObject* context,
                           Done<api::Explanation> done) {
    call<api::Explanation, QVariantMap>(
        context, std::move(done),
        [&](FirewallProxy& proxy) { return proxy.ExplainAttempt(api::toMap(attempt)); },
        api::explanationFromMap);
}

void DbusFirewall::process(api::ConnectionId id, QObject* context, Done<api::Process> done) {
    call<api::Process, QVariantMap>(
        context, std::move(done), [&](FirewallProxy& proxy) { return proxy.GetProcess(id); },
        api::processFromMap);
}

void DbusFirewall::history(const api::HistoryFilter& filter, QObject* context,
                           Done<api::HistoryPage> done) {
    start<api::HistoryPage>(
        context, std::move(done),
        [&](FirewallProxy& proxy) { return proxy.ListHistory(api::toMap(filter)); },
        [](const QDBusPendingCall& finished) -> api::Result<api::HistoryPage> {
            const QDBusPendingReply<VariantMapList, api::ConnectionList, QVariantMap> reply =
                finished;
            if (reply.isError())
                return toError(reply.error());
            return api::historyPage(reply.argumentAt<0>(), reply.argumentAt<1>(),
                                    reply.argumentAt<2>());
        });
}

void DbusFirewall::metrics(QObject* context, Done<QString> done) {
    call<QString, QString>(
        context, std::move(done), [](FirewallProxy& proxy) { return proxy.GetMetrics(); },
        [](const QString& text) { return api::Result<QString>(text); });
}

void DbusFirewall::totals(QObject* context, Done<QList<api::Totals>> done) {
    call<QList<api::Totals>, VariantMapList>(
        context, std::move(done), [](FirewallProxy& proxy) { return proxy.GetTotals(); },
        [](const VariantMapList& maps) {
            return parseList<api::Totals>(maps, api::totalsFromMap);
        });
}

void DbusFirewall::questions(QObject* context, Done<QList<api::Question>> done) {
    call<QList<api::Question>, VariantMapList>(
        context, std::move(done), [](FirewallProxy& proxy) { return proxy.ListQuestions(); },
        [](const VariantMapList& maps) {
            return parseList<api::Question>(maps, api::questionFromMap);
        });
}

void DbusFirewall::answer(api::QuestionId id, const api::Answer& answer, QObject* context,
                          Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.Answer(id, api::toMap(answer)); });
}

void DbusFirewall::dismissMissed(api::QuestionId id, QObject* context, Done<void> done) {
    command(context, std::move(done),
            [&](FirewallProxy& proxy) { return proxy.DismissMissed(id); });
}

// --- what is taken up again when the helper comes back ---

void DbusFirewall::startAgent() {
    agentWanted_ = true;
    if (connected())
        registerAgent();
}

void DbusFirewall::registerAgent() {
    command(
        this,
        [this](const api::Result<void>& result) {
            if (result)
                return;
            qCWarning(log) << "this app cannot be asked:" << result.error().text;
            if (result.error().code == api::ErrorCode::NoAuthority)
                withhold(result.error());
        },
        [](FirewallProxy& proxy) {
            return proxy.RegisterAgent(QDBusObjectPath(QString::fromUtf16(kAgentPath)));
        });
}

void DbusFirewall::watch() {
    ++watchers_;
    if (connected())
        subscribe();
}

void DbusFirewall::unwatch() {
    if (--watchers_ > 0)
        return;
    command(nullptr, nullptr, [](FirewallProxy& proxy) { return proxy.Unwatch(); });
}

void DbusFirewall::subscribe() {
    const QDBusPendingReply<VariantMapList, api::ConnectionList> sent = proxy_->Watch();
    auto* watcher = new QDBusPendingCallWatcher(sent, this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* it) {
        it->deleteLater();
        const QDBusPendingReply<VariantMapList, api::ConnectionList> reply = *it;
        if (reply.isError()) {
            qCWarning(log) << "connections cannot be watched:" << reply.error().message();
            withhold(toError(reply.error()));
        } else if (watchers_ > 0)
            takeConnections(reply.argumentAt<0>(), reply.argumentAt<1>(), true);
    });
}

void DbusFirewall::takeConnections(const QList<QVariantMap>& programs,
                                   const api::ConnectionList& list, bool reset) {
    if (watchers_ == 0)
        return;
    const api::Result<api::ProgramList> parsed =
        parseList<api::Program>(programs, api::programFromMap);
    if (!parsed) {
        qCWarning(log) << "programs that cannot be read:" << parsed.error().text;
        return;
    }
    emit connectionsChanged(*parsed, list, reset);
}

}  // namespace sallyport::client
