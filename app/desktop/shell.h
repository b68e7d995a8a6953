// The app without its main window: the question, the tray and the notifications, and what one of
// them does when something happens in another.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QTimer>

#include "client/firewall.h"
#include "desktop/notifier.h"
#include "desktop/quota_watch.h"
#include "desktop/tray.h"
#include "models/list_keeper.h"
#include "models/questions_model.h"
#include "views/question_window.h"

namespace sallyport::desktop {

class Shell : public QObject {
    Q_OBJECT
  public:
    // `firewall` must outlive it. `sessionBus` carries the notifications; it need not be connected.
    Shell(client::Firewall& firewall, const QDBusConnection& sessionBus, QObject* parent = nullptr);
    ~Shell() override;

    // From here on questions come.
    void start();
    models::QuestionsModel& questions() { return questions_; }
    views::QuestionWindow& questionWindow() { return window_; }
    Tray& tray() { return tray_; }

  signals:
    void windowWanted();
    void quitWanted();

  private:
    void notifyWaiting();
    void notifyIfUnseen();

    client::Firewall& firewall_;
    models::QuestionsModel questions_;
    views::QuestionWindow window_;
    Tray tray_;
    Notifier notifier_;
    models::ListKeeper lists_;
    QuotaWatch quotas_;
    QTimer refreshLists_;
    QTimer unseen_;
};

}  // namespace sallyport::desktop
