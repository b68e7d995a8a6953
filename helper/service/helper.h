// The whole helper: the bus, the engine with what is below it, and the service on top.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <optional>

#include "engine/assembly.h"
#include "service/firewall_service.h"
#include "service/journal.h"

namespace sallyport::service {

// What the program ends with; documented in --help and the README.
enum class Exit { Ended = 0, Failed, Usage, Kernel, Privilege, Bus, SecondHelper, Store };

class Helper : public QObject {
    Q_OBJECT
  public:
    struct Failure {
        Exit code = Exit::Failed;
        QString text;  // one line: what is wrong and what to do
    };

    // When this returns nothing, the kernel enforces and the bus is served. After a failure what
    // had been started is ended with the object. `awaitsBus`: where there is no bus yet it is
    // served as soon as there is, and the kernel enforces meanwhile; the program ends if that goes
    // wrong.
    std::optional<Failure> start(const engine::Places& places, bool awaitsBus = false);

    // Whether the service manager ends it because the machine shuts down, or does not say: programs
    // may still be on the network then.
    bool machineStops() const;

    // Where the helper that is a service has its pins.
    static const QString kUnitPins;
    // Takes out of the kernel what a helper that ended left in `pins`; without effect when there is
    // nothing, or `pins` is empty. Of the service's, stops it first; SecondHelper while another
    // runs.
    static std::optional<Failure> release(const QString& pins);

  private slots:
    void busLost();

  private:
    std::optional<Failure> findBus();
    std::optional<Failure> serve();
    void lookForBus();

    engine::SystemClock clock_;
    Journal journal_{clock_};
    engine::Assembly assembly_;
    std::unique_ptr<FirewallService> service_;
    QTimer busTimer_;
};

}  // namespace sallyport::service
