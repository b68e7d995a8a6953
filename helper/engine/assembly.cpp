// The engine with the real parts below it: stores, kernel side, process table.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/assembly.h"

#include <pwd.h>

#include <QDir>
#include <QFile>
#include <future>

#include "broker/opener.h"
#include "kernel/bpf_kernel.h"

namespace sallyport::engine {
namespace {

// The ring is mapped, and counts whole in what the helper takes. It holds some 700 execs, or 30
// held packets of the largest class, and the helper is woken at every sixteenth of it.
constexpr quint32 kRingBytes = 2u << 20;

std::optional<quint32> userOf(const char* name) {
    const passwd* user = getpwnam(name);
    return user ? std::optional<quint32>(user->pw_uid) : std::nullopt;
}

kernel::Options kernelOptions(const Places& places) {
    kernel::Options options;
    options.cgroup = places.cgroup;
    options.pins = places.pins;
    options.ringBytes = kRingBytes;
    options.broker = QFile::encodeName(places.broker).toStdString();
    return options;
}

}  // namespace

std::optional<Assembly::Failure> Assembly::start(const Places& places,
                                                 AgentRegistry::Activity activity,
                                                 DecisionLog& log) {
    // Before anything is written: who cannot enforce changes nothing.
    if (const auto able = kernel::check(kernelOptions(places)); !able)
        return Failure{Obstacle::Kernel, able.error()};
    if (const auto opened = openStores(places.stateDirectory); !opened)
        return Failure{Obstacle::Stores, opened.error()};
    // Meanwhile the rules are read: both take their time.
    auto opening = std::async(std::launch::async, [&] { return openKernel(places); });
    auto stored = rules_->all();
    if (const auto opened = opening.get(); !opened)
        return Failure{Obstacle::Kernel, opened.error()};
    if (!stored)
        return Failure{Obstacle::Rules, stored.error()};
    Options options{QDir(places.configDirectory).filePath(QStringLiteral("rules.d")),
                    std::move(activity),
                    QDir(places.stateDirectory).filePath(QStringLiteral("lists"))};
    options.log = &log;
    options.names = QDir(places.stateDirectory).filePath(QStringLiteral("names"));
    options.listsUser = userOf("sallyport-lists");
    options.resolved = resolved::Monitor::systemSocket();
    options.broker = places.broker;
    options.resolvConf = resolved::ResolvConf::systemFiles();
    options.routes = [path = QFile::encodeName(places.broker).toStdString()] {
        return broker::Opener(path).open(broker::What::Routes);
    };
    engine_ = std::make_unique<Engine>(*kernel_, processes_, *rules_, *history_, clock_,
                                       std::move(options));
    if (const auto started = engine_->start(*std::move(stored)); !started)
        return Failure{Obstacle::Rules, started.error()};
    return std::nullopt;
}

bool Assembly::mayEnforce() {
    return kernel::mayEnforce();
}

api::Result<void> Assembly::release(const QString& pins) {
    return kernel::removePins(pins);
}

api::Result<void> Assembly::openStores(const QString& directory) {
    const QFile::Permissions owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    const QDir state(directory);
    if (!state.exists() && !(QDir().mkpath(directory) && QFile::setPermissions(directory, owner)))
        return api::failure(api::ErrorCode::Failed,
                            QStringLiteral("cannot make the directory %1; choose another "
                                           "--state-dir")
                                .arg(directory));
    auto rules = store::RuleStore::open(state.filePath(QStringLiteral("rules.db")),
                                        store::RuleStore::currentBoot());
    if (!rules)
        return rules.error();
    auto history = store::History::openAnyway(state.filePath(QStringLiteral("history.db")));
    if (!history)
        return history.error();
    rules_ = std::make_unique<store::RuleStore>(*std::move(rules));
    history_ = *std::move(history);
    return {};
}

api::Result<void> Assembly::openKernel(const Places& places) {
    auto kernel = kernel::open(kernelOptions(places));
    if (!kernel)
        return kernel.error();
    kernel_ = *std::move(kernel);
    return {};
}

}  // namespace sallyport::engine
