// The tray icon and its menu. All it offers is in the window too: many desktops have no tray.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QSystemTrayIcon>
#include <QTimer>
#include <memory>

#include "client/firewall.h"
#include "desktop/recent_blocks.h"
#include "models/questions_model.h"

class QAction;
class QActionGroup;
class QMenu;
class QMessageBox;

namespace sallyport::desktop {

class Tray : public QObject {
    Q_OBJECT
  public:
    // Both must outlive it.
    Tray(client::Firewall& firewall, models::QuestionsModel& questions, QObject* parent = nullptr);
    ~Tray() override;

    void show() { icon_.show(); }
    QMenu& menu() { return *menu_; }
    QSystemTrayIcon& icon() { return icon_; }
    // A sentence in a bubble, for what failed.
    void say(const QString& text);

  signals:
    void questionsWanted();
    void windowWanted();
    void quitWanted();
    // Something to know, where there is no tray to say it.
    void unsaid(const QString& text);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void buildMenu();
    void addModes();
    void addPauses();
    void refresh();
    void refreshBlocks();
    void clicked(QSystemTrayIcon::ActivationReason reason);
    void showRecovery();
    client::Done<void> report();

    client::Firewall& firewall_;
    models::QuestionsModel& questions_;
    RecentBlocks recent_;
    QSystemTrayIcon icon_;
    std::unique_ptr<QMenu> menu_;
    QTimer pauseEnd_;
    QAction* waiting_ = nullptr;
    QActionGroup* modes_ = nullptr;
    QHash<QAction*, QString> modeTexts_;
    QMenu* pauses_ = nullptr;
    QAction* endPause_ = nullptr;
    QAction* blockAll_ = nullptr;
    QMenu* blocks_ = nullptr;
    QPointer<QMessageBox> recovery_;
};

}  // namespace sallyport::desktop
