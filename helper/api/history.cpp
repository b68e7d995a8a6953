// Filters and sums of the history as maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/history.h"

#include <limits>

#include "api/fields.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMost = std::numeric_limits<qint64>::max();

template <class T, class Write>
QStringList written(const QList<T>& values, Write write) {
    QStringList texts;
    for (const T& value : values)
        texts += write(value);
    return texts;
}

template <class T, class Parse>
QList<T> parsedList(FieldReader& reader, const QString& key, Parse parse) {
    QList<T> values;
    const QStringList texts = reader.texts(key);
    for (const QString& text : texts) {
        const Result<T> value = parse(text);
        if (!value) {
            reader.fail(key, value.error().text);
            return {};
        }
        values += *value;
    }
    if (values.size() > kMaxHistoryAlternatives)
        reader.fail(key, u"has too many entries"_s);
    return values;
}

Result<QString> anyText(const QString& text) {
    if (text.isEmpty())
        return failure(ErrorCode::Invalid, u"must not be empty"_s);
    return text;
}

Result<HistoryTerm> termFrom(const QVariant& value) {
    if (value.typeId() != QMetaType::QVariantMap)
        return failure(ErrorCode::Invalid, u"must hold maps"_s);
    FieldReader reader(value.toMap(), {});
    HistoryTerm term;
    term.programs = parsedList<QString>(reader, u"programs"_s, anyText);
    term.remotes = parsedList<QString>(reader, u"remotes"_s, anyText);
    term.ports = parsedList<PortRange>(reader, u"ports"_s, PortRange::parse);
    term.states = parsedList<ConnectionState>(reader, u"states"_s, connectionStateFromWord);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    if (term == HistoryTerm{})
        return failure(ErrorCode::Invalid, u"a term must have an alternative"_s);
    return term;
}

QVariantMap toMap(const Sums& sums) {
    return {{u"connections"_s, sums.connections},
            {u"blocked"_s, sums.blocked},
            {u"sent"_s, sums.sent},
            {u"received"_s, sums.received}};
}

Result<Sums> sumsFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    Sums sums;
    sums.connections = reader.bigNumber(u"connections"_s);
    sums.blocked = reader.bigNumber(u"blocked"_s);
    sums.sent = reader.bigNumber(u"sent"_s);
    sums.received = reader.bigNumber(u"received"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return sums;
}

}  // namespace

QVariantMap toMap(const HistoryFilter& filter) {
    QVariantList terms;
    for (const HistoryTerm& term : filter.terms) {
        terms += QVariantMap{
            {u"programs"_s, term.programs},
            {u"remotes"_s, term.remotes},
            {u"ports"_s, written(term.ports, [](const PortRange& r) { return r.toString(); })},
            {u"states"_s, written(term.states, [](ConnectionState s) { return toWord(s); })}};
    }
    return {{u"terms"_s, terms},
            {u"sinceMs"_s, filter.sinceMs},
            {u"untilMs"_s, filter.untilMs},
            {u"before"_s, filter.before},
            {u"limit"_s, filter.limit}};
}

Result<HistoryFilter> historyFilterFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"filter"_s);
    HistoryFilter filter;
    const QVariantList terms = reader.list(u"terms"_s);
    if (terms.size() > kMaxHistoryTerms)
        reader.fail(u"terms"_s, u"are too many"_s);
    for (const QVariant& value : terms) {
        const Result<HistoryTerm> term = termFrom(value);
        if (!term) {
            reader.fail(u"terms"_s, term.error().text);
            break;
        }
        filter.terms += *term;
    }
    filter.sinceMs = reader.number(u"sinceMs"_s, 0, 0, kMost);
    filter.untilMs = reader.number(u"untilMs"_s, 0, 0, kMost);
    filter.before = static_cast<quint64>(reader.number(u"before"_s, 0, 0, kMost));
    filter.limit = static_cast<int>(reader.number(u"limit"_s, filter.limit, 1, kMaxHistoryPage));
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return filter;
}

QVariantMap positionOf(const HistoryPage& page) {
    return {{u"next"_s, page.next}, {u"reachedMs"_s, page.reachedMs}};
}

Result<HistoryPage> historyPage(const QList<QVariantMap>& programs,
                                const ConnectionList& connections, const QVariantMap& position) {
    HistoryPage page;
    page.connections = connections;
    for (const QVariantMap& map : programs) {
        const Result<Program> program = programFromMap(map);
        if (!program)
            return program.error();
        page.programs += *program;
    }
    FieldReader reader(position, u"position"_s);
    page.next = reader.bigNumber(u"next"_s);
    page.reachedMs = reader.number(u"reachedMs"_s, 0, 0, kMost);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return page;
}

QVariantMap toMap(const Totals& totals) {
    return {{u"app"_s, toMap(totals.app)},
            {u"today"_s, toMap(totals.today)},
            {u"week"_s, toMap(totals.week)},
            {u"month"_s, toMap(totals.month)}};
}

Result<Totals> totalsFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"totals"_s);
    Totals totals;
    totals.app = reader.parsedMap(u"app"_s, totals.app, appFromMap);
    totals.today = reader.parsedMap(u"today"_s, totals.today, sumsFromMap);
    totals.week = reader.parsedMap(u"week"_s, totals.week, sumsFromMap);
    totals.month = reader.parsedMap(u"month"_s, totals.month, sumsFromMap);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return totals;
}

}  // namespace sallyport::api
