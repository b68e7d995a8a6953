// Reads and writes speeds.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/rate.h"

#include <QRegularExpression>
#include <cmath>

#include "api/rule.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr quint64 kKilo = 1000, kMega = kKilo * kKilo, kGiga = kMega * kKilo;
const QString kNone = u"none"_s;

quint64 factorOf(const QString& letter) {
    if (letter.isEmpty())
        return 1;
    return letter == "k"_L1 ? kKilo : letter == "m"_L1 ? kMega : kGiga;
}

}  // namespace

Result<quint64> rateFromText(const QString& text) {
    static const QRegularExpression kForm(
        u"^([0-9]{1,12}(?:[.,][0-9]{1,6})?) *([kmg]?)(b|bytes?|bits?)?(/s)?$"_s);
    const QString plain = text.trimmed().toLower();
    if (plain == kNone || plain.isEmpty())
        return quint64{0};
    const QRegularExpressionMatch match = kForm.match(plain);
    if (!match.hasMatch())
        return failure(ErrorCode::Invalid,
                       quoted(text) + u" is not a speed like 500k, 2.5 MB/s or 8 Mbit/s"_s);
    const double number = match.captured(1).replace(u',', u'.').toDouble();
    const bool bits = match.captured(3).startsWith("bit"_L1);
    const double rate = number * double(factorOf(match.captured(2))) / (bits ? 8 : 1);
    if (rate != 0 && (rate < double(kLeastRate) || rate > double(kMostRate)))
        return failure(ErrorCode::Invalid,
                       quoted(text) + u" is not between %1 and %2"_s.arg(rateToText(kLeastRate),
                                                                         rateToText(kMostRate)));
    return quint64(std::llround(rate));
}

QString rateToText(quint64 bytesASecond) {
    if (bytesASecond == 0)
        return kNone;
    constexpr struct {
        quint64 factor;
        const char* unit;
    } kUnits[] = {{kGiga, " GB/s"}, {kMega, " MB/s"}, {kKilo, " kB/s"}, {1, " B/s"}};
    for (const auto& [factor, unit] : kUnits) {
        constexpr quint64 kThousandths = 1000;
        if (bytesASecond >= factor && (factor == 1 || bytesASecond % (factor / kThousandths) == 0))
            return QString::number(double(bytesASecond) / double(factor), 'g', 15) +
                   QLatin1String(unit);
    }
    return QString::number(bytesASecond);
}

}  // namespace sallyport::api
