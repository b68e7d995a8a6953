// Taking questions from the bus.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/agent.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QLoggingCategory>

#include "api/dbus.h"

namespace sallyport::client {
namespace {
Q_LOGGING_CATEGORY(log, "sallyport.client")
}  // namespace

Agent::Agent(QObject* parent) : QObject(parent) {}
Agent::~Agent() = default;

bool Agent::refuseStranger() {
    if (!calledFromDBus() || (!helper_.isEmpty() && message().service() == helper_))
        return false;
    sendErrorReply(QDBusError::AccessDenied,
                   QStringLiteral("only the owner of %1 may ask").arg(api::dbus::kService));
    qCWarning(log) << "a stranger's question was refused:" << message().service();
    return true;
}

void Agent::Ask(const QVariantMap& question) {
    if (refuseStranger())
        return;
    const api::Result<api::Question> parsed = api::questionFromMap(question);
    if (parsed) {
        emit asked(*parsed);
        return;
    }
    qCWarning(log) << "a question that cannot be read:" << parsed.error().text;
    if (calledFromDBus())
        sendErrorReply(api::errorName(parsed.error().code), parsed.error().text);
}

void Agent::Cancel(qulonglong question, const QString& reason) {
    if (!refuseStranger())
        emit cancelled(question, reason);
}

}  // namespace sallyport::client
