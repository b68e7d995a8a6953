// What the kernel had no room for: reports, of which those that a connection or a process is over
// are told once; processes, and sockets.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLoggingCategory>
#include <algorithm>
#include <utility>

#include "engine/engine.h"

Q_LOGGING_CATEGORY(lcLosses, "sallyport.losses")

namespace sallyport::engine {
namespace {

// A flood is over when nothing was lost for so long, or is not waited for any longer.
constexpr qint64 kQuietMs = 2'000;
constexpr qint64 kFloodMs = 30'000;
constexpr qint64 kAgainMs = 1'000;
constexpr qint64 kFullShownMs = 600'000;

}  // namespace

// Of reports, all but ends are told again, by the next packet.
void Engine::noteLosses() {
    const kernel::Counters counted = kernel_.counters();
    const kernel::Counters before = std::exchange(counted_, counted);
    if (counted.tasksFull != before.tasksFull)
        sayFull(QStringLiteral("tasks"),
                QStringLiteral("too many processes: some have no identity, and who opens their "
                               "connections is not known"));
    if (counted.socketsFull != before.socketsFull)
        sayFull(QStringLiteral("sockets"), QStringLiteral("too many sockets: some were refused"));
    if (counted.eventsLost == before.eventsLost)
        return;
    const qint64 now = clock_.bootMs();
    if (!lookForEndsMs_)
        lookForEndsByMs_ = now + kFloodMs;
    lookForEndsMs_ = std::min(now + kQuietMs, lookForEndsByMs_);
    dueByBoot(lookForEndsMs_);
}

// What is thought to be open, or was answered about, and has no socket any more; and who is thought
// to run. Whose end was not lost, but is not read yet, is read first.
void Engine::endLost() {
    lookForEndsMs_ = 0;
    const auto later = [this] { lookForEndsByMs_ = lookForEndsMs_ = clock_.bootMs() + kAgainMs; };
    drain();
    QList<kernel::FlowKey> keys;
    flows_.forEachOpen([&](const Flow& flow) { keys.append(flow.key); });
    for (const auto& [key, answer] : kernel_.answersGiven())
        if (!flows_.find(key))
            keys.append(key);
    const auto ended = kernel_.ended(keys);
    if (!ended)
        qCWarning(lcLosses).noquote() << "looking for what is over:" << ended.error().text;
    if (!ended || !takeReports())
        return later();
    for (const kernel::FlowKey& key : *ended) {
        if (Flow* flow = flows_.find(key))
            finish(*flow, 0);
        else
            kernel_.forgetAnswer(key);
    }
    const QHash<qint32, quint64> gone = kernel_.gone(processes_.living());
    for (auto process = gone.cbegin(); process != gone.cend(); ++process)
        onExit(process.value(), process.key());
}

// For as long as it happens, and some minutes.
void Engine::sayFull(const QString& source, const QString& text) {
    full_.insert(source, clock_.bootMs() + kFullShownMs);
    dueByBoot(full_.value(source));
    setProblem(source, text);
}

void Engine::endFull(qint64 bootMs) {
    const QStringList sources = full_.keys();
    for (const QString& source : sources) {
        if (full_.value(source) > bootMs) {
            dueByBoot(full_.value(source));
            continue;
        }
        full_.remove(source);
        setProblem(source, {});
    }
}

}  // namespace sallyport::engine
