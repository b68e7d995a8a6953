// Asks polkit whether a caller on the bus may do something, without ever blocking.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QString>
#include <chrono>
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

    // How long polkit may think where nobody is asked for a password. It may have to be started
    // first, on a machine that starts much else; and less than the 25 s after which a caller by
    // D-Bus's own defaults no longer waits for what is said then.
    static constexpr std::chrono::milliseconds kPatience{20'000};

    // Void: granted. Denied: refused, or a password would be needed. NoAgent: nobody asked for the
    // password that is due. NoAuthority: polkit is not there or does not answer, which refuses as
    // well. Failed: the caller waits for too many answers.
    using Done = std::function<void(const api::Result<void>&)>;

    explicit Authority(QObject* parent = nullptr, std::chrono::milliseconds patience = kPatience);
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
    struct Search;
    void ask(const QString& caller, const QString& action, Interaction interaction, Granted done);
    void lookForPolkit();
    void found(const api::Result<void>& polkit);
    void send(Check* check);
    void finished(Check* check, const api::Result<Grant>& result);

    std::chrono::milliseconds patience_;
    QSet<Check*> checks_;
    QList<Check*> unsent_;      // until polkit is found
    Search* search_ = nullptr;  // while it goes on
    bool found_ = false;
    QHash<QString, int> waiting_;  // by caller
};

}  // namespace sallyport::service
