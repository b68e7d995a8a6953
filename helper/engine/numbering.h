// Which number stands for an application in the kernel's maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>

#include "api/rule.h"
#include "policy/table.h"

namespace sallyport::engine {

// Numbers are kept for the run. They are drawn from the identity itself and a key, so that a helper
// that starts anew gives the same ones and what the kernel kept meanwhile stays true. Who does not
// know the key cannot find a path with the number of another: that one's rules would be in force
// for it, until the helper tells the kernel better, when both have lost the order in which they
// came.
//
// None is given up, though each application takes some 400 bytes for ever: nothing says when the
// kernel has a number no more. Its map `apps` keeps it by file, and a connection that waits to be
// accepted, or was and has sent nothing, is in no walk, but gets its owner from `arrivals` or
// `closed` at its first packet, when the program may be long gone. Another application that draws
// the same number would be judged as that one.
class Numbering {
  public:
    // See kernel::Kernel::numberKey().
    explicit Numbering(quint64 key);

    // Never 0. Kind::Any has no number of its own and must not be asked for. Stands for the
    // application whatever is in its file, because only root can change that.
    policy::AppNumber of(const api::AppIdentity& app);
    // For the application with that content, SHA-256 or process::kUnknownContent. Of the contents
    // beyond kMostContents of one application all that have no number yet have that of the unknown
    // one.
    policy::AppNumber of(const api::AppIdentity& app, const QString& sha256);
    // A number which an earlier helper gave the application with a content that is not known now.
    void adopt(const api::AppIdentity& app, policy::AppNumber number);
    // Is it the number that is drawn for the application, or for it with that content, by any
    // helper? Gives none.
    bool isOf(policy::AppNumber number, const api::AppIdentity& app,
              const QString& sha256 = {}) const;
    // What a rule for the application is for. All its numbers with its contents so far; unless
    // `sha256` is empty only the one for that, which it has for sure from then on.
    QList<policy::AppNumber> contents(const api::AppIdentity& app, const QString& sha256);
    // Null when the number was not given in this run and is not the kernel's.
    const api::AppIdentity* identity(policy::AppNumber number) const;
    // Who has the same key has the same name of it, and who reads the name knows nothing of the
    // key. Where it is another, so are the kernel's tables, and the exec serials counted in them.
    QString keyName() const;
    // How many were given, and the kernel's.
    qsizetype size() const { return identities_.size(); }

    static constexpr qsizetype kMostContents = 64;

  private:
    QByteArray hashed(const QByteArray& text) const;
    policy::AppNumber drawn(const api::AppIdentity& app, const QString& sha256) const;
    policy::AppNumber give(const api::AppIdentity& app, const QString& sha256);
    // 0: none, and not `always`.
    policy::AppNumber ofContent(const api::AppIdentity& app, const QString& sha256, bool always);

    quint64 key_;
    QHash<api::AppIdentity, policy::AppNumber> numbers_;
    QHash<api::AppIdentity, QHash<QString, policy::AppNumber>> contents_;
    QHash<policy::AppNumber, api::AppIdentity> identities_;
};

}  // namespace sallyport::engine
