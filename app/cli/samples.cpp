// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/samples.h"

#include <QRegularExpression>
#include <QVariantMap>

namespace sallyport::cli {

using namespace Qt::StringLiterals;

namespace {

QString unescaped(const QString& text) {
    QString out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text.at(i) != u'\\' || i + 1 == text.size())
            out += text.at(i);
        else if (const QChar c = text.at(++i); c == u'n')
            out += u'\n';
        else
            out += c;
    }
    return out;
}

QVariantMap labelsOf(const QString& text) {
    static const QRegularExpression kLabel(uR"re((\w+)="((?:[^"\\]|\\.)*)")re"_s);
    QVariantMap labels;
    for (auto label = kLabel.globalMatch(text); label.hasNext();) {
        const QRegularExpressionMatch match = label.next();
        labels.insert(match.captured(1), unescaped(match.captured(2)));
    }
    return labels;
}

}  // namespace

api::Result<QVariantList> samplesOf(const QString& text) {
    static const QRegularExpression kSample(uR"(^(\w+)(?:\{(.*)\})? (\S+)$)"_s,
                                            QRegularExpression::DotMatchesEverythingOption);
    QVariantList samples;
    const QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines) {
        if (line.startsWith(u'#'))
            continue;
        const QRegularExpressionMatch match = kSample.match(line);
        bool number = false;
        const double value = match.captured(3).toDouble(&number);
        if (!number)
            return api::failure(api::ErrorCode::Failed, u"no sample of a metric: "_s + line);
        samples += QVariantMap{{u"name"_s, match.captured(1)},
                               {u"labels"_s, labelsOf(match.captured(2))},
                               {u"value"_s, value}};
    }
    return samples;
}

}  // namespace sallyport::cli
