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
        {u"history-days"_s, Text::tr("How long ended connections are kept."), u"N"_s},
        {u"history-megabytes"_s,
         Text::tr("How large the history may grow: 10 to 100000. The oldest are forgotten first."),
         u"N"_s},
    });
}

Result<Settings> readSettingsOptions(const QCommandLineParser& parser) {
    Settings settings;
    const auto number = [&](const QString& option, const QString& what,
                            std::optional<quint32>& into) -> Result<void> {
        if (!parser.isSet(option))
            return {};
        const auto value = parseNumber(parser.value(option), what, api::kMaxHistoryMegabytes);
        if (!value)
            return value.error();
        into = static_cast<quint32>(*value);
        return {};
    };
    if (const auto read =
            number(u"answer-seconds"_s, Text::tr("number of seconds"), settings.answerSeconds);
        !read)
        return read.error();
    if (const auto read =
            number(u"history-days"_s, Text::tr("number of days"), settings.historyDays);
        !read)
        return read.error();
    if (const auto read = number(u"history-megabytes"_s, Text::tr("number of megabytes"),
                                 settings.historyMegabytes);
        !read)
        return read.error();
    if (parser.isSet(u"nobody-to-ask"_s)) {
        const auto fallback = api::fallbackFromWord(parser.value(u"nobody-to-ask"_s));
        if (!fallback)
            return fallback.error();
        settings.nobodyToAsk = *fallback;
    }
    return settings;
}

}  // namespace sallyport::cli
