// What the options of `history` say about which connections are wanted.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/history_options.h"

#include <QDateTime>

#include "cli/option_reader.h"
#include "cli/text.h"
#include "cli/values.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

// A time of this place, or how long before `nowMs`.
Result<qint64> parseTime(const QString& text, qint64 nowMs) {
    if (const auto ago = parseSpan(text))
        return nowMs - qint64{ago->minutes} * 60'000;
    const QDateTime time = QDateTime::fromString(text, Qt::ISODate);
    if (!time.isValid() || time.toMSecsSinceEpoch() <= 0)
        return api::failure(ErrorCode::Invalid,
                            Text::tr("\"%1\" is no time: write 2026-01-31, 2026-01-31T12:00, or "
                                     "how long ago, like 30m, 2h or 7d")
                                .arg(escaped(text)));
    return time.toMSecsSinceEpoch();
}

// What listens is in no history.
Result<api::ConnectionState> parseState(const QString& word) {
    using State = api::ConnectionState;
    return oneOf(word,
                 {State::Allowed, State::Blocked, State::Held, State::Undecided, State::Audited});
}

// A free word: part of a program, a name or an address, or a port.
api::HistoryTerm freeWord(const QString& word) {
    api::HistoryTerm term{{word}, {word}, {}, {}};
    if (word.front().isDigit()) {
        if (const auto ports = api::PortRange::parse(word))
            term.ports = {*ports};
    }
    return term;
}

}  // namespace

void declareHistoryOptions(QCommandLineParser& parser) {
    parser.addOptions({
        {u"program"_s, Text::tr("Only of programs with this in their path or script."), u"TEXT"_s},
        {u"name"_s, Text::tr("Only to hosts with this in their name."), u"TEXT"_s},
        {u"to"_s, Text::tr("Only to remotes with this in their name or address."), u"TEXT"_s},
        {u"port"_s,
         Text::tr("Only to this port, or to one of a range like 8000-8080; of incoming ones, to "
                  "this port here."),
         u"PORT"_s},
        {u"state"_s, Text::tr("Only allowed, blocked, held, undecided or audited ones."),
         u"STATE"_s},
        {u"since"_s,
         Text::tr("Only what ended since then: a time like 2026-01-31 or 2026-01-31T12:00, or how "
                  "long ago, like 30m, 2h or 7d."),
         u"TIME"_s},
        {u"until"_s, Text::tr("Only what ended before; as --since."), u"TIME"_s},
        {u"limit"_s, Text::tr("How many, newest first; 50 unless said otherwise."), u"N"_s},
        {u"all"_s, Text::tr("All of them.")},
        {u"csv"_s,
         Text::tr("Comma-separated values with a header line. A text that a spreadsheet would take "
                  "for a formula gets an apostrophe in front.")},
    });
}

Result<api::HistoryFilter> readHistoryOptions(const QCommandLineParser& parser) {
    api::HistoryFilter filter;
    for (const QString& text : parser.values(u"program"_s))
        filter.terms += api::HistoryTerm{{text}, {}, {}, {}};
    for (const QString& text : parser.values(u"to"_s) + parser.values(u"name"_s))
        filter.terms += api::HistoryTerm{{}, {text}, {}, {}};
    OptionReader reader(parser);
    reader.readEach(u"port"_s, api::PortRange::parse, [&filter](api::PortRange ports) {
        filter.terms += api::HistoryTerm{{}, {}, {ports}, {}};
    });
    api::HistoryTerm states;
    reader.readEach(u"state"_s, parseState,
                    [&states](api::ConnectionState state) { states.states += state; });
    const auto time = [now = QDateTime::currentMSecsSinceEpoch()](const QString& text) {
        return parseTime(text, now);
    };
    reader.read(u"since"_s, filter.sinceMs, time);
    reader.read(u"until"_s, filter.untilMs, time);
    if (reader.failed())
        return *reader.failed();
    if (!states.states.isEmpty())
        filter.terms += states;
    for (const QString& word : parser.positionalArguments()) {
        if (!word.isEmpty())
            filter.terms += freeWord(word);
    }
    // What the helper would refuse is refused here, without it.
    if (const auto valid = api::historyFilterFromMap(api::toMap(filter)); !valid)
        return valid.error();
    return filter;
}

}  // namespace sallyport::cli
