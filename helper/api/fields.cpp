// Reading fields out of a{sv} maps and JSON objects without trusting them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/fields.h"

#include <QDBusArgument>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <cmath>
#include <optional>

#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostDepth = 16;
constexpr double kExactDouble = 9007199254740992.0;  // 2^53: above it doubles skip whole numbers

QVariant plainAt(const QVariant& value, int depth);

// Reads `argument` up, so it must be a copy of the caller's. Const, because on one that is not,
// beginArray() and its like write.
QVariant unpacked(const QDBusArgument& argument, int depth) {
    switch (argument.currentType()) {
        case QDBusArgument::BasicType:
        case QDBusArgument::VariantType:
            return plainAt(argument.asVariant(), depth + 1);
        case QDBusArgument::ArrayType: {
            QVariantList list;
            argument.beginArray();
            while (!argument.atEnd())
                list += plainAt(argument.asVariant(), depth + 1);
            argument.endArray();
            return list;
        }
        case QDBusArgument::StructureType: {
            QVariantList list;
            argument.beginStructure();
            while (!argument.atEnd())
                list += plainAt(argument.asVariant(), depth + 1);
            argument.endStructure();
            return list;
        }
        case QDBusArgument::MapType: {
            QVariantMap map;
            argument.beginMap();
            while (!argument.atEnd()) {
                argument.beginMapEntry();
                const QString key = argument.asVariant().toString();
                map.insert(key, plainAt(argument.asVariant(), depth + 1));
                argument.endMapEntry();
            }
            argument.endMap();
            return map;
        }
        default:
            return {};
    }
}

QVariant plainAt(const QVariant& value, int depth) {
    if (depth > kMostDepth)
        return {};
    const int type = value.typeId();
    if (type == qMetaTypeId<QDBusArgument>())
        return unpacked(value.value<QDBusArgument>(), depth);
    if (type == qMetaTypeId<QDBusVariant>())
        return plainAt(value.value<QDBusVariant>().variant(), depth + 1);
    if (type == qMetaTypeId<QDBusObjectPath>())
        return value.value<QDBusObjectPath>().path();
    switch (type) {
        case QMetaType::QVariantMap: {
            QVariantMap map = value.toMap();
            for (auto it = map.begin(); it != map.end(); ++it)
                it.value() = plainAt(it.value(), depth + 1);
            return map;
        }
        case QMetaType::QVariantList: {
            QVariantList list = value.toList();
            for (QVariant& item : list)
                item = plainAt(item, depth + 1);
            return list;
        }
        case QMetaType::Bool:
        case QMetaType::UChar:
        case QMetaType::Short:
        case QMetaType::UShort:
        case QMetaType::Int:
        case QMetaType::UInt:
        case QMetaType::LongLong:
        case QMetaType::ULongLong:
        case QMetaType::Double:
        case QMetaType::QString:
        case QMetaType::QStringList:
        case QMetaType::QByteArray:
            return value;
        default:
            return {};
    }
}

// As magnitude and sign, because the fields go from -2^63 to 2^64 - 1.
struct Whole {
    bool negative = false;
    quint64 magnitude = 0;
};

std::optional<Whole> whole(const QVariant& value) {
    switch (value.typeId()) {
        case QMetaType::Double: {
            const double number = value.toDouble();
            if (!(std::fabs(number) <= kExactDouble) || std::trunc(number) != number)
                return std::nullopt;
            return Whole{number < 0, static_cast<quint64>(std::fabs(number))};
        }
        case QMetaType::UChar:
        case QMetaType::UShort:
        case QMetaType::UInt:
        case QMetaType::ULongLong:
            return Whole{false, value.toULongLong()};
        case QMetaType::Short:
        case QMetaType::Int:
        case QMetaType::LongLong: {
            const qint64 number = value.toLongLong();
            const quint64 bits = static_cast<quint64>(number);
            return Whole{number < 0, number < 0 ? 0 - bits : bits};
        }
        default:
            return std::nullopt;
    }
}

std::optional<qint64> inSigned(const Whole& number) {
    constexpr quint64 kHalf = quint64{1} << 63;
    if (number.negative && number.magnitude <= kHalf)
        return static_cast<qint64>(0 - number.magnitude);
    if (!number.negative && number.magnitude < kHalf)
        return static_cast<qint64>(number.magnitude);
    return std::nullopt;
}

}  // namespace

QVariant plain(const QVariant& value) {
    return plainAt(value, 0);
}

FieldReader::FieldReader(const QVariantMap& map, QString what)
    : map_(map), what_(std::move(what)) {}

// Nothing when the key is not there, or something is wrong already.
std::optional<QVariant> FieldReader::take(const QString& key) {
    const auto field = map_.constFind(key);
    if (field == map_.constEnd())
        return std::nullopt;
    Q_ASSERT(!read_.contains(key));
    read_.append(key);
    return error_.text.isEmpty() ? std::optional(plain(*field)) : std::nullopt;
}

bool FieldReader::has(const QString& key) const {
    return map_.contains(key);
}

QString shortened(const QString& text) {
    return text.size() <= kMostText ? text : text.left(kMostText - 1) + u'\u2026';
}

QString FieldReader::text(const QString& key, const QString& fallback, int maxLength) {
    const std::optional<QVariant> value = take(key);
    if (!value)
        return fallback;
    if (value->typeId() != QMetaType::QString) {
        fail(key, u"must be text"_s);
        return fallback;
    }
    const QString text = value->toString();
    if (text.size() > maxLength) {
        fail(key, u"is longer than %1 characters"_s.arg(maxLength));
        return fallback;
    }
    return text;
}

bool FieldReader::flag(const QString& key, bool fallback) {
    const std::optional<QVariant> value = take(key);
    if (!value)
        return fallback;
    if (value->typeId() != QMetaType::Bool) {
        fail(key, u"must be true or false"_s);
        return fallback;
    }
    return value->toBool();
}

qint64 FieldReader::number(const QString& key, qint64 fallback, qint64 min, qint64 max) {
    const std::optional<QVariant> value = take(key);
    if (!value)
        return fallback;
    const std::optional<Whole> read = whole(*value);
    const std::optional<qint64> number = read ? inSigned(*read) : std::nullopt;
    if (!number || *number < min || *number > max) {
        fail(key, u"must be a whole number from %1 to %2"_s.arg(min).arg(max));
        return fallback;
    }
    return *number;
}

quint64 FieldReader::bigNumber(const QString& key, quint64 fallback) {
    const std::optional<QVariant> value = take(key);
    if (!value)
        return fallback;
    const std::optional<Whole> read = whole(*value);
    if (!read || (read->negative && read->magnitude != 0)) {
        fail(key, u"must be a whole number, 0 or more"_s);
        return fallback;
    }
    return read->magnitude;
}

QVariantMap FieldReader::map(const QString& key) {
    const std::optional<QVariant> value = take(key);
    if (!value)
        return {};
    if (value->typeId() != QMetaType::QVariantMap) {
        fail(key, u"must be a map"_s);
        return {};
    }
    return value->toMap();
}

QVariantList FieldReader::list(const QString& key) {
    const std::optional<QVariant> value = take(key);
    if (!value)
        return {};
    if (value->typeId() != QMetaType::QVariantList && value->typeId() != QMetaType::QStringList) {
        fail(key, u"must be a list"_s);
        return {};
    }
    return value->toList();
}

QStringList FieldReader::texts(const QString& key) {
    QStringList texts;
    const QVariantList items = list(key);
    for (const QVariant& item : items) {
        if (item.typeId() != QMetaType::QString || item.toString().size() > kMostText) {
            fail(key, u"must hold texts of at most %1 characters"_s.arg(kMostText));
            return {};
        }
        texts += item.toString();
    }
    return texts;
}

void FieldReader::fail(const QString& key, const QString& why) {
    if (!error_.text.isEmpty())
        return;
    const QString where = what_.isEmpty() ? key : what_ + u": "_s + key;
    error_ = failure(ErrorCode::Invalid, where + u": "_s + why);
}

Result<void> FieldReader::finish() {
    if (error_.text.isEmpty() && read_.size() != map_.size()) {
        for (auto it = map_.constBegin(); it != map_.constEnd(); ++it) {
            if (!read_.contains(it.key())) {
                fail(quoted(it.key()), u"is not a known key"_s);
                break;
            }
        }
    }
    if (!error_.text.isEmpty())
        return error_;
    return {};
}

}  // namespace sallyport::api
