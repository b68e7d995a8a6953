// Which programs wait for others to call, as far as somebody looks.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <functional>
#include <memory>

#include "api/connection.h"
#include "kernel/kernel.h"

namespace sallyport::engine {

// Sockets that listen, shown as connections in the state Listening. They are found by a walk over
// all open files, so this is how it was when it was looked at last.
class Listeners {
  public:
    struct Listener {
        api::Connection connection;
        std::shared_ptr<const api::Process> process;
    };
    // What the engine knows of a socket's program: a connection with a number of its own.
    using Identify = std::function<Listener(const kernel::Owner&)>;

    // Borrows the kernel.
    Listeners(kernel::Kernel& kernel, Identify identify)
        : kernel_(kernel), identify_(std::move(identify)) {}

    // Looks, unless the last look is younger than `age` ms. On failure what was seen before stays,
    // and there is a problem(). `bootMs` by the clock that is never set, `nowMs` in Unix ms.
    void look(qint64 bootMs, qint64 nowMs, qint64 age);
    const QString& problem() const { return problem_; }

    QList<api::Connection> all() const;
    // Begins with nothing: who watches knows all() there are. While nobody does, nothing that
    // changes is kept for him.
    void setWatched(bool watched) {
        watched_ = watched;
        changed_.clear();
    }
    // While watched: what is new or over since this was asked last.
    QList<api::Connection> takeChanged() { return std::exchange(changed_, {}); }
    const Listener* find(api::ConnectionId id) const;

    // More are not shown; those of the first users and processes are.
    static constexpr qsizetype kMost = 4096;

  private:
    void noteChange(const api::Connection& connection) {
        if (watched_)
            changed_.append(connection);
    }
    Listener found(const kernel::ListeningSocket& socket, qint64 nowMs) const;

    kernel::Kernel& kernel_;
    Identify identify_;
    QHash<quint64, Listener> listeners_;  // by cookie
    QList<api::Connection> changed_;
    bool watched_ = false;
    QString problem_;
    qint64 lookedMs_ = 0;  // 0: never
};

}  // namespace sallyport::engine
