// The whole helper: the bus, the engine with what is below it, and the service on top.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/helper.h"

#include <systemd/sd-daemon.h>

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QFile>
#include <QProcess>
#include <chrono>
#include <cstdio>

#include "service/session.h"

namespace sallyport::service {
namespace {

Exit exitOf(const engine::Assembly::Failure& failure) {
    switch (failure.obstacle) {
        case engine::Obstacle::Stores:
            return Exit::Store;
        case engine::Obstacle::Rules:
            return Exit::Failed;
        case engine::Obstacle::Kernel:
            break;
    }
    switch (failure.error.code) {
        case api::ErrorCode::Denied:
            return Exit::Privilege;
        case api::ErrorCode::Conflict:
            return Exit::SecondHelper;
        case api::ErrorCode::Unsupported:  // the next try would end in the same way
        case api::ErrorCode::Invalid:
        case api::ErrorCode::NotFound:
            return Exit::Kernel;
        default:
            return Exit::Failed;
    }
}

constexpr std::chrono::milliseconds kLookForBusEvery{200};
constexpr int kStateWithinMs = 2'000;

// Whether the system bus has its socket, where that is a file.
bool isBusThere() {
    const QString address = qEnvironmentVariable(
        "DBUS_SYSTEM_BUS_ADDRESS", QStringLiteral("unix:path=/run/dbus/system_bus_socket"));
    const QString file = QStringLiteral("unix:path=");
    return !address.startsWith(file) || QFile::exists(address.mid(file.size()).section(u',', 0, 0));
}

// One that the service manager would start again is told by nobody else to stay away. Nothing that
// fails here is the end: whether a helper runs is seen then.
void stopUnit() {
    constexpr int kNoSuchUnit = 5;  // systemctl(1)
    if (sd_booted() <= 0)
        return;
    QProcess systemctl;
    systemctl.start(QStringLiteral("systemctl"),
                    {QStringLiteral("stop"), QStringLiteral("sallyportd.service")});
    systemctl.waitForFinished(-1);
    if (systemctl.exitStatus() != QProcess::NormalExit ||
        (systemctl.exitCode() != 0 && systemctl.exitCode() != kNoSuchUnit))
        std::fprintf(stderr, "sallyportd: systemctl stop sallyportd: %s%s\n",
                     systemctl.readAllStandardError().trimmed().constData(),
                     qPrintable(systemctl.errorString()));
}

}  // namespace

const QString Helper::kUnitPins = QStringLiteral("/sys/fs/bpf/sallyport");

std::optional<Helper::Failure> Helper::start(const engine::Places& places, bool awaitsBus) {
    if (!engine::Assembly::mayEnforce())
        return Failure{Exit::Privilege, QStringLiteral("no privilege; start it as root")};
    const bool waits = awaitsBus && !isBusThere();
    if (!waits) {
        if (auto failed = findBus())
            return failed;
    }
    if (const auto failed = assembly_.start(places, userIsActive, journal_))
        return Failure{exitOf(*failed), failed->error.text};
    if (!waits)
        return serve();
    connect(&busTimer_, &QTimer::timeout, this, &Helper::lookForBus);
    busTimer_.start(kLookForBusEvery);
    return std::nullopt;
}

// Early in the boot, when the machine has no network yet either.
void Helper::lookForBus() {
    if (!isBusThere())
        return;
    busTimer_.stop();
    auto failed = findBus();
    if (!failed)
        failed = serve();
    if (!failed)
        return;
    std::fprintf(stderr, "sallyportd: %s\n", qPrintable(failed->text));
    QCoreApplication::exit(static_cast<int>(failed->code));
}

std::optional<Helper::Failure> Helper::serve() {
    service_ = std::make_unique<FirewallService>(assembly_.engine(), QDBusConnection::systemBus());
    if (const auto published = service_->publish(); !published) {
        const bool second = published.error().code == api::ErrorCode::Conflict;
        return Failure{second ? Exit::SecondHelper : Exit::Bus, published.error().text};
    }
    return std::nullopt;
}

bool Helper::machineStops() const {
    if (!service_)
        return false;  // so early that nobody is there yet
    QDBusMessage asked = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.systemd1"), QStringLiteral("/org/freedesktop/systemd1"),
        QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    asked << QStringLiteral("org.freedesktop.systemd1.Manager") << QStringLiteral("SystemState");
    asked.setAutoStartService(false);
    const QDBusMessage told =
        QDBusConnection::systemBus().call(asked, QDBus::Block, kStateWithinMs);
    if (told.type() == QDBusMessage::ReplyMessage)
        return told.arguments().value(0).value<QDBusVariant>().variant() ==
               QStringLiteral("stopping");
    if (told.errorName() == QStringLiteral("org.freedesktop.DBus.Error.NameHasNoOwner"))
        return false;  // another service manager
    std::fprintf(stderr,
                 "sallyportd: whether the machine shuts down cannot be learnt (%s), so the rules "
                 "stay in force; sallyportd --off turns the firewall off\n",
                 qPrintable(told.errorMessage()));
    return true;
}

std::optional<Helper::Failure> Helper::release(const QString& pins) {
    if (!engine::Assembly::mayEnforce())
        return Failure{Exit::Privilege, QStringLiteral("no privilege; start it as root")};
    if (pins.isEmpty())
        return std::nullopt;
    if (pins == kUnitPins)
        stopUnit();
    const auto removed = engine::Assembly::release(pins);
    if (removed)
        return std::nullopt;
    if (removed.error().code == api::ErrorCode::Conflict)
        return Failure{Exit::SecondHelper,
                       removed.error().text +
                           QStringLiteral("; end it first, with SIGUSR1 the firewall is off, too")};
    return Failure{Exit::Failed, removed.error().text};
}

std::optional<Helper::Failure> Helper::findBus() {
    QDBusConnection bus = QDBusConnection::systemBus();
    if (!bus.isConnected())
        return Failure{
            Exit::Bus,
            QStringLiteral("no system bus: %1; start dbus first").arg(bus.lastError().message())};
    if (bus.interface()->isServiceRegistered(api::dbus::kService))
        return Failure{Exit::SecondHelper,
                       QStringLiteral("another helper has the name %1; stop it first")
                           .arg(api::dbus::kService)};
    bus.connect({}, QStringLiteral("/org/freedesktop/DBus/Local"),
                QStringLiteral("org.freedesktop.DBus.Local"), QStringLiteral("Disconnected"), this,
                SLOT(busLost()));
    return std::nullopt;
}

// The kernel side goes on by itself; the service manager starts a helper that has a bus again.
void Helper::busLost() {
    std::fputs("sallyportd: the system bus is gone\n", stderr);
    QCoreApplication::exit(static_cast<int>(Exit::Bus));
}

}  // namespace sallyport::service
