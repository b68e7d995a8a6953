// Notifications over D-Bus.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/notifier.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

#include "views/question_words.h"
#include "widgets/question_guard.h"

namespace sallyport::desktop {
namespace {

const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
const QString kAllow = QStringLiteral("allow");
const QString kBlock = QStringLiteral("block");
const QString kDetails = QStringLiteral("details");
// The notification itself. Xfce makes a button of it, too, where it has a label.
const QString kClicked = QStringLiteral("default");
constexpr uchar kCritical = 2;          // stays until it is dealt with
constexpr int kAsTheServiceLikes = -1;  // how long it is shown

QDBusMessage message(const QString& method) {
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}

}  // namespace

Notifier::Notifier(QDBusConnection bus, QObject* parent) : QObject(parent), bus_(std::move(bus)) {
    if (!bus_.isConnected())
        return;
    bus_.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this,
                 SLOT(actionInvoked(uint, QString)));
    bus_.connect(kService, kPath, kService, QStringLiteral("NotificationClosed"), this,
                 SLOT(notificationClosed(uint, uint)));
    askCapabilities();
}

Notifier::~Notifier() {
    withdrawAll();
}

void Notifier::askCapabilities() {
    auto* watcher = new QDBusPendingCallWatcher(
        bus_.asyncCall(message(QStringLiteral("GetCapabilities"))), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QStringList> reply = *watcher;
        watcher->deleteLater();
        markup_ = !reply.isError() && reply.value().contains(QStringLiteral("body-markup"));
    });
}

QString Notifier::body(const api::Question& question) const {
    const QString extent =
        views::QuestionWords::extent(question, views::QuestionWords::suggestion(question));
    QString what =
        tr("%1, %2", "address, port and protocol")
            .arg(views::QuestionWords::remote(question), views::QuestionWords::endpoint(question));
    if (const QString purpose = views::QuestionWords::purpose(question); !purpose.isEmpty())
        what += u'\n' + purpose;
    if (const QString changed = views::QuestionWords::changed(question); !changed.isEmpty())
        what += u'\n' + changed;
    const QString text =
        tr("%1\n%2\nAllow and Block count for: %3.", "what it connects to, path, scope")
            .arg(what, views::QuestionWords::path(question.process), extent);
    return markup_ ? text.toHtmlEscaped() : text;
}

void Notifier::show(const api::Question& question) {
    if (!bus_.isConnected())
        return;
    Shown& shown = shown_[question.id];
    shown.question = question;
    shown.unwanted = false;
    shown.again = false;
    shown.since.start();
    QDBusMessage call = message(QStringLiteral("Notify"));
    const QVariantMap hints{
        {QStringLiteral("urgency"), QVariant::fromValue(kCritical)},
        {QStringLiteral("desktop-entry"), QStringLiteral("org.sallyport.Sallyport")}};
    call.setArguments({tr("Sallyport"), shown.number, QStringLiteral("org.sallyport.Sallyport"),
                       views::QuestionWords::heading(question), body(question),
                       QStringList{kAllow, tr("Allow"), kBlock, tr("Block"), kDetails,
                                   tr("Details"), kClicked, QString()},
                       hints, 0});
    auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, id = question.id] {
        const QDBusPendingReply<uint> reply = *watcher;
        watcher->deleteLater();
        const auto it = shown_.find(id);
        if (it == shown_.end())
            return;
        it->number = reply.isError() ? 0 : reply.value();
        if (it->number == 0 || it->unwanted) {
            close(it->number);
            shown_.erase(it);
        }
    });
}

void Notifier::withdraw(api::QuestionId id) {
    const auto it = shown_.find(id);
    if (it == shown_.end())
        return;
    if (it->number == 0) {  // goes when its number is known
        it->unwanted = true;
        return;
    }
    close(it->number);
    shown_.erase(it);
}

void Notifier::withdrawAll() {
    const QList<api::QuestionId> ids = shown_.keys();
    for (const api::QuestionId id : ids)
        withdraw(id);
}

void Notifier::say(const QString& text) {
    if (!bus_.isConnected())
        return;
    QDBusMessage call = message(QStringLiteral("Notify"));
    const QVariantMap hints{
        {QStringLiteral("desktop-entry"), QStringLiteral("org.sallyport.Sallyport")}};
    call.setArguments({tr("Sallyport"), 0U, QStringLiteral("org.sallyport.Sallyport"),
                       tr("Sallyport"), markup_ ? text.toHtmlEscaped() : text, QStringList(), hints,
                       kAsTheServiceLikes});
    bus_.asyncCall(call);
}

void Notifier::close(uint number) {
    if (number == 0)
        return;
    QDBusMessage call = message(QStringLiteral("CloseNotification"));
    call.setArguments({number});
    bus_.asyncCall(call);
}

api::QuestionId Notifier::idOf(uint number) const {
    for (auto it = shown_.constBegin(); it != shown_.constEnd(); ++it)
        if (it->number == number && number != 0)
            return it.key();
    return 0;
}

void Notifier::actionInvoked(uint notification, const QString& action) {
    const api::QuestionId id = idOf(notification);
    if (id == 0)
        return;
    const Shown shown = shown_.value(id);
    if (action == kDetails || action == kClicked) {
        withdraw(id);
        emit detailsWanted(id);
        return;
    }
    const bool allow = action == kAllow;
    if (!allow && action != kBlock)
        return;
    // As in the window: what popped up under the pointer a moment ago was not read.
    if (shown.since.elapsed() < widgets::AnswerGuard::kAsleepMs) {
        shown_[id].again = true;
        return;
    }
    api::Answer answer = views::QuestionWords::suggestion(shown.question);
    answer.action = allow ? api::Action::Allow : api::Action::Block;
    withdraw(id);
    emit answered(id, answer);
}

void Notifier::notificationClosed(uint notification, uint) {
    const Shown shown = shown_.take(idOf(notification));
    if (shown.again)
        show(shown.question);
}

}  // namespace sallyport::desktop
