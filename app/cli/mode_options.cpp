// Reads what `mode` may be told.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/mode_options.h"

#include <QDateTime>

#include "cli/text.h"
#include "cli/values.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::failure;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMsPerMinute = 60'000;

// A day alone is its beginning. Local time, unless the text says another.
Result<qint64> parseMoment(const QString& text) {
    const QDateTime moment = QDateTime::fromString(text, Qt::ISODate);
    if (!moment.isValid())
        return failure(ErrorCode::Invalid, Text::tr("\"%1\" is not a time: write a day like "
                                                    "2026-12-03, or 2026-12-03T18:00")
                                               .arg(escaped(text)));
    return moment.toMSecsSinceEpoch();
}

}  // namespace

void declareModeOptions(QCommandLineParser& parser) {
    parser.addOptions({
        {u"for"_s, Text::tr("How long, a time like 12h or 7d: then the mode is ask again."),
         u"TIME"_s},
        {u"until"_s,
         Text::tr("The same, as a day (its beginning) or a moment: 2026-12-03 or "
                  "2026-12-03T18:00."),
         u"MOMENT"_s},
    });
}

bool hasModeOptions(const QCommandLineParser& parser) {
    return parser.isSet(u"for"_s) || parser.isSet(u"until"_s);
}

Result<ChangeMode> readModeOptions(const QCommandLineParser& parser) {
    const auto mode = api::modeFromWord(parser.positionalArguments().first());
    if (!mode)
        return behind(u"mode"_s, mode.error());
    ChangeMode change{*mode};
    if (!hasModeOptions(parser))
        return change;
    if (change.mode == api::Mode::Ask)
        return failure(ErrorCode::Invalid,
                       Text::tr("ask has no end: it is what the other modes end in"));
    if (parser.isSet(u"for"_s) && parser.isSet(u"until"_s))
        return failure(ErrorCode::Invalid, Text::tr("either --for or --until, not both"));
    if (parser.isSet(u"for"_s)) {
        const auto span = parseSpan(parser.value(u"for"_s));
        if (!span)
            return failure(ErrorCode::Invalid,
                           Text::tr("\"%1\" is not how long a mode lasts: write a time like 12h "
                                    "or 7d, at most 365d")
                               .arg(escaped(parser.value(u"for"_s))));
        change.forMs = span->minutes * kMsPerMinute;
        return change;
    }
    const auto moment = parseMoment(parser.value(u"until"_s));
    if (!moment)
        return moment.error();
    change.untilMs = *moment;
    return change;
}

}  // namespace sallyport::cli
