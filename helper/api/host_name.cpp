// Names of hosts: see host_name.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/host_name.h"

#include <algorithm>

#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostName = 253;
constexpr qsizetype kMostLabel = 63;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '-' || c == '_';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

void appendEscape(QByteArray& text, char c) {
    const auto byte = static_cast<quint8>(c);
    text += '\\';
    text += static_cast<char>('0' + byte / 100);
    text += static_cast<char>('0' + byte / 10 % 10);
    text += static_cast<char>('0' + byte % 10);
}

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

Result<void> checkLabel(QByteArrayView label, const QString& name) {
    if (label.isEmpty())
        return invalid(name + u" has nothing between two dots, or before the first"_s);
    if (label.size() > kMostLabel)
        return invalid(name + u" has more than %1 characters between two dots"_s.arg(kMostLabel));
    if (!std::all_of(label.begin(), label.end(), isPlain))
        return invalid(name + u" has a character other than letters, digits, '-', '_' and dots"_s);
    return {};
}

// Where a number stands last, programs read an address, some of them "127.1" or "0x7f000001" too.
bool isNumber(QByteArrayView label) {
    if (label.startsWith("0x") || label.startsWith("0X"))
        return true;
    return std::all_of(label.begin(), label.end(), isDigit);
}

}  // namespace

void appendLabel(QByteArray& text, QByteArrayView label) {
    for (const char c : label) {
        if (isPlain(c))
            text += lower(c);
        else
            appendEscape(text, c);
    }
}

QString printable(QByteArrayView bytes) {
    QByteArray text;
    for (const char c : bytes) {
        if (c >= ' ' && c <= '~' && c != '\\')
            text += c;
        else
            appendEscape(text, c);
    }
    return QString::fromLatin1(text);
}

Result<QString> hostName(QByteArrayView text) {
    if (text.isEmpty())
        return invalid(u"an empty name"_s);
    const QString shown = quoted(QString::fromLatin1(text.first(qMin(text.size(), 99))));
    QByteArrayView rest = text.endsWith('.') ? text.chopped(1) : text;
    if (rest.size() > kMostName)
        return invalid(shown + u" is longer than %1 characters"_s.arg(kMostName));
    const QString name = QString::fromLatin1(rest).toLower();
    QByteArrayView label;
    for (bool more = true; more;) {
        const auto dot = std::find(rest.begin(), rest.end(), '.');
        label = rest.first(dot - rest.begin());
        if (const Result<void> good = checkLabel(label, shown); !good)
            return good.error();
        more = dot != rest.end();
        rest = more ? rest.sliced(label.size() + 1) : QByteArrayView();
    }
    if (isNumber(label))
        return invalid(shown + u" ends in a number, as only addresses do"_s);
    return name;
}

Result<Host> readHost(QByteArrayView text, bool bracketed) {
    const bool brackets = text.startsWith('[') && text.endsWith(']');
    const QByteArrayView inside = brackets && text.size() >= 2 ? text.sliced(1).chopped(1) : text;
    if (const auto address = Address::parse(QString::fromLatin1(inside)); address) {
        // ::ffff:192.0.2.1 prints as IPv4 but is written with colons.
        const bool v6 = std::find(inside.begin(), inside.end(), ':') != inside.end();
        if (brackets != (bracketed && v6))
            return invalid(u"an address with brackets where none belong, or without"_s);
        return Host{{}, *address};
    }
    Result<QString> name = hostName(text);
    if (!name)
        return name.error();
    return Host{std::move(name).value(), {}};
}

}  // namespace sallyport::api
