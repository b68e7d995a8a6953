// Asks polkit whether a caller on the bus may do something, without ever blocking.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QString>
#include <functional>

#include "api/result.h"

namespace sallyport::service {

// May polkit ask the person for a password on the way?
enum class Interaction { Never, Allowed };

class Authority : public QObject {
    Q_OBJECT
  public:
    // How many answers one caller may wait for.
    static constexpr int kMaxPerCaller = 32;

    // Void: granted. Denied: refused, or a password would be needed. NoAgent: nobody asked for the
    // password that is due. Unavailable: polkit is not there, which refuses as well.
    using Done = std::function<void(const api::Result<void>&)>;

    explicit Authority(QObject* parent = nullptr);
    // Whoever still waits is not told.
    ~Authority() override;

    // `caller` is a unique name of the system bus: never a process id, which can be reused.
    void check(const QString& caller, const QString& action, Interaction interaction, Done done);
    // Whether it would be granted, perhaps after a password. Nobody is asked for one now.
    void wouldAllow(const QString& caller, const QString& action, std::function<void(bool)> done);

  private:
    enum class Grant { Yes, WithPassword, No };
    using Granted = std::function<void(const api::Result<Grant>&)>;
    struct Check;
    void ask(const QString& caller, const QString& action, Interaction interaction, Granted done);
    void finished(Check* check, const api::Result<Grant>& result);

    QSet<Check*> checks_;
    QHash<QString, int> waiting_;  // by caller
};

}  // namespace sallyport::service
