// Steps that every kernel test takes, with the reason when one fails.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lab.h"

#define SUCCEEDS(...)                                                 \
    do {                                                              \
        const auto done_ = __VA_ARGS__;                               \
        QVERIFY2(done_, done_ ? "" : qPrintable(done_.error().text)); \
    } while (false)
#define ATTACH(...) SUCCEEDS(lab_->attach(__VA_ARGS__))
#define ENFORCE(...) SUCCEEDS(lab_->enforce(__VA_ARGS__))
#define CLIENT(name, ...)                        \
    const auto name = lab_->client(__VA_ARGS__); \
    QVERIFY(name)
#define ASK(peer, command) (peer)->ask(QString(command))

namespace sallyport::lab {

inline bool isOk(const QString& reply) {
    return reply.startsWith(QLatin1String("ok"));
}

// What a peer says of a call that failed.
inline QString error(int number) {
    return QStringLiteral("error %1").arg(number);
}

}  // namespace sallyport::lab
