// The window: the pages on the left, the chosen one on the right, what protects now above.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <memory>

#include "views/history_page.h"
#include "views/page.h"

class QLineEdit;
class QListWidget;
class QStackedWidget;

namespace sallyport::models {
class ListKeeper;
class ModeWatch;
}  // namespace sallyport::models
namespace sallyport::widgets {
class MessageBar;
}

namespace sallyport::views {

class ProtectionBar;
class RulesPage;

class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    // The firewall must outlive the window.
    explicit MainWindow(client::Firewall& firewall, QWidget* parent = nullptr);
    ~MainWindow() override;
    // How large it opens on a screen with that room: in the connections, who decided is in sight.
    static QSize firstSize(const QSize& room, const QFontMetrics& font);

    // "connections", "waiting", "rules", "lists", "history" or "settings"; anything else changes
    // nothing.
    void showPage(const QString& name);
    QString currentPage() const;
    void showRule(sallyport::api::RuleId id);
    // Offers the ready rules against it.
    void blockEncryptedDns(const sallyport::api::AppIdentity& app);
    // This window's program is not the one that is installed now.
    void tellUpdated();
    RulesPage& rulesPage() { return *rules_; }
    const ProtectionBar& protectionBar() const { return *bar_; }

  signals:
    // Somebody wants to answer this one with all its choices.
    void questionRequested(sallyport::api::QuestionId id);
    // After tellUpdated(), or for another language.
    void restartRequested();
    void welcomeRequested();
    // The person wants no window, question or tray any more.
    void quitRequested();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void addPage(const QString& name, const QString& title, Page* page);
    void buildKeys();
    void connectPages();
    void turnTo(int row);
    void turnToPart(int step);
    static QString withCount(const QString& title, quint32 count);
    void fitList();
    void refreshCounts();
    void refreshAway();
    void namePacketHolders(const api::Status& status);

    client::Firewall& firewall_;
    // Before the pages, which borrow them.
    std::unique_ptr<models::RuleBook> book_;
    std::unique_ptr<models::ConnectionsModel> connections_;
    std::unique_ptr<models::ListKeeper> lists_;
    std::unique_ptr<models::Countries> countries_;
    std::unique_ptr<models::ModeWatch> modeWatch_;
    std::unique_ptr<Shared> shared_;
    QStringList titles_;
    QList<Page*> pages_;
    // In the order of Tab.
    ProtectionBar* bar_;
    QListWidget* list_;
    QLineEdit* search_;
    widgets::MessageBar* updated_;
    widgets::MessageBar* away_;
    widgets::MessageBar* problem_;
    widgets::MessageBar* packets_;  // who goes past the firewall
    QStackedWidget* stack_;
    widgets::MessageBar* told_ = nullptr;
    RulesPage* rules_ = nullptr;
    HistoryPage* history_ = nullptr;
};

}  // namespace sallyport::views
