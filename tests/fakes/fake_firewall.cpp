// The Firewall that answers from memory.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/fake_firewall.h"

#include <QDateTime>
#include <QMetaObject>
#include <algorithm>

#include "api/rule_file.h"

namespace sallyport::fakes {
namespace {

using api::Error;
using api::ErrorCode;
using api::failure;
using client::Done;

// Delivers later, and never to somebody who is gone: as the bus does.
template <class T>
void deliver(QObject* context, Done<T> done, api::Result<T> result) {
    if (!context || !done)
        return;
    QMetaObject::invokeMethod(
        context, [done = std::move(done), result = std::move(result)] { done(result); },
        Qt::QueuedConnection);
}

Error gone(const char* what, quint64 id) {
    return failure(ErrorCode::NotFound,
                   QStringLiteral("no %1 %2").arg(QLatin1String(what)).arg(id));
}

}  // namespace

FakeFirewall::FakeFirewall(QObject* parent) : Firewall(parent) {
    status_.version = QStringLiteral("test");
    status_.enforcing = true;
    status_.cgroup = QStringLiteral("/sys/fs/cgroup/test");
    status_.agents = 1;
}

FakeFirewall::~FakeFirewall() = default;

void FakeFirewall::setConnected(bool connected) {
    if (connected_ == connected)
        return;
    connected_ = connected;
    emit connectedChanged(connected);
    if (!connected)
        return;
    emit statusChanged(status_);
    if (agent_)
        for (const api::Question& question : QList<api::Question>(waiting_))
            emit questionAsked(question);
    if (watchers_ > 0)
        emit connectionsChanged(programs_, connections_, true);
}

void FakeFirewall::setStatus(const api::Status& status) {
    status_ = status;
    emit statusChanged(status_);
}

void FakeFirewall::setRules(const QList<api::Rule>& rules) {
    rules_ = rules;
    for (const api::Rule& rule : rules_)
        nextRule_ = std::max(nextRule_, rule.id + 1);
    changedRules();
}

void FakeFirewall::setLists(const QList<api::List>& lists) {
    lists_ = lists;
    emit listsChanged();
}

void FakeFirewall::ask(const api::Question& question) {
    const qsizetype known = indexOf(waiting_, question.id);
    if (known >= 0)
        waiting_[known] = question;
    else
        waiting_.append(question);
    if (connected_ && agent_)
        emit questionAsked(question);
    changedQuestions();
}

void FakeFirewall::withdraw(api::QuestionId id, const QString& reason) {
    const qsizetype index = indexOf(waiting_, id);
    if (index < 0)
        return;
    api::Question question = waiting_.takeAt(index);
    if (reason == QLatin1String("timed-out")) {
        question.missed = true;
        missed_.append(question);
    }
    emit questionCancelled(id, reason);
    changedQuestions();
}

void FakeFirewall::publish(const api::ProgramList& programs, const api::ConnectionList& connections,
                           bool reset) {
    if (reset) {
        programs_.clear();
        connections_.clear();
    }
    programs_ += programs;
    for (const api::Connection& connection : connections) {
        const auto same = [&](const api::Connection& other) { return other.id == connection.id; };
        const auto old = std::find_if(connections_.begin(), connections_.end(), same);
        if (old != connections_.end())
            *old = connection;
        else
            connections_.append(connection);
    }
    if (watchers_ > 0 && connected_)
        emit connectionsChanged(programs, connections, reset);
}

void FakeFirewall::failNext(ErrorCode code, const QString& text) {
    fail_ = failure(code, text);
}

QList<api::Question> FakeFirewall::questionList() const {
    return waiting_ + missed_;
}

std::optional<Error> FakeFirewall::begin(const QString& call) {
    calls_.append(call);
    if (!connected_)
        return failure(ErrorCode::Unavailable, QStringLiteral("the helper is away"));
    return std::exchange(fail_, std::nullopt);
}

void FakeFirewall::keepForUndo(const QString& kind, const QString& note) {
    undo_.append({kind, note, rules_});
}

void FakeFirewall::changedRules() {
    status_.rules = static_cast<quint32>(rules_.size());
    emit rulesChanged();
    emit statusChanged(status_);
}

void FakeFirewall::changedQuestions() {
    status_.waiting = static_cast<quint32>(waiting_.size());
    status_.missed = static_cast<quint32>(missed_.size());
    emit questionsChanged();
    emit statusChanged(status_);
}

qsizetype FakeFirewall::indexOf(const QList<api::Question>& list, api::QuestionId id) const {
    for (qsizetype i = 0; i < list.size(); ++i)
        if (list[i].id == id)
            return i;
    return -1;
}

qsizetype FakeFirewall::indexOfRule(api::RuleId id) const {
    for (qsizetype i = 0; i < rules_.size(); ++i)
        if (rules_[i].id == id)
            return i;
    return -1;
}

void FakeFirewall::setMode(api::Mode mode, QObject* context, Done<void> done) {
    takeMode(QStringLiteral("setMode ") + api::toWord(mode), mode, 0, context, done);
}

void FakeFirewall::setModeUntil(api::Mode mode, qint64 untilMs, QObject* context, Done<void> done) {
    takeMode(QStringLiteral("setModeUntil %1 %2").arg(api::toWord(mode)).arg(untilMs), mode,
             untilMs, context, done);
}

void FakeFirewall::takeMode(const QString& call, api::Mode mode, qint64 untilMs, QObject* context,
                            const Done<void>& done) {
    if (const auto error = begin(call))
        return deliver<void>(context, done, *error);
    status_.mode = mode;
    status_.modeUntilMs = untilMs;
    emit statusChanged(status_);
    deliver<void>(context, done, {});
}

void FakeFirewall::pause(quint32 seconds, QObject* context, Done<void> done) {
    if (const auto error = begin(QStringLiteral("pause %1").arg(seconds)))
        return deliver<void>(context, done, *error);
    status_.pausedUntilMs =
        seconds ? QDateTime::currentMSecsSinceEpoch() + qint64{seconds} * 1000 : 0;
    emit statusChanged(status_);
    deliver<void>(context, done, {});
}

void FakeFirewall::setBlockAll(bool on, QObject* context, Done<void> done) {
    if (const auto error = begin(QStringLiteral("setBlockAll %1").arg(on)))
        return deliver<void>(context, done, *error);
    status_.blockAll = on;
    if (on)
        status_.pausedUntilMs = 0;
    emit statusChanged(status_);
    deliver<void>(context, done, {});
}

void FakeFirewall::settings(QObject* context, Done<api::Settings> done) {
    if (const auto error = begin(QStringLiteral("settings")))
        return deliver<api::Settings>(context, done, *error);
    deliver<api::Settings>(context, done, settings_);
}

void FakeFirewall::setSettings(const api::Settings& settings, QObject* context, Done<void> done) {
    if (const auto error = begin(QStringLiteral("setSettings %1").arg(settings.answerSeconds)))
        return deliver<void>(context, done, *error);
    settings_ = settings;
    deliver<void>(context, done, {});
}

void FakeFirewall::rules(QObject* context, Done<QList<api::Rule>> done) {
    if (const auto error = begin(QStringLiteral("rules")))
        return deliver<QList<api::Rule>>(context, done, *error);
    deliver<QList<api::Rule>>(context, done, rules_);
}

void FakeFirewall::addRule(const api::Rule& rule, QObject* context, Done<api::RuleId> done) {
    if (const auto error = begin(QStringLiteral("addRule %1").arg(rule.app.path)))
        return deliver<api::RuleId>(context, done, *error);
    keepForUndo(QStringLiteral("add"), rule.app.path);
    api::Rule added = rule;
    added.id = nextRule_++;
    rules_.append(added);
    changedRules();
    deliver<api::RuleId>(context, done, added.id);
}

void FakeFirewall::editRule(const api::Rule& rule, QObject* context, Done<void> done) {
    if (const auto error = begin(QStringLiteral("editRule %1").arg(rule.id)))
        return deliver<void>(context, done, *error);
    const qsizetype index = indexOfRule(rule.id);
    if (index < 0)
        return deliver<void>(context, done, gone("rule", rule.id));
    keepForUndo(QStringLiteral("edit"), rule.app.path);
    rules_[index] = rule;
    changedRules();
    deliver<void>(context, done, {});
}

void FakeFirewall::removeRules(const QList<api::RuleId>& ids, QObject* context, Done<void> done) {
    if (const auto error = begin(QStringLiteral("removeRules %1").arg(ids.size())))
        return deliver<void>(context, done, *error);
    for (const api::RuleId id : ids)
        if (indexOfRule(id) < 0)
            return deliver<void>(context, done, gone("rule", id));
    keepForUndo(QStringLiteral("remove"), rules_[indexOfRule(ids.first())].app.path);
    for (const api::RuleId id : ids)
        rules_.removeAt(indexOfRule(id));
    changedRules();
    deliver<void>(context, done, {});
}

void FakeFirewall::setRulesEnabled(const QList<api::RuleId>& ids, bool on, QObject* context,
                                   Done<void> done) {
    if (const auto error = begin(QStringLiteral("setRulesEnabled %1 %2").arg(ids.size()).arg(on)))
        return deliver<void>(context, done, *error);
    for (const api::RuleId id : ids)
        if (indexOfRule(id) < 0)
            return deliver<void>(context, done, gone("rule", id));
    keepForUndo(QStringLiteral("edit"), rules_[indexOfRule(ids.first())].app.path);
    for (const api::RuleId id : ids)
        rules_[indexOfRule(id)].enabled = on;
    changedRules();
    deliver<void>(context, done, {});
}

void FakeFirewall::resetQuota(api::RuleId id, QObject* context, Done<void> done) {
    if (const auto error = begin(QStringLiteral("resetQuota %1").arg(id)))
        return deliver<void>(context, done, *error);
    const qsizetype index = indexOfRule(id);
    if (index < 0 || rules_[index].quota.isNone())
        return deliver<void>(context, done, gone("rule", id));
    rules_[index].quota.used = 0;
    changedRules();
    deliver<void>(context, done, {});
}

void FakeFirewall::undoRules(QObject* context, Done<QVariantMap> done) {
    if (const auto error = begin(QStringLiteral("undoRules")))
        return deliver<QVariantMap>(context, done, *error);
    if (undo_.isEmpty())
        return deliver<QVariantMap>(
            context, done, failure(ErrorCode::NotFound, QStringLiteral("nothing to undo")));
    const Change change = undo_.takeLast();
    const auto count = std::max<qsizetype>(1, std::abs(change.before.size() - rules_.size()));
    rules_ = change.before;
    changedRules();
    deliver<QVariantMap>(context, done,
                         QVariantMap{{QStringLiteral("kind"), change.kind},
                                     {QStringLiteral("count"), static_cast<uint>(count)},
                                     {QStringLiteral("note"), change.note}});
}

void FakeFirewall::exportRules(QObject* context, Done<QString> done) {
    if (const auto error = begin(QStringLiteral("exportRules")))
        return deliver<QString>(context, done, *error);
    deliver<QString>(context, done,
                     QStringLiteral("{\"format\":\"sallyport-rules\",\"version\":1,\"rules\":[]}"));
}

void FakeFirewall::importRules(const QString& json, bool replace, QObject* context,
                               Done<QVariantMap> done) {
    if (const auto error = begin(QStringLiteral("importRules %1 %2").arg(json.size()).arg(replace)))
        return deliver<QVariantMap>(context, done, *error);
    const auto read = api::rulesFromJson(json.toUtf8());
    if (!read)
        return deliver<QVariantMap>(context, done, read.error());
    keepForUndo(QStringLiteral("import"), {});
    uint added = 0;
    for (api::Rule rule : *read) {
        const auto same = [&rule](api::Rule other) {
            other.id = rule.id;
            other.origin = rule.origin;
            return other == rule;
        };
        if (std::any_of(rules_.cbegin(), rules_.cend(), same))
            continue;
        rule.id = nextRule_++;
        rule.origin = api::Origin::Imported;
        rules_.append(rule);
        ++added;
    }
    if (added == 0)
        undo_.removeLast();
    changedRules();
    deliver<QVariantMap>(context, done,
                         QVariantMap{{QStringLiteral("added"), added},
                                     {QStringLiteral("removed"), 0u},
                                     {QStringLiteral("unchanged"), uint(read->size()) - added}});
}

void FakeFirewall::lists(QObject* context, Done<QList<api::List>> done) {
    if (const auto error = begin(QStringLiteral("lists")))
        return deliver<QList<api::List>>(context, done, *error);
    deliver<QList<api::List>>(context, done, lists_);
}

// The content is written down with its size.
void FakeFirewall::setList(const api::List& list, const client::ListContent& content,
                           QObject* context, Done<api::ListReport> done) {
    if (const auto error =
            begin(QStringLiteral("setList %1 %2").arg(list.name).arg(content.size())))
        return deliver<api::ListReport>(context, done, *error);
    if (readsForEver_) {
        reading_.insert(list.name, [context, done] {
            deliver<api::ListReport>(
                context, done,
                failure(ErrorCode::Failed, QStringLiteral("the list was not read to its end")));
        });
        return;
    }
    api::ListReport report = report_;
    report.list = list;
    report.list.names = report_.list.names;
    report.list.prefixes = report_.list.prefixes;
    report.list.badLines = report_.list.badLines;
    report.list.updatedMs = QDateTime::currentMSecsSinceEpoch();
    lists_.removeIf([&list](const api::List& other) { return other.name == list.name; });
    lists_.append(report.list);
    emit listsChanged();
    deliver<api::ListReport>(context, done, report);
}

void FakeFirewall::refreshList(const QString& name, const client::ListContent& content,
                               QObject* context, Done<api::ListReport> done) {
    if (const auto error = begin(QStringLiteral("refreshList ") + name))
        return deliver<api::ListReport>(context, done, *error);
    for (const api::List& list : QList<api::List>(lists_)) {
        if (list.name == name)
            return setList(list, content, context, std::move(done));
    }
    deliver<api::ListReport>(context, done, failure(ErrorCode::NotFound, name));
}

void FakeFirewall::cancelList(const QString& name, QObject* context, Done<void> done) {
    const auto error = begin(QStringLiteral("cancelList ") + name);
    if (const auto end = reading_.take(name))
        end();
    deliver<void>(context, done, error ? api::Result<void>(*error) : api::Result<void>());
}

void FakeFirewall::removeList(const QString& name, bool despiteRules, QObject* context,
                              Done<void> done) {
    if (const auto error = begin(QStringLiteral("removeList %1 %2").arg(name).arg(despiteRules)))
        return deliver<void>(context, done, *error);
    lists_.removeIf([&name](const api::List& other) { return other.name == name; });
    emit listsChanged();
    deliver<void>(context, done, {});
}

// Of the last report.
void FakeFirewall::badLines(const QString& list, QObject* context, Done<QList<api::BadLine>> done) {
    if (const auto error = begin(QStringLiteral("badLines ") + list))
        return deliver<QList<api::BadLine>>(context, done, *error);
    deliver<QList<api::BadLine>>(context, done, report_.firstBad);
}

void FakeFirewall::findInLists(const QString& sought, QObject* context,
                               Done<QList<api::ListFinding>> done) {
    if (const auto error = begin(QStringLiteral("findInLists ") + sought))
        return deliver<QList<api::ListFinding>>(context, done, *error);
    deliver<QList<api::ListFinding>>(context, done, findings_);
}

void FakeFirewall::explain(api::ConnectionId id, QObject* context, Done<api::Explanation> done) {
    if (const auto error = begin(QStringLiteral("explain %1").arg(id)))
        return deliver<api::Explanation>(context, done, *error);
    deliver<api::Explanation>(context, done, explanation_);
}

void FakeFirewall::explain(const api::Attempt& attempt, QObject* context,
                           Done<api::Explanation> done) {
    attempt_ = attempt;
    if (const auto error = begin(QStringLiteral("explain %1").arg(attempt.app.path)))
        return deliver<api::Explanation>(context, done, *error);
    deliver<api::Explanation>(context, done, explanation_);
}

void FakeFirewall::process(api::ConnectionId id, QObject* context, Done<api::Process> done) {
    if (const auto error = begin(QStringLiteral("process %1").arg(id)))
        return deliver<api::Process>(context, done, *error);
    deliver<api::Process>(context, done, process_);
}

void FakeFirewall::history(const api::HistoryFilter& filter, QObject* context,
                           Done<api::HistoryPage> done) {
    QStringList words;
    for (const api::HistoryTerm& term : filter.terms)
        words += (term.programs + term.remotes).join(QLatin1Char('|'));
    if (const auto error = begin(QStringLiteral("history %1").arg(words.join(QLatin1Char(' ')))))
        return deliver<api::HistoryPage>(context, done, *error);
    api::HistoryPage page{past_.programs, {}, 0, 0};
    for (const api::Connection& connection : past_.connections) {
        if (filter.before && connection.id >= filter.before)
            continue;
        if (!fits(filter, connection))
            continue;
        if (page.connections.size() == filter.limit) {
            page.next = page.connections.last().id;
            page.reachedMs = page.connections.last().endedMs;
            break;
        }
        page.connections += connection;
    }
    deliver<api::HistoryPage>(context, done, page);
}

bool FakeFirewall::fits(const api::HistoryFilter& filter, const api::Connection& connection) const {
    QString program;
    for (const api::Program& known : past_.programs) {
        if (known.id == connection.program)
            program = known.identity.path + QLatin1Char(' ') + known.identity.script;
    }
    const auto in = [](const QStringList& parts, const QString& text) {
        return std::any_of(parts.begin(), parts.end(), [&](const QString& part) {
            return text.contains(part, Qt::CaseInsensitive);
        });
    };
    return (!filter.sinceMs || connection.endedMs >= filter.sinceMs) &&
           (!filter.untilMs || connection.endedMs < filter.untilMs) &&
           std::all_of(filter.terms.begin(), filter.terms.end(), [&](const api::HistoryTerm& t) {
               return in(t.programs, program) ||
                      in(t.remotes,
                         connection.name + QLatin1Char(' ') + connection.remote.toString()) ||
                      t.states.contains(connection.state) ||
                      std::any_of(t.ports.begin(), t.ports.end(), [&](const api::PortRange& r) {
                          return r.contains(connection.remotePort);
                      });
           });
}

void FakeFirewall::metrics(QObject* context, Done<QString> done) {
    if (const auto error = begin(QStringLiteral("metrics")))
        return deliver<QString>(context, done, *error);
    deliver<QString>(context, done,
                     QStringLiteral("# HELP sallyport_rules Rules.\n# TYPE sallyport_rules gauge\n"
                                    "sallyport_rules 3\n"));
}

void FakeFirewall::totals(QObject* context, Done<QList<api::Totals>> done) {
    if (const auto error = begin(QStringLiteral("totals")))
        return deliver<QList<api::Totals>>(context, done, *error);
    deliver<QList<api::Totals>>(context, done, totals_);
}

void FakeFirewall::questions(QObject* context, Done<QList<api::Question>> done) {
    if (const auto error = begin(QStringLiteral("questions")))
        return deliver<QList<api::Question>>(context, done, *error);
    deliver<QList<api::Question>>(context, done, questionList());
}

void FakeFirewall::answer(api::QuestionId id, const api::Answer& answer, QObject* context,
                          Done<void> done) {
    if (const auto error = begin(QStringLiteral("answer %1").arg(id)))
        return deliver<void>(context, done, *error);
    const qsizetype waiting = indexOf(waiting_, id);
    const qsizetype missed = indexOf(missed_, id);
    if (waiting < 0 && missed < 0)
        return deliver<void>(context, done, gone("question", id));
    const api::Question& question = waiting >= 0 ? waiting_[waiting] : missed_[missed];
    const auto rule = api::ruleFor(question, answer, QDateTime::currentMSecsSinceEpoch());
    if (!rule)
        return deliver<void>(context, done, rule.error());
    if (missed >= 0 && !*rule)
        return deliver<void>(context, done,
                             api::failure(api::ErrorCode::Invalid,
                                          QStringLiteral("the connection is over: choose a longer "
                                                         "lifetime")));
    if (waiting >= 0)
        waiting_.removeAt(waiting);
    else
        missed_.removeAt(missed);
    answers_.append({id, answer});
    deliver<void>(context, done, {});
    if (waiting >= 0)
        emit questionCancelled(id, QStringLiteral("answered"));
    changedQuestions();
}

void FakeFirewall::dismissMissed(api::QuestionId id, QObject* context, Done<void> done) {
    if (const auto error = begin(QStringLiteral("dismissMissed %1").arg(id)))
        return deliver<void>(context, done, *error);
    const qsizetype index = indexOf(missed_, id);
    if (index < 0)
        return deliver<void>(context, done, gone("question", id));
    missed_.removeAt(index);
    changedQuestions();
    deliver<void>(context, done, {});
}

void FakeFirewall::startAgent() {
    calls_.append(QStringLiteral("startAgent"));
    agent_ = true;
    if (connected_)
        for (const api::Question& question : QList<api::Question>(waiting_))
            emit questionAsked(question);
}

void FakeFirewall::watch() {
    calls_.append(QStringLiteral("watch"));
    ++watchers_;
    if (connected_ && !withheld_)
        emit connectionsChanged(programs_, connections_, true);
}

void FakeFirewall::unwatch() {
    calls_.append(QStringLiteral("unwatch"));
    --watchers_;
}

}  // namespace sallyport::fakes
