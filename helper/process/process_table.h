// Every exec that was seen: who it is, who started it, whether it still runs.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QQueue>
#include <unordered_map>
#include <utility>

#include "api/connection.h"
#include "kernel/kernel.h"
#include "process/container.h"
#include "process/identity.h"

namespace sallyport::process {

struct Resolved {
    api::AppIdentity identity;   // never Any
    api::AppIdentity startedBy;  // never Any; Unknown when the parent was never seen
    bool cacheable = false;      // the file alone says which application it is
    bool changeable = false;     // and somebody but root can change it
};

// Fed with what the kernel reports, in its order. An exec reported twice is known better the second
// time. What has ended is kept for what its sockets still do: the last kKeptDead of them, and for
// kKeptNs as many as kMostDead.
class ProcessTable {
  public:
    using Clock = quint64 (*)();  // nanoseconds
    static quint64 bootNs();      // CLOCK_BOOTTIME
    ProcessTable(Clock clock = bootNs) : clock_(clock) {}

    Resolved onExec(const kernel::ExecReport& report);
    void onFork(const kernel::ForkReport& report);
    // True when that was the last process of the exec.
    bool onExit(quint64 serial, qint32 pid);

    // What it is, and who started it, where that is known better than from what it shows. Its file
    // is not looked at any more.
    void setIdentity(quint64 serial, const api::AppIdentity& app, const QString& sha256);
    void setStarter(quint64 serial, const api::AppIdentity& starter);
    // What was in the file of the exec, see contentOf(). Says nothing of one that is forgotten.
    void setContent(quint64 serial, const QString& sha256);
    // The exec of a file that somebody but root can change; none of others, and of forgotten ones.
    struct Changeable {
        kernel::FileKey file;
        qint32 pid = 0;
        bool cacheable = false;  // the file alone says which application it is
    };
    std::optional<Changeable> changeable(quint64 serial) const;

    // Whether a process of the exec is known to run.
    bool isAlive(quint64 serial) const;
    // Who is known to run: serials by pid.
    const QHash<qint32, quint64>& living() const { return living_; }
    // What is known of the owner of a flow; identity Kernel for the kernel's own sockets, Unknown
    // for an exec that was never seen or is forgotten.
    api::Process describe(const kernel::Owner& owner) const;

    static constexpr qsizetype kKeptDead = 2'000;
    static constexpr qsizetype kMostDead = 20'000;
    // A TCP socket whose program is gone gives its peer up within two minutes (tcp_orphan_retries).
    static constexpr quint64 kKeptNs = 150'000'000'000;

  private:
    // An AppImage mounts the files that it brings with FUSE and executes one of them. Whatever of
    // these it or what it started executes is the AppImage.
    struct AppImage {
        QString path;                          // of its file
        std::optional<Changeable> changeable;  // the same
        quint32 device = 0;                    // the super block of its mount; 0: not known yet
    };
    struct Entry {
        api::Process process;  // pid and uid are those of the exec
        std::optional<Changeable> changeable;
        std::optional<AppImage> image;  // from which it comes
        QList<api::Ancestor> above;     // above() said last, while it lives
        qint32 living = 0;
    };
    Entry* find(quint64 serial);
    const Entry* find(quint64 serial) const;
    static QList<api::Ancestor> above(Entry& parent, qint32 pid);

    std::optional<AppImage> imageOf(const kernel::ExecReport& report,
                                    const Identified& identified) const;
    bool mountsItself(quint64 serial, qint32 pid, const QString& path) const;
    void join(qint32 pid, quint64 serial);
    // Returns whether it was the last of its exec.
    bool leave(qint32 pid);
    void forgetOldest(quint64 nowNs);

    Clock clock_;
    Containers containers_;
    std::unordered_map<quint64, Entry> entries_;  // by serial; QHash would not shrink
    QHash<qint32, quint64> living_;               // serial by pid
    // And since when, in the order of their ends; may hold revived ones.
    QQueue<std::pair<quint64, quint64>> dead_;
};

}  // namespace sallyport::process
