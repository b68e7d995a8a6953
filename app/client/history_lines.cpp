// Connections of the history as lines of a file for other programs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/history_lines.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace sallyport::client {

using namespace Qt::StringLiterals;

namespace {

bool isFormula(const QString& text) {
    return !text.isEmpty() && u"=+-@\t\r\n"_s.contains(text.front());
}

QString harmless(const QString& untrusted) {
    QString text = isFormula(untrusted) ? u'\'' + untrusted : untrusted;
    for (QChar& c : text) {
        if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format)
            c = QChar::ReplacementCharacter;
    }
    return text;
}

QString quoted(QString field) {
    if (!field.contains(u',') && !field.contains(u'"') && !field.contains(u'\n') &&
        !field.contains(u'\r'))
        return field;
    return u'"' + field.replace(u'"', u"\"\""_s) + u'"';
}

QString time(qint64 unixMs) {
    return unixMs ? QDateTime::fromMSecsSinceEpoch(unixMs).toUTC().toString(Qt::ISODateWithMs)
                  : QString();
}

QByteArray line(const QStringList& fields) {
    QStringList safe;
    for (const QString& field : fields)
        safe += quoted(field);
    return safe.join(u',').toUtf8() + "\r\n";
}

}  // namespace

QByteArray csvHeader() {
    return "started,ended,program,script,kind,user,pid,direction,protocol,name,remote,remote_port,"
           "local,local_port,state,reason,rule,sent,received,held_ms\r\n";
}

QByteArray csvLine(const api::Connection& c, const api::AppIdentity& app) {
    return line({time(c.startedMs),
                 time(c.endedMs),
                 harmless(app.path),
                 harmless(app.script),
                 api::toWord(app.kind),
                 QString::number(c.uid),
                 QString::number(c.pid),
                 api::toWord(c.direction),
                 api::protocolToWord(c.protocol),
                 harmless(c.name),
                 c.remote.toString(),
                 QString::number(c.remotePort),
                 c.local.toString(),
                 QString::number(c.localPort),
                 api::toWord(c.state),
                 api::toWord(c.reason),
                 c.rule ? QString::number(c.rule) : QString(),
                 QString::number(c.sent),
                 QString::number(c.received),
                 QString::number(c.heldMs)});
}

QVariantMap connectionMap(const api::Connection& connection, const api::AppIdentity& app) {
    QVariantMap map = api::toMap(connection);
    map.insert(u"app"_s, api::toMap(app));
    return map;
}

QByteArray jsonLine(const api::Connection& connection, const api::AppIdentity& app) {
    return QJsonDocument(QJsonObject::fromVariantMap(connectionMap(connection, app)))
        .toJson(QJsonDocument::Compact);
}

}  // namespace sallyport::client
