// The one search field: free words and program:, to:, port:, state:.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace sallyport::models {

// What a row lets be searched; folded to lower case by the row, once.
struct SearchSubject {
    QString program;  // name and path
    QString remote;   // address
    QList<quint16> ports;
    QString portNames;  // services
    QString state;      // in the person's language and as the stable English word
    QString other;
};

// Every term must match. Words in double quotes stay together. An unknown "key:" is a free word,
// so that an IPv6 address can be typed.
class SearchQuery {
  public:
    enum class Key { Any, Program, To, Port, State };
    struct Term {
        Key key = Key::Any;
        QString text;  // lower case
        bool operator==(const Term&) const = default;
    };

    SearchQuery() = default;
    explicit SearchQuery(const QString& text);

    bool isEmpty() const { return terms_.isEmpty(); }
    bool matches(const SearchSubject& subject) const;
    const QList<Term>& terms() const { return terms_; }
    bool operator==(const SearchQuery&) const = default;

  private:
    QList<Term> terms_;
};

}  // namespace sallyport::models
