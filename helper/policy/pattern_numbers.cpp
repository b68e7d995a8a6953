// Which number stands for a pattern of host names in the kernel's maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/pattern_numbers.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace sallyport::policy {
namespace {

PatternNumber drawn(const QString& text) {
    const QByteArray hash = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256);
    return qFromLittleEndian<quint32>(hash.constData());
}

}  // namespace

PatternNumber PatternNumbers::of(const api::HostPattern& pattern) {
    const QString text = pattern.toString();
    if (const auto known = numbers_.constFind(text); known != numbers_.constEnd())
        return *known;
    PatternNumber number = drawn(text);
    while (number <= kPatternUnclear || texts_.contains(number))
        ++number;
    numbers_.insert(text, number);
    texts_.insert(number, text);
    return number;
}

}  // namespace sallyport::policy
