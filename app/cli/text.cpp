// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

namespace sallyport::cli {

using namespace Qt::StringLiterals;

namespace {

bool changesTheTerminal(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
           (c >= 0xd800 && c <= 0xdfff) || (c >= 0xe0000 && c <= 0xe007f);
}

QString hex(char32_t c, int digits) {
    return QString::number(static_cast<quint32>(c), 16).rightJustified(digits, u'0');
}

QString shown(char32_t c) {
    switch (c) {
        case U'\n':
            return u"\\n"_s;
        case U'\r':
            return u"\\r"_s;
        case U'\t':
            return u"\\t"_s;
        default:
            break;
    }
    if (c < 0x100)
        return u"\\x"_s + hex(c, 2);
    return c < 0x10000 ? u"\\u"_s + hex(c, 4) : u"\\U"_s + hex(c, 8);
}

// With what changes the terminal as `as` writes the code point; the second is its UTF-16.
template <class As>
QString replaced(const QString& text, As as) {
    QString safe;
    safe.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar first = text.at(i);
        const bool pair =
            first.isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate();
        const QStringView units = QStringView(text).mid(i, pair ? 2 : 1);
        const char32_t c =
            pair ? QChar::surrogateToUcs4(first, text.at(++i)) : char32_t(first.unicode());
        if (changesTheTerminal(c))
            safe += as(c, units);
        else
            safe += units;
    }
    return safe;
}

}  // namespace

QString escaped(const QString& untrusted) {
    return harmless(QString(untrusted).replace(u'\\', u"\\\\"_s));
}

QString harmless(const QString& message) {
    return replaced(message, [](char32_t c, QStringView) { return shown(c); });
}

QString harmlessJson(const QString& text) {
    return replaced(text, [](char32_t c, QStringView units) {
        if (c == U'\n')
            return u"\n"_s;
        QString escapes;
        for (const QChar unit : units)
            escapes += u"\\u"_s + hex(unit.unicode(), 4);
        return escapes;
    });
}

QString harmlessMetrics(const QString& text) {
    return replaced(
        text, [](char32_t c, QStringView) { return c == U'\n' ? u"\n"_s : u'\\' + shown(c); });
}

Table::Table(const QStringList& titles) : lines_{titles} {}

void Table::add(const QStringList& cells) {
    QStringList line;
    for (const QString& cell : cells)
        line << escaped(cell);
    lines_ << line;
}

QString Table::toString() const {
    QList<qsizetype> widths(lines_.first().size(), 0);
    for (const QStringList& line : lines_) {
        for (qsizetype i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths.at(i), line.at(i).size());
    }
    QString text;
    for (const QStringList& line : lines_) {
        QString row;
        for (qsizetype i = 0; i < line.size(); ++i)
            row += line.at(i).leftJustified(widths.at(i) + 2);
        while (row.endsWith(u' '))
            row.chop(1);
        text += row + u'\n';
    }
    return text;
}

QString fields(const QList<QPair<QString, QString>>& pairs) {
    qsizetype width = 0;
    for (const auto& [name, value] : pairs)
        width = std::max(width, name.size());
    QString text;
    for (const auto& [name, value] : pairs)
        text += (name + u':').leftJustified(width + 3) + escaped(value) + u'\n';
    return text;
}

QString json(const QVariant& value, Layout layout) {
    const QJsonValue root = QJsonValue::fromVariant(value);
    const QJsonDocument document =
        root.isArray() ? QJsonDocument(root.toArray()) : QJsonDocument(root.toObject());
    const auto format =
        layout == Layout::Compact ? QJsonDocument::Compact : QJsonDocument::Indented;
    QString safe = harmlessJson(QString::fromUtf8(document.toJson(format)));
    if (!safe.endsWith(u'\n'))
        safe += u'\n';
    return safe;
}

}  // namespace sallyport::cli
