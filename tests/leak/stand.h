// What the rows stand on: a cable to the receiver in another network namespace, the real helper on
// the bus, and the client's side of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QProcess>
#include <QProcessEnvironment>
#include <QSet>
#include <QTest>
#include <algorithm>
#include <memory>

#include "client/dbus_firewall.h"
#include "rows.h"

namespace sallyport::leak {

// After which something will never happen; an emulated machine (SALLYPORT_SLOWER in the
// environment) has as many times as long.
inline const int kPatienceMs =
    20'000 * std::max(1, qEnvironmentVariableIntValue("SALLYPORT_SLOWER"));

// A process that speaks in lines.
class Talker {
  public:
    ~Talker();
    // `cgroup`: where it is put; empty: where this program is.
    bool start(const QString& program, const QStringList& arguments, const QString& cgroup = {},
               const QProcessEnvironment& more = QProcessEnvironment::systemEnvironment());
    void say(const QString& line);
    QString hear();  // the next line; null when none comes or it has ended
    bool waitForEnd();
    QProcess& process() { return process_; }

  private:
    QProcess process_;
};

// A connection as the helper shows it: of whom, and what became of it.
struct Shown {
    QString who;
    api::ConnectionState state = api::ConnectionState::Held;
    QString remote;
};

class Stand {
  public:
    ~Stand();
    // Null when it stands, else what went wrong.
    QString build();

    QString setRules(Leave leave);
    QString setMode(api::Mode mode);
    QString startHelper();
    QString endHelper();  // and with it the kernel side
    void killHelper();    // which goes on enforcing
    void freezeHelper(bool on);

    // The program in its cgroup.
    std::unique_ptr<Talker> attack(const QString& command, int patienceMs);
    // Packets that came to the receiver since the last call, and what the first was.
    std::pair<int, QString> arrived(const QString& aim = {});
    bool connectFromReceiver(int port);

    // Forgets what is shown so far.
    void forget();
    // What is shown since: waits until there is something, when `some`.
    QList<Shown> shown(bool some);
    // As whom this process is named among those that go past.
    QList<Shown> named(qint64 pid);
    // Whether this kernel lets them be stopped, who else would go past.
    static bool stopsFrames();
    // How many questions were asked since: waits until there is one, when `some`.
    int questions(bool some);

  private:
    static api::Result<api::Status> status();
    bool isBound(const QString& path);
    QString network();
    QString place();
    void takeConnections(const api::ProgramList& programs, const api::ConnectionList& list);
    QString whoIs(const api::Connection& connection) const;
    static QString whoIs(const api::AppIdentity& app, quint32 uid);
    template <class T>
    QString finished(const std::function<void(client::Done<T>)>& call);

    QString work_, cgroup_;
    QString attackPath_, allowedPath_, changedPath_, script_;
    std::optional<Leave> leave_;
    int fences_ = 0;
    int questions_ = 0;
    bool fresh_ = false;  // the last list came after it was asked for
    Talker receiver_;
    std::unique_ptr<QProcess> helper_;
    std::unique_ptr<client::DbusFirewall> firewall_;
    QHash<api::ProgramId, api::AppIdentity> programs_;
    QHash<api::ConnectionId, api::Connection> connections_;
    QSet<api::ConnectionId> old_;
};

}  // namespace sallyport::leak
