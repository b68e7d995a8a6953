// Questions on the desktop's notification service (Desktop Notifications Specification 1.2), for
// when the window that asks cannot be seen.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QElapsedTimer>
#include <QHash>
#include <QObject>

#include "api/question.h"

namespace sallyport::desktop {

// Without a session bus or a notification service nothing happens. Nothing here waits.
class Notifier : public QObject {
    Q_OBJECT
  public:
    explicit Notifier(QDBusConnection bus, QObject* parent = nullptr);
    // Whose buttons nobody would hear any more is taken away.
    ~Notifier() override;

    // Shows the question with Allow, Block and Details; one that is shown already is replaced.
    void show(const api::Question& question);
    // Takes it away again: answered, or seen in the window.
    void withdraw(api::QuestionId id);
    void withdrawAll();
    // Something to know, which goes by itself.
    void say(const QString& text);

  signals:
    // What QuestionWords::suggestion says, with that action.
    void answered(sallyport::api::QuestionId id, const sallyport::api::Answer& answer);
    void detailsWanted(sallyport::api::QuestionId id);

  private slots:
    void actionInvoked(uint notification, const QString& action);
    void notificationClosed(uint notification, uint reason);

  private:
    struct Shown {
        api::Question question;
        uint number = 0;  // the service's; 0: it has not replied yet
        bool unwanted = false;
        bool again = false;  // a click that did not count may have taken it away
        QElapsedTimer since;
    };

    void askCapabilities();
    QString body(const api::Question& question) const;
    void close(uint number);
    api::QuestionId idOf(uint number) const;

    QDBusConnection bus_;
    QHash<api::QuestionId, Shown> shown_;
    bool markup_ = false;  // the service takes the body for markup
};

}  // namespace sallyport::desktop
