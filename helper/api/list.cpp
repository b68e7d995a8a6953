// Lists as maps, and what makes one sensible.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/list.h"

#include <algorithm>
#include <limits>

#include "api/fields.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMost = std::numeric_limits<qint64>::max();
constexpr qsizetype kLongestName = 32;
constexpr qsizetype kLongestText = 2000;

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

bool isPlain(QChar c) {
    return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
}

quint64 count(FieldReader& reader, const QString& key) {
    return static_cast<quint64>(reader.number(key, 0, 0, kMost));
}

// "12 reason"
QString lineOf(const BadLine& bad) {
    return QString::number(bad.number) + u' ' + bad.reason;
}

BadLine badLineOf(const QString& text) {
    const qsizetype blank = text.indexOf(u' ');
    return {text.first(std::max<qsizetype>(blank, 0)).toUInt(), text.sliced(blank + 1)};
}

}  // namespace

bool isWebAddress(const QString& source) {
    return source.startsWith("https://"_L1, Qt::CaseInsensitive) ||
           source.startsWith("http://"_L1, Qt::CaseInsensitive);
}

Result<void> checkListName(const QString& name) {
    const bool fine = !name.isEmpty() && name.size() <= kLongestName && isPlain(name.front()) &&
                      std::all_of(name.begin(), name.end(),
                                  [](QChar c) { return isPlain(c) || c == u'-' || c == u'_'; });
    if (fine)
        return {};
    return invalid(quoted(name) +
                   u" is no name for a list: it has 1 to %1 of a-z, 0-9, - and _, and begins with "
                   "a letter or a digit"_s.arg(kLongestName));
}

Result<void> validate(const List& list) {
    if (Result<void> name = checkListName(list.name); !name)
        return name;
    for (const QString& text : {list.title, list.source}) {
        if (text.size() > kLongestText || hasControlCharacters(text))
            return invalid(u"a list's title and source are one line of %1 characters at most"_s.arg(
                kLongestText));
    }
    if (list.daily && !isWebAddress(list.source))
        return invalid(
            u"only a list from a web address is refreshed every day: who does that may not read "
            "your files; add it without that, and refresh it when the file has changed"_s);
    return {};
}

QVariantMap toMap(const List& list) {
    return {{u"name"_s, list.name},           {u"title"_s, list.title},
            {u"source"_s, list.source},       {u"daily"_s, list.daily},
            {u"updatedMs"_s, list.updatedMs}, {u"names"_s, list.names},
            {u"prefixes"_s, list.prefixes},   {u"badLines"_s, list.badLines},
            {u"problem"_s, list.problem}};
}

Result<List> listFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    List list;
    list.name = reader.text(u"name"_s);
    list.title = reader.text(u"title"_s);
    list.source = reader.text(u"source"_s);
    list.daily = reader.flag(u"daily"_s);
    list.updatedMs = reader.number(u"updatedMs"_s, 0, 0, kMost);
    list.names = count(reader, u"names"_s);
    list.prefixes = count(reader, u"prefixes"_s);
    list.badLines = count(reader, u"badLines"_s);
    list.problem = reader.text(u"problem"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    if (Result<void> sensible = validate(list); !sensible)
        return sensible.error();
    return list;
}

QStringList toTexts(const QList<BadLine>& lines) {
    QStringList texts;
    for (const BadLine& line : lines)
        texts.append(lineOf(line));
    return texts;
}

QList<BadLine> badLinesFromTexts(const QStringList& texts) {
    QList<BadLine> lines;
    for (const QString& text : texts)
        lines.append(badLineOf(text));
    return lines;
}

QVariantMap toMap(const ListReport& report) {
    return {{u"list"_s, toMap(report.list)},
            {u"format"_s, report.format},
            {u"firstBad"_s, toTexts(report.firstBad)}};
}

Result<ListReport> listReportFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    ListReport report;
    report.list = reader.parsedMap(u"list"_s, report.list, listFromMap);
    report.format = reader.text(u"format"_s);
    report.firstBad = badLinesFromTexts(reader.texts(u"firstBad"_s));
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return report;
}

QVariantMap toMap(const ListFinding& finding) {
    return {{u"list"_s, finding.list},
            {u"line"_s, finding.line},
            {u"entry"_s, finding.entry},
            {u"exception"_s, finding.exception}};
}

Result<ListFinding> listFindingFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    ListFinding finding;
    finding.list = reader.text(u"list"_s);
    finding.line =
        static_cast<quint32>(reader.number(u"line"_s, 0, 0, std::numeric_limits<quint32>::max()));
    finding.entry = reader.text(u"entry"_s);
    finding.exception = reader.flag(u"exception"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return finding;
}

}  // namespace sallyport::api
