// Normal form of host names, by a table of what may stand in one.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lists/name_text.h"

#include <QByteArray>
#include <QUrl>
#include <algorithm>

#include "api/words.h"

namespace sallyport::lists {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kLongestLabel = 63;  // RFC 1035 2.3.4

// What a byte becomes in a name; 0: it cannot stand there.
constexpr std::array<char, 256> kInName = [] {
    std::array<char, 256> table{};
    for (char c = 'a'; c <= 'z'; ++c) {
        table[static_cast<unsigned char>(c)] = c;
        table[static_cast<unsigned char>(c - 'a' + 'A')] = c;
    }
    for (const char c : std::string_view("0123456789-_."))
        table[static_cast<unsigned char>(c)] = c;
    return table;
}();

api::Error noName(std::string_view text, const QString& why) {
    const QString shown = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    return api::failure(api::ErrorCode::Invalid, api::quoted(shown) + u" is no name: "_s + why);
}

bool isHigh(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

// Empty: not UTF-8 (which becomes U+FFFD, and that no name may have), or else no name.
QByteArray asciiForm(std::string_view text) {
    return QUrl::toAce(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
}

// `text` is ASCII or refused.
api::Result<std::string_view> normalAscii(std::string_view text, NameRoom& room) {
    if (text.ends_with('.'))
        text.remove_suffix(1);
    if (text.empty() || text.size() > room.size())
        return noName(text, text.empty() ? u"it is empty"_s : u"it is longer than 253 bytes"_s);
    std::size_t label = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        room[i] = kInName[static_cast<unsigned char>(text[i])];
        if (!room[i])
            return noName(
                text, u"%1 cannot stand in one"_s.arg(api::quoted(QString(QLatin1Char(text[i])))));
        label = room[i] == '.' ? 0 : label + 1;
        const bool ends = i + 1 == text.size() || text[i + 1] == '.';
        if ((room[i] == '.' && (i == 0 || ends)) || label > kLongestLabel)
            return noName(text, label ? u"a part is longer than 63 bytes"_s : u"a part is empty"_s);
    }
    return std::string_view(room.data(), text.size());
}

}  // namespace

api::Result<std::string_view> normalName(std::string_view text, NameRoom& room) {
    if (std::none_of(text.begin(), text.end(), isHigh))
        return normalAscii(text, room);
    if (text.size() > 4 * kLongestName)
        return noName(text, u"it is longer than 253 bytes"_s);
    const QByteArray ascii = asciiForm(text);
    if (ascii.isEmpty())
        return noName(text, u"neither ASCII nor a name in UTF-8"_s);
    return normalAscii({ascii.constData(), static_cast<std::size_t>(ascii.size())}, room);
}

bool endsWithoutLetter(std::string_view text) {
    if (text.ends_with('.'))
        text.remove_suffix(1);
    const std::string_view label = text.substr(text.rfind('.') + 1);
    return std::none_of(label.begin(), label.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isHigh(c);
    });
}

}  // namespace sallyport::lists
