// The commands and their options.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <limits>

#include "cli/answer_options.h"
#include "cli/history_options.h"
#include "cli/list_options.h"
#include "cli/mode_options.h"
#include "cli/request.h"
#include "cli/settings_options.h"
#include "cli/text.h"
#include "cli/values.h"

namespace sallyport::cli {

using api::Result;
using namespace Qt::StringLiterals;

namespace {

struct Command {
    const char* words;      // "rules add"
    const char* arguments;  // "RULE..."
    const char* summary;
    int least;  // how many arguments
    int most;
    void (*declare)(QCommandLineParser&);
    Request (*build)(const QCommandLineParser&);
};

constexpr int kMany = std::numeric_limits<int>::max();

Say wrongUse(const QString& text) {
    return {text, ExitCode::Usage};
}

Say refused(const api::Error& error) {
    return {harmless(error.text), ExitCode::Invalid};
}

Result<QList<api::RuleId>> ruleIds(const QStringList& texts) {
    QList<api::RuleId> ids;
    for (const QString& text : texts) {
        const auto id = parseNumber(text, Text::tr("number of a rule"), api::kMaxRuleId);
        if (!id)
            return id.error();
        if (const auto one = static_cast<api::RuleId>(*id); !ids.contains(one))
            ids << one;
    }
    return ids;
}

void nothing(QCommandLineParser&) {}

template <class T>
Request simple(const QCommandLineParser&) {
    return T{};
}

void declareMetrics(QCommandLineParser& parser) {
    parser.addOption({u"textfile"_s,
                      Text::tr("Write it to this file, whole or not at all, for the textfile "
                               "collector of node_exporter."),
                      u"PATH"_s});
}

Request buildMetrics(const QCommandLineParser& parser) {
    return ShowMetrics{parser.value(u"textfile"_s)};
}

void declareWatch(QCommandLineParser& parser) {
    parser.addOption({u"once"_s, Text::tr("Print the connections there are and end.")});
}

Request buildWatch(const QCommandLineParser& parser) {
    return WatchConnections{parser.isSet(u"once"_s)};
}

Request buildAdd(const QCommandLineParser& parser) {
    const Result<RuleOptions> options = readRuleOptions(parser);
    if (!options)
        return refused(options.error());
    if (!options->action)
        return wrongUse(Text::tr("rules add: say --allow, --block, --refuse, --silent or --audit"));
    // Found out here rather than by the helper: the person gets the message without one.
    if (const auto rule = options->applyTo({}, 0); !rule)
        return refused(rule.error());
    return AddRule{*options};
}

Request buildEdit(const QCommandLineParser& parser) {
    const auto ids = ruleIds(parser.positionalArguments());
    if (!ids)
        return refused(ids.error());
    const Result<RuleOptions> options = readRuleOptions(parser);
    if (!options)
        return refused(options.error());
    if (*options == RuleOptions{})
        return wrongUse(Text::tr("rules edit: say what to change"));
    return EditRule{ids->first(), *options};
}

Request buildRemove(const QCommandLineParser& parser) {
    const auto ids = ruleIds(parser.positionalArguments());
    return ids ? Request(RemoveRules{*ids}) : refused(ids.error());
}

Request buildReset(const QCommandLineParser& parser) {
    const auto ids = ruleIds(parser.positionalArguments());
    return ids ? Request(ResetQuota{ids->first()}) : refused(ids.error());
}

template <bool on>
Request buildEnable(const QCommandLineParser& parser) {
    const auto ids = ruleIds(parser.positionalArguments());
    return ids ? Request(EnableRules{*ids, on}) : refused(ids.error());
}

Request buildExplain(const QCommandLineParser& parser) {
    const QStringList arguments = parser.positionalArguments();
    if (hasAttemptOptions(parser)) {
        if (!arguments.isEmpty())
            return wrongUse(
                Text::tr("explain: either the number of a connection or options, not both"));
        const auto attempt = readAttempt(parser);
        return attempt ? Request(ExplainAttempt{*attempt}) : refused(attempt.error());
    }
    if (arguments.isEmpty())
        return wrongUse(
            Text::tr("explain: the number of a connection, or --program, --to and --port"));
    const auto id = parseNumber(arguments.first(), Text::tr("number of a connection"),
                                std::numeric_limits<quint64>::max());
    return id ? Request(ExplainConnection{*id}) : refused(id.error());
}

Request buildAnswer(const QCommandLineParser& parser) {
    const auto request = readAnswerOptions(parser);
    return request ? Request(*request) : refused(request.error());
}

Request buildMode(const QCommandLineParser& parser) {
    if (parser.positionalArguments().isEmpty())
        return hasModeOptions(parser) ? Request(wrongUse(Text::tr("mode: say which one is to end")))
                                      : Request(ShowMode{});
    const auto change = readModeOptions(parser);
    return change ? Request(*change) : refused(change.error());
}

Request buildPause(const QCommandLineParser& parser) {
    const auto seconds = parsePause(parser.positionalArguments().first());
    return seconds ? Request(Pause{*seconds}) : refused(seconds.error());
}

Request buildBlockAll(const QCommandLineParser& parser) {
    const auto on = parseSwitch(parser.positionalArguments().first());
    return on ? Request(BlockAll{*on}) : refused(behind(u"block-all"_s, on.error()));
}

Request buildSettings(const QCommandLineParser& parser) {
    const auto settings = readSettingsOptions(parser);
    return settings ? Request(*settings) : refused(settings.error());
}

// "-" is the standard stream, like no name at all.
QString fileName(const QCommandLineParser& parser) {
    const QString name = parser.positionalArguments().value(0);
    return name == "-"_L1 ? QString() : name;
}

Request buildExport(const QCommandLineParser& parser) {
    return ExportRules{fileName(parser)};
}

void declareImport(QCommandLineParser& parser) {
    parser.addOption(
        {u"replace"_s, Text::tr("Remove your own rules first, instead of adding to them.")});
}

Request buildImport(const QCommandLineParser& parser) {
    return ImportRules{fileName(parser), parser.isSet(u"replace"_s)};
}

Request buildHistory(const QCommandLineParser& parser) {
    ShowHistory request;
    const auto filter = readHistoryOptions(parser);
    if (!filter)
        return refused(filter.error());
    request.filter = *filter;
    request.csv = parser.isSet(u"csv"_s);
    if (request.csv && parser.isSet(u"json"_s))
        return wrongUse(Text::tr("history: either --csv or --json"));
    if (parser.isSet(u"all"_s) && parser.isSet(u"limit"_s))
        return wrongUse(Text::tr("history: either --all or --limit"));
    if (parser.isSet(u"all"_s))
        request.most = 0;
    if (parser.isSet(u"limit"_s)) {
        const auto limit = parseNumber(parser.value(u"limit"_s), Text::tr("number of lines"),
                                       std::numeric_limits<qint64>::max());
        if (!limit)
            return refused(limit.error());
        request.most = static_cast<qint64>(*limit);
    }
    return request;
}

Request buildAddList(const QCommandLineParser& parser) {
    const auto request = readListOptions(parser);
    return request ? Request(*request) : refused(request.error());
}

Request buildRefreshLists(const QCommandLineParser& parser) {
    return RefreshLists{parser.positionalArguments(), parser.isSet(u"daily"_s)};
}

Request buildRemoveList(const QCommandLineParser& parser) {
    return readListRemoval(parser);
}

Request buildBadLines(const QCommandLineParser& parser) {
    return ShowBadLines{parser.positionalArguments().first()};
}

Request buildFindInLists(const QCommandLineParser& parser) {
    return FindInLists{parser.positionalArguments().first()};
}

// lupdate reads no macros of ours.
const std::array kCommands{
    Command{"status", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "What protects the machine now"), 0, 0,
            nothing, simple<ShowStatus>},
    Command{"watch", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Connections as they come, change and go"), 0,
            0, declareWatch, buildWatch},
    Command{"rules list", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "The rules in their order of precedence"), 0,
            0, nothing, simple<ListRules>},
    Command{"rules add", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "A new rule; prints its number"), 0, 0,
            declareRuleOptions, buildAdd},
    Command{
        "rules edit", "RULE",
        QT_TRANSLATE_NOOP("sallyport::cli::Text", "Change what the options say, leave the rest"), 1,
        1, declareRuleOptions, buildEdit},
    Command{"rules remove", "RULE...", QT_TRANSLATE_NOOP("sallyport::cli::Text", "Delete rules"), 1,
            kMany, nothing, buildRemove},
    Command{"rules enable", "RULE...",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Let rules count again"), 1, kMany, nothing,
            buildEnable<true>},
    Command{"rules disable", "RULE...",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Keep rules without letting them count"), 1,
            kMany, nothing, buildEnable<false>},
    Command{"rules reset-quota", "RULE",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "As if nothing of its quota were used yet"),
            1, 1, nothing, buildReset},
    Command{"rules undo", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Take the last change of the rules back"), 0,
            0, nothing, simple<UndoRules>},
    Command{"lists list", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "The lists that rules can ask for"), 0, 0,
            nothing, simple<ListLists>},
    Command{"lists add", "NAME FILE|URL",
            QT_TRANSLATE_NOOP("sallyport::cli::Text",
                              "A list of names, addresses or prefixes, new or instead of the old"),
            2, 2, declareListOptions, buildAddList},
    Command{"lists refresh", "[NAME...]",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Fetch the contents of lists again"), 0,
            kMany, declareListRefresh, buildRefreshLists},
    Command{"lists remove", "NAME", QT_TRANSLATE_NOOP("sallyport::cli::Text", "Delete a list"), 1,
            1, declareListRemoval, buildRemoveList},
    Command{"lists bad-lines", "NAME",
            QT_TRANSLATE_NOOP("sallyport::cli::Text",
                              "The first hundred lines of a list that were passed over"),
            1, 1, nothing, buildBadLines},
    Command{"lists find", "NAME|ADDRESS",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Which lists contain a name or an address"),
            1, 1, nothing, buildFindInLists},
    Command{"explain", "[CONNECTION]",
            QT_TRANSLATE_NOOP(
                "sallyport::cli::Text",
                "Why a connection was allowed or stopped, or would be (--program, --to, --port)"),
            0, 1, declareAttemptOptions, buildExplain},
    Command{
        "questions", "",
        QT_TRANSLATE_NOOP("sallyport::cli::Text", "What waits for an answer, and what was missed"),
        0, 0, nothing, simple<ListQuestions>},
    Command{"answer", "QUESTION allow|block",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Answer a question"), 2, 2,
            declareAnswerOptions, buildAnswer},
    Command{
        "mode", "[ask|learn|lock-down|audit]",
        QT_TRANSLATE_NOOP("sallyport::cli::Text", "What happens to a connection without a rule"), 0,
        1, declareModeOptions, buildMode},
    Command{"pause", "MINUTES|off",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Let everything pass for a while"), 1, 1,
            nothing, buildPause},
    Command{"block-all", "on|off", QT_TRANSLATE_NOOP("sallyport::cli::Text", "Stop everything"), 1,
            1, nothing, buildBlockAll},
    Command{"settings", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "The settings; changes what the options say"),
            0, 0, declareSettingsOptions, buildSettings},
    Command{"export", "[FILE]",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Write the rules as JSON"), 0, 1, nothing,
            buildExport},
    Command{"import", "FILE",
            QT_TRANSLATE_NOOP("sallyport::cli::Text",
                              "Read rules from such a file: all of them or none"),
            1, 1, declareImport, buildImport},
    Command{"history", "[TEXT...]",
            QT_TRANSLATE_NOOP("sallyport::cli::Text", "Connections that have ended"), 0, kMany,
            declareHistoryOptions, buildHistory},
    Command{"totals", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text",
                              "What each program did today, in the last 7 and the last 30 days"),
            0, 0, nothing, simple<ShowTotals>},
    Command{"metrics", "",
            QT_TRANSLATE_NOOP("sallyport::cli::Text",
                              "What the helper counted, in the text format of Prometheus"),
            0, 0, declareMetrics, buildMetrics},
};

QString line(const QString& left, const QString& right) {
    return u"  "_s + left.leftJustified(36) + right + u'\n';
}

// "rules edit [OPTIONS] RULE"
QString synopsis(const Command& command, const QString& options = {}) {
    QString text = QString::fromLatin1(command.words);
    for (const QString& part : {options, QString::fromLatin1(command.arguments)})
        text += part.isEmpty() ? part : u' ' + part;
    return text;
}

QString overview() {
    QString text = Text::tr("Usage: sallyportctl [--json] COMMAND [OPTIONS]") + u"\n\n"_s;
    for (const Command& command : kCommands)
        text += line(synopsis(command), Text::tr(command.summary));
    text += u'\n' + Text::tr("Options") + u'\n';
    text += line(u"--json"_s, Text::tr("JSON instead of text; watch prints an object a line"));
    text += line(u"-h, --help"_s, Text::tr("This text, or that of a command"));
    text += line(u"--version"_s, Text::tr("The version"));
    text += u'\n' + Text::tr("Exit codes") + u'\n';
    const std::array<QString, 7> codes{
        Text::tr("done"),
        Text::tr("failed"),
        Text::tr("no such command or option, or an argument too few or too many"),
        Text::tr("the helper cannot be reached, or polkit does not answer it"),
        Text::tr("not permitted"),
        Text::tr("no such rule, question or connection"),
        Text::tr("a value that makes no sense"),
    };
    for (size_t i = 0; i < codes.size(); ++i)
        text += u"  %1  %2\n"_s.arg(QString::number(i), codes.at(i));
    return text;
}

// The command that begins `words`, and how many of them name it.
struct Found {
    const Command* command = nullptr;
    qsizetype length = 0;
};

Found find(const QStringList& words) {
    for (const Command& command : kCommands) {
        const QStringList name = QString::fromLatin1(command.words).split(u' ');
        if (words.mid(0, name.size()) == name)
            return {&command, name.size()};
    }
    return {};
}

Request build(const Command& command, QCommandLineParser& parser) {
    const QStringList arguments = parser.positionalArguments();
    if (arguments.size() < command.least || arguments.size() > command.most) {
        const QString options = command.declare == nothing ? QString() : Text::tr("[OPTIONS]");
        return wrongUse(Text::tr("Usage: sallyportctl %1").arg(synopsis(command, options)));
    }
    return command.build(parser);
}

// What may stand behind a word that is no command alone: "list", "add" behind "rules".
QStringList wordsBehind(const QString& word) {
    QStringList behind;
    for (const Command& command : kCommands) {
        const QStringList words = QString::fromLatin1(command.words).split(u' ');
        if (words.size() > 1 && words.first() == word)
            behind << words.at(1);
    }
    return behind;
}

Request unknownCommand(const QStringList& words, const QString& unknownOption) {
    if (words.isEmpty())
        return Say{overview(), ExitCode::Usage};
    if (words.first().startsWith(u'-') && !unknownOption.isEmpty())
        return wrongUse(escaped(unknownOption));
    const bool two = words.size() > 1 && !words.at(1).startsWith(u'-');
    const QStringList behind = wordsBehind(words.first());
    if (!two && !behind.isEmpty())
        return wrongUse(
            Text::tr("%1: say which of these: %2").arg(words.first(), behind.join(u", "_s)));
    return wrongUse(
        Text::tr("there is no command \"%1\"").arg(escaped(words.mid(0, two ? 2 : 1).join(u' '))));
}

// Where a command line that is wrong is explained: `command` is null where it has none.
Request withHint(Request request, const Command* command, const QStringList& words) {
    auto* say = std::get_if<Say>(&request);
    if (say && say->code == ExitCode::Usage && !words.isEmpty())
        say->text +=
            u'\n' + Text::tr("See: sallyportctl %1")
                        .arg((command ? QLatin1StringView(command->words) + u' ' : QString()) +
                             u"--help"_s);
    return request;
}

// --help, --json and --version may stand before the command's words as well as after them.
bool isGeneral(const QString& argument) {
    return argument == "--json"_L1 || argument == "--help"_L1 || argument == "-h"_L1 ||
           argument == "--version"_L1 || argument == "-v"_L1;
}

}  // namespace

Invocation parse(const QStringList& arguments) {
    QStringList words = arguments.mid(1);
    QStringList general;
    while (!words.isEmpty() && isGeneral(words.first()))
        general << words.takeFirst();
    const Found found = find(words);

    QCommandLineParser parser;
    parser.addOptions({{u"json"_s, Text::tr("JSON instead of text.")},
                       {{u"h"_s, u"help"_s}, Text::tr("This text.")},
                       {{u"v"_s, u"version"_s}, Text::tr("The version.")}});
    QStringList rest = general;
    if (found.command) {
        const QString words_ = QString::fromLatin1(found.command->words);
        parser.setApplicationDescription(Text::tr(found.command->summary) + u'.');
        parser.addPositionalArgument(words_, {}, synopsis(*found.command));
        found.command->declare(parser);
        rest << words.mid(found.length);
    } else {
        rest << words;
    }
    const bool understood = parser.parse(QStringList{u"sallyportctl"_s} << rest);
    const bool asJson = parser.isSet(u"json"_s);
    if (parser.isSet(u"version"_s))
        return {asJson, Say{u"sallyportctl " SALLYPORT_VERSION "\n"_s}};
    if (parser.isSet(u"help"_s))
        return {asJson, Say{found.command ? parser.helpText() : overview()}};
    Request request = !found.command ? unknownCommand(words, parser.errorText())
                      : !understood  ? wrongUse(escaped(parser.errorText()))
                                     : build(*found.command, parser);
    return {asJson, withHint(std::move(request), found.command, words)};
}

}  // namespace sallyport::cli
