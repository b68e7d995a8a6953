// The whole helper: bus, kernel side, stores, engine and service, made in that order.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/helper.h"

#include <unistd.h>

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDir>
#include <QFile>
#include <cstdio>

#include "kernel/bpf_kernel.h"
#include "service/session.h"

namespace sallyport::service {
namespace {

Exit exitOf(api::ErrorCode code, Exit otherwise) {
    switch (code) {
        case api::ErrorCode::Denied:
            return Exit::Privilege;
        case api::ErrorCode::Conflict:
            return Exit::SecondHelper;
        case api::ErrorCode::Unsupported:
            return otherwise;
        case api::ErrorCode::Invalid:
        case api::ErrorCode::NotFound:
        case api::ErrorCode::Unavailable:
        case api::ErrorCode::Failed:
            break;
    }
    return otherwise;
}

}  // namespace

Helper::~Helper() = default;

std::optional<Helper::Failure> Helper::start(const HelperOptions& options) {
    if (geteuid() != 0)
        return Failure{Exit::Privilege, QStringLiteral("no privilege: start it as root")};
    if (auto failed = findBus())
        return failed;
    if (auto failed = openStores(options.stateDirectory))
        return failed;
    if (auto failed = openKernel(options))
        return failed;
    processes_ = std::make_unique<process::ProcessTable>();
    engine::Options engineOptions;
    engineOptions.administratorRules =
        QDir(options.configDirectory).filePath(QStringLiteral("rules.d"));
    engineOptions.activity = userIsActive;
    engine_ = std::make_unique<engine::Engine>(*kernel_, *processes_, *rules_, *history_, clock_,
                                               std::move(engineOptions));
    if (const auto started = engine_->start(); !started)
        return Failure{Exit::Failed, started.error().text};
    service_ = std::make_unique<FirewallService>(*engine_, QDBusConnection::systemBus());
    if (const auto published = service_->publish(); !published)
        return Failure{exitOf(published.error().code, Exit::Bus), published.error().text};
    return std::nullopt;
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

std::optional<Helper::Failure> Helper::openStores(const QString& directory) {
    const QFile::Permissions owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (!QDir().exists(directory) &&
        !(QDir().mkpath(directory) && QFile::setPermissions(directory, owner)))
        return Failure{Exit::Store,
                       QStringLiteral("cannot make %1; choose another --state-dir").arg(directory)};
    const QDir state(directory);
    auto rules = store::RuleStore::open(state.filePath(QStringLiteral("rules.db")),
                                        store::RuleStore::currentBoot());
    if (!rules)
        return Failure{Exit::Store, rules.error().text};
    auto history = store::HistoryStore::open(state.filePath(QStringLiteral("history.db")));
    if (!history)
        return Failure{Exit::Store, history.error().text};
    rules_ = std::make_unique<store::RuleStore>(*std::move(rules));
    history_ = std::make_unique<store::HistoryStore>(*std::move(history));
    return std::nullopt;
}

std::optional<Helper::Failure> Helper::openKernel(const HelperOptions& options) {
    auto kernel = kernel::open({options.cgroup, options.pins});
    if (!kernel)
        return Failure{exitOf(kernel.error().code, Exit::Kernel), kernel.error().text};
    kernel_ = *std::move(kernel);
    return std::nullopt;
}

}  // namespace sallyport::service
