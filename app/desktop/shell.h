// The app without its main window: the question, the tray and the notifications, and what one of
// them does when something happens in another.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QTimer>
#include <memory>

#include "client/firewall.h"
#include "desktop/notifier.h"
#include "desktop/quota_watch.h"
#include "desktop/tray.h"
#include "models/list_keeper.h"
#include "models/mode_watch.h"
#include "models/questions_model.h"
#include "views/question_window.h"
#include "views/welcome_window.h"

namespace sallyport::desktop {

class Shell : public QObject {
    Q_OBJECT
  public:
    // `firewall` must outlive it. `sessionBus` carries the notifications; it need not be connected.
    Shell(client::Firewall& firewall, const QDBusConnection& sessionBus, QObject* parent = nullptr);
    ~Shell() override;

    // From here on questions come: when `welcome` is told and this person has not been welcomed
    // yet, after that.
    void start(bool welcome);
    // What Sallyport does and what it shall do, in a window; the questions come after it.
    void welcome();
    bool isWelcoming() const { return welcome_ != nullptr; }
    models::QuestionsModel& questions() { return questions_; }
    views::QuestionWindow& questionWindow() { return window_; }
    Tray& tray() { return tray_; }

  signals:
    void windowWanted();
    // The welcome was finished or skipped; who wants to see the connections said so there.
    void welcomed(bool connectionsWanted);
    void quitWanted();

  private:
    void notifyWaiting();
    void notifyIfUnseen();
    void endWelcome(bool connectionsWanted);

    client::Firewall& firewall_;
    models::QuestionsModel questions_;
    views::QuestionWindow window_;
    Tray tray_;
    Notifier notifier_;
    models::ListKeeper lists_;
    QuotaWatch quotas_;
    models::ModeWatch modeWatch_;
    QTimer refreshLists_;
    QTimer unseen_;
    std::unique_ptr<views::WelcomeWindow> welcome_;
};

}  // namespace sallyport::desktop
