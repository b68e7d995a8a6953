// Reads and writes speeds and amounts of data.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/rate.h"

#include <QRegularExpression>
#include <cmath>

#include "api/rule.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr quint64 kKilo = 1000, kMega = kKilo * kKilo, kGiga = kMega * kKilo, kTera = kGiga * kKilo;
const QString kNone = u"none"_s;
const QString kNumber = u"^([0-9]{1,15}(?:[.,][0-9]{1,6})?) *([kmgt]?)"_s;

bool isNone(const QString& plain) {
    return plain == kNone || plain.isEmpty();
}

// Of a match that begins with kNumber.
double numberIn(const QRegularExpressionMatch& match) {
    const QString letter = match.captured(2);
    const quint64 factor = letter.isEmpty()   ? 1
                           : letter == "k"_L1 ? kKilo
                           : letter == "m"_L1 ? kMega
                           : letter == "g"_L1 ? kGiga
                                              : kTera;
    return match.captured(1).replace(u',', u'.').toDouble() * double(factor);
}

}  // namespace

Result<quint64> rateFromText(const QString& text) {
    static const QRegularExpression kForm(kNumber + u"(b|bytes?|bits?)?(/s)?$"_s);
    const QString plain = text.trimmed().toLower();
    if (isNone(plain))
        return quint64{0};
    const QRegularExpressionMatch match = kForm.match(plain);
    if (!match.hasMatch())
        return failure(ErrorCode::Invalid,
                       quoted(text) + u" is not a speed like 500k, 2.5 MB/s or 8 Mbit/s"_s);
    const double rate = numberIn(match) / (match.captured(3).startsWith("bit"_L1) ? 8 : 1);
    if (rate < double(kLeastRate) || rate > double(kMostRate))
        return failure(ErrorCode::Invalid,
                       quoted(text) + u" is neither none nor between %1 and %2"_s.arg(
                                          rateToText(kLeastRate), rateToText(kMostRate)));
    return quint64(std::llround(rate));
}

QString rateToText(quint64 bytesASecond) {
    return bytesASecond == 0 ? kNone : sizeToText(bytesASecond) + u"/s"_s;
}

Result<quint64> sizeFromText(const QString& text) {
    static const QRegularExpression kForm(kNumber + u"(b|bytes?)?$"_s);
    const QString plain = text.trimmed().toLower();
    if (isNone(plain))
        return quint64{0};
    const QRegularExpressionMatch match = kForm.match(plain);
    const double bytes = match.hasMatch() ? numberIn(match) : -1;
    if (bytes < 0 || bytes > double(kMostQuota))
        return failure(ErrorCode::Invalid,
                       quoted(text) + u" is not an amount of data like 500k or 2.5 GB"_s);
    return quint64(std::llround(bytes));
}

QString sizeToText(quint64 bytes) {
    if (bytes == 0)
        return kNone;
    constexpr struct {
        quint64 factor;
        const char* unit;
    } kUnits[] = {{kTera, " TB"}, {kGiga, " GB"}, {kMega, " MB"}, {kKilo, " kB"}, {1, " B"}};
    for (const auto& [factor, unit] : kUnits) {
        constexpr quint64 kThousandths = 1000;
        if (bytes >= factor && (factor == 1 || bytes % (factor / kThousandths) == 0))
            return QString::number(double(bytes) / double(factor), 'g', 15) + QLatin1String(unit);
    }
    return QString::number(bytes);
}

}  // namespace sallyport::api
