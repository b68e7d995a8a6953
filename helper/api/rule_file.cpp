// Rules as a JSON document.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/rule_file.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringDecoder>
#include <algorithm>

#include "api/fields.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kVersion = 1;
constexpr qsizetype kMostBytes = qsizetype{64} << 20;
constexpr qsizetype kMostRules = 65536;

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

// The list of rules in a document of a version that is understood.
Result<QVariantList> rulesOf(const QVariantMap& document) {
    FieldReader reader(document, {});
    if (reader.text(u"format"_s) != "sallyport-rules"_L1)
        reader.fail(u"format"_s, u"must be \"sallyport-rules\""_s);
    const qint64 version = reader.number(u"version"_s, 0, 0, std::numeric_limits<int>::max());
    // Before its other keys: a newer version may well have other ones.
    if (version > kVersion) {
        return failure(ErrorCode::Unsupported,
                       u"the rules are of version %1, this program reads version %2; use a newer "
                       "Sallyport"_s.arg(version)
                           .arg(kVersion));
    }
    if (version < kVersion)
        reader.fail(u"version"_s, u"must be %1"_s.arg(kVersion));
    if (!reader.has(u"rules"_s))
        reader.fail(u"rules"_s, u"is missing"_s);
    const QVariantList rules = reader.list(u"rules"_s);
    if (rules.size() > kMostRules)
        reader.fail(u"rules"_s, u"are more than %1"_s.arg(kMostRules));
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return rules;
}

}  // namespace

QByteArray rulesToJson(const QList<Rule>& rules) {
    QJsonArray list;
    for (const Rule& rule : rules)
        list += QJsonObject::fromVariantMap(toMap(rule));
    return QJsonDocument(QJsonObject{{u"format"_s, u"sallyport-rules"_s},
                                     {u"version"_s, kVersion},
                                     {u"rules"_s, list}})
        .toJson();
}

QByteArray exportToJson(const QList<Rule>& rules) {
    QList<Rule> lasting;
    for (const Rule& rule : rules) {
        if (rule.origin != Origin::Administrator && rule.lifetime != Lifetime::Process)
            lasting += rule;
    }
    return rulesToJson(lasting);
}

Result<QString> rulesText(const QByteArray& file) {
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(file);
    if (decoder.hasError() || text.contains(QChar::Null))
        return invalid(u"the file is no text in UTF-8; save it as UTF-8"_s);
    return text;
}

Result<QList<Rule>> rulesFromJson(const QByteArray& json) {
    if (json.size() > kMostBytes)
        return invalid(u"the rules are larger than 64 MiB"_s);
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError) {
        return invalid(
            u"not JSON at byte %1 of %2: %3; is the file whole? The command "
            "\"sallyportctl export FILE\" writes one anew"_s
                .arg(std::min<qsizetype>(problem.offset, json.size()))  // at an end it is beyond
                .arg(json.size())
                .arg(problem.errorString()));
    }
    if (!document.isObject())
        return invalid(u"not a document of rules: a JSON object is expected"_s);
    const Result<QVariantList> list = rulesOf(document.object().toVariantMap());
    if (!list)
        return list.error();
    QList<Rule> rules;
    rules.reserve(list->size());
    for (const QVariant& value : *list) {
        const QString number = u"rule %1: "_s.arg(rules.size() + 1);
        if (value.typeId() != QMetaType::QVariantMap)
            return invalid(number + u"must be a JSON object"_s);
        Result<Rule> rule = ruleFromMap(value.toMap());
        if (!rule)
            return failure(rule.error().code, number + rule.error().text);
        rules += *rule;
    }
    return rules;
}

}  // namespace sallyport::api
