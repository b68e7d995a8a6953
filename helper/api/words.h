// Tables of stable words for enum values, and texts fit for an error message.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1String>
#include <QString>
#include <QStringList>
#include <cstddef>

#include "api/result.h"

namespace sallyport::api {

// In quotation marks, cut to 60 characters, control characters as \xNNNN: safe in a log line.
QString quoted(const QString& text);

// Has characters that end a line or steer a terminal.
bool hasControlCharacters(const QString& text);

template <class E>
struct Word {
    E value;
    QLatin1String word;
};

// Empty for a value outside the table.
template <class E, std::size_t N>
QString wordOf(const Word<E> (&table)[N], E value) {
    for (const Word<E>& entry : table) {
        if (entry.value == value)
            return entry.word;
    }
    return {};
}

template <class E, std::size_t N>
Result<E> valueOf(const Word<E> (&table)[N], const QString& word) {
    QStringList words;
    for (const Word<E>& entry : table) {
        if (entry.word == word)
            return entry.value;
        words += entry.word;
    }
    return failure(ErrorCode::Invalid,
                   quoted(word) + QStringLiteral(" is none of ") + words.join(QLatin1String(", ")));
}

}  // namespace sallyport::api
