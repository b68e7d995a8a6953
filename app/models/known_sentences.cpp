// Sentences with values: see known_sentences.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/known_sentences.h"

#include <QCoreApplication>

namespace sallyport::models {

KnownSentences::KnownSentences(const char* context, std::span<const char* const> sentences)
    : context_(context) {
    static const QRegularExpression value(QStringLiteral("%\\d"));
    all_.reserve(sentences.size());
    for (const char* english : sentences) {
        QString pattern;
        qsizetype from = 0;
        const QString text = QString::fromLatin1(english);
        for (auto at = value.globalMatch(text); at.hasNext();) {
            const QRegularExpressionMatch found = at.next();
            pattern += QRegularExpression::escape(text.mid(from, found.capturedStart() - from)) +
                       QStringLiteral("(.*?)");
            from = found.capturedEnd();
        }
        pattern += QRegularExpression::escape(text.mid(from));
        all_.push_back({english, QRegularExpression(QRegularExpression::anchoredPattern(pattern))});
    }
}

QString KnownSentences::inWords(const QString& why) const {
    for (const Sentence& sentence : all_) {
        const QRegularExpressionMatch found = sentence.pattern.match(why);
        if (!found.hasMatch())
            continue;
        QString text = QCoreApplication::translate(context_, sentence.english);
        // All at once: a value may have a "%1" of its own, or a reason that is one of these.
        QStringList values = found.capturedTexts().mid(1);
        for (QString& value : values)
            value = inWords(value);
        constexpr qsizetype kMost = 4;
        values.resize(kMost);
        switch (found.lastCapturedIndex()) {
            case 0:
                return text;
            case 1:
                return text.arg(values.at(0));
            case 2:
                return text.arg(values.at(0), values.at(1));
            case 3:
                return text.arg(values.at(0), values.at(1), values.at(2));
            default:
                return text.arg(values.at(0), values.at(1), values.at(2), values.at(3));
        }
    }
    return why;
}

}  // namespace sallyport::models
