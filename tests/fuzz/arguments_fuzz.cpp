// What callers on the bus send: maps of anything, which are to become rules, answers and so on. The
// first byte says what it should be; then come keys and values, by number or spelled out.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QVariantMap>

#include "api/history.h"
#include "api/list.h"
#include "api/question.h"
#include "api/rule.h"
#include "api/status.h"
#include "fuzz/input.h"

using namespace sallyport;
using fuzz::takeByte;
using fuzz::takeBytes;

namespace {

QStringList keysOf(const QVariantMap& map) {
    QStringList keys = map.keys();
    for (const QVariant& value : map)
        keys += keysOf(value.toMap());
    return keys;
}

// Every key that is sent anywhere.
const QStringList& knownKeys() {
    static const QStringList keys = [] {
        api::Rule rule;
        rule.app = {api::AppIdentity::Kind::Script, QStringLiteral("/p"), QStringLiteral("/s")};
        rule.startedBy = rule.app;
        rule.user = 1;
        rule.local = api::Cidr();
        rule.interface = QStringLiteral("i");
        rule.http = {{QStringLiteral("GET")}, QStringLiteral("/")};
        rule.limit = {1, 1};
        rule.quota.bytes = 1;
        rule.sha256 = QStringLiteral("h");
        rule.note = QStringLiteral("n");
        QStringList all = keysOf(toMap(rule)) + keysOf(toMap(api::Answer())) +
                          keysOf(toMap(api::Attempt())) + keysOf(toMap(api::HistoryFilter())) +
                          keysOf(toMap(api::List())) + keysOf(toMap(api::Settings()));
        all.removeDuplicates();
        return all;
    }();
    return keys;
}

// Some of what such keys are given.
QString word(quint8 which) {
    static const QStringList words =
        QStringLiteral(
            "allow block audit any path kernel script out in both tcp udp name list address"
            " prefix forever timed process connection restart exit error refuse silent"
            " 192.0.2.1 10.0.0.0/8 2001:db8::/32 *.example.org .example.org 443 1-1024 GET"
            " /status day month ask notify 5000 this-address everything /usr/bin/curl lan")
            .split(u' ');
    return words.at(which % words.size());
}

QString text(QByteArrayView& in) {
    const qsizetype length = takeByte(in) % 64;
    return QString::fromUtf8(takeBytes(in, length));
}

quint64 number(QByteArrayView& in) {
    quint64 value = 0;
    for (const char byte : takeBytes(in, takeByte(in) % 9))
        value = value << 8 | quint8(byte);
    return value;
}

QVariantMap map(QByteArrayView& in, int depth);

QVariant value(QByteArrayView& in, int depth) {
    switch (takeByte(in) % 14) {
        case 0:
            return bool(takeByte(in) & 1);
        case 1:
            return qint32(number(in));
        case 2:
            return quint32(number(in));
        case 3:
            return qint64(number(in));
        case 4:
            return number(in);
        case 5:
            return double(qint64(number(in))) / 3;
        case 6:
            return takeBytes(in, takeByte(in)).toByteArray();
        case 7:
            return QStringList{text(in), text(in)};
        case 8:
            return depth > 3 ? QVariant() : QVariant(map(in, depth + 1));
        case 9:
            return depth > 3 ? QVariant() : QVariant(QVariantList{value(in, depth + 1)});
        case 10:
            return QVariant::fromValue(uchar(takeByte(in)));
        case 11:
            return QVariant();
        case 12:
            return word(takeByte(in));
        default:
            return text(in);
    }
}

QVariantMap map(QByteArrayView& in, int depth) {
    QVariantMap made;
    for (int entries = takeByte(in) % 24; entries > 0 && !in.isEmpty(); --entries) {
        const quint8 which = takeByte(in);
        const QString key = which == 0xff ? text(in) : knownKeys().at(which % knownKeys().size());
        made.insert(key, value(in, depth));
    }
    return made;
}

// What is taken can be sent again, and is the same then.
template <class T, class Read>
void check(const QVariantMap& sent, Read read) {
    const api::Result<T> taken = read(sent);
    if (!taken) {
        REQUIRE(!taken.error().text.isEmpty());
        return;
    }
    const api::Result<T> again = read(toMap(*taken));
    REQUIRE(again && *again == *taken);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    QByteArrayView in = fuzz::view(data, size);
    const quint8 what = takeByte(in);
    const QVariantMap sent = map(in, 0);
    switch (what % 6) {
        case 0:
            check<api::Rule>(sent, api::ruleFromMap);
            break;
        case 1:
            check<api::Answer>(sent, api::answerFromMap);
            break;
        case 2:
            check<api::Attempt>(sent, api::attemptFromMap);
            break;
        case 3:
            check<api::HistoryFilter>(sent, api::historyFilterFromMap);
            break;
        case 4:
            check<api::List>(sent, api::listFromMap);
            break;
        default:
            check<api::Settings>(sent, api::settingsFromMap);
            break;
    }
    return 0;
}
