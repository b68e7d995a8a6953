// Reading fields out of a{sv} maps and JSON objects without trusting them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVariantMap>
#include <limits>
#include <optional>

#include "api/result.h"

namespace sallyport::api {

// Turns what QtDBus leaves packed (QDBusArgument, QDBusVariant) into QVariantMap, QVariantList and
// plain values, at any depth up to 16; deeper or unknown types become an invalid QVariant.
QVariant plain(const QVariant& value);

// Text for one field at most, the rest replaced by an ellipsis.
constexpr int kMostText = 4096;
QString shortened(const QString& text);

// Collects the first error; every read after it returns the fallback. Each key is read once;
// finish() refuses keys nobody read.
class FieldReader {
  public:
    FieldReader(const QVariantMap& map, QString what);

    QString text(const QString& key, const QString& fallback = {}, int maxLength = kMostText);
    bool flag(const QString& key, bool fallback = false);
    // Whole numbers only; a JSON double with a fraction is refused.
    qint64 number(const QString& key, qint64 fallback, qint64 min, qint64 max);
    quint64 bigNumber(const QString& key, quint64 fallback = 0);
    QVariantMap map(const QString& key);
    QVariantList list(const QString& key);
    QStringList texts(const QString& key);
    bool has(const QString& key) const;
    // Parses a word or text field with `parse` (returns Result<T>).
    template <class T, class Parse>
    T parsed(const QString& key, T fallback, Parse parse) {
        if (!has(key))
            return fallback;
        const QString word = text(key);
        if (error_.text.isEmpty()) {
            Result<T> value = parse(word);
            if (value)
                return *value;
            fail(key, value.error().text);
        }
        return fallback;
    }
    template <class T, class Parse>
    T parsedMap(const QString& key, T fallback, Parse parse) {
        if (!has(key))
            return fallback;
        const QVariantMap inner = map(key);
        if (error_.text.isEmpty()) {
            Result<T> value = parse(inner);
            if (value)
                return *value;
            fail(key, value.error().text);
        }
        return fallback;
    }
    void fail(const QString& key, const QString& why);
    Result<void> finish();

  private:
    std::optional<QVariant> take(const QString& key);

    QVariantMap map_;
    QString what_;
    QStringList read_;  // those that are there
    Error error_;
};

}  // namespace sallyport::api
