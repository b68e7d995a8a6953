// Reads what `settings` may be told.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/settings_options.h"

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
    });
}

Result<Settings> readSettingsOptions(const QCommandLineParser& parser) {
    Settings settings;
    struct Amount {
        QString option;
        QString what;
        quint32 least, most;
        std::optional<quint32>& into;
    };
    for (const Amount& amount :
         {Amount{u"answer-seconds"_s, Text::tr("number of seconds"), api::kMinAnswerSeconds,
                 api::kMaxAnswerSeconds, settings.answerSeconds},
          Amount{u"history-days"_s, Text::tr("number of days"), 1, api::kMaxHistoryDays,
                 settings.historyDays},
          Amount{u"history-megabytes"_s, Text::tr("number of megabytes"), api::kMinHistoryMegabytes,
                 api::kMaxHistoryMegabytes, settings.historyMegabytes}}) {
        if (!parser.isSet(amount.option))
            continue;
        const auto value =
            parseAmount(parser.value(amount.option), amount.what, amount.least, amount.most);
        if (!value)
            return value.error();
        amount.into = *value;
    }
    if (parser.isSet(u"nobody-to-ask"_s)) {
        const auto fallback = api::fallbackFromWord(parser.value(u"nobody-to-ask"_s));
        if (!fallback)
            return fallback.error();
        settings.nobodyToAsk = *fallback;
    }
    return settings;
}

}  // namespace sallyport::cli
