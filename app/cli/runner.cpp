// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/runner.h"

#include <QDateTime>
#include <QFile>
#include <QTimer>
#include <algorithm>

#include "api/rule_file.h"
#include "cli/samples.h"
#include "cli/text.h"
#include "client/history_lines.h"
#include "client/whole_file.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::failure;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

// More than 65,536 rules with long notes need; larger is no file of rules.
constexpr qint64 kLargestImport = 64 * 1024 * 1024;

qint64 now() {
    return QDateTime::currentMSecsSinceEpoch();
}

template <class T>
QVariantList maps(const QList<T>& values) {
    QVariantList list;
    for (const T& value : values)
        list << api::toMap(value);
    return list;
}

// What a person reads before the helper's own English text.
QString meaning(ErrorCode code) {
    switch (code) {
        case ErrorCode::Invalid:
            return Text::tr("this makes no sense");
        case ErrorCode::NotFound:
            return Text::tr("there is no such thing");
        case ErrorCode::Denied:
            return Text::tr("not permitted; root may always: use sudo");
        case ErrorCode::NoAgent:
            return Text::tr("it needs a password, and no polkit agent asks for it here; use sudo");
        case ErrorCode::NoAuthority:
            return Text::tr(
                "the authorization service, polkit, does not answer; the rules go on being "
                "enforced; is it running? systemctl status polkit");
        case ErrorCode::Unavailable:
            return Text::tr("the helper cannot be reached; is sallyportd running?");
        case ErrorCode::Conflict:
            return Text::tr("not possible as things are");
        case ErrorCode::Unsupported:
            return Text::tr("not supported here");
        case ErrorCode::Failed:
            break;
    }
    return Text::tr("failed");
}

Result<QString> readRules(const QString& name) {
    QFile file(name);
    const bool opened =
        name.isEmpty() ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!opened)
        return failure(ErrorCode::Failed, u"%1: %2"_s.arg(escaped(name), file.errorString()));
    const QByteArray bytes = file.read(kLargestImport + 1);
    if (bytes.size() > kLargestImport)
        return failure(ErrorCode::Invalid,
                       Text::tr("%1 is too large for a file of rules").arg(escaped(name)));
    return api::rulesText(bytes);
}

Result<void> writeFile(const QString& name, const QString& text,
                       QFile::Permissions permissions = {}) {
    const Result<void> written = client::writeWhole(name, text.toUtf8(), permissions);
    return written
               ? written
               : failure(ErrorCode::Failed, u"%1: %2"_s.arg(escaped(name), written.error().text));
}

}  // namespace

ExitCode say(const Say& what, QTextStream& out, QTextStream& err) {
    if (what.code == ExitCode::Ok)
        out << what.text;
    else
        err << u"sallyportctl: "_s << what.text;
    if (!what.text.endsWith(u'\n'))
        (what.code == ExitCode::Ok ? out : err) << u'\n';
    return what.code;
}

Runner::Runner(client::Firewall& firewall, QTextStream& out, QTextStream& err, QObject* parent)
    : QObject(parent), firewall_(firewall), out_(out), err_(err) {}

void Runner::start(const Invocation& invocation, int patienceMs) {
    invocation_ = invocation;
    if (firewall_.connected() || std::holds_alternative<Say>(invocation.request))
        return begin();
    const auto giveUp = [this](const QString& noBus = {}) {
        if (begun_)
            return;
        if (noBus.isEmpty())
            return fail(failure(ErrorCode::Unavailable, {}));
        run(Say{Text::tr("no system bus, by which the helper is reached; is D-Bus running? %1")
                    .arg(escaped(noBus)),
                ExitCode::Unreachable});
    };
    connect(&firewall_, &client::Firewall::connectedChanged, this, [this](bool connected) {
        if (connected)
            begin();
    });
    connect(&firewall_, &client::Firewall::absent, this, giveUp);
    QTimer::singleShot(patienceMs, this, [giveUp] { giveUp(); });
}

void Runner::begin() {
    if (begun_)
        return;
    begun_ = true;
    std::visit([this](const auto& request) { run(request); }, invocation_.request);
}

// Whether what was printed so far is where it should be: the disk may be full.
bool Runner::flush() {
    out_.flush();
    return out_.status() == QTextStream::Ok;
}

void Runner::end(ExitCode code) {
    if (ended_)
        return;
    begun_ = true;
    ended_ = true;
    if (!flush() && code == ExitCode::Ok) {
        err_ << u"sallyportctl: "_s
             << Text::tr("not all could be written: %1").arg(out_.device()->errorString()) << u'\n';
        code = ExitCode::Failed;
    }
    err_.flush();
    emit finished(code);
}

void Runner::fail(const api::Error& error) {
    err_ << u"sallyportctl: "_s << meaning(error.code);
    if (!error.text.isEmpty())
        err_ << u": "_s << harmless(error.text);
    err_ << u'\n';
    end(exitCode(error.code));
}

void Runner::print(const QString& text, const QVariant& asJson) {
    out_ << (invocation_.json ? json(asJson, Layout::Indented) : text);
}

template <class T, class Show>
client::Done<T> Runner::then(Show show) {
    return [this, show](const Result<T>& result) {
        if (!result)
            return fail(result.error());
        show(*result);
        end(ExitCode::Ok);
    };
}

client::Done<void> Runner::done() {
    return [this](const Result<void>& result) {
        if (!result)
            return fail(result.error());
        if (invocation_.json)
            print({}, QVariantMap{{u"ok"_s, true}});
        end(ExitCode::Ok);
    };
}

void Runner::run(const Say& request) {
    end(say(request, out_, err_));
}

// The status comes by itself some time after the helper was found, or never when the caller may not
// see it. Asking for the settings needs the same right and has an answer in either case.
void Runner::withStatus(const std::function<void(const api::Status&)>& show) {
    const auto ready = [this, show] {
        show(firewall_.status());
        end(ExitCode::Ok);
    };
    firewall_.settings(this, [this, ready](const Result<api::Settings>& settings) {
        if (!settings)
            return fail(settings.error());
        if (firewall_.status().startedMs != 0)
            return ready();
        const auto refused = [this] {
            if (firewall_.withheld())
                fail(*firewall_.withheld());
        };
        connect(&firewall_, &client::Firewall::statusChanged, this, ready);
        connect(&firewall_, &client::Firewall::withheldChanged, this, refused);
        refused();
    });
}

void Runner::run(const ShowStatus&) {
    withStatus([this](const api::Status& status) {
        print(statusText(status, now()), api::toMap(status));
    });
}

void Runner::run(const ListRules&) {
    firewall_.rules(this, then<QList<api::Rule>>([this](const QList<api::Rule>& rules) {
                        print(rulesText(rules), maps(rules));
                    }));
}

void Runner::run(const AddRule& request) {
    const auto rule = request.options.applyTo({}, now());
    if (!rule)
        return fail(rule.error());
    firewall_.addRule(*rule, this, [this, remote = rule->remote](const Result<api::RuleId>& id) {
        if (!id)
            return fail(id.error());
        print(u"%1\n"_s.arg(*id), QVariantMap{{u"id"_s, *id}});
        endWithList(remote);
    });
}

void Runner::run(const EditRule& request) {
    firewall_.rules(this, [this, request](const Result<QList<api::Rule>>& rules) {
        if (!rules)
            return fail(rules.error());
        for (const api::Rule& rule : *rules) {
            if (rule.id != request.id)
                continue;
            const auto edited = request.options.applyTo(rule, now());
            return edited ? firewall_.editRule(*edited, this, done()) : fail(edited.error());
        }
        fail(failure(ErrorCode::NotFound, Text::tr("rule %1").arg(request.id)));
    });
}

void Runner::run(const RemoveRules& request) {
    firewall_.removeRules(request.ids, this, done());
}

void Runner::run(const ResetQuota& request) {
    firewall_.resetQuota(request.id, this, done());
}

void Runner::run(const EnableRules& request) {
    firewall_.setRulesEnabled(request.ids, request.on, this, done());
}

void Runner::run(const UndoRules&) {
    firewall_.undoRules(this, then<QVariantMap>([this](const QVariantMap& change) {
                            print(Text::tr("Taken back: %1, rules: %2")
                                          .arg(escaped(change.value(u"kind"_s).toString()),
                                               change.value(u"count"_s).toString()) +
                                      u'\n',
                                  change);
                        }));
}

void Runner::run(const ExplainConnection& request) {
    firewall_.explain(request.id, this,
                      then<api::Explanation>([this](const api::Explanation& explanation) {
                          print(explanationText(explanation, now()), api::toMap(explanation));
                      }));
}

void Runner::run(const ExplainAttempt& request) {
    firewall_.explain(request.attempt, this,
                      then<api::Explanation>([this](const api::Explanation& explanation) {
                          print(explanationText(explanation, now()), api::toMap(explanation));
                      }));
}

void Runner::run(const ListQuestions&) {
    firewall_.questions(this,
                        then<QList<api::Question>>([this](const QList<api::Question>& questions) {
                            print(questionsText(questions, now()), maps(questions));
                        }));
}

void Runner::run(const AnswerQuestion& request) {
    firewall_.answer(request.id, request.answer, this, done());
}

void Runner::run(const ShowMode&) {
    withStatus([this](const api::Status& status) {
        print(modeText(status) + u'\n', QVariantMap{{u"mode"_s, api::toWord(status.mode)},
                                                    {u"modeUntilMs"_s, status.modeUntilMs}});
    });
}

void Runner::run(const ChangeMode& request) {
    const qint64 untilMs = request.forMs ? now() + request.forMs : request.untilMs;
    if (untilMs)
        firewall_.setModeUntil(request.mode, untilMs, this, done());
    else
        firewall_.setMode(request.mode, this, done());
}

void Runner::run(const Pause& request) {
    firewall_.pause(request.seconds, this, done());
}

void Runner::run(const BlockAll& request) {
    firewall_.setBlockAll(request.on, this, done());
}

void Runner::run(const Settings& request) {
    firewall_.settings(this, [this, request](const Result<api::Settings>& current) {
        if (!current)
            return fail(current.error());
        api::Settings settings = *current;
        if (request == Settings{}) {
            print(settingsText(settings), api::toMap(settings));
            return end(ExitCode::Ok);
        }
        settings.answerSeconds = request.answerSeconds.value_or(settings.answerSeconds);
        settings.nobodyToAsk = request.nobodyToAsk.value_or(settings.nobodyToAsk);
        settings.historyDays = request.historyDays.value_or(settings.historyDays);
        settings.historyMegabytes = request.historyMegabytes.value_or(settings.historyMegabytes);
        settings.passwordForLasting =
            request.passwordForLasting.value_or(settings.passwordForLasting);
        firewall_.setSettings(settings, this, done());
    });
}

void Runner::run(const ExportRules& request) {
    firewall_.exportRules(this, [this, request](const Result<QString>& rules) {
        if (!rules)
            return fail(rules.error());
        if (request.file.isEmpty()) {
            out_ << harmlessJson(*rules) << (rules->endsWith(u'\n') ? QString() : u"\n"_s);
            return end(ExitCode::Ok);
        }
        done()(writeFile(request.file, *rules));
    });
}

void Runner::run(const ImportRules& request) {
    const Result<QString> rules = readRules(request.file);
    if (!rules)
        return fail(rules.error());
    firewall_.importRules(
        *rules, request.replace, this, then<QVariantMap>([this](const QVariantMap& report) {
            QString text =
                Text::tr("Added: %1, removed: %2, unchanged: %3")
                    .arg(report.value(u"added"_s).toString(), report.value(u"removed"_s).toString(),
                         report.value(u"unchanged"_s).toString());
            if (const int over = report.value(u"over"_s).toInt())
                text += Text::tr(", left out because their time is over: %1").arg(over);
            print(text + u'\n', report);
        }));
}

// It may be millions: CSV and JSON are printed as they come. A table needs to know its widest line.
void Runner::run(const ShowHistory& request) {
    reader_ = std::make_unique<client::HistoryReader>(firewall_);
    if (request.csv)
        out_ << QString::fromUtf8(client::csvHeader());
    else if (invocation_.json)
        out_ << u"["_s;
    connect(reader_.get(), &client::HistoryReader::came, this, &Runner::printHistory);
    connect(reader_.get(), &client::HistoryReader::ended, this, &Runner::endHistory);
    reader_->start(request.filter, request.most);
}

void Runner::printHistory(const api::ConnectionList& connections) {
    const bool csv = std::get<ShowHistory>(invocation_.request).csv;
    bool first = reader_->read() == connections.size();
    for (const api::Connection& connection : connections) {
        const api::AppIdentity app = reader_->programOf(connection);
        if (csv)
            out_ << QString::fromUtf8(client::csvLine(connection, app));
        else if (invocation_.json)
            out_ << (std::exchange(first, false) ? u"\n"_s : u",\n"_s)
                 << json(client::connectionMap(connection, app), Layout::Compact).trimmed();
        else
            table_.add(connection, app);
    }
    out_.flush();
}

void Runner::endHistory(const Result<void>& result) {
    if (!result)
        return fail(result.error());
    if (invocation_.json && !std::get<ShowHistory>(invocation_.request).csv)
        out_ << u"\n]\n"_s;
    else if (!std::get<ShowHistory>(invocation_.request).csv)
        out_ << table_.toString();
    end(ExitCode::Ok);
}

void Runner::run(const ShowTotals&) {
    firewall_.totals(this, then<QList<api::Totals>>([this](const QList<api::Totals>& totals) {
                         print(totalsText(totals), maps(totals));
                     }));
}

// A file is in Prometheus' own format, with --json too.
void Runner::run(const ShowMetrics& request) {
    // Who collects it runs as somebody else.
    static constexpr auto kForAll =
        QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther;
    firewall_.metrics(this, [this, request](const Result<QString>& metrics) {
        if (!metrics)
            return fail(metrics.error());
        const QString text = harmlessMetrics(*metrics);
        if (!request.file.isEmpty())
            return done()(writeFile(request.file, text, kForAll));
        const Result<QVariantList> samples =
            invocation_.json ? samplesOf(*metrics) : Result<QVariantList>(QVariantList());
        if (!samples)
            return fail(samples.error());
        print(text, *samples);
        end(ExitCode::Ok);
    });
}

}  // namespace sallyport::cli
