// Reads what `settings` may be told.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/settings_options.h"

#include "cli/option_reader.h"
#include "cli/text.h"
#include "cli/values.h"

namespace sallyport::cli {

using api::Result;
using namespace Qt::StringLiterals;

void declareSettingsOptions(QCommandLineParser& parser) {
    parser.addOptions({
        {u"answer-seconds"_s, Text::tr("How long a connection waits for an answer: 5 to 60."),
         u"N"_s},
        {u"nobody-to-ask"_s,
         Text::tr("What happens while nobody is logged in: wait, block or allow."), u"WHAT"_s},
        {u"history-days"_s, Text::tr("How long ended connections are kept: 1 to 3650 days."),
         u"N"_s},
        {u"history-megabytes"_s,
         Text::tr("How large the history may grow: 10 to 100000. The oldest are forgotten first."),
         u"N"_s},
        {u"password-for-lasting"_s,
         Text::tr("Whether an answer for ever needs its person's password: on or off."), u"WHAT"_s},
    });
}

Result<Settings> readSettingsOptions(const QCommandLineParser& parser) {
    Settings settings;
    OptionReader reader(parser);
    const auto amount = [&reader](const QString& option, const QString& what, quint32 least,
                                  quint32 most, std::optional<quint32>& into) {
        reader.read(option, into,
                    [&](const QString& text) { return parseAmount(text, what, least, most); });
    };
    amount(u"answer-seconds"_s, Text::tr("number of seconds"), api::kMinAnswerSeconds,
           api::kMaxAnswerSeconds, settings.answerSeconds);
    amount(u"history-days"_s, Text::tr("number of days"), 1, api::kMaxHistoryDays,
           settings.historyDays);
    amount(u"history-megabytes"_s, Text::tr("number of megabytes"), api::kMinHistoryMegabytes,
           api::kMaxHistoryMegabytes, settings.historyMegabytes);
    reader.read(u"nobody-to-ask"_s, settings.nobodyToAsk, api::fallbackFromWord);
    reader.read(u"password-for-lasting"_s, settings.passwordForLasting, parseSwitch);
    if (reader.failed())
        return *reader.failed();
    return settings;
}

}  // namespace sallyport::cli
