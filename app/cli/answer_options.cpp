// Reads what `answer` may be told.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/answer_options.h"

#include <limits>

#include "cli/text.h"
#include "cli/values.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

Result<api::Answer> readAnswer(const QCommandLineParser& parser) {
    api::Answer answer;
    const auto action = api::actionFromWord(parser.positionalArguments().at(1));
    if (!action || *action == api::Action::Audit)
        return api::failure(ErrorCode::Invalid,
                            Text::tr("a question is answered with allow or block"));
    answer.action = *action;
    if (parser.isSet(u"scope"_s)) {
        const auto scope = api::scopeFromWord(parser.value(u"scope"_s));
        if (!scope)
            return scope.error();
        answer.scope = *scope;
    }
    if (parser.isSet(u"for"_s)) {
        const auto span = parseSpan(parser.value(u"for"_s));
        if (!span)
            return span.error();
        answer.lifetime = span->lifetime;
        answer.minutes = span->minutes;
    }
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
