// The one search field: see search_query.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/search_query.h"

#include <algorithm>
#include <utility>

#include "api/address.h"

namespace sallyport::models {

namespace {

QStringList words(const QString& text) {
    QStringList found;
    QString word;
    bool quoted = false;
    for (const QChar c : text) {
        if (c == QLatin1Char('"')) {
            quoted = !quoted;
        } else if (c.isSpace() && !quoted) {
            if (!word.isEmpty())
                found += std::exchange(word, {});
        } else {
            word += c;
        }
    }
    if (!word.isEmpty())
        found += word;
    return found;
}

SearchQuery::Term term(const QString& word) {
    static const QList<std::pair<QString, SearchQuery::Key>> keys = {
        {QStringLiteral("program:"), SearchQuery::Key::Program},
        {QStringLiteral("to:"), SearchQuery::Key::To},
        {QStringLiteral("port:"), SearchQuery::Key::Port},
        {QStringLiteral("state:"), SearchQuery::Key::State},
    };
    const QString lower = word.toLower();
    for (const auto& [prefix, key] : keys) {
        if (lower.startsWith(prefix))
            return {key, lower.mid(prefix.size())};
    }
    return {SearchQuery::Key::Any, lower};
}

bool portMatches(const QString& text, const SearchSubject& subject) {
    if (text.isEmpty())
        return false;
    if (!text.front().isDigit())  // "any" is a word here, not every port
        return subject.portNames.contains(text);
    const auto range = api::PortRange::parse(text);
    return range && std::any_of(subject.ports.cbegin(), subject.ports.cend(),
                                [&](quint16 port) { return range->contains(port); });
}

bool termMatches(const SearchQuery::Term& term, const SearchSubject& subject) {
    switch (term.key) {
        case SearchQuery::Key::Program:
            return subject.program.contains(term.text);
        case SearchQuery::Key::To:
            return subject.remote.contains(term.text);
        case SearchQuery::Key::Port:
            return portMatches(term.text, subject);
        case SearchQuery::Key::State:
            return subject.state.contains(term.text);
        case SearchQuery::Key::Any:
            break;
    }
    return subject.program.contains(term.text) || subject.remote.contains(term.text) ||
           subject.state.contains(term.text) || subject.other.contains(term.text) ||
           portMatches(term.text, subject);
}

}  // namespace

SearchQuery::SearchQuery(const QString& text) {
    for (const QString& word : words(text)) {
        const Term found = term(word);
        if (!found.text.isEmpty())  // "port:" while it is being typed
            terms_ += found;
    }
}

bool SearchQuery::matches(const SearchSubject& subject) const {
    return std::all_of(terms_.cbegin(), terms_.cend(),
                       [&](const Term& term) { return termMatches(term, subject); });
}

}  // namespace sallyport::models
