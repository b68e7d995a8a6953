// The methods of org.sallyport.Firewall1 that are about lists.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>

#include "service/firewall_service.h"

namespace sallyport::service {
namespace {

namespace action = api::polkit;

template <class T>
VariantMapList maps(const QList<T>& values) {
    VariantMapList list;
    for (const T& value : values)
        list.append(toMap(value));
    return list;
}

// One of our own: Qt's is closed with its message.
kernel::Fd ours(const QDBusUnixFileDescriptor& descriptor) {
    return kernel::Fd(fcntl(descriptor.fileDescriptor(), F_DUPFD_CLOEXEC, 0));
}

}  // namespace

VariantMapList FirewallService::GetLists() {
    allowed(action::kMonitor,
            [this] { return Out{QVariant::fromValue(maps(engine_.lists().lists()))}; });
    return {};
}

QVariantMap FirewallService::SetList(const QVariantMap& map,
                                     const QDBusUnixFileDescriptor& content) {
    const auto list = api::listFromMap(map);
    if (!list) {
        refuse(list.error());
        return {};
    }
    allowedLater(action::kRules, Interaction::Allowed,
                 [this, list = *list, content](const Answered& answered) {
                     engine_.setList(list, ours(content), [answered](const auto& report) {
                         answered(report ? api::Result<Out>(Out{toMap(*report)}) : report.error());
                     });
                 });
    return {};
}

QVariantMap FirewallService::RefreshList(const QString& name,
                                         const QDBusUnixFileDescriptor& content) {
    allowedLater(
        action::kRefreshLists, Interaction::Never, [this, name, content](const Answered& answered) {
            for (const api::List& list : engine_.lists().lists()) {
                if (list.name != name)
                    continue;
                return engine_.setList(list, ours(content), [answered](const auto& report) {
                    answered(report ? api::Result<Out>(Out{toMap(*report)}) : report.error());
                });
            }
            answered(
                api::failure(api::ErrorCode::NotFound, QStringLiteral("there is no list ") + name));
        });
    return {};
}

void FirewallService::CancelList(const QString& name) {
    allowed(action::kRules, [this, name]() -> api::Result<Out> {
        const auto cancelled = engine_.lists().cancel(name);
        return cancelled ? api::Result<Out>(Out{}) : cancelled.error();
    });
}

void FirewallService::RemoveList(const QString& name, bool despiteRules) {
    allowedLater(action::kRules, Interaction::Allowed,
                 [this, name, despiteRules](const Answered& answered) {
                     engine_.removeList(name, despiteRules, [answered](const auto& removed) {
                         answered(removed ? api::Result<Out>(Out{}) : removed.error());
                     });
                 });
}

QStringList FirewallService::GetBadLines(const QString& name) {
    allowed(action::kMonitor, [this, name]() -> api::Result<Out> {
        const auto lines = engine_.lists().badLines(name);
        return lines ? api::Result<Out>(Out{api::toTexts(*lines)}) : lines.error();
    });
    return {};
}

VariantMapList FirewallService::FindInLists(const QString& sought) {
    constexpr qsizetype kMost = 1024;  // characters
    if (sought.size() > kMost)
        refuse(api::failure(api::ErrorCode::Invalid,
                            QStringLiteral("no address and no name is longer than %1").arg(kMost)));
    else
        allowed(action::kMonitor, [this, sought] {
            return Out{QVariant::fromValue(maps(engine_.lists().find(sought)))};
        });
    return {};
}

}  // namespace sallyport::service
