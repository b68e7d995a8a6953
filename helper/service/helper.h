// The whole helper: bus, kernel side, stores, engine and service, made in that order.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>

#include "engine/engine.h"
#include "service/firewall_service.h"

namespace sallyport::service {

// What the program ends with; documented in --help and the README.
enum class Exit { Ended = 0, Failed, Usage, Kernel, Privilege, Bus, SecondHelper, Store };

struct HelperOptions {
    QString cgroup;  // empty: the root of the cgroup v2 tree
    QString stateDirectory;
    QString pins;  // empty: none
    QString configDirectory;
};

class Helper : public QObject {
    Q_OBJECT
  public:
    struct Failure {
        Exit code = Exit::Failed;
        QString text;  // one line: what is wrong and what to do
    };

    ~Helper() override;

    // When this returns nothing, the kernel enforces and the bus is served. After a failure what
    // had been started is ended with the object.
    std::optional<Failure> start(const HelperOptions& options);

  private slots:
    void busLost();

  private:
    std::optional<Failure> findBus();
    std::optional<Failure> openStores(const QString& directory);
    std::optional<Failure> openKernel(const HelperOptions& options);

    // In the order in which they are made; ended the other way round.
    engine::SystemClock clock_;
    std::unique_ptr<store::RuleStore> rules_;
    std::unique_ptr<store::HistoryStore> history_;
    std::unique_ptr<kernel::Kernel> kernel_;
    std::unique_ptr<process::ProcessTable> processes_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<FirewallService> service_;
};

}  // namespace sallyport::service
