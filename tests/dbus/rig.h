// What the tests of the bus stand on: a private system bus with the bus policy we ship, a real
// polkitd that sees our actions and the test's rules, the service over a fake kernel, and callers
// that are processes of other users.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <memory>

#include "engine/engine.h"
#include "fake_kernel/fake_kernel.h"
#include "service/firewall_service.h"

namespace sallyport::test {

// Users that every system has. The rules in rig.cpp say what polkit grants them.
inline constexpr uint kRoot = 0;        // everything
inline constexpr uint kDaemon = 1;      // monitor and answer
inline constexpr uint kBin = 2;         // nothing
inline constexpr uint kNobody = 65534;  // everything but answer-system

class Caller {
  public:
    explicit Caller(uint uid);
    ~Caller();

    const QString& name() const { return name_; }
    // The reply line, see caller.cpp.
    QJsonObject call(const QString& method, const QJsonArray& types = {},
                     const QJsonArray& args = {});
    // "" when it succeeded, else the name of the error without org.sallyport.Error.
    QString errorOf(const QString& method, const QJsonArray& types = {},
                    const QJsonArray& args = {});
    // The first line that has the key, taken away; waits for it.
    QJsonObject wait(const QString& key) { return wait(QStringList{key}); }
    // Lines with the key that have come so far.
    int count(const QString& key);
    void leave();

  private:
    void read();
    QJsonObject wait(const QStringList& keys);
    std::optional<QJsonObject> take(const QString& key);

    QProcess process_;
    QList<QJsonObject> lines_;
    QString name_;
};

// Why this machine cannot run it; null: it can.
const char* missing();

class Rig {
  public:
    Rig();
    ~Rig();
    // Empty when everything runs.
    QString problem() const { return problem_; }
    QDBusConnection connectAgain(const QString& name) const;
    void endPolkit();
    // It keeps its name and answers nobody until it goes on.
    void stopPolkit();
    void continuePolkit();
    // What polkit grants `user` for an action from now on, e.g. "NO"; otherwise as always. polkit
    // notices by itself, a little later.
    void changeRules(const QString& user, const QString& action, const QString& result);
    void restoreRules();
    // A connection of a program of that user begins, held.
    void hold(quint64 cookie, uint uid, quint16 port = 443);

    engine::Engine& engine() { return *engine_; }
    fakes::FakeKernel kernel;

  private:
    void writeFiles();
    void writeRules(const QString& first);
    bool startBus();
    bool startPolkit();
    bool startService();
    bool ownsName(const QString& name);

    QTemporaryDir folder_;
    QString problem_;
    QProcess bus_;
    QProcess polkit_;
    process::ProcessTable processes_;
    engine::SystemClock clock_;
    std::unique_ptr<store::RuleStore> rules_;
    std::unique_ptr<store::History> history_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<service::FirewallService> service_;
};

}  // namespace sallyport::test
