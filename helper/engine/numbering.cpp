// Which number stands for an application in the kernel's maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/numbering.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace sallyport::engine {
namespace {

policy::AppNumber drawn(const api::AppIdentity& app) {
    const QByteArray text =
        api::toWord(app.kind).toUtf8() + '\0' + app.path.toUtf8() + '\0' + app.script.toUtf8();
    const QByteArray hash = QCryptographicHash::hash(text, QCryptographicHash::Sha256);
    return qFromLittleEndian<quint32>(hash.constData());
}

}  // namespace

policy::AppNumber Numbering::of(const api::AppIdentity& app) {
    if (app.kind == api::AppIdentity::Kind::Kernel)
        return SP_APP_KERNEL;
    if (const auto known = numbers_.constFind(app); known != numbers_.constEnd())
        return *known;
    policy::AppNumber number = drawn(app);
    while (number < SP_APP_FIRST || identities_.contains(number))
        ++number;
    numbers_.insert(app, number);
    identities_.insert(number, app);
    return number;
}

const api::AppIdentity* Numbering::identity(policy::AppNumber number) const {
    const auto known = identities_.constFind(number);
    return known == identities_.constEnd() ? nullptr : &*known;
}

}  // namespace sallyport::engine
