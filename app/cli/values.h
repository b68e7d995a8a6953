// Words and numbers of the command line as values of the contract.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <initializer_list>
#include <optional>

#include "api/rule.h"

namespace sallyport::cli {

// How long something counts.
struct Span {
    api::Lifetime lifetime = api::Lifetime::Forever;
    quint32 minutes = 0;  // for Lifetime::Timed
    bool operator==(const Span&) const = default;
};
// A number with m, h or d ("5m", "1h"), at most 365 days, or one of `words`, which are of "once",
// "until-exit", "until-restart" and "forever".
api::Result<Span> parseSpan(const QString& text, const QStringList& words = {});

// Whole seconds of a pause: minutes ("5") or a number with s, m or h; 1 s to 24 h. "off" is 0.
api::Result<quint32> parsePause(const QString& text);

// "any", "kernel", a path or the name of a command in PATH. Links are followed, because the kernel
// knows the file that runs and not the names that lead to it; a file that does not exist keeps its
// absolute path. With `script`, that file as run by the program.
api::Result<api::AppIdentity> parseProgram(const QString& program, const QString& script = {});

// A user's name or number; "any" is nobody in particular.
api::Result<std::optional<quint32>> parseUser(const QString& text);

// "in", "out", "any" and the words of the contract; an attempt has one way only.
api::Result<api::Direction> parseDirection(const QString& text);
api::Result<api::Direction> parseOneWay(const QString& text);

// What is said of a word that is none of those that could stand there.
api::Error noneOf(const QString& word, const QStringList& words);

// The error with the command or option in front that it is about.
api::Error behind(const QString& name, const api::Error& error);

// "on" or "off".
api::Result<bool> parseSwitch(const QString& text);

// The one of `values` that the contract calls so.
template <class T>
api::Result<T> oneOf(const QString& word, std::initializer_list<T> values) {
    QStringList words;
    for (const T value : values) {
        if (toWord(value) == word)
            return value;
        words += toWord(value);
    }
    return noneOf(word, words);
}

// A positive number no larger than `max`; `what` names it in the error.
api::Result<quint64> parseNumber(const QString& text, const QString& what, quint64 max);
// One within a range that the error says.
api::Result<quint32> parseAmount(const QString& text, const QString& what, quint32 least,
                                 quint32 most);

}  // namespace sallyport::cli
