// Making text of strangers safe to look at.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plain_text.h"

#include <QChar>
#include <QStringList>
#include <algorithm>
#include <array>

namespace sallyport::widgets {
namespace {

constexpr int kMarksInARow = 3;

// Letters and symbols by category that nevertheless leave no ink: Hangul fillers, Braille blank,
// combining grapheme joiner, variation selectors.
bool looksEmpty(char32_t code) {
    constexpr std::array<char32_t, 6> kEmpty{0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0};
    return std::find(kEmpty.begin(), kEmpty.end(), code) != kEmpty.end() ||
           (code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0100 && code <= 0xE01EF);
}

bool isMark(char32_t code) {
    const QChar::Category category = QChar::category(code);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing;
}

bool mustBeShownAsCode(char32_t code) {
    if (looksEmpty(code))
        return true;
    switch (QChar::category(code)) {
        case QChar::Other_Control:
        case QChar::Other_Format:
        case QChar::Other_Surrogate:
        case QChar::Other_PrivateUse:
        case QChar::Other_NotAssigned:
        case QChar::Separator_Line:
        case QChar::Separator_Paragraph:
            return true;
        case QChar::Separator_Space:
            return code != U' ';
        default:
            return false;
    }
}

QString unit(char32_t code, int marksBefore) {
    switch (code) {
        case U'\n':
            return QStringLiteral("\\n");
        case U'\r':
            return QStringLiteral("\\r");
        case U'\t':
            return QStringLiteral("\\t");
        default:
            break;
    }
    if (mustBeShownAsCode(code) || (isMark(code) && marksBefore >= kMarksInARow))
        return QStringLiteral("[U+%1]")
            .arg(static_cast<uint>(code), 4, 16, QLatin1Char('0'))
            .toUpper();
    return QString::fromUcs4(&code, 1);
}

// As many whole units as fit into `room` characters, from the front or from the back.
QString fit(const QStringList& units, qsizetype room, bool fromBack) {
    QString result;
    for (qsizetype i = 0; i < units.size(); ++i) {
        const QString& next = units[fromBack ? units.size() - 1 - i : i];
        if (result.size() + next.size() > room)
            break;
        result = fromBack ? next + result : result + next;
    }
    return result;
}

}  // namespace

QString displayText(const QString& text, qsizetype maxLength) {
    // Far longer than anything shown is cut before it is looked at, keeping both ends.
    const qsizetype most = std::max<qsizetype>(maxLength, 1) * 2;
    QString input = text;
    if (input.size() > 2 * most)
        input = input.left(most) + input.right(most);

    QStringList units;
    qsizetype length = 0;
    int marks = 0;
    for (const uint code : input.toUcs4()) {
        units.append(unit(code, marks));
        marks = isMark(code) ? marks + 1 : 0;
        length += units.last().size();
    }
    if (length <= maxLength)
        return units.join(QString());
    const qsizetype room = std::max<qsizetype>(maxLength - 1, 0);
    const QString head = fit(units, room - room / 2, false);
    return head + QChar(0x2026) + fit(units, room / 2, true);
}

QString isolated(const QString& shown) {
    return QChar(0x2068) + shown + QChar(0x2069);
}

QString displayCommand(const QStringList& arguments, qsizetype maxLength) {
    QStringList words;
    for (const QString& argument : arguments) {
        const bool plain = !argument.isEmpty() && !argument.contains(QLatin1Char(' ')) &&
                           !argument.contains(QLatin1Char('\''));
        QString quoted = argument;
        quoted.replace(QLatin1String("'"), QLatin1String("'\\''"));
        words.append(plain ? argument : QLatin1Char('\'') + quoted + QLatin1Char('\''));
    }
    return displayText(words.join(QLatin1Char(' ')), maxLength);
}

QString breakable(const QString& text) {
    constexpr int kLongWord = 16;
    QString broken;
    int run = 0;
    for (const QChar letter : text) {
        broken += letter;
        run = letter == u' ' ? 0 : run + 1;
        if (letter == u'/' || (run >= kLongWord && !letter.isHighSurrogate())) {
            broken += QChar(0x200b);
            run = 0;
        }
    }
    return broken;
}

}  // namespace sallyport::widgets
