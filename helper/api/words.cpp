// Texts fit for an error message.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/words.h"

#include <algorithm>

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

bool isControl(QChar c) {
    const QChar::Category category = c.category();
    return category == QChar::Other_Control || category == QChar::Separator_Line ||
           category == QChar::Separator_Paragraph;
}

}  // namespace

bool hasControlCharacters(const QString& text) {
    return std::any_of(text.begin(), text.end(), isControl);
}

QString quoted(const QString& text) {
    constexpr qsizetype kMost = 60;
    QString out = u"\""_s;
    for (const QChar c : QStringView(text).left(kMost)) {
        if (isControl(c))
            out += u"\\x%1"_s.arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    if (text.size() > kMost)
        out += u"..."_s;
    return out + QLatin1Char('"');
}

}  // namespace sallyport::api
