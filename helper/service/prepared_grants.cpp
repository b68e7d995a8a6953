// What polkit has already granted for the answers that agents are about to give.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/prepared_grants.h"

#include <ctime>

namespace sallyport::service {
namespace {

const QString kPolkit = QStringLiteral("org.freedesktop.PolicyKit1");
const QString kAuthorityPath = QStringLiteral("/org/freedesktop/PolicyKit1/Authority");
const QString kAuthority = QStringLiteral("org.freedesktop.PolicyKit1.Authority");

qint64 nowMs() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return qint64{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

PreparedGrants::PreparedGrants(Authority& authority, QDBusConnection bus, QObject* parent,
                               qint64 longestMs)
    : QObject(parent),
      authority_(authority),
      longestMs_(longestMs),
      owner_(kPolkit, bus, QDBusServiceWatcher::WatchForOwnerChange) {
    again_.setSingleShot(true);
    again_.setInterval(kAskAgainAfterMs);
    connect(&again_, &QTimer::timeout, this, &PreparedGrants::askAgain);
    connect(&owner_, &QDBusServiceWatcher::serviceOwnerChanged, this,
            [this](const QString&, const QString&, const QString& owner) {
                dropAll();
                if (owner.isEmpty())
                    again_.stop();  // asking would only start it
                else
                    again_.start();
            });
    // Every signal of the interface: newer versions of polkit may have more of them.
    listening_ = bus.connect(kPolkit, kAuthorityPath, kAuthority, QString(), this,
                             SLOT(polkitChanged(QDBusMessage)));
}

void PreparedGrants::prepare(api::QuestionId question, const QString& caller,
                             const QString& action) {
    const Key key(caller, question);
    if (!listening_ || grants_.contains(key) || grants_.size() >= kMax)
        return;
    grants_.insert(key, {action});
    toAsk_.enqueue(key);
    askNext();
}

bool PreparedGrants::granted(api::QuestionId question, const QString& caller,
                             const QString& action) const {
    const auto grant = grants_.constFind({caller, question});
    return grant != grants_.constEnd() && grant->action == action && nowMs() < grant->untilMs;
}

void PreparedGrants::forget(api::QuestionId question, const QString& caller) {
    grants_.remove({caller, question});
}

void PreparedGrants::forgetCaller(const QString& caller) {
    grants_.removeIf([&caller](const auto& entry) { return entry.key().first == caller; });
}

void PreparedGrants::polkitChanged(const QDBusMessage&) {
    dropAll();
    if (!again_.isActive())
        again_.start();
}

void PreparedGrants::dropAll() {
    toAsk_.clear();
    for (Grant& grant : grants_) {
        grant.asked = 0;
        grant.untilMs = 0;
    }
}

void PreparedGrants::askAgain() {
    toAsk_ = QQueue<Key>();
    for (auto it = grants_.cbegin(); it != grants_.cend(); ++it)
        toAsk_.enqueue(it.key());
    askNext();
}

void PreparedGrants::askNext() {
    while (asking_ < kAtOnce && !toAsk_.isEmpty()) {
        const Key key = toAsk_.dequeue();
        const auto grant = grants_.find(key);
        if (grant == grants_.end())
            continue;
        grant->asked = ++times_;
        ++asking_;
        authority_.check(key.first, grant->action, Interaction::Never,
                         [this, key, asked = grant->asked](const api::Result<void>& answer) {
                             answered(key, asked, answer.has_value());
                         });
    }
}

// The yes of a time before a change, or of a question that ended meanwhile, is nobody's.
void PreparedGrants::answered(const Key& key, quint64 asked, bool yes) {
    --asking_;
    const auto grant = grants_.find(key);
    if (yes && grant != grants_.end() && grant->asked == asked)
        grant->untilMs = nowMs() + longestMs_;
    askNext();
}

}  // namespace sallyport::service
