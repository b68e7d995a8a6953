// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/misfit.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <array>
#include <vector>

namespace sallyport::models {

namespace {

constexpr const char* kContext = "sallyport::models::Misfit";

// As in policy/explain.cpp and engine/engine_lists.cpp. The first that fits is taken, so what says
// more stands before what says less.
constexpr std::array kSentences = {
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "there is no list %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "this machine is in no list"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in list %2: %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "remote %1, of which no name is known, is not in list %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "neither remote %1 nor its names %2 are in list %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "%1 is excepted by line %2 of list %3: %4"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "%1 is in line %2 of list %3: %4"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote port %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "local port %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in local-network"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in this-machine"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "no name of remote %1 is known, so not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is known as %2, which is not %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "protocol %1 has no ports"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "protocol %1 is not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "local address %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "interface %1 is not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is not known who started the program"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "no name of remote %1 is known before the program says one"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "it has not said yet what it asks for over HTTP"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "its local address is not known"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is not known which interface it uses"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is for the other direction"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "servers would read its HTTP request in different ways"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it does not speak plain HTTP"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it asks for %1 %2, not for %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "the program's file has changed since the rule was made"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "user %1 is not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is for another process of the program"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is for %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "%1 started it, not %2"),
};

struct Sentence {
    const char* english;
    QRegularExpression pattern;  // a group for each of its values
};

std::vector<Sentence> sentences() {
    static const QRegularExpression value(QStringLiteral("%\\d"));
    std::vector<Sentence> all;
    all.reserve(kSentences.size());
    for (const char* english : kSentences) {
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
        all.push_back({english, QRegularExpression(QRegularExpression::anchoredPattern(pattern))});
    }
    return all;
}

}  // namespace

QString misfitInWords(const QString& why) {
    static const std::vector<Sentence> all = sentences();
    for (const Sentence& sentence : all) {
        const QRegularExpressionMatch found = sentence.pattern.match(why);
        if (!found.hasMatch())
            continue;
        QString text = QCoreApplication::translate(kContext, sentence.english);
        // All at once: a value may have a "%1" of its own, or a reason that is one of these.
        QStringList values = found.capturedTexts().mid(1);
        for (QString& value : values)
            value = misfitInWords(value);
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
