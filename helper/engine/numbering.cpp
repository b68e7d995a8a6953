// Which number stands for an application in the kernel's maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/numbering.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QtEndian>

#include "process/content.h"

namespace sallyport::engine {
namespace {

// In the place of a content.
QString adoptedName(policy::AppNumber number) {
    return QStringLiteral("number %1").arg(number);
}

}  // namespace

Numbering::Numbering(quint64 key)
    : key_(key), identities_{{SP_APP_KERNEL, {api::AppIdentity::Kind::Kernel, {}, {}}}} {}

QByteArray Numbering::hashed(const QByteArray& text) const {
    QByteArray key(sizeof(key_), Qt::Uninitialized);
    qToLittleEndian(key_, key.data());
    return QMessageAuthenticationCode::hash(text, key, QCryptographicHash::Sha256);
}

// Of a text that no application has.
QString Numbering::keyName() const {
    return QString::fromLatin1(hashed("serials").toHex());
}

// What the kernel kept was drawn by an earlier helper, maybe of an older build: who draws in
// another way counts up SP_ABI_VERSION.
policy::AppNumber Numbering::drawn(const api::AppIdentity& app, const QString& sha256) const {
    QByteArray text =
        api::toWord(app.kind).toUtf8() + '\0' + app.path.toUtf8() + '\0' + app.script.toUtf8();
    if (!sha256.isEmpty())
        text += '\0' + sha256.toUtf8();
    return qFromLittleEndian<quint32>(hashed(text).constData());
}

policy::AppNumber Numbering::give(const api::AppIdentity& app, const QString& sha256) {
    policy::AppNumber number = drawn(app, sha256);
    while (number < SP_APP_FIRST || identities_.contains(number))
        ++number;
    identities_.insert(number, app);
    return number;
}

policy::AppNumber Numbering::of(const api::AppIdentity& app) {
    if (app.kind == api::AppIdentity::Kind::Kernel)
        return SP_APP_KERNEL;
    if (const auto known = numbers_.constFind(app); known != numbers_.constEnd())
        return *known;
    return *numbers_.insert(app, give(app, {}));
}

policy::AppNumber Numbering::of(const api::AppIdentity& app, const QString& sha256) {
    const policy::AppNumber unknown =
        ofContent(app, QString::fromUtf16(process::kUnknownContent), true);
    const policy::AppNumber own = ofContent(app, sha256, false);
    return own ? own : unknown;
}

policy::AppNumber Numbering::ofContent(const api::AppIdentity& app, const QString& sha256,
                                       bool always) {
    QHash<QString, policy::AppNumber>& all = contents_[app];
    if (const auto known = all.constFind(sha256); known != all.constEnd())
        return *known;
    if (const policy::AppNumber adopted = all.take(adoptedName(drawn(app, sha256))))
        return *all.insert(sha256, adopted);
    if (!always && all.size() >= kMostContents)
        return 0;
    return *all.insert(sha256, give(app, sha256));
}

void Numbering::adopt(const api::AppIdentity& app, policy::AppNumber number) {
    if (identities_.contains(number) || number < SP_APP_FIRST)
        return;
    identities_.insert(number, app);
    contents_[app].insert(adoptedName(number), number);
}

bool Numbering::isOf(policy::AppNumber number, const api::AppIdentity& app,
                     const QString& sha256) const {
    return number == drawn(app, sha256);
}

QList<policy::AppNumber> Numbering::contents(const api::AppIdentity& app, const QString& sha256) {
    return sha256.isEmpty() ? contents_.value(app).values() : QList{ofContent(app, sha256, true)};
}

const api::AppIdentity* Numbering::identity(policy::AppNumber number) const {
    const auto known = identities_.constFind(number);
    return known == identities_.constEnd() ? nullptr : &*known;
}

}  // namespace sallyport::engine
