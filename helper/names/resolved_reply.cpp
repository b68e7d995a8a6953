// systemd-resolved's monitor: see resolved_reply.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/resolved_reply.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace sallyport::names {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostName = 253;  // characters

bool isPlain(QChar c) {
    return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_' ||
           c == u'.';
}

// The names of questions, each once, as DnsAnswer has them.
QStringList namesIn(const QJsonValue& questions) {
    QStringList names;
    const QJsonArray keys = questions.toArray();
    for (const auto& key : keys) {
        const QString name = key[u"name"].toString().toLower();
        const bool plain = !name.isEmpty() && name.size() <= kMostName &&
                           std::all_of(name.begin(), name.end(), isPlain);
        if (plain && !names.contains(name) && names.size() < kMostDnsNames)
            names += name;
    }
    return names;
}

QList<QByteArray> recordsIn(const QJsonValue& answer) {
    QList<QByteArray> records;
    const QJsonArray entries = answer.toArray();
    for (const auto& entry : entries) {
        const QByteArray text = entry[u"raw"].toString().toLatin1();
        auto raw = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
        if (raw && records.size() < kMostDnsRecords)
            records += *raw;
    }
    return records;
}

}  // namespace

api::Result<ResolvedReply> readResolvedReply(QByteArrayView json) {
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), json.size()));
    if (!document.isObject())
        return failure(api::ErrorCode::Invalid, u"no JSON object"_s);
    ResolvedReply reply;
    reply.error = document[u"error"].toString();
    const QJsonValue said = document[u"parameters"];
    reply.ready = said[u"ready"].toBool();
    if (said[u"state"].toString() != "success"_L1)
        return reply;
    const QStringList before = namesIn(said[u"collectedQuestions"]);
    const QStringList asked = namesIn(said[u"question"]);
    const QList<QByteArray> records = recordsIn(said[u"answer"]);
    for (const QString& name : asked) {
        DnsAnswer answer = readDnsRecords(before + QStringList(name), records);
        if (!answer.addresses.isEmpty())
            reply.answers += std::move(answer);
    }
    return reply;
}

}  // namespace sallyport::names
