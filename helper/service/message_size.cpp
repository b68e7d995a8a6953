// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/message_size.h"

namespace sallyport::service {
namespace {

constexpr qsizetype kValueBytes = 16;  // signature, padding, a number or a length

}  // namespace

qsizetype messageBytes(const QVariant& value) {
    qsizetype bytes = kValueBytes;
    switch (value.typeId()) {
        case QMetaType::QString:
            return bytes + value.toString().toUtf8().size();
        case QMetaType::QStringList:
            for (const QString& text : value.toStringList())
                bytes += kValueBytes + text.toUtf8().size();
            return bytes;
        case QMetaType::QVariantList:
            for (const QVariant& item : value.toList())
                bytes += messageBytes(item);
            return bytes;
        case QMetaType::QVariantMap: {
            const QVariantMap map = value.toMap();
            for (auto it = map.cbegin(); it != map.cend(); ++it)
                bytes += kValueBytes + it.key().size() + messageBytes(it.value());
            return bytes;
        }
        default:
            return bytes;
    }
}

}  // namespace sallyport::service
