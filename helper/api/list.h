// A list of names and addresses that rules can name as their remote.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QVariantMap>

#include "api/result.h"

namespace sallyport::api {

// How many there can be, and how large the content of one.
inline constexpr int kMostLists = 64;
inline constexpr qint64 kLargestList = qint64{128} << 20;  // bytes

// What is known of a list. The first four are the person's; the content, and all that follows from
// it, is the helper's.
struct List {
    QString name;          // as rules have it: see checkListName()
    QString title{};       // for people; may be empty
    QString source{};      // where its content is fetched from: a URL or a path; may be empty
    bool daily = false;    // whether it shall be fetched every day; from a web address only
    qint64 updatedMs = 0;  // Unix milliseconds; when the content in force was taken
    quint64 names = 0;
    quint64 prefixes = 0;
    quint64 badLines = 0;
    QString problem{};  // why it is not in force, English; empty: it is

    bool operator==(const List&) const = default;
};

// Whether its content is to be fetched by now. Who comes by once a day may be a little early.
inline bool isDue(const List& list, qint64 nowMs) {
    constexpr qint64 kAlmostADayMs = qint64{23} * 3600 * 1000;
    return list.daily && list.updatedMs + kAlmostADayMs <= nowMs;
}

struct BadLine {
    quint32 number = 0;  // from 1
    QString reason;      // English
    bool operator==(const BadLine&) const = default;
};

// What became of a content that was handed over.
struct ListReport {
    List list;
    QString format;           // "hosts", "names", "adblock" or "addresses": most of its lines
    QList<BadLine> firstBad;  // in the order of the file, a hundred at most

    bool operator==(const ListReport&) const = default;
};

// An entry of a list that speaks of what was looked for.
struct ListFinding {
    QString list;
    quint32 line = 0;        // from 1
    QString entry;           // "ads.example": that name alone; "||ads.example^": all below it, too
    bool exception = false;  // takes it out of its list, whatever the list's other entries say

    bool operator==(const ListFinding&) const = default;
};

// "https://..." or "http://..."; what else a source is, is a path.
bool isWebAddress(const QString& source);
// Invalid, with what would be right: one to 32 of a-z, 0-9, "-" and "_", a letter or digit first.
Result<void> checkListName(const QString& name);
// The name, a title and a source of one line each, and daily only what the timer's user can fetch.
Result<void> validate(const List& list);

QVariantMap toMap(const List& list);
Result<List> listFromMap(const QVariantMap& map);
// A text each: the number, a blank, the reason.
QStringList toTexts(const QList<BadLine>& lines);
QList<BadLine> badLinesFromTexts(const QStringList& texts);
QVariantMap toMap(const ListReport& report);
Result<ListReport> listReportFromMap(const QVariantMap& map);
QVariantMap toMap(const ListFinding& finding);
Result<ListFinding> listFindingFromMap(const QVariantMap& map);

}  // namespace sallyport::api
