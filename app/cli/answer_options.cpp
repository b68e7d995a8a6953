// Reads what `answer` may be told.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/answer_options.h"

#include <limits>

#include "cli/option_reader.h"
#include "cli/text.h"
#include "cli/values.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

Result<Span> parseAnswerSpan(const QString& text) {
    return parseSpan(text, {u"once"_s, u"until-exit"_s, u"until-restart"_s, u"forever"_s});
}

Result<api::Answer> readAnswer(const QCommandLineParser& parser) {
    api::Answer answer;
    const auto action =
        oneOf(parser.positionalArguments().at(1), {api::Action::Allow, api::Action::Block});
    if (!action)
        return behind(u"answer"_s, action.error());
    answer.action = *action;
    Span span{answer.lifetime, answer.minutes};
    OptionReader reader(parser);
    reader.read(u"scope"_s, answer.scope, api::scopeFromWord);
    reader.read(u"for"_s, span, parseAnswerSpan);
    if (reader.failed())
        return *reader.failed();
    answer.lifetime = span.lifetime;
    answer.minutes = span.minutes;
    const bool refuse = parser.isSet(u"refuse"_s);
    const bool silent = parser.isSet(u"silent"_s);
    if ((refuse && silent) || ((refuse || silent) && answer.action == api::Action::Allow))
        return api::failure(ErrorCode::Invalid,
                            Text::tr("--refuse and --silent are ways to block: one of them, and "
                                     "not with allow"));
    if (refuse)
        answer.blockStyle = api::BlockStyle::Refuse;
    if (silent)
        answer.blockStyle = api::BlockStyle::Silent;
    if (parser.isSet(u"same-parent"_s))
        answer.who = api::Who::ProgramStartedBy;
    answer.note = parser.value(u"note"_s);
    return answer;
}

}  // namespace

void declareAnswerOptions(QCommandLineParser& parser) {
    parser.addOptions({
        {u"scope"_s,
         Text::tr("What the answer covers: address-and-port (unless said otherwise), address, host "
                  "(its name), domain (of its name), port or everything."),
         u"SCOPE"_s},
        {u"for"_s,
         Text::tr("How long: once (unless said otherwise), until-exit, a time like 5m or 1h, "
                  "until-restart or forever."),
         u"TIME"_s},
        {u"same-parent"_s, Text::tr("Only when started by the program that started it now.")},
        {u"refuse"_s,
         Text::tr("With block: as if the other side had refused; what waits is aborted.")},
        {u"silent"_s, Text::tr("With block: let the program wait.")},
        {u"note"_s, Text::tr("A line of your own about the rule."), u"TEXT"_s},
    });
}

Result<AnswerQuestion> readAnswerOptions(const QCommandLineParser& parser) {
    const auto id =
        parseNumber(parser.positionalArguments().first(), Text::tr("number of a question"),
                    std::numeric_limits<quint64>::max());
    if (!id)
        return id.error();
    const auto answer = readAnswer(parser);
    if (!answer)
        return answer.error();
    return AnswerQuestion{*id, *answer};
}

}  // namespace sallyport::cli
